package index

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	"pgregory.net/rapid"

	"trichdan/corpus"
)

// tolerance is how far scores may lie apart that were added up in another
// order.
const tolerance = 1e-9

// counted is a text as the reference sees it.
type counted struct {
	terms  map[string]float64
	length float64
}

// count adds a text. The texts of these tests need no analyzer: their phrases
// end at commas, full stops and line ends, their syllables at blanks.
func (c *counted) count(text string, weight float64, field string) {
	if c.terms == nil {
		c.terms = map[string]float64{}
	}
	add := func(term string) {
		c.terms[term] += weight
		c.length += weight
	}
	for phrase := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(".,\n", r) }) {
		words := strings.Fields(strings.ToLower(phrase))
		if strings.Contains(field, "f") {
			for i, w := range words {
				words[i] = foldedForm[w]
			}
		}
		for i, w := range words {
			if !strings.Contains(field, "b") {
				add(w)
			} else if i > 0 {
				add(words[i-1] + "_" + w)
			}
		}
	}
}

// expected is the score of one article by the formula of blockQuery.
type expected struct {
	id       string
	score    float64
	passages []float64 // what each passage adds; the best counts
}

// reference scores articles straight from their texts.
func reference(articles []*corpus.Article, clauses []clause, allowed func(*corpus.Article) bool) map[string]expected {
	out := map[string]expected{}
	for _, c := range clauses {
		own := make([]counted, len(articles))
		parts := make([][]counted, len(articles))
		df, sum, partSum, partCount := 0.0, 0.0, 0.0, 0.0
		for i, a := range articles {
			if !a.TitleDerived {
				own[i].count(a.Title, 2, c.article)
			}
			own[i].count(a.Body, 1, c.article)
			sum += own[i].length
			if own[i].terms[c.term] > 0 {
				df++
			}
			for _, p := range corpus.Split(a, corpus.PassageRunes) {
				var part counted
				part.count(a.Body[p.Start:p.End], 1, c.article)
				parts[i] = append(parts[i], part)
				partSum += part.length
				partCount++
			}
		}
		n := float64(len(articles))
		worth := c.weight * math.Log(1+(n-df+0.5)/(df+0.5))
		bm25 := func(t counted, average float64) float64 {
			tf := t.terms[c.term]
			if tf == 0 {
				return 0
			}
			return worth * tf * 2.2 / (tf + 1.2*(0.25+0.75*t.length/average))
		}
		for i, a := range articles {
			if own[i].terms[c.term] == 0 || !allowed(a) {
				continue
			}
			e := out[a.ID]
			if e.id == "" {
				e = expected{id: a.ID, passages: make([]float64, len(parts[i]))}
			}
			e.score += bm25(own[i], sum/n)
			for j, p := range parts[i] {
				e.passages[j] += bm25(p, partSum/partCount)
			}
			out[a.ID] = e
		}
	}
	for id, e := range out {
		best := 0.0
		for _, p := range e.passages {
			best = max(best, p)
		}
		e.score += best
		out[id] = e
	}
	return out
}

func drawClauses(t *rapid.T) []clause {
	syllable := rapid.IntRange(0, len(vocabulary)-1)
	folded := rapid.Bool().Draw(t, "folded")
	var list []clause
	seen := map[string]bool{}
	for range rapid.IntRange(1, 6).Draw(t, "clauses") {
		c := clause{article: articleSyllables, passage: passageSyllables, weight: rapid.SampledFrom([]float64{1, 0.5, 0.3}).Draw(t, "weight")}
		form := func() string {
			v := vocabulary[syllable.Draw(t, "syllable")]
			if folded {
				return v.folded
			}
			return v.accented
		}
		c.term = form()
		if c.bigram = rapid.Bool().Draw(t, "bigram"); c.bigram {
			c.term += "_" + form()
			c.article, c.passage = articleBigrams, passageBigrams
		}
		if folded {
			c.article, c.passage = map[bool]string{false: articleFolded, true: articleFoldedBi}[c.bigram], map[bool]string{false: passageFolded, true: passageFoldedBi}[c.bigram]
		}
		if !seen[c.term] {
			seen[c.term] = true
			list = append(list, c)
		}
	}
	return list
}

