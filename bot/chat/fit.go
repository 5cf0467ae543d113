package chat

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"trichdan/corpus/vi"
)

// How long the parts of a message may be that does not fit as it is, in
// characters but for the address. No chat takes longer ones.
const (
	longestQuote   = 4000
	longestText    = 8000
	longestTitle   = 300
	longestNote    = 300
	longestAddress = 2000 // bytes
	mostNotes      = 8
	mostLinks      = 100
)

// How long they stay, in characters, as long as there is something else to
// shorten or to leave out.
const (
	shortestQuote  = 120
	shortestText   = 600
	shortestTitle  = 100
	shortestSource = 60
)

// Fit makes a message short enough for a platform: fits says of a message
// whether it can be sent. The longest quotes are shortened first, at the ends
// of sentences where that is possible and around what answers. Where that is
// not enough the text is cut, links and then citations are left out from the
// end, but never the citation of the answer, then notes; the sentence that
// answers is the last to be shortened. A shortened quote is still a slice of
// the article, and its Span says which. m itself is not changed. If nothing
// fits the message is empty.
//
// Fit calls fits about forty times at most. It knows of no other limit: a part
// with one of its own, such as a title, is for the platform to Cut.
func Fit(m Message, fits func(Message) bool) Message {
	if fits(m) {
		return m
	}
	if m = m.trimmed(); fits(m) {
		return m
	}
	small := func(m Message) bool { return fits(m.quotesOf(shortestQuote)) }
	fit := small(m)
	for _, s := range steps {
		if fit {
			break
		}
		m, fit = largest(s.least(m), s.most(m), func(n int) Message { return s.cut(m, n) }, small)
	}
	if fit {
		// What the steps have made room for, the quotes may fill.
		m, _ = largest(shortestQuote, longestQuote, m.quotesOf, fits)
		return m
	}
	m = m.quotesOf(shortestQuote / 4)
	if m, fit = largest(1, longestQuote, m.answerOf, fits); fit {
		return m
	}
	return Message{}
}

// step makes a message shorter in one way: cut gives it with n, at least least
// and at most most, of something left.
type step struct {
	least, most func(Message) int
	cut         func(m Message, n int) Message
}

// steps are taken in this order, each to its end before the next begins.
var steps = []step{
	{
		func(m Message) int { return min(shortestText, utf8.RuneCountInString(m.Text)) },
		func(m Message) int { return utf8.RuneCountInString(m.Text) },
		func(m Message, n int) Message { m.Text = Cut(m.Text, n); return m },
	},
	{none, func(m Message) int { return len(m.Links) }, Message.linksOf},
	{
		func(m Message) int { return min(1, len(m.Citations)) },
		func(m Message) int { return len(m.Citations) },
		Message.citationsOf,
	},
	{none, func(m Message) int { return len(m.Notes) }, func(m Message, n int) Message { m.Notes = m.Notes[:n]; return m }},
	{none, none, func(m Message, _ int) Message { return m.terse() }},
	{
		none,
		func(m Message) int { return utf8.RuneCountInString(m.Text) },
		func(m Message, n int) Message { m.Text = Cut(m.Text, n); return m },
	},
}

func none(Message) int { return 0 }

// largest gives the message for the largest n that fits, from lo to hi, or the
// one for lo and false if none does. It takes for granted that with an n that
// fits all smaller ones do; where that is not so, the message fits all the same.
func largest(lo, hi int, of func(int) Message, fits func(Message) bool) (m Message, ok bool) {
	if m = of(lo); !fits(m) {
		return m, false
	}
	for lo < hi {
		n := lo + (hi-lo+1)/2
		if x := of(n); fits(x) {
			m, lo = x, n
		} else {
			hi = n - 1
		}
	}
	return m, true
}

