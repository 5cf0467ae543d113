package eval

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"trichdan/corpus"
	"trichdan/corpus/vi"
	"trichdan/index"
)

// Refusals is how well the confidence in an answer tells the questions that a
// corpus answers from the same ones without the passages that answer them.
type Refusals struct {
	Queries, Distractors int
	// Removed is the area under the ROC curve against a corpus from which the
	// passages of all queries are removed and to which the distractors are added;
	// the answered ones are asked over the full corpus.
	Removed float64
	// Own is that against the full corpus with the distractors, where of each
	// query only its own passages are removed, as a refusal is needed for what is
	// close; the answered ones are asked over the same corpus.
	Own float64
	// Answered are the shares of the queries whose answer reaches a confidence
	// of one half: over the full corpus, without all passages, without its own.
	Answered, AnsweredRemoved, AnsweredOwn float64
}

// String is the report as the command line prints it.
func (r *Refusals) String() string {
	return fmt.Sprintf(`queries    %d
ROC AUC    %.4f with all their passages removed and %d others added
ROC AUC    %.4f with only its own passages removed, among the same others
answered at confidence 0.5   %.1f %% over the full corpus, %.1f %% and %.1f %% without
`, r.Queries, r.Removed, r.Distractors, r.Own, 100*r.Answered, 100*r.AnsweredRemoved, 100*r.AnsweredOwn)
}

// distractorSentences is the length of a distractor, in sentences.
const distractorSentences = 3

// MeasureRefusals asks the queries of a BEIR folder with and without the
// passages that answer them, the latter among up to n passages of three
// sentences of other articles.
func MeasureRefusals(ctx context.Context, dir string, others iter.Seq2[*corpus.Article, error], n int, p index.Progress) (*Refusals, error) {
	queries, err := LoadQueries(dir)
	if err != nil {
		return nil, err
	}
	qrels, err := LoadQrels(dir)
	if err != nil {
		return nil, err
	}
	full, err := loadDocuments(ctx, dir)
	if err != nil {
		return nil, err
	}
	answering := map[string]bool{}
	var asked []Query
	for _, q := range queries {
		found := false
		for id, grade := range qrels[q.ID] {
			if grade > 0 {
				answering[id], found = true, true
			}
		}
		if found {
			asked = append(asked, q)
		}
	}
	removed, mixed := newBEIR(), newBEIR()
	for _, a := range full.list {
		mixed.add(a, full.names[a.ID])
		if !answering[full.names[a.ID]] {
			removed.add(a, full.names[a.ID])
		}
	}
	r := &Refusals{Queries: len(asked)}
	for text, err := range distractors(others, n) {
		if err != nil {
			return nil, err
		}
		name := fmt.Sprint("distractor ", r.Distractors)
		a := &corpus.Article{ID: corpus.NewID("", name), Body: text}
		r.Distractors++
		removed.add(a, name)
		mixed.add(a, name)
	}
	none := func(Query) map[string]int { return nil }
	own := func(q Query) map[string]int { return qrels[q.ID] }
	var with, without, among, withoutOwn []float64
	for _, c := range []struct {
		docs *beir
		asks []ask
	}{
		{full, []ask{{none, &with}}},
		{removed, []ask{{none, &without}}},
		{mixed, []ask{{none, &among}, {own, &withoutOwn}}},
	} {
		if err := confidences(ctx, c.docs, asked, c.asks, p); err != nil {
			return nil, err
		}
	}
	r.Removed, r.Own = AUC(with, without), AUC(among, withoutOwn)
	r.Answered, r.AnsweredRemoved, r.AnsweredOwn = confident(with), confident(without), confident(withoutOwn)
	return r, nil
}

// confident is the share of the confidences that are one half or more.
func confident(list []float64) float64 {
	n := 0
	for _, v := range list {
		if v >= 0.5 {
			n++
		}
	}
	return float64(n) / float64(max(1, len(list)))
}

// ask says which documents are taken out of the hits of a query, and where its
// confidence goes.
type ask struct {
	without func(Query) map[string]int
	to      *[]float64
}

// confidences asks the queries over documents.
func confidences(ctx context.Context, docs *beir, queries []Query, asks []ask, p index.Progress) (err error) {
	tmp, err := os.MkdirTemp("", "trichdan-eval-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	x, err := index.Open(ctx, filepath.Join(tmp, "index"), docs, index.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	if _, err := x.Update(ctx, p); err != nil {
		return err
	}
	for _, q := range queries {
		found, err := x.Search(ctx, index.Query{Text: q.Text, NoTime: true, NoOutlet: true})
		if err != nil {
			return err
		}
		for _, a := range asks {
			out := a.without(q)
			var hits []index.Hit
			for _, h := range found.Hits {
				if out[docs.names[h.Article.ID]] <= 0 {
					hits = append(hits, h)
				}
			}
			confidence := 0.0
			if best := index.Best(hits); best >= 0 {
				confidence = hits[best].Confidence
			}
			*a.to = append(*a.to, confidence)
		}
	}
	return nil
}

// distractors are the first n passages of three sentences of some articles.
func distractors(articles iter.Seq2[*corpus.Article, error], n int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		left := n
		for a, err := range articles {
			if err != nil {
				yield("", err)
				return
			}
			sentences := vi.Sentences(a.Body)
			for len(sentences) >= distractorSentences {
				if left == 0 {
					return
				}
				left--
				text := a.Body[sentences[0].Start:sentences[distractorSentences-1].End]
				if !yield(strings.ReplaceAll(text, "\n", " "), nil) {
					return
				}
				sentences = sentences[distractorSentences:]
			}
		}
	}
}

// newBEIR is a corpus without documents.
func newBEIR() *beir {
	return &beir{byID: map[string]*corpus.Article{}, names: map[string]string{}}
}

// add adds a copy of an article, as the next one.
func (d *beir) add(a *corpus.Article, name string) {
	c := *a
	c.Seq, c.Revision = corpus.Seq(len(d.list)+1), 1
	d.list = append(d.list, &c)
	d.byID[c.ID] = &c
	d.names[c.ID] = name
}
