package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/vi"
	"trichdan/jobs/ledger"
)

// wishes are Subscriptions in a real ledger, as the program keeps them; only
// when they run is computed here, without the clock behind it.
type wishes struct {
	ledger *ledger.Ledger
	now    func() time.Time
	when   When // the default
}

func (s *wishes) Default() (When, *time.Location) { return s.when, corpus.Zone }

var utcOffset = regexp.MustCompile(`^(?:utc|gmt)?([+-])(\d{1,2})$`)

// zoneNames are the zones that the tests know, by city.
var zoneNames = map[string]string{
	"viet nam": "Asia/Ho_Chi_Minh", "ha noi": "Asia/Ho_Chi_Minh", "ho chi minh": "Asia/Ho_Chi_Minh",
	"new york": "America/New_York", "tokyo": "Asia/Tokyo", "berlin": "Europe/Berlin", "paris": "Europe/Paris",
	"buenos aires": "America/Argentina/Buenos_Aires", "utc": "UTC", "gmt": "UTC",
}

func (s *wishes) Zone(name string) (*time.Location, bool) { return zoneNamed(name) }

func zoneNamed(name string) (*time.Location, bool) {
	folded := vi.Fold(name)
	iana := zoneNames[folded]
	if m := utcOffset.FindStringSubmatch(folded); m != nil {
		sign := map[string]string{"+": "-", "-": "+"}[m[1]]
		iana = "Etc/GMT" + sign + strings.TrimLeft(m[2], "0")
		if m[1]+m[2] == "+7" {
			iana = "Asia/Ho_Chi_Minh"
		}
	}
	for _, n := range zoneNames {
		if vi.Fold(n) == folded {
			iana = n
		}
	}
	if iana == "" {
		return nil, false
	}
	zone, err := time.LoadLocation(iana)
	return zone, err == nil
}

func (s *wishes) Next(w Wish) (time.Time, error) {
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %w", ErrWhen, err)
	}
	now := s.now().In(zone)
	if w.When.Cron != "" {
		for i, f := range strings.Fields(w.When.Cron) {
			if n, err := strconv.Atoi(f); err == nil && n > []int{59, 23, 31, 12, 6}[i] {
				return time.Time{}, fmt.Errorf("%w: %q is beyond the end of its field", ErrWhen, f)
			}
		}
		return now.Add(time.Hour).Truncate(time.Hour), nil
	}
	switch w.When.Kind {
	case vi.Arrival:
		return time.Time{}, nil
	case vi.Hourly:
		return now.Add(time.Duration(w.When.Every) * time.Hour).Truncate(time.Hour), nil
	case vi.Daily, vi.Weekly:
		for day := range 8 {
			t := time.Date(now.Year(), now.Month(), now.Day()+day, w.When.Hour, w.When.Minute, 0, 0, zone)
			if t.After(now) && (w.When.Kind == vi.Daily || w.When.Weekdays.Has(t.Weekday())) {
				return t, nil
			}
		}
	}
	return time.Time{}, fmt.Errorf("%w: it never comes", ErrWhen)
}

func (s *wishes) Subscribe(ctx context.Context, ref chat.Ref, by string, w Wish) (Subscription, error) {
	next, err := s.Next(w)
	if err != nil {
		return Subscription{}, err
	}
	w.When.Timed = false
	schedule, err := json.Marshal(w.When)
	if err != nil {
		return Subscription{}, err
	}
	made, err := s.ledger.Subscribe(ctx, ledger.Subscription{
		Ref: ref, By: by, Lang: w.Lang, Schedule: string(schedule), Zone: w.Zone, Topic: w.Topic, Outlets: w.Outlets, Always: w.Always, Next: next,
	})
	if errors.Is(err, ledger.ErrExists) {
		err = fmt.Errorf("%w: %w", ErrSubscribed, err)
	}
	if made.ID == 0 {
		return Subscription{}, err
	}
	return s.subscription(made), err
}

func (s *wishes) subscription(l ledger.Subscription) Subscription {
	out := Subscription{
		Number: l.Number, Wish: Wish{Zone: l.Zone, Topic: l.Topic, Outlets: l.Outlets, Always: l.Always, Lang: l.Lang},
		Next: l.Next, Made: l.Made, LastRun: l.LastRun, LastSent: l.LastSent, LastNote: l.LastNote, Paused: l.Paused,
	}
	if err := json.Unmarshal([]byte(l.Schedule), &out.When); err != nil {
		panic(err)
	}
	out.Location, _ = time.LoadLocation(l.Zone)
	return out
}

func (s *wishes) List(ctx context.Context, ref chat.Ref) ([]Subscription, error) {
	stored, err := s.ledger.Subscriptions(ctx, ref)
	var list []Subscription
	for _, l := range stored {
		list = append(list, s.subscription(l))
	}
	return list, err
}

func (s *wishes) Unsubscribe(ctx context.Context, ref chat.Ref, number int) (Subscription, error) {
	l, err := s.ledger.Unsubscribe(ctx, ref, number)
	if errors.Is(err, ledger.ErrNotFound) {
		return Subscription{}, fmt.Errorf("%w: %w", ErrNoSubscription, err)
	}
	if err != nil {
		return Subscription{}, err
	}
	return s.subscription(l), nil
}

