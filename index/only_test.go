package index

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"trichdan/corpus"
)

// drawOnly draws what a search is restricted to: nothing half of the time,
// else IDs in any order, some of them twice, withdrawn or unknown.
func drawOnly(t *rapid.T, m *memArticles) []string {
	if rapid.Bool().Draw(t, "unrestricted") {
		return nil
	}
	ids := []string{"", "unknown", "id", "id01:1", "id01:1:0"}
	for id := range m.byID {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return rapid.SliceOfN(rapid.SampledFrom(ids), 0, 12).Draw(t, "only")
}

// drawFiltered draws the text of a question, with a filter now and then.
func drawFiltered(t *rapid.T) string {
	folded := rapid.Bool().Draw(t, "folded question")
	var words []string
	for range rapid.IntRange(0, 5).Draw(t, "words") {
		v := rapid.SampledFrom(vocabulary).Draw(t, "word")
		if folded {
			words = append(words, v.folded)
		} else {
			words = append(words, v.accented)
		}
	}
	filters := []string{"", "", "năm 2022", "tháng 4/2022", "trên Nhân Dân", "trên Nhân Dân năm 2022", "là ai", "bao nhiêu"}
	return strings.Join(words, " ") + " " + rapid.SampledFrom(filters).Draw(t, "filter")
}

// TestOnly: a restricted search finds of its articles just what a search of
// the whole corpus finds of them.
func TestOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, x, closeIndex := madeCorpus(t)
		defer closeIndex()
		reader, closeReader := snapshot(t, x)
		defer closeReader()
		for range 4 {
			clauses := drawClauses(t)
			filter, _ := drawFilter(t)
			sameByTexts(t, x, reader, blockQuery{clauses: clauses, filter: filter, k: rapid.IntRange(1, 20).Draw(t, "k"), only: drawOnly(t, m)})

			q := Query{Text: drawFiltered(t), K: 1000, NoTime: rapid.Bool().Draw(t, "no time"), NoOutlet: rapid.Bool().Draw(t, "no outlet")}
			whole, err := x.Search(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			q.Only = drawOnly(t, m)
			want := whole.Hits
			if q.Only != nil {
				want = slices.DeleteFunc(slices.Clone(want), func(h Hit) bool { return !slices.Contains(q.Only, h.Article.ID) })
			}
			got, err := x.Search(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got.Hits, cmpopts.EquateEmpty()); d != "" {
				t.Fatalf("%q only %q: %s", q.Text, q.Only, d)
			}
			// With a smaller K it is the best of them. Which of equal ones these
			// are is up to the order in the index.
			q.K = rapid.IntRange(1, 4).Draw(t, "k")
			if got, err = x.Search(context.Background(), q); err != nil {
				t.Fatal(err)
			}
			if len(got.Hits) != min(q.K, len(want)) {
				t.Fatalf("%q only %q: %d of %d", q.Text, q.Only, len(got.Hits), len(want))
			}
			for i, h := range got.Hits {
				of := slices.IndexFunc(want, func(w Hit) bool { return w.Article.ID == h.Article.ID })
				if of < 0 || h.Score != want[i].Score {
					t.Fatalf("%q only %q: place %d of %d: %s %v", q.Text, q.Only, i, q.K, h.Article.ID, h.Score)
				}
				if d := cmp.Diff(want[of], h); d != "" {
					t.Fatal(d)
				}
			}
		}
	})
}

// sameByTexts checks that the postings that are made from texts are those of
// the index: what is ranked by them is the same, to the last bit.
func sameByTexts(t rapid.TB, x *Index, reader *scorch.IndexSnapshot, q blockQuery) {
	t.Helper()
	byIndex := q
	_, want := runBlock(t, reader, &byIndex)
	q.texts = &texts{index: x, analyzer: newAnalyzer()}
	_, got := runBlock(t, reader, &q)
	if !slices.Equal(got, want) || !slices.Equal(q.found, byIndex.found) {
		t.Fatalf("only %q: by texts %+v, %d, by the index %+v, %d", q.only, got, q.found, want, byIndex.found)
	}
}

// TestOnlySample is TestOnly for texts of a newspaper's kind: abbreviations,
// numbers, compounds, long paragraphs.
func TestOnlySample(t *testing.T) {
	m := sampleCorpus(t)
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	z := newAnalyzer()
	reader, closeReader := snapshot(t, x)
	defer closeReader()
	r := rand.New(rand.NewPCG(2, 3))
	for _, text := range questionsOf(m.list) {
		whole, err := x.Search(t.Context(), Query{Text: text, K: 1000})
		if err != nil {
			t.Fatal(err)
		}
		var only []string
		for _, a := range m.list {
			if r.IntN(3) == 0 {
				only = append(only, a.ID)
			}
		}
		got, err := x.Search(t.Context(), Query{Text: text, K: 1000, Only: only})
		if err != nil {
			t.Fatal(err)
		}
		want := slices.DeleteFunc(whole.Hits, func(h Hit) bool { return !slices.Contains(only, h.Article.ID) })
		if d := cmp.Diff(want, got.Hits, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("%q only %q: %s", text, only, d)
		}
		q := parse(z, text, nil, testNow, false)
		sameByTexts(t, x, reader, blockQuery{clauses: q.clauses(z), k: 3, only: only})
	}
}

