package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"trichdan/bot/chat"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
	"trichdan/jobs/ledger"
)

// answered counts the answers to each question of the kind "Câu 7.".
func answered(w *world) map[string]int {
	counts := map[string]int{}
	for _, c := range w.Calls("") {
		if c.Status == http.StatusOK && c.Message.ID != 0 && strings.HasPrefix(c.Message.Text, "Đáp: |Câu ") {
			counts[strings.TrimPrefix(c.Message.Text, "Đáp: |")]++
		}
	}
	return counts
}

func TestManyAtOnce(t *testing.T) {
	in(t, func(w *world) {
		const people, questions = 100, 800
		w.receive(w.bot(func(o *telegram.Options) { o.Limits, o.Pending = unlimited, 50 }), new(echo).handle)
		for i := range questions {
			w.Say(telegramtest.Said{From: telegramtest.User{ID: int64(100 + i%people)}, Text: fmt.Sprintf("Câu %d.", i)})
		}
		pass(time.Minute)
		counts := answered(w)
		for i := range questions {
			if q := fmt.Sprintf("Câu %d.", i); counts[q] != 1 {
				t.Errorf("%q is answered %d times", q, counts[q])
			}
		}
	})
}

// mortal is a journal and a network that end when the process does.
type mortal struct {
	chat.Journal
	http.RoundTripper
	dead *atomic.Bool
}

var errDead = errors.New("the process has ended")

func (m mortal) RoundTrip(r *http.Request) (*http.Response, error) {
	if m.dead.Load() {
		return nil, errDead
	}
	return m.RoundTripper.RoundTrip(r)
}

func (m mortal) Accept(ctx context.Context, platform string, position int64, updates []chat.Update) ([]chat.Update, error) {
	if m.dead.Load() {
		return nil, errDead
	}
	return m.Journal.Accept(ctx, platform, position, updates)
}

func (m mortal) Begin(ctx context.Context, platform, id string) (int, error) {
	if m.dead.Load() {
		return 0, errDead
	}
	return m.Journal.Begin(ctx, platform, id)
}

func (m mortal) Finish(ctx context.Context, platform, id string, r chat.Reply) error {
	if m.dead.Load() {
		return errDead
	}
	return m.Journal.Finish(ctx, platform, id, r)
}

func (m mortal) SetReply(ctx context.Context, r chat.Reply) error {
	if m.dead.Load() {
		return errDead
	}
	return m.Journal.SetReply(ctx, r)
}

// The process ends without notice, again and again, while questions come:
// each is answered.
func TestKilled(t *testing.T) {
	in(t, func(w *world) {
		const questions, kills = 150, 12
		chance := rand.New(rand.NewPCG(1, 2))
		asked := 0
		for kill := range kills + 1 {
			dead := new(atomic.Bool)
			stop := w.receive(w.bot(func(o *telegram.Options) {
				m := mortal{w.journal, w.Client().Transport, dead}
				o.Limits, o.Journal, o.Client = unlimited, m, &http.Client{Transport: m}
			}), func(ctx context.Context, r chat.Request) (chat.Message, error) {
				// Some are fast, some are late.
				took := time.Duration(len(r.Text)*int(r.Text[len(r.Text)-2])%7) * time.Second
				return say(text("Đáp: |"+r.Text), took)(ctx, r)
			})
			for ; asked < questions*(kill+1)/(kills+1); asked++ {
				w.Say(telegramtest.Said{From: telegramtest.User{ID: int64(100 + asked%9)}, Text: fmt.Sprintf("Câu %d.", asked)})
				pass(time.Duration(chance.IntN(300)) * time.Millisecond)
			}
			if kill == kills {
				break
			}
			pass(time.Duration(chance.IntN(5000)) * time.Millisecond)
			dead.Store(true)
			if err := stop(); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
		pass(2 * time.Minute)
		counts, repeats := answered(w), 0
		for i := range questions {
			q := fmt.Sprintf("Câu %d.", i)
			if counts[q] == 0 {
				t.Errorf("%q is not answered", q)
			}
			repeats += max(counts[q]-1, 0)
		}
		t.Logf("%d questions, %d ends of the process, %d answers twice", questions, kills, repeats)
		for u := range 9 {
			for _, m := range w.Replies(int64(100 + u)) {
				if m.Text == phrases.Searching {
					t.Errorf("%q stays", m.Text)
				}
			}
		}
		left, err := w.journal.Unfinished(w.Context(), telegram.Name)
		if err != nil || len(left) != 0 {
			t.Errorf("unfinished: %d, %v", len(left), err)
		}
	})
}

// With connections of its own over a real network nothing is left either.
func TestOwnConnections(t *testing.T) {
	before := goleak.IgnoreCurrent()
	s := telegramtest.New()
	l, err := ledger.Open(t.Context(), t.TempDir()+"/ledger.db", nil)
	if err != nil {
		t.Fatal(err)
	}
	b := telegram.New(telegram.Options{Token: s.Token, API: s.URL + "/", Journal: l})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Receive(ctx, new(echo).handle) }()
	for i := range 20 {
		s.Say(telegramtest.Said{From: telegramtest.User{ID: int64(100 + i)}, Text: "Ai?"})
	}
	if err := s.WaitCount(t.Context(), "sendMessage", 20); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Receive: %v", err)
	}
	s.Close()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
}
