package index

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"math"
	"slices"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// BM25's parameters (Robertson and Zaragoza, "The Probabilistic Relevance
// Framework: BM25 and Beyond", 2009). Other values were tried on Vietnamese
// news and encyclopedia text, and none near these changed the results by more
// than noise.
const (
	k1 = 1.2
	b  = 0.75
)

// clause is one term of a question.
type clause struct {
	term             string
	article, passage string // fields
	bigram           bool
	loose            bool // a pair with a function syllable: ranks, and is no evidence
	time             bool // part of a time: ranks, chooses a sentence, and is no evidence
	weight           float64
}

// blockQuery ranks articles, each together with its best passage:
//
//	score = sum over terms of weight · idf · (BM25 in the article + BM25 in the passage)
//
// with idf over articles. Articles and passages are scored in one pass, as a
// block join: an article's passages are the documents that follow it, or it is
// its own one. Documents are taken in windows, those that may hold the best
// first, until no window is left that can hold one of the k best (Mallia, Suel
// and Tonellotto, "Faster Learned Sparse Retrieval with Block-Max Pruning",
// 2024), and of a window only the articles of which the terms together may
// still give enough. The scores are those of exhaustive scoring.
type blockQuery struct {
	clauses    []clause
	filter     []anyTerm // all of them must hold
	only       []string  // IDs of articles: nothing else is found, nil is no restriction
	texts      *texts    // those of articles, nil if they are not to be looked into
	lists      *lists    // those of the snapshot, nil if none are kept
	k          int
	exhaustive bool // score everything: for tests and measurements

	// lengths are those of the snapshot that was searched, set by the search.
	lengths lengths
	// found[i] is the number of articles with clause i, set by the search.
	found []uint64
	// visited counts articles of which the passages were scored.
	visited int
}

// scored is an article with its best passage.
type scored struct {
	article uint64
	passage uint64 // the article itself where no passage has a term
	alone   bool   // the article is its own passage
	score   float64
}

// joined is a clause with its postings.
type joined struct {
	*clause
	weigher
	idf        float64 // times the clause's weight
	list       *postingList
	ofPassage  *postingList // read when first needed
	order      int          // place among the terms
	start, end int          // of the window being looked at
	value      value        // in the article being scored
	most       float64      // no passage of that article gets more
}

// idf is the inverse document frequency of a term that df of n documents have.
func idf(df, n float64) float64 { return math.Log(1 + (n-df+0.5)/(df+0.5)) }

// saturation is BM25's weight of a term frequency in a field of that length.
func saturation(freq, length, average float64) float64 {
	return freq * (k1 + 1) / (freq + k1*(1-b+b*length/average))
}

// run gives the best articles of a snapshot, in no order.
func (q *blockQuery) run(ctx context.Context, r *scorch.IndexSnapshot) (top []scored, err error) {
	q.found = make([]uint64, len(q.clauses))
	if q.lists == nil {
		if q.lists, err = newLists(r, 0); err != nil {
			return nil, err
		}
	}
	if q.lengths = q.lists.lengths; q.k <= 0 || q.lengths.Articles == 0 {
		return nil, nil
	}
	allowed, names, err := q.allowed(r)
	if err != nil || allowed != nil && len(allowed) == 0 {
		return nil, err
	}
	made, err := q.texts.postings(ctx, q.clauses, allowed, names)
	if err != nil {
		return nil, err
	}
	if err := q.lists.mark(r); err != nil {
		return nil, err
	}
	s := blockMax{query: q, snapshot: r, allowed: allowed}
	for i := range q.clauses {
		c := &q.clauses[i]
		j := &joined{clause: c, weigher: q.lists.weigher(c.bigram)}
		if made != nil {
			q.found[i], err = q.lists.count(ctx, r, c.article, c.term)
			j.list = newPostingList(made.article[i], j.weigher, q.lists.alone.has)
			j.ofPassage = newPostingList(made.passage[i], j.weigher, q.lists.alone.has)
		} else if j.list, err = q.lists.get(r, c.article, c.term); err == nil {
			q.found[i] = uint64(j.list.len())
		}
		if err != nil {
			return nil, err
		}
		if j.list.len() > 0 {
			j.idf = c.weight * idf(float64(q.found[i]), float64(q.lengths.Articles))
			s.terms = append(s.terms, j)
		}
	}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	return s.top, nil
}

// blockMax is the state of one search.
type blockMax struct {
	query    *blockQuery
	snapshot *scorch.IndexSnapshot
	terms    []*joined // rare ones first: they decide
	allowed  []uint64  // the articles that may enter, in order; nil: all

	top     topK
	sums    [windowSize]float64 // bounds of the articles of a window
	matched []*joined
	scores  []float64 // of the passages of one article
}

