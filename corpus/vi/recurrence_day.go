package vi

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// component reads one more thing that says when at word i into w, and gives
// its end, or i where there is none.
func (p *whenWords) component(i int, w *when) int {
	for _, read := range []func(int, *when) int{
		p.interval, p.each, p.perDay, p.except, p.arrival, p.week, p.weekdays, p.hours, p.time, p.partAlone, p.once,
	} {
		if n := read(i, w); n > i {
			return n
		}
	}
	return i
}

// arrival reads "ngay khi có bài" and its like.
func (p *whenWords) arrival(i int, w *when) int {
	n := p.arrivalLead(i)
	n, ok := p.phrase(n, "khi có|khi nào có|lúc nào có|ngay khi có|mỗi khi có|bất cứ khi nào có|hễ có|cứ có|ngay lúc có")
	if ok {
		if n, ok = p.nearPhrase(n, "bài|bài mới|tin|tin mới|tin tức|tin tức mới|bài viết|bài viết mới|bài báo mới|bản tin mới|gì mới|cái mới"); ok {
			n = p.skip(n, thenSend)
		}
	}
	if !ok { // "tin bão ngay khi có"
		if n, ok = p.phrase(i, "ngay khi có|ngay lúc có"); ok && !p.over(n) {
			ok = false
		}
	}
	if !ok && i > 0 { // "có tin về X là báo ngay"
		n, ok = p.phrase(i, thenSend)
	}
	if !ok {
		n, ok = p.phrase(i, "có bài là gửi|có bài là báo|có tin là gửi|có tin là báo|có bài mới là gửi|có tin mới là báo|có là gửi|có là báo|on arrival|as soon as possible|as they arrive|as they come|as it comes|as soon as they arrive|as soon as it arrives|as soon as there is news|whenever there is news|when there is news")
	}
	if ok {
		w.strong, w.explicit = true, true
	} else if n, ok = p.phrase(i, "ngay|ngay lập tức|lập tức|tức thì|tức thời|at once|immediately|instantly|right away"); !ok {
		return i
	} else if n-i > 1 || p.list[i].text != "ngay" {
		w.strong, w.explicit = true, true
	} else if !p.list[i].ascii || p.marked && p.list[i].text == "ngay" && n < len(p.list) && !p.list[n].digits {
		// Without diacritics "ngày" looks like "ngay".
		if _, other := p.nearPhrase(n, notAtOnce); !other {
			w.strong = true
		}
	}
	w.arrival = true
	return n
}

const (
	// thenSend ends what begins with "có tin về …".
	thenSend = "là gửi|là báo|thì gửi|thì báo|là gửi ngay|là báo ngay|thì gửi ngay|thì báo ngay|là gửi liền|là báo liền|thì gửi liền|thì báo liền"
	// notAtOnce follow an "ngay" that means something else.
	notAtOnce = "cả|từ|sau|trước|tại|trong|giữa|trên|dưới|bên|ngắn|thẳng|thật|đơ|tình|lưng"
)

// arrivalLead is the end of "ngay cho tôi" before "khi có bài" at word i, or i.
func (p *whenWords) arrivalLead(i int) int {
	n, ok := p.phrase(i, "ngay|ngay lập tức|liền")
	if !ok {
		return i
	}
	if n = p.skip(n, "cho"); n < len(p.list) {
		if end := p.skip(n, whoWords); end > n && p.near(end) {
			return end
		}
	}
	return i
}

// interval reads "6 tiếng một lần".
func (p *whenWords) interval(i int, w *when) int {
	from := i
	if n, ok := p.phrase(i, "cách|cứ|sau mỗi|once every"); ok && p.near(n) {
		from = n
	}
	if n := p.halves(i, from, w); n > i {
		return n
	}
	count, n, unit := p.quantity(from)
	if skipped := p.skip(from, "mỗi|cách|sau"); unit == noUnit && from > i && skipped > from { // "cứ sau 6 tiếng"
		from = skipped
		count, n, unit = p.quantity(from)
	}
	if unit == noUnit {
		if n, ok := p.phrase(i, "cách ngày|cách nhật|cách tuần|every other day|every other week|every second day"); ok {
			w.strong, w.explicit = true, true
			w.fail(UnsupportedPattern, p.span(i, n))
			return n
		}
		return i
	}
	end, times := p.times(n)
	if !times && (from == i || unit == hourUnit && p.timeGoesOn(from, n)) {
		return i
	}
	return p.repeat(i, end, count, unit, w)
}

