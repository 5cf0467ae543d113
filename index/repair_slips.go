package index

import (
	"slices"

	"trichdan/corpus/vi"
)

// longestSlip is the length of a syllable of seven letters, the longest there
// are, with one too many.
const longestSlip = 8

// slips gives the syllables that a word is when a slip of the fingers is undone:
// a letter typed twice, two neighbours swapped or, in a word that has
// diacritics and so is Vietnamese, one letter too many, missing or wrong
// (Damerau, "A technique for computer detection and correction of spelling
// errors", 1964). Of a question without diacritics they are all spellings.
func slips(word string, bare bool) []string {
	var list []string
	typed := []rune(word)
	if len(typed) < 3 || len(typed) > longestSlip {
		return nil
	}
	add := func(rs []rune) {
		s := vi.Normalize(string(rs))
		if !vi.IsSyllable(s, bare) || slices.Contains(list, s) {
			return
		}
		if bare {
			list = append(list, vi.Spellings(s)...)
		} else {
			list = append(list, s)
		}
	}
	for i := range typed[1:] {
		if typed[i] == typed[i+1] {
			add(slices.Delete(slices.Clone(typed), i, i+1))
			continue
		}
		swapped := slices.Clone(typed)
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		add(swapped)
	}
	if !vi.HasDiacritics(word) {
		return list
	}
	for i := range typed {
		add(slices.Delete(slices.Clone(typed), i, i+1))
	}
	for i := range len(typed) + 1 {
		for _, r := range "bcdđghklmnpqrstvx" {
			add(slices.Insert(slices.Clone(typed), i, r))
		}
	}
	for i := range typed {
		for _, r := range "aăâbcdđeêghiklmnoôơpqrstuưvxy" {
			wrong := slices.Clone(typed)
			wrong[i] = r
			add(wrong)
		}
	}
	return list
}
