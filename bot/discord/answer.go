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

// message answers a question that was written as a message, or written anew.
// Again: an earlier process may have begun to.
func (r *receiver) message(ctx context.Context, req chat.Request, edit, again bool) (chat.Reply, error) {
	var id string // of our message
	if edit || again {
		var err error
		if id, err = r.o.Journal.ReplyTo(ctx, req.Ref, req.ID); err != nil {
			return chat.Reply{}, err
		}
		if edit && id == "" {
			return chat.Reply{}, nil // never answered
		}
	}
	noted := func(id string) {
		if err := r.o.Journal.SetReply(context.WithoutCancel(ctx), chat.Reply{Ref: req.Ref, Question: req.ID, Message: id}); err != nil {
			r.log.Error("noting a reply", "error", err)
		}
	}
	stop := r.typing(ctx, req.Chat)
	m, err := r.ask(ctx, req, r.o.Patience, func(ctx context.Context) {
		p := words(r.o.Phrases(ctx, req).Searching)
		if id != "" || p.Content == "" {
			return
		}
		limited, cancel := context.WithTimeout(ctx, r.t.request)
		defer cancel()
		var err error
		if id, err = r.reply(limited, req, p, "p"+req.ID); err != nil {
			r.log.Debug("telling that it takes a moment", "error", err)
			return
		}
		noted(id)
	})
	stop()
	if err != nil {
		return chat.Reply{}, err
	}
	life, cancel := context.WithTimeout(ctx, r.t.life)
	defer cancel()
	p, ok := fit(m)
	if !ok {
		if id == "" || edit {
			return chat.Reply{}, nil
		}
		_, err := r.persist(life, call{what: "take back placeholder", method: "DELETE", url: discordgo.EndpointChannelMessage(req.Chat, id), bucket: discordgo.EndpointChannelMessage(req.Chat, ""), finish: true}, nil)
		if codeOf(err) == codeUnknownMessage {
			err = nil
		}
		if err == nil {
			noted("")
		}
		return chat.Reply{}, err
	}
	nonce := "a" + req.ID
	if id != "" {
		_, err = r.persist(life, call{
			what: "edit reply", method: "PATCH", url: discordgo.EndpointChannelMessage(req.Chat, id),
			bucket: discordgo.EndpointChannelMessage(req.Chat, ""), body: p, finish: true,
		}, nil)
		if codeOf(err) == codeUnknownMessage { // deleted meanwhile
			nonce, id, err = "n"+id, "", nil
		}
	}
	if id == "" {
		if id, err = r.replyUntil(life, req, p, nonce); err == nil {
			// At once, not only with the update: an edit of the question may wait.
			noted(id)
		}
	}
	r.outcome(ctx, req.Ref, err)
	if err != nil {
		return chat.Reply{}, err
	}
	return chat.Reply{Ref: req.Ref, Question: req.ID, Message: id}, nil
}

// replyUntil tries as long as it makes sense.
func (r *receiver) replyUntil(ctx context.Context, req chat.Request, p payload, nonce string) (string, error) {
	answer, err := r.persist(ctx, r.newReply(req, p, nonce), nil)
	return idIn(answer), err
}

func (r *receiver) reply(ctx context.Context, req chat.Request, p payload, nonce string) (string, error) {
	answer, err := r.do(ctx, r.newReply(req, p, nonce))
	return idIn(answer), err
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
