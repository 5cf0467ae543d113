package discord

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
)

func TestLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(time.Now, 10)
		begun := time.Now()
		after := func() time.Duration { return time.Since(begun).Round(time.Millisecond) }
		take := func(key string, q quota) {
			t.Helper()
			release, err := l.acquire(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			release(q)
		}
		take("a", quota{wait: time.Second})
		take("b", quota{})
		if after() != 0 {
			t.Errorf("another bucket waits until %v", after())
		}
		take("a", quota{})
		if after() != time.Second {
			t.Errorf("the bucket waits until %v, want 1s", after())
		}
		take("a", quota{wait: 2 * time.Second, global: true})
		take("b", quota{})
		if after() != 3*time.Second {
			t.Errorf("all wait until %v, want 3s", after())
		}
		for i := range 30 { // 10 at once, then 10 a second
			take(fmt.Sprint(i), quota{})
		}
		if after() < 4900*time.Millisecond || after() > 5200*time.Millisecond {
			t.Errorf("30 calls are made by %v, want 5s", after())
		}

		// One at a time in a bucket, and who waits can go.
		release, err := l.acquire(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error)
		go func() { _, err := l.acquire(ctx, "a"); left <- err }()
		synctest.Wait()
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("waiting for its turn: %v", err)
		}
		release(quota{wait: time.Hour})
		ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		now := after()
		_, err = l.acquire(ctx, "a")
		if e, ok := errors.AsType[*chat.Error](err); !ok || e.Kind != chat.RateLimited || e.RetryAfter != time.Hour || after() != now {
			t.Errorf("an hour to wait and a minute of time: %v after %v", err, after()-now)
		}
		ctx, cancel = context.WithCancel(t.Context())
		go func() { _, err := l.acquire(ctx, "a"); left <- err }()
		synctest.Wait()
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("waiting for the limit: %v", err)
		}
	})
}

// TestLimiterForgets: buckets that are not in use go.
func TestLimiterForgets(t *testing.T) {
	now := time.Unix(0, 0)
	l := newLimiter(func() time.Time { return now }, 0)
	for i := range 10 * sweepFrom {
		release, err := l.acquire(t.Context(), fmt.Sprint(i))
		if err != nil {
			t.Fatal(err)
		}
		q := quota{}
		if i%2 == 0 {
			q.wait = time.Second
		}
		release(q)
		now = now.Add(time.Millisecond)
	}
	if n := len(l.buckets); n > 2*sweepFrom {
		t.Errorf("%d buckets are kept", n)
	}
}

func TestTurns(t *testing.T) {
	var turns turns
	a, b, c, other := turns.enter("x"), turns.enter("x"), turns.enter("x"), turns.enter("y")
	if err := errors.Join(a.wait(t.Context()), other.wait(t.Context())); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if b.wait(ended) == nil {
		t.Error("the second goes before the first has left")
	}
	turns.leave(a)
	if err := b.wait(t.Context()); err != nil {
		t.Error(err)
	}
	if c.wait(ended) == nil {
		t.Error("the third goes before the second has left")
	}
	turns.leave(b)
	turns.leave(c)
	turns.leave(other)
	if len(turns.last) != 0 {
		t.Errorf("%d turns are kept", len(turns.last))
	}
}
