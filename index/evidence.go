package index

import (
	"cmp"
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
	// Around is Sentence with the rest of the passages that it stands in.
	Around vi.Span
	// SentenceScore tells sentences of different articles apart, for the same
	// question: 1 is a sentence with all that was asked for.
	SentenceScore float64
	// Coverage is how much of the question stands in the best passage, its
	// neighbours' sentences and the headline: the share of its terms, each
	// weighted by how rare it is. A pair of syllables is a term of its own,
	// so that scattered syllables of a word that is not there count little.
	Coverage float64
	// Confidence is the probability that the article answers, in a corpus that
	// answers every other question; 0 without a sentence.
	Confidence float64
	// Typed says how surely the sentence has a span of the kind that was asked
	// for: 0 not at all, 1 by its form.
	Typed float64
	// Unnamed says that the question names somebody or something, a year or the
	// number of a document, which the article does not have in its text, its
	// headline or its date: it is likely about another case.
	Unnamed bool
}

// weights are what each term of a question, syllable or pair, is worth in one
// corpus. Terms are numbered in the order of the question, in which their
// weights are summed.
type weights struct {
	of    []float64
	times []bool           // those of a time that is no filter
	index map[string]int   // the terms that are worth anything
	also  map[string][]int // terms of a synonym: those that they count as
	// asked is how many terms there are but for pairs and times.
	asked int
}

// newWeights reads them off a query that has run.
func newWeights(q *blockQuery) *weights {
	n := float64(q.lengths.Articles)
	w := &weights{index: map[string]int{}}
	for i, c := range q.clauses {
		if c.loose {
			continue
		}
		worth := (c.weight + c.lent) * idf(float64(q.found[i]), n)
		if worth > 0 {
			w.index[c.term] = len(w.of)
			w.alternatives(len(w.of), c.also)
		}
		w.of = append(w.of, worth)
		w.times = append(w.times, c.time)
		if !c.bigram && !c.time {
			w.asked++
		}
	}
	return w
}

// share is how much of all weights the terms have that were seen in a text.
func (w *weights) share(seen []bool) float64 {
	return w.shareOf(seen, func(int) bool { return true })
}

// coverage is share, but for times.
func (w *weights) coverage(seen []bool) float64 {
	return w.shareOf(seen, func(i int) bool { return !w.times[i] })
}

func (w *weights) shareOf(seen []bool, counts func(i int) bool) float64 {
	sum, total := 0.0, 0.0
	for i, v := range w.of {
		if !counts(i) {
			continue
		}
		total += v
		if seen[i] {
			sum += v
		}
	}
	if total <= 0 {
		return 0
	}
	return sum / total
}

// match is a place where a term of the question stands: its syllable, or both
// of a pair, begin at these offsets.
type match struct{ first, last, term int }

// matches are those of a text, by the offset of the last syllable.
type matches []match

// find finds the terms of a question in the headline and the body.
func (w *weights) find(z *analyzer, q *Question, r *reading) (headline, body matches) {
	terms := make([]int, len(r.words)) // of each word its number, or -1
	for i, word := range r.words {
		n, ok := w.index[q.form(z, word)]
		if !ok {
			n = -1
		}
		terms[i] = n
	}
	in := func(tokens []token) (found matches) {
		for i, t := range tokens {
			if terms[t.word] < 0 {
				continue
			}
			found = append(found, match{int(t.start), int(t.start), terms[t.word]})
			before := tokens[i-int(t.back)]
			if t.back == 0 || terms[before.word] < 0 {
				continue
			}
			pair := z.bigram(q.form(z, r.words[before.word]), q.form(z, r.words[t.word]))
			if n, ok := w.index[pair]; ok {
				found = append(found, match{int(before.start), int(t.start), n})
			}
		}
		return w.findAlso(z, q, r, tokens, found)
	}
	return in(r.headline), in(r.body)
}

