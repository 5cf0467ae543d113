package index

import (
	"bytes"
	"math"
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
	windows []window // all up to the last that has a posting
	docs    []uint8  // of each posting its document, within its window
	values  []value
	large   map[uint64]posting // those that a value has no room for
}

// window says of one window of documents how many postings a list has there,
// and the greatest of their bounds, in steps.
type window uint16

const (
	stepBits = 7
	mostStep = 1<<stepBits - 1
	step     = 2 * (k1 + 1) / mostStep
)

func newWindow(postings int, most float32) window {
	return window(postings)<<stepBits | window(min(math.Ceil(float64(most)/step), mostStep))
}

func (w window) len() int { return int(w >> stepBits) }

// most is what no posting has a greater bound than.
func (w window) most() float64 { return float64(w&mostStep) * step * slack }

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
	l := &postingList{docs: make([]uint8, len(from)), values: make([]value, len(from))}
	if len(from) == 0 {
		return l
	}
	l.windows = make([]window, from[len(from)-1].doc>>windowBits+1)
	for i := 0; i < len(from); {
		n, start, most := from[i].doc>>windowBits, i, float32(0)
		for ; i < len(from) && from[i].doc>>windowBits == n; i++ {
			p := from[i]
			v := newValue(p.freq, p.length, alone(p.doc))
			if v.freq() == largeFreq {
				if l.large == nil {
					l.large = map[uint64]posting{}
				}
				l.large[p.doc] = p
			}
			l.docs[i], l.values[i] = uint8(p.doc), v
			most = max(most, of[v])
		}
		l.windows[n] = newWindow(i-start, most)
	}
	return l
}

// size is about how many bytes a list takes.
func (l *postingList) size() int {
	return 120 + 2*len(l.windows) + len(l.docs) + 2*len(l.values) + 50*len(l.large)
}

// len is the number of documents.
func (l *postingList) len() int { return len(l.docs) }

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

// listCursor walks a posting list by windows, ahead only.
type listCursor struct {
	*postingList
	at, start int // the window that it stands at, and its first posting
}

// to moves to a window and gives its postings, as a range.
func (c *listCursor) to(window int) (start, end int) {
	for ; c.at < window && c.at < len(c.windows); c.at++ {
		c.start += c.windows[c.at].len()
	}
	if window >= len(c.windows) {
		return 0, 0
	}
	return c.start, c.start + c.windows[window].len()
}

func (c *listCursor) between(from, to uint64, yield func(doc uint64, freq, length float64)) error {
	for n := from >> windowBits; n<<windowBits < to && n < uint64(len(c.windows)); n++ {
		start, end := c.to(int(n))
		for i := start; i < end; i++ {
			if doc := n<<windowBits | uint64(c.docs[i]); doc >= from && doc < to {
				freq, length := c.weight(i, doc)
				yield(doc, freq, length)
			}
		}
	}
	return nil
}

func (c *listCursor) close() error { return nil }
