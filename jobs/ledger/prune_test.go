package ledger

import (
	"path/filepath"
	"testing"
	"time"

	"trichdan/bot/chat"
)

// TestRetain: questions and feedback are kept as long as Retain says, exchanges
// no longer than that, and what leads from a question to an exchange no longer
// than the exchange.
func TestRetain(t *testing.T) {
	const days = 24 * time.Hour
	for _, tt := range []struct {
		retain, questions, exchanges time.Duration
	}{
		{0, 90 * days, 30 * days},
		{-1, 90 * days, 30 * days},
		{400 * days, 400 * days, 30 * days},
		{7 * days, 7 * days, 7 * days},
	} {
		c := newClock()
		path := filepath.Join(t.TempDir(), "ledger.db")
		l := open(t, path, c.now)
		l.Retain(tt.retain)
		ctx := t.Context()
		begin := c.t
		at := chat.Ref{Platform: "telegram", Chat: "-5", Thread: "9"}
		ok(t, l.PutExchange(ctx, chat.Exchange{Key: "k", Ref: at, User: "1", Question: "Cầu nào?"}))
		ok(t, l.PutQuestion(ctx, chat.Question{Exchange: "k", Key: "cau nao", Text: "Cầu nào?"}))
		ok(t, l.PutFeedback(ctx, chat.Feedback{Ref: at, User: "2", Exchange: "k"}))
		check := func(age time.Duration, exchanges, questions, linked, feedback, placed int) {
			t.Helper()
			c.t = begin.Add(age)
			ok(t, l.Prune(ctx))
			var got [5]int
			ok(t, l.db.QueryRow(`SELECT (SELECT COUNT(*) FROM exchanges), (SELECT COUNT(*) FROM questions), (SELECT COUNT(exchange) FROM questions),
				(SELECT COUNT(*) FROM feedback), (SELECT COUNT(*) FROM feedback WHERE chat = '-5' AND thread = '9')`).
				Scan(&got[0], &got[1], &got[2], &got[3], &got[4]))
			if want := [5]int{exchanges, questions, linked, feedback, placed}; got != want {
				t.Errorf("Retain %v, after %v: exchanges, questions, linked, feedback, placed: %v, want %v", tt.retain, age, got, want)
			}
		}
		check(tt.exchanges, 1, 1, 1, 1, 1)
		if tt.exchanges < tt.questions {
			check(tt.exchanges+1, 0, 1, 0, 1, 0)
			check(tt.questions, 0, 1, 0, 1, 0)
		}
		check(tt.questions+1, 0, 0, 0, 0, 0)
	}
}

// TestOpenRetains: a ledger that is opened and has not been told yet how long to
// keep questions deletes none.
func TestOpenRetains(t *testing.T) {
	c := newClock()
	path := filepath.Join(t.TempDir(), "ledger.db")
	l, err := Open(t.Context(), path, c.now)
	ok(t, err)
	ok(t, l.PutQuestion(t.Context(), chat.Question{Key: "cau nao", Text: "Cầu nào?"}))
	ok(t, l.PutAudit(t.Context(), chat.Audit{Command: "naplai"}))
	ok(t, l.Close())
	c.t = c.t.Add(keepAudit + 1)
	l = open(t, path, c.now)
	l.Retain(3 * keepAudit)
	u, err := l.Usage(t.Context(), c.t.Add(-2*keepAudit), time.UTC, 5)
	if len(u.Asked) != 1 || err != nil {
		t.Errorf("asked %v, %v", u.Asked, err)
	}
	if list, err := l.Audits(t.Context(), 5); len(list) != 0 || err != nil {
		t.Errorf("the audit log has %v, %v", list, err)
	}
}

// TestAuditIsKept for two years.
func TestAuditIsKept(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	ok(t, l.PutAudit(t.Context(), chat.Audit{Command: "naplai"}))
	for i, want := range []int{1, 0} {
		c.t = newClock().t.Add(keepAudit + time.Duration(i))
		ok(t, l.Prune(t.Context()))
		if list, err := l.Audits(t.Context(), 5); len(list) != want || err != nil {
			t.Errorf("at %v: %v, %v", c.t, list, err)
		}
	}
}

// TestQueues counts what waits, by platform.
func TestQueues(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	ctx := t.Context()
	if q, err := l.Queues(ctx); len(q) != 0 || err != nil {
		t.Error(q, err)
	}
	begin := c.t
	for i, u := range []struct{ platform, id string }{{"telegram", "1"}, {"telegram", "2"}, {"discord", "1"}, {"telegram", "3"}} {
		c.t = begin.Add(time.Duration(i) * time.Minute)
		if _, err := l.Accept(ctx, u.platform, 0, []chat.Update{{ID: u.id}}); err != nil {
			t.Fatal(err)
		}
	}
	ok(t, l.Finish(ctx, "telegram", "1", chat.Reply{}))
	q, err := l.Queues(ctx)
	ok(t, err)
	telegram, discord := q["telegram"], q["discord"]
	if telegram.Updates != 2 || !telegram.Oldest.Equal(begin.Add(time.Minute)) || discord.Updates != 1 || !discord.Oldest.Equal(begin.Add(2*time.Minute)) || len(q) != 2 {
		t.Errorf("%+v", q)
	}
}