// halves reads "nửa ngày" behind "mỗi" or "cứ", which ends before word from, or
// before "một lần".
func (p *whenWords) halves(i, from int, w *when) int {
	at := p.skip(from, "mỗi|sau|sau mỗi")
	n, ok := p.phrase(at, "nửa")
	if !ok {
		return i
	}
	end, unit := p.unit(n)
	last, times := p.times(end)
	if unit == noUnit || !times && at == i {
		return i
	}
	if unit == dayUnit {
		return p.repeat(i, last, 12, hourUnit, w)
	}
	w.strong, w.explicit = true, true
	problem := NoSuchInterval
	if unit > dayUnit {
		problem = UnsupportedPattern
	}
	w.fail(problem, p.span(i, last))
	return last
}

// quantity reads a number of units of time at word i; without one, unit is
// noUnit.
func (p *whenWords) quantity(i int) (count, end int, unit timeUnit) {
	count, n, ok := p.number(i)
	if !ok {
		return 0, 0, noUnit
	}
	end, unit = p.unit(n)
	return count, end, unit
}

// timeUnit is a unit of time in which intervals are given.
type timeUnit uint8

const (
	noUnit timeUnit = iota
	minuteUnit
	hourUnit
	dayUnit
	weekUnit
	longUnit
)

// unit reads a unit of time at word i, near the word before.
func (p *whenWords) unit(i int) (end int, unit timeUnit) {
	for _, k := range []struct {
		unit    timeUnit
		phrases string
	}{
		{minuteUnit, "phút|giây|minute|minutes|min|mins|second|seconds"},
		{hourUnit, "giờ|tiếng|h|tiếng đồng hồ|giờ đồng hồ|hour|hours|hr|hrs"},
		{dayUnit, "ngày|hôm|bữa|day|days"},
		{weekUnit, "tuần|week|weeks"},
		{longUnit, "tháng|quý|năm|month|months|quarter|quarters|year|years"},
	} {
		if n, ok := p.nearPhrase(i, k.phrases); ok && n > end {
			end, unit = n, k.unit
		}
	}
	if n, ok := p.phrase(i, "p|ph"); ok && p.glued(i) && unit == noUnit { // "30p"
		return n, minuteUnit
	}
	return end, unit
}

// times reads "một lần" or "/lần" at word i.
func (p *whenWords) times(i int) (end int, ok bool) {
	if n, ok := p.nearPhrase(i, "một lần|mỗi lần|lần một|once"); ok {
		return n, true
	}
	if p.digits(i, 2) == 1 && p.near(i) {
		if n, ok := p.nearPhrase(i+1, "lần"); ok {
			return n, true
		}
	}
	if n, ok := p.phrase(i, "lần"); ok && (p.near(i) || strings.TrimSpace(p.list[i].gap) == "/") {
		return n, true
	}
	return i, false
}

// timeGoesOn reports whether what looks like a number of hours is a time of
// day, for its minutes or the part of the day follow.
func (p *whenWords) timeGoesOn(i, end int) bool {
	_, n, ok := p.clock(i)
	return ok && n > end
}

// repeat notes an interval of count units, said by the words from i to end.
func (p *whenWords) repeat(i, end, count int, unit timeUnit, w *when) int {
	w.strong, w.explicit = true, true
	hours := count
	switch {
	case unit == dayUnit && count == 1:
		w.daily = true
		return end
	case unit == weekUnit && count == 1:
		w.weekly = true
		return end
	case unit == hourUnit && count >= 1 && hours <= MaxEvery:
		if w.every != 0 && w.every != hours {
			w.fail(Contradiction, p.span(i, end))
		}
		w.every = hours
		return end
	case unit == hourUnit || unit == minuteUnit || count == 0:
		w.fail(NoSuchInterval, p.span(i, end))
	default:
		w.fail(UnsupportedPattern, p.span(i, end))
	}
	return end
}

