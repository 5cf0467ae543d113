package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// digests is what a ledger promises of subscriptions and deliveries, in memory.
type digests struct {
	now    time.Time
	lastID int64
	subs   []*subscription // by ID
	last   map[chat.Ref]int
	sent   []*Delivery // by subscription, run, part
	mine   map[string]bool
	known  map[chat.Ref]bool
	closed map[chat.Ref]string
}

type subscription struct {
	Subscription
	arrival, byChat bool
	runs            int64
}

func (m *digests) find(id int64) *subscription {
	for _, s := range m.subs {
		if s.ID == id {
			return s
		}
	}
	return nil
}

func (m *digests) at(ref chat.Ref) (list []*subscription) {
	for _, s := range m.subs {
		if s.Ref == ref {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b *subscription) int { return cmp.Compare(a.Number, b.Number) })
	return list
}

func wish(s Subscription) string {
	return fmt.Sprintf("%q %q %q %q", s.Schedule, s.Zone, s.Topic, s.Outlets)
}

func (m *digests) same(ref chat.Ref, s Subscription) *subscription {
	for _, other := range m.at(ref) {
		if wish(other.Subscription) == wish(s) {
			return other
		}
	}
	return nil
}

func (m *digests) number(ref chat.Ref) int {
	if len(m.at(ref)) == 0 {
		m.last[ref] = 0
	}
	m.last[ref]++
	return m.last[ref]
}

// follow does what the state of a chat means for its subscriptions.
func (m *digests) follow() {
	for _, s := range m.subs {
		reason, closed := m.closed[whole(s.Ref)]
		if !closed {
			reason, closed = m.closed[s.Ref]
		}
		switch {
		case closed && (s.Paused == "" || s.byChat):
			s.Paused, s.byChat = cmp.Or(reason, "closed"), true
		case !closed && s.byChat:
			s.Paused, s.byChat = "", false
		}
	}
}

func (m *digests) speaks(ref chat.Ref) {
	for _, r := range []chat.Ref{ref, whole(ref)} {
		m.known[r] = true
		delete(m.closed, r)
	}
	m.follow()
}

func (m *digests) end(s *subscription, why string) {
	for _, d := range m.sent {
		if d.Subscription == s.ID && !d.NotBefore.IsZero() {
			m.giveUp(d, why)
		}
	}
	m.subs = slices.DeleteFunc(m.subs, func(x *subscription) bool { return x == s })
}

func (m *digests) giveUp(d *Delivery, why string) {
	if d.State != Unknown {
		d.State, d.Body = Dropped, nil
	}
	d.NotBefore, d.Settled, d.Problem = time.Time{}, m.now, why
}

func (m *digests) moved(from, to chat.Ref) {
	if from.Chat == to.Chat {
		return
	}
	in := func(r chat.Ref) bool { return r.Platform == from.Platform && r.Chat == from.Chat }
	there := func(r chat.Ref) chat.Ref { r.Chat = to.Chat; return r }
	for r := range m.known {
		if in(r) {
			if reason, closed := m.closed[r]; closed && !m.known[there(r)] {
				m.closed[there(r)] = reason
			}
			delete(m.closed, r)
			delete(m.known, r)
			defer func() { m.known[there(r)] = true }()
		}
	}
	moving := slices.Collect(func(yield func(*subscription) bool) {
		for _, s := range m.subs {
			if in(s.Ref) && !yield(s) {
				return
			}
		}
	})
	slices.SortFunc(moving, func(a, b *subscription) int {
		return cmp.Or(cmp.Compare(a.Thread, b.Thread), cmp.Compare(a.Number, b.Number))
	})
	taken := map[chat.Ref]bool{}
	for _, s := range moving {
		taken[there(s.Ref)] = len(m.at(there(s.Ref))) > 0
	}
	for _, s := range moving {
		for _, d := range m.sent {
			if d.Subscription == s.ID {
				d.Chat = to.Chat
			}
		}
		r := there(s.Ref)
		if m.same(r, s.Subscription) != nil {
			m.end(s, problemTwice)
			continue
		}
		if taken[r] {
			s.Number = m.number(r)
		} else {
			m.last[r] = m.last[s.Ref]
		}
		s.Ref = r
	}
	m.follow()
}

