package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// undoWithdrawal is the verb of the button that restores an article.
const undoWithdrawal = "u"

// mostWithdrawn is how many withdrawn articles /phuchoi lists.
const mostWithdrawn = 5

// idOf gives the ID of the article that somebody names: by the number that it
// has in what was listed last in this chat, by its address, or by its ID. Of a
// number that nothing has, instead says so.
func (b *Bot) idOf(w *words, r chat.Request, name string) (id, instead string) {
	if isAddress(name) {
		return corpus.NewID(name, ""), ""
	}
	name = strings.Trim(name, "[]#")
	n, err := strconv.Atoi(name)
	if err != nil || len(name) > 3 {
		return name, ""
	}
	list := b.shown.get(r.Ref)
	if n < 1 || n > len(list) || list[n-1] == "" {
		return "", fmt.Sprintf(w.noNumber, n)
	}
	return list[n-1], ""
}

// named gives the article that an admin names, also a withdrawn one, or says
// that there is none.
func (b *Bot) named(ctx context.Context, w *words, r chat.Request, name string) (a *corpus.Article, instead string, err error) {
	id, instead := b.idOf(w, r, name)
	if instead != "" {
		return nil, instead, nil
	}
	found, err := b.articles.Articles(ctx, []string{id})
	if err != nil {
		return nil, "", err
	}
	if found[id] == nil {
		return nil, fmt.Sprintf(w.unknownArticle, oneLine(name, longestTopic)), nil
	}
	return found[id], "", nil
}

// withdraw is the answer to /go.
func (b *Bot) withdraw(ctx context.Context, w *words, r chat.Request) (chat.Message, string, error) {
	if b.editor == nil {
		return chat.Message{Text: w.noEditor}, "this bot changes nothing", nil
	}
	name := strings.TrimSpace(r.Text)
	if name == "" {
		return chat.Message{Text: w.withdrawUsage}, "nothing named", nil
	}
	a, instead, err := b.named(ctx, w, r, name)
	if err != nil || a == nil {
		return chat.Message{Text: instead}, "no such article", err
	}
	changed, err := b.editor.Withdraw(ctx, a.ID)
	if err != nil {
		return chat.Message{}, "", err
	}
	text, note := w.withdrawn, "withdrawn "+a.ID
	if !changed {
		text, note = w.withdrawnBefore, "withdrawn before: "+a.ID
	}
	return chat.Message{
		Text:    fmt.Sprintf(text, w.called(a)),
		Buttons: [][]chat.Button{{w.restorer(w.undoButton, a)}},
	}, note, nil
}

// called names an article to an admin: “headline”, outlet, date.
func (w *words) called(a *corpus.Article) string {
	return fmt.Sprintf("“%s”, %s", oneLine(w.headline(a), longestHeading), oneLine(w.source(a.Outlet, a.Published), longestHeading))
}

// restorer is a button that restores an article.
func (w *words) restorer(text string, a *corpus.Article) chat.Button {
	command := "/phuchoi "
	if w.lang == chat.English {
		command = "/restore "
	}
	return chat.Button{Text: text, Data: button{verb: undoWithdrawal, article: a.ID}.String(), Command: command + a.ID}
}

// restore is the answer to /phuchoi, and to the buttons that say the same.
func (b *Bot) restore(ctx context.Context, w *words, r chat.Request) (chat.Message, string, error) {
	pressed := r.Button != ""
	if b.editor == nil {
		return said(pressed, w.noEditor), "this bot changes nothing", nil
	}
	name := strings.TrimSpace(r.Text)
	if name == "" {
		return b.listWithdrawn(ctx, w, r)
	}
	a, instead, err := b.named(ctx, w, r, name)
	if err != nil || a == nil {
		return said(pressed, instead), "no such article", err
	}
	changed, err := b.editor.Restore(ctx, a.ID)
	switch {
	case errors.Is(err, ErrFileGone):
		return chat.Message{Text: fmt.Sprintf(w.fileGone, w.called(a))}, "no file gives " + a.ID, nil
	case errors.Is(err, ErrReloading):
		return chat.Message{Text: fmt.Sprintf(w.restoredLater, w.called(a))}, "restored " + a.ID + ", found after the reload", nil
	case err != nil:
		return chat.Message{}, "", err
	case !changed:
		return said(pressed, fmt.Sprintf(w.notWithdrawn, w.called(a))), "not withdrawn: " + a.ID, nil
	}
	open := w.opener(1, a.ID, a.Revision)
	open.Text = w.readOn
	return chat.Message{Text: fmt.Sprintf(w.restored, w.called(a)), Buttons: [][]chat.Button{{open}}}, "restored " + a.ID, nil
}

// listWithdrawn lists the articles that were withdrawn last.
func (b *Bot) listWithdrawn(ctx context.Context, w *words, r chat.Request) (chat.Message, string, error) {
	articles, n, err := b.editor.Withdrawn(ctx, mostWithdrawn)
	if err != nil {
		return chat.Message{}, "", err
	}
	if len(articles) == 0 {
		return chat.Message{Text: w.noneWithdrawn}, "listed", nil
	}
	m := chat.Message{LinksTitle: w.withdrawnTitle, Links: w.links(links{}, articles)}
	for i, a := range articles {
		m.Links[i].URL = "" // what is withdrawn is not for reading
		m.Buttons = append(m.Buttons, []chat.Button{w.restorer(fmt.Sprintf(w.restoreButton, i+1), a)})
	}
	if n > len(articles) {
		m.Footer = fmt.Sprintf(w.moreWithdrawn, w.count(n-len(articles)))
	}
	b.shown.set(r.Ref, ids(articles))
	return m, "listed", nil
}

// withdrawnTitles completes the argument of /phuchoi.
func (b *Bot) withdrawnTitles(ctx context.Context, w *words, text string) ([]chat.Choice, error) {
	if b.editor == nil {
		return nil, nil
	}
	articles, _, err := b.editor.Withdrawn(ctx, mostChoices)
	if err != nil {
		return nil, err
	}
	articles = slices.DeleteFunc(articles, func(a *corpus.Article) bool { return !contains(a.Title, text) })
	return w.articleChoices(articles), nil
}