// each reads what is said with "mỗi", "hằng" or "every".
func (p *whenWords) each(i int, w *when) int {
	if n, ok := p.phrase(i, "daily|everyday|mọi ngày|tất cả các ngày|tất cả các ngày trong tuần|mọi ngày trong tuần|all days|ngày nào cũng"); ok {
		w.daily, w.strong, w.explicit = true, true, true
		return p.often(i, n, w)
	}
	if n, ok := p.phrase(i, "once a day|once daily|one time a day"); ok {
		w.daily, w.strong, w.explicit = true, true, true
		return n
	}
	if n, ok := p.phrase(i, "hourly|weekly|once a week|once weekly"); ok {
		w.strong, w.explicit = true, true
		if !p.matches(i, "hourly") {
			w.weekly = true
		} else {
			w.every = 1
		}
		return n
	}
	if n, ok := p.phrase(i, "monthly|yearly|annually|quarterly"); ok {
		w.soft, w.strong = true, true
		w.fail(UnsupportedPattern, p.span(i, n))
		return n
	}
	for _, k := range []struct {
		unit    timeUnit
		phrases string
	}{{dayUnit, "ngày một lần"}, {weekUnit, "tuần một lần"}} {
		n, ok := p.phrase(i, k.phrases)
		if !ok && p.digits(i+1, 2) == 1 && p.near(i+1) {
			word, _, _ := strings.Cut(k.phrases, " ")
			if _, is := p.phrase(i, word); is {
				n, ok = p.nearPhrase(i+2, "lần")
			}
		}
		if ok {
			return p.repeat(i, n, 1, k.unit, w)
		}
	}
	// "hàng" also means goods and row.
	n, goods := p.phrase(i, "hàng")
	if m, ok := p.phrase(i, "hằng|mỗi|mỗi một|cứ|cứ mỗi|vào mỗi|vào hằng|every|each"); ok && m >= n {
		n, goods = m, p.list[i].text == "hang"
	} else if n == 0 {
		return i
	}
	if !p.near(n) {
		return i
	}
	if end, part := p.eachPart(n, w); part {
		return end
	}
	if !goods {
		if end := p.eachWeekday(n, w); end > n {
			w.strong, w.explicit = true, true
			return end
		}
		if count, m, ok := p.number(n); ok {
			end, unit := p.unit(m)
			if unit == noUnit || unit == hourUnit && p.timeGoesOn(n, end) {
				if c, end, ok := p.clock(n); ok { // "mỗi 6h sáng"
					w.daily, w.strong, w.explicit = true, true, true
					return p.setClock(c, end, w)
				}
			} else {
				end, _ = p.times(end)
				return p.repeat(i, end, count, unit, w)
			}
		}
	}
	end, unit := p.unit(n)
	switch unit {
	case noUnit:
		return i
	case minuteUnit, longUnit:
		w.soft = !w.dated()
		w.strong = true
		w.fail(UnsupportedPattern, p.span(i, end))
		return end
	}
	if rest, ok := p.nearPhrase(end, "trong tuần|thường|làm việc"); ok && unit == dayUnit {
		w.days |= WorkingDays
		w.strong, w.explicit = true, true
		return rest
	}
	if unit == dayUnit && !goods { // "mỗi ngày thứ hai"
		if rest := p.eachWeekday(end, w); rest > end {
			w.strong, w.explicit = true, true
			return rest
		}
	}
	return p.often(i, p.repeat(i, end, 1, unit, w), w)
}

// often reads how many times, at word i, behind a "mỗi ngày" at word start.
func (p *whenWords) often(start, i int, w *when) int {
	if n, ok := p.times(i); ok {
		return n
	}
	if count, n, ok := p.number(i); ok && p.near(i) && count > 1 {
		if end, ok := p.nearPhrase(n, "lần|times"); ok {
			w.fail(SeveralTimes, p.span(start, end))
			return end
		}
	}
	return i
}