func (m *digests) advance(s Step) bool {
	sub := m.find(s.Subscription)
	if sub == nil || sub.Paused != "" || sub.Cursor != s.From {
		return false
	}
	if sub.arrival && s.UpTo == s.From || !sub.arrival && (sub.Next.IsZero() || !s.Next.IsZero() && !s.Next.After(sub.Next)) {
		return false
	}
	sub.runs++
	sub.Cursor, sub.LastRun, sub.LastNote = s.UpTo, m.now, s.Note
	if !sub.arrival {
		sub.Next = s.Next
	}
	for i, body := range s.Parts {
		d := &Delivery{
			Key: deliveryKey(sub.ID, sub.runs, i+1), Subscription: sub.ID, Ref: sub.Ref, UpTo: s.UpTo, Part: i + 1, Parts: len(s.Parts),
			Body: body, State: Waiting, NotBefore: s.NotBefore, Deadline: s.Deadline, Made: m.now,
		}
		if d.NotBefore.IsZero() {
			d.NotBefore = m.now
		}
		m.sent = append(m.sent, d)
	}
	return true
}

func (m *digests) delivery(key string) *Delivery {
	for _, d := range m.sent {
		if d.Key == key {
			return d
		}
	}
	return nil
}

func (m *digests) mayBegin(d *Delivery) bool {
	sub := m.find(d.Subscription)
	if d.NotBefore.IsZero() || d.NotBefore.After(m.now) || sub == nil || sub.Paused != "" || !d.Deadline.IsZero() && !d.Deadline.After(m.now) {
		return false
	}
	_, mine, _ := cutKey(d.Key)
	for _, p := range m.sent {
		if sub, run, _ := cutKey(p.Key); sub == d.Subscription && run == mine && p.Part < d.Part && p.Settled.IsZero() {
			return false
		}
	}
	return true
}

func cutKey(key string) (subscription, run int64, part int) {
	_, _ = fmt.Sscanf(key, "%d-%d-%d", &subscription, &run, &part)
	return subscription, run, part
}

func byKey(a, b *Delivery) int {
	as, ar, ap := cutKey(a.Key)
	bs, br, bp := cutKey(b.Key)
	return cmp.Or(cmp.Compare(as, bs), cmp.Compare(ar, br), cmp.Compare(ap, bp))
}

func (m *digests) late() {
	for _, d := range m.sent {
		if !d.NotBefore.IsZero() && !d.Deadline.IsZero() && !d.Deadline.After(m.now) {
			m.giveUp(d, ProblemLate)
		}
	}
}

func (m *digests) due() (keys []string) {
	var list []*Delivery
	for _, d := range m.sent {
		if m.mayBegin(d) {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b *Delivery) int { return cmp.Or(a.NotBefore.Compare(b.NotBefore), byKey(a, b)) })
	return keysOf(list)
}

func keysOf(list []*Delivery) (keys []string) {
	for _, d := range list {
		keys = append(keys, d.Key)
	}
	return keys
}

func (m *digests) settle(d *Delivery, o Outcome) bool {
	if !slices.Contains(nextStates[d.State], o.State) { // TestStates is about these
		return false
	}
	if d.State == o.State && slices.Contains([]State{Sent, Parked, Dropped}, d.State) {
		return true
	}
	delete(m.mine, d.Key)
	d.State, d.NotBefore, d.Settled, d.Problem, d.Message = o.State, time.Time{}, time.Time{}, o.Problem, o.Message
	sub := m.find(d.Subscription)
	switch {
	case o.State == Waiting && sub == nil:
		d.State, d.Problem = Dropped, problemUnsubscribed
	case o.State == Waiting && o.NotBefore.IsZero():
		d.NotBefore = m.now
	case o.State == Waiting || o.State == Unknown && sub != nil:
		d.NotBefore = o.NotBefore
	}
	if d.NotBefore.IsZero() {
		d.Settled = m.now
	}
	if d.State == Sent || d.State == Dropped {
		d.Body = nil
	}
	if d.State == Sent && sub != nil {
		sub.LastSent = m.now
	}
	return true
}

