package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"trichdan/bot"
	"trichdan/bot/chat"
	"trichdan/jobs"
)

// tasks is what the bot does by the clock, as the operator wants it.
type tasks struct {
	ReloadAt     string `name:"reload-at" placeholder:"WHEN" env:"TRICHDAN_RELOAD_AT" help:"When to mirror the folders of articles again while the bot runs: 'daily 06:30', 'every 2h', or a cron expression such as '*/30 * * * *'. Default: only when an admin asks for it."`
	DigestAt     string `name:"digest-at" placeholder:"WHEN" env:"TRICHDAN_DIGEST_AT" help:"When digests come for those who do not say: 'daily 07:00' (the default), 'weekly 1,4 08:00', 'every 6h', 'arrival', or a cron expression."`
	Zone         string `placeholder:"ZONE" env:"TRICHDAN_ZONE" help:"Time zone of --reload-at, and of digests for those who do not say: an IANA name. Default: Asia/Ho_Chi_Minh."`
	TelegramOnce toggle `name:"telegram-once" env:"TRICHDAN_TELEGRAM_ONCE" help:"Where the connection is lost before Telegram has answered, do not send a digest again. It may be lost then; by default it may come twice."`

	reload, digest jobs.Schedule
	zone           *time.Location
}

// problems reads the schedules and says what is wrong with them.
func (v *tasks) problems() (list []string) {
	problem := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	var err error
	if v.zone, err = jobs.LoadZone(v.Zone); err != nil {
		problem("--zone (TRICHDAN_ZONE): %v", err)
	}
	v.digest = defaultWhen
	for _, s := range []struct {
		name, text string
		to         *jobs.Schedule
	}{
		{"--reload-at (TRICHDAN_RELOAD_AT)", v.ReloadAt, &v.reload},
		{"--digest-at (TRICHDAN_DIGEST_AT)", v.DigestAt, &v.digest},
	} {
		if strings.TrimSpace(s.text) == "" {
			continue
		}
		if *s.to, err = operatorSchedule(s.text); err != nil {
			problem("%s: %v", s.name, err)
		}
	}
	list = append(list, v.TelegramOnce.problems("--telegram-once", "TRICHDAN_TELEGRAM_ONCE")...)
	if v.reload.Kind() == jobs.Arrival {
		problem("--reload-at (TRICHDAN_RELOAD_AT) is %q: articles arrive by reloading; give a time, such as 'every 1h'", v.ReloadAt)
	}
	return list
}

// operatorSchedule reads a schedule as operators write it: the word "cron" may
// be left out.
func operatorSchedule(text string) (jobs.Schedule, error) {
	if fields := strings.Fields(text); len(fields) == 5 && strings.Trim(text, "0123456789*/,- \t") == "" {
		text = "cron " + text
	}
	return jobs.ParseSchedule(text)
}

// schedule makes what the app does by the clock; nothing runs yet.
func (a *app) schedule() {
	v := a.config.tasks
	a.digests = &jobs.Digests{
		Ledger: a.ledger, Indexed: a.index.Cursor, Last: a.store.Last, Compose: a.compose,
		Now: time.Now, Log: a.config.log.With("component", "digests"), Enqueued: a.wake,
	}
	a.clock = jobs.NewClock(a.config.log.With("component", "clock"), time.Now)
	a.clock.EveryMinute("digest", a.digests.Tick)
	if !v.reload.IsZero() {
		a.clock.On("reload", v.reload, v.zone, func(ctx context.Context) error {
			_, err := a.reload(ctx)
			return err
		})
	}
	hourly, err := jobs.ParseSchedule("every 1h")
	if err != nil {
		panic(err) // the text is fixed
	}
	a.clock.On("prune", hourly, v.zone, a.ledger.Prune)
}

// compose makes a digest for jobs.
func (a *app) compose(ctx context.Context, w jobs.Wish) (jobs.Digest, error) {
	d, err := a.bot.Digest(ctx, bot.DigestQuery{
		After: w.After, UpTo: w.UpTo, Topic: w.Topic, Outlets: w.Outlets, Lang: w.Lang, Always: w.Always,
	})
	if err != nil {
		return jobs.Digest{}, err
	}
	return jobs.Digest{Messages: d.Messages, Articles: d.New + d.Updated, Arrived: d.Arrived}, nil
}

// wake tells the deliverers that there is something to send.
func (a *app) wake() {
	for _, d := range a.deliverers {
		d.Wake()
	}
}

// work runs the clock and the deliverers until ctx ends, each platform's digests
// by its sender. Wait returns when all has ended.
func (a *app) work(ctx context.Context, senders map[string]chat.Sender) (wait func(), err error) {
	once := map[string]bool{"telegram": a.config.tasks.TelegramOnce.on()}
	if _, err := jobs.Recover(ctx, a.ledger, time.Now, once, a.config.log); err != nil {
		return nil, err
	}
	var running sync.WaitGroup
	for name, s := range senders {
		d := jobs.NewDeliverer(jobs.DelivererOptions{
			Platform: name, Ledger: a.ledger, Sender: s, Current: a.bot.Current, Told: a.bot.Told, Once: once[name],
			Now: time.Now, Jitter: rand.Float64, Log: a.config.log,
		})
		a.deliverers = append(a.deliverers, d)
		running.Go(func() { d.Run(ctx) })
	}
	a.background = ctx
	running.Go(func() {
		// What was missed while no process ran does not wait for the next minute.
		if err := a.digests.Tick(ctx); err != nil && ctx.Err() == nil {
			a.config.log.Error("digests at the start", "error", err)
		}
		a.clock.Run(ctx)
	})
	return func() {
		running.Wait()
		a.reloads.Wait()
	}, nil
}