// perDay reads "2 lần mỗi ngày" and "ngày 2 lần", which are several times.
func (p *whenWords) perDay(i int, w *when) int {
	if end := p.perWeek(i); end > i {
		w.strong, w.explicit = true, true
		w.fail(UnsupportedPattern, p.span(i, end))
		return end
	}
	end, ok := p.phrase(i, "twice a day|twice daily")
	if day, is := p.phrase(i, "ngày|một ngày"); is {
		if count, n, is := p.number(day); is && count > 1 {
			end, ok = p.nearPhrase(n, "lần")
		}
	} else if count, n, is := p.number(i); is && count > 1 {
		if n, is = p.nearPhrase(n, "lần|times"); is {
			end, ok = p.nearPhrase(n, "mỗi ngày|một ngày|hằng ngày|hàng ngày|trong ngày|a day|per day|daily")
		}
	}
	if !ok {
		return i
	}
	w.strong = true
	w.fail(SeveralTimes, p.span(i, end))
	return end
}

// perWeek gives the end of "tuần 2 lần", "twice a week", "ngày 1 hàng tháng" and
// their like at word i, which no recurrence can say, or i.
func (p *whenWords) perWeek(i int) int {
	if n, ok := p.phrase(i, "twice a week|twice weekly|twice a month|once a month|every fortnight|fortnightly|biweekly|every two weeks"); ok {
		return n
	}
	if n, ok := p.phrase(i, "first|second|third|fourth|last|every first|every last|the first|the last"); ok && p.near(n) {
		if _, end, _, ok := p.weekday(n, true); ok {
			if end, ok = p.nearPhrase(end, "of every month|of each month|of the month|every month|each month"); ok {
				return end
			}
		}
	}
	if n, ok := p.phrase(i, "ngày|vào ngày|mùng|mồng|ngày mùng|ngày mồng|vào mùng"); ok && p.near(n) {
		if day, end, ok := p.number(n); ok && day >= 1 && day <= 31 {
			if end, ok = p.nearPhrase(end, "hằng tháng|hàng tháng|mỗi tháng"); ok {
				return end
			}
		}
	}
	if n, ok := p.phrase(i, "tuần|mỗi tuần|một tuần|hằng tuần|hàng tuần|tháng|mỗi tháng|một tháng"); ok {
		if count, end, ok := p.number(n); ok && p.near(n) && count > 1 {
			if end, ok = p.nearPhrase(end, "lần|buổi"); ok {
				return end
			}
		}
	}
	if count, n, ok := p.number(i); ok && count > 1 {
		if end, ok := p.nearPhrase(n, "lần"); ok {
			if end, ok = p.nearPhrase(end, "mỗi tuần|một tuần|hằng tuần|hàng tuần|trong tuần|mỗi tháng|một tháng"); ok {
				return end
			}
		}
	}
	return i
}

// except reads "trừ chủ nhật".
func (p *whenWords) except(i int, w *when) int {
	n, ok := p.phrase(i, "trừ|ngoại trừ|trừ ra|không kể|except|except on|except for")
	if !ok || !p.near(n) {
		return i
	}
	var left when
	end := p.eachWeekday(n, &left)
	if end == n {
		return i
	}
	w.except |= left.days
	if left.problem != nil {
		w.fail(left.problem.Problem, left.problem.Span)
	}
	return end
}

// eachPart reads the part of the day of "mỗi sáng" at word i.
func (p *whenWords) eachPart(i int, w *when) (end int, ok bool) {
	part, end, ok := p.dayPart(i)
	if !ok {
		return i, false
	}
	if w.clock == nil || w.clock.part == noPart {
		p.setPart(part, p.span(i, end), w)
	} else if w.clock.part != part {
		w.fail(Contradiction, p.span(i, end))
	}
	if w.days == 0 {
		w.daily = true
	}
	w.strong, w.explicit = true, true
	return end, true
}

func (p *whenWords) setPart(part dayPart, at Span, w *when) {
	if w.part != noPart && w.part != part {
		w.fail(SeveralTimes, Span{w.partAt.Start, at.End})
		return
	}
	w.part, w.partAt = part, at
}

// eachWeekday reads what follows "mỗi": weekdays, or a name for several.
func (p *whenWords) eachWeekday(i int, w *when) int {
	if !p.near(i) {
		return i
	}
	if n := p.week(i, w); n > i {
		return n
	}
	return p.weekdays(i, w)
}

