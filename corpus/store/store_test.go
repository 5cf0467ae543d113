package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trichdan/corpus"
)

// open opens a store for one test.
func open(tb testing.TB, path string) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), path, time.Now)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func temp(tb testing.TB) *Store {
	tb.Helper()
	return open(tb, filepath.Join(tb.TempDir(), "corpus.db"))
}

// put stores a copy of a and checks the outcome.
func put(tb testing.TB, s *Store, a corpus.Article, want Outcome) *corpus.Article {
	tb.Helper()
	r, err := s.Put(tb.Context(), &a)
	if err != nil {
		tb.Fatal(err)
	}
	if r.Outcome != want {
		tb.Fatalf("put %s: %+v, want %s", a.ID, r, want)
	}
	return &a
}

// all reads the whole store.
func all(tb testing.TB, s *Store, after corpus.Seq) []*corpus.Article {
	tb.Helper()
	var as []*corpus.Article
	for a, err := range s.After(tb.Context(), after) {
		if err != nil {
			tb.Fatal(err)
		}
		as = append(as, a)
	}
	return as
}

func TestReopen(t *testing.T) {
	for _, name := range []string{"corpus.db", "with space.db", "a?b#c%20d&e.db", "tiếng Việt.db", filepath.Join("new", "folder", "corpus.db")} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			s, err := Open(t.Context(), path, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			a := put(t, s, corpus.Article{ID: "a", Title: "Cầu mới", Body: "Cầu đã thông xe."}, Added)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(path); err != nil {
				t.Fatalf("the file is elsewhere: %v", err)
			}
			got, err := open(t, path).Article(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(a, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestOpenFails(t *testing.T) {
	full := func(t *testing.T) string {
		path := filepath.Join(t.TempDir(), "corpus.db")
		s, err := Open(t.Context(), path, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 50 {
			put(t, s, corpus.Article{ID: fmt.Sprint(i), Title: "Tin", Body: text(uint64(i), 300)}, Added)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tests := map[string]struct {
		make func(t *testing.T) string
		want error // nil: any
	}{
		"truncated": {func(t *testing.T) string {
			path := full(t)
			if err := os.Truncate(path, 20000); err != nil {
				t.Fatal(err)
			}
			return path
		}, ErrCorrupt},
		"no database": {func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "corpus.db")
			if err := os.WriteFile(path, []byte("Đây là một bài viết, không phải cơ sở dữ liệu."), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}, ErrCorrupt},
		"overwritten": {func(t *testing.T) string {
			path := full(t)
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			_, err = f.WriteAt(make([]byte, 4000), 100)
			if err := errors.Join(err, f.Close()); err != nil {
				t.Fatal(err)
			}
			return path
		}, ErrCorrupt},
		"newer schema": {func(t *testing.T) string {
			path := full(t)
			s, err := Open(t.Context(), path, time.Now)
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
			if err := errors.Join(err, s.Close()); err != nil {
				t.Fatal(err)
			}
			return path
		}, ErrNewer},
		"a folder": {func(t *testing.T) string { return t.TempDir() }, nil},
		"below a file": {func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return filepath.Join(path, "corpus.db")
		}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := tt.make(t)
			s, err := Open(t.Context(), path, time.Now)
			if err == nil {
				t.Fatal("opened", s.Close())
			}
			if tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			t.Log(err)
		})
	}
}

// TestReadOnly opens the database as a read-only disk would have it.
func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "corpus.db")
	s := open(t, path)
	put(t, s, corpus.Article{ID: "a", Title: "Tin", Body: "Một câu."}, Added)
	s.db.SetMaxOpenConns(1)
	if _, err := s.db.Exec("PRAGMA query_only = 1"); err != nil {
		t.Fatal(err)
	}
	_, err := s.Put(t.Context(), &corpus.Article{ID: "b", Title: "Tin", Body: "Câu khác."})
	if !errors.Is(err, ErrReadOnly) {
		t.Errorf("put: %v, want %v", err, ErrReadOnly)
	}
	if got := all(t, s, 0); len(got) != 1 {
		t.Errorf("%d articles, want 1", len(got))
	}
}

// TestFull simulates a full disk, which SQLite reports as it does a full
// database.
func TestFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "corpus.db")
	s := open(t, path)
	put(t, s, corpus.Article{ID: "a", Title: "Tin", Body: text(1, 500)}, Added)
	s.db.SetMaxOpenConns(1)
	if _, err := s.db.Exec("PRAGMA max_page_count = 60"); err != nil {
		t.Fatal(err)
	}
	err := s.Update(t.Context(), func(tx *Tx) error {
		for i := range 200 {
			if _, err := tx.Put(&corpus.Article{ID: fmt.Sprint(i), Title: "Tin", Body: text(uint64(i)+2, 500)}); err != nil {
				return err
			}
		}
		return nil
	})
	if !errors.Is(err, ErrFull) {
		t.Fatalf("got %v, want %v", err, ErrFull)
	}
	t.Log(err)
	if got := all(t, s, 0); len(got) != 1 {
		t.Errorf("%d articles after the failure, want the one before", len(got))
	}
	if _, err := s.db.Exec("PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	put(t, s, corpus.Article{ID: "b", Title: "Tin", Body: text(3, 500)}, Added)
}

func TestUpdateIsAtomic(t *testing.T) {
	s := temp(t)
	failure := errors.New("no")
	for name, end := range map[string]func() error{
		"error": func() error { return failure },
		"panic": func() error { panic("no") },
	} {
		t.Run(name, func(t *testing.T) {
			func() {
				defer func() { _ = recover() }()
				err := s.Update(t.Context(), func(tx *Tx) error {
					if _, err := tx.Put(&corpus.Article{ID: "a", Body: "Một câu."}); err != nil {
						t.Error(err)
					}
					return end()
				})
				if !errors.Is(err, failure) {
					t.Errorf("got %v", err)
				}
			}()
			if got := all(t, s, 0); len(got) != 0 {
				t.Errorf("%d articles stored", len(got))
			}
			if last, err := s.Last(t.Context()); last != 0 || err != nil {
				t.Errorf("last %d, %v", last, err)
			}
		})
	}
	put(t, s, corpus.Article{ID: "a", Body: "Một câu."}, Added) // the turn was given back
}

func TestUpdateGivesUpWaiting(t *testing.T) {
	s := temp(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Update(t.Context(), func(*Tx) error {
		cancel()
		return s.Update(ctx, func(*Tx) error { return nil })
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestConcurrentWriters(t *testing.T) {
	s := temp(t)
	const writers, each = 8, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				n := uint64(w*each + i)
				a := corpus.Article{ID: fmt.Sprint(n), Body: text(n, 40)}
				if _, err := s.Put(t.Context(), &a); err != nil {
					t.Error(err)
				}
				if _, err := s.Newest(t.Context(), 3); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	as := all(t, s, 0)
	if len(as) != writers*each {
		t.Fatalf("%d articles, want %d", len(as), writers*each)
	}
	for i, a := range as {
		if a.Seq != corpus.Seq(i+1) {
			t.Fatalf("article %d has seq %d", i, a.Seq)
		}
	}
}

// TestAfterLetsWriters: while a consumer reads, articles arrive and change.
func TestAfterLetsWriters(t *testing.T) {
	s := temp(t)
	err := s.Update(t.Context(), func(tx *Tx) error {
		for i := range 2*pageSize + 10 {
			if _, err := tx.Put(&corpus.Article{ID: fmt.Sprint(i), Body: text(uint64(i), 30)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var last corpus.Seq
	n := 0
	for a, err := range s.After(t.Context(), 5) {
		if err != nil {
			t.Fatal(err)
		}
		if a.Seq <= last {
			t.Fatalf("%d after %d", a.Seq, last)
		}
		last = a.Seq
		if n++; n%50 == 0 {
			put(t, s, corpus.Article{ID: fmt.Sprint("new", n), Body: text(uint64(9000+n), 30)}, Added)
		}
	}
	if end, err := s.Last(t.Context()); last != end || err != nil {
		t.Errorf("read up to %d, last is %d, %v", last, end, err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	n = 0
	for _, err := range s.After(ctx, 0) {
		if n++; err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			break
		}
		cancel()
	}
	if n != pageSize+1 {
		t.Errorf("%d steps, want a page and an error", n)
	}
	cancel()
}

// TestCrash copies the files in the midst of a transaction, as a machine that
// loses its power would leave them.
func TestCrash(t *testing.T) {
	dir, after := t.TempDir(), t.TempDir()
	s := open(t, filepath.Join(dir, "corpus.db"))
	put(t, s, corpus.Article{ID: "a", Body: text(1, 300)}, Added)
	put(t, s, corpus.Article{ID: "b", Body: text(2, 300)}, Added)
	err := s.Update(t.Context(), func(tx *Tx) error {
		for i := range 30 {
			if _, err := tx.Put(&corpus.Article{ID: fmt.Sprint(i), Body: text(uint64(10+i), 300)}); err != nil {
				return err
			}
		}
		return errors.Join(copyFile(dir, after, "corpus.db"), copyFile(dir, after, "corpus.db-wal"))
	})
	if err != nil {
		t.Fatal(err)
	}
	crashed := open(t, filepath.Join(after, "corpus.db"))
	if got := all(t, crashed, 0); len(got) != 2 || got[0].Body != text(1, 300) || got[1].Body != text(2, 300) {
		t.Errorf("%d articles after the crash, want the two committed ones", len(got))
	}
	if last, err := crashed.Last(t.Context()); last != 2 || err != nil {
		t.Errorf("last %d, %v", last, err)
	}
}

func copyFile(from, to, name string) error {
	r, err := os.Open(filepath.Join(from, name))
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.Create(filepath.Join(to, name))
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Close())
}
