package chat_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
)

// notebook is the part of a Journal that a Worker uses. It keeps what is
// unfinished, so that a second Worker can go on where the first one ended.
type notebook struct {
	chat.Journal
	mu         sync.Mutex
	unfinished []chat.Update
	attempts   map[string]int
	replies    map[string]chat.Reply
	beginErr   error
}

func newNotebook(ids ...string) *notebook {
	n := &notebook{attempts: map[string]int{}, replies: map[string]chat.Reply{}}
	for _, id := range ids {
		n.unfinished = append(n.unfinished, chat.Update{ID: id, Body: []byte("câu " + id)})
	}
	return n
}

// restart makes what is unfinished what an earlier process left.
func (n *notebook) restart() {
	for i := range n.unfinished {
		n.unfinished[i].Again = true
	}
}

func (n *notebook) Begin(ctx context.Context, _, id string) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.beginErr != nil {
		return 0, n.beginErr
	}
	n.attempts[id] = max(n.attempts[id], 1) + 1
	return n.attempts[id], ctx.Err()
}

func (n *notebook) Finish(ctx context.Context, _, id string, r chat.Reply) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	n.replies[id] = r
	n.unfinished = slices.DeleteFunc(n.unfinished, func(u chat.Update) bool { return u.ID == id })
	return nil
}

func (n *notebook) left() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var ids []string
	for _, u := range n.unfinished {
		ids = append(ids, u.ID)
	}
	return ids
}

// work starts all that is unfinished, and waits.
func work(ctx context.Context, w *chat.Worker, n *notebook) error {
	defer w.Wait()
	for _, u := range slices.Clone(n.unfinished) {
		if err := w.Start(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// TestWorkerBound: as many updates at a time as there are places, and no more;
// each is finished with its reply.
func TestWorkerBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNotebook("1", "2", "3", "4", "5", "6", "7")
		var mu sync.Mutex
		working, most := 0, 0
		w := chat.NewWorker("fake", n, 3, chattest.Logger(t), func(_ context.Context, u chat.Update, attempt int) (chat.Reply, error) {
			mu.Lock()
			working++
			most = max(most, working)
			mu.Unlock()
			<-time.After(time.Second) // of the fake clock
			mu.Lock()
			working--
			mu.Unlock()
			if attempt != 1 || string(u.Body) != "câu "+u.ID {
				t.Errorf("update %s: attempt %d, body %q", u.ID, attempt, u.Body)
			}
			return chat.Reply{Question: u.ID, Message: "trả lời " + u.ID}, nil
		})
		start := time.Now()
		if err := work(t.Context(), w, n); err != nil {
			t.Fatal(err)
		}
		if most != 3 {
			t.Errorf("%d updates at a time, want 3", most)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("seven of a second, three at a time, took %v", took)
		}
		if len(n.left()) > 0 || len(n.replies) != 7 || n.replies["5"].Message != "trả lời 5" {
			t.Errorf("left %v, replies %v", n.left(), n.replies)
		}
	})
}

// TestWorkerAside: what is handled aside leaves its place to others, as many as
// there are places; one more keeps its own.
func TestWorkerAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNotebook("1", "2", "3", "4", "5", "6", "7", "8", "9")
		var mu sync.Mutex
		aside, most := 0, 0
		var w *chat.Worker
		w = chat.NewWorker("fake", n, 2, chattest.Logger(t), func(_ context.Context, u chat.Update, _ int) (chat.Reply, error) {
			<-time.After(time.Second) // of the fake clock
			w.Aside(u.ID, func() {
				mu.Lock()
				aside++
				most = max(most, aside)
				mu.Unlock()
				<-time.After(time.Minute)
				mu.Lock()
				aside--
				mu.Unlock()
			})
			return chat.Reply{Message: "m" + u.ID}, nil
		})
		start := time.Now()
		done := make(chan error)
		go func() { done <- work(t.Context(), w, n) }()
		<-time.After(90 * time.Second)
		synctest.Wait()
		// The first four are done, and the next four are aside or in their places.
		if len(n.left()) != 5 {
			t.Errorf("after 90 s: left %v", n.left())
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != (62+62+61)*time.Second || most != 4 || len(n.left()) != 0 {
			t.Errorf("took %v, %d aside at a time, left %v", took, most, n.left())
		}

		// All places are free again, and no more than there were.
		working, mostWorking := 0, 0
		w.Handle = func(context.Context, chat.Update, int) (chat.Reply, error) {
			mu.Lock()
			working++
			mostWorking = max(mostWorking, working)
			mu.Unlock()
			<-time.After(time.Second)
			mu.Lock()
			working--
			mu.Unlock()
			return chat.Reply{}, nil
		}
		again := newNotebook("a", "b", "c", "d", "e")
		w.Journal = again
		if err := work(t.Context(), w, again); err != nil || mostWorking != 2 {
			t.Errorf("%d at a time, %v", mostWorking, err)
		}
	})
}

