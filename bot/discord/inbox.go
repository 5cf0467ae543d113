package discord

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"trichdan/bot/chat"
)

// How much is on its way at a time.
const (
	mostArrivals   = 4096 // read from the gateway and not stored yet
	mostAtOnce     = 256  // stored in one transaction
	mostDeferring  = 512
	mostCompleting = 64
)

// Names of the notes in the journal.
const (
	noteSession  = "session"
	noteCommands = "commands"
)

// receiver is one run of Receive. Its goroutines: the caller's keeps the
// gateway connected, store and dispatch run until the end, the worker's handle
// updates; deferrals, completions, typing and the registration of commands have
// one each while they last.
type receiver struct {
	*Discord
	ctx     context.Context
	end     context.CancelCauseFunc
	caller  context.Context // that Receive was called with
	handler chat.Handler
	worker  *chat.Worker
	group   sync.WaitGroup

	arrivals   chan arrival
	backlog    backlog
	deferring  chan struct{}
	completing chan struct{}
	registered sync.Once
	turns      turns
	follows    follows

	lock      sync.Mutex
	deferrals map[string]*deferral // of interactions not yet handled
	waiting   map[string]*turn     // of updates that are dispatched

	// Of the supervisor alone, but for seq.
	session    session
	seq        atomic.Int64
	resumes    int // attempts in a row that failed
	gateway    string
	identified time.Time
}

// arrival is what the gateway brought: an update or, without an ID, only news
// of the position.
type arrival struct {
	chat.Update
	seq      int64
	session  *session // that begins with it
	deferred bool     // a deferral of its own was begun
}

// deferral is the first answer to an interaction, on its way.
type deferral struct {
	done chan struct{}
	err  error
	http bool // it was the answer to a request: Discord may not know of it yet
}

func (d *Discord) newReceiver(ctx context.Context, h chat.Handler) (*receiver, error) {
	r := &receiver{
		Discord: d, caller: ctx, handler: h,
		arrivals: make(chan arrival, mostArrivals), backlog: backlog{more: make(chan struct{}, 1)},
		deferring: make(chan struct{}, mostDeferring), completing: make(chan struct{}, mostCompleting),
		deferrals: map[string]*deferral{}, waiting: map[string]*turn{},
	}
	r.ctx, r.end = context.WithCancelCause(ctx)
	r.worker = chat.NewWorker(platform, d.o.Journal, d.o.Pending, d.log, r.handle)
	unfinished, err := d.o.Journal.Unfinished(ctx, platform)
	if err != nil {
		return nil, err
	}
	if len(unfinished) > 0 {
		d.log.Info("answering what was left unanswered", "updates", len(unfinished))
	}
	for _, u := range unfinished {
		r.backlog.push(u)
	}
	return r, r.loadSession()
}

// run receives until the end.
func (r *receiver) run() error {
	r.group.Go(r.store)
	r.group.Go(r.dispatch)
	err := r.supervise()
	r.end(err)
	r.group.Wait()
	r.worker.Wait()
	if r.caller.Err() != nil {
		return r.caller.Err()
	}
	if cause := context.Cause(r.ctx); cause != nil {
		return cause
	}
	return err
}

// arrived hands something to store. It returns at once unless very much waits.
func (r *receiver) arrived(a arrival) {
	select {
	case r.arrivals <- a:
	case <-r.ctx.Done():
	}
}

// store stores what arrives, in order and many at a time, and passes on what is
// new. What cannot be stored stays until it can.
func (r *receiver) store() {
	for {
		var batch []arrival
		select {
		case a := <-r.arrivals:
			batch = append(batch, a)
		case <-r.ctx.Done():
			return
		}
		for more := true; more && len(batch) < mostAtOnce && batch[len(batch)-1].session == nil; {
			select {
			case a := <-r.arrivals:
				batch = append(batch, a)
			default:
				more = false
			}
		}
		for n := 0; ; n++ {
			err := r.accept(batch)
			if err == nil {
				break
			}
			if r.ctx.Err() != nil {
				return
			}
			r.log.Error("what arrived cannot be stored, trying again", "updates", len(batch), "error", err)
			if pause(r.ctx, r.backoff(n, r.t.retry, r.t.retryMost)) != nil {
				return
			}
		}
	}
}

