package vi

import (
	"slices"
	"strings"
	"unicode"
)

// longestWhen is how many words say when at most; the tail of a long request
// is looked at no further back.
const longestWhen = 32

// topicMarks lead to the topic.
const topicMarks = "về|về chủ đề|về đề tài|về vấn đề|chủ đề|đề tài|chủ đề là|theo chủ đề|với chủ đề|có nội dung|với nội dung|với từ khóa|từ khóa|liên quan đến|liên quan tới|nói về|viết về|có chủ đề|about|regarding|concerning|on the topic of|on the subject of|topic"

// Words that only ask for something to be sent: requests, to whom, and what.
const (
	askWords  = "đăng ký|đăng kí|theo dõi|gửi|gởi|báo|nhận|nhắc|cho|cập nhật|tổng hợp|muốn|cần|xin|hãy|vui lòng|làm ơn|giúp|nhờ|nhờ bot|dạ|bot ơi|ad ơi|chào bot|subscribe|subscribe to|send|notify|get|remind|please|want|to|i|give|tell|let me know|let us know|alert|follow|track|hi bot|hey bot"
	whoWords  = "tôi|mình|tớ|em|anh|chị|chúng tôi|chúng mình|chúng em|bọn mình|tụi mình|nhóm này|nhóm mình|nhóm tôi|nhóm em|cả nhóm|kênh này|me|us"
	newsWords = "tin|tin tức|tin mới|tin nhanh|bản tin|bài|bài mới|bài viết|bài báo|các bài|các bài viết|những bài|các tin|tóm tắt|bản tóm tắt|điểm tin|thông tin|tất cả|tất cả tin|tất cả tin mới|tất cả các tin|tất cả các bài|tất cả bài|tất cả bài mới|mọi tin|mọi tin mới|mọi tin tức|mọi bài|mọi bài mới|toàn bộ|toàn bộ tin|có tin|có tin mới|có bài|có bài mới|news|the news|all|all news|all the news|all articles|everything|anything|anything new|article|articles|a digest|digest|digests|updates|summary|summaries|a summary"
	politely  = "nhé|nha|ạ|nhá|đi|giúp|giùm|giúp tôi|giúp mình|giúp em|giùm tôi|giùm mình|giùm em|cho tôi|cho mình|cho em|cho nhóm|please|thanks|thank you|cảm ơn|với"
	// greetings and the like are no topic, whatever follows.
	greetings = "dạ|bot ơi|ad ơi|nhờ bot|chào bot|hi bot|hey bot|theo dõi|subscribe to|follow|track"
	// newsCompounds are what "tin" and "bài" begin that is no news.
	newsCompounds = "giả|nhắn|học|đồn|tặc|tưởng|cậy|dữ|hát|thi|thơ|thuốc|toán|trừ|bạc|tập|chòi"
)

// quotes open or close what is the topic's for certain.
const quotes = "\"“”„«»"

// closes reports whether the topic, or nothing, begins at word i.
func (p *whenWords) closes(i int) bool {
	if i >= len(p.list) || !p.near(i) {
		return true
	}
	if _, ok := p.mark(i); ok {
		return true
	}
	return p.request(i, false) > i
}

// mark reads what leads to the topic at word i.
func (p *whenWords) mark(i int) (end int, ok bool) {
	end, ok = p.phrase(i, topicMarks)
	return end, ok && end < len(p.list)
}

// request reads words that only ask, at word i, and gives their end: they
// must lead to the topic or to when, or name a recipient; else they are the
// topic's ("tin giả", "gửi tiền"). Only with ahead does it look for when, for
// what reads when looks for requests.
func (p *whenWords) request(i int, ahead bool) int {
	n, sure, sends := i, i, false
	for n < len(p.list) && n-i < longestWhen && (n == i || p.near(n)) {
		if _, ok := p.mark(n); ok && n > i {
			return n
		}
		end, ok := p.phrase(n, whoWords)
		if ok && sends {
			n, sure = end, end
			continue
		}
		if end, ok = p.phrase(n, askWords+"|"+newsWords+"|"+whoWords); !ok {
			break
		}
		if _, days := p.phrase(n, "tất cả các ngày|mọi ngày|all days"); days {
			break
		}
		if _, greets := p.phrase(n, greetings); greets && p.near(end) {
			sure = end
		}
		if _, asks := p.phrase(n, askWords); asks {
			sends = true
		} else if _, news := p.phrase(n, newsWords); news && sends && p.near(end) {
			// Without diacritics "gia" is rather a price.
			if !slices.Contains(strings.Split(newsCompounds, "|"), p.list[end].text) {
				sure = end // "gửi tin giá cà phê"
			}
		}
		n = end
	}
	if n == len(p.list) {
		return n
	}
	if n > i && !p.near(n) {
		return n
	}
	if n > i && ahead {
		if w, end := p.scan(n); end > n && (w.strong || w.arrival && p.closes(end)) {
			return n
		}
	}
	return sure
}

