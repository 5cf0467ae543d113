//go:build unix

package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"trichdan/bot/telegram/telegramtest"
	"trichdan/corpus/sample"
)

// BenchmarkBurst is the digest of 3,000 subscribers on a Telegram that enforces
// 30 messages a second, one a second in a chat, and 20 a minute in a group: the
// time over that of the limit itself, which is 100 s. Then again, while people
// ask about two questions a second: the 95th percentile of the time from a
// question to its answer, over that without a burst. It is the program itself
// that sends, in real time, for about five minutes; -benchtime 1x.
func BenchmarkBurst(b *testing.B) {
	const subscribers = 3000
	for b.Loop() {
		w := newBurst(b)
		stop := serveTelegram(w.B, w.network, w.data)
		w.ask(func() bool { return w.answers() >= 40 }) // it gets warm
		idle := w.ask(func() bool { return w.answers() >= 120 })
		stop()

		alone := w.send(subscribers, func(done func() bool) {
			if err := w.network.Wait(w.ctx, done); err != nil {
				b.Fatal(err)
			}
		})
		var busy time.Duration
		asked := w.send(subscribers, func(done func() bool) { busy = w.ask(done) })
		refused := w.network.Refused()
		b.Logf("alone %v; with %d answers %v; refused %+v; p95 idle %v, in the burst %v", alone, w.answers(), asked, refused, idle, busy)
		limit := (subscribers / 30 * time.Second).Seconds()
		b.ReportMetric(alone.Seconds()/limit, "x-limit")
		b.ReportMetric(asked.Seconds()/(limit+float64(w.answers())/30), "x-limit-asked")
		b.ReportMetric(busy.Seconds()/idle.Seconds(), "x-idle")
		b.ReportMetric(float64(refused.Total()), "429s")
		w.network.Close()
	}
}

// burst is the program on a Telegram that enforces its limits.
type burst struct {
	*testing.B
	ctx     context.Context
	network *telegramtest.Server
	data    string
	random  *rand.Rand
	people  int64

	mu      sync.Mutex
	due     int
	digests map[int64]int // by chat
	began   time.Time
	ended   time.Time
	asked   map[int64]time.Time // by person
	delays  []time.Duration
}

func newBurst(b *testing.B) *burst {
	ctx, cancel := context.WithTimeout(b.Context(), 15*time.Minute)
	b.Cleanup(cancel)
	w := &burst{
		B: b, ctx: ctx, network: telegramtest.New(), data: filepath.Join(b.TempDir(), "data"), random: rand.New(rand.NewPCG(3, 4)),
		people: 900_000, digests: map[int64]int{}, asked: map[int64]time.Time{},
	}
	w.network.Limit(telegramtest.Limits{All: 30, Chat: 1, PerGroup: 20})
	w.network.Watch(func(c telegramtest.Call) {
		if c.Method != "sendMessage" || c.Status != http.StatusOK {
			return
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if at, ok := w.asked[c.Message.Chat]; ok {
			w.delays = append(w.delays, time.Since(at))
			return
		}
		if w.ended = time.Now(); w.began.IsZero() {
			w.began = w.ended
		}
		w.digests[c.Message.Chat]++
	})
	return w
}

// send has digests for so many more subscribers sent while something else goes
// on, and gives how long that took from the first to the last.
func (w *burst) send(n int, meanwhile func(done func() bool)) time.Duration {
	subscribeMany(w.B, w.network, w.data, w.due, n)
	w.mu.Lock()
	w.due += n
	w.began = time.Time{}
	w.mu.Unlock()
	stop := serveTelegram(w.B, w.network, w.data)
	meanwhile(func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.digests) == w.due || w.ctx.Err() != nil
	})
	pause(w.ctx, time.Second) // or the last one is in doubt when it is killed
	stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, n := range w.digests {
		if n != 1 {
			w.Errorf("%d was told %d times", id, n)
		}
	}
	if len(w.digests) != w.due {
		w.Errorf("%d of %d were told", len(w.digests), w.due)
	}
	return w.ended.Sub(w.began)
}

// ask asks about two questions a second, each of somebody else, and gives the
// 95th percentile of the times to the answers.
func (w *burst) ask(until func() bool) time.Duration {
	w.mu.Lock()
	w.delays = nil
	w.mu.Unlock()
	questions := sample.Questions()
	for !until() {
		w.people++
		w.mu.Lock()
		w.asked[w.people] = time.Now()
		w.mu.Unlock()
		w.network.Say(telegramtest.Said{From: telegramtest.User{ID: w.people, Name: "N"}, Text: questions[w.random.IntN(len(questions))]})
		pause(w.ctx, time.Duration(w.random.ExpFloat64()*float64(500*time.Millisecond)))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return percentile(w.delays, 0.95)
}

// answers is how many came since it was last begun to ask.
func (w *burst) answers() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.delays)
}
