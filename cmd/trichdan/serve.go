package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"trichdan/bot/chat"
)

// serveVerb runs the bot: on every platform whose token is set, and on the web
// page; where there is no token, also in the terminal, or it answers the lines
// of standard input.
type serveVerb struct {
	platforms
	endpoint
	tasks
}

func (v *serveVerb) problems() []string {
	list := v.platforms.problems()
	list = append(list, v.endpoint.problems(v.platforms.webhook())...)
	return append(list, v.tasks.problems()...)
}

func (v *serveVerb) run(ctx context.Context, c *config) error {
	for _, s := range []string{v.telegramToken, v.discordToken, v.webToken, v.metricsToken} {
		c.err.hide(s)
	}
	c.tasks, c.platforms, c.endpoint = &v.tasks, &v.platforms, &v.endpoint
	in := inputOf(c.in)
	switch {
	case v.none() && in == fromTerminal:
		return converse(ctx, c, true)
	case v.none() && (in == fromLines || !c.named):
		return converse(ctx, c, false)
	}
	if !c.levelSet { // say what it is connected to
		c.level.Set(slog.LevelInfo)
	}
	a, err := openApp(ctx, c)
	if err != nil {
		return err
	}
	return errors.Join(a.serve(ctx), a.Close())
}

// input is what standard input is.
type input int

const (
	fromNothing  input = iota // the null device, as under systemd, or closed
	fromTerminal              // somebody types
	fromLines                 // a pipe, a file, a socket
)

func inputOf(r io.Reader) input {
	f, ok := r.(*os.File)
	if !ok {
		return fromLines
	}
	if term.IsTerminal(int(f.Fd())) {
		return fromTerminal
	}
	if info, err := f.Stat(); err != nil || info.Mode()&fs.ModeCharDevice != 0 {
		return fromNothing
	}
	return fromLines
}

// How long the end may take: what is being answered has settleTime, and what is
// cut off then a moment for the calls that are on their way. In all that is
// below the 10 s after which container engines kill.
const settleTime = 8 * time.Second

// serve runs every platform, the HTTP server and what goes by the clock until
// ctx ends, which is no error, or nothing is left running. The end is in steps:
// nothing more is taken, what was taken is answered, then all is cut off.
func (a *app) serve(ctx context.Context) error {
	// ctx is the time in which updates are taken; in that of work, what was taken
	// is answered.
	work, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	taking, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	in := newIntake(a.ledger)
	doors, err := a.connect(in)
	if err != nil {
		return err
	}
	site, err := a.openSite(work, doors, in.ending, a.config.platforms.none())
	if err != nil {
		return err
	}
	endControl := a.takeOrders(work)

	senders := map[string]chat.Sender{}
	for _, p := range a.platforms {
		senders[p.Status().Platform] = p
	}
	var running sync.WaitGroup
	running.Go(func() {
		if err := a.keepUp(taking, site, senders); err != nil {
			stop(err)
		}
	})
	running.Go(func() {
		if err := site.wait(taking); err != nil {
			stop(err)
		}
	})
	var failures []error
	var mu sync.Mutex
	var receiving sync.WaitGroup
	for _, p := range a.platforms {
		receiving.Go(func() {
			// What arrives in the meantime waits on the platform.
			if site.ready.first() {
				select {
				case <-site.ready.refreshed:
				case <-taking.Done():
					return
				}
			}
			err := a.receive(work, p)
			if err == nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if failures = append(failures, err); len(failures) == len(a.platforms) {
				stop(errors.Join(failures...))
			}
		})
	}

	<-taking.Done()
	a.config.log.Info("ending")
	a.reloader.Close() // who waits for a reload is told that it has ended
	settle(work, in, site)
	cut(nil)
	receiving.Wait()
	running.Wait()
	endControl()
	if ctx.Err() != nil {
		return nil // that is how serving ends
	}
	return context.Cause(taking)
}

// receive answers on a platform until ctx ends. The error is that the platform
// does not want the bot.
func (a *app) receive(ctx context.Context, p platform) error {
	err := p.Receive(ctx, a.bot.Handle)
	if ctx.Err() != nil {
		return nil
	}
	name := p.Status().Platform
	if err == nil {
		err = errors.New("ended by itself")
	}
	if refused, ok := errors.AsType[*chat.Error](err); ok && refused.Kind == chat.Unauthorized {
		err = fmt.Errorf("%w: %s", err, mends[name])
	}
	a.config.log.Error("platform stopped", "platform", name, "error", err)
	return fmt.Errorf("%s: %w", name, err)
}

// keepUp reads the folders, and then does what goes by the clock, until ctx ends.
// The error is that the folders cannot be read.
func (a *app) keepUp(ctx context.Context, site *site, senders map[string]chat.Sender) error {
	defer a.startWatch(ctx)()
	err := a.refresh(ctx, false)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	if a.mirrored != nil {
		logReport(a.config.log, *a.mirrored)
	}
	site.refreshed()
	wait, err := a.work(ctx, senders)
	if err != nil {
		return err
	}
	wait()
	return nil
}

// settle lets what was taken be answered, as long as there is time.
func settle(work context.Context, in *intake, site *site) {
	ctx, cancel := context.WithTimeout(work, settleTime)
	defer cancel()
	answered := in.close()
	var closing sync.WaitGroup
	closing.Go(func() { site.finish(ctx) })
	select {
	case <-answered:
	case <-ctx.Done():
	}
	closing.Wait()
}
