package bot

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/vi"
	"trichdan/index"
)

const (
	mostChoices  = 25  // as many as Discord takes
	choiceLength = 100 // in characters, likewise
)

// contains reports whether a text has another in it, whatever the case and the
// diacritics.
func contains(text, part string) bool {
	return strings.Contains(vi.Fold(text), vi.Fold(part))
}

// titles completes the argument of /bai: the newest articles, or those that
// what was typed is about.
func (b *Bot) titles(ctx context.Context, w *words, text string) ([]chat.Choice, error) {
	var articles []*corpus.Article
	if text == "" {
		var err error
		if articles, err = b.newest(ctx, mostChoices); err != nil {
			return nil, err
		}
	} else {
		found, err := b.index.Search(ctx, index.Query{Text: text, K: mostChoices, NoTime: true, NoOutlet: true})
		if err != nil {
			return nil, err
		}
		for _, h := range found.Hits {
			articles = append(articles, h.Article)
		}
	}
	return w.articleChoices(articles), nil
}

// articleChoices are articles to choose from, by headline and source.
func (w *words) articleChoices(articles []*corpus.Article) []chat.Choice {
	var list []chat.Choice
	for _, a := range articles {
		source := " · " + w.source(a.Outlet, a.Published)
		title := chat.Cut(a.Title, max(choiceLength-len([]rune(source)), choiceLength/2))
		list = append(list, chat.Choice{Name: chat.Cut(chat.CleanLine(title+source), choiceLength), Value: a.ID})
	}
	return list
}

// topics completes the argument of /moi: what the newest articles are tagged
// with and whom and what their headlines name, the most frequent first.
func (b *Bot) topics(ctx context.Context, _ *words, text string) ([]chat.Choice, error) {
	topics, err := b.known.topics(ctx, b)
	if err != nil {
		return nil, err
	}
	var list []chat.Choice
	for _, t := range topics {
		if len(list) < mostChoices && contains(t, text) {
			list = append(list, chat.Choice{Name: t, Value: t})
		}
	}
	return list, nil
}

// known keeps the topics for a while: completion asks with every key.
type known struct {
	mu   sync.Mutex
	list []string
	at   time.Time
}

const (
	topicsKept    = time.Minute
	topicArticles = 200
)

func (k *known) topics(ctx context.Context, b *Bot) ([]string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := b.now()
	if !k.at.IsZero() && now.Sub(k.at) < topicsKept {
		return k.list, nil
	}
	articles, err := b.newest(ctx, topicArticles)
	if err != nil {
		return nil, err
	}
	count, spelled := map[string]int{}, map[string]string{}
	for _, a := range articles {
		topics := slices.Clone(a.Tags)
		for _, n := range vi.Names(a.Title) {
			topics = append(topics, a.Title[n.Start:n.End])
		}
		mine := map[string]bool{}
		for _, t := range topics {
			t = strings.TrimSpace(chat.CleanLine(t))
			key := vi.Fold(t)
			if n := len([]rune(t)); n < 3 || n > choiceLength || mine[key] || strings.IndexFunc(t, unicode.IsLetter) < 0 {
				continue
			}
			mine[key] = true
			count[key]++
			if spelled[key] == "" {
				spelled[key] = t
			}
		}
	}
	keys := slices.SortedFunc(maps.Keys(count), func(x, y string) int {
		return cmp.Or(cmp.Compare(count[y], count[x]), cmp.Compare(x, y))
	})
	k.list, k.at = nil, now
	for _, key := range keys {
		k.list = append(k.list, spelled[key])
	}
	return k.list, nil
}