// TestWorkerOutcomes: what is finished, and how, when handling ends in one way
// or another.
func TestWorkerOutcomes(t *testing.T) {
	reply := chat.Reply{Question: "1", Message: "2"}
	for _, tt := range []struct {
		name     string
		handle   func(ctx context.Context, cancel func()) (chat.Reply, error)
		finished bool
		reply    chat.Reply
		logged   string // part of it, "" for nothing
	}{
		{"replied", func(context.Context, func()) (chat.Reply, error) { return reply, nil }, true, reply, ""},
		{"nothing to say", func(context.Context, func()) (chat.Reply, error) { return chat.Reply{}, nil }, true, chat.Reply{}, ""},
		{"failed", func(context.Context, func()) (chat.Reply, error) { return chat.Reply{}, errors.New("broken") }, true, chat.Reply{}, "broken"},
		{"replied, then failed", func(context.Context, func()) (chat.Reply, error) { return reply, errors.New("broken") }, true, reply, "broken"},
		{"panicked", func(context.Context, func()) (chat.Reply, error) { panic("lỗi thử") }, true, chat.Reply{}, "lỗi thử"},
		{"ended before the reply", func(ctx context.Context, cancel func()) (chat.Reply, error) {
			cancel()
			return chat.Reply{}, ctx.Err()
		}, false, chat.Reply{}, ""},
		{"ended, and nobody noticed", func(_ context.Context, cancel func()) (chat.Reply, error) {
			cancel()
			return chat.Reply{}, nil
		}, false, chat.Reply{}, ""},
		{"ended behind the reply", func(_ context.Context, cancel func()) (chat.Reply, error) {
			cancel()
			return reply, nil
		}, true, reply, ""},
		{"ended behind the reply, with an error", func(ctx context.Context, cancel func()) (chat.Reply, error) {
			cancel()
			return reply, ctx.Err()
		}, true, reply, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			n := newNotebook("1")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			w := chat.NewWorker("fake", n, 1, slog.New(slog.NewTextHandler(&log, nil)), func(ctx context.Context, _ chat.Update, _ int) (chat.Reply, error) {
				return tt.handle(ctx, cancel)
			})
			if err := work(ctx, w, n); err != nil {
				t.Fatal(err)
			}
			if finished := len(n.left()) == 0; finished != tt.finished {
				t.Errorf("finished %v, want %v", finished, tt.finished)
			}
			if diff := cmp.Diff(tt.reply, n.replies["1"]); diff != "" {
				t.Errorf("the reply (-want +got):\n%s", diff)
			}
			if got := log.String(); tt.logged == "" && got != "" || !strings.Contains(got, tt.logged) {
				t.Errorf("logged %q, want %q", got, tt.logged)
			}
		})
	}
}

// TestWorkerGoesOn: what the end of one worker leaves unfinished, the next one
// handles, and knows for which time.
func TestWorkerGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNotebook("1", "2", "3", "4")
		ctx, cancel := context.WithCancel(t.Context())
		w := chat.NewWorker("fake", n, 2, chattest.Logger(t), func(ctx context.Context, u chat.Update, _ int) (chat.Reply, error) {
			if u.ID == "1" {
				return chat.Reply{Message: "m1"}, nil
			}
			<-ctx.Done()
			return chat.Reply{}, ctx.Err()
		})
		done := make(chan error)
		go func() { done <- work(ctx, w, n) }()
		synctest.Wait() // 2 and 3 are at work, 4 waits for a place
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Start: %v", err)
		}
		if diff := cmp.Diff([]string{"2", "3", "4"}, n.left()); diff != "" {
			t.Fatalf("left (-want +got):\n%s", diff)
		}
		if err := w.Start(ctx, chat.Update{ID: "5"}); !errors.Is(err, context.Canceled) {
			t.Errorf("Start after the end: %v", err)
		}
		w.Wait()

		var mu sync.Mutex
		attempts := map[string]int{}
		w = chat.NewWorker("fake", n, 2, chattest.Logger(t), func(_ context.Context, u chat.Update, attempt int) (chat.Reply, error) {
			mu.Lock()
			defer mu.Unlock()
			attempts[u.ID] = attempt
			return chat.Reply{Message: "m" + u.ID}, nil
		})
		n.restart()
		if err := work(t.Context(), w, n); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]int{"2": 2, "3": 2, "4": 2}, attempts); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
		if len(n.left()) > 0 {
			t.Errorf("left %v", n.left())
		}
	})
}

