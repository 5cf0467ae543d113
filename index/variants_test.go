package index

import (
	"slices"
	"testing"

	"trichdan/corpus/vi"
)

// accepts runs an automaton as Bleve does.
func accepts(a *foldAutomaton, term string) bool {
	s := a.Start()
	for i := range len(term) {
		if !a.CanMatch(s) {
			return false
		}
		s = a.Accept(s, term[i])
	}
	return a.IsMatch(s)
}

func TestVariants(t *testing.T) {
	for _, c := range []struct {
		folded string
		terms  []string
		others []string
	}{
		{"duong", []string{"đường", "dường", "dưỡng", "đương", "duong"}, []string{"duon", "duongg", "dương_", "dung", ""}},
		{"ha_noi", []string{"hà_nội", "ha_noi", "hạ_nổi"}, []string{"hà", "hà_nộ", "hànội"}},
		{"covid-19", []string{"covid-19"}, []string{"covid-1", "covid-199"}},
		{"uber", []string{"über", "uber"}, []string{"ube"}},
		{"", nil, []string{"a", "á"}},
	} {
		for _, term := range c.terms {
			if !accepts(newFoldAutomaton(c.folded), term) {
				t.Errorf("%q is not accepted for %q", term, c.folded)
			}
		}
		for _, term := range c.others {
			if accepts(newFoldAutomaton(c.folded), term) {
				t.Errorf("%q is accepted for %q", term, c.folded)
			}
		}
	}
}

// FuzzVariants: whatever a text is, the automaton of each of its terms without
// diacritics accepts the term, and none of the others that are different then.
func FuzzVariants(f *testing.F) {
	f.Add("Hoà bình ở Đắk Lắk, über COVID-19, 각 ǅ İ ﬁ ẛ̣")
	f.Add("a\u0323\u0301 b\u0308 ô\u0323 1.000,5 x²")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 200 {
			return
		}
		z := newAnalyzer()
		var terms []string
		for _, term := range z.terms(nil, text) {
			terms = append(terms, term.text)
		}
		slices.Sort(terms)
		for _, a := range slices.Compact(terms) {
			folded := newFoldAutomaton(z.fold(a))
			for _, b := range terms {
				if got, want := accepts(folded, b), vi.Fold(a) == vi.Fold(b); got != want {
					t.Errorf("%q for %q: %v, want %v", b, z.fold(a), got, want)
				}
			}
		}
	})
}
