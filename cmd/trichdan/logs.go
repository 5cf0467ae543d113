package main

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// logFormats are the values of --log-format.
var logFormats = []string{"auto", "text", "json"}

// newLog makes a logger that writes text.
func newLog(w io.Writer, level slog.Leveler) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}

// newRunLog makes the logger of a run, which writes no secrets and keeps the
// errors. With format "auto" a person reads text on a terminal, and a program
// JSON elsewhere.
func newRunLog(w *redacted, level slog.Leveler, format string, kept *loggedErrors) *slog.Logger {
	o := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewJSONHandler(w, o)
	if format == "text" || format != "json" && isTerminal(w) {
		h = slog.NewTextHandler(w, o)
	}
	return slog.New(redacting{counting{Handler: h, kept: kept}, &w.known})
}

// What is kept of the errors that were logged.
const (
	mostErrors   = 100 // different ones
	errorsKept   = 24 * time.Hour
	longestError = 300 // runes
)

// loggedError is an error that the log has, once or more often.
type loggedError struct {
	At    time.Time // the last time
	Text  string
	Times int
}

// loggedErrors keeps the errors of the last day in memory, for admins to see. It
// is safe for concurrent use.
type loggedErrors struct {
	now func() time.Time

	mu   sync.Mutex
	list []loggedError // the last logged one last
}

func (l *loggedErrors) add(text string, at time.Time) {
	if r := []rune(text); len(r) > longestError {
		text = string(r[:longestError]) + "…"
	}
	e := loggedError{At: at, Text: text, Times: 1}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.prune(at)
	if i := slices.IndexFunc(l.list, func(o loggedError) bool { return o.Text == text }); i >= 0 {
		e.Times += l.list[i].Times
		l.list = slices.Delete(l.list, i, i+1)
	} else if len(l.list) == mostErrors {
		l.list = slices.Delete(l.list, 0, 1)
	}
	l.list = append(l.list, e)
}

// prune forgets what is too old.
func (l *loggedErrors) prune(now time.Time) {
	l.list = slices.DeleteFunc(l.list, func(e loggedError) bool { return now.Sub(e.At) > errorsKept })
}

// last gives the errors of the last day, the last one first.
func (l *loggedErrors) last() []loggedError {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.prune(l.now())
	list := slices.Clone(l.list)
	slices.Reverse(list)
	return list
}

// counting is a slog.Handler that keeps the errors. What it is given has no
// secrets any more.
type counting struct {
	slog.Handler
	kept      *loggedErrors
	component string
}

// Enabled: errors are kept also where the log leaves them out.
func (h counting) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError || h.Handler.Enabled(ctx, level)
}

func (h counting) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelError {
		parts := []string{r.Message}
		if h.component != "" {
			parts = []string{h.component, r.Message}
		}
		r.Attrs(func(a slog.Attr) bool {
			switch a.Key {
			case "error", "reason", "problem":
				parts = append(parts, a.Value.String())
			}
			return true
		})
		h.kept.add(strings.Join(strings.Fields(strings.Join(parts, ": ")), " "), r.Time)
	}
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (h counting) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		if a.Key == "component" {
			h.component = a.Value.String()
		}
	}
	h.Handler = h.Handler.WithAttrs(attrs)
	return h
}

func (h counting) WithGroup(name string) slog.Handler {
	h.Handler = h.Handler.WithGroup(name)
	return h
}
