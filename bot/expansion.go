package bot

import (
	"fmt"
	"slices"

	"trichdan/corpus/vi"
)

// expansionNotes says what abbreviations were taken for, and by how many
// articles. That a long form was searched for by its abbreviation too is said
// where a quote has it, for there it may surprise.
func (w *words) expansionNotes(r *Result) []string {
	var notes []string
	for _, e := range r.Expansions {
		short := vi.Fold(e.As)
		if e.Short || slices.ContainsFunc(r.Citations, func(c Citation) bool { return holds(c.Quote, short) }) {
			notes = append(notes, fmt.Sprintf(w.expanded, e.Term, e.As, e.Articles))
		}
	}
	return notes
}

// holds reports whether a text has a token, given without diacritics.
func holds(text, folded string) bool {
	return slices.ContainsFunc(vi.Tokens(text), func(t vi.Token) bool { return vi.Fold(t.Text) == folded })
}
