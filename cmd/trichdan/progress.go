package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progress shows how far something long has come, on one line of a terminal
// that it writes over and clears. Elsewhere it shows nothing.
type progress struct {
	w   io.Writer // nil: not a terminal
	now func() time.Time

	mu    sync.Mutex // a step may report from a goroutine of its own
	next  time.Time  // nothing is shown before
	shown bool
}

// What is done at once shows no progress, and the line changes no faster than
// it can be read.
const (
	progressDelay    = 500 * time.Millisecond
	progressInterval = 100 * time.Millisecond
)

// newProgress shows progress on w if that is a terminal.
func newProgress(w io.Writer) *progress {
	p := &progress{now: time.Now}
	if isTerminal(w) {
		p.w = w
	}
	p.next = p.now().Add(progressDelay)
	return p
}

// step gives the function to report a step's progress to, nil if that would
// show nothing.
func (p *progress) step(name string) func(done, total int) {
	if p.w == nil {
		return nil
	}
	return func(done, total int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		now := p.now()
		if now.Before(p.next) {
			return
		}
		p.next, p.shown = now.Add(progressInterval), true
		fmt.Fprintf(p.w, "\r\x1b[K%s: %d of %d", name, done, total)
	}
}

// clear removes the line.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}
