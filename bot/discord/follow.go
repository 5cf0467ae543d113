package discord

import (
	"context"
	"fmt"
	"time"

	"github.com/bwmarrin/discordgo"

	"trichdan/bot/chat"
)

// place is where an answer stands. Its put shows a payload there: in one attempt
// that does not wait for long, or, where last is set, as often as makes sense.
type place interface {
	put(ctx context.Context, p payload, last bool) error
}

// follow goes on with a message that stands in a place, for as long as it goes on
// changing, aside from the updates that are handled. The error is that of ctx,
// if it has ended before the outcome was shown.
func (r *receiver) follow(ctx context.Context, update string, req chat.Request, m chat.Message, at place) (err error) {
	if m.Follow == nil {
		return nil
	}
	r.worker.Aside(update, func() { err = r.following(ctx, req, m, at) })
	return err
}

func (r *receiver) following(ctx context.Context, req chat.Request, m chat.Message, at place) error {
	show := func(ctx context.Context, m chat.Message, last bool) error {
		p, ok := fit(m)
		if !ok {
			return nil
		}
		patience := r.t.life
		if !last {
			patience = chat.FollowPace
		}
		limited, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		err := at.put(limited, p, last)
		if err != nil && !last && limited.Err() != nil && ctx.Err() == nil {
			err = &chat.Error{Kind: chat.Temporary, Reason: "there was no room for it in time"}
		}
		return err
	}
	err := chat.Follow(ctx, m, show, r.log)
	if err == nil || ctx.Err() != nil {
		return err
	}
	r.log.Error("what follows an answer", "command", req.Command, "id", req.ID, "error", r.redact(err.Error()))
	if err := show(ctx, chat.Message{Text: r.o.Phrases(ctx, req).Failed}, true); err != nil {
		r.log.Warn("telling that it has failed", "id", req.ID, "error", err)
	}
	return nil
}

// bounded gives m with a Follow that has so much time.
func bounded(m chat.Message, most time.Duration) chat.Message {
	if f := m.Follow; f != nil {
		m.Follow = func(ctx context.Context, show func(context.Context, chat.Message) error) {
			limited, cancel := context.WithTimeout(ctx, most)
			defer cancel()
			f(limited, show)
		}
	}
	return m
}

// attempt makes a call once, or, the last, until it succeeds, is refused, or ctx
// ends.
func (d *Discord) attempt(ctx context.Context, c call, last bool, again func(error) bool) ([]byte, error) {
	if last {
		return d.persist(ctx, c, again)
	}
	return d.do(ctx, c)
}

// replyPlace is a reply to a message.
type replyPlace struct {
	*receiver
	req   chat.Request
	id    string // of the reply, "" if there is none yet
	said  bool   // it says what was to be said
	nonce string // for one that is to be made
	tries int    // to make one that have failed
}

func (a *replyPlace) put(ctx context.Context, p payload, last bool) error {
	if a.id != "" {
		_, err := a.attempt(ctx, call{
			what: "edit reply", method: "PATCH", url: discordgo.EndpointChannelMessage(a.req.Chat, a.id),
			bucket: discordgo.EndpointChannelMessage(a.req.Chat, ""), body: p, finish: true,
		}, last, nil)
		a.said = a.said || err == nil
		if codeOf(err) != codeUnknownMessage || !last {
			return err
		}
		a.nonce, a.id = "n"+a.id, "" // deleted meanwhile
	}
	answer, err := a.attempt(ctx, a.newReply(a.req, p, a.nonce), last, nil)
	if err != nil {
		a.tries++ // if it was made all the same, it does not say what comes next
		a.nonce = fmt.Sprintf("f%d.%s", a.tries, a.req.ID)
		return err
	}
	a.id, a.said = idIn(answer), true
	// At once, not only with the update: an edit of the question may wait.
	a.noted()
	return nil
}

// noted notes which message replies.
func (a *replyPlace) noted() {
	a.note(chat.Reply{Ref: a.req.Ref, Question: a.req.ID, Message: a.id})
}

// note notes a reply while its question is still being handled.
func (r *receiver) note(reply chat.Reply) {
	if err := r.o.Journal.SetReply(context.WithoutCancel(r.ctx), reply); err != nil {
		r.log.Error("noting a reply", "error", err)
	}
}

// hookPlace is an answer to an interaction: the deferred message, or the one
// with the button, or one of its own.
type hookPlace struct {
	*receiver
	in    *interaction
	again func(error) bool // whether the first call is to be tried again
	own   bool
	id    string // of the one that was made or edited, "" if none was
	said  bool   // it says what was to be said
	notes bool   // one of its own is noted at once
}

func (a *hookPlace) put(ctx context.Context, p payload, last bool) error {
	switch {
	case !a.own:
		answer, err := a.attempt(ctx, a.edit("edit answer", "@original", p), last, a.again)
		if err == nil {
			a.id, a.said = idIn(answer), true
		}
		if codeOf(err) != codeUnknownMessage || !last || !a.said {
			return err
		}
	case a.id != "":
		_, err := a.attempt(ctx, a.edit("edit follow-up", a.id, p), last, a.again)
		if codeOf(err) != codeUnknownMessage || !last {
			return err
		}
	}
	// A new one, also where the other was deleted or dismissed meanwhile.
	a.own = true
	if a.private(a.in) {
		p.Flags = discordgo.MessageFlagsEphemeral
	}
	id, err := a.followUp(ctx, a.in, p, last, a.again)
	if err != nil {
		return err
	}
	a.id, a.said = id, true
	if a.notes {
		a.note(chat.Reply{Ref: a.in.request().Ref, Question: a.in.ID, Message: id})
	}
	return nil
}

// edit is the call that edits a message of the interaction.
func (a *hookPlace) edit(what, message string, p payload) call {
	return call{
		what: what, method: "PATCH", hook: true, finish: true, body: p,
		url: discordgo.EndpointWebhookMessage(a.in.AppID, a.in.Token, message),
	}
}
