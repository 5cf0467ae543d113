package index

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	index "github.com/blevesearch/bleve_index_api"
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
	also             []alternative
}

// blockQuery ranks articles, each together with its best passage:
//
//	score = sum over terms of weight · idf · (BM25 in the article + BM25 in the passage)
//
// with idf over articles. Articles and passages are scored in one pass, as a
// block join: an article's passages are the documents that follow it. Articles
// that cannot reach the k best any more are skipped by MaxScore (Turtle and
// Flood, "Query Evaluation: Strategies and Optimizations", 1995): terms whose
// bounds together stay below the k-th score are looked up only in articles
// that another term has brought up, and an article's passages only when what
// they could add matters. The scores are those of exhaustive scoring.
type blockQuery struct {
	clauses    []clause
	filter     []anyTerm // all of them must hold
	only       []string  // IDs of articles: nothing else is found, nil is no restriction
	texts      *texts    // those of articles, nil if they are not to be looked into
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
	score   float64
}

// joined is a clause with its open postings.
type joined struct {
	*clause
	article, passage *cursor // passage is opened when first needed
	idf              float64
	bound            float64 // no article and passage together get more from it
	ahead            float64 // no passage of the article being visited gets more from it
	order            int     // place among the terms
	own              float64 // what it adds to the article that is being visited
}

// idf is the inverse document frequency of a term that df of n documents have.
func idf(df, n float64) float64 { return math.Log(1 + (n-df+0.5)/(df+0.5)) }

// saturation is BM25's weight of a term frequency in a field of that length.
func saturation(freq, length, average float64) float64 {
	return freq * (k1 + 1) / (freq + k1*(1-b+b*length/average))
}

// run gives the best articles of a snapshot, in no order.
func (q *blockQuery) run(ctx context.Context, r index.IndexReader) (top []scored, err error) {
	q.found = make([]uint64, len(q.clauses))
	var cursors []*cursor
	defer func() {
		for _, c := range cursors {
			err = errors.Join(err, c.close())
		}
	}()
	open := func(field, term string) (*cursor, error) {
		c, err := openCursor(ctx, r, field, term)
		if err != nil {
			return nil, fmt.Errorf("postings of %q in %s: %w", term, field, err)
		}
		cursors = append(cursors, c)
		return c, nil
	}
	b, err := r.GetInternal(stateKey)
	if err != nil {
		return nil, err
	}
	state, err := decodeState(b)
	if err != nil {
		return nil, err
	}
	q.lengths = state.Lengths
	if q.k <= 0 || q.lengths.Articles == 0 {
		return nil, nil
	}
	allowed, names, err := q.allowed(r, open)
	if err != nil || allowed != nil && len(allowed) == 0 {
		return nil, err
	}
	made, err := q.texts.postings(ctx, q.clauses, allowed, names)
	if err != nil {
		return nil, err
	}
	terms := make([]*joined, 0, len(q.clauses))
	for i := range q.clauses {
		c, err := openClause(open, &q.clauses[i], false)
		if err != nil {
			return nil, err
		}
		df := c.count()
		if q.found[i] = df; df == 0 {
			continue
		}
		j := &joined{clause: &q.clauses[i], article: c}
		j.idf = j.weight * idf(float64(df), float64(q.lengths.Articles))
		j.bound = 2 * j.idf * (k1 + 1) * (1 + 1e-9)
		if made != nil {
			j.article, j.passage = &cursor{list: made.article[i]}, &cursor{list: made.passage[i]}
		}
		if allowed != nil {
			err = j.article.advance(allowed[0])
		} else {
			err = j.article.next()
		}
		if err != nil {
			return nil, err
		}
		terms = append(terms, j)
	}
	var count *cursor
	if made != nil {
		count = &cursor{list: made.count}
	} else if count, err = open(countField, countField); err != nil {
		return nil, err
	}
	s := maxScore{query: q, open: open, count: count, terms: terms, allowed: allowed}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	return s.top, nil
}

// maxScore is the state of one search.
type maxScore struct {
	query   *blockQuery
	open    func(field, term string) (*cursor, error)
	count   *cursor // the number of passages of each article
	terms   []*joined
	allowed []uint64 // the articles that may enter, in order; nil: all

	sums    []float64 // sums[i] is the sum of the bounds of terms[:i+1]
	first   int       // terms[first:] are essential: without one of them no article enters
	top     topK
	matched []*joined
	scores  []float64 // of the passages of one article
}

// checkEvery is how many articles are visited between looks at the deadline.
const checkEvery = 1024

func (s *maxScore) run(ctx context.Context) error {
	slices.SortStableFunc(s.terms, func(a, b *joined) int { return cmp.Compare(a.bound, b.bound) })
	total := 0.0
	for i, t := range s.terms {
		t.order = i
		total += t.bound
		s.sums = append(s.sums, total)
	}
	for n := 0; ; n++ {
		if n%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		doc := s.candidate()
		if doc == exhausted {
			return nil
		}
		if s.allowed == nil {
			if err := s.visit(doc); err != nil {
				return err
			}
			if err := s.pass(doc); err != nil {
				return err
			}
			continue
		}
		at, ok := slices.BinarySearch(s.allowed, doc)
		if ok {
			if err := s.visit(doc); err != nil {
				return err
			}
			at++
		}
		if s.allowed = s.allowed[at:]; len(s.allowed) == 0 {
			return nil
		}
		if err := s.skip(s.allowed[0]); err != nil {
			return err
		}
	}
}

