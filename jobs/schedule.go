package jobs

// All that knows the cron library is in this file.

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
)

// cronFields are the fields of a cron expression, as sets of bits.
type cronFields struct{ minute, hour, day, month, weekday uint64 }

// cronYears is how far ahead a run must come. The calendar repeats every 28
// years, but for one skipped leap day in most centuries.
const cronYears = 45

// parseCron reads a cron expression of five fields. The library's parser
// panics at some texts (it looks for a blank behind "TZ="); no panic gets out.
func parseCron(expression string) (f cronFields, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, err = cronFields{}, fmt.Errorf("%w: %q is no cron expression", ErrSchedule, expression)
		}
	}()
	if strings.ContainsAny(expression, "=@") {
		return f, fmt.Errorf("%w: %q: a cron expression has five fields, and neither zone nor @names", ErrSchedule, expression)
	}
	parsed, err := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(expression)
	if err != nil {
		return f, fmt.Errorf("%w: %q: %w (Sunday is 0)", ErrSchedule, expression, err)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return f, fmt.Errorf("%w: %q is no cron expression", ErrSchedule, expression)
	}
	f = cronFields{spec.Minute, spec.Hour, spec.Dom, spec.Month, spec.Dow}
	for _, bits := range []uint64{f.minute, f.hour, f.day, f.month, f.weekday} {
		if bits == 0 { // "," is none, for the library
			return cronFields{}, fmt.Errorf("%w: %q has an empty field", ErrSchedule, expression)
		}
	}
	if f.next(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return cronFields{}, fmt.Errorf("%w: %q never comes", ErrSchedule, expression)
	}
	if d := f.distance(); d < MinCronDistance {
		return cronFields{}, fmt.Errorf("%w: %q comes again after %v; at least %v must lie between", ErrSchedule, expression, d, MinCronDistance)
	}
	return f, nil
}

// next is the first local time after another that the fields name, both as if
// they were UTC; or zero. It goes by local time for the library leaves out
// what summer time jumps over, and runs twice what it repeats.
func (f cronFields) next(after time.Time) time.Time {
	spec := cron.SpecSchedule{Second: 1, Minute: f.minute, Hour: f.hour, Dom: f.day, Month: f.month, Dow: f.weekday, Location: time.UTC}
	// The library looks ahead for five years, less than from one leap day to
	// the next at the turn of most centuries.
	for year := 0; year <= cronYears; year += 5 {
		from := after
		if year > 0 {
			from = time.Date(after.Year()+year, time.January, 1, 0, 0, 0, 0, time.UTC).Add(-time.Second)
		}
		if next := spec.Next(from); !next.IsZero() {
			return next
		}
	}
	return time.Time{}
}

// distance is the shortest time between two runs on days that follow each
// other, whether or not the fields of the day allow such.
func (f cronFields) distance() time.Duration {
	shortest := 24 * 60
	first, last := -1, -1
	for m := range 24 * 60 {
		if f.hour>>(m/60)&1 == 0 || f.minute>>(m%60)&1 == 0 {
			continue
		}
		if last >= 0 {
			shortest = min(shortest, m-last)
		} else {
			first = m
		}
		last = m
	}
	return time.Duration(min(shortest, first+24*60-last)) * time.Minute
}

// Clock runs jobs: each on a goroutine of its own, one run at a time. A run
// that is due while the one before still goes on is left out, and a panic ends
// the run but not the process. Jobs are added before Run.
type Clock struct {
	log  *slog.Logger
	now  func() time.Time
	jobs []*clockJob
}

// NewClock makes a Clock that logs what its jobs return, and goes by now.
func NewClock(log *slog.Logger, now func() time.Time) *Clock {
	return &Clock{log: log, now: now}
}

// JobState is how a job of a Clock has been doing.
type JobState struct {
	Name    string
	Running bool
	// Started is when the last run began and Ended when the last one that has
	// ended did; zero where there was none.
	Started, Ended time.Time
	// Err is what the last run that has ended returned, or its panic.
	Err error
	// Runs counts those begun, Skipped those left out because the one before
	// went on, Panics those that ended so.
	Runs, Skipped, Panics int
	// Next is when it runs next.
	Next time.Time
}

// EveryMinute adds a job that runs at every full minute.
func (c *Clock) EveryMinute(name string, job func(context.Context) error) {
	c.add(name, job, func(t time.Time) time.Time { return fullMinute(t) })
}

// On adds a job that runs on a schedule in a zone. What was missed while
// Run did not run is not made up for; of several that the clock jumps over,
// one is.
func (c *Clock) On(name string, s Schedule, zone *time.Location, job func(context.Context) error) {
	c.add(name, job, func(t time.Time) time.Time { return s.Next(t, zone) })
}

