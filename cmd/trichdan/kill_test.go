//go:build unix

package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"trichdan/bot/telegram/telegramtest"
	"trichdan/corpus/sample"
)

// TestKilledServing: 500 questions arrive while the process that answers them
// is killed at 50 random moments. Each is answered; how many are answered again
// is said.
func TestKilledServing(t *testing.T) {
	const kills, questions, people = 50, 500, 100
	network := telegramtest.New()
	defer network.Close()
	random := rand.New(rand.NewPCG(2026, 11))

	// Answers are counted by the question that they reply to.
	var mu sync.Mutex
	answers := map[question]int{}
	enough := make(chan struct{})
	network.Watch(func(c telegramtest.Call) {
		if c.Method != "sendMessage" || c.Status != http.StatusOK {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		q := question{c.Message.Chat, c.Message.ReplyTo}
		if answers[q]++; answers[q] == 1 && len(answers) == questions {
			close(enough)
		}
	})

	data := filepath.Join(t.TempDir(), "data")
	serve := func() (kill func() string) {
		return serveTelegram(t, network, data, "TRICHDAN_USER_RATE=0", "TRICHDAN_CHAT_RATE=0")
	}
	all := sample.Questions()
	ask := func(n int) {
		person := int64(1000 + n%people)
		network.Say(telegramtest.Said{From: telegramtest.User{ID: person, Name: fmt.Sprint("N", n)}, Text: all[n%len(all)]})
	}
	asked := 0
	for i := range kills {
		polls := network.Count("getUpdates")
		kill := serve()
		// Half of the moments are counted from when it polls, so that they fall
		// into its work, the others from its start.
		if i%2 == 0 {
			if err := network.WaitCount(t.Context(), "getUpdates", polls+1); err != nil {
				t.Fatal(err)
			}
		}
		end := time.Now().Add(time.Duration(random.IntN(500)) * time.Millisecond)
		for ; asked < questions*(i+1)/kills; asked++ {
			ask(asked)
			pause(t.Context(), time.Duration(random.IntN(20))*time.Millisecond)
		}
		pause(t.Context(), time.Until(end))
		kill()
	}
	kill := serve()
	select {
	case <-enough:
	case <-time.After(3 * time.Minute):
		t.Error("not every question was answered")
	}
	if err := network.WaitAcknowledged(t.Context()); err != nil {
		t.Error(err)
	}
	kill()
	mu.Lock()
	defer mu.Unlock()
	sent, again := 0, 0
	for _, n := range answers {
		sent += n
		if n > 1 {
			again++
		}
	}
	t.Logf("%d kills, %d questions, %d answered, %d messages: %d repeats of %d questions", kills, asked, len(answers), sent, sent-len(answers), again)
	if asked != questions || len(answers) != questions {
		t.Errorf("%d of %d questions were answered", len(answers), questions)
	}
	if info, err := os.Stat(filepath.Join(data, "ledger.db")); err != nil || info.Size() == 0 {
		t.Error(err)
	}
}
