package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/discord"
	"trichdan/bot/telegram"
)

// serveVerb runs the bot: on every platform whose token is set, or, where there
// is none, in the terminal.
type serveVerb struct {
	platforms
	tasks
}

func (v *serveVerb) problems() []string { return append(v.platforms.problems(), v.tasks.problems()...) }

func (v *serveVerb) run(ctx context.Context, c *config) error {
	c.tasks = &v.tasks
	if v.none() {
		return converse(ctx, c)
	}
	c.err.hide(v.telegramToken)
	c.err.hide(v.discordToken)
	if !c.levelSet { // say what it is connected to
		c.level.Set(slog.LevelInfo)
	}
	c.platforms = &v.platforms
	return with(ctx, c, false, func(a *app) error {
		a.sayMirrored()
		return a.serve(ctx)
	})
}

// platform is one of those that the bot speaks on.
type platform interface {
	chat.Receiver
	chat.Sender
	Status() chat.Status
}

// mends says what to do when a platform refuses the bot for good.
var mends = map[string]string{
	"telegram": "copy the token from @BotFather into TRICHDAN_TELEGRAM_TOKEN",
	"discord":  "see the bot's page in the developer portal, and copy its token into TRICHDAN_DISCORD_TOKEN",
}

// serve runs every platform and the HTTP server until ctx ends, which is no
// error, or nothing is left running.
func (a *app) serve(ctx context.Context) error {
	mux, err := a.connect()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var running sync.WaitGroup
	defer running.Wait()
	if address := a.config.platforms.listen(); address != "" {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
		if err != nil {
			return fmt.Errorf("--listen (TRICHDAN_LISTEN): %w", err)
		}
		a.config.log.Info("listening", "address", l.Addr().String())
		running.Go(func() {
			if err := serveHTTP(ctx, l, mux, a.config.log); err != nil {
				stop(err)
			}
		})
	}
	senders := map[string]chat.Sender{}
	for _, p := range a.platforms {
		senders[p.Status().Platform] = p
	}
	wait, err := a.work(ctx, senders)
	if err != nil {
		return err
	}
	defer wait()
	defer stop(nil)

	var failures []error
	var mu sync.Mutex
	var receiving sync.WaitGroup
	for _, p := range a.platforms {
		receiving.Go(func() {
			err := p.Receive(ctx, a.bot.Handle)
			if ctx.Err() != nil {
				return
			}
			name := p.Status().Platform
			if err == nil {
				err = errors.New("ended by itself")
			}
			if refused, ok := errors.AsType[*chat.Error](err); ok && refused.Kind == chat.Unauthorized {
				err = fmt.Errorf("%w: %s", err, mends[name])
			}
			a.config.log.Error("platform stopped", "platform", name, "error", err)
			mu.Lock()
			failures = append(failures, fmt.Errorf("%s: %w", name, err))
			mu.Unlock()
		})
	}
	receiving.Wait()
	if cause := context.Cause(ctx); cause != nil {
		if errors.Is(cause, context.Canceled) {
			return nil // that is how serving ends
		}
		return cause
	}
	stop(nil)
	return errors.Join(failures...)
}

// connect makes the platforms whose token is set, and the handler of what
// reaches them over HTTP.
func (a *app) connect() (http.Handler, error) {
	p := a.config.platforms
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	if p.telegramToken != "" {
		t := telegram.New(telegram.Options{
			Token: p.telegramToken, API: p.TelegramAPI, Webhook: p.TelegramWebhook, Admins: p.TelegramAdmin,
			Commands: a.bot.Commands(), Phrases: a.bot.Phrases, Journal: a.ledger, Now: time.Now, Log: a.config.log,
		})
		a.platforms = append(a.platforms, t)
		if p.TelegramWebhook != "" {
			mux.Handle("POST "+t.WebhookPath(), t)
		}
	}
	if p.discordToken != "" {
		d, err := discord.New(discord.Options{
			Token: p.discordToken, API: p.DiscordAPI, PublicKey: p.DiscordPublicKey,
			Commands: a.bot.Commands(), Complete: a.bot.Complete, Phrases: a.bot.Phrases, Journal: a.ledger, Now: time.Now, Log: a.config.log,
		})
		if err != nil {
			return nil, err
		}
		a.platforms = append(a.platforms, d)
		if p.DiscordPublicKey != "" {
			mux.Handle("POST /discord/interactions", d)
		}
	}
	return mux, nil
}
