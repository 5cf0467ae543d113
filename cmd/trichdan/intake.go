package main

import (
	"context"
	"sync"

	"trichdan/bot/chat"
)

// intake is the journal of the platforms while the program serves. It knows what
// was taken and is not finished, and when the program is about to end it takes
// nothing more: what arrives then is not acknowledged, so the platform delivers
// it to the next process, and what was taken can be finished before.
type intake struct {
	chat.Journal

	mu        sync.Mutex
	taken     map[taken]bool
	accepting int  // calls of Accept that have begun
	closed    bool // nothing more is taken
	settled   chan struct{}
}

// taken names an update that was accepted and is not finished.
type taken struct{ platform, id string }

func newIntake(j chat.Journal) *intake {
	return &intake{Journal: j, taken: map[taken]bool{}, settled: make(chan struct{})}
}

// Accept implements chat.Journal. Of an intake that is closed it waits for the
// end of ctx, for the platform would only ask again.
func (j *intake) Accept(ctx context.Context, platform string, position int64, updates []chat.Update) (fresh []chat.Update, err error) {
	j.mu.Lock()
	closed := j.closed
	if !closed {
		j.accepting++
	}
	j.mu.Unlock()
	if closed {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	fresh, err = j.Journal.Accept(ctx, platform, position, updates)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.accepting--
	j.add(platform, fresh)
	j.look()
	return fresh, err
}

// Unfinished implements chat.Journal.
func (j *intake) Unfinished(ctx context.Context, platform string) ([]chat.Update, error) {
	left, err := j.Journal.Unfinished(ctx, platform)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.add(platform, left)
	return left, err
}

// Begin implements chat.Journal. An update that cannot be begun is left to the
// next process.
func (j *intake) Begin(ctx context.Context, platform, id string) (attempt int, err error) {
	if attempt, err = j.Journal.Begin(ctx, platform, id); err != nil {
		j.drop(platform, id)
	}
	return attempt, err
}

// Finish implements chat.Journal.
func (j *intake) Finish(ctx context.Context, platform, id string, r chat.Reply) error {
	defer j.drop(platform, id)
	return j.Journal.Finish(ctx, platform, id, r)
}

func (j *intake) add(platform string, updates []chat.Update) {
	for _, u := range updates {
		j.taken[taken{platform, u.ID}] = true
	}
}

func (j *intake) drop(platform, id string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.taken, taken{platform, id})
	j.look()
}

// look sees whether all is finished.
func (j *intake) look() {
	if !j.closed || j.accepting > 0 || len(j.taken) > 0 {
		return
	}
	select {
	case <-j.settled:
	default:
		close(j.settled)
	}
}

// close takes nothing more. The channel is closed when all that was taken is
// finished, which may be at once.
func (j *intake) close() (settled <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = true
	j.look()
	return j.settled
}

// ending reports whether nothing more is taken.
func (j *intake) ending() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.closed
}
