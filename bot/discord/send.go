package discord

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/bwmarrin/discordgo"

	"trichdan/bot/chat"
)

// Send says something in a channel, thread or direct chat. Answers to people go
// first, in that place and in all. The message has a nonce, so that a post that
// is tried again within some minutes because its outcome was not known makes no
// second message.
//
// The error is as chat.Sender says. It is Unknown where Discord may have made
// the message: the connection was lost, or no answer came in time, after there
// was a connection to write to, or the answer was broken or an HTTP status of
// 500 or more.
func (d *Discord) Send(ctx context.Context, post chat.Post) (string, error) {
	p, ok := fit(post.Message)
	if !ok {
		return "", &chat.Error{Kind: chat.Rejected, Reason: "there is nothing to see in the message"}
	}
	channel := post.To.Chat
	if post.To.Thread != "" {
		channel = post.To.Thread
	}
	var err error
	if p.Nonce, err = nonce(channel, post); err != nil {
		return "", &chat.Error{Kind: chat.Rejected, Reason: err.Error()}
	}
	p.EnforceNonce = true
	answer, err := d.do(ctx, call{
		what: "send", method: "POST", url: discordgo.EndpointChannelMessages(channel), body: p,
		finish: true, post: true, begin: post.Begin,
	})
	if err == nil {
		d.outcome(ctx, post.To, nil)
		return idIn(answer), nil
	}
	if f, ok := errors.AsType[*failure](err); ok {
		d.outcome(ctx, post.To, f)
		return "", f.as
	}
	return "", err
}

// nonce names a post in a channel, with as many characters as Discord takes. A
// post without a key is named by what it says.
func nonce(channel string, post chat.Post) (string, error) {
	name := []any{"post", channel, post.Key}
	if post.Key == "" {
		name = []any{"message", channel, post.Message}
	}
	b, err := json.Marshal(name)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])[:25], nil
}

// outcome notes whether a chat is open to the bot, when that has changed.
func (d *Discord) outcome(ctx context.Context, ref chat.Ref, err error) {
	kind, _, failed := kindOf(err)
	gone := failed && kind == chat.Gone
	if err != nil && !gone {
		return
	}
	d.mu.Lock()
	open, known := d.open[ref]
	d.open[ref] = !gone
	d.mu.Unlock()
	if known && open == !gone {
		return
	}
	ctx = context.WithoutCancel(ctx)
	if gone {
		err = d.o.Journal.Closed(ctx, ref, err.Error())
	} else {
		err = d.o.Journal.Opened(ctx, ref)
	}
	if err != nil {
		d.log.Error("noting the state of a chat", "error", err)
	}
}
