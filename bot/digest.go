package bot

import (
	"context"
	"fmt"
	"strings"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// DigestQuery says which articles a digest is about: those that arrived after
// After, up to UpTo, and those that had arrived and were revised in between.
type DigestQuery struct {
	// UpTo is not beyond what the index has taken in: articles that cannot be
	// found are on no topic.
	After, UpTo corpus.Seq
	Topic       string   // a query as /hoi takes it; "" is everything
	Outlets     []string // by any of their names; none is all
	Lang        chat.Lang
	Always      bool // a message also where there is nothing to tell
}

// Digest is what is new, in messages.
type Digest struct {
	New, Updated int // articles that it tells of
	Stories      int // that they are told as
	Arrived      int // articles of the window, whether or not they were asked for
	// Messages are complete each in itself, and numbered where there are several.
	// There are none where there is nothing to say. They are not to be changed.
	Messages []chat.Message

	listed []string // the articles that the numbers in Messages stand for
}

// Digest makes a digest. Windows that follow each other tell each article once
// as new, and once more as updated for each window at whose end it has another
// content. Of a topic it tells what is found when it is asked for, but no more
// than the best 300 articles of a window. It is cheap to ask for several topics
// of the same window in a row.
func (b *Bot) Digest(ctx context.Context, q DigestQuery) (*Digest, error) {
	d, err := b.compose(ctx, wordsOf(q.Lang), q)
	if err != nil {
		return nil, fmt.Errorf("digest: %w", err)
	}
	return d, nil
}

// compose writes a digest.
func (b *Bot) compose(ctx context.Context, w *words, q DigestQuery) (*Digest, error) {
	q.Topic = strings.TrimSpace(q.Topic)
	win, err := b.window(ctx, q.After, q.UpTo)
	if err != nil {
		return nil, err
	}
	stories, filters, err := b.stories(ctx, win, q.Topic, q.Outlets)
	if err != nil {
		return nil, err
	}
	d := &Digest{Arrived: len(win.items), Stories: len(stories)}
	if len(stories) == 0 {
		if q.Always {
			d.Messages = []chat.Message{{Text: w.nothingNew(q)}}
		}
		return d, nil
	}
	for _, s := range stories {
		if s.kind == revised {
			d.Updated += len(s.articles)
		} else {
			d.New += len(s.articles)
		}
	}
	notes := w.filterNotes(filters, nil)
	heading := w.digestHeading(q, len(stories))
	written, err := b.draft(ctx, w, win, stories, mostQuoted, textRunes(heading, notes))
	if err != nil {
		return nil, err
	}
	d.Messages, d.listed = written.messages(heading, notes), written.listed
	return d, nil
}

// draft quotes the first stories and lists the others.
func (b *Bot) draft(ctx context.Context, w *words, win *window, stories []*story, quoted, head int) (*draft, error) {
	d := &draft{w: w, to: b.to, head: head}
	var others []*story
	for _, s := range stories {
		if s.kind != more && d.quoted < quoted {
			quotes, err := b.quote(ctx, win, s)
			if err != nil {
				return nil, err
			}
			if quotes = withTopic(b.to, quotes, s.about); len(quotes) > 0 {
				d.quote(s, quotes)
				continue
			}
		}
		others = append(others, s)
	}
	for _, s := range others {
		switch {
		case d.links == mostListed:
			d.left++
		case s.kind == more:
			d.link(s, w.moreSources)
		default:
			d.link(s, w.otherNews)
		}
	}
	return d, nil
}

// textRunes is how many characters a heading and notes have.
func textRunes(heading string, notes []string) int {
	n := len([]rune(heading))
	for _, s := range notes {
		n += len([]rune(s))
	}
	return n
}

// Current gives a message of a digest without what was withdrawn since it was
// made: quotes, lines of lists that have an address, and the buttons that open
// them. It is empty when nothing is left to tell. A message that told of no
// article stays as it is.
func (b *Bot) Current(ctx context.Context, m chat.Message) (chat.Message, error) {
	if len(m.Citations)+len(m.Links) == 0 {
		return m, nil
	}
	opens := func(x chat.Button) string {
		if d, ok := parseButton(x.Data); ok && d.verb == openArticle {
			return d.article
		}
		return ""
	}
	var ids []string
	for _, c := range m.Citations {
		ids = append(ids, c.ArticleID)
	}
	for _, l := range m.Links {
		ids = append(ids, l.ArticleID)
	}
	for _, row := range m.Buttons {
		for _, x := range row {
			ids = append(ids, opens(x))
		}
	}
	found, err := b.articles.Articles(ctx, ids)
	if err != nil {
		return chat.Message{}, fmt.Errorf("withdrawn articles of a digest: %w", err)
	}
	gone := func(id string) bool { return found[id] != nil && found[id].Withdrawn }
	m.Citations = without(m.Citations, func(c chat.Citation) bool { return gone(c.ArticleID) })
	m.Links = without(m.Links, func(l chat.Link) bool { return gone(l.ArticleID) })
	if len(m.Citations)+len(m.Links) == 0 {
		return chat.Message{}, nil
	}
	if len(m.Links) == 0 {
		m.LinksTitle = ""
	}
	var rows [][]chat.Button
	for _, row := range m.Buttons {
		if row = without(row, func(x chat.Button) bool { return gone(opens(x)) }); len(row) > 0 {
			rows = append(rows, row)
		}
	}
	m.Buttons = rows
	return m, nil
}

// without is the list without some of it; the list itself is not changed.
func without[T any](list []T, drop func(T) bool) []T {
	var kept []T
	for _, x := range list {
		if !drop(x) {
			kept = append(kept, x)
		}
	}
	return kept
}
