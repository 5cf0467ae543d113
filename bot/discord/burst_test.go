package discord

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
)

// newStrictBench makes a bot on a Discord that is some way off and enforces its
// rate limits, in a bubble of synctest.
func newStrictBench(t *testing.T) *bench {
	server := discordtest.NewPiped()
	server.Strict, server.Latency = true, 50*time.Millisecond
	b := newBenchOn(t, server)
	b.timing = usual
	b.client.Transport.(*http.Transport).MaxConnsPerHost = 0
	return b
}

// deliver sends posts, to the channels of their numbers, from many goroutines.
func (b *bench) deliver(d *Discord, n, workers int, channel func(int) string) {
	numbers := make(chan int)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for i := range numbers {
				begun := 0
				_, err := d.Send(context.Background(), chat.Post{
					To: chat.Ref{Platform: platform, Chat: channel(i)}, Message: chat.Message{Text: fmt.Sprintf("Bản tin số %d.", i)},
					Key: fmt.Sprint("bản tin ", i), Begin: func() error { begun++; return nil },
				})
				if err != nil || begun != 1 {
					b.t.Errorf("post %d, begun %d times: %v", i, begun, err)
				}
			}
		})
	}
	for i := range n {
		numbers <- i
	}
	close(numbers)
	all.Wait()
}

// delivered checks that there is one message of each post in its channel.
func (b *bench) delivered(n int, channel func(int) string) {
	b.t.Helper()
	seen := map[string]int{}
	for range b.server.Counts().Messages {
		a, err := b.server.Next(b.ctx())
		if err != nil {
			b.t.Fatal(err)
		}
		seen[a.Channel+" "+a.Text]++
	}
	for i := range n {
		if got := seen[channel(i)+fmt.Sprintf(" Bản tin số %d.", i)]; got != 1 {
			b.t.Errorf("there are %d messages of post %d", got, i)
		}
	}
	if c := b.server.Counts(); c.Limited != 0 {
		b.t.Errorf("%d calls were refused by the rate limits", c.Limited)
	}
}

// TestBurst: digests for many channels go out as fast as Discord allows, none is
// refused, lost or sent twice.
func TestBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 600
		b := newStrictBench(t)
		d := b.make()
		channel := func(i int) string { return fmt.Sprint(5000 + i) }
		start := time.Now()
		b.deliver(d, n, 256, channel)
		took, own := time.Since(start), n*time.Second/50
		b.delivered(n, channel)
		t.Logf("%d posts to as many channels in %v, %.3f of the limit's own %v", n, took, took.Seconds()/own.Seconds(), own)
		if took > own*106/100 {
			t.Errorf("%d posts took %v, at most %v is allowed", n, took, own*106/100)
		}
	})
}

// TestBurstInChannels: several digests for each of a few channels, 5 in 5
// seconds each.
func TestBurstInChannels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n, channels = 60, 4
		b := newStrictBench(t)
		d := b.make()
		channel := func(i int) string { return fmt.Sprint(5000 + i%channels) }
		start := time.Now()
		b.deliver(d, n, n, channel)
		took := time.Since(start)
		b.delivered(n, channel)
		// 15 in a channel: after 5 it is full, for the rest of 5 seconds.
		if own := 2 * 5 * time.Second; took > own+2*time.Second {
			t.Errorf("%d posts to each of %d channels took %v, Discord takes %v", n/channels, channels, took, own)
		}
	})
}

// TestAnswersDuringBurst: who asks while digests go out waits hardly longer.
func TestAnswersDuringBurst(t *testing.T) {
	const questions = 150 // in about 13 seconds
	delays := func(t *testing.T, n int) (all []time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			b := newStrictBench(t)
			channel := func(i int) string { return fmt.Sprint(5000 + i) }
			b.start(echo)
			if err := b.server.Connected(b.ctx(), 1); err != nil {
				t.Fatal(err)
			}
			var posting, asking sync.WaitGroup
			posting.Go(func() { b.deliver(b.d, n, 256, channel) })
			random := rand.New(rand.NewPCG(1, 2))
			var mu sync.Mutex
			for i := range questions {
				// At any time, several at once now and then.
				at := time.Duration(random.IntN(12_500)) * time.Millisecond
				asking.Go(func() {
					if pause(b.t.Context(), at) != nil {
						return
					}
					who := discordtest.Person{ID: fmt.Sprint(200 + i), Channel: fmt.Sprint(300 + i), Locale: "vi"}
					asked := time.Now()
					talk := b.server.Say(who, fmt.Sprint("câu hỏi ", i))
					b.answer(talk, "câu hỏi")
					mu.Lock()
					all = append(all, time.Since(asked))
					mu.Unlock()
				})
			}
			asking.Wait()
			posting.Wait()
			b.finished()
			b.delivered(n, channel)
			if err := b.stop(); err != context.Canceled {
				t.Error(err)
			}
		})
		slices.Sort(all)
		return all
	}
	idle, busy := delays(t, 0), delays(t, 600)
	p95 := func(all []time.Duration) time.Duration { return all[len(all)*95/100] }
	t.Logf("from the question to the answer, p50, p95 and most: idle %v, %v, %v; while 600 digests go out %v, %v, %v",
		idle[len(idle)/2], p95(idle), idle[len(idle)-1], busy[len(busy)/2], p95(busy), busy[len(busy)-1])
	if p95(busy) > p95(idle)*3/2 {
		t.Errorf("p95 %v, idle %v", p95(busy), p95(idle))
	}
}

// TestAnswerOvertakes: in one channel an answer goes before the posts that wait
// there, and all of them after the call that is on its way.
func TestAnswerOvertakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newStrictBench(t)
		b.start(echo)
		if err := b.server.Connected(b.ctx(), 1); err != nil {
			t.Fatal(err)
		}
		var posting sync.WaitGroup
		posting.Go(func() { b.deliver(b.d, 12, 12, func(int) string { return lan.Channel }) })
		if err := pause(t.Context(), 2*time.Second); err != nil { // 5 are sent, 7 wait
			t.Fatal(err)
		}
		b.answer(b.server.Say(lan, "xen vào"), "xen vào")
		posting.Wait()
		for i := range 13 {
			a, err := b.server.Next(b.ctx())
			if err != nil {
				t.Fatal(err)
			}
			if (a.ReplyTo != "") != (i == 5) {
				t.Errorf("message %d is %q", i, a.Text)
			}
		}
		if c := b.server.Counts(); c.Limited != 0 || c.Messages != 13 {
			t.Errorf("%+v", c)
		}
		if err := b.stop(); err != context.Canceled {
			t.Error(err)
		}
	})
}
