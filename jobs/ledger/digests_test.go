package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/sqlite"
)

var here = chat.Ref{Platform: "telegram", Chat: "1"}

// daily is a subscription of a place that is due at a time.
func daily(ref chat.Ref, topic string, next time.Time) Subscription {
	return Subscription{Ref: ref, By: "5", Lang: chat.Vietnamese, Schedule: "daily 07:00", Zone: "Asia/Ho_Chi_Minh", Topic: topic, Next: next}
}

func subscribe(tb testing.TB, l *Ledger, s Subscription) Subscription {
	tb.Helper()
	got, err := l.Subscribe(tb.Context(), s)
	ok(tb, err)
	return got
}

// enqueue makes a digest of a subscription that is due now, next tomorrow, and
// gives the keys of its parts.
func enqueue(tb testing.TB, l *Ledger, id int64, parts ...string) (keys []string) {
	tb.Helper()
	s, err := l.Subscription(tb.Context(), id)
	ok(tb, err)
	step := Step{Subscription: id, From: s.Cursor, UpTo: s.Cursor + 1, Next: s.Next.Add(24 * time.Hour)}
	for _, p := range parts {
		step.Parts = append(step.Parts, []byte(p))
	}
	if taken, err := l.Advance(tb.Context(), step); !taken || err != nil {
		tb.Fatal(taken, err)
	}
	ds, err := l.Deliveries(tb.Context(), id, len(parts))
	ok(tb, err)
	for _, d := range slices.Backward(ds) {
		keys = append(keys, d.Key)
	}
	return keys
}

func due(tb testing.TB, l *Ledger) string {
	tb.Helper()
	ds, err := l.DueDeliveries(tb.Context(), "telegram", l.now(), 100)
	ok(tb, err)
	var all []string
	for _, d := range ds {
		all = append(all, d.Key)
	}
	return strings.Join(all, " ")
}

// delivery gives one by its key.
func delivery(tb testing.TB, l *Ledger, key string) Delivery {
	tb.Helper()
	args, err := keyArgs(key)
	ok(tb, err)
	list, err := l.deliveries(tb.Context(), sqlDelivery, args...)
	if err != nil || len(list) != 1 {
		tb.Fatalf("delivery %s: %v, %v", key, list, err)
	}
	return list[0]
}

func send(tb testing.TB, l *Ledger, key string, o Outcome) {
	tb.Helper()
	_, err := l.BeginDelivery(tb.Context(), key)
	ok(tb, err)
	ok(tb, l.Settle(tb.Context(), key, o))
}

