package console

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes text safe to write to a terminal: what would move the cursor,
// change colours or turn the direction of writing becomes U+FFFD, so that it
// is seen and does nothing. Line breaks stay, a tab becomes a space. Text
// without any of this is returned as it is.
func clean(s string) string {
	if strings.IndexFunc(s, unsafeRune) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s { // an invalid byte comes as U+FFFD
		switch {
		case r == '\t':
			b.WriteByte(' ')
		case unsafeRune(r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// cleanLine is clean for what stands on one line.
func cleanLine(s string) string {
	return strings.ReplaceAll(clean(s), "\n", " ")
}

// unsafeRune reports whether r is a control character, a line separator or an
// invisible format character, among them the bidi embeddings, overrides and
// isolates. The two joiners stay: emoji and some scripts are spelled with them.
func unsafeRune(r rune) bool {
	switch r {
	case '\n', '\u200c', '\u200d':
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
