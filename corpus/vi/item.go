package vi

import (
	"strings"
	"time"
	"unicode"
)

// item is one word of running text as the recognisers of dates and numbers
// see it: a token, where a compound counts as one.
type item struct {
	Span
	raw  string // as written
	text string // normal form
	near bool   // only blanks stand between it and the item before
	gap  string // what stands between, trimmed
}

// items are the words of a text.
type items struct {
	s    string
	list []item
	// plain says that the text is typed without diacritics: then words are
	// compared without them.
	plain bool
	// now resolves "năm nay" and its like; zero where only what is written
	// counts.
	now time.Time
}

func itemsOf(s string) items {
	t := items{s: s, plain: !HasDiacritics(s)}
	end := 0
	for _, k := range Tokens(s) {
		if k.Start < end {
			continue // a part of the compound before it
		}
		gap := s[end:k.Start]
		t.list = append(t.list, item{
			Span: k.Span, raw: s[k.Start:k.End], text: k.Text,
			gap:  strings.TrimSpace(gap),
			near: len(t.list) > 0 && strings.Trim(gap, " \u00a0\t") == "",
		})
		end = k.End
	}
	return t
}

// text is the normal form of item i, or "" beyond either end.
func (t *items) text(i int) string {
	if i < 0 || i >= len(t.list) {
		return ""
	}
	return t.list[i].text
}

// next is text, but "" where more than blanks stand before item i.
func (t *items) next(i int) string {
	if i <= 0 || i >= len(t.list) || !t.list[i].near {
		return ""
	}
	return t.list[i].text
}

// before is the normal form of the item directly before i, or "".
func (t *items) before(i int) string {
	if i <= 0 || i >= len(t.list) || !t.list[i].near {
		return ""
	}
	return t.list[i-1].text
}

// is reports whether word is one of the words in a list (normal form,
// separated by blanks), or, in a text without diacritics, looks like one.
func (t *items) is(word, list string) bool {
	if word == "" {
		return false
	}
	for w := range strings.FieldsSeq(list) {
		if w == word || t.plain && foldNormal(w) == word {
			return true
		}
	}
	return false
}

// phrase reports whether the items from i on are the words of a phrase with
// only blanks between them, and gives the index behind them.
func (t *items) phrase(i int, phrase string) (int, bool) {
	first := true
	for w := range strings.FieldsSeq(phrase) {
		if i >= len(t.list) || !first && !t.list[i].near || !t.is(t.list[i].text, w) {
			return 0, false
		}
		first = false
		i++
	}
	return i, true
}

// anyPhrase is phrase for the first of several phrases, separated by "|".
func (t *items) anyPhrase(i int, phrases string) (int, bool) {
	for p := range strings.SplitSeq(phrases, "|") {
		if n, ok := t.phrase(i, p); ok {
			return n, true
		}
	}
	return 0, false
}

// touches reports whether item i stands between two marks, as in brackets.
func (t *items) touches(i int, open, closing string) bool {
	k := t.list[i]
	return strings.HasSuffix(strings.TrimRightFunc(t.s[:k.Start], unicode.IsSpace), open) &&
		strings.HasPrefix(strings.TrimLeftFunc(t.s[k.End:], unicode.IsSpace), closing)
}

// allDigits reports whether s is a not empty run of ASCII digits.
func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// number is the value of a short run of digits, or -1.
func number(s string) int {
	if !allDigits(s) || len(s) > 4 {
		return -1
	}
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// isYear reports whether s is a year that news speak of, 1900 to 2099.
func isYear(s string) bool { n := number(s); return n >= 1900 && n <= 2099 }
