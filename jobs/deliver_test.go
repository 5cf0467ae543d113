package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/jobs/ledger"
)

// openLedger opens a ledger of its own, or the one of a file.
func openLedger(t *testing.T, file string) *ledger.Ledger {
	t.Helper()
	if file == "" {
		file = filepath.Join(t.TempDir(), "ledger.db")
	}
	l, err := ledger.Open(t.Context(), file, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// network takes posts and answers as it is told.
type network struct {
	mu      sync.Mutex
	answers []func(chat.Post) error // of the next posts, then all are taken
	posts   []chat.Post             // that were begun
	sent    []chat.Post             // that were taken
	at      []time.Time             // of posts
}

func (n *network) Send(ctx context.Context, p chat.Post) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	n.mu.Lock()
	answer := func(chat.Post) error { return nil }
	if len(n.answers) > 0 {
		answer, n.answers = n.answers[0], n.answers[1:]
	}
	n.mu.Unlock()
	var e *notBegun
	if err := answer(p); errors.As(err, &e) {
		return "", e.err
	} else if berr := p.Begin(); berr != nil {
		return "", berr
	} else {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.posts, n.at = append(n.posts, p), append(n.at, time.Now())
		if err != nil {
			return "", err
		}
		n.sent = append(n.sent, p)
		return fmt.Sprint("m", len(n.sent)), nil
	}
}

// notBegun is an answer before a post has begun.
type notBegun struct{ err error }

func (e *notBegun) Error() string { return e.err.Error() }

func (n *network) texts() (list []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range n.sent {
		list = append(list, p.Message.Text)
	}
	return list
}

// giveUp is when the digests of these tests are not worth sending any more.
const giveUp = 4 * time.Hour

var reader = chat.Ref{Platform: "telegram", Chat: "7"}

// enqueue makes a subscription of a place whose digest has these parts.
func enqueue(t *testing.T, l *ledger.Ledger, ref chat.Ref, texts ...string) ledger.Subscription {
	t.Helper()
	s, err := l.Subscribe(t.Context(), ledger.Subscription{
		Ref: ref, Schedule: "daily 07:00", Zone: DefaultZone, Lang: chat.Vietnamese, Next: time.Now(), Cursor: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	step := ledger.Step{Subscription: s.ID, From: 1, UpTo: 2, Next: time.Now().Add(24 * time.Hour), Deadline: time.Now().Add(giveUp)}
	for _, text := range texts {
		body, err := json.Marshal(chat.Message{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		step.Parts = append(step.Parts, body)
	}
	if taken, err := l.Advance(t.Context(), step); !taken || err != nil {
		t.Fatal(taken, err)
	}
	return s
}

// deliverer runs one until stop is called, which waits for its end.
func deliverer(t *testing.T, l *ledger.Ledger, n chat.Sender, change func(*DelivererOptions)) (d *Deliverer, stop func()) {
	o := DelivererOptions{
		Platform: reader.Platform, Ledger: l, Sender: n, Now: time.Now, Jitter: func() float64 { return 1 }, Log: testLog(t),
		Current: func(_ context.Context, m chat.Message) (chat.Message, error) { return m, nil },
		Told:    func(chat.Ref, chat.Message) {},
	}
	if change != nil {
		change(&o)
	}
	d = NewDeliverer(o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Run(ctx)
	}()
	return d, func() {
		cancel()
		<-done
	}
}

func answers(list ...error) []func(chat.Post) error {
	var all []func(chat.Post) error
	for _, err := range list {
		all = append(all, func(chat.Post) error { return err })
	}
	return all
}

// TestOutcomes: what becomes of a delivery for each answer of a platform.
func TestOutcomes(t *testing.T) {
	lost := &chat.Error{Kind: chat.Temporary, Unknown: true, Reason: "connection lost"}
	busy := &chat.Error{Kind: chat.Temporary, Reason: "502"}
	moved := chat.Ref{Platform: "telegram", Chat: "-1007"}
	for _, tt := range []struct {
		name     string
		answers  []error
		once     bool
		after    time.Duration // when to look
		state    ledger.State
		attempts int
		repeats  int
		at       []time.Duration // of the attempts
		paused   string
		ref      chat.Ref // of the last attempt
	}{
		{name: "taken", state: ledger.Sent, attempts: 1, at: []time.Duration{0}},
		{name: "busy for a while", answers: []error{busy, busy}, after: time.Minute, state: ledger.Sent, attempts: 3,
			at: []time.Duration{0, 15 * time.Second, 45 * time.Second}},
		{name: "busy for good", answers: slices.Repeat([]error{busy}, 1000), after: giveUp + time.Hour, state: ledger.Dropped, attempts: 14},
		{name: "too fast", answers: []error{&chat.Error{Kind: chat.RateLimited, RetryAfter: 7 * time.Second, Reason: "429"}}, after: time.Minute,
			state: ledger.Sent, attempts: 2, at: []time.Duration{0, 8 * time.Second}},
		{name: "not begun", answers: []error{&notBegun{busy}}, after: time.Minute, state: ledger.Sent, attempts: 1, at: []time.Duration{15 * time.Second}},
		{name: "blocked", answers: []error{&chat.Error{Kind: chat.Gone, Reason: "bot was blocked"}}, after: time.Hour,
			state: ledger.Waiting, attempts: 1, paused: "bot was blocked"},
		{name: "blocked for good", answers: []error{&chat.Error{Kind: chat.Gone, Reason: "bot was blocked"}}, after: giveUp + time.Minute,
			state: ledger.Dropped, attempts: 1, paused: "bot was blocked"},
		{name: "moved", answers: []error{&chat.Error{Kind: chat.Moved, MovedTo: moved, Reason: "upgraded"}}, after: time.Minute,
			state: ledger.Sent, attempts: 2, ref: moved},
		{name: "rejected", answers: []error{&chat.Error{Kind: chat.Rejected, Reason: "bad request"}}, after: time.Hour, state: ledger.Parked, attempts: 1},
		{name: "token revoked", answers: []error{&chat.Error{Kind: chat.Unauthorized, Reason: "401"}}, after: time.Hour, state: ledger.Sent, attempts: 2,
			at: []time.Duration{0, refusedRetry}},
		{name: "lost", answers: []error{lost}, after: time.Minute, state: ledger.Sent, attempts: 2, repeats: 1, at: []time.Duration{0, 15 * time.Second}},
		{name: "lost, and once is enough", answers: []error{lost}, once: true, after: time.Hour, state: ledger.Unknown, attempts: 1},
		{name: "lost, then not begun", answers: []error{lost, &notBegun{busy}}, after: time.Minute, state: ledger.Sent, attempts: 2, repeats: 1},
		{name: "an error of no kind", answers: []error{errors.New("lạ")}, after: time.Minute, state: ledger.Sent, attempts: 2, repeats: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := openLedger(t, "")
				begun := time.Now()
				s := enqueue(t, l, reader, "Tin.")
				n := &network{answers: answers(tt.answers...)}
				var observed []string
				_, stop := deliverer(t, l, n, func(o *DelivererOptions) {
					o.Once, o.Observe = tt.once, func(state string) { observed = append(observed, state) }
				})
				forward(tt.after)
				stop()
				list, err := l.Deliveries(t.Context(), s.ID, 9)
				if len(list) != 1 || err != nil {
					t.Fatal(list, err)
				}
				x := list[0]
				if x.State != tt.state || x.Attempts != tt.attempts || x.Repeats != tt.repeats {
					t.Errorf("%s after %d attempts, %d of them repeats; want %s, %d, %d", x.State, x.Attempts, x.Repeats, tt.state, tt.attempts, tt.repeats)
				}
				// One attempt is observed for each answer of the network; that it was
				// too late in the end is the ledger's doing.
				if want := max(len(tt.answers), 1); tt.state != ledger.Dropped && (observed[len(observed)-1] != string(tt.state) || len(observed) < want) {
					t.Errorf("observed %q, want at least %d, the last one %s", observed, want, tt.state)
				}
				if tt.state == ledger.Sent && (x.Message == "" || len(n.sent) != 1) {
					t.Errorf("message %q, %d sent", x.Message, len(n.sent))
				}
				if len(tt.answers) > 0 && tt.state != ledger.Sent && x.Problem == "" {
					t.Error("it does not say why")
				}
				for i, want := range tt.at {
					if got := n.at[i].Sub(begun); got != want {
						t.Errorf("attempt %d after %v, want %v", i+1, got, want)
					}
				}
				if tt.ref != (chat.Ref{}) && n.posts[len(n.posts)-1].To != tt.ref {
					t.Errorf("it went to %v", n.posts[len(n.posts)-1].To)
				}
				for _, p := range n.posts {
					if p.Key != x.Key {
						t.Errorf("a post is called %q, want %q", p.Key, x.Key)
					}
				}
				now, err := l.Subscription(t.Context(), s.ID)
				if err != nil || now.Paused != tt.paused {
					t.Errorf("paused %q, want %q; %v", now.Paused, tt.paused, err)
				}
			})
		})
	}
}

// TestOpenedAgain: what waited for a chat comes when somebody speaks there.
func TestOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openLedger(t, "")
		enqueue(t, l, reader, "Tin.")
		n := &network{answers: answers(&chat.Error{Kind: chat.Gone, Reason: "kicked"})}
		_, stop := deliverer(t, l, n, nil)
		defer stop()
		forward(time.Hour)
		if len(n.texts()) != 0 {
			t.Fatal("sent to a closed chat")
		}
		if err := l.Opened(t.Context(), reader); err != nil {
			t.Fatal(err)
		}
		forward(longestRetry + lookEvery)
		if got := n.texts(); len(got) != 1 {
			t.Errorf("got %q", got)
		}
	})
}

