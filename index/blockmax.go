package index

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"math"
	mathbits "math/bits"
	"slices"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// blockMax is the state of one search. Documents are taken in windows, for each
// of which the lists know the most that a posting adds: first the few windows
// that promise most, which find about the best articles, then all others that
// may still hold better ones (Mallia, Suel and Tonellotto, "Faster Learned
// Sparse Retrieval with Block-Max Pruning", 2024; Ding and Suel, "Faster Top-k
// Document Retrieval Using Block-Max Indexes", 2011).
type blockMax struct {
	query    *blockQuery
	snapshot *scorch.IndexSnapshot
	terms    []*joined // rare ones first
	allowed  []uint64  // the articles that may enter, in order; nil: all

	top     topK
	limit   float64                 // what bounds must reach for an article to enter
	windows []float64               // bounds of the articles of each window
	sums    [windowSize]float64     // the same of each article of the one being looked at
	some    [windowSize / 64]uint64 // bits: those that are not 0
	matched []*joined
	scores  []float64 // of the passages of one article
}

const (
	// slack is how much greater than a score the bounds of its parts may be
	// when they are added up in another order.
	slack = 1 + 1e-9
	// windowsFirst is how many windows are looked at in the order of what they
	// promise: few suffice to find about the best articles. All others follow in
	// the order in which postings lie.
	windowsFirst = 16
	// checkEvery is how many windows are looked at between looks at the deadline.
	checkEvery = 64
)

func (s *blockMax) run(ctx context.Context) error {
	slices.SortStableFunc(s.terms, func(a, b *joined) int { return cmp.Compare(b.idf, a.idf) })
	s.setLimit()
	s.windows = make([]float64, s.query.lists.documents>>windowBits+1)
	for _, t := range s.terms {
		for n, w := range t.list.windows {
			s.windows[n] += t.idf * w.most()
		}
	}
	promising := s.promising()
	slices.Sort(promising) // lists are walked ahead
	for _, n := range promising {
		if err := s.window(n); err != nil {
			return err
		}
		s.windows[n] = 0
	}
	if err := s.rewind(); err != nil {
		return err
	}
	for n, bound := range s.windows {
		if n%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if bound == 0 || bound < s.limit || !s.allows(uint64(n)) {
			continue
		}
		if err := s.window(n); err != nil {
			return err
		}
	}
	return nil
}

// rewind has the lists begin again.
func (s *blockMax) rewind() (err error) {
	for _, t := range s.terms {
		t.list.at, t.list.start = 0, 0
		if t.ofPassage != nil {
			err = errors.Join(err, t.ofPassage.close())
			t.ofPassage = nil
		}
	}
	return err
}

// promising lists the windows with the greatest bounds.
func (s *blockMax) promising() (list []int) {
	before := func(a, b int) int { return cmp.Or(cmp.Compare(s.windows[b], s.windows[a]), cmp.Compare(a, b)) }
	for n, bound := range s.windows {
		if bound == 0 || !s.allows(uint64(n)) || len(list) == windowsFirst && before(n, list[len(list)-1]) > 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(list, n, before)
		list = slices.Insert(list, at, n)
		list = list[:min(len(list), windowsFirst)]
	}
	return list
}

// allows says whether there is an article in a window that may enter.
func (s *blockMax) allows(window uint64) bool {
	if s.allowed == nil {
		return true
	}
	at, _ := slices.BinarySearch(s.allowed, window<<windowBits)
	return at < len(s.allowed) && s.allowed[at]>>windowBits == window
}

// setLimit follows the worst of the best.
func (s *blockMax) setLimit() {
	s.limit = math.Inf(-1)
	if !s.query.exhaustive && len(s.top) == s.query.k {
		s.limit = s.top[0].score / slack
	}
}

// window scores the articles of a window, as far as they can still enter: those
// that have one of the essential terms, without which nothing enters (MaxScore:
// Turtle and Flood, "Query Evaluation: Strategies and Optimizations", 1995).
func (s *blockMax) window(n int) error {
	for _, t := range s.terms {
		t.start, t.end = t.list.to(n)
		t.most = 0
		if t.start < t.end {
			t.most = t.idf * t.list.windows[n].most()
		}
	}
	essential, rest := len(s.terms), 0.0 // how many are; what the others add at most
	for essential > 0 && rest+s.terms[essential-1].most < s.limit {
		essential--
		rest += s.terms[essential].most
	}
	for _, t := range s.terms[:essential] {
		docs := t.list.docs[t.start:t.end]
		for i, v := range t.list.values[t.start:t.end] {
			d := docs[i]
			s.sums[d] += t.idf * float64(t.bounds[v])
			s.some[d>>6] |= 1 << (d & 63)
		}
	}
	for i := range s.some {
		for ; s.some[i] != 0; s.some[i] &= s.some[i] - 1 {
			d := i<<6 | mathbits.TrailingZeros64(s.some[i])
			bound := s.sums[d]
			s.sums[d] = 0
			if bound+rest < s.limit {
				continue
			}
			if err := s.candidate(uint64(n<<windowBits|d), bound, rest, s.terms[essential:]); err != nil {
				return err
			}
		}
	}
	return nil
}

