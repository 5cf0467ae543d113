package bot

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"trichdan/bot/chat"
)

// following makes m go on changing while work runs. How far that has come is
// shown under lead, for the first time after chat.FollowPace, so that short work
// shows only its outcome, which is what work gives. That ctx has ended is for
// work to word.
func (w *words) following(m chat.Message, lead string, work func(ctx context.Context, progress func(Progress)) chat.Message) chat.Message {
	m.Follow = func(ctx context.Context, show func(context.Context, chat.Message) error) {
		var latest atomic.Pointer[Progress]
		var shown time.Time // when progress was shown last
		done := make(chan struct{})
		var showing sync.WaitGroup
		showing.Go(func() {
			tick := time.NewTicker(chat.FollowPace)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
				case <-done:
					return
				case <-ctx.Done():
					return
				}
				if p := latest.Swap(nil); p != nil {
					_ = show(ctx, chat.Message{Text: lead + "\n" + w.progress(*p)}) // the platform logs it
					shown = time.Now()
				}
			}
		})
		stop := sync.OnceFunc(func() { close(done); showing.Wait() })
		defer stop() // also if work panics
		outcome := work(ctx, func(p Progress) { latest.Store(&p) })
		stop()
		if wait := chat.FollowPace - time.Since(shown); wait > 0 {
			pace := time.NewTimer(wait)
			defer pace.Stop()
			select {
			case <-pace.C:
			case <-ctx.Done():
			}
		}
		_ = show(ctx, outcome)
	}
	return m
}

// progress words how far a reload has come: "đọc bài: 1.234 / 22.642".
func (w *words) progress(p Progress) string {
	text := string(p.Step)
	if known := map[Step]string{StepReading: w.stepReading, StepIndexing: w.stepIndexing, StepChecking: w.stepChecking}[p.Step]; known != "" {
		text = known
	}
	switch {
	case p.Total > 0:
		text += ": " + w.count(p.Done) + " / " + w.count(p.Total)
	case p.Done > 0:
		text += ": " + w.count(p.Done)
	}
	return text
}