// TestPartsInOrder: the next part comes after the one before, which may take a
// while, or never come.
func TestPartsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openLedger(t, "")
		enqueue(t, l, reader, "một", "hai", "ba", "bốn")
		n := &network{answers: answers(nil, &chat.Error{Reason: "502"}, nil, &chat.Error{Kind: chat.Rejected, Reason: "400"})}
		_, stop := deliverer(t, l, n, nil)
		defer stop()
		forward(firstRetry - time.Second)
		if got := strings.Join(n.texts(), " "); got != "một" {
			t.Errorf("at first %q", got)
		}
		forward(time.Minute)
		if got := strings.Join(n.texts(), " "); got != "một hai bốn" {
			t.Errorf("in the end %q", got)
		}
	})
}

// TestNotShownAnyMore: what was withdrawn before it was sent is taken out, or
// not sent at all.
func TestNotShownAnyMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openLedger(t, "")
		gone := enqueue(t, l, reader, "gỡ hết")
		other := reader
		other.Thread = "2"
		enqueue(t, l, other, "gỡ một phần")
		third := reader
		third.Thread = "3"
		failing := enqueue(t, l, third, "trục trặc")
		troubles := 1
		n := &network{}
		_, stop := deliverer(t, l, n, func(o *DelivererOptions) {
			o.Current = func(_ context.Context, m chat.Message) (chat.Message, error) {
				switch m.Text {
				case "gỡ hết":
					return chat.Message{}, nil
				case "trục trặc":
					if troubles--; troubles >= 0 {
						return m, errors.New("the disk hums")
					}
				}
				m.Text = "còn lại"
				return m, nil
			}
		})
		defer stop()
		forward(time.Minute)
		if got := n.texts(); !slices.Equal(got, []string{"còn lại", "còn lại"}) {
			t.Errorf("sent %q", got)
		}
		for id, want := range map[int64]ledger.State{gone.ID: ledger.Dropped, failing.ID: ledger.Sent} {
			if list, err := l.Deliveries(t.Context(), id, 1); err != nil || list[0].State != want {
				t.Errorf("%+v, %v; want %s", list, err, want)
			}
		}
	})
}

