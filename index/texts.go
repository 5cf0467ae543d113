package index

import (
	"context"
	"slices"
	"strings"
)

// texts makes the postings of a few articles from their texts. Those of the
// index can only be walked from the beginning of a segment, which for a common
// term are those of most articles before the one that is wanted; to take the
// terms out of some articles' readings costs less, and gives the same numbers.
type texts struct {
	index    *Index
	analyzer *analyzer
}

// mostTexts is for how many articles that is done: those of a digest. For
// more, the postings of the index are quicker, and the readings that are kept
// for all questions would make room for these.
const mostTexts = 200

// madePostings are those of a few articles and of their passages, by clause.
type madePostings struct {
	article, passage [][]posting
}

// postings makes the postings of all clauses in the articles that are allowed.
// It gives nil where those of the index are to be used.
func (ts *texts) postings(ctx context.Context, clauses []clause, allowed []uint64, names map[uint64]readingKey) (*madePostings, error) {
	if ts == nil || names == nil || len(allowed) > mostTexts {
		return nil, nil
	}
	keys := make([]readingKey, len(allowed))
	for i, doc := range allowed {
		keys[i] = names[doc]
	}
	readings, err := ts.index.readingsOf(ctx, ts.analyzer, keys)
	if err != nil || readings == nil {
		return nil, err
	}
	var made *madePostings
	for _, folded := range []bool{true, false} {
		if !slices.ContainsFunc(clauses, func(c clause) bool { return c.folded() == folded }) {
			continue
		}
		c := newCounter(ts.analyzer, folded, clauses)
		for i, r := range readings {
			c.article(allowed[i], r)
		}
		if made == nil {
			made = &c.made
			continue
		}
		for i, cl := range clauses {
			if cl.folded() == folded {
				made.article[i], made.passage[i] = c.made.article[i], c.made.passage[i]
			}
		}
	}
	return made, nil
}

// folded reports whether a clause is compared without diacritics.
func (c clause) folded() bool { return c.article == articleFolded || c.article == articleFoldedBi }

// readingsOf gives the readings of several articles; nil if the corpus does
// not have one of them any more.
func (x *Index) readingsOf(ctx context.Context, z *analyzer, keys []readingKey) ([]*reading, error) {
	list := make([]*reading, len(keys))
	var missing []string
	for i, key := range keys {
		if r, ok := x.readings.get(key); ok && r.laidOut.Load() {
			list[i] = r
		} else {
			missing = append(missing, key.id)
		}
	}
	if len(missing) == 0 {
		return list, nil
	}
	byID, err := x.articles.Articles(ctx, missing)
	if err != nil {
		return nil, err
	}
	for i, key := range keys {
		if list[i] != nil {
			continue
		}
		a := byID[key.id]
		if a == nil {
			return nil, nil
		}
		if a.Revision != key.revision {
			if a, err = x.articles.Revision(ctx, key.id, key.revision); err != nil {
				return nil, err
			}
		}
		list[i] = x.reading(z, a)
	}
	return list, nil
}

// counter counts the terms of clauses in readings, as newDocument counts all
// terms of articles: those that are compared with diacritics, or without.
type counter struct {
	z       *analyzer
	folded  bool
	clauses []clause
	uses    map[string]use // of the syllables of all clauses
	bigrams map[string]int // clauses by term
	made    madePostings

	words      []use // those of a reading
	own, inOne tally // of an article; of one of its passages
}

// use is what a syllable is to the clauses.
type use struct {
	clause      int  // of the syllable itself, -1 if there is none
	first, last bool // of a pair, perhaps
}

// tally is what has been counted.
type tally struct {
	freqs          []int // by clause
	terms, bigrams int
}

