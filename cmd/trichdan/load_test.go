package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"trichdan/bot"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
	"trichdan/corpus/sample"
	"trichdan/jobs/ledger"
)

// crowd is people who ask on the fake of Telegram, each in a chat of their own,
// and the whole bot behind it: journal, limits, queue, index, store.
type crowd struct {
	network *telegramtest.Server
	app     *app

	mu      sync.Mutex
	asked   map[question]time.Time
	waiting map[question]chan time.Duration // gets the time until the first reply
	repeats int                             // replies after the first
	stop    func() error
}

type question struct {
	chat    int64
	message int
}

// newCrowd starts everything. Limits of Telegram's own are off, since they
// would be all that is measured; so are those of the bot, unless given.
func newCrowd(tb testing.TB, user bot.Rate) *crowd {
	tb.Helper()
	c, problems := newConfig(&cli{Data: filepath.Join(tb.TempDir(), "data")}, streams{strings.NewReader(""), io.Discard, io.Discard})
	if len(problems) > 0 {
		tb.Fatal(problems)
	}
	a, err := newApp(tb.Context(), c, false)
	if err != nil {
		tb.Fatal(err)
	}
	a.bot = bot.New(a.index, a.store, bot.Options{Now: time.Now, Log: c.log, Ledger: a.ledger, UserRate: user})
	w := &crowd{network: telegramtest.New(), app: a, asked: map[question]time.Time{}, waiting: map[question]chan time.Duration{}}
	w.network.Watch(func(c telegramtest.Call) {
		if c.Method == "sendMessage" && c.Status == http.StatusOK {
			w.replied(question{c.Message.Chat, c.Message.ReplyTo}, c.At)
		}
	})
	t := telegram.New(telegram.Options{
		Token: w.network.Token, API: w.network.URL, Commands: a.bot.Commands(), Phrases: a.bot.Phrases,
		Journal: a.ledger, Now: time.Now, Log: c.log, Patience: time.Hour, Timeout: time.Hour,
		Limits: telegram.Limits{All: -1, Chat: -1, PerGroup: -1},
	})
	ctx, cancel := context.WithCancel(tb.Context())
	done := make(chan error, 1)
	go func() { done <- t.Receive(ctx, a.bot.Handle) }()
	w.stop = sync.OnceValue(func() error {
		cancel()
		<-done
		w.network.Close()
		return a.Close()
	})
	tb.Cleanup(func() { _ = w.stop() })
	return w
}

// ask lets a person ask, and gives a channel with the time until the reply.
func (w *crowd) ask(person int64, text string) <-chan time.Duration {
	ch := make(chan time.Duration, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	q := question{person, w.network.Say(telegramtest.Said{From: telegramtest.User{ID: person, Name: "N"}, Text: text})}
	w.asked[q], w.waiting[q] = time.Now(), ch
	return ch
}

func (w *crowd) replied(q question, at time.Time) {
	// Say holds the lock of the server when it has the update ready: the reply
	// may come before ask has noted the question.
	go func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		ch := w.waiting[q]
		if ch == nil {
			w.repeats++
			return
		}
		delete(w.waiting, q)
		ch <- at.Sub(w.asked[q])
	}()
}

// rounds lets people, numbered from first, ask n questions each, the next when the one before is
// answered, all people at the same time, and gives the times.
func (w *crowd) rounds(ctx context.Context, first, people, n int) (times []time.Duration, err error) {
	questions := sample.Questions()
	var mu sync.Mutex
	var all sync.WaitGroup
	for p := range people {
		all.Go(func() {
			for i := range n {
				select {
				case took := <-w.ask(int64(first+p), questions[(p+i)%len(questions)]):
					mu.Lock()
					times = append(times, took)
					mu.Unlock()
				case <-ctx.Done():
					mu.Lock()
					err = ctx.Err()
					mu.Unlock()
					return
				}
			}
		})
	}
	all.Wait()
	return times, err
}

func percentile(times []time.Duration, p float64) time.Duration {
	slices.Sort(times)
	return times[min(int(p*float64(len(times))), len(times)-1)]
}

// TestLoad: of 10,000 questions of 1,000 people at once none is lost or
// answered twice, memory does not grow with them, and nothing is left running.
func TestLoad(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	people, each := 1000, 10
	if raceDetector {
		people, each = 300, 4
	}
	w := newCrowd(t, bot.Rate{})
	if _, err := w.rounds(t.Context(), 1000, people, 1); err != nil { // caches and pools fill
		t.Fatal(err)
	}
	w.network.Forget()
	before := heap()
	times, err := w.rounds(t.Context(), 1000, people, each)
	if err != nil || len(times) != people*each {
		t.Fatalf("%d answers, %v", len(times), err)
	}
	w.network.Forget()
	grown := heap() - before
	t.Logf("%d questions: median %v, p99 %v; heap %+d kB", len(times), percentile(times, 0.5), percentile(times, 0.99), grown/1024)
	if most := int64(8 << 20); grown > most {
		t.Errorf("the heap has grown by %d bytes, at most %d", grown, most)
	}
	if err := w.stop(); err != nil {
		t.Error(err)
	}
	if w.repeats > 0 {
		t.Errorf("%d questions were answered again", w.repeats)
	}
	l, err := ledger.Open(t.Context(), w.app.config.ledgerFile(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if s, err := l.Stats(t.Context(), time.Time{}); err != nil || s.Pending > 0 || s.Exchanges != people*(each+1) {
		t.Errorf("%+v, %v", s, err)
	}
}

// heap is what is in use after a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkLoad measures the time from an update to the first send: of 1,000
// people at once, each with a question after the other; and of 20 people while
// another floods, as a multiple of the time without.
func BenchmarkLoad(b *testing.B) {
	b.Run("1000 people", func(b *testing.B) {
		w := newCrowd(b, bot.Rate{})
		var times []time.Duration
		for b.Loop() {
			took, err := w.rounds(b.Context(), 1000, 1000, 10)
			if err != nil {
				b.Fatal(err)
			}
			times = append(times, took...)
		}
		b.ReportMetric(float64(percentile(times, 0.5).Milliseconds()), "p50-ms")
		b.ReportMetric(float64(percentile(times, 0.99).Milliseconds()), "p99-ms")
	})
	b.Run("flood", func(b *testing.B) {
		w := newCrowd(b, rate(20))
		var alone, flooded []time.Duration
		next := 1000
		for b.Loop() {
			took, err := w.rounds(b.Context(), next, 20, 5)
			if err != nil {
				b.Fatal(err)
			}
			alone = append(alone, took...)
			for i := range 5000 {
				w.network.Say(telegramtest.Said{From: telegramtest.User{ID: 7, Name: "F"}, Text: fmt.Sprint("Câu hỏi thứ ", i)})
			}
			if took, err = w.rounds(b.Context(), next+20, 20, 5); err != nil {
				b.Fatal(err)
			}
			flooded = append(flooded, took...)
			next += 40 // within the limit of each
		}
		p, q := percentile(alone, 0.99), percentile(flooded, 0.99)
		b.ReportMetric(float64(p.Microseconds())/1000, "alone-p99-ms")
		b.ReportMetric(float64(q.Microseconds())/1000, "flooded-p99-ms")
		b.ReportMetric(float64(q)/float64(p), "flooded/alone")
	})
}
