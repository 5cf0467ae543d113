package vi

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// TimeRange is a span of time to which a question restricts itself.
type TimeRange struct {
	Span // the whole expression, with a preposition before it ("trong", "vào", "hồi", "của")
	// From is inclusive and To exclusive, both midnight in the place of the
	// present that was given. A zero time leaves that side open.
	From, To time.Time
	// Text says in Vietnamese how it was understood: "tháng 4/2022".
	Text string
}

// TimeRanges finds the spans of time to which a question restricts itself, in
// order: dates, months, quarters and years ("tháng 4/2022", "năm ngoái"), days
// and weeks seen from now ("hôm qua", "7 ngày gần đây"), and spans ("từ tháng
// 3 đến tháng 5/2022", "trước năm 2022", "cuối năm 2021"), with or without
// diacritics. Of overlapping ones the longest counts.
//
// What a date leaves open is the latest that is not after now, or the other
// end of the same span. "N ngày qua" is the N days before today, and today.
// No range is: a year without "năm" ("GRDP 2021"), a goal or limit ("đến năm
// 2030"), a comparison ("lớn nhất trong 10 năm qua"), a term ("2021-2025"), a law's year ("Luật Đất đai năm 2013"), and whatever
// begins in the future, for coverage of it cannot exist.
func TimeRanges(question string, now time.Time) []TimeRange {
	t := itemsOf(question)
	t.now = now
	var found []TimeRange
	for i := range t.list {
		for _, read := range []func(int) (period, int, bool){t.fromTo, t.to, t.betweenAnd, t.beforeAfter, t.partOf, t.lastUnits, t.firstMonths, t.plainPeriod} {
			p, n, ok := read(i)
			if !ok || !p.valid(now) {
				continue
			}
			start := i
			for start > 0 && t.list[start].near && t.introduces(start-1) {
				start--
			}
			found = append(found, TimeRange{Span{t.list[start].Start, t.list[n-1].End}, p.from, p.to, p.text})
		}
	}
	return longest(found)
}

// introduces reports whether item i is a preposition that belongs to the time
// behind it. Without diacritics "hồi" looks like "hội" and stays.
func (t *items) introduces(i int) bool {
	return t.oneOf(i, "trong vào của") || t.text(i) == "hồi"
}

// longest keeps of overlapping ranges the longest, and puts them in order.
func longest(found []TimeRange) []TimeRange {
	slices.SortStableFunc(found, func(a, b TimeRange) int {
		return cmp.Compare(b.End-b.Start, a.End-a.Start)
	})
	var kept []TimeRange
	for _, r := range found {
		if !slices.ContainsFunc(kept, func(k TimeRange) bool { return r.Start < k.End && k.Start < r.End }) {
			kept = append(kept, r)
		}
	}
	slices.SortFunc(kept, func(a, b TimeRange) int { return cmp.Compare(a.Start, b.Start) })
	return kept
}

// period is a span of time and its name.
type period struct {
	from, to time.Time
	text     string
}

func (p period) valid(now time.Time) bool {
	return (p.from.IsZero() || !p.from.After(now)) && (p.from.IsZero() || p.to.IsZero() || p.from.Before(p.to))
}

func (t *items) today() time.Time {
	y, m, d := t.now.Date()
	return t.midnight(y, int(m), d)
}

func (t *items) midnight(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, t.now.Location())
}

// period gives the time that a date means. What it leaves open is the latest
// that does not begin after limit.
func (t *items) period(m DateMention, limit time.Time) period {
	if m.Year == 0 {
		m.Year = limit.Year()
		for back := 0; back < 8; back++ { // 29/2 comes once in 4 or 8 years
			if m.possible() && !t.period(m, limit).from.After(limit) {
				break
			}
			m.Year--
		}
	}
	switch {
	case m.Day > 0:
		from := t.midnight(m.Year, m.Month, m.Day)
		return period{from, from.AddDate(0, 0, 1), dayText(from)}
	case m.Month > 0:
		from := t.midnight(m.Year, m.Month, 1)
		return period{from, from.AddDate(0, 1, 0), fmt.Sprintf("tháng %d/%d", m.Month, m.Year)}
	case m.Quarter > 0:
		from := t.midnight(m.Year, 3*m.Quarter-2, 1)
		return period{from, from.AddDate(0, 3, 0), fmt.Sprintf("quý %s/%d", [...]string{"I", "II", "III", "IV"}[m.Quarter-1], m.Year)}
	default:
		from := t.midnight(m.Year, 1, 1)
		return period{from, from.AddDate(1, 0, 0), fmt.Sprintf("năm %d", m.Year)}
	}
}

