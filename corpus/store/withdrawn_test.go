package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trichdan/corpus"
	"trichdan/corpus/sqlite"
)

func ids(as []*corpus.Article) string {
	var list []string
	for _, a := range as {
		list = append(list, a.ID)
	}
	return strings.Join(list, " ")
}

func TestWithdrawn(t *testing.T) {
	s, ctx := temp(t), t.Context()
	for i := range 5 {
		put(t, s, corpus.Article{ID: fmt.Sprint(i), Title: "Tin " + fmt.Sprint(i), Body: text(uint64(i), 30)}, Added)
	}
	for _, id := range []string{"3", "0", "4", "1"} {
		if _, err := s.Withdraw(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Restore(ctx, "4"); err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]string{-1: "", 0: "", 2: "1 0", 9: "1 0 3"} {
		as, err := s.Withdrawn(ctx, limit)
		if got := ids(as); got != want || err != nil {
			t.Errorf("%d withdrawn: %s, want %s (%v)", limit, got, want, err)
		}
		for _, a := range as {
			if !a.Withdrawn || a.Title != "Tin "+a.ID || a.Body == "" {
				t.Errorf("%+v", a)
			}
		}
	}
	if c, err := s.Counts(ctx); c.Withdrawn != 3 || c.Articles != 2 || err != nil {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestByURL(t *testing.T) {
	s, ctx := temp(t), t.Context()
	const url = "https://www.example.com/thoi-su/cau-moi.html"
	id := corpus.NewID(url, "cau-moi.html")
	put(t, s, corpus.Article{ID: id, Body: "Cầu đã thông xe.", URL: corpus.CanonicalURL(url)}, Added)
	put(t, s, corpus.Article{ID: corpus.NewID("", "a.txt"), Body: "Không có địa chỉ."}, Added)
	for _, same := range []string{url, "http://m.example.com/thoi-su/cau-moi.html?utm_source=x#p3", " example.com/thoi-su/cau-moi.html/ "} {
		if a, err := s.ByURL(ctx, same); err != nil || a.ID != id {
			t.Errorf("%s: %v, %v", same, a, err)
		}
	}
	for _, other := range []string{"", "  ", "https://", "#p3", "https://example.com/thoi-su/cau-cu.html", "a.txt"} {
		if a, err := s.ByURL(ctx, other); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v, %v", other, a, err)
		}
	}
	if _, err := s.Withdraw(ctx, id); err != nil {
		t.Fatal(err)
	}
	if a, err := s.ByURL(ctx, url); err != nil || !a.Withdrawn {
		t.Errorf("withdrawn: %+v, %v", a, err)
	}
}

func TestFileOf(t *testing.T) {
	s, ctx := temp(t), t.Context()
	err := s.Update(ctx, func(tx *Tx) error {
		return errors.Join(
			tx.SetFile(FileState{Root: "/tin", Path: "b.jsonl", Articles: []string{"a1", "x_y", `q"\<`, "100%"}}),
			tx.SetFile(FileState{Root: "/tin", Path: "a.txt", Articles: []string{"a1"}}),
			tx.SetFile(FileState{Root: "/kho", Path: "z.txt", Articles: []string{"A2", "xzy", "a!b"}}),
			tx.SetFile(FileState{Root: "/kho", Path: "đôi.txt", Duplicates: []FileDuplicate{{ID: "d", Of: "e", Path: "đôi.txt"}}}))
	})
	if err != nil {
		t.Fatal(err)
	}
	check := func(id, want string) {
		t.Helper()
		root, path, ok, err := s.FileOf(ctx, id)
		if got := strings.TrimSpace(root + " " + path); got != want || ok != (want != "") || err != nil {
			t.Errorf("%s: %q, %v, %v, want %q", id, got, ok, err, want)
		}
	}
	for id, want := range map[string]string{
		"a1": "/tin a.txt", "A2": "/kho z.txt", "a2": "", "A1": "", "a": "", "": "", "x_y": "/tin b.jsonl", "xzy": "/kho z.txt",
		"x%": "", "_1": "", "100%": "/tin b.jsonl", "100": "", `q"\<`: "/tin b.jsonl", "a!b": "/kho z.txt", "a!!b": "", "d": "", "e": "",
		"a1,x_y": "", `a1","x_y`: "",
	} {
		check(id, want)
	}
	if err := s.Update(ctx, func(tx *Tx) error { return tx.DropFile("/tin", "a.txt") }); err != nil {
		t.Fatal(err)
	}
	check("a1", "/tin b.jsonl")
}

// TestSnapshot copies a store into which articles are put and changed. A copy
// opens as a store that was there: it ends where a transaction ended, not before
// what was stored when the copy was begun, and its articles are as they were put.
func TestSnapshot(t *testing.T) {
	dir := t.TempDir()
	s, ctx := open(t, filepath.Join(dir, "corpus.db")), t.Context()
	var over atomic.Bool
	var history sync.Map // by ID and revision: the body
	var last atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; !over.Load(); i++ {
			err := s.Update(ctx, func(tx *Tx) error {
				for k := range 3 {
					a := corpus.Article{ID: fmt.Sprint((i + k) % 40), Path: "tin.txt", Body: fmt.Sprintf("Bài %d, lần %d, phần %d.", i%40, i, k)}
					r, err := tx.Put(&a)
					if err != nil {
						return err
					}
					history.Store(fmt.Sprint(a.ID, " ", r.Revision), a.Body)
				}
				return tx.SetMeta("last", fmt.Sprint(tx.last))
			})
			if err != nil {
				t.Error(err)
				return
			}
			now, err := s.Last(ctx)
			if err != nil {
				t.Error(err)
				return
			}
			last.Store(int64(now))
		}
	})
	before := map[string]int64{}
	for i := range 4 {
		path := filepath.Join(dir, fmt.Sprint("copy", i))
		before[path] = last.Load()
		if err := s.Snapshot(ctx, path); err != nil {
			t.Error(err)
		}
	}
	over.Store(true)
	wg.Wait()
	for path, at := range before {
		if err := s.Snapshot(ctx, path); !errors.Is(err, fs.ErrExist) {
			t.Errorf("over another copy: %v", err)
		}
		c := open(t, path)
		end, err := c.Last(ctx)
		if err != nil || int64(end) < at {
			t.Errorf("the copy ends at %d, %d was stored before (%v)", end, at, err)
		}
		if meta, err := c.Meta(ctx, "last"); end > 0 && meta != fmt.Sprint(end) || err != nil {
			t.Errorf("the copy ends at %d, in the middle of the transaction after %s (%v)", end, meta, err)
		}
		for _, a := range all(t, c, 0) {
			if body, ok := history.Load(fmt.Sprint(a.ID, " ", a.Revision)); !ok || body != a.Body {
				t.Errorf("revision %d of %s is %q, was stored as %q", a.Revision, a.ID, a.Body, body)
			}
			if _, err := c.Revision(ctx, a.ID, a.Revision); err != nil {
				t.Error(err)
			}
		}
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.Snapshot(ended, filepath.Join(dir, "none")); !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "corpus store: ") {
		t.Error(err)
	}
}

