package jobs

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// reloads is a Reloader whose steps go on as the test says, in a bubble of
// synctest.
type reloads struct {
	*Reloader
	mirrored int           // how often
	go1      chan error    // ends Mirror
	go2      chan error    // ends Index
	after    int           // how often
	hold     chan struct{} // if not nil, After waits for it
	told     func(done, total int)
	stepped  func(Step, int, int)
}

func newReloads(t *testing.T) *reloads {
	r := &reloads{go1: make(chan error), go2: make(chan error)}
	wait := func(ctx context.Context, c chan error) error {
		select {
		case err := <-c:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	r.Reloader = NewReloader(ReloaderOptions{
		Mirror: func(ctx context.Context, progress func(done, total int)) (Report, error) {
			r.mirrored++
			r.told = progress
			n := r.mirrored
			err := wait(ctx, r.go1)
			return Report{Added: n}, err
		},
		Index: func(ctx context.Context, progress func(Step, int, int)) error {
			r.stepped = progress
			return wait(ctx, r.go2)
		},
		After: func(context.Context) {
			r.after++
			if r.hold != nil {
				<-r.hold
			}
		},
		Now: time.Now, Log: testLog(t),
	})
	return r
}

// asked is somebody who waits for a reload.
type asked struct {
	report   Report
	err      error
	done     bool
	progress []ReloadProgress
}

func (r *reloads) ask(ctx context.Context, reason string) *asked {
	a := &asked{}
	go func() {
		a.report, a.err = r.Reload(ctx, reason, func(p ReloadProgress) { a.progress = append(a.progress, p) })
		a.done = true
	}()
	synctest.Wait()
	return a
}

// finish lets the running reload end well.
func (r *reloads) finish() {
	r.go1 <- nil
	r.go2 <- nil
	synctest.Wait()
}

// TestReload: one reload, with its steps, its progress and its report.
func TestReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReloads(t)
		defer r.Close()
		if s := r.State(); s.Running || !s.Last.At.IsZero() {
			t.Errorf("before the first: %+v", s)
		}
		began := time.Now()
		a := r.ask(t.Context(), "telegram:5")
		forward(3 * time.Second)
		r.told(1, 4)
		synctest.Wait()
		if s := r.State(); !s.Running || !s.Since.Equal(began) || s.Reason != "telegram:5" || s.Progress != (ReloadProgress{StepReading, 1, 4}) {
			t.Errorf("while it reads: %+v", s)
		}
		r.go1 <- nil
		synctest.Wait()
		r.stepped(StepChecking, 2, 9)
		forward(4 * time.Second)
		r.go2 <- nil
		synctest.Wait()
		if !a.done || a.err != nil || a.report.Added != 1 || a.report.Elapsed != 7*time.Second {
			t.Errorf("done %v: %+v, %v", a.done, a.report, a.err)
		}
		want := []ReloadProgress{{StepReading, 0, 0}, {StepReading, 1, 4}, {StepIndexing, 0, 0}, {StepChecking, 2, 9}}
		if !slices.Equal(a.progress, want) {
			t.Errorf("progress %v, want %v", a.progress, want)
		}
		s := r.State()
		if s.Running || s.Last.Reason != "telegram:5" || s.Last.Report.Added != 1 || s.Last.Err != nil || !s.Last.At.Equal(began.Add(7*time.Second)) {
			t.Errorf("in the end: %+v", s)
		}
		if r.after != 1 {
			t.Errorf("After was called %d times", r.after)
		}
	})
}

// TestReloadFollowUp: all who ask while one runs get one more, together, and see
// meanwhile how far the running one is.
func TestReloadFollowUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReloads(t)
		defer r.Close()
		first := r.ask(t.Context(), "admin")
		r.told(3, 7)
		gone, leave := context.WithCancel(t.Context())
		second, third, left := r.ask(t.Context(), "watch"), r.ask(t.Context(), "cron"), r.ask(gone, "watch")
		if want := []ReloadProgress{{StepReading, 3, 7}}; !slices.Equal(second.progress, want) {
			t.Errorf("who joins is told %v, want %v", second.progress, want)
		}
		leave()
		synctest.Wait()
		if !left.done || !errors.Is(left.err, context.Canceled) {
			t.Errorf("who left: done %v, %v", left.done, left.err)
		}
		r.finish()
		if !first.done || first.report.Added != 1 || second.done || third.done {
			t.Fatalf("after the first: %+v %+v %+v", first, second, third)
		}
		if s := r.State(); !s.Running || s.Reason != "watch, cron" || s.Last.Reason != "admin" {
			t.Errorf("the second runs: %+v", s)
		}
		r.finish()
		for _, a := range []*asked{second, third} {
			if !a.done || a.err != nil || a.report.Added != 2 {
				t.Errorf("a follow-up: %+v", a)
			}
		}
		if r.mirrored != 2 || r.State().Running {
			t.Errorf("%d reloads, running %v", r.mirrored, r.State().Running)
		}
		if again := r.ask(t.Context(), "admin"); again.done {
			t.Error("done before it ran")
		}
		r.finish()
		if r.mirrored != 3 {
			t.Errorf("%d reloads, want 3", r.mirrored)
		}
	})
}

