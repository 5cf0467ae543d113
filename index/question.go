package index

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// Question is a question as it was understood.
type Question struct {
	Text    string // as asked
	Kind    Kind
	Filters []Filter
	// Folded says that the question has no diacritics and is compared
	// without them.
	Folded bool
	// Repairs are the words that were taken for others than were typed, in
	// their order.
	Repairs []Repair

	// Expansions are the abbreviations that were searched for together with
	// their long forms, in the order of the question.
	Expansions []Expansion

	scored  string    // Text, mended, without the filters
	times   []vi.Span // times in scored that are no filters
	terms   []term    // all of scored
	cut     []bool    // which of them only make it a question
	kept    []bool    // which of them are searched for
	counted []string  // what a number of is asked for, see countedWord
	names   []vi.Span // in scored
	aName   bool      // all that is searched for is a person's name

	synonyms []synonym // abbreviations of some of the terms
}

// Filter restricts a search to articles of a time or an outlet.
type Filter struct {
	Text   string // how it was understood, in Vietnamese: "tháng 4/2022"
	Outlet string // of an outlet's filter
	// From and To bound the day of publication, To exclusive; zero is open.
	From, To time.Time
}

// maxQuestion is how much of a question is looked at, in runes. Nobody types
// more; what is pasted is searched for by its beginning.
const maxQuestion = 1000

// parse understands a question. outlets are the names of those that it may ask
// for; byTime says whether a time is a filter.
func parse(z *analyzer, text string, outlets []string, now time.Time, byTime bool) *Question {
	if utf8.RuneCountInString(text) > maxQuestion {
		text = string([]rune(text)[:maxQuestion])
	}
	return parseMended(z, mended{text: text}, outlets, now, byTime)
}

// parseMended is parse of a text that was mended, and is not too long.
func parseMended(z *analyzer, m mended, outlets []string, now time.Time, byTime bool) *Question {
	q := &Question{Text: m.text, scored: m.text, Repairs: m.repairs}
	if byTime {
		q.takeTime(now)
	} else {
		q.timeAsWords(now)
	}
	q.takeOutlet(outlets)
	q.Folded = !vi.HasDiacritics(q.scored)
	q.terms = z.terms(nil, q.scored)
	if q.Folded {
		for i := range q.terms {
			q.terms[i].text = z.fold(q.terms[i].text)
		}
		restore(q.terms, m.restored)
	}
	cut, kind := questionWords(q.terms, q.Folded)
	cutAddress(q.scored, q.terms, cut, q.Folded)
	q.Kind, q.cut = kind, cut
	q.keep(cut)
	q.names = vi.Names(q.scored)
	q.aName = q.isName()
	if q.Kind == HowMany {
		q.counted = countedWord(q.terms, cut)
	}
	return q
}

// address are forms of address: before a name they tell nothing, for articles
// give the person another one, or an office.
var address = withFolded("ông", "bà", "anh", "chị", "cụ", "đồng chí", "chí")

// cutAddress cuts forms of address before what is, or may be, a name.
func cutAddress(text string, terms []term, cut []bool, folded bool) {
	for i := 0; i+1 < len(terms); i++ {
		if !address[terms[i].text] || terms[i+1].apart {
			continue
		}
		name := capitalised(text[terms[i+1].Start:])
		if folded && !name {
			name = vi.IsFamilyNameFolded(terms[i+1].text) && i+2 < len(terms)
		}
		if !name {
			continue
		}
		cut[i] = true
		if i > 0 && address[terms[i-1].text+" "+terms[i].text] {
			cut[i-1] = true
		}
	}
}

// isName reports whether what is searched for is no more than the name of a
// Vietnamese person.
func (q *Question) isName() bool {
	n := 0
	for i, t := range q.terms {
		switch {
		case !q.kept[i]:
		case t.whole, n > 0 && (t.apart || !q.kept[i-1]):
			return false
		case n == 0 && !vi.IsFamilyName(t.text) && !(q.Folded && vi.IsFamilyNameFolded(t.text)):
			return false
		default:
			n++
		}
	}
	return n >= 2 && n <= 5
}

