package discord

import (
	"context"
	"sync"

	"trichdan/bot/chat"
)

// backlog is what is stored and waits for a free place, without a bound: it is
// on the disk anyhow, and interactions must be deferred also when all places
// are taken.
type backlog struct {
	mu   sync.Mutex
	list []chat.Update
	more chan struct{} // has a token when there may be something
}

func (b *backlog) push(u chat.Update) {
	b.mu.Lock()
	b.list = append(b.list, u)
	b.mu.Unlock()
	select {
	case b.more <- struct{}{}:
	default:
	}
}

// next waits for the next one; ok is false at the end of ctx.
func (b *backlog) next(ctx context.Context) (u chat.Update, ok bool) {
	for ctx.Err() == nil {
		b.mu.Lock()
		if len(b.list) > 0 {
			u = b.list[0]
			b.list[0] = chat.Update{}
			if b.list = b.list[1:]; len(b.list) == 0 {
				b.list = nil
			}
			b.mu.Unlock()
			return u, true
		}
		b.mu.Unlock()
		select {
		case <-b.more:
		case <-ctx.Done():
		}
	}
	return u, false
}
