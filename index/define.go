package index

import (
	"strings"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// The field of definitions has, in the document of an article, a term for each
// abbreviation that the article explains, and the same turned round, so that
// both forms can be looked up by a prefix of the field's dictionary. Its parts
// come without diacritics first, for questions typed so; guesses of the long
// form of an acronym have a mark behind them:
//
//	s␀bcd␀bcđ␀ban chỉ đạo
//	l␀ban chi dao␀bcđ␀ban chỉ đạo
//	s␀who␀who␀tổ chức y tế thế giới␀?
//
// The terms come and go with the article, so that nothing has to be kept in
// step with the corpus.
const (
	definitionField = "x"
	byShort         = "s"
	byLong          = "l"
	partSeparator   = "\x00"
	guessMark       = partSeparator + "?"
)

// definition is an abbreviation, as a text has it after analysis.
type definition struct {
	short string
	long  []string // syllables
	guess bool     // see vi.Acronyms
}

// longestLong is how many syllables a long form may have, at most.
const longestLong = 14

// definitions are those that an article gives, but for abbreviations that
// analysis expands anyway.
func definitions(z *analyzer, a *corpus.Article) []definition {
	var list []definition
	for _, d := range append(vi.Definitions(a.Body), vi.Acronyms(a.Body)...) {
		short := z.terms(nil, a.Body[d.Short.Start:d.Short.End])
		// An abbreviation that stands for its syllables gives several terms of
		// its span; one like GD-ĐT gives itself whole, then its parts.
		if len(short) == 0 || len(short) > 1 && !short[0].whole {
			continue
		}
		found := definition{short: short[0].text, guess: d.Guess}
		for _, t := range z.terms(nil, a.Body[d.Long.Start:d.Long.End]) {
			if !t.whole {
				found.long = append(found.long, t.text)
			}
		}
		if n := len(found.long); n >= 2 && n <= longestLong {
			list = append(list, found)
		}
	}
	return list
}

// terms are those of the field of definitions.
func (d definition) terms(z *analyzer) []string {
	long := strings.Join(d.long, " ")
	both := partSeparator + d.short + partSeparator + long
	if d.guess {
		both += guessMark
	}
	return []string{byShort + partSeparator + z.fold(d.short) + both, byLong + partSeparator + vi.Fold(long) + both}
}

// parseDefinition reads a term of the field.
func parseDefinition(term string) (definition, bool) {
	term, guess := strings.CutSuffix(term, guessMark)
	parts := strings.Split(term, partSeparator)
	if len(parts) != 4 {
		return definition{}, false
	}
	return definition{short: parts[2], long: strings.Fields(parts[3]), guess: guess}, true
}

// definitionStream is the field of an article, nil if it explains nothing.
func definitionStream(z *analyzer, a *corpus.Article) *stream {
	list := definitions(z, a)
	if len(list) == 0 {
		return nil
	}
	f := newStream(definitionField, 2*len(list))
	for _, d := range list {
		for _, t := range d.terms(z) {
			f.add(t, 1)
		}
	}
	return f
}
