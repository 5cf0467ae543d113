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

// weights are what each term of a question is worth in one corpus.
type weights struct {
	syllables map[string]float64
	bigrams   map[string]float64
	total     float64 // of all of them
}

// newWeights reads them off a query that has run.
func newWeights(q *blockQuery) *weights {
	w := &weights{syllables: map[string]float64{}, bigrams: map[string]float64{}}
	n := float64(q.lengths.Articles)
	for i, c := range q.clauses {
		if c.loose {
			continue
		}
		v := c.weight * idf(float64(q.found[i]), n)
		w.total += v
		if c.bigram {
			w.bigrams[c.term] = v
		} else {
			w.syllables[c.term] = v
		}
	}
	return w
}

// measure collects the terms of a question that have been seen in a text.
type measure struct {
	weights *weights
	seen    map[string]bool
	sum     float64
}

func (m *measure) reset() {
	clear(m.seen)
	m.sum = 0
}

func (m *measure) add(z *analyzer, terms []term) {
	for _, t := range terms {
		if v, ok := m.weights.syllables[t.text]; ok && !m.seen[t.text] {
			m.seen[t.text] = true
			m.sum += v
		}
	}
	pairs(terms, func(i, j int) {
		if m.weights.syllables[terms[i].text] == 0 || m.weights.syllables[terms[j].text] == 0 {
			return
		}
		pair := z.bigram(terms[i].text, terms[j].text)
		if v, ok := m.weights.bigrams[pair]; ok && !m.seen[pair] {
			m.seen[pair] = true
			m.sum += v
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
	counts := map[string]int{}
	m := measure{weights: w, seen: map[string]bool{}}
	for _, s := range sentences {
		m.reset()
		m.add(z, s)
		for t := range m.seen {
			counts[t]++
		}
	}
	m.reset()
	m.add(z, headline)
	n := float64(len(sentences))
	scaled := &weights{syllables: make(map[string]float64, len(w.syllables)), bigrams: make(map[string]float64, len(w.bigrams))}
	scale := func(to, from map[string]float64) {
		for t, v := range from {
			to[t] = v * math.Log(1+n/(float64(max(counts[t], 1))+0.5)) / math.Log(1+n/1.5)
			if m.seen[t] {
				to[t] *= headlineShare
			}
			scaled.total += to[t]
		}
	}
	scale(scaled.syllables, w.syllables)
	scale(scaled.bigrams, w.bigrams)
	return scaled
}

// headlineShare is what is left, for choosing between an article's sentences,
// of the weight of a term of its headline: the whole article is about it, and
// the sentence that adds the fact seldom names it again.
const headlineShare = 0.15

// examine looks for the evidence in one article.
func examine(z *analyzer, q *Question, w *weights, a *corpus.Article, passages []corpus.Passage) Evidence {
	var e Evidence
	if w == nil || w.total == 0 {
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
	var headline []term
	if !a.TitleDerived { // a derived one is the beginning of the body
		headline = termsOf(z, q, a.Title)
	}
	m := measure{weights: w.among(z, sentences, headline), seen: map[string]bool{}}
	before, best := 0.0, 0.0
	for i, s := range spans {
		m.reset()
		m.add(z, sentences[i])
		overlap := m.sum / m.weights.total
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

	m.weights = w
	m.reset()
	m.add(z, termsOf(z, q, a.Title))
	for _, p := range passages {
		if p.Start < e.Sentence.End && p.End > e.Sentence.Start {
			m.add(z, within(body, p.Span))
		}
	}
	e.Coverage = m.sum / w.total
	m.add(z, body)
	e.Unnamed = unnamed(z, q, a, m.seen)
	return e
}

// unnamed reports whether a name or number of the question is not in an
// article, of which seen are the question's terms in headline and body.
func unnamed(z *analyzer, q *Question, a *corpus.Article, seen map[string]bool) bool {
	covered := 0 // the parts of a compound count with it
	for i, t := range q.terms {
		if !q.kept[i] || t.Start < covered || !strings.ContainsAny(t.text, "0123456789") {
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
