package vi

import (
	"strings"
	"unicode"
)

// unitsOf are the parts of a short form that stand for one syllable each, in
// lower case: a capital with the small letters behind it, or a number.
func unitsOf(short string) []string {
	var units []string
	begin, digits := -1, false
	flush := func(end int) {
		if begin >= 0 {
			units = append(units, strings.ToLower(short[begin:end]))
		}
		begin = -1
	}
	for i, r := range short {
		digit := r >= '0' && r <= '9'
		switch {
		case !unicode.IsLetter(r) && !digit:
			flush(i)
		case unicode.IsUpper(r), digit != digits, begin < 0:
			flush(i)
			begin = i
		}
		digits = digit
	}
	flush(len(short))
	return units
}

// align finds the index of the first word of a long form that ends with the
// last word and has the units of a short form for its initials.
func align(units []string, words []Token) (from int, ok bool) {
	if len(units) < 2 || len(units) > mostUnits {
		return 0, false
	}
	w := len(words) - 1
	for u := len(units) - 1; u >= 0; u-- {
		// A function syllable stands for its letter where it can: a long form
		// is as short as it may be.
		for w >= 0 && !standsFor(units[u], words[w].Text) {
			if w == len(words)-1 || !joining[words[w].Text] {
				return 0, false
			}
			w--
		}
		if w < 0 {
			return 0, false
		}
		w--
	}
	return w + 1, true
}

// joining are the function syllables that initials leave out.
var joining = set(`và của cho các những về trong với ở tại từ vì do bằng trên`)

// standsFor reports whether a unit of a short form is the beginning of a
// syllable: its initial, with or without its sign, then letters in order.
func standsFor(unit, syllable string) bool {
	u, s := []rune(unit), []rune(syllable)
	if u[0] >= '0' && u[0] <= '9' {
		return unit == syllable
	}
	if u[0] != s[0] {
		l, ok := letterOf(s[0])
		if !ok || u[0] != l.bare && u[0] != l.ascii {
			return false
		}
	}
	rest := []rune(foldNormal(string(s[1:])))
	for _, r := range foldNormal(string(u[1:])) {
		i := 0
		for i < len(rest) && rest[i] != r {
			i++
		}
		if i == len(rest) {
			return false
		}
		rest = rest[i+1:]
	}
	return true
}
