package bot

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// question answers what a person asks, remembers it so that buttons can come
// back to it, and puts the buttons there.
func (b *Bot) question(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	began := b.now()
	result, err := b.Ask(ctx, r.Text)
	if err != nil {
		b.record(ctx, w, r, "", chat.Failed, began)
		return chat.Message{}, err
	}
	var listed []string
	for _, c := range result.Citations {
		listed = append(listed, c.ArticleID)
	}
	listed = append(listed, ids(result.Nearest)...)
	b.shown.set(r.Ref, listed)
	m := w.message(result)
	if !result.Asked {
		b.record(ctx, w, r, "", chat.Unclear, began)
		return m, nil
	}
	key := b.remember(ctx, r, result)
	b.record(ctx, w, r, key, result.outcome(), began)
	m.Buttons = w.answerButtons(result, key)
	return m, nil
}

// remember stores a question and what was cited, and gives the key of both; ""
// where there is nothing to press a button on, or nowhere to store.
func (b *Bot) remember(ctx context.Context, r chat.Request, result *Result) string {
	if _, none := b.ledger.(forgetful); none || r.ID == "" {
		return ""
	}
	e := chat.Exchange{Key: exchangeKey(r), Ref: r.Ref, User: r.User, Lang: r.Lang, Question: r.Text, At: b.now()}
	for _, c := range result.Citations {
		e.Cited = append(e.Cited, chat.Cited{Article: c.ArticleID, Revision: c.Revision, Span: c.Span})
	}
	if err := b.ledger.PutExchange(ctx, e); err != nil {
		// The answer is worth more than its buttons.
		b.log.Error("remember a question", "error", err)
		return ""
	}
	return e.Key
}

// exchangeKey is the same whenever the same message is answered: 80 bits of a
// hash of its place and ID, in lower-case base 32.
func exchangeKey(r chat.Request) string {
	h := sha256.Sum256([]byte(strings.Join([]string{r.Platform, r.Chat, r.Thread, r.ID}, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(h[:10]))
}

// answerButtons opens the articles, shows more passages, and takes what the
// person thinks of the answer.
func (w *words) answerButtons(result *Result, key string) [][]chat.Button {
	var rows [][]chat.Button
	if result.Abstained {
		return w.openers(result.Nearest, 1)
	}
	var row []chat.Button
	for _, c := range result.Citations {
		row = append(row, w.opener(c.N, c.ArticleID, c.Revision))
	}
	first := result.Citations[0]
	if key != "" && len(result.further) > 0 {
		row = append(row, chat.Button{Text: w.moreButton, Data: button{
			verb: moreResults, article: first.ArticleID, revision: first.Revision, exchange: key,
		}.String()})
	}
	rows = append(rows, row)
	if key != "" {
		d := button{verb: useful, article: first.ArticleID, revision: first.Revision, exchange: key}
		yes := chat.Button{Text: w.usefulButton, Data: d.String()}
		d.verb = notUseful
		rows = append(rows, []chat.Button{yes, {Text: w.notUsefulButton, Data: d.String()}})
	}
	return rows
}

// furtherShown is how many more passages one press of a button shows.
const furtherShown = 3

// more shows further passages for a question, after the first d.number that
// were shown already.
func (b *Bot) more(ctx context.Context, w *words, r chat.Request, d button) (chat.Message, error) {
	e, err := b.exchange(ctx, r, d.exchange)
	if err != nil {
		return chat.Message{}, err
	}
	if e == nil {
		return chat.Message{Notice: w.oldButton}, nil
	}
	a, err := b.readable(ctx, d.article)
	if err != nil {
		return chat.Message{}, err
	}
	if a == nil || a.Revision != d.revision {
		return chat.Message{Text: w.oldAnswer, Buttons: w.askAgain(e)}, nil
	}
	result, err := b.Ask(ctx, e.Question)
	if err != nil {
		return chat.Message{}, err
	}
	hits := result.further[min(d.number, len(result.further)):]
	if len(hits) == 0 {
		return chat.Message{Notice: w.noFurther}, nil
	}
	hits = hits[:min(len(hits), furtherShown)]
	m := chat.Message{Text: w.further}
	var listed []string
	for _, c := range result.Citations {
		listed = append(listed, c.ArticleID)
	}
	for _, h := range result.further[:d.number] {
		listed = append(listed, h.Article.ID)
	}
	var articles []*corpus.Article
	for _, h := range hits {
		c, err := b.citation(ctx, len(listed)+1, h)
		if err != nil {
			return chat.Message{}, err
		}
		listed = append(listed, c.ArticleID)
		articles = append(articles, h.Article)
		m.Citations = append(m.Citations, w.citation(c))
	}
	b.shown.set(r.Ref, listed)
	m.Buttons = w.openers(articles, m.Citations[0].N)
	if d.number += len(hits); d.number < len(result.further) {
		m.Buttons[0] = append(m.Buttons[0], chat.Button{Text: w.moreButton, Data: d.String()})
	}
	return m, nil
}

func (w *words) askAgain(e *chat.Exchange) [][]chat.Button {
	return [][]chat.Button{{{Text: w.askAgainButton, Data: button{verb: askAgain, exchange: e.Key}.String()}}}
}

// exchange gives the question behind a button, nil if it is forgotten or of
// another chat: data of a button can be made up, and nobody reads what others
// asked elsewhere.
func (b *Bot) exchange(ctx context.Context, r chat.Request, key string) (*chat.Exchange, error) {
	e, err := b.ledger.Exchange(ctx, key)
	if err != nil || e == nil || e.Platform != r.Platform || e.Chat != r.Chat {
		return nil, err
	}
	return e, nil
}
