package discord

import (
	"context"
	"sync"
)

// turns lets what concerns the same question be handled one after the other, in
// the order in which it came: a question and its edits.
type turns struct {
	mu   sync.Mutex
	last map[string]*turn
}

type turn struct {
	key    string
	before <-chan struct{} // nil if it is the first
	done   chan struct{}
}

// enter joins the line of a key.
func (t *turns) enter(key string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil {
		t.last = map[string]*turn{}
	}
	n := &turn{key: key, done: make(chan struct{})}
	if p := t.last[key]; p != nil {
		n.before = p.done
	}
	t.last[key] = n
	return n
}

// wait returns when it is n's turn. The error is ctx.Err().
func (n *turn) wait(ctx context.Context) error {
	if n.before == nil {
		return nil
	}
	select {
	case <-n.before:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave lets the next one go.
func (t *turns) leave(n *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(n.done)
	if t.last[n.key] == n {
		delete(t.last, n.key)
	}
}
