package vi

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Definition is a place where a text says what a short form stands for.
type Definition struct {
	Short Span // one token, as Tokens has it: "NHNN", "GD&ĐT"
	Long  Span // "Ngân hàng Nhà nước"
	// Guess: initials do not tell where the long form begins, see Acronyms.
	Guess bool
}

// Definitions finds, in order of their short forms, the places where a text
// explains an abbreviation by its initials: "Ban Chỉ đạo (BCĐ)", "BCĐ (Ban Chỉ
// đạo)", "Ban Chỉ đạo (sau đây viết tắt là BCĐ)", "Ban Chỉ đạo, viết tắt là
// BCĐ".
//
// The method is that of Schwartz and Hearst ("A Simple Algorithm for
// Identifying Abbreviation Definitions in Biomedical Text", PSB 2003): the
// short form is aligned with the words beside it from right to left. Here the
// words are syllables and each capital is the initial of one, đ may be written
// d, small letters belong to the capital before them (ThS, TTg), and only
// function syllables may be left out (GD&ĐT, giáo dục và đào tạo).
func Definitions(s string) []Definition {
	var list []Definition
	add := func(at int, read func(s string, at int) (Definition, bool)) {
		if d, ok := read(s, at); ok {
			list = append(list, d)
		}
	}
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], '(')
		if i < 0 {
			break
		}
		at += i
		add(at, bracketed)
	}
	for at := 0; ; at += len(announcement) {
		i := strings.Index(s[at:], announcement)
		if i < 0 {
			break
		}
		at += i
		add(at, announced)
	}
	slices.SortFunc(list, func(a, b Definition) int { return cmp.Compare(a.Short.Start, b.Short.Start) })
	return slices.CompactFunc(list, func(a, b Definition) bool { return a.Short.Start < b.Short.End && b.Short.Start < a.Short.End })
}

// announcement ends what is said before an abbreviation outside parentheses:
// "viết tắt là", "gọi tắt là".
const announcement = " tắt là "

const (
	longestInside = 96  // bytes of a parenthesis that may hold a definition
	longestShort  = 24  // bytes of a short form
	longestLong   = 256 // bytes before a parenthesis that are looked at
	mostUnits     = 10  // initials of a short form
)

// bracketed reads the definition at an opening parenthesis.
func bracketed(s string, open int) (d Definition, ok bool) {
	inner, ok := insideOf(s, open)
	if !ok {
		return d, false
	}
	if short, ok := readShort(s, inner); ok {
		return d.withLong(s, short, open)
	}
	if at := strings.LastIndexByte(s[inner.Start:inner.End], ' '); at >= 0 && cued(s[inner.Start:inner.Start+at]) {
		if short, ok := readShort(s, trimQuotes(s, Span{inner.Start + at, inner.End})); ok {
			return d.withLong(s, short, open)
		}
	}
	// BCĐ (Ban Chỉ đạo)
	before := strings.TrimRight(s[:open], " ")
	begin := strings.LastIndexAny(before, " \n\t(") + 1
	short, ok := readShort(s, trimQuotes(s, Span{begin, len(before)}))
	if !ok {
		return d, false
	}
	words, ok := wordsBefore(s, inner.Start, inner.End)
	if !ok {
		return d, false
	}
	if from, ok := align(unitsOf(s[short.Start:short.End]), words); ok && from == 0 {
		return Definition{Short: short, Long: Span{words[0].Start, words[len(words)-1].End}}, true
	}
	return d, false
}

// insideOf is what stands in the parentheses that open there, if it is short.
func insideOf(s string, open int) (Span, bool) {
	inside := s[open+1 : min(len(s), open+1+longestInside)]
	end := strings.IndexAny(inside, "()\n")
	if end < 0 || inside[end] != ')' {
		return Span{}, false
	}
	return trimQuotes(s, Span{open + 1, open + 1 + end}), true
}

