package bot

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"trichdan/corpus/vi"
)

// saidZone is a time zone as a sentence names it.
type saidZone struct {
	name string         // as it was written
	zone *time.Location // nil: there is no such zone
}

// cutZones takes the time zones out of a sentence that asks for a subscription:
// "múi giờ America/New_York", "giờ New York", "UTC+9", "Asia/Tokyo",
// "New York time". It leaves what stands in quotation marks, and what follows
// "về" or "about": that is the topic. find looks a zone up.
//
// A name that may as well mean something else ("giờ cao điểm") is a zone only if
// there is one.
func cutZones(s string, find func(string) (*time.Location, bool)) (rest string, said []saidZone) {
	for {
		from, to, z := (&zoneReader{s: s, words: sentenceWords(s), find: find}).next()
		if to == 0 {
			return s, said
		}
		s = cutWords(s, from, to)
		said = append(said, z)
	}
}

// zoneReader looks for time zones in the words of a sentence.
type zoneReader struct {
	s     string
	words []sentenceWord
	find  func(string) (*time.Location, bool)
}

// next finds the first zone, and the part of the sentence that names it, which
// is empty where there is none.
func (r *zoneReader) next() (from, to int, z saidZone) {
	for i, w := range r.words {
		if w.marked {
			break
		}
		if w.quoted {
			continue
		}
		for _, read := range []func(int) (int, int, saidZone){r.time, r.labelled, r.offset, r.hours, r.path} {
			if from, to, z = read(i); to > 0 {
				return from, to, z
			}
		}
	}
	return 0, 0, saidZone{}
}

// mostZoneWords is the most words that the name of a zone has.
const mostZoneWords = 4

// named reads the longest name of a zone from word i on.
func (r *zoneReader) named(i int) (end int, z saidZone) {
	for n := min(r.run(i), mostZoneWords); n > 0; n-- {
		name := r.s[r.words[i].start:r.words[i+n-1].end]
		zone, ok := r.find(name)
		if city := zoneCities[vi.Fold(name)]; !ok && city != "" && startsUpper(name) {
			zone, ok = r.find(city)
		}
		if ok {
			return i + n, saidZone{name, zone}
		}
	}
	return i, saidZone{}
}

// run is how many words from i on belong together.
func (r *zoneReader) run(i int) int {
	n := 0
	for i+n < len(r.words) && !r.words[i+n].marked && !r.words[i+n].quoted {
		n++
		if r.words[i+n-1].last {
			break
		}
	}
	return n
}

// labelled reads "múi giờ …", which says that a zone follows.
func (r *zoneReader) labelled(i int) (from, to int, z saidZone) {
	name := i
	for _, label := range []string{"múi giờ", "time zone", "timezone"} {
		if n := matchWords(r.words, i, label); n > i {
			name = n
		}
	}
	if name == i {
		return 0, 0, z
	}
	from = r.words[r.before(i, "theo", "ở", "in", "the", "tại")].start
	if !r.words[name-1].last || strings.HasPrefix(r.s[r.words[name-1].end:], ":") {
		for _, link := range []string{"của", "ở", "là", "of", "is"} {
			name = max(name, matchWords(r.words, name, link))
		}
		if end, z := r.named(name); end > name {
			return from, r.words[end-1].end, z
		}
		if n := r.unknown(name); n > 0 {
			to = r.words[name+n-1].end
			return from, to, saidZone{name: r.s[r.words[name].start:to]}
		}
	}
	to = r.words[name-1].end
	return from, to, saidZone{name: r.s[from:to]}
}

// unknown is how many words from i on were meant as a zone that there is not.
func (r *zoneReader) unknown(i int) int {
	n := 0
	for n < min(r.run(i), mostZoneWords) && startsUpper(r.s[r.words[i+n].start:]) {
		n++
	}
	if n == 0 {
		n = min(r.run(i), 1)
	}
	return n
}

func startsUpper(s string) bool {
	for _, r := range s {
		return unicode.IsUpper(r)
	}
	return false
}

