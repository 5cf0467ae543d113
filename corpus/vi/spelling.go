package vi

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// rhymesOf are the rhymes by what is left of them without their marks.
var rhymesOf = func() map[string][]string {
	m := map[string][]string{}
	for r := range spelledRhymes {
		f := foldNormal(r)
		m[f] = append(m[f], r)
	}
	return m
}()

// Spellings gives the well-formed syllables, in normal form, that are the given
// one without its diacritics, itself among them if it is one, in no order:
// "ma" gives ma, mà, má, mả, mã, mạ. There are none for what is no syllable of
// Vietnamese. Syllables that end in c, ch, p or t have two of the six tones
// (Đoàn Thiện Thuật, "Ngữ âm tiếng Việt", 1977).
func Spellings(folded string) []string {
	var list []string
	add := func(onset, rhyme string) {
		for _, r := range rhymesOf[rhyme] {
			if !fits(onset, r) {
				continue
			}
			list = appendTones(list, onset+r)
			if onset == "d" {
				list = appendTones(list, "đ"+r)
			}
		}
	}
	add("", folded)
	if folded == "gi" {
		list = appendTones(list, folded)
	}
	for _, onset := range onsets {
		rest, ok := strings.CutPrefix(folded, onset)
		if !ok || onset == "đ" {
			continue
		}
		add(onset, rest)
		if onset == "gi" && rest != "" { // giêng, gìn: one i for both
			for _, r := range rhymesOf["i"+rest] {
				list = appendTones(list, "g"+r)
			}
		}
	}
	return list
}

// appendTones appends a syllable without tone in all tones that it can have.
func appendTones(dst []string, bare string) []string {
	for tone := range uint8(len(toneMark)) {
		if s := inTone(bare, tone); canCarry(bare, tone) && !slices.Contains(dst, s) {
			dst = append(dst, s)
		}
	}
	return dst
}

// canCarry reports whether a syllable without tone can have that one.
func canCarry(bare string, tone uint8) bool {
	for _, stop := range []string{"c", "ch", "p", "t"} {
		if strings.HasSuffix(bare, stop) {
			return tone == acute || tone == dot
		}
	}
	return true
}

// inTone puts the tone of a syllable in its place.
func inTone(bare string, tone uint8) string {
	if tone == 0 {
		return bare
	}
	rs := []rune(bare)
	first, last := -1, 0
	for i, r := range rs {
		if l, ok := letterOf(r); ok && l.bare != 'đ' {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return bare
	}
	at := tonePlace(rs, first, last)
	rs[at] = toned[[2]rune{rs[at], rune(tone)}]
	return string(rs)
}

// Extends reports whether a syllable in normal form has every mark that a typed
// one has, and perhaps more of them: đường extends dường and đương, not dướng.
// The two must be one without diacritics.
func Extends(syllable, typed string) bool {
	tone, typedTone := uint8(0), uint8(0)
	for len(typed) > 0 && len(syllable) > 0 {
		r, n := utf8.DecodeRuneInString(syllable)
		t, m := utf8.DecodeRuneInString(typed)
		syllable, typed = syllable[n:], typed[m:]
		a, _ := letterOf(r)
		b, ok := letterOf(t)
		if !ok {
			if r != t && a.bare != 'đ' || t != r && t != 'd' {
				return false
			}
			continue
		}
		if b.bare != b.ascii && b.bare != a.bare {
			return false
		}
		tone, typedTone = max(tone, a.tone), max(typedTone, b.tone)
	}
	return typedTone == 0 || tone == typedTone
}

// Strip is text without diacritics, as it would have been typed: unlike Fold
// it keeps capitals.
func Strip(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFC.String(s) {
		switch l, ok := letterOf(r); {
		case !ok:
			b.WriteRune(r)
		case unicode.IsUpper(r):
			b.WriteRune(unicode.ToUpper(l.ascii))
		default:
			b.WriteRune(l.ascii)
		}
	}
	return b.String()
}
