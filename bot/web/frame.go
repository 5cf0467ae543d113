package web

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"

	"golang.org/x/text/language"

	"trichdan/bot/chat"
)

// frame is what all pages have around their content.
type frame struct {
	W     *words
	Lang  chat.Lang
	Title string
	// Chosen says that the person has chosen the language: then all links keep
	// it.
	Chosen      bool
	OtherLang   chat.Lang
	Other       string // this page in the other language
	Home        string
	Style, Icon string
	Query       string // in the box
	Private     bool   // with a way to log out
	Bare        bool   // without the box
}

// frame makes the frame of a page in the language that the person has chosen, or
// else wants most of all as their browser says, where that is English.
func (p *Page) frame(r *http.Request) frame {
	f := frame{Lang: chat.Vietnamese, Style: style.path, Icon: icon.path, Private: p.o.Token != ""}
	switch l := chat.Lang(r.URL.Query().Get("l")); l {
	case chat.Vietnamese, chat.English:
		f.Lang, f.Chosen = l, true
	default:
		// What is no list of languages wants none.
		tags, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
		if len(tags) > 0 {
			if base, _ := tags[0].Base(); base.String() == string(chat.English) {
				f.Lang = chat.English
			}
		}
	}
	f.W, f.OtherLang = &vietnamese, chat.English
	if f.Lang == chat.English {
		f.W, f.OtherLang = &english, chat.Vietnamese
	}
	f.Title = f.W.Site
	f.Home = f.link("/", nil, "")
	q := r.URL.Query()
	q.Set("l", string(f.OtherLang))
	f.Other = (&url.URL{Path: r.URL.Path, RawQuery: q.Encode()}).RequestURI()
	return f
}

// titled gives the frame of a page with a title of its own.
func (f frame) titled(title string) frame {
	f.Title = chat.CleanLine(title) + " · " + f.W.Site
	return f
}

// link is the address of a page, in the language of this one.
func (f frame) link(path string, q url.Values, fragment string) string {
	if f.Chosen {
		if q == nil {
			q = url.Values{}
		}
		q.Set("l", string(f.Lang))
	}
	return (&url.URL{Path: path, RawQuery: q.Encode(), Fragment: fragment}).String()
}

// problem is a page that says why there is no other.
type problem struct {
	frame
	Heading, Text      string
	Onward, OnwardText string // a link, "" for none
}

func (p *Page) problem(w http.ResponseWriter, status int, v problem) {
	p.show(w, status, problemTemplate, v)
}

// show answers with a page that nobody may keep.
func (p *Page) show(w http.ResponseWriter, status int, t *template.Template, view any) {
	body, ok := p.render(w, t, view)
	if !ok {
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// render lays a page out; if that fails, which a template that is wrong would
// do, it answers with an error, and is not ok.
func (p *Page) render(w http.ResponseWriter, t *template.Template, view any) (body []byte, ok bool) {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "frame", view); err != nil {
		p.log.Error("page", "template", t.Name(), "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return nil, false
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "Accept-Language")
	h.Add("Vary", "Cookie")
	return b.Bytes(), true
}
