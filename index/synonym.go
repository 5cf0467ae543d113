package index

import (
	"cmp"
	"math"
	"slices"
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

// openClause opens the postings of a clause in articles, or in passages: with
// alternatives those of a synonym, as #syn of Indri (Metzler and Croft,
// "Combining the Language Model and Inference Network Approaches to Retrieval",
// 2004) has them. A document's frequency is the sum of all, and the document
// frequency that of the commonest, which is close to that of the union and
// needs no walk.
func openClause(open func(field, term string) (*cursor, error), c *clause, passage bool) (*cursor, error) {
	field := c.article
	if passage {
		field = c.passage
	}
	own, err := open(field, c.term)
	if err != nil || len(c.also) == 0 {
		return own, err
	}
	either := []*cursor{own}
	for _, a := range c.also {
		article, ofPassage := a.fields(c.article == articleFolded || c.article == articleFoldedBi)
		if field = article; passage {
			field = ofPassage
		}
		other, err := open(field, a.term)
		if err != nil {
			return nil, err
		}
		either = append(either, other)
	}
	return &cursor{either: either}, nil
}

// count is how many documents a cursor has that was opened, about.
func (c *cursor) count() uint64 {
	if c.either == nil {
		return c.reader.Count()
	}
	n := uint64(0)
	for _, e := range c.either {
		n = max(n, e.count())
	}
	return n
}

// nextEither moves to the following document of any of a synonym's terms.
func (c *cursor) nextEither() error {
	for _, e := range c.either {
		if e.begun && e.doc != c.doc {
			continue
		}
		if err := e.next(); err != nil {
			return err
		}
	}
	c.join()
	return nil
}

// advanceEither moves to the first document of any that is not before doc.
func (c *cursor) advanceEither(doc uint64) error {
	for _, e := range c.either {
		if err := e.advance(doc); err != nil {
			return err
		}
	}
	c.join()
	return nil
}

// join makes one posting of those that stand at the first document. Its length
// is the longer one, so that no term is more frequent than the text is long.
func (c *cursor) join() {
	c.begun = true
	c.posting = posting{doc: math.MaxUint64}
	for _, e := range c.either {
		switch {
		case e.doc > c.doc || e.doc == exhausted:
		case e.doc < c.doc:
			c.posting = e.posting
		default:
			c.freq += e.freq
			c.length = max(c.length, e.length)
		}
	}
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