// TestWorkerGivesUp: an update that ends the process each time is not handled
// forever.
func TestWorkerGivesUp(t *testing.T) {
	n := newNotebook("1")
	n.attempts["1"] = 9
	n.restart()
	handled := 0
	handle := func(ctx context.Context, _ chat.Update, attempt int) (chat.Reply, error) {
		handled++
		if attempt != 10 {
			t.Errorf("attempt %d", attempt)
		}
		return chat.Reply{}, nil
	}
	var log bytes.Buffer
	w := chat.NewWorker("fake", n, 1, slog.New(slog.NewTextHandler(&log, nil)), handle)
	if err := work(t.Context(), w, n); err != nil {
		t.Fatal(err)
	}
	n.unfinished = append(n.unfinished, chat.Update{ID: "1", Again: true})
	if err := work(t.Context(), w, n); err != nil {
		t.Fatal(err)
	}
	if handled != 1 || len(n.left()) > 0 || !strings.Contains(log.String(), "given up") {
		t.Errorf("handled %d times, left %v, logged %q", handled, n.left(), log.String())
	}
}

// TestWorkerJournalFails: what cannot be noted is not handled, and stays.
func TestWorkerJournalFails(t *testing.T) {
	n := newNotebook("1")
	n.beginErr = errors.New("disk full")
	n.restart()
	var log bytes.Buffer
	w := chat.NewWorker("fake", n, 1, slog.New(slog.NewTextHandler(&log, nil)), func(context.Context, chat.Update, int) (chat.Reply, error) {
		t.Error("it is handled")
		return chat.Reply{}, nil
	})
	if err := work(t.Context(), w, n); err != nil {
		t.Fatal(err)
	}
	if len(n.left()) != 1 || !strings.Contains(log.String(), "disk full") {
		t.Errorf("left %v, logged %q", n.left(), log.String())
	}
}

// TestCallPatience: a late answer is announced once, when patience is over, and
// a quick one not at all.
func TestCallPatience(t *testing.T) {
	for _, tt := range []struct {
		takes time.Duration
		late  []time.Duration // when it was announced
	}{
		{0, nil},
		{1999 * time.Millisecond, nil},
		{2001 * time.Millisecond, []time.Duration{2 * time.Second}},
		{time.Hour, []time.Duration{2 * time.Second}},
	} {
		t.Run(tt.takes.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var late []time.Duration
				m, err := chat.Call(t.Context(), func(_ context.Context, r chat.Request) (chat.Message, error) {
					<-time.After(tt.takes) // of the fake clock
					return chat.Message{Text: r.Text}, nil
				}, chat.Request{Text: "câu"}, 2*time.Second, func(context.Context) { late = append(late, time.Since(start)) })
				if m.Text != "câu" || err != nil {
					t.Errorf("got %q, %v", m.Text, err)
				}
				if took := time.Since(start); took != tt.takes {
					t.Errorf("took %v", took)
				}
				if diff := cmp.Diff(tt.late, late); diff != "" {
					t.Errorf("late (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestCallWaitsForBoth: the placeholder is out before the answer is given.
func TestCallWaitsForBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		announced := false
		_, _ = chat.Call(t.Context(), func(context.Context, chat.Request) (chat.Message, error) {
			<-time.After(2 * time.Second)
			return chat.Message{}, nil
		}, chat.Request{}, time.Second, func(context.Context) {
			<-time.After(time.Minute)
			announced = true
		})
		if !announced {
			t.Error("the answer is given before the announcement is out")
		}
	})
}

func TestCallErrors(t *testing.T) {
	never := func(context.Context) { t.Error("late") }
	broken := errors.New("broken")
	m, err := chat.Call(t.Context(), func(context.Context, chat.Request) (chat.Message, error) {
		return chat.Message{Text: "lời"}, broken
	}, chat.Request{}, time.Hour, never)
	if m.Text != "lời" || !errors.Is(err, broken) {
		t.Errorf("got %q, %v", m.Text, err)
	}
	m, err = chat.Call(t.Context(), func(context.Context, chat.Request) (chat.Message, error) {
		panic(fmt.Sprint("lỗi thử ", 42))
	}, chat.Request{}, time.Hour, never)
	if !m.Empty() || err == nil || !strings.Contains(err.Error(), "lỗi thử 42") {
		t.Errorf("a panic: got %+v, %v", m, err)
	}
}
