package index

import (
	"bytes"
	"cmp"
	"math"
	"slices"
)

// Documents are looked at in windows of so many consecutive numbers: the
// smaller a window, the tighter its bounds, and the more of them there are. Of
// 64, 128, 256 and 512, 256 was the quickest on 130,000 short documents and
// as quick as any other on articles.
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
}

// window is the part of a posting list in one window of documents.
type window struct {
	number uint32
	start  uint32  // of its first posting
	most   float32 // no posting has a greater bound, see weigher
}

// value is the rest of a posting, packed: whether the document is an article
// that is its own passage, a frequency and a length. What is greater than there
// is room for counts as the greatest: by then BM25's weight is at its limit.
type value uint32

const (
	freqBits   = 12
	lengthBits = 19
	mostFreq   = 1<<freqBits - 1
	mostLength = 1<<lengthBits - 1
)

func newValue(freq, length int, alone bool) value {
	v := value(min(freq, mostFreq))<<lengthBits | value(min(length, mostLength))
	if alone {
		v |= 1 << 31
	}
	return v
}

func (v value) freq() float64   { return float64(v >> lengthBits & mostFreq) }
func (v value) length() float64 { return float64(v & mostLength) }
func (v value) alone() bool     { return v>>31 != 0 }

// weigher bounds what the postings of one kind of term may add to the score of
// their articles, per unit of the term's weight.
type weigher struct {
	article, passage float64 // average lengths
}

// own is what a posting adds to the score of its article, by itself.
func (w weigher) own(v value) float64 { return saturation(v.freq(), v.length(), w.article) }

// ahead is the most that a passage of the article may add: it has no more of
// the term than its article, and is no shorter than what it has of it.
func (w weigher) ahead(v value) float64 {
	if v.alone() {
		return saturation(v.freq(), v.length(), w.passage)
	}
	return saturation(v.freq(), v.freq(), w.passage)
}

// newPostingList packs postings, which are in order of their documents. alone
// says which articles are their own passage.
func newPostingList(from []posting, w weigher, alone func(doc uint64) bool) *postingList {
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
		l.docs[i], l.values[i] = uint8(p.doc), v
		last := &l.windows[len(l.windows)-1]
		last.most = max(last.most, roundUp(w.own(v)+w.ahead(v)))
	}
	return l
}

// roundUp gives a 32-bit number that is not below v.
func roundUp(v float64) float32 { return math.Nextafter32(float32(v), math.MaxFloat32) }

// size is about how many bytes a list takes.
func (l *postingList) size() int { return 80 + 12*len(l.windows) + len(l.docs) + 4*len(l.values) }

// len is the number of documents.
func (l *postingList) len() int { return len(l.docs) }

// window gives the postings of a window, as a range.
func (l *postingList) window(number uint32) (start, end int) {
	at := int(number) // where no window is empty
	if at >= len(l.windows) || l.windows[at].number != number {
		var ok bool
		at, ok = slices.BinarySearchFunc(l.windows[:min(at, len(l.windows))], number, func(w window, n uint32) int { return cmp.Compare(w.number, n) })
		if !ok {
			return 0, 0
		}
	}
	start, end = int(l.windows[at].start), len(l.docs)
	if at+1 < len(l.windows) {
		end = int(l.windows[at+1].start)
	}
	return start, end
}

// find gives the posting of a document.
func (l *postingList) find(doc uint64) (value, bool) {
	start, end := l.window(uint32(doc >> windowBits))
	if i := bytes.IndexByte(l.docs[start:end], uint8(doc)); i >= 0 {
		return l.values[start+i], true
	}
	return 0, false
}

// between calls yield for the postings of the documents in [from, to).
func (l *postingList) between(from, to uint64, yield func(doc uint64, v value)) {
	for n := from >> windowBits; n<<windowBits < to; n++ {
		start, end := l.window(uint32(n))
		for i := start; i < end; i++ {
			if doc := n<<windowBits | uint64(l.docs[i]); doc >= from && doc < to {
				yield(doc, l.values[i])
			}
		}
	}
}