// asked finds near word i somebody who asks for news on what follows, and gives
// the end of that.
func (p *whenWords) asked(i int) (end int, ok bool) {
	const near = 4 // words before
	for n := i; n < min(i+near, len(p.list)) && (n == i || p.near(n)); n++ {
		if w, end := p.scan(n); end > n && w.strong {
			return 0, false
		}
		if end, ok = p.phrase(n, askWords); !ok {
			continue
		}
		if end, ok = p.nearPhrase(end, newsWords); !ok || !p.near(end) {
			continue
		}
		if end, ok = p.mark(end); ok {
			return end, true
		}
	}
	return 0, false
}

// scan reads all that says when from word i on, and gives its end.
func (p *whenWords) scan(i int) (w when, end int) {
	end = i
	for end < len(p.list) && end-i < longestWhen {
		if end > i && strings.ContainsAny(p.list[end].gap, quotes) {
			break
		}
		at := end
		if end > i {
			if n, ok := p.phrase(end, "và|hoặc|and|or|rồi"); ok {
				at = n
			}
		}
		n := at
		if at < len(p.list) {
			n = p.component(at, &w)
		}
		if part, last, ok := p.dayPart(at); n == at && at > end && at < len(p.list) && ok && w.part != noPart && w.part != part && w.clock == nil {
			w.strong, n = true, last // "sáng và chiều tin bão"
			w.fail(SeveralTimes, Span{w.partAt.Start, p.list[last-1].End})
		}
		if n == at {
			break
		}
		end = n
	}
	if end > i {
		w.Span = p.span(i, end)
		w.strong = w.strong || w.days != 0 && w.part != noPart // "sáng thứ hai"
	}
	return w, end
}

// split finds what says when, or nil, and the topic.
func (p *whenWords) split() (said *when, topic string) {
	from, until := 0, len(p.list)
	marked := false
	lead := func() {
		for range 3 { // "đăng ký", "theo dõi tin", "về"
			n, ok := p.mark(from)
			if ok {
				from, marked = n, true
				return
			}
			if from < len(p.list) && p.list[from].text == "toi" { // "tôi", or "tối t7 8h"
				if w, end := p.scan(from); end > from && w.part == evening && w.strong {
					return
				}
			}
			if n = p.request(from, true); n == from {
				if n, ok = p.asked(from); ok { // "sếp cần tin về …"
					from, marked = n, true
				}
				return
			}
			from = n
		}
	}
	quoted := func(i int) bool { return i < len(p.list) && strings.ContainsAny(p.list[i].gap, quotes) }
	if !quoted(0) {
		lead()
	}
	if !marked && from < len(p.list) && !quoted(from) {
		w, end := p.scan(from)
		if end > from && (w.strong || p.closes(end)) {
			said, from = &w, end
			if !quoted(from) {
				lead()
				if n, ok := p.phrase(from, "on"); ok && !marked && n < len(p.list) {
					from, marked = n, true
				}
			}
			if more, end := p.scan(from); end > from && !marked && !quoted(from) && said.clock == nil && more.strong && more.clock != nil && !more.dated() {
				more.join(said) // "daily digest at 8am about …"
				said, from = &more, end
				if !quoted(from) {
					lead()
				}
			}
		}
	}
	for at := max(from, len(p.list)-longestWhen); at < len(p.list); at++ {
		if strings.ContainsAny(p.s[p.list[at].Start:], quotes) {
			continue
		}
		w, end := p.scan(at)
		if end == at || !p.over(end) || !w.atTail(said, marked) {
			continue
		}
		if _, until := p.phrase(max(at-1, 0), "đến|tới|until|till"); until && w.clock != nil && !w.dated() {
			continue // "cấm xe từ 7h đến 9h"
		}
		until = at
		if said != nil {
			w.join(said)
		}
		said = &w
		break
	}
	if said != nil && said.arrival && !marked { // "có tin bão là báo"
		if n, ok := p.phrase(from, "có tin|có tin mới|có bài|có bài mới|hễ có tin|cứ có tin|khi có tin|nếu có tin|hễ có bài|cứ có bài|khi có bài|nếu có bài"); ok && n < until {
			if from, ok = p.mark(n); !ok {
				from = n
			}
		}
	}
	return said, p.topic(from, p.topicEnd(from, until))
}

