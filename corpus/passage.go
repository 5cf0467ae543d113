package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/corpus/vi"
)

// PassageRunes is the length, in runes, that a passage is meant to keep
// within. Of 400, 550, 600, 700 and 1000, it ranked best on Vietnamese news
// and encyclopedia text, and it is short enough to quote whole in a chat.
const PassageRunes = 700

// Passage is a stretch of whole sentences of an article, the unit of search
// and of citing: Body[Start:End].
type Passage struct {
	vi.Span
	N int // place within the article, from 0
}

// Split divides an article into passages. They are in order, do not overlap,
// begin and end with a sentence, and cover everything but white space.
//
// A paragraph of several sentences, of 200 runes or more, is a topic and shares
// no passage with another one. Paragraphs of one sentence, which some newspapers write
// throughout, are joined up to maxRunes, but not where a new speaker begins.
// A sub-heading goes with what follows it. Only a sentence that is itself
// longer makes a passage longer than maxRunes.
func Split(a *Article, maxRunes int) []Passage {
	var passages []Passage
	emit := func(start, end int) {
		passages = append(passages, Passage{Span: vi.Span{Start: start, End: end}, N: len(passages)})
	}
	var open *block // collected paragraphs, not yet emitted
	for _, b := range blocks(a.Body) {
		if open != nil {
			if open.joins(b, a, maxRunes) {
				open.end, open.runes = b.end, open.runes+1+b.runes
				open.sentences = append(open.sentences, b.sentences...)
				open.heading, open.full = b.heading, b.full
				continue
			}
			open.emit(maxRunes, emit)
		}
		open = &b
	}
	if open != nil {
		open.emit(maxRunes, emit)
	}
	return passages
}

// PassageAt gives the number of the passage of an article, split as it is for
// the index, in which the byte at offset lies; that of the last passage that
// begins before it where it lies in none, and 0 where there is none.
func PassageAt(a *Article, offset int) int {
	n := 0
	for _, p := range Split(a, PassageRunes) {
		if p.Start > offset {
			break
		}
		n = p.N
	}
	return n
}

// Cite makes the citation of the passage Body[span.Start:span.End]. It panics
// on a span outside the body, as slicing does: such a span is a bug, and a
// wrong quote must not leave the program.
func Cite(a *Article, span vi.Span) Citation {
	return Citation{
		ArticleID: a.ID, Revision: a.Revision, Story: a.Story,
		Title: a.Title, TitleDerived: a.TitleDerived,
		Outlet: a.Outlet, Author: a.Author, Published: a.Published,
		URL: a.URL, Path: a.Path,
		Quote: a.Body[span.Start:span.End], Span: span,
	}
}

// Citation is a quote with its source, all from one record of the corpus.
// Quote is byte for byte Body[Start:End] of that revision of the article.
type Citation struct {
	ArticleID    string
	Revision     int
	Story        string
	Title        string
	TitleDerived bool
	Outlet       string
	Author       string
	Published    Date
	URL          string
	Path         string
	Quote        string
	vi.Span
}

// block is one paragraph, or several short ones joined.
type block struct {
	text       string // the whole body
	start, end int
	runes      int
	sentences  []vi.Span
	heading    bool
	full       bool // a paragraph of several sentences
}

// blocks finds the paragraphs of a body.
func blocks(body string) []block {
	var list []block
	sentences := vi.Sentences(body)
	for len(sentences) > 0 {
		n := 1
		for n < len(sentences) && !strings.Contains(body[sentences[n-1].End:sentences[n].Start], "\n") {
			n++
		}
		b := block{text: body, start: sentences[0].Start, end: sentences[n-1].End, sentences: sentences[:n:n]}
		b.runes = utf8.RuneCountInString(body[b.start:b.end])
		b.full = n > 1 && b.runes >= fullRunes
		b.heading = isHeading(body[b.start:b.end], b.runes)
		list = append(list, b)
		sentences = sentences[n:]
	}
	return list
}

const (
	fullRunes    = 200 // a paragraph of two sentences or more this long stands alone
	headingRunes = 80
)

// isHeading recognises a sub-heading: short, and without a final mark.
func isHeading(s string, runes int) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return runes <= headingRunes && !strings.ContainsRune(".!?…:;,”\"’)", last)
}

// joins reports whether b may stand in one passage with what is open.
func (open *block) joins(b block, a *Article, maxRunes int) bool {
	switch {
	case open.heading:
		return true
	case b.heading, open.full, b.full, open.runes+1+b.runes > maxRunes:
		return false
	case a.LeadLen > 0 && open.start < a.LeadLen && open.runes >= fullRunes:
		return false // the lead sums up the article, the next paragraph begins it
	default:
		return !newSpeaker(a.Body[b.start:b.end])
	}
}

// newSpeaker reports whether a paragraph begins by saying who speaks, or with
// a quotation.
func newSpeaker(paragraph string) bool {
	r, _ := utf8.DecodeRuneInString(paragraph)
	if strings.ContainsRune("“\"«-–", r) {
		return true
	}
	if head, _, ok := strings.Cut(paragraph, ":"); ok && utf8.RuneCountInString(head) <= 100 {
		return true
	}
	words := strings.FieldsFunc(paragraph, func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
	if len(words) == 0 {
		return false
	}
	switch vi.Normalize(words[0]) {
	case "theo", "ông", "bà", "anh", "chị":
		return true
	}
	return false
}

// emit gives out the passages of a block, of about equal length where it is
// too long for one.
func (open *block) emit(maxRunes int, emit func(start, end int)) {
	start, done := open.start, 0
	for i, s := range open.sentences {
		if i+1 == len(open.sentences) {
			emit(start, s.End)
			return
		}
		next := open.sentences[i+1]
		length := utf8.RuneCountInString(open.text[start:s.End])
		withNext := utf8.RuneCountInString(open.text[start:next.End])
		left := open.runes - done
		parts := (left + maxRunes - 1) / maxRunes
		target := left / max(parts, 1)
		if withNext > maxRunes || parts > 1 && withNext-target > target-length {
			emit(start, s.End)
			done += length
			start = next.Start
		}
	}
}
