package index

import (
	"math"
	"slices"
	"strings"

	"trichdan/corpus/vi"
)

// feature numbers what the second stage looks at in an article, each from 0 to
// 1: the share of what the question's terms are worth, by inverse document
// frequency, that is there in some way.
type feature int

const (
	featFirst         feature = iota // BM25, the score of the first stage
	featTerms                        // syllables anywhere
	featPairs                        // pairs of syllables anywhere, saturated by BM25
	featTriples                      // three syllables in order
	featRun                          // the longest stretch of the question that stands there word for word
	featHead                         // syllables in the headline and the beginning
	featHeadPairs                    // pairs in the headline and the beginning
	featEarly                        // syllables, counted less the later they stand
	featEarlyPairs                   // pairs, counted so
	featSentence                     // syllables in the sentence that has most
	featSentencePairs                // pairs in that sentence
	featNames                        // names, numbers and foreign words anywhere
	featHeadNames                    // the same in the headline and the beginning
	featRarest                       // by the rarest syllable that is missing
	featWords                        // pairs by their cohesion
	featLoose                        // pairs by their lack of cohesion
	featNear                         // neighbouring terms within a window
	featClosest                      // all terms by two, by their least distance
	featDense                        // terms by the terms around each of their places
	featWindow                       // syllables in the best 20 terms
	featWideWindow                   // syllables in the best 60 terms
	featWholeNames                   // names of several syllables, whole
	features
)

var featureNames = [features]string{"first", "terms", "pairs", "triples", "run", "head", "head-pairs", "early", "early-pairs", "sentence", "sentence-pairs", "names", "head-names", "rarest", "words", "loose", "near", "closest", "dense", "window", "wide-window", "whole-names"}

const (
	headTerms  = 60  // how many terms are the beginning of an article: a newspaper's lead
	earlyTerms = 100 // after so many terms a pair counts 1/e
	nearTerms  = 8   // window of the sequential dependence model (Metzler and Croft, 2005)
)

// queried is a question as the second stage compares it with articles.
type queried struct {
	q     *Question
	terms []queriedTerm
	ids   map[string]int32 // of the different terms
	pairs []queriedPair
	of    map[[2]int32]int32 // pairs by the ids of their terms
	kept  []int32            // indices of terms that are searched for, without repetition
	// What all of them are worth.
	total, pairTotal, tripleTotal, nameTotal, wordTotal, nearTotal, rarest float64
}

type queriedTerm struct {
	id    int32
	worth float64 // 0 for one that is not searched for
	first bool    // its first occurrence
	name  bool
}

type queriedPair struct{ worth, cohesion float64 }

// newQueried prepares a question whose first stage has run.
func newQueried(z *analyzer, q *Question, block *blockQuery) *queried {
	n := float64(block.lengths.Articles)
	found := make(map[string]float64, len(block.clauses))
	for i, c := range block.clauses {
		found[c.term] = float64(block.found[i])
	}
	s := &queried{q: q, ids: map[string]int32{}, of: map[[2]int32]int32{}}
	last := -1 // the term before, -1 if it was cut or is apart
	for i, t := range q.terms {
		if q.cut[i] {
			last = -1
			continue
		}
		id, known := s.ids[t.text]
		if !known {
			id = int32(len(s.ids))
			s.ids[t.text] = id
		}
		own := queriedTerm{id: id, first: !known}
		if q.kept[i] {
			own.worth = idf(found[t.text], n)
			own.name = isNamed(q, i)
		}
		s.terms = append(s.terms, own)
		at := int32(len(s.terms) - 1)
		if own.worth > 0 && own.first {
			s.kept = append(s.kept, at)
			s.total += own.worth
			s.rarest = max(s.rarest, own.worth)
			if own.name {
				s.nameTotal += own.worth
			}
		}
		if t.whole {
			continue
		}
		if last >= 0 && !t.apart {
			before := q.terms[last]
			text := z.bigram(before.text, t.text)
			df, ok := found[text]
			key := [2]int32{s.ids[before.text], id}
			if _, twice := s.of[key]; ok && !twice {
				p := queriedPair{worth: idf(df, n), cohesion: cohesion(found[before.text], found[t.text], df, n)}
				s.of[key] = int32(len(s.pairs))
				s.pairs = append(s.pairs, p)
				s.pairTotal += p.worth
				s.wordTotal += p.worth * p.cohesion
			}
		}
		last = i
	}
	for i := 0; i+2 < len(s.terms); i++ {
		s.tripleTotal += s.terms[i].worth + s.terms[i+1].worth + s.terms[i+2].worth
	}
	for i := 0; i+1 < len(s.kept); i++ {
		s.nearTotal += min(s.terms[s.kept[i]].worth, s.terms[s.kept[i+1]].worth)
	}
	return s
}