// drawFilter draws filters, and says in its own way what passes them: what is
// known of an article's date must lie inside the range as a whole.
func drawFilter(t *rapid.T) ([]anyTerm, func(*corpus.Article) bool) {
	var filter []anyTerm
	allowed := func(*corpus.Article) bool { return true }
	if rapid.IntRange(0, 2).Draw(t, "by outlet") == 0 {
		outlet := rapid.SampledFrom(madeOutlets[1:]).Draw(t, "outlet")
		filter = append(filter, anyTerm{field: outletField, terms: []string{outletKey(outlet)}})
		allowed = func(a *corpus.Article) bool { return a.Outlet == outlet }
	}
	if rapid.IntRange(0, 2).Draw(t, "by day") == 0 {
		from := time.Date(2020+rapid.IntRange(0, 3).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.SampledFrom([]int{1, 2, 12, 28}).Draw(t, "day"), 0, 0, 0, 0, corpus.Zone)
		to := from.AddDate(rapid.IntRange(0, 2).Draw(t, "years"), rapid.IntRange(0, 6).Draw(t, "months"), rapid.IntRange(1, 9).Draw(t, "days"))
		filter = append(filter, anyTerm{field: dayField, terms: days(from, to)})
		byOutlet := allowed
		allowed = func(a *corpus.Article) bool {
			d := a.Published
			if !d.Known() || !byOutlet(a) {
				return false
			}
			first := time.Date(d.Year, max(d.Month, 1), max(d.Day, 1), 0, 0, 0, 0, corpus.Zone)
			behind := first.AddDate(0, 0, 1)
			switch {
			case d.Month == 0:
				behind = first.AddDate(1, 0, 0)
			case d.Day == 0:
				behind = first.AddDate(0, 1, 0)
			}
			return !first.Before(from) && !behind.After(to)
		}
	}
	return filter, allowed
}

// snapshot opens the current state of an index. Bleve may renumber documents
// at any time, so rankings are compared within one snapshot.
func snapshot(t rapid.TB, x *Index) (r *scorch.IndexSnapshot, closeReader func()) {
	t.Helper()
	r, err := x.gen.snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return r, func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// runBlock runs a block query. Ranked best first, earlier documents first among
// equals.
func runBlock(t rapid.TB, reader *scorch.IndexSnapshot, q *blockQuery) (list []ranked, docs []scored) {
	t.Helper()
	docs, err := q.run(context.Background(), reader)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(docs, func(a, b scored) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		case a.article < b.article:
			return -1
		}
		return 1
	})
	for _, d := range docs {
		name, err := reader.ExternalID(index.NewIndexInternalID(nil, d.passage))
		if err != nil {
			t.Fatal(err)
		}
		id, revision, n, err := parseID(name)
		if err != nil {
			t.Fatal(err)
		}
		if d.alone {
			n = 0
		}
		list = append(list, ranked{id: id, revision: revision, passage: n, score: d.score})
	}
	return list, docs
}

