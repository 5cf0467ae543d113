package bot

import (
	"context"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// press does what a button says.
func (b *Bot) press(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	d, ok := parseButton(r.Button)
	if !ok {
		return chat.Message{Notice: w.oldButton}, nil
	}
	if r.Passing && (d.ofSubscription() || d.verb == subscribeAgain || d.verb == setLanguage) {
		return chat.Message{Notice: w.chatsOnly}, nil
	}
	switch d.verb {
	case openArticle, turnPage:
		return b.open(ctx, w, d)
	case moreResults:
		return b.more(ctx, w, r, d)
	case nextPart:
		return b.nextPart(ctx, w, r, d)
	case retryParked, discardParked:
		text := map[string]string{retryParked: "retry", discardParked: "discard"}[d.verb]
		return b.adminPress(ctx, w, r, "trangthai", text, func(b *Bot, ctx context.Context, w *words, r chat.Request) (chat.Message, string, error) {
			return b.settleParked(ctx, w, r, d.verb)
		})
	case confirmDraft, cancelDraft:
		return b.pressDraft(ctx, w, r, d)
	case undoWithdrawal:
		return b.adminPress(ctx, w, r, "phuchoi", d.article, (*Bot).restore)
	case confirmForget, cancelForget:
		return b.pressForget(ctx, w, r, d)
	case showPreview, cancelSubscription, pauseSubscription, resumeSubscription:
		return b.pressSubscription(ctx, w, r, d)
	case subscribeAgain:
		return b.pressSubscribeAgain(ctx, w, r, d)
	case useful, notUseful:
		return b.feedback(ctx, w, r, d)
	case askAgain:
		e, err := b.exchange(ctx, r, d.exchange)
		if err != nil {
			return chat.Message{}, err
		}
		if e == nil {
			return chat.Message{Notice: w.oldButton}, nil
		}
		r.Text = e.Question
		return b.question(ctx, w, r)
	default:
		m, err := b.setLanguage(ctx, w, r, d.lang)
		if m.Buttons == nil { // refused
			return chat.Message{Notice: m.Text}, err
		}
		m.Update = true
		return m, err
	}
}

// open shows an article, or another page of it. If it has changed since, it
// says so first: what was quoted may not be there any more.
func (b *Bot) open(ctx context.Context, w *words, d button) (chat.Message, error) {
	a, err := b.readable(ctx, d.article)
	if err != nil {
		return chat.Message{}, err
	}
	if a == nil {
		return chat.Message{Notice: w.goneArticle}, nil
	}
	if a.Revision != d.revision {
		d := button{verb: openArticle, article: a.ID, revision: a.Revision}
		return chat.Message{Text: w.changedArticle, Buttons: [][]chat.Button{{{Text: w.openNewButton, Data: d.String()}}}}, nil
	}
	m := w.articlePage(b.to, a, d.number, a.ID)
	m.Update = d.verb == turnPage
	return m, nil
}

// feedback stores what the person thinks of an answer.
func (b *Bot) feedback(ctx context.Context, w *words, r chat.Request, d button) (chat.Message, error) {
	e, err := b.exchange(ctx, r, d.exchange)
	if err != nil {
		return chat.Message{}, err
	}
	// The question may be forgotten; the article that was cited first is known.
	known, err := b.articles.Articles(ctx, []string{d.article})
	if err != nil {
		return chat.Message{}, err
	}
	if e == nil && !hasRevision(known[d.article], d.revision) {
		return chat.Message{Notice: w.oldButton}, nil
	}
	f := chat.Feedback{
		Ref: r.Ref, User: r.User, Useful: d.verb == useful,
		Exchange: d.exchange, Article: d.article, Revision: d.revision, At: b.now(),
	}
	if err := b.ledger.PutFeedback(ctx, f); err != nil {
		return chat.Message{}, err
	}
	if f.Useful {
		return chat.Message{Notice: w.thanksUseful}, nil
	}
	return chat.Message{Notice: w.thanksNotUseful}, nil
}

// hasRevision reports whether an article is known to have had a revision.
func hasRevision(a *corpus.Article, revision int) bool {
	return a != nil && revision > 0 && revision <= a.Revision
}
