package index

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"trichdan/corpus"
)

// round is the text of article i in one round of changes.
func round(i, n int) *corpus.Article {
	return &corpus.Article{
		ID: fmt.Sprintf("id%02d", i), Title: fmt.Sprintf("Bản tin %d vòng %d", i, n),
		Body: fmt.Sprintf("Nước sông dâng ở bến %d. Vòng %d của bản tin kể chuyện bến %d.\n%s", i, n, i, madeSentence(rand.New(rand.NewPCG(uint64(i), uint64(n))), 20)),
	}
}

// checkHit checks that what a hit points at is there.
func checkHit(h Hit) error {
	body := h.Article.Body
	for _, s := range []struct{ start, end int }{{h.Passage.Start, h.Passage.End}, {h.Sentence.Start, h.Sentence.End}, {h.Mark.Start, h.Mark.End}} {
		if s.start < 0 || s.start > s.end || s.end > len(body) {
			return fmt.Errorf("%s: %+v is not in %d bytes", h.Article.ID, h, len(body))
		}
	}
	if h.Passage.End == 0 || h.Sentence.End == 0 {
		return fmt.Errorf("%s: no passage, no sentence: %+v", h.Article.ID, h)
	}
	return nil
}

// TestSearchUnderLoad searches while every article changes in every update and
// generations are swapped. All articles change in one update, over several
// batches, so a result with two revisions in it would be one of a half-written
// state.
func TestSearchUnderLoad(t *testing.T) {
	const articles, rounds, searchers = 12, 12, 4
	m := newMemory()
	for i := range articles {
		m.put(round(i, 1))
	}
	x := openIndex(t, t.TempDir(), m)
	x.batch = articles / 3
	mustUpdate(t, x)
	var done atomic.Bool
	var searches [searchers]atomic.Int64
	group, ctx := errgroup.WithContext(t.Context())
	for i := range searchers {
		group.Go(func() error {
			for !done.Load() {
				r, err := x.Search(ctx, Query{Text: "nước sông dâng vòng", K: articles})
				if err != nil {
					return err
				}
				if len(r.Hits) != articles {
					return fmt.Errorf("%d hits, want all %d", len(r.Hits), articles)
				}
				for _, h := range r.Hits {
					if h.Article.Revision != r.Hits[0].Article.Revision {
						return fmt.Errorf("revisions %d and %d in one result", h.Article.Revision, r.Hits[0].Article.Revision)
					}
					if err := checkHit(h); err != nil {
						return err
					}
				}
				if _, _, err := x.Respell(ctx, r.Question); err != nil {
					return err
				}
				searches[i].Add(1)
			}
			return nil
		})
	}
	// Every round waits until each searcher has been at work in it.
	wait := func() {
		var before [searchers]int64
		for i := range searches {
			before[i] = searches[i].Load()
		}
		for i := range searches {
			for searches[i].Load() == before[i] && ctx.Err() == nil {
				if _, err := x.Status(); err != nil {
					t.Error(err)
				}
			}
		}
	}
	for n := 2; n <= rounds && ctx.Err() == nil; n++ {
		for i := range articles {
			m.put(round(i, n))
		}
		if mustUpdate(t, x) != articles {
			t.Error("an update missed articles")
		}
		wait()
		switch {
		case n%3 == 0:
			if _, err := x.Rebuild(t.Context(), nil); err != nil {
				t.Error(err)
			}
			wait()
		case n%3 == 1: // the next update brings what comes back up to date
			if _, err := x.Rollback(t.Context()); err != nil {
				t.Error(err)
			}
			wait()
		}
	}
	done.Store(true)
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if s, err := x.Status(); err != nil || s.Generation != "generation-000005" {
		t.Errorf("status %+v, %v; want four rebuilds", s, err)
	}
	checkState(t, x, m.seq, m.current())
}

// TestChangesUnderLoad changes the corpus while updates read it, and closes the
// index under searches: each fails with ErrClosed or has an answer.
func TestChangesUnderLoad(t *testing.T) {
	m := newMemory()
	for i := range 2 * memPage {
		m.put(round(i, 1))
	}
	x := openIndex(t, t.TempDir(), m)
	var changed atomic.Bool
	var group errgroup.Group
	group.Go(func() error {
		defer changed.Store(true)
		r := rand.New(rand.NewPCG(3, 3))
		for n := range 600 {
			i := r.IntN(2 * memPage)
			switch id := fmt.Sprintf("id%02d", i); r.IntN(4) {
			case 0:
				m.withdraw(id, true)
			case 1:
				m.withdraw(id, false)
			default:
				m.put(round(i, n))
			}
		}
		return nil
	})
	for range 2 {
		group.Go(func() error {
			for !changed.Load() {
				if _, err := x.Update(t.Context(), nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	mustUpdate(t, x)
	checkState(t, x, m.seq, m.current())

	for range 4 {
		group.Go(func() error {
			for {
				r, err := x.Search(t.Context(), Query{Text: "nước sông dâng"})
				if errors.Is(err, ErrClosed) {
					return nil
				}
				if err != nil {
					return err
				}
				for _, h := range r.Hits {
					if err := checkHit(h); err != nil {
						return err
					}
				}
			}
		})
	}
	if err := x.Close(); err != nil {
		t.Error(err)
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}
