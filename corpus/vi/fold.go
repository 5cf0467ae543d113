package vi

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// letter is what one precomposed Vietnamese letter is made of.
type letter struct {
	lower rune // lower case, with its tone
	bare  rune // lower case, without its tone: ế -> ê
	ascii rune // without any mark: ế -> e, đ -> d
	tone  uint8
}

// The five written tones; 0 is the level tone, which has no mark.
const (
	grave uint8 = iota + 1
	acute
	hook
	tilde
	dot
)

var toneMark = [...]rune{grave: '\u0300', acute: '\u0301', hook: '\u0309', tilde: '\u0303', dot: '\u0323'}

// letters covers every code point up to the last Vietnamese one (ỹ, U+1EF9);
// an entry with lower 0 is not a Vietnamese vowel or đ. toned finds the
// precomposed letter of a bare vowel and a tone.
var letters, toned = alphabet()

func alphabet() (*[0x1F00]letter, map[[2]rune]rune) {
	letters, toned := new([0x1F00]letter), map[[2]rune]rune{}
	for _, bare := range "aăâeêioôơuưy" {
		for tone := range len(toneMark) {
			s := string(bare)
			if tone > 0 {
				s = norm.NFC.String(s + string(toneMark[tone]))
			}
			r, _ := utf8.DecodeRuneInString(s)
			ascii, _ := utf8.DecodeRuneInString(norm.NFD.String(string(bare)))
			l := letter{lower: r, bare: bare, ascii: ascii, tone: uint8(tone)}
			letters[r], letters[unicode.ToUpper(r)] = l, l
			toned[[2]rune{bare, rune(tone)}] = r
		}
	}
	// U+00D0 and U+00F0 are Icelandic eth, which careless keyboards and old
	// code pages put where Vietnamese has đ; Vietnamese has no eth.
	for _, r := range "đĐÐð" {
		letters[r] = letter{lower: 'đ', bare: 'đ', ascii: 'd'}
	}
	return letters, toned
}

func letterOf(r rune) (letter, bool) {
	if r < rune(len(letters)) && letters[r].lower != 0 {
		return letters[r], true
	}
	return letter{}, false
}

// Normalize brings text to the form in which it is compared: NFC, lower case,
// đ for its look-alike ð, and the tone mark of each syllable where the rule of
// modern schoolbooks before 1980 puts it ("hòa", "ủy", "khỏe"), whichever of
// the two placements, or slip, it was written with.
func Normalize(s string) string {
	// Twice, because some small letters compose whose capitals do not.
	s = norm.NFC.String(strings.ToLower(norm.NFC.String(s)))
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		n := runLen(s, false)
		b.WriteString(s[:n])
		s = s[n:]
		n = runLen(s, true)
		// A mark that did not compose: no syllable of any spelling.
		if run := s[:n]; strings.ContainsFunc(run, isMark) {
			b.WriteString(run)
		} else {
			b.WriteString(syllable(run))
		}
		s = s[n:]
	}
	return b.String()
}

// runLen is the length of the run at the start of s of letters and their
// marks, or of everything else.
func runLen(s string, letters bool) int {
	n := strings.IndexFunc(s, func(r rune) bool { return (unicode.IsLetter(r) || isMark(r)) != letters })
	if n < 0 {
		return len(s)
	}
	return n
}

func isMark(r rune) bool { return r >= 0x300 && unicode.Is(unicode.M, r) }

// Fold is Normalize without diacritics: "Đổi mới" gives "doi moi".
func Fold(s string) string { return foldNormal(Normalize(s)) }

// foldNormal drops the diacritics of already normalised text.
func foldNormal(s string) string {
	plain := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		b.WriteString(FoldLetter(r))
	}
	return b.String()
}

// FoldLetter is Fold of one letter, or mark, of normalised text.
func FoldLetter(r rune) string {
	if r < utf8.RuneSelf {
		return string(r)
	}
	if l, ok := letterOf(r); ok {
		return string(l.ascii)
	}
	return bareForeign(r)
}

// bareForeign drops the marks of a letter that is not Vietnamese: ü -> u.
func bareForeign(r rune) string {
	var b strings.Builder
	for _, d := range norm.NFD.String(string(r)) {
		if !isMark(d) {
			b.WriteRune(d)
		}
	}
	return norm.NFC.String(b.String()) // scripts that compose without marks
}

// HasDiacritics reports whether text carries any Vietnamese mark (a tone, or
// the sign of ă â đ ê ô ơ ư). A question without one was typed in a hurry and
// is searched without diacritics.
func HasDiacritics(s string) bool {
	for _, r := range norm.NFC.String(s) {
		if l, ok := letterOf(r); ok && l.ascii != l.lower {
			return true
		}
	}
	return false
}

// syllable normalises one run of letters (NFC). Most words of running text
// are in normal form already and come back as they are, without a copy.
func syllable(s string) string {
	var buf [24]rune
	rs := buf[:0]
	tone, toneAt, first, last, vowels := uint8(0), -1, -1, 0, 0
	changed := false
	for _, r := range s {
		l, ok := letterOf(r)
		if !ok {
			low := unicode.ToLower(r)
			changed = changed || low != r
			if l, ok = letterOf(low); !ok {
				rs = append(rs, low)
				continue
			}
		}
		changed = changed || l.lower != r
		if l.tone != 0 {
			if tone != 0 {
				return strings.ToLower(s) // two tones: not a syllable
			}
			tone, toneAt = l.tone, len(rs)
		}
		if l.bare != 'đ' {
			if first < 0 {
				first = len(rs)
			}
			last = len(rs)
			vowels++
		}
		rs = append(rs, l.bare)
	}
	if tone == 0 {
		if !changed {
			return s
		}
		return string(rs)
	}
	at := toneAt // a foreign word, not one cluster of vowels, keeps its mark
	if last-first+1 == vowels {
		at = tonePlace(rs, first, last)
	}
	if !changed && at == toneAt {
		return s
	}
	rs[at] = toned[[2]rune{rs[at], rune(tone)}]
	return string(rs)
}

// tonePlace gives the index of the vowel that carries the tone in a syllable
// whose vowels are rs[first..last]. Rule: on ê ô ơ â ă ư if there is one (the
// second of ươ); else on the second of two vowels before a final consonant
// and the middle one of three; else on the first. The u of qu and the i of gi
// belong to the onset when another vowel follows.
func tonePlace(rs []rune, first, last int) int {
	if first > 0 && last > first &&
		((rs[first-1] == 'q' && rs[first] == 'u') || (rs[first-1] == 'g' && first == 1 && rs[first] == 'i')) {
		first++
	}
	place := -1
	for i := first; i <= last; i++ {
		switch rs[i] {
		case 'ă', 'â', 'ê', 'ô', 'ơ', 'ư':
			place = i
		}
	}
	if place >= 0 {
		return place
	}
	switch n := last - first + 1; {
	case n == 1:
		return first
	case n >= 3, last < len(rs)-1:
		return first + 1
	default:
		return first
	}
}
