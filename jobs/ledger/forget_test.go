package ledger

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/bot/chat"
	"trichdan/corpus/sqlite"
)

// quick lets a ledger store without waiting for the disk.
func quick(tb testing.TB, l *Ledger) {
	tb.Helper()
	l.db.SetMaxOpenConns(1)
	_, err := l.db.Exec("PRAGMA synchronous = OFF")
	ok(tb, err)
}

// record is a row by its columns.
type record map[string]string

// dump reads all tables that hold what people did.
func dump(tb testing.TB, l *Ledger) map[string][]record {
	tb.Helper()
	all := map[string][]record{}
	for _, table := range []string{
		"updates", "positions", "chats", "replies", "exchanges", "feedback", "audit", "subscriptions", "deliveries", "counters", "numbers", "questions",
	} {
		rows, err := l.db.DB.QueryContext(tb.Context(), "SELECT * FROM "+table)
		ok(tb, err)
		columns, err := rows.Columns()
		ok(tb, err)
		list := []record{}
		for rows.Next() {
			values, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			ok(tb, rows.Scan(into...))
			r := record{}
			for i, c := range columns {
				r[c] = fmt.Sprint(values[i].String, values[i].Valid)
			}
			list = append(list, r)
		}
		ok(tb, errors.Join(rows.Err(), rows.Close()))
		all[table] = list
	}
	return all
}

// without is what a dump is to be once a person is forgotten.
func without(l *Ledger, all map[string][]record, p chat.Person) map[string][]record {
	is := func(value, want string) bool { return want != "" && value == want+"true" }
	hash := l.person(p.Platform, p.User)
	theirs := func(r record) bool {
		return is(r["user_id"], hash) && is(r["platform"], p.Platform) || is(r["chat"], p.Direct.Chat) && is(r["platform"], p.Direct.Platform)
	}
	keys := map[string]bool{}
	left := map[string][]record{}
	for _, r := range all["exchanges"] {
		if theirs(r) {
			keys[r["key"]] = true
		}
	}
	for table, rows := range all {
		left[table] = []record{}
		for _, r := range rows {
			drop := false
			switch table {
			case "exchanges":
				drop = theirs(r)
			case "questions":
				drop = keys[r["exchange"]]
			case "feedback":
				if drop = theirs(r); !drop && keys[r["exchange"]] {
					r["question"], r["chat"], r["thread"], r["alike"] = "true", "true", "true", "false"
				}
			case "chats", "replies", "deliveries", "numbers", "subscriptions":
				drop = is(r["chat"], p.Direct.Chat) && is(r["platform"], p.Direct.Platform)
				if table == "subscriptions" && is(r["user_id"], p.User) && is(r["platform"], p.Platform) {
					r["user_id"] = "true"
				}
			}
			if !drop {
				left[table] = append(left[table], r)
			}
		}
	}
	return left
}

// found counts how often something is in the files of a ledger.
func found(tb testing.TB, dir string, what ...string) (n int) {
	tb.Helper()
	files, err := os.ReadDir(dir)
	ok(tb, err)
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		ok(tb, err)
		for _, w := range what {
			n += bytes.Count(b, []byte(w))
		}
	}
	return n
}

// someone is a person of the tests, with an ID that is nowhere else.
func someone(platform string, i int) chat.Person {
	id := fmt.Sprint(7_003_000_001 + i)
	return chat.Person{Platform: platform, User: id, Direct: chat.Ref{Platform: platform, Chat: id}}
}

