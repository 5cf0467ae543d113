package store

import (
	"encoding/binary"
	"math"
	"slices"
)

// Near-duplicates are found as in A. Broder, "On the resemblance and
// containment of documents" (1997): a text is the set of its shingles, runs of
// shingleLen words, and two texts are compared by the share of shingles that
// they have in common. So that not all pairs must be compared, a text is
// looked up by its MinHash signature cut into bands (J. Leskovec, A. Rajaraman,
// J. Ullman, "Mining of Massive Datasets", section 3.4): two texts of
// resemblance r agree in at least one band with probability
// 1 - (1 - r^bandRows)^bandCount, which is 0.79 for r = 0.4, 0.96 for 0.5,
// 0.9998 for 0.67 and 0.3 % for 0.05. What is found so is compared exactly.
const (
	shingleLen = 4
	bandRows   = 3
	bandCount  = 24
	hashCount  = bandRows * bandCount
)

// The containment of two texts is the share of the smaller one's shingles that
// the other has. At minContainment, one word in twenty may have been replaced
// (0.95^4 = 0.81). A brief is not the same story as a long report that quotes
// it: the smaller must have minRatio of the other's shingles. Both limits
// together mean a resemblance of 0.36 or more; one word in thirty replaced
// leaves 0.78.
const (
	minContainment = 0.8
	minRatio       = 0.5
	// minEstimate is the resemblance in the signatures below which a pair is
	// not compared: 0.36 less three standard errors of sqrt(r(1-r)/hashCount).
	minEstimate = 0.2
)

// signature is the least value of each hash function over the shingles.
type signature [hashCount]uint32

// sketched is a text ready to be compared.
type sketched struct {
	shingles  []uint64
	signature signature
	sorted    bool
}

// multipliers and addends make the hash functions x -> a*x + b, of which the
// upper half is used (Dietzfelbinger 1996). They are part of the format: the
// database holds signatures.
var multipliers, addends = func() (a, b [hashCount]uint64) {
	seed := uint64(0)
	next := func() uint64 {
		seed += 0x9e3779b97f4a7c15
		return mix(seed)
	}
	for i := range hashCount {
		a[i], b[i] = next()|1, next()
	}
	return a, b
}()

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// sketchSet makes a text comparable by its shingles alone, given its words.
func sketchSet(words []string) *sketched { return &sketched{shingles: shingles(words)} }

// sketch makes a text comparable, given its words.
func sketch(words []string) *sketched {
	s := sketchSet(words)
	for i := range s.signature {
		s.signature[i] = math.MaxUint32
	}
	for _, x := range s.shingles {
		for i := range hashCount {
			if h := uint32((multipliers[i]*x + addends[i]) >> 32); h < s.signature[i] {
				s.signature[i] = h
			}
		}
	}
	return s
}

// shingles hashes each run of shingleLen words; a shorter text is one shingle.
func shingles(words []string) []uint64 {
	if len(words) == 0 {
		return nil
	}
	hashes := make([]uint64, len(words))
	for i, w := range words {
		hashes[i] = fnv1a(w)
	}
	n := max(len(hashes)-shingleLen+1, 1)
	out := make([]uint64, n)
	for i := range n {
		h := uint64(0)
		for _, w := range hashes[i:min(i+shingleLen, len(hashes))] {
			h = mix(h ^ w)
		}
		out[i] = h
	}
	return out
}

// fnv1a is the 64-bit FNV-1a hash, written out because the one of the standard
// library allocates.
func fnv1a(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// set gives the shingles in order, each once.
func (s *sketched) set() []uint64 {
	if !s.sorted {
		slices.Sort(s.shingles)
		s.shingles = slices.Compact(s.shingles)
		s.sorted = true
	}
	return s.shingles
}

// containment gives the share of the smaller text's shingles that the other
// has, and 0 if the smaller is not at least minRatio as large as the other.
func containment(s, t *sketched) float64 {
	small, large := s.set(), t.set()
	if len(small) > len(large) {
		small, large = large, small
	}
	if len(small) == 0 || float64(len(small)) < minRatio*float64(len(large)) {
		return 0
	}
	both, i := 0, 0
	for _, x := range small {
		for i < len(large) && large[i] < x {
			i++
		}
		if i < len(large) && large[i] == x {
			both++
		}
	}
	return float64(both) / float64(len(small))
}

// estimate is the estimated resemblance of two texts.
func (g *signature) estimate(h *signature) float64 {
	same := 0
	for i := range g {
		if g[i] == h[i] {
			same++
		}
	}
	return float64(same) / hashCount
}

// bands gives the keys under which a text is looked up; the number of the band
// is part of the key.
func (g *signature) bands() [bandCount]int64 {
	var keys [bandCount]int64
	for b := range keys {
		h := mix(uint64(b) + 1)
		for _, v := range g[b*bandRows : (b+1)*bandRows] {
			h = mix(h ^ uint64(v))
		}
		keys[b] = int64(h)
	}
	return keys
}

func (g *signature) bytes() []byte {
	b := make([]byte, 0, 4*hashCount)
	for _, v := range g {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

// loadSignature reads what bytes wrote; false if it is of another length.
func loadSignature(b []byte) (g signature, ok bool) {
	if len(b) != 4*hashCount {
		return g, false
	}
	for i := range g {
		g[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return g, true
}