func TestSubscribe(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	ctx := t.Context()
	next := c.t.Add(time.Hour)
	want := Subscription{
		Ref: chat.Ref{Platform: "discord", Chat: "3", Thread: "4"}, By: "5", Lang: chat.English, Schedule: "weekly 1 08:30",
		Zone: "America/New_York", Topic: "cầu vượt", Outlets: []string{"Báo B", "Báo A", "Báo B"}, Always: true, Cursor: 12, Next: next,
		Paused: "no", LastNote: "no", LastRun: next, ID: 9, Number: 9,
	}
	got := subscribe(t, l, want)
	want.ID, want.Number, want.Made = 1, 1, c.t
	want.Paused, want.LastNote, want.LastRun = "", "", time.Time{}
	want.Outlets = []string{"Báo A", "Báo B"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	again := want
	again.Outlets, again.Lang, again.By = []string{"Báo B", "Báo A"}, chat.Vietnamese, "6"
	if got, err := l.Subscribe(ctx, again); !errors.Is(err, ErrExists) || cmp.Diff(want, got) != "" {
		t.Errorf("again: %+v, %v", got, err)
	}
	for name, change := range map[string]func(*Subscription){
		"thread":   func(s *Subscription) { s.Thread = "" },
		"chat":     func(s *Subscription) { s.Chat = "33" },
		"schedule": func(s *Subscription) { s.Schedule = "daily 08:30" },
		"zone":     func(s *Subscription) { s.Zone = "UTC" },
		"topic":    func(s *Subscription) { s.Topic = "" },
		"outlets":  func(s *Subscription) { s.Outlets = nil },
	} {
		other := want
		change(&other)
		if got, err := l.Subscribe(ctx, other); err != nil || got.ID == want.ID {
			t.Errorf("other %s: %+v, %v", name, got, err)
		}
	}
	for name, change := range map[string]func(*Subscription){
		"platform": func(s *Subscription) { s.Platform = "" },
		"chat":     func(s *Subscription) { s.Chat = "" },
		"schedule": func(s *Subscription) { s.Schedule = "" },
		"zone":     func(s *Subscription) { s.Zone = "" },
	} {
		other := want
		change(&other)
		if got, err := l.Subscribe(ctx, other); err == nil {
			t.Errorf("no %s: %+v", name, got)
		}
	}
	if _, err := l.Subscription(ctx, 99); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

// TestNumbers: a place numbers its own, and gives no number again while it has
// others; an ID is never given again.
func TestNumbers(t *testing.T) {
	l := temp(t, newClock().now)
	thread := here
	thread.Thread = "7"
	number := func(ref chat.Ref, topic string, want int, wantID int64) {
		t.Helper()
		if s := subscribe(t, l, daily(ref, topic, l.now())); s.Number != want || s.ID != wantID {
			t.Errorf("%s has number %d and ID %d, want %d and %d", topic, s.Number, s.ID, want, wantID)
		}
	}
	end := func(ref chat.Ref, number int, want error) {
		t.Helper()
		if s, err := l.Unsubscribe(t.Context(), ref, number); !errors.Is(err, want) || err == nil && s.Number != number {
			t.Errorf("end %d: %+v, %v", number, s, err)
		}
	}
	number(here, "a", 1, 1)
	number(here, "b", 2, 2)
	number(thread, "a", 1, 3)
	end(here, 2, nil)
	end(here, 2, ErrNotFound)
	end(here, 9, ErrNotFound)
	number(here, "b", 3, 4)
	end(here, 1, nil)
	end(here, 3, nil)
	number(here, "c", 1, 5)
	number(thread, "c", 2, 6)
	list, err := l.Subscriptions(t.Context(), thread)
	if len(list) != 2 || list[0].Topic != "a" || list[1].Topic != "c" || err != nil {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestAdvance: a run counts once, and only if the subscription is as it was.
func TestAdvance(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	ctx := t.Context()
	day := 24 * time.Hour
	a := subscribe(t, l, daily(here, "a", c.t))
	b := daily(here, "b", time.Time{}) // on arrival
	b.Schedule = "arrival"
	b = subscribe(t, l, b)
	parts := [][]byte{[]byte("tin")}
	advance := func(what string, want bool, s Step) {
		t.Helper()
		if taken, err := l.Advance(ctx, s); taken != want || err != nil {
			t.Errorf("%s: taken %v, want %v (%v)", what, taken, want, err)
		}
	}
	check := func(id int64, cursor corpus.Seq, next time.Time, deliveries int) {
		t.Helper()
		s, err := l.Subscription(ctx, id)
		ok(t, err)
		ds, err := l.Deliveries(ctx, id, 100)
		ok(t, err)
		if s.Cursor != cursor || !s.Next.Equal(next) || len(ds) != deliveries {
			t.Errorf("subscription %d: cursor %d, next %v, %d deliveries; want %d, %v, %d", id, s.Cursor, s.Next, len(ds), cursor, next, deliveries)
		}
	}
	first := Step{Subscription: a.ID, UpTo: 5, Next: c.t.Add(day), Parts: parts, Note: "một bài"}
	advance("the first", true, first)
	advance("the first again", false, first)
	check(a.ID, 5, c.t.Add(day), 1)
	// Nothing new, but a message that says so: the cursor stays.
	same := Step{Subscription: a.ID, From: 5, UpTo: 5, Next: c.t.Add(2 * day), Parts: parts}
	advance("nothing new", true, same)
	advance("nothing new, again", false, same)
	same.Next = c.t.Add(3 * day)
	advance("nothing new, the next day", true, same)
	check(a.ID, 5, c.t.Add(3*day), 3)
	// The corpus begins anew, and comes to where it was.
	advance("back", true, Step{Subscription: a.ID, From: 5, UpTo: 0, Next: c.t.Add(4 * day)})
	first.Next = c.t.Add(5 * day)
	advance("the same cursor", true, first)
	check(a.ID, 5, c.t.Add(5*day), 4)
	advance("from elsewhere", false, Step{Subscription: a.ID, From: 4, UpTo: 9, Next: c.t.Add(6 * day)})
	ok(t, l.Pause(ctx, a.ID, "by a person"))
	last := Step{Subscription: a.ID, From: 5, UpTo: 9, Parts: parts}
	advance("paused", false, last)
	ok(t, l.Resume(ctx, a.ID, c.t.Add(6*day), 0))
	advance("the last", true, last)
	last.From, last.UpTo, last.Next = 9, 10, c.t.Add(9*day)
	advance("after the last", false, last)
	check(a.ID, 9, time.Time{}, 5)

	advance("arrival", true, Step{Subscription: b.ID, UpTo: 3, Next: c.t.Add(day), Parts: parts})
	advance("arrival again", false, Step{Subscription: b.ID, UpTo: 3, Parts: parts})
	advance("arrival of nothing", false, Step{Subscription: b.ID, From: 3, UpTo: 3, Parts: parts})
	check(b.ID, 3, time.Time{}, 1)
	advance("none", false, Step{Subscription: 99, UpTo: 1})
	for upTo, want := range map[corpus.Seq]int{3: 0, 4: 1} { // a is never due again, but not on arrival
		if list, err := l.OnArrival(ctx, upTo, time.Unix(1<<33, 0), 10); len(list) != want || err != nil {
			t.Errorf("on arrival of %d: %+v, %v", upTo, list, err)
		}
	}
	s, err := l.Subscription(ctx, a.ID)
	if !s.LastRun.Equal(c.t) || s.LastNote != "" || err != nil { // of the last run
		t.Errorf("%+v, %v", s, err)
	}
}

// TestAdvanceIsAtomic: a part that cannot be stored takes the run with it, and
// of many steps those that share its transaction.
func TestAdvanceIsAtomic(t *testing.T) {
	l := temp(t, newClock().now)
	_, err := l.db.Exec("CREATE TRIGGER refuse BEFORE INSERT ON deliveries WHEN NEW.body = x'00' BEGIN SELECT RAISE(ABORT, 'no'); END")
	ok(t, err)
	steps := make([]Step, stepsTogether+10)
	var wg sync.WaitGroup
	for i := range steps {
		wg.Go(func() { // together, to be quick
			s, err := l.Subscribe(t.Context(), daily(here, fmt.Sprint(i), l.now()))
			if err != nil {
				t.Error(err)
			}
			steps[i] = Step{Subscription: s.ID, UpTo: 1, Next: s.Next.Add(1), Parts: [][]byte{{1}, {2}}}
		})
	}
	wg.Wait()
	steps[3].Subscription = 9999
	steps[stepsTogether+5].Parts[1] = []byte{0}
	if _, err := l.Advance(t.Context(), steps[stepsTogether+5]); err == nil {
		t.Error("no error")
	}
	taken, err := l.AdvanceAll(t.Context(), steps)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprint("subscription ", steps[stepsTogether+5].Subscription)) {
		t.Error(err)
	}
	for i, yes := range taken {
		if yes != (i < stepsTogether && i != 3) {
			t.Errorf("step %d: taken %v", i, yes)
		}
	}
	s, err := l.DeliveryStats(t.Context(), time.Time{})
	if s.Waiting != 2*(stepsTogether-1) || len(taken) != len(steps) || err != nil {
		t.Errorf("%d taken of %d, %+v, %v", len(taken), len(steps), s, err)
	}
	left, err := l.DueSubscriptions(t.Context(), l.now(), 100)
	if len(left) != 11 || err != nil { // the one that was named wrongly, too
		t.Errorf("%d are left, %v", len(left), err)
	}
}

// TestStates is the table in the package's documentation.
func TestStates(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	ctx := t.Context()
	s := subscribe(t, l, daily(here, "", c.t))
	later := c.t.Add(time.Hour)
	// How to come to a state, "+" where it is to be tried.
	reach := map[string][]Outcome{
		"waiting+": nil,
		"sending":  {{}},
		"sent":     {{State: Sent, Message: "m"}},
		"unknown+": {{State: Unknown, NotBefore: c.t}},
		"unknown":  {{State: Unknown}},
		"parked":   {{State: Parked, Problem: "too long"}},
		"dropped":  {{State: Dropped}},
	}
	may := map[string]string{ // by Settle
		"waiting+": "waiting+ parked dropped",
		"sending":  "waiting+ sent unknown unknown+ parked dropped",
		"unknown+": "unknown+ unknown sent",
		"unknown":  "unknown+ unknown sent",
		"parked":   "waiting+ parked dropped",
		"sent":     "sent",
		"dropped":  "dropped",
	}
	begin := map[string]bool{"waiting+": true, "unknown+": true}
	state := func(d Delivery) string {
		if !d.NotBefore.IsZero() {
			return string(d.State) + "+"
		}
		return string(d.State)
	}
	outcomes := []Outcome{
		{State: Waiting, NotBefore: later}, {State: Sent, Message: "m"}, {State: Unknown}, {State: Unknown, NotBefore: later},
		{State: Parked}, {State: Dropped}, {State: Sending}, {State: "no such"}, {},
	}
	for from, path := range reach {
		fresh := func() string {
			key := enqueue(t, l, s.ID, "tin")[0]
			for _, o := range path {
				_, err := l.BeginDelivery(ctx, key)
				ok(t, err)
				if o.State != "" {
					ok(t, l.Settle(ctx, key, o))
				}
			}
			d := delivery(t, l, key)
			if got := state(d); got != from {
				t.Fatalf("reached %s, want %s", got, from)
			}
			settled := from != "waiting+" && from != "unknown+" && from != "sending"
			if keep := from != "sent" && from != "dropped"; d.Settled.IsZero() == settled || keep != (string(d.Body) == "tin") {
				t.Errorf("%s: %+v", from, d)
			}
			return key
		}
		key := fresh()
		d, err := l.BeginDelivery(ctx, key)
		if begin[from] != (err == nil) || err != nil && !errors.Is(err, ErrState) {
			t.Errorf("begin what is %s: %v", from, err)
		}
		if err == nil && (d.State != Sending || d.Attempts != len(path)+1 || d.Repeats != len(path) || string(d.Body) != "tin" || d.Begun != c.t) {
			t.Errorf("begin what is %s: %+v", from, d)
		}
		for _, o := range outcomes {
			to := string(o.State)
			if !o.NotBefore.IsZero() {
				to += "+"
			}
			key := fresh()
			before := delivery(t, l, key)
			err := l.Settle(ctx, key, o)
			after := delivery(t, l, key)
			if slices.Contains(strings.Fields(may[from]), to) {
				if err != nil || state(after) != to {
					t.Errorf("%s to %s: %s, %v", from, to, state(after), err)
				}
				if from == to && !before.Settled.IsZero() && before.State != Unknown && cmp.Diff(before, after) != "" {
					t.Errorf("%s again: %s", from, cmp.Diff(before, after))
				}
			} else if !errors.Is(err, ErrState) || cmp.Diff(before, after) != "" {
				t.Errorf("%s to %s: %v, %s", from, to, err, cmp.Diff(before, after))
			}
		}
		// What happens by itself when the subscription ends.
		other := subscribe(t, l, daily(here, from, c.t))
		mine := s
		s = other
		key = fresh()
		if _, err := l.Unsubscribe(ctx, here, other.Number); err != nil {
			t.Fatal(err)
		}
		s = mine
		want := map[string]string{"waiting+": "dropped", "unknown+": "unknown"}[from]
		if want == "" {
			want = from
		}
		if got := delivery(t, l, key); state(got) != want {
			t.Errorf("%s, unsubscribed: %s", from, state(got))
		}
		switch from { // and cannot be tried again
		case "sending", "parked":
			ok(t, l.Settle(ctx, key, Outcome{State: Waiting}))
			if got := delivery(t, l, key); got.State != Dropped || got.Problem != problemUnsubscribed {
				t.Errorf("%s, unsubscribed, again: %+v", from, got)
			}
		case "unknown":
			ok(t, l.Settle(ctx, key, Outcome{State: Unknown, NotBefore: later}))
			if got := delivery(t, l, key); state(got) != "unknown" {
				t.Errorf("%s, unsubscribed, again: %+v", from, got)
			}
		}
	}
	for _, key := range []string{"", "1", "1-1", "1-1-x", "1-1-1-1", "01-1-1", "+1-1-1", "99-1-1", "1-99-1", "1-1-9", "9999999999999999999999-1-1"} {
		if _, err := l.BeginDelivery(ctx, key); !errors.Is(err, ErrNotFound) {
			t.Errorf("begin %q: %v", key, err)
		}
		if err := l.Settle(ctx, key, Outcome{State: Dropped}); !errors.Is(err, ErrNotFound) {
			t.Errorf("settle %q: %v", key, err)
		}
	}
}

// TestOrder: the parts of a digest go one after the other; other digests and
// other places do not wait.
func TestOrder(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	ctx := t.Context()
	a := subscribe(t, l, daily(here, "a", c.t))
	b := subscribe(t, l, daily(here, "b", c.t))
	k := enqueue(t, l, a.ID, "1/3", "2/3", "3/3")
	other := enqueue(t, l, b.ID, "một")[0]
	expect := func(keys ...string) {
		t.Helper()
		if got := due(t, l); got != strings.Join(keys, " ") {
			t.Errorf("due %q, want %q", got, keys)
		}
	}
	expect(k[0], other)
	if _, err := l.BeginDelivery(ctx, k[1]); !errors.Is(err, ErrState) {
		t.Errorf("the second part began first: %v", err)
	}
	_, err := l.BeginDelivery(ctx, k[0])
	ok(t, err)
	expect(other)
	ok(t, l.Settle(ctx, k[0], Outcome{State: Waiting, NotBefore: c.t.Add(time.Minute), Problem: "try later"}))
	expect(other)
	if _, err := l.BeginDelivery(ctx, k[0]); !errors.Is(err, ErrState) {
		t.Errorf("began too early: %v", err)
	}
	c.t = c.t.Add(time.Minute)
	expect(other, k[0])
	send(t, l, k[0], Outcome{State: Unknown, NotBefore: c.t.Add(time.Second)})
	expect(other)
	c.t = c.t.Add(time.Second)
	expect(other, k[0])
	send(t, l, k[0], Outcome{State: Unknown})
	expect(k[1], other)
	send(t, l, k[1], Outcome{State: Parked, Problem: "no"})
	expect(k[2], other)
	ok(t, l.Settle(ctx, k[1], Outcome{State: Waiting})) // an admin tries again
	expect(other, k[1])
	send(t, l, k[1], Outcome{State: Sent, Message: "8"})
	send(t, l, k[2], Outcome{State: Sent, Message: "9"})
	expect(other)
	if one, err := l.DueDeliveries(ctx, "telegram", c.t, 0); len(one) != 0 || err != nil {
		t.Error(one, err)
	}
	s, err := l.Subscription(ctx, a.ID)
	if !s.LastSent.Equal(c.t) || err != nil {
		t.Errorf("last sent %v, %v", s.LastSent, err)
	}
}

// TestDeadline: what is late is given up, also where it could not be sent.
func TestDeadline(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	ctx := t.Context()
	s := subscribe(t, l, daily(here, "", c.t))
	paused := subscribe(t, l, daily(here, "b", c.t))
	deadline := c.t.Add(time.Hour)
	for _, id := range []int64{s.ID, paused.ID} {
		_, err := l.Advance(ctx, Step{
			Subscription: id, UpTo: 1, Next: c.t.Add(1), Deadline: deadline, NotBefore: c.t.Add(time.Second),
			Parts: [][]byte{[]byte("1/3"), []byte("2/3"), []byte("3/3")},
		})
		ok(t, err)
	}
	ok(t, l.Pause(ctx, paused.ID, "by a person"))
	if got := due(t, l); got != "" {
		t.Errorf("due too early: %s", got)
	}
	c.t = deadline.Add(-1)
	if got := due(t, l); got != "1-1-1" {
		t.Errorf("due %q", got)
	}
	send(t, l, "1-1-1", Outcome{State: Unknown, NotBefore: deadline.Add(-1)})
	_, err := l.DueDeliveries(ctx, "telegram", c.t, 9)
	ok(t, err)
	c.t = deadline
	if _, err := l.BeginDelivery(ctx, "1-1-1"); !errors.Is(err, ErrState) {
		t.Errorf("began late: %v", err)
	}
	if got := due(t, l); got != "" {
		t.Errorf("due late: %s", got)
	}
	for key, want := range map[string]State{"1-1-1": Unknown, "1-1-2": Dropped, "1-1-3": Dropped, "2-1-1": Dropped, "2-1-3": Dropped} {
		d := delivery(t, l, key)
		if d.State != want || d.Problem != ProblemLate || !d.Settled.Equal(c.t) || !d.NotBefore.IsZero() {
			t.Errorf("%s: %+v", key, d)
		}
	}
}

// TestLateInSteps: more is late than one transaction gives up.
func TestLateInSteps(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	s := subscribe(t, l, daily(here, "", c.t))
	_, err := l.Advance(t.Context(), Step{Subscription: s.ID, UpTo: 1, Next: c.t.Add(1), Deadline: c.t, Parts: make([][]byte, 2*lateStep+1)})
	ok(t, err)
	if got := due(t, l); got != "" {
		t.Errorf("due late: %s", got)
	}
	stats, err := l.DeliveryStats(t.Context(), time.Time{})
	if stats.Dropped != 2*lateStep+1 || err != nil {
		t.Errorf("%+v, %v", stats, err)
	}
}

// TestPause: a pause holds what is not begun, and ends as it should.
func TestPause(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	ctx := t.Context()
	s := subscribe(t, l, daily(here, "", c.t))
	k := enqueue(t, l, s.ID, "1/2", "2/2")
	_, err := l.BeginDelivery(ctx, k[0])
	ok(t, err)
	ok(t, l.Pause(ctx, s.ID, "by a person"))
	ok(t, l.Settle(ctx, k[0], Outcome{State: Sent, Message: "1"}))
	c.t = c.t.Add(48 * time.Hour)
	if list, err := l.DueSubscriptions(ctx, c.t, 9); due(t, l) != "" || len(list) != 0 || err != nil {
		t.Errorf("due while it is paused: %q, %v, %v", due(t, l), list, err)
	}
	if _, err := l.BeginDelivery(ctx, k[1]); !errors.Is(err, ErrState) {
		t.Errorf("began: %v", err)
	}
	stats, err := l.DeliveryStats(ctx, time.Time{})
	want := DeliveryStats{Subscriptions: 1, Paused: 1, Waiting: 1, Held: 1, OldestWaiting: newClock().t, Sent: 1}
	if d := cmp.Diff(want, stats); d != "" || err != nil {
		t.Error(d, err)
	}
	next := c.t.Add(time.Hour)
	for _, cursor := range []corpus.Seq{9, 20} { // the second time it is not paused
		ok(t, l.Resume(ctx, s.ID, next, cursor))
		got, err := l.Subscription(ctx, s.ID)
		if got.Paused != "" || got.Cursor != 9 || !got.Next.Equal(next) || err != nil {
			t.Errorf("resumed: %+v, %v", got, err)
		}
	}
	if got := due(t, l); got != k[1] {
		t.Errorf("due %q", got)
	}
	ok(t, l.Pause(ctx, s.ID, "by a person"))
	ok(t, l.Resume(ctx, s.ID, next, 4)) // never back
	if got, err := l.Subscription(ctx, s.ID); got.Cursor != 9 || err != nil {
		t.Errorf("cursor %d, %v", got.Cursor, err)
	}
	if err := errors.Join(l.Pause(ctx, 99, "x"), l.Resume(ctx, 99, next, 1)); !errors.Is(err, ErrNotFound) || strings.Count(err.Error(), ErrNotFound.Error()) != 2 {
		t.Error(err)
	}
	if err := l.Pause(ctx, s.ID, ""); err == nil {
		t.Error("paused without a reason")
	}
}

// TestClosedPauses: a chat pauses what is in it and in its threads, and resumes
// what it has paused itself.
func TestClosedPauses(t *testing.T) {
	l := temp(t, newClock().now)
	ctx := t.Context()
	at := func(id, thread string) chat.Ref { return chat.Ref{Platform: "telegram", Chat: id, Thread: thread} }
	names := map[string]int64{}
	for name, ref := range map[string]chat.Ref{"chat": at("1", ""), "by person": at("1", ""), "thread 7": at("1", "7"), "thread 8": at("1", "8"), "other": at("11", "")} {
		names[name] = subscribe(t, l, daily(ref, name, l.now())).ID
	}
	ok(t, l.Pause(ctx, names["by person"], "by a person"))
	expect := func(what string, paused map[string]string) {
		t.Helper()
		for name, id := range names {
			s, err := l.Subscription(ctx, id)
			ok(t, err)
			if want := paused[name]; s.Paused != want {
				t.Errorf("%s: %s is paused for %q, want %q", what, name, s.Paused, want)
			}
		}
	}
	person := "by a person"
	ok(t, l.Closed(ctx, at("1", "7"), "deleted"))
	expect("thread closed", map[string]string{"by person": person, "thread 7": "deleted"})
	ok(t, l.Closed(ctx, at("1", ""), "kicked"))
	expect("chat closed", map[string]string{"by person": person, "thread 7": "kicked", "thread 8": "kicked", "chat": "kicked"})
	ok(t, l.Closed(ctx, at("1", ""), "")) // another reason, and that is none
	expect("chat closed again", map[string]string{"by person": person, "thread 7": "closed", "thread 8": "closed", "chat": "closed"})
	ok(t, l.Pause(ctx, names["thread 8"], person))
	ok(t, l.Opened(ctx, at("1", "7"))) // of no use: its chat is closed
	expect("thread opened", map[string]string{"by person": person, "thread 7": "closed", "thread 8": person, "chat": "closed"})
	ok(t, l.Closed(ctx, at("1", "7"), "deleted"))
	ok(t, l.Opened(ctx, at("1", "")))
	expect("chat opened", map[string]string{"by person": person, "thread 7": "deleted", "thread 8": person})
	ok(t, l.Resume(ctx, names["thread 7"], l.now(), 0)) // a person speaks there
	expect("resumed", map[string]string{"by person": person, "thread 8": person})
	ok(t, l.Closed(ctx, at("1", ""), "kicked"))
	subscribe(t, l, daily(at("1", ""), "một", l.now()))
	expect("subscribed", map[string]string{"by person": person, "thread 8": person})
}

// TestMovedSubscriptions: they go with their chat, numbers and what they have to
// send included; one that the other chat has is not there twice.
func TestMovedSubscriptions(t *testing.T) {
	l := temp(t, newClock().now)
	ctx := t.Context()
	at := func(id, thread string) chat.Ref { return chat.Ref{Platform: "telegram", Chat: id, Thread: thread} }
	from, to := at("-5", ""), at("-1005", "")
	a := subscribe(t, l, daily(from, "a", l.now()))
	b := subscribe(t, l, daily(from, "b", l.now()))
	_ = subscribe(t, l, daily(at("-5", "7"), "gone", l.now()))
	c := subscribe(t, l, daily(at("-5", "7"), "c", l.now())) // number 2
	_, err := l.Unsubscribe(ctx, at("-5", "7"), 1)
	ok(t, err)
	twin := subscribe(t, l, daily(to, "b", l.now()))
	other := subscribe(t, l, daily(at("-50", ""), "a", l.now()))
	ka, kb, sending := enqueue(t, l, a.ID, "a")[0], enqueue(t, l, b.ID, "b")[0], enqueue(t, l, c.ID, "c")[0]
	_, err = l.BeginDelivery(ctx, sending)
	ok(t, err)
	ok(t, l.Closed(ctx, from, "kicked"))
	ok(t, l.Opened(ctx, to))
	for range 2 {
		ok(t, l.Moved(ctx, from, to))
	}
	list := func(ref chat.Ref) (s string) {
		subs, err := l.Subscriptions(ctx, ref)
		ok(t, err)
		for _, sub := range subs {
			s += fmt.Sprintf("%d:%s(%d)%s ", sub.Number, sub.Topic, sub.ID, sub.Paused)
		}
		return s
	}
	for ref, want := range map[chat.Ref]string{
		from: "", at("-5", "7"): "",
		to:               fmt.Sprintf("1:b(%d) 2:a(%d) ", twin.ID, a.ID),
		at("-1005", "7"): fmt.Sprintf("2:c(%d) ", c.ID),
		at("-50", ""):    fmt.Sprintf("1:a(%d) ", other.ID),
	} {
		if got := list(ref); got != want {
			t.Errorf("%v: %q, want %q", ref, got, want)
		}
	}
	if got := due(t, l); got != ka || delivery(t, l, ka).Ref != to {
		t.Errorf("due %q in %v", got, delivery(t, l, ka).Ref)
	}
	if d := delivery(t, l, kb); d.State != Dropped || d.Problem != problemTwice {
		t.Errorf("%+v", d)
	}
	ok(t, l.Settle(ctx, sending, Outcome{State: Waiting}))
	if d := delivery(t, l, sending); d.State != Waiting || d.Ref != at("-1005", "7") {
		t.Errorf("%+v", d)
	}
	if s := subscribe(t, l, daily(at("-1005", "7"), "d", l.now())); s.Number != 3 {
		t.Errorf("number %d, want 3", s.Number)
	}
	if s := subscribe(t, l, daily(from, "d", l.now())); s.Number != 1 {
		t.Errorf("number %d in the empty chat", s.Number)
	}
}

// TestInterrupted: what another process had begun, and nothing of this one.
func TestInterrupted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	ctx := t.Context()
	old, err := Open(ctx, path, newClock().now)
	ok(t, err)
	s := subscribe(t, old, daily(here, "", old.now()))
	k := []string{enqueue(t, old, s.ID, "một")[0], enqueue(t, old, s.ID, "hai")[0], enqueue(t, old, s.ID, "ba")[0]}
	for _, key := range k[:2] {
		_, err := old.BeginDelivery(ctx, key)
		ok(t, err)
	}
	ok(t, old.Settle(ctx, k[1], Outcome{State: Waiting}))
	if list, err := old.Interrupted(ctx); len(list) != 0 || err != nil {
		t.Errorf("its own: %v, %v", list, err)
	}
	ok(t, old.Close())

	l := open(t, path, newClock().now)
	_, err = l.BeginDelivery(ctx, k[1])
	ok(t, err)
	if _, err := l.BeginDelivery(ctx, k[0]); !errors.Is(err, ErrState) { // which does not make it its own
		t.Error(err)
	}
	list, err := l.Interrupted(ctx)
	if len(list) != 1 || list[0].Key != k[0] || list[0].Attempts != 1 || string(list[0].Body) != "một" || err != nil {
		t.Fatalf("%+v, %v", list, err)
	}
	ok(t, l.Settle(ctx, k[0], Outcome{State: Unknown, NotBefore: l.now(), Problem: "the process ended"}))
	if list, err := l.Interrupted(ctx); len(list) != 0 || err != nil {
		t.Errorf("after settling: %v, %v", list, err)
	}
	if got := due(t, l); got != k[0]+" "+k[2] {
		t.Errorf("due %q", got)
	}
}

func TestPruneDeliveries(t *testing.T) {
	c := newClock()
	dir := t.TempDir()
	l := open(t, filepath.Join(dir, "ledger.db"), c.now)
	ctx := t.Context()
	s := subscribe(t, l, daily(here, "", c.t))
	text := strings.Repeat("bản tin riêng ", 1000) // longer than a page
	sent, parked, waiting := enqueue(t, l, s.ID, text)[0], enqueue(t, l, s.ID, "x")[0], enqueue(t, l, s.ID, "x")[0]
	send(t, l, sent, Outcome{State: Sent, Message: "m"})
	send(t, l, parked, Outcome{State: Parked, Problem: "no"})
	ok(t, l.Prune(ctx))
	files, err := os.ReadDir(dir)
	ok(t, err)
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		ok(t, err)
		if bytes.Contains(b, []byte("bản tin riêng")) {
			t.Errorf("what was sent is still in %s", f.Name())
		}
	}
	count := func() string {
		ds, err := l.Deliveries(ctx, s.ID, 9)
		ok(t, err)
		var keys []string
		for _, d := range ds {
			keys = append(keys, d.Key)
		}
		return strings.Join(keys, " ")
	}
	if list, err := l.ParkedDeliveries(ctx, 9); len(list) != 1 || list[0].Key != parked || list[0].Problem != "no" || string(list[0].Body) != "x" || err != nil {
		t.Errorf("parked: %+v, %v", list, err)
	}
	c.t = c.t.Add(keepDeliveries)
	ok(t, l.Prune(ctx))
	if got, want := count(), waiting+" "+parked+" "+sent; got != want {
		t.Errorf("%q are left, want %q", got, want)
	}
	c.t = c.t.Add(1)
	ok(t, l.Prune(ctx))
	if got := count(); got != waiting {
		t.Errorf("%q are left, want %q", got, waiting)
	}
}

// TestUpgrade: a ledger from before there were subscriptions keeps what it has.
func TestUpgrade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	first, err := fs.ReadFile(migrations, "migrations/00001_ledger.sql")
	ok(t, err)
	db, err := sqlite.Open(t.Context(), path, fstest.MapFS{"00001_ledger.sql": {Data: first}})
	ok(t, err)
	_, err = db.Exec("INSERT INTO chats (platform, chat, thread, lang, reason) VALUES ('telegram', '1', '', 'en', '')")
	ok(t, err)
	ok(t, db.Close())
	l := open(t, path, nil)
	if lang, err := l.Lang(t.Context(), here); lang != chat.English || err != nil {
		t.Error(lang, err)
	}
	subscribe(t, l, daily(here, "", time.Now()))
}

