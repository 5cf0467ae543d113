package vi

import (
	"strings"
	"unicode"
)

// longestWhen is how many words say when at most; the tail of a long request
// is looked at no further back.
const longestWhen = 32

// topicMarks lead to the topic.
const topicMarks = "về|về chủ đề|về đề tài|về vấn đề|chủ đề|đề tài|chủ đề là|theo chủ đề|liên quan đến|liên quan tới|nói về|viết về|có chủ đề|about|regarding|concerning|on the topic of|on the subject of|topic"

// Words that only ask for something to be sent: requests, to whom, and what.
const (
	askWords  = "đăng ký|đăng kí|theo dõi|gửi|gởi|báo|nhận|nhắc|cho|cập nhật|tổng hợp|muốn|cần|xin|hãy|vui lòng|làm ơn|giúp|subscribe|subscribe to|send|notify|get|remind|please|want|to|i|give"
	whoWords  = "tôi|mình|tớ|chúng tôi|chúng mình|nhóm này|kênh này|me|us"
	newsWords = "tin|tin tức|tin mới|tin nhanh|bản tin|bài|bài mới|bài viết|bài báo|các bài|các bài viết|những bài|các tin|tóm tắt|bản tóm tắt|điểm tin|thông tin|news|the news|article|articles|a digest|digest|digests|updates|summary|summaries|a summary"
	politely  = "nhé|nha|ạ|nhá|đi|giúp tôi|giúp mình|cho tôi|cho mình|please|thanks|cảm ơn|với"
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
	n, sure, asked := i, i, false
	for n < len(p.list) && n-i < longestWhen && (n == i || p.near(n)) {
		if _, ok := p.mark(n); ok && n > i {
			return n
		}
		end, ok := p.phrase(n, whoWords)
		if ok && asked {
			n, sure = end, end
			continue
		}
		if end, ok = p.phrase(n, askWords+"|"+newsWords+"|"+whoWords); !ok {
			break
		}
		asked = true
		n = end
	}
	if n == len(p.list) {
		return n
	}
	if n > i && !p.near(n) {
		return n
	}
	if n > i && ahead {
		if w, end := p.scan(n); end > n && w.strong {
			return n
		}
	}
	return sure
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
		if n == at {
			break
		}
		end = n
	}
	if end > i {
		w.Span = p.span(i, end)
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
			if n = p.request(from, true); n == from {
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
		until = at
		if said != nil {
			w.join(said)
		}
		said = &w
		break
	}
	return said, p.topic(from, until)
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
	if w.problem != nil && w.soft {
		return false
	}
	timed := w.clock != nil || w.part != noPart
	switch {
	case front == nil:
		return w.explicit || w.days != 0 && w.clock != nil || !marked && w.clock != nil && w.clock.at
	case front.dated() && front.clock == nil && !front.arrival && front.every == 0:
		return !w.dated() && w.clock != nil && w.clock.at
	case !front.dated():
		return w.explicit && w.dated() && !timed || w.days != 0 && w.explicit && !timed
	}
	return false
}

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
	if from > 0 {
		start = p.list[from-1].End
	}
	if until < len(p.list) {
		end = p.list[until].Start
	}
	topic := strings.TrimLeftFunc(p.s[start:end], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",;:.)]!|-–—", r)
	})
	return strings.TrimRightFunc(topic, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",;:.([!|-–—", r)
	})
}
