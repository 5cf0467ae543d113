package eval

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// ContainsAnswer reports whether the sentence contains one of the answers,
// compared after NFC, đ for its look-alike eth, lower case and folded white
// space, and nothing more: a reader would not forgive a number that differs.
// An empty answer is contained in nothing.
func ContainsAnswer(sentence string, answers []string) bool {
	s := compared(sentence)
	for _, a := range answers {
		if a = compared(a); a != "" && strings.Contains(s, a) {
			return true
		}
	}
	return false
}

var eth = strings.NewReplacer("Ð", "Đ", "ð", "đ")

func compared(s string) string {
	s = strings.ToLower(eth.Replace(norm.NFC.String(s)))
	return strings.Join(strings.Fields(s), " ")
}
