package summary

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// Sentence is a sentence of a summary: Body[Start:End] of Articles[Article] of
// the story.
type Sentence struct {
	Article int
	vi.Span
}

// Of chooses at most n sentences that sum up the article, in the order of the
// text; the spans are byte offsets into a.Body. There are fewer where the
// article has no more, and where another sentence would say the same again or
// add less than it costs in length: about half of the articles of vietnews get
// one sentence where n is 2. There is none where the body has no word.
//
// A lead that the newspaper wrote (a.LeadLen) is text like any other here;
// see WithLead.
func Of(a *corpus.Article, n int) []vi.Span {
	return spans(choose([]*corpus.Article{a}, n, speaks, hasWord))
}

// WithLead gives the first n sentences of the lead that the newspaper wrote,
// and where there is none what OfStory gives for the article alone.
func WithLead(a *corpus.Article, n int) []vi.Span {
	if lead := sentences(a.Lead()); len(lead) > 0 && n > 0 {
		return lead[:min(len(lead), n)]
	}
	return spans(OfStory([]*corpus.Article{a}, n))
}

func spans(chosen []Sentence) []vi.Span {
	var list []vi.Span
	for _, s := range chosen {
		list = append(list, s.Span)
	}
	return list
}

// OfStory chooses at most n sentences that sum up what several articles tell
// about the same, first by article, then in the order of its text. What one of
// them says is not chosen again from another. A headline counts for the
// sentences of its own article; what many of the articles say counts more.
//
// It is for quoting, where a line that is no whole sentence looks like a mistake:
// unlike Of it chooses sub-headings only where there is nothing else.
func OfStory(articles []*corpus.Article, n int) []Sentence {
	return choose(articles, n, states, speaks, hasWord)
}

// choose is OfStory among the sentences that the first of kinds takes of which
// there are any.
func choose(articles []*corpus.Article, n int, kinds ...func(raw string) bool) []Sentence {
	if n <= 0 {
		return nil
	}
	t := newText(articles)
	var chosen []Sentence
	for _, i := range newScorer(t, n).choose(n, kinds) {
		s := &t.sentences[i]
		chosen = append(chosen, Sentence{s.article, s.Span})
	}
	return chosen
}

// maxCandidates is how many sentences are tried together, the best by
// themselves.
const maxCandidates = 40

// choose looks for the set of at most n sentences with the highest score: the
// best of all sets of one or two, to which one by one the best is added while
// the score rises. For two sentences the search is exact.
func (s *scorer) choose(n int, kinds []func(string) bool) []int {
	candidates := s.candidates(kinds)
	best, score := s.empty(), math.Inf(-1)
	var pair [2]int
	size := 0
	for x, i := range candidates {
		base := s.empty()
		s.add(base, i)
		if v := s.score(base, 1, i, i); v > score {
			score, pair, size = v, [2]int{i, i}, 1
		}
		if n == 1 {
			continue
		}
		for _, j := range candidates[x+1:] {
			next := s.with(base, j)
			if next.likeness >= sameLikeness {
				continue
			}
			if v := s.score(&next, 2, i, j); v > score {
				score, pair, size = v, [2]int{i, j}, 2
			}
		}
	}
	for _, i := range pair[:size] {
		s.add(best, i)
	}
	for size < n {
		add := -1
		for _, i := range candidates {
			if slices.Contains(best.members, i) {
				continue
			}
			next := s.with(best, i)
			if next.likeness >= sameLikeness {
				continue
			}
			first, last := min(best.members[0], i), max(best.members[size-1], i)
			if v := s.score(&next, size+1, first, last); v > score {
				score, add = v, i
			}
		}
		if add < 0 {
			break
		}
		s.add(best, add)
		size++
	}
	return best.members
}

// candidates are the sentences that may be chosen, in order.
func (s *scorer) candidates(kinds []func(string) bool) []int {
	var list []int
	for _, keep := range kinds {
		for i := range s.sentences {
			if c := &s.sentences[i]; len(c.seq) > 0 && keep(c.raw) {
				list = append(list, i)
			}
		}
		if len(list) > 0 {
			break
		}
	}
	if len(list) > maxCandidates {
		alone, none := make(map[int]float64, len(list)), s.empty()
		for _, i := range list {
			next := s.with(none, i)
			alone[i] = s.score(&next, 1, i, i)
		}
		slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(alone[b], alone[a]) })
		list = list[:maxCandidates]
		slices.Sort(list)
	}
	return list
}

// states reports whether a sentence says something by itself: it is no
// sub-heading either, which is short and without a final mark.
func states(raw string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(raw, "”\"’')] "))
	return speaks(raw) && (strings.ContainsRune(".!?…:;", last) || utf8.RuneCountInString(raw) > headingRunes)
}

// headingRunes is the length of the longest sub-heading, as package corpus has
// it.
const headingRunes = 80

// speaks reports whether a sentence belongs to the running text: it is no
// credit of a picture and no pointer to another article.
func speaks(raw string) bool {
	return hasWord(raw) && !startsWith(strings.ToLower(raw), furniture)
}

var furniture = []string{"ảnh:", "video:", "clip:", "đồ họa:", "đồ hoạ:", "nguồn:", "xem thêm", "đọc thêm", "mời xem"}

func hasWord(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }
