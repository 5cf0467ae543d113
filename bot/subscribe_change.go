package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
)

// changes are the commands that change a subscription, by the verb of their
// button.
var changes = map[string]struct{ command, english string }{
	cancelSubscription: {"huy", "unsubscribe"},
	pauseSubscription:  {"tamdung", "pause"},
	resumeSubscription: {"tieptuc", "resume"},
}

func (b *Bot) unsubscribe(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	return b.changeNumbered(ctx, w, r, cancelSubscription)
}

func (b *Bot) pause(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	return b.changeNumbered(ctx, w, r, pauseSubscription)
}

func (b *Bot) resume(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	return b.changeNumbered(ctx, w, r, resumeSubscription)
}

// changeNumbered changes the subscription of the number that was typed. Without
// one, that is the only one that can be changed so.
func (b *Bot) changeNumbered(ctx context.Context, w *words, r chat.Request, verb string) (chat.Message, error) {
	if refused, err := b.mayNot(ctx, w, r); err != nil || refused != "" {
		return chat.Message{Text: refused}, err
	}
	list, err := b.subscriptions.List(ctx, r.Ref)
	if err != nil {
		return chat.Message{}, err
	}
	if text := plainLine(r.Text); text != "" {
		n, ok := subscriptionNumber(text)
		if !ok {
			return chat.Message{Text: fmt.Sprintf(w.numberUsage, w.commandOf(verb))}, nil
		}
		i := slices.IndexFunc(list, func(s Subscription) bool { return s.Number == n })
		if i < 0 {
			return chat.Message{Text: fmt.Sprintf(w.noSuchNumber, n)}, nil
		}
		return b.change(ctx, w, r, verb, list[i])
	}
	none, which := w.noneSubscribed, w.whichCancel
	if len(list) > 0 && verb != cancelSubscription {
		paused := verb == resumeSubscription
		list = slices.DeleteFunc(list, func(s Subscription) bool { return (s.Paused != "") != paused })
		none, which = w.allPaused, w.whichPause
		if paused {
			none, which = w.nonePaused, w.whichResume
		}
	}
	switch len(list) {
	case 0:
		return chat.Message{Text: none}, nil
	case 1:
		return b.change(ctx, w, r, verb, list[0])
	}
	m := chat.Message{Text: which}
	for i, s := range list {
		m.Text += "\n" + w.brief(s)
		if i%changesInRow == 0 {
			m.Buttons = append(m.Buttons, nil)
		}
		row := &m.Buttons[len(m.Buttons)-1]
		*row = append(*row, w.changeButton(verb, s))
	}
	return m, nil
}

// changesInRow is how many buttons with a few words stand beside each other.
const changesInRow = 2

// subscriptionNumber reads "2", "số 2" or "#2".
func subscriptionNumber(text string) (n int, ok bool) {
	folded := vi.Fold(text)
	for _, lead := range []string{"so ", "number ", "no. ", "no "} {
		folded = strings.TrimPrefix(folded, lead)
	}
	v, err := strconv.ParseUint(strings.Trim(folded, "[]#. "), 10, 31)
	return int(v), err == nil
}

// commandOf is the name of the command that does what a button with a verb does.
func (w *words) commandOf(verb string) string {
	if w.lang == chat.English {
		return changes[verb].english
	}
	return changes[verb].command
}

// change cancels, pauses or resumes a subscription.
func (b *Bot) change(ctx context.Context, w *words, r chat.Request, verb string, s Subscription) (chat.Message, error) {
	number, said := s.Number, w.wish(s.Wish, maxTopic)
	var err error
	switch {
	case verb == cancelSubscription:
		s, err = b.subscriptions.Unsubscribe(ctx, r.Ref, number)
	case verb == pauseSubscription && s.Paused == PausedByPerson:
		return chat.Message{Text: fmt.Sprintf(w.alreadyPaused, number, said), Buttons: w.changeButtons(resumeSubscription, s)}, nil
	case verb == pauseSubscription:
		s, err = b.subscriptions.Pause(ctx, r.Ref, number)
	case s.Paused == "":
		return chat.Message{Text: fmt.Sprintf(w.notPaused, number, said), Buttons: w.changeButtons(pauseSubscription, s)}, nil
	default:
		s, err = b.subscriptions.Resume(ctx, r.Ref, number)
	}
	if errors.Is(err, ErrNoSubscription) { // ended meanwhile
		return chat.Message{Text: fmt.Sprintf(w.noSuchNumber, number)}, nil
	}
	if err != nil {
		return chat.Message{}, err
	}
	switch verb {
	case cancelSubscription:
		return b.undo(ctx, w, r, s)
	case pauseSubscription:
		return chat.Message{Text: fmt.Sprintf(w.paused, number, said), Buttons: w.changeButtons(resumeSubscription, s)}, nil
	}
	return chat.Message{
		Text:    stacked(fmt.Sprintf(w.resumed, number, said), w.nextRun(s)),
		Buttons: w.changeButtons(pauseSubscription, s),
	}, nil
}

