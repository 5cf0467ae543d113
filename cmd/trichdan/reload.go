package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"trichdan/bot"
	"trichdan/jobs"
)

// reloadVerb mirrors the folders and prints the report, or changes which build
// of the index is in use. Where a bot runs over the data folder, it does so.
type reloadVerb struct {
	Rebuild  bool `help:"Also build the index anew, beside the one in use, and check it before it takes its place."`
	Rollback bool `help:"Do not read the folders: bring the build of the index back that was in use before the last."`
}

func (v *reloadVerb) problems() []string {
	if v.Rebuild && v.Rollback {
		return []string{"--rebuild and --rollback exclude each other: give one"}
	}
	return nil
}

func (v *reloadVerb) run(ctx context.Context, c *config) error {
	a, err := openApp(ctx, c)
	if errors.Is(err, errInUse) {
		x := newControlClient(c)
		// In a container both have the same TRICHDAN_CORPUS.
		folders, remote := x.Folders(ctx)
		if remote == nil && len(c.corpus) > 0 && !slices.Equal(folders, c.corpus) {
			return fmt.Errorf("%w; leave --corpus (TRICHDAN_CORPUS) out to have that one read its own folders", err)
		}
		if remote == nil {
			remote = v.order(ctx, c, x)
		}
		if errors.Is(remote, errNoControl) {
			return err // it is no bot, but a verb that will end
		}
		return remote
	}
	if err != nil {
		return err
	}
	return errors.Join(v.order(ctx, c, orders{a}), a.Close())
}

// order has x do what the flags say.
func (v *reloadVerb) order(ctx context.Context, c *config, x controlled) error {
	p := newProgress(c.err)
	defer p.clear()
	if v.Rollback {
		if err := x.Rollback(ctx); err != nil {
			return err
		}
		return printIndex(ctx, c, x)
	}
	report, err := x.Reload(ctx, p.ofReload())
	p.clear()
	if err != nil {
		return err
	}
	if err := printReport(c.out, report); err != nil || !v.Rebuild {
		return err
	}
	if err := x.Rebuild(ctx, p.ofReload()); err != nil {
		return err
	}
	p.clear()
	return printIndex(ctx, c, x)
}

// printIndex says which build of the index is in use now.
func printIndex(ctx context.Context, c *config, x controlled) error {
	s, err := x.Status(ctx)
	if err != nil {
		return err
	}
	line := "in use: " + s.Index.Generation
	if s.Index.Previous != "" {
		line += ", before: " + s.Index.Previous
	}
	if s.Index.Held {
		line += fmt.Sprintf(" (of another version of the program: it stays as it is, %d changes behind, until trichdan reload --rebuild)", s.Behind)
	}
	_, err = fmt.Fprintln(c.out, line)
	return err
}

// ofReload shows the steps of a reload; nil if that would show nothing.
func (p *progress) ofReload() func(bot.Progress) {
	steps := map[bot.Step]func(done, total int){}
	for step, name := range map[bot.Step]string{
		bot.StepReading: "reading articles", bot.StepIndexing: "indexing articles", bot.StepChecking: "checking the index",
	} {
		if steps[step] = p.step(name); steps[step] == nil {
			return nil
		}
	}
	return func(q bot.Progress) {
		if show := steps[q.Step]; show != nil && q.Total > 0 {
			show(q.Done, q.Total)
		}
	}
}

// newReloader makes what reloads the corpus while the bot runs.
func (a *app) newReloader() *jobs.Reloader {
	return jobs.NewReloader(jobs.ReloaderOptions{
		Mirror: func(ctx context.Context, progress func(done, total int)) (jobs.Report, error) {
			a.refreshing.Lock()
			defer a.refreshing.Unlock()
			r, err := a.mirror(ctx, true, progress)
			if r == nil {
				r = &jobs.Report{}
			}
			if err != nil {
				a.config.metrics.reload(err)
			}
			return *r, err
		},
		Index: func(ctx context.Context, progress func(step jobs.Step, done, total int)) error {
			err := a.updateIndex(ctx, progress)
			a.config.metrics.reload(err)
			return err
		},
		After: func(ctx context.Context) {
			if err := a.digests.Tick(ctx); err != nil && ctx.Err() == nil {
				a.config.log.Error("digests after a reload", "error", err)
			}
		},
		Now: time.Now, Log: a.config.log,
	})
}

// reloadFor is a reload that somebody waits for, as the bot tells of it.
func (a *app) reloadFor(ctx context.Context, reason string, progress func(bot.Progress)) (bot.Reload, error) {
	r, err := a.reload(ctx, reason, progress)
	out := bot.Reload{
		Added: r.Added, Changed: r.Changed, Withdrawn: r.Withdrawn, Restored: r.Restored, Unchanged: r.Unchanged,
		Duplicates: len(r.Duplicates), Elapsed: r.Elapsed,
	}
	for _, f := range r.Failures {
		out.Failures = append(out.Failures, f.Path+": "+oneLine(f.Err))
	}
	return out, err
}

// reload is a reload, counted.
func (a *app) reload(ctx context.Context, reason string, progress func(bot.Progress)) (jobs.Report, error) {
	var told func(jobs.ReloadProgress)
	if progress != nil {
		told = func(p jobs.ReloadProgress) {
			progress(bot.Progress{Step: bot.Step(p.Step), Done: p.Done, Total: p.Total})
		}
	}
	return a.reloader.Reload(ctx, reason, told)
}

// updateIndex brings the index up to date with the store.
func (a *app) updateIndex(ctx context.Context, progress func(step jobs.Step, done, total int)) error {
	_, err := a.index.Update(ctx, func(done, total int) { progress(jobs.StepIndexing, done, total) })
	return err
}

// Reload implements controlled.
func (o orders) Reload(ctx context.Context, progress func(bot.Progress)) (jobs.Report, error) {
	return o.reload(ctx, "command line", progress)
}

// Rebuild implements controlled.
func (o orders) Rebuild(ctx context.Context, progress func(bot.Progress)) error {
	_, err := o.index.Rebuild(ctx, func(done, total int) {
		if progress != nil {
			progress(bot.Progress{Step: bot.StepIndexing, Done: done, Total: total})
		}
	})
	return err
}

// Rollback implements controlled.
func (o orders) Rollback(ctx context.Context) error {
	_, err := o.index.Rollback(ctx)
	return err
}

// Status implements controlled.
func (o orders) Status(ctx context.Context) (bot.Status, error) { return o.status(ctx) }

// Folders implements controlled.
func (o orders) Folders(ctx context.Context) ([]string, error) { return o.corpusFolders(ctx) }
