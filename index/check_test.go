package index

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2/document"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

var errGiven = errors.New("given by the test")

// failing is a corpus that cannot be read behind a place.
type failing struct {
	*memArticles
	at corpus.Seq
}

func (f failing) After(ctx context.Context, seq corpus.Seq) iter.Seq2[*corpus.Article, error] {
	return func(yield func(*corpus.Article, error) bool) {
		for a, err := range f.memArticles.After(ctx, seq) {
			if err == nil && a.Seq > f.at {
				yield(nil, errGiven)
				return
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

// markless makes documents of which the terms have lost their diacritics.
func markless(z *analyzer, a *corpus.Article) (*document.Document, lengths) {
	doc, l := newDocument(z, a)
	lose := func(d *document.Document) {
		for _, f := range d.Fields {
			if s, ok := f.(*stream); ok {
				lost := map[string]int{}
				for term, n := range s.counts {
					lost[vi.Fold(term)] += n
				}
				s.counts = lost
			}
		}
	}
	lose(doc)
	for _, d := range doc.NestedDocuments {
		lose(d)
	}
	return doc, l
}

// TestCheckFails builds generations that are broken in several ways: each time
// the old one stays in use, nothing of the new one is left, and the error names
// what was asked.
func TestCheckFails(t *testing.T) {
	const articles = 30
	newest := fmt.Sprintf("id%02d", articles-1)
	for _, c := range []struct {
		name   string
		broken documentFunc
		failed []FailedCheck // some of them; an empty Found is not compared
		only   int           // how many there are, 0 is not compared
	}{
		{"diacritics are lost", markless, []FailedCheck{
			{Question: "bến phà Cồn Mây tăng thêm mấy chuyến", Wanted: "ferry"},
			{Question: "đường vành đai bị sạt lở ở đâu", Wanted: "road"},
		}, 0},
		{"an article is left out", func(z *analyzer, a *corpus.Article) (*document.Document, lengths) {
			doc, l := newDocument(z, a)
			if a.ID == "id05" {
				doc = nil
			}
			return doc, l
		}, []FailedCheck{{Question: "lengths"}}, 1},
		{"the newest article has the text of another", func(z *analyzer, a *corpus.Article) (*document.Document, lengths) {
			if a.ID != newest {
				return newDocument(z, a)
			}
			other := *a
			other.Title, other.Body = "Mưa", "Trời nắng."
			return newDocument(z, &other)
		}, []FailedCheck{
			{Question: "Bản tin 29 vòng 2", Wanted: newest},
			{Question: "ban tin 29 vong 2", Wanted: newest},
		}, 2},
		{"canaries are not found", func(z *analyzer, a *corpus.Article) (*document.Document, lengths) {
			other := *a
			if a.ID == "street" {
				other.Title, other.Body, other.Outlet = "Mưa", "Trời nắng.", ""
			}
			return newDocument(z, &other)
		}, []FailedCheck{{Question: "Quyết định 48/2024/QĐ-UBND", Wanted: "street"}}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, dir := newMemory(), t.TempDir()
			many(m, articles, 1)
			x := openIndex(t, dir, m)
			mustUpdate(t, x)
			many(m, articles, 2)
			before := names(t, dir)
			x.document = c.broken
			_, err := x.Rebuild(t.Context(), nil)
			var failed *CheckError
			if !errors.As(err, &failed) {
				t.Fatalf("error %v", err)
			}
			for _, f := range c.failed {
				i := slices.IndexFunc(failed.Failed, func(g FailedCheck) bool { return g.Question == f.Question })
				if i < 0 || f.Wanted != "" && failed.Failed[i].Wanted != f.Wanted || failed.Failed[i].Found == f.Wanted || !strings.Contains(err.Error(), f.Question) {
					t.Errorf("%q wants %q: not so in %v", f.Question, f.Wanted, err)
				}
			}
			if c.only > 0 && len(failed.Failed) != c.only {
				t.Errorf("%d checks failed, want %d: %v", len(failed.Failed), c.only, err)
			}
			checkRound(t, x, articles, 1)
			if got := names(t, dir); !slices.Equal(got, before) {
				t.Errorf("files %v, before %v", got, before)
			}
			x.document = newDocument
			mustRebuild(t, x)
			checkRound(t, x, articles, 2)
		})
	}
}

// TestStaleCheckFails: an index of another mapping goes on answering where the
// new one is no good.
func TestStaleCheckFails(t *testing.T) {
	dir := t.TempDir()
	m := built(t, dir)
	write(t, files(t, dir, prefix+"*/"+manifestFile)[0], `{"mapping":0,"created":"2022-01-01T00:00:00Z"}`)
	x := openIndex(t, dir, m)
	x.document = markless
	for range 2 {
		var failed *CheckError
		if _, err := x.Update(t.Context(), nil); !errors.As(err, &failed) || failed.Generation != prefix+"000002" {
			t.Fatalf("error %v", err)
		}
		checkAnswers(t, x, m)
	}
	x.document = newDocument
	mustUpdate(t, x)
	checkAnswers(t, x, m)
}

// TestChecking tells how far the check has come, each question once.
func TestChecking(t *testing.T) {
	m := newMemory()
	many(m, 30, 1)
	m.withdraw("id29", true)
	var done, of []int
	x, err := Open(t.Context(), t.TempDir(), m, Options{Checking: func(d, total int) {
		done, of = append(done, d), append(of, total)
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	mustUpdate(t, x)
	if len(done) > 0 {
		t.Error("the first generation takes nothing's place, and yet it is checked")
	}
	mustRebuild(t, x)
	total := len(canaryQuestions) + 2*newestChecked
	if len(done) != total || done[0] != 1 || done[total-1] != total || slices.Min(of) != total || slices.Max(of) != total {
		t.Errorf("told %v of %v, want up to %d", done, of, total)
	}
}

// TestSameHeadlines: more articles than are looked at have one headline, each
// its own text; and more are copies of one story. Neither is a defect.
func TestSameHeadlines(t *testing.T) {
	m := newMemory()
	for i := range 2 * newestAmong {
		m.put(&corpus.Article{ID: fmt.Sprintf("day%02d", i), Title: "Thời tiết hôm nay", Body: fmt.Sprintf("Trạm số %d đo được %d độ, gió cấp %d.", i, 300-i, i*i)})
		m.put(&corpus.Article{ID: fmt.Sprintf("copy%02d", i), Story: "copy00", Body: "Cầu treo bắc qua suối đã thông xe."})
	}
	m.put(&corpus.Article{ID: "none", Body: "…"})
	x := openIndex(t, t.TempDir(), m)
	mustRebuild(t, x)
	checkState(t, x, m.seq, m.current())
}
