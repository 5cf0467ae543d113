package index

import (
	"context"
	"math"
	"slices"
	"strings"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// searchPlainly is Search by its definition: every article is taken apart for
// every question, and every sentence is looked at, in order.
func searchPlainly(ctx context.Context, x *Index, query Query) (*Result, error) {
	outlets, err := x.articles.Outlets(ctx)
	if err != nil {
		return nil, err
	}
	z := x.analyzers.Get().(*analyzer)
	defer x.analyzers.Put(z)
	v, err := x.view()
	if err != nil {
		return nil, err
	}
	defer v.close()
	q, err := x.understand(ctx, v, z, query, outlets)
	if err != nil {
		return nil, err
	}
	r := &Result{Question: q}
	list, w, err := x.rank(ctx, v, z, q, 10, nil, nil)
	if err != nil {
		return nil, err
	}
	for _, h := range list {
		a := h.article
		hit := Hit{Article: a, Score: h.score}
		passages := corpus.Split(a, corpus.PassageRunes)
		if n := max(h.passage, 0); n < len(passages) {
			hit.Passage = passages[n].Span
		}
		hit.Evidence = examinePlainly(z, q, w, a, passages, h.first)
		r.Hits = append(r.Hits, hit)
	}
	return r, nil
}

// plainWeights are weights by the terms' names.
type plainWeights struct {
	*weights
	names []string // "" for one that is worth nothing
	of    map[string]float64
}

func newPlainWeights(w *weights) *plainWeights {
	p := &plainWeights{weights: w, names: make([]string, len(w.of)), of: map[string]float64{}}
	for name, i := range w.index {
		p.names[i], p.of[name] = name, w.of[i]
	}
	return p
}

// seen are the question's terms in some texts.
func (w *plainWeights) seen(z *analyzer, texts ...[]term) map[string]bool {
	seen := map[string]bool{}
	for _, terms := range texts {
		for _, t := range terms {
			seen[t.text] = seen[t.text] || w.of[t.text] > 0
		}
		pairs(terms, func(i, j int) {
			if seen[terms[i].text] && seen[terms[j].text] {
				pair := z.bigram(terms[i].text, terms[j].text)
				seen[pair] = seen[pair] || w.of[pair] > 0
			}
		})
	}
	return seen
}

// share is the share of all that the terms are worth that was seen.
func (w *plainWeights) share(worth []float64, seen map[string]bool) float64 {
	sum, total := 0.0, 0.0
	for i, v := range worth {
		total += v
		if seen[w.names[i]] {
			sum += v
		}
	}
	if total <= 0 {
		return 0
	}
	return sum / total
}

func examinePlainly(z *analyzer, q *Question, weights *weights, a *corpus.Article, passages []corpus.Passage, score float64) Evidence {
	var e Evidence
	if weights == nil {
		return e
	}
	w := newPlainWeights(weights)
	analysed := func(text string) []term {
		terms := z.terms(nil, text)
		for i := range terms {
			if q.Folded {
				terms[i].text = vi.Fold(terms[i].text)
			}
		}
		return terms
	}
	body, headline := analysed(a.Body), analysed(a.Title)
	spans := vi.Sentences(a.Body)
	counts := map[string]int{}
	for _, s := range spans {
		for name, in := range w.seen(z, within(body, s)) {
			if in {
				counts[name]++
			}
		}
	}
	own := map[string]bool{}
	if !a.TitleDerived {
		own = w.seen(z, headline)
	}
	n := float64(len(spans))
	among, untimed := slices.Clone(w.weights.of), slices.Clone(w.weights.of)
	for i, name := range w.names {
		among[i] *= math.Log(1+n/(float64(max(counts[name], 1))+0.5)) / math.Log(1+n/1.5)
		if own[name] {
			among[i] *= headlineShare
		}
		if w.times[i] {
			untimed[i] = 0
		}
	}
	type plainTerm struct {
		text   string
		worth  float64
		number bool
	}
	var asked []plainTerm
	for i, t := range q.terms {
		if q.cut[i] || slices.ContainsFunc(asked, func(u plainTerm) bool { return u.text == t.text }) {
			continue
		}
		u := plainTerm{t.text, 1, q.kept[i] && strings.ContainsAny(t.text, "0123456789")}
		if t.whole {
			u.worth = 0
		} else if !a.TitleDerived && slices.ContainsFunc(headline, func(h term) bool { return h.text == t.text }) {
			u.worth = headlineShare
		}
		asked = append(asked, u)
	}
	var seenBefore, textsBefore map[string]bool
	for i, s := range spans {
		terms := within(body, s)
		seen, texts, only := w.seen(z, terms), map[string]bool{}, map[string]bool{}
		length := 0
		for _, t := range terms {
			texts[t.text] = true
			if !t.whole {
				length++
			}
		}
		syllables, total, numbers, numbersSeen := 0.0, 0.0, 0, 0
		for _, u := range asked {
			total += u.worth
			if texts[u.text] {
				syllables += u.worth
			}
			if u.number {
				numbers++
				if texts[u.text] || textsBefore[u.text] {
					numbersSeen++
				}
			}
		}
		for name, in := range seenBefore {
			only[name] = in && !seen[name]
		}
		f := sentenceFeatures{
			overlap: w.share(among, seen), context: w.share(among, only),
			numbers: 1, shortness: min(1, shortSentence/float64(length+1)),
		}
		if total > 0 {
			f.syllables = syllables / total
		}
		if numbers > 0 {
			f.numbers = float64(numbersSeen) / float64(numbers)
		}
		seenBefore, textsBefore = seen, texts
		if f.overlap == 0 {
			continue
		}
		mark, sure := answerSpan(q, a.Body, s, terms)
		f.typed = sure
		score := f.score()
		if score <= e.SentenceScore {
			continue
		}
		e.Sentence, e.Mark, e.Typed, e.SentenceScore = s, mark, sure, score
		if sure == 0 && i+1 < len(spans) && continues(a.Body, s, spans[i+1]) {
			e.Sentence.End = spans[i+1].End
		}
	}
	e.Around = e.Sentence
	texts := [][]term{headline}
	for _, p := range passages {
		if p.Start < e.Sentence.End && p.End > e.Sentence.Start {
			texts = append(texts, within(body, p.Span))
			e.Around = vi.Span{Start: min(e.Around.Start, p.Start), End: max(e.Around.End, p.End)}
		}
	}
	e.Coverage = w.share(untimed, w.seen(z, texts...))
	worth := 0.0
	for _, v := range untimed {
		worth += v
	}
	if e.Sentence.End > 0 && worth > 0 {
		syllables, found := 0, 0
		for _, u := range asked {
			in := func(t term) bool { return t.text == u.text }
			if u.worth == 0 {
				continue
			}
			syllables++
			if slices.ContainsFunc(headline, in) || slices.ContainsFunc(within(body, e.Around), in) {
				found++
			}
		}
		f := confidenceFeatures{score / (2 * worth), math.Log1p(float64(w.asked)), e.SentenceScore, float64(found) / float64(max(1, syllables))}
		e.Confidence = f.confidence()
	}
	seen := w.seen(z, headline, body)
	e.Unnamed = unnamed(z, q, a, func(name string) bool { return seen[name] })
	return e
}
