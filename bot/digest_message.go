package bot

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

const (
	mostQuoted     = 10   // stories that a digest quotes
	mostListed     = 40   // further ones, of which it has the headlines
	quotedInPart   = 5    // stories quoted in one message
	partRunes      = 3200 // of a message, about, so that platforms need not shorten it
	longestHeading = 300  // of a headline, a source, and a list of sources in that count
	listedHeading  = 150  // of a headline in a list
	mostOutlets    = 5    // that are named of a story
	longestOutlet  = 60
	longestTopic   = 200
	buttonsInRow   = 5
)

// draft is a digest being written: its parts, and the articles that its numbers
// stand for.
type draft struct {
	w      *words
	to     links
	parts  []*draftPart
	listed []string
	quoted int // stories
	links  int
	left   int // stories that are only counted
	head   int // characters that every part has
}

// draftPart is one message of it.
type draftPart struct {
	chat.Message
	stories, size int
	row           []chat.Button
}

// part gives the last part, or a new one if that is not to take more.
func (d *draft) part(size int, full func(*draftPart) bool) *draftPart {
	if n := len(d.parts); n > 0 {
		p := d.parts[n-1]
		if p.size+size <= partRunes && !full(p) {
			p.size += size
			return p
		}
	}
	p := &draftPart{size: d.head + size}
	d.parts = append(d.parts, p)
	return p
}

// number is the next one, for an article.
func (d *draft) number(id string) int {
	d.listed = append(d.listed, id)
	return len(d.listed)
}

// quote adds a story with its quotes.
func (d *draft) quote(s *story, quotes []piece) {
	var list []chat.Citation
	size := 0
	for i, q := range quotes {
		c := d.w.citation(Citation{Citation: q.Citation, Sources: 1, link: q.link})
		c.Before, c.After = q.before, q.after
		if i == 0 {
			c.Sources = d.w.sourcesOf(s)
		} else if q.ArticleID == quotes[i-1].ArticleID {
			c.Title, c.Source = "", ""
		}
		if i+1 < len(quotes) && q.ArticleID == quotes[i+1].ArticleID {
			c.Link, c.LinkText = "", ""
		}
		size += citationRunes(c)
		list = append(list, c)
	}
	p := d.part(size, func(p *draftPart) bool { return p.stories >= quotedInPart })
	for i := range list {
		if c := &list[i]; i == 0 || c.ArticleID != list[i-1].ArticleID {
			c.N = d.number(c.ArticleID)
			p.row = append(p.row, d.w.opener(c.N, c.ArticleID, c.Revision))
		}
	}
	p.Citations = append(p.Citations, list...)
	p.stories++
	d.quoted++
}

// link adds a story as a line of a list.
func (d *draft) link(s *story, title string) {
	a := &s.articles[0].Article
	l := chat.Link{ArticleID: a.ID, Title: chat.Cut(d.w.headline(a), listedHeading), Source: d.w.source(chat.Cut(a.Outlet, longestOutlet), a.Published), URL: d.to.article(a)}
	if sources := d.w.sourcesOf(s); sources != "" {
		l.Source += " · " + sources
	}
	size := utf8.RuneCountInString(l.Title) + utf8.RuneCountInString(l.Source) + len("10. , ")
	p := d.part(size, func(p *draftPart) bool { return len(p.Links) > 0 && p.LinksTitle != title })
	l.N = d.number(a.ID)
	p.LinksTitle, p.Links = title, append(p.Links, l)
	d.links++
}

// messages finishes the digest: each part under the heading, numbered where
// there are several.
func (d *draft) messages(heading string, notes []string) []chat.Message {
	var list []chat.Message
	for i, p := range d.parts {
		m := p.Message
		m.Text, m.Notes = heading, notes
		var footer []string
		if i == len(d.parts)-1 && d.left > 0 {
			footer = append(footer, d.w.andMore(d.left))
		}
		if len(d.parts) > 1 {
			footer = append(footer, fmt.Sprintf(d.w.part, i+1, len(d.parts)))
		}
		m.Footer = strings.Join(footer, " · ")
		for row := range slices.Chunk(p.row, buttonsInRow) {
			m.Buttons = append(m.Buttons, row)
		}
		list = append(list, m)
	}
	return list
}

// citationRunes is how much room a citation takes, about: no platform shows
// longer headlines than are counted here.
func citationRunes(c chat.Citation) int {
	n := utf8.RuneCountInString(c.Quote) + utf8.RuneCountInString(c.LinkText) + len("[10] “”[…]")
	for _, s := range []string{c.Title, c.Source, c.Sources} {
		n += min(utf8.RuneCountInString(s), longestHeading)
	}
	return n
}

// headline is the title of an article, with a remark where it is none.
func (w *words) headline(a *corpus.Article) string {
	if a.TitleDerived {
		return fmt.Sprintf(w.derivedTitle, a.Title)
	}
	return a.Title
}

// sourcesOf says of a story that it was told before, and by whom it is told if
// that is more than one: "cập nhật · 3 nguồn: Nhân Dân, VOV, Dân trí".
func (w *words) sourcesOf(s *story) string {
	var remarks, outlets []string
	if s.kind == revised {
		remarks = append(remarks, w.updated)
	}
	for _, i := range s.articles {
		o := i.Outlet
		if o == "" {
			o = w.unknownOutlet
		}
		if o = chat.Cut(o, longestOutlet); !slices.Contains(outlets, o) {
			outlets = append(outlets, o)
		}
	}
	if n := len(outlets); n > 1 {
		names := strings.Join(outlets[:min(n, mostOutlets)], ", ")
		if n > mostOutlets {
			names = fmt.Sprintf(w.otherNames, names)
		}
		remarks = append(remarks, fmt.Sprintf(w.sourceNames, n, names))
	}
	return strings.Join(remarks, " · ")
}

// digestHeading says what a digest is about and how much there is:
// "Tin mới về “giá điện” · Nhân Dân · 5 tin".
func (w *words) digestHeading(q DigestQuery, stories int) string {
	parts := []string{w.newTitle}
	if q.Topic != "" {
		parts[0] = fmt.Sprintf(w.newOnTopic, oneLine(q.Topic, longestTopic))
	}
	if len(outletKeys(q.Outlets)) > 0 {
		parts = append(parts, oneLine(strings.Join(q.Outlets, ", "), longestTopic))
	}
	return strings.Join(append(parts, w.stories(stories)), " · ")
}

// nothingNew says that there is nothing to tell.
func (w *words) nothingNew(q DigestQuery) string {
	text := w.noNews
	if q.Topic != "" {
		text = fmt.Sprintf(w.noNewsOn, oneLine(q.Topic, longestTopic))
	}
	if len(outletKeys(q.Outlets)) > 0 {
		text += " " + fmt.Sprintf(w.noNewsFrom, oneLine(strings.Join(q.Outlets, ", "), longestTopic))
	}
	return text
}

// oneLine is a text of a person to show among the bot's own words.
func oneLine(s string, n int) string { return chat.Cut(chat.CleanLine(strings.TrimSpace(s)), n) }
