package vi

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The keys of the two input methods for Vietnamese, as the programs that most
// people type with read them (Phạm Kim Long, UniKey, "Telex" and "VNI", 1998;
// the methods are those of TCVN 5712 and VISCII times): the vowel or the end of
// the word is typed first or last, as one likes.
//
//	Telex  aa ee oo dd: â ê ô đ   w: ă ơ ư, alone ư   s f r x j: the tones
//	VNI    6: â ê ô   7: ơ ư   8: ă   9: đ   1 2 3 4 5: the tones
var (
	telexTones = map[rune]uint8{'s': acute, 'f': grave, 'r': hook, 'x': tilde, 'j': dot}
	vniTones   = map[rune]uint8{'1': acute, '2': grave, '3': hook, '4': tilde, '5': dot}
)

// longestTyped is how many letters and keys a syllable has at most: "nghieengf"
// and some to spare.
const longestTyped = 12

// FromKeys gives the syllables, in normal form, that a word stands for in which
// keys of Telex or VNI were left as they are ("dduwowngf", "d9uo7ng2"), wherever
// in the word they were typed and whether or not some of them have been taken
// ("thànhf", "đuowng"). There are none for a word without such keys, or that is
// no well-formed syllable by them. A tone key that is typed twice has taken the
// mark away again, and two different tones are no typing of one syllable.
func FromKeys(word string) []string {
	word = strings.ToLower(norm.NFC.String(word))
	if n := utf8.RuneCountInString(word); n < 2 || n > longestTyped {
		return nil
	}
	d := decoder{vni: strings.ContainsAny(word, "0123456789"), typed: []rune(word)}
	d.step(0, typing{})
	return d.found
}

// decoder reads the keys of one word.
type decoder struct {
	vni   bool
	typed []rune
	found []string
}

// typing is what a word is after some of its keys.
type typing struct {
	letters [longestTyped]rune // without the tone
	n       int
	keys    int
	tone    uint8 // of a mark
	key     uint8 // of a key
	vowel   bool  // some letter is one
}

func (t typing) with(r rune) typing {
	t.letters[t.n] = r
	t.n++
	return t
}

func (t typing) mark(at int, r rune) typing {
	t.letters[at] = r
	t.keys++
	return t
}

// step reads the keys from typed[i] on; a key that may have marked several
// letters is read in each way.
func (d *decoder) step(i int, t typing) {
	if i == len(d.typed) {
		d.finish(t)
		return
	}
	r := d.typed[i]
	tones := telexTones
	if d.vni {
		tones = vniTones
	}
	if tone, ok := tones[r]; ok && t.vowel {
		if t.key == 0 {
			t.key = tone
			t.keys++
			d.step(i+1, t)
		}
		return
	}
	for _, m := range d.marks(r, t) {
		d.step(i+1, m)
	}
	if l, ok := letterOf(r); ok {
		if l.tone != 0 {
			if t.tone != 0 {
				return
			}
			t.tone = l.tone
		}
		t.vowel = t.vowel || l.bare != 'đ'
		d.step(i+1, t.with(l.bare))
	} else if r >= 'a' && r <= 'z' && r != 'w' {
		d.step(i+1, t.with(r))
	}
}

// marks are the ways in which a key has marked a letter before it.
func (d *decoder) marks(r rune, t typing) (list []typing) {
	replace := func(pairs ...rune) {
		for at := range t.n {
			for p := 0; p < len(pairs); p += 2 {
				if t.letters[at] == pairs[p] {
					list = append(list, t.mark(at, pairs[p+1]))
				}
			}
		}
	}
	switch {
	case d.vni && r == '6':
		replace('a', 'â', 'e', 'ê', 'o', 'ô')
	case d.vni && r == '7':
		replace('o', 'ơ', 'u', 'ư')
	case d.vni && r == '8':
		replace('a', 'ă')
	case d.vni && r == '9', !d.vni && r == 'd':
		if t.n > 0 && t.letters[0] == 'd' {
			list = append(list, t.mark(0, 'đ'))
		}
	case d.vni:
	case r == 'a':
		replace('a', 'â')
	case r == 'e':
		replace('e', 'ê')
	case r == 'o':
		replace('o', 'ô')
	case r == 'w':
		replace('a', 'ă', 'o', 'ơ', 'u', 'ư')
		if !t.vowel {
			alone := t.with('ư')
			alone.vowel = true
			alone.keys++
			list = append(list, alone)
		}
	}
	if r == 'w' || d.vni && r == '7' {
		for at := 1; at < t.n; at++ { // one key for both letters of ươ
			if u := t.letters[at-1]; (u == 'u' || u == 'ư') && t.letters[at] == 'o' {
				both := t.mark(at, 'ơ')
				both.letters[at-1] = 'ư'
				list = append(list, both)
			}
		}
		if slices.Contains(t.letters[:t.n], 'ư') || slices.Contains(t.letters[:t.n], 'ơ') || slices.Contains(t.letters[:t.n], 'ă') {
			again := t // the mark is there already
			again.keys++
			list = append(list, again)
		}
	}
	return list
}

func (d *decoder) finish(t typing) {
	if t.keys == 0 {
		return
	}
	tone := t.tone
	if t.key != 0 {
		tone = t.key
	}
	bare := string(t.letters[:t.n])
	if !IsSyllable(bare, false) || !canCarry(bare, tone) {
		return
	}
	if s := inTone(bare, tone); !slices.Contains(d.found, s) {
		d.found = append(d.found, s)
	}
}

// Cased gives a syllable in normal form the capitals of the word that it stands
// for: all of them, the first, or none.
func Cased(syllable, word string) string {
	upper, lower := 0, 0
	for _, r := range word {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	first, n := utf8.DecodeRuneInString(syllable)
	head, _ := utf8.DecodeRuneInString(word)
	switch {
	case n == 0:
	case upper > 1 && lower == 0:
		return strings.ToUpper(syllable)
	case unicode.IsUpper(head):
		return string(unicode.ToUpper(first)) + syllable[n:]
	}
	return syllable
}
