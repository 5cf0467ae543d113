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

// follows are the messages that go on changing, by the question that each
// answers.
type follows struct {
	mu  sync.Mutex
	all map[string]*followed
}

type followed struct {
	stop context.CancelFunc
	done chan struct{} // closed when it changes no more
}

// begin notes that the answer to a question goes on changing, as long as on
// lasts. That ends with ctx or when stop is called; end says that it does not
// change any more.
func (f *follows) begin(ctx context.Context, question string) (on context.Context, end func()) {
	on, stop := context.WithCancel(ctx)
	n := &followed{stop: stop, done: make(chan struct{})}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all == nil {
		f.all = map[string]*followed{}
	}
	f.all[question] = n
	return on, func() {
		stop()
		f.mu.Lock()
		defer f.mu.Unlock()
		close(n.done)
		if f.all[question] == n {
			delete(f.all, question)
		}
	}
}

// stop ends what goes on changing, and returns when it has ended. The error is
// ctx.Err().
func (f *follows) stop(ctx context.Context, question string) error {
	f.mu.Lock()
	n := f.all[question]
	f.mu.Unlock()
	if n == nil {
		return nil
	}
	n.stop()
	select {
	case <-n.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