// accept stores a batch; a new session can only be its last.
func (r *receiver) accept(batch []arrival) error {
	var updates []chat.Update
	var seq int64
	own := map[string]bool{}
	for _, a := range batch {
		if a.session == nil {
			seq = a.seq
		}
		if a.ID != "" {
			updates = append(updates, a.Update)
			own[a.ID] = own[a.ID] || a.deferred
		}
	}
	fresh, err := r.o.Journal.Accept(r.ctx, platform, seq, updates)
	if err != nil {
		return err
	}
	for _, u := range fresh {
		delete(own, u.ID)
		r.backlog.push(u)
	}
	for id, deferred := range own { // seen before
		if deferred {
			r.takeDeferral(id)
		}
	}
	last := batch[len(batch)-1]
	if last.session == nil {
		return nil
	}
	note, err := json.Marshal(last.session)
	if err != nil {
		return err
	}
	// In this order: a new session with the position of an old one is refused
	// by the gateway, an old session with a new position would skip something.
	if err := r.o.Journal.SetNote(r.ctx, platform, noteSession, string(note)); err != nil {
		return err
	}
	_, err = r.o.Journal.Accept(r.ctx, platform, last.seq, nil)
	return err
}

// dispatch gives what is stored to the worker.
func (r *receiver) dispatch() {
	for {
		u, ok := r.backlog.next(r.ctx)
		if !ok {
			return
		}
		question, _, _ := strings.Cut(u.ID, ":")
		t := r.turns.enter(question)
		r.lock.Lock()
		r.waiting[u.ID] = t
		r.lock.Unlock()
		if r.worker.Start(r.ctx, u) != nil {
			return
		}
	}
}

// handle handles one update of the journal.
func (r *receiver) handle(ctx context.Context, u chat.Update, attempt int) (chat.Reply, error) {
	r.lock.Lock()
	t := r.waiting[u.ID]
	delete(r.waiting, u.ID)
	r.lock.Unlock()
	leave := func() {}
	if t != nil {
		leave = sync.OnceFunc(func() { r.turns.leave(t) })
		defer leave()
		limited, cancel := context.WithTimeout(ctx, r.t.life)
		defer cancel()
		if err := t.wait(limited); err != nil {
			return chat.Reply{}, err
		}
	}
	var e envelope
	if err := json.Unmarshal(u.Body, &e); err != nil {
		return chat.Reply{}, errors.New("discord: the stored update is damaged")
	}
	switch e.Kind {
	case kindInteraction:
		var in interaction
		if err := json.Unmarshal(e.Raw, &in); err != nil {
			return chat.Reply{}, errors.New("discord: the stored interaction is damaged")
		}
		return r.interaction(ctx, &in, e.At, attempt > 1)
	case kindMessage, kindEdit:
		var m message
		if err := json.Unmarshal(e.Raw, &m); err != nil || m.Author == nil {
			return chat.Reply{}, errors.New("discord: the stored message is damaged")
		}
		req, attached := m.request(e.Me, r.o.Commands)
		req.Files, req.Manages = r.files(attached), r.managing(&m)
		return r.message(ctx, asked{u.ID, req, e.Kind == kindEdit, attempt > 1, leave})
	}
	return chat.Reply{}, errors.New("discord: the stored update is of no known kind")
}

// update makes the update for the journal.
func (r *receiver) update(id, kind string, raw json.RawMessage) (chat.Update, error) {
	body, err := json.Marshal(envelope{Kind: kind, At: r.now(), Me: r.session.Me, Raw: raw})
	return chat.Update{ID: id, Body: body}, err
}
