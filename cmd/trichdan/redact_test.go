package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRedacted(t *testing.T) {
	var b bytes.Buffer
	r := &redacted{w: &b}
	r.hide("12345:secret/token")
	r.hide("")
	r.hide("short")
	in := "Get https://x/bot12345:secret/token/getMe 12345%3Asecret%2Ftoken /secret/token/ short\n"
	if n, err := r.Write([]byte(in)); n != len(in) || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if want := "Get https://x/bot[secret]/getMe [secret] /[secret]/ short\n"; b.String() != want {
		t.Errorf("%q", b.String())
	}
}

// TestLongestSecretFirst: of two secrets, one the beginning of the other, nothing
// is left.
func TestLongestSecretFirst(t *testing.T) {
	var s secrets
	s.add("abcdefgh")
	s.add("abcdefghijkl")
	if got := s.replace("x abcdefghijkl abcdefgh"); got != "x [secret] [secret]" {
		t.Errorf("%q", got)
	}
}

// secretive has a secret in it that only %+v shows.
type secretive struct {
	Name  string
	Inner struct{ Token string }
}

// valuer is resolved late.
type valuer string

func (v valuer) LogValue() slog.Value { return slog.StringValue("value of " + string(v)) }

// TestRedactingHandler: however a secret gets into a record, it gets into no line,
// in either format.
func TestRedactingHandler(t *testing.T) {
	const secret = `p<w>"&\token-of-42`
	deep := secretive{Name: "n"}
	deep.Inner.Token = secret
	for name, attrs := range map[string][]any{
		"string":   {"a", secret},
		"in text":  {"a", "x" + secret + "y"},
		"key":      {secret, "a"},
		"error":    {"error", fmt.Errorf("call: %w", errors.New("bad "+secret))},
		"joined":   {"error", errors.Join(errors.New("one"), errors.New(secret))},
		"struct":   {"v", deep},
		"pointer":  {"v", &deep},
		"bytes":    {"v", []byte(secret)},
		"list":     {"v", []string{"a", secret}},
		"map":      {"v", map[string]string{"t": secret}},
		"group":    {slog.Group("g", slog.Group("h", "t", secret))},
		"valuer":   {"v", valuer(secret)},
		"inlined":  {slog.Any("", slog.GroupValue(slog.String("t", secret)))},
		"no value": {"v", nil},
	} {
		for _, format := range []string{"text", "json"} {
			var b bytes.Buffer
			w := &redacted{w: &b}
			w.hide(secret)
			log := newRunLog(w, slog.LevelInfo, format, &loggedErrors{now: time.Now})
			log.Info("said "+secret, attrs...)
			log.With(attrs...).WithGroup("g"+secret).Warn("more", attrs...)
			got := b.String()
			if strings.Contains(got, "token-of-42") || strings.Count(got, "\n") != 2 || !strings.Contains(got, "said [secret]") {
				t.Errorf("%s, %s: %s", name, format, got)
			}
		}
	}
}

// TestRedactingKeeps: what is no secret is as it was.
func TestRedactingKeeps(t *testing.T) {
	var with, without bytes.Buffer
	w := &redacted{w: &with}
	w.hide("never in the log")
	attrs := []any{"n", 5, "d", time.Second, "b", true, "t", time.Unix(0, 0), "f", 1.5, "a", netip.MustParseAddr("::1"), slog.Group("g", "s", "Hà Nội")}
	strip := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	o := &slog.HandlerOptions{ReplaceAttr: strip}
	slog.New(redacting{slog.NewTextHandler(w, o), &w.known}).Info("m", attrs...)
	slog.New(slog.NewTextHandler(&without, o)).Info("m", attrs...)
	if with.String() != without.String() {
		t.Errorf("%q, want %q", with.String(), without.String())
	}
}

// TestReplaceProperty: no secret is left in any text around it.
func TestReplaceProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s secrets
		list := rapid.SliceOfN(rapid.StringMatching(`[a-c:/%]{8,12}`), 1, 4).Draw(t, "secrets")
		text := rapid.StringMatching(`[x-z ]{0,5}`).Draw(t, "before")
		for _, secret := range list {
			s.add(secret)
			text += secret + rapid.StringMatching(`[x-z ]{1,5}`).Draw(t, "between")
		}
		got := s.replace(text)
		for _, secret := range list {
			if strings.Contains(got, secret) {
				t.Fatalf("%q is left in %q", secret, got)
			}
		}
	})
}
