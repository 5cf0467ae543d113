package index

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// rankingBytes bounds the memory of the rankings that are kept: of two thousand
// questions or so.
const rankingBytes = 2 << 20

// ranking is what a query has found in a snapshot. It never changes.
type ranking struct {
	list    []ranked
	weights *weights
}

// size is about how many bytes it takes.
func (r ranking) size() int {
	n := 0
	for _, a := range r.list {
		n += 64 + len(a.id)
	}
	if r.weights != nil {
		n += 100 * len(r.weights.of) // each term twice, with its numbers
	}
	return n
}

// key tells queries apart that may find different things: by their text, which
// the second stage reads, their terms, filters and options.
func (q *blockQuery) key(text string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %d %q %t %q\n", text, q.k, q.only, q.only == nil, q.filter)
	for _, c := range q.clauses {
		fmt.Fprintf(&b, "%#v\n", c)
	}
	return b.String()
}

// cached gives the ranking of a query in the snapshot of its lists, with whom
// it is forgotten: the one that is kept, unless it shall be made anew, or what
// rank gives, which is kept then.
func (q *blockQuery) cached(ctx context.Context, text string, anew bool, rank func() (ranking, error)) ([]ranked, *weights, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	key := q.key(text)
	r, ok := q.lists.rankings.get(key)
	if !ok || anew {
		var err error
		if r, err = rank(); err != nil {
			return nil, nil, err
		}
		kept := ranking{slices.Clone(r.list), r.weights}
		for i := range kept.list {
			kept.list[i].article = nil // no article is kept for a question
		}
		q.lists.rankings.put(key, kept, kept.size()+len(key))
	}
	return slices.Clone(r.list), r.weights, nil
}
