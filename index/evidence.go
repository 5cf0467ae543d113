package index

import (
	"math"
	"slices"
	"strings"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// Evidence is what an article's text holds for a question.
type Evidence struct {
	// Sentence is the one that best answers, as offsets into the article's
	// body, and Mark the part of it that does; Mark is empty where no span
	// stands out. A body without a term of the question has neither. Where a
	// sentence only announces what the next one says, Sentence is both.
	Sentence, Mark vi.Span
	// SentenceScore tells sentences of different articles apart, for the same
	// question: 1 is a sentence with all that was asked for.
	SentenceScore float64
	// Coverage is how much of the question stands in the best passage, its
	// neighbours' sentences and the headline: the share of its terms, each
	// weighted by how rare it is. A pair of syllables is a term of its own,
	// so that scattered syllables of a word that is not there count little.
	Coverage float64
	// Typed says how surely the sentence has a span of the kind that was asked
	// for: 0 not at all, 1 by its form.
	Typed float64
	// Unnamed says that the question names somebody or something, a year or the
	// number of a document, which the article does not have in its text, its
	// headline or its date: it is likely about another case.
	Unnamed bool
}

// weights are what each term of a question, syllable or pair, is worth in one
// corpus.
type weights struct {
	terms []string // in the order of the question, in which they are summed
	of    map[string]float64
	times map[string]bool // those of a time that is no filter
}

// newWeights reads them off a query that has run.
func newWeights(q *blockQuery) *weights {
	w := &weights{of: map[string]float64{}, times: map[string]bool{}}
	n := float64(q.lengths.Articles)
	for i, c := range q.clauses {
		if c.loose {
			continue
		}
		w.terms = append(w.terms, c.term)
		w.of[c.term] = c.weight * idf(float64(q.found[i]), n)
		w.times[c.term] = c.time
	}
	return w
}

// share is how much of all weights the terms have that were seen in a text.
func (w *weights) share(seen map[string]bool) float64 {
	return w.shareOf(seen, func(string) bool { return true })
}

// coverage is share, but for times.
func (w *weights) coverage(seen map[string]bool) float64 {
	return w.shareOf(seen, func(term string) bool { return !w.times[term] })
}

func (w *weights) shareOf(seen map[string]bool, counts func(term string) bool) float64 {
	sum, total := 0.0, 0.0
	for _, t := range w.terms {
		if !counts(t) {
			continue
		}
		total += w.of[t]
		if seen[t] {
			sum += w.of[t]
		}
	}
	if total <= 0 {
		return 0
	}
	return sum / total
}

// mark adds to seen the question's terms in a text.
func (w *weights) mark(z *analyzer, seen map[string]bool, terms []term) {
	for _, t := range terms {
		if w.of[t.text] > 0 {
			seen[t.text] = true
		}
	}
	pairs(terms, func(i, j int) {
		if !seen[terms[i].text] || !seen[terms[j].text] {
			return
		}
		if pair := z.bigram(terms[i].text, terms[j].text); w.of[pair] > 0 {
			seen[pair] = true
		}
	})
}

// Sentences are chosen by the weight of the question's terms in them, and by
// the following, as shares of that weight. The values were set on the
// development questions; halving or doubling one changes the answers to about
// one question in a hundred. A bonus for the best passage, one for the sentence
// behind, and a penalty for length were tried and did not help.
const (
	typeBonus    = 0.5 // a span of the kind asked for
	contextShare = 0.2 // the sentence before, which a pronoun points to
)

// among gives the weights for choosing between an article's sentences: a term
// that many of them have tells little, whatever it is worth in the corpus. So
// each weight is multiplied by the term's inverse sentence frequency, scaled
// to 1 for a term of one sentence.
func (w *weights) among(z *analyzer, sentences [][]term, headline []term) *weights {
	counts, seen := map[string]int{}, map[string]bool{}
	for _, s := range sentences {
		clear(seen)
		w.mark(z, seen, s)
		for t := range seen {
			counts[t]++
		}
	}
	clear(seen)
	w.mark(z, seen, headline)
	n := float64(len(sentences))
	scaled := &weights{terms: w.terms, of: make(map[string]float64, len(w.of)), times: w.times}
	for t, v := range w.of {
		v *= math.Log(1+n/(float64(max(counts[t], 1))+0.5)) / math.Log(1+n/1.5)
		if seen[t] {
			v *= headlineShare
		}
		scaled.of[t] = v
	}
	return scaled
}

// headlineShare is what is left, for choosing between an article's sentences,
// of the weight of a term of its headline: the whole article is about it, and
// the sentence that adds the fact seldom names it again.
const headlineShare = 0.15

// examine looks for the evidence in one article.
func examine(z *analyzer, q *Question, w *weights, a *corpus.Article, passages []corpus.Passage) Evidence {
	var e Evidence
	if w == nil {
		return e
	}
	body := termsOf(z, q, a.Body)
	spans := vi.Sentences(a.Body)
	sentences := make([][]term, len(spans))
	rest := body
	for i, s := range spans {
		sentences[i] = within(rest, s)
		rest = rest[len(sentences[i]):]
	}
	headline := termsOf(z, q, a.Title)
	distinct := headline
	if a.TitleDerived { // it is the beginning of the body
		distinct = nil
	}
	among := w.among(z, sentences, distinct)
	seen := map[string]bool{}
	before, best := 0.0, 0.0
	for i, s := range spans {
		clear(seen)
		among.mark(z, seen, sentences[i])
		overlap := among.share(seen)
		if overlap == 0 {
			before = 0
			continue
		}
		mark, sure := answerSpan(q, a.Body, s, sentences[i])
		score := overlap*(1+typeBonus*sure) + contextShare*before
		before = overlap
		if score <= best {
			continue
		}
		best = score
		e.Sentence, e.Mark, e.Typed, e.SentenceScore = s, mark, sure, score
		if sure == 0 && i+1 < len(spans) && continues(a.Body, s, spans[i+1]) {
			e.Sentence.End = spans[i+1].End
		}
	}

	clear(seen)
	w.mark(z, seen, headline)
	for _, p := range passages {
		if p.Start < e.Sentence.End && p.End > e.Sentence.Start {
			w.mark(z, seen, within(body, p.Span))
		}
	}
	e.Coverage = w.coverage(seen)
	w.mark(z, seen, body)
	e.Unnamed = unnamed(z, q, a, seen)
	return e
}

// unnamed reports whether a name or number of the question is not in an
// article, of which seen are the question's terms in headline and body.
func unnamed(z *analyzer, q *Question, a *corpus.Article, seen map[string]bool) bool {
	covered := 0 // the parts of a compound count with it
	for i, t := range q.terms {
		if !q.kept[i] || t.Start < covered || q.isTime(t) || !strings.ContainsAny(t.text, "0123456789") {
			continue
		}
		if t.whole {
			covered = t.End
		} else if len(t.text) < 3 {
			continue // "10" may stand there as "mười"
		}
		if !seen[t.text] && !slices.Contains(dayTerms(a.Published), t.text) {
			return true
		}
	}
	for _, name := range vi.Names(q.scored) {
		has, pairsOf := false, 0
		pairs(q.terms, func(i, j int) {
			if q.terms[i].Start >= name.Start && q.terms[j].End <= name.End && q.kept[i] && q.kept[j] {
				pairsOf++
				has = has || seen[z.bigram(q.terms[i].text, q.terms[j].text)]
			}
		})
		if pairsOf > 0 && !has {
			return true
		}
	}
	return false
}

// continuations begin a sentence that says what the one before announced.
var continuations = []string{"Đó là", "Cụ thể", "Bao gồm", "Gồm có", "Trong đó có"}

// continues reports whether next, in the same paragraph, says what s announced.
func continues(body string, s, next vi.Span) bool {
	if strings.Contains(body[s.End:next.Start], "\n") {
		return false
	}
	for _, c := range continuations {
		if strings.HasPrefix(body[next.Start:next.End], c) {
			return true
		}
	}
	return false
}

// termsOf analyses text in the form in which the question is compared.
func termsOf(z *analyzer, q *Question, text string) []term {
	terms := z.terms(nil, text)
	if q.Folded {
		for i := range terms {
			terms[i].text = z.fold(terms[i].text)
		}
	}
	return terms
}

// within gives the terms that begin inside a span.
func within(terms []term, span vi.Span) []term {
	for len(terms) > 0 && terms[0].Start < span.Start {
		terms = terms[1:]
	}
	n := 0
	for n < len(terms) && terms[n].Start < span.End {
		n++
	}
	return terms[:n]
}

// Best is the hit whose sentence answers best, -1 if none has one. A better
// sentence further down must outweigh the rank of its article.
func Best(hits []Hit) int {
	best, value := -1, 0.0
	for i, h := range hits {
		if h.Sentence.End == 0 {
			continue
		}
		v := h.Score / hits[0].Score * (1 + sentenceShare*h.SentenceScore)
		if h.Unnamed {
			v *= unnamedShare
		}
		if best < 0 || v > value {
			best, value = i, v
		}
	}
	return best
}

// sentenceShare is what a sentence with all that was asked for adds to its
// article's score, as a share of it.
const sentenceShare = 0.5

// unnamedShare is what an article that is likely about another case keeps.
const unnamedShare = 0.6
