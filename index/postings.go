package index

import (
	"bytes"
	"cmp"
	"math"
	"slices"
)

// Documents are looked at in windows of so many consecutive numbers: the
// smaller a window, the tighter its bounds, and the more of them there are.
const (
	windowBits = 8
	windowSize = 1 << windowBits
)

// posting is one document that has a term.
type posting struct {
	doc    uint64 // document number
	freq   int
	length int // of the field in this document, in terms
}

// postingList is the postings of one term in one snapshot, decoded, by windows.
// It never changes, so that all searches share it.
type postingList struct {
	windows []window // those that have a posting, ascending
	docs    []uint8  // of each posting its document, within its window
	values  []value
	large   map[uint64]posting // those that a value has no room for
}

// window is the part of a posting list in one window of documents.
type window struct {
	number uint32
	start  uint32  // of its first posting
	most   float32 // no posting has a greater bound
}

// value is the rest of a posting, packed: whether the document is an article
// that is its own passage, the frequency and the length.
type value uint16

const (
	lengthBits = 11
	freqBits   = 4
	largeFreq  = 1<<freqBits - 1 // the posting is among the large ones
	values     = 1 << 16         // how many there are
)

func newValue(freq, length int, alone bool) value {
	v := value(largeFreq << lengthBits)
	if freq < largeFreq && length < 1<<lengthBits {
		v = value(freq<<lengthBits | length)
	}
	if alone {
		v |= 1 << (lengthBits + freqBits)
	}
	return v
}

func (v value) freq() int   { return int(v >> lengthBits & largeFreq) }
func (v value) length() int { return int(v & (1<<lengthBits - 1)) }
func (v value) alone() bool { return v>>(lengthBits+freqBits) != 0 }

// bounds are, by value, the most that a posting may add to the score of its
// article and of one of its passages together, per unit of the term's weight.
type bounds []float32

// newBounds works them out for a kind of terms of which articles and passages
// have so many on average.
func newBounds(article, passage float64) bounds {
	b := make(bounds, values)
	for i := range b {
		v := value(i)
		freq, length := float64(v.freq()), float64(v.length())
		if v.freq() == largeFreq {
			b[i] = roundUp(2 * (k1 + 1))
			continue
		}
		// A passage has no more of the term than its article, and is no shorter
		// than what it has of it.
		shortest := freq
		if v.alone() {
			shortest = length
		}
		b[i] = roundUp(saturation(freq, length, article) + saturation(freq, shortest, passage))
	}
	return b
}

// roundUp gives a 32-bit number that is above v.
func roundUp(v float64) float32 { return math.Nextafter32(float32(v), math.MaxFloat32) }

// newPostingList packs postings, which are in order of their documents. alone
// says which articles are their own passage.
func newPostingList(from []posting, of bounds, alone func(doc uint64) bool) *postingList {
	windows := 0
	for i, p := range from {
		if i == 0 || p.doc>>windowBits != from[i-1].doc>>windowBits {
			windows++
		}
	}
	l := &postingList{windows: make([]window, 0, windows), docs: make([]uint8, len(from)), values: make([]value, len(from))}
	for i, p := range from {
		if n := uint32(p.doc >> windowBits); len(l.windows) == 0 || l.windows[len(l.windows)-1].number != n {
			l.windows = append(l.windows, window{number: n, start: uint32(i)})
		}
		v := newValue(p.freq, p.length, alone(p.doc))
		if v.freq() == largeFreq {
			if l.large == nil {
				l.large = map[uint64]posting{}
			}
			l.large[p.doc] = p
		}
		l.docs[i], l.values[i] = uint8(p.doc), v
		last := &l.windows[len(l.windows)-1]
		last.most = max(last.most, of[v])
	}
	return l
}

// size is about how many bytes a list takes.
func (l *postingList) size() int {
	return 120 + 12*len(l.windows) + len(l.docs) + 2*len(l.values) + 50*len(l.large)
}

// len is the number of documents.
func (l *postingList) len() int { return len(l.docs) }

// at finds the first window that is not before one.
func (l *postingList) at(number uint32) int {
	n, _ := slices.BinarySearchFunc(l.windows, number, func(w window, n uint32) int { return cmp.Compare(w.number, n) })
	return n
}

// span gives the postings of the window at a place, as a range.
func (l *postingList) span(at int) (start, end int) {
	start, end = int(l.windows[at].start), len(l.docs)
	if at+1 < len(l.windows) {
		end = int(l.windows[at+1].start)
	}
	return start, end
}

// find gives the place of a document's posting within a range of one window,
// -1 if it is not there.
func (l *postingList) find(start, end int, doc uint64) int {
	if i := bytes.IndexByte(l.docs[start:end], uint8(doc)); i >= 0 {
		return start + i
	}
	return -1
}

// weight is the frequency and the length of a document's posting.
func (l *postingList) weight(i int, doc uint64) (freq, length float64) {
	v := l.values[i]
	if v.freq() == largeFreq {
		p := l.large[doc]
		return float64(p.freq), float64(p.length)
	}
	return float64(v.freq()), float64(v.length())
}

// between calls yield for the postings of the documents in [from, to).
func (l *postingList) between(from, to uint64, yield func(doc uint64, freq, length float64)) {
	for at := l.at(uint32(from >> windowBits)); at < len(l.windows); at++ {
		first := uint64(l.windows[at].number) << windowBits
		if first >= to {
			return
		}
		start, end := l.span(at)
		for i := start; i < end; i++ {
			if doc := first | uint64(l.docs[i]); doc >= from && doc < to {
				freq, length := l.weight(i, doc)
				yield(doc, freq, length)
			}
		}
	}
}
