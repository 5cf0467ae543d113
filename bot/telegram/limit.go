package telegram

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"trichdan/bot/chat"
)

// Limits are the most messages that the bot sends. Of each field 0 is about
// what Telegram allows (https://core.telegram.org/bots/faq#broadcasting-to-users)
// and a negative value is no limit.
type Limits struct {
	All      float64 // a second, to all chats together; 0: 30
	Chat     float64 // a second, to one chat; 0: 1
	Burst    int     // at once to one chat, after a pause; 0: 3
	PerGroup int     // in any minute to one group or channel; 0: 20
}

// limiter keeps within Limits and obeys what Telegram asks beyond them.
type limiter struct {
	l   Limits
	now func() time.Time
	all *rate.Limiter
	// extras are for calls that may as well be left out: chat actions.
	extras *rate.Limiter

	mu    sync.Mutex
	chats map[string]*allowance
	sweep int       // how many chats there may be before the unused are forgotten
	held  time.Time // nothing is sent to any chat until then
}

// allowance is what may be sent to one chat.
type allowance struct {
	rate *rate.Limiter
	used time.Time // when it was last looked at
	sent time.Time // when something was last sent
	held time.Time // nothing is sent until then
}

const (
	forget     = 10 * time.Minute // an unused allowance is full again long before
	leastSweep = 1000
	// A chat that had been quiet and is told to wait nevertheless suffers from
	// what others sent: then all wait, for a moment. Those that are meant are
	// told again.
	quiet   = time.Minute
	allHold = 5 * time.Second
)

func newLimiter(l Limits, now func() time.Time) *limiter {
	if l.All == 0 {
		l.All = 30
	}
	if l.Chat == 0 {
		l.Chat = 1
	}
	if l.Burst == 0 {
		l.Burst = 3
	}
	if l.PerGroup == 0 {
		l.PerGroup = 20
	}
	return &limiter{
		l: l, now: now, chats: map[string]*allowance{}, sweep: leastSweep,
		all: bucket(l.All, max(1, int(l.All))), extras: bucket(l.All/3, max(1, int(l.All/3))),
	}
}

func bucket(perSecond float64, burst int) *rate.Limiter {
	if perSecond < 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(perSecond), burst)
}

// of gives the allowance of a chat.
func (l *limiter) of(id string) *allowance {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	a := l.chats[id]
	if a == nil {
		if len(l.chats) >= l.sweep {
			maps.DeleteFunc(l.chats, func(_ string, a *allowance) bool {
				return now.Sub(a.used) > forget && now.After(a.held)
			})
			l.sweep = max(leastSweep, 2*len(l.chats))
		}
		a = &allowance{rate: bucket(l.perSecond(id), max(1, l.l.Burst))}
		l.chats[id] = a
	}
	a.used = now
	return a
}

// perSecond is the steady rate of a chat. IDs below zero are those of groups
// and channels: their burst and what follows in the same minute stay within
// PerGroup.
func (l *limiter) perSecond(id string) float64 {
	if !strings.HasPrefix(id, "-") || l.l.PerGroup < 0 {
		return l.l.Chat
	}
	group := float64(max(l.l.PerGroup-max(1, l.l.Burst), 1)) / 60
	if l.l.Chat < 0 {
		return group
	}
	return min(group, l.l.Chat)
}

// wait returns when something may be sent to a chat. The error is that of ctx,
// or of kind RateLimited at once if ctx ends before.
func (l *limiter) wait(ctx context.Context, id string) error {
	a := l.of(id)
	for _, of := range []*rate.Limiter{a.rate, l.all} {
		if err := l.take(ctx, of); err != nil {
			return err
		}
		for { // more may be asked for meanwhile
			l.mu.Lock()
			until := a.held
			if l.held.After(until) {
				until = l.held
			}
			l.mu.Unlock()
			d := until.Sub(l.now())
			if d <= 0 {
				break
			}
			if err := l.pause(ctx, d); err != nil {
				return err
			}
		}
	}
	l.mu.Lock()
	a.sent = l.now()
	l.mu.Unlock()
	return nil
}

func (l *limiter) take(ctx context.Context, of *rate.Limiter) error {
	now := l.now()
	r := of.ReserveN(now, 1)
	if err := l.pause(ctx, r.DelayFrom(now)); err != nil {
		r.CancelAt(l.now())
		return err
	}
	return nil
}

// pause waits, unless ctx would end before.
func (l *limiter) pause(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return fmt.Errorf("telegram: %w", ctx.Err())
	}
	if d <= 0 {
		return nil
	}
	if end, ok := ctx.Deadline(); ok && time.Until(end) < d {
		return &failure{as: &chat.Error{Kind: chat.RateLimited, RetryAfter: d, Reason: "too many messages, the next may go in " + d.Round(time.Second).String()}}
	}
	return sleep(ctx, d)
}

// spare reports whether a call that may be left out may be made.
func (l *limiter) spare(id string) bool {
	a := l.of(id)
	l.mu.Lock()
	now := l.now()
	free := !now.Before(a.held) && !now.Before(l.held)
	l.mu.Unlock()
	return free && l.extras.AllowN(now, 1)
}

// obey holds what is sent to a chat for as long as Telegram says, after a
// message to it was refused. before is when something was sent to it before
// that message.
func (l *limiter) obey(id string, d time.Duration, before time.Time) {
	a := l.of(id)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if until := now.Add(d); until.After(a.held) {
		a.held = until
	}
	if now.Sub(before) >= quiet {
		if until := now.Add(min(d, allHold)); until.After(l.held) {
			l.held = until
		}
	}
}

// last is when something was last sent to a chat.
func (l *limiter) last(id string) time.Time {
	a := l.of(id)
	l.mu.Lock()
	defer l.mu.Unlock()
	return a.sent
}

// sleep waits, at most until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("telegram: %w", ctx.Err())
	}
}

// backoff gives growing pauses with jitter.
type backoff struct {
	first, most time.Duration
	jitter      func() float64
	n           int
}

// next gives the next pause: between half of the full one and all of it.
func (b *backoff) next() time.Duration {
	d := b.most
	if b.n < 20 {
		d = min(b.first<<b.n, b.most)
	}
	b.n++
	return d/2 + time.Duration(b.jitter()*float64(d/2))
}

func (b *backoff) reset() { b.n = 0 }
