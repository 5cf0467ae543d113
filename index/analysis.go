package index

import (
	"strings"

	"trichdan/corpus/vi"
)

// term is one syllable, or compound kept whole, of an analysed text.
type term struct {
	vi.Span
	text  string
	whole bool // a compound; its parts follow
	apart bool // does not follow the syllable before it within one phrase
	// marked is a term of a question without diacritics with those that it
	// should have, sure how likely it is; see restored.
	marked string
	sure   float64
}

// analyzer turns text into terms. It keeps the folded form and the bigrams of
// what it has seen, so that a long run allocates little; it is not safe for
// concurrent use.
type analyzer struct {
	tokens  []vi.Token
	folded  map[string]string
	bigrams map[[2]string]string
	long    map[string][]string // long forms of abbreviations, as syllables
}

func newAnalyzer() *analyzer {
	return &analyzer{folded: map[string]string{}, bigrams: map[[2]string]string{}, long: map[string][]string{}}
}

// cacheLimit bounds what an analyzer remembers.
const cacheLimit = 200_000

// terms appends the terms of s to dst. A common abbreviation becomes the
// syllables of its long form, in articles as in questions, so that TP and
// thành phố are one; inside a document's number it stays.
func (z *analyzer) terms(dst []term, s string) []term {
	z.tokens = vi.AppendTokens(z.tokens[:0], s)
	skip, keep := 0, 0 // tokens before these offsets belong to an expanded, or numbered, compound
	for _, t := range z.tokens {
		if t.Start < skip {
			continue
		}
		if t.Whole && strings.ContainsAny(t.Text, "0123456789") {
			keep = t.End
		}
		if t.Start >= keep {
			if long, ok := z.expand(s[t.Start:t.End]); ok {
				for i, syllable := range long {
					dst = append(dst, term{Span: t.Span, text: syllable, apart: t.Break && i == 0})
				}
				skip = t.End
				continue
			}
		}
		dst = append(dst, term{Span: t.Span, text: t.Text, whole: t.Whole, apart: t.Break})
	}
	return dst
}

func (z *analyzer) expand(word string) ([]string, bool) {
	long, ok := vi.Expand(word)
	if !ok {
		return nil, false
	}
	syllables, ok := z.long[long]
	if !ok {
		syllables = strings.Fields(long)
		z.long[long] = syllables
	}
	return syllables, true
}

// fold is vi.Fold of a term, remembered.
func (z *analyzer) fold(text string) string {
	f, ok := z.folded[text]
	if !ok {
		if len(z.folded) > cacheLimit {
			clear(z.folded)
		}
		f = vi.Fold(text)
		z.folded[text] = f
	}
	return f
}

// bigram joins two syllables to the term under which their pair is indexed.
func (z *analyzer) bigram(a, b string) string {
	key := [2]string{a, b}
	s, ok := z.bigrams[key]
	if !ok {
		if len(z.bigrams) > cacheLimit {
			clear(z.bigrams)
		}
		s = a + bigramSeparator + b
		z.bigrams[key] = s
	}
	return s
}

const bigramSeparator = "_"

// pairs calls yield for each two adjacent syllables of a phrase, by index.
func pairs(terms []term, yield func(i, j int)) {
	last := -1
	for i, t := range terms {
		if t.whole {
			if t.apart {
				last = -1
			}
			continue
		}
		if last >= 0 && !t.apart {
			yield(last, i)
		}
		last = i
	}
}
