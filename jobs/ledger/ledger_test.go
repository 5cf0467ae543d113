package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"trichdan/bot/chat"
	"trichdan/corpus/sqlite"
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
		t.Errorf("unfinished %v", us)
	}
	if us, err := l.Unfinished(ctx, "discord"); len(us) != 0 || err != nil {
		t.Errorf("unfinished of another %v, %v", us, err)
	}
}

// TestAcceptIsAtomic: an update that cannot be stored takes the others and the
// position with it.
func TestAcceptIsAtomic(t *testing.T) {
	l := temp(t, nil)
	if _, err := l.Accept(t.Context(), "telegram", 3, []chat.Update{{ID: "1"}}); err != nil {
		t.Fatal(err)
	}
	_, err := l.db.Exec("CREATE TRIGGER refuse BEFORE INSERT ON updates WHEN NEW.id = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END")
	ok(t, err)
	fresh, err := l.Accept(t.Context(), "telegram", 9, []chat.Update{{ID: "2"}, {ID: "bad"}, {ID: "3"}})
	if err == nil || fresh != nil {
		t.Errorf("fresh %v, %v", fresh, err)
	}
	us, err := l.Unfinished(t.Context(), "telegram")
	if ids(us) != "1 " || err != nil {
		t.Errorf("unfinished %v, %v", us, err)
	}
	if p, _, err := l.Position(t.Context(), "telegram"); p != 3 || err != nil {
		t.Errorf("position %d, %v", p, err)
	}
}

func TestSeenAgain(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	again := func(want string) {
		t.Helper()
		ok(t, l.Prune(t.Context()))
		fresh, err := l.Accept(t.Context(), "telegram", 0, []chat.Update{{ID: "1"}, {ID: "2"}})
		if ids(fresh) != want || err != nil {
			t.Errorf("after %v: fresh %v, want %v (%v)", c.t.Sub(newClock().t), fresh, want, err)
		}
	}
	again("1 2 ")
	ok(t, l.Finish(t.Context(), "telegram", "1", chat.Reply{}))
	c.t = c.t.Add(keepUpdates)
	again("")
	ok(t, l.Finish(t.Context(), "telegram", "1", chat.Reply{})) // counts from the first time
	c.t = c.t.Add(1)
	again("1 ") // the other one is still waiting
}

func TestMovedMerges(t *testing.T) {
	l := temp(t, newClock().now)
	ctx := t.Context()
	at := func(id, thread string) chat.Ref {
		return chat.Ref{Platform: "telegram", Chat: id, Thread: thread}
	}
	from, to := at("-5", ""), at("-1005", "")
	ok(t, l.SetLang(ctx, from, chat.English))
	ok(t, l.Opened(ctx, to)) // it is known, but has chosen no language
	ok(t, l.Closed(ctx, from, "left"))
	ok(t, l.Closed(ctx, at("-5", "7"), "deleted"))
	for _, r := range []chat.Reply{
		{Ref: from, Question: "1", Message: "old"},
		{Ref: from, Question: "2", Message: "old"},
		{Ref: at("-5", "7"), Question: "2", Message: "thread"},
		{Ref: to, Question: "1", Message: "new"},
		{Ref: at("-50", ""), Question: "1", Message: "other"},
	} {
		ok(t, l.SetReply(ctx, r))
	}
	for range 2 {
		ok(t, l.Moved(ctx, from, at("-1005", "9")))
	}
	ok(t, l.Moved(ctx, to, to))
	for _, tt := range []struct {
		ref            chat.Ref
		question, want string
	}{
		{to, "1", "new"}, {to, "2", "old"}, {at("-1005", "7"), "2", "thread"}, {from, "2", ""}, {at("-5", "7"), "2", ""},
		{at("-50", ""), "1", "other"},
	} {
		if id, err := l.ReplyTo(ctx, tt.ref, tt.question); id != tt.want || err != nil {
			t.Errorf("%v %s: %q, want %q (%v)", tt.ref, tt.question, id, tt.want, err)
		}
	}
	if lang, err := l.Lang(ctx, to); lang != chat.English || err != nil {
		t.Errorf("language %q, %v", lang, err)
	}
	if lang, err := l.Lang(ctx, from); lang != "" || err != nil {
		t.Errorf("language of the chat as it was %q, %v", lang, err)
	}
	var closed string
	ok(t, l.db.QueryRow("SELECT group_concat(chat || '/' || thread || ' ' || reason) FROM chats WHERE closed IS NOT NULL").Scan(&closed))
	if closed != "-1005/7 deleted" { // the new chat was open
		t.Errorf("closed: %s", closed)
	}
	if err := l.Moved(ctx, from, chat.Ref{Platform: "discord", Chat: "1"}); err == nil {
		t.Error("moved to another platform")
	}
}

