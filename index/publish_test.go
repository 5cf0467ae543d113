package index

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"trichdan/corpus"
)

// many makes articles of one round, see round.
func many(m *memArticles, n, rounds int) {
	for i := range n {
		m.put(round(i, rounds))
	}
}

// checkRound checks that all that is found is of one round of changes, and that
// the place in the corpus is that of this round.
func checkRound(t *testing.T, x *Index, articles, round int) {
	t.Helper()
	r, err := x.Search(t.Context(), Query{Text: "nước sông dâng ở bến, vòng của bản tin", K: articles})
	if err != nil {
		t.Error(err)
		return
	}
	if len(r.Hits) != articles {
		t.Errorf("%d hits of %d", len(r.Hits), articles)
	}
	for _, h := range r.Hits {
		if h.Article.Revision != round {
			t.Errorf("round %d: %s is of round %d", round, h.Article.ID, h.Article.Revision)
			return
		}
	}
	if c, err := x.Cursor(); err != nil || int(c) != articles*round {
		t.Errorf("round %d: cursor %d, %v", round, c, err)
	}
}

// TestSeenAtOnce looks at the index between the batches of an update: nothing
// of it is there before all of it is.
func TestSeenAtOnce(t *testing.T) {
	const articles = 60
	m := newMemory()
	many(m, articles, 1)
	x := openIndex(t, t.TempDir(), m)
	x.batch = 7
	mustUpdate(t, x)
	many(m, articles, 2)
	checkRound(t, x, articles, 1)
	looked := 0
	progress := func(done, total int) {
		looked++
		checkRound(t, x, articles, 1)
		if s, err := x.Status(); err != nil || s.Done != done || s.Total != total || s.Building || s.Articles != articles {
			t.Errorf("status %+v, %v; done %d of %d", s, err, done, total)
		}
	}
	if _, err := x.Update(t.Context(), progress); err != nil {
		t.Fatal(err)
	}
	if looked < articles/7 {
		t.Errorf("looked %d times", looked)
	}
	checkRound(t, x, articles, 2)
	if s, err := x.Status(); err != nil || s.Done != 0 || s.Total != 0 {
		t.Errorf("after the update: status %+v, %v", s, err)
	}

	// An update that is cut short shows nothing either, however often.
	many(m, articles, 3)
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		n, err := x.Update(ctx, func(done, _ int) {
			if done > 0 {
				cancel()
			}
			checkRound(t, x, articles, 2)
		})
		cancel()
		if !errors.Is(err, context.Canceled) || n == 0 {
			t.Fatalf("%d articles, %v", n, err)
		}
		checkRound(t, x, articles, 2)
	}
	mustUpdate(t, x)
	checkRound(t, x, articles, 3)
	checkState(t, x, m.seq, m.current())
}

