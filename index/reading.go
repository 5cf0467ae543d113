package index

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// reading is an article taken apart, for looking for evidence in it. It
// depends on no question and never changes, so that all questions share it.
type reading struct {
	// passages and sentences are there after layout.
	passages       []corpus.Passage
	sentences      []vi.Span
	once           sync.Once
	laidOut        atomic.Bool
	words          []string // the different terms of headline and body
	headline, body []token
	derived        bool // the headline repeats the beginning of the body
}

// token is a term of a reading. An article has about a thousand of them, so
// they are small.
type token struct {
	start, end uint32 // offsets into the headline or the body
	word       uint32 // which of the words
	// back is how many tokens before this one the syllable stands that makes a
	// pair with it; 0 if none does. Only compounds stand between the two, and
	// the parts of each follow it, so it is 2 at most.
	back         uint8
	whole, apart bool // see term
}

// readingBytes bounds the memory of the readings that are kept: of a
// thousand articles or so, each taking about four times its text.
const readingBytes = 16 << 20

// readingKey names what a reading is made from. The content of a revision
// never changes.
type readingKey struct {
	id       string
	revision int
}

// reading gives the reading of an article, the one that is kept if there is.
func (x *Index) reading(z *analyzer, a *corpus.Article) *reading {
	r := x.words(z, a)
	r.layout(a)
	return r
}

// words is reading without the layout, which costs as much as the words: for the
// second stage, which has no use for it.
func (x *Index) words(z *analyzer, a *corpus.Article) *reading {
	key := readingKey{a.ID, a.Revision}
	r, ok := x.readings.get(key)
	if !ok {
		r = readWords(z, a)
		x.readings.put(key, r, r.size())
	}
	return r
}

// read takes an article apart.
func read(z *analyzer, a *corpus.Article) *reading {
	r := readWords(z, a)
	r.layout(a)
	return r
}

// layout finds the passages and sentences of the reading's article, once.
func (r *reading) layout(a *corpus.Article) {
	r.once.Do(func() {
		r.passages, r.sentences = slices.Clip(corpus.Split(a, corpus.PassageRunes)), slices.Clip(vi.Sentences(a.Body))
		r.laidOut.Store(true)
	})
}

// readWords takes the words of an article apart.
func readWords(z *analyzer, a *corpus.Article) *reading {
	r := &reading{derived: a.TitleDerived}
	known := map[string]uint32{}
	tokens := func(text string) []token {
		terms := z.terms(nil, text)
		list := make([]token, len(terms))
		for i, t := range terms {
			word, ok := known[t.text]
			if !ok {
				word = uint32(len(r.words))
				known[t.text] = word
				r.words = append(r.words, t.text)
			}
			list[i] = token{start: uint32(t.Start), end: uint32(t.End), word: word, whole: t.whole, apart: t.apart}
		}
		pairs(terms, func(i, j int) { list[j].back = uint8(j - i) })
		return list
	}
	r.headline, r.body = tokens(a.Title), tokens(a.Body)
	// Copied, the words take no more than they need and keep no text alive.
	all := strings.Join(r.words, "")
	for i, w := range r.words {
		r.words[i], all = all[:len(w)], all[len(w):]
	}
	return r
}

const (
	// sentenceTerms and passageTerms are how many terms a sentence and a passage
	// have at least, on average, where size has to guess.
	sentenceTerms = 16
	passageTerms  = 80
)

// size is about how many bytes a reading takes when it is laid out.
func (r *reading) size() int {
	n := int(unsafe.Sizeof(*r))
	n += (1 + len(r.body)/passageTerms) * int(unsafe.Sizeof(corpus.Passage{}))
	n += (1 + len(r.body)/sentenceTerms) * int(unsafe.Sizeof(vi.Span{}))
	n += (cap(r.headline) + cap(r.body)) * int(unsafe.Sizeof(token{}))
	n += cap(r.words) * int(unsafe.Sizeof(""))
	for _, w := range r.words {
		n += len(w)
	}
	return n
}

// terms gives the terms that begin inside a span of the body, in the form in
// which the question is compared.
func (r *reading) terms(z *analyzer, q *Question, span vi.Span) []term {
	var list []term
	for _, t := range r.body[firstAt(r.body, span.Start, func(t token) int { return int(t.start) }):] {
		if int(t.start) >= span.End {
			break
		}
		list = append(list, term{
			Span: vi.Span{Start: int(t.start), End: int(t.end)},
			text: q.form(z, r.words[t.word]), whole: t.whole, apart: t.apart,
		})
	}
	return list
}

// form is a term as the question is compared with it.
func (q *Question) form(z *analyzer, term string) string {
	if q.Folded {
		return z.fold(term)
	}
	return term
}
