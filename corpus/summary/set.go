package summary

import "math"

// Features of a set of sentences.
const (
	setTitle = iota
	setTitleSquared
	setTitleBest
	setCentral
	setLogLength
	setLogLengthSquared
	setLogLengthCubed
	setLengthToMean
	setOver60
	setOver40
	setUnder25
	setUnused
	setLikeness
	setDistance
	setFeatures
)

// expectedWords is the length of the mean lead of a Vietnamese newspaper, in
// syllables: what two sentences are meant to come to.
const expectedWords = 38

// sameLikeness is the cosine from which two sentences say the same.
const sameLikeness = 0.8

// scorer scores sets of sentences of a text.
type scorer struct {
	*text
	// scale brings a set for n sentences to the size of one for two, which the
	// weights are for.
	scale    float64
	central  []float64
	total    float64   // sum of central
	sentence []float64 // value of each sentence
	word     []float64 // of each word
	wordPair []float64 // of each pair
}

func newScorer(t *text, n int) *scorer {
	s := &scorer{
		text: t, scale: 2 / float64(max(n, 2)), central: t.central(),
		sentence: make([]float64, len(t.sentences)), word: make([]float64, len(t.words)), wordPair: make([]float64, len(t.pairs)),
	}
	for _, v := range s.central {
		s.total += v
	}
	for i, f := range t.sentenceVectors() {
		s.sentence[i] = dot(f[:], sentenceWeights[:])
	}
	for i := range t.words {
		if t.words[i].count > 0 { // else only a headline has it
			f := t.wordVector(int32(i))
			s.word[i] = dot(f[:], wordWeights[:])
		}
	}
	for i := range t.pairs {
		if t.pairs[i].sentences > 0 {
			f := t.pairVector(int32(i))
			s.wordPair[i] = dot(f[:], pairWeights[:])
		}
	}
	return s
}

// set is some sentences, in order, and what they cover.
type set struct {
	members  []int
	words    int // that its sentences are long
	hasWord  []bool
	hasPair  []bool
	value    float64 // of its sentences
	concepts float64 // of the words and pairs that it covers
	title    float64 // idf of the words of headlines that it covers
	central  float64
	best     float64 // share of a headline that one of its sentences covers
	likeness float64 // the highest of two of its sentences
}

func (s *scorer) empty() *set {
	return &set{hasWord: make([]bool, len(s.words)), hasPair: make([]bool, len(s.pairs))}
}

// with is what the set would be with sentence i, but for hasWord and hasPair,
// which it shares.
func (s *scorer) with(base *set, i int) set {
	next, c := *base, &s.sentences[i]
	next.words += len(c.seq)
	next.value += s.sentence[i]
	next.best = max(next.best, c.recall)
	shared := 0.0
	for _, id := range c.words {
		idf := s.words[id].idf
		if base.hasWord[id] {
			shared += idf * idf
			continue
		}
		next.concepts += s.word[id]
		next.central += s.central[id]
		if c.title.words[id] {
			next.title += idf
		}
	}
	for _, id := range c.pairs {
		if !base.hasPair[id] {
			next.concepts += s.wordPair[id]
		}
	}
	switch len(base.members) {
	case 0:
	case 1:
		next.likeness = cosine(shared, c, &s.sentences[base.members[0]])
	default:
		for _, k := range base.members {
			next.likeness = max(next.likeness, s.likeness(i, k))
		}
	}
	return next
}

// likeness is the cosine of the idf of the words of two sentences.
func (s *scorer) likeness(i, k int) float64 {
	shared := 0.0
	other := make(map[int32]bool, len(s.sentences[k].words))
	for _, id := range s.sentences[k].words {
		other[id] = true
	}
	for _, id := range s.sentences[i].words {
		if other[id] {
			shared += s.words[id].idf * s.words[id].idf
		}
	}
	return cosine(shared, &s.sentences[i], &s.sentences[k])
}

func cosine(shared float64, a, b *sentence) float64 { return shared / (a.norm*b.norm + 1e-9) }

// add puts sentence i into the set.
func (s *scorer) add(base *set, i int) {
	next := s.with(base, i)
	*base = next
	at := len(base.members)
	for at > 0 && base.members[at-1] > i {
		at--
	}
	members := make([]int, 0, len(base.members)+1)
	members = append(append(append(members, base.members[:at]...), i), base.members[at:]...)
	base.members = members
	for _, id := range s.sentences[i].words {
		base.hasWord[id] = true
	}
	for _, id := range s.sentences[i].pairs {
		base.hasPair[id] = true
	}
}

// vector are the features of the set of size sentences from first to last.
func (s *scorer) vector(x *set, size, first, last int) (f [setFeatures]float64) {
	words := s.scale * float64(x.words)
	length := math.Log1p(words)
	a := &s.sentences[first]
	title := x.title / (a.title.idf + 1e-9)
	f[setTitle] = title
	f[setTitleSquared] = title * title
	f[setTitleBest] = x.best
	f[setCentral] = x.central / (s.total + 1e-9)
	f[setLogLength] = length
	f[setLogLengthSquared] = length * length
	f[setLogLengthCubed] = length * length * length
	f[setLengthToMean] = words / a.meanLen
	f[setOver60] = max(0, words-60) / 20
	f[setOver40] = max(0, words-40) / 20
	f[setUnder25] = max(0, 25-words) / 10
	f[setUnused] = max(0, 2-s.scale*float64(size))
	f[setLikeness] = x.likeness
	f[setDistance] = math.Log1p(float64(last-first) / float64(max(size-1, 1)))
	return f
}

// score is how good the set is.
func (s *scorer) score(x *set, size, first, last int) float64 {
	f := s.vector(x, size, first, last)
	return dot(f[:], setWeights[:]) + s.scale*x.value + s.conceptScale(x.words)*x.concepts
}

// conceptScale turns what a set covers into what it covers for its length, as
// the F measure does.
func (s *scorer) conceptScale(words int) float64 {
	return 10 * s.scale / (s.scale*float64(words) + expectedWords)
}
