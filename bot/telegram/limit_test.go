package telegram

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"trichdan/bot/chat"
)

// said is when something left for a chat, and when it arrived there.
type said struct {
	chat          string
	post          bool
	left, arrived time.Time
}

// say says something in a chat, which takes a while to begin, and to arrive and
// be answered.
func (l *limiter) say(ctx context.Context, id string, post bool, begin, takes time.Duration) (said, error) {
	pass := l.answer
	if post {
		pass = l.post
	}
	s, err := pass(ctx, id)
	if err != nil {
		return said{}, err
	}
	defer l.back(s, false)
	at := l.now()
	<-time.After(begin)
	if post {
		l.begun(l.now().Sub(at))
	}
	l.leave(s)
	left := l.now()
	<-time.After(takes)
	l.back(s, true)
	return said{id, post, left, l.now()}, nil
}

// Chats that nothing is sent to are forgotten.
func TestChatsForgotten(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := newLimiter(Limits{All: -1}, func() time.Time { return now })
	for i := range 20_000 {
		if _, err := l.say(t.Context(), strconv.Itoa(i+1), i%2 == 0, 0, 0); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
	}
	if n := len(l.chats); n > 4*leastSweep {
		t.Errorf("%d chats are known", n)
	}
}

// Posts leave in the order in which they came.
func TestPostsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Limits{All: 10}, time.Now)
		order, given := make(chan int, 100), make(chan struct{})
		for i := range 100 {
			go func() {
				_, err := l.post(t.Context(), strconv.Itoa(i+1))
				if err != nil {
					t.Error(err)
				}
				order <- i
				given <- struct{}{}
			}()
			synctest.Wait()
		}
		for range 100 {
			<-given
		}
		close(order)
		var got []int
		for i := range order {
			got = append(got, i)
		}
		if !slices.IsSorted(got) {
			t.Errorf("they left as %v", got)
		}
	})
}

// A post that takes forever to begin keeps its place, and no more than that.
func TestBeginHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Limits{All: 3}, time.Now)
		s, err := l.post(t.Context(), "1")
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		for i := range 5 {
			if _, err := l.say(t.Context(), strconv.Itoa(10+i), true, 0, 0); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 5 {
			if _, err := l.say(t.Context(), strconv.Itoa(20+i), false, 0, 0); err != nil {
				t.Fatal(err)
			}
		}
		if d := time.Since(begun); d > 8*time.Second {
			t.Errorf("ten take %v", d)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := l.post(ctx, "1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a second post to the chat: %v", err)
		}
		l.back(s, false)
		if _, err := l.say(t.Context(), "1", true, 0, 0); err != nil {
			t.Error(err)
		}
	})
}

// Nobody waits for an answer that would come too late.
func TestAnswerTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(Limits{}, time.Now)
		l.obey("5", time.Minute, time.Now())
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		begun := time.Now()
		_, err := l.answer(ctx, "5")
		e, ok := errors.AsType[*chat.Error](err)
		if !ok || e.Kind != chat.RateLimited || e.RetryAfter != time.Minute || time.Since(begun) != 0 {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
		if _, err := l.say(t.Context(), "5", false, 0, 0); err != nil || time.Since(begun) != time.Minute {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
	})
}

// Whatever is said when, the limits hold and all is said.
func TestLimitsHold(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		type thing struct {
			chat                string
			post                bool
			after, begin, takes time.Duration
		}
		limits := Limits{
			All:      rapid.SampledFrom([]float64{0.5, 1, 2.5, 7, 30, -1}).Draw(rt, "all"),
			Burst:    rapid.IntRange(1, 4).Draw(rt, "burst"),
			PerGroup: rapid.IntRange(5, 20).Draw(rt, "group"),
		}
		ms := func(most int, name string) time.Duration {
			return time.Duration(rapid.IntRange(0, most).Draw(rt, name)) * time.Millisecond
		}
		var things []thing
		for range rapid.IntRange(1, 80).Draw(rt, "n") {
			things = append(things, thing{
				chat:  rapid.SampledFrom([]string{"1", "2", "3", "4", "5", "6", "-1", "-2"}).Draw(rt, "chat"),
				post:  rapid.Bool().Draw(rt, "post"),
				after: ms(400, "after"), begin: ms(30, "begin"), takes: ms(80, "takes"),
			})
		}
		var failed string
		synctest.Test(t, func(t *testing.T) {
			failed = holds(t.Context(), limits, len(things), func(i int) (string, bool, [3]time.Duration) {
				x := things[i]
				return x.chat, x.post, [3]time.Duration{x.after, x.begin, x.takes}
			})
		})
		if failed != "" {
			rt.Fatal(failed)
		}
	})
}

