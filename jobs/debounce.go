package jobs

import (
	"context"
	"time"
)

// debounce calls changed when pokes have come and then none for quiet, and at
// the latest longest after the first of them, until ctx ends. It is called on
// this goroutine; pokes that come meanwhile count for the next time.
func debounce(ctx context.Context, pokes <-chan struct{}, quiet, longest time.Duration, changed func()) {
	for {
		select {
		case <-pokes:
		case <-ctx.Done():
			return
		}
		end := time.NewTimer(longest)
		settle := time.NewTimer(quiet)
		for waiting := true; waiting; {
			select {
			case <-pokes:
				settle.Reset(quiet)
			case <-settle.C:
				waiting = false
			case <-end.C:
				waiting = false
			case <-ctx.Done():
				waiting = false
			}
		}
		end.Stop()
		settle.Stop()
		if ctx.Err() != nil {
			return
		}
		changed()
	}
}
