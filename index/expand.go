package index

import (
	"context"
	"errors"
	"slices"
	"strings"

	index "github.com/blevesearch/bleve_index_api"

	"trichdan/corpus/vi"
)

// Expansion is an abbreviation or a long form of the question that was searched
// for together with the other one, because articles explain it.
type Expansion struct {
	Term string // as it stands in the question
	// As is the other form: a long one in normal form, an abbreviation in
	// capitals.
	As       string
	Short    bool // Term is the abbreviation
	Articles int  // how many explain it, at least 1
}

// synonym is an abbreviation that stands for some terms of the question.
type synonym struct {
	short    string // as the question is compared
	from, to int    // terms[from:to]
}

// expander looks definitions up in a snapshot.
type expander struct {
	ctx    context.Context
	reader index.IndexReader
	z      *analyzer
	q      *Question
	keys   *definedKeys
}

// expand makes each abbreviation that articles explain, and its long form, one
// and the same: of "NHNN" in a question come the syllables of "ngân hàng nhà
// nước", as analysis does with common abbreviations, and "nhnn" in an article
// counts as each of them. So a question finds the same with either form.
func (q *Question) expand(ctx context.Context, r index.IndexReader, z *analyzer, keys *definedKeys) error {
	if q.Expansions != nil {
		return nil // it was ranked before
	}
	x := expander{ctx, r, z, q, keys}
	for i := 0; i < len(q.terms); {
		n, err := x.at(i)
		if err != nil {
			return err
		}
		i += max(n, 1)
	}
	return nil
}

// at looks for an abbreviation, or else a long form, that begins at a term of
// the question, and gives how many terms it has now.
func (x *expander) at(i int) (n int, err error) {
	q := x.q
	if x.mayBeShort(i) {
		d, count, err := x.meaning(q.terms[i].text)
		if err != nil {
			return 0, err
		}
		if count > 0 {
			x.replace(i, d.long)
			x.note(i, d, count, true)
			return len(d.long), nil
		}
	}
	d, count, err := x.explained(i)
	if err != nil || count == 0 {
		return 0, err
	}
	x.note(i, d, count, false)
	return len(d.long), nil
}

// shortLower is how many letters an abbreviation in lower case has, at least:
// km and kg are units.
const shortLower = 3

// mayBeShort reports whether a term may be an abbreviation: in lower case only
// of consonants. The names of most organisations are English words, too: who,
// is, fed.
func (x *expander) mayBeShort(i int) bool {
	t := x.q.terms[i]
	if x.q.cut[i] || i > 0 && x.q.terms[i-1].End >= t.End || i+1 < len(x.q.terms) && !t.whole && x.q.terms[i+1].Start < t.End {
		return false // a part of a compound, or expanded already
	}
	raw := x.q.scored[t.Start:t.End]
	if strings.ToUpper(raw) == raw && strings.ToUpper(x.q.scored) != x.q.scored {
		return len([]rune(t.text)) >= 2 && strings.Trim(t.text, "0123456789.,:/-") != ""
	}
	folded := x.z.fold(t.text)
	return len(folded) >= shortLower && !strings.ContainsAny(folded, "aeiouy") && strings.Trim(folded, "0123456789.,:/-") != ""
}

// form is a term of an article as the question is compared with it.
func (x *expander) form(s string) string { return x.q.form(x.z, s) }

// meaning is the long form of an abbreviation, and how many articles give it; 0
// if there is none.
func (x *expander) meaning(short string) (best definition, count int, err error) {
	folded := x.z.fold(short)
	h := x.keys.hash(byShort)
	if h.add(folded); !x.keys.has(h) {
		return best, 0, nil
	}
	list, err := x.lookup(byShort+partSeparator+folded+partSeparator, func(d definition) bool {
		return x.form(d.short) == short || folded == short
	})
	d := agreed(list)
	return d.definition, d.count, err
}