func dayText(d time.Time) string {
	return fmt.Sprintf("%d/%d/%d", d.Day(), d.Month(), d.Year())
}

// plainPeriod reads a date, a month, a quarter, a year, or a time seen from
// now, at item i.
func (t *items) plainPeriod(i int) (period, int, bool) {
	if t.oneBefore(i, "đến tới") {
		return period{}, 0, false
	}
	if p, n, ok := t.relative(i); ok {
		return p, n, ok
	}
	if n, ok := t.anyPhrase(i, "những năm|thập niên|thập kỷ"); ok && isYear(t.next(n)) && number(t.text(n))%10 == 0 {
		p := t.period(DateMention{Year: number(t.text(n))}, t.now)
		return period{p.from, p.from.AddDate(10, 0, 0), "những " + p.text}, n + 1, true
	}
	m, n, ok := t.date(i, false)
	if !ok {
		if a, b, ok := t.dateRange(i); ok {
			return t.between(a, b), i + 1, true
		}
		return period{}, 0, false
	}
	if isYear(t.text(i)) || onlyYear(m) && t.ofLaw(i) {
		return period{}, 0, false
	}
	return t.period(m, t.now), n, true
}

func onlyYear(m DateMention) bool { return m.Day == 0 && m.Month == 0 && m.Quarter == 0 }

// ofLaw reports whether the year at item i belongs to the name of a law.
func (t *items) ofLaw(i int) bool {
	for k := i - 1; k >= 0 && k >= i-6 && t.list[k+1].near; k-- {
		if t.oneOf(k, "luật") || t.text(k) == "pháp" && (t.text(k-1) == "hiến" || t.text(k+1) == "lệnh") {
			return true
		}
	}
	return false
}

// seenFrom are the times seen from now: the unit, how many units ago it
// began, the name under which it is shown, and how people say it.
var seenFrom = []struct {
	unit    string
	ago     int
	name    string
	phrases string
}{
	{"ngày", 0, "hôm nay", "hôm nay|ngày hôm nay|sáng nay|trưa nay|chiều nay|tối nay|đêm nay|sáng hôm nay|chiều hôm nay|tối hôm nay"},
	{"ngày", 1, "hôm qua", "hôm qua|ngày hôm qua|sáng qua|trưa qua|chiều qua|tối qua|đêm qua|sáng hôm qua|chiều hôm qua|tối hôm qua|đêm hôm qua"},
	{"ngày", 2, "hôm kia", "hôm kia|ngày hôm kia"},
	{"tuần", 0, "tuần này", "tuần này|tuần nay"},
	{"tuần", 1, "tuần trước", "tuần trước|tuần qua|tuần rồi|tuần vừa qua|tuần vừa rồi"},
	{"tháng", 0, "tháng này", "tháng này|tháng nay"},
	{"tháng", 1, "tháng trước", "tháng trước|tháng qua|tháng rồi|tháng vừa qua|tháng vừa rồi"},
	{"quý", 0, "quý này", "quý này"},
	{"quý", 1, "quý trước", "quý trước|quý vừa qua|quý vừa rồi"},
	{"năm", 0, "năm nay", "năm nay|năm này"},
	{"năm", 1, "năm ngoái", "năm ngoái|năm trước|năm qua|năm rồi|năm vừa qua|năm vừa rồi"},
	{"năm", 2, "năm kia", "năm kia"},
}

// relative reads a time seen from now at item i.
func (t *items) relative(i int) (p period, n int, ok bool) {
	if !t.oneOf(i, "ngày hôm tuần tháng quý năm sáng trưa chiều tối đêm") || t.southern(i) || t.counted(i) || t.oneBefore(i, "mỗi hằng hàng") {
		return p, 0, false
	}
	for _, seen := range seenFrom {
		for phrase := range strings.SplitSeq(seen.phrases, "|") {
			if end, is := t.phrase(i, phrase); is && end > n {
				p, n, ok = t.unitsAgo(seen.unit, seen.ago), end, true
				p.text = seen.name + " (" + p.text + ")"
			}
		}
	}
	return p, n, ok
}