// trimmed gives m without what is too long for any chat.
func (m Message) trimmed() Message {
	m.Notes = slices.Clone(m.Notes[:min(len(m.Notes), mostNotes)])
	for i := range m.Notes {
		m.Notes[i] = Cut(m.Notes[i], longestNote)
	}
	m.Text = Cut(m.Text, longestText)
	m = m.answerOf(longestQuote).quotesOf(longestQuote)
	for i := range m.Citations {
		c := &m.Citations[i]
		c.Title, c.Source, c.Sources = Cut(c.Title, longestTitle), Cut(c.Source, longestTitle), Cut(c.Sources, longestTitle)
		c.Link, c.LinkText = address(c.Link), Cut(c.LinkText, shortestTitle)
	}
	m.LinksTitle, m.Footer = Cut(m.LinksTitle, longestTitle), Cut(m.Footer, longestTitle)
	m.Links = slices.Clone(m.Links[:min(len(m.Links), mostLinks)])
	for i := range m.Links {
		l := &m.Links[i]
		l.Title, l.Source, l.URL = Cut(l.Title, longestTitle), Cut(l.Source, longestTitle), address(l.URL)
	}
	return m
}

// address drops one that is too long: a part of it would lead elsewhere.
func address(s string) string {
	if len(s) > longestAddress {
		return ""
	}
	return s
}

// terse gives m with no more than is needed to say where its quotes are from.
func (m Message) terse() Message {
	m.Citations = slices.Clone(m.Citations)
	for i := range m.Citations {
		c := &m.Citations[i]
		c.Title, c.Source, c.Sources = Cut(c.Title, shortestTitle), Cut(c.Source, shortestSource), ""
	}
	m.Footer = Cut(m.Footer, shortestSource)
	return m
}

// linksOf gives m with the first n links; without any the heading goes too.
func (m Message) linksOf(n int) Message {
	m.Links = m.Links[:n]
	if n == 0 {
		m.LinksTitle = ""
	}
	return m
}

// citationsOf gives m with n citations, the one of the answer among them.
func (m Message) citationsOf(n int) Message {
	if n >= len(m.Citations) {
		return m
	}
	kept := slices.Clone(m.Citations[:n])
	if m.Answer != nil && n > 0 {
		of := func(c Citation) bool { return c.N == m.Answer.N && c.N != 0 }
		if i := slices.IndexFunc(m.Citations, of); i >= n {
			kept[n-1] = m.Citations[i]
		}
	}
	m.Citations = kept
	return m
}

// answerOf gives m with at most n characters of the sentence that answers.
func (m Message) answerOf(n int) Message {
	if m.Answer == nil {
		return m
	}
	a := *m.Answer
	s := Shorten(a.Text, a.Mark, n)
	a.Before, a.After = a.Before || s.Start > 0, a.After || s.End < len(a.Text)
	a.Text, a.Mark = a.Text[s.Start:s.End], within(a.Text, a.Mark, s)
	m.Answer = &a
	return m
}

// quotesOf gives m with no quote longer than n characters.
func (m Message) quotesOf(n int) Message {
	m.Citations = slices.Clone(m.Citations)
	for i := range m.Citations {
		c := &m.Citations[i]
		s := Shorten(c.Quote, c.Mark, n)
		c.Before, c.After = c.Before || s.Start > 0, c.After || s.End < len(c.Quote)
		c.Quote, c.Mark = c.Quote[s.Start:s.End], within(c.Quote, c.Mark, s)
		c.Span = vi.Span{Start: c.Start + s.Start, End: c.Start + s.End}
	}
	return m
}

// within gives a mark of a text as one of a part of it.
func within(text string, mark, part vi.Span) vi.Span {
	mark = valid(text, mark)
	start, end := max(mark.Start, part.Start), min(mark.End, part.End)
	if start >= end {
		return vi.Span{}
	}
	return vi.Span{Start: start - part.Start, End: end - part.Start}
}

// valid gives a mark that is a stretch of the text, between characters, and
// none for one that is not.
func valid(text string, mark vi.Span) vi.Span {
	if mark.Start < 0 || mark.Start >= mark.End || mark.End > len(text) ||
		!utf8.RuneStart(text[mark.Start]) || mark.End < len(text) && !utf8.RuneStart(text[mark.End]) {
		return vi.Span{}
	}
	return mark
}

