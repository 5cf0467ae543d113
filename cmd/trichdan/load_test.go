package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"trichdan/bot"
	"trichdan/bot/chat"
	"trichdan/bot/discord"
	"trichdan/bot/discord/discordtest"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
	"trichdan/corpus/sample"
)

// crowd is people who ask on a fake network, each in a direct chat, and the
// whole bot behind it: adapter, journal, limits, queue, index, store.
type crowd struct {
	app     *app
	network any // the fake
	// ask lets a person ask and waits for the first message that answers; it
	// gives the time until that.
	ask    func(ctx context.Context, person int64, text string) (time.Duration, error)
	flood  func(person int64, text string) // asks and does not wait
	forget func()                          // drops what the fake remembers
	twice  func() int                      // how many questions were answered more than once
	stop   func() error
}

// rounds lets people, numbered from first, ask n questions each, the next when
// the one before is answered, all people at the same time, and gives the times.
func (w *crowd) rounds(ctx context.Context, first, people, n int) (times []time.Duration, err error) {
	questions := sample.Questions()
	var mu sync.Mutex
	var all sync.WaitGroup
	for p := range people {
		all.Go(func() {
			for i := range n {
				took, failed := w.ask(ctx, int64(first+p), questions[(p+i)%len(questions)])
				mu.Lock()
				if failed != nil {
					err = failed
				} else {
					times = append(times, took)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return times, err
}

// newCrowd opens the app with a bot that has a limit for each person.
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
	return &crowd{app: a}
}

// run receives from a platform until the crowd is stopped.
func (w *crowd) run(tb testing.TB, p chat.Receiver, closeNetwork func()) {
	ctx, cancel := context.WithCancel(tb.Context())
	done := make(chan error, 1)
	go func() { done <- p.Receive(ctx, w.app.bot.Handle) }()
	w.stop = sync.OnceValue(func() error {
		cancel()
		<-done
		closeNetwork()
		return w.app.Close()
	})
	tb.Cleanup(func() { _ = w.stop() })
}

// question is a message on the fake of Telegram.
type question struct {
	chat    int64
	message int
}

// onTelegram has limits of Telegram's own off, since they would be all that is
// measured.
func onTelegram(tb testing.TB, user bot.Rate) *crowd {
	w := newCrowd(tb, user)
	network := telegramtest.New()
	w.network = network
	w.run(tb, telegram.New(telegram.Options{
		Token: network.Token, API: network.URL, Commands: w.app.bot.Commands(), Phrases: w.app.bot.Phrases,
		Journal: w.app.ledger, Now: time.Now, Log: w.app.config.log, Patience: time.Hour, Timeout: time.Hour,
		Limits: telegram.Limits{All: -1, Chat: -1, PerGroup: -1},
	}), network.Close)

	var mu sync.Mutex
	first := map[question]time.Time{}          // of the replies
	waiting := map[question]chan<- time.Time{} // gets it
	repeats := 0
	network.Watch(func(c telegramtest.Call) {
		if c.Method != "sendMessage" || c.Status != http.StatusOK {
			return
		}
		q := question{c.Message.Chat, c.Message.ReplyTo}
		mu.Lock()
		defer mu.Unlock()
		if _, ok := first[q]; ok {
			repeats++
			return
		}
		first[q] = c.At
		if ch := waiting[q]; ch != nil {
			ch <- c.At
		}
	})
	say := func(person int64, text string) question {
		return question{person, network.Say(telegramtest.Said{From: telegramtest.User{ID: person, Name: "N"}, Text: text})}
	}
	w.ask = func(ctx context.Context, person int64, text string) (time.Duration, error) {
		start := time.Now()
		q := say(person, text)
		ch := make(chan time.Time, 1)
		mu.Lock()
		waiting[q] = ch
		if at, ok := first[q]; ok { // it was faster than we
			ch <- at
		}
		mu.Unlock()
		select {
		case at := <-ch:
			return at.Sub(start), nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	w.flood = func(person int64, text string) { say(person, text) }
	w.forget = func() {
		network.Forget()
		mu.Lock()
		defer mu.Unlock()
		clear(first)
		clear(waiting)
	}
	w.twice = func() int { mu.Lock(); defer mu.Unlock(); return repeats }
	return w
}

// onDiscord asks by slash commands.
func onDiscord(tb testing.TB, user bot.Rate) *crowd {
	w := newCrowd(tb, user)
	network := discordtest.New()
	w.network = network
	network.AckWithin, network.TokenLife = time.Hour, time.Hour // of a busy machine
	d, err := discord.New(discord.Options{
		Token: discordtest.Token, API: network.API, Commands: w.app.bot.Commands(), Phrases: w.app.bot.Phrases,
		Journal: w.app.ledger, Now: time.Now, Log: w.app.config.log, Timeout: time.Hour, Rate: -1,
	})
	if err != nil {
		tb.Fatal(err)
	}
	w.run(tb, d, network.Close)
	if err := network.Connected(tb.Context(), 1); err != nil {
		tb.Fatal(err)
	}
	slash := func(person int64, text string) *discordtest.Talk {
		id := strconv.FormatInt(person+1_000_000, 10)
		return network.Slash(discordtest.Person{ID: id, Channel: id + "1", Locale: "vi"}, "ask", text)
	}
	w.ask = func(ctx context.Context, person int64, text string) (time.Duration, error) {
		start := time.Now()
		_, err := slash(person, text).Answer(ctx, "")
		return time.Since(start), err
	}
	w.flood = func(person int64, text string) { slash(person, text) }
	w.forget = func() {}
	w.twice = func() int { c := network.Counts(); return c.Messages + c.Edits - c.Deferrals }
	return w
}

var networks = []struct {
	name string
	open func(testing.TB, bot.Rate) *crowd
}{{"telegram", onTelegram}, {"discord", onDiscord}}

// pause waits as the world outside does.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

func percentile(times []time.Duration, p float64) time.Duration {
	slices.Sort(times)
	return times[min(int(p*float64(len(times))), len(times)-1)]
}

// TestLoad: of the questions of 1,000 people at once none is lost or answered
// twice, memory does not grow with them, and nothing is left running.
func TestLoad(t *testing.T) {
	for _, n := range networks {
		t.Run(n.name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			people, each := 1000, 10
			if n.name != "telegram" {
				each = 3
			}
			if raceDetector {
				people, each = 200, 3
			}
			w := n.open(t, bot.Rate{})
			if _, err := w.rounds(t.Context(), 1000, people, 1); err != nil { // caches and pools fill
				t.Fatal(err)
			}
			w.forget()
			before := heap()
			times, err := w.rounds(t.Context(), 1000, people, each)
			if err != nil || len(times) != people*each {
				t.Fatalf("%d answers, %v", len(times), err)
			}
			w.forget()
			grown := heap() - before
			t.Logf("%d questions: median %v, p99 %v; heap %+d kB", len(times), percentile(times, 0.5), percentile(times, 0.99), grown/1024)
			if most := int64(8 << 20); grown > most && n.name == "telegram" { // the other fake forgets nothing
				t.Errorf("the heap has grown by %d bytes, at most %d", grown, most)
			}
			if again := w.twice(); again > 0 {
				t.Errorf("%d questions were answered again", again)
			}
			s, err := w.app.ledger.Stats(t.Context(), time.Time{})
			if err != nil || s.Exchanges != people*(each+1) {
				t.Errorf("%+v, %v", s, err)
			}
			if err := w.stop(); err != nil {
				t.Error(err)
			}
		})
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
// people at once, each with one question after the other; and of 20 people
// while another floods, beside the same without.
func BenchmarkLoad(b *testing.B) {
	milliseconds := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	for _, n := range networks {
		b.Run(n.name+"/1000 people", func(b *testing.B) {
			w := n.open(b, bot.Rate{})
			var times []time.Duration
			for b.Loop() {
				took, err := w.rounds(b.Context(), 1000, 1000, 10)
				if err != nil {
					b.Fatal(err)
				}
				times = append(times, took...)
			}
			b.ReportMetric(milliseconds(percentile(times, 0.5)), "p50-ms")
			b.ReportMetric(milliseconds(percentile(times, 0.99)), "p99-ms")
		})
		b.Run(n.name+"/flood", func(b *testing.B) {
			w := n.open(b, rate(20))
			var alone, flooded []time.Duration
			next := 1000
			for b.Loop() {
				took, err := w.rounds(b.Context(), next, 20, 5)
				if err != nil {
					b.Fatal(err)
				}
				alone = append(alone, took...)
				// A hundred at once, and 200 a second from then on: far more
				// than a person's client is let.
				ctx, stop := context.WithCancel(b.Context())
				var flood sync.WaitGroup
				flood.Go(func() {
					for i := 0; ctx.Err() == nil; i++ {
						w.flood(7, fmt.Sprint("Câu hỏi thứ ", i))
						if i >= 100 {
							pause(ctx, time.Second/200)
						}
					}
				})
				took, err = w.rounds(b.Context(), next+20, 20, 5)
				stop()
				flood.Wait()
				if err != nil {
					b.Fatal(err)
				}
				flooded = append(flooded, took...)
				next += 40 // people who are within their limit
			}
			p, q := percentile(alone, 0.99), percentile(flooded, 0.99)
			b.ReportMetric(milliseconds(p), "alone-p99-ms")
			b.ReportMetric(milliseconds(q), "flooded-p99-ms")
			b.ReportMetric(float64(q)/float64(p), "flooded/alone")
		})
	}
}
