package chat

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"trichdan/corpus/vi"
)

// How long, in characters, the small parts of a message may be, and the steps
// in which quotes get shorter.
const (
	longestTitle = 300
	longestNote  = 300
)

var quoteSteps = []int{4000, 2000, 1400, 1000, 700, 500, 350, 250, 160, 100, 60}

// Fit makes a message short enough for a platform: fits says of a message
// whether it can be sent. Quotes are shortened, at the ends of sentences where
// that is possible and around what answers; where that is not enough, citations
// and links are left out from the end, and at last the bot's own words are cut.
// A shortened quote is still a slice of the article, and its Span says which.
// m itself is not changed. If nothing fits the message is empty.
func Fit(m Message, fits func(Message) bool) Message {
	if fits(m) {
		return m
	}
	m.Notes = slices.Clone(m.Notes)
	for i := range m.Notes {
		m.Notes[i] = Cut(m.Notes[i], longestNote)
	}
	m.Citations = slices.Clone(m.Citations)
	for i := range m.Citations {
		c := &m.Citations[i]
		c.Title, c.Source, c.Sources = Cut(c.Title, longestTitle), Cut(c.Source, longestTitle), Cut(c.Sources, longestTitle)
	}
	m.LinksTitle, m.Footer = Cut(m.LinksTitle, longestTitle), Cut(m.Footer, longestTitle)
	m.Links = slices.Clone(m.Links)
	for i := range m.Links {
		m.Links[i].Title, m.Links[i].Source = Cut(m.Links[i].Title, longestTitle), Cut(m.Links[i].Source, longestTitle)
	}
	whole := m
	for _, n := range quoteSteps {
		if m = whole.shortened(n); fits(m) {
			return m
		}
	}
	for len(m.Citations) > 1 {
		m.Citations = m.Citations[:len(m.Citations)-1]
		if fits(m) {
			return m
		}
	}
	for len(m.Links) > 0 {
		m.Links = m.Links[:len(m.Links)-1]
		if fits(m) {
			return m
		}
	}
	for len(m.Notes) > 0 {
		m.Notes = m.Notes[:len(m.Notes)-1]
		if fits(m) {
			return m
		}
	}
	for i := range m.Citations {
		c := &m.Citations[i]
		c.Title, c.Source, c.Sources = Cut(c.Title, 100), Cut(c.Source, 60), ""
	}
	text := m.Text
	for n := utf8.RuneCountInString(text); n >= 0; n = n*3/4 - 1 {
		if m.Text = Cut(text, n); fits(m) {
			return m
		}
	}
	return Message{}
}

// shortened gives m with no quote longer than n characters.
func (m Message) shortened(n int) Message {
	if m.Answer != nil {
		a := *m.Answer
		s := Shorten(a.Text, a.Mark, n)
		a.Before, a.After = a.Before || s.Start > 0, a.After || s.End < len(a.Text)
		a.Text, a.Mark = a.Text[s.Start:s.End], within(a.Mark, s)
		m.Answer = &a
	}
	m.Citations = slices.Clone(m.Citations)
	for i := range m.Citations {
		c := &m.Citations[i]
		s := Shorten(c.Quote, c.Mark, n)
		c.Before, c.After = c.Before || s.Start > 0, c.After || s.End < len(c.Quote)
		c.Quote, c.Mark = c.Quote[s.Start:s.End], within(c.Mark, s)
		c.Span = vi.Span{Start: c.Start + s.Start, End: c.Start + s.End}
	}
	return m
}

// within gives a mark of a text as one of a part of it.
func within(mark, part vi.Span) vi.Span {
	start, end := max(mark.Start, part.Start), min(mark.End, part.End)
	if start >= end {
		return vi.Span{}
	}
	return vi.Span{Start: start - part.Start, End: end - part.Start}
}

