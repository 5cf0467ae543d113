package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/jobs/ledger"
)

// desk is a Digests over a corpus of numbers, with a clock that tests set.
type desk struct {
	*Digests
	now           time.Time
	indexed, last corpus.Seq
	fail          map[string]error // by topic
	wishes        []Wish
	enqueued      int
}

func newDesk(t *testing.T, now time.Time) *desk {
	d := &desk{now: now, fail: map[string]error{}}
	clock := func() time.Time { return d.now }
	l, err := ledger.Open(t.Context(), t.TempDir()+"/ledger.db", clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	d.Digests = &Digests{
		Ledger: l, Now: clock, Log: testLog(t), Enqueued: func() { d.enqueued++ },
		Indexed: func() (corpus.Seq, error) { return d.indexed, nil },
		Last:    func(context.Context) (corpus.Seq, error) { return d.last, nil },
		Compose: func(_ context.Context, w Wish) (Digest, error) {
			d.wishes = append(d.wishes, w)
			if w.Topic == "nổ" {
				panic("nổ")
			}
			return compose(w), d.fail[w.Topic]
		},
	}
	return d
}

// compose tells of each number in a message of its own; of the topic "chẵn" only
// of the even ones.
func compose(w Wish) Digest {
	var d Digest
	for n := w.After + 1; n <= w.UpTo; n++ {
		d.Arrived++
		if w.Topic == "chẵn" && n%2 != 0 {
			continue
		}
		d.Articles++
		d.Messages = append(d.Messages, chat.Message{Text: fmt.Sprint(n)})
	}
	if d.Articles == 0 && w.Always {
		d.Messages = []chat.Message{{Text: "không có gì"}}
	}
	return d
}

// arrive lets articles arrive, which can be found at once.
func (d *desk) arrive(n int) {
	d.last += corpus.Seq(n)
	d.indexed = d.last
}

func (d *desk) subscribe(t *testing.T, id, schedule string, change func(*ledger.Subscription)) ledger.Subscription {
	t.Helper()
	s := ledger.Subscription{Ref: chat.Ref{Platform: "telegram", Chat: id}, Schedule: schedule, Zone: DefaultZone, Lang: chat.Vietnamese, Cursor: d.last}
	if change != nil {
		change(&s)
	}
	if parsed, err := ParseSchedule(schedule); err == nil && parsed.Kind() != Arrival {
		zone, err := LoadZone(s.Zone)
		if err != nil {
			t.Fatal(err)
		}
		s.Next = parsed.Next(d.now, zone)
	} else if err != nil {
		s.Next = d.now
	}
	s, err := d.Ledger.Subscribe(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// outbox gives the words that a subscription has in the outbox, oldest first.
func (d *desk) outbox(t *testing.T, s ledger.Subscription) string {
	t.Helper()
	list, err := d.Ledger.Deliveries(t.Context(), s.ID, 999)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, x := range slices.Backward(list) {
		words = append(words, strings.TrimSuffix(strings.TrimPrefix(string(x.Body), `{"Notes":null,"Answer":null,"Text":"`), `","Citations":null,"LinksTitle":"","Links":null,"Footer":"","Buttons":null,"Update":false,"Notice":""}`))
	}
	return strings.Join(words, " ")
}

func (d *desk) tick(t *testing.T) {
	t.Helper()
	if err := d.Tick(t.Context()); err != nil {
		t.Error(err)
	}
}

func (d *desk) state(t *testing.T, s ledger.Subscription) ledger.Subscription {
	t.Helper()
	s, err := d.Ledger.Subscription(t.Context(), s.ID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// seven is 7 o'clock in Vietnam.
var seven = time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)

// TestTick: what was missed while the process was away comes once, at the first
// tick; then the next run is the next that is to come.
func TestTick(t *testing.T) {
	d := newDesk(t, seven.Add(-time.Hour))
	d.arrive(5)
	s := d.subscribe(t, "1", "daily 07:00", nil)
	even := d.subscribe(t, "2", "daily 07:00", func(s *ledger.Subscription) { s.Topic = "chẵn" })
	d.arrive(1)
	d.tick(t)
	if got := d.outbox(t, s); got != "" || d.enqueued != 0 {
		t.Errorf("before its time: %q", got)
	}
	d.now = seven
	d.tick(t)
	d.tick(t)
	if got := d.outbox(t, s); got != "6" || d.enqueued != 1 {
		t.Errorf("at seven: %q, enqueued %d times", got, d.enqueued)
	}
	for of, want := range map[int64]string{s.ID: "sent:1", even.ID: NoteNothing} {
		if now := d.state(t, ledger.Subscription{ID: of}); of == s.ID && now.LastNote != want || !now.Next.Equal(seven.Add(24*time.Hour)) || !now.LastRun.Equal(seven) {
			t.Errorf("%+v, want %q", now, want)
		}
	}
	if got := d.outbox(t, even); got != "6" {
		t.Errorf("even: %q", got)
	}
	if list, err := d.Ledger.Deliveries(t.Context(), s.ID, 1); err != nil || !list[0].Deadline.Equal(seven.Add(worthwhile)) {
		t.Errorf("%+v, %v: it is not given up after %v", list, err, worthwhile)
	}
	d.arrive(1)
	d.now = seven.Add(24 * time.Hour)
	d.tick(t)
	if now := d.state(t, even); now.LastNote != NoteNoMatch || d.outbox(t, even) != "6" {
		t.Errorf("odd: %+v", now)
	}
	d.arrive(3)
	d.now = seven.Add(8*24*time.Hour + time.Hour) // a week without power
	d.tick(t)
	if got := d.outbox(t, s); got != "6 7 8 9 10" {
		t.Errorf("after a week: %q", got)
	}
	if now := d.state(t, s); !now.Next.Equal(seven.Add(9 * 24 * time.Hour)) {
		t.Errorf("next at %v", now.Next)
	}
	d.now = seven.Add(9 * 24 * time.Hour)
	d.tick(t)
	if now := d.state(t, s); now.LastNote != NoteNothing || d.outbox(t, s) != "6 7 8 9 10" {
		t.Errorf("nothing new: %+v", now)
	}
}

// TestAlways: who wants to know that there is nothing new is told.
func TestAlways(t *testing.T) {
	d := newDesk(t, seven.Add(-time.Hour))
	s := d.subscribe(t, "1", "daily 07:00", func(s *ledger.Subscription) { s.Always = true })
	d.now = seven
	d.tick(t)
	d.now = seven.Add(24 * time.Hour)
	d.tick(t)
	if got := d.outbox(t, s); got != "không có gì không có gì" {
		t.Errorf("got %q", got)
	}
}

// TestArrival: what arrives is told of at once, but not in the middle of a
// reload, and not again a minute later.
func TestArrival(t *testing.T) {
	d := newDesk(t, seven)
	s := d.subscribe(t, "1", "arrival", nil)
	d.tick(t)
	d.last, d.indexed = 3, 1
	d.tick(t)
	if got := d.outbox(t, s); got != "" {
		t.Errorf("in the middle: %q", got)
	}
	d.indexed = 3
	d.tick(t)
	if got := d.outbox(t, s); got != "1 2 3" {
		t.Errorf("got %q", got)
	}
	send(t, d.Ledger, d.now)
	d.arrive(1)
	d.now = d.now.Add(quietTime - time.Second)
	d.tick(t)
	if got := d.state(t, s).Cursor; got != 3 {
		t.Errorf("too soon: %d", got)
	}
	d.now = d.now.Add(time.Second)
	d.tick(t)
	if got := d.state(t, s).Cursor; got != 4 {
		t.Errorf("not after a while: %d", got)
	}
}

// send sends all that can be sent.
func send(t *testing.T, l *ledger.Ledger, now time.Time) {
	t.Helper()
	for {
		list, err := l.DueDeliveries(t.Context(), "telegram", now, 99)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			return
		}
		for _, x := range list {
			if _, err := l.BeginDelivery(t.Context(), x.Key); err != nil {
				t.Fatal(err)
			}
			if err := l.Settle(t.Context(), x.Key, ledger.Outcome{State: ledger.Sent, Message: "1"}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestWaitsForIndex: a digest that is due while articles are being taken in
// waits for them, but not forever; who subscribes meanwhile gets none of them.
func TestWaitsForIndex(t *testing.T) {
	d := newDesk(t, seven.Add(-time.Minute))
	s := d.subscribe(t, "1", "daily 07:00", nil)
	d.last, d.indexed = 4, 2
	late := d.subscribe(t, "2", "daily 07:00", nil)
	d.now = seven
	d.tick(t)
	if got := d.outbox(t, s); got != "" {
		t.Errorf("at once: %q", got)
	}
	d.now = seven.Add(catchUp)
	d.tick(t)
	if got := d.outbox(t, s); got != "1 2" {
		t.Errorf("after a while: %q", got)
	}
	if now := d.state(t, late); !now.Next.Equal(seven) || now.Cursor != 4 {
		t.Errorf("it was run before the index was there: %+v", now)
	}
	d.indexed = 4
	d.tick(t)
	if got := d.outbox(t, late); got != "" {
		t.Errorf("a backlog: %q", got)
	}
	d.arrive(1)
	d.now = seven.Add(24 * time.Hour)
	d.tick(t)
	if one, two := d.outbox(t, s), d.outbox(t, late); one != "1 2 3 4 5" || two != "5" {
		t.Errorf("the next day: %q and %q", one, two)
	}
}

// TestCorpusBeginsAnew: articles that come with a new database are not news.
func TestCorpusBeginsAnew(t *testing.T) {
	d := newDesk(t, seven.Add(-time.Hour))
	d.arrive(50)
	s := d.subscribe(t, "1", "daily 07:00", nil)
	d.last, d.indexed = 20, 20
	d.now = seven
	d.tick(t)
	if now := d.state(t, s); d.outbox(t, s) != "" || now.Cursor != 20 {
		t.Errorf("%q, %+v", d.outbox(t, s), now)
	}
	d.arrive(1)
	d.now = seven.Add(24 * time.Hour)
	d.tick(t)
	if got := d.outbox(t, s); got != "21" {
		t.Errorf("got %q", got)
	}
}

// TestOneFails: a wish that fails or panics stays due, and the others come.
func TestOneFails(t *testing.T) {
	d := newDesk(t, seven.Add(-time.Hour))
	d.fail["hỏng"] = errors.New("the index hums")
	failing := map[string]ledger.Subscription{
		"the index hums": d.subscribe(t, "1", "daily 07:00", func(s *ledger.Subscription) { s.Topic = "hỏng" }),
		"panicked: nổ":   d.subscribe(t, "2", "daily 07:00", func(s *ledger.Subscription) { s.Topic = "nổ" }),
		"no schedule":    d.subscribe(t, "3", "hằng ngày", nil),
		"unknown time zone \"Sao/Hỏa\"": func() ledger.Subscription {
			s, err := d.Ledger.Subscribe(t.Context(), ledger.Subscription{
				Ref: chat.Ref{Platform: "telegram", Chat: "4"}, Schedule: "daily 07:00", Zone: "Sao/Hỏa", Next: seven, Cursor: d.last,
			})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}(),
	}
	fine := d.subscribe(t, "5", "daily 07:00", nil)
	d.arrive(1)
	d.now = seven
	err := d.Tick(t.Context())
	if got := d.outbox(t, fine); got != "1" {
		t.Errorf("the others: %q", got)
	}
	for want, s := range failing {
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), fmt.Sprintf("subscription %d:", s.ID)) {
			t.Errorf("no %q of %d in: %v", want, s.ID, err)
		}
		if now := d.state(t, s); now.Cursor != 0 || now.Next.After(seven) {
			t.Errorf("it counts as run: %+v", now)
		}
	}
	delete(d.fail, "hỏng")
	d.now = seven.Add(time.Minute)
	_ = d.Tick(t.Context()) // the others fail still
	if got := d.outbox(t, failing["the index hums"]); got != "1" {
		t.Errorf("after it was mended: %q", got)
	}
}

// TestSameWish: those that wish the same are composed for once.
func TestSameWish(t *testing.T) {
	d := newDesk(t, seven.Add(-time.Hour))
	const n = 2*dueStep + 7
	for i := range n {
		topic := ""
		if i%2 == 0 {
			topic = "chẵn"
		}
		d.subscribe(t, fmt.Sprint(i), "daily 07:00", func(s *ledger.Subscription) { s.Topic = topic })
	}
	d.arrive(2)
	d.now = seven
	d.tick(t)
	if len(d.wishes) != 2 {
		t.Errorf("composed %d times", len(d.wishes))
	}
	stats, err := d.Ledger.DeliveryStats(t.Context(), time.Time{})
	if want := n/2*2 + (n+1)/2; stats.Waiting != want || err != nil {
		t.Errorf("%d messages, want %d, %v", stats.Waiting, want, err)
	}
}

// TestLanguage: a digest is in the language that the chat has chosen, else in
// that of who subscribed.
func TestLanguage(t *testing.T) {
	d := newDesk(t, seven.Add(-time.Hour))
	s := d.subscribe(t, "1", "daily 07:00", func(s *ledger.Subscription) { s.Lang = chat.English })
	for i, want := range []chat.Lang{chat.English, chat.Vietnamese} {
		d.arrive(1)
		d.now = seven.Add(time.Duration(i) * 24 * time.Hour)
		d.tick(t)
		if got := d.wishes[len(d.wishes)-1].Lang; got != want || len(d.wishes) != i+1 {
			t.Errorf("got %q, want %q", got, want)
		}
		if err := d.Ledger.SetLang(t.Context(), s.Ref, chat.Vietnamese); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTicksAtOnce: two ticks at once, of two processes even, tell of each
// article once.
func TestTicksAtOnce(t *testing.T) {
	d := newDesk(t, seven.Add(-time.Hour))
	var all []ledger.Subscription
	for i := range 50 {
		all = append(all, d.subscribe(t, fmt.Sprint(i), "daily 07:00", nil))
	}
	d.arrive(2)
	d.now = seven
	var ticks sync.WaitGroup
	for range 4 {
		other := &Digests{Ledger: d.Ledger, Indexed: d.Indexed, Last: d.Last, Now: d.Now, Log: d.Log, Enqueued: func() {},
			Compose: func(_ context.Context, w Wish) (Digest, error) { return compose(w), nil }}
		ticks.Go(func() {
			if err := other.Tick(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	ticks.Wait()
	for _, s := range all {
		if got := d.outbox(t, s); got != "1 2" {
			t.Fatalf("got %q", got)
		}
	}
}

// TestClockPutBack: a clock that was a month ahead for a while tells nothing
// twice, and keeps nobody waiting for a month; also when a process has ended
// meanwhile.
func TestClockPutBack(t *testing.T) {
	for _, restarted := range []bool{false, true} {
		d := newDesk(t, seven.Add(-time.Hour))
		s := d.subscribe(t, "1", "daily 07:00", nil)
		paused := d.subscribe(t, "2", "daily 07:00", nil)
		d.arrive(1)
		d.now = seven.Add(30 * 24 * time.Hour)
		d.tick(t)
		if err := d.Ledger.Pause(t.Context(), paused.ID, "by a person"); err != nil {
			t.Fatal(err)
		}
		d.now = seven.Add(time.Hour)
		if restarted {
			d.before = time.Time{}
		}
		d.tick(t)
		if got := d.outbox(t, s); got != "1" {
			t.Errorf("put back: %q", got)
		}
		d.arrive(1)
		d.now = seven.Add(24 * time.Hour)
		d.tick(t)
		if got := d.outbox(t, s); got != "1 2" {
			t.Errorf("the next day: %q", got)
		}
		if now := d.state(t, paused); d.outbox(t, paused) != "1" || now.Cursor != 1 {
			t.Errorf("the paused one: %+v", now)
		}
	}
}