// countedWord is the word right behind the question words, which "bao nhiêu" or
// "mấy" asks the number of; nil if there is none.
func countedWord(terms []term, cut []bool) []string {
	for i := 1; i < len(terms); i++ {
		if cut[i-1] && !cut[i] {
			if t := terms[i]; !t.apart && !t.whole && !vi.IsStop(t.text) {
				return []string{t.text}
			}
			return nil
		}
	}
	return nil
}

// keep decides which terms are searched for: not question words and not
// function syllables, unless nothing else is left.
func (q *Question) keep(cut []bool) {
	stop := vi.IsStop
	if q.Folded {
		stop = vi.IsStopFolded
	}
	q.kept = make([]bool, len(q.terms))
	some := false
	for i, t := range q.terms {
		q.kept[i] = !cut[i] && (t.whole || !stop(t.text))
		some = some || q.kept[i]
	}
	if some {
		return
	}
	for i := range q.terms {
		q.kept[i] = !cut[i]
	}
}

// Empty reports whether there is nothing to search for.
func (q *Question) Empty() bool {
	for _, k := range q.kept {
		if k {
			return false
		}
	}
	return true
}

// takeTime makes a filter of the first span of time that the question names.
func (q *Question) takeTime(now time.Time) {
	ranges := vi.TimeRanges(q.scored, now.In(corpus.Zone))
	if len(ranges) == 0 {
		return
	}
	r := ranges[0]
	rest := cutSpan(q.scored, r.Span)
	if !hasWord(rest) {
		return // the time is all there is: search for its words
	}
	q.Filters = append(q.Filters, Filter{Text: r.Text, From: r.From, To: r.To})
	q.scored = rest
}

// timeAsWords handles times where they are no filter. Those that are seen from
// the day of asking ("hôm nay", "tuần này") are taken out: as words of an
// article they mean another day. The others are searched for, and are no
// evidence: an article need not name its time to answer.
func (q *Question) timeAsWords(now time.Time) {
	ranges := vi.TimeRanges(q.scored, now.In(corpus.Zone))
	for _, r := range slices.Backward(ranges) {
		if strings.ContainsAny(q.scored[r.Start:r.End], "0123456789") {
			continue
		}
		if rest := cutSpan(q.scored, r.Span); hasWord(rest) {
			q.scored = rest
		}
	}
	for _, r := range vi.TimeRanges(q.scored, now.In(corpus.Zone)) {
		if hasWord(cutSpan(q.scored, r.Span)) {
			q.times = append(q.times, r.Span)
		}
	}
}

// isTime reports whether a term belongs to a time that is no filter.
func (q *Question) isTime(t term) bool {
	return slices.ContainsFunc(q.times, func(s vi.Span) bool { return t.Start >= s.Start && t.End <= s.End })
}

// sourceWords stand before the name of an outlet that the answer shall come
// from.
var sourceWords = []string{"theo báo điện tử", "trên báo điện tử", "theo trang", "trên trang", "của báo", "theo báo", "trên báo", "ở báo", "từ báo", "theo", "trên", "báo"}

// takeOutlet makes a filter of "trên Nhân Dân", "theo Chinhphu.vn".
func (q *Question) takeOutlet(outlets []string) {
	tokens := plainTokens(q.scored)
	accented := vi.HasDiacritics(q.scored)
	form := func(s string) string {
		if accented {
			return vi.Normalize(s)
		}
		return vi.Fold(s)
	}
	for i := range tokens {
		for _, w := range sourceWords {
			n, ok := sameTokens(q.scored, tokens[i:], w, form)
			if !ok {
				continue
			}
			for _, name := range outlets {
				for _, alias := range outletNames(name) {
					m, ok := sameTokens(q.scored, tokens[i+n:], alias, form)
					if !ok || w == "theo" && !capitalised(q.scored[tokens[i+n].Start:]) && accented {
						continue
					}
					span := vi.Span{Start: tokens[i].Start, End: tokens[i+n+m-1].End}
					rest := cutSpan(q.scored, span)
					if !hasWord(rest) {
						return
					}
					q.Filters = append(q.Filters, Filter{Text: name, Outlet: name})
					q.scored = rest
					return
				}
			}
		}
	}
}

// capitalised reports whether s begins with a capital letter: "theo Dân trí"
// names a newspaper, "theo dân trí" does not.
func capitalised(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ToLower(string(r)) != string(r)
}