// live lets people do everything that is stored about them, in their own chats
// and in groups, and says of each how many questions, feedback and subscriptions
// there should be. What a person writes has their ID in it.
func live(tb testing.TB, l *Ledger, c *clock, people []chat.Person, steps int, intn func(n int) int) map[string]chat.Stored {
	tb.Helper()
	ctx := tb.Context()
	counts := map[string]chat.Stored{}
	judged := map[string]bool{}
	key := func(n int) string { return fmt.Sprint("khóa", n) }
	for n := range steps {
		p := people[intn(len(people))]
		at := p.Direct
		if intn(2) == 0 {
			at = chat.Ref{Platform: p.Platform, Chat: fmt.Sprint("nhóm", intn(3)), Thread: []string{"", "9"}[intn(2)]}
		}
		s := counts[p.Platform+p.User]
		c.t = c.t.Add(time.Minute)
		private := strings.Repeat("điều "+p.User+" muốn biết ", 1+intn(30))
		switch intn(8) {
		case 0, 1, 2:
			ok(tb, l.PutExchange(ctx, chat.Exchange{Key: key(n), Ref: at, User: p.User, Question: private, Cited: []chat.Cited{{Article: "bài", Revision: 1}}}))
			ok(tb, l.PutQuestion(ctx, chat.Question{Exchange: key(n), Platform: p.Platform, Text: private, Key: private, Outcome: chat.Nothing}))
			ok(tb, l.SetReply(ctx, chat.Reply{Ref: at, Question: fmt.Sprint(n), Message: "m"}))
			s.Questions++
		case 3:
			of := key(intn(n + 1))
			e, err := l.Exchange(ctx, of)
			ok(tb, err)
			if e == nil || e.Platform != p.Platform {
				continue
			}
			// In a chat with one person only that person can press a button.
			if slices.ContainsFunc(people, func(other chat.Person) bool { return other.User == e.Chat }) && e.Chat != p.User {
				continue
			}
			ok(tb, l.PutFeedback(ctx, chat.Feedback{Ref: e.Ref, User: p.User, Exchange: of, Article: "bài", Revision: 1}))
			if mark := p.Platform + p.User + of; !judged[mark] {
				judged[mark] = true
				s.Feedback++
			}
		case 4, 5:
			_, err := l.Subscribe(ctx, Subscription{
				Ref: at, By: p.User, Schedule: fmt.Sprint("daily ", n), Zone: "UTC", Topic: private, Next: c.t,
			})
			ok(tb, err)
			if at == p.Direct {
				s.Subscriptions++
			}
			subs, err := l.Subscriptions(ctx, at)
			ok(tb, err)
			sub := subs[len(subs)-1]
			_, err = l.Advance(ctx, Step{Subscription: sub.ID, UpTo: 1, Next: c.t.Add(1), Parts: [][]byte{[]byte(at.Chat + private)}})
			ok(tb, err)
		case 6:
			ok(tb, l.SetLang(ctx, at, chat.English))
			s.Settings = s.Settings || at == p.Direct
		case 7:
			id := fmt.Sprint(n)
			_, err := l.Accept(ctx, p.Platform, int64(n+1), []chat.Update{{ID: id, Body: []byte(private)}})
			ok(tb, errors.Join(err, l.Finish(ctx, p.Platform, id, chat.Reply{Ref: at, Question: id, Message: "m"})))
		}
		counts[p.Platform+p.User] = s
	}
	return counts
}

// groupTopics are the topics of subscriptions in groups, which stay: they are
// the groups'. So that they can be searched for what is a person's alone, they
// are not theirs here.
func groupTopics(tb testing.TB, l *Ledger) {
	tb.Helper()
	_, err := l.db.Exec("UPDATE subscriptions SET topic = 'chung' WHERE chat LIKE 'nhóm%'")
	ok(tb, err)
	_, err = l.db.Exec("UPDATE deliveries SET body = x'61' WHERE chat LIKE 'nhóm%'")
	ok(tb, err)
}

func forgetOne(tb testing.TB, l *Ledger, dir string, p chat.Person, want chat.Stored) {
	tb.Helper()
	ctx := tb.Context()
	if s, err := l.Stored(ctx, p); s != want || err != nil {
		tb.Fatalf("stored %+v, %v, want %+v", s, err, want)
	}
	left := without(l, dump(tb, l), p)
	if s, err := l.Forget(ctx, p); s != want || err != nil {
		tb.Fatalf("forgot %+v, %v, want %+v", s, err, want)
	}
	if d := cmp.Diff(left, dump(tb, l)); d != "" {
		tb.Fatalf("what is left is not what belongs to others (-want +got):\n%s", d)
	}
	if s, err := l.Stored(ctx, p); s != (chat.Stored{}) || err != nil {
		tb.Fatalf("stored afterwards %+v, %v", s, err)
	}
	if n := found(tb, dir, p.User, l.person(p.Platform, p.User)); n > 0 {
		tb.Fatalf("there are %d traces in the files", n)
	}
}

// TestForget: of somebody who did much, in a ledger in which much was moved
// about, nothing is left in any file, and everything of others is.
func TestForget(t *testing.T) {
	c := newClock()
	dir := t.TempDir()
	l := open(t, filepath.Join(dir, "ledger.db"), c.now)
	quick(t, l)
	people := []chat.Person{someone("telegram", 1), someone("telegram", 2), someone("discord", 3), someone("telegram", 4)}
	seed := uint64(1)
	steps := 1500
	if race { // see fewerUnderRace
		steps = 900
	}
	counts := live(t, l, c, people, steps, func(n int) int { // Knuth's generator (MMIX)
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % n
	})
	groupTopics(t, l)
	for _, p := range people[:3] {
		if s := counts[p.Platform+p.User]; s.Questions == 0 || s.Feedback == 0 || s.Subscriptions == 0 || !s.Settings || found(t, dir, p.User) == 0 {
			t.Fatalf("person %s did not do everything: %+v", p.User, s)
		}
		forgetOne(t, l, dir, p, counts[p.Platform+p.User])
	}
	if found(t, dir, people[3].User) == 0 {
		t.Error("nothing is left of the one who was not forgotten")
	}
}