// slack is what a sum of bounds is multiplied by, for it is not added up in the
// order of the scores.
const slack = 1 + 1e-9

// checkEvery is how many windows are looked at between looks at the deadline.
const checkEvery = 64

func (s *blockMax) run(ctx context.Context) error {
	slices.SortStableFunc(s.terms, func(a, b *joined) int { return cmp.Compare(b.idf, a.idf) })
	for i, t := range s.terms {
		t.order = i
	}
	bounds := make([]float64, s.query.lists.documents>>windowBits+1)
	for _, t := range s.terms {
		for _, w := range t.list.windows {
			bounds[w.number] += t.idf * float64(w.most) * slack
		}
	}
	var order []uint64
	for n, bound := range bounds {
		if bound > 0 && s.allows(uint64(n)) {
			order = append(order, uint64(n))
		}
	}
	slices.SortFunc(order, func(a, b uint64) int { return cmp.Or(cmp.Compare(bounds[b], bounds[a]), cmp.Compare(a, b)) })
	for i, n := range order {
		if i%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if bounds[n] < s.threshold() {
			return nil
		}
		if err := s.window(n); err != nil {
			return err
		}
	}
	return nil
}

// allows says whether there is an article in a window that may enter.
func (s *blockMax) allows(window uint64) bool {
	if s.allowed == nil {
		return true
	}
	at, _ := slices.BinarySearch(s.allowed, window<<windowBits)
	return at < len(s.allowed) && s.allowed[at]>>windowBits == window
}

// threshold is the score that an article must reach to enter.
func (s *blockMax) threshold() float64 {
	if s.query.exhaustive || len(s.top) < s.query.k {
		return math.Inf(-1)
	}
	return s.top[0].score
}

// window scores the articles of a window, as far as they can still enter.
func (s *blockMax) window(n uint64) error {
	clear(s.sums[:])
	for _, t := range s.terms {
		t.start, t.end = t.list.window(uint32(n))
		for i, v := range t.list.values[t.start:t.end] {
			s.sums[t.list.docs[t.start+i]] += t.idf * (t.own(v) + t.ahead(v))
		}
	}
	for i, bound := range s.sums {
		if bound == 0 || bound*slack < s.threshold() {
			continue
		}
		doc := n<<windowBits | uint64(i)
		if s.allowed != nil {
			if _, ok := slices.BinarySearch(s.allowed, doc); !ok {
				continue
			}
		}
		if err := s.article(doc); err != nil {
			return err
		}
	}
	return nil
}

// article scores an article of the window and offers its best passage, unless
// it becomes clear on the way that none can enter.
//
// It adds in one order, so that equal articles get scores that are equal to the
// last bit, and the earlier one stays before the other.
func (s *blockMax) article(doc uint64) error {
	s.query.visited++
	s.matched = s.matched[:0]
	score, ahead := 0.0, 0.0
	for _, t := range s.terms {
		i := bytes.IndexByte(t.list.docs[t.start:t.end], uint8(doc))
		if i < 0 {
			continue
		}
		t.value = t.list.values[t.start+i]
		score += t.idf * t.own(t.value)
		t.most = t.idf * t.ahead(t.value)
		ahead += t.most
		s.matched = append(s.matched, t)
	}
	best := scored{article: doc, passage: doc, score: score}
	if s.query.lists.alone.has(doc) {
		p := 0.0
		for _, t := range s.matched {
			p += t.most
		}
		best.alone, best.score = true, score+p
		s.offer(best)
		return nil
	}
	n := s.query.lists.behind(doc) - doc - 1
	s.scores = slices.Grow(s.scores[:0], int(n))[:n]
	clear(s.scores)
	for _, t := range s.matched {
		if t.ofPassage == nil {
			list, err := s.query.lists.get(s.snapshot, t.clause.passage, t.term)
			if err != nil {
				return err
			}
			t.ofPassage = list
		}
		t.ofPassage.between(doc+1, doc+1+n, func(d uint64, v value) {
			s.scores[d-doc-1] += t.idf * saturation(v.freq(), v.length(), t.weigher.passage)
		})
		ahead -= t.most
		if n > 0 && (score+slices.Max(s.scores)+ahead)*slack < s.threshold() {
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

// offer has an article enter, if it is one of the best.
func (s *blockMax) offer(a scored) {
	if len(s.top) < s.query.k {
		heap.Push(&s.top, a)
	} else if s.top.worse(s.top[0], a) {
		s.top[0] = a
		heap.Fix(&s.top, 0)
	}
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
