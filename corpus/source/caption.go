package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/corpus/vi"
)

var (
	// creditEnd is the photographer behind a caption, or alone.
	creditEnd = regexp.MustCompile(`(?:^|[\s.,;:…”"’–—-])[(\[]?\s*((?:Ảnh|ẢNH|Nguồn ảnh|Đồ họa|ĐỒ HỌA|Infographic|Clip|CLIP|Hình|Photo|Hình ảnh|Ảnh minh họa|Ảnh tư liệu)\s*:\s*[^:.!?]{1,60}(?:\.[^:.!?\s]{1,20}){0,3})[)\]]?\.?$`)
	// lowCredit is the same in lower case, which only brackets or a dash tell
	// from text.
	lowCredit = regexp.MustCompile(`(?:[(\[]\s*|[-–—]\s)((?i:ảnh|nguồn ảnh|đồ họa|nguồn|hình|minh họa|clip)\s*:\s*[^:()\[\]]{1,60})[)\]]?\.?$`)
	// stockCredit says that the picture is no picture of the event.
	stockCredit = regexp.MustCompile(`[\s(\[.–—-]*(?:^|[\s(\[.])(?i:ảnh minh họa|ảnh minh hoạ|ảnh tư liệu|ảnh chụp màn hình|ảnh cắt từ (?:clip|video)|hình minh họa|hình minh hoạ)[)\]]?\.?$`)
	// pictured is how captions begin that name what they show.
	pictured = labels(`quang cảnh|toàn cảnh|khung cảnh|cận cảnh|phối cảnh|hiện trường|một góc|hình ảnh|ảnh|bức ảnh|sơ đồ|bản đồ|đồ họa|infographic|clip|video`)
)

// cutCredit takes a photo credit off the end of a paragraph.
func cutCredit(s string) (rest string, ok bool) {
	// A credit stands at the very end; the rest need not be searched.
	off := len(s) - len(tailOf(s, 160))
	for _, re := range []*regexp.Regexp{creditEnd, lowCredit, stockCredit} {
		m := re.FindStringSubmatchIndex(s[off:])
		if m == nil {
			continue
		}
		at := off + m[0]
		if len(m) > 2 && syllables(s[off+m[2]:off+m[3]]) > 9 {
			continue // a sentence about pictures
		}
		// The stop before the credit belongs to the caption.
		if r, size := utf8.DecodeRuneInString(s[at:]); strings.ContainsRune(".…”\"’", r) {
			at += size
		}
		return strings.TrimRight(s[:at], " -–—,;:(["), true
	}
	return s, false
}

func isCreditAlone(s string) bool {
	if len(s) > 160 {
		return false
	}
	rest, ok := cutCredit(s)
	return ok && !hasWord(rest)
}

// captionForm reports whether a paragraph that stands where a caption may
// stand is short enough to be one, and does not begin as a report does.
func captionForm(s string, most int) bool {
	return syllables(s) <= most && sentences(s) <= 2 && !endsOpen(s) && !opensReport(s)
}

// namesPicture reports whether a paragraph begins with what a picture shows
// and ends before a clause of running text could.
func namesPicture(s string) bool {
	n := syllables(s)
	if n > 22 || sentences(s) > 1 || strings.Contains(s, ",") {
		return false
	}
	words := strings.Fields(s)
	for k := 1; k <= 2 && k < len(words); k++ {
		if pictured[vi.Normalize(strings.Join(words[:k], " "))] {
			return true
		}
	}
	return false
}

