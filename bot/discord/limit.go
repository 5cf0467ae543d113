package discord

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"trichdan/bot/chat"
)

// limiter keeps calls within Discord's rate limits, as Discord tells them in
// the headers of its answers
// (https://discord.com/developers/docs/topics/rate-limits). Unlike that of
// discordgo it lets go of whoever waits when a context ends, and forgets
// buckets that are not in use.
type limiter struct {
	now  func() time.Time
	pace *rate.Limiter // of all calls together, nil for no limit

	mu      sync.Mutex
	until   time.Time // no call before, in any bucket
	buckets map[string]*bucket
}

// bucket is what calls of one kind to one place share. They go one after the
// other: how many more are allowed is known only when the last one is answered.
type bucket struct {
	turn  chan struct{} // holds a token while a call is on its way
	users int           // on their way or waiting
	until time.Time     // no call before
}

func newLimiter(now func() time.Time, perSecond float64) *limiter {
	l := &limiter{now: now, buckets: map[string]*bucket{}}
	if perSecond > 0 {
		l.pace = rate.NewLimiter(rate.Limit(perSecond), max(int(perSecond), 1))
	}
	return l
}

// acquire returns when a call may be made in a bucket. Release must be called
// with what came of it. The error is that of ctx, or an *chat.Error of kind
// RateLimited at once if ctx would end before the wait does.
func (l *limiter) acquire(ctx context.Context, key string) (release func(quota), err error) {
	b := l.enter(key)
	defer func() {
		if err != nil {
			l.leave(key, b)
		}
	}()
	select {
	case b.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() {
		if err != nil {
			<-b.turn
		}
	}()
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l.mu.Lock()
		until := b.until
		if l.until.After(until) {
			until = l.until
		}
		l.mu.Unlock()
		wait := until.Sub(l.now())
		if wait <= 0 {
			break
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
	if l.pace != nil {
		r := l.pace.ReserveN(l.now(), 1)
		if err := sleep(ctx, r.DelayFrom(l.now())); err != nil {
			r.CancelAt(l.now())
			return nil, err
		}
	}
	return func(q quota) {
		l.mu.Lock()
		if until := l.now().Add(q.wait); q.wait > 0 && q.global && until.After(l.until) {
			l.until = until
		} else if q.wait > 0 && !q.global {
			b.until = until
		}
		l.mu.Unlock()
		<-b.turn
		l.leave(key, b)
	}, nil
}

// spare reports whether there is room for calls that may as well be left out.
func (l *limiter) spare() bool {
	return l.pace == nil || l.pace.TokensAt(l.now()) >= float64(l.pace.Burst())/2
}

// sweepFrom is the number of buckets from which on unused ones are looked for.
const sweepFrom = 1024

func (l *limiter) enter(key string) *bucket {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[key]
	if b == nil {
		if n := len(l.buckets); n >= sweepFrom && n%sweepFrom == 0 {
			for k, old := range l.buckets {
				if old.users == 0 && !old.until.After(l.now()) {
					delete(l.buckets, k)
				}
			}
		}
		b = &bucket{turn: make(chan struct{}, 1)}
		l.buckets[key] = b
	}
	b.users++
	return b
}

func (l *limiter) leave(key string, b *bucket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b.users--; b.users == 0 && !b.until.After(l.now()) {
		delete(l.buckets, key)
	}
}

// sleep waits. If ctx would end before, it does not wait at all, and the error
// is an *chat.Error of kind RateLimited.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	if end, ok := ctx.Deadline(); ok && time.Until(end) < d {
		return &chat.Error{Kind: chat.RateLimited, RetryAfter: d, Reason: fmt.Sprintf("no call for another %v", d.Round(time.Millisecond))}
	}
	return pause(ctx, d)
}

// pause waits for d or for the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
