//go:build unix

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/telegram/telegramtest"
	"trichdan/corpus"
	"trichdan/corpus/store"
	"trichdan/jobs/ledger"
)

// TestKilledDelivering: digests for 500 subscribers are due while the process is
// killed at random moments, 200 of them where TRICHDAN_TEST_KILLS says so. Each
// gets it; who gets it twice is one of whom the log says that nobody could know.
func TestKilledDelivering(t *testing.T) {
	kills, subscribers := 40, 500
	if n, err := strconv.Atoi(os.Getenv("TRICHDAN_TEST_KILLS")); err == nil {
		kills = n
	}
	network := telegramtest.New()
	defer network.Close()
	random := rand.New(rand.NewPCG(2026, 12))
	var mu sync.Mutex
	got := map[int64]int{}
	network.Watch(func(c telegramtest.Call) {
		if c.Method == "sendMessage" && c.Status == http.StatusOK {
			mu.Lock()
			defer mu.Unlock()
			got[c.Message.Chat]++
		}
	})
	told := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(got)
	}

	data := filepath.Join(t.TempDir(), "data")
	if out, err := program(t, "reload", "--data", data).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var logs strings.Builder
	due, among := 0, 0
	for i := range kills {
		if told() == due { // all so far
			subscribeMany(t, network, data, due, subscribers)
			due += subscribers
		}
		sent := network.Count("sendMessage")
		kill := serveTelegram(t, network, data)
		// Most moments are counted from the first message of this life, so that
		// they fall among the messages, the others from its start.
		if i%5 == 0 {
			pause(t.Context(), time.Duration(random.IntN(400))*time.Millisecond)
		} else {
			if err := network.WaitCount(t.Context(), "sendMessage", sent+1); err != nil {
				t.Fatal(err)
			}
			pause(t.Context(), time.Duration(random.IntN(10))*time.Millisecond)
		}
		logs.WriteString(kill())
		if network.Count("sendMessage") > sent && told() < due {
			among++
		}
	}
	kill := serveTelegram(t, network, data)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	if err := network.Wait(ctx, func() bool { return told() == due }); err != nil {
		t.Errorf("not everybody was told: %v", err)
	}
	logs.WriteString(kill())

	l, err := ledger.Open(t.Context(), filepath.Join(data, "ledger.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	mu.Lock()
	defer mu.Unlock()
	repeats, possible, unexplained := 0, 0, 0
	for id, n := range got {
		list, err := l.Subscriptions(t.Context(), chat.Ref{Platform: "telegram", Chat: fmt.Sprint(id)})
		if len(list) != 1 || err != nil {
			t.Fatal(list, err)
		}
		d, err := l.Deliveries(t.Context(), list[0].ID, 9)
		if len(d) != 1 || err != nil {
			t.Fatal(d, err)
		}
		repeats += n - 1
		possible += d[0].Repeats
		if n-1 > d[0].Repeats || n > 1 && !strings.Contains(logs.String(), "key="+d[0].Key+" ") {
			unexplained++
		}
	}
	t.Logf("%d kills, %d of them among the messages, %d subscribers, %d told; %d repeats, of %d that the ledger counts as possible",
		kills, among, due, len(got), repeats, possible)
	if len(got) != due || unexplained > 0 {
		t.Errorf("%d of %d were told, %d repeats are not in the books", len(got), due, unexplained)
	}
}

// subscribeMany makes subscriptions to which the last articles are news, and
// which are due.
func subscribeMany(t testing.TB, network *telegramtest.Server, data string, from, n int) {
	t.Helper()
	st, err := store.Open(t.Context(), filepath.Join(data, "corpus.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	last, err := st.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), filepath.Join(data, "ledger.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		id := int64(1000 + from + i)
		network.AddChat(telegramtest.Chat{ID: id, Type: "private"})
		_, err := l.Subscribe(t.Context(), ledger.Subscription{
			Ref: chat.Ref{Platform: "telegram", Chat: fmt.Sprint(id)}, Schedule: "daily 07:00", Zone: "Asia/Ho_Chi_Minh",
			Lang: chat.Vietnamese, Cursor: max(last, 3) - corpus.Seq(3), Next: time.Now().Add(-time.Hour),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}
