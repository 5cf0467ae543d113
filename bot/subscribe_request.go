package bot

import (
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/vi"
)

const (
	maxTopic   = 200 // in characters
	maxRequest = 600 // likewise; nobody types more
)

// request is what a sentence behind /dangky asks for.
type request struct {
	Wish
	admin bool       // a cron expression is for admins
	zones []saidZone // that were said
	long  bool       // longer than it may be
	// left are words in the topic that may have been meant to say when.
	left string
	err  error // *vi.RecurrenceError, or errCron
}

// requestReader understands sentences.
type requestReader struct {
	zone    func(name string) (*time.Location, bool)
	outlets []string // further names of outlets
	when    When     // where none is said
	at      *time.Location
	lang    chat.Lang
}

// read understands what follows /dangky: when, in which zone, and on what, in
// any order that vi.ParseRecurrence understands. The zone and "kể cả khi không
// có tin mới" are taken out before it sees the sentence.
func (p *requestReader) read(text string) request {
	text = plainLine(text)
	if utf8.RuneCountInString(text) > maxRequest {
		return request{long: true}
	}
	r := request{Wish: Wish{Zone: p.at.String(), Lang: p.lang}}
	text, r.zones = cutZones(text, p.zone)
	if len(r.zones) > 0 && r.zones[0].zone != nil {
		r.Zone = r.zones[0].zone.String()
	}
	text, r.Always = cutAlways(text)
	var topic string
	if expression, rest, ok := cutCron(text); ok {
		r.admin, r.When = true, When{Cron: expression}
		topic = topicOf(rest)
	} else {
		var found vi.Recurrence
		var said bool
		found, topic, said, r.err = vi.ParseRecurrence(text)
		if r.err != nil {
			return r
		}
		r.When = p.fill(When{Recurrence: found}, said)
		words, dated, timed, ok := vi.WhenIn(topic)
		if ok && (dated && !said || timed && !found.Timed && (!said || hasTime(r.When))) {
			r.left = words
		}
	}
	r.Outlets, r.Topic = p.split(topic)
	r.long = utf8.RuneCountInString(r.Topic) > maxTopic
	return r
}

// fill says when where nothing, or no time of day, was said.
func (p *requestReader) fill(w When, said bool) When {
	if !said {
		w = p.when
	} else if hasTime(w) && !w.Timed && hasTime(p.when) {
		w.Hour, w.Minute = p.when.Hour, p.when.Minute
	}
	w.Timed = hasTime(w)
	return w
}

func hasTime(w When) bool { return w.Kind == vi.Daily || w.Kind == vi.Weekly }