// holds says things, each a while after the one before, and gives what is wrong
// with when they were said.
func holds(ctx context.Context, limits Limits, n int, thing func(int) (id string, post bool, after [3]time.Duration)) string {
	l := newLimiter(limits, time.Now)
	all, errs := make(chan said, n), make(chan error, n)
	for i := range n {
		id, post, after := thing(i)
		<-time.After(after[0])
		begin := after[1]
		if !post {
			begin = 0
		}
		go func() {
			s, err := l.say(ctx, id, post, begin, after[2])
			all <- s
			errs <- err
		}()
	}
	var done []said
	for range n {
		if err := <-errs; err != nil {
			return err.Error()
		}
		done = append(done, <-all)
	}
	slices.SortStableFunc(done, func(a, b said) int {
		if d := a.left.Compare(b.left); d != 0 || a.post == b.post {
			return d
		}
		if a.post { // an answer may follow at once
			return -1
		}
		return 1
	})
	if w := l.window; w.most > 0 {
		for i := w.most; i < n; i++ {
			if d := done[i].left.Sub(done[i-w.most].left); d < w.span {
				return fmt.Sprintf("%d messages in %v", w.most+1, d)
			}
		}
	}
	of := map[string][]said{}
	for _, s := range done {
		of[s.chat] = append(of[s.chat], s)
	}
	for id, said := range of {
		for i, s := range said {
			if most := l.l.PerGroup; strings.HasPrefix(id, "-") && i >= most && s.left.Sub(said[i-most].left) < time.Minute {
				return fmt.Sprintf("%d messages to %s in %v", most+1, id, s.left.Sub(said[i-most].left))
			}
			if i > 0 && s.post && s.left.Sub(said[i-1].left) < time.Second {
				return fmt.Sprintf("a post to %s %v after another message", id, s.left.Sub(said[i-1].left))
			}
		}
	}
	return ""
}

func TestWindow(t *testing.T) {
	for _, tt := range []struct {
		perSecond float64
		most      int
		span      time.Duration
	}{{30, 30, time.Second}, {1, 1, time.Second}, {2.5, 2, 800 * time.Millisecond}, {0.25, 1, 4 * time.Second}, {-1, 0, 0}} {
		if w := newWindow(tt.perSecond); w.most != tt.most || w.span != tt.span {
			t.Errorf("%v a second: %d in %v, want %d in %v", tt.perSecond, w.most, w.span, tt.most, tt.span)
		}
	}
}

// A place is taken the longer, the later the message may have arrived.
func TestPlaceTaken(t *testing.T) {
	w := newWindow(1)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	free := func(took time.Duration) time.Duration {
		s := &slot{due: at}
		w.leave(s, at)
		w.arrive(s, at.Add(took))
		return s.free.Sub(at) - w.span
	}
	if d := free(40 * time.Millisecond); d != 40*time.Millisecond+lateExtra {
		t.Errorf("before it is known what is usual: %v", d)
	}
	for range 200 {
		free(40 * time.Millisecond)
	}
	for _, tt := range []struct{ took, want time.Duration }{
		{40 * time.Millisecond, margin}, {42 * time.Millisecond, margin}, {60 * time.Millisecond, 20*time.Millisecond + lateExtra},
		{time.Second, late + lateExtra},
	} {
		if d := free(tt.took); d != tt.want {
			t.Errorf("after %v: taken for %v more, want %v", tt.took, d, tt.want)
		}
	}
	for range 200 {
		free(90 * time.Millisecond)
	}
	if d := free(90 * time.Millisecond); d != margin {
		t.Errorf("where it usually takes 90 ms: taken for %v more", d)
	}
}

func TestBackoff(t *testing.T) {
	for _, tt := range []struct {
		jitter float64
		want   []time.Duration
	}{
		{0, []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second, 5 * time.Second}},
		{0.5, []time.Duration{750 * time.Millisecond, 1500 * time.Millisecond}},
	} {
		b := &backoff{first: time.Second, most: 10 * time.Second, jitter: func() float64 { return tt.jitter }}
		for i, want := range tt.want {
			if got := b.next(); got != want {
				t.Errorf("jitter %v, pause %d: got %v, want %v", tt.jitter, i, got, want)
			}
		}
		b.n = 1000
		if got := b.next(); got > 10*time.Second || got < 5*time.Second {
			t.Errorf("after very many: %v", got)
		}
		b.reset()
		if got := b.next(); got != tt.want[0] {
			t.Errorf("after a success: %v", got)
		}
	}
}