// TestUnreadable: a body that nobody can read is for the admin.
func TestUnreadable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openLedger(t, "")
		s := enqueue(t, l, reader)
		now, err := l.Subscription(t.Context(), s.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Advance(t.Context(), ledger.Step{Subscription: s.ID, From: 2, UpTo: 3, Next: now.Next.Add(time.Hour), Parts: [][]byte{[]byte("{")}}); err != nil {
			t.Fatal(err)
		}
		n := &network{}
		_, stop := deliverer(t, l, n, nil)
		forward(time.Minute)
		stop()
		if list, err := l.ParkedDeliveries(t.Context(), 9); len(list) != 1 || len(n.posts) != 0 || err != nil {
			t.Errorf("%v parked, %v", list, err)
		}
	})
}

// TestPausedMeanwhile: a pause counts from when it is said, and what was about
// to go waits for its end.
func TestPausedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openLedger(t, "")
		s := enqueue(t, l, reader, "Tin.")
		n := &network{answers: []func(chat.Post) error{func(chat.Post) error { return l.Pause(context.Background(), s.ID, "by a person") }}}
		d, stop := deliverer(t, l, n, nil)
		defer stop()
		forward(time.Hour)
		if len(n.posts) != 0 {
			t.Fatal("it was sent")
		}
		if err := l.Resume(t.Context(), s.ID, time.Now().Add(time.Hour), 0); err != nil {
			t.Fatal(err)
		}
		d.Wake()
		synctest.Wait()
		if len(n.texts()) != 1 {
			t.Error("it was not sent after the pause")
		}
	})
}