// unitsAgo is the calendar unit that many units before the present one.
func (t *items) unitsAgo(unit string, ago int) period {
	today := t.today()
	year, month := today.Year(), int(today.Month())
	switch unit {
	case "ngày":
		from := today.AddDate(0, 0, -ago)
		return period{from, from.AddDate(0, 0, 1), dayText(from)}
	case "tuần":
		monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7-7*ago)
		return period{monday, monday.AddDate(0, 0, 7), dayText(monday) + " – " + dayText(monday.AddDate(0, 0, 6))}
	case "tháng":
		p := t.period(DateMention{Year: year, Month: month}, t.now)
		p.from = p.from.AddDate(0, -ago, 0)
		return period{p.from, p.from.AddDate(0, 1, 0), fmt.Sprintf("%d/%d", p.from.Month(), p.from.Year())}
	case "quý":
		from := t.midnight(year, (month-1)/3*3+1-3*ago, 1)
		p := t.period(DateMention{Year: from.Year(), Quarter: (int(from.Month())-1)/3 + 1}, t.now)
		p.text = strings.TrimPrefix(p.text, "quý ")
		return p
	default:
		p := t.period(DateMention{Year: year - ago}, t.now)
		p.text = strconv.Itoa(year - ago)
		return p
	}
}

// moment is one end of a span: a date, possibly not complete, or a time seen
// from now.
type moment struct {
	date DateMention
	seen period // instead of date, where text is set
}

// moment reads one end of a span at item i. A lone number is a day or a month
// whose rest the other end tells.
func (t *items) moment(i int) (m moment, n int, ok bool) {
	if m.seen, n, ok = t.relative(i); ok {
		return m, n, true
	}
	if m.date, n, ok = t.date(i, true); ok {
		return m, n, true
	}
	start := i
	if t.oneOf(i, "ngày mùng mồng") && t.next(i+1) != "" {
		i++
	}
	if d := number(t.text(i)); d >= 1 && d <= 31 {
		return moment{date: DateMention{Day: d, Span: Span{t.list[start].Start, t.list[i].End}}}, i + 1, true
	}
	if isYear(t.text(i)) && i == start {
		return moment{date: DateMention{Year: number(t.text(i))}}, i + 1, true
	}
	return m, 0, false
}

// fromTo reads "từ A đến B", "từ A đến nay" and "từ A" at item i.
func (t *items) fromTo(i int) (p period, n int, ok bool) {
	n, ok = t.anyPhrase(i, "kể từ|từ")
	if !ok || n >= len(t.list) || !t.list[n].near {
		return p, 0, false
	}
	if a, b, ok := t.dateRange(n); ok {
		return t.between(a, b), n + 1, true
	}
	if yearA, yearB, ok := yearsOf(t.text(n)); ok {
		return t.between(DateMention{Year: yearA}, DateMention{Year: yearB}), n + 1, true
	}
	if end, ok := t.phrase(n, "năm"); ok && end < len(t.list) {
		if yearA, yearB, ok := yearsOf(t.next(end)); ok {
			return t.between(DateMention{Year: yearA}, DateMention{Year: yearB}), end + 1, true
		}
	}
	a, n, ok := t.startOf(n)
	if !ok {
		return p, 0, false
	}
	if join, joined := t.join(n); joined {
		if end, is := t.anyPhrase(join, "nay|bây giờ|hiện nay|giờ"); is {
			p = t.open(a)
			p.to = t.today().AddDate(0, 0, 1)
			return p, end, true
		}
		if b, end, is := t.moment(join); is {
			if p, ok := t.span(a, b); ok {
				return p, end, true
			}
		}
	}
	if a.seen.text == "" && a.date.Day > 0 && a.date.Month == 0 {
		return p, 0, false
	}
	if end, is := t.anyPhrase(n, "trở đi|trở lại đây"); is && t.list[n].near {
		n = end
	}
	return t.open(a), n, true
}

// to reads "A đến B" at item i, where both ends are dates beyond doubt.
func (t *items) to(i int) (p period, n int, ok bool) {
	a, n, ok := t.date(i, false)
	if !ok || isYear(t.text(i)) {
		return p, 0, false
	}
	if n, ok = t.join(n); !ok {
		return p, 0, false
	}
	b, n, ok := t.date(n, true)
	if !ok || onlyYear(a) != onlyYear(b) {
		return p, 0, false
	}
	return t.between(a, b), n, true
}

