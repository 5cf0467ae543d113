package telegram

import (
	"strconv"
	"testing"
	"time"
)

// Chats that nothing is sent to are forgotten.
func TestChatsForgotten(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := newLimiter(Limits{All: -1}, func() time.Time { return now })
	for i := range 20_000 {
		if err := l.wait(t.Context(), strconv.Itoa(i+1)); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
	}
	if n := len(l.chats); n > 4*leastSweep {
		t.Errorf("%d chats are known", n)
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