// takeCaptions moves the captions out of the text. What marks one: a photo
// credit, a picture's file name or the numbered headline before it, its being
// there twice in a row, beginning with what a picture shows, or standing
// between headline and text without being a sentence.
func (d *draft) takeCaptions() {
	last := d.lastText()
	for i := range d.paras {
		p := &d.paras[i]
		if !p.inBody() {
			continue
		}
		if c, ok := cutMarkdownImage(p.text); ok {
			p.role = image
			d.addCaption(c)
			continue
		}
		if rest, ok := cutCredit(p.text); ok {
			switch {
			case !hasWord(rest):
				p.role = dropped
				d.captionBefore(i)
			case syllables(rest) <= 60 && sentences(rest) <= 3:
				p.text = rest
				p.role = caption
			default:
				p.text = rest
			}
		}
	}
	for i := range d.paras {
		p := &d.paras[i]
		switch {
		case p.role == image:
			if next := d.next(i); next >= 0 && d.paras[next].role == body && captionForm(d.paras[next].text, 30) && next < last {
				d.paras[next].role = caption
			}
		case p.role == body && namesPicture(p.text):
			p.role = caption
		case p.inBody():
			if next := d.next(i); next >= 0 && same(p.text, d.paras[next].text) {
				d.paras[next].role = dropped
				if p.role == body && captionForm(p.text, 45) {
					p.role = caption
				}
			}
		}
	}
	d.captionAbove()
	for i := range d.paras {
		if d.paras[i].role == caption {
			d.addCaption(d.paras[i].text)
		}
	}
	// A caption that stands once more somewhere else is the same caption.
	for i := range d.paras {
		if p := &d.paras[i]; p.role == body && d.hasCaption(p.text) {
			p.role = dropped
		}
	}
}

// captionBefore makes the paragraph in front of a lone photo credit a caption
// when it is short and not a sentence.
func (d *draft) captionBefore(i int) {
	for stop := i - 4; i > max(0, stop); {
		i--
		switch p := &d.paras[i]; p.role {
		case body:
			if n := syllables(p.text); n >= 4 && n <= 45 && !endsSentence(p.text) && !endsOpen(p.text) && (d.title != "" || i > 0) {
				p.role = caption
			}
			return
		case dropped, image:
		default:
			return
		}
	}
}

// captionAbove looks at the paragraph between headline and text.
func (d *draft) captionAbove() {
	if !slices.ContainsFunc(d.paras, func(p paragraph) bool { return p.role == headline }) && !d.titleGiven {
		return
	}
	i := slices.IndexFunc(d.paras, paragraph.inBody)
	if i < 0 || d.paras[i].role != body || i >= d.lastText() {
		return
	}
	p := &d.paras[i]
	if _, _, agency := cutAgency(p.text); agency || !captionForm(p.text, 45) {
		return
	}
	n, next := syllables(p.text), d.next(i)
	switch {
	case !endsSentence(p.text) && n > 12 && next >= 0:
		p.role = caption
	case endsSentence(p.text) && n < 15 && sentences(p.text) == 1 && next >= 0 && opensReport(d.paras[next].text):
		p.role = caption
	}
}

// next is the index of the paragraph of text or heading that follows i
// without another role than dropped in between, or -1.
func (d *draft) next(i int) int {
	for j := i + 1; j < len(d.paras); j++ {
		switch d.paras[j].role {
		case dropped:
		case body, heading:
			return j
		default:
			return -1
		}
	}
	return -1
}

func (d *draft) addCaption(s string) {
	s = strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '*' || r == '▲' || r == '▼' })
	if !hasWord(s) || isImageName(s) || d.hasCaption(s) || same(s, d.title) {
		return
	}
	if d.captionKeys == nil {
		d.captionKeys, d.captionWords = map[string]bool{}, map[int]bool{}
	}
	d.captions = append(d.captions, s)
	d.captionKeys[textKey(s)] = true
	d.captionWords[strings.Count(s, " ")] = true
}

// hasCaption reports whether a caption says the same as s.
func (d *draft) hasCaption(s string) bool {
	return d.captionWords[strings.Count(s, " ")] && d.captionKeys[textKey(s)]
}

var markdownImage = regexp.MustCompile(`^!\[([^\]]*)\]\([^)]*\)$`)

// cutMarkdownImage gives the words that stand in for a picture.
func cutMarkdownImage(s string) (alt string, ok bool) {
	m := markdownImage.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	return m[1], true
}
