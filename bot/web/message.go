package web

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// messageView is a chat.Message as the template shows it.
type messageView struct {
	Notes          []string
	Answer         *answerView
	Text           [][]string // paragraphs of lines
	Citations      []citationView
	LinksTitle     string
	Links          []linkView
	Footer, Notice string
	Buttons        []anchor
}

type answerView struct {
	Label string
	Quote quoteView
	N     int
	To    string // the citation on the page, "" if it is not there
}

type quoteView struct {
	Before, After bool // something was left out
	Paragraphs    [][]run
}

// run is a stretch of text, marked or not.
type run struct {
	Text string
	Mark bool
}

type citationView struct {
	ID              string
	N               int
	Title           string // "" if it goes on with the one above
	Source, Sources string
	Quote           quoteView
	Open            anchor // its passage on this site
	Publisher       publisherView
}

type linkView struct {
	N             int
	Title, Source string
	URL           string // "" where there is none
	Publisher     publisherView
}

// publisherView leads to where an article was published.
type publisherView struct {
	Text, URL string
	Address   string // in place of a link: one that nobody can follow
}

// message lays a message out. Buttons that cannot be typed are left out: what
// they would do needs a chat, but to open an article, and to that there are links.
func (p *Page) message(ctx context.Context, f frame, m chat.Message) *messageView {
	v := &messageView{Notes: lines(m.Notes), Footer: chat.CleanLine(m.Footer), Notice: chat.CleanLine(m.Notice)}
	if m.Text != "" {
		for paragraph := range strings.SplitSeq(chat.Clean(m.Text), "\n\n") {
			v.Text = append(v.Text, strings.Split(paragraph, "\n"))
		}
	}
	finder := finder{page: p, ctx: ctx, known: map[revision]*corpus.Article{}}
	for i, c := range m.Citations {
		v.Citations = append(v.Citations, finder.citation(f, c, "c"+strconv.Itoa(i+1)))
	}
	if a := m.Answer; a != nil {
		v.Answer = &answerView{Label: chat.CleanLine(a.Label), N: a.N, Quote: quoted(a.Text, a.Mark, a.Before, a.After)}
		for _, c := range v.Citations {
			if c.N == a.N && a.N != 0 {
				v.Answer.To = "#" + c.ID
				break
			}
		}
	}
	v.LinksTitle = chat.CleanLine(m.LinksTitle)
	for _, l := range m.Links {
		v.Links = append(v.Links, f.listed(l))
	}
	for _, row := range m.Buttons {
		for _, b := range row {
			if text := chat.CleanLine(b.Text); b.Command != "" && text != "" {
				v.Buttons = append(v.Buttons, anchor{text, f.question(b.Command)})
			}
		}
	}
	return v
}

func lines(texts []string) []string {
	var list []string
	for _, t := range texts {
		list = append(list, chat.CleanLine(t))
	}
	return list
}

// listed is a line of a list of articles.
func (f frame) listed(l chat.Link) linkView {
	v := linkView{N: l.N, Title: chat.CleanLine(l.Title), Source: chat.CleanLine(l.Source)}
	if v.Title == "" {
		v.Title = f.W.Untitled
	}
	switch {
	case l.ArticleID == "":
		if followable(l.URL) {
			v.URL = l.URL
		} else {
			v.Publisher.Address = chat.CleanLine(l.URL)
		}
	default:
		v.URL = f.link("/a/"+l.ArticleID, nil, "")
		if !strings.Contains(l.URL, "/a/"+l.ArticleID) { // else it is this page
			v.Publisher = f.publisher("", l.URL)
		}
	}
	return v
}

// publisher leads to an article's address at its outlet.
func (f frame) publisher(outlet, address string) publisherView {
	switch {
	case address == "":
		return publisherView{}
	case !followable(address):
		return publisherView{Address: chat.CleanLine(address)}
	case outlet == "":
		return publisherView{Text: f.W.Publisher, URL: address}
	}
	return publisherView{Text: fmt.Sprintf(f.W.PublisherNamed, chat.CleanLine(outlet)), URL: address}
}

