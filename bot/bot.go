package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/index"
)

// Searcher finds articles and the evidence in them; *index.Index is one.
type Searcher interface {
	Search(ctx context.Context, q index.Query) (*index.Result, error)
	Respell(ctx context.Context, q *index.Question) (text string, ok bool, err error)
}

// Library looks articles up; *store.Store is one.
type Library interface {
	Articles(ctx context.Context, ids []string) (map[string]*corpus.Article, error)
	// Sources gives the articles of a story that are not withdrawn.
	Sources(ctx context.Context, story string) ([]*corpus.Article, error)
	// Newest gives the newest articles that are not withdrawn.
	Newest(ctx context.Context, limit int) ([]*corpus.Article, error)
}

// Options of a bot. The zero value works.
type Options struct {
	Now func() time.Time
	Log *slog.Logger
	// Examples are questions that help shows.
	Examples []string
}

// Bot answers requests. It is safe for concurrent use and starts no goroutine.
type Bot struct {
	index    Searcher
	articles Library
	now      func() time.Time
	log      *slog.Logger
	examples []string
	shown    shown
}

// New makes a bot over an index and the store behind it.
func New(s Searcher, l Library, o Options) *Bot {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Bot{index: s, articles: l, now: o.Now, log: o.Log.With("component", "bot"), examples: o.Examples}
}

// Command is one command of the chat.
type Command struct {
	Name  string // "hoi", without the slash
	Alias string // English: "ask"
	Args  string // what follows it, for help: "<câu hỏi>"
	Help  string // one line
}

// command is a Command with what it does. Help, completion and dispatch all
// come from one table of them.
type command struct {
	name, alias string
	args, help  func(*words) string
	run         func(b *Bot, ctx context.Context, w *words, r chat.Request) (chat.Message, error)
}

// commands is the table. Names are Vietnamese without diacritics, as they are
// typed.
func commands() []command {
	return []command{
		{"hoi", "ask", func(w *words) string { return w.askArgs }, func(w *words) string { return w.askHelp }, (*Bot).question},
		{"moi", "latest", func(w *words) string { return w.latestArgs }, func(w *words) string { return w.latestHelp }, (*Bot).latest},
		{"bai", "article", func(w *words) string { return w.articleArgs }, func(w *words) string { return w.articleHelp }, (*Bot).article},
		{"trogiup", "help", func(*words) string { return "" }, func(w *words) string { return w.helpHelp }, (*Bot).help},
	}
}

// Commands lists the commands, worded in Vietnamese.
func (b *Bot) Commands() []Command { return listed(&vietnamese) }

func listed(w *words) []Command {
	var list []Command
	for _, c := range commands() {
		list = append(list, Command{Name: c.name, Alias: c.alias, Args: c.args(w), Help: c.help(w)})
	}
	return list
}

// Handle answers one request; it is a chat.Handler.
func (b *Bot) Handle(ctx context.Context, r chat.Request) (chat.Message, error) {
	w := wordsOf(r.Lang)
	run := (*Bot).question
	if r.Command != "" {
		run = nil
		name := strings.ToLower(r.Command)
		for _, c := range commands() {
			if name == c.name || name == c.alias || name == "start" && c.name == "trogiup" {
				run = c.run
			}
		}
		if run == nil {
			return chat.Message{Text: fmt.Sprintf(w.unknownCommand, r.Command)}, nil
		}
	}
	m, err := run(b, ctx, w, r)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return chat.Message{Text: w.tooSlow}, err
		}
		return chat.Message{Text: w.failed}, err
	}
	return m, nil
}

func (b *Bot) question(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	result, err := b.Ask(ctx, r.Text)
	if err != nil {
		return chat.Message{}, err
	}
	var ids []string
	for _, c := range result.Citations {
		ids = append(ids, c.ArticleID)
	}
	for _, a := range result.Nearest {
		ids = append(ids, a.ID)
	}
	b.shown.set(r.Ref, ids)
	return w.message(result), nil
}

// newest is how many articles /moi lists.
const newest = 5

func (b *Bot) latest(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	topic := strings.TrimSpace(r.Text)
	var articles []*corpus.Article
	var notes []string
	if topic == "" {
		var err error
		if articles, err = b.articles.Newest(ctx, newest); err != nil {
			return chat.Message{}, err
		}
	} else {
		found, err := b.index.Search(ctx, index.Query{Text: topic, K: 30})
		if err != nil {
			return chat.Message{}, err
		}
		for _, h := range found.Hits {
			if h.Coverage >= enoughCoverage {
				articles = append(articles, h.Article)
			}
		}
		slices.SortStableFunc(articles, func(x, y *corpus.Article) int { return y.Published.Compare(x.Published) })
		articles = articles[:min(len(articles), newest)]
		notes = w.filterNotes(found.Question.Filters, nil)
	}
	if len(articles) == 0 {
		if topic == "" {
			return chat.Message{Text: w.noArticles}, nil
		}
		return chat.Message{Notes: notes, Text: fmt.Sprintf(w.noTopic, topic)}, nil
	}
	m := chat.Message{Notes: notes, LinksTitle: w.latestTitle}
	var ids []string
	for i, a := range articles {
		ids = append(ids, a.ID)
		m.Links = append(m.Links, chat.Link{N: i + 1, Title: a.Title, Source: w.source(a.Outlet, a.Published), URL: a.URL})
	}
	b.shown.set(r.Ref, ids)
	return m, nil
}

// article shows one of the articles that were last listed or cited in this
// chat, by its number, or any by its ID.
func (b *Bot) article(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	arg := strings.Trim(strings.TrimSpace(r.Text), "[]#")
	if arg == "" {
		return chat.Message{Text: w.articleUsage}, nil
	}
	id := arg
	if n, err := strconv.Atoi(arg); err == nil && len(arg) < 4 {
		ids := b.shown.get(r.Ref)
		if n < 1 || n > len(ids) {
			return chat.Message{Text: fmt.Sprintf(w.noNumber, n)}, nil
		}
		id = ids[n-1]
	}
	found, err := b.articles.Articles(ctx, []string{id})
	if err != nil {
		return chat.Message{}, err
	}
	a := found[id]
	if a == nil || a.Withdrawn {
		return chat.Message{Text: fmt.Sprintf(w.noArticle, arg)}, nil
	}
	m := chat.Message{}
	for i, p := range corpus.Split(a, corpus.PassageRunes) {
		c := corpus.Cite(a, p.Span)
		m.Citations = append(m.Citations, w.citation(Citation{N: i + 1, Citation: c, Sources: 1}))
	}
	return m, nil
}

func (b *Bot) help(_ context.Context, w *words, _ chat.Request) (chat.Message, error) {
	var s strings.Builder
	s.WriteString(w.helpIntro)
	for _, c := range listed(w) {
		fmt.Fprintf(&s, "\n/%s", c.Name)
		if c.Args != "" {
			fmt.Fprintf(&s, " %s", c.Args)
		}
		fmt.Fprintf(&s, " (/%s): %s", c.Alias, c.Help)
	}
	if len(b.examples) > 0 {
		fmt.Fprintf(&s, "\n%s", w.helpExamples)
		for _, e := range b.examples[:min(len(b.examples), 3)] {
			fmt.Fprintf(&s, "\n%s", e)
		}
	}
	return chat.Message{Text: s.String()}, nil
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

func (s *shown) get(ref chat.Ref) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[ref]
}
