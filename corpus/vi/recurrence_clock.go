package vi

import "strings"

// dayPart is a part of the day that tells which 7 o'clock is meant.
type dayPart uint8

const (
	noPart dayPart = iota
	morning
	noon
	afternoon
	evening
	night
	am
	pm
)

// usualHour is the hour meant by a part of the day alone.
var usualHour = [...]int{morning: DefaultHour, noon: 12, afternoon: 16, evening: 19, night: 22, am: DefaultHour, pm: 19}

var partPhrases = []struct {
	part    dayPart
	phrases string
}{
	{morning, "sáng|sáng sớm|buổi sáng|buổi sáng sớm|morning|mornings|in the morning"},
	{noon, "trưa|buổi trưa|giữa trưa"},
	{afternoon, "chiều|buổi chiều|afternoon|afternoons|in the afternoon"},
	{evening, "tối|buổi tối|evening|evenings|in the evening"},
	{night, "đêm|khuya|đêm khuya|ban đêm|night|nights|at night"},
}

// dayPart reads a part of the day at word i.
func (p *whenWords) dayPart(i int) (part dayPart, end int, ok bool) {
	for _, k := range partPhrases {
		if n, is := p.phrase(i, k.phrases); is && n > end {
			part, end, ok = k.part, n, true
		}
	}
	if ok && part == evening && p.list[i].ascii {
		// Without diacritics "tối" looks like "tôi".
		if _, is := p.nearPhrase(end, "muốn|cần|thích|nhận|xin"); is {
			return noPart, 0, false
		}
	}
	return part, end, ok
}

// clock is a time of day as it was said.
type clock struct {
	hour, minute int
	before       int // minutes to subtract ("8h kém 15")
	part         dayPart
	// at says that a word such as "lúc" introduced it, and sure that it cannot
	// be a quantity ("8 giờ làm việc").
	at, sure bool
	Span
}

// clock reads a time of day at word i.
func (p *whenWords) clock(i int) (c clock, end int, ok bool) {
	start := i
	if n, is := p.phrase(i, "lúc|vào lúc|vào khoảng|khoảng|tầm|vào tầm|lúc tầm|cỡ|chừng|độ|vào độ|vào hồi|đúng|vào đúng|lúc khoảng|at|at about|at around"); is {
		c.at, c.sure = true, true
		if i = n; i < len(p.list) && !p.near(i) {
			return c, 0, false
		}
	}
	on := false
	if n, is := p.phrase(i, "vào"); is && !c.at && p.near(n) {
		on, i = true, n
	}
	if n, is := p.phrase(i, "nửa đêm|midnight"); is {
		c.Span = p.span(start, n)
		return c, n, true
	}
	if n, is := p.phrase(i, "giữa trưa|noon|midday"); is {
		c.hour, c.Span = 12, p.span(start, n)
		return c, n, true
	}
	hour, n, is := p.number(i)
	if !is {
		return c, 0, false
	}
	c.hour = hour
	said := true // an hour, and not any number
	if m := p.digits(n, 2); m >= 0 && (p.list[n].gap == ":" || c.at && p.list[n].gap == ".") && len(p.list[n].text) == 2 && p.digits(i, 2) >= 0 {
		if p.digits(n+1, 9) >= 0 && p.list[n+1].gap == ":" {
			return c, 0, false // a duration
		}
		c.minute, c.sure = m, true
		n++
	} else if h, is := p.hourWord(n); is {
		c.sure = c.sure || p.glued(n) && hour < 24
		n = p.minutes(&c, h)
	} else if half, is := p.nearPhrase(n, "rưỡi"); is {
		c.minute = 30
		n = half
	} else {
		said = false
	}
	if half, h, is := p.halfDay(n); is {
		c.part, c.sure, n = half, true, h
		said = true
	} else if part, h, is := p.dayPart(n); is && p.near(n) && (said || c.at) {
		c.part, c.sure, n = part, true, h
		said = true
	}
	if !said && !(c.at && (p.ends(n) || p.sharp(start, n-1))) {
		return c, 0, false
	}
	c.at = c.at || on
	c.sure = c.sure || on
	c.Span = p.span(start, n)
	return c, n, true
}

// sharp reports whether the number at word n stands behind words, from word i
// on, that only a time of day follows: "lúc 7 giá vàng".
func (p *whenWords) sharp(i, n int) bool {
	end, ok := p.phrase(i, "lúc|vào lúc|at")
	hour := p.digits(n, 2)
	return ok && end == n && hour >= 0 && hour <= 24
}