// before is the first of the words, of the given ones, that stand right before
// word i, or i.
func (r *zoneReader) before(i int, words ...string) int {
	for i > 0 && !r.words[i-1].last && !r.words[i-1].quoted {
		found := false
		for _, w := range words {
			found = found || r.words[i-1].is(w)
		}
		if !found {
			break
		}
		i--
	}
	return i
}

var offsetZone = regexp.MustCompile(`^(?i:utc|gmt)(?:\s*[+\-−–]\s*\d{1,2}(?::\d\d)?)?`)

// offset reads "UTC+9", with or without "giờ" before it.
func (r *zoneReader) offset(i int) (from, to int, z saidZone) {
	from = r.words[i].start
	name := offsetZone.FindString(r.s[from:])
	to = from + len(name)
	if name == "" || strings.IndexFunc(r.s[to:], func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) || c == '/' }) == 0 {
		return 0, 0, z
	}
	plain := strings.Join(strings.Fields(strings.NewReplacer("−", "-", "–", "-").Replace(name)), "")
	z = saidZone{name: name}
	if zone, ok := r.find(plain); ok {
		z.zone = zone
	}
	if lead := r.before(i, "giờ", "theo"); lead < i && !(r.words[lead].is("giờ") && r.counted(lead)) {
		from = r.words[lead].start
	}
	return from, to, z
}

// hours reads "giờ New York", but not "7 giờ Hà Nội" nor "mỗi giờ".
func (r *zoneReader) hours(i int) (from, to int, z saidZone) {
	if !r.words[i].is("giờ") || r.words[i].last || r.counted(i) {
		return 0, 0, z
	}
	end, z := r.named(i + 1)
	for _, country := range manyZones {
		if n := matchWords(r.words, i+1, country); n > end && startsUpper(r.s[r.words[i+1].start:]) {
			end, z = n, saidZone{name: r.s[r.words[i+1].start:r.words[n-1].end]}
		}
	}
	if end == i+1 {
		return 0, 0, z
	}
	return r.words[r.before(i, "theo", "lúc")].start, r.words[end-1].end, z
}

// zoneCities have the time of a country that has only one, by its name without
// diacritics.
var zoneCities = map[string]string{
	"nhat": "Tokyo", "nhat ban": "Tokyo", "han quoc": "Seoul", "trung quoc": "Shanghai", "dai loan": "Taipei",
	"thai lan": "Bangkok", "an do": "Kolkata", "anh": "London", "phap": "Paris", "duc": "Berlin",
}

// manyZones are countries by whose name people call a time although they have
// several.
var manyZones = []string{"mỹ", "hoa kỳ", "úc", "canada", "nga", "brazil", "indonesia", "mexico", "châu âu"}

// counts are the words before "giờ" that make it hours.
var counts = strings.Fields("một hai ba bốn tư năm sáu bảy bẩy tám chín mười mươi lăm mốt không nửa mấy vài mỗi hằng hàng từng cứ các những nhiều")

// counted reports whether a number of hours, or a word like "mỗi", stands before word i.
func (r *zoneReader) counted(i int) bool {
	if i == 0 || r.words[i-1].last {
		return false
	}
	w := r.words[i-1]
	if i > 1 && !r.words[i-2].last && r.words[i-2].is("thứ") {
		return false // a day of the week
	}
	if strings.Trim(r.s[w.start:w.end], "0123456789") == "" {
		return true
	}
	for _, c := range counts {
		if w.is(c) {
			return true
		}
	}
	return false
}

var zonePath = regexp.MustCompile(`^[A-Za-z]+(?:/[A-Za-z0-9_+\-]+)+$`)

// path reads a bare IANA name.
func (r *zoneReader) path(i int) (from, to int, z saidZone) {
	w := r.words[i]
	name := r.s[w.start:w.end]
	if !zonePath.MatchString(name) {
		return 0, 0, z
	}
	zone, ok := r.find(name)
	if !ok {
		return 0, 0, z
	}
	return w.start, w.end, saidZone{name, zone}
}