func TestAudit(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	var want []chat.Audit
	for i := range 4 {
		a := chat.Audit{
			Ref:  chat.Ref{Platform: "discord", Chat: "1", Thread: "2"},
			User: fmt.Sprint(i), Command: "trangthai", Text: "một", Allowed: i%2 == 0, Note: "xong", At: c.t.Add(time.Duration(i)),
		}
		ok(t, l.PutAudit(t.Context(), a))
		want = append([]chat.Audit{a}, want...)
	}
	ok(t, l.PutAudit(t.Context(), chat.Audit{Command: "naplai"})) // no time: now
	want = append([]chat.Audit{{Command: "naplai", At: c.t}}, want...)
	for limit, n := range map[int]int{-1: 0, 0: 0, 2: 2, 9: 5} {
		got, err := l.Audits(t.Context(), limit)
		ok(t, err)
		if d := cmp.Diff(want[:n], got, cmpEmpty); d != "" {
			t.Errorf("limit %d: %s", limit, d)
		}
	}
	s, err := l.Stats(t.Context(), c.t.Add(1))
	if s.Refused != 2 || err != nil { // the first and the last line came before
		t.Errorf("%d refused, %v", s.Refused, err)
	}
}

var cmpEmpty = cmp.Transformer("", func(list []chat.Audit) string { return fmt.Sprintf("%+v", list) })

// TestForgets: what was private is in no file any more once it is finished and
// the ledger is pruned.
func TestForgets(t *testing.T) {
	c := newClock()
	dir := t.TempDir()
	l := open(t, filepath.Join(dir, "ledger.db"), c.now)
	secret := strings.Repeat("điều riêng tư ", 2000) // longer than a page
	found := func() (n int) {
		files, err := os.ReadDir(dir)
		ok(t, err)
		for _, f := range files {
			b, err := os.ReadFile(filepath.Join(dir, f.Name()))
			ok(t, err)
			n += bytes.Count(b, []byte("riêng tư"))
		}
		return n
	}
	ctx := t.Context()
	if _, err := l.Accept(ctx, "telegram", 1, []chat.Update{{ID: "1", Body: []byte(secret)}, {ID: "2", Body: []byte("riêng tư")}}); err != nil {
		t.Fatal(err)
	}
	ok(t, l.PutExchange(ctx, chat.Exchange{Key: "k", Question: "điều riêng tư"}))
	if found() == 0 {
		t.Fatal("it is not even there before")
	}
	for _, id := range []string{"1", "2"} {
		ok(t, l.Finish(ctx, "telegram", id, chat.Reply{}))
	}
	c.t = c.t.Add(keepExchanges + 1)
	ok(t, l.Prune(ctx))
	if n := found(); n > 0 {
		t.Errorf("it is there %d times", n)
	}
}

