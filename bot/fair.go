package bot

import (
	"container/list"
	"context"
	"sync"
)

// fairQueue lets a bounded number of requests be answered at a time, one of
// each person, and lets those who wait go on in turn: one request of each
// person before the second of anybody (round robin, as in Nagle, "On Packet
// Switches with Infinite Storage", RFC 970). So whoever asks a lot waits behind
// himself.
type fairQueue struct {
	mu   sync.Mutex
	free int
	// lines are the waiting requests of each person, and turns the lines whose
	// person has no request being answered, in the order in which they are next.
	lines map[string]*line
	turns list.List
}

type line struct {
	waiting list.List     // of chan struct{}, closed when it may go on
	busy    bool          // one is being answered
	turn    *list.Element // in turns, nil if it is not there
}

// newFairQueue makes a queue that lets n requests be answered at a time.
func newFairQueue(n int) *fairQueue {
	return &fairQueue{free: n, lines: map[string]*line{}}
}

// acquire waits until a request of the person may be answered; release must be
// called when it has been. The error is that of ctx.
func (q *fairQueue) acquire(ctx context.Context, person string) (release func(), err error) {
	q.mu.Lock()
	l := q.lines[person]
	if l == nil {
		l = &line{}
		q.lines[person] = l
	}
	ready := make(chan struct{})
	place := l.waiting.PushBack(ready)
	q.next(l)
	q.mu.Unlock()
	release = func() { q.release(person, l) }
	select {
	case <-ready:
		return release, nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	select {
	case <-ready: // at the same moment
		q.mu.Unlock()
		release()
		return nil, ctx.Err()
	default:
	}
	l.waiting.Remove(place)
	if l.waiting.Len() == 0 && l.turn != nil {
		q.turns.Remove(l.turn)
		l.turn = nil
	}
	q.forget(person, l)
	q.mu.Unlock()
	return nil, ctx.Err()
}

func (q *fairQueue) release(person string, l *line) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.free++
	l.busy = false
	q.next(l)
	q.forget(person, l)
}

// next puts a line among those whose turn comes, if it has requests and none
// being answered, and fills the free places.
func (q *fairQueue) next(l *line) {
	if l.waiting.Len() > 0 && !l.busy && l.turn == nil {
		l.turn = q.turns.PushBack(l)
	}
	for q.free > 0 && q.turns.Len() > 0 {
		l := q.turns.Remove(q.turns.Front()).(*line)
		l.turn, l.busy = nil, true
		q.free--
		close(l.waiting.Remove(l.waiting.Front()).(chan struct{}))
	}
}

// forget drops a line that nobody is in.
func (q *fairQueue) forget(person string, l *line) {
	if !l.busy && l.waiting.Len() == 0 {
		delete(q.lines, person)
	}
}