// TestEndWhileWaiting: what waits for the limits when the process ends is not
// begun; what is on its way is settled.
func TestEndWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openLedger(t, "")
		one := enqueue(t, l, reader, "đang đi")
		second := reader
		second.Thread = "2"
		two := enqueue(t, l, second, "đang chờ")
		ctx, cancel := context.WithCancel(t.Context())
		n := sender(func(of context.Context, p chat.Post) (string, error) {
			if p.Message.Text == "đang chờ" {
				<-of.Done()
				return "", fmt.Errorf("limits: %w", of.Err())
			}
			if err := p.Begin(); err != nil {
				return "", err
			}
			cancel()
			<-of.Done()
			return "m1", nil
		})
		d := NewDeliverer(DelivererOptions{
			Platform: "telegram", Ledger: l, Sender: n, Now: time.Now, Jitter: func() float64 { return 0 }, Log: testLog(t),
			Current: func(_ context.Context, m chat.Message) (chat.Message, error) { return m, nil },
			Told:    func(chat.Ref, chat.Message) {},
		})
		d.Run(ctx)
		for id, want := range map[int64]ledger.State{one.ID: ledger.Sent, two.ID: ledger.Waiting} {
			list, err := l.Deliveries(t.Context(), id, 1)
			if err != nil || list[0].State != want || want == ledger.Waiting && list[0].Attempts != 0 {
				t.Errorf("%+v, %v; want %s", list, err, want)
			}
		}
	})
}

type sender func(context.Context, chat.Post) (string, error)

func (s sender) Send(ctx context.Context, p chat.Post) (string, error) { return s(ctx, p) }