// TestSize: the file does not grow with the number of questions, but with those
// of the time that is kept.
func TestSize(t *testing.T) {
	c := newClock()
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := open(t, path, c.now)
	ctx := t.Context()
	body := bytes.Repeat([]byte("tin "), 300)
	var early int64
	for round := range 40 {
		var us []chat.Update
		for i := range 100 {
			us = append(us, chat.Update{ID: fmt.Sprint(round, " ", i), Body: body})
		}
		if _, err := l.Accept(ctx, "telegram", int64(round), us); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for _, u := range us {
			wg.Go(func() {
				r := chat.Reply{Ref: chat.Ref{Platform: "telegram", Chat: "1"}, Question: u.ID, Message: "m"}
				err := errors.Join(l.Finish(ctx, "telegram", u.ID, r), l.PutExchange(ctx, chat.Exchange{Key: u.ID, Question: "Hỏi gì?"}))
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		c.t = c.t.Add(15 * 24 * time.Hour)
		ok(t, l.Prune(ctx))
		info, err := os.Stat(path)
		ok(t, err)
		switch {
		case round == 7:
			early = info.Size()
		case round > 7 && info.Size() > early*5/4:
			t.Fatalf("round %d: %d bytes, %d early on", round, info.Size(), early)
		}
	}
}

// TestPruneIsBounded: one call deletes so much and no more; the next goes on.
func TestPruneIsBounded(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	const step, steps, most = 20, 3, 60
	_, err := l.db.Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO exchanges (key, platform, chat, thread, user_id, lang, question, cited, at)
		SELECT i, '', '', '', '', '', '', '[]', i FROM n`, most+10)
	ok(t, err)
	for _, want := range []int{10, 0} {
		ok(t, l.prune(t.Context(), l.retained(), step, steps))
		if s, err := l.Stats(t.Context(), time.Time{}); s.Exchanges != want || err != nil {
			t.Errorf("%d are left, want %d (%v)", s.Exchanges, want, err)
		}
	}
}

// TestFeedbackOutlivesExchange: a person changes their mind when the exchange is
// forgotten; another one speaks then for the first time.
func TestFeedbackOutlivesExchange(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	ctx := t.Context()
	e := chat.Exchange{Key: "k", Lang: chat.English, Question: "Cầu nào?", Cited: []chat.Cited{{Article: "a", Revision: 1}}}
	ok(t, l.PutExchange(ctx, e))
	ok(t, l.PutFeedback(ctx, chat.Feedback{User: "1", Exchange: "k", Useful: true, Article: "a", Revision: 1}))
	c.t = c.t.Add(keepExchanges + 1)
	ok(t, l.Prune(ctx))
	if e, err := l.Exchange(ctx, "k"); e != nil || err != nil {
		t.Error(e, err)
	}
	want := []FeedbackRecord{
		{Feedback: chat.Feedback{User: "1", Exchange: "k", Article: "a", Revision: 1, At: c.t}, Lang: e.Lang, Question: e.Question, Cited: e.Cited},
		{Feedback: chat.Feedback{User: "2", Exchange: "k", Article: "a", Revision: 1, At: c.t}},
	}
	var got []FeedbackRecord
	for i, f := range want {
		ok(t, l.PutFeedback(ctx, f.Feedback))
		want[i].User = l.person("", f.User)
	}
	slices.SortFunc(want, func(a, b FeedbackRecord) int { return strings.Compare(a.User, b.User) })
	for f, err := range l.Feedbacks(ctx, time.Time{}) {
		ok(t, err)
		got = append(got, f)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestFeedbackPages reads more feedback than a page while more arrives.
func TestFeedbackPages(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	put := func(user int, at time.Time) {
		f := chat.Feedback{Ref: chat.Ref{Platform: "telegram", Chat: "1"}, User: fmt.Sprint(user), Exchange: "k", At: at}
		ok(t, l.PutFeedback(t.Context(), f))
	}
	ok(t, l.db.Write(t.Context(), func(tx *sqlite.Tx) error {
		for i := range 2*pageSize + 10 { // many at the same time
			at := c.t.Add(time.Duration(i / 150)).UnixNano()
			if err := tx.Exec(sqlSetFeedback, "k", "telegram", fmt.Sprint(i), "1", "", true, "", 0, at, "", "", "", nil); err != nil {
				return err
			}
		}
		return nil
	}))
	seen := map[string]bool{}
	for f, err := range l.Feedbacks(t.Context(), c.t) {
		ok(t, err)
		if seen[f.User] {
			t.Fatalf("user %s comes twice", f.User)
		}
		if seen[f.User] = true; len(seen) == 5 {
			put(1e6, c.t.Add(time.Hour))
			put(1e6+1, c.t.Add(-1)) // before what was read
		}
	}
	if len(seen) != 2*pageSize+11 {
		t.Errorf("%d records", len(seen))
	}
	ctx, cancel := context.WithCancel(t.Context())
	steps := 0
	for _, err := range l.Feedbacks(ctx, time.Time{}) {
		if steps++; steps == 1 {
			cancel()
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	if steps != pageSize+1 {
		t.Errorf("%d steps, want a page and an error", steps)
	}
	cancel()
}

// TestConcurrent lets many handlers work on one ledger: each update is fresh
// for one of them, and in the end none is left.
func TestConcurrent(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	l, err := Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), nil)
	ok(t, err)
	ctx := t.Context()
	const handlers, updates = 20, 15
	var mu sync.Mutex
	fresh := map[string]int{}
	var wg sync.WaitGroup
	for range handlers {
		wg.Go(func() {
			for i := range updates {
				id := fmt.Sprint(i)
				got, err := l.Accept(ctx, "telegram", int64(i), []chat.Update{{ID: id, Body: []byte("hỏi")}})
				if err != nil {
					t.Error(err)
				}
				for _, u := range got {
					mu.Lock()
					fresh[u.ID]++
					mu.Unlock()
					ref := chat.Ref{Platform: "telegram", Chat: "1"}
					n, err := l.Begin(ctx, "telegram", u.ID)
					if n != 2 || err != nil {
						t.Errorf("attempt %d, %v", n, err)
					}
					err = errors.Join(
						l.SetReply(ctx, chat.Reply{Ref: ref, Question: id, Message: "wait"}),
						l.PutExchange(ctx, chat.Exchange{Key: id, Ref: ref}),
						l.Finish(ctx, "telegram", id, chat.Reply{Ref: ref, Question: id, Message: "done"}))
					if m, err2 := l.ReplyTo(ctx, ref, id); m != "done" || err != nil || err2 != nil {
						t.Error(m, err, err2)
					}
				}
				if _, err := l.Unfinished(ctx, "telegram"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i := range updates {
		if fresh[fmt.Sprint(i)] != 1 {
			t.Errorf("update %d was fresh %d times", i, fresh[fmt.Sprint(i)])
		}
	}
	s, err := l.Stats(ctx, time.Time{})
	if s.Pending != 0 || s.Exchanges != updates || err != nil {
		t.Errorf("%+v, %v", s, err)
	}
	ok(t, l.Close())
	goleak.VerifyNone(t, leaks)
}

func TestOpenFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	ok(t, os.WriteFile(path, []byte("Không phải cơ sở dữ liệu."), 0o600))
	if l, err := Open(t.Context(), path, nil); !errors.Is(err, sqlite.ErrCorrupt) {
		t.Error(l, err)
	}
	l := temp(t, nil)
	l.db.SetMaxOpenConns(1)
	_, err := l.db.Exec("PRAGMA query_only = 1")
	ok(t, err)
	if _, err := l.Accept(t.Context(), "telegram", 1, nil); !errors.Is(err, sqlite.ErrReadOnly) {
		t.Error(err)
	}
}

// TestErrors: every method says what failed, and says so of a context that has
// ended.
func TestErrors(t *testing.T) {
	l := temp(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var ref chat.Ref
	for name, call := range map[string]func() error{
		"Accept":      func() error { _, err := l.Accept(ctx, "p", 1, nil); return err },
		"Position":    func() error { _, _, err := l.Position(ctx, "p"); return err },
		"Unfinished":  func() error { _, err := l.Unfinished(ctx, "p"); return err },
		"Begin":       func() error { _, err := l.Begin(ctx, "p", "1"); return err },
		"Finish":      func() error { return l.Finish(ctx, "p", "1", chat.Reply{}) },
		"SetReply":    func() error { return l.SetReply(ctx, chat.Reply{}) },
		"ReplyTo":     func() error { _, err := l.ReplyTo(ctx, ref, "1"); return err },
		"Moved":       func() error { return l.Moved(ctx, ref, chat.Ref{Chat: "2"}) },
		"Closed":      func() error { return l.Closed(ctx, ref, "") },
		"Opened":      func() error { return l.Opened(ctx, ref) },
		"Note":        func() error { _, err := l.Note(ctx, "p", "n"); return err },
		"SetNote":     func() error { return l.SetNote(ctx, "p", "n", "v") },
		"Lang":        func() error { _, err := l.Lang(ctx, ref); return err },
		"SetLang":     func() error { return l.SetLang(ctx, ref, "vi") },
		"PutExchange": func() error { return l.PutExchange(ctx, chat.Exchange{}) },
		"Exchange":    func() error { _, err := l.Exchange(ctx, "k"); return err },
		"PutFeedback": func() error { return l.PutFeedback(ctx, chat.Feedback{}) },
		"PutAudit":    func() error { return l.PutAudit(ctx, chat.Audit{}) },
		"Audits":      func() error { _, err := l.Audits(ctx, 1); return err },
		"Stats":       func() error { _, err := l.Stats(ctx, time.Time{}); return err },
		"Prune":       func() error { return l.Prune(ctx) },
		"PutQuestion": func() error { return l.PutQuestion(ctx, chat.Question{}) },
		"Usage":       func() error { _, err := l.Usage(ctx, time.Time{}, time.UTC, 1); return err },
		"Stored":      func() error { _, err := l.Stored(ctx, chat.Person{}); return err },
		"Forget":      func() error { _, err := l.Forget(ctx, chat.Person{}); return err },
		"Queues":      func() error { _, err := l.Queues(ctx); return err },
		"Snapshot":    func() error { return l.Snapshot(ctx, filepath.Join(t.TempDir(), "copy.db")) },
	} {
		if err := call(); !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "ledger: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPlans: no query that runs for each question walks through a whole table.
func TestPlans(t *testing.T) {
	l := temp(t, nil)
	for name, q := range map[string]string{
		"accept": sqlAccept, "unfinished": sqlUnfinished, "begin": sqlBegin, "finish": sqlFinish, "position": sqlPosition,
		"note": sqlNote, "reply": sqlReply, "lang": sqlLang, "open": sqlOpen, "exchange": sqlExchange,
		"set feedback": sqlSetFeedback, "feedback": sqlFeedback, "audits": sqlAudits, "move chats": sqlMoveChats,
		"move replies": sqlMoveReplies, "move exchanges": sqlMoveExchanges, "move feedback": sqlMoveFeedback,
		"prune updates": sqlPruneUpdates, "prune replies": sqlPruneReplies, "prune exchanges": sqlPruneExchanges,
		"prune questions": sqlPruneQuestions, "unlink questions": sqlUnlinkQuestions, "prune feedback": sqlPruneFeedback,
		"prune audit": sqlPruneAudit, "forget place": sqlForgetPlace, "judged": sqlJudged, "add question": sqlAddQuestion,
		"plain exchanges": sqlPlainExchanges, "plain feedback": sqlPlainFeedback, "hash feedback": sqlHashFeedback,
		"first": sqlFirst, "day": sqlDay, "feedback of day": sqlFeedbackOfDay, "stored": sqlStored, "queues": sqlQueues,
		"forget questions": sqlForgetQuestions, "forget feedback": sqlForgetFeedback, "forget quoted": sqlForgetQuoted,
		"forget exchanges": sqlForgetExchanges, "forget subscriptions": sqlForgetSubscriptions,
		"forget deliveries": sqlForgetDeliveries, "forget subscriber": sqlForgetSubscriber, "drop replies": sqlDropReplies,
		"drop chats": sqlDropChats, "settle": sqlSettle,
	} {
		args := make([]any, strings.Count(q, "?"))
		for i := range args {
			args[i] = i
		}
		err := l.db.Each(t.Context(), "EXPLAIN QUERY PLAN "+q, args, func(r *sql.Rows) error {
			var id, parent, unused int
			var detail string
			err := r.Scan(&id, &parent, &unused, &detail)
			if strings.HasPrefix(detail, "SCAN") && !strings.Contains(detail, "USING") && detail != "SCAN CONSTANT ROW" || strings.Contains(detail, "TEMP B-TREE") {
				t.Errorf("%s: %s", name, detail)
			}
			return err
		})
		ok(t, err)
	}
}
