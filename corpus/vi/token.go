package vi

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Token is a syllable, a number, a foreign word, or a compound kept whole.
type Token struct {
	Span
	// Text is the normalised form (see Normalize).
	Text string
	// Whole marks a compound such as "21-KL/TW", "5,83", "2021-2030" or
	// "TP.HCM": the tokens of its parts follow it, inside its span.
	Whole bool
	// Break says that more than white space stands between this token and the
	// syllable before it (a comma, a quotation mark, a line end): the two are
	// not one word. It is also set on the first token.
	Break bool
}

// Tokens splits text into its tokens, in order.
func Tokens(s string) []Token { return AppendTokens(nil, s) }

// AppendTokens appends the tokens of s to dst.
func AppendTokens(dst []Token, s string) []Token {
	broken := true
	for i := 0; i < len(s); {
		n := wordLen(s[i:])
		if n == 0 {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == '\n' || !unicode.IsSpace(r) {
				broken = true
			}
			i += size
			continue
		}
		end := i + n
		for end < len(s) {
			m := joined(s, i, end)
			if m == 0 {
				break
			}
			end += m
		}
		if end > i+n && keptWhole(s[i:end]) {
			dst = append(dst, Token{Span: Span{i, end}, Text: compound(s[i:end]), Whole: true, Break: broken})
		}
		for i < end {
			n := wordLen(s[i:end])
			if n == 0 {
				_, size := utf8.DecodeRuneInString(s[i:])
				i += size
				continue
			}
			dst = append(dst, Token{Span: Span{i, i + n}, Text: word(s[i : i+n]), Break: broken})
			broken = false
			i += n
		}
	}
	return dst
}

// compound normalises a compound: the dash of "2021–2030" is a hyphen.
func compound(s string) string { return strings.ReplaceAll(Normalize(s), "–", "-") }

// word normalises one run of word characters, most of them by the fast path.
func word(s string) string {
	simple := true
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			if vietnamese(s) {
				return syllable(s)
			}
			return Normalize(s)
		}
		if 'A' <= c && c <= 'Z' {
			simple = false
		}
	}
	if simple {
		return s
	}
	return strings.ToLower(s)
}

// vietnamese reports whether s consists of ASCII letters and precomposed
// Vietnamese ones, so that it is in NFC already.
func vietnamese(s string) bool {
	for _, r := range s {
		if r < utf8.RuneSelf {
			if '0' <= r && r <= '9' {
				return false
			}
			continue
		}
		if _, ok := letterOf(r); !ok {
			return false
		}
	}
	return true
}

// wordLen is the length of the run of word characters at the start of s.
func wordLen(s string) int {
	for i, r := range s {
		if r < utf8.RuneSelf {
			if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
				continue
			}
			return i
		}
		if _, ok := letterOf(r); ok {
			continue
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) || i > 0 && isMark(r) {
			continue
		}
		return i
	}
	return len(s)
}

// joined is the length of a connector and the word behind it when they
// continue the compound s[start:end], else 0.
func joined(s string, start, end int) int {
	connector, size := utf8.DecodeRuneInString(s[end:])
	next := s[end+size:]
	n := wordLen(next)
	if n == 0 {
		return 0
	}
	before := lastBase(s[start:end])
	after, _ := utf8.DecodeRuneInString(next)
	switch connector {
	case '-', '/':
	case '–': // between the years of a term, in place of a hyphen
		if !unicode.IsDigit(before) || !unicode.IsDigit(after) {
			return 0
		}
	case '&':
		if !capitalLetter(before) || !capitalLetter(after) {
			return 0
		}
	case '.', ',', ':':
		digits := unicode.IsDigit(before) && unicode.IsDigit(after)
		capitals := connector == '.' && capitalLetter(before) && capitalLetter(after)
		domain := connector == '.' && topLevel[next[:n]] && plainASCII(s[start:end])
		if !digits && !capitals && !domain {
			return 0
		}
	default:
		return 0
	}
	return size + n
}

// capitalLetter reports whether r is a capital; a title-case letter such as
// U+1F88 is one that NFD takes apart into a capital and a mark.
func capitalLetter(r rune) bool { return unicode.IsUpper(r) || unicode.IsTitle(r) }

// lastBase is the last rune of s that is not a combining mark.
func lastBase(s string) rune {
	for len(s) > 0 {
		r, size := utf8.DecodeLastRuneInString(s)
		if !isMark(r) {
			return r
		}
		s = s[:len(s)-size]
	}
	return utf8.RuneError
}

// topLevel are the last labels of the host names that newspapers print.
var topLevel = map[string]bool{"vn": true, "com": true, "net": true, "org": true, "gov": true, "edu": true, "info": true}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// keptWhole reports whether a compound is searched for as such: with a digit
// (numbers, dates, documents, terms), in capitals (KT-XH, GD&ĐT, TP.HCM), or
// a host name. "kinh tế-xã hội" is none of these.
func keptWhole(s string) bool {
	if !strings.ContainsAny(s, "-–/:,&") && strings.Contains(s, ".") {
		return true // joined allows no other compound with only dots
	}
	upper := true
	for _, r := range norm.NFC.String(s) {
		if unicode.IsDigit(r) {
			return true
		}
		if unicode.IsLower(r) {
			upper = false
		}
	}
	return upper
}
