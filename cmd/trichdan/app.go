package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"trichdan/bot"
	"trichdan/corpus/store"
	"trichdan/index"
	"trichdan/jobs"
	"trichdan/jobs/ledger"
)

// app is the program's parts, wired together. Only one at a time can be open
// over a data directory.
type app struct {
	config *config
	store  *store.Store
	ledger *ledger.Ledger
	index  *index.Index
	bot    *bot.Bot
	// platforms are those that serve has made.
	platforms []platform
	started   time.Time
	// mirrored is what mirroring the folders did; nil if the articles were
	// used as they were.
	mirrored *jobs.Report
	closers  []func() error

	subscriptions *subscriptions
	digests       *jobs.Digests
	clock         *jobs.Clock
	deliverers    []*jobs.Deliverer
	delivering    sync.Mutex // guards deliverers: people subscribe before they are there
	// reloader reloads while the bot runs. refreshing is held while the folders
	// are read, by it or at the start.
	reloader   *jobs.Reloader
	refreshing sync.Mutex
	uploads    *jobs.Uploads
}

// newApp opens the data directory and brings it up to date, see refresh.
func newApp(ctx context.Context, c *config, again bool) (*app, error) {
	a, err := openApp(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := a.refresh(ctx, again); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// openApp opens the data directory as it is: store, ledger, index, bot.
func openApp(ctx context.Context, c *config) (a *app, err error) {
	a = &app{config: c, started: time.Now()}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	unlock, err := c.lock()
	if err != nil {
		return a, err
	}
	a.onClose(unlock)

	if a.store, err = store.Open(ctx, c.database(), time.Now); err != nil {
		return a, err
	}
	a.onClose(a.store.Close)
	if a.ledger, err = ledger.Open(ctx, c.ledgerFile(), time.Now); err != nil {
		return a, err
	}
	a.onClose(a.ledger.Close)
	a.ledger.Retain(c.tasks.keep)

	// The index is opened before the store changes: then it can see that it is
	// ahead of a store that was put back from a backup.
	if err = a.dropForeignIndex(ctx); err != nil {
		return a, err
	}
	if a.index, err = index.Open(ctx, c.indexDir(), a.store, index.Options{Log: c.log, Now: time.Now}); err != nil {
		return a, err
	}
	a.onClose(a.index.Close)

	a.subscriptions = &subscriptions{
		ledger: a.ledger, last: a.store.Last, now: time.Now, when: c.tasks.digest, zone: c.tasks.zone, wake: a.wake,
	}
	if a.uploads, err = a.newUploads(ctx); err != nil {
		return a, err
	}
	a.bot = bot.New(a.index, a.store, bot.Options{
		Log: c.log, Now: time.Now, Examples: a.examples, Ledger: a.ledger, Records: a.ledger, Status: a.status,
		Admins: c.platforms.admins(), UserRate: rate(c.platforms.QuestionsPerUser), ChatRate: rate(c.platforms.QuestionsPerChat),
		Subscriptions: a.subscriptions, Parked: a.subscriptions, Editor: &editor{a, a.uploads},
		Reload: func(ctx context.Context, progress func(bot.Progress)) (bot.Reload, error) {
			return a.reloadFor(ctx, "admin", progress)
		},
		PublicURL: c.endpoint.public(), Observe: c.metrics.question,
		Unlimited: []string{"console"}, InFlight: c.platforms.QuestionsInFlight,
	})
	a.reloader = a.newReloader()
	a.onClose(func() error {
		a.reloader.Close()
		return nil
	})
	a.schedule()
	return a, nil
}

// refresh makes store and index equal to the folders. With again set, the folders
// that were mirrored before are mirrored again also where the configuration names
// none.
func (a *app) refresh(ctx context.Context, again bool) (err error) {
	a.refreshing.Lock()
	defer a.refreshing.Unlock()
	p := newProgress(a.config.err)
	defer p.clear()
	if a.mirrored, err = a.mirror(ctx, again, p.step("reading articles")); err != nil {
		return err
	}
	if _, err = a.index.Update(ctx, p.step("indexing articles")); err != nil {
		return err
	}
	return a.followCorpus(ctx)
}

// onClose adds a step to Close.
func (a *app) onClose(f func() error) { a.closers = append(a.closers, f) }

// Close ends the parts, the last one first. It may be called again.
func (a *app) Close() error {
	var errs []error
	for _, f := range slices.Backward(a.closers) {
		errs = append(errs, f())
	}
	a.closers = nil
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}

// with opens the app for what f does with it.
func with(ctx context.Context, c *config, again bool, f func(*app) error) (err error) {
	a, err := newApp(ctx, c, again)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return f(a)
}
