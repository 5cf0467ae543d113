package index

import (
	"context"
	"errors"
	"math"

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
	also             []alternative
	lent             float64 // of its weight as evidence, to a loose clause of the same term
}

// blockQuery ranks articles, each together with its best passage:
//
//	score = sum over terms of weight · idf · (BM25 in the article + BM25 in the passage)
//
// with idf over articles. Articles and passages are scored in one pass, as a
// block join: an article's passages are the documents that follow it, or it is
// its own one. What cannot reach the k best any more is left out, see blockMax.
// The scores are those of exhaustive scoring.
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
	bounds    bounds
	idf       float64 // times the clause's weight
	list      listCursor
	ofPassage passages     // opened when first needed
	made      *postingList // what it walks, nil for the index
	// Of the window that is being looked at: its postings, and the most that one
	// of them adds.
	start, end int
	most       float64
	ahead      float64 // the most that a passage of the article being scored adds
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
		j := &joined{clause: c, bounds: q.lists.bounds(c.bigram)}
		if made != nil {
			q.found[i], err = q.lists.count(ctx, r, c.article, c.term)
			j.list.postingList = newPostingList(made.article[i], j.bounds, q.lists.alone.has)
			j.made = newPostingList(made.passage[i], j.bounds, q.lists.alone.has)
		} else if j.list.postingList, err = q.lists.clause(r, c, c.article); err == nil {
			q.found[i] = uint64(j.list.len())
		}
		if err != nil {
			return nil, err
		}
		if q.found[i] > 0 && j.list.len() > 0 {
			j.idf = c.weight * idf(float64(q.found[i]), float64(q.lengths.Articles))
			s.terms = append(s.terms, j)
		}
	}
	defer func() { err = errors.Join(err, s.rewind()) }()
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	return s.top, nil
}
