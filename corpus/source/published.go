package source

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// Publication dates that no line states are inferred, in this order:
//
//  1. A day in the address or path of the article: "/2024/01/09/",
//     "-20240109153012345.htm".
//  2. The day of the news, when its year is known. The day is one that the
//     first paragraphs name as the present ("Sáng 8/1, …", "sáng nay (9/1)").
//     Its year is the one it is written with here or elsewhere in the text;
//     or the year of a picture's stamp that is at most a week away; or the
//     only year in which the day fits the spans below, of which there must be
//     one.
//  3. A picture's stamp, when the text names no day of the news.
//  4. The year alone, when the first paragraphs name no day without a year
//     and the spans lie within one year.
//
// What a text says about a period bounds when it was written:
//
//	"tổng kết … năm Y"                      November of Y to April of Y+1
//	"nhiệm vụ … năm Y" (plans for a year)   October of Y-1 to December of Y
//	"quý I/Y" to "quý III/Y", looking back  the last month of the quarter to December of Y
//	"quý IV/Y", looking back                December of Y to March of Y+1
//	"N tháng đầu năm Y", N up to 9          month N of Y to December of Y
//
// Only spans of the newest year that the text names count, and summaries of
// the year before it; a year behind "đến", "tầm nhìn" and the like is a
// horizon and named for no other reason. A day in the past that the text
// names with its year is an earliest day, one to come a latest day; where plans
// and figures name the same year the figures may be planned ones, and count for
// nothing. Contradictions leave the date unknown: a wrong date is worse than
// none.
func (d *draft) inferDate(a *corpus.Article) corpus.Date {
	if day, ok := d.addressDay(a); ok {
		return corpus.DateOf(day, corpus.Inferred)
	}
	text := a.Title + "\n" + a.Body
	if a.TitleDerived {
		text = a.Body
	}
	c := readClues(text)
	stamp, stamped := d.pictureDay()
	if stamped && c.newest > stamp.Year() {
		stamped = false // an old picture
	}
	news, ok, named := newsDay(a)
	switch {
	case ok:
	case stamped:
		return corpus.DateOf(stamp, corpus.Inferred)
	case named:
		return corpus.Date{} // of a day, so perhaps of another year
	default:
		return c.year(d.now)
	}
	if dated := news.year != 0 || len(c.days[[2]int{news.month, news.day}]) > 0; dated && anniversary.MatchString(vi.Normalize(headOf(text, 1500))) {
		// What happened on that day of an earlier year tells nothing.
		c.days, news.year = nil, 0
	}
	if day, ok := c.resolve(news, stamp, stamped, d.now); ok {
		if news.yesterday {
			day = day.AddDate(0, 0, 1)
		}
		return corpus.DateOf(day, corpus.Inferred)
	}
	return corpus.Date{}
}

var (
	dayPath    = regexp.MustCompile(`(?:^|[^\d])((?:19|20)\d{2})[/_.-](\d{1,2})[/_.-](\d{1,2})(?:[^\d]|$)`)
	digitRun   = regexp.MustCompile(`\d{8,}`)
	stampStart = 2000
)

// addressDay looks for a day in the article's own address or path.
func (d *draft) addressDay(a *corpus.Article) (time.Time, bool) {
	if u, err := url.Parse(a.URL); err == nil && a.URL != "" {
		if day, ok := stampIn(u.Path, d.now); ok {
			return day, true
		}
	}
	file, _, _ := strings.Cut(d.path, "#")
	if IsUpload(file) {
		return time.Time{}, false // the day in its name is that of the upload
	}
	return stampIn(file, d.now)
}

// pictureDay is the newest stamp among the article's picture names.
func (d *draft) pictureDay() (newest time.Time, ok bool) {
	for _, name := range d.images {
		if day, found := stampIn(name, d.now); found && day.After(newest) {
			newest, ok = day, true
		}
	}
	return newest, ok
}