// isNamed reports whether a term of the question names something: it has a
// capital letter or a digit, or is no Vietnamese syllable.
func isNamed(q *Question, i int) bool {
	t := q.terms[i]
	return strings.ContainsAny(t.text, "0123456789") || !vi.IsSyllable(t.text, q.Folded) || i > 0 && capitalised(q.scored[t.Start:])
}

// cohesion is how far two syllables belong together, from 0 to 1: the
// normalised pointwise mutual information (Bouma, "Normalized (Pointwise)
// Mutual Information in Collocation Extraction", 2009) of their articles.
func cohesion(a, b, both, n float64) float64 {
	if a <= 0 || b <= 0 || both <= 0 || n <= both {
		return 0
	}
	return max(0, math.Log(both*n/(a*b))/math.Log(n/both))
}

// look reads the features off an article.
func (s *queried) look(z *analyzer, r *reading, score float64) (v [features]float64) {
	v[featFirst] = ratio(score, 2*(k1+1)*s.total)
	ids := make([]int32, len(r.words)) // of the words, -1 if the question has them not
	for i, w := range r.words {
		id, ok := s.ids[s.q.form(z, w)]
		if !ok {
			id = -1
		}
		ids[i] = id
	}
	o := newOccurrences(s)
	if !r.derived {
		o.read(ids, r.headline, true, nil)
	}
	o.read(ids, r.body, false, r.sentences)
	s.cover(o, &v)
	return v
}

// occurrences is where the terms of a question stand in one article.
type occurrences struct {
	of            *queried
	terms, head   []bool    // by id
	pairs, early  []float64 // frequency by pair; the same by position
	earlyTerms    []float64 // by id
	order         []int32   // ids at each place, -1 for other words
	headPairs     []bool
	triples       []bool  // by index of the first term
	run           float64 // the worth of the longest stretch
	places        [][]int32
	sentence      float64 // syllables of the best sentence; pairs there
	sentencePairs float64

	inSentence, pairsInSentence []bool
	length                      int32 // terms read so far
}

func newOccurrences(s *queried) *occurrences {
	n, p := len(s.ids), len(s.pairs)
	b := make([]bool, 3*n+2*p+len(s.terms))
	f := make([]float64, 2*p+n)
	return &occurrences{
		of: s, terms: b[:n], head: b[n : 2*n], inSentence: b[2*n : 3*n],
		headPairs: b[3*n : 3*n+p], pairsInSentence: b[3*n+p : 3*n+2*p], triples: b[3*n+2*p:],
		pairs: f[:p], early: f[p : 2*p], earlyTerms: f[2*p:], places: make([][]int32, n),
	}
}

// read takes in the tokens of a headline or of a body with its sentences.
func (o *occurrences) read(ids []int32, tokens []token, headline bool, sentences []vi.Span) {
	runs, before := make([]float64, len(o.of.terms)), make([]float64, len(o.of.terms))
	lengths, lengthsBefore := make([]int32, len(runs)), make([]int32, len(runs))
	next, open := 0, false
	for i, t := range tokens {
		for next < len(sentences) && int(t.start) >= sentences[next].Start {
			o.endSentence(open)
			open = true
			next++
		}
		id := ids[t.word]
		runs, before = before, runs
		lengths, lengthsBefore = lengthsBefore, lengths
		clear(runs)
		clear(lengths)
		at := o.length
		o.length++
		o.order = append(o.order, id)
		if id < 0 {
			continue
		}
		beginning := headline || i < headTerms
		o.terms[id] = true
		o.inSentence[id] = true
		if beginning {
			o.head[id] = true
		}
		o.places[id] = append(o.places[id], at)
		decay := math.Exp(-float64(i) / earlyTerms)
		o.earlyTerms[id] += decay
		if t.back > 0 {
			if p, ok := o.of.of[[2]int32{max(ids[tokens[i-int(t.back)].word], -1), id}]; ok {
				o.pairs[p]++
				o.early[p] += decay
				o.pairsInSentence[p] = true
				if beginning {
					o.headPairs[p] = true
				}
			}
		}
		for j, term := range o.of.terms {
			if term.id != id {
				continue
			}
			runs[j], lengths[j] = term.worth, 1
			if j > 0 && lengthsBefore[j-1] > 0 {
				runs[j] += before[j-1]
				lengths[j] += lengthsBefore[j-1]
			}
			o.run = max(o.run, runs[j])
			if lengths[j] >= 3 {
				o.triples[j-2] = true
			}
		}
	}
	o.endSentence(open)
}

