package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
)

// strict are the limits that Telegram documents; short bursts of answers are
// what it says that it may allow.
var strict = telegramtest.Limits{All: 30, Chat: 1, PerGroup: 20, Bursts: true}

// far is a network that takes time.
type far struct {
	http.RoundTripper
	takes func() time.Duration
}

func (f far) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(f.takes()):
		return f.RoundTripper.RoundTrip(r)
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// farBot is a bot to which messages take a while.
func (w *world) farBot(takes func() time.Duration) *telegram.Telegram {
	return w.bot(func(o *telegram.Options) {
		o.Client = &http.Client{Transport: far{w.Client().Transport, takes}}
	})
}

func always(d time.Duration) func() time.Duration { return func() time.Duration { return d } }

// senders sends posts, many at a time, and gives how long all of them took.
func (w *world) senders(b *telegram.Telegram, workers int, posts []chat.Post) time.Duration {
	begun, queue := time.Now(), make(chan chat.Post)
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for p := range queue {
				if _, err := b.Send(w.Context(), p); err != nil {
					w.Errorf("to %s: %v", p.To.Chat, err)
				}
			}
		})
	}
	for _, p := range posts {
		queue <- p
	}
	close(queue)
	running.Wait()
	return time.Since(begun)
}

// subscribers makes private chats, and a post to each.
func (w *world) subscribers(n int) (posts []chat.Post) {
	for i := range n {
		id := int64(100_000 + i)
		w.AddChat(telegramtest.Chat{ID: id, Type: "private"})
		posts = append(posts, post(id, fmt.Sprintf("Bản tin %d.", i)))
	}
	return posts
}

func post(to int64, s string) chat.Post {
	return chat.Post{To: chat.Ref{Platform: telegram.Name, Chat: strconv.FormatInt(to, 10)}, Message: text(s)}
}

// accepted gives when messages with such a beginning arrived and were taken, by
// their text.
func accepted(w *world, prefix string) map[string][]time.Time {
	at := map[string][]time.Time{}
	for _, c := range w.Calls("sendMessage") {
		if c.Status == http.StatusOK && strings.HasPrefix(c.Message.Text, prefix) {
			at[c.Message.Text] = append(at[c.Message.Text], c.At)
		}
	}
	return at
}

// once checks that every post arrived, once, and nothing was refused.
func (w *world) once(posts []chat.Post) {
	w.Helper()
	at := accepted(w, "")
	for _, p := range posts {
		if n := len(at[p.Message.Text]); n != 1 {
			w.Errorf("%q arrived %d times", p.Message.Text, n)
		}
	}
	if r := w.Refused(); r.Total() != 0 {
		w.Errorf("refused: %+v", r)
	}
}

// crowd asks at random moments, about so many times a second, until stop is
// called, which gives how long each answer took from the handler to Telegram,
// the shortest first.
func (w *world) crowd(b *telegram.Telegram, perSecond float64) (stop func() []time.Duration) {
	var mu sync.Mutex
	ready := map[string]time.Time{}
	receiving := w.receive(b, func(_ context.Context, r chat.Request) (chat.Message, error) {
		mu.Lock()
		defer mu.Unlock()
		ready["Đáp: "+r.Text] = time.Now()
		return text("Đáp: " + r.Text), nil
	})
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		chance := rand.New(rand.NewPCG(3, 4))
		for i := 0; ; i++ {
			select {
			case <-time.After(time.Duration(chance.ExpFloat64() / perSecond * float64(time.Second))):
				w.Say(telegramtest.Said{From: telegramtest.User{ID: int64(10_000 + i%700)}, Text: fmt.Sprintf("Câu %d.", i)})
			case <-end:
				return
			}
		}
	}()
	return func() (delays []time.Duration) {
		close(end)
		<-ended
		pass(5 * time.Second)
		if err := receiving(); !errors.Is(err, context.Canceled) {
			w.Errorf("Receive: %v", err)
		}
		at := accepted(w, "Đáp: ")
		for q, from := range ready {
			if len(at[q]) != 1 {
				w.Errorf("%q arrived %d times", q, len(at[q]))
				continue
			}
			delays = append(delays, at[q][0].Sub(from))
		}
		slices.Sort(delays)
		return delays
	}
}

func p95(sorted []time.Duration) time.Duration { return sorted[(len(sorted)*95+99)/100-1] }