func (s *wishes) change(ctx context.Context, ref chat.Ref, number int, change func(ledger.Subscription) error) (Subscription, error) {
	stored, err := s.ledger.Subscriptions(ctx, ref)
	if err != nil {
		return Subscription{}, err
	}
	for _, l := range stored {
		if l.Number == number {
			if err := change(l); err != nil {
				return Subscription{}, err
			}
			l, err = s.ledger.Subscription(ctx, l.ID)
			return s.subscription(l), err
		}
	}
	return Subscription{}, ErrNoSubscription
}

func (s *wishes) Pause(ctx context.Context, ref chat.Ref, number int) (Subscription, error) {
	return s.change(ctx, ref, number, func(l ledger.Subscription) error { return s.ledger.Pause(ctx, l.ID, PausedByPerson) })
}

func (s *wishes) Resume(ctx context.Context, ref chat.Ref, number int) (Subscription, error) {
	return s.change(ctx, ref, number, func(l ledger.Subscription) error {
		next, err := s.Next(s.subscription(l).Wish)
		if err != nil {
			return err
		}
		return s.ledger.Resume(ctx, l.ID, next, 0)
	})
}

// rig is a bot with subscriptions.
type rig struct {
	*library
	wishes *wishes
	// at is when it is for the bot; it goes on by a second with every request.
	at time.Time
	n  int // requests so far, which gives each its ID
}

func newRig(tb testing.TB, articles ...*corpus.Article) *rig {
	tb.Helper()
	r := &rig{library: newLibrary(tb, articles...), at: testNow}
	now := func() time.Time { return r.at }
	g, err := ledger.Open(tb.Context(), filepath.Join(tb.TempDir(), "ledger.db"), now)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { closed(tb, g.Close) })
	r.wishes = &wishes{ledger: g, now: now, when: When{Recurrence: vi.Recurrence{Kind: vi.Daily, Hour: vi.DefaultHour}}}
	r.restart()
	return r
}

// restart makes another bot over the same data, as another process would.
func (r *rig) restart() {
	r.bot = New(r.index, r.store, Options{
		Now: func() time.Time { return r.at }, Ledger: r.wishes.ledger, Subscriptions: r.wishes,
		Admins: map[string]Admins{"telegram": {Users: []string{"admin"}}},
	})
}

// private is a conversation with one person.
var private = chat.Ref{Platform: "telegram", Chat: "77"}

// send makes a request of one person in private.
func (r *rig) send(tb testing.TB, text string) chat.Message {
	tb.Helper()
	return r.do(tb, chat.Request{Ref: private, User: "77", Direct: true}, text)
}

// do sends text, a command or, with ">" before it, the data of a button.
func (r *rig) do(tb testing.TB, q chat.Request, text string) chat.Message {
	tb.Helper()
	r.n++
	r.at = r.at.Add(time.Second)
	q.ID = strconv.Itoa(r.n)
	if data, ok := strings.CutPrefix(text, ">"); ok {
		q.Button = data
	} else {
		q.Command, q.Text, _ = strings.Cut(strings.TrimPrefix(text, "/"), " ")
	}
	m, err := r.bot.Handle(tb.Context(), q)
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	if m.Empty() && m.Notice == "" {
		tb.Fatalf("%s: nothing is said", text)
	}
	for _, row := range m.Buttons {
		for _, x := range row {
			d, ok := parseButton(x.Data)
			if x.Text == "" || len(x.Data) > chat.MaxButtonData || !ok || d.String() != x.Data {
				tb.Fatalf("%s: button %+v", text, x)
			}
		}
	}
	return m
}

// stored are the subscriptions of the private conversation.
func (r *rig) stored(tb testing.TB, ref chat.Ref) []Subscription {
	tb.Helper()
	list, err := r.wishes.List(tb.Context(), ref)
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

// forget ends all subscriptions of the private conversation.
func (r *rig) forget(tb testing.TB) {
	tb.Helper()
	for _, s := range r.stored(tb, private) {
		if _, err := r.wishes.Unsubscribe(tb.Context(), private, s.Number); err != nil {
			tb.Fatal(err)
		}
	}
}

// showWish writes a wish as "daily 07:00 | zone | topic | outlets | always",
// without what is usual.
func showWish(w Wish) string {
	at := w.When
	var s string
	switch {
	case at.Cron != "":
		s = "cron " + at.Cron
	case at.Kind == vi.Daily:
		s = fmt.Sprintf("daily %02d:%02d", at.Hour, at.Minute)
	case at.Kind == vi.Weekly:
		var days []string
		for d := range at.Weekdays.All() {
			days = append(days, d.String()[:3])
		}
		s = fmt.Sprintf("%s %02d:%02d", strings.Join(days, ","), at.Hour, at.Minute)
	case at.Kind == vi.Hourly:
		s = fmt.Sprintf("every %dh", at.Every)
	default:
		s = at.Kind.String()
	}
	if w.Zone != corpus.Zone.String() {
		s += " | " + w.Zone
	}
	if w.Topic != "" {
		s += " | " + w.Topic
	}
	if len(w.Outlets) > 0 {
		s += " | from " + strings.Join(w.Outlets, ", ")
	}
	if w.Always {
		s += " | always"
	}
	return s
}