// TestReloadCallerLeaves: a reload goes on without the one who asked.
func TestReloadCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReloads(t)
		defer r.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		a := r.ask(ctx, "admin")
		forward(2 * time.Second)
		if !a.done || !errors.Is(a.err, context.DeadlineExceeded) {
			t.Fatalf("%+v", a)
		}
		r.finish()
		if s := r.State(); s.Running || s.Last.Report.Added != 1 || s.Last.Err != nil {
			t.Errorf("%+v", s)
		}
	})
}

// TestReloadSlowProgress: a callback that does not return holds up neither the
// reload nor others, and is then told the latest.
func TestReloadSlowProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReloads(t)
		defer r.Close()
		hold := make(chan struct{})
		var seen []ReloadProgress
		slow := make(chan error, 1)
		go func() {
			_, err := r.Reload(t.Context(), "slow", func(p ReloadProgress) {
				seen = append(seen, p)
				<-hold
			})
			slow <- err
		}()
		synctest.Wait()
		for n := range 100 {
			r.told(n+1, 100)
		}
		fast := r.ask(t.Context(), "fast")
		r.finish()
		r.finish()
		if !fast.done || fast.err != nil {
			t.Fatalf("held up: %+v", fast)
		}
		close(hold)
		if err := <-slow; err != nil {
			t.Error(err)
		}
		if len(seen) != 2 || seen[0].Done != 0 {
			t.Errorf("told %v, want the first and the latest", seen)
		}
	})
}

// TestReloadAfter: those who wait do not wait for what comes after, and what is
// asked for meanwhile is done when it is over.
func TestReloadAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReloads(t)
		r.hold = make(chan struct{})
		defer r.Close()
		a := r.ask(t.Context(), "admin")
		r.finish()
		if !a.done || a.err != nil || r.State().Running {
			t.Fatalf("%+v %+v", a, r.State())
		}
		b := r.ask(t.Context(), "again")
		if r.mirrored != 1 {
			t.Errorf("%d reloads while the digests are made", r.mirrored)
		}
		close(r.hold)
		synctest.Wait()
		r.finish()
		if !b.done || b.report.Added != 2 || r.after != 2 {
			t.Errorf("%+v, after %d times", b, r.after)
		}
	})
}

// TestReloadFails: an error of a step is that of the reload, with the report of
// what was done, and the next reload is one like any other.
func TestReloadFails(t *testing.T) {
	broken := errors.New("broken")
	for _, step := range []Step{StepReading, StepIndexing} {
		t.Run(string(step), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newReloads(t)
				defer r.Close()
				a := r.ask(t.Context(), "admin")
				if step == StepIndexing {
					r.go1 <- nil
					r.go2 <- broken
				} else {
					r.go1 <- broken
				}
				synctest.Wait()
				if !a.done || !errors.Is(a.err, broken) || a.report.Added != 1 {
					t.Errorf("%+v", a)
				}
				if s := r.State(); s.Running || !errors.Is(s.Last.Err, broken) || s.Last.Report.Added != 1 || r.after != 0 {
					t.Errorf("%+v, after %d times", s, r.after)
				}
				b := r.ask(t.Context(), "admin")
				r.finish()
				if !b.done || b.err != nil || r.State().Last.Err != nil || r.after != 1 {
					t.Errorf("the next one: %+v", b)
				}
			})
		})
	}
}

// TestReloadPanics: a panic is an error, which shows no stack to people.
func TestReloadPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var in string
		panics := func(step string) {
			if in == step {
				panic("in " + step)
			}
		}
		r := NewReloader(ReloaderOptions{
			Mirror: func(context.Context, func(int, int)) (Report, error) { panics("mirror"); return Report{Added: 1}, nil },
			Index:  func(context.Context, func(Step, int, int)) error { panics("index"); return nil },
			After:  func(context.Context) { panics("after") },
			Now:    time.Now, Log: testLog(t),
		})
		defer r.Close()
		for _, in = range []string{"mirror", "index", "after", ""} {
			_, err := r.Reload(t.Context(), "admin", nil)
			synctest.Wait()
			if wantErr := in == "mirror" || in == "index"; (err != nil) != wantErr {
				t.Errorf("panic in %q: %v", in, err)
			}
			if err != nil && (!strings.Contains(err.Error(), "in "+in) || strings.Contains(err.Error(), "goroutine")) {
				t.Errorf("panic in %q: %v", in, err)
			}
		}
	})
}

// TestReloaderClose: closing ends what runs and what waits, and nothing begins
// any more.
func TestReloaderClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReloads(t)
		a, b := r.ask(t.Context(), "admin"), r.ask(t.Context(), "watch")
		r.Close()
		synctest.Wait()
		for _, x := range []*asked{a, b} {
			if !x.done || !errors.Is(x.err, ErrReloaderClosed) {
				t.Errorf("%+v", x)
			}
		}
		if c := r.ask(t.Context(), "late"); !c.done || !errors.Is(c.err, ErrReloaderClosed) || r.mirrored != 1 || r.after != 0 {
			t.Errorf("%+v, %d reloads, after %d times", c, r.mirrored, r.after)
		}
		r.Close() // again: nothing
	})
}
