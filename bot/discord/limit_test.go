package discord

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"trichdan/bot/chat"
)

// TestLimiter: what Discord says of a bucket holds there, what it says of all
// everywhere, and there are never more calls in a second than may be.
func TestLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(10)
		begun := time.Now()
		after := func() time.Duration { return time.Since(begun).Round(time.Millisecond) }
		take := func(key string, q quota) {
			t.Helper()
			p, err := l.acquire(t.Context(), key, answers)
			if err != nil {
				t.Fatal(err)
			}
			p.begin()
			p.release(q)
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
		for i := range 30 { // 9 at once, then 10 a second
			take(fmt.Sprint(i), quota{})
		}
		if want := 3*time.Second + 3*l.window; after() != want {
			t.Errorf("30 calls are made by %v, want %v", after(), want)
		}

		// One at a time in a bucket, and who waits can go.
		p, err := l.acquire(t.Context(), "a", answers)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error)
		go func() { _, err := l.acquire(ctx, "a", answers); left <- err }()
		synctest.Wait()
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("waiting for its turn: %v", err)
		}

		// Who has not so much time is told at once, those who wait already too.
		limited := func(err error) {
			t.Helper()
			if e, ok := errors.AsType[*chat.Error](err); !ok || e.Kind != chat.RateLimited || e.RetryAfter != time.Hour {
				t.Errorf("an hour to wait and a minute of time: %v", err)
			}
		}
		ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for _, c := range []class{answers, posts} {
			go func() { _, err := l.acquire(ctx, "a", c); left <- err }()
		}
		synctest.Wait()
		now := after()
		p.begin()
		p.release(quota{wait: time.Hour})
		limited(<-left)
		limited(<-left)
		_, err = l.acquire(ctx, "a", answers)
		limited(err)
		if after() != now {
			t.Errorf("they were told after %v", after()-now)
		}
		ctx, cancel = context.WithCancel(t.Context())
		go func() { _, err := l.acquire(ctx, "a", answers); left <- err }()
		synctest.Wait()
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("waiting for the limit: %v", err)
		}
	})
}

// kept counts what is remembered of calls that wait or are on their way.
func (l *limiter) kept() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.buckets) + len(l.ready[answers]) + len(l.ready[posts]) + l.granted
}

// TestLimiterWindow: whoever comes whenever, for whatever, calls stay within the
// limits, and all who wait get their turn.
func TestLimiterWindow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rate := rapid.SampledFrom([]float64{0.5, 1, 2, 3.5, 10, 50}).Draw(rt, "rate")
		type arrival struct {
			at, slow, call time.Duration
			class          class
			key            string
			giveUp, fail   bool
		}
		ms := func(most int) *rapid.Generator[time.Duration] {
			return rapid.Map(rapid.IntRange(0, most), func(n int) time.Duration { return time.Duration(n) * time.Millisecond })
		}
		arrivals := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) arrival {
			return arrival{
				at: ms(3000).Draw(t, "at"), slow: ms(rapid.SampledFrom([]int{0, 0, 700}).Draw(t, "begins")).Draw(t, "slow"), call: ms(200).Draw(t, "call"),
				class: rapid.SampledFrom([]class{answers, posts}).Draw(t, "class"), key: rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g"}).Draw(t, "key"),
				giveUp: rapid.IntRange(0, 9).Draw(t, "give up") == 0, fail: rapid.IntRange(0, 9).Draw(t, "fail") == 0,
			}
		}), 60, 120).Draw(rt, "arrivals")
		synctest.Test(t, func(t *testing.T) {
			l := newLimiter(rate)
			var mu sync.Mutex
			var calls []time.Time
			on := map[string]int{}
			var all sync.WaitGroup
			for _, a := range arrivals {
				all.Go(func() {
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					if pause(ctx, a.at) != nil {
						return
					}
					if a.giveUp {
						time.AfterFunc(a.slow, cancel)
					}
					p, err := l.acquire(ctx, a.key, a.class)
					if err != nil {
						return
					}
					mu.Lock()
					if on[a.key]++; on[a.key] > 1 {
						rt.Errorf("two calls in the bucket %q", a.key)
					}
					mu.Unlock()
					_ = pause(t.Context(), a.slow)
					if !a.fail {
						p.begin()
						mu.Lock()
						calls = append(calls, time.Now())
						mu.Unlock()
						_ = pause(t.Context(), a.call)
					}
					mu.Lock()
					on[a.key]--
					mu.Unlock()
					p.release(quota{wait: a.call / 10})
				})
			}
			all.Wait()
			per := max(int(rate), 1)
			second := time.Duration(float64(per) / rate * float64(time.Second))
			for i := per; i < len(calls); i++ {
				if d := calls[i].Sub(calls[i-per]); d < second {
					rt.Errorf("calls %d to %d in %v", i-per, i, d)
				}
			}
			if pause(t.Context(), time.Minute) == nil {
				if n := l.kept(); n != 0 {
					rt.Errorf("%d things are kept", n)
				}
			}
		})
	})
}

