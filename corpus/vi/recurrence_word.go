package vi

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// whenWord is a run of letters or of digits: "8h30" is three. Tokens keeps
// such compounds whole, which is of no use for times of day.
type whenWord struct {
	Span
	text   string // normal form
	ascii  bool   // and without a letter that is not ASCII
	digits bool
	gap    string // what stands between it and the word before
}

// whenWords are the words of a request.
type whenWords struct {
	s      string
	list   []whenWord
	marked bool // there are letters with diacritics, so that words without them have none
}

func readWhen(s string) *whenWords {
	p := &whenWords{s: s}
	end := 0
	for i := 0; i < len(s); {
		n, digits := whenWordLen(s[i:])
		if n == 0 {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		raw := s[i : i+n]
		p.list = append(p.list, whenWord{Span{i, i + n}, word(raw), plainASCII(raw), digits, s[end:i]})
		p.marked = p.marked || !plainASCII(raw)
		i += n
		end = i
	}
	return p
}

// whenWordLen is the length of the run of digits or letters that s begins with.
func whenWordLen(s string) (n int, digits bool) {
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	if n > 0 {
		return n, true
	}
	for i, r := range s {
		if !unicode.IsLetter(r) && !(i > 0 && isMark(r)) {
			return i, false
		}
	}
	return len(s), false
}

// matches reports whether word i is w, a word in normal form, or w typed
// without diacritics.
func (p *whenWords) matches(i int, w string) bool {
	k := &p.list[i]
	return k.text == w || k.ascii && !k.digits && len(k.text) <= len(w) && k.text == foldNormal(w)
}

// phrase gives the end of the longest of several phrases, separated by "|",
// that stands at word i with only blanks inside.
func (p *whenWords) phrase(i int, phrases string) (end int, ok bool) {
	for phrase := range strings.SplitSeq(phrases, "|") {
		n := i
		for w := range strings.FieldsSeq(phrase) {
			if n >= len(p.list) || n > i && !p.near(n) || !p.matches(n, w) {
				n = -1
				break
			}
			n++
		}
		if n > max(end, i) {
			end, ok = n, true
		}
	}
	return end, ok
}

// nearPhrase is phrase where only blanks stand before word i.
func (p *whenWords) nearPhrase(i int, phrases string) (end int, ok bool) {
	if !p.near(i) {
		return 0, false
	}
	return p.phrase(i, phrases)
}

// skip is the end of the longest of the phrases at word i, or i.
func (p *whenWords) skip(i int, phrases string) int {
	if n, ok := p.nearPhrase(i, phrases); ok {
		return n
	}
	return i
}

// near reports whether word i is there with nothing but blanks before it.
func (p *whenWords) near(i int) bool {
	return i < len(p.list) && (i == 0 || strings.TrimSpace(p.list[i].gap) == "")
}

// glued reports whether word i is there and stands right behind the one before.
func (p *whenWords) glued(i int) bool { return i > 0 && i < len(p.list) && p.list[i].gap == "" }

// digits is the value of word i if that is at most so many digits, else -1.
func (p *whenWords) digits(i, most int) int {
	if i >= len(p.list) || !p.list[i].digits || len(p.list[i].text) > most {
		return -1
	}
	return number(p.list[i].text)
}

// span is the place of the words from i to before n.
func (p *whenWords) span(i, n int) Span { return Span{p.list[i].Start, p.list[n-1].End} }

// ones are the number words below eleven.
var ones = map[string]int{
	"một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6,
	"bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10,
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
	"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}

// foldedOnes are ones without diacritics.
var foldedOnes = func() map[string]int {
	folded := make(map[string]int, len(ones))
	for w, n := range ones {
		folded[foldNormal(w)] = n
	}
	return folded
}()

// one is the value of the number word i, or -1.
func (p *whenWords) one(i int) int {
	if i >= len(p.list) {
		return -1
	}
	k := p.list[i]
	if n, ok := ones[k.text]; ok {
		return n
	}
	if n, ok := foldedOnes[k.text]; ok && k.ascii {
		return n
	}
	return -1
}

// number reads a number below 100 in words, or any of four digits, at word i.
func (p *whenWords) number(i int) (value, end int, ok bool) {
	if n := p.digits(i, 4); n >= 0 {
		return n, i + 1, true
	}
	if n, zero := p.phrase(i, "không"); zero {
		return 0, n, true
	}
	n := p.one(i)
	if n < 0 {
		return 0, 0, false
	}
	unit := func(at int) int {
		if u := p.one(at); p.near(at) && u < 10 {
			return u
		}
		return -1
	}
	end = i + 1
	if n == 10 {
		if u := unit(end); u > 0 {
			return 10 + u, end + 1, true
		}
		return 10, end, true
	}
	if tens, ok := p.nearPhrase(end, "mươi"); ok && n < 10 {
		if u := unit(tens); u > 0 {
			return 10*n + u, tens + 1, true
		}
		return 10 * n, tens, true
	}
	return n, end, true
}