// Shorten gives the part of a text of at most n characters to show of it: the
// sentence with the mark, or the first, and of its neighbours as many whole
// sentences as there is room for; of a sentence that is too long, the words
// around the mark. Grapheme clusters stay whole unless one is longer than n. In
// a text that is many times too long for any chat it looks no further than
// there could be room for, and may begin or end within a sentence there.
func Shorten(text string, mark vi.Span, n int) vi.Span {
	runes := utf8.RuneCountInString(text)
	if runes <= n {
		return vi.Span{End: len(text)}
	}
	if mark = valid(text, mark); strings.TrimSpace(text[mark.Start:mark.End]) == "" {
		mark = vi.Span{} // there is nothing to show around white space
	}
	if near := 2 * longestQuote; n < near && runes > near {
		w := words(text, vi.Span{End: len(text)}, mark, near)
		s := Shorten(text[w.Start:w.End], within(text, mark, w), n)
		return vi.Span{Start: w.Start + s.Start, End: w.Start + s.End}
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
		return words(text, vi.Span{End: len(text)}, mark, n)
	}
	core := vi.Span{Start: sentences[first].Start, End: sentences[last].End}
	left := n - utf8.RuneCountInString(text[core.Start:core.End])
	if left < 0 {
		return words(text, core, mark, n)
	}
	for grown := true; grown; {
		grown = false
		if last+1 < len(sentences) {
			end := sentences[last+1].End
			if more := utf8.RuneCountInString(text[core.End:end]); more <= left {
				core.End, left, last, grown = end, left-more, last+1, true
			}
		}
		if first > 0 {
			start := sentences[first-1].Start
			if more := utf8.RuneCountInString(text[start:core.Start]); more <= left {
				core.Start, left, first, grown = start, left-more, first-1, true
			}
		}
	}
	return core
}

// words gives the part of at most n characters of text[in] that begins and ends
// with a word and holds the beginning of the mark.
func words(text string, in, mark vi.Span, n int) vi.Span {
	mark = vi.Span{Start: max(mark.Start, in.Start), End: min(mark.End, in.End)}
	if mark.End <= mark.Start {
		return vi.Span{Start: in.Start, End: in.Start + len(cut(text[in.Start:in.End], n))}
	}
	first := skipSpace(text, mark.Start, mark.End)
	start := first
	// Half of the room that the mark leaves is for what is before it.
	for room := (n - utf8.RuneCountInString(text[mark.Start:mark.End])) / 2; room > 0 && start > in.Start; room-- {
		_, size := utf8.DecodeLastRuneInString(text[:start])
		start -= size
	}
	if before, _ := utf8.DecodeLastRuneInString(text[:start]); start > in.Start && start < first && !unicode.IsSpace(before) {
		if i := strings.IndexFunc(text[start:first], unicode.IsSpace); i >= 0 {
			start += i
		} else {
			start = first
		}
	}
	start = skipSpace(text, start, first)
	end := start + len(cut(text[start:in.End], n))
	if end <= first { // it is in a long word, which was left out whole
		start, end = first, first+len(cut(text[first:in.End], n))
	}
	return vi.Span{Start: start, End: end}
}

// skipSpace gives the place of the first character of text[from:to] that is no
// white space, to if there is none.
func skipSpace(text string, from, to int) int {
	return to - len(strings.TrimLeftFunc(text[from:to], unicode.IsSpace))
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

// longestCluster is more bytes than a grapheme cluster has.
const longestCluster = 1000

// longestWord is how many bytes of a word are rather left out than shown cut.
const longestWord = 40

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
		if i := strings.LastIndexFunc(s[:end], unicode.IsSpace); i > end/2 || i > 0 && end-i <= longestWord {
			end = i
		} else {
			end = clusterStart(s, end)
		}
	}
	return strings.TrimRightFunc(s[:end], unicode.IsSpace)
}

// clusterStart is the last place at or before i that is between two extended
// grapheme clusters (Unicode Standard Annex #29), so that no letter loses its
// marks; i itself if all before it is one cluster.
func clusterStart(s string, i int) int {
	// Clusters are found from their beginning: that of the word, or a place so
	// far back that no cluster of a real text reaches there.
	from := max(strings.LastIndexFunc(s[:i], unicode.IsSpace), i-longestCluster, 0)
	for !utf8.RuneStart(s[from]) {
		from++
	}
	at := from
	for g := graphemes.FromString(s[from:]); g.Next() && from+g.End() <= i; {
		at = from + g.End()
	}
	if at == 0 {
		return i
	}
	return at
}