// announced reads the definition around an announcement, which stands behind a
// comma: "Ban Chỉ đạo, sau đây viết tắt là BCĐ".
func announced(s string, at int) (d Definition, ok bool) {
	before := s[max(0, at-longestInside):at]
	comma := strings.LastIndexByte(before, ',')
	if comma < 0 || !cued(before+" tắt") {
		return d, false
	}
	begin := at + len(announcement)
	behind := s[begin:min(len(s), begin+longestShort)]
	if end := strings.IndexAny(behind, " ,;)\n"); end >= 0 {
		behind = behind[:end]
	}
	short, ok := readShort(s, trimQuotes(s, Span{begin, begin + len(strings.TrimRight(behind, ".:"))}))
	if !ok {
		return d, false
	}
	return d.withLong(s, short, at-len(before)+comma)
}

// cued reports whether text ends in the words before an abbreviation.
func cued(text string) bool {
	text = strings.TrimRight(strings.TrimSpace(text), ":")
	text = strings.TrimSuffix(text, " là")
	return strings.HasSuffix(text, "iết tắt") || strings.HasSuffix(text, "ọi tắt") || strings.HasSuffix(text, "au đây gọi")
}

// withLong finds the long form of a short one that ends before an offset.
func (d Definition) withLong(s string, short Span, end int) (Definition, bool) {
	units := unitsOf(s[short.Start:short.End])
	words, ok := wordsBefore(s, windowStart(s, end), end)
	if !ok {
		return d, false
	}
	// Schwartz and Hearst look at min(n+5, 2n) words for n letters.
	words = words[max(0, len(words)-min(len(units)+5, 2*len(units))):]
	if from, ok := align(units, words); ok {
		return Definition{Short: short, Long: Span{words[from].Start, words[len(words)-1].End}}, true
	}
	return d, false
}

// windowStart is where the text of a line begins, before an offset, that may
// hold a long form: at the beginning of a word.
func windowStart(s string, end int) int {
	start := max(0, end-longestLong)
	if at := strings.LastIndexByte(s[start:end], '\n'); at >= 0 {
		return start + at + 1
	}
	if start == 0 {
		return 0
	}
	if at := strings.IndexByte(s[start:end], ' '); at >= 0 {
		return start + at
	}
	return end
}

// wordsBefore are the syllables of s[start:end], from behind the last mark that
// no name has in it, an abbreviation among them as those of its long form. A
// mark right before the end leaves none.
func wordsBefore(s string, start, end int) (words []Token, ok bool) {
	last, compound := start, Span{}
	for _, t := range Tokens(s[start:end]) {
		t.Start, t.End = t.Start+start, t.End+start
		if t.Whole {
			compound = t.Span
			continue
		}
		if (t.Start <= compound.Start || t.Start >= compound.End) && strings.ContainsAny(s[last:t.Start], ".;:!?()…") {
			words = words[:0]
		}
		last = t.End
		if long, ok := Expand(s[t.Start:t.End]); ok {
			for syllable := range strings.FieldsSeq(long) {
				words = append(words, Token{Span: t.Span, Text: syllable})
			}
			continue
		}
		words = append(words, t)
	}
	if strings.Trim(s[last:end], " \u00a0”\"") != "" {
		return nil, false
	}
	return words, len(words) > 0
}

// shortForm reports whether a span is what an abbreviation looks like: one
// token of at least two capitals, and none a number in Roman digits.
func readShort(s string, span Span) (Span, bool) {
	text := s[span.Start:span.End]
	if len(text) < 2 || len(text) > longestShort || strings.Trim(text, "IVX") == "" {
		return span, false
	}
	first, _ := utf8.DecodeRuneInString(text)
	capitals := 0
	for _, r := range text {
		if unicode.IsUpper(r) {
			capitals++
		}
	}
	if !unicode.IsUpper(first) || capitals < 2 {
		return span, false
	}
	t := Tokens(text)
	return span, len(t) > 0 && t[0].Start == 0 && t[0].End == len(text)
}

// trimQuotes is a span without blanks and quotation marks around it.
func trimQuotes(s string, span Span) Span {
	const marks = " \u00a0“”\"‘’'"
	text := strings.TrimRight(s[span.Start:span.End], marks)
	inner := strings.TrimLeft(text, marks)
	start := span.Start + len(text) - len(inner)
	return Span{start, start + len(inner)}
}