// revision names the content of an article.
type revision struct {
	id string
	n  int
}

// finder looks up in which passages of their articles citations stand.
type finder struct {
	page  *Page
	ctx   context.Context // of the one request that it is for
	known map[revision]*corpus.Article
}

func (d *finder) citation(f frame, c chat.Citation, id string) citationView {
	v := citationView{
		ID: id, N: c.N, Title: chat.CleanLine(c.Title), Source: chat.CleanLine(c.Source), Sources: chat.CleanLine(c.Sources),
		Quote: quoted(c.Quote, c.Mark, c.Before, c.After),
	}
	if v.Title == "" && v.Source != "" {
		v.Title = f.W.Untitled
	}
	if c.ArticleID != "" {
		v.Open.Text = f.W.ReadPassage
		if c.N != 0 {
			v.Open.Text = fmt.Sprintf(f.W.ReadNumbered, c.N)
		}
		v.Open.URL = f.article(c.ArticleID, c.Revision, d.passage(c.Citation))
	}
	if v.Title != "" { // else it is said above
		at := c.URL
		if at == "" || strings.HasPrefix(c.Link, at) { // perhaps with the place of the quote
			at = c.Link
		}
		if c.ArticleID == "" || !strings.Contains(at, "/a/"+c.ArticleID) {
			v.Publisher = f.publisher(c.Outlet, at)
		}
	}
	return v
}

// passage is the fragment of the passage in which a citation begins, "" if the
// revision cannot be read: then there is still its page, which says why.
func (d *finder) passage(c corpus.Citation) string {
	key := revision{c.ArticleID, c.Revision}
	a, ok := d.known[key]
	if !ok {
		var err error
		if a, err = d.page.o.Articles.Revision(d.ctx, c.ArticleID, c.Revision); err != nil {
			d.page.log.Warn("the cited revision", "article", c.ArticleID, "revision", c.Revision, "error", err)
			a = nil
		}
		d.known[key] = a
	}
	if a == nil {
		return ""
	}
	return passageID(corpus.PassageAt(a, c.Start))
}

// article is the address of a revision of an article, at a passage unless
// fragment is "".
func (f frame) article(id string, revision int, fragment string) string {
	return f.link("/a/"+id, url.Values{"r": {strconv.Itoa(revision)}}, fragment)
}

// passageID is the ID of a passage on the page of its article.
func passageID(n int) string { return "p" + strconv.Itoa(n) }

// quoted lays out a quote, of which mark answers. A mark that is no stretch of
// the text is dropped.
func quoted(text string, mark vi.Span, before, after bool) quoteView {
	if mark.Start < 0 || mark.Start >= mark.End || mark.End > len(text) ||
		!utf8.RuneStart(text[mark.Start]) || mark.End < len(text) && !utf8.RuneStart(text[mark.End]) {
		mark = vi.Span{}
	}
	v := quoteView{Before: before, After: after}
	at := 0
	for paragraph := range strings.SplitSeq(text, "\n") {
		end := at + len(paragraph)
		a, b := min(max(mark.Start, at), end), min(max(mark.End, at), end)
		var runs []run
		for _, part := range []run{{text[at:a], false}, {text[a:b], true}, {text[b:end], false}} {
			if part.Text != "" {
				runs = append(runs, run{chat.Clean(part.Text), part.Mark})
			}
		}
		if runs != nil {
			v.Paragraphs = append(v.Paragraphs, runs)
		}
		at = end + 1
	}
	return v
}

// mostAddress is how long an address may be that people are led to, in bytes.
const mostAddress = 2000

// followable reports whether an address may be a link: that of a web page, with
// nobody's name in it.
func followable(address string) bool {
	if address == "" || len(address) > mostAddress || !utf8.ValidString(address) ||
		strings.ContainsFunc(address, func(r rune) bool { return unicode.IsSpace(r) || chat.UnsafeRune(r) }) {
		return false
	}
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil
}
