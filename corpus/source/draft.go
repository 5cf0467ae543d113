package source

import (
	"strings"
	"time"

	"trichdan/corpus"
)

// draft is an article in the making: what the file states, and paragraphs
// whose roles are still to be found.
type draft struct {
	path string
	now  time.Time

	title      string
	titleGiven bool   // stated, not found among the paragraphs
	lead       string // stated apart from the paragraphs
	outlet     string
	author     string
	url        string
	published  corpus.Date
	tags       []string
	captions   []string
	images     []string // names of pictures
	// What hasCaption looks up: the captions as textKey gives them, and, since
	// most text is no caption, their numbers of spaces.
	captionKeys  map[string]bool
	captionWords map[int]bool
	paras        []paragraph
}

// setOutlet keeps the first outlet named.
func (d *draft) setOutlet(name string) { d.outlet = first(d.outlet, name) }

// state keeps the first date stated.
func (d *draft) state(date corpus.Date) {
	if !d.published.Known() {
		d.published = date
	}
}

// plain fills the draft from plain text.
func (d *draft) plain(text string) {
	for _, p := range splitParagraphs(unwrap(Clean(text))) {
		d.paras = append(d.paras, paragraph{text: p})
	}
}

// article finds the roles of the paragraphs and makes the article.
func (d *draft) article() (*corpus.Article, error) {
	for i := range d.paras {
		if p := &d.paras[i]; p.role == body && isImageName(p.text) {
			d.images = append(d.images, p.text)
			p.role = image
		}
	}
	d.dropFurniture()
	d.takeHead(false)
	d.takeHeadline()
	d.takeHead(d.title != "")
	d.takeTail()
	signed := d.takeAgency()
	d.takeCaptions()
	return d.finish(d.findLead(signed))
}

// A lead (sapo) found in plain text has this many syllables and sentences.
const (
	leastLead     = 12
	mostLead      = 130
	leadSentences = 3
)

// findLead gives the index of the paragraph that is the lead, or -1: the
// first one under a headline or behind an agency line (at index signed), in
// full sentences, before a text that is longer by half or more.
func (d *draft) findLead(signed int) int {
	if d.title == "" && signed < 0 {
		return -1
	}
	at, rest, paras := -1, 0, 0
	for i, p := range d.paras {
		switch {
		case !p.inBody():
		case at < 0:
			at = i
		default:
			rest += syllables(p.text)
			paras++
		}
	}
	if at < 0 || d.paras[at].role != body || signed >= 0 && signed != at {
		return -1
	}
	p := d.paras[at].text
	n := syllables(p)
	if n < leastLead || n > mostLead || sentences(p) > leadSentences || 2*rest < 3*n || paras < 2 || signed < 0 && !endsSentence(p) {
		return -1
	}
	return at
}

// finish makes the article of paragraphs whose roles are known.
func (d *draft) finish(lead int) (*corpus.Article, error) {
	a := &corpus.Article{
		Title: d.title, Outlet: d.outlet, Author: d.author, Published: d.published,
		URL: d.url, Path: d.path, Tags: d.tags,
	}
	var b strings.Builder
	add := func(p string) {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p)
	}
	if d.lead != "" {
		d.cutLead()
		add(d.lead)
		a.LeadLen = len(d.lead)
	}
	text := false
	for i, p := range d.paras {
		if !p.inBody() {
			continue
		}
		text = text || p.role == body
		opens := b.Len() == 0
		add(p.text)
		if i == lead && opens {
			a.LeadLen = len(p.text)
		}
	}
	if b.Len() == 0 || !text && d.lead == "" {
		return nil, ErrNoText
	}
	a.Body = b.String()
	if a.Title == "" {
		a.Title, a.TitleDerived = deriveTitle(a.Body), true
	}
	if a.Outlet == "" && a.URL != "" {
		if c, ok := creditOfURL(a.URL); ok {
			a.Outlet = c.outlet
		}
	}
	if o, ok := corpus.OutletOfSign(a.Outlet); ok {
		a.Outlet = o.Name
	}
	for _, c := range d.captions {
		if !same(c, a.Title) {
			a.Captions = append(a.Captions, c)
		}
	}
	if !a.Published.Known() {
		a.Published = d.inferDate(a)
	}
	a.ID = corpus.NewID(a.URL, a.Path)
	return a, nil
}

// cutLead takes a stated lead off the beginning of the text, where it stands
// as paragraphs or as the beginning of one. A text that begins otherwise is
// left as it is.
func (d *draft) cutLead() {
	rest := d.lead
	for i := range d.paras {
		p := &d.paras[i]
		if !p.inBody() {
			continue
		}
		behind, covers := strings.CutPrefix(p.text, rest)
		switch {
		case covers && behind != "" && !strings.HasPrefix(behind, " "):
			return // the lead ends inside a word
		case covers && behind != "" && !endsSentence(rest) && !startsUpper(behind):
			return // or inside a sentence
		case covers:
			for j := range i {
				if d.paras[j].inBody() {
					d.paras[j].role = dropped
				}
			}
			if p.text = strings.TrimSpace(behind); p.text == "" {
				p.role = dropped
			}
			return
		}
		more, ok := strings.CutPrefix(rest, p.text+" ")
		if !ok {
			return
		}
		rest = more
	}
}
