package telegram

import (
	"context"
	"sync"

	"trichdan/bot/chat"
)

// followed is a message that goes on changing.
type followed struct {
	stop context.CancelFunc
	done chan struct{} // closed when it changes no more
}

// follows are those of a session, by what names the turn of their update.
type follows struct {
	mu  sync.Mutex
	all map[string]*followed
}

func newFollows() *follows { return &follows{all: map[string]*followed{}} }

// begin notes that a message goes on changing. The context ends also when that
// is to stop; end says that it has.
func (f *follows) begin(ctx context.Context, key string) (on context.Context, end func()) {
	on, stop := context.WithCancel(ctx)
	mine := &followed{stop: stop, done: make(chan struct{})}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all[key] = mine
	return on, func() {
		stop()
		close(mine.done)
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.all[key] == mine {
			delete(f.all, key)
		}
	}
}

// stop ends what goes on changing, and returns when it has ended: something else
// takes its place.
func (f *follows) stop(ctx context.Context, key string) {
	f.mu.Lock()
	old := f.all[key]
	f.mu.Unlock()
	if old == nil {
		return
	}
	old.stop()
	select {
	case <-old.done:
	case <-ctx.Done():
	}
}

// job is one update that is being answered.
type job struct {
	update  string // its ID
	turn    string // what must be handled one after the other has the same
	attempt int
}

// follow shows how a message that was said goes on changing, by edits of it. It
// leaves its place among the updates, and its turn, to others meanwhile. Where
// the process ends before, the update stays unfinished, and a later process edits
// the same message.
func (s *session) follow(ctx context.Context, j job, reply chat.Reply, replyTo string, m chat.Message, phrases func() chat.Phrases) (chat.Reply, error) {
	if m.Follow == nil || reply.Chat == "" { // with no chat it was not said
		return reply, nil
	}
	if err := s.o.Journal.SetReply(context.WithoutCancel(ctx), reply); err != nil {
		s.log.Error("note the reply", "error", err)
	}
	on, end := s.follows.begin(ctx, j.turn)
	defer end()
	s.turns.leave(j.update)
	var err error
	s.worker.Aside(j.update, func() {
		var closed error // what ended the progress for good
		err = chat.Follow(on, m, func(ctx context.Context, m chat.Message, last bool) error {
			if last && closed != nil {
				if kind, _ := kindOf(closed); kind == chat.Gone {
					return nil // there is nobody to say it to
				}
			}
			if last {
				sent, err := s.deliverOr(ctx, reply, replyTo, m, phrases)
				if err == nil {
					reply = sent
				}
				return err
			}
			if closed == nil {
				var err error
				if closed, err = s.progress(ctx, &reply, m); err != nil {
					return err
				}
			}
			return closed
		}, s.log)
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return chat.Reply{}, ctx.Err()
	case on.Err() != nil: // something else takes its place
		return reply, nil
	case err != nil && phrases().Failed != "":
		s.log.Error("a message that went on changing", "error", err)
		return s.deliver(ctx, reply, replyTo, chat.Message{Text: phrases().Failed})
	}
	return reply, err
}

// progress makes one attempt to show what is not the last word, if the limits
// allow it now and leave something for answers. closed is why no other is worth
// it: then the message is not there any more, and a new one is only for the last
// word.
func (s *session) progress(ctx context.Context, reply *chat.Reply, m chat.Message) (closed, err error) {
	if reply.Message == "" {
		return rejected("it is not known which message it is"), nil
	}
	if !s.limits.idle(reply.Chat) {
		return nil, &chat.Error{Kind: chat.RateLimited, RetryAfter: chat.FollowPace, Reason: "too many messages, progress waits"}
	}
	limited, cancel := context.WithTimeout(ctx, chat.FollowPace)
	defer cancel()
	on, end := graceful(ctx)
	defer end()
	err = s.edit(limited, on, reply.Ref, reply.Message, m)
	kind, ok := kindOf(err)
	switch {
	case err != nil && !ok && ctx.Err() == nil:
		return nil, temporary("there was no room for progress in time")
	case !ok || kind == chat.Temporary || kind == chat.RateLimited:
		return nil, err
	case kind == chat.Moved || failureOf(err).noMessage():
		reply.Message = ""
		return err, nil
	case kind == chat.Rejected: // another may be taken
		return nil, err
	}
	return err, nil
}