// checkRanking compares a ranking with the reference: the same scores, and
// each of them the one of its article and passage.
func checkRanking(t rapid.TB, m *memArticles, got []ranked, want map[string]expected, k int) {
	t.Helper()
	scores := make([]float64, 0, len(want))
	for _, e := range want {
		scores = append(scores, e.score)
	}
	slices.Sort(scores)
	slices.Reverse(scores)
	if len(got) != min(k, len(scores)) {
		t.Fatalf("%d articles, want %d of %d", len(got), k, len(scores))
	}
	for i, g := range got {
		e, ok := want[g.id]
		if !ok {
			t.Fatalf("%s is found, and has no term or does not pass the filter", g.id)
		}
		if math.Abs(g.score-scores[i]) > tolerance || math.Abs(g.score-e.score) > tolerance {
			t.Fatalf("place %d: %s %v, want %v, and %v for this article", i, g.id, g.score, scores[i], e.score)
		}
		if a := m.byID[g.id]; g.revision != a.Revision || a.Withdrawn {
			t.Fatalf("%s is found in revision %d, now %d, withdrawn %v", g.id, g.revision, a.Revision, a.Withdrawn)
		}
		best := 0.0
		if len(e.passages) > 0 {
			best = slices.Max(e.passages)
		}
		switch {
		case g.passage < 0:
			if best > 0 {
				t.Fatalf("%s: no passage, and one adds %v", g.id, best)
			}
		case g.passage >= len(e.passages) || best-e.passages[g.passage] > tolerance:
			t.Fatalf("%s: passage %d of %v", g.id, g.passage, e.passages)
		}
	}
}

func TestBlockQueryIsBM25(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, x, closeIndex := madeCorpus(t)
		defer closeIndex()
		reader, closeReader := snapshot(t, x)
		defer closeReader()
		for range 5 {
			clauses := drawClauses(t)
			filter, passes := drawFilter(t)
			only := drawOnly(t, m)
			allowed := func(a *corpus.Article) bool { return passes(a) && (only == nil || slices.Contains(only, a.ID)) }
			k := rapid.IntRange(1, 20).Draw(t, "k")
			want := reference(m.current(), clauses, allowed)
			pruned, prunedDocs := runBlock(t, reader, &blockQuery{clauses: clauses, filter: filter, only: only, k: k})
			full, fullDocs := runBlock(t, reader, &blockQuery{clauses: clauses, filter: filter, only: only, k: k, exhaustive: true})
			checkRanking(t, m, pruned, want, k)
			checkRanking(t, m, full, want, k)
			// The same articles in the same order, ties too: equal sums are
			// equal to the last bit, whatever was skipped on the way.
			for i := range fullDocs {
				if prunedDocs[i] != fullDocs[i] {
					t.Fatalf("place %d: pruned %+v, exhaustive %+v", i, prunedDocs[i], fullDocs[i])
				}
			}
			// And so in the order of searches, where ties are ordered by ID.
			through, err := (&blockQuery{clauses: clauses, filter: filter, only: only, k: k}).rank(context.Background(), reader)
			if err != nil {
				t.Fatal(err)
			}
			checkRanking(t, m, through, want, k)
		}
	})
}

// TestTies searches for what all articles have alike: the earliest documents
// are kept, and the result is in order of IDs.
func TestTies(t *testing.T) {
	m := newMemory()
	for i := range 30 {
		m.put(&corpus.Article{ID: fmt.Sprintf("id%02d", i), Body: "Sông Hồng mùa nước lên, phù sa đỏ hai bờ."})
	}
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	z := newAnalyzer()
	clauses := parse(z, "phù sa sông Hồng", nil, testNow, false).clauses(z)
	reader, closeReader := snapshot(t, x)
	defer closeReader()
	for _, k := range []int{1, 7, 30, 50} {
		_, docs := runBlock(t, reader, &blockQuery{clauses: clauses, k: k})
		if len(docs) != min(k, 30) {
			t.Fatalf("k %d: %d articles", k, len(docs))
		}
		for i, d := range docs {
			if want := uint64(i); d.article != want || !d.alone || d.score != docs[0].score {
				t.Errorf("k %d, place %d: %+v, want document %d", k, i, d, want)
			}
		}
		got, err := x.Rank(t.Context(), "phù sa sông Hồng", k)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != min(k, 30) || !slices.IsSortedFunc(got, func(a, b Ranked) int { return strings.Compare(a.ID, b.ID) }) {
			t.Errorf("k %d: %v", k, got)
		}
	}
}

