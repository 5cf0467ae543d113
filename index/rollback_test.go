package index

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"trichdan/corpus"
)

func mustRebuild(t *testing.T, x *Index) {
	t.Helper()
	if _, err := x.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

// rollback rolls back and checks which generations are in use then, and that
// the status afterwards is the one returned.
func rollback(t *testing.T, x *Index, current, previous string) Status {
	t.Helper()
	s, err := x.Rollback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Generation != prefix+current || s.Previous != prefix+previous {
		t.Errorf("after the rollback: %+v, want %s and before it %s", s, current, previous)
	}
	after, err := x.Status()
	if s.Bytes, after.Bytes = 0, 0; err != nil || after != s { // files may be merged in between
		t.Errorf("status %+v, %v; Rollback gave %+v", after, err, s)
	}
	return s
}

// generations lists those in a directory, by number.
func generations(t *testing.T, dir string) (list []string) {
	t.Helper()
	for _, name := range names(t, dir) {
		if n, ok := strings.CutPrefix(name, prefix); ok {
			list = append(list, n)
		}
	}
	return list
}

func TestRollback(t *testing.T) {
	const articles = 12
	m, dir := newMemory(), t.TempDir()
	many(m, articles, 1)
	x := openIndex(t, dir, m)
	if _, err := x.Rollback(t.Context()); !errors.Is(err, ErrNoPrevious) {
		t.Errorf("error %v, want ErrNoPrevious", err)
	}
	mustUpdate(t, x)
	if _, err := x.Rollback(t.Context()); !errors.Is(err, ErrNoPrevious) {
		t.Errorf("error %v, want ErrNoPrevious", err)
	}
	checkRound(t, x, articles, 1)
	for n := 2; n <= 4; n++ {
		many(m, articles, n)
		mustRebuild(t, x)
		checkRound(t, x, articles, n)
	}
	// One before is kept, and no more.
	if got := generations(t, dir); !slices.Equal(got, []string{"000003", "000004"}) {
		t.Errorf("generations %v", got)
	}
	rollback(t, x, "000003", "000004")
	checkRound(t, x, articles, 3)
	rollback(t, x, "000004", "000003")
	checkRound(t, x, articles, 4)
	s := rollback(t, x, "000003", "000004")
	if s.Held {
		t.Errorf("held: %+v", s)
	}

	// It lasts, and the next update follows the corpus again.
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = openIndex(t, dir, m)
	checkRound(t, x, articles, 3)
	if n := mustUpdate(t, x); n != articles {
		t.Errorf("%d articles taken in", n)
	}
	checkRound(t, x, articles, 4)
	checkState(t, x, m.seq, m.current())
	if got := generations(t, dir); !slices.Equal(got, []string{"000003", "000004"}) {
		t.Errorf("generations %v", got)
	}
	mustRebuild(t, x)
	if got := generations(t, dir); !slices.Equal(got, []string{"000003", "000005"}) {
		t.Errorf("generations %v", got)
	}
}

// TestRollbackHeld goes back to a generation of another mapping: it stays as it
// is, restart or not, until a rebuild.
func TestRollbackHeld(t *testing.T) {
	const articles = 12
	m, dir := newMemory(), t.TempDir()
	many(m, articles, 1)
	x := openIndex(t, dir, m)
	mustUpdate(t, x)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, prefix+"000001", manifestFile), `{"mapping":0,"created":"2022-01-01T00:00:00Z"}`)
	many(m, articles, 2)
	x = openIndex(t, dir, m)
	if s, err := x.Status(); err != nil || s.Held {
		t.Errorf("a generation of another mapping is held before any rollback: %+v, %v", s, err)
	}
	mustUpdate(t, x) // builds another one
	checkRound(t, x, articles, 2)
	many(m, articles, 3)
	for range 2 {
		if s := rollback(t, x, "000001", "000002"); !s.Held || s.Cursor != articles {
			t.Errorf("status %+v", s)
		}
		for range 2 {
			if n, err := x.Update(t.Context(), func(int, int) { t.Error("something is done") }); n != 0 || err != nil {
				t.Errorf("a held generation took in %d articles, %v", n, err)
			}
			checkRound(t, x, articles, 1)
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			x = openIndex(t, dir, m)
			if s, err := x.Status(); err != nil || !s.Held || s.Generation != prefix+"000001" || s.Previous != prefix+"000002" {
				t.Errorf("status %+v, %v", s, err)
			}
		}
		if s := rollback(t, x, "000002", "000001"); s.Held {
			t.Errorf("status %+v", s)
		}
		checkRound(t, x, articles, 2)
	}
	rollback(t, x, "000001", "000002")
	mustRebuild(t, x)
	checkRound(t, x, articles, 3)
	if s, err := x.Status(); err != nil || s.Held || s.Generation != prefix+"000003" || s.Previous != prefix+"000001" {
		t.Errorf("status %+v, %v", s, err)
	}
}

