package index

import (
	"slices"
	"strings"
	"unicode"

	"trichdan/corpus/vi"
)

// candidate is a span of the kind that a question asks for.
type candidate struct {
	vi.Span
	// sure is 1 for what is of that kind by its form, less for what may be.
	sure float64
}

const (
	// maybe is the sureness of a name that shows no sign of what it names.
	maybe = 0.5
	// known is that of a sentence of which all candidates stand in the question
	// itself: "ông A là ai" is answered where A is, and by no other name.
	known = 0.25
)

// candidatesOf finds the spans of a sentence that may answer a question of a
// kind.
func candidatesOf(kind Kind, text string) []candidate {
	var list []candidate
	add := func(sure float64, spans ...vi.Span) {
		for _, s := range spans {
			list = append(list, candidate{s, sure})
		}
	}
	switch kind {
	case Who:
		if persons := vi.Persons(text); len(persons) > 0 {
			add(1, persons...)
		} else {
			add(maybe, properNames(text)...)
		}
	case Where:
		if p := places(text); len(p) > 0 {
			add(1, p...)
		} else {
			add(maybe, properNames(text)...)
		}
	case When:
		for _, d := range vi.DateMentions(text) {
			add(1, d.Span)
		}
		if len(list) == 0 {
			add(1, times(text)...)
		}
	case HowMany:
		for _, n := range vi.Numbers(text) {
			add(1, n.Span)
		}
	case Document:
		add(1, namedDocuments(text)...)
	case Why:
		add(1, clausesAfter(text, reasons)...)
	}
	return list
}

// answerSpan finds the part of a sentence that answers a question of its
// kind, as offsets into the body: of the candidates that the question does not
// name itself, the one nearest to the question's terms. sure is that
// candidate's, 0 if there is none. terms are those of the sentence.
func answerSpan(q *Question, body string, sentence vi.Span, terms []term) (mark vi.Span, sure float64) {
	if q.Kind == Who && q.aName {
		return vi.Span{}, known // who that is, is told in words and not by another name
	}
	asked := map[string]bool{}
	for i, t := range q.terms {
		if q.kept[i] {
			asked[t.text] = true
		}
	}
	best := -1
	for _, c := range candidatesOf(q.Kind, body[sentence.Start:sentence.End]) {
		if q.asksMoney() && !isMoney(body[sentence.Start+c.Start:sentence.Start+c.End]) {
			continue
		}
		c.Start += sentence.Start
		c.End += sentence.Start
		news := false
		for _, t := range within(terms, c.Span) {
			news = news || !asked[t.text]
		}
		if !news {
			if best < 0 {
				sure = known
			}
			continue
		}
		d := distance(body, terms, asked, c.Span)
		if len(q.counted) > 0 && counts(terms, c.Span, q.counted) {
			d = 0 // "bao nhiêu ga" asks for the number before "ga"
		}
		if best < 0 || d < best {
			best, mark, sure = d, c.Span, c.sure
		}
	}
	return mark, sure
}

// money are the words of a sum of money, as is a number of thousands or more.
var money = withFolded("đồng", "đô", "usd", "euro", "eur", "vnd", "đ", "nghìn", "ngàn", "triệu", "tỷ", "tỉ")

// isMoney reports whether a number with its unit may be a sum of money.
func isMoney(number string) bool {
	return slices.ContainsFunc(vi.Tokens(number), func(t vi.Token) bool { return money[t.Text] })
}

// asksMoney reports whether a question asks "bao nhiêu tiền".
func (q *Question) asksMoney() bool {
	return q.Kind == HowMany && len(q.counted) == 1 && (q.counted[0] == "tiền" || q.Folded && q.counted[0] == "tien")
}

