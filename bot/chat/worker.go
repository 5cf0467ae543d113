package chat

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// mostAttempts is how often the handling of an update may begin. More than once
// means that the process ended before it was finished; an update that ends the
// process each time must not do so forever.
const mostAttempts = 10

// Worker handles the updates of a journal, many at a time.
type Worker struct {
	Platform string
	Journal  Journal
	Log      *slog.Logger
	// Handle handles one update; attempt is 1 unless the process ended during
	// an earlier one. It gives how it was replied to. An error is logged, and
	// the update is not tried again: it is for Handle to try as often as makes
	// sense. After ctx has ended the update stays unfinished.
	Handle func(ctx context.Context, u Update, attempt int) (Reply, error)

	places  chan struct{}
	asides  chan struct{} // has a value for each that is handled aside
	running sync.WaitGroup

	mu   sync.Mutex
	held map[string]int // the places of an update, by its ID
}

// NewWorker makes a worker that handles at most n updates at a time, besides at
// most n aside.
func NewWorker(platform string, j Journal, n int, log *slog.Logger, handle func(context.Context, Update, int) (Reply, error)) *Worker {
	return &Worker{
		Platform: platform, Journal: j, Log: log, Handle: handle,
		places: make(chan struct{}, n), asides: make(chan struct{}, n), held: map[string]int{},
	}
}

// Start begins to handle an update that the journal has accepted, as soon as
// there is a free place. The error is ctx.Err().
func (w *Worker) Start(ctx context.Context, u Update) error {
	select {
	case w.places <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if ctx.Err() != nil {
		<-w.places
		return ctx.Err()
	}
	w.mu.Lock()
	w.held[u.ID]++
	w.mu.Unlock()
	w.running.Go(func() {
		defer w.free(u.ID)
		if err := w.handle(ctx, u); err != nil && ctx.Err() == nil {
			w.Log.Error("update", "id", u.ID, "error", err)
		}
	})
	return nil
}

// free gives the place of an update to the next one.
func (w *Worker) free(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch w.held[id] {
	case 0:
		return
	case 1:
		delete(w.held, id)
	default: // it has come twice
		w.held[id]--
	}
	<-w.places
}

// Aside runs f, which may take minutes, as a part of handling an update. Handle
// calls it last: the place of the update is free for the next one meanwhile, and
// after it. As many as there are places can be aside at a time; one more keeps
// its place, so that the number of all stays bounded.
func (w *Worker) Aside(id string, f func()) {
	select {
	case w.asides <- struct{}{}:
		defer func() { <-w.asides }()
		w.free(id)
	default:
	}
	f()
}

// Wait returns when nothing is being handled any more.
func (w *Worker) Wait() { w.running.Wait() }

func (w *Worker) handle(ctx context.Context, u Update) error {
	attempt := 1
	var reply Reply
	var err error
	if u.Again {
		if attempt, err = w.Journal.Begin(ctx, w.Platform, u.ID); err != nil {
			return err
		}
	}
	if attempt > mostAttempts {
		w.Log.Error("update given up: the process ended each time", "id", u.ID, "attempts", attempt-1)
	} else if reply, err = w.safely(ctx, u, attempt); err != nil && ctx.Err() == nil {
		w.Log.Error("update", "id", u.ID, "error", err)
	}
	if ctx.Err() != nil && reply.Message == "" {
		return ctx.Err()
	}
	// What was answered is noted also when the end has come meanwhile.
	return w.Journal.Finish(context.WithoutCancel(ctx), w.Platform, u.ID, reply)
}

func (w *Worker) safely(ctx context.Context, u Update, attempt int) (r Reply, err error) {
	defer recovered(&err)
	return w.Handle(ctx, u, attempt)
}

// recovered makes a panic an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	}
}

// Call asks the handler, and calls late once if patience is over before there
// is an answer, so that the person can be told. It returns when both have. A
// panic of the handler is an error.
func Call(ctx context.Context, h Handler, r Request, patience time.Duration, late func(context.Context)) (m Message, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer recovered(&err)
		m, err = h(ctx, r)
	}()
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C:
		late(ctx)
		<-done
	}
	return m, err
}