// plainLine is text without control characters and with single blanks.
func plainLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, chat.UnsafeRune(r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// alwaysLeads and alwaysEnds make "kể cả khi không có tin mới".
var (
	alwaysLeads = strings.Split("kể cả khi không có|kể cả không có|kể cả lúc không có|ngay cả khi không có|ngay cả lúc không có|dù không có|even if|even when", "|")
	alwaysEnds  = map[bool][]string{
		false: strings.Split("gì mới|gì|tin mới nào|bài mới nào|tin mới|bài mới|tin nào|bài nào|tin|bài|tin tức mới", "|"),
		true:  strings.Split("nothing is new|there is nothing new|there's nothing new|there is no news|nothing new|there is nothing", "|"),
	}
	alwaysTails = strings.Split("cũng gửi|cũng báo|vẫn gửi|vẫn báo|cũng nhắn|vẫn nhắn", "|")
	neverLeads  = strings.Split("không có|nếu không có|khi nào không có|khi không có", "|")
	neverTails  = strings.Split("thì thôi|thì khỏi gửi|thì khỏi|thì đừng gửi|thì không gửi|thì không cần gửi|thì không cần|khỏi gửi|đừng gửi|không cần gửi", "|")
)

// cutAlways takes out that the person wants to know also when nothing is new, or
// does not, which goes without saying. Behind what leads to the topic it counts
// only at the end.
func cutAlways(s string) (rest string, always bool) {
	words := sentenceWords(s)
	for i := range words {
		if words[i].quoted {
			continue
		}
		end, always := alwaysAt(words, i)
		if end > i && (!words[i].marked || end == len(words)) {
			return cutWords(s, words[i].start, words[end-1].end), always
		}
	}
	return s, false
}

// alwaysAt gives the end of such words at word i, or i, and what they say.
func alwaysAt(words []sentenceWord, i int) (end int, always bool) {
	longest := func(i int, phrases []string) int {
		end := i
		for _, phrase := range phrases {
			end = max(end, matchWords(words, i, phrase))
		}
		return end
	}
	lead := longest(i, alwaysLeads)
	sure := lead > i // else more must follow: "không có tin cũng báo"
	if !sure {
		lead = longest(i, neverLeads)
	}
	if lead == i {
		return i, false
	}
	end = longest(lead, alwaysEnds[words[i].is("even")])
	if end == lead {
		return i, false
	}
	if tail := longest(end, alwaysTails); tail > end || sure {
		return tail, true
	}
	if tail := longest(end, neverTails); tail > end {
		return tail, false
	}
	return i, false
}

// cronFields is how many fields a cron expression has.
const cronFields = 5

// cutCron takes a cron expression off the beginning: "cron 0 7 * * 1-5 …". Of
// one that is too short it gives what there is.
func cutCron(s string) (expression, rest string, ok bool) {
	words := strings.Fields(s)
	if n := strings.TrimSuffix(s, " "); strings.HasPrefix(vi.Fold(n), "theo lich cron") && len(words) > 2 {
		words = words[2:]
	}
	if len(words) == 0 || vi.Fold(words[0]) != "cron" {
		return "", s, false
	}
	words = words[1:]
	n := 0
	for n < min(len(words), cronFields) && cronField(words[n]) {
		n++
	}
	fields := slices.Clone(words[:n])
	if n > 0 {
		fields[n-1] = strings.TrimRight(fields[n-1], ",;")
	}
	return strings.Join(fields, " "), strings.Join(words[n:], " "), true
}

// cronField reports whether a word can be a field of a cron expression: it has
// a digit or "*", or names days or months ("MON-FRI").
func cronField(s string) bool {
	if strings.Trim(s, "0123456789*/,-?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" {
		return false
	}
	if strings.ContainsAny(s, "0123456789*?") {
		return true
	}
	for name := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return r == ',' || r == '-' }) {
		if !slices.Contains(strings.Fields("sun mon tue wed thu fri sat jan feb mar apr may jun jul aug sep oct nov dec"), name) {
			return false
		}
	}
	return true
}

// topicOf is the topic of a text that does not say when.
func topicOf(text string) string {
	const when = "mỗi giờ" // nothing at the end of the text says when then
	if _, topic, ok, _ := vi.ParseRecurrence(when + ", " + text); ok {
		return topic
	}
	return text
}

// newsSources stand before the outlets that articles shall come from.
var newsSources = []string{
	"theo báo điện tử", "trên báo điện tử", "theo trang", "trên trang", "của báo", "theo báo", "trên báo", "từ báo",
	"theo nguồn", "từ nguồn", "theo", "trên", "từ", "báo", "from",
}

// newsKinds may stand before those: "các bài của VnExpress".
var newsKinds = []string{
	"tin", "tin tức", "tin mới", "tin bài", "các tin", "bài", "bài mới", "bài báo", "bài viết", "các bài", "các bài viết", "những bài",
	"tất cả tin", "tất cả bài", "mọi bài", "mọi tin", "news", "articles", "all articles", "all news",
}