// betweenAnd reads "giữa năm 2021 và 2023" at item i.
func (t *items) betweenAnd(i int) (p period, n int, ok bool) {
	if !t.oneOf(i, "giữa") || t.next(i+1) == "" {
		return p, 0, false
	}
	a, n, ok := t.moment(i + 1)
	if !ok || !t.is(t.next(n), "và") || t.next(n+1) == "" {
		return p, 0, false
	}
	b, n, ok := t.moment(n + 1)
	if !ok {
		return p, 0, false
	}
	p, ok = t.span(a, b)
	return p, n, ok
}

// join gives the index behind "đến" or a dash at item i.
func (t *items) join(i int) (n int, ok bool) {
	if i >= len(t.list) {
		return 0, false
	}
	if t.list[i].gap == "-" || t.list[i].gap == "–" {
		return i, true
	}
	n, ok = t.anyPhrase(i, "cho đến|đến|tới")
	return n, ok && t.list[i].near && n < len(t.list) && t.list[n].near
}

// startOf is moment, and "đầu năm 2022", "đầu tháng này", "đầu năm".
func (t *items) startOf(i int) (m moment, n int, ok bool) {
	if p, n, ok := t.partOf(i); ok {
		return moment{seen: p}, n, true
	}
	if n, ok := t.phrase(i, "đầu năm"); ok && (!t.is(t.next(n), "tới sau học mới") || t.is(t.next(n+1), "nay")) {
		p := t.period(DateMention{Year: t.now.Year()}, t.now)
		p.text = "đầu " + p.text
		return moment{seen: p}, n, true
	}
	return t.moment(i)
}

// yearsOf reads a term in one word, "2021-2023".
func yearsOf(word string) (from, to int, ok bool) {
	a, b, _ := strings.Cut(word, "-")
	return number(a), number(b), isYear(a) && isYear(b)
}

// open is the span from the beginning of a moment on.
func (t *items) open(a moment) period {
	p := t.whole(a)
	return period{from: p.from, text: "từ " + p.text}
}

func (t *items) whole(m moment) period {
	if m.seen.text != "" {
		return m.seen
	}
	return t.period(m.date, t.now)
}

// span is the time from the beginning of a to the end of b; what a does not
// say is as in b.
func (t *items) span(a, b moment) (period, bool) {
	if a.seen.text == "" && b.seen.text == "" {
		if b.date.Month == 0 && b.date.Day > 0 {
			// "từ tháng 3 đến 5": a month like the first.
			if a.date.Month == 0 || a.date.Day > 0 || b.date.Day > 12 {
				return period{}, false
			}
			b.date.Month, b.date.Day = b.date.Day, 0
		}
		if a.date.Month == 0 && a.date.Day > 0 {
			switch {
			case b.date.Day > 0:
				a.date.Month = b.date.Month
			case b.date.Month > 0 && a.date.Day <= 12:
				a.date.Month, a.date.Day = a.date.Day, 0
			}
		}
		if !a.date.possible() || !b.date.possible() || a.date.Day > 0 && a.date.Month == 0 {
			return period{}, false
		}
		return t.between(a.date, b.date), true
	}
	p, q := t.whole(a), t.whole(b)
	return period{p.from, q.to, p.text + " – " + q.text}, true
}

// between is the time from the beginning of a to the end of b. Where a has no
// year it is that of b, or the year before if a would be later than b.
func (t *items) between(a, b DateMention) period {
	if a.Year > 0 && b.Year == 0 {
		b.Year = a.Year
		if t.period(b, t.now).from.Before(t.period(a, t.now).from) {
			b.Year++
		}
	}
	q := t.period(b, t.now)
	if a.Year == 0 {
		p := t.period(a, q.to.AddDate(0, 0, -1))
		return period{p.from, q.to, p.text + " – " + q.text}
	}
	p := t.period(a, t.now)
	return period{p.from, q.to, p.text + " – " + q.text}
}

// beforeAfter reads "trước năm 2022" and "sau tháng 4/2022" at item i.
func (t *items) beforeAfter(i int) (p period, n int, ok bool) {
	before, after := t.oneOf(i, "trước"), t.oneOf(i, "sau")
	if !before && !after || t.next(i+1) == "" || t.oneBefore(i, "ngày tuần tháng quý năm hôm") {
		return p, 0, false
	}
	m, n, ok := t.moment(i + 1)
	if !ok || m.seen.text == "" && m.date.Year == 0 && m.date.Month == 0 && m.date.Quarter == 0 {
		return p, 0, false
	}
	p = t.whole(m)
	if before {
		return period{to: p.from, text: "trước " + p.text}, n, true
	}
	return period{from: p.to, text: "sau " + p.text}, n, true
}

