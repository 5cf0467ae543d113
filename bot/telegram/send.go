package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"trichdan/bot/chat"
)

// Send implements chat.Sender. It needs no running Receive. Where a group has
// become a supergroup the message goes to that, and the journal is told; so it
// is told of chats that are closed to the bot. Telegram knows no repeats: the
// key of the post means nothing to it.
func (t *Telegram) Send(ctx context.Context, p chat.Post) (id string, err error) {
	on, end := graceful(ctx)
	defer end()
	u := &unasked{begin: p.Begin}
	id, _, err = t.post(ctx, on, u, p.To, "", p.Message)
	return id, u.public(err)
}

// unasked is how far a chat.Post is. It may take two calls.
type unasked struct {
	begin func() error
	begun bool
}

// start begins the post, once.
func (u *unasked) start() error {
	if u.begun {
		return nil
	}
	if u.begin != nil {
		if err := u.begin(); err != nil {
			return fmt.Errorf("telegram: a post cannot begin: %w", err)
		}
	}
	u.begun = true
	return nil
}

// public gives an error as it leaves the package: once the post has begun, a
// *chat.Error.
func (u *unasked) public(err error) error {
	err = public(err)
	if _, ok := errors.AsType[*chat.Error](err); ok || err == nil || !u.begun {
		return err
	}
	if c, ok := errors.AsType[*cut](err); ok {
		return &chat.Error{Kind: chat.Temporary, Unknown: c.done, Reason: c.method + ": ended before there was an answer"}
	}
	// Telegram has refused it in the one way, and it was to go in another.
	return temporary("ended before it could be sent again")
}

// post sends a message, once it may go, and says where it went: another chat
// than ref if that has moved. on carries the call; ctx bounds the waiting. u is
// nil for what somebody waits for.
func (t *Telegram) post(ctx, on context.Context, u *unasked, to chat.Ref, replyTo string, m chat.Message) (id string, at chat.Ref, err error) {
	p, err := t.params(to)
	if err != nil {
		return "", to, err
	}
	if n, err := strconv.ParseInt(replyTo, 10, 64); err == nil && n > 0 {
		p["reply_parameters"] = `{"message_id":` + replyTo + `,"allow_sending_without_reply":true}`
	}
	var sent sentMessage
	err = t.write(ctx, on, u, "sendMessage", to, p, m, &sent)
	moved, ok := errors.AsType[*chat.Error](err)
	if ok && moved.Kind == chat.Moved {
		from := to
		to.Chat = moved.MovedTo.Chat
		if err := t.o.Journal.Moved(context.WithoutCancel(ctx), chat.Ref{Platform: Name, Chat: from.Chat}, moved.MovedTo); err != nil {
			t.log.Error("chat has moved", "error", err)
		}
		t.log.Info("chat has moved: a group has become a supergroup")
		p["chat_id"] = to.Chat
		delete(p, "reply_parameters") // messages have other IDs there
		err = t.write(ctx, on, u, "sendMessage", to, p, m, &sent)
	}
	t.noteClosed(ctx, to, err)
	return sent.id(), to, err
}

// edit puts a message in the place of another. noMessage of the failure says
// that the other cannot be edited.
func (t *Telegram) edit(ctx, on context.Context, of chat.Ref, id string, m chat.Message) error {
	p, err := t.params(of)
	if err != nil {
		return err
	}
	delete(p, "message_thread_id")
	p["message_id"] = id
	err = t.write(ctx, on, nil, "editMessageText", of, p, m, nil)
	if err != nil && failureOf(err).notModified() {
		return nil
	}
	t.noteClosed(ctx, of, err)
	return err
}

// remove deletes a message of the bot's own.
func (t *Telegram) remove(ctx context.Context, of chat.Ref, id string) error {
	p, err := t.params(of)
	if err != nil {
		return err
	}
	delete(p, "message_thread_id")
	p["message_id"] = id
	err = t.call(ctx, t.sending, noticeTime, "deleteMessage", p, nil)
	if err != nil && failureOf(err).noMessage() {
		return nil
	}
	return err
}

// params are those that name a chat.
func (t *Telegram) params(to chat.Ref) (tgbotapi.Params, error) {
	if _, err := strconv.ParseInt(to.Chat, 10, 64); err != nil || to.Platform != Name {
		return nil, rejected("this is no chat of Telegram")
	}
	p := tgbotapi.Params{"chat_id": to.Chat}
	p.AddNonEmpty("message_thread_id", to.Thread)
	return p, nil
}

func rejected(reason string) *chat.Error { return &chat.Error{Kind: chat.Rejected, Reason: reason} }