// stampIn finds the day that a name carries: "2024/01/09" or eight digits
// YYYYMMDD, which may be part of a longer run of digits. A name that can be
// read as two days carries none.
func stampIn(name string, now time.Time) (time.Time, bool) {
	var found time.Time
	several := false
	add := func(y, m, dd string) {
		v, ok := newDate(y, m, dd, corpus.Inferred)
		if !ok || v.Year < stampStart {
			return
		}
		t := noon(v.Year, int(v.Month), v.Day)
		if t.After(now.Add(24 * time.Hour)) {
			return
		}
		several = several || !found.IsZero() && !found.Equal(t)
		found = t
	}
	for _, m := range dayPath.FindAllStringSubmatch(name, -1) {
		add(m[1], m[2], m[3])
	}
	for _, run := range digitRun.FindAllString(name, -1) {
		for i := 0; i+8 <= len(run); i++ {
			add(run[i:i+4], run[i+4:i+6], run[i+6:i+8])
		}
	}
	return found, !found.IsZero() && !several
}

func noon(y, m, d int) time.Time {
	return time.Date(y, time.Month(m), d, 12, 0, 0, 0, corpus.Zone)
}

// day is a day of the year, and its year where that is written.
type day struct {
	year, month, day int
	yesterday        bool // the report speaks of it as of the day before
}

var (
	// notNews stands before a day that is not the day of the report.
	notNews = regexp.MustCompile(`(?:từ|đến|tới|trước|sau|kể từ|hết|hạn|sinh|khoảng thời gian|số \S+|quyết định|nghị quyết|công văn|thông tư|nghị định|chỉ thị|kế hoạch|đề án|văn bản|thông báo|luật|hợp đồng|bản án|cáo trạng|tờ trình|báo cáo) ?[(,]?\s*$`)
	// longAgo stands behind a day that the report looks back or forward to.
	longAgo     = regexp.MustCompile(`^[\s,)]*(?:vừa qua|vừa rồi|trước đó|tới đây|tới|sắp tới|năm ngoái|năm trước|năm sau|hằng năm|hàng năm|đến|âm lịch|-|–)`)
	ofThePast   = regexp.MustCompile(`(?:hôm|sáng|trưa|chiều|tối|đêm|ngày) qua,?\s*\(?\s*$`)
	ofToday     = regexp.MustCompile(`(?:nay|cùng ngày),?\s*\(?\s*$`)
	anniversary = regexp.MustCompile(`(?:^|[^\p{L}])(?:kỷ niệm|tưởng niệm|ngày giỗ|cách đây|tròn \S+ năm|\d+ năm (?:trước|sau|qua|ngày))(?:$|[^\p{L}])`)
	partsOfADay = regexp.MustCompile(`^(?:rạng sáng|sáng|trưa|chiều|tối|đêm|khuya|ngày|hôm|hôm nay|hôm qua)\b`)
)

// newsDay finds the day that the first paragraphs report on as the present:
// the lead, or where it names none the paragraph behind it. named says that
// they name a day without its year, be it that of the news or not.
func newsDay(a *corpus.Article) (n day, ok, named bool) {
	rest := a.Body
	for i := range 2 {
		par, more, found := strings.Cut(rest, "\n")
		if i == 0 || a.LeadLen > 0 {
			if n, ok := newsDayOf(par); ok {
				return n, true, true
			}
		}
		named = named || namesDay(par)
		if !found {
			break
		}
		rest = more
	}
	return day{}, false, named
}

func namesDay(par string) bool {
	if !strings.ContainsAny(par, "0123456789") {
		return false
	}
	return slices.ContainsFunc(vi.DateMentions(par), func(m vi.DateMention) bool { return m.Day > 0 && m.Year == 0 })
}

func newsDayOf(par string) (day, bool) {
	if !strings.ContainsAny(par, "0123456789") {
		return day{}, false
	}
	for _, m := range vi.DateMentions(par) {
		if m.Day == 0 || m.Month == 0 || m.Year != 0 && m.Year < stampStart {
			continue
		}
		before, after := vi.Normalize(tailOf(par[:m.Start], 40)), vi.Normalize(headOf(par[m.End:], 20))
		said := vi.Normalize(par[m.Start:m.End])
		if notNews.MatchString(before) || longAgo.MatchString(after) {
			continue
		}
		opens := strings.TrimRight(before, " (") == "" || strings.HasSuffix(strings.TrimRight(before, " ("), ",")
		bracketed := strings.HasSuffix(before, "(")
		past := ofThePast.MatchString(before)
		if past || ofToday.MatchString(before) || bracketed || partsOfADay.MatchString(said) && (opens || !strings.HasPrefix(said, "ngày") || m.Start < 80) {
			return day{m.Year, m.Month, m.Day, past}, true
		}
	}
	return day{}, false
}