// explained is the definition of the longest long form that begins at a term.
func (x *expander) explained(i int) (best definition, count int, err error) {
	terms := together(x.q.terms[i:])
	h := x.keys.hash(byLong)
	var lengths []int
	for n, t := range terms {
		h.add(x.z.fold(t.text))
		if n > 0 && x.keys.has(h) {
			lengths = append(lengths, n+1)
		}
	}
	for _, n := range slices.Backward(lengths) {
		var long []string
		for _, t := range terms[:n] {
			long = append(long, t.text)
		}
		list, err := x.lookup(byLong+partSeparator+vi.Fold(strings.Join(long, " "))+partSeparator, func(d definition) bool {
			return slices.EqualFunc(d.long, long, func(a, b string) bool { return x.form(a) == b })
		})
		if err != nil {
			return best, 0, err
		}
		slices.SortStableFunc(list, func(a, b defined) int { return b.count - a.count })
		for _, c := range list {
			// Not where the short form mostly means something else.
			m, articles, err := x.meaning(x.form(c.short))
			if err != nil || articles > 0 && slices.Equal(m.long, c.long) {
				return m, articles, err
			}
		}
	}
	return best, 0, nil
}

// together are the terms at the beginning of a list that are syllables of one
// phrase, as far as a long form may go.
func together(terms []term) []term {
	n := 0
	for n < len(terms) && n < longestLong && !terms[n].whole && (n == 0 || !terms[n].apart) {
		n++
	}
	return terms[:n]
}

// mostDefinitions bounds how many definitions of one prefix are looked at.
const mostDefinitions = 256

// lookup lists the definitions whose terms begin with a prefix and that are
// wanted.
func (x *expander) lookup(prefix string, wanted func(definition) bool) (list []defined, err error) {
	dict, err := x.reader.FieldDictPrefix(definitionField, []byte(prefix))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, dict.Close()) }()
	for len(list) < mostDefinitions {
		e, err := dict.Next()
		if err != nil || e == nil {
			return list, err
		}
		d, ok := parseDefinition(e.Term)
		if !ok || d.guess && e.Count < leastGuessed || !wanted(d) {
			continue
		}
		// The dictionary counts articles that are withdrawn, too.
		r, err := x.reader.TermFieldReader(x.ctx, []byte(e.Term), definitionField, false, false, false)
		if err != nil {
			return nil, err
		}
		n := int(r.Count())
		if err := r.Close(); err != nil {
			return nil, err
		}
		if n > 0 {
			list = append(list, defined{d, n})
		}
	}
	return list, nil
}

// replace puts the syllables of a long form in the place of an abbreviation.
func (x *expander) replace(i int, long []string) {
	q := x.q
	old := q.terms[i]
	n := 1
	for i+n < len(q.terms) && q.terms[i+n].Start < old.End {
		n++ // the parts of a compound
	}
	terms, kept := make([]term, len(long)), make([]bool, len(long))
	for j, syllable := range long {
		text := x.form(syllable)
		terms[j] = term{Span: old.Span, text: text, apart: old.apart && j == 0}
		kept[j] = !vi.IsStop(syllable) || q.Folded && !vi.IsStopFolded(text)
	}
	q.terms = slices.Replace(q.terms, i, i+n, terms...)
	q.kept = slices.Replace(q.kept, i, i+n, kept...)
	q.cut = slices.Replace(q.cut, i, i+n, make([]bool, len(long))...)
}

// note makes the terms from i on a synonym of an abbreviation.
func (x *expander) note(i int, d definition, articles int, written bool) {
	q := x.q
	end := i + len(d.long)
	q.synonyms = append(q.synonyms, synonym{x.form(d.short), i, end})
	e := Expansion{Term: q.scored[q.terms[i].Start:q.terms[end-1].End], As: strings.ToUpper(d.short), Short: written, Articles: articles}
	if written {
		e.As = strings.Join(d.long, " ")
	}
	q.Expansions = append(q.Expansions, e)
}

// alternatives of a syllable of the question, or, with j not i, of the pair of
// two: where a synonym covers them, its abbreviation; where one of a pair
// stands before or behind it, the pair with the abbreviation.
func (q *Question) alternatives(z *analyzer, i, j int) []alternative {
	var list []alternative
	for _, s := range q.synonyms {
		in := func(k int) bool { return k >= s.from && k < s.to }
		switch {
		case in(i) && in(j):
			list = append(list, alternative{term: s.short})
		case in(j):
			list = append(list, alternative{z.bigram(q.terms[i].text, s.short), true})
		case in(i):
			list = append(list, alternative{z.bigram(s.short, q.terms[j].text), true})
		}
	}
	return list
}