// counts reports whether a number counts what the words name: they stand in it,
// behind its digits, or right behind it.
func counts(terms []term, number vi.Span, words []string) bool {
	i := slices.IndexFunc(terms, func(t term) bool { return t.Start >= number.Start })
	for ; i >= 0 && i < len(terms) && terms[i].Start < number.End; i++ {
		rest := terms[i+1:]
		if len(rest) >= len(words) && slices.EqualFunc(rest[:len(words)], words, func(t term, w string) bool { return t.text == w && !t.apart }) {
			return true
		}
	}
	return false
}

// otherClause is the distance that a semicolon adds: what stands behind it is
// said of somebody or something else.
const otherClause = 20

// distance is how many terms lie between a span and the two nearest different
// terms of the question.
func distance(body string, terms []term, asked map[string]bool, c vi.Span) int {
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
	nearest := map[string]int{}
	for i, t := range terms {
		if !asked[t.text] || i >= first && i <= last {
			continue
		}
		d := max(first-i, i-last)
		if between := body[min(t.End, c.End):max(t.Start, c.Start)]; strings.Contains(between, ";") {
			d += otherClause
		}
		if old, ok := nearest[t.text]; !ok || d < old {
			nearest[t.text] = d
		}
	}
	two := [2]int{2 * len(terms), 2 * len(terms)}
	for _, d := range nearest {
		switch {
		case d < two[0]:
			two[0], two[1] = d, two[0]
		case d < two[1]:
			two[1] = d
		}
	}
	return two[0] + two[1]
}

// properNames are those of vi.Names and foreign ones that stand alone, "Brazil": words
// with a capital that are no Vietnamese syllable and no abbreviation.
func properNames(text string) []vi.Span {
	list := vi.Names(text)
	for _, t := range vi.Tokens(text) {
		word := text[t.Start:t.End]
		if t.Whole || !capitalised(word) || vi.IsSyllable(t.Text, false) || strings.ToUpper(word) == word ||
			slices.ContainsFunc(list, func(s vi.Span) bool { return t.Start < s.End && s.Start < t.End }) {
			continue
		}
		list = append(list, t.Span)
	}
	return list
}

// places are the names behind a preposition of place.
func places(text string) []vi.Span {
	var list []vi.Span
	for _, n := range vi.Names(text) {
		words := strings.Fields(vi.Normalize(text[:n.Start]))
		for _, w := range words[max(0, len(words)-3):] {
			if prepositions[w] {
				list = append(list, n)
				break
			}
		}
	}
	return list
}

// prepositions stand before places, with up to two syllables of the kind of
// place between.
var prepositions = map[string]bool{"ở": true, "tại": true, "trên": true, "đến": true, "từ": true, "qua": true, "về": true, "vào": true}

// times are years and centuries that vi.DateMentions leaves out because they
// are no dates of news, and parts of the day.
func times(text string) []vi.Span {
	var list []vi.Span
	tokens := vi.Tokens(text)
	for i, t := range tokens {
		switch next := i + 1; t.Text {
		case "sáng", "trưa", "chiều", "tối":
			end := t.End
			if next < len(tokens) && tokens[next].Text == "nay" {
				end = tokens[next].End
			}
			list = append(list, vi.Span{Start: t.Start, End: end})
		case "kỷ", "niên", "năm":
			if next < len(tokens) && !tokens[next].Break && isNumber(text[tokens[next].Start:tokens[next].End]) {
				start := t.Start
				if i > 0 && (tokens[i-1].Text == "thế" || tokens[i-1].Text == "thập") {
					start = tokens[i-1].Start
				}
				list = append(list, vi.Span{Start: start, End: tokens[next].End})
			}
		default:
			if !t.Whole && len(t.Text) == 4 && t.Text >= "1000" && t.Text <= "2099" && isNumber(t.Text) {
				list = append(list, t.Span)
			}
		}
	}
	return list
}

// isNumber reports whether a word is written in digits, Arabic or Roman.
func isNumber(s string) bool {
	return strings.Trim(s, "0123456789") == "" || strings.Trim(s, "IVXLC") == ""
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
