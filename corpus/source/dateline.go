package source

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"trichdan/corpus"
)

// dateline is a paragraph that states when the article was published.
type dateline struct {
	date   corpus.Date
	credit credit // who else the line names
}

var (
	dayFirst  = regexp.MustCompile(`(?:^|[^\d/.-])(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4})(?:$|[^\d/-])`)
	yearFirst = regexp.MustCompile(`(?:^|[^\d/.-])(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:$|[^\d/-])`)
	inWords   = regexp.MustCompile(`(?i)(?:^|\D)(\d{1,2})\s+tháng\s+(\d{1,2})(?:\s*,|\s+năm)?\s+(\d{4})(?:$|\D)`)

	clock     = regexp.MustCompile(`(?i)\b\d{1,2}\s?(?::|h|g|giờ)\s?\d{0,2}(?::\d{2})?(?:\.\d+)?(?:\s?(?:phút|p))?(?:\s?(?:am|pm|sa|ch)\b)?`)
	timeWords = regexp.MustCompile(`(?i)(?:^|[^\p{L}])(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s*nhật|cn|t[2-7]|(?:gmt|utc)\s?\+?\s?0?7(?::?00)?|` +
		`ngày\s+đăng(?:\s+tin)?|đăng\s+(?:lúc|ngày|vào)|đăng|cập\s+nhật(?:\s+lần\s+cuối)?(?:\s+lúc)?|xuất\s+bản|phát\s+hành|thời\s+gian|ngày|lúc|vào|published(?:\s+on)?|posted(?:\s+on)?|updated|date|sáng|chiều|tối)(?:$|[^\p{L}\d])`)
	updated     = regexp.MustCompile(`(?i)cập\s+nhật|updated`)
	placeAndDay = regexp.MustCompile(`^\p{Lu}[\p{L}. ]{1,30},\s*ngày\s`)
)

// parseDateline reads a paragraph that holds nothing but a date in full and
// what belongs to it: time, day of the week, a label such as "Cập nhật", and
// perhaps a byline, a rubric or an outlet.
func parseDateline(s string) (dateline, bool) {
	if len(s) > 160 || syllables(s) > 20 {
		return dateline{}, false
	}
	var l dateline
	rest := s
	for range 2 { // published, then updated
		date, at, ok := findDate(rest)
		if !ok {
			break
		}
		// Of two dates the one that is not an update counts.
		if !l.date.Known() || updated.MatchString(s[:min(len(s), at[0])]) {
			l.date = date
		}
		rest = rest[:at[0]] + " | " + rest[at[1]:]
	}
	if !l.date.Known() {
		return dateline{}, false
	}
	place := placeAndDay.MatchString(s)
	rest = clock.ReplaceAllString(rest, " ")
	for {
		shorter := timeWords.ReplaceAllString(rest, " | ")
		if shorter == rest {
			break
		}
		rest = shorter
	}
	rest = strings.Trim(squeeze(rest), " -–—|,.:;()[]•·/+")
	switch {
	case !hasWord(rest), place:
		return l, true
	case syllables(rest) > 8:
		return dateline{}, false
	}
	rest = strings.Trim(barRuns.ReplaceAllString(rest, " | "), " |")
	if isSection(rest) {
		return l, true
	}
	if c, ok := parseByline(rest); ok {
		l.credit = c
		return l, true
	}
	return dateline{}, false
}

var barRuns = regexp.MustCompile(`[\s|(),;:.-]*\|[\s|(),;:.-]*`)

// findDate gives the first date in full and where it stands.
func findDate(s string) (corpus.Date, [2]int, bool) {
	best := [2]int{len(s), len(s)}
	var date corpus.Date
	for i, re := range []*regexp.Regexp{dayFirst, yearFirst, inWords} {
		m := re.FindStringSubmatchIndex(s)
		if m == nil || m[2] >= best[0] {
			continue
		}
		d, mo, y := s[m[2]:m[3]], s[m[4]:m[5]], s[m[6]:m[7]]
		if i == 1 {
			d, y = y, d
		}
		if v, ok := newDate(y, mo, d, corpus.Stated); ok {
			best, date = [2]int{m[2], m[7]}, v
		}
	}
	return date, best, date.Known()
}

// newDate checks a day of the calendar, between 1900 and 2100.
func newDate(year, month, day string, basis corpus.Basis) (corpus.Date, bool) {
	y, err1 := strconv.Atoi(year)
	m, err2 := strconv.Atoi(month)
	d, err3 := strconv.Atoi(day)
	if err1 != nil || err2 != nil || err3 != nil || y < 1900 || y > 2100 || !validDay(y, m, d) {
		return corpus.Date{}, false
	}
	return corpus.Date{Year: y, Month: time.Month(m), Day: d, Basis: basis}, true
}

func validDay(y, m, d int) bool {
	t := time.Date(y, time.Month(m), d, 12, 0, 0, 0, time.UTC)
	return m >= 1 && m <= 12 && d >= 1 && t.Day() == d && int(t.Month()) == m
}

// parseStated reads a date as front matter, JSON or a meta tag states it.
// What is no date leaves the article without one rather than unread.
func parseStated(s string) corpus.Date {
	s = squeeze(s)
	if d, err := corpus.ParseDate(s, corpus.Stated); err == nil && d.Year >= 1900 && d.Year <= 2100 {
		return d
	}
	for _, layout := range []string{time.RFC1123Z, time.RFC1123, time.RFC850, "2006-01-02T15:04:05-0700", "2006-01-02T15:04-07:00", "2006-01-02T15:04Z07:00", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, s, corpus.Zone); err == nil {
			return corpus.DateOf(t, corpus.Stated)
		}
	}
	if l, ok := parseDateline(s); ok {
		return l.date
	}
	return corpus.Date{}
}

// takeHead reads what stands above the text: dates, rubrics, the address, and,
// once the headline is known, names. It goes on until the first paragraph that
// can only be text.
func (d *draft) takeHead(titled bool) {
	texts, last := 0, d.lastText()
	for i := range d.paras {
		p := &d.paras[i]
		if !p.inBody() {
			continue
		}
		if l, ok := parseDateline(p.text); ok {
			d.state(l.date)
			d.author = first(d.author, l.credit.author)
			d.setOutlet(l.credit.outlet)
			p.role = dropped
			continue
		}
		if texts == 0 && (isSection(p.text) || urlPattern.MatchString(p.text)) {
			if c, ok := parseByline(p.text); ok && c.url != "" {
				d.url = first(d.url, c.url)
				d.setOutlet(c.outlet)
			}
			p.role = dropped
			continue
		}
		if titled && texts < 2 {
			if c, ok := parseByline(p.text); ok && i < last && (c.author != "" || c.url != "") {
				d.author = first(d.author, c.author)
				d.setOutlet(c.outlet)
				d.url = first(d.url, c.url)
				p.role = dropped
				continue
			}
		}
		if texts++; endsSentence(p.text) && syllables(p.text) >= 15 || texts > 5 {
			return
		}
	}
}