// hourWord reads the word behind the number of hours of a time of day.
func (p *whenWords) hourWord(i int) (end int, ok bool) {
	if n, ok := p.nearPhrase(i, "giờ|h"); ok {
		return n, true
	}
	if n, ok := p.phrase(i, "g"); ok && p.glued(i) { // as in newspapers of the south
		return n, true
	}
	if n, ok := p.nearPhrase(i, "o"); ok && n < len(p.list) && p.list[n].text == "clock" && (p.list[n].gap == "'" || p.list[n].gap == "’") {
		return n + 1, true
	}
	return 0, false
}

// minutes reads what may stand behind the hour at word i, and gives its end.
func (p *whenWords) minutes(c *clock, i int) int {
	if n, ok := p.nearPhrase(i, "rưỡi"); ok {
		c.minute = 30
		return n
	}
	if n, ok := p.nearPhrase(i, "đúng"); ok && p.ends(n) {
		return n
	}
	if n, ok := p.nearPhrase(i, "kém|thiếu"); ok && p.near(n) {
		if m, end, ok := p.number(n); ok {
			c.before = m
			return p.skip(end, "phút|p|ph")
		}
		return i
	}
	if !p.near(i) {
		return i
	}
	m, n, ok := p.number(i)
	if !ok {
		return i
	}
	end := p.skip(n, "phút|p|ph")
	// A number apart from the hour may begin the topic ("7h 20 năm Hội An").
	if p.glued(i) && p.digits(i, 2) >= 0 || end > n || p.digits(i, 2) >= 10 && p.ends(n) {
		c.minute = m
		return end
	}
	return i
}

// halfDay reads "am", "pm" and their like at word i.
func (p *whenWords) halfDay(i int) (half dayPart, end int, ok bool) {
	if !p.near(i) {
		return noPart, 0, false
	}
	first := p.list[i].text
	end = i + 1
	if len(first) == 1 && end < len(p.list) && p.list[end].gap == "." { // "a.m."
		first += p.list[end].text
		end++
	}
	switch first {
	case "am":
		return am, end, true
	case "pm":
		return pm, end, true
	}
	return noPart, 0, false
}

// in gives the hour and minute of the day that a clock means in a part of it.
func (c *clock) in(part dayPart) (hour, minute int, ok bool) {
	hour, ok = hourIn(c.hour, part)
	if !ok || c.minute > 59 || c.before > 59 || c.hour == 24 && c.minute > 0 {
		return 0, 0, false
	}
	at := (hour*60 + c.minute - c.before + 24*60) % (24 * 60)
	return at / 60, at % 60, true
}

// hourIn is the hour of the 24 that people mean by an hour in a part of the
// day: "1 giờ trưa" is 13, "12 giờ đêm" 0. Hours that nobody says so ("15 giờ
// sáng") are none.
func hourIn(h int, part dayPart) (hour int, ok bool) {
	within := func(low, high int) bool { return low <= h && h <= high }
	switch part {
	case morning:
		return h, within(0, 11)
	case noon:
		if within(1, 2) {
			return h + 12, true
		}
		return h, within(10, 14)
	case afternoon:
		if within(1, 7) {
			return h + 12, true
		}
		return h, within(12, 19)
	case evening:
		if within(5, 11) {
			return h + 12, true
		}
		if h == 12 {
			return 0, true
		}
		return h, within(17, 23)
	case night:
		if within(8, 11) {
			return h + 12, true
		}
		if h == 12 {
			return 0, true
		}
		return h % 24, within(0, 5) || within(20, 24)
	case am, pm:
		h, ok = h%12, within(1, 12)
		if part == pm {
			h += 12
		}
		return h, ok
	}
	return h % 24, within(0, 24)
}

// ends reports whether what came before word i is complete: the text ends
// there, a mark stands there, or a word that goes on with when or begins the
// topic.
func (p *whenWords) ends(i int) bool {
	if p.closes(i) {
		return true
	}
	if _, ok := p.phrase(i, "lúc|vào|at|on|và|and|đến|tới|hằng|hàng|mỗi|every|each|daily|thứ|chủ nhật|cn|các ngày"); ok {
		return true
	}
	if _, _, ok := p.dayPart(i); ok {
		return true
	}
	return strings.HasPrefix(p.list[i].text, "t") && len(p.list[i].text) == 1 && p.glued(i+1)
}