// TestOnlyMany: for more articles than are taken out of their texts, the
// result is the same.
func TestOnlyMany(t *testing.T) {
	m := wideCorpus(mostTexts + 50)
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	var ids []string
	for _, a := range m.list[5:] {
		ids = append(ids, a.ID)
	}
	text := m.list[9].Body
	whole, err := x.Search(t.Context(), Query{Text: text, K: 1000})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.DeleteFunc(whole.Hits, func(h Hit) bool { return !slices.Contains(ids, h.Article.ID) })
	got, err := x.Search(t.Context(), Query{Text: text, K: 1000, Only: ids})
	if err != nil || len(got.Hits) < mostTexts {
		t.Fatal(len(got.Hits), err)
	}
	if d := cmp.Diff(want, got.Hits); d != "" {
		t.Error(d)
	}
}

// TestTextsThatDoNotFit: where the texts are not what the index was made from,
// its own postings are used.
func TestTextsThatDoNotFit(t *testing.T) {
	m := newMemory(&corpus.Article{ID: "a", Body: "Một cây cầu mới."}, &corpus.Article{ID: "b", Body: "Cây cầu cũ đã đóng."})
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	q := Query{Text: "cây cầu", Only: []string{"a", "b"}}
	find := func(want ...string) {
		t.Helper()
		r, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range r.Hits {
			got = append(got, h.Article.ID)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("found %q, want %q", got, want)
		}
	}
	// Another version took texts apart in another way.
	key := readingKey{"a", 1}
	x.readings = newLRU[readingKey, *reading](readingBytes)
	x.readings.put(key, &reading{}, 1)
	find("b")
	x.gen.stale = true
	forgetRankings(x)
	find("a", "b")
	x.gen.stale = false
	forgetRankings(x)
	// An article that the corpus has lost is not found, and keeps no other from
	// being found.
	x.readings = newLRU[readingKey, *reading](readingBytes)
	delete(m.byID, "a")
	find("b")
}

// TestOnlyByWords: the restriction and what the text names hold together, and
// the default of K stays.
func TestOnlyByWords(t *testing.T) {
	m := newMemory()
	var ids []string
	for i := range 24 {
		a := &corpus.Article{ID: fmt.Sprintf("id%02d", i), Outlet: madeOutlets[1+i%2], Body: "Sông Hồng mùa nước lên, phù sa đỏ hai bờ.",
			Published: corpus.Date{Year: 2021 + i%3, Month: time.April, Day: 3, Basis: corpus.Stated}}
		m.put(a)
		ids = append(ids, a.ID)
	}
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	for name, tt := range map[string]struct {
		query Query
		want  string
	}{
		"some":             {Query{Text: "phù sa", Only: []string{ids[23], ids[2], ids[11], ids[2]}}, "id02 id11 id23"},
		"one":              {Query{Text: "phù sa", Only: ids[20:21]}, "id20"},
		"none":             {Query{Text: "phù sa", Only: []string{}}, ""},
		"not in the index": {Query{Text: "phù sa", Only: []string{"other"}}, ""},
		"no such word":     {Query{Text: "máy bay", Only: ids}, ""},
		"outlet":           {Query{Text: "phù sa trên Nhân Dân", Only: ids[:7]}, "id00 id02 id04 id06"},
		"time":             {Query{Text: "phù sa tháng 4/2022", Only: ids[:7]}, "id01 id04"},
		"outlet and time":  {Query{Text: "phù sa trên Nhân Dân tháng 4/2022", Only: ids[:7]}, "id04"},
		"time as words":    {Query{Text: "phù sa tháng 4/2022", Only: ids[:3], NoTime: true}, "id00 id01 id02"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := x.Search(t.Context(), tt.query)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, h := range r.Hits {
				got = append(got, h.Article.ID)
			}
			if g := strings.Join(got, " "); g != tt.want {
				t.Errorf("found %q, want %q", g, tt.want)
			}
		})
	}

	r, err := x.Search(t.Context(), Query{Text: "phù sa", Only: ids[2:]})
	if err != nil || len(r.Hits) != 10 {
		t.Errorf("%d hits, %v, want the default of K", len(r.Hits), err)
	}
	for _, h := range r.Hits {
		if h.Article.ID < ids[2] {
			t.Errorf("%s is not among them", h.Article.ID)
		}
	}

	m.withdraw("id20", true)
	q := Query{Text: "phù sa", Only: []string{"id20", "id21"}}
	for _, step := range []string{"withdrawn", "withdrawn and taken out"} {
		r, err := x.Search(t.Context(), q)
		if err != nil || len(r.Hits) != 1 || r.Hits[0].Article.ID != "id21" {
			t.Errorf("%s: %+v, %v", step, r, err)
		}
		mustUpdate(t, x)
	}
	m.withdraw("id20", false)
	m.put(&corpus.Article{ID: "id20", Body: "Phù sa đã bồi thêm một bãi mới."})
	mustUpdate(t, x)
	r, err = x.Search(t.Context(), q)
	if err != nil || len(r.Hits) != 2 || r.Hits[0].Article.Revision+r.Hits[1].Article.Revision != 3 {
		t.Errorf("changed: %+v, %v", r, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Search(ctx, q); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