// TestRecover: what was being sent when a process was killed is tried again, or
// not, as the operator has chosen for the platform.
func TestRecover(t *testing.T) {
	for _, once := range []bool{false, true} {
		t.Run(fmt.Sprint(once), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "ledger.db")
				first := openLedger(t, file)
				s := enqueue(t, first, reader, "Tin.")
				list, err := first.DueDeliveries(t.Context(), "telegram", time.Now(), 9)
				if len(list) != 1 || err != nil {
					t.Fatal(list, err)
				}
				if _, err := first.BeginDelivery(t.Context(), list[0].Key); err != nil {
					t.Fatal(err)
				}
				second := openLedger(t, file) // the first is not heard of again
				if n, err := Recover(t.Context(), second, time.Now, map[string]bool{"telegram": once}, testLog(t)); n != 1 || err != nil {
					t.Fatal(n, err)
				}
				n := &network{}
				_, stop := deliverer(t, second, n, nil)
				forward(time.Hour)
				stop()
				list, err = second.Deliveries(t.Context(), s.ID, 9)
				if err != nil {
					t.Fatal(err)
				}
				want := ledger.Delivery{State: ledger.Sent, Repeats: 1}
				if once {
					want = ledger.Delivery{State: ledger.Unknown}
				}
				if x := list[0]; x.State != want.State || x.Repeats != want.Repeats || len(n.sent) != want.Repeats {
					t.Errorf("%+v, %d sent", x, len(n.sent))
				}
				if n, err := Recover(t.Context(), second, time.Now, nil, testLog(t)); n != 0 || err != nil {
					t.Errorf("%d were interrupted, %v", n, err)
				}
			})
		})
	}
}

// TestManyAtOnce: each is sent once, whatever the number, and however often
// somebody wakes the deliverer.
func TestManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openLedger(t, "")
		const n = 3 * sendsAtOnce
		for i := range n {
			enqueue(t, l, chat.Ref{Platform: "telegram", Chat: fmt.Sprint(i)}, fmt.Sprint(i))
		}
		net := &network{}
		slow := sender(func(ctx context.Context, p chat.Post) (string, error) {
			select {
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
				return "", ctx.Err()
			}
			return net.Send(ctx, p)
		})
		d, stop := deliverer(t, l, slow, nil)
		defer stop()
		for range 20 {
			d.Wake()
			forward(50 * time.Millisecond)
		}
		forward(time.Minute)
		got := net.texts()
		slices.Sort(got)
		if len(got) != n || len(slices.Compact(got)) != n {
			t.Errorf("%d were sent, of %d", len(got), n)
		}
	})
}

// TestCannotSettle: what was sent while the disk could not be written is settled
// when it can, and not sent again.
func TestCannotSettle(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ledger.db")
	l := openLedger(t, file)
	s := enqueue(t, l, reader, "Tin.")
	other, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	blocked, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer blocked.Close()
	exec := func(query string) {
		if _, err := blocked.ExecContext(context.Background(), query); err != nil {
			t.Error(err)
		}
	}
	n := &network{answers: []func(chat.Post) error{func(p chat.Post) error { return nil }}}
	troubled := make(chan struct{}, 10)
	blocking := sender(func(ctx context.Context, p chat.Post) (string, error) {
		id, err := n.Send(ctx, p)
		exec("BEGIN IMMEDIATE") // nobody else can write
		return id, err
	})
	_, stop := deliverer(t, l, blocking, func(o *DelivererOptions) {
		o.Log = slog.New(watcher{o.Log.Handler(), troubled})
	})
	defer stop()
	<-troubled
	exec("ROLLBACK")
	for {
		list, err := l.Deliveries(t.Context(), s.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		if list[0].State == ledger.Sent {
			break
		}
		if list[0].State != ledger.Sending {
			t.Fatalf("it is %s", list[0].State)
		}
		<-time.After(20 * time.Millisecond) // it tries again after restTime
	}
	if len(n.texts()) != 1 {
		t.Errorf("sent %q", n.texts())
	}
}

// watcher says when an outcome could not be noted.
type watcher struct {
	slog.Handler
	troubled chan struct{}
}

func (w watcher) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "settle a delivery" {
		select {
		case w.troubled <- struct{}{}:
		default:
		}
	}
	return w.Handler.Handle(ctx, r)
}

func (w watcher) WithAttrs(a []slog.Attr) slog.Handler {
	return watcher{w.Handler.WithAttrs(a), w.troubled}
}
