package telegram

import (
	"context"
	"fmt"
	"sync"
	"time"

	"trichdan/bot/chat"
)

// Receive implements chat.Receiver: it polls, or listens to the webhook if
// there is one. What was left unfinished is answered first. Only one Receive of
// a Telegram runs at a time.
func (t *Telegram) Receive(ctx context.Context, h chat.Handler) error {
	defer t.posting.CloseIdleConnections()
	defer t.sending.CloseIdleConnections()
	defer t.polling.CloseIdleConnections()
	// What Receive started ends with it, also when Telegram refuses the token.
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &session{Telegram: t, handler: h, turns: newTurns(), follows: newFollows()}
	s.worker = chat.NewWorker(Name, inTurn{t.o.Journal, s.turns}, t.o.Pending, t.log, s.handle)
	err := t.connect(running)
	if err == nil {
		var registering sync.WaitGroup
		registering.Go(func() { t.register(running) })
		if t.path == "" {
			err = s.poll(running)
		} else {
			err = s.listen(running)
		}
		cancel()
		s.worker.Wait()
		registering.Wait()
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.status.Connected {
		t.status.Connected, t.status.Since = false, t.now()
	}
	return public(err)
}

// connect finds out who the bot is and has Telegram deliver in the way that is
// wanted. It tries until ctx ends; another error is that the token is refused.
func (t *Telegram) connect(ctx context.Context) error {
	pause := t.backoff()
	for {
		err := t.greet(ctx)
		if err == nil {
			t.up()
			return nil
		}
		if err := t.retry(ctx, err, pause, "Telegram cannot be reached"); err != nil {
			return err
		}
	}
}

func (t *Telegram) greet(ctx context.Context) error {
	me, err := t.getMe(ctx)
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.self, t.status.As = me, "@"+me.Username
	t.mu.Unlock()
	if t.path == "" {
		return t.deleteWebhook(ctx)
	}
	return t.setWebhook(ctx)
}

func (t *Telegram) backoff() *backoff {
	return &backoff{first: time.Second, most: 30 * time.Second, jitter: t.jitter}
}

// retry waits before the next attempt at what failed with err, and says in the
// log what is wrong. The error is that of ctx, or that the token is refused.
func (t *Telegram) retry(ctx context.Context, err error, pause *backoff, what string) error {
	kind, ok := kindOf(err)
	if !ok {
		return err
	}
	f := failureOf(err)
	wait := pause.next()
	switch {
	case kind == chat.Unauthorized:
		f.as.Reason = "Telegram refuses the token: " + f.as.Reason
		t.down(f.as.Reason)
		return f
	case f.code == 409 && f.webhookSet():
		t.down("another process receives with this token, by webhook: " + f.description)
	case f.code == 409:
		t.down("another process polls with this token: " + f.description)
	case f.code != 0:
		t.down("Telegram answers with an error: " + f.as.Reason)
	default:
		t.down(what + ": " + f.as.Reason)
	}
	return sleep(ctx, max(wait, f.as.RetryAfter))
}

// session is one run of Receive.
type session struct {
	*Telegram
	handler chat.Handler
	worker  *chat.Worker
	turns   *turns
	follows *follows
}

// start begins to handle an update that was accepted. The error is that of ctx.
func (s *session) start(ctx context.Context, u chat.Update) error {
	// It is decoded again when it is handled: what waits for a place is kept as
	// it came.
	if d, err := decode(u.Body); err == nil {
		s.turns.take(u.ID, d.turn())
	}
	err := s.worker.Start(ctx, u)
	if err != nil {
		s.turns.leave(u.ID)
	}
	return err
}

// replay begins to handle what an earlier process has left.
func (s *session) replay(ctx context.Context, left []chat.Update) error {
	if len(left) > 0 {
		s.log.Info("questions were left unanswered, they come first", "updates", len(left))
	}
	for _, u := range left {
		if err := s.start(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// unfinished reads what an earlier process has left; it tries until it can.
func (s *session) unfinished(ctx context.Context) (left []chat.Update, err error) {
	pause := s.backoff()
	for {
		if left, err = s.o.Journal.Unfinished(ctx, Name); err == nil {
			return left, nil
		}
		if err := s.disk(ctx, err, pause); err != nil {
			return nil, err
		}
	}
}

// disk waits before the next attempt at what the journal could not do.
func (s *session) disk(ctx context.Context, err error, pause *backoff) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.trouble("the journal fails: " + s.hidden.Replace(err.Error()))
	return sleep(ctx, pause.next())
}

// handle handles one update.
func (s *session) handle(ctx context.Context, u chat.Update, attempt int) (chat.Reply, error) {
	d, err := decode(u.Body)
	if err != nil {
		s.log.Warn("an update cannot be understood, it is left out", "id", u.ID, "bytes", len(u.Body), "shape", err.Error())
		return chat.Reply{}, nil
	}
	if err := s.turns.wait(ctx, u.ID); err != nil {
		return chat.Reply{}, err
	}
	j := job{update: u.ID, turn: d.turn(), attempt: attempt}
	if d.Callback != nil {
		return s.press(ctx, j, d.Callback)
	}
	if d.Membership != nil {
		return chat.Reply{}, s.membership(ctx, d.Membership)
	}
	m, edited := d.message()
	if m == nil {
		return chat.Reply{}, nil
	}
	if m.MigrateTo != 0 {
		from, to := m.ref(), m.ref()
		from.Thread, to.Thread, to.Chat = "", "", id(m.MigrateTo)
		return chat.Reply{}, s.o.Journal.Moved(ctx, from, to)
	}
	r, ok := s.request(m)
	if !ok {
		return chat.Reply{}, nil
	}
	if edited {
		s.follows.stop(ctx, j.turn)
	}
	return s.question(ctx, j, r, edited)
}

// membership notes that the bot was let into a chat or put out of it.
func (s *session) membership(ctx context.Context, m *membership) error {
	ref := chat.Ref{Platform: Name, Chat: id(m.Chat.ID)}
	in := true
	switch m.New.Status {
	case "kicked", "left":
		in = false
	case "restricted":
		in = m.New.IsMember
	}
	if in {
		return s.o.Journal.Opened(ctx, ref)
	}
	reason := "removed from the chat"
	if m.Chat.private() {
		reason = "blocked by user"
	}
	return s.o.Journal.Closed(ctx, ref, reason)
}

// turns lets what belongs together be handled in the order of its arrival: the
// edit of a question waits until the question is answered.
type turns struct {
	mu   sync.Mutex
	last map[string]*turn // of those that belong together
	of   map[string]*turn // of an update
}

type turn struct {
	key    string
	before <-chan struct{} // closed when it may begin; nil: at once
	done   chan struct{}
}

func newTurns() *turns { return &turns{last: map[string]*turn{}, of: map[string]*turn{}} }

// take puts an update behind those with the same key; "" behind none.
func (t *turns) take(update, key string) {
	if key == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	mine := &turn{key: key, done: make(chan struct{})}
	if before := t.last[key]; before != nil {
		mine.before = before.done
	}
	t.last[key], t.of[update] = mine, mine
}

// wait waits for the turn of an update. The error is that of ctx.
func (t *turns) wait(ctx context.Context, update string) error {
	t.mu.Lock()
	mine := t.of[update]
	t.mu.Unlock()
	if mine == nil || mine.before == nil {
		return nil
	}
	select {
	case <-mine.before:
	case <-ctx.Done():
		return fmt.Errorf("telegram: %w", ctx.Err())
	}
	return nil
}

// leave lets the next one begin.
func (t *turns) leave(update string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	mine := t.of[update]
	if mine == nil {
		return
	}
	close(mine.done)
	delete(t.of, update)
	if t.last[mine.key] == mine {
		delete(t.last, mine.key)
	}
}

// inTurn is the journal of a worker. The turn of an update ends when the journal
// knows how it was replied to: the next one edits that.
type inTurn struct {
	chat.Journal
	turns *turns
}

func (j inTurn) Begin(ctx context.Context, platform, id string) (attempt int, err error) {
	if attempt, err = j.Journal.Begin(ctx, platform, id); err != nil {
		j.turns.leave(id) // the worker does nothing more with it
	}
	return attempt, err
}

func (j inTurn) Finish(ctx context.Context, platform, id string, r chat.Reply) error {
	defer j.turns.leave(id)
	return j.Journal.Finish(ctx, platform, id, r)
}
