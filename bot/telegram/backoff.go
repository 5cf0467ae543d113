package telegram

import (
	"context"
	"fmt"
	"time"
)

// sleep waits, at most until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("telegram: %w", ctx.Err())
	}
}

// backoff gives growing pauses with jitter.
type backoff struct {
	first, most time.Duration
	jitter      func() float64
	n           int
}

// next gives the next pause: between half of the full one and all of it.
func (b *backoff) next() time.Duration {
	d := b.most
	if b.n < 20 {
		d = min(b.first<<b.n, b.most)
	}
	b.n++
	return d/2 + time.Duration(b.jitter()*float64(d/2))
}

func (b *backoff) reset() { b.n = 0 }
