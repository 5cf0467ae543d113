package discord

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
)

// TestLoad: many people ask at once; no question is lost, each is acknowledged
// in time and answered once, and nothing piles up.
func TestLoad(t *testing.T) {
	const people, each = 1000 / fewer, 10
	b := newBench(t)
	b.server.AckWithin = time.Minute // how long it takes is told, not judged: the machine is shared
	b.timing.acknowledge = time.Minute
	b.options.Log = nil
	b.start(func(_ context.Context, r chat.Request) (chat.Message, error) {
		return chat.Message{Answer: &chat.Answer{Label: "Trả lời", Text: r.Text, N: 1}}, nil
	})
	if err := b.server.Connected(b.ctx(), 1); err != nil {
		t.Fatal(err)
	}
	before := memory()
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	var asking sync.WaitGroup
	took, deferred := make(chan time.Duration, people*each), make(chan time.Duration, people*each)
	for p := range people {
		asking.Go(func() {
			who := discordtest.Person{ID: fmt.Sprint(10_000 + p), Channel: fmt.Sprint(20_000 + p), Locale: "vi"}
			for i := range each {
				text := fmt.Sprintf("người %d hỏi câu %d.", p, i)
				begun := time.Now()
				talk := b.server.Slash(who, "ask", text)
				if _, err := talk.Until(ctx, func(st discordtest.State) bool { return st.Acknowledged != 0 }); err != nil {
					t.Error(err)
					return
				}
				deferred <- time.Since(begun)
				if _, err := talk.Answer(ctx, text); err != nil {
					t.Error(err)
					return
				}
				took <- time.Since(begun)
			}
		})
	}
	asking.Wait()
	b.finished()
	c := b.server.Counts()
	if c.Edits != people*each || c.Unknown+c.Twice != 0 {
		t.Errorf("of %d questions %d are answered; %+v", people*each, c.Edits, c)
	}
	t.Logf("%d questions of %d people at once: to the answer p50 %v, p99 %v; to the acknowledgement p50 %v, p99 %v; heap %d MB before, %d MB after (the fake's memory of all included)",
		people*each, people, percentile(took, 50), percentile(took, 99), percentile(deferred, 50), percentile(deferred, 99), before>>20, memory()>>20)
	r := b.d.receiving()
	r.lock.Lock()
	if n := len(r.deferrals) + len(r.waiting); n != 0 {
		t.Errorf("%d questions are kept in memory", n)
	}
	r.lock.Unlock()
	if n := b.d.hooks.kept(); n > people {
		t.Errorf("%d buckets are kept", n)
	}
}

func memory() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// percentile empties the channel and fills it again.
func percentile(c chan time.Duration, p int) time.Duration {
	var all []time.Duration
	for range len(c) {
		all = append(all, <-c)
	}
	for _, d := range all {
		c <- d
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)*p/100, len(all)-1)].Round(time.Millisecond)
}