// partOf reads "đầu năm 2022", "giữa tháng 4" and "cuối năm ngoái" at item i:
// the first or last quarter or the middle half of a year, or a third of a
// month.
func (t *items) partOf(i int) (p period, n int, ok bool) {
	part := ""
	for w := range strings.FieldsSeq("đầu giữa cuối") {
		if t.oneOf(i, w) {
			part = w
		}
	}
	if part == "" || t.next(i+1) == "" || !t.oneOf(i+1, "năm tháng") || t.counted(i) || t.oneBefore(i, "tháng") {
		return p, 0, false
	}
	m, n, ok := t.moment(i + 1)
	if !ok || m.date.Day > 0 || m.date.Quarter > 0 {
		return p, 0, false
	}
	p = t.whole(m)
	p.text = part + " " + p.text
	months := t.oneOf(i+1, "năm")
	step := func(from time.Time, thirds, quarters int) time.Time {
		if months {
			return from.AddDate(0, 3*quarters, 0)
		}
		return from.AddDate(0, 0, 10*thirds)
	}
	from := p.from
	switch part {
	case "đầu":
		p.to = step(from, 1, 1)
	case "giữa":
		p.from, p.to = step(from, 1, 1), step(from, 2, 3)
	default:
		p.from = step(from, 2, 3)
	}
	return p, n, true
}

// numberNames are the small numbers in words, for "ba ngày qua".
var numberNames = strings.Fields("một hai ba bốn năm sáu bảy tám chín mười")

// count reads a number at item i, in digits or words.
func (t *items) count(i int) (value int, ok bool) {
	if v := number(t.text(i)); v >= 0 {
		return v, v >= 1 && v <= 999
	}
	for k, name := range numberNames {
		if t.oneOf(i, name) {
			return k + 1, true
		}
	}
	return 0, false
}

// lastUnits reads "3 ngày qua" and "hai tuần gần đây" at item i.
func (t *items) lastUnits(i int) (p period, n int, ok bool) {
	count, ok := t.count(i)
	if !ok || t.next(i+1) == "" || t.next(i+2) == "" || t.oneBefore(i, "nhất") || t.oneBefore(i, "trong") && t.oneBefore(i-1, "nhất") {
		return p, 0, false
	}
	n, ok = t.anyPhrase(i+2, "vừa qua|vừa rồi|qua|gần đây nhất|gần đây|gần nhất|trở lại đây|mới đây")
	if !ok {
		return p, 0, false
	}
	today := t.today()
	p = period{to: today.AddDate(0, 0, 1)}
	unit := ""
	switch {
	case t.oneOf(i+1, "ngày hôm"):
		p.from, unit = today.AddDate(0, 0, -count), "ngày"
	case t.oneOf(i+1, "tuần"):
		p.from, unit = today.AddDate(0, 0, -7*count), "tuần"
	case t.oneOf(i+1, "tháng"):
		p.from, unit = today.AddDate(0, -count, 0), "tháng"
	case t.oneOf(i+1, "năm"):
		p.from, unit = today.AddDate(-count, 0, 0), "năm"
	default:
		return p, 0, false
	}
	p.text = fmt.Sprintf("%d %s qua (%s – %s)", count, unit, dayText(p.from), dayText(today))
	return p, n, true
}

// firstMonths reads "6 tháng đầu năm 2022" and "3 tháng cuối năm" at item i.
func (t *items) firstMonths(i int) (p period, n int, ok bool) {
	count, ok := t.count(i)
	if !ok || count > 12 || !t.is(t.next(i+1), "tháng") || !t.is(t.next(i+2), "đầu cuối") || !t.is(t.next(i+3), "năm") {
		return p, 0, false
	}
	year, n, dated := t.year(i + 3)
	if !dated {
		year, n = t.now.Year(), i+4
	}
	p = t.period(DateMention{Year: year}, t.now)
	part := "đầu"
	if t.oneOf(i+2, "đầu") {
		p.to = p.from.AddDate(0, count, 0)
	} else {
		part = "cuối"
		p.from = p.to.AddDate(0, -count, 0)
	}
	p.text = fmt.Sprintf("%d tháng %s %s", count, part, p.text)
	return p, n, true
}