// undo says that a subscription has ended, and how to get it back.
func (b *Bot) undo(ctx context.Context, w *words, r chat.Request, s Subscription) (chat.Message, error) {
	m := chat.Message{Text: fmt.Sprintf(w.cancelled, s.Number, w.wish(s.Wish, maxTopic))}
	newest, err := b.newest(ctx, matchArticles) // for the names of outlets
	if err != nil {
		b.log.Error("newest articles", "error", err)
	}
	sentence, ok := b.requests(w, newest).sentence(w, s.Wish)
	if !ok {
		return m, nil
	}
	m.Text += "\n" + fmt.Sprintf(w.againSentence, w.subscribeAs+" "+sentence)
	if _, none := b.ledger.(forgetful); none || r.ID == "" {
		return m, nil
	}
	// One message may have buttons for several subscriptions.
	place := r
	place.ID += fmt.Sprintf("\x00%s\x00%d\x00%d", cancelSubscription, s.Number, s.Made.UnixMilli())
	e := chat.Exchange{Key: exchangeKey(place), Ref: r.Ref, User: r.User, Lang: r.Lang, Command: "dangky", Question: sentence, At: b.now()}
	if err := b.ledger.PutExchange(ctx, e); err != nil {
		b.log.Error("remember a subscription that has ended", "error", err)
		return m, nil
	}
	m.Buttons = [][]chat.Button{{{Text: w.againButton, Data: button{verb: subscribeAgain, exchange: e.Key}.String()}}}
	return m, nil
}

// listButtons is for how many subscriptions a list has buttons.
const listButtons = 4

// longestList is how long a list with all details may be, in characters, so
// that one message of any platform takes it.
const longestList = 1800

// listSubscriptions answers /lich: all of the place, or one in detail.
func (b *Bot) listSubscriptions(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	if b.subscriptions == nil {
		return chat.Message{Text: w.noSubscriptions}, nil
	}
	list, err := b.subscriptions.List(ctx, r.Ref)
	if err != nil {
		return chat.Message{}, err
	}
	if len(list) == 0 {
		return chat.Message{Text: w.noneSubscribed}, nil
	}
	title := w.listTitle
	if n, ok := subscriptionNumber(plainLine(r.Text)); ok {
		i := slices.IndexFunc(list, func(s Subscription) bool { return s.Number == n })
		if i < 0 {
			return chat.Message{Text: fmt.Sprintf(w.noSuchNumber, n)}, nil
		}
		title, list = "", list[i:i+1]
	}
	m := chat.Message{Text: w.listed(title, list)}
	for _, s := range list[:min(len(list), listButtons)] {
		verb := pauseSubscription
		if s.Paused != "" {
			verb = resumeSubscription
		}
		m.Buttons = append(m.Buttons, []chat.Button{w.changeButton(verb, s), w.changeButton(cancelSubscription, s)})
	}
	return m, nil
}

// listed is the text of a list, with fewer details where it would be too long.
func (w *words) listed(title string, list []Subscription) string {
	var parts []string
	if title != "" {
		parts = append(parts, title)
	}
	for _, s := range list {
		parts = append(parts, w.details(s))
	}
	text := strings.Join(parts, "\n\n")
	if len([]rune(text)) <= longestList || len(list) == 1 {
		return text
	}
	parts = append(parts[:0], title)
	for _, s := range list {
		state := w.nextRun(s)
		if note := w.note(s.LastNote); note != "" && s.Paused == "" {
			state += " " + fmt.Sprintf(w.lastRunOnly, note)
		}
		parts = append(parts, chat.Cut(w.brief(s), longestList/2/mostSubscriptions)+" "+chat.Cut(state, longestList/2/mostSubscriptions))
	}
	return strings.Join(append(parts, w.oneByOne), "\n")
}

// subscriptionNumbers completes the number of a subscription.
func (b *Bot) subscriptionNumbers(ctx context.Context, w *words, r chat.Request) ([]chat.Choice, error) {
	if b.subscriptions == nil {
		return nil, nil
	}
	list, err := b.subscriptions.List(ctx, r.Ref)
	if err != nil {
		return nil, err
	}
	var choices []chat.Choice
	for _, s := range list {
		if name := w.brief(s); contains(name, r.Text) {
			choices = append(choices, chat.Choice{Name: chat.Cut(name, choiceLength), Value: strconv.Itoa(s.Number)})
		}
	}
	return choices, nil
}
