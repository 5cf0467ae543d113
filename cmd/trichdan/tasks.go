package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
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
	Watch        toggle `name:"watch" env:"TRICHDAN_WATCH" help:"Mirror the folders of articles again as soon as something in them changes."`
	Keep         string `name:"keep-questions" placeholder:"DAYS" env:"TRICHDAN_KEEP_QUESTIONS" help:"For how many days questions and what people thought of the answers are kept for statistics, without who it was. Default: 90."`
	TelegramOnce toggle `name:"telegram-once" env:"TRICHDAN_TELEGRAM_ONCE" help:"Where the connection is lost before Telegram has answered, do not send a digest again. It may be lost then; by default it may come twice."`

	reload, digest jobs.Schedule
	zone           *time.Location
	keep           time.Duration // 0: as long as the ledger does by itself
}

// mostKept is the most days that questions may be kept.
const mostKept = 3650

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
	list = append(list, v.Watch.problems("--watch", "TRICHDAN_WATCH")...)
	if v.Keep != "" {
		if days, err := strconv.Atoi(v.Keep); err != nil || days < 1 || days > mostKept {
			problem("--keep-questions (TRICHDAN_KEEP_QUESTIONS) is %q: want a number of days from 1 to %d", v.Keep, mostKept)
		} else {
			v.keep = time.Duration(days) * 24 * time.Hour
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
			_, err := a.reload(ctx, "clock", nil)
			return err
		})
	}
	hourly, err := jobs.ParseSchedule("every 1h")
	if err != nil {
		panic(err) // the text is fixed
	}
	a.clock.On("prune", hourly, v.zone, func(ctx context.Context) error {
		return errors.Join(a.ledger.Prune(ctx), a.uploads.Prune(ctx))
	})
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
	a.delivering.Lock()
	defer a.delivering.Unlock()
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
			Now: time.Now, Jitter: rand.Float64, Log: a.config.log, Observe: a.config.metrics.delivery(name),
		})
		a.delivering.Lock()
		a.deliverers = append(a.deliverers, d)
		a.delivering.Unlock()
		running.Go(func() { d.Run(ctx) })
	}
	running.Go(func() {
		// What was missed while no process ran does not wait for the next minute.
		if err := a.digests.Tick(ctx); err != nil && ctx.Err() == nil {
			a.config.log.Error("digests at the start", "error", err)
		}
		a.clock.Run(ctx)
	})
	return running.Wait, nil
}

// quietTime is how long nothing changes in the folders before they are read.
const quietTime = 2 * time.Second

// startWatch watches the folders, where that is wanted, until end is called or
// ctx ends. It is begun before the folders are read: what changes while they are
// is read after that.
func (a *app) startWatch(ctx context.Context) (end func()) {
	if !a.config.tasks.Watch.on() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { a.watch(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}

// watch reloads when something in the folders changes, until ctx ends.
func (a *app) watch(ctx context.Context) {
	dirs, err := a.corpusFolders(ctx)
	if err == nil && len(dirs) == 0 {
		return // the sample does not change
	}
	if err == nil {
		err = jobs.Watch(ctx, dirs, quietTime, func() {
			// What fails is in the log, and with the next change it is tried again.
			_, _ = a.reload(ctx, "watch", nil)
		}, a.config.log)
	}
	if err != nil && ctx.Err() == nil {
		a.config.log.Error("the folders of articles are not watched any more: a reload has to be asked for, by /naplai or --reload-at", "error", err)
	}
}

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
	s.Jobs = withReload(s.Jobs, a.reloader.State())
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

// withReload tells of the reload that runs, or ran last, whoever asked for it.
func withReload(list []bot.JobStatus, r jobs.ReloadState) []bot.JobStatus {
	if !r.Running && r.Last.At.IsZero() {
		return list
	}
	const name = "reload"
	at := slices.IndexFunc(list, func(j bot.JobStatus) bool { return j.Name == name })
	if at < 0 {
		at = len(list)
		list = append(list, bot.JobStatus{Name: name})
	}
	j := &list[at]
	j.Running, j.Started, j.Ended, j.Problem = r.Running, r.Since, r.Last.At, ""
	if r.Last.Err != nil {
		j.Problem = oneLine(r.Last.Err)
	}
	return list
}

// mostParked is up to how many rejected messages are counted.
const mostParked = 1000
