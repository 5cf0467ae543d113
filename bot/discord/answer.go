package discord

import (
	"context"
	"time"

	"github.com/bwmarrin/discordgo"

	"trichdan/bot/chat"
)

// ask gives what the handler says. The error is that of ctx: what goes wrong in
// the handler is logged, and the person told.
func (r *receiver) ask(ctx context.Context, req chat.Request, patience time.Duration, late func(context.Context)) (chat.Message, error) {
	limited, cancel := context.WithTimeout(ctx, r.o.Timeout)
	defer cancel()
	m, err := chat.Call(limited, r.handler, req, patience, late)
	if ctx.Err() != nil {
		return chat.Message{}, ctx.Err()
	}
	if err != nil {
		r.log.Error("answer", "command", req.Command, "id", req.ID, "error", r.redact(err.Error()))
		if m.Empty() && m.Notice == "" {
			m.Text = r.o.Phrases(ctx, req).Failed
		}
	}
	if m.Empty() && req.Button == "" {
		m.Text = m.Notice
	}
	return m, nil
}

// asked is a question that was written as a message.
type asked struct {
	update string // its ID
	chat.Request
	edit  bool   // it was written anew
	again bool   // an earlier process may have begun to answer it
	leave func() // lets what concerns the same question be handled next
}

// message answers a question that was written as a message.
func (r *receiver) message(ctx context.Context, q asked) (chat.Reply, error) {
	req, edit := q.Request, q.edit
	reply := &replyPlace{receiver: r, req: req, nonce: "a" + req.ID}
	if edit {
		// The new answer takes the place of what still goes on.
		if err := r.follows.stop(ctx, req.ID); err != nil {
			return chat.Reply{}, err
		}
	}
	if edit || q.again {
		var err error
		if reply.id, err = r.o.Journal.ReplyTo(ctx, req.Ref, req.ID); err != nil {
			return chat.Reply{}, err
		}
		if edit && reply.id == "" {
			return chat.Reply{}, nil // never answered
		}
	}
	stop := r.typing(ctx, req.Chat)
	m, err := r.ask(ctx, req, r.o.Patience, func(ctx context.Context) {
		p := words(r.o.Phrases(ctx, req).Searching)
		if reply.id != "" || p.Content == "" {
			return
		}
		limited, cancel := context.WithTimeout(ctx, r.t.request)
		defer cancel()
		answer, err := r.do(limited, r.newReply(req, p, "p"+req.ID))
		if err != nil {
			r.log.Debug("telling that it takes a moment", "error", err)
			return
		}
		reply.id = idIn(answer)
		reply.noted()
	})
	stop()
	if err != nil {
		return chat.Reply{}, err
	}
	life, cancel := context.WithTimeout(ctx, r.t.life)
	defer cancel()
	if p, ok := fit(m); ok {
		err = reply.put(life, p, true)
		r.outcome(ctx, req.Ref, err)
		if err != nil {
			return chat.Reply{}, err
		}
	}
	if m.Follow != nil {
		on, end := r.follows.begin(ctx, req.ID)
		defer end()
		q.leave()
		if err := r.follow(on, q.update, req, m, reply); err != nil && ctx.Err() != nil {
			return chat.Reply{}, ctx.Err()
		}
		if on.Err() != nil {
			return chat.Reply{Ref: req.Ref, Question: req.ID, Message: reply.id}, nil
		}
	}
	if !reply.said {
		return chat.Reply{}, reply.remove(life, edit)
	}
	return chat.Reply{Ref: req.Ref, Question: req.ID, Message: reply.id}, nil
}

// remove takes back a placeholder. What was answered before the question was
// written anew stays.
func (a *replyPlace) remove(ctx context.Context, edit bool) error {
	if a.id == "" || edit {
		return nil
	}
	_, err := a.persist(ctx, call{
		what: "take back placeholder", method: "DELETE", url: discordgo.EndpointChannelMessage(a.req.Chat, a.id),
		bucket: discordgo.EndpointChannelMessage(a.req.Chat, ""), finish: true,
	}, nil)
	if err != nil && codeOf(err) != codeUnknownMessage {
		return err
	}
	a.id = ""
	a.noted()
	return nil
}

// newReply is a message that answers another. With the same nonce it is made
// once only, however often the call is repeated within some minutes.
func (r *receiver) newReply(req chat.Request, p payload, nonce string) call {
	p.Reference = &reference{MessageID: req.ID}
	p.Nonce, p.EnforceNonce = nonce, true
	return call{what: "reply", method: "POST", url: discordgo.EndpointChannelMessages(req.Chat), body: p, finish: true}
}

// typing shows that an answer is being looked for, if that takes a moment, until
// stop is called.
func (r *receiver) typing(ctx context.Context, channel string) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	r.group.Go(func() {
		for wait := r.t.typing; pause(ctx, wait) == nil; wait = r.t.typingAgain {
			if !r.limits.spare() {
				continue // answers go first
			}
			url := discordgo.EndpointChannelTyping(channel)
			if _, err := r.do(ctx, call{what: "typing", method: "POST", url: url}); err != nil && ctx.Err() == nil {
				r.log.Debug("typing", "error", err)
			}
		}
	})
	return cancel
}