// TestConcurrentDigests: ticks and senders run into each other; each digest is
// made once and each message begun once.
func TestConcurrentDigests(t *testing.T) {
	l := temp(t, newClock().now)
	ctx := t.Context()
	const places, workers, runs = 12, 4, 3
	for i := range places {
		subscribe(t, l, daily(chat.Ref{Platform: "telegram", Chat: fmt.Sprint(i)}, "", l.now()))
	}
	var mu sync.Mutex
	begun := map[string]int{}
	steps := 0
	var over atomic.Bool
	var ticks, wg sync.WaitGroup
	for w := range workers {
		ticks.Go(func() {
			for run := range corpus.Seq(runs) {
				var all []Step
				for id := range int64(places) {
					all = append(all, Step{Subscription: id + 1, From: run, UpTo: run + 1, Next: l.now().Add(time.Duration(run + 1)), Parts: [][]byte{{1}, {2}}})
				}
				if w%2 == 0 {
					slices.Reverse(all)
				}
				taken, err := l.AdvanceAll(ctx, all)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				for _, yes := range taken {
					if yes {
						steps++
					}
				}
				mu.Unlock()
			}
		})
		wg.Go(func() { // senders: until every tick is over and nothing is left
			for {
				last := over.Load()
				ds, err := l.DueDeliveries(ctx, "telegram", l.now(), 5)
				if err != nil {
					t.Error(err)
					return
				}
				if last && len(ds) == 0 {
					return
				}
				for _, d := range ds {
					if _, err := l.BeginDelivery(ctx, d.Key); errors.Is(err, ErrState) {
						continue
					} else if err != nil {
						t.Error(err)
					}
					mu.Lock()
					begun[d.Key]++
					mu.Unlock()
					if list, err := l.Interrupted(ctx); len(list) > 0 || err != nil {
						t.Errorf("interrupted: %v, %v", list, err)
					}
					if err := l.Settle(ctx, d.Key, Outcome{State: Sent, Message: "m"}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	ticks.Wait()
	over.Store(true)
	wg.Wait()
	l.mine.Range(func(key, _ any) bool {
		t.Errorf("%v is still held to be sent", key)
		return true
	})
	if steps != places*runs {
		t.Errorf("%d steps were taken, want %d", steps, places*runs)
	}
	for key, n := range begun {
		if n != 1 {
			t.Errorf("%s was begun %d times", key, n)
		}
	}
	s, err := l.DeliveryStats(ctx, time.Time{})
	if s.Sent != len(begun) || s.Sent != 2*places*runs || s.Waiting+s.Sending != 0 || err != nil {
		t.Errorf("%d begun, %+v, %v", len(begun), s, err)
	}
}

// TestDigestErrors: every method says what failed, and says so of a context that
// has ended.
func TestDigestErrors(t *testing.T) {
	l := temp(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	now := time.Now()
	for name, call := range map[string]func() error{
		"Subscribe":        func() error { _, err := l.Subscribe(ctx, daily(here, "", now)); return err },
		"Subscription":     func() error { _, err := l.Subscription(ctx, 1); return err },
		"Subscriptions":    func() error { _, err := l.Subscriptions(ctx, here); return err },
		"Unsubscribe":      func() error { _, err := l.Unsubscribe(ctx, here, 1); return err },
		"Pause":            func() error { return l.Pause(ctx, 1, "x") },
		"Resume":           func() error { return l.Resume(ctx, 1, now, 0) },
		"DueSubscriptions": func() error { _, err := l.DueSubscriptions(ctx, now, 1); return err },
		"OnArrival":        func() error { _, err := l.OnArrival(ctx, 1, time.Unix(1<<33, 0), 1); return err },
		"Advance":          func() error { _, err := l.Advance(ctx, Step{}); return err },
		"AdvanceAll":       func() error { _, err := l.AdvanceAll(ctx, make([]Step, 2)); return err },
		"DueDeliveries":    func() error { _, err := l.DueDeliveries(ctx, "telegram", now, 1); return err },
		"BeginDelivery":    func() error { _, err := l.BeginDelivery(ctx, "1-1-1"); return err },
		"Settle":           func() error { return l.Settle(ctx, "1-1-1", Outcome{State: Sent}) },
		"Interrupted":      func() error { _, err := l.Interrupted(ctx); return err },
		"ParkedDeliveries": func() error { _, err := l.ParkedDeliveries(ctx, 1); return err },
		"Deliveries":       func() error { _, err := l.Deliveries(ctx, 1, 1); return err },
		"DeliveryStats":    func() error { _, err := l.DeliveryStats(ctx, now); return err },
	} {
		if err := call(); !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "ledger: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDigestPlans: no query of ticks, senders and chats walks through a whole
// table, and those of every tick use the index that was made for them.
func TestDigestPlans(t *testing.T) {
	l := temp(t, nil)
	for name, q := range map[string]struct{ query, index string }{
		"due":             {sqlDueSubscriptions, "subscriptions_next (next<?)"},
		"arrival":         {sqlOnArrival, "subscriptions_arrival (seen<?)"},
		"due deliveries":  {sqlDueDeliveries, "deliveries_due (not_before<?)"},
		"late":            {sqlAnyLate, "deliveries_deadline (deadline<?)"},
		"drop late":       {sqlDropLate, "deliveries_deadline (deadline<?)"},
		"sending":         {sqlSending, "deliveries_sending"},
		"parked":          {sqlParked, "deliveries_parked"},
		"pending":         {sqlPending, "deliveries_due"},
		"settled":         {sqlSettled, "deliveries_settled (settled>?)"},
		"prune":           {sqlPruneDeliveries, "deliveries_settled (settled<?)"},
		"same":            {sqlSame, "platform=? AND chat=? AND thread=? AND schedule=? AND zone=? AND topic=? AND outlets=?"},
		"number":          {sqlNumbered, "platform=? AND chat=? AND thread=? AND number=?"},
		"subscriptions":   {sqlSubscriptions, "platform=? AND chat=? AND thread=?"},
		"subscription":    {sqlSubscription, "id=?"},
		"drop":            {sqlDropSubscription, "id=?"},
		"drop numbers":    {sqlDropNumbers, "platform=? AND chat=? AND thread=?"},
		"pause":           {sqlPause, "id=?"},
		"resume":          {sqlResume, "id=?"},
		"advance":         {sqlAdvance, "id=?"},
		"with open chat":  {sqlWithChatOpen, "platform=? AND chat=?"},
		"with closed":     {sqlWithChatClosed, "platform=? AND chat=?"},
		"of chat":         {sqlOfChat, "platform=? AND chat=?"},
		"places":          {sqlNumberedPlaces, "platform=? AND chat=?"},
		"move numbers":    {sqlMoveNumbers, "platform=? AND chat=?"},
		"move deliveries": {sqlMoveDeliveries, "subscription=?"},
		"delivery":        {sqlDelivery, "subscription=? AND run=? AND part=?"},
		"begin delivery":  {sqlBeginDelivery, "subscription=? AND run=? AND part=?"},
		"settle":          {sqlSettle, "subscription=? AND run=? AND part=?"},
		"give up":         {sqlGiveUp, "subscription=?"},
		"deliveries":      {sqlDeliveries, "subscription=?"},
	} {
		args := make([]any, strings.Count(q.query, "?"))
		for i := range args {
			args[i] = i
		}
		var plan []string
		ok(t, l.db.Each(t.Context(), "EXPLAIN QUERY PLAN "+q.query, args, func(r *sql.Rows) error {
			var id, parent, unused int
			var detail string
			err := r.Scan(&id, &parent, &unused, &detail)
			plan = append(plan, detail)
			return err
		}))
		all := strings.Join(plan, "\n")
		if !strings.Contains(all, q.index) || strings.Contains(all, "TEMP B-TREE") {
			t.Errorf("%s:\n%s", name, all)
		}
		for _, step := range plan {
			if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "USING") && step != "SCAN CONSTANT ROW" {
				t.Errorf("%s: %s", name, step)
			}
		}
	}
}

// TestDueDeliveriesOfPlatform: who sends on one platform is given nothing of
// another.
func TestDueDeliveriesOfPlatform(t *testing.T) {
	l := temp(t, nil)
	for i, platform := range []string{"telegram", "discord"} {
		s := subscribe(t, l, daily(chat.Ref{Platform: platform, Chat: "1"}, "", l.now()))
		step := Step{Subscription: s.ID, From: s.Cursor, UpTo: s.Cursor + 1, Next: l.now().Add(time.Hour), Parts: [][]byte{{byte(i)}}}
		if taken, err := l.Advance(t.Context(), step); !taken || err != nil {
			t.Fatalf("%v, %v", taken, err)
		}
	}
	for platform, want := range map[string]int{"telegram": 1, "discord": 1, "console": 0} {
		list, err := l.DueDeliveries(t.Context(), platform, l.now().Add(time.Minute), 9)
		if len(list) != want || err != nil {
			t.Errorf("%s: %v, %v, want %d", platform, list, err, want)
		}
		for _, d := range list {
			if d.Platform != platform {
				t.Errorf("%s: got one of %s", platform, d.Platform)
			}
		}
		next, err := l.NextDelivery(t.Context(), platform, l.now().Add(-time.Minute))
		if next.IsZero() != (want == 0) || err != nil {
			t.Errorf("%s: the next is at %v, %v", platform, next, err)
		}
		if next, err := l.NextDelivery(t.Context(), platform, l.now().Add(time.Minute)); !next.IsZero() || err != nil {
			t.Errorf("%s: after all, the next is at %v, %v", platform, next, err)
		}
	}
}

// TestOnArrivalQuiet: one that was sent something since a time is left in peace.
func TestOnArrivalQuiet(t *testing.T) {
	c := newClock()
	l := temp(t, c.now)
	wish := daily(here, "", time.Time{})
	wish.Schedule = "arrival"
	s := subscribe(t, l, wish)
	step := Step{Subscription: s.ID, From: s.Cursor, UpTo: s.Cursor + 1, Parts: [][]byte{{1}}}
	if taken, err := l.Advance(t.Context(), step); !taken || err != nil {
		t.Fatalf("%v, %v", taken, err)
	}
	list, err := l.DueDeliveries(t.Context(), here.Platform, c.t, 1)
	if len(list) != 1 || err != nil {
		t.Fatalf("%v, %v", list, err)
	}
	_, err = l.BeginDelivery(t.Context(), list[0].Key)
	ok(t, err)
	ok(t, l.Settle(t.Context(), list[0].Key, Outcome{State: Sent}))
	for quiet, want := range map[time.Time]int{c.t.Add(-time.Second): 0, c.t: 1} {
		list, err := l.OnArrival(t.Context(), s.Cursor+2, quiet, 9)
		if len(list) != want || err != nil {
			t.Errorf("quiet since %v, sent at %v: %v, %v", quiet, c.t, list, err)
		}
	}
}

// TestPassOver: nobody has anything to see then, and what comes next is seen.
func TestPassOver(t *testing.T) {
	l := temp(t, nil)
	for i := range 3 {
		s := daily(chat.Ref{Platform: "telegram", Chat: fmt.Sprint(i)}, "", l.now())
		s.Cursor = corpus.Seq(10 * i)
		subscribe(t, l, s)
	}
	check := func(want ...corpus.Seq) {
		t.Helper()
		for i, w := range want {
			list, err := l.Subscriptions(t.Context(), chat.Ref{Platform: "telegram", Chat: fmt.Sprint(i)})
			if len(list) != 1 || list[0].Cursor != w || err != nil {
				t.Errorf("%v, %v", list, err)
			}
		}
	}
	ok(t, l.PutBack(t.Context(), 12))
	check(0, 10, 12)
	ok(t, l.PassOver(t.Context(), 7))
	check(7, 7, 7)
}
