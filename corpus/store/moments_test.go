package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"trichdan/corpus"
	"trichdan/corpus/sqlite"
)

// seqAt asks for one moment.
func seqAt(tb testing.TB, s *Store, at time.Time, want corpus.Seq) {
	tb.Helper()
	if got, err := s.SeqAt(tb.Context(), at); got != want || err != nil {
		tb.Errorf("at %s: %d, %v, want %d", at.Format(time.RFC3339Nano), got, err, want)
	}
}

// TestWhenItArrived follows one article, and one that stays, through all that
// can happen to it.
func TestWhenItArrived(t *testing.T) {
	s, ctx := temp(t), t.Context()
	put(t, s, base(), Added)
	put(t, s, corpus.Article{ID: "b", Body: text(1, 60)}, Added)
	check := func(what string, seq, revised corpus.Seq) {
		t.Helper()
		a, err := s.Article(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		if a.Seq != seq || a.Arrived != 1 || a.Revised != revised {
			t.Errorf("%s: seq %d, arrived %d, revised %d, want %d, 1, %d", what, a.Seq, a.Arrived, a.Revised, seq, revised)
		}
	}
	withdraw := func(f func(*Tx) (bool, error)) {
		t.Helper()
		if err := s.Update(ctx, func(tx *Tx) error { _, err := f(tx); return err }); err != nil {
			t.Fatal(err)
		}
	}
	check("arrived", 1, 1)
	withdraw(func(tx *Tx) (bool, error) { return tx.Withdraw("a") })
	check("withdrawn", 3, 1)
	withdraw(func(tx *Tx) (bool, error) { return tx.Restore("a") })
	check("restored", 4, 1)
	moved := base()
	moved.Path = "khac.txt"
	put(t, s, moved, Unchanged)
	check("in another file", 4, 1)
	next := base()
	next.Body += " Thêm một câu."
	put(t, s, next, Changed)
	check("changed", 5, 5)
	withdraw(func(tx *Tx) (bool, error) { return tx.Withdraw("a") })
	put(t, s, next, Restored)
	check("restored as it was", 7, 5)
	withdraw(func(tx *Tx) (bool, error) { return tx.Withdraw("a") })
	put(t, s, base(), Restored)
	check("restored with other words", 9, 9)
	withdraw(func(tx *Tx) (bool, error) { return tx.Withdraw("a") })
	withdraw(func(tx *Tx) (bool, error) { r, err := tx.Refresh(&next); return r.Outcome == Changed, err })
	check("changed while withdrawn", 11, 11)
	withdraw(func(tx *Tx) (bool, error) { return tx.Restore("a") })
	check("restored after it", 12, 11)
	if a, err := s.Revision(ctx, "a", 1); err != nil || a.Arrived != 1 || a.Revised != 11 {
		t.Errorf("the first revision: %+v, %v", a, err)
	}
	if a, err := s.Article(ctx, "b"); err != nil || a.Arrived != 2 || a.Revised != 2 {
		t.Errorf("the other one: %+v, %v", a, err)
	}
}

// TestRenamedIsNotRevised: the name of a story is no part of an article.
func TestRenamedIsNotRevised(t *testing.T) {
	s := temp(t)
	for _, id := range []string{"a", "b", "c"} {
		put(t, s, corpus.Article{ID: id, Outlet: id, Body: text(1, 60)}, Added)
	}
	put(t, s, corpus.Article{ID: "a", Outlet: "a", Body: text(2, 60)}, Changed)
	for id, arrived := range map[string]corpus.Seq{"b": 2, "c": 3} {
		a, err := s.Article(t.Context(), id)
		if err != nil || a.Story != "b" || a.Seq <= 4 || a.Arrived != arrived || a.Revised != arrived {
			t.Errorf("%+v, %v", a, err)
		}
	}
}

func TestSeqAt(t *testing.T) {
	noon := time.Date(2024, 1, 9, 12, 0, 0, 0, time.UTC)
	clock := noon
	path := filepath.Join(t.TempDir(), "corpus.db")
	s, err := Open(t.Context(), path, func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	seqAt(t, s, noon, 0)
	add := func(ids ...string) {
		t.Helper()
		err := s.Update(t.Context(), func(tx *Tx) error {
			for _, id := range ids {
				if _, err := tx.Put(&corpus.Article{ID: id, Body: "Bài " + id + "."}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	add("1", "2", "3")
	clock = noon.Add(time.Hour)
	add("4")
	clock = noon.Add(2 * time.Hour)
	add("4")                                                        // nothing new
	if err := s.SetMeta(t.Context(), "name", "value"); err != nil { // nor this
		t.Fatal(err)
	}
	failed := errors.New("no")
	if err := s.Update(t.Context(), func(tx *Tx) error {
		_, err := tx.Put(&corpus.Article{ID: "5", Body: "Bài 5."})
		return errors.Join(err, failed)
	}); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	clock = noon.Add(-24 * time.Hour) // put back
	add("6")
	clock = noon.Add(3 * time.Hour)
	if _, err := s.Withdraw(t.Context(), "1"); err != nil {
		t.Fatal(err)
	}
	check := func(s *Store) {
		t.Helper()
		seqAt(t, s, time.Time{}, 0)
		seqAt(t, s, noon.Add(-time.Microsecond), 0)
		seqAt(t, s, noon, 3)
		seqAt(t, s, noon.Add(time.Hour-time.Microsecond), 3)
		seqAt(t, s, noon.Add(time.Hour), 5)
		seqAt(t, s, noon.Add(3*time.Hour-1), 5)
		seqAt(t, s, noon.Add(3*time.Hour).In(corpus.Zone), 6)
		seqAt(t, s, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), 6)
	}
	check(s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	check(s)
	var rows int
	if err := s.db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM moments").Scan(&rows); rows != 4 || err != nil {
		t.Errorf("%d rows, %v, want one for each transaction that gave out a number", rows, err)
	}
}

// TestSeqAtModel: whatever the clock does, what was given out by a time is
// what the store says, as far as the clock had told it, and an answer about a
// time before the latest one never changes.
func TestSeqAtModel(t *testing.T) {
	dir, round := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		clock := time.Date(2024, 1, 9, 12, 0, 0, 0, time.UTC)
		s, err := Open(t.Context(), filepath.Join(dir, fmt.Sprint(round)), func() time.Time { return clock })
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		type moment struct {
			at  time.Time
			seq corpus.Seq
		}
		var given []moment // in order, the latest time that the clock had shown
		jump := rapid.Int64Range(-10, 20)
		id := 0
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			clock = clock.Add(time.Duration(jump.Draw(t, "jump")) * time.Second)
			n := rapid.IntRange(0, 3).Draw(t, "articles")
			err := s.Update(t.Context(), func(tx *Tx) error {
				for range n {
					id++
					if _, err := tx.Put(&corpus.Article{ID: fmt.Sprint(id), Body: fmt.Sprintf("Bài %d.", id)}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if n > 0 {
				m := moment{clock, corpus.Seq(id)}
				if len(given) > 0 && given[len(given)-1].at.After(m.at) {
					m.at = given[len(given)-1].at
				}
				given = append(given, m)
			}
			for range 3 {
				at := clock.Add(time.Duration(jump.Draw(t, "ask")) * time.Second)
				want := corpus.Seq(0)
				for _, m := range given {
					if !m.at.After(at) {
						want = m.seq
					}
				}
				if got, err := s.SeqAt(t.Context(), at); got != want || err != nil {
					t.Fatalf("%d at %s, %v, want %d", got, at, err, want)
				}
			}
		}
	})
}

// TestUpgrade: a store from before arrivals were remembered.
func TestUpgrade(t *testing.T) {
	first, err := fs.ReadFile(migrations, "migrations/00001_corpus.sql")
	if err != nil {
		t.Fatal(err)
	}
	for name, rows := range map[string]string{
		"empty": "",
		"full": `INSERT INTO articles (id, num, seq, revision, withdrawn, story, path, outlet, published, content_hash, text_hash, signature)
			VALUES ('new', 4, 4, 1, 0, 'new', '', '', '', '', 'x', ''), ('withdrawn', 1, 5, 1, 1, 'withdrawn', '', '', '', '', 'y', ''),
				('changed', 2, 7, 3, 0, 'changed', '', '', '', '', 'z', '');
			INSERT INTO revisions (article, revision, title, title_derived, body, lead_len, outlet, author, published, basis, url, tags, captions)
			VALUES ('new', 1, '', 0, 'Một.', 0, '', '', '', '', '', '[]', '[]'), ('withdrawn', 1, '', 0, 'Hai.', 0, '', '', '', '', '', '[]', '[]'),
				('changed', 3, '', 0, 'Ba.', 0, '', '', '', '', '', '[]', '[]')`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "corpus.db")
			old, err := sqlite.Open(t.Context(), path, fstest.MapFS{"00001_corpus.sql": {Data: first}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = old.Exec(rows)
			if err := errors.Join(err, old.Close()); err != nil {
				t.Fatal(err)
			}
			clock := time.Date(2024, 1, 9, 12, 0, 0, 0, time.UTC)
			s, err := Open(t.Context(), path, func() time.Time { return clock })
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}()
			last := corpus.Seq(0)
			if rows != "" {
				last = 7
				for id, want := range map[string][2]corpus.Seq{"new": {4, 4}, "withdrawn": {1, 1}, "changed": {2, 7}} {
					a, err := s.Article(t.Context(), id)
					if err != nil || a.Arrived != want[0] || a.Revised != want[1] {
						t.Errorf("%s: %+v, %v, want %d", id, a, err, want)
					}
				}
			}
			seqAt(t, s, time.Unix(0, 0).Add(-time.Microsecond), 0)
			seqAt(t, s, time.Unix(0, 0), last)
			seqAt(t, s, clock, last)
			clock = clock.Add(time.Hour)
			put(t, s, corpus.Article{ID: "next", Body: "Bốn."}, Added)
			seqAt(t, s, clock.Add(-time.Microsecond), last)
			seqAt(t, s, clock, last+1)
		})
	}
}