// week reads a name for some days of the week.
func (p *whenWords) week(i int, w *when) int {
	for _, k := range []struct {
		days    Weekdays
		sure    bool
		phrases string
	}{
		{WorkingDays, true, "các ngày trong tuần|những ngày trong tuần|ngày trong tuần|các ngày thường|các ngày làm việc|weekdays|on weekdays|workdays|working days"},
		{WorkingDays, false, "ngày thường|ngày làm việc|weekday|workday"},
		{Weekend, true, "các ngày cuối tuần|hai ngày cuối tuần|những ngày cuối tuần|weekends|on weekends|at weekends"},
		{Weekend, false, "cuối tuần|vào cuối tuần|ngày cuối tuần|dịp cuối tuần|weekend"},
		{1 << time.Monday, false, "đầu tuần|vào đầu tuần|ngày đầu tuần"},
	} {
		if n, ok := p.phrase(i, k.phrases); ok {
			w.days |= k.days
			w.strong = w.strong || k.sure
			return n
		}
	}
	return i
}

// weekdayWords are the words behind "thứ". Those that make no day of the week
// are -1.
var weekdayWords = map[string]time.Weekday{
	"hai": time.Monday, "ba": time.Tuesday, "tư": time.Wednesday, "bốn": time.Wednesday, "năm": time.Thursday,
	"sáu": time.Friday, "bảy": time.Saturday, "bẩy": time.Saturday,
	"nhất": -1, "một": -1, "tám": -1, "chín": -1, "mười": -1, "không": -1,
}

var englishWeekdays = [...]string{
	"sunday|sundays|sun", "monday|mondays|mon", "tuesday|tuesdays|tue|tues", "wednesday|wednesdays|wed",
	"thursday|thursdays|thur|thurs", "friday|fridays|fri", "saturday|saturdays|sat",
}

// ordinalDay reads what may stand behind "thứ" or "T" at word i.
func (p *whenWords) ordinalDay(i int) (day time.Weekday, ok bool) {
	if i >= len(p.list) {
		return -1, false
	}
	if p.list[i].digits {
		if n := p.digits(i, 1); n >= 2 && n <= 7 {
			return time.Weekday(n - 1), true
		}
		return -1, true
	}
	for w, d := range weekdayWords {
		if p.matches(i, w) {
			return d, true
		}
	}
	return -1, false
}

// weekday reads one day of the week at word i. For "thứ tám", day is -1.
// vietnamese says that a bare number may follow it ("thứ 2, 4, 6").
func (p *whenWords) weekday(i int, inList bool) (day time.Weekday, end int, vietnamese, ok bool) {
	if n, is := p.phrase(i, "chủ nhật|chúa nhật|cn"); is {
		return time.Sunday, n, true, true
	}
	if n, is := p.phrase(i, "thứ"); is && p.near(n) {
		if day, ok := p.ordinalDay(n); ok {
			return day, n + 1, true, true
		}
	}
	if n, is := p.phrase(i, "t"); is && p.glued(n) && p.list[n].digits && len(p.list[n].text) == 1 {
		day, ok := p.ordinalDay(n)
		return day, n + 1, true, ok
	}
	for d, names := range englishWeekdays {
		if n, is := p.phrase(i, names); is {
			return time.Weekday(d), n, false, true
		}
	}
	if n, is := p.phrase(i, "thu"); is && inList { // else it looks like "thứ"
		return time.Thursday, n, false, true
	}
	return 0, 0, false, false
}

// minutesAt reports whether word i begins with the minutes of an hour before it:
// ":00", ":30pm".
func (p *whenWords) minutesAt(i int) bool {
	return i < len(p.list) && p.list[i].gap == ":" && strings.ContainsRune("0123456789", rune(p.list[i].text[0]))
}