// TestBuilding: while the first build goes on, searches say so, and find nothing
// only where there is nothing.
func TestBuilding(t *testing.T) {
	const articles = 30
	m := newMemory()
	dir := t.TempDir()
	x := openIndex(t, dir, m)
	x.batch = 7
	if hits := ask(t, x, "nước sông"); len(hits) > 0 {
		t.Errorf("an empty corpus: %+v", hits)
	}
	mustUpdate(t, x)
	if s, err := x.Status(); err != nil || s.Building || s.Total != 0 {
		t.Errorf("an empty corpus: %+v, %v", s, err)
	}
	many(m, articles, 1)
	want := func(x *Index, done int) {
		t.Helper()
		_, searched := x.Search(t.Context(), Query{Text: "nước sông"})
		_, _, respelled := x.Respell(t.Context(), &Question{})
		_, ranked := x.Rank(t.Context(), "nước sông", 3)
		for _, err := range []error{searched, respelled, ranked} {
			var b *BuildingError
			if !errors.As(err, &b) || b.Done != done || b.Total != articles {
				t.Errorf("error %v, want that %d of %d are done", err, done, articles)
			}
		}
		s, err := x.Status()
		if err != nil || !s.Building || s.Done != done || s.Total != articles || s.Articles != 0 || s.Cursor != 0 || s.Generation != prefix+"000001" {
			t.Errorf("status %+v, %v; want building, %d done", s, err, done)
		}
	}
	want(x, 0)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := x.Update(ctx, func(done, _ int) {
		want(x, done)
		if done == 14 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	want(x, 0)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = openIndex(t, dir, m)
	want(x, 0)
	mustUpdate(t, x)
	checkRound(t, x, articles, 1)
}

// TestCutShortThenOpened: a generation that a crash left half updated does not
// answer; the previous one does, where there is one, until the update is done.
func TestCutShortThenOpened(t *testing.T) {
	const articles = 30
	for _, before := range []bool{false, true} {
		t.Run(fmt.Sprintf("previous %v", before), func(t *testing.T) {
			m, dir := newMemory(), t.TempDir()
			many(m, articles, 1)
			x := openIndex(t, dir, m)
			mustUpdate(t, x)
			if before {
				if _, err := x.Rebuild(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
			}
			many(m, articles, 2)
			x.batch = 7
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, err := x.Update(ctx, func(done, _ int) {
				if done > 0 {
					cancel()
				}
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}

			x = openIndex(t, dir, m)
			s, err := x.Status()
			if err != nil || s.Building == before || s.Previous != "" {
				t.Errorf("status %+v, %v", s, err)
			}
			if before {
				checkRound(t, x, articles, 1)
				if s.Generation != prefix+"000001" {
					t.Errorf("answers from %+v", s)
				}
			}
			mustUpdate(t, x)
			checkRound(t, x, articles, 2)
			want := prefix + "000001"
			if before {
				want = prefix + "000002"
			}
			if s, err := x.Status(); err != nil || s.Generation != want || before != (s.Previous == prefix+"000001") {
				t.Errorf("status %+v, %v", s, err)
			}
			checkState(t, x, m.seq, m.current())
		})
	}
}

// TestDamagedThenPrevious: where the current generation is damaged, the previous
// one answers while a new one is built beside.
func TestDamagedThenPrevious(t *testing.T) {
	const articles = 30
	m, dir := newMemory(), t.TempDir()
	many(m, articles, 1)
	x := openIndex(t, dir, m)
	mustUpdate(t, x)
	if _, err := x.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	many(m, articles, 2)
	mustUpdate(t, x)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	remove(t, filepath.Join(dir, prefix+"000002", manifestFile))
	for range 2 { // a restart before the rebuild changes nothing
		x = openIndex(t, dir, m)
		checkRound(t, x, articles, 1)
		s, err := x.Status()
		if err != nil || s.Generation != prefix+"000001" || s.Previous != "" || s.Building || s.Quarantined != quarantine+prefix+"000002" {
			t.Errorf("status %+v, %v", s, err)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	x = openIndex(t, dir, m)
	if n, err := x.Update(t.Context(), func(int, int) { checkRound(t, x, articles, 1) }); n != articles || err != nil {
		t.Errorf("rebuilt from %d articles, %v", n, err)
	}
	checkRound(t, x, articles, 2)
	s, err := x.Status()
	if err != nil || s.Previous != prefix+"000001" {
		t.Errorf("status %+v, %v", s, err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}

	// Both damaged: nothing is left to answer.
	remove(t, filepath.Join(dir, prefix+"000001", manifestFile))
	remove(t, filepath.Join(dir, s.Generation, manifestFile))
	x = openIndex(t, dir, m)
	var building *BuildingError
	if _, err := x.Search(t.Context(), Query{Text: "nước sông"}); !errors.As(err, &building) {
		t.Errorf("error %v", err)
	}
	mustUpdate(t, x)
	checkRound(t, x, articles, 2)
	if got := names(t, dir); len(slices.DeleteFunc(got, func(n string) bool { return n[:3] != prefix[:3] })) != 1 {
		t.Errorf("generations %v", got)
	}
}

// TestWithdrawnDuringUpdate withdraws an article while an update goes on, which
// shows what was there before: the article is not among it.
func TestWithdrawnDuringUpdate(t *testing.T) {
	m := newMemory()
	many(m, 20, 1)
	x := openIndex(t, t.TempDir(), m)
	x.batch = 7
	mustUpdate(t, x)
	many(m, 20, 2)
	_, err := x.Update(t.Context(), func(done, _ int) {
		if done == 7 {
			m.withdraw("id03", true)
		}
		r, err := x.Search(t.Context(), Query{Text: "nước sông dâng", K: 20})
		if err != nil {
			t.Error(err)
			return
		}
		has := slices.ContainsFunc(r.Hits, func(h Hit) bool { return h.Article.ID == "id03" })
		if has != (done < 7) {
			t.Errorf("%d done: the withdrawn article is found: %v", done, has)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	mustUpdate(t, x) // the withdrawal may have come too late for the first
	checkState(t, x, m.seq, m.current())
}

// TestOutletsAtOnce: an outlet that the corpus has come to hold is one to ask
// for when its articles can be found, and not before.
func TestOutletsAtOnce(t *testing.T) {
	m := newMemory()
	many(m, 3, 1)
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	m.put(&corpus.Article{ID: "new", Outlet: "Báo Giấy Dó", Body: "Nước sông dâng cao ở cống Lấp."})
	filters := func() (n int) {
		t.Helper()
		r, err := x.Search(t.Context(), Query{Text: "nước sông dâng theo Báo Giấy Dó"})
		if err != nil {
			t.Fatal(err)
		}
		return len(r.Question.Filters)
	}
	if n := filters(); n != 0 {
		t.Errorf("%d filters before the update", n)
	}
	mustUpdate(t, x)
	if n := filters(); n != 1 {
		t.Errorf("%d filters after the update", n)
	}
	mustRebuild(t, x)
	if n := filters(); n != 1 {
		t.Errorf("%d filters after a rebuild", n)
	}
}
