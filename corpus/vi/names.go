package vi

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName is how many syllables a name may have; a longer run of capitals
// is a line set in capitals.
const longestName = 12

// Names finds candidates for the names of persons, places and organisations,
// in order: runs of two or more capitalised syllables, and single ones behind
// a word that a name follows ("ông", "tỉnh", "nước"). A capital at the
// beginning of a sentence or quotation counts only when another follows it
// and it is not a function word or form of address. A title in capitals right
// before a name ("Chủ tịch UBND") may be taken with it.
func Names(s string) []Span {
	var names []Span
	for _, sentence := range Sentences(s) {
		text := s[sentence.Start:sentence.End]
		for _, n := range sentenceNames(text) {
			names = append(names, Span{sentence.Start + n.Start, sentence.Start + n.End})
		}
	}
	return names
}

func sentenceNames(s string) []Span {
	t := itemsOf(s)
	var names []Span
	for i := 0; i < len(t.list); {
		if !t.capital(i) || t.opens(i) && (IsStop(t.text(i)) || openers[t.text(i)] || address[t.text(i)]) {
			i++
			continue
		}
		n := i + 1
		for n < len(t.list) && t.capital(n) && t.continues(n) {
			n++
		}
		several := n-i > 1
		led := address[t.before(i)] || placeWords[t.before(i)]
		if n-i <= longestName && (several || led && !t.opens(i)) {
			names = append(names, Span{t.list[i].Start, t.list[n-1].End})
		}
		i = n
	}
	return names
}

// capital reports whether item i is written with a capital and is not a
// number in Roman digits; "V." is an initial.
func (t *items) capital(i int) bool {
	raw := t.list[i].raw
	r, _ := utf8.DecodeRuneInString(raw)
	return unicode.IsUpper(r) && (strings.Trim(raw, "IVX") != "" || strings.HasPrefix(t.s[t.list[i].End:], "."))
}

// opens reports whether item i is the first word of the sentence or of what
// stands behind a colon, an opening quote or a dash.
func (t *items) opens(i int) bool {
	if i == 0 {
		return true
	}
	if t.list[i].gap == "." && t.continues(i) {
		return false
	}
	return strings.ContainsAny(t.list[i].gap, `:"“‘«.?!…`) || strings.TrimLeft(t.list[i].gap, "-–—•*") == "" && t.list[i].gap != ""
}

// continues reports whether item n goes on with the name before it: only
// blanks between, or the full stop of an initial ("Nguyễn V. A").
func (t *items) continues(n int) bool {
	return t.list[n].near || t.list[n].gap == "." && (initial(t.list[n-1].raw) || pointed[strings.ToLower(t.list[n-1].raw)])
}

// address are words, in normal form, that the name of a person follows.
var address = set(`ông bà anh chị em cô chú bác cậu dì cụ cháu chí thầy bé sư
	sĩ tướng tá úy vua`)

// placeWords are words, in normal form, that the name of a place follows.
var placeWords = set(`nước tỉnh huyện xã phường phố làng thôn ấp bản sông hồ núi
	đảo vịnh cầu chợ đèo`)
