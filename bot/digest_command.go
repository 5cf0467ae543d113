package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// looksBack is how far /tomtat looks back: where there is nothing of the last
// 24 hours, to the last 7 days.
var looksBack = []time.Duration{24 * time.Hour, 7 * 24 * time.Hour}

// digest is the answer to /tomtat: what a digest would say now. Where there are
// no buttons "#2" before the topic asks for its second part.
func (b *Bot) digest(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	text, part := strings.TrimSpace(r.Text), 1
	if first, rest, _ := strings.Cut(text, " "); strings.HasPrefix(first, "#") {
		if n, err := strconv.Atoi(first[1:]); err == nil && n > 0 {
			text, part = strings.TrimSpace(rest), n
		}
	}
	q, err := b.digestQuery(ctx, text)
	if err != nil {
		return chat.Message{}, err
	}
	upTo, err := b.index.Cursor()
	if err != nil {
		return chat.Message{}, err
	}
	tried := upTo
	for i, span := range looksBack {
		after, err := b.articles.SeqAt(ctx, b.now().Add(-span))
		if err != nil {
			return chat.Message{}, err
		}
		if after >= tried { // nothing, or nothing more than before
			continue
		}
		tried = after
		q.After, q.UpTo = after, upTo
		d, err := b.compose(ctx, w, q)
		if err != nil {
			return chat.Message{}, err
		}
		if len(d.Messages) == 0 {
			continue
		}
		next := button{verb: nextPart, after: after, upTo: upTo, number: min(part, len(d.Messages))}
		if text != "" && len(d.Messages) > 1 {
			next.exchange = b.rememberTopic(ctx, r, text, d.Messages[0])
		}
		m := b.digestPart(w, r, d, text, next)
		if i > 0 {
			m.Notes = append([]string{w.lastWeek}, m.Notes...)
		}
		return m, nil
	}
	if q.Topic != "" && len(q.Outlets) == 0 {
		return chat.Message{Text: fmt.Sprintf(w.noneYet, oneLine(q.Topic, longestTopic))}, nil
	}
	return chat.Message{Text: w.nothingNew(q)}, nil
}

// digestQuery understands what follows /tomtat as a subscription does: a topic,
// outlets ("theo VOV"), or both ("theo VOV về giá điện").
func (b *Bot) digestQuery(ctx context.Context, text string) (DigestQuery, error) {
	if text == "" {
		return DigestQuery{}, nil
	}
	newest, err := b.newest(ctx, topicArticles)
	if err != nil {
		return DigestQuery{}, err
	}
	var p requestReader
	for _, a := range newest {
		if a.Outlet != "" && !slices.Contains(p.outlets, a.Outlet) {
			p.outlets = append(p.outlets, a.Outlet)
		}
	}
	var q DigestQuery
	q.Outlets, q.Topic = p.split(text)
	return q, nil
}

// digestPart is the part of a digest that d says, with a button for the one
// after it. All of the digest can be opened by number.
func (b *Bot) digestPart(w *words, r chat.Request, digest *Digest, text string, d button) chat.Message {
	m := digest.Messages[d.number-1]
	b.shown.set(r.Ref, digest.listed)
	if d.number < len(digest.Messages) {
		d.number++
		m.Buttons = append(m.Buttons[:len(m.Buttons):len(m.Buttons)], []chat.Button{{
			Text: w.nextPartButton, Data: d.String(), Command: strings.TrimSpace(fmt.Sprintf("/tomtat #%d %s", d.number, text)),
		}})
	}
	return m
}

// forgotten is the key of a topic that could not be stored.
const forgotten = "-"

// rememberTopic stores what a digest was asked to be about, and gives the key
// of it.
func (b *Bot) rememberTopic(ctx context.Context, r chat.Request, text string, first chat.Message) string {
	if _, none := b.ledger.(forgetful); none || r.ID == "" {
		return forgotten
	}
	e := chat.Exchange{Key: exchangeKey(r), Ref: r.Ref, User: r.User, Lang: r.Lang, Command: "tomtat", Question: text, At: b.now()}
	for _, c := range first.Citations {
		e.Cited = append(e.Cited, chat.Cited{Article: c.ArticleID, Revision: c.Revision, Span: c.Span})
	}
	if err := b.ledger.PutExchange(ctx, e); err != nil {
		b.log.Error("remember a topic", "error", err)
		return forgotten
	}
	return e.Key
}

// nextPart shows the part of a digest that a button names.
func (b *Bot) nextPart(ctx context.Context, w *words, r chat.Request, d button) (chat.Message, error) {
	text := ""
	if d.exchange != "" {
		e, err := b.exchange(ctx, r, d.exchange)
		if err != nil {
			return chat.Message{}, err
		}
		if e == nil {
			return chat.Message{Notice: w.oldButton}, nil
		}
		text = e.Question
	}
	cursor, err := b.index.Cursor()
	if err != nil {
		return chat.Message{}, err
	}
	if d.upTo > cursor { // of another corpus
		return chat.Message{Notice: w.oldButton}, nil
	}
	q, err := b.digestQuery(ctx, text)
	if err != nil {
		return chat.Message{}, err
	}
	q.After, q.UpTo = d.after, d.upTo
	digest, err := b.compose(ctx, w, q)
	if err != nil {
		return chat.Message{}, err
	}
	if d.number > len(digest.Messages) {
		return chat.Message{Notice: w.oldButton}, nil
	}
	return b.digestPart(w, r, digest, text, d), nil
}

// parseNextPart reads the data of a button for another part of a digest.
func parseNextPart(part []string) (d button, ok bool) {
	var n [3]uint64
	for i := range n {
		v, err := strconv.ParseUint(part[1+i], 10, 63)
		if err != nil || part[1+i] != strconv.FormatUint(v, 10) {
			return button{}, false
		}
		n[i] = v
	}
	d = button{verb: part[0], after: corpus.Seq(n[0]), upTo: corpus.Seq(n[1]), number: int(n[2]), exchange: part[4]}
	return d, d.after <= d.upTo && d.number > 0
}

const (
	previewed       = 3   // stories
	previewArticles = 200 // that are looked at, the newest
)

// preview shows what a subscription would have told of: examples from the
// newest articles that are there already.
func (b *Bot) preview(ctx context.Context, w *words, r chat.Request, wish Wish) (chat.Message, error) {
	articles, err := b.newest(ctx, previewArticles)
	if err != nil {
		return chat.Message{}, err
	}
	win := &window{known: map[string][]string{}, complete: map[string]bool{}, quotes: map[string][]piece{}}
	for _, a := range articles {
		win.items = append(win.items, item{Article: *a})
		win.complete[a.Story] = true
	}
	topic := strings.TrimSpace(wish.Topic)
	stories, filters, err := b.stories(ctx, win, topic, wish.Outlets)
	if err != nil {
		return chat.Message{}, err
	}
	notes := w.filterNotes(filters, nil)
	if len(stories) == 0 {
		return chat.Message{Notes: notes, Text: w.previewNone}, nil
	}
	d, err := b.draft(ctx, w, win, stories[:min(len(stories), previewed)], previewed, textRunes(w.previewTitle, notes))
	if err != nil {
		return chat.Message{}, err
	}
	b.shown.set(r.Ref, d.listed)
	return d.messages(w.previewTitle, notes)[0], nil
}
