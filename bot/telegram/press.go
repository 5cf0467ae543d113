package telegram

import (
	"context"
	"strings"
	"sync"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"trichdan/bot/chat"
)

// press answers the press of a button.
func (s *session) press(ctx context.Context, j job, c *callback) (chat.Reply, error) {
	p := &pressed{session: s, id: c.ID}
	defer p.calls.Wait()
	if c.Message == nil || c.Data == "" { // of a message in another chat, a game
		p.answer(ctx, "")
		return chat.Reply{}, nil
	}
	r := chat.Request{
		Ref: c.Message.ref(), ID: c.ID, User: id(c.From.ID), Lang: language(c.From.Language),
		Direct: c.Message.Chat.private(), Button: c.Data,
	}
	r.Manages = s.manages(r.Chat, r.User)
	phrases := sync.OnceValue(func() chat.Phrases { return s.o.Phrases(ctx, r) })
	limited, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	m, err := chat.Call(limited, s.handler, r, pressTime, func(context.Context) { p.answer(ctx, phrases().Searching) })
	if ctx.Err() != nil {
		return chat.Reply{}, ctx.Err()
	}
	if err != nil {
		s.log.Error("answer to a button", "error", err)
		if m.Empty() && m.Notice == "" {
			m.Notice = phrases().Failed
		}
	}
	told := p.answer(ctx, m.Notice)
	if m.Empty() {
		if told || m.Notice == "" || !r.Direct {
			return chat.Reply{}, nil
		}
		// Telegram takes one answer to a press, and that said that it takes a
		// moment. In a group a message would not be for the person alone.
		m = chat.Message{Text: m.Notice}
	}
	button := id(c.Message.ID)
	reply := chat.Reply{Ref: r.Ref, Question: c.ID}
	if j.attempt > 1 { // an earlier process may have begun to show how it goes on
		if reply.Message, err = s.o.Journal.ReplyTo(ctx, r.Ref, c.ID); err != nil {
			s.log.Error("which message replied is not known", "error", err)
		}
	}
	if m.Update && reply.Message == "" {
		reply.Message = button
	}
	if reply, err = s.deliver(ctx, reply, button, m); err != nil {
		return reply, err
	}
	return s.follow(ctx, j, reply, button, m, phrases)
}

// pressed is a press that Telegram waits to have answered: until then the
// button shows that something is going on.
type pressed struct {
	*session
	id       string
	answered bool
	calls    sync.WaitGroup
}

// answer answers the press, once, with a line for the person or without one,
// and reports whether it did. It does not wait for the call, which is nothing
// that must arrive: after a while Telegram takes no answer any more.
func (p *pressed) answer(ctx context.Context, text string) bool {
	if p.answered {
		return false
	}
	p.answered = true
	params := tgbotapi.Params{"callback_query_id": p.id}
	params.AddNonEmpty("text", shorten(strings.ToValidUTF8(chat.Clean(text), "\ufffd"), mostNotice))
	p.calls.Go(func() {
		if err := p.call(ctx, p.sending, noticeTime, "answerCallbackQuery", params, nil); err != nil && ctx.Err() == nil {
			p.log.Debug("the press of a button is not answered", "error", err)
		}
	})
	return true
}
