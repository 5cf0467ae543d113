package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"trichdan/bot/chat"
)

// failure is a call that failed, with what the adapter itself needs to know.
// Outside it is the *chat.Error.
type failure struct {
	as          *chat.Error
	method      string
	code        int    // Telegram's, 0 if it did not answer
	description string // its words
}

func (f *failure) Error() string { return f.as.Error() }
func (f *failure) Unwrap() error { return f.as }

// cut is a call that was on its way when its context ended.
type cut struct {
	method string
	err    error // of the context
	done   bool  // it may have had its effect all the same
}

func (c *cut) Error() string { return "telegram: " + c.method + ": " + c.err.Error() }
func (c *cut) Unwrap() error { return c.err }

// failureOf gives the failure in an error, an empty one if there is none.
func failureOf(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	return &failure{as: &chat.Error{}}
}

// kindOf gives the kind of an error of a call; ok is false for that of a
// context.
func kindOf(err error) (kind chat.Kind, ok bool) {
	e, ok := errors.AsType[*chat.Error](err)
	if !ok {
		return 0, false
	}
	return e.Kind, true
}

// public gives an error as it leaves the package.
func public(err error) error {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.as
	}
	return err
}

func temporary(reason string) *chat.Error {
	return &chat.Error{Kind: chat.Temporary, Reason: reason}
}

// failed says what an error of the library means. Nothing of it is kept but
// words, without secrets.
func (t *Telegram) failed(method string, c *carrier, late bool, err error) error {
	var said *tgbotapi.Error
	if errors.As(err, &said) {
		code := said.Code
		if code == 0 { // not Telegram's own way to fail
			code = c.status
		}
		f := &failure{method: method, code: code, description: t.hidden.Replace(said.Message)}
		f.as = classify(code, said)
		f.as.Reason = fmt.Sprintf("%s: %d %s", method, code, f.description)
		f.as.Unknown = code < 300 || code >= 500
		return f
	}
	f := &failure{method: method, as: &chat.Error{Kind: chat.Temporary, Unknown: c.mayCount()}}
	var syntax *json.SyntaxError
	var op *net.OpError
	switch {
	case late || errors.Is(err, context.DeadlineExceeded):
		f.as.Reason = method + ": no answer in time"
	case c.status != 0 && errors.As(err, &syntax), c.status != 0 && c.status != 200:
		f.as.Reason = fmt.Sprintf("%s: HTTP status %d with something that is no answer of Telegram", method, c.status)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		f.as.Reason = method + ": the connection ended before the answer did"
	case errors.As(err, &op): // its text has ports that change
		f.as.Unknown = f.as.Unknown && op.Op != "write" // then it has not left whole
		f.as.Reason = fmt.Sprintf("%s: %s: %s", method, op.Op, t.hidden.Replace(op.Err.Error()))
	default:
		f.as.Reason = method + ": " + t.hidden.Replace(err.Error())
	}
	return f
}

// What Telegram says with status 400 of a chat that the bot cannot write to;
// and of a topic.
var (
	goneChats = []string{
		"chat not found", "user not found", "user is deactivated", "peer_id_invalid", "group chat was upgraded",
		"bot is not a member", "bot was kicked", "not enough rights to send", "have no rights to send",
		"chat_write_forbidden", "chat_restricted", "need administrator rights", "chat_send_plain_forbidden",
	}
	goneThreads = []string{"message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid"}
)

// classify says what can be done about an error that Telegram names.
func classify(code int, e *tgbotapi.Error) *chat.Error {
	description := strings.ToLower(e.Message)
	switch {
	case e.MigrateToChatID != 0:
		return &chat.Error{Kind: chat.Moved, MovedTo: chat.Ref{Platform: Name, Chat: strconv.FormatInt(e.MigrateToChatID, 10)}}
	case code == 429 || e.RetryAfter > 0:
		return &chat.Error{Kind: chat.RateLimited, RetryAfter: max(time.Duration(e.RetryAfter)*time.Second, time.Second)}
	case e.Code == 401 || e.Code == 404:
		return &chat.Error{Kind: chat.Unauthorized}
	case code == 403 || code == 400 && (containsAny(description, goneChats) || containsAny(description, goneThreads)):
		return &chat.Error{Kind: chat.Gone}
	case e.Code == 0 || code == 409 || code >= 500:
		return &chat.Error{Kind: chat.Temporary}
	}
	return &chat.Error{Kind: chat.Rejected}
}

func containsAny(s string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// is reports whether Telegram said one of these, in lower case.
func (f *failure) is(descriptions ...string) bool {
	return f.code == 400 && containsAny(strings.ToLower(f.description), descriptions)
}

// The refusals of a message that mean something of their own.
func (f *failure) notModified() bool { return f.is("message is not modified") }
func (f *failure) badMarkup() bool   { return f.is("can't parse entities", "can't parse message text") }
func (f *failure) noMessage() bool {
	return f.is("message to edit not found", "message can't be edited", "message_id_invalid", "message to delete not found", "message identifier is not specified")
}

// webhookSet reports whether updates go to a webhook instead.
func (f *failure) webhookSet() bool {
	return f.code == 409 && strings.Contains(strings.ToLower(f.description), "webhook")
}

// closedRef is the part of a ref that an error of kind Gone closes.
func (f *failure) closedRef(ref chat.Ref) chat.Ref {
	if !f.is(goneThreads...) {
		ref.Thread = ""
	}
	return ref
}