// TestNothingToRank are queries without any result.
func TestNothingToRank(t *testing.T) {
	m := newMemory(&corpus.Article{ID: "a", Body: "Một cây cầu mới.", Outlet: "Nhân Dân"})
	x := openIndex(t, t.TempDir(), m)
	term := clause{term: "cầu", article: articleSyllables, passage: passageSyllables, weight: 1}
	empty, closeEmpty := snapshot(t, x)
	defer closeEmpty()
	if got, _ := runBlock(t, empty, &blockQuery{clauses: []clause{term}, k: 10}); len(got) > 0 {
		t.Errorf("empty index: %v", got)
	}
	mustUpdate(t, x)
	reader, closeReader := snapshot(t, x)
	defer closeReader()
	unknown := term
	unknown.term = "zzz"
	for name, q := range map[string]*blockQuery{
		"no clause":    {k: 10},
		"k 0":          {clauses: []clause{term}},
		"unknown term": {clauses: []clause{unknown}, k: 10},
		"filter":       {clauses: []clause{term}, k: 10, filter: []anyTerm{{field: outletField, terms: []string{"lao dong"}}}},
		"empty filter": {clauses: []clause{term}, k: 10, filter: []anyTerm{{field: dayField}}},
		"only none":    {clauses: []clause{term}, k: 10, only: []string{}},
		"only unknown": {clauses: []clause{term}, k: 10, only: []string{"b", "", "a:1", "a:1:0"}},
		"only other": {clauses: []clause{term}, k: 10, only: []string{"a"},
			filter: []anyTerm{{field: outletField, terms: []string{"lao dong"}}}},
	} {
		if got, _ := runBlock(t, reader, q); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Rank(ctx, "cầu", 10); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// wideArticle is one of a larger corpus, with syllables as unevenly frequent
// as those of a language.
func wideArticle(r *rand.Rand, zipf *rand.Zipf, id string) *corpus.Article {
	onsets := []string{"b", "c", "d", "đ", "g", "h", "kh", "l", "m", "n", "ng", "ph", "s", "t", "th", "tr", "v", "x"}
	rhymes := []string{"a", "á", "an", "ang", "ạnh", "ao", "áo", "âm", "ấn", "âu", "ết", "i", "inh", "ít", "ô", "ông", "ơn", "u", "úc", "ưng", "ước", "y"}
	var b strings.Builder
	for range 2 + r.IntN(3) {
		for range 3 {
			for i := range 8 + r.IntN(12) {
				n := int(zipf.Uint64())
				w := onsets[n%len(onsets)] + rhymes[n/len(onsets)]
				if i == 0 {
					w = strings.ToUpper(w)
				}
				b.WriteString(w + " ")
			}
			b.WriteString(". ")
		}
		b.WriteString("\n")
	}
	return &corpus.Article{ID: id, Body: b.String()}
}

func wideCorpus(n int) *memArticles {
	r := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(r, 1.2, 4, 18*22-1)
	m := newMemory()
	for i := range n {
		m.put(wideArticle(r, zipf, fmt.Sprintf("id%05d", i)))
	}
	return m
}

func TestPruningVisitsLess(t *testing.T) {
	m := wideCorpus(800)
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	z := newAnalyzer()
	reader, closeReader := snapshot(t, x)
	defer closeReader()
	pruned, full := 0, 0
	for i := 0; i < 800; i += 40 {
		text := m.byID[fmt.Sprintf("id%05d", i)].Body
		words := strings.Fields(text)
		q := parse(z, strings.Join(words[2:min(9, len(words))], " "), nil, testNow, false)
		p := &blockQuery{clauses: q.clauses(z), k: 10}
		f := &blockQuery{clauses: p.clauses, k: 10, exhaustive: true}
		_, got := runBlock(t, reader, p)
		_, want := runBlock(t, reader, f)
		if !slices.Equal(got, want) {
			t.Fatalf("%q: pruned %v, exhaustive %v", q.Text, got, want)
		}
		pruned += p.visited
		full += f.visited
	}
	t.Logf("articles with scored passages: %d pruned, %d exhaustive", pruned, full)
	if pruned*2 > full {
		t.Errorf("pruning scores the passages of %d articles, exhaustive scoring of %d", pruned, full)
	}
}