// mark adds to seen the terms that stand inside a span.
func (ms matches) mark(seen []bool, span vi.Span) {
	for _, m := range ms[firstAt(ms, span.Start, func(m match) int { return m.last }):] {
		if m.last >= span.End {
			break
		}
		if m.first >= span.Start {
			seen[m.term] = true
		}
	}
}

// all is the span of any text.
var all = vi.Span{End: math.MaxInt}

// firstAt is the index of the first element whose offset is not below that
// one; offsets ascend.
func firstAt[T any](list []T, offset int, of func(T) int) int {
	n, _ := slices.BinarySearchFunc(list, offset, func(e T, offset int) int { return cmp.Compare(of(e), offset) })
	return n
}

// among gives the weights for choosing between an article's sentences: a term
// that many of them have tells little, whatever it is worth in the corpus. So
// each weight is multiplied by the term's inverse sentence frequency, scaled
// to 1 for a term of one sentence.
func (w *weights) among(sentences []vi.Span, headline, body matches) *weights {
	counts, seen := make([]int, len(w.of)), make([]bool, len(w.of))
	for _, s := range sentences {
		clear(seen)
		body.mark(seen, s)
		for i, in := range seen {
			if in {
				counts[i]++
			}
		}
	}
	clear(seen)
	headline.mark(seen, all)
	n := float64(len(sentences))
	scaled := &weights{of: make([]float64, len(w.of)), times: w.times, index: w.index, also: w.also}
	for i, v := range w.of {
		v *= math.Log(1+n/(float64(max(counts[i], 1))+0.5)) / math.Log(1+n/1.5)
		if seen[i] {
			v *= headlineShare
		}
		scaled.of[i] = v
	}
	return scaled
}

// headlineShare is what is left, for choosing between an article's sentences,
// of the weight of a term of its headline: the whole article is about it, and
// the sentence that adds the fact seldom names it again.
const headlineShare = 0.15

// examine looks for the evidence in one article of this score.
func examine(z *analyzer, q *Question, w *weights, a *corpus.Article, r *reading, score float64) Evidence {
	var e Evidence
	if w == nil {
		return e
	}
	headline, body := w.find(z, q, r)
	distinct := headline
	if a.TitleDerived { // it is the beginning of the body
		distinct = nil
	}
	among := w.among(r.sentences, distinct, body)
	seen := make([]bool, len(w.of))
	asked := q.asked(z, r)
	best := e.choose(z, q, a.Body, r, among.describe(r, asked, body))
	if next := best + 1; best >= 0 && e.Typed == 0 && next < len(r.sentences) && continues(a.Body, e.Sentence, r.sentences[next]) {
		e.Sentence.End = r.sentences[next].End
	}

	headline.mark(seen, all)
	e.Around = e.Sentence
	for _, p := range r.passages {
		if p.Start < e.Sentence.End && p.End > e.Sentence.Start {
			body.mark(seen, p.Span)
			e.Around = vi.Span{Start: min(e.Around.Start, p.Start), End: max(e.Around.End, p.End)}
		}
	}
	e.Coverage = w.coverage(seen)
	if best >= 0 {
		f := w.trust(&e, asked, r, score)
		e.Confidence = f.confidence()
	}
	body.mark(seen, all)
	e.Unnamed = unnamed(z, q, a, func(term string) bool {
		i, ok := w.index[term]
		return ok && seen[i]
	})
	return e
}

// unnamed reports whether a name or number of the question is not in an
// article, which has those terms of the question in its headline or body.
func unnamed(z *analyzer, q *Question, a *corpus.Article, has func(term string) bool) bool {
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
		if !has(t.text) && !slices.Contains(dayTerms(a.Published), t.text) {
			return true
		}
	}
	for _, name := range q.names {
		found, pairsOf := false, 0
		pairs(q.terms, func(i, j int) {
			if q.terms[i].Start >= name.Start && q.terms[j].End <= name.End && q.kept[i] && q.kept[j] {
				pairsOf++
				found = found || has(z.bigram(q.terms[i].text, q.terms[j].text))
			}
		})
		if pairsOf > 0 && !found {
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