func (m *digests) prune() {
	m.sent = slices.DeleteFunc(m.sent, func(d *Delivery) bool {
		return !d.Settled.IsZero() && d.Settled.Before(m.now.Add(-keepDeliveries))
	})
}

func (m *digests) stats(since time.Time) (s DeliveryStats) {
	s.Subscriptions = len(m.subs)
	for _, sub := range m.subs {
		if sub.Paused != "" {
			s.Paused++
		}
	}
	for _, d := range m.sent {
		switch d.State {
		case Unknown:
			s.UnknownNow++
		case Parked:
			s.ParkedNow++
		}
		switch {
		case d.State == Sending:
			s.Sending++
		case !d.NotBefore.IsZero():
			s.Waiting++
			if s.OldestWaiting.IsZero() || d.Made.Before(s.OldestWaiting) {
				s.OldestWaiting = d.Made
			}
			if sub := m.find(d.Subscription); sub.Paused != "" {
				s.Held++
			}
		case !d.Settled.Before(since):
			s.Repeats += d.Repeats
			*map[State]*int{Sent: &s.Sent, Unknown: &s.Unknown, Parked: &s.Parked, Dropped: &s.Dropped}[d.State]++
		}
	}
	return s
}

// TestDigestModel: whatever happens in whatever order, reopening included, a
// ledger says the same of digests as the model.
func TestDigestModel(t *testing.T) {
	ctx := t.Context()
	fewerUnderRace(t)
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "model")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		m := &digests{
			now: newClock().t, last: map[chat.Ref]int{}, mine: map[string]bool{},
			known: map[chat.Ref]bool{}, closed: map[chat.Ref]string{},
		}
		path := filepath.Join(dir, "ledger.db")
		now := func() time.Time { return m.now }
		l, err := Open(ctx, path, now)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		must := func(err error) {
			rt.Helper()
			if err != nil {
				rt.Fatal(err)
			}
		}
		check := func(rt *rapid.T, what string, got, want any, err error) {
			rt.Helper()
			if err != nil {
				rt.Fatalf("%s: %v", what, err)
			}
			if d := gocmp.Diff(want, got); d != "" {
				rt.Fatalf("%s:\n%s", what, d)
			}
		}
		place := func(rt *rapid.T) chat.Ref {
			return chat.Ref{Platform: "telegram", Chat: pick(rt, chats[:2], "chat"), Thread: pick(rt, threads, "thread")}
		}
		moment := func(rt *rapid.T, what string) time.Time { // or none
			if hours := rapid.IntRange(-2, 30).Draw(rt, what); hours > -2 {
				return m.now.Add(time.Duration(hours) * time.Hour)
			}
			return time.Time{}
		}
		id := func(rt *rapid.T) int64 { // mostly of one that is there
			if len(m.subs) > 0 && rapid.IntRange(0, 9).Draw(rt, "there") > 0 {
				return rapid.SampledFrom(m.subs).Draw(rt, "subscription").ID
			}
			return rapid.Int64Range(0, m.lastID+1).Draw(rt, "id")
		}
		key := func(rt *rapid.T) string {
			if due := m.due(); len(due) > 0 && rapid.Bool().Draw(rt, "due") {
				return rapid.SampledFrom(due).Draw(rt, "key")
			}
			if len(m.sent) > 0 {
				return rapid.SampledFrom(m.sent).Draw(rt, "delivery").Key
			}
			return "1-1-1"
		}
		refused := func(rt *rapid.T, d *Delivery, err error) {
			rt.Helper()
			want := ErrState
			if d == nil {
				want = ErrNotFound
			}
			if !errors.Is(err, want) {
				rt.Fatalf("%v, want %v", err, want)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"": func(rt *rapid.T) {
				ref := place(rt)
				got, err := l.Subscriptions(ctx, ref)
				var want []Subscription
				for _, s := range m.at(ref) {
					want = append(want, s.Subscription)
				}
				check(rt, "subscriptions", got, want, err)
				due, err := l.DueSubscriptions(ctx, m.now, 99)
				arrived, err2 := l.OnArrival(ctx, 3, time.Unix(1<<33, 0), 99)
				must(errors.Join(err, err2))
				var ids, wantIDs []int64
				for _, s := range append(due, arrived...) {
					ids = append(ids, s.ID)
				}
				for _, s := range m.subs {
					if s.Paused == "" && (!s.Next.IsZero() && !s.Next.After(m.now) || s.arrival && s.Cursor < 3) {
						wantIDs = append(wantIDs, s.ID)
					}
				}
				slices.Sort(ids)
				check(rt, "due subscriptions", ids, wantIDs, nil)
				m.late()
				list, err := l.DueDeliveries(ctx, "telegram", m.now, 99)
				var keys []string
				for _, d := range list {
					keys = append(keys, d.Key)
				}
				check(rt, "due deliveries", keys, m.due(), err)
				of := id(rt)
				list, err = l.Deliveries(ctx, of, 99)
				var all []Delivery
				for _, d := range m.sent {
					if d.Subscription == of {
						all = append(all, *d)
					}
				}
				slices.SortFunc(all, func(a, b Delivery) int { return byKey(&b, &a) })
				for i := range list {
					if len(list[i].Body) == 0 {
						list[i].Body = nil
					}
				}
				check(rt, "deliveries", list, all, err)
				interrupted, err := l.Interrupted(ctx)
				var lost, wantLost []*Delivery
				for _, d := range interrupted {
					lost = append(lost, &d)
				}
				for _, d := range m.sent {
					if d.State == Sending && !m.mine[d.Key] {
						wantLost = append(wantLost, d)
					}
				}
				slices.SortFunc(wantLost, byKey)
				check(rt, "interrupted", keysOf(lost), keysOf(wantLost), err)
				since := m.now.Add(-24 * time.Hour)
				stats, err := l.DeliveryStats(ctx, since)
				check(rt, "stats", stats, m.stats(since), err)
			},
			"subscribe": func(rt *rapid.T) {
				s := Subscription{
					Ref: place(rt), By: "5", Lang: chat.Vietnamese, Schedule: pick(rt, []string{"daily", "arrival"}, "schedule"), Zone: "UTC",
					Topic: pick(rt, []string{"", "cầu", "giá xăng"}, "topic"), Cursor: corpus.Seq(rapid.IntRange(0, 3).Draw(rt, "cursor")),
					Made: m.now,
				}
				if s.Schedule == "daily" {
					s.Next = m.now.Add(time.Duration(rapid.IntRange(0, 30).Draw(rt, "next")) * time.Hour)
				}
				m.speaks(s.Ref)
				got, err := l.Subscribe(ctx, s)
				if old := m.same(s.Ref, s); old != nil {
					if !errors.Is(err, ErrExists) {
						rt.Fatal(err)
					}
					check(rt, "the one that was there", got, old.Subscription, nil)
					return
				}
				m.lastID++
				s.ID, s.Number = m.lastID, m.number(s.Ref)
				m.subs = append(m.subs, &subscription{Subscription: s, arrival: s.Next.IsZero()})
				check(rt, "subscribed", got, s, err)
			},
			"unsubscribe": func(rt *rapid.T) {
				ref, number := place(rt), rapid.IntRange(1, 4).Draw(rt, "number")
				got, err := l.Unsubscribe(ctx, ref, number)
				for _, s := range m.at(ref) {
					if s.Number == number {
						check(rt, "unsubscribed", got, s.Subscription, err)
						m.end(s, problemUnsubscribed)
						return
					}
				}
				refused(rt, nil, err)
			},
			"pause": func(rt *rapid.T) {
				id := id(rt)
				err := l.Pause(ctx, id, "by a person")
				if s := m.find(id); s != nil {
					must(err)
					s.Paused, s.byChat = "by a person", false
					return
				}
				refused(rt, nil, err)
			},
			"resume": func(rt *rapid.T) {
				id, next, cursor := id(rt), moment(rt, "next"), corpus.Seq(rapid.IntRange(0, 4).Draw(rt, "cursor"))
				err := l.Resume(ctx, id, next, cursor)
				s := m.find(id)
				if s == nil {
					refused(rt, nil, err)
					return
				}
				must(err)
				if s.Paused != "" {
					s.Paused, s.byChat, s.Cursor = "", false, max(s.Cursor, cursor)
					if !s.arrival {
						s.Next = next
					}
					m.speaks(s.Ref)
				}
			},
			"close": func(rt *rapid.T) {
				r, reason := place(rt), pick(rt, []string{"blocked", "left", ""}, "reason")
				must(l.Closed(ctx, r, reason))
				m.known[r], m.closed[r] = true, reason
				m.follow()
			},
			"open": func(rt *rapid.T) {
				r := place(rt)
				must(l.Opened(ctx, r))
				m.known[r] = true
				delete(m.closed, r)
				m.follow()
			},
			"move": func(rt *rapid.T) {
				from, to := place(rt), chat.Ref{Platform: "telegram", Chat: pick(rt, chats[:2], "to")}
				for range rapid.IntRange(1, 2).Draw(rt, "times") {
					must(l.Moved(ctx, from, to))
				}
				m.moved(from, to)
			},
			"advance": func(rt *rapid.T) {
				var steps []Step
				for range rapid.IntRange(1, 3).Draw(rt, "steps") {
					s := Step{
						Subscription: id(rt), UpTo: corpus.Seq(rapid.IntRange(0, 4).Draw(rt, "up to")), Note: "xong",
						Next: moment(rt, "next"), NotBefore: moment(rt, "not before"), Deadline: moment(rt, "deadline"),
					}
					if sub := m.find(s.Subscription); sub != nil && rapid.IntRange(0, 5).Draw(rt, "as read") > 0 {
						s.From = sub.Cursor
					}
					for range rapid.IntRange(0, 3).Draw(rt, "parts") {
						s.Parts = append(s.Parts, []byte("tin"))
					}
					steps = append(steps, s)
				}
				var want []bool
				for _, s := range steps {
					want = append(want, m.advance(s))
				}
				if len(steps) == 1 {
					taken, err := l.Advance(ctx, steps[0])
					check(rt, "advance", taken, want[0], err)
					return
				}
				taken, err := l.AdvanceAll(ctx, steps)
				check(rt, "advance all", taken, want, err)
			},
			"begin": func(rt *rapid.T) {
				key := key(rt)
				got, err := l.BeginDelivery(ctx, key)
				d := m.delivery(key)
				if d == nil || !m.mayBegin(d) {
					refused(rt, d, err)
					return
				}
				if d.State == Unknown {
					d.Repeats++
				}
				d.State, d.NotBefore, d.Begun = Sending, time.Time{}, m.now
				d.Attempts++
				m.mine[key] = true
				check(rt, "begun", got, *d, err)
			},
			"settle": func(rt *rapid.T) {
				key := key(rt)
				for _, d := range m.sent { // mostly what is being sent
					if d.State == Sending && rapid.IntRange(0, 2).Draw(rt, "sending") > 0 {
						key = d.Key
					}
				}
				o := Outcome{
					State: rapid.SampledFrom([]State{Waiting, Sent, Sent, Unknown, Parked, Dropped, Sending}).Draw(rt, "state"), Problem: "p", Message: "m",
					NotBefore: moment(rt, "not before"),
				}
				err := l.Settle(ctx, key, o)
				if d := m.delivery(key); d == nil || !m.settle(d, o) {
					refused(rt, d, err)
					return
				}
				must(err)
			},
			"time": func(rt *rapid.T) {
				m.now = m.now.Add(time.Duration(rapid.IntRange(1, 48).Draw(rt, "hours")) * time.Hour)
			},
			"much time": func(rt *rapid.T) {
				m.now = m.now.Add(keepDeliveries / 2)
				must(l.Prune(ctx))
				m.prune()
			},
			"reopen": func(rt *rapid.T) {
				must(l.Close())
				l, err = Open(ctx, path, now)
				must(err)
				clear(m.mine)
				m.prune()
			},
		})
	})
}