// manners and leadings end a topic without being of it: the first always, the
// others where what says when follows ("giá vàng, gửi lúc 8h").
const (
	manners  = "nhé|nha|nhá|ạ|với ạ|đi ạ|giúp tôi|giúp mình|giúp em|giùm|giùm tôi|giùm mình|giùm em|cho tôi|cho mình|cho em|please|thanks|thank you|cảm ơn|thì báo|thì gửi|thì báo tôi|thì báo mình|thì báo em|thì gửi tôi|thì gửi mình|thì gửi em|" + thenSend
	leadings = "gửi|gửi tôi|gửi mình|gửi cho tôi|gửi cho mình|gửi vào|báo|báo vào|nhận vào|vào|vào các|vào mỗi"
)

// topicEnd is the end of the topic from word from to before word until, without
// what is not of it. Without diacritics, manners may be anything ("gia nha").
func (p *whenWords) topicEnd(from, until int) int {
	followed := until < len(p.list)
	for until > from {
		end := until
		for n := max(from, until-4); n < until && end == until; n++ {
			last, ok := p.phrase(n, manners)
			if !ok && followed {
				last, ok = p.phrase(n, leadings)
			}
			if ok && last == until && p.mannerly(n, until) {
				end = n
			}
		}
		if end == until {
			break
		}
		until = end
	}
	return until
}

// mannerly reports whether the words from i to before n are what they look
// like: English, or with their diacritics, or of several syllables.
func (p *whenWords) mannerly(i, n int) bool {
	if n-i > 1 || !p.list[i].ascii || p.list[i].text == "please" || p.list[i].text == "nhe" || p.list[i].text == "thanks" {
		return true
	}
	// A mark before it sets it apart: "gia vang, gui 8h".
	return !p.near(i)
}

// over reports whether nothing but good manners follows from word i on.
func (p *whenWords) over(i int) bool {
	for i < len(p.list) {
		n := p.skip(i, politely)
		if n == i {
			return false
		}
		i = n
	}
	return true
}

// atTail reports whether w, which was said behind the topic, says when, rather
// than being a part of it. front is what was said before the topic.
func (w *when) atTail(front *when, marked bool) bool {
	if w.problem != nil && w.soft || w.mixed {
		return false
	}
	timed := w.clock != nil || w.part != noPart
	// Few want anything in the small hours: "tai nạn 2h sáng".
	at := w.clock != nil && (w.clock.at || !marked && w.clock.sure && (w.clock.hour >= smallHours || w.clock.part > morning && w.clock.part != night))
	switch {
	case front == nil:
		return w.explicit || w.days != 0 && w.clock != nil || !marked && (at || w.days != 0 && (w.part != noPart || w.on))
	case front.dated() && front.clock == nil && !front.arrival && front.every == 0:
		return !w.dated() && at && (w.clock.at || front.part == noPart)
	case !front.dated():
		return w.explicit && w.dated() && !timed || w.days != 0 && w.explicit && !timed
	}
	return false
}

// smallHours end at this hour.
const smallHours = 5

// join adds what was said before the topic.
func (w *when) join(front *when) {
	w.daily = w.daily || front.daily
	w.weekly = w.weekly || front.weekly
	w.days |= front.days
	w.except |= front.except
	if w.clock == nil {
		w.clock = front.clock
	}
	if w.part == noPart {
		w.part, w.partAt = front.part, front.partAt
	}
	if front.problem != nil {
		w.problem = front.problem
	}
	w.Start = front.Start
}

// topic is the text from word from to before word until, without the marks
// around it.
func (p *whenWords) topic(from, until int) string {
	start, end := 0, len(p.s)
	if len(p.list) == 0 {
		return strings.TrimSpace(p.s) // "👍": it is no request for everything
	}
	if from > 0 {
		start = p.list[from-1].End
	}
	if until < len(p.list) {
		end = p.list[until].Start
	}
	topic := strings.TrimLeftFunc(p.s[start:end], func(r rune) bool {
		return strings.ContainsRune(",;:.)]!|-–—'’", r) || decorates(r)
	})
	for {
		topic = strings.TrimRightFunc(topic, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:.([!|-–—", r) })
		// "👍", ":)" and their like
		at := strings.LastIndexFunc(topic, unicode.IsSpace)
		if at < 0 || strings.IndexFunc(topic[at:], func(r rune) bool {
			return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '?' || strings.ContainsRune(quotes, r)
		}) >= 0 {
			return topic
		}
		left := readWhen(topic[:at])
		if n, ok := left.phrase(0, topicMarks); ok && n == len(left.list) {
			return topic // "về 🙂": it is no request for everything
		}
		topic = strings.TrimRightFunc(topic[:at], decorates)
	}
}

// decorates reports whether a rune around a topic is none of it: a blank, an
// emoji, "^^", "~".
func decorates(r rune) bool {
	const variation, joiner = '\ufe0f', '\u200d'
	return unicode.IsSpace(r) || unicode.In(r, unicode.So, unicode.Sk) || r == '~' || r == variation || r == joiner
}
