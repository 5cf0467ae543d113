package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// articleView is the page of an article.
type articleView struct {
	frame
	Headline           string
	Derived            bool
	Outlet, Author     string
	Date, ISODate      string
	Publisher          publisherView
	Old, Current       string // a notice, and the address of the current revision
	Passages           []passageView
	Captions, TagNames []string
	Elsewhere          []linkView // the same story
}

func (p *Page) article(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), p.o.Timeout)
	defer cancel()
	f := p.frame(r)
	id := r.PathValue("id")
	current, err := p.o.Articles.Article(ctx, id)
	switch {
	case errors.Is(err, p.o.NotFound):
		p.problem(w, http.StatusNotFound, problem{frame: f.titled(f.W.NoArticle), Heading: f.W.NoArticle, Text: f.W.NoArticleText})
	case err != nil:
		p.unreadable(w, f, id, err)
	case current.Withdrawn:
		p.problem(w, http.StatusGone, problem{frame: f.titled(f.W.Withdrawn), Heading: f.W.Withdrawn, Text: f.W.WithdrawnText})
	default:
		p.revision(ctx, w, r, f, current)
	}
}

func (p *Page) unreadable(w http.ResponseWriter, f frame, id string, err error) {
	p.log.Error("article", "article", id, "error", err)
	p.problem(w, http.StatusServiceUnavailable, problem{frame: f, Heading: f.W.Site, Text: f.W.Unreadable})
}

// revision shows the revision of an article that was asked for, of an old one
// that it is old.
func (p *Page) revision(ctx context.Context, w http.ResponseWriter, r *http.Request, f frame, current *corpus.Article) {
	a := current
	if asked := r.URL.Query().Get("r"); asked != "" {
		n, err := strconv.Atoi(asked)
		switch {
		case err != nil || n < 1 || n > current.Revision:
			err = p.o.NotFound
		case n < current.Revision:
			a, err = p.o.Articles.Revision(ctx, current.ID, n)
		}
		switch {
		case err != nil && errors.Is(err, p.o.NotFound):
			p.problem(w, http.StatusNotFound, problem{
				frame: f.titled(f.W.NoArticle), Heading: f.W.NoArticle, Text: fmt.Sprintf(f.W.NoRevision, chat.CleanLine(chat.Cut(asked, 20))),
				Onward: f.article(current.ID, current.Revision, ""), OnwardText: f.W.Current,
			})
			return
		case err != nil:
			p.unreadable(w, f, current.ID, err)
			return
		}
	}
	body, ok := p.render(w, articleTemplate, p.articleView(ctx, f, a, current))
	if !ok {
		return
	}
	// A page that was read before is asked for anew each time, as it may have been
	// withdrawn, and sent only if it has changed.
	sum := sha256.Sum256(body)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

func (p *Page) articleView(ctx context.Context, f frame, a, current *corpus.Article) articleView {
	v := articleView{
		Headline: chat.CleanLine(a.Title), Derived: a.TitleDerived,
		Outlet: f.W.outlet(chat.CleanLine(a.Outlet)), Author: chat.CleanLine(a.Author),
		Date: f.W.when(a.Published), ISODate: a.Published.String(),
		Publisher: f.publisher(a.Outlet, a.URL),
		Passages:  f.passages(a), Captions: lines(a.Captions), TagNames: lines(a.Tags),
	}
	if v.Headline == "" {
		v.Headline, v.Derived = f.W.Untitled, false
	}
	v.frame = f.titled(v.Headline)
	if a.Revision != current.Revision {
		v.Old = fmt.Sprintf(f.W.OldRevision, a.Revision, current.Revision)
		v.Current = f.article(current.ID, current.Revision, "")
	}
	sources, err := p.o.Articles.Sources(ctx, current.Story)
	if err != nil { // the article can be read without them
		p.log.Error("sources of a story", "article", a.ID, "error", err)
	}
	for _, s := range sources {
		if s.ID == a.ID {
			continue
		}
		line := f.listed(chat.Link{ArticleID: s.ID, Title: s.Title, URL: s.URL})
		line.Source = f.W.outlet(chat.CleanLine(s.Outlet)) + ", " + f.W.when(s.Published)
		line.Publisher = f.publisher(s.Outlet, s.URL)
		v.Elsewhere = append(v.Elsewhere, line)
	}
	return v
}
