package index

import (
	"math"
	"slices"
	"strings"

	"trichdan/corpus/vi"
)

// feature numbers what the second stage looks at in an article: how much of the
// question is there in some way, its terms weighted by how rare they are. 1 is
// all of it; the first one may be more.
type feature int

const (
	featFirst      feature = iota // BM25, the score of the first stage
	featTerms                     // syllables
	featPairs                     // pairs of syllables, saturated as in BM25
	featRun                       // the longest stretch of the question that stands there word for word
	featEarly                     // syllables, counted less the later they stand: news says first what matters
	featNames                     // names, numbers and foreign words
	featWords                     // pairs that belong together, as those of one word
	featClosest                   // any two syllables, by how near to each other they stand
	featWholeNames                // names of several syllables, whole
	features
)

var featureNames = [features]string{"first", "terms", "pairs", "run", "early", "names", "words", "closest", "whole-names"}

// earlyTerms is after how many terms a syllable counts 1/e of what it counts at
// the beginning.
const earlyTerms = 100

// queried is a question as the second stage compares it with articles.
type queried struct {
	q     *Question
	terms []queriedTerm    // all that are not question words, in order
	all   []int32          // the ids of the question's terms, -1 of a question word
	ids   map[string]int32 // of the different terms
	exact map[string]int32 // of those with their diacritics restored
	kept  []queriedTerm    // the different ones that are searched for
	pairs []queriedPair
	of    map[[2]int32]int32 // pairs by the ids of their terms
	short map[string][]int32 // abbreviations of some of the terms: ids of these
	// What all of them are worth.
	total, nameTotal, pairTotal, wordTotal float64
}

type queriedTerm struct {
	id    int32
	worth float64 // 0 for one that is not searched for
	name  bool
}

type queriedPair struct{ worth, cohesion float64 }

// newQueried prepares a question whose first stage has run: as typed or, marked,
// with the diacritics that were restored.
func newQueried(z *analyzer, q *Question, block *blockQuery, marked bool) *queried {
	n := float64(block.lengths.Articles)
	found := make(map[string]float64, len(block.clauses))
	for i, c := range block.clauses {
		found[c.term] = float64(block.found[i])
	}
	s := &queried{q: q, ids: map[string]int32{}, exact: map[string]int32{}, of: map[[2]int32]int32{}}
	terms := q.terms
	if marked {
		terms = slices.Clone(q.terms)
		for i, t := range terms {
			if _, searched := found[t.marked]; searched && t.marked != "" {
				terms[i].text = t.marked
			} else {
				terms[i].marked = ""
			}
		}
	}
	id := func(t term) (id int32, known bool) {
		of := s.ids
		if marked && t.marked != "" {
			of = s.exact
		}
		if id, known = of[t.text]; !known {
			id = int32(len(s.ids) + len(s.exact))
			of[t.text] = id
		}
		return id, known
	}
	for i, t := range terms {
		if q.cut[i] {
			s.all = append(s.all, -1)
			continue
		}
		id, known := id(t)
		s.all = append(s.all, id)
		own := queriedTerm{id: id}
		if q.kept[i] {
			own.worth, own.name = idf(found[t.text], n), isNamed(q, i)
		}
		s.terms = append(s.terms, own)
		if q.kept[i] && !known {
			s.kept = append(s.kept, own)
			s.total += own.worth
			if own.name {
				s.nameTotal += own.worth
			}
		}
	}
	for _, short := range q.synonyms {
		var ids []int32
		for _, id := range s.all[short.from:short.to] {
			if id >= 0 {
				ids = append(ids, id)
			}
		}
		if s.short == nil {
			s.short = map[string][]int32{}
		}
		s.short[short.short] = ids
	}
	pairs(q.terms, func(i, j int) {
		if q.cut[i] || q.cut[j] {
			return
		}
		a, b := terms[i].text, terms[j].text
		df, searched := found[z.bigram(a, b)]
		if !searched { // with the diacritics of one alone
			df, searched = found[z.bigram(q.terms[i].text, q.terms[j].text)]
		}
		key := [2]int32{s.all[i], s.all[j]}
		if _, twice := s.of[key]; !searched || twice {
			return
		}
		p := queriedPair{worth: idf(df, n), cohesion: cohesion(found[a], found[b], df, n)}
		s.of[key] = int32(len(s.pairs))
		s.pairs = append(s.pairs, p)
		s.pairTotal += p.worth
		s.wordTotal += p.worth * p.cohesion
	})
	return s
}

