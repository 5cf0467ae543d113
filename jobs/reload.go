package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// Step is a part of a reload.
type Step string

// The steps, in their order.
const (
	StepReading  Step = "reading"  // the folders: files
	StepIndexing Step = "indexing" // articles
	StepChecking Step = "checking" // what was indexed, before it is used
)

// ReloadProgress is how far a reload has come. Total may grow, and is 0 while
// it is not known.
type ReloadProgress struct {
	Step        Step
	Done, Total int
}

// ErrReloaderClosed is the error of a reload that ended, or was never begun,
// because its Reloader was closed.
var ErrReloaderClosed = errors.New("reloads have ended")

// ReloaderOptions are what a Reloader needs.
type ReloaderOptions struct {
	// Mirror makes the store equal to the folders, and Index the index to the
	// store; it tells of the steps StepIndexing and StepChecking.
	Mirror func(ctx context.Context, progress func(done, total int)) (Report, error)
	Index  func(ctx context.Context, progress func(step Step, done, total int)) error
	// After is called when a reload has succeeded and those who wait have been
	// told; the next one begins when it returns. nil is nothing.
	After func(ctx context.Context)
	Now   func() time.Time
	Log   *slog.Logger
}

// Reloader reloads the corpus, one reload at a time, for all who ask for it.
// Its methods may be called from any goroutine. It has one goroutine while
// there is something to do, which Close ends.
type Reloader struct {
	o      ReloaderOptions
	log    *slog.Logger
	ctx    context.Context // of the reloads
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu      sync.Mutex
	busy    bool // the goroutine is there
	closed  bool
	running *reload
	next    *reload // begins when the goroutine is done with the running one
	last    ReloadResult
	waiting map[*waiter]bool
}

// reload is one run.
type reload struct {
	reasons  []string
	since    time.Time
	progress ReloadProgress
	done     chan struct{} // closed when report and err are there
	report   Report
	err      error
}

// waiter is somebody who waits for a reload. What there is to see is kept in
// latest until it is looked at, so nobody slow holds up a reload.
type waiter struct{ latest chan ReloadProgress }

// ReloadResult is what came of a reload.
type ReloadResult struct {
	At     time.Time // when it ended; zero: there was none yet
	Reason string    // what it was asked for by, several with commas
	Report Report
	Err    error
}

// ReloadState is what a Reloader is doing, and did last.
type ReloadState struct {
	Running  bool
	Since    time.Time // of the running one
	Reason   string    // of the running one
	Progress ReloadProgress
	Last     ReloadResult
}

// NewReloader makes a Reloader. Close it in the end.
func NewReloader(o ReloaderOptions) *Reloader {
	r := &Reloader{o: o, log: o.Log.With("component", "reloader"), waiting: map[*waiter]bool{}}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

// Reload reloads the corpus and reports, with the time that all of it took. Who
// asks while a reload runs waits for it and for one more, which is for all who
// have asked meanwhile: the running one may have passed already what they have
// changed. If ctx ends, only the waiting does: what was asked for is done.
//
// Progress, which may be nil, is called on the caller's goroutine, at once and
// whenever there is something new; a slow one misses what lies between. The
// report tells also with an error what was done. The errors are those of Mirror,
// Index and ctx, and ErrReloaderClosed.
func (r *Reloader) Reload(ctx context.Context, reason string, progress func(ReloadProgress)) (Report, error) {
	run, w, err := r.ask(reason)
	if err != nil {
		return Report{}, err
	}
	defer r.leave(w)
	if progress == nil {
		progress = func(ReloadProgress) {}
	}
	for {
		select {
		case p := <-w.latest:
			progress(p)
		case <-run.done:
			select {
			case p := <-w.latest: // how it ended
				progress(p)
			default:
			}
			return run.report, run.err
		case <-ctx.Done():
			return Report{}, fmt.Errorf("wait for the reload: %w", ctx.Err())
		}
	}
}

// ask gives the reload that will have seen all that there is now, and begins it
// where none runs.
func (r *Reloader) ask(reason string) (*reload, *waiter, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, nil, ErrReloaderClosed
	}
	w := &waiter{latest: make(chan ReloadProgress, 1)}
	r.waiting[w] = true
	if r.running != nil {
		w.latest <- r.running.progress
	}
	if r.next == nil {
		r.next = &reload{done: make(chan struct{})}
	}
	run := r.next
	if !slices.Contains(run.reasons, reason) {
		run.reasons = append(run.reasons, reason)
	}
	if !r.busy {
		r.busy = true
		r.begin()
		r.work.Go(r.run)
	}
	return run, w, nil
}