// weekdays reads one or several days of the week at word i.
func (p *whenWords) weekdays(i int, w *when) int {
	at, on := i, false
	if _, ok := p.phrase(i, "vào|on|các"); ok {
		on = true
	}
	if n, ok := p.phrase(i, "vào|on|từ|from|các|những|vào các|vào những|ngày|các ngày|những ngày|vào ngày|vào các ngày|on every|cứ"); ok && p.near(n) {
		at = n
	}
	day, end, bare, ok := p.weekday(at, false)
	if !ok {
		return i
	}
	if p.list[at].gap != "" && end < len(p.list) && p.list[end].gap == "/" && p.list[end].digits {
		return i // "thứ 2/9"
	}
	days := []time.Weekday{day}
	hyphens, to := 0, false
	for end < len(p.list) {
		next := end
		switch strings.TrimSpace(p.list[end].gap) {
		case "":
			n, and := p.phrase(end, "và|and|rồi")
			if !and {
				if n, and = p.phrase(end, "đến|tới|cho đến|to|through|till|until"); and {
					to = true
				}
			}
			if !and {
				n = end
			}
			next = n
		case ",", ";", "/", "&", "+":
			next = p.afterAnd(end)
		case "-", "–", "—", "~":
			hyphens++
		default:
			next = len(p.list)
		}
		d, n, more, ok := p.weekday(next, true)
		if !ok && bare && next < len(p.list) && (next > end || p.list[end].gap != " " || p.list[next].digits) {
			if d, ok = p.ordinalDay(next); ok {
				n, more = next+1, true
				ok = d >= 0 && !p.minutesAt(n) && (p.ends(n) || p.list[n].digits && p.list[n].gap != ":") && !p.hourAt(n)
				if next == end && p.list[end].gap == " " && n < len(p.list) && !p.list[n].digits {
					_, at := p.phrase(n, "lúc|vào|at") // and not "thứ 2 7 sáng"
					_, mark := p.mark(n)
					ok = ok && (at || mark)
				}
			}
		}
		if !ok {
			break
		}
		days, end, bare = append(days, d), n, more
	}
	var set Weekdays
	for _, d := range days {
		if d < 0 {
			w.fail(NoSuchWeekday, p.span(at, end))
			return end
		}
		set |= 1 << d
	}
	if len(days) == 2 && (to || hyphens == 1) {
		for d := days[0]; d != days[1]; d = (d + 1) % 7 {
			set |= 1 << d
		}
	}
	w.mixed = w.mixed || w.days == Weekend && set&^Weekend != 0
	w.days |= set
	w.on = w.on || on
	if n, ok := p.nearPhrase(end, "nào|"+eachOne); ok && bare {
		w.strong, w.explicit = true, true
		end = n
	}
	if n, ok := p.nearPhrase(end, "đầu tháng|cuối tháng|đầu tiên của tháng|đầu tiên mỗi tháng|hằng tháng|hàng tháng|mỗi tháng"); ok {
		w.strong = true
		w.fail(UnsupportedPattern, p.span(at, n))
		return n
	}
	w.strong = w.strong || len(days) > 1 || strings.HasSuffix(p.list[end-1].text, "days")
	return end
}

// hourAt reports whether word i makes an hour of the number before it.
func (p *whenWords) hourAt(i int) bool {
	_, ok := p.hourWord(i)
	return ok
}

// afterAnd is the word behind an "và" at word i, or i.
func (p *whenWords) afterAnd(i int) int {
	if n, ok := p.phrase(i, "và|and"); ok {
		return n
	}
	return i
}

// hours reads "từ 6h đến 22h", which no recurrence can say.
func (p *whenWords) hours(i int, w *when) int {
	n, ok := p.phrase(i, "từ|trong khoảng từ|from|between")
	if !ok || !p.near(n) {
		return i
	}
	first, n, ok := p.clock(n)
	if !ok {
		return i
	}
	end, ok := p.nearPhrase(n, "đến|tới|cho đến|to|until|till|and")
	if !ok && n < len(p.list) && strings.Trim(p.list[n].gap, " -–—") == "" {
		end, ok = n, p.list[n].gap != "" && !p.near(n)
	}
	if !ok {
		return i
	}
	last, end, ok := p.clock(end)
	if !ok || first.hour == last.hour {
		return i
	}
	// Behind the topic it may be the topic's: "cấm xe từ 7h đến 9h".
	w.strong, w.soft = true, w.soft || !w.dated()
	w.fail(UnsupportedPattern, p.span(i, end))
	return end
}