// TestOlderStore opens a store of version 2, in which everything is.
func TestOlderStore(t *testing.T) {
	old := fstest.MapFS{}
	for _, name := range []string{"00001_corpus.sql", "00002_moments.sql"} {
		b, err := fs.ReadFile(migrations, "migrations/"+name)
		if err != nil {
			t.Fatal(err)
		}
		old[name] = &fstest.MapFile{Data: b}
	}
	path := filepath.Join(t.TempDir(), "corpus.db")
	db, err := sqlite.Open(t.Context(), path, old)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(`INSERT INTO articles (id, num, seq, revised, revision, withdrawn, story, path, outlet, published, content_hash, text_hash, signature) VALUES
			('a', 1, 1, 1, 1, 0, 'a', 'a.txt', 'Báo', '2022-01-08', 'x', 'x', ''), ('b', 2, 5, 4, 2, 1, 'b', 'b.txt', '', '', 'y', 'y', '');
		INSERT INTO revisions (article, revision, title, title_derived, body, lead_len, outlet, author, published, basis, url, tags, captions) VALUES
			('a', 1, 'Cầu', 0, 'Một.', 0, 'Báo', 'Ai', '2022-01-08', 'stated', 'example.com/a', '["cầu"]', '[]'),
			('b', 1, '', 0, 'Hai.', 0, '', '', '', '', '', '[]', '[]'), ('b', 2, '', 0, 'Hai hai.', 0, '', '', '', '', '', '[]', '[]');
		INSERT INTO moments (seq, at) VALUES (5, 1000);
		INSERT INTO files (root, path, prefix, size, articles, duplicates, failures) VALUES ('/tin', 'a.txt', '', 5, '["a"]', '[]', '[]');
		INSERT INTO meta (name, value) VALUES ('tên', 'giá trị')`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	s, ctx := open(t, path), t.Context()
	as := all(t, s, 0)
	if got := ids(as); got != "a b" {
		t.Fatalf("articles %s", got)
	}
	want := &corpus.Article{
		ID: "a", Seq: 1, Arrived: 1, Revised: 1, Revision: 1, Story: "a", Title: "Cầu", Body: "Một.", Outlet: "Báo", Author: "Ai",
		URL: "example.com/a", Path: "a.txt", Tags: []string{"cầu"}, Published: corpus.Date{Year: 2022, Month: time.January, Day: 8, Basis: corpus.Stated},
	}
	if d := cmp.Diff(want, as[0]); d != "" {
		t.Error(d)
	}
	if as, err := s.Withdrawn(ctx, 5); ids(as) != "b" || as[0].Body != "Hai hai." || err != nil {
		t.Errorf("withdrawn %s, %v", ids(as), err)
	}
	if a, err := s.Revision(ctx, "b", 1); err != nil || a.Body != "Hai." {
		t.Errorf("%v, %v", a, err)
	}
	if root, path, ok, err := s.FileOf(ctx, "a"); root != "/tin" || path != "a.txt" || !ok || err != nil {
		t.Error(root, path, ok, err)
	}
	if v, err := s.Meta(ctx, "tên"); v != "giá trị" || err != nil {
		t.Error(v, err)
	}
	seqAt(t, s, time.UnixMicro(1000), 5)
}