// 3,000 subscribers are reached in hardly more time than Telegram's limits ask,
// and without one message too many, also where it takes a disk a moment to
// begin.
func TestBurst(t *testing.T) {
	for _, disk := range []struct{ least, most time.Duration }{{0, 0}, {5 * time.Millisecond, 15 * time.Millisecond}} {
		in(t, func(w *world) {
			w.Limit(strict)
			posts := w.subscribers(3000)
			var begun atomic.Int64
			for i := range posts {
				takes := disk.least + (disk.most-disk.least)*time.Duration(i*7%11)/10
				posts[i].Begin = func() error {
					<-time.After(takes)
					begun.Add(1)
					return nil
				}
			}
			took := w.senders(w.farBot(always(50*time.Millisecond)), 256, posts)
			w.once(posts)
			t.Logf("3,000 posts take %v, where each takes %v to %v to begin", took, disk.least, disk.most)
			if took > 105*time.Second || begun.Load() != 3000 {
				t.Errorf("3,000 posts take %v, %d have begun", took, begun.Load())
			}
		})
	}
}

// Those who ask meanwhile hardly notice.
func TestBurstAndAnswers(t *testing.T) {
	var idle []time.Duration
	in(t, func(w *world) {
		w.Limit(strict)
		stop := w.crowd(w.farBot(always(50*time.Millisecond)), 2)
		pass(100 * time.Second)
		idle = stop()
	})
	in(t, func(w *world) {
		w.Limit(strict)
		posts := w.subscribers(3000)
		b := w.farBot(always(50 * time.Millisecond))
		stop := w.crowd(b, 2)
		took := w.senders(b, 256, posts)
		during := len(accepted(w, "Đáp: "))
		busy := stop()
		w.once(posts)
		t.Logf("%d posts and %d answers take %v; answers: idle p50 %v p95 %v max %v, during the burst p50 %v p95 %v max %v",
			len(posts), during, took, idle[len(idle)/2], p95(idle), idle[len(idle)-1], busy[len(busy)/2], p95(busy), busy[len(busy)-1])
		if limit := time.Duration(float64(len(posts)+during) / 30 * 1.05 * float64(time.Second)); took > limit {
			t.Errorf("it took %v, the limits ask for %v", took, limit)
		}
		if len(busy) < 150 || 2*p95(busy) > 3*p95(idle) {
			t.Errorf("%d answers, p95 %v, idle %v", len(busy), p95(busy), p95(idle))
		}
	})
}

// The limits hold also over a network in which some messages overtake others.
func TestBurstOverUnevenNetwork(t *testing.T) {
	in(t, func(w *world) {
		w.Limit(strict)
		posts := w.subscribers(600)
		var mu sync.Mutex
		chance := rand.New(rand.NewPCG(5, 6))
		b := w.farBot(func() time.Duration {
			mu.Lock()
			defer mu.Unlock()
			d := 20*time.Millisecond + time.Duration(chance.IntN(40))*time.Millisecond
			if chance.IntN(20) == 0 { // some are much later
				d += time.Duration(chance.IntN(60)) * time.Millisecond
			}
			return d
		})
		stop := w.crowd(b, 4)
		took := w.senders(b, 100, posts)
		delays := stop()
		w.once(posts)
		t.Logf("%d posts take %v, p95 of %d answers %v", len(posts), took, len(delays), p95(delays))
	})
}

// Groups with several posts each and people who ask in them stay within what
// Telegram allows a group.
func TestBurstInGroups(t *testing.T) {
	in(t, func(w *world) {
		w.Limit(strict)
		const groups, each = 40, 8
		posts := w.subscribers(200)
		for g := range groups {
			id := int64(-7000 - g)
			w.AddChat(telegramtest.Chat{ID: id, Type: "supergroup"})
			for i := range each {
				posts = append(posts, post(id, fmt.Sprintf("Nhóm %d, phần %d.", g, i)))
			}
		}
		rand.New(rand.NewPCG(7, 8)).Shuffle(len(posts), func(i, j int) { posts[i], posts[j] = posts[j], posts[i] })
		b := w.farBot(always(30 * time.Millisecond))
		w.receive(b, new(echo).handle)
		asked := make(chan int)
		go func() {
			n := 0
			for ; n < 240; n++ {
				// Every tenth group is lively.
				w.Say(telegramtest.Said{From: an, Chat: int64(-7000 - n%4*10), Text: fmt.Sprintf("/hoi Câu %d.", n)})
				<-time.After(time.Second / 2)
			}
			asked <- n
		}()
		w.senders(b, 64, posts)
		n := <-asked
		pass(10 * time.Minute)
		w.once(posts)
		if got := len(accepted(w, "Đáp: ")); got != n {
			t.Errorf("%d of %d questions are answered", got, n)
		}
		at := map[int64][]time.Time{}
		for _, c := range w.Calls("sendMessage") {
			at[c.Message.Chat] = append(at[c.Message.Chat], c.At)
		}
		for id, at := range at {
			for i := range at {
				if id < 0 && i >= 20 && at[i].Sub(at[i-20]) < time.Minute {
					t.Errorf("21 messages to %d in %v", id, at[i].Sub(at[i-20]))
				}
			}
		}
	})
}

