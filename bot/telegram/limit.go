package telegram

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"trichdan/bot/chat"
)

// Limits are the most messages that the bot sends, posts and answers together.
// Of each field 0 is about what Telegram allows
// (https://core.telegram.org/bots/faq#broadcasting-to-users) and a negative
// value is no limit.
type Limits struct {
	All      float64 // in any second, to all chats together; 0: 30
	Chat     float64 // a second, to one chat; 0: 1
	Burst    int     // answers at once in one chat, after a pause; 0: 3
	PerGroup int     // in any minute to one group or channel; 0: 20
}

// limiter keeps within Limits and obeys what Telegram asks beyond them. Answers
// go before posts, and in each of these two the first come goes first. A post
// leaves a place for an answer that comes a moment later.
type limiter struct {
	l   Limits
	now func() time.Time
	// extras are for calls that may as well be left out: chat actions.
	extras *rate.Limiter
	// Whoever is first in a lane watches the window.
	answers, posts *lane

	mu     sync.Mutex
	chats  map[string]*allowance
	sweep  int       // how many chats there may be before the unused are forgotten
	held   time.Time // nothing is sent to any chat until then
	window window
	next   time.Time     // when the next post may leave, in step with those before
	begins time.Duration // how long posts take to begin, on average
}

const (
	// Posts leave in even steps, so that places get free all the time, not all
	// at once. After a delay they may catch up a little.
	catchUp = 50 * time.Millisecond
	// A post that has to wait for no more than it takes to begin begins.
	mostBegin = 25 * time.Millisecond
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
		answers: newLane(), posts: newLane(),
		window: newWindow(l.All), extras: bucket(l.All/3, max(1, int(l.All/3))),
	}
}

// answer returns when something that somebody waits for may be said in a chat.
// The error is that of ctx, or of kind RateLimited at once if ctx ends before.
func (l *limiter) answer(ctx context.Context, id string) (*slot, error) {
	a := l.of(id)
	if err := enter(ctx, a.answers); err != nil {
		return nil, err
	}
	defer func() { <-a.answers }()
	return l.pass(ctx, l.answers, a, l.pause)
}

// post returns when something unasked may be said in a chat: one thing at a
// time, until the place is given back. The error is that of ctx.
func (l *limiter) post(ctx context.Context, id string) (*slot, error) {
	a := l.of(id)
	if err := enter(ctx, a.posts); err != nil {
		return nil, err
	}
	p, err := l.pass(ctx, l.posts, a, sleep)
	if err != nil {
		<-a.posts
	}
	return p, err
}

// pass waits until the chat takes something, then in a lane for a place.
func (l *limiter) pass(ctx context.Context, in *lane, a *allowance, pause func(context.Context, time.Duration) error) (*slot, error) {
	for {
		// What waits for its chat keeps nothing else from leaving.
		for d := l.chatWait(in, a); d > 0; d = l.chatWait(in, a) {
			if err := pause(ctx, d); err != nil {
				return nil, err
			}
		}
		if err := enter(ctx, in.turn); err != nil {
			return nil, err
		}
		p, err := l.first(ctx, in, a)
		<-in.turn
		if p != nil || err != nil {
			return p, err
		}
	}
}

// first waits, as the first of a lane, for a place. It gives none if the chat
// does not take anything any more.
func (l *limiter) first(ctx context.Context, in *lane, a *allowance) (*slot, error) {
	for {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("telegram: %w", ctx.Err())
		}
		p, d := l.try(in, a)
		if p != nil || d == 0 {
			return p, nil
		}
		if err := in.sleep(ctx, d); err != nil {
			return nil, err
		}
	}
}

// try takes a place, or gives how long it is until there may be one, 0 if the
// chat takes nothing any more.
func (l *limiter) try(in *lane, a *allowance) (*slot, time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.closed(in, a, now) > 0 {
		return nil, 0
	}
	share := l.window.most
	if in == l.posts {
		share = max(share-1, 1)
	}
	d := max(l.window.wait(now, share), l.held.Sub(now), 0)
	early := time.Duration(0)
	if in == l.posts {
		d = max(d, l.next.Sub(now))
		if !l.held.After(now) {
			early = min(l.begins, mostBegin)
		}
	}
	if d > early {
		return nil, d - early
	}
	p := &slot{chat: a, post: in == l.posts, due: now.Add(d), before: a.sent}
	if p.post && l.window.most > 0 {
		if least := p.due.Add(-catchUp); l.next.Before(least) {
			l.next = least
		}
		l.next = l.next.Add(l.window.span / time.Duration(share))
	}
	if p.post {
		a.begins = now
	}
	a.rate.ReserveN(now, 1) // it is known that there is one
	a.sent = p.due
	l.window.take(p)
	return p, 0
}

// begun notes how long a post took to begin.
func (l *limiter) begun(took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begins += (took - l.begins) / 8
}

// leave waits until the message of a place is due, which is a moment at most,
// and notes that it leaves.
func (l *limiter) leave(s *slot) {
	if d := s.due.Sub(l.now()); d > 0 {
		<-time.After(d)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	s.chat.sent = now
	if s.post {
		s.chat.begins = time.Time{}
	}
	l.window.leave(s, now)
	l.answers.look()
	l.posts.look()
}

// back gives a place back when the call has ended: answered says that Telegram
// has, so that the message has certainly arrived. Only the first time counts.
func (l *limiter) back(s *slot, answered bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.done {
		return
	}
	s.done = true
	now := l.now()
	switch {
	case s.left.IsZero(): // it never left
		s.free = now
	case answered:
		if at := l.window.arrive(s, now); at.After(s.chat.sent) {
			s.chat.sent = at
		}
	default:
		if at := s.left.Add(late); at.After(s.chat.sent) {
			s.chat.sent = at
		}
	}
	if s.post {
		s.chat.begins = time.Time{}
		<-s.chat.posts
	}
	l.answers.look()
	l.posts.look()
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
