package index

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"trichdan/corpus"
	"trichdan/corpus/source"
	"trichdan/corpus/vi"
	"trichdan/index/learn"
)

// confidenceExamples asks questions and gives the features of the best answers.
// With own, every question has an answer; without, its article is taken out of
// the hits.
func confidenceExamples(t *testing.T, x *Index, z *analyzer, questions []answered, own bool) (list []learn.Example) {
	t.Helper()
	for _, a := range questions {
		q := parse(z, a.text, nil, x.now(), false)
		v, err := x.view()
		if err != nil {
			t.Fatal(err)
		}
		ranking, w, err := x.rank(t.Context(), v, z, q, 10, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.close(); err != nil {
			t.Fatal(err)
		}
		var hits []Hit
		first := map[string]float64{}
		for _, h := range ranking {
			if own || h.id != a.article {
				first[h.id] = h.first
				hits = append(hits, Hit{Article: h.article, Score: h.score, Evidence: examine(z, q, w, h.article, x.reading(z, h.article), h.first)})
			}
		}
		if best := Best(hits); best >= 0 {
			h := hits[best]
			r := x.reading(z, h.Article)
			f := w.trust(&h.Evidence, q.asked(z, r), r, first[h.Article.ID])
			list = append(list, learn.Example{Features: []float64{f.match, f.length, f.sentence, f.wording}, True: own})
		}
	}
	return list
}

// mostDistractors is among how many passages of news the questions are asked.
const mostDistractors = 5000

// TestLearnConfidence learns confidenceWeights and confidenceBias, and prints
// them: from questions over their own passages and over passages of news alone,
// and over both together, with and without the passage that answers.
func TestLearnConfidence(t *testing.T) {
	if *learnFrom == "" {
		t.Skip("learns weights only with -learn")
	}
	full, questions := answeredQuestions(t, *learnFrom)
	news, mixed := newMemory(), newMemory()
	for _, a := range full.list {
		mixed.put(&corpus.Article{ID: a.ID, Title: a.Title, Body: a.Body})
	}
	shared := os.DirFS(filepath.Join("..", "..", "shared", "data"))
	for a, err := range source.All(t.Context(), shared, source.File{Path: "vietnews.val.jsonl.gz"}) {
		if err != nil {
			t.Fatal(err)
		}
		if len(news.list) == mostDistractors {
			break
		}
		if s := vi.Sentences(a.Body); len(s) >= 3 {
			p := corpus.Article{ID: a.ID, Body: a.Body[s[0].Start:s[2].End]}
			q := p
			news.put(&p)
			mixed.put(&q)
		}
	}
	var examples []learn.Example
	z := newAnalyzer()
	for _, c := range []struct {
		m     *memArticles
		asked []bool // own, in turn
	}{{full, []bool{true}}, {news, []bool{false}}, {mixed, []bool{true, false}}} {
		x := openIndex(t, t.TempDir(), c.m)
		mustUpdate(t, x)
		for _, own := range c.asked {
			examples = append(examples, confidenceExamples(t, x, z, questions, own)...)
		}
	}
	w, bias := learn.Logistic(examples, learnRidge)
	fmt.Printf("match %.3f, length %.3f, sentence %.3f, wording %.3f, bias %.3f\n", w[0], w[1], w[2], w[3], bias)
}
