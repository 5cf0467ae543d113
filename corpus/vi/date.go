package vi

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// DateMention is a date that a text names; what it does not name is 0.
type DateMention struct {
	Span             // with the words that belong to it: "ngày 6/12/2021", "sáng 8/1"
	Year, Month, Day int
	// Quarter is 1 to 4 in "quý I/2022", where Month is 0.
	Quarter int
}

// DateMentions finds the dates that running text names, in order: days
// ("ngày 6/12/2021", "8/1", "ngày 3 tháng 5"), months ("tháng 4/2022"),
// quarters ("quý I/2022") and years ("năm 2021", "2021"), with or without
// diacritics. Impossible dates, terms ("2021-2030"), document numbers
// ("30/2020/NĐ-CP") and quantities are none. "1/4" may be a fraction, so a
// day and month alone count only behind a word for a day or a preposition of
// time, next to another date, or alone in brackets.
func DateMentions(s string) []DateMention {
	t := itemsOf(s)
	return t.dates()
}

// dates is DateMentions.
func (t *items) dates() []DateMention {
	var found []DateMention
	for i := 0; i < len(t.list); {
		chained := len(found) > 0 && i > 0 && found[len(found)-1].End == t.list[i-1].End &&
			found[len(found)-1].Day > 0 && strings.Trim(t.list[i].gap, ",-–") == ""
		if m, n, ok := t.date(i, chained); ok {
			found = append(found, m)
			i = n
			continue
		}
		if a, b, ok := t.dateRange(i); ok {
			found = append(found, a, b)
		}
		i++
	}
	return found
}

// dayWords stand before a day: "sáng ngày 8/1".
const dayWords = "ngày sáng trưa chiều tối đêm hôm mùng mồng"

// date reads the date that begins at item i and gives the index of the item
// behind it. loose accepts "8/1" and "4/2022" with nothing to introduce them.
func (t *items) date(i int, loose bool) (m DateMention, n int, ok bool) {
	start := i
	for i < len(t.list) && (i == start || t.list[i].near) && t.is(t.text(i), dayWords) {
		i++
	}
	if i >= len(t.list) || i > start && !t.list[i].near {
		return m, 0, false
	}
	if dayWord := i > start; dayWord || !t.oneOf(i, "tháng quý quí năm") {
		m, n, ok = t.day(i, dayWord, loose)
	} else {
		m, n, ok = t.monthOrMore(i)
	}
	if !ok || !m.possible() {
		return m, 0, false
	}
	m.Span = Span{t.list[start].Start, t.list[n-1].End}
	return m, n, true
}

func (t *items) oneOf(i int, words string) bool { return t.is(t.text(i), words) }

// day reads a date that begins with a number.
func (t *items) day(i int, dayWord, loose bool) (m DateMention, n int, ok bool) {
	k := t.list[i]
	if d := number(k.text); d >= 1 && d <= 31 && len(k.text) <= 2 && t.is(t.next(i+1), "tháng") {
		m, n, ok = t.month(i+1, true)
		m.Day = d
		return m, n, ok && (dayWord || loose || m.Year > 0)
	}
	if isYear(k.text) {
		m.Year = number(k.text)
		return m, i + 1, !dayWord && t.yearStands(i)
	}
	m, sep, ok := numericDate(k.text)
	if !ok {
		return m, 0, false
	}
	switch {
	case m.Day == 0:
		ok = sep == '/' && !dayWord && (loose || t.oneBefore(i, "từ đến tới đầu giữa cuối hồi vào trong trước sau") || t.touches(i, "(", ")"))
	case m.Year == 0 && !dayWord:
		ok = sep == '/' && (loose || t.introducesDay(i))
	}
	n = i + 1
	if m.Year == 0 {
		if y, behind, ok := t.year(n); ok {
			m.Year, n = y, behind
		}
	}
	return m, n, ok
}

func (t *items) oneBefore(i int, words string) bool { return t.is(t.before(i), words) }

// introducesDay reports whether "8/1" at item i is a day: behind a
// preposition of time, beside a day of the week, or alone in brackets.
func (t *items) introducesDay(i int) bool {
	if t.is(t.next(i+1), "số tổng diện dân quân thời chặng lượng") {
		return false // "đến 2/3 số hộ"
	}
	if t.oneBefore(i, "từ đến tới "+dayWords) || t.touches(i, "(", ")") {
		return true
	}
	if i < 2 || strings.Trim(t.list[i].gap, ",(") != "" || !t.list[i-1].near {
		return false
	}
	return t.is(t.text(i-2), "thứ") && t.is(t.text(i-1), "hai ba tư năm sáu bảy 2 3 4 5 6 7") ||
		t.is(t.text(i-2), "chủ") && t.is(t.text(i-1), "nhật")
}

