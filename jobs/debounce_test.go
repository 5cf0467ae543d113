package jobs

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestDebounce: pokes at these seconds, each a call at those.
func TestDebounce(t *testing.T) {
	every := func(from, to, step int) (list []int) {
		for at := from; at <= to; at += step {
			list = append(list, at)
		}
		return list
	}
	for _, tt := range []struct {
		name        string
		pokes, want []int // seconds
	}{
		{"nothing", nil, nil},
		{"one", []int{1}, []int{3}},
		{"a few together", []int{1, 2, 3}, []int{5}},
		{"two apart", []int{1, 10}, []int{3, 12}},
		{"right behind", []int{1, 4}, []int{3, 6}},
		{"without end", every(1, 70, 1), []int{31, 61, 72}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var got []int
				pokes := make(chan struct{}, 1)
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan struct{})
				go func() {
					defer close(done)
					debounce(ctx, pokes, 2*time.Second, 30*time.Second, func() { got = append(got, int(time.Since(start)/time.Second)) })
				}()
				for _, at := range tt.pokes {
					// A little after the second, so that no two timers end together.
					forward(time.Until(start.Add(time.Duration(at)*time.Second + time.Duration(at)*time.Millisecond)))
					poke(pokes)
				}
				forward(time.Hour)
				cancel()
				<-done
				if !slices.Equal(got, tt.want) {
					t.Errorf("called at %v, want %v", got, tt.want)
				}
			})
		})
	}
}

// TestDebounceWhileCalled: what changes while a change is being seen to is seen
// to next.
func TestDebounceWhileCalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pokes := make(chan struct{}, 1)
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		done := make(chan struct{})
		go func() {
			defer close(done)
			debounce(ctx, pokes, time.Second, time.Minute, func() {
				if calls++; calls == 1 {
					poke(pokes)
					poke(pokes)
				}
			})
		}()
		poke(pokes)
		forward(time.Hour)
		if calls != 2 {
			t.Errorf("called %d times, want 2", calls)
		}
		poke(pokes)
		synctest.Wait()
		cancel() // a change that is not done is not told any more
		<-done
		if calls != 2 {
			t.Errorf("called %d times after the end, want 2", calls)
		}
	})
}