// time reads "New York time" and "New York time zone".
func (r *zoneReader) time(i int) (from, to int, z saidZone) {
	if !r.words[i].is("time") {
		return 0, 0, z
	}
	for n := mostZoneWords - 1; n > 0; n-- {
		if i-n < 0 || r.run(i-n) <= n { // a mark stands between
			continue
		}
		name := r.s[r.words[i-n].start:r.words[i-1].end]
		if zone, ok := r.find(name); ok {
			end := max(i+1, matchWords(r.words, i, "time zone"))
			return r.words[r.before(i-n, "in", "at")].start, r.words[end-1].end, saidZone{name, zone}
		}
	}
	return 0, 0, z
}

// sentenceWord is what stands between blanks, without the marks around it.
type sentenceWord struct {
	start, end int
	text       string // normal form
	ascii      bool   // and written in ASCII, perhaps for want of diacritics
	last       bool   // a mark that ends a part of the sentence follows
	quoted     bool   // between quotation marks
	marked     bool   // what leads to the topic stands before it
}

// quotationMarks open or close what is the topic's for certain.
const quotationMarks = "\"“”„«»"

// topicLeads lead to the topic.
var topicLeads = []string{"về", "chủ đề", "đề tài", "liên quan", "about", "regarding", "concerning", "topic"}

// sentenceWords are the words of a sentence.
func sentenceWords(s string) []sentenceWord {
	var list []sentenceWord
	quoteStart, quoteEnd := strings.IndexAny(s, quotationMarks), strings.LastIndexAny(s, quotationMarks)
	const open, closing = "([{:;,.!?" + quotationMarks, ")]};:,.!?-–—" + quotationMarks
	end := 0
	for field := range strings.FieldsSeq(s) {
		start := end + strings.Index(s[end:], field)
		end = start + len(field)
		word := strings.TrimRight(field, closing)
		from := start + len(word) - len(strings.TrimLeft(word, open))
		w := sentenceWord{start: from, end: start + len(word)}
		if w.start >= w.end { // marks alone
			if n := len(list); n > 0 {
				list[n-1].last = true
			}
			continue
		}
		text := s[w.start:w.end]
		w.text, w.ascii = vi.Normalize(text), strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) < 0
		w.last = w.end < end
		w.quoted = quoteStart >= 0 && w.end > quoteStart && w.start < quoteEnd
		if w.start > start && len(list) > 0 {
			list[len(list)-1].last = true // "(" begins another part
		}
		list = append(list, w)
	}
	for i := range list {
		if i > 0 && list[i-1].marked {
			list[i].marked = true
			continue
		}
		for _, lead := range topicLeads {
			if n := matchWords(list, i, lead); n > i && !list[i].quoted {
				list[i].marked = true
			}
		}
	}
	return list
}

// is reports whether a word is w, a word in normal form, or w typed without
// diacritics.
func (k sentenceWord) is(w string) bool {
	return k.text == w || k.ascii && k.text == vi.Fold(w)
}

// matchWords gives the end of a phrase that stands at word i with no mark
// inside, or i.
func matchWords(list []sentenceWord, i int, phrase string) int {
	n := i
	for w := range strings.FieldsSeq(phrase) {
		if n >= len(list) || n > i && list[n-1].last || !list[n].is(w) {
			return i
		}
		n++
	}
	return n
}

// cutWords cuts s[from:to] out, with brackets around it and a comma that is
// not needed any more.
func cutWords(s string, from, to int) string {
	before, after := strings.TrimRight(s[:from], " "), strings.TrimLeft(s[to:], " ")
	if strings.HasSuffix(before, "(") && strings.HasPrefix(after, ")") {
		before, after = strings.TrimRight(before[:len(before)-1], " "), strings.TrimLeft(after[1:], " ")
	}
	if b, ok := strings.CutSuffix(before, ","); ok {
		before = b
	} else if before == "" {
		after = strings.TrimLeft(after, ", ")
	}
	if before == "" || after == "" || strings.HasPrefix(after, ",") {
		return before + after
	}
	return before + " " + after
}