// monthOrMore reads "tháng 4/2022", "quý I năm 2022" and "năm 2022".
func (t *items) monthOrMore(i int) (m DateMention, n int, ok bool) {
	switch {
	case t.oneOf(i, "tháng"):
		if t.counted(i) || t.oneBefore(i, "mỗi hằng hàng mạng") {
			return m, 0, false // "6 tháng", "mỗi tháng 3 lần", "Cách mạng tháng Tám"
		}
		return t.month(i, false)
	case t.oneOf(i, "quý quí"):
		return t.quarter(i)
	default:
		y, n, ok := t.year(i)
		m.Year = y
		return m, n, ok && isYear(t.text(i+1))
	}
}

// counted reports whether a number stands directly before item i.
func (t *items) counted(i int) bool {
	before := t.before(i)
	if t.plain && before == "sau" {
		return false // "sau" more often than "sáu"
	}
	return number(before) >= 0 || t.is(before, "một hai ba bốn sáu bảy tám chín mười mấy vài nhiều các những")
}

// month reads "tháng" and its number at item i, with the year behind it.
func (t *items) month(i int, ofDay bool) (m DateMention, n int, ok bool) {
	word := t.next(i + 1)
	if word == "" {
		return m, 0, false
	}
	n = i + 2
	if d, sep, ok := numericDate(word); ok && sep != 0 && d.Day == 0 {
		return d, n, true
	}
	named := false
	if m.Month = number(word); m.Month < 0 || len(word) > 2 {
		if m.Month, n = t.monthName(i + 1); m.Month == 0 {
			return m, 0, false
		}
		named = true
	}
	y, behind, dated := t.yearBehind(n)
	if dated {
		m.Year, n = y, behind
	}
	first, _ := utf8.DecodeRuneInString(t.list[i+1].raw)
	ok = m.Month >= 1 && m.Month <= 12 && (!named || ofDay || dated || unicode.IsUpper(first))
	return m, n, ok
}

// monthName reads the name of a month at item i: "Giêng", "tư", "mười hai".
func (t *items) monthName(i int) (month, n int) {
	for k, name := range strings.Fields("giêng hai ba tư năm sáu bảy tám chín mười") {
		if !t.oneOf(i, name) {
			continue
		}
		if k+1 == 10 {
			for unit, name := range []string{"một", "hai"} {
				if t.is(t.next(i+1), name) {
					return 11 + unit, i + 2
				}
			}
		}
		return k + 1, i + 1
	}
	return 0, 0
}

// quarter reads "quý" and its number at item i, with the year behind it.
func (t *items) quarter(i int) (m DateMention, n int, ok bool) {
	name, year, _ := strings.Cut(strings.ReplaceAll(t.next(i+1), "-", "/"), "/")
	for k, names := range []string{"i 1 một", "ii 2 hai", "iii 3 ba", "iv 4 tư bốn"} {
		if t.is(name, names) {
			m.Quarter = k + 1
		}
	}
	if m.Quarter == 0 || year != "" && !isYear(year) {
		return m, 0, false
	}
	n = i + 2
	if year != "" {
		m.Year = number(year)
		return m, n, true
	}
	y, behind, dated := t.yearBehind(n)
	if dated {
		m.Year, n = y, behind
	}
	inWords := len(name) > 1 && strings.Trim(name, "iv") != ""
	return m, n, dated || !inWords
}

// year reads "năm 2022" at item i, and where the present is known "năm nay",
// "năm ngoái", "năm trước".
func (t *items) year(i int) (year, n int, ok bool) {
	if i >= len(t.list) || !t.oneOf(i, "năm") || t.southern(i) || i > 0 && !t.list[i].near && t.list[i].gap == "" {
		return 0, 0, false
	}
	word := t.next(i + 1)
	switch {
	case isYear(word) && !t.inTerm(i+1):
		return number(word), i + 2, true
	case t.now.IsZero() || i == 0 || !t.list[i].near:
	case t.is(word, "nay"):
		return t.now.Year(), i + 2, true
	case t.is(word, "ngoái trước"):
		return t.now.Year() - 1, i + 2, true
	}
	return 0, 0, false
}