// outletNames are the names that an outlet of the corpus goes by.
func outletNames(name string) []string {
	names := []string{name}
	for _, o := range corpus.Outlets() {
		if o.Name == name {
			names = append(names, o.Aliases...)
			names = append(names, o.Domains...)
		}
	}
	return names
}

func plainTokens(s string) []vi.Token {
	var list []vi.Token
	for _, t := range vi.Tokens(s) {
		if !t.Whole {
			list = append(list, t)
		}
	}
	return list
}

// sameTokens reports whether the tokens begin with those of phrase, and how
// many these are.
func sameTokens(s string, tokens []vi.Token, phrase string, form func(string) string) (int, bool) {
	want := plainTokens(phrase)
	if len(want) == 0 || len(want) > len(tokens) {
		return 0, false
	}
	for i, w := range want {
		if form(s[tokens[i].Start:tokens[i].End]) != form(phrase[w.Start:w.End]) {
			return 0, false
		}
	}
	return len(want), true
}

func cutSpan(s string, span vi.Span) string {
	return strings.TrimSpace(strings.Trim(strings.TrimSpace(s[:span.Start]), ",;:")) + " " + strings.TrimSpace(s[span.End:])
}

// hasWord reports whether a question without its filter still asks anything.
func hasWord(s string) bool {
	for _, t := range vi.Tokens(s) {
		if !vi.IsStop(t.Text) {
			return true
		}
	}
	return false
}

// clauses are the terms of the question as the block-join query wants them.
func (q *Question) clauses(z *analyzer) []clause {
	var list []clause
	seen := map[string]bool{}
	add := func(c clause) {
		key := c.article + " " + c.term
		if !seen[key] {
			seen[key] = true
			list = append(list, c)
		}
	}
	syllable := clause{article: articleSyllables, passage: passageSyllables, weight: 1}
	bigram := clause{article: articleBigrams, passage: passageBigrams, bigram: true, weight: bigramWeight}
	if q.Folded {
		syllable.article, syllable.passage = articleFolded, passageFolded
		bigram.article, bigram.passage = articleFoldedBi, passageFoldedBi
	}
	for i, t := range q.terms {
		if q.kept[i] {
			c := syllable
			c.term = t.text
			c.time = q.isTime(t)
			c.also = q.alternatives(z, i, i)
			add(c)
		}
	}
	pairs(q.terms, func(i, j int) {
		if q.kept[i] || q.kept[j] {
			c := bigram
			c.term = z.bigram(q.terms[i].text, q.terms[j].text)
			c.loose = !q.kept[i] || !q.kept[j]
			c.time = q.isTime(q.terms[i]) || q.isTime(q.terms[j])
			c.also = q.alternatives(z, i, j)
			add(c)
		}
	})
	return withMarks(z, q.terms, list)
}

// bigramWeight is the weight of a pair of syllables beside a syllable's 1.
// Between 0.3 and 0.8 it made no difference beyond noise.
const bigramWeight = 0.5

// filter turns the filters into terms of the index.
func (q *Question) filter() []anyTerm {
	var list []anyTerm
	for _, f := range q.Filters {
		if f.Outlet != "" {
			list = append(list, anyTerm{field: outletField, terms: []string{outletKey(f.Outlet)}})
			continue
		}
		list = append(list, anyTerm{field: dayField, terms: days(f.From, f.To)})
	}
	return list
}

// days covers [from, to) by as few terms of the day field as there are: whole
// years, else whole months, else days. Open sides end where no newspaper was.
func days(from, to time.Time) []string {
	if from.IsZero() {
		from = time.Date(1900, 1, 1, 0, 0, 0, 0, corpus.Zone)
	}
	if to.IsZero() {
		to = time.Date(2200, 1, 1, 0, 0, 0, 0, corpus.Zone)
	}
	var terms []string
	for from.Before(to) {
		y, m, d := from.Date()
		switch {
		case m == 1 && d == 1 && !from.AddDate(1, 0, 0).After(to):
			terms = append(terms, strconv.Itoa(y))
			from = from.AddDate(1, 0, 0)
		case d == 1 && !from.AddDate(0, 1, 0).After(to):
			terms = append(terms, from.Format("2006-01"))
			from = from.AddDate(0, 1, 0)
		default:
			terms = append(terms, from.Format("2006-01-02"))
			from = from.AddDate(0, 0, 1)
		}
	}
	return terms
}
