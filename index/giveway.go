package index

import (
	"context"
	"time"
)

// search counts a search as being in progress until what it returns is called.
func (x *Index) search() (end func()) {
	x.searching.Add(1)
	return func() { x.searching.Add(-1) }
}

// longestPause bounds one pause of a builder.
const longestPause = 10 * time.Millisecond

// giveWay has a builder that has worked for some time rest for as long where
// searches are in progress, so that it takes half a core from them at most and
// still comes to an end when they never cease.
func (x *Index) giveWay(ctx context.Context, worked time.Duration) error {
	if x.searching.Load() == 0 {
		return nil
	}
	select {
	case <-time.After(min(worked, longestPause)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