// yearBehind is year, and the year behind a stroke: "4 / 2022", "II -2019".
func (t *items) yearBehind(i int) (year, n int, ok bool) {
	if i < len(t.list) && (t.list[i].gap == "/" || t.list[i].gap == "-") && isYear(t.text(i)) {
		return number(t.text(i)), i + 1, true
	}
	return t.year(i)
}

// southern reports whether "nam" at item i of a text without diacritics is
// the end of a name, such as Việt Nam.
func (t *items) southern(i int) bool {
	return t.plain && t.oneBefore(i, "việt quảng hà miền phía đông tây phương")
}

// inTerm reports whether the year at item i begins or ends a term of years:
// "2021 - 2025".
func (t *items) inTerm(i int) bool {
	dash := func(i int) bool {
		g := t.list[i].gap
		return g == "-" || g == "–" || g == "—"
	}
	return i+1 < len(t.list) && dash(i+1) && isYear(t.text(i+1)) || i > 0 && dash(i) && isYear(t.text(i-1))
}

// yearStands reports whether the four digits at item i are a year by
// themselves, not a quantity, a number or the bound of a term.
func (t *items) yearStands(i int) bool {
	if t.inTerm(i) || t.oneBefore(i, "số đoạn kỳ") || strings.HasPrefix(t.s[t.list[i].End:], "%") {
		return false
	}
	return !t.is(t.next(i+1), "người hộ ca đồng usd tỷ tỉ triệu km m m2 kg tấn tạ ha lít mét căn chiếc cái xe lượt suất phần")
}

// dateRange reads two days or months in one word at item i: "8-9/1",
// "1/3-15/4/2022". They count as single ones do.
func (t *items) dateRange(i int) (a, b DateMention, ok bool) {
	k := t.list[i]
	left, right, cut := strings.Cut(k.raw, "-")
	if !cut {
		left, right, cut = strings.Cut(k.raw, "–")
	}
	if !cut {
		return a, b, false
	}
	b, sep, ok := numericDate(right)
	if !ok || sep != '/' {
		return a, b, false
	}
	if a, _, ok = numericDate(left); !ok {
		switch d := number(left); {
		case b.Day > 0 && d > 0:
			a.Day = d
		case b.Day == 0 && d > 0:
			a.Month = d
		default:
			return a, b, false
		}
	}
	if a.Month == 0 {
		a.Month = b.Month
	}
	if a.Year == 0 {
		a.Year = b.Year
	}
	introduced := b.Year > 0 && b.Day > 0 || b.Day == 0 && t.oneBefore(i, "tháng") || t.introducesDay(i)
	a.Span = Span{k.Start, k.Start + len(left)}
	b.Span = Span{k.End - len(right), k.End}
	return a, b, introduced && a.possible() && b.possible()
}

// numericDate reads a date written in digits: day and month, month and year,
// or all three (the year last, or first as in ISO 8601). sep stands between.
func numericDate(s string) (m DateMention, sep byte, ok bool) {
	at := strings.IndexAny(s, "/-.")
	if at < 0 || len(s) > 10 {
		return m, 0, false
	}
	sep = s[at]
	first, rest, _ := strings.Cut(s, string(sep))
	second, third, three := strings.Cut(rest, string(sep))
	if number(first) < 0 || number(second) < 0 || three && number(third) < 0 {
		return m, 0, false
	}
	switch {
	case three && isYear(first) && len(second) <= 2 && len(third) <= 2:
		m.Year, m.Month, m.Day = number(first), number(second), number(third)
	case len(first) > 2:
		return m, 0, false
	case !three && isYear(second):
		m.Month, m.Year = number(first), number(second)
		return m, sep, m.Month >= 1 && m.Month <= 12
	case len(second) > 2:
		return m, 0, false
	case !three:
		m.Day, m.Month = number(first), number(second)
	case isYear(third):
		m.Day, m.Month, m.Year = number(first), number(second), number(third)
	case len(third) == 2 && sep == '/':
		m.Day, m.Month, m.Year = number(first), number(second), 2000+number(third)
	default:
		return m, 0, false
	}
	return m, sep, m.Day > 0 && m.Month > 0 && m.possible()
}

// possible reports whether the calendar has such a date.
func (m DateMention) possible() bool {
	if m.Month < 0 || m.Month > 12 || m.Day < 0 {
		return false
	}
	if m.Day == 0 {
		return true
	}
	year := m.Year
	if year == 0 {
		year = 2000 // a leap year: 29/2 may be meant
	}
	return m.Month > 0 && m.Day <= daysIn(year, m.Month)
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
