package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/vi"
	"trichdan/index"
)

const (
	// mostSubscriptions is how many a place may have.
	mostSubscriptions = 10
	// matchArticles is how many of the newest articles are looked at to tell
	// what a subscription would find.
	matchArticles = 200
	// nearlyAll is the share of them above which a topic is next to none, and
	// fewArticles the number of them that is too small to say so.
	nearlyAll, fewArticles = 0.9, 10
)

// mayNot says why a person may not change what is sent to a place, "" if that
// is allowed.
func (b *Bot) mayNot(ctx context.Context, w *words, r chat.Request) (string, error) {
	if b.subscriptions == nil {
		return w.noSubscriptions, nil
	}
	may, err := r.MayManage(ctx)
	if err != nil {
		return "", fmt.Errorf("ask whether somebody manages a chat: %w", err)
	}
	if !may {
		return w.subscribersOnly, nil
	}
	return "", nil
}

// subscribe answers /dangky.
func (b *Bot) subscribe(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	if refused, err := b.mayNot(ctx, w, r); err != nil || refused != "" {
		return chat.Message{Text: refused}, err
	}
	newest, err := b.newest(ctx, matchArticles)
	if err != nil {
		return chat.Message{}, err
	}
	asked := b.requests(w, newest).read(r.Text)
	if refused := w.refuse(asked); refused != "" {
		return chat.Message{Text: refused}, nil
	}
	if asked.admin {
		allowed := b.admin(r)
		b.audit(ctx, r, allowed, "cron")
		if !allowed {
			return chat.Message{Text: w.cronAdmins}, nil
		}
	}
	if _, err := b.subscriptions.Next(asked.Wish); err != nil {
		return w.impossible(err)
	}
	m, err := b.match(ctx, asked.Wish, newest)
	if err != nil {
		return chat.Message{}, err
	}
	switch topic := chat.CleanLine(asked.Topic); {
	case m.nothing:
		return chat.Message{Text: fmt.Sprintf(w.noTopicWords, topic)}, nil
	case b.onlyTime(asked.Topic):
		return chat.Message{Text: fmt.Sprintf(w.onlyTime, topic)}, nil
	}
	s, again, err := b.addSubscription(ctx, r, asked.Wish)
	switch {
	case errors.Is(err, errFull):
		return chat.Message{Text: fmt.Sprintf(w.tooManySubscriptions, mostSubscriptions)}, nil
	case err != nil:
		return w.impossible(err)
	}
	reply := w.confirm(s, again, m, b.now())
	if asked.left != "" {
		reply.Text += "\n" + fmt.Sprintf(w.perhapsWhen, chat.Cut(chat.CleanLine(asked.left), shortTopic))
	}
	if s.Always != asked.Always {
		reply.Text += "\n" + fmt.Sprintf(w.alwaysDiffers, s.Number)
	}
	return reply, nil
}

// requests reads sentences as this bot understands them.
func (b *Bot) requests(w *words, newest []*corpus.Article) *requestReader {
	p := &requestReader{zone: b.subscriptions.Zone, lang: w.lang}
	p.when, p.at = b.subscriptions.Default()
	for _, a := range newest {
		if a.Outlet != "" && !slices.Contains(p.outlets, a.Outlet) {
			p.outlets = append(p.outlets, a.Outlet)
		}
	}
	return p
}

// impossible words an ErrWhen; other errors are given back.
func (w *words) impossible(err error) (chat.Message, error) {
	if !errors.Is(err, ErrWhen) {
		return chat.Message{}, err
	}
	why := strings.TrimPrefix(err.Error(), ErrWhen.Error()+": ")
	return chat.Message{Text: fmt.Sprintf(w.badWhen, chat.Cut(chat.CleanLine(why), maxTopic))}, nil
}

// errFull: a place has as many subscriptions as it may have.
var errFull = errors.New("as many subscriptions as there may be")

