package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// hidden stands where a secret was.
const hidden = "[secret]"

// shortestSecret is the length from which on a secret is looked for: a shorter
// one would tear words apart.
const shortestSecret = 8

// secrets are texts that nobody may read. The zero value has none.
type secrets struct {
	mu       sync.RWMutex
	forms    []string // the longest first: one may be the beginning of another
	replacer *strings.Replacer
}

// add adds a secret, as it is and as it stands in an address. Of a token such as
// Telegram's the part behind the colon is one by itself.
func (s *secrets) add(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := []string{secret}
	if _, key, ok := strings.Cut(secret, ":"); ok {
		parts = append(parts, key)
	}
	for _, p := range parts {
		if len(p) >= shortestSecret {
			s.forms = append(s.forms, p, url.QueryEscape(p), url.PathEscape(p))
		}
	}
	slices.SortStableFunc(s.forms, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var pairs []string
	for _, f := range s.forms {
		pairs = append(pairs, f, hidden)
	}
	s.replacer = strings.NewReplacer(pairs...)
}

// replace gives text without the secrets.
func (s *secrets) replace(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.replacer == nil {
		return text
	}
	return s.replacer.Replace(text)
}

// redacted is a writer that leaves out secrets: of the lines for the operator,
// which are no records of the log. Each must be written in one piece.
type redacted struct {
	w     io.Writer
	known secrets
}

// hide adds a secret.
func (r *redacted) hide(secret string) { r.known.add(secret) }

func (r *redacted) Write(p []byte) (int, error) {
	if _, err := io.WriteString(r.w, r.known.replace(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// redacting is a slog.Handler that leaves out secrets. The adapters take care
// that none is in what they log; this is for what nobody thought of. It works on
// the values, not on what is written: there a secret may be escaped.
type redacting struct {
	slog.Handler
	known *secrets
}

func (h redacting) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, h.known.replace(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(h.attr(a))
		return true
	})
	return h.Handler.Handle(ctx, clean)
}

func (h redacting) WithAttrs(attrs []slog.Attr) slog.Handler {
	return redacting{h.Handler.WithAttrs(h.all(attrs)), h.known}
}

func (h redacting) WithGroup(name string) slog.Handler {
	return redacting{h.Handler.WithGroup(h.known.replace(name)), h.known}
}

func (h redacting) all(attrs []slog.Attr) []slog.Attr {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = h.attr(a)
	}
	return clean
}

func (h redacting) attr(a slog.Attr) slog.Attr {
	a.Key = h.known.replace(a.Key)
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(h.known.replace(v.String()))
	case slog.KindGroup:
		a.Value = slog.GroupValue(h.all(v.Group())...)
	case slog.KindAny:
		// Whatever it is, it becomes the text that can be searched.
		a.Value = slog.StringValue(h.known.replace(textOf(v.Any())))
	default:
		a.Value = v // numbers and times
	}
	return a
}

// textOf is a value as the log has it, on any handler.
func textOf(v any) string {
	switch v := v.(type) {
	case error:
		return fmt.Sprint(v) // which outlives one that panics
	case []byte:
		return string(v)
	}
	return fmt.Sprintf("%+v", v)
}
