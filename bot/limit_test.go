package bot

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"trichdan/bot/chat"
)

type contextT = context.Context

func ptr[T any](v T) *T { return &v }

func TestLimiter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := Rate{Burst: rapid.IntRange(1, 5).Draw(t, "burst"), Every: time.Second}
		l := newLimiter(rate)
		now := testNow
		start := now
		allowed := 0
		var warned time.Time
		for range rapid.IntRange(1, 100).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 1500).Draw(t, "ms")) * time.Millisecond)
			ok, wait, warn := l.allow("k", now)
			if ok {
				allowed++
				continue
			}
			if wait <= 0 || wait > rate.Every {
				t.Fatalf("wait %v", wait)
			}
			if again, _, twice := l.allow("k", now.Add(wait-1)); again || twice {
				t.Fatal("allowed, or warned again, before the time that was told")
			}
			if warn {
				if !warned.IsZero() && now.Sub(warned) <= time.Duration(rate.Burst-1)*rate.Every {
					t.Fatal("warned again before it could be full")
				}
				warned = now
			}
		}
		if most := rate.Burst + int(now.Sub(start)/rate.Every); allowed > most {
			t.Fatalf("%d allowed, at most %d", allowed, most)
		}
		if ok, _, _ := l.allow("other", now); !ok {
			t.Fatal("another key waits")
		}
	})
}

// Keys that nobody needs are forgotten.
func TestLimiterForgets(t *testing.T) {
	l := newLimiter(Rate{Burst: 1, Every: time.Second})
	for i := range 10 * sweptBuckets {
		l.allow(fmt.Sprint(i), testNow.Add(time.Duration(i)*time.Millisecond))
	}
	if n := len(l.keys); n > 2*sweptBuckets {
		t.Errorf("%d keys are kept", n)
	}
}

// A flood gets answers up to the limit, one notice, then silence; others feel
// nothing.
func TestFloodOfRequests(t *testing.T) {
	now := testNow
	l := town(t)
	b := New(l.index, l.store, Options{
		Now: func() time.Time { return now }, UserRate: Rate{3, 10 * time.Second}, ChatRate: Rate{5, time.Second}, Unlimited: []string{"console"},
	})
	count := func(user, at string, n int) (answers, notices, silences int) {
		for range n {
			m, err := b.Handle(t.Context(), chat.Request{Ref: chat.Ref{Platform: "telegram", Chat: at}, User: user, Command: "trogiup"})
			switch {
			case err != nil:
				t.Fatal(err)
			case m.Empty():
				silences++
			case m.Text == "Bạn hỏi hơi nhanh. Vui lòng hỏi tiếp sau 10 giây." || m.Text == "Bạn hỏi hơi nhanh. Vui lòng hỏi tiếp sau 1 giây.":
				notices++
			default:
				answers++
			}
		}
		return
	}
	type counts struct{ answers, notices, silences int }
	check := func(what string, user, at string, n int, want counts) {
		t.Helper()
		a, x, s := count(user, at, n)
		if got := (counts{a, x, s}); got != want {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	check("a flood", "1", "a", 20, counts{3, 1, 16})
	check("somebody else", "2", "b", 3, counts{3, 0, 0})
	now = now.Add(10 * time.Second)
	check("refilled by one, not yet warned again", "1", "a", 3, counts{1, 0, 2})
	now = now.Add(30 * time.Second)
	check("full again", "1", "a", 5, counts{3, 1, 1})
	now = now.Add(time.Minute)
	for i := range 5 {
		check("a full chat", fmt.Sprint("u", i), "c", 1, counts{1, 0, 0})
	}
	check("a full chat", "u6", "c", 2, counts{0, 1, 1})
	for range 50 {
		if m := say(t, b, here, "", "/help"); m.Text == "" {
			t.Fatal("the console is limited")
		}
	}
	now = now.Add(time.Minute)
	count("7", "d", 3)
	m, err := b.Handle(t.Context(), chat.Request{Ref: chat.Ref{Platform: "telegram", Chat: "d"}, User: "7", Button: "l:en"})
	if err != nil || m.Notice == "" || !m.Empty() {
		t.Errorf("a button: %+v, %v", m, err)
	}
}

// The order of the fair queue is that of a model: in turn, one of each person.
func TestFairQueueOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newFairQueue(1)
		hold, err := q.acquire(t.Context(), "first")
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var order []string
		var waiting sync.WaitGroup
		for _, who := range []string{"a", "a", "a", "b", "a", "c", "b"} {
			waiting.Go(func() {
				release, err := q.acquire(t.Context(), who)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, who)
				mu.Unlock()
				release()
			})
			synctest.Wait()
		}
		hold()
		waiting.Wait()
		if want := []string{"a", "b", "c", "a", "b", "a", "a"}; !slices.Equal(order, want) {
			t.Errorf("%v, want %v", order, want)
		}
		if len(q.lines) > 0 || q.turns.Len() > 0 || q.free != 1 {
			t.Errorf("left behind: %d lines, %d turns, %d free", len(q.lines), q.turns.Len(), q.free)
		}
	})
}

// However requests come, wait, give up and end: never more than allowed are
// answered at a time, one of a person, and nobody is forgotten.
func TestFairQueue(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(rt, "places")
		type request struct{ person, arrive, work, patience int }
		requests := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) request {
			return request{
				rapid.IntRange(0, 4).Draw(t, "person"), rapid.IntRange(0, 50).Draw(t, "arrive"),
				rapid.IntRange(0, 20).Draw(t, "work"), rapid.IntRange(1, 200).Draw(t, "patience"),
			}
		}), 1, 40).Draw(rt, "requests")
		synctest.Test(t, func(t *testing.T) {
			q := newFairQueue(n)
			var mu sync.Mutex
			running, of := 0, map[int]int{}
			var all sync.WaitGroup
			for _, r := range requests {
				all.Go(func() {
					<-time.After(time.Duration(r.arrive) * time.Second)
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.patience)*time.Second)
					defer cancel()
					release, err := q.acquire(ctx, fmt.Sprint(r.person))
					if err != nil {
						if ctx.Err() == nil {
							t.Error(err)
						}
						return
					}
					mu.Lock()
					running++
					of[r.person]++
					if running > n || of[r.person] > 1 {
						t.Errorf("%d at a time, %d of one person", running, of[r.person])
					}
					mu.Unlock()
					<-time.After(time.Duration(r.work) * time.Second)
					mu.Lock()
					running--
					of[r.person]--
					mu.Unlock()
					release()
				})
			}
			all.Wait()
			if len(q.lines) > 0 || q.turns.Len() > 0 || q.free != n {
				t.Errorf("left behind: %d lines, %d turns, %d free", len(q.lines), q.turns.Len(), q.free)
			}
		})
		if t.Failed() {
			rt.Fatalf("see above")
		}
	})
}

// Somebody who floods the queue makes another wait for one answer, not for all.
func TestFairQueueFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newFairQueue(2)
		var all sync.WaitGroup
		work := func(who string) time.Duration {
			start := time.Now()
			release, err := q.acquire(t.Context(), who)
			if err != nil {
				t.Error(err)
				return 0
			}
			defer release()
			waited := time.Since(start)
			<-time.After(time.Second)
			return waited
		}
		for range 100 {
			all.Go(func() { work("flood") })
		}
		synctest.Wait()
		if waited := work("b"); waited > time.Second {
			t.Errorf("waited %v", waited)
		}
		all.Wait()
	})
}
