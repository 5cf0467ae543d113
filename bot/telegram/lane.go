package telegram

import (
	"context"
	"fmt"
	"time"
)

// lane lets one at a time wait for something, the others behind it: however
// many they are, they cost nothing until it is their turn. The runtime serves
// those that wait to send to a channel in the order in which they came.
type lane struct {
	turn chan struct{} // has a value while somebody is first
	news chan struct{} // has a value if there may be something sooner
}

func newLane() *lane { return &lane{make(chan struct{}, 1), make(chan struct{}, 1)} }

// look tells the first that there may be something sooner than it thought.
func (l *lane) look() {
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// sleep waits, at most until there is news or ctx ends.
func (l *lane) sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-l.news:
	case <-ctx.Done():
		return fmt.Errorf("telegram: %w", ctx.Err())
	}
	return nil
}

// enter waits until it is the first in turn, which it is until it takes its
// value out again.
func enter(ctx context.Context, turn chan struct{}) error {
	if ctx.Err() != nil {
		return fmt.Errorf("telegram: %w", ctx.Err())
	}
	select {
	case turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("telegram: %w", ctx.Err())
	}
}
