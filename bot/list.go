package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/index"
)

// latestListed is how many articles /moi lists.
const latestListed = 5

// newest gives the newest articles that can be found. What a reload has read so
// far is not among them before all of it can be.
func (b *Bot) newest(ctx context.Context, limit int) ([]*corpus.Article, error) {
	upTo, err := b.index.Cursor()
	if err != nil {
		return nil, err
	}
	return b.articles.NewestUpTo(ctx, upTo, limit)
}

func (b *Bot) latest(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	topic := strings.TrimSpace(r.Text)
	var articles []*corpus.Article
	var notes []string
	if topic == "" {
		var err error
		if articles, err = b.newest(ctx, latestListed); err != nil {
			return chat.Message{}, err
		}
	} else {
		found, err := b.index.Search(ctx, index.Query{Text: topic, K: 30})
		if err != nil {
			return chat.Message{}, err
		}
		for _, h := range found.Hits {
			if h.Coverage >= topicCoverage {
				articles = append(articles, h.Article)
			}
		}
		slices.SortStableFunc(articles, func(x, y *corpus.Article) int { return y.Published.Compare(x.Published) })
		articles = articles[:min(len(articles), latestListed)]
		notes = w.filterNotes(found.Question.Filters, nil)
	}
	if len(articles) == 0 {
		if topic == "" {
			return chat.Message{Text: w.noArticles}, nil
		}
		return chat.Message{Notes: notes, Text: fmt.Sprintf(w.noTopic, topic)}, nil
	}
	m := chat.Message{Notes: notes, LinksTitle: w.latestTitle, Links: w.links(b.to, articles)}
	m.Buttons = w.openers(articles, 1)
	b.shown.set(r.Ref, ids(articles))
	return m, nil
}

// links lists articles, numbered from 1.
func (w *words) links(to links, articles []*corpus.Article) []chat.Link {
	var list []chat.Link
	for i, a := range articles {
		list = append(list, chat.Link{N: i + 1, ArticleID: a.ID, Title: a.Title, Source: w.source(a.Outlet, a.Published), URL: to.article(a)})
	}
	return list
}

func ids(articles []*corpus.Article) []string {
	var list []string
	for _, a := range articles {
		list = append(list, a.ID)
	}
	return list
}

// openers is a row of buttons that open articles, numbered from first.
func (w *words) openers(articles []*corpus.Article, first int) [][]chat.Button {
	var row []chat.Button
	for i, a := range articles {
		row = append(row, w.opener(first+i, a.ID, a.Revision))
	}
	if row == nil {
		return nil
	}
	return [][]chat.Button{row}
}

func (w *words) opener(n int, article string, revision int) chat.Button {
	return chat.Button{Text: fmt.Sprintf(w.openButton, n), Data: button{verb: openArticle, article: article, revision: revision}.String()}
}

// article shows one of the articles that were last listed or cited in this
// chat, by its number, or any by its ID; the page may follow.
func (b *Bot) article(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	args := strings.Fields(r.Text)
	if len(args) == 0 || len(args) > 2 {
		return chat.Message{Text: w.articleUsage}, nil
	}
	page := 1
	if len(args) == 2 {
		n, err := strconv.Atoi(args[1])
		if err != nil {
			return chat.Message{Text: w.articleUsage}, nil
		}
		page = n
	}
	id, instead := b.idOf(w, r, args[0])
	if instead != "" {
		return chat.Message{Text: instead}, nil
	}
	a, err := b.readable(ctx, id)
	if err != nil {
		return chat.Message{}, err
	}
	if a == nil {
		return chat.Message{Text: fmt.Sprintf(w.noArticle, args[0])}, nil
	}
	return w.articlePage(b.to, a, page-1, args[0]), nil
}

