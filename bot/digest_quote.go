package bot

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/summary"
	"trichdan/corpus/vi"
	"trichdan/index"
)

// piece is a quote of a story in a digest, and whether its passage goes on
// before and behind it.
type piece struct {
	corpus.Citation
	before, after bool
	link          string // to where it stands, "" for none
}

const (
	quotedSentences = 2   // of a story
	quotedRunes     = 600 // likewise, at most
	// quotedSources is how many articles of a story are looked at for what to
	// quote: they say the same in nearly the same words.
	quotedSources = 5
	// keptQuotes bounds what a window remembers.
	keptQuotes = 1000
)

// quote chooses what to quote of a story: of the first article with a lead by
// the newspaper its beginning, else the sentences that sum up what all tell.
// There is nothing where no article has a word.
func (b *Bot) quote(ctx context.Context, win *window, s *story) ([]piece, error) {
	var ids []string
	var key strings.Builder
	for _, i := range s.articles[:min(len(s.articles), quotedSources)] {
		ids = append(ids, i.ID)
		fmt.Fprintf(&key, "%s %d ", i.ID, i.Revision)
	}
	win.mu.Lock()
	quotes, ok := win.quotes[key.String()]
	win.mu.Unlock()
	if ok {
		return quotes, nil
	}
	found, err := b.articles.Articles(ctx, ids)
	if err != nil {
		return nil, err
	}
	var articles []*corpus.Article
	for _, id := range ids {
		if a := found[id]; a != nil && !a.Withdrawn {
			articles = append(articles, a)
		}
	}
	quotes = pieces(b.to, articles)
	win.mu.Lock()
	if len(win.quotes) < keptQuotes {
		win.quotes[key.String()] = quotes
	}
	win.mu.Unlock()
	return quotes, nil
}

// withTopic puts what a story says on the topic in the place of the last of its
// quotes, or beside the only one: who wants to know of a topic sees why the story
// is there. Nothing changes where a quote says it already, or where another
// article is quoted.
func withTopic(to links, quotes []piece, about *index.Hit) []piece {
	if about == nil || len(quotes) == 0 {
		return quotes
	}
	first, a := quotes[0], about.Article
	if first.ArticleID != a.ID || first.Revision != a.Revision || first.before || first.after {
		return quotes
	}
	for _, q := range quotes {
		if q.ArticleID == a.ID && q.Start < about.Sentence.End && about.Sentence.Start < q.End {
			return quotes
		}
	}
	spans := []vi.Span{first.Span, about.Sentence}
	if about.Sentence.Start < first.Start {
		spans[0], spans[1] = spans[1], spans[0]
	}
	if list := cited(to, a, spans); runes(list...) >= runes(first)+utf8.RuneCountInString(a.Body[about.Sentence.Start:about.Sentence.End]) {
		return list
	}
	return quotes // there is no room for both
}

// pieces are the quotes that sum up a story.
func pieces(to links, articles []*corpus.Article) []piece {
	for _, a := range articles {
		if strings.TrimSpace(a.Lead()) != "" {
			return cited(to, a, summary.WithLead(a, quotedSentences))
		}
	}
	spans := make([][]vi.Span, len(articles))
	for _, s := range telling(articles) {
		spans[s.Article] = append(spans[s.Article], s.Span)
	}
	var list []piece
	for i, a := range articles {
		list = append(list, cited(to, a, spans[i])...)
	}
	if len(list) > 1 && runes(list...) > quotedRunes {
		list = list[:1]
	}
	return list
}

// cited quotes sentences of an article, as many as there is room for.
func cited(to links, a *corpus.Article, sentences []vi.Span) []piece {
	var list []piece
	for _, s := range joined(a.Body, sentences) {
		part := chat.Shorten(a.Body[s.Start:s.End], vi.Span{}, quotedRunes)
		if part.Start == part.End {
			continue
		}
		p := piece{before: part.Start > 0, after: part.End < s.End-s.Start}
		p.Citation = corpus.Cite(a, vi.Span{Start: s.Start + part.Start, End: s.Start + part.End})
		p.link = to.quote(a, p.Span)
		if len(list) > 0 && runes(append(list, p)...) > quotedRunes {
			break
		}
		list = append(list, p)
	}
	return list
}

func runes(list ...piece) int {
	n := 0
	for _, p := range list {
		n += utf8.RuneCountInString(p.Quote)
	}
	return n
}

// joined makes one span of those with nothing but white space between them.
func joined(body string, spans []vi.Span) []vi.Span {
	var list []vi.Span
	for _, s := range spans {
		if n := len(list); n > 0 && s.Start >= list[n-1].End && strings.TrimSpace(body[list[n-1].End:s.Start]) == "" {
			list[n-1].End = s.End
			continue
		}
		list = append(list, s)
	}
	return list
}