func (c *Clock) add(name string, job func(context.Context) error, next func(time.Time) time.Time) {
	j := &clockJob{clock: c, job: job, next: next, log: c.log.With("job", name)}
	j.state.Name = name
	c.jobs = append(c.jobs, j)
}

// Run runs the jobs until ctx ends, which is also the context of theirs; then
// it waits for those that run to return.
//
// The clock ticks at full minutes by now, and each job that became due since
// the last tick runs. So a clock that is put forward costs no more than a
// minute, and one that is put back makes the jobs of that time run again
// rather than stand still until it has caught up.
func (c *Clock) Run(ctx context.Context) {
	ticks := cronLog{log: c.log}
	runner := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(ticks),
		cron.WithChain(cron.SkipIfStillRunning(ticks), cron.Recover(ticks)))
	var wait sync.WaitGroup
	for _, j := range c.jobs {
		j.seen = c.now()
		// In this order: a Recover outside would keep Skip from noticing the
		// end of a run that panics, and disable the job for good.
		chain := cron.NewChain(cron.SkipIfStillRunning(j), cron.Recover(j))
		j.chain = chain.Then(cron.FuncJob(func() { j.run(ctx) }))
	}
	// One entry for all, so that a tick costs one timer.
	runner.Schedule(minutes(c.now), cron.FuncJob(func() {
		for _, j := range c.jobs {
			if ctx.Err() == nil && j.due() {
				wait.Go(j.chain.Run)
			}
		}
	}))
	runner.Start()
	<-ctx.Done()
	<-runner.Stop().Done()
	wait.Wait()
}

// States are how the jobs have been doing, in the order they were added.
func (c *Clock) States() []JobState {
	states := make([]JobState, len(c.jobs))
	for i, j := range c.jobs {
		j.mu.Lock()
		states[i] = j.state
		j.mu.Unlock()
		states[i].Next = j.next(c.now())
	}
	return states
}

// minutes is a cron.Schedule that goes to the next full minute of a clock.
// It moves the time it is given rather than make a new one: so the library
// compares what the monotonic clock says, where there is one, and does not
// sleep for an hour when the other one is put back by that.
type minutes func() time.Time

// Next implements cron.Schedule.
func (now minutes) Next(t time.Time) time.Time {
	at := now()
	return t.Add(fullMinute(at).Sub(at.Round(0)))
}

// clockJob is a job of a Clock. It is the cron.Logger of its own chain, which
// is how skipped runs and panics are told.
type clockJob struct {
	clock *Clock
	job   func(context.Context) error
	next  func(time.Time) time.Time
	log   *slog.Logger
	chain cron.Job

	mu    sync.Mutex
	seen  time.Time // up to when it is known what was due
	state JobState
}

// due reports whether the job became due since it was last asked.
func (j *clockJob) due() bool {
	now := j.clock.now()
	j.mu.Lock()
	defer j.mu.Unlock()
	if now.Before(j.seen) { // put back
		j.seen = now.Add(-time.Minute)
	}
	next := j.next(j.seen)
	j.seen = now
	return !next.IsZero() && !next.After(now)
}

// run is one run, inside Skip and Recover.
func (j *clockJob) run(ctx context.Context) {
	started := j.clock.now()
	j.mu.Lock()
	j.state.Running, j.state.Started = true, started
	j.state.Runs++
	j.mu.Unlock()
	err := errPanic
	defer func() { // also when it panics
		j.mu.Lock()
		defer j.mu.Unlock()
		j.state.Running, j.state.Ended, j.state.Err = false, j.clock.now(), err
		if err == errPanic {
			j.state.Panics++
		}
	}()
	err = j.job(ctx)
	if err != nil && ctx.Err() == nil {
		j.log.Error("job failed", "err", err)
	}
}

// errPanic is the state of a job that panicked; the log says more.
var errPanic = errors.New("the job panicked")

// Info implements cron.Logger. The chain has nothing to tell but skipped runs.
func (j *clockJob) Info(msg string, _ ...any) {
	j.mu.Lock()
	j.state.Skipped++
	j.mu.Unlock()
	j.log.Warn("run left out, the one before still goes on", "msg", msg)
}

// Error implements cron.Logger.
func (j *clockJob) Error(err error, msg string, args ...any) {
	j.log.Error("job panicked", append([]any{"err", err, "msg", msg}, args...)...)
}

// cronLog is the cron.Logger of the ticks, which nobody wants to read.
type cronLog struct{ log *slog.Logger }

// Info implements cron.Logger.
func (cronLog) Info(string, ...any) {}

// Error implements cron.Logger.
func (l cronLog) Error(err error, msg string, args ...any) {
	l.log.Error(msg, append([]any{"err", err}, args...)...)
}