// readable gives an article that is in the store and not withdrawn, else nil.
func (b *Bot) readable(ctx context.Context, id string) (*corpus.Article, error) {
	found, err := b.articles.Articles(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	if a := found[id]; a != nil && !a.Withdrawn {
		return a, nil
	}
	return nil, nil
}

// pageRunes is how much of an article a page holds: passages are added to it
// until it is that long, so that one fits into a message of any platform.
const pageRunes = 1200

// pages groups the passages of an article.
func pages(a *corpus.Article) [][]corpus.Passage {
	var list [][]corpus.Passage
	room := 0
	for _, p := range corpus.Split(a, corpus.PassageRunes) {
		if room <= 0 {
			list, room = append(list, nil), pageRunes
		}
		list[len(list)-1] = append(list[len(list)-1], p)
		room -= utf8.RuneCountInString(a.Body[p.Start:p.End])
	}
	return list
}

// articlePage shows a page of an article, counted from 0; one that it does not
// have becomes the nearest that it has. name is what the article is called in
// a command.
func (w *words) articlePage(to links, a *corpus.Article, page int, name string) chat.Message {
	all := pages(a)
	page = max(0, min(page, len(all)-1))
	m := chat.Message{}
	if len(all) == 0 {
		return m
	}
	n := 1
	for _, p := range all[:page] {
		n += len(p)
	}
	if page == 0 && len(all) > 1 {
		m.Citations = w.summary(a, all[0][0].Start)
	}
	summarised := len(m.Citations) > 0
	for i, p := range all[page] {
		c := w.citation(Citation{N: n + i, Citation: corpus.Cite(a, p.Span), Sources: 1, link: to.quote(a, p.Span)})
		if i > 0 || summarised { // said above
			c.Title, c.Source = "", ""
		}
		if i < len(all[page])-1 {
			c.Link, c.LinkText = "", ""
		}
		m.Citations = append(m.Citations, c)
	}
	if len(all) == 1 {
		return m
	}
	m.Footer = fmt.Sprintf(w.page, page+1, len(all))
	var row []chat.Button
	turn := func(text string, to int) {
		row = append(row, chat.Button{
			Text: text, Data: button{verb: turnPage, article: a.ID, revision: a.Revision, number: to}.String(),
			Command: fmt.Sprintf("/bai %s %d", name, to+1),
		})
	}
	if page > 0 {
		turn(w.previousPage, page-1)
	}
	if page < len(all)-1 {
		turn(w.nextPage, page+1)
	}
	m.Buttons = [][]chat.Button{row}
	return m
}

// summary quotes what sums up an article whose text begins at first; nothing
// where that is no more than its beginning.
func (w *words) summary(a *corpus.Article, first int) []chat.Citation {
	quotes := pieces(links{}, []*corpus.Article{a})
	if len(quotes) == 0 || len(quotes) == 1 && quotes[0].Start == first {
		return nil
	}
	var list []chat.Citation
	for i, q := range quotes {
		c := w.citation(Citation{Citation: q.Citation, Sources: 1})
		c.Before, c.After = q.before, q.after
		c.Sources, c.Link, c.LinkText = w.summarised, "", ""
		if i > 0 {
			c.Title, c.Source, c.Sources = "", "", ""
		}
		list = append(list, c)
	}
	return list
}

// shown remembers, for a bounded number of chats, which articles the numbers
// of the last message stand for.
type shown struct {
	mu    sync.Mutex
	ids   map[chat.Ref][]string
	order []chat.Ref // oldest first
}

const mostChats = 1000

func (s *shown) set(ref chat.Ref, ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids == nil {
		s.ids = map[chat.Ref][]string{}
	}
	if _, ok := s.ids[ref]; !ok {
		if len(s.order) == mostChats {
			delete(s.ids, s.order[0])
			s.order = s.order[1:]
		}
		s.order = append(s.order, ref)
	}
	s.ids[ref] = ids
}

// Told notes that a digest's message was sent to a place, so that /bai and a
// number there open what the message numbers. The parts of a digest, which
// number on, come in their order.
func (b *Bot) Told(ref chat.Ref, m chat.Message) {
	numbered := map[int]string{}
	last := 0
	for _, c := range m.Citations {
		numbered[c.N] = c.ArticleID
		last = max(last, c.N)
	}
	for _, l := range m.Links {
		numbered[l.N] = l.ArticleID
		last = max(last, l.N)
	}
	if last == 0 {
		return
	}
	var list []string
	if numbered[1] == "" { // it goes on with the part before
		list = append(list, b.shown.get(ref)...)
	}
	list = append(list, make([]string, max(0, last-len(list)))...)
	for n, id := range numbered {
		if n > 0 {
			list[n-1] = id
		}
	}
	b.shown.set(ref, list)
}

func (s *shown) get(ref chat.Ref) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[ref]
}