// isNamed reports whether a term of the question names something: it has a
// capital letter or a digit, or is no Vietnamese syllable.
func isNamed(q *Question, i int) bool {
	t := q.terms[i]
	return strings.ContainsAny(t.text, "0123456789") || !vi.IsSyllable(t.text, q.Folded) || i > 0 && capitalised(q.scored[t.Start:])
}

// cohesion is how far two syllables belong together, from 0 to 1, by the
// numbers of articles that have them: normalised pointwise mutual information
// (Bouma, "Normalized (Pointwise) Mutual Information in Collocation
// Extraction", 2009).
func cohesion(a, b, both, n float64) float64 {
	if a <= 0 || b <= 0 || both <= 0 || n <= both {
		return 0
	}
	return max(0, math.Log(both*n/(a*b))/math.Log(n/both))
}

// occurrences is where the terms of a question stand in one article.
type occurrences struct {
	order  []int32   // the term at each place, -1 for another word
	places [][]int32 // of each term
	pairs  []float64 // their frequencies
	early  []float64 // the frequencies of the terms, by place
	run    float64   // what the longest stretch is worth
}

// look reads the features off an article that has the score in the first stage.
func (s *queried) look(z *analyzer, r *reading, score float64) (v [features]float64) {
	ids := make([][]int32, len(r.words)) // what each word is in the question
	all := make([]int32, len(s.ids)+len(s.exact))
	for i := range all {
		all[i] = int32(i)
	}
	for i, w := range r.words {
		form := s.q.form(z, w)
		if id, ok := s.exact[w]; ok {
			ids[i] = all[id : id+1]
		} else if id, ok := s.ids[form]; ok {
			ids[i] = all[id : id+1]
		} else {
			ids[i] = s.short[form]
		}
	}
	o := &occurrences{
		order:  make([]int32, 0, len(r.headline)+len(r.body)),
		places: make([][]int32, len(all)),
		pairs:  make([]float64, len(s.pairs)), early: make([]float64, len(all)),
	}
	if !r.derived {
		s.read(o, ids, r.headline)
	}
	s.read(o, ids, r.body)

	var terms, early, names, pairs, words float64
	for _, t := range s.kept {
		if len(o.places[t.id]) == 0 {
			continue
		}
		terms += t.worth
		early += t.worth * saturated(o.early[t.id])
		if t.name {
			names += t.worth
		}
	}
	for i, p := range s.pairs {
		w := p.worth * saturated(o.pairs[i])
		pairs += w
		words += w * p.cohesion
	}
	v[featFirst] = ratio(score, s.scale())
	v[featTerms] = ratio(terms, s.total)
	v[featPairs] = ratio(pairs, s.pairTotal)
	v[featRun] = min(1, ratio(o.run, s.total))
	v[featEarly] = ratio(early, s.total)
	v[featNames] = 1
	if s.nameTotal > 0 {
		v[featNames] = names / s.nameTotal
	}
	v[featWords] = ratio(words, s.wordTotal)
	v[featClosest] = s.closest(o)
	v[featWholeNames] = s.wholeNames(o)
	return v
}

// read takes in the tokens of a headline or a body. ids are those of each word's
// terms: an abbreviation has those of its long form.
func (s *queried) read(o *occurrences, ids [][]int32, tokens []token) {
	// The stretches of the question that end at this place and at the one
	// before, by the index of their last term.
	runs, before := make([]float64, len(s.terms)), make([]float64, len(s.terms))
	take := func(id int32, i int) {
		runs, before = before, runs
		clear(runs)
		place := int32(len(o.order))
		o.order = append(o.order, id)
		if id < 0 {
			return
		}
		o.places[id] = append(o.places[id], place)
		o.early[id] += math.Exp(-float64(i) / earlyTerms)
		for j, term := range s.terms {
			if term.id == id {
				runs[j] = term.worth
				if j > 0 {
					runs[j] += before[j-1]
				}
				o.run = max(o.run, runs[j])
			}
		}
	}
	pair := func(a, b int32) {
		if p, ok := s.of[[2]int32{a, b}]; ok {
			o.pairs[p]++
		}
	}
	for i, t := range tokens {
		own := ids[t.word]
		if len(own) == 0 {
			take(-1, i)
			continue
		}
		if t.back > 0 {
			if left := ids[tokens[i-int(t.back)].word]; len(left) > 0 {
				pair(left[len(left)-1], own[0])
			}
		}
		for j, id := range own {
			if j > 0 {
				pair(own[j-1], id)
			}
			take(id, i)
		}
	}
}

// saturated is BM25's saturation of a frequency, from 0 to 1.
func saturated(freq float64) float64 { return freq / (freq + k1) }

// ratio is part / whole, and 0 of nothing.
func ratio(part, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return part / whole
}
