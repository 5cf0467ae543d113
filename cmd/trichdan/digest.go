package main

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"trichdan/bot"
	"trichdan/bot/chat"
	"trichdan/bot/console"
	"trichdan/corpus"
)

// digestVerb prints a digest and sends nothing.
type digestVerb struct {
	Since string `placeholder:"TIME" help:"Tell of articles that arrived after this: a time (2026-11-20T07:00:00Z), a day (2026-11-20, in Vietnam), or how long ago (24h, 7d). Default: of all."`
	Topic string `placeholder:"TOPIC" help:"Tell only of this, a query such as 'giá điện'."`
	Lang  string `placeholder:"LANG" default:"vi" enum:"vi,en" help:"Language of the words around the quotes: vi or en. Default: vi."`

	since func(now time.Time) time.Time
}

// ago is how long ago something was, as people write it.
var ago = regexp.MustCompile(`^(\d{1,5})(d|h|m)$`)

func (v *digestVerb) problems() []string {
	text := strings.TrimSpace(v.Since)
	if text == "" {
		v.since = func(time.Time) time.Time { return time.Time{} }
		return nil
	}
	if m := ago.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		if err == nil {
			unit := map[string]time.Duration{"d": 24 * time.Hour, "h": time.Hour, "m": time.Minute}[m[2]]
			v.since = func(now time.Time) time.Time { return now.Add(-time.Duration(n) * unit) }
			return nil
		}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, corpus.Zone); err == nil {
			v.since = func(time.Time) time.Time { return t }
			return nil
		}
	}
	return []string{fmt.Sprintf("--since is %q: want a time such as 2026-11-20T07:00:00+07:00, a day such as 2026-11-20, or 24h or 7d", v.Since)}
}

func (v *digestVerb) run(ctx context.Context, c *config) error {
	return with(ctx, c, false, func(a *app) error {
		a.sayMirrored()
		q := bot.DigestQuery{Topic: v.Topic, Lang: chat.Lang(v.Lang), Always: true}
		var err error
		if since := v.since(time.Now()); !since.IsZero() {
			if q.After, err = a.store.SeqAt(ctx, since); err != nil {
				return err
			}
		}
		if q.UpTo, err = a.index.Cursor(); err != nil {
			return err
		}
		d, err := a.bot.Digest(ctx, q)
		if err != nil {
			return err
		}
		for i, m := range d.Messages {
			if i > 0 {
				if _, err := fmt.Fprintln(c.out); err != nil {
					return err
				}
			}
			m.Buttons = nil // there is nothing to press
			if err := console.Render(c.out, m, console.StyleOf(c.out, c.noColor)); err != nil {
				return err
			}
		}
		return nil
	})
}
