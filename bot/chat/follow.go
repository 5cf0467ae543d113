package chat

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"sync"
	"time"
)

// Follow goes on with a message that was said, for as long as it goes on
// changing: m.Follow runs on this goroutine, and what it gives is shown on
// another, which has ended when Follow returns. Without m.Follow it does nothing.
//
// Between two messages passes FollowPace at least. One that comes before that
// ahead of it was shown replaces it, so that a slow network or a rate limit costs
// progress and not time, and what is seen already is not shown again. Where last
// is not set something newer may follow: show makes one attempt, and does not
// wait for long; where it is Temporary or RateLimited that fails, the next follows
// after FollowPace, with what is newest then. The last message is shown with last
// set if it was not yet: then show tries as often as makes sense. Errors of show
// are logged.
//
// The ctx of show is not limited to FollowTime, so that what m.Follow says when
// that is over is shown too. After ctx has ended nothing is shown any more.
//
// The error is ctx.Err() if ctx has ended before the last message was shown, or a
// panic of m.Follow: what was shown last is no outcome then.
func Follow(ctx context.Context, m Message, show func(ctx context.Context, m Message, last bool) error, log *slog.Logger) error {
	if m.Follow == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f := newFollower()
	shown := make(chan error, 1)
	go func() { shown <- f.run(ctx, stripped(m), show, log) }()
	err := runFollow(ctx, m, f.put)
	if err == nil {
		err = ctx.Err() // what m.Follow has said then is not its last word
	}
	if err != nil {
		cancel() // progress is of no interest any more
	}
	close(f.done)
	if unshown := <-shown; err == nil {
		err = unshown
	}
	return err
}

// Last goes on with a message where it cannot be changed: it runs m.Follow and
// gives the last of what that shows, an empty message if there is none. The error
// is that of Follow.
func Last(ctx context.Context, m Message) (last Message, err error) {
	if m.Follow == nil {
		return Message{}, nil
	}
	f := newFollower()
	if err = runFollow(ctx, m, f.put); err == nil {
		err = ctx.Err()
	}
	close(f.done)
	last, _ = f.take()
	return last, err
}

// runFollow calls m.Follow, for FollowTime at most.
func runFollow(ctx context.Context, m Message, put func(context.Context, Message) error) (err error) {
	limited, cancel := context.WithTimeout(ctx, FollowTime)
	defer cancel()
	defer recovered(&err)
	m.Follow(limited, put)
	return nil
}

// stripped gives a message without what is not seen of it.
func stripped(m Message) Message {
	m.Follow, m.Update, m.Notice = nil, false, ""
	return m
}

// follower holds the latest of what it is given until that is shown.
type follower struct {
	more chan struct{} // has a value when there may be something to take
	done chan struct{} // closed when nothing comes any more

	mu     sync.Mutex
	latest *Message // what is to be shown, nil if nothing is
}

func newFollower() *follower {
	return &follower{more: make(chan struct{}, 1), done: make(chan struct{})}
}

var errFollowed = errors.New("the message does not go on changing any more")

// put gives the next message. It does not wait until that is shown.
func (f *follower) put(_ context.Context, m Message) error {
	if f.over() {
		return errFollowed
	}
	m = stripped(m)
	f.mu.Lock()
	f.latest = &m
	f.mu.Unlock()
	select {
	case f.more <- struct{}{}:
	default:
	}
	return nil
}

func (f *follower) take() (m Message, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.latest == nil {
		return Message{}, false
	}
	m, f.latest = *f.latest, nil
	return m, true
}

// over reports whether nothing comes any more.
func (f *follower) over() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

// run shows what comes in place of shown, until nothing comes any more and the
// last is shown. The error is that of ctx, if that ends before.
func (f *follower) run(ctx context.Context, shown Message, show func(context.Context, Message, bool) error, log *slog.Logger) error {
	pace := time.NewTimer(0) // the first may come at once
	defer pace.Stop()
	var failed, again bool // the attempt to show it, so that what is seen is not known
	for last := false; !last; {
		if !again {
			select {
			case <-f.more:
			case <-f.done:
			case <-ctx.Done():
			}
		}
		if f.over() && !f.waits() && !failed {
			break
		}
		var hurry <-chan struct{}
		if failed { // the last word need not keep its distance from what is not seen
			hurry = f.done
		}
		select {
		case <-pace.C:
		case <-hurry:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		last = f.over() // and if it is, what is taken below is the last
		m, ok := f.take()
		if !ok {
			m = shown
		}
		if !failed && (!ok || reflect.DeepEqual(m, shown)) || failed && !ok && !again && !last {
			pace.Reset(0)
			continue
		}
		err := showSafely(ctx, show, m, last)
		shown, failed, again = m, err != nil, passing(err)
		pace.Reset(FollowPace)
		if err != nil && ctx.Err() == nil {
			level := slog.LevelDebug
			if last {
				level = slog.LevelError
			}
			log.Log(ctx, level, "a change of a message is not shown", "last", last, "error", err)
		}
	}
	if failed {
		return ctx.Err()
	}
	return nil
}

// passing reports whether the next attempt at the same may do better.
func passing(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Kind == Temporary || e.Kind == RateLimited)
}

// waits reports whether something is to be shown.
func (f *follower) waits() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.latest != nil
}

func showSafely(ctx context.Context, show func(context.Context, Message, bool) error, m Message, last bool) (err error) {
	defer recovered(&err)
	return show(ctx, m, last)
}
