package jobs

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func testLog(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}

// startClock runs a clock until the function it returns is called, which waits
// for its end.
func startClock(t *testing.T, c *Clock) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Run(ctx)
	}()
	synctest.Wait()
	return func() {
		cancel()
		<-done
	}
}

// forward lets time pass, in a synctest bubble.
func forward(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestClockThreeDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		zone := mustZone(t, "Asia/Ho_Chi_Minh")
		c := NewClock(testLog(t), time.Now)
		var minutes, days []time.Time
		c.EveryMinute("tick", func(context.Context) error {
			minutes = append(minutes, time.Now())
			return nil
		})
		c.On("reload", mustSchedule(t, "daily 07:00"), zone, func(context.Context) error {
			days = append(days, time.Now())
			return nil
		})
		forward(25 * time.Second) // not on the minute
		stop := startClock(t, c)
		forward(72 * time.Hour)
		stop()
		if len(minutes) != 72*60 {
			t.Errorf("%d ticks in 72 hours", len(minutes))
		}
		for _, m := range minutes {
			if m.Second() != 0 || m.Nanosecond() != 0 {
				t.Fatalf("a tick at %v", m)
			}
		}
		if len(days) != 3 {
			t.Errorf("%d daily runs: %v", len(days), days)
		}
		for _, d := range days {
			if got := d.In(zone).Format("15:04:05"); got != "07:00:00" {
				t.Errorf("a daily run at %s", got)
			}
		}
		states := c.States()
		if len(states) != 2 || states[0].Name != "tick" || states[0].Runs != 72*60 || states[0].Running ||
			states[1].Runs != 3 || states[1].Err != nil || !states[1].Started.Equal(days[2]) || !states[1].Next.Equal(days[2].AddDate(0, 0, 1)) {
			t.Errorf("%+v", states)
		}
	})
}

func TestClockPanicsAndErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		var mu sync.Mutex
		c := NewClock(slog.New(slog.NewTextHandler(writer(func(p []byte) (int, error) {
			mu.Lock()
			defer mu.Unlock()
			return out.Write(p)
		}), nil)), time.Now)
		runs, others := 0, 0
		c.EveryMinute("fragile", func(context.Context) error {
			runs++
			switch runs {
			case 1:
				panic("out of luck")
			case 2:
				return errors.New("disk full")
			}
			return nil
		})
		c.EveryMinute("other", func(context.Context) error { others++; return nil })
		stop := startClock(t, c)
		forward(time.Minute)
		if s := c.States()[0]; s.Panics != 1 || s.Err == nil || s.Running {
			t.Errorf("after a panic: %+v", s)
		}
		forward(time.Minute)
		if s := c.States()[0]; s.Runs != 2 || s.Panics != 1 || s.Err == nil || s.Err.Error() != "disk full" {
			t.Errorf("after an error: %+v", s)
		}
		forward(8 * time.Minute)
		stop()
		if s := c.States()[0]; s.Runs != 10 || s.Err != nil || s.Panics != 1 || others != 10 {
			t.Errorf("later: %+v, the other %d", s, others)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, want := range []string{"out of luck", "disk full", "job=fragile"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("the log does not tell %q:\n%s", want, out.String())
			}
		}
	})
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func TestClockDoesNotOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewClock(testLog(t), time.Now)
		var running, most atomic.Int32
		slow := 0
		c.EveryMinute("slow", func(ctx context.Context) error {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			slow++
			select {
			case <-time.After(150 * time.Second):
			case <-ctx.Done():
			}
			return nil
		})
		quick := 0
		c.EveryMinute("quick", func(context.Context) error { quick++; return nil })
		stop := startClock(t, c)
		forward(30*time.Minute + time.Second)
		s := c.States()[0]
		if !s.Running || s.Skipped != 20 || s.Runs != 10 || slow != 10 || most.Load() != 1 || quick != 30 {
			t.Errorf("%+v; %d runs, %d at a time; quick %d", s, slow, most.Load(), quick)
		}
		stop()
		if running.Load() != 0 {
			t.Error("Run returned before its job")
		}
	})
}

// A job that does not end at once when it is told to is waited for, and none
// begins any more.
func TestClockWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewClock(testLog(t), time.Now)
		ended, begun := false, 0
		c.EveryMinute("tidy", func(ctx context.Context) error {
			begun++
			<-ctx.Done()
			<-time.After(5 * time.Minute)
			ended = true
			return ctx.Err()
		})
		stop := startClock(t, c)
		forward(90 * time.Second)
		stop()
		if !ended || begun != 1 {
			t.Errorf("ended %v, begun %d", ended, begun)
		}
	})
}

func TestClockJumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		zone := mustZone(t, "Asia/Ho_Chi_Minh")
		var jump atomic.Int64
		now := func() time.Time { return time.Now().Add(time.Duration(jump.Load())) }
		c := NewClock(testLog(t), now)
		var ticks, days atomic.Int64
		c.EveryMinute("tick", func(context.Context) error { ticks.Add(1); return nil })
		c.On("daily", mustSchedule(t, "daily 07:00"), zone, func(context.Context) error { days.Add(1); return nil })
		stop := startClock(t, c)
		forward(time.Hour) // synctest begins at midnight UTC, 7:00 there
		if ticks.Load() != 60 || days.Load() != 0 {
			t.Fatalf("%d ticks, %d daily", ticks.Load(), days.Load())
		}
		// Days forward: what was missed is one run, and soon.
		jump.Store(int64(5*24*time.Hour + 10*time.Second))
		forward(time.Minute)
		if days.Load() != 1 || ticks.Load() > 62 {
			t.Fatalf("put forward: %d ticks, %d daily", ticks.Load(), days.Load())
		}
		// Two hours back: it ticks on, and what is in them comes again.
		before := ticks.Load()
		jump.Store(int64(5*24*time.Hour - 2*time.Hour))
		forward(30 * time.Minute)
		if n := ticks.Load() - before; n < 29 || n > 31 {
			t.Fatalf("put back: %d ticks in 30 minutes", n)
		}
		forward(25 * time.Hour) // past 7:00 of that day again, and of the next
		if days.Load() != 3 {
			t.Errorf("put back, a day later: %d daily", days.Load())
		}
		stop()
	})
}

// The ticks go by the monotonic clock: a wall clock that is put back does not
// make the library sleep until it has caught up.
func TestMinutesKeepMonotonicTime(t *testing.T) {
	start := time.Now()
	next := minutes(time.Now).Next(start)
	if !strings.Contains(next.String(), " m=") {
		t.Errorf("%v has no monotonic reading", next)
	}
	if d := next.Sub(start); d <= 0 || d > time.Minute {
		t.Errorf("%v to the next minute", d)
	}
	// With a wall clock that is an hour behind, the next tick still comes soon.
	next = minutes(func() time.Time { return start.Add(-time.Hour) }).Next(start)
	if d := next.Sub(start); d <= 0 || d > time.Minute {
		t.Errorf("put back: %v to the next minute", d)
	}
}

func TestClockWithoutJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewClock(testLog(t), time.Now)
		stop := startClock(t, c)
		forward(time.Hour)
		stop()
		if len(c.States()) != 0 {
			t.Error(c.States())
		}
	})
}