// endSentence compares the sentence that ends here with the best one so far.
func (o *occurrences) endSentence(open bool) {
	if open {
		terms, pairs := 0.0, 0.0
		for _, i := range o.of.kept {
			if t := o.of.terms[i]; o.inSentence[t.id] {
				terms += t.worth
			}
		}
		for i, p := range o.of.pairs {
			if o.pairsInSentence[i] {
				pairs += p.worth
			}
		}
		if ratio(terms, o.of.total)+ratio(pairs, o.of.pairTotal) > ratio(o.sentence, o.of.total)+ratio(o.sentencePairs, o.of.pairTotal) {
			o.sentence, o.sentencePairs = terms, pairs
		}
	}
	clear(o.inSentence)
	clear(o.pairsInSentence)
}

// cover sums up.
func (s *queried) cover(o *occurrences, v *[features]float64) {
	var terms, head, names, headNames, missing float64
	for _, i := range s.kept {
		t := s.terms[i]
		if o.head[t.id] {
			head += t.worth
			if t.name {
				headNames += t.worth
			}
		}
		if !o.terms[t.id] {
			missing = max(missing, t.worth)
			continue
		}
		terms += t.worth
		if t.name {
			names += t.worth
		}
	}
	v[featTerms], v[featHead] = ratio(terms, s.total), ratio(head, s.total)
	v[featNames], v[featHeadNames] = 1, 1
	if s.nameTotal > 0 {
		v[featNames], v[featHeadNames] = names/s.nameTotal, headNames/s.nameTotal
	}
	v[featRarest] = 1 - ratio(missing, s.rarest)
	var pairs, headPairs, early, words, loose, looseTotal float64
	for i, p := range s.pairs {
		w := p.worth * saturated(o.pairs[i])
		pairs += w
		words += w * p.cohesion
		loose += w * (1 - p.cohesion)
		looseTotal += p.worth * (1 - p.cohesion)
		early += p.worth * saturated(o.early[i])
		if o.headPairs[i] {
			headPairs += p.worth
		}
	}
	v[featPairs], v[featHeadPairs], v[featEarlyPairs] = ratio(pairs, s.pairTotal), ratio(headPairs, s.pairTotal), ratio(early, s.pairTotal)
	v[featWords], v[featLoose] = ratio(words, s.wordTotal), ratio(loose, looseTotal)
	earlyTerms := 0.0
	for _, i := range s.kept {
		earlyTerms += s.terms[i].worth * saturated(o.earlyTerms[s.terms[i].id])
	}
	v[featEarly] = ratio(earlyTerms, s.total)
	v[featClosest] = s.closest(o)
	v[featDense] = s.dense(o)
	v[featWindow] = s.window(o, 20)
	v[featWideWindow] = s.window(o, 60)
	v[featWholeNames] = s.wholeNames(o)
	v[featSentence], v[featSentencePairs] = ratio(o.sentence, s.total), ratio(o.sentencePairs, s.pairTotal)
	triples := 0.0
	for i, in := range o.triples {
		if in && i+2 < len(s.terms) {
			triples += s.terms[i].worth + s.terms[i+1].worth + s.terms[i+2].worth
		}
	}
	v[featTriples] = ratio(triples, s.tripleTotal)
	v[featRun] = min(1, ratio(o.run, s.total))
	near := 0.0
	for i := 0; i+1 < len(s.kept); i++ {
		a, b := s.terms[s.kept[i]], s.terms[s.kept[i+1]]
		if c := together(o.places[a.id], o.places[b.id]); c > 0 {
			near += min(a.worth, b.worth) * saturated(float64(c))
		}
	}
	v[featNear] = ratio(near, s.nearTotal)
}