func newCounter(z *analyzer, folded bool, clauses []clause) *counter {
	n := len(clauses)
	c := &counter{z: z, folded: folded, clauses: clauses, uses: map[string]use{}, bigrams: map[string]int{},
		made: madePostings{article: make([][]posting, n), passage: make([][]posting, n)},
		own:  tally{freqs: make([]int, n)}, inOne: tally{freqs: make([]int, n)}}
	of := func(syllable string, f func(*use)) {
		u, ok := c.uses[syllable]
		if !ok {
			u.clause = -1
		}
		f(&u)
		c.uses[syllable] = u
	}
	for i, cl := range clauses {
		if cl.folded() != folded {
			continue
		}
		if !cl.bigram {
			of(cl.term, func(u *use) { u.clause = i })
			continue
		}
		c.bigrams[cl.term] = i
		// A syllable may have the separator in it: all ways to split are tried,
		// and which pair it is, is looked up.
		for at := range cl.term {
			if strings.HasPrefix(cl.term[at:], bigramSeparator) {
				of(cl.term[:at], func(u *use) { u.first = true })
				of(cl.term[at+len(bigramSeparator):], func(u *use) { u.last = true })
			}
		}
	}
	return c
}

// form is a word as the clauses have it.
func (c *counter) form(word string) string {
	if c.folded {
		return c.z.fold(word)
	}
	return word
}

// pair finds the clause of the pair that a token makes with the one before,
// -1 if there is none.
func (c *counter) pair(r *reading, before, t token) int {
	if !c.words[before.word].first || !c.words[t.word].last {
		return -1
	}
	if i, ok := c.bigrams[c.z.bigram(c.form(r.words[before.word]), c.form(r.words[t.word]))]; ok {
		return i
	}
	return -1
}

// article adds the postings of an article that is this document.
func (c *counter) article(doc uint64, r *reading) {
	c.words = c.words[:0]
	for _, w := range r.words {
		u, ok := c.uses[c.form(w)]
		if !ok {
			u.clause = -1
		}
		c.words = append(c.words, u)
	}
	c.own.reset()
	if !r.derived {
		for i, t := range r.headline {
			c.own.term(c.words[t.word].clause, headlineWeight)
			if t.back > 0 {
				c.own.bigram(c.pair(r, r.headline[i-int(t.back)], t), headlineWeight)
			}
		}
	}
	passage, begin := -1, 0 // the one that began last, with which token
	for i, t := range r.body {
		for passage+1 < len(r.passages) && int(t.start) >= r.passages[passage+1].Start {
			c.passage(doc, passage)
			passage, begin = passage+1, i
		}
		inside := passage >= 0 && int(t.start) < r.passages[passage].End
		clause := c.words[t.word].clause
		c.own.term(clause, 1)
		if inside {
			c.inOne.term(clause, 1)
		}
		if t.back > 0 {
			clause := c.pair(r, r.body[i-int(t.back)], t)
			c.own.bigram(clause, 1)
			if inside && i-int(t.back) >= begin {
				c.inOne.bigram(clause, 1)
			}
		}
	}
	c.passage(doc, passage)
	c.own.list(c.made.article, c.clauses, doc)
}

// passage adds the postings of a passage that has ended.
func (c *counter) passage(doc uint64, n int) {
	if n >= 0 {
		c.inOne.list(c.made.passage, c.clauses, doc+1+uint64(n))
	}
	c.inOne.reset()
}

func (y *tally) reset() {
	clear(y.freqs)
	y.terms, y.bigrams = 0, 0
}

func (y *tally) term(clause, weight int) {
	y.terms += weight
	if clause >= 0 {
		y.freqs[clause] += weight
	}
}

func (y *tally) bigram(clause, weight int) {
	y.bigrams += weight
	if clause >= 0 {
		y.freqs[clause] += weight
	}
}

// list appends what was counted to the postings, as those of a document.
func (y *tally) list(to [][]posting, clauses []clause, doc uint64) {
	for i, freq := range y.freqs {
		if freq == 0 {
			continue
		}
		p := posting{doc: doc, freq: freq, length: y.terms}
		if clauses[i].bigram {
			p.length = y.bigrams
		}
		to[i] = append(to[i], p)
	}
}
