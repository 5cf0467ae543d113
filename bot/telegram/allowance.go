package telegram

import (
	"maps"
	"math"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// allowance is what may be sent to one chat.
type allowance struct {
	rate *rate.Limiter
	// Each has a value while somebody is the first who waits for the chat; that
	// of posts also while one is on its way.
	answers, posts chan struct{}

	used   time.Time // when it was last looked at
	sent   time.Time // when something was last sent
	held   time.Time // nothing is sent until then
	begins time.Time // when a post was let go that has not left yet; else zero
}

const (
	forget     = 10 * time.Minute // an unused allowance is full again long before
	leastSweep = 1000
	// A chat that had been quiet and is told to wait nevertheless suffers from
	// what others sent: then all wait, for a moment. Those that are meant are
	// told again.
	quiet   = time.Minute
	allHold = 5 * time.Second
	// unspent is what posts leave of the burst of a chat, for answers.
	unspent = 1
	// rounding is what a bucket may lack by its own arithmetic.
	rounding = 1e-6
)

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
				return now.Sub(a.used) > forget && now.After(a.held) && len(a.answers)+len(a.posts) == 0
			})
			l.sweep = max(leastSweep, 2*len(l.chats))
		}
		a = &allowance{
			rate:    bucket(l.perSecond(id), max(1, l.l.Burst)),
			answers: make(chan struct{}, 1), posts: make(chan struct{}, 1),
		}
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

// chatWait gives how long a chat takes nothing.
func (l *limiter) chatWait(in *lane, a *allowance) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed(in, a, l.now())
}

// closed gives how long a chat takes nothing. A post comes no sooner than the
// rate lets one follow the last message, and it leaves something of the burst.
func (l *limiter) closed(in *lane, a *allowance, now time.Time) time.Duration {
	d, need := a.held.Sub(now), 1
	if wait := a.begins.Add(late).Sub(now); !a.begins.IsZero() && wait > 0 {
		// An answer that left before it would be too close before it.
		d = max(d, min(wait, margin))
	}
	if in == l.posts {
		need = min(1+unspent, a.rate.Burst())
		if l.l.Chat > 0 {
			d = max(d, a.sent.Add(time.Duration(float64(time.Second)/l.l.Chat)+margin).Sub(now))
		}
	}
	if limit := a.rate.Limit(); limit != rate.Inf {
		if lack := float64(need) - a.rate.TokensAt(now); lack > rounding {
			d = max(d, time.Duration(math.Ceil(lack/float64(limit)*float64(time.Second))))
		}
	}
	return d
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

// idle reports whether a chat takes something now, with room for an answer behind
// it, as for a post.
func (l *limiter) idle(id string) bool {
	a := l.of(id)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	return l.closed(l.posts, a, now) <= 0 && !l.held.After(now)
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