// What people wait for does not queue behind posts, nor a post to one chat
// behind those to another.
func TestAnswersFirst(t *testing.T) {
	in(t, func(w *world) {
		w.Limit(strict)
		b := w.farBot(always(50 * time.Millisecond))
		w.receive(b, new(echo).handle)
		posts := w.subscribers(500)
		w.AddChat(telegramtest.Chat{ID: 99_999, Type: "private"})
		var many []chat.Post
		for i := range 20 {
			many = append(many, post(99_999, fmt.Sprintf("Phần %d.", i)))
		}
		begun := time.Now()
		var running sync.WaitGroup
		var last time.Duration
		running.Go(func() { w.senders(b, len(many), many) })
		running.Go(func() { last = w.senders(b, len(posts), posts) })
		for i := range 10 { // from one person: three at once, then one a second
			pass(time.Second)
			w.Say(telegramtest.Said{From: binh, Text: fmt.Sprintf("Câu %d.", i)})
			asked := time.Now()
			pass(200 * time.Millisecond)
			at := accepted(w, fmt.Sprintf("Đáp: |Câu %d.", i))
			for _, at := range at {
				if d := at[0].Sub(asked); d > 90*time.Millisecond {
					t.Errorf("an answer takes %v behind %d posts", d, len(posts))
				}
			}
			if len(at) != 1 {
				t.Errorf("question %d is not answered", i)
			}
		}
		if d := time.Since(begun); len(accepted(w, "Bản tin")) == len(posts) {
			t.Errorf("after %v no post waits any more", d)
		}
		running.Wait()
		w.once(append(posts, many...))
		if last > 20*time.Second {
			t.Errorf("500 posts take %v beside those to one chat", last)
		}
	})
}

// Three answers go to a chat at once and then one a second; posts go one a
// second, behind what was answered too.
func TestOneChat(t *testing.T) {
	in(t, func(w *world) {
		b := w.bot(nil)
		w.receive(b, new(echo).handle)
		begun := time.Now()
		for i := range 6 {
			w.ask(an, fmt.Sprintf("Câu %d.", i))
		}
		pass(time.Minute)
		var at []time.Duration
		for _, c := range w.Calls("sendMessage") {
			at = append(at, c.At.Sub(begun).Round(100*time.Millisecond))
		}
		if got, want := fmt.Sprint(at), "[0s 0s 0s 1s 2s 3s]"; got != want {
			t.Errorf("answers after %v, want %v", got, want)
		}

		begun = time.Now()
		n := w.Count("sendMessage")
		w.ask(an, "Câu nữa.")
		var posts []chat.Post
		for i := range 4 {
			posts = append(posts, post(an.ID, fmt.Sprintf("Phần %d.", i)))
		}
		w.senders(b, 4, posts)
		at = nil
		for _, c := range w.Calls("sendMessage")[n:] {
			at = append(at, c.At.Sub(begun).Round(100*time.Millisecond))
		}
		if got, want := fmt.Sprint(at), "[0s 1s 2s 3s 4s]"; got != want {
			t.Errorf("an answer and posts after %v, want %v", got, want)
		}
	})
}

// What Telegram asks for beyond the limits is obeyed: by those who post to the
// chat, and for a moment by all.
func TestPostsObey(t *testing.T) {
	in(t, func(w *world) {
		b := w.bot(nil)
		posts := w.subscribers(60)
		w.Fail("sendMessage", telegramtest.Fault{Status: 429, RetryAfter: 20})
		_, err := b.Send(w.Context(), posts[0])
		if e, ok := err.(*chat.Error); !ok || e.Kind != chat.RateLimited || e.RetryAfter != 20*time.Second {
			t.Fatalf("got %v", err)
		}
		begun := time.Now()
		w.senders(b, 60, posts)
		w.once(posts)
		for s, at := range accepted(w, "") {
			least := 5 * time.Second
			if s == posts[0].Message.Text {
				least = 20 * time.Second
			}
			if d := at[0].Sub(begun); d < least || d > least+3*time.Second {
				t.Errorf("%q after %v, want %v", s, d, least)
			}
		}
	})
}
