package chat

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text safe to show: what would move a terminal's cursor, change
// colours or turn the direction of writing becomes U+FFFD, so that it is seen
// and does nothing. Line breaks stay, a tab becomes a space. Text without any
// of this is returned as it is.
func Clean(s string) string {
	if strings.IndexFunc(s, UnsafeRune) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s { // an invalid byte comes as U+FFFD
		switch {
		case r == '\t':
			b.WriteByte(' ')
		case UnsafeRune(r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// CleanLine is Clean for what stands on one line.
func CleanLine(s string) string {
	return strings.ReplaceAll(Clean(s), "\n", " ")
}

// UnsafeRune reports whether r is a control character, a line separator or an
// invisible format character, among them the bidi embeddings, overrides and
// isolates. The two joiners stay: emoji and some scripts are spelled with them.
func UnsafeRune(r rune) bool {
	switch {
	case r == '\n', r == '\u200c', r == '\u200d':
		return false
	case r < unicode.MaxASCII:
		return r < ' '
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Closers gives the characters that end what a text leaves open of bidi
// embeddings, overrides and isolates (Unicode Standard Annex #9), so that text
// after it is not turned.
func Closers(s string) string {
	const pdf, pdi = '\u202c', '\u2069'
	var open []rune // what ends each, innermost last
	for _, r := range s {
		switch r {
		case '\u202a', '\u202b', '\u202d', '\u202e':
			open = append(open, pdf)
		case '\u2066', '\u2067', '\u2068':
			open = append(open, pdi)
		case pdf:
			if n := len(open); n > 0 && open[n-1] == pdf {
				open = open[:n-1]
			}
		case pdi: // also ends the embeddings inside the isolate
			if i := lastIndex(open, pdi); i >= 0 {
				open = open[:i]
			}
		case '\n', '\u2029': // the end of a paragraph ends all
			open = open[:0]
		}
	}
	slices.Reverse(open)
	return string(open)
}

func lastIndex(s []rune, r rune) int {
	for i, x := range slices.Backward(s) {
		if x == r {
			return i
		}
	}
	return -1
}