// Shorten gives the part of a text of at most n characters to show of it: the
// sentence with the mark, or the first, and of its neighbours as many whole
// sentences as there is room for; of a sentence that is too long, the words
// around the mark. Grapheme clusters stay whole unless one is longer than n.
func Shorten(text string, mark vi.Span, n int) vi.Span {
	runes := func(s vi.Span) int { return utf8.RuneCountInString(text[s.Start:s.End]) }
	whole := vi.Span{End: len(text)}
	if runes(whole) <= n {
		return whole
	}
	sentences := vi.Sentences(text)
	first, last := -1, -1
	for i, s := range sentences {
		if first < 0 && (mark.End <= mark.Start || s.End > mark.Start) {
			first, last = i, i
		}
		if mark.End > mark.Start && s.Start < mark.End {
			last = max(last, i)
		}
	}
	if first < 0 {
		return words(text, whole, mark, n)
	}
	core := vi.Span{Start: sentences[first].Start, End: sentences[last].End}
	if runes(core) > n {
		return words(text, core, mark, n)
	}
	for grown := true; grown; {
		grown = false
		if last+1 < len(sentences) {
			if s := (vi.Span{Start: core.Start, End: sentences[last+1].End}); runes(s) <= n {
				core, last, grown = s, last+1, true
			}
		}
		if first > 0 {
			if s := (vi.Span{Start: sentences[first-1].Start, End: core.End}); runes(s) <= n {
				core, first, grown = s, first-1, true
			}
		}
	}
	return core
}

// words gives the part of at most n characters of text[in] that begins and ends
// with a word and holds the beginning of the mark.
func words(text string, in, mark vi.Span, n int) vi.Span {
	start := in.Start
	if mark.End > mark.Start && mark.Start >= in.Start && mark.End <= in.End {
		// Half of the room that the mark leaves is for what is before it.
		room := max(n-utf8.RuneCountInString(text[mark.Start:mark.End]), 0) / 2
		for start = mark.Start; start > in.Start && room > 0; room-- {
			_, size := utf8.DecodeLastRuneInString(text[in.Start:start])
			start -= size
		}
		if start > in.Start {
			if i := strings.IndexFunc(text[start:mark.Start], unicode.IsSpace); i >= 0 {
				start += i
			} else {
				start = mark.Start
			}
			start += len(text[start:mark.End]) - len(strings.TrimLeftFunc(text[start:mark.End], unicode.IsSpace))
		}
	}
	end := start + len(cut(text[start:in.End], n))
	return vi.Span{Start: start, End: end}
}

// Cut gives the beginning of a text, at most n characters of it; where that is
// not the whole, it ends with a whole word and "…".
func Cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	if n < 2 {
		return ""
	}
	return cut(s, n-1) + "…"
}

// cut gives the beginning of a text up to the last end of a word in its first n
// characters, or, if that is far from there, of a grapheme cluster.
func cut(s string, n int) string {
	end := 0
	for i := 0; i < n && end < len(s); i++ {
		_, size := utf8.DecodeRuneInString(s[end:])
		end += size
	}
	if end == len(s) {
		return s
	}
	if next, _ := utf8.DecodeRuneInString(s[end:]); !unicode.IsSpace(next) {
		if i := strings.LastIndexFunc(s[:end], unicode.IsSpace); i > end/2 {
			end = i
		} else {
			end = clusterStart(s, end)
		}
	}
	return strings.TrimRightFunc(s[:end], unicode.IsSpace)
}

// clusterStart is the last place at or before i where a character may be taken
// off from the one before it: not before a combining mark, a variation
// selector, an emoji modifier or a joiner, nor behind a joiner, nor in the
// middle of a flag.
func clusterStart(s string, i int) int {
	for at := i; at > 0; {
		r, _ := utf8.DecodeRuneInString(s[at:])
		before, size := utf8.DecodeLastRuneInString(s[:at])
		if !extends(r) && before != '\u200d' && (!regional(r) || !regional(before)) && norm.NFC.FirstBoundaryInString(s[at:]) == 0 {
			return at
		}
		at -= size
	}
	return i // one cluster, longer than there is room
}

func extends(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) || r == '\u200d' ||
		0x1F3FB <= r && r <= 0x1F3FF || 0xE0020 <= r && r <= 0xE007F
}

func regional(r rune) bool { return 0x1F1E6 <= r && r <= 0x1F1FF }