// write renders a message and calls a method with it, when the limits allow. If
// Telegram cannot read the markup the words alone go.
func (t *Telegram) write(ctx, on context.Context, u *unasked, method string, to chat.Ref, p tgbotapi.Params, m chat.Message, result any) error {
	page := fit(m)
	if page == nil {
		return rejected("there is nothing in the message that can be sent")
	}
	p["text"], p["parse_mode"] = page.html.String(), "HTML"
	p["link_preview_options"] = `{"is_disabled":true}`
	p.AddNonEmpty("reply_markup", keyboard(m.Buttons, t.log))
	err := t.limited(ctx, on, u, method, to, p, result)
	if err != nil && failureOf(err).badMarkup() {
		t.log.Error("Telegram cannot read a message, its words go alone", "error", err,
			"bytes", page.html.Len(), "units", page.units, "entities", page.entities, "citations", len(m.Citations))
		delete(p, "parse_mode")
		p["text"] = page.plain.String()
		// In code there are no mentions.
		p["entities"] = `[{"type":"code","offset":0,"length":` + strconv.Itoa(page.units) + `}]`
		err = t.limited(ctx, on, u, method, to, p, result)
		delete(p, "entities")
	}
	return err
}

// limited calls a method that says something in a chat.
func (t *Telegram) limited(ctx, on context.Context, u *unasked, method string, to chat.Ref, p tgbotapi.Params, result any) error {
	client, pass := t.sending, t.limits.answer
	if u != nil {
		client, pass = t.posting, t.limits.post
	}
	s, err := pass(ctx, to.Chat)
	if err != nil {
		return err
	}
	defer t.limits.back(s, false) // if it is not given back below
	if u != nil {
		at := t.now()
		if err := u.start(); err != nil {
			return err
		}
		t.limits.begun(t.now().Sub(at))
	}
	t.limits.leave(s)
	err = t.call(on, client, callTime, method, p, result)
	f := failureOf(err)
	t.limits.back(s, err == nil || f.code != 0)
	if f.as.Unknown && u == nil && method == "sendMessage" {
		t.log.Warn("it is not known whether an answer has arrived; to send it again may repeat it", "error", err)
	}
	if kind, ok := kindOf(err); ok && kind == chat.RateLimited {
		t.limits.obey(to.Chat, f.as.RetryAfter, s.before)
	}
	return err
}

// noteClosed notes that a chat is closed to the bot, if that is what an error
// means.
func (t *Telegram) noteClosed(ctx context.Context, ref chat.Ref, err error) {
	if kind, ok := kindOf(err); !ok || kind != chat.Gone {
		return
	}
	f := failureOf(err)
	t.log.Info("a chat is closed to the bot", "reason", f.description)
	if err := t.o.Journal.Closed(context.WithoutCancel(ctx), f.closedRef(ref), f.description); err != nil {
		t.log.Error("note that a chat is closed", "error", err)
	}
}

// sentMessage is what is needed of a message that was sent. A server that does
// not tell its ID has sent it all the same.
type sentMessage struct {
	ID int64
}

func (s *sentMessage) UnmarshalJSON(b []byte) error {
	var m struct {
		ID int64 `json:"message_id"`
	}
	_ = json.Unmarshal(b, &m)
	s.ID = m.ID
	return nil
}

func (s sentMessage) id() string {
	if s.ID == 0 {
		return ""
	}
	return strconv.FormatInt(s.ID, 10)
}

// typing shows that an answer is being made, from a moment on until stop is
// called, which waits for the end of it.
func (t *Telegram) typing(ctx context.Context, in chat.Ref) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for wait := typingAfter; sleep(ctx, wait) == nil; wait = typingEvery {
			if !t.limits.spare(in.Chat) {
				continue
			}
			p, err := t.params(in)
			if err != nil {
				return
			}
			p["action"] = "typing"
			if err := t.call(ctx, t.sending, noticeTime, "sendChatAction", p, nil); err != nil {
				if kind, ok := kindOf(err); ok && kind == chat.RateLimited {
					t.limits.obey(in.Chat, failureOf(err).as.RetryAfter, t.now())
				}
				if ctx.Err() == nil {
					t.log.Debug("typing is not shown", "error", err)
				}
				return // it is not worth a second attempt
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// graceful gives a context for a call that has a moment to end after ctx has:
// an answer on its way need not be repeated then.
func graceful(ctx context.Context) (on context.Context, cancel func()) {
	on, end := context.WithCancel(context.WithoutCancel(ctx))
	var timer *time.Timer
	armed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(armed)
		timer = time.AfterFunc(graceTime, end)
	})
	return on, func() {
		if !stop() {
			<-armed
			timer.Stop()
		}
		end()
	}
}
