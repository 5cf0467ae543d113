package index

import (
	"strings"
	"unicode"

	"trichdan/corpus/vi"
)

// answerSpan finds the part of a sentence that answers a question of its
// kind, as offsets into the body: of the candidates that the question does not
// name itself, the one nearest to the question's terms. typed says that there
// was one of the kind. terms are those of the sentence.
func answerSpan(q *Question, body string, sentence vi.Span, terms []term) (mark vi.Span, typed bool) {
	text := body[sentence.Start:sentence.End]
	var candidates []vi.Span
	switch q.Kind {
	case Who:
		candidates = vi.Names(text)
	case Where:
		candidates = places(text)
	case When:
		for _, d := range vi.DateMentions(text) {
			candidates = append(candidates, d.Span)
		}
		if len(candidates) == 0 {
			candidates = timesOfDay(text)
		}
	case HowMany:
		for _, n := range vi.Numbers(text) {
			candidates = append(candidates, n.Span)
		}
	case Document:
		candidates = namedDocuments(text)
	case Why:
		candidates = clausesAfter(text, reasons)
	default:
		return vi.Span{}, false
	}
	asked := map[string]bool{}
	for i, t := range q.terms {
		if q.kept[i] {
			asked[t.text] = true
		}
	}
	best := -1
	for _, c := range candidates {
		c.Start += sentence.Start
		c.End += sentence.Start
		inside := within(terms, c)
		news := false
		for _, t := range inside {
			news = news || !asked[t.text]
		}
		if !news {
			continue
		}
		d := distance(terms, asked, c)
		if best < 0 || d < best {
			best, mark = d, c
		}
	}
	return mark, best >= 0
}

// distance is how many terms lie between a span and the two nearest different
// terms of the question.
func distance(terms []term, asked map[string]bool, c vi.Span) int {
	first, last := -1, -1
	for i, t := range terms {
		if t.Start >= c.Start && t.Start < c.End {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return len(terms)
	}
	near := []int{2 * len(terms), 2 * len(terms)}
	seen := map[string]bool{}
	for step := 1; step <= len(terms) && len(seen) < 2; step++ {
		for _, i := range []int{first - step, last + step} {
			if i < 0 || i >= len(terms) || !asked[terms[i].text] || seen[terms[i].text] || len(seen) == 2 {
				continue
			}
			near[len(seen)] = step
			seen[terms[i].text] = true
		}
	}
	return near[0] + near[1]
}

// places are the names behind a preposition of place, or else all names.
func places(text string) []vi.Span {
	names := vi.Names(text)
	var list []vi.Span
	for _, n := range names {
		words := strings.Fields(vi.Normalize(text[:n.Start]))
		for i := len(words) - 1; i >= 0 && i >= len(words)-3; i-- {
			switch words[i] {
			case "ở", "tại", "trên", "đến", "từ", "qua", "về":
				list = append(list, n)
				i = -1
			}
		}
	}
	if len(list) > 0 {
		return list
	}
	return names
}

// timesOfDay are hours and parts of the day, for sentences without a date.
func timesOfDay(text string) []vi.Span {
	var list []vi.Span
	tokens := vi.Tokens(text)
	for i, t := range tokens {
		switch t.Text {
		case "sáng", "trưa", "chiều", "tối":
			end := t.End
			if i+1 < len(tokens) && tokens[i+1].Text == "nay" {
				end = tokens[i+1].End
			}
			list = append(list, vi.Span{Start: t.Start, End: end})
		}
	}
	return list
}

// namedDocuments are the numbers of documents, such as 21-KL/TW, with the kind of
// document before them, and documents that go by a name.
func namedDocuments(text string) []vi.Span {
	var list []vi.Span
	tokens := vi.Tokens(text)
	for i, t := range tokens {
		if t.Whole && strings.ContainsAny(t.Text, "-/") && strings.IndexFunc(t.Text, unicode.IsLetter) > 0 && strings.IndexFunc(t.Text, unicode.IsDigit) == 0 {
			start := t.Start
			for j := i - 1; j >= 0 && j >= i-3; j-- {
				if tokens[j].Text == "số" {
					continue
				}
				if j > 0 && documentNouns[tokens[j-1].Text+" "+tokens[j].Text] {
					start = tokens[j-1].Start
				} else if documentNouns[tokens[j].Text] {
					start = tokens[j].Start
				}
				break
			}
			list = append(list, vi.Span{Start: start, End: t.End})
		}
	}
	for i := range tokens {
		n := 0
		if documentNouns[tokens[i].Text] {
			n = 1
		} else if i+1 < len(tokens) && documentNouns[tokens[i].Text+" "+tokens[i+1].Text] {
			n = 2
		}
		if n == 0 || !capitalised(text[tokens[i].Start:]) || i+n >= len(tokens) || tokens[i+n].Break || !capitalised(text[tokens[i+n].Start:]) {
			continue
		}
		end := tokens[i+n].End
		for j := i + n + 1; j < len(tokens) && !tokens[j].Break && j < i+n+4; j++ {
			end = tokens[j].End
		}
		list = append(list, vi.Span{Start: tokens[i].Start, End: end})
	}
	return list
}

// reasons begin a clause that says why.
var reasons = []string{"do", "vì", "bởi", "bởi vì", "nhờ", "nhằm", "để", "nguyên nhân"}

// clausesAfter are the stretches from one of the words to the next comma,
// semicolon or the end.
func clausesAfter(text string, words []string) []vi.Span {
	var list []vi.Span
	tokens := vi.Tokens(text)
	for i, t := range tokens {
		for _, w := range words {
			if t.Text != w {
				continue
			}
			end := len(text)
			for _, u := range tokens[i+1:] {
				if u.Break && strings.ContainsAny(text[t.End:u.Start], ";.") {
					end = t.End + strings.IndexAny(text[t.End:u.Start], ";.")
					break
				}
			}
			list = append(list, vi.Span{Start: t.Start, End: len(strings.TrimRight(text[:end], " .;"))})
			break
		}
	}
	return list
}