// saturated is BM25's saturation of a frequency, from 0 to 1.
func saturated(freq float64) float64 { return freq / (freq + k1) }

// together counts the first places that have a second one within the window.
func together(first, second []int32) (n int) {
	j := 0
	for _, p := range first {
		for j < len(second) && second[j] <= p-nearTerms {
			j++
		}
		if j < len(second) && second[j] < p+nearTerms {
			n++
		}
	}
	return n
}

// closest is term proximity by the least distance of two terms, each pair of
// terms weighted by the rarer one and by their nearness in the question (after
// Rasolofo and Savoy, "Term Proximity Scoring for Keyword-Based Retrieval
// Systems", 2003).
func (s *queried) closest(o *occurrences) float64 {
	sum, total := 0.0, 0.0
	for i, a := range s.kept {
		for j, b := range s.kept[i+1:] {
			w := min(s.terms[a].worth, s.terms[b].worth) / float64(j+1)
			total += w
			if d := distanceOf(o.places[s.terms[a].id], o.places[s.terms[b].id]); d > 0 {
				sum += w / float64(d)
			}
		}
	}
	return ratio(sum, total)
}

// distanceOf is the least distance between two lists of places, 0 if one is
// empty.
func distanceOf(a, b []int32) (best int32) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		d := max(a[i]-b[j], b[j]-a[i])
		if best == 0 || d < best {
			best = d
		}
		if a[i] < b[j] {
			i++
		} else {
			j++
		}
	}
	return best
}

// dense is the accumulated proximity of Büttcher, Clarke and Lushman ("Term
// proximity scoring for ad-hoc retrieval on very large text collections",
// 2006), as a share.
func (s *queried) dense(o *occurrences) float64 {
	acc := make([]float64, len(s.ids))
	worth := make([]float64, len(s.ids))
	for _, i := range s.kept {
		worth[s.terms[i].id] = s.terms[i].worth
	}
	last := -1
	for i, id := range o.order {
		if id < 0 || worth[id] == 0 {
			continue
		}
		if last >= 0 && o.order[last] != id {
			d := float64(i - last)
			acc[id] += worth[o.order[last]] / (d * d)
			acc[o.order[last]] += worth[id] / (d * d)
		}
		last = i
	}
	sum := 0.0
	for id, w := range worth {
		sum += w * saturated(acc[id])
	}
	return ratio(sum, s.total)
}

// window is the most that any stretch of so many terms has.
func (s *queried) window(o *occurrences, size int) float64 {
	worth := make([]float64, len(s.ids))
	for _, i := range s.kept {
		worth[s.terms[i].id] = s.terms[i].worth
	}
	counts := make([]int, len(s.ids))
	sum, best := 0.0, 0.0
	for i, id := range o.order {
		if i >= size {
			if old := o.order[i-size]; old >= 0 {
				if counts[old]--; counts[old] == 0 {
					sum -= worth[old]
				}
			}
		}
		if id >= 0 {
			if counts[id]++; counts[id] == 1 {
				sum += worth[id]
				best = max(best, sum)
			}
		}
	}
	return ratio(best, s.total)
}

// wholeNames is the share of the question's names that stand there whole.
func (s *queried) wholeNames(o *occurrences) float64 {
	total, found := 0, 0
	for _, name := range s.q.names {
		var ids []int32
		for _, t := range s.q.terms {
			if t.Start >= name.Start && t.End <= name.End {
				if id, ok := s.ids[t.text]; ok {
					ids = append(ids, id)
				}
			}
		}
		if len(ids) == 0 {
			continue
		}
		total++
		for _, p := range o.places[ids[0]] {
			if int(p)+len(ids) <= len(o.order) && slices.Equal(o.order[p:int(p)+len(ids)], ids) {
				found++
				break
			}
		}
	}
	if total == 0 {
		return 1
	}
	return float64(found) / float64(total)
}

func ratio(part, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return part / whole
}