// TestPostsWait: posts go one after the other, evenly, in the order in which
// they came, and leave room; answers go before all of them, also in the same
// bucket, and when posts are slow to begin.
func TestPostsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(50)
		start := time.Now()
		var mu sync.Mutex
		var order []int
		var all sync.WaitGroup
		for i := range 500 {
			all.Go(func() {
				p, err := l.acquire(t.Context(), fmt.Sprint("bucket ", i/2), posts)
				if err != nil {
					t.Error(err)
					return
				}
				p.begin()
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
				p.release(quota{})
			})
			synctest.Wait()
		}
		ask := func(key string) time.Duration {
			asked := time.Now()
			p, err := l.acquire(t.Context(), key, answers)
			if err != nil {
				t.Fatal(err)
			}
			p.begin()
			p.release(quota{})
			return time.Since(asked)
		}
		if err := pause(t.Context(), 3*time.Second); err != nil {
			t.Fatal(err)
		}
		for i := range 10 {
			if d := ask("bucket 249"); i < reserve && d != 0 || d > 2*l.gap {
				t.Errorf("answer %d waits for %v behind posts", i, d)
			}
		}
		all.Wait()
		if !slices.IsSorted(order) || len(order) != 500 {
			t.Errorf("%d posts went in the order %v", len(order), order)
		}
		// The posts but the first and ten answers.
		if took, want := time.Since(start), 509*l.gap; took > want+l.gap {
			t.Errorf("500 posts and 10 answers went in %v, want %v", took, want)
		}

		// A bucket that must wait holds nobody else up.
		p, err := l.acquire(t.Context(), "full", posts)
		if err != nil {
			t.Fatal(err)
		}
		p.begin()
		p.release(quota{wait: 10 * time.Second})
		all.Go(func() {
			if p, err := l.acquire(t.Context(), "full", posts); err == nil {
				p.release(quota{})
			}
		})
		synctest.Wait()
		next := time.Now()
		if p, err = l.acquire(t.Context(), "empty", posts); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(next); d > l.gap {
			t.Errorf("a post waits for %v behind one that may not go", d)
		}
		p.release(quota{})
		all.Wait()
	})
}

// TestLimiterForgets: buckets that are not in use go.
func TestLimiterForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(0)
		for i := range 1000 {
			p, err := l.acquire(t.Context(), fmt.Sprint(i), class(i%2))
			if err != nil {
				t.Fatal(err)
			}
			p.begin()
			q := quota{}
			if i%3 == 0 {
				q.wait = time.Second
			}
			p.release(q)
		}
		if n := l.kept(); n != 334 {
			t.Errorf("%d buckets are kept, of 334 that must wait", n)
		}
		if err := pause(t.Context(), time.Second); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := l.kept(); n != 0 {
			t.Errorf("%d buckets are kept", n)
		}
	})
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