// TestForgetModel: the same for few steps in any order, with people who ask from
// elsewhere and people whose ID is hidden.
func TestForgetModel(t *testing.T) {
	fewerUnderRace(t)
	c := newClock()
	dir := t.TempDir()
	l := open(t, filepath.Join(dir, "ledger.db"), c.now)
	quick(t, l)
	rapid.Check(t, func(rt *rapid.T) {
		for _, table := range []string{"updates", "chats", "replies", "exchanges", "feedback", "subscriptions", "deliveries", "numbers", "questions"} {
			_, err := l.db.Exec("DELETE FROM " + table)
			ok(t, err)
		}
		people := []chat.Person{someone("telegram", 1), someone("telegram", 2), someone("discord", 1)} // one ID on two platforms
		hidden := chat.Person{Platform: "telegram", Direct: chat.Ref{Platform: "telegram", Chat: "kênh"}}
		counts := live(t, l, c, append(people, hidden), rapid.IntRange(0, 40).Draw(rt, "steps"), func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "choice") })
		p := rapid.SampledFrom(people).Draw(rt, "person")
		want := counts[p.Platform+p.User]
		if rapid.Bool().Draw(rt, "from elsewhere") {
			p.Direct = chat.Ref{}
			want.Subscriptions, want.Settings = 0, false
		}
		ctx := t.Context()
		left := without(l, dump(t, l), p)
		if s, err := l.Stored(ctx, p); s != want || err != nil {
			rt.Fatalf("stored %+v, %v, want %+v", s, err, want)
		}
		if s, err := l.Forget(ctx, p); s != want || err != nil {
			rt.Fatalf("forgot %+v, %v, want %+v", s, err, want)
		}
		if d := cmp.Diff(left, dump(t, l)); d != "" {
			rt.Fatalf("what is left is not what belongs to others (-want +got):\n%s", d)
		}
		// Nobody is everybody who hides their ID.
		nobody := chat.Person{Platform: "telegram"}
		if s, err := l.Forget(ctx, nobody); s != (chat.Stored{}) || err != nil {
			rt.Fatalf("forgot %+v of nobody, %v", s, err)
		}
		if d := cmp.Diff(left, dump(t, l)); d != "" {
			rt.Fatalf("to forget nobody changed something:\n%s", d)
		}
	})
}

// TestForgetKeepsAudit: what an admin answers for stays, and is said to.
func TestForgetKeepsAudit(t *testing.T) {
	l := temp(t, nil)
	ctx := t.Context()
	p := someone("telegram", 1)
	for range 3 {
		ok(t, l.PutAudit(ctx, chat.Audit{Ref: p.Direct, User: p.User, Command: "naplai"}))
	}
	ok(t, l.PutAudit(ctx, chat.Audit{Ref: chat.Ref{Platform: "discord"}, User: p.User, Command: "naplai"}))
	for range 2 {
		if s, err := l.Forget(ctx, p); s != (chat.Stored{Audit: 3}) || err != nil {
			t.Errorf("%+v, %v", s, err)
		}
	}
	if list, err := l.Audits(ctx, 9); len(list) != 4 || list[1].User != p.User || err != nil {
		t.Errorf("%v, %v", list, err)
	}
}

// TestForgetWhileSending: a message on its way when its chat is forgotten is of
// no delivery any more, and nothing remembers it.
func TestForgetWhileSending(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	p := chat.Person{Platform: here.Platform, User: here.Chat, Direct: here}
	keys := enqueue(t, l, subscribe(t, l, daily(here, "", c.t)).ID, "một", "hai")
	_, err := l.BeginDelivery(t.Context(), keys[0])
	ok(t, err)
	if s, err := l.Forget(t.Context(), p); s.Subscriptions != 1 || err != nil {
		t.Fatalf("%+v, %v", s, err)
	}
	if err := l.Settle(t.Context(), keys[0], Outcome{State: Sent}); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if _, err := l.BeginDelivery(t.Context(), keys[1]); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if _, mine := l.mine.Load(keys[0]); mine || due(t, l) != "" {
		t.Error("something of it is remembered")
	}
}

// TestForgetLater: a ledger that is too large to be rewritten while somebody
// waits is rewritten by the next Prune, once.
func TestForgetLater(t *testing.T) {
	l := temp(t, nil)
	ctx := t.Context()
	noted := func() bool {
		note, err := l.Note(ctx, "", noteRewrite)
		ok(t, err)
		return note != ""
	}
	ok(t, l.write(ctx, func(tx *sqlite.Tx) error { return l.remains(tx) }))
	ok(t, l.rewrite(ctx, 1))
	if !noted() {
		t.Error("a ledger larger than that was rewritten")
	}
	ok(t, l.Prune(ctx))
	if noted() {
		t.Error("it is still to be rewritten")
	}
}