func (r *Reloader) leave(w *waiter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.waiting, w)
}

// begin makes the next reload the running one; r.mu is held.
func (r *Reloader) begin() *reload {
	r.running, r.next = r.next, nil
	if now := r.running; now != nil {
		now.since = r.o.Now()
		r.tell(ReloadProgress{Step: StepReading})
	}
	return r.running
}

// tell notes how far the running reload has come; r.mu is held.
func (r *Reloader) tell(p ReloadProgress) {
	r.running.progress = p
	for w := range r.waiting {
		select {
		case <-w.latest: // nobody else fills it, so now there is room
		default:
		}
		w.latest <- p
	}
}

// told is tell for the steps of a reload.
func (r *Reloader) told(step Step, done, total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running != nil {
		r.tell(ReloadProgress{step, done, total})
	}
}

// run reloads until nobody wants any more.
func (r *Reloader) run() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for now := r.running; now != nil; now = r.begin() {
		r.mu.Unlock()
		report, err := r.reload(now)
		r.mu.Lock()
		r.last = ReloadResult{At: r.o.Now(), Reason: now.reason(), Report: report, Err: err}
		r.running = nil
		now.report, now.err = report, err
		close(now.done)
		if err == nil && r.o.After != nil {
			r.mu.Unlock()
			if err := r.safely(func() error { r.o.After(r.ctx); return nil }); err != nil {
				r.log.Error("after a reload", "error", err)
			}
			r.mu.Lock()
		}
	}
	r.busy = false
}

func (now *reload) reason() string { return strings.Join(now.reasons, ", ") }

// reload does all that is to be done.
func (r *Reloader) reload(now *reload) (report Report, err error) {
	err = r.safely(func() error {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		report, err = r.o.Mirror(r.ctx, func(done, total int) { r.told(StepReading, done, total) })
		if err != nil {
			return err
		}
		r.told(StepIndexing, 0, 0)
		return r.o.Index(r.ctx, r.told)
	})
	report.Elapsed = r.o.Now().Sub(now.since)
	switch {
	case err == nil:
	case r.ctx.Err() != nil:
		r.log.Info("a reload was ended", "reason", now.reason(), "elapsed", report.Elapsed)
		return report, fmt.Errorf("%w: %w", ErrReloaderClosed, err)
	default:
		r.log.Error("reload", "reason", now.reason(), "error", err, "elapsed", report.Elapsed)
		return report, err
	}
	r.log.Info("reload", "reason", now.reason(), "added", report.Added, "changed", report.Changed, "withdrawn", report.Withdrawn,
		"restored", report.Restored, "unchanged", report.Unchanged, "duplicates", len(report.Duplicates), "failed", len(report.Failures), "elapsed", report.Elapsed)
	return report, nil
}

// safely makes a panic an error; where it was goes to the log, since people are
// shown the error.
func (r *Reloader) safely(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			r.log.Error("panic", "value", v, "stack", strings.TrimSpace(string(debug.Stack())))
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return f()
}

// State tells what goes on.
func (r *Reloader) State() ReloadState {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := ReloadState{Last: r.last}
	if now := r.running; now != nil {
		s.Running, s.Since, s.Reason, s.Progress = true, now.since, now.reason(), now.progress
	}
	return s
}

// Close cancels what runs and what waits, and returns when it has ended.
func (r *Reloader) Close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.cancel()
	r.work.Wait()
}