// tailOf and headOf cut at most n bytes, on a word.
func tailOf(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if i := strings.IndexByte(s[len(s)-n:], ' '); i >= 0 {
		return s[len(s)-n+i:]
	}
	return ""
}

func headOf(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if i := strings.LastIndexByte(s[:n], ' '); i >= 0 {
		return s[:i]
	}
	return ""
}

// span is when a text may have been written; both ends are part of it.
type span struct {
	from, to time.Time
	exact    bool // from what happened, not from what is planned
}

// clues are what a text says of when it was written.
type clues struct {
	newest  int // newest year that is neither a horizon nor a plan, 0 for none
	spans   map[int][]span
	recaps  map[int]span // summaries of a whole year, by that year
	planned map[int]bool // years of what is still to come
	from    time.Time    // the latest day in the past that is named in full
	to      time.Time    // the earliest day to come that is named in full
	days    map[[2]int]map[int]bool
}

var (
	horizon = regexp.MustCompile(`(?:đến|tới|tầm nhìn|trước|hết|cuối|giai đoạn|nhiệm kỳ|thời kỳ|khóa|niên khóa|năm học|từ|sau) (?:hết |cuối |đầu |giữa |khoảng )?\(?$`)
	soFar   = regexp.MustCompile(`(?:tính đến|tính tới)(?: hết| cuối)? ?$`)
	recap   = regexp.MustCompile(`(?:tổng kết|nhìn lại)[^.;:!?]{0,120}$`)
	plan    = regexp.MustCompile(`(?:nhiệm vụ|phương hướng|chương trình công tác|chủ đề)[^.;:!?,]{0,60}$`)
	future  = regexp.MustCompile(`(?:^|[^\p{L}])(?:sẽ|dự kiến|phấn đấu|mục tiêu|trình|dự báo|ước tính|kế hoạch|quy hoạch|hoàn thành|khởi công vào|thông qua tại)(?:$|[^\p{L}])`)
	soon    = regexp.MustCompile(`^[^.;:!?]*?(?:^|[^\p{L}])(?:sẽ|dự kiến)(?:$|[^\p{L}])`)
	months  = regexp.MustCompile(`(?:^|\s)(\d{1,2}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín) tháng(?: đầu)? $`)
	counted = map[string]int{"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9}
)

// readClues collects them from the whole text.
func readClues(text string) clues {
	c := clues{
		spans: map[int][]span{}, recaps: map[int]span{}, planned: map[int]bool{}, days: map[[2]int]map[int]bool{},
		to: noon(9999, 12, 31),
	}
	for par := range strings.SplitSeq(text, "\n") {
		if namesCentury(par) {
			c.read(par)
		}
	}
	return c
}

// namesCentury spares most paragraphs the search for dates: it reports whether
// a year from 2000 on can stand in one.
func namesCentury(s string) bool {
	for i := strings.Index(s, "20"); i >= 0 && i+4 <= len(s); {
		if isDigit(s[i+2]) && isDigit(s[i+3]) {
			return true
		}
		n := strings.Index(s[i+1:], "20")
		if n < 0 {
			return false
		}
		i += 1 + n
	}
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// read collects the clues of one paragraph.
func (c *clues) read(par string) {
	for _, m := range vi.DateMentions(par) {
		if m.Year < stampStart {
			continue
		}
		before := vi.Normalize(tailOf(par[:m.Start], 200))
		if near := tailOf(before, 40); m.Day == 0 && horizon.MatchString(near) && !soFar.MatchString(near) {
			continue
		}
		planned := future.MatchString(tailOf(before, 80)) || soon.MatchString(vi.Normalize(headOf(par[m.End:], 60)))
		switch {
		case m.Day > 0:
			k := [2]int{m.Month, m.Day}
			if c.days[k] == nil {
				c.days[k] = map[int]bool{}
			}
			c.days[k][m.Year] = true
			t := noon(m.Year, m.Month, m.Day)
			if !planned && t.After(c.from) {
				c.from = t
			} else if planned && t.Before(c.to) {
				c.to = t
			}
		case m.Quarter > 0 && !planned:
			s := span{noon(m.Year, 3*m.Quarter, 1), noon(m.Year, 12, 31), true}
			if m.Quarter == 4 {
				s.to = noon(m.Year+1, 3, 31)
			}
			c.spans[m.Year] = append(c.spans[m.Year], s)
		case m.Month == 0 && m.Quarter == 0 && recap.MatchString(before) && !plan.MatchString(before):
			c.recaps[m.Year] = span{noon(m.Year, 11, 1), noon(m.Year+1, 4, 30), false}
		case m.Month == 0 && m.Quarter == 0 && plan.MatchString(before):
			c.spans[m.Year] = append(c.spans[m.Year], span{noon(m.Year-1, 10, 1), noon(m.Year, 12, 31), false})
			planned = false // as new as the plan is, so new is the text
		case m.Month == 0 && m.Quarter == 0:
			if n := monthsOf(before, vi.Normalize(par[m.Start:m.End])); n > 0 && !planned {
				c.spans[m.Year] = append(c.spans[m.Year], span{noon(m.Year, n, 1), noon(m.Year, 12, 31), true})
			}
		}
		if planned {
			c.planned[m.Year] = true
		} else {
			c.newest = max(c.newest, m.Year)
		}
	}
}

// monthsOf reads the N of "N tháng đầu năm 2022" before and in a mention.
func monthsOf(before, said string) int {
	if !strings.HasPrefix(said, "năm") && !strings.HasPrefix(said, "đầu năm") {
		return 0
	}
	m := months.FindStringSubmatch(before)
	if m == nil {
		return 0
	}
	n := counted[m[1]]
	for _, r := range m[1] {
		if '0' <= r && r <= '9' {
			n = n*10 + int(r-'0')
		}
	}
	if n < 1 || n > 9 {
		return 0
	}
	return n
}

// written is the intersection of the spans that count.
func (c clues) written() (s span, ok bool) {
	spans := c.spans[c.newest]
	for _, y := range []int{c.newest - 1, c.newest} {
		if r, found := c.recaps[y]; found {
			spans = append(spans[:len(spans):len(spans)], r)
		}
	}
	s = span{from: c.from, to: c.to}
	for _, v := range spans {
		if v.exact && c.planned[c.newest] {
			return s, false // figures of the year, or hopes for it
		}
		if v.from.After(s.from) {
			s.from = v.from
		}
		if v.to.Before(s.to) {
			s.to = v.to
		}
		s.exact = s.exact || v.exact
	}
	return s, len(spans) > 0 && !s.from.After(s.to)
}

// resolve finds the year of the day of the news.
func (c clues) resolve(n day, stamp time.Time, stamped bool, now time.Time) (time.Time, bool) {
	fits := func(y int) (time.Time, bool) {
		t := noon(y, n.month, n.day)
		return t, validDay(y, n.month, n.day) && y >= max(stampStart, c.newest) && !t.After(now.Add(24*time.Hour))
	}
	if n.year != 0 {
		return fits(n.year)
	}
	if years := c.days[[2]int{n.month, n.day}]; len(years) == 1 {
		for y := range years {
			return fits(y)
		}
	}
	if stamped {
		for y := stamp.Year() - 1; y <= stamp.Year()+1; y++ {
			if t, ok := fits(y); ok && stamp.Sub(t).Abs() <= 7*24*time.Hour {
				return t, true
			}
		}
	}
	s, ok := c.written()
	if !ok {
		return time.Time{}, false
	}
	var found time.Time
	for y := s.from.Year(); y <= min(s.to.Year(), now.Year()); y++ {
		t := noon(y, n.month, n.day)
		if !validDay(y, n.month, n.day) || t.Before(s.from) || t.After(s.to) || t.After(now.Add(24*time.Hour)) {
			continue
		}
		if !found.IsZero() {
			return time.Time{}, false
		}
		found = t
	}
	return found, !found.IsZero()
}

// year is the year alone, where the spans leave only one.
func (c clues) year(now time.Time) corpus.Date {
	s, ok := c.written()
	if !ok || !s.exact || s.from.Year() != s.to.Year() || s.from.Year() > now.Year() {
		return corpus.Date{}
	}
	return corpus.Date{Year: s.from.Year(), Basis: corpus.Inferred}
}