// TestRollbackDamaged cannot go back to what cannot be opened, and stays.
func TestRollbackDamaged(t *testing.T) {
	const articles = 12
	m, dir := newMemory(), t.TempDir()
	many(m, articles, 1)
	x := openIndex(t, dir, m)
	mustUpdate(t, x)
	mustRebuild(t, x)
	remove(t, filepath.Join(dir, prefix+"000001", manifestFile))
	if s, err := x.Rollback(t.Context()); err == nil {
		t.Errorf("went back to %+v", s)
	}
	checkRound(t, x, articles, 1)
	if s, err := x.Status(); err != nil || s.Generation != prefix+"000002" {
		t.Errorf("status %+v, %v", s, err)
	}
}

// TestRollbackHalfUpdated drops a generation that is half updated for the one
// before it.
func TestRollbackHalfUpdated(t *testing.T) {
	const articles = 12
	m, dir := newMemory(), t.TempDir()
	many(m, articles, 1)
	x := openIndex(t, dir, m)
	mustUpdate(t, x)
	mustRebuild(t, x)
	many(m, articles, 2)
	x.articles = failing{m, corpus.Seq(articles + 8)}
	x.batch = 5
	if _, err := x.Update(t.Context(), nil); !errors.Is(err, errGiven) {
		t.Fatal(err)
	}
	if s, err := x.Rollback(t.Context()); err != nil || s.Generation != prefix+"000001" || s.Previous != "" {
		t.Errorf("status %+v, %v", s, err)
	}
	checkRound(t, x, articles, 1)
	if got := generations(t, dir); !slices.Equal(got, []string{"000001"}) {
		t.Errorf("generations %v", got)
	}
	x.articles = m
	mustUpdate(t, x)
	checkRound(t, x, articles, 2)
}

// TestCurrentFile reads what is written, and takes what it is not for nothing.
func TestCurrentFile(t *testing.T) {
	dir := t.TempDir()
	for _, r := range []roles{
		{current: prefix + "000001"},
		{current: prefix + "000002", previous: prefix + "000001"},
		{current: prefix + "000001", previous: prefix + "000002", held: true},
		{current: prefix + "000007", held: true},
	} {
		if err := r.write(dir); err != nil {
			t.Fatal(err)
		}
		if got, err := readRoles(dir); err != nil || got != r {
			t.Errorf("read %+v, %v; written %+v", got, err, r)
		}
	}
	for text, want := range map[string]roles{
		"":                                       {},
		prefix + "000001":                        {current: prefix + "000001"}, // as it was before there were previous ones
		prefix + "1\nprevious ../x\n":            {current: prefix + "1"},
		prefix + "1\nprevious " + prefix + "1\n": {current: prefix + "1"},
		"held\n":                                 {},
		prefix + "1\nsomething later\n":          {current: prefix + "1"},
	} {
		write(t, filepath.Join(dir, currentFile), text)
		if got, err := readRoles(dir); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
}
