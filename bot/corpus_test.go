package bot

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"trichdan/corpus"
	"trichdan/corpus/source"
	"trichdan/corpus/store"
	"trichdan/index"
)

// testNow is when the tests ask.
var testNow = time.Date(2024, 12, 2, 10, 0, 0, 0, corpus.Zone)

// library is a corpus with everything behind it, as the program wires it, in
// temporary folders.
type library struct {
	store *store.Store
	index *index.Index
	bot   *Bot
}

func newLibrary(tb testing.TB, articles ...*corpus.Article) *library {
	tb.Helper()
	dir := tb.TempDir()
	now := func() time.Time { return testNow }
	s, err := store.Open(tb.Context(), filepath.Join(dir, "corpus.db"), now)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { closed(tb, s.Close) })
	x, err := index.Open(tb.Context(), filepath.Join(dir, "index"), s, index.Options{Now: now})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { closed(tb, x.Close) })
	l := &library{store: s, index: x, bot: New(x, s, Options{Now: now})}
	l.put(tb, articles...)
	return l
}

func closed(tb testing.TB, closer func() error) {
	if err := closer(); err != nil {
		tb.Error(err)
	}
}

// put stores articles and brings the index up to date.
func (l *library) put(tb testing.TB, articles ...*corpus.Article) {
	tb.Helper()
	err := l.store.Update(tb.Context(), func(tx *store.Tx) error {
		for _, a := range articles {
			if _, err := tx.Put(a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	l.update(tb)
}

func (l *library) update(tb testing.TB) {
	tb.Helper()
	if _, err := l.index.Update(tb.Context(), nil); err != nil {
		tb.Fatal(err)
	}
}

// ask answers a question; the answer must keep the promises.
func (l *library) ask(tb testing.TB, question string) *Result {
	tb.Helper()
	r, err := l.bot.Ask(tb.Context(), question)
	if err != nil {
		tb.Fatalf("%q: %v", question, err)
	}
	for _, broken := range l.broken(tb, question, r) {
		tb.Errorf("%q: %s", question, broken)
	}
	return r
}

// news makes an article of an outlet and a day ("" for unknown).
func news(tb testing.TB, outlet, day, title string, paragraphs ...string) *corpus.Article {
	tb.Helper()
	a := &corpus.Article{
		ID: corpus.NewID("", outlet+day+title), Path: title + ".txt",
		Title: title, Body: strings.Join(paragraphs, "\n"), Outlet: outlet,
	}
	if day != "" {
		var err error
		if a.Published, err = corpus.ParseDate(day, corpus.Stated); err != nil {
			tb.Fatal(err)
		}
	}
	return a
}

// read reads a folder, up to limit articles of it (0 is all).
func read(tb testing.TB, fsys fs.FS, limit int) []*corpus.Article {
	tb.Helper()
	files, failures, err := source.List(tb.Context(), fsys)
	if err != nil || len(failures) > 0 {
		tb.Fatal(err, failures)
	}
	var articles []*corpus.Article
	for _, f := range files {
		for a, err := range source.All(tb.Context(), fsys, f) {
			if err != nil {
				tb.Fatal(err)
			}
			articles = append(articles, a)
			if len(articles) == limit {
				return articles
			}
		}
	}
	return articles
}

// shared opens a folder of the example data beside the repository. It is part
// of every checked build; elsewhere its tests are skipped.
func shared(t *testing.T, name string) fs.FS {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", name)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if os.Getenv("CI") == "true" {
			t.Fatalf("../shared/%s is missing, and CI=true wants it", name)
		}
		t.Skipf("../shared/%s is missing", name)
	}
	fsys, closeDir, err := source.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, closeDir) })
	return fsys
}

// revision gives the stored body that a citation names.
func (l *library) revision(ctx context.Context, id string, n int) (string, error) {
	a, err := l.store.Revision(ctx, id, n)
	if err != nil {
		return "", err
	}
	return a.Body, nil
}
