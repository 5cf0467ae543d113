package ledger

import (
	"path/filepath"
	"testing"
	"time"

	"trichdan/bot/chat"
)

// clock is a time that tests move.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func newClock() *clock { return &clock{time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)} }

// open opens a ledger for one test.
func open(tb testing.TB, path string, now func() time.Time) *Ledger {
	tb.Helper()
	l, err := Open(tb.Context(), path, now)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := l.Close(); err != nil {
			tb.Error(err)
		}
	})
	return l
}

func temp(tb testing.TB, now func() time.Time) *Ledger {
	tb.Helper()
	return open(tb, filepath.Join(tb.TempDir(), "ledger.db"), now)
}

func ok(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func ids(updates []chat.Update) string {
	s := ""
	for _, u := range updates {
		s += u.ID + " "
	}
	return s
}

func TestAccept(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	ctx := t.Context()
	for _, step := range []struct {
		position int64
		updates  []chat.Update
		want     string
	}{
		{0, nil, ""},
		{12, []chat.Update{{ID: "9", Body: []byte("a")}, {ID: "10"}, {ID: "9", Body: []byte("b")}}, "9 10 "},
		{13, []chat.Update{{ID: "10"}, {ID: "2"}, {ID: "9"}, {ID: "1"}}, "2 1 "},
		{0, []chat.Update{{ID: "1"}}, ""}, // a webhook
		{5, nil, ""},                      // may go back
	} {
		c.t = c.t.Add(time.Second)
		fresh, err := l.Accept(ctx, "telegram", step.position, step.updates)
		ok(t, err)
		if ids(fresh) != step.want {
			t.Errorf("%v: fresh %v, want %q", step.updates, fresh, step.want)
		}
	}
	if p, at, err := l.Position(ctx, "telegram"); p != 5 || !at.Equal(c.t) || err != nil {
		t.Errorf("position %d at %v, %v", p, at, err)
	}
	if p, at, err := l.Position(ctx, "discord"); p != 0 || !at.IsZero() || err != nil {
		t.Errorf("position of another %d at %v, %v", p, at, err)
	}
	us, err := l.Unfinished(ctx, "telegram")
	ok(t, err)
	if ids(us) != "9 10 2 1 " || string(us[0].Body) != "a" {
		t.Errorf("unfinished %q", us)
	}
	if us, err := l.Unfinished(ctx, "discord"); len(us) != 0 || err != nil {
		t.Errorf("unfinished of another %q, %v", us, err)
	}
}
