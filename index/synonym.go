package index

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// alternative is a term that counts as the one of a clause wherever it stands,
// in the stream of syllables or in that of pairs.
type alternative struct {
	term   string
	bigram bool
}

// fields are those of an alternative, beside the clause's own.
func (a alternative) fields(folded bool) (article, passage string) {
	switch {
	case a.bigram && folded:
		return articleFoldedBi, passageFoldedBi
	case a.bigram:
		return articleBigrams, passageBigrams
	case folded:
		return articleFolded, passageFolded
	}
	return articleSyllables, passageSyllables
}

// clause gives the postings of a clause in one of its fields, of articles or of
// passages: with alternatives those of a synonym, as #syn of Indri (Metzler and
// Croft, "Combining the Language Model and Inference Network Approaches to
// Retrieval", 2004) has them. A document's frequency is the sum of all.
func (l *lists) clause(s *scorch.IndexSnapshot, c *clause, field string) (*postingList, error) {
	if len(c.also) == 0 {
		return l.get(s, field, c.term)
	}
	if err := l.mark(s); err != nil {
		return nil, err
	}
	all, err := readPostings(nil, s, field, c.term)
	if err != nil {
		return nil, fmt.Errorf("postings of %q in %s: %w", c.term, field, err)
	}
	for _, a := range c.also {
		other, ofPassage := a.fields(c.folded())
		if field == c.passage {
			other = ofPassage
		}
		if all, err = readPostings(all, s, other, a.term); err != nil {
			return nil, fmt.Errorf("postings of %q in %s: %w", a.term, other, err)
		}
	}
	return newPostingList(joinPostings(all), l.bounds(c.bigram), l.alone.has), nil
}

// alternatives has terms count as number n of the weights.
func (w *weights) alternatives(n int, list []alternative) {
	for _, a := range list {
		if w.also == nil {
			w.also = map[string][]int{}
		}
		w.also[a.term] = append(w.also[a.term], n)
	}
}

// findAlso adds to what was found the terms for which another one stands.
func (w *weights) findAlso(z *analyzer, q *Question, r *reading, tokens []token, found matches) matches {
	if len(w.also) == 0 {
		return found
	}
	for i, t := range tokens {
		word := q.form(z, r.words[t.word])
		for _, n := range w.also[word] {
			found = append(found, match{int(t.start), int(t.start), n})
		}
		if t.back == 0 {
			continue
		}
		before := tokens[i-int(t.back)]
		for _, n := range w.also[z.bigram(q.form(z, r.words[before.word]), word)] {
			found = append(found, match{int(before.start), int(t.start), n})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(a.last, b.last) })
	return found
}
