package source

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean brings text to the one form in which it is stored: NFC, the letter đ
// where an eth or an African D stands in for it, "\n" as the only line end,
// the ASCII space as the only other white space, and no character that cannot
// be seen: zero-width, soft hyphen, byte order mark, control, bidi override
// and private-use characters. Bytes that are not UTF-8 become U+FFFD.
//
// Clean(Clean(s)) == Clean(s).
func Clean(text string) string {
	if isClean(text) {
		return text
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return norm.NFC.String(strings.Map(cleanRune, text))
}

func isClean(s string) bool {
	for i, r := range s {
		if r < utf8.RuneSelf {
			if r < ' ' && r != '\n' || r == 0x7f {
				return false
			}
			continue
		}
		if cleanRune(r) != r {
			return false
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		}
	}
	return norm.NFC.IsNormalString(s)
}

// cleanRune gives the character to keep in place of r, or -1 for none.
func cleanRune(r rune) rune {
	if ' ' <= r && r < 0x7f || 0x1EA0 <= r && r <= 0x1EF9 {
		return r // nearly all Vietnamese text
	}
	switch r {
	case '\n':
		return '\n'
	case '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return '\n'
	case '\t':
		return ' '
	case 'Ð', 'Ɖ':
		return 'Đ'
	case 'ð', 'ɖ':
		return 'đ'
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u034f': // blank fillers
		return -1
	}
	if unicode.Is(unicode.Zs, r) {
		return ' '
	}
	if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co) {
		return -1
	}
	return r
}
