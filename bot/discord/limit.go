package discord

import (
	"container/heap"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"trichdan/bot/chat"
)

const (
	// reserve is how many of the calls that may be made in a window posts leave
	// to answers.
	reserve = 2
	// margin is by how much a window is longer than Discord's own, for calls
	// that are on their way for unequal times.
	margin = 5 * time.Millisecond
)

// class says who waits for a call. Answers go before posts.
type class int

const (
	answers class = iota // and all else that people wait for
	posts
	classes
)

// limiter keeps calls within Discord's rate limits: in each bucket as Discord
// tells them in the headers of its answers, and for all calls together those
// that it documents (https://discord.com/developers/docs/topics/rate-limits).
//
// Nobody who waits runs: a call goes when what it waits for happens, which is
// that another one ends or begins, or that an alarm rings. Answers go in the
// order in which they came, then posts, which are spread evenly over the window,
// so that a place for an answer is never far away.
type limiter struct {
	most   int           // calls in any window; 0 is no limit
	window time.Duration // that calls are counted in
	gap    time.Duration // from one post to the next

	mu      sync.Mutex
	buckets map[string]*bucket
	ready   [classes]queue // the next of each bucket in which a call may be made
	passes  uint64         // that were ever asked for
	granted int            // passes with which no call has begun yet
	begun   []time.Time    // a ring: when the last calls began
	calls   int            // that ever began
	post    time.Time      // no post before
	until   time.Time      // no call before, in any bucket
	alarm   *time.Timer    // for what ready waits for
}

// bucket is what calls of one kind to one place share. They go one after the
// other: how many more are allowed is known only when the last one is answered.
type bucket struct {
	key     string
	busy    bool             // a call is on its way
	until   time.Time        // no call before
	waiting [classes][]*pass // first come first
	next    [classes]*pass   // those that are in limiter.ready
	alarm   *time.Timer      // for until
}

// pass is the right to make one call, or the wait for it.
type pass struct {
	l      *limiter
	b      *bucket
	class  class
	number uint64    // later ones are greater
	end    time.Time // when nobody will wait for it any more; zero for never
	at     int       // its place in the queue
	state  passState
	done   chan struct{} // closed when it is granted or refused
	err    error         // why it was refused
}

type passState int

const (
	waiting  passState = iota
	granted            // the call may begin
	begun              // it has
	finished           // it has ended, or will never begin
)

// queue is a heap of passes, the one that was asked for first at the top.
type queue []*pass

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].number < q[j].number }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i]; q[i].at, q[j].at = i, j }
func (q *queue) Push(x any)        { p := x.(*pass); p.at = len(*q); *q = append(*q, p) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	p := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	return p
}

// newLimiter makes a limiter of so many calls a second; 0 or less is no limit
// but that of the buckets.
func newLimiter(perSecond float64) *limiter {
	l := &limiter{buckets: map[string]*bucket{}}
	if perSecond > 0 {
		l.most = max(int(perSecond), 1)
		l.window = time.Duration(float64(l.most)/perSecond*float64(time.Second)) + margin
		l.gap = l.window / time.Duration(l.share(posts))
		l.begun = make([]time.Time, l.most)
	}
	return l
}

// share is how many calls there may be in a window after one of a class.
func (l *limiter) share(c class) int {
	if c == posts {
		return max(l.most-reserve, 1)
	}
	return l.most
}

