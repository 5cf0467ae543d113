package telegram

import (
	"context"
	"sync"

	"trichdan/bot/chat"
)

// question answers a question or a command. Of an edited one the reply that is
// known is edited, and so it is when an earlier process has begun to answer.
func (s *session) question(ctx context.Context, j job, r chat.Request, edited bool) (chat.Reply, error) {
	reply := chat.Reply{Ref: r.Ref, Question: r.ID}
	if edited || j.attempt > 1 {
		var err error
		if reply.Message, err = s.o.Journal.ReplyTo(ctx, r.Ref, r.ID); err != nil {
			s.log.Error("which message replied is not known", "error", err)
		}
	}
	// What an earlier process has said may be no more than that it is searching.
	searching := j.attempt > 1 && !edited && reply.Message != ""
	phrases := sync.OnceValue(func() chat.Phrases { return s.o.Phrases(ctx, r) })

	limited, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	stop := s.typing(limited, r.Ref)
	m, err := chat.Call(limited, s.handler, r, s.o.Patience, func(ctx context.Context) {
		if text := phrases().Searching; reply.Message == "" && text != "" {
			reply = s.placeholder(ctx, reply, text)
			searching = reply.Message != ""
		}
	})
	stop()
	if ctx.Err() != nil {
		return chat.Reply{}, ctx.Err()
	}
	if err != nil {
		s.log.Error("answer", "command", r.Command, "error", err)
		if m.Empty() {
			m = chat.Message{Text: phrases().Failed}
		}
	}
	if m.Empty() {
		if searching {
			s.takeBack(ctx, reply)
		}
		return chat.Reply{}, nil
	}
	if reply, err = s.deliverOr(ctx, reply, r.ID, m, phrases); err != nil {
		return reply, err
	}
	return s.follow(ctx, j, reply, r.ID, m, phrases)
}

// placeholder says that the answer takes a moment, and notes it so that a later
// process edits that message. It does not try again: nothing is lost without it.
func (s *session) placeholder(ctx context.Context, reply chat.Reply, text string) chat.Reply {
	ctx, cancel := context.WithTimeout(ctx, noticeTime)
	defer cancel()
	id, at, err := s.post(ctx, ctx, nil, reply.Ref, reply.Question, chat.Message{Text: text})
	if err != nil {
		s.log.Debug("it is not said that the answer takes a moment", "error", err)
		return reply
	}
	reply.Ref, reply.Message = at, id
	if id == "" {
		return reply
	}
	if err := s.o.Journal.SetReply(context.WithoutCancel(ctx), reply); err != nil {
		s.log.Error("note the reply", "error", err)
	}
	return reply
}

// takeBack deletes a message that said that the answer takes a moment.
func (s *session) takeBack(ctx context.Context, reply chat.Reply) {
	if err := s.remove(ctx, reply.Ref, reply.Message); err != nil {
		s.log.Warn("a message is not taken back", "error", err)
	}
	reply.Message = ""
	if err := s.o.Journal.SetReply(context.WithoutCancel(ctx), reply); err != nil {
		s.log.Error("forget the reply", "error", err)
	}
}

// deliverOr delivers a message, or, if Telegram does not take that, says that it
// has failed.
func (s *session) deliverOr(ctx context.Context, reply chat.Reply, replyTo string, m chat.Message, phrases func() chat.Phrases) (chat.Reply, error) {
	sent, err := s.deliver(ctx, reply, replyTo, m)
	if kind, ok := kindOf(err); ok && kind == chat.Rejected && phrases().Failed != "" {
		s.log.Error("Telegram does not take an answer", "error", err, "citations", len(m.Citations), "links", len(m.Links))
		return s.deliver(ctx, reply, replyTo, chat.Message{Text: phrases().Failed})
	}
	return sent, err
}

// deliver sends a message in reply to another, or edits what has replied
// already. It tries again while that makes sense and there is time, and gives
// the reply as it is then.
func (s *session) deliver(ctx context.Context, reply chat.Reply, replyTo string, m chat.Message) (chat.Reply, error) {
	limited, cancel := context.WithTimeout(ctx, deliveryTime)
	defer cancel()
	on, end := graceful(ctx)
	defer end()
	pause := s.backoff()
	for {
		err := s.say(limited, on, &reply, replyTo, m)
		if err == nil {
			return reply, nil
		}
		kind, ok := kindOf(err)
		f := failureOf(err)
		switch {
		case !ok:
			return chat.Reply{}, err
		case kind == chat.RateLimited && f.code != 0: // the limiter waits as told
		case kind == chat.Temporary:
			s.log.Warn("an answer is not delivered yet", "error", err)
			if sleep(limited, pause.next()) != nil {
				return chat.Reply{}, err
			}
		case kind == chat.Gone: // the journal knows, and there is nobody to answer
			return chat.Reply{}, nil
		default:
			return chat.Reply{}, err
		}
	}
}

// say makes one attempt. A message that cannot be edited is followed by a new
// one.
func (s *session) say(ctx, on context.Context, reply *chat.Reply, replyTo string, m chat.Message) error {
	if reply.Message != "" {
		err := s.edit(ctx, on, reply.Ref, reply.Message, m)
		kind, ok := kindOf(err)
		if !ok || kind != chat.Rejected && kind != chat.Moved {
			return err
		}
		s.log.Debug("a message cannot be edited, a new one follows", "error", err)
		reply.Message = ""
	}
	id, at, err := s.post(ctx, on, nil, reply.Ref, replyTo, m)
	if err == nil {
		reply.Message, reply.Ref = id, at
	}
	return err
}