// candidate looks the other terms up in an article that the essential ones have
// brought up, and scores it if it can still enter.
func (s *blockMax) candidate(doc uint64, bound, rest float64, others []*joined) error {
	for _, t := range others {
		rest -= t.most
		if i := t.list.find(t.start, t.end, doc); i >= 0 {
			bound += t.idf * float64(t.bounds[t.list.values[i]])
		}
		if bound+rest < s.limit {
			return nil
		}
	}
	if s.allowed != nil {
		if _, ok := slices.BinarySearch(s.allowed, doc); !ok {
			return nil
		}
	}
	return s.article(doc)
}

// article scores an article of the window and offers its best passage, unless
// it becomes clear on the way that none can enter.
//
// It adds in one order, so that equal articles get scores that are equal to the
// last bit, and the earlier one stays before the other. Rare terms go first:
// they decide, and the long postings of common terms are then often not needed.
func (s *blockMax) article(doc uint64) error {
	s.query.visited++
	s.matched = s.matched[:0]
	lengths := s.query.lists.lengths
	alone := s.query.lists.alone.has(doc)
	score, ahead := 0.0, 0.0 // of the article; of its passages at most
	for _, t := range s.terms {
		i := t.list.find(t.start, t.end, doc)
		if i < 0 {
			continue
		}
		freq, length := t.list.weight(i, doc)
		score += t.idf * saturation(freq, length, lengths.article(t.bigram))
		if !alone {
			length = freq // no passage is shorter than what it has of the term
		}
		t.ahead = t.idf * saturation(freq, length, lengths.passage(t.bigram))
		ahead += t.ahead
		s.matched = append(s.matched, t)
	}
	best := scored{article: doc, passage: doc, score: score}
	if alone {
		best.alone, best.score = true, score+ahead
		s.offer(best)
		return nil
	}
	n := s.query.lists.behind(doc) - doc - 1
	s.scores = slices.Grow(s.scores[:0], int(n))[:n]
	clear(s.scores)
	for _, t := range s.matched {
		if t.ofPassage == nil {
			if err := s.openPassages(t); err != nil {
				return err
			}
		}
		average := lengths.passage(t.bigram)
		err := t.ofPassage.between(doc+1, doc+1+n, func(d uint64, freq, length float64) {
			s.scores[d-doc-1] += t.idf * saturation(freq, length, average)
		})
		if err != nil {
			return err
		}
		ahead -= t.ahead
		if n > 0 && score+slices.Max(s.scores)+ahead < s.limit {
			return nil
		}
	}
	for i, p := range s.scores {
		if score+p > best.score {
			best.passage, best.score = doc+1+uint64(i), score+p
		}
	}
	s.offer(best)
	return nil
}

// openPassages opens the postings of a term in passages.
func (s *blockMax) openPassages(t *joined) (err error) {
	if t.made == nil && len(t.also) > 0 {
		if t.made, err = s.query.lists.clause(s.snapshot, t.clause, t.clause.passage); err != nil {
			return err
		}
	}
	if t.made != nil {
		t.ofPassage = &listCursor{postingList: t.made}
		return nil
	}
	t.ofPassage, err = s.query.lists.passages(s.snapshot, t.clause.passage, t.term)
	return err
}

// offer has an article enter, if it is one of the best.
func (s *blockMax) offer(a scored) {
	if len(s.top) < s.query.k {
		heap.Push(&s.top, a)
	} else if s.top.worse(s.top[0], a) {
		s.top[0] = a
		heap.Fix(&s.top, 0)
	}
	s.setLimit()
}

// topK is a heap of the best articles so far, the worst of them first; of
// equal scores the later document is the worse.
type topK []scored

func (h topK) Len() int           { return len(h) }
func (h topK) Less(i, j int) bool { return h.worse(h[i], h[j]) }
func (topK) worse(a, b scored) bool {
	if a.score != b.score {
		return a.score < b.score
	}
	return a.article > b.article
}
func (h topK) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *topK) Push(x any)   { *h = append(*h, x.(scored)) }
func (h *topK) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
