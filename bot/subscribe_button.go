package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"trichdan/bot/chat"
)

// The verbs of buttons of subscriptions.
const (
	showPreview        = "v"
	cancelSubscription = "x"
	pauseSubscription  = "h"
	resumeSubscription = "r"
	subscribeAgain     = "s"
)

// subscriptionButton is the button that does something with a subscription. It
// names it by number and by when it was made: numbers come again.
func subscriptionButton(verb string, s Subscription) button {
	return button{verb: verb, number: s.Number, made: s.Made.UnixMilli()}
}

// ofSubscription reports whether a button does something with a subscription
// that is there.
func (d button) ofSubscription() bool {
	switch d.verb {
	case showPreview, cancelSubscription, pauseSubscription, resumeSubscription:
		return true
	}
	return false
}

// parseSubscriptionButton reads what button.String wrote of one.
func parseSubscriptionButton(part []string) (d button, ok bool) {
	number, err := strconv.ParseUint(part[1], 10, 31)
	made, madeErr := strconv.ParseInt(part[2], 10, 64)
	d = button{verb: part[0], number: int(number), made: made}
	return d, err == nil && madeErr == nil && d.String() == fmt.Sprintf("%s:%s:%s", part[0], part[1], part[2])
}

// changeButton is a button that changes a subscription, with the command that
// does the same.
func (w *words) changeButton(verb string, s Subscription) chat.Button {
	text := map[string]string{
		cancelSubscription: w.cancelButton, pauseSubscription: w.pauseButton, resumeSubscription: w.resumeButton,
	}[verb]
	return chat.Button{
		Text: fmt.Sprintf(text, s.Number), Data: subscriptionButton(verb, s).String(),
		Command: fmt.Sprintf("/%s %d", w.commandOf(verb), s.Number),
	}
}

func (w *words) changeButtons(verb string, s Subscription) [][]chat.Button {
	return [][]chat.Button{{w.changeButton(verb, s)}}
}

// pressSubscription does what a button of a subscription says.
func (b *Bot) pressSubscription(ctx context.Context, w *words, r chat.Request, d button) (chat.Message, error) {
	if b.subscriptions == nil {
		return chat.Message{Notice: w.noSubscriptions}, nil
	}
	list, err := b.subscriptions.List(ctx, r.Ref)
	if err != nil {
		return chat.Message{}, err
	}
	i := slices.IndexFunc(list, func(s Subscription) bool { return s.Number == d.number && s.Made.UnixMilli() == d.made })
	if i < 0 {
		return chat.Message{Notice: w.oldSubscription}, nil
	}
	if d.verb == showPreview {
		return b.preview(ctx, w, r, list[i].Wish)
	}
	if refused, err := b.mayNot(ctx, w, r); err != nil || refused != "" {
		return chat.Message{Notice: refused}, err
	}
	return b.change(ctx, w, r, d.verb, list[i])
}

// pressSubscribeAgain subscribes to what has ended.
func (b *Bot) pressSubscribeAgain(ctx context.Context, w *words, r chat.Request, d button) (chat.Message, error) {
	if refused, err := b.mayNot(ctx, w, r); err != nil || refused != "" {
		return chat.Message{Notice: refused}, err
	}
	e, err := b.exchange(ctx, r, d.exchange)
	if err != nil {
		return chat.Message{}, err
	}
	if e == nil {
		return chat.Message{Notice: w.oldSubscription}, nil
	}
	r.Command, r.Text = "dangky", e.Question // as the audit log shall say
	return b.subscribe(ctx, w, r)
}