// time reads a time of day.
func (p *whenWords) time(i int, w *when) int {
	c, end, ok := p.clock(i)
	if !ok {
		return i
	}
	if _, _, possible := c.in(c.part); !possible && !(c.at || c.part != noPart || p.ends(end)) {
		return i // "48 giờ vượt lũ"
	}
	if w.clock != nil && !c.sure && !p.ends(end) {
		return i
	}
	return p.setClock(c, end, w)
}

// setClock notes a time of day, and gives its end.
func (p *whenWords) setClock(c clock, end int, w *when) int {
	if w.clock != nil {
		w.fail(SeveralTimes, Span{w.clock.Start, c.End})
		return end
	}
	if _, _, possible := c.in(c.part); !possible {
		w.fail(NoSuchTime, c.Span)
	}
	w.clock = &c
	w.strong = w.strong || c.sure || w.days != 0
	return end
}

// eachOne makes one day or part of a day all of them.
const eachOne = "nào cũng|nào cũng gửi|nào cũng báo|nào cũng nhận|nào cũng cần"

// partAlone reads "sáng" before a time or a day, or where nothing follows.
func (p *whenWords) partAlone(i int, w *when) int {
	at := p.skipAny(i, "vào|lúc|các|những|vào các|in the|at")
	if at == i && p.inName(i) {
		return i
	}
	part, end, ok := p.dayPart(at)
	if !ok {
		return i
	}
	if n, ok := p.nearPhrase(end, eachOne); ok { // "sáng nào cũng gửi"
		p.eachPart(at, w)
		return n
	}
	if !p.closes(end) {
		// "sáng tạo", "tối cao": the part of the day must be one.
		var ahead when
		if p.week(end, &ahead) == end && p.weekdays(end, &ahead) == end && p.each(end, &ahead) == end &&
			p.time(end, &ahead) == end && p.once(end, &when{part: part}) == end {
			if n := p.afterAnd(end); n == end {
				return i
			} else if _, _, ok := p.dayPart(n); !ok {
				return i
			}
		}
	}
	if w.clock != nil && w.clock.part == noPart && w.part == noPart {
		w.clock.part = part // "7h, buổi tối"
	} else {
		p.setPart(part, p.span(at, end), w)
	}
	return end
}

// inName reports whether word i and the one before it are written as a name:
// "Tia Sáng".
func (p *whenWords) inName(i int) bool {
	capital := func(i int) bool {
		text := p.s[p.list[i].Start:p.list[i].End]
		first, size := utf8.DecodeRuneInString(text)
		return unicode.IsUpper(first) && strings.IndexFunc(text[size:], unicode.IsUpper) < 0
	}
	return i > 0 && p.near(i) && capital(i) && capital(i-1)
}

// skipAny is the end of the longest of the phrases at word i, or i.
func (p *whenWords) skipAny(i int, phrases string) int {
	if n, ok := p.phrase(i, phrases); ok && p.near(n) {
		return n
	}
	return i
}

// once reads a day that comes only once ("sáng mai").
func (p *whenWords) once(i int, w *when) int {
	n, ok := p.phrase(i, "hôm nay|ngày mai|ngày kia|tuần sau|tuần tới|tháng sau|tháng tới|today|tomorrow|tonight|next week")
	if !ok && (w.clock != nil || w.part != noPart || w.days != 0) {
		n, ok = p.nearPhrase(i, "mai|nay|mốt|kia|tới|sau|ngày mai|tuần này")
		ok = ok && p.closes(n)
	}
	if !ok && i > 0 && !w.dated() {
		// "8h sáng mai": what follows does not matter, unless it is a name.
		if _, end, part := p.dayPart(i - 1); part && end == i {
			n, ok = p.nearPhrase(i, "mai|nay")
		}
	}
	if ok && i > 0 {
		if _, end, part := p.dayPart(i - 1); part && end == i {
			i--
		}
	}
	if !ok {
		return i
	}
	// Before a time, or behind the topic, it may be the topic's.
	w.soft = w.soft || w.clock == nil && w.part == noPart && !w.dated()
	w.fail(UnsupportedPattern, p.span(i, n))
	return n
}
