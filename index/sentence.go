package index

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"trichdan/corpus/vi"
)

// sentenceFeatures describe how well a sentence answers, each from 0 to 1; or
// what that is worth.
type sentenceFeatures struct {
	// overlap is the share of the question's terms that the sentence has, each
	// by its weight among the article's sentences.
	overlap float64
	// context is the share of the terms, by their weight in the corpus, that the
	// sentence before has and this one has not: what "ông" or "việc này" points
	// to, and what need not be said again.
	context float64
	// syllables is the share of the question's syllables, function words too:
	// the wording around the rare terms, which their weights drown.
	syllables float64
	// numbers is the share of the question's numbers that it or the sentence
	// before has: another one is about another case.
	numbers float64
	// typed says how surely there is a span of the kind asked for.
	typed float64
	// shortness is 1 up to shortSentence syllables, and less the more there are.
	shortness float64
}

// shortSentence is the length, in syllables, up to which a sentence is short.
const shortSentence = 20

// sentenceWeights are what the features are worth, scaled to a sum of 1. They
// are those of a conditional logit model over all sentences of the first
// articles (package learn), learned from questions with known answers by
//
//	go test ./index -run '^TestLearnSentences$' -v -learn ../../shared/eval/xquad-vi-dev
var sentenceWeights = sentenceFeatures{
	overlap:   0.26,
	context:   0.17,
	syllables: 0.32,
	numbers:   0.06,
	typed:     0.12,
	shortness: 0.07,
}

const (
	// articleWeight is what the logarithm of an article's score counts beside
	// its sentence, the score as a share of the best one's. Learned with the
	// others it is 0.23; but then a sentence that has everything would stand
	// for an article with a tenth of the score, and up to 0.5 more of the
	// development questions are answered.
	articleWeight = 0.4
	// unnamedPenalty is what an article loses that is likely about another case.
	unnamedPenalty = 0.05
)

// score is what a sentence of these features is worth: 1 if it has everything.
func (f *sentenceFeatures) score() float64 {
	w := &sentenceWeights
	return w.overlap*f.overlap + w.context*f.context + w.syllables*f.syllables + w.numbers*f.numbers + w.typed*f.typed + w.shortness*f.shortness
}

// describe gives the features of all sentences of an article but for the kind
// of answer, which costs most to look for. w are the weights between its
// sentences.
func (w *weights) describe(r *reading, asked *askedTerms, body matches) []sentenceFeatures {
	list := make([]sentenceFeatures, len(r.sentences))
	before, seen, only := make([]bool, len(w.of)), make([]bool, len(w.of)), make([]bool, len(w.of))
	termsBefore, terms := make([]bool, len(asked.worth)), make([]bool, len(asked.worth))
	for i, s := range r.sentences {
		clear(seen)
		body.mark(seen, s)
		for t := range only {
			only[t] = before[t] && !seen[t]
		}
		clear(terms)
		length := asked.mark(terms, r.body, s)
		list[i] = sentenceFeatures{
			overlap:   w.share(seen),
			context:   w.share(only),
			syllables: asked.syllables(terms),
			numbers:   asked.numberShare(terms, termsBefore),
			shortness: min(1, shortSentence/float64(1+length)),
		}
		before, seen = seen, before
		termsBefore, terms = terms, termsBefore
	}
	return list
}

// askedTerms are the terms of a question among the words of a reading, but for
// those that only make it one: of each word its number in the question, or -1.
type askedTerms struct {
	words   []int
	worth   []float64 // of a syllable 1, or headlineShare of one in the headline
	total   float64   // of worth
	number  []bool    // whether it has a digit
	numbers int       // how many do
}

// asked finds the terms of the question in an article.
func (q *Question) asked(z *analyzer, r *reading) *askedTerms {
	numbers := map[string]int{}
	a := &askedTerms{words: make([]int, len(r.words))}
	for i, t := range q.terms {
		if _, ok := numbers[t.text]; ok || q.cut[i] {
			continue
		}
		numbers[t.text] = len(numbers)
		worth := 1.0
		if t.whole {
			worth = 0 // its parts count
		}
		a.worth = append(a.worth, worth)
		number := q.kept[i] && strings.ContainsAny(t.text, "0123456789")
		a.number = append(a.number, number)
		if number {
			a.numbers++
		}
	}
	for i, word := range r.words {
		n, ok := numbers[q.form(z, word)]
		if !ok {
			n = -1
		}
		a.words[i] = n
	}
	headline := r.headline
	if r.derived { // it is the beginning of the body
		headline = nil
	}
	for _, t := range headline {
		if n := a.words[t.word]; n >= 0 {
			a.worth[n] = min(a.worth[n], headlineShare)
		}
	}
	for _, v := range a.worth {
		a.total += v
	}
	return a
}

// mark adds to seen the terms that begin inside a span of a text, and counts
// the syllables of any kind that do.
func (a *askedTerms) mark(seen []bool, text []token, span vi.Span) (length int) {
	for _, t := range text[firstAt(text, span.Start, func(t token) int { return int(t.start) }):] {
		if int(t.start) >= span.End {
			break
		}
		if !t.whole {
			length++
		}
		if n := a.words[t.word]; n >= 0 {
			seen[n] = true
		}
	}
	return length
}

// syllables is the share of the syllables, by their worth, that were seen.
func (a *askedTerms) syllables(seen []bool) (share float64) {
	for n, in := range seen {
		if in {
			share += a.worth[n]
		}
	}
	if a.total > 0 {
		share /= a.total
	}
	return share
}

// numberShare is the share of the numbers that were seen in a sentence or in the
// one before; 1 where the question has none.
func (a *askedTerms) numberShare(seen, before []bool) float64 {
	if a.numbers == 0 {
		return 1
	}
	found := 0
	for n, number := range a.number {
		if number && (seen[n] || before[n]) {
			found++
		}
	}
	return float64(found) / float64(a.numbers)
}

// choose finds the sentence that answers best, the first of equals, and
// returns its index, or -1. Looking for a span of the kind asked for is what
// costs most, so the sentences that may score most are looked at first, and
// none of those that can no longer be the best.
func (e *Evidence) choose(z *analyzer, q *Question, body string, r *reading, list []sentenceFeatures) (best int) {
	most := make([]float64, len(list))
	var order []int
	for i := range list {
		if list[i].overlap > 0 {
			order = append(order, i)
			with := list[i]
			with.typed = 1
			most[i] = with.score()
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(most[j], most[i]) })
	best = -1
	for _, i := range order {
		if most[i] < e.SentenceScore {
			break
		}
		s := r.sentences[i]
		mark, sure := answerSpan(q, body, s, r.terms(z, q, s))
		list[i].typed = sure
		v := list[i].score()
		if v < e.SentenceScore || v == e.SentenceScore && i > best {
			continue
		}
		best = i
		e.Sentence, e.Mark, e.Typed, e.SentenceScore = s, mark, sure, v
	}
	return best
}

// Best is the hit whose sentence answers best, -1 if none has one. A better
// sentence further down must outweigh the score of its article.
func Best(hits []Hit) int {
	best, value := -1, 0.0
	for i, h := range hits {
		if h.Sentence.End == 0 {
			continue
		}
		v := h.SentenceScore + articleWeight*math.Log(h.Score/hits[0].Score)
		if h.Unnamed {
			v -= unnamedPenalty
		}
		if best < 0 || v > value {
			best, value = i, v
		}
	}
	return best
}
