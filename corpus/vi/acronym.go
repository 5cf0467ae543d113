package vi

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	mostGuesses = 4 // long forms of one acronym
	// For each letter a guess may have two syllables, and these beside.
	moreSyllables = 3
)

// Acronyms finds the places where a text gives the acronym of a name in another
// language: "Tổ chức Y tế Thế giới (WHO)". The initials do not tell where the
// name begins, so each beginning that its capitals allow is a guess of its own,
// the shortest first: the name is the one that many texts agree on (Okazaki and
// Ananiadou, "Building an Abbreviation Dictionary Using a Term Recognition
// Approach", Bioinformatics 22, 2006). A name has at least as many syllables as
// the acronym has letters, and but for function syllables not many more than
// twice as many.
func Acronyms(s string) []Definition {
	var list []Definition
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], '(')
		if i < 0 {
			return list
		}
		at += i
		if _, ok := bracketed(s, at); ok {
			continue
		}
		inner, ok := insideOf(s, at)
		if !ok {
			continue
		}
		short, ok := readShort(s, inner)
		if !ok {
			continue
		}
		if words, ok := wordsBefore(s, windowStart(s, at), at); ok {
			list = appendGuesses(list, s, short, words)
		}
	}
}

// appendGuesses appends the names that may end with the last of the words.
func appendGuesses(list []Definition, s string, short Span, words []Token) []Definition {
	letters := utf8.RuneCountInString(s[short.Start:short.End])
	capital := func(i int) bool {
		r, _ := utf8.DecodeRuneInString(s[words[i].Start:])
		return unicode.IsUpper(r)
	}
	opens := func(word string) bool { return IsStop(word) || openers[word] }
	guesses, content := 0, 0
	for i := len(words) - 1; i >= 0 && guesses < mostGuesses; i-- {
		if !IsStop(words[i].Text) {
			content++
		}
		if content > 2*letters+moreSyllables {
			break
		}
		apart := i == 0 || words[i].Break
		begins := apart || !capital(i-1) || opens(words[i-1].Text)
		inside := i > 0 && words[i].Start == words[i-1].Start // of an expanded abbreviation
		alone := words[i].Start == words[len(words)-1].Start  // all of one
		if capital(i) && begins && !inside && !alone && !opens(words[i].Text) && len(words)-i >= letters {
			list = append(list, Definition{Short: short, Long: Span{words[i].Start, words[len(words)-1].End}, Guess: true})
			guesses++
		}
		if apart {
			break // a name does not go on across a comma or a quotation mark
		}
	}
	return list
}