// split takes outlets off the beginning of a topic, if there is nothing else or
// what leads to the topic follows: "theo VOV và Nhân Dân", "theo VOV về giá
// điện". In "giá điện theo VOV" the outlet belongs to the query. It takes
// quotation marks off the topic.
func (p *requestReader) split(topic string) (outlets []string, rest string) {
	if inner, ok := unquote(topic); ok {
		return nil, inner
	}
	words := sentenceWords(topic)
	for _, lead := range topicLeads { // vi.ParseRecurrence wants words behind it
		if n := matchWords(words, 0, lead); n > 0 {
			after := topic[words[n-1].end:]
			if strings.IndexFunc(after, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
				return nil, strings.TrimLeft(after, " :,")
			}
		}
	}
	news, at := 0, 0
	for _, kind := range newsKinds {
		news = max(news, matchWords(words, 0, kind))
	}
	for _, lead := range newsSources {
		at = max(at, matchWords(words, news, lead))
	}
	if news > 0 {
		at = max(at, matchWords(words, news, "của"))
	}
	if at <= news {
		return nil, topic
	}
	strict := (news > 0 || vi.HasDiacritics(topic)) && !words[at-1].is("báo") // else "theo giao thông" is no newspaper
	for {
		name, end := p.outlet(topic, words, at, strict)
		if end == at {
			return nil, topic
		}
		if !slices.Contains(outlets, name) {
			outlets = append(outlets, name)
		}
		if end == len(words) {
			slices.Sort(outlets)
			return outlets, ""
		}
		if words[end].marked {
			slices.Sort(outlets)
			rest = topicOf(topic[words[end].start:])
			if inner, ok := unquote(rest); ok {
				rest = inner
			}
			return outlets, rest
		}
		at = end
		if words[at].is("và") || words[at].is("and") {
			at++
		} else if !words[at-1].last {
			return nil, topic
		}
	}
}

// mostOutletWords is the most words that the name of an outlet has.
const mostOutletWords = 8

// outlet reads the longest name of an outlet from word i on. strict names begin
// with a capital letter.
func (p *requestReader) outlet(s string, words []sentenceWord, i int, strict bool) (name string, end int) {
	for n := min(mostOutletWords, len(words)-i); n > 0; n-- {
		said := s[words[i].start:words[i+n-1].end]
		if strict && !startsUpper(said) {
			continue
		}
		if name, ok := p.outletNamed(said); ok {
			return name, i + n
		}
	}
	return "", i
}

// outletsByName are the outlets that people know, by all their names, in normal
// form and without diacritics.
var outletsByName = sync.OnceValues(func() (normal, folded map[string]string) {
	normal, folded = map[string]string{}, map[string]string{}
	for _, o := range corpus.Outlets() {
		for _, name := range slices.Concat([]string{o.Name}, o.Aliases, o.Domains) {
			for form, names := range map[string]map[string]string{vi.Normalize(name): normal, vi.Fold(name): folded} {
				if names[form] == "" {
					names[form] = o.Name
				}
			}
		}
	}
	return normal, folded
})

// outletNamed finds an outlet by a name that people use for it.
func (p *requestReader) outletNamed(said string) (string, bool) {
	names, folded := outletsByName()
	form := vi.Normalize
	if !vi.HasDiacritics(said) {
		names, form = folded, vi.Fold
	}
	said = form(said)
	if name := names[said]; name != "" {
		return name, true
	}
	for _, name := range p.outlets {
		if form(name) == said {
			return name, true
		}
	}
	return "", false
}

// quotationPairs are the marks that may stand around a topic.
var quotationPairs = []string{"“”", `""`, "«»", "„“", "‘’"}

// unquote takes the quotation marks off a text that stands in them as a whole.
func unquote(s string) (inner string, ok bool) {
	for _, pair := range quotationPairs {
		first, size := utf8.DecodeRuneInString(pair)
		opening, closing := string(first), pair[size:]
		inner, ok := strings.CutPrefix(s, opening)
		if !ok {
			continue
		}
		if inner, ok = strings.CutSuffix(inner, closing); ok && !strings.ContainsAny(inner, pair) {
			return strings.TrimSpace(inner), true
		}
	}
	return s, false
}