// reload mirrors the folders again while the bot runs, and has what is new told
// to those who wait for it. Those who ask while it runs get the same report.
func (a *app) reload(ctx context.Context) (jobs.Report, error) {
	if err := ctx.Err(); err != nil {
		return jobs.Report{}, err
	}
	type result struct {
		jobs.Report
		error
	}
	done := make(chan result, 1)
	// It goes on when whoever asked cannot wait.
	a.reloads.Go(func() {
		report, err, _ := a.reloading.Do("", func() (any, error) { return a.reloadNow(a.background) })
		done <- result{report.(jobs.Report), err}
	})
	select {
	case r := <-done:
		return r.Report, r.error
	case <-ctx.Done():
		return jobs.Report{}, ctx.Err()
	}
}

func (a *app) reloadNow(ctx context.Context) (report jobs.Report, err error) {
	defer func() {
		if err != nil && ctx.Err() == nil {
			a.config.log.Error("reload", "error", a.config.explain(err))
		}
	}()
	mirrored, err := a.mirror(ctx, true, nil)
	if err != nil {
		return report, err
	}
	report = *mirrored
	a.config.log.Info("reload", "articles", counts(report, true), "elapsed", report.Elapsed)
	if _, err := a.index.Update(ctx, nil); err != nil {
		return report, err
	}
	if err := a.digests.Tick(ctx); err != nil && ctx.Err() == nil {
		a.config.log.Error("digests after a reload", "error", err)
	}
	return report, nil
}

// reloadForAdmin is the reload of /naplai. Who cannot wait for its end is told.
func (a *app) reloadForAdmin(ctx context.Context, _ func(bot.Progress)) (bot.Reload, error) {
	limited, cancel := context.WithTimeout(ctx, reloadPatience)
	defer cancel()
	r, err := a.reload(limited)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = fmt.Errorf("%w: %w", bot.ErrReloading, err)
	}
	out := bot.Reload{
		Added: r.Added, Changed: r.Changed, Withdrawn: r.Withdrawn, Restored: r.Restored, Unchanged: r.Unchanged,
		Duplicates: len(r.Duplicates), Elapsed: r.Elapsed,
	}
	for _, f := range r.Failures {
		out.Failures = append(out.Failures, f.Path+": "+oneLine(f.Err))
	}
	return out, err
}

// reloadPatience is how long an admin waits for the report of a reload; the
// platforms give an answer a minute.
const reloadPatience = 40 * time.Second

// corpusNote is the name under which the ledger knows which corpus.db its
// cursors are about.
const corpusNote = "identity"

// followCorpus keeps the cursors of subscriptions right where corpus.db is
// another one than before, or was put back from a backup: what it holds is no
// news to anybody.
func (a *app) followCorpus(ctx context.Context) error {
	identity, err := a.store.Meta(ctx, identityKey)
	if err != nil {
		return err
	}
	known, err := a.ledger.Note(ctx, "corpus", corpusNote)
	if err != nil {
		return err
	}
	last, err := a.store.Last(ctx)
	if err != nil {
		return err
	}
	if known != "" && known != identity {
		a.config.log.Warn("corpus.db is another one than before: digests go on with what arrives from now on")
		if err := a.ledger.PassOver(ctx, last); err != nil {
			return err
		}
	} else if err := a.ledger.PutBack(ctx, last); err != nil {
		return err
	}
	if known == identity {
		return nil
	}
	return a.ledger.SetNote(ctx, "corpus", corpusNote, identity)
}

// jobStatus is what /trangthai tells of jobs and digests.
func (a *app) jobStatus(ctx context.Context, s *bot.Status) error {
	for _, j := range a.clock.States() {
		status := bot.JobStatus{Name: j.Name, Running: j.Running, Started: j.Started, Ended: j.Ended, Next: j.Next}
		if j.Err != nil {
			status.Problem = j.Err.Error()
		}
		s.Jobs = append(s.Jobs, status)
	}
	d, err := a.ledger.DeliveryStats(ctx, time.Now().Add(-24*time.Hour))
	if err != nil {
		return err
	}
	s.Deliveries = bot.DeliveryStatus{
		Subscriptions: d.Subscriptions, Paused: d.Paused, Waiting: d.Waiting, Held: d.Held, Sending: d.Sending, OldestWaiting: d.OldestWaiting,
		Sent: d.Sent, Unknown: d.Unknown, Rejected: d.Parked, Dropped: d.Dropped, Repeats: d.Repeats,
	}
	parked, err := a.ledger.ParkedDeliveries(ctx, mostParked)
	if err != nil || len(parked) == 0 {
		return err
	}
	s.Deliveries.Parked, s.Deliveries.Problem = len(parked), parked[0].Problem
	return nil
}

// mostParked is up to how many rejected messages are counted.
const mostParked = 1000
