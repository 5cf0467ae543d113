package eval

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Leftovers spoils queries as an input method does that is off, or late: some
// of their words keep the keys of Telex or VNI that should have become marks
// ("dduwowngf", "d9uo7ng2", "đươngf"). The same query is always spoiled in the
// same way. The zero value spoils nothing.
type Leftovers struct {
	Share  float64 // of the words that have marks, 0 to 1
	Method string  // "telex", "vni", or "" for one of them by query
}

// ParseLeftovers reads "33", "33:telex" or "33:vni": so many of a hundred words.
func ParseLeftovers(s string) (Leftovers, error) {
	percent, method, named := strings.Cut(s, ":")
	n, err := strconv.Atoi(percent)
	if err != nil || n < 1 || n > 100 || named && method != "telex" && method != "vni" {
		return Leftovers{}, fmt.Errorf("%q: want a number from 1 to 100, perhaps followed by :telex or :vni", s)
	}
	return Leftovers{Share: float64(n) / 100, Method: method}, nil
}

// Spoil gives a query as it would have been typed.
func (l Leftovers) Spoil(q Query) string {
	if l.Share == 0 {
		return q.Text
	}
	h := fnv.New64a()
	h.Write([]byte(q.ID))
	r := rand.New(rand.NewPCG(h.Sum64(), 1))
	keys := telexKeys
	if both := r.IntN(2) == 0; l.Method == "vni" || l.Method == "" && both {
		keys = vniKeys
	}
	words := strings.Split(norm.NFC.String(q.Text), " ")
	for i, w := range words {
		if left := keys.leave(w, r); left != w && r.Float64() < l.Share {
			words[i] = left
		}
	}
	return strings.Join(words, " ")
}

// keys are those of an input method, by the combining mark that they make.
type keys struct {
	marks  map[rune]string // "": the letter once more
	tones  map[rune]string
	stroke string // of đ
}

var (
	telexKeys = keys{
		marks:  map[rune]string{'\u0302': "", '\u0306': "w", '\u031B': "w"},
		tones:  map[rune]string{'\u0300': "f", '\u0301': "s", '\u0309': "r", '\u0303': "x", '\u0323': "j"},
		stroke: "d",
	}
	vniKeys = keys{
		marks:  map[rune]string{'\u0302': "6", '\u0306': "8", '\u031B': "7"},
		tones:  map[rune]string{'\u0300': "2", '\u0301': "1", '\u0309': "3", '\u0303': "4", '\u0323': "5"},
		stroke: "9",
	}
)

// leave types a word with its keys left in it, in one of the ways of people: the
// key of the tone at the end or behind its vowel, those of the other marks
// behind their letters or at the end, or these taken and the tone's not.
func (k keys) leave(word string, r *rand.Rand) string {
	toneBehind, marksLast, half := r.IntN(2) == 0, r.IntN(4) == 0, r.IntN(3) == 0
	var out, tail strings.Builder
	flush := func(at rune) { // before what is no letter, or the end
		out.WriteString(tail.String())
		tail.Reset()
		if at != 0 {
			out.WriteRune(at)
		}
	}
	tone := ""
	for _, c := range word {
		if !unicode.IsLetter(c) {
			tail.WriteString(tone)
			tone = ""
			flush(c)
			continue
		}
		base, mark := c, ""
		switch c {
		case 'đ', 'Đ':
			base, mark = 'd'+c-'đ', k.stroke
			if c == 'Đ' {
				base = 'D'
			}
		default:
			decomposed := []rune(norm.NFD.String(string(c)))
			base = decomposed[0]
			for _, m := range decomposed[1:] {
				if key, ok := k.tones[m]; ok {
					tone = key
				} else if key, ok := k.marks[m]; ok {
					if mark = key; key == "" {
						mark = string(unicode.ToLower(base))
					}
					if half {
						base, mark = []rune(norm.NFC.String(string([]rune{base, m})))[0], ""
					}
				}
			}
		}
		out.WriteRune(base)
		if marksLast {
			tail.WriteString(mark)
		} else {
			out.WriteString(mark)
		}
		if toneBehind {
			out.WriteString(tone)
			tone = ""
		}
	}
	tail.WriteString(tone)
	flush(0)
	return out.String()
}