// candidate is the next article that one of the essential terms has.
func (s *maxScore) candidate() uint64 {
	doc := uint64(exhausted)
	for _, t := range s.terms[s.first:] {
		doc = min(doc, t.article.doc)
	}
	return doc
}

// pass moves the essential terms past an article.
func (s *maxScore) pass(doc uint64) error {
	for _, t := range s.terms[s.first:] {
		if t.article.doc == doc {
			if err := t.article.next(); err != nil {
				return err
			}
		}
	}
	return nil
}

// skip moves the essential terms to the first article not before doc.
func (s *maxScore) skip(doc uint64) error {
	for _, t := range s.terms[s.first:] {
		if err := t.article.advance(doc); err != nil {
			return err
		}
	}
	return nil
}

// threshold is the score that an article must exceed to enter.
func (s *maxScore) threshold() float64 {
	if s.query.exhaustive || len(s.top) < s.query.k {
		return math.Inf(-1)
	}
	return s.top[0].score
}

// visit scores one article, as far as it can still enter.
func (s *maxScore) visit(doc uint64) error {
	threshold := s.threshold()
	score, bound := 0.0, 0.0 // of the article; of its passages
	s.matched = s.matched[:0]
	take := func(t *joined) {
		t.own = t.idf * saturation(t.article.freq, t.article.length, s.query.lengths.article(t.bigram))
		score += t.own
		// A passage has no more of the term than its article, and is no shorter
		// than what it has of it.
		t.ahead = t.idf * saturation(t.article.freq, t.article.freq, s.query.lengths.passage(t.bigram)) * (1 + 1e-9)
		bound += t.ahead
		s.matched = append(s.matched, t)
	}
	for _, t := range s.terms[s.first:] {
		if t.article.doc != doc {
			continue
		}
		take(t)
	}
	alive := true
	for i := s.first - 1; i >= 0; i-- {
		if alive = score+bound+s.sums[i] > threshold; !alive {
			break
		}
		t := s.terms[i]
		if err := t.article.advance(doc); err != nil {
			return err
		}
		if t.article.doc == doc {
			take(t)
		}
	}
	if alive && score+bound > threshold {
		if err := s.passages(doc, bound, threshold); err != nil {
			return err
		}
	}
	for threshold = s.threshold(); s.first < len(s.terms) && s.sums[s.first] <= threshold; s.first++ {
	}
	return nil
}

// passages scores the passages of an article and offers the best one, unless
// it becomes clear on the way that none can enter. bound is the sum of what
// passages may add to the article's score.
//
// It adds in one order, however the terms came up, so that equal articles get
// scores that are equal to the last bit, and the earlier one stays before the
// other. Rare terms go first: they decide, and the long postings of common
// terms are then often not needed.
func (s *maxScore) passages(doc uint64, bound, threshold float64) error {
	s.query.visited++
	slices.SortFunc(s.matched, func(a, b *joined) int { return b.order - a.order })
	score := 0.0
	for _, t := range s.matched {
		score += t.own
	}
	if err := s.count.advance(doc); err != nil {
		return err
	}
	if s.count.doc != doc {
		return fmt.Errorf("document %d has no number of passages", doc)
	}
	n := uint64(s.count.freq)
	s.scores = slices.Grow(s.scores[:0], int(n))[:n]
	clear(s.scores)
	for _, t := range s.matched {
		if t.passage == nil {
			c, err := openClause(s.open, t.clause, true)
			if err != nil {
				return err
			}
			t.passage = c
		}
		average := s.query.lengths.passage(t.bigram)
		err := t.passage.advance(doc + 1)
		for ; err == nil && t.passage.doc <= doc+n; err = t.passage.next() {
			s.scores[t.passage.doc-doc-1] += t.idf * saturation(t.passage.freq, t.passage.length, average)
		}
		if err != nil {
			return err
		}
		bound -= t.ahead
		if n > 0 && score+slices.Max(s.scores)+bound <= threshold {
			return nil
		}
	}
	best := scored{article: doc, passage: doc, score: score}
	for i, p := range s.scores {
		if score+p > best.score {
			best.passage, best.score = doc+1+uint64(i), score+p
		}
	}
	if len(s.top) < s.query.k {
		heap.Push(&s.top, best)
	} else if best.score > s.top[0].score {
		s.top[0] = best
		heap.Fix(&s.top, 0)
	}
	return nil
}

// topK is a heap of the best articles so far, the worst of them first; of
// equal scores the later document is the worse.
type topK []scored

func (h topK) Len() int { return len(h) }
func (h topK) Less(i, j int) bool {
	if h[i].score != h[j].score {
		return h[i].score < h[j].score
	}
	return h[i].article > h[j].article
}
func (h topK) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *topK) Push(x any)   { *h = append(*h, x.(scored)) }
func (h *topK) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