// addSubscription subscribes; again says that the place had that already.
func (b *Bot) addSubscription(ctx context.Context, r chat.Request, wish Wish) (s Subscription, again bool, err error) {
	b.subscribing.Lock()
	defer b.subscribing.Unlock()
	there, err := b.subscriptions.List(ctx, r.Ref)
	if err != nil {
		return s, false, err
	}
	if len(there) >= mostSubscriptions {
		for _, s := range there {
			other := s.Wish
			other.Always = wish.Always // of two that differ in that alone there is only one
			if sameWish(wish, other) {
				return s, true, nil
			}
		}
		return s, false, errFull
	}
	s, err = b.subscriptions.Subscribe(ctx, r.Ref, r.User, wish)
	if errors.Is(err, ErrSubscribed) {
		return s, true, nil
	}
	return s, false, err
}

// match is what of the newest articles a wish would have found.
type match struct {
	matching, of int
	filters      []index.Filter // that the topic names
	nothing      bool           // the topic has no word to search for
}

// match looks a wish up among the newest articles. The decision is that of Ask:
// what is sent of a topic is what /hoi finds.
func (b *Bot) match(ctx context.Context, wish Wish, newest []*corpus.Article) (match, error) {
	m := match{of: len(newest)}
	wanted := outletKeys(wish.Outlets)
	var only []string
	for _, a := range newest {
		if wanted.has(a.Outlet) {
			only = append(only, a.ID)
		}
	}
	if wish.Topic == "" {
		m.matching = len(only)
		return m, nil
	}
	// Also where there is no article: the question tells what is searched for.
	found, err := b.index.Search(ctx, index.Query{Text: wish.Topic, Only: only, K: max(1, len(only))})
	if err != nil {
		return m, err
	}
	m.filters, m.nothing = found.Question.Filters, found.Question.Empty()
	if len(only) == 0 {
		return m, nil
	}
	for _, h := range found.Hits {
		if onTopic(found.Question, h) {
			m.matching++
		}
	}
	return m, nil
}

// onlyTime reports whether a topic is nothing but a time.
func (b *Bot) onlyTime(topic string) bool {
	times := vi.TimeRanges(topic, b.now().In(corpus.Zone))
	if len(times) == 0 {
		return false
	}
	rest := []byte(topic)
	for _, t := range times {
		for i := t.Start; i < t.End; i++ {
			rest[i] = ' '
		}
	}
	for _, t := range vi.Tokens(string(rest)) {
		if !vi.IsStop(t.Text) {
			return false
		}
	}
	return true
}

// confirm says what was subscribed to, or is there already.
func (w *words) confirm(s Subscription, again bool, m match, now time.Time) chat.Message {
	title := w.subscribed
	if again {
		title = w.alreadySubscribed
	}
	lines := []string{fmt.Sprintf(title, s.Number, w.wish(s.Wish, maxTopic)), w.nextRun(s)}
	if s.Topic != "" || len(s.Outlets) > 0 {
		switch {
		case m.of == 0:
		case m.matching == 0:
			lines = append(lines, fmt.Sprintf(w.matchingNone, m.of))
		case m.of >= fewArticles && float64(m.matching) >= nearlyAll*float64(m.of):
			lines = append(lines, fmt.Sprintf(w.matchingMost, m.matching, m.of))
		default:
			lines = append(lines, fmt.Sprintf(w.matching, m.matching, m.of))
		}
	}
	for _, f := range m.filters {
		if f.Outlet == "" && !f.To.IsZero() && !f.To.After(now) {
			lines = append(lines, fmt.Sprintf(w.pastTopic, chat.CleanLine(f.Text)))
		}
	}
	if !again {
		lines = append(lines, w.fromNowOn)
	}
	if s.Always {
		lines = append(lines, w.saysNothing)
	}
	return chat.Message{Text: stacked(lines...), Buttons: [][]chat.Button{{
		{Text: w.previewButton, Data: subscriptionButton(showPreview, s).String()},
		w.changeButton(cancelSubscription, s),
	}}}
}
