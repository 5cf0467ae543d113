package ledger

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trichdan/bot/chat"
	"trichdan/corpus/sqlite"
)

// older makes a ledger as the program made it before it kept people's IDs as
// hashes, by the migrations up to a version.
func older(tb testing.TB, path string, upTo int, statements ...string) {
	tb.Helper()
	names, err := fs.Glob(migrations, "migrations/*.sql")
	ok(tb, err)
	old := fstest.MapFS{}
	for _, name := range names[:upTo] {
		b, err := fs.ReadFile(migrations, name)
		ok(tb, err)
		old[strings.TrimPrefix(name, "migrations/")] = &fstest.MapFile{Data: b}
	}
	db, err := sqlite.Open(tb.Context(), path, old)
	ok(tb, err)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			tb.Fatalf("%s: %v", s, err)
		}
	}
	ok(tb, db.Close())
}

// TestOlderLedger opens a ledger of version 3, in which everything is.
func TestOlderLedger(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ledger.db")
	c := newClock()
	now := c.t.UnixNano()
	older(t, path, 3,
		fmt.Sprintf(`INSERT INTO updates VALUES (1, 'telegram', '10', %d, 1, NULL, x'7b7d')`, now),
		fmt.Sprintf(`INSERT INTO positions VALUES ('telegram', 11, %d)`, now),
		`INSERT INTO notes VALUES ('telegram', 'commands', 'đã đặt')`,
		`INSERT INTO chats VALUES ('telegram', '7003000001', '', 'en', NULL, '')`,
		fmt.Sprintf(`INSERT INTO replies VALUES ('telegram', '7003000001', '', '5', '6', %d)`, now),
		fmt.Sprintf(`INSERT INTO exchanges (key, platform, chat, thread, user_id, lang, command, question, cited, at) VALUES
			('k1', 'telegram', '-5', '9', '7003000001', 'vi', '', 'Cầu nào?', '[{"article":"a","revision":2,"start":3,"end":4}]', %d),
			('k2', 'telegram', '-5', '', '', 'vi', 'tomtat', 'hôm nay', '[]', %[1]d)`, now),
		fmt.Sprintf(`INSERT INTO feedback VALUES ('k1', 'telegram', '7003000001', '-5', '9', 1, 'a', 2, 'vi', 'Cầu nào?', '[]', %d),
			('k1', 'telegram', '7003000002', '-5', '9', 0, 'a', 2, 'vi', 'Cầu nào?', '[]', %[1]d),
			('k0', 'telegram', '7003000001', '-5', '9', 0, 'b', 1, 'vi', 'Giá  xăng?', '[]', %[1]d)`, now),
		fmt.Sprintf(`INSERT INTO audit VALUES (1, 'telegram', '-5', '', '7003000001', 'naplai', '', 1, 'xong', %d)`, now),
		fmt.Sprintf(`INSERT INTO subscriptions VALUES (3, 'telegram', '7003000001', '', 2, '7003000001', 'vi', 'daily 07:00', 'UTC',
			'cầu', '["Báo A"]', 1, 0, 4, %d, '', 0, 1, %[1]d, NULL, NULL, '')`, now),
		fmt.Sprintf(`INSERT INTO deliveries VALUES (3, 1, 1, 1, 'telegram', '7003000001', '', 4, x'61', 'waiting', 0, 0, %d, NULL, %[1]d, NULL, NULL, '', '')`, now),
		`INSERT INTO counters VALUES ('subscriptions', 3)`,
		`INSERT INTO numbers VALUES ('telegram', '7003000001', '', 2)`)

	l := open(t, path, c.now)
	ctx := t.Context()
	one := someone("telegram", 0)
	want := &chat.Exchange{
		Key: "k1", Ref: chat.Ref{Platform: "telegram", Chat: "-5", Thread: "9"}, User: l.person("telegram", one.User), Lang: chat.Vietnamese,
		Question: "Cầu nào?", Cited: []chat.Cited{{Article: "a", Revision: 2}}, At: c.t,
	}
	want.Cited[0].Start, want.Cited[0].End = 3, 4
	e, err := l.Exchange(ctx, "k1")
	if d := cmp.Diff(want, e); d != "" || err != nil {
		t.Error(d, err)
	}
	if e, err := l.Exchange(ctx, "k2"); e == nil || e.User != "" || e.Command != "tomtat" || err != nil {
		t.Errorf("%+v, %v", e, err)
	}
	var got []string
	for f, err := range l.Feedbacks(ctx, time.Time{}) {
		ok(t, err)
		got = append(got, fmt.Sprint(f.Exchange, " ", f.Chat, " ", f.Question, " ", f.Useful, " ", f.User == l.person("telegram", one.User), f.User == one.User))
	}
	if len(got) != 3 || got[0] != "k0  Giá  xăng? false true false" || !strings.HasPrefix(got[1], "k1 -5 Cầu nào? ") {
		t.Errorf("feedback %q", got)
	}
	u, err := l.Usage(ctx, time.Time{}, time.UTC, 5)
	if d := cmp.Diff([]chat.AskedOften{{Text: "Giá xăng?", Times: 1}}, u.NotUseful); d != "" || err != nil {
		t.Error(d, err)
	}
	us, err := l.Unfinished(ctx, "telegram")
	if ids(us) != "10 " || err != nil {
		t.Errorf("unfinished %v, %v", us, err)
	}
	if note, err := l.Note(ctx, "telegram", "commands"); note != "đã đặt" || err != nil {
		t.Error(note, err)
	}
	if lang, err := l.Lang(ctx, one.Direct); lang != chat.English || err != nil {
		t.Error(lang, err)
	}
	if id, err := l.ReplyTo(ctx, one.Direct, "5"); id != "6" || err != nil {
		t.Error(id, err)
	}
	subs, err := l.Subscriptions(ctx, one.Direct)
	if len(subs) != 1 || subs[0].ID != 3 || subs[0].By != one.User || subs[0].Topic != "cầu" || err != nil {
		t.Errorf("%+v, %v", subs, err)
	}
	if got := due(t, l); got != "3-1-1" {
		t.Errorf("due %q", got)
	}
	if p, _, err := l.Position(ctx, "telegram"); p != 11 || err != nil {
		t.Error(p, err)
	}
	if s, err := l.Forget(ctx, one); s != (chat.Stored{Questions: 1, Feedback: 2, Subscriptions: 1, Settings: true, Audit: 1}) || err != nil {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestHashPeople: an older ledger with more people than one transaction takes is
// opened, and that is interrupted again and again. In the end everybody is
// hashed, once, and no ID is left in the files.
func TestHashPeople(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ledger.db")
	c := newClock()
	const people = 2*hashStep + 7
	older(t, path, 3,
		fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			INSERT INTO exchanges (key, platform, chat, thread, user_id, lang, command, question, cited, at)
			SELECT 'khóa' || (i * 7919 %% 10007), 'telegram', '-5', '', 'người ' || i, 'vi', '', '', '[]', %d FROM n`, people, c.t.UnixNano()),
		fmt.Sprintf(`INSERT INTO feedback SELECT key, platform, user_id, '-5', '', 1, '', 0, '', 'Hỏi?', '[]', %d FROM exchanges`, c.t.UnixNano()))
	if found(t, dir, "người") == 0 {
		t.Fatal("the IDs are not there before")
	}
	plain := func() (n int) {
		db, err := sqlite.Open(t.Context(), path, schema(t))
		ok(t, err)
		ok(t, db.QueryRow("SELECT (SELECT COUNT(*) FROM exchanges WHERE hashed = 0) + (SELECT COUNT(*) FROM feedback WHERE hashed = 0)").Scan(&n))
		ok(t, db.Close())
		return n
	}
	before := 2 * people
	for _, place := range []struct{ table, key string }{{"exchanges", "khóa5000"}, {"exchanges", "khóa9"}, {"feedback", "khóa3"}, {"feedback", "khóa8"}} {
		db, err := sqlite.Open(t.Context(), path, schema(t))
		ok(t, err)
		_, err = db.Exec(fmt.Sprintf("CREATE TRIGGER refuse BEFORE UPDATE ON %s WHEN NEW.%s > '%s' BEGIN SELECT RAISE(ABORT, 'no'); END",
			place.table, map[string]string{"exchanges": "key", "feedback": "exchange"}[place.table], place.key))
		ok(t, errors.Join(err, db.Close()))
		if l, err := Open(t.Context(), path, c.now); err == nil || !strings.Contains(err.Error(), "hash people's IDs") {
			t.Fatal(l, err)
		}
		db, err = sqlite.Open(t.Context(), path, schema(t))
		ok(t, err)
		_, err = db.Exec("DROP TRIGGER refuse")
		ok(t, errors.Join(err, db.Close()))
		n := plain()
		if n > before || n == 0 {
			t.Fatalf("%d are left after the interruption at %s of %s, %d before", n, place.key, place.table, before)
		}
		before = n
	}
	if before == 2*people {
		t.Fatal("nothing was done before an interruption")
	}
	l := open(t, path, c.now)
	for _, table := range []string{"exchanges", "feedback"} {
		seen := map[string]bool{}
		ok(t, l.db.Each(t.Context(), "SELECT user_id FROM "+table+" WHERE hashed = 1", nil, func(r *sql.Rows) error {
			var id string
			err := r.Scan(&id)
			seen[id] = true
			return err
		}))
		if len(seen) != people {
			t.Errorf("%s: %d people, want %d", table, len(seen), people)
		}
		for i := 1; i <= people; i += 100 {
			if !seen[l.person("telegram", fmt.Sprint("người ", i))] {
				t.Errorf("%s: person %d is not there", table, i)
			}
		}
	}
	ok(t, l.Prune(t.Context()))
	if n := found(t, dir, "người"); n > 0 {
		t.Errorf("an ID is there %d times", n)
	}
}

// schema are the migrations.
func schema(tb testing.TB) fs.FS {
	tb.Helper()
	sub, err := fs.Sub(migrations, "migrations")
	ok(tb, err)
	return sub
}

// TestPeopleKey: each ledger has its own, and keeps it; one that is damaged is
// not used.
func TestPeopleKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	hashes := map[string]bool{}
	for range 2 {
		l, err := Open(t.Context(), path, nil)
		ok(t, err)
		hashes[l.person("telegram", "5")] = true
		for _, other := range []string{l.person("telegram", "6"), l.person("discord", "5"), l.person("telegra", "m5")} {
			if hashes[other] || len(other) != 32 {
				t.Errorf("%q stands for two people, or is not of 128 bits", other)
			}
		}
		if l.person("telegram", "") != "" {
			t.Error("somebody who is hidden is told from others")
		}
		ok(t, l.Close())
	}
	if other := temp(t, nil).person("telegram", "5"); hashes[other] || len(hashes) != 1 {
		t.Errorf("%v and, of another ledger, %s", hashes, other)
	}
	older(t, path, 4, "UPDATE notes SET value = 'abc' WHERE name = 'people'")
	if l, err := Open(t.Context(), path, nil); !errors.Is(err, sqlite.ErrCorrupt) {
		t.Error(l, err)
	}
}