// acquire returns when a call may be made in a bucket. Its release must be
// called, and its begin before if the call is made. The error is that of ctx, or
// an *chat.Error of kind RateLimited at once if ctx would end before Discord
// takes another call.
func (l *limiter) acquire(ctx context.Context, key string, c class) (*pass, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p := &pass{l: l, class: c, done: make(chan struct{})}
	p.end, _ = ctx.Deadline()
	l.mu.Lock()
	b := l.buckets[key]
	if b == nil {
		b = &bucket{key: key}
		l.buckets[key] = b
	}
	l.passes++
	p.b, p.number = b, l.passes
	b.waiting[c] = append(b.waiting[c], p)
	l.turnAway(b)
	l.update(b)
	l.mu.Unlock()
	select {
	case <-p.done:
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p.err != nil {
		return nil, p.err
	}
	if err := ctx.Err(); err != nil {
		l.end(p, quota{})
		return nil, err
	}
	return p, nil
}

// begin notes that the call begins now.
func (p *pass) begin() {
	l := p.l
	l.mu.Lock()
	defer l.mu.Unlock()
	p.state = begun
	l.granted--
	now := time.Now()
	if l.most > 0 {
		l.begun[l.calls%l.most] = now
		l.calls++
	}
	l.dispatch(now)
}

// release notes that the call has ended, or is not made at all, and what Discord
// said of the limit.
func (p *pass) release(q quota) {
	p.l.mu.Lock()
	defer p.l.mu.Unlock()
	p.l.end(p, q)
}

// end ends a pass in whatever state it is; l.mu is held, as below.
func (l *limiter) end(p *pass, q quota) {
	b := p.b
	switch p.state {
	case waiting:
		b.remove(p)
	case granted:
		l.granted--
		b.busy = false
	case begun:
		b.busy = false
	}
	p.state = finished
	if q.wait > 0 {
		until := time.Now().Add(q.wait)
		if !q.global {
			b.until = until
			l.turnAway(b)
		} else if until.After(l.until) {
			l.until = until
			for _, b := range l.buckets {
				l.turnAway(b)
				l.enlist(b)
			}
		}
	}
	l.update(b)
}

func (b *bucket) remove(p *pass) {
	list := b.waiting[p.class]
	if i := slices.Index(list, p); i >= 0 {
		b.waiting[p.class] = slices.Delete(list, i, i+1)
	}
}

// turnAway refuses those who wait in a bucket and cannot wait long enough.
func (l *limiter) turnAway(b *bucket) {
	wait := time.Until(later(b.until, l.until))
	if wait <= 0 {
		return
	}
	for c, list := range b.waiting {
		b.waiting[c] = slices.DeleteFunc(list, func(p *pass) bool {
			if p.end.IsZero() || time.Until(p.end) >= wait {
				return false
			}
			p.state = finished
			p.err = &chat.Error{Kind: chat.RateLimited, RetryAfter: wait, Reason: fmt.Sprintf("no call for another %v", wait.Round(time.Millisecond))}
			close(p.done)
			return true
		})
	}
}

// update lets go whoever may go after something has changed in a bucket, and
// forgets the bucket when it is not in use.
func (l *limiter) update(b *bucket) {
	l.enlist(b)
	now := time.Now()
	switch wait := b.until.Sub(now); {
	case wait > 0 && b.alarm != nil:
		b.alarm.Reset(wait)
	case wait > 0:
		b.alarm = time.AfterFunc(wait, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.update(b)
		})
	case !b.busy && len(b.waiting[answers])+len(b.waiting[posts]) == 0 && l.buckets[b.key] == b:
		delete(l.buckets, b.key)
	}
	l.dispatch(now)
}

// enlist puts the next of a bucket in ready if a call may be made in it, and
// else takes them out.
func (l *limiter) enlist(b *bucket) {
	free := !b.busy && !b.until.After(time.Now())
	for c, list := range b.waiting {
		var next *pass
		if free && len(list) > 0 {
			next = list[0]
		}
		if b.next[c] == next {
			continue
		}
		if old := b.next[c]; old != nil {
			heap.Remove(&l.ready[c], old.at)
		}
		if b.next[c] = next; next != nil {
			heap.Push(&l.ready[c], next)
		}
	}
}

// dispatch lets calls go as long as some may, and has itself woken when the next
// one may.
func (l *limiter) dispatch(now time.Time) {
	for {
		at := l.until
		var c class
		switch {
		case len(l.ready[answers]) > 0:
			c = answers
		case len(l.ready[posts]) > 0:
			c = posts
			at = later(at, l.post)
		default:
			return
		}
		room, known := l.room(l.share(c))
		if !known {
			return // until one of them begins or is given back
		}
		if wait := later(at, room).Sub(now); wait > 0 {
			l.wake(wait)
			return
		}
		l.grant(l.ready[c][0], now)
	}
}

// room says when fewer than n calls will be in the window, or that this is not
// known because as many have not begun yet.
func (l *limiter) room(n int) (at time.Time, known bool) {
	if l.most == 0 {
		return time.Time{}, true
	}
	if n -= l.granted; n <= 0 {
		return time.Time{}, false
	}
	if l.calls < n {
		return time.Time{}, true
	}
	return l.begun[(l.calls-n)%l.most].Add(l.window), true
}

// grant lets a call go.
func (l *limiter) grant(p *pass, now time.Time) {
	p.b.remove(p)
	p.b.busy = true
	p.state = granted
	l.granted++
	if p.class == posts {
		// The next one as if this one were in time, unless there was a pause.
		if now.Sub(l.post) < l.gap {
			l.post = l.post.Add(l.gap)
		} else {
			l.post = now.Add(l.gap)
		}
	}
	l.enlist(p.b)
	close(p.done)
}

// wake calls dispatch after a while.
func (l *limiter) wake(wait time.Duration) {
	if l.alarm != nil {
		l.alarm.Reset(wait)
		return
	}
	l.alarm = time.AfterFunc(wait, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.dispatch(time.Now())
	})
}

// spare reports whether there is room for calls that may as well be left out.
func (l *limiter) spare() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, known := l.room(max(l.most/2, 1))
	return known && !at.After(time.Now())
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
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
