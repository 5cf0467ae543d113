package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
)

var to = chat.Ref{Platform: telegram.Name, Chat: "71"}

func TestSend(t *testing.T) {
	in(t, func(w *world) {
		w.ask(an, "chào")
		b := w.bot(nil)
		m := text("Tin mới.")
		m.Buttons = [][]chat.Button{{{Text: "Mở", Data: "bai:1"}, {Text: "Dài", Data: strings.Repeat("d", 65)}, {Data: "x"}}, {{Text: "Không"}}}
		id, err := b.Send(w.Context(), chat.Post{To: to, Message: m})
		if err != nil {
			t.Fatal(err)
		}
		got := w.only(an.ID)
		if fmt.Sprint(got.ID) != id || got.Text != "Tin mới." || fmt.Sprint(got.Data()) != "[bai:1]" || got.ReplyTo != 0 || got.Preview {
			t.Errorf("got %+v", got)
		}
		if n := w.log.count("button left out"); n != 3 {
			t.Errorf("%d buttons are said to be left out, want 3", n)
		}
	})
}

func TestSendErrors(t *testing.T) {
	closed := "closed 71: "
	for name, tt := range map[string]struct {
		fault   telegramtest.Fault
		kind    chat.Kind
		journal string
	}{
		"blocked":        {telegramtest.Fault{Status: 403, Description: "Forbidden: bot was blocked by the user"}, chat.Gone, closed},
		"kicked":         {telegramtest.Fault{Status: 403, Description: "Forbidden: bot was kicked from the supergroup chat"}, chat.Gone, closed},
		"deactivated":    {telegramtest.Fault{Status: 403, Description: "Forbidden: user is deactivated"}, chat.Gone, closed},
		"not begun":      {telegramtest.Fault{Status: 403, Description: "Forbidden: bot can't initiate conversation with a user"}, chat.Gone, closed},
		"no chat":        {telegramtest.Fault{Status: 400, Description: "Bad Request: chat not found"}, chat.Gone, closed},
		"no rights":      {telegramtest.Fault{Status: 400, Description: "Bad Request: not enough rights to send text messages to the chat"}, chat.Gone, closed},
		"no writing":     {telegramtest.Fault{Status: 400, Description: "Bad Request: CHAT_WRITE_FORBIDDEN"}, chat.Gone, closed},
		"too long":       {telegramtest.Fault{Status: 400, Description: "Bad Request: message is too long"}, chat.Rejected, ""},
		"unknown":        {telegramtest.Fault{Status: 400, Description: "Bad Request: what is this"}, chat.Rejected, ""},
		"too large":      {telegramtest.Fault{Status: 413, Description: "Request Entity Too Large"}, chat.Rejected, ""},
		"token":          {telegramtest.Fault{Status: 401, Description: "Unauthorized"}, chat.Unauthorized, ""},
		"no bot":         {telegramtest.Fault{Status: 404, Description: "Not Found"}, chat.Unauthorized, ""},
		"a proxy's 404":  {telegramtest.Fault{Status: 404, Body: "<h1>404</h1>"}, chat.Temporary, ""},
		"a proxy's JSON": {telegramtest.Fault{Status: 404, Body: `{"message":"no route"}`}, chat.Temporary, ""},
		"flood":          {telegramtest.Fault{Status: 429, Description: "Too Many Requests: retry after 7", RetryAfter: 7}, chat.RateLimited, ""},
		"500":            {telegramtest.Fault{Status: 500, Description: "Internal Server Error"}, chat.Temporary, ""},
		"502":            {telegramtest.Fault{Status: 502, Body: "<html>Bad Gateway</html>"}, chat.Temporary, ""},
		"HTML":           {telegramtest.Fault{Body: "<html>Hello</html>"}, chat.Temporary, ""},
		"hang":           {telegramtest.Fault{Hang: true}, chat.Temporary, ""},
		"drop":           {telegramtest.Fault{Drop: true}, chat.Temporary, ""},
		"slow":           {telegramtest.Fault{Delay: time.Hour}, chat.Temporary, ""},
		"echo":           {telegramtest.Fault{Status: 400, Description: "Bad Request: /bot123456:AAF-this_is_no_real_token_at_all_xyz/sendMessage"}, chat.Rejected, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				w.ask(an, "chào")
				w.Fail("sendMessage", tt.fault)
				_, err := w.bot(nil).Send(w.Context(), chat.Post{To: to, Message: text("Tin.")})
				e, ok := err.(*chat.Error)
				if !ok || e.Kind != tt.kind {
					t.Fatalf("got %v, want %v", err, tt.kind)
				}
				if e.Kind == chat.RateLimited && e.RetryAfter != 7*time.Second {
					t.Errorf("again after %v", e.RetryAfter)
				}
				if e.Reason == "" || strings.Contains(err.Error(), "AAF-this") {
					t.Errorf("the reason is %q", err)
				}
				synctest.Wait() // a slow call is counted when it is done
				if n := w.Count("sendMessage"); n != 1 {
					t.Errorf("sent %d times", n)
				}
				if got := w.journal.all(); !strings.HasPrefix(got, tt.journal) || tt.journal == "" && got != "" {
					t.Errorf("the journal is told %q, want %q", got, tt.journal)
				}
			})
		})
	}
}

func TestSendWhatCannotBeSent(t *testing.T) {
	in(t, func(w *world) {
		b := w.bot(nil)
		for name, tt := range map[string]struct {
			to chat.Ref
			m  chat.Message
		}{
			"nothing":          {to, chat.Message{}},
			"nothing to see":   {to, text(" \u3164\n")},
			"another platform": {chat.Ref{Platform: "discord", Chat: "71"}, text("Tin.")},
			"no chat":          {chat.Ref{Platform: telegram.Name, Chat: "@kenh"}, text("Tin.")},
		} {
			_, err := b.Send(w.Context(), chat.Post{To: tt.to, Message: tt.m})
			if e, ok := errors.AsType[*chat.Error](err); !ok || e.Kind != chat.Rejected {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if n := w.Count("sendMessage"); n != 0 {
			t.Errorf("%d were sent", n)
		}
	})
}

func TestSendFollowsMigration(t *testing.T) {
	in(t, func(w *world) {
		moved := w.Migrate(group, false)
		id, err := w.bot(nil).Send(w.Context(), chat.Post{To: chat.Ref{Platform: telegram.Name, Chat: fmt.Sprint(group)}, Message: text("Tin.")})
		if err != nil || fmt.Sprint(w.only(moved).ID) != id {
			t.Errorf("Send: %q, %v", id, err)
		}
		if got := w.journal.all(); got != fmt.Sprintf("moved %d to %d", group, moved) {
			t.Errorf("the journal is told %q", got)
		}
	})
}

// A chat gets three messages at once and then one a second, a group no more
// than twenty in any minute, all chats thirty a second.
func TestLimits(t *testing.T) {
	in(t, func(w *world) {
		w.ask(an, "chào")
		b := w.bot(nil)
		send := func(to chat.Ref, n int) (took time.Duration) {
			begun := time.Now()
			for range n {
				if _, err := b.Send(w.Context(), chat.Post{To: to, Message: text("Tin.")}); err != nil {
					t.Fatal(err)
				}
			}
			return time.Since(begun).Round(time.Millisecond)
		}
		if d := send(to, 3); d != 0 {
			t.Errorf("the first three take %v", d)
		}
		if d := send(to, 5); d != 5*time.Second {
			t.Errorf("five more take %v", d)
		}
		begun := len(w.Calls("sendMessage"))
		send(chat.Ref{Platform: telegram.Name, Chat: fmt.Sprint(group)}, 50)
		calls := w.Calls("sendMessage")[begun:]
		for i := 20; i < len(calls); i++ {
			if d := calls[i].At.Sub(calls[i-20].At); d < time.Minute {
				t.Fatalf("21 messages in %v", d)
			}
		}

		pass(10 * time.Minute)
		first := time.Now()
		done := make(chan error)
		for i := range 90 {
			id := int64(9000 + i)
			w.AddChat(telegramtest.Chat{ID: id, Type: "private"})
			go func() {
				_, err := b.Send(w.Context(), chat.Post{To: chat.Ref{Platform: telegram.Name, Chat: fmt.Sprint(id)}, Message: text("Tin.")})
				done <- err
			}()
		}
		for range 90 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if d := time.Since(first); d < 1990*time.Millisecond || d > 2100*time.Millisecond {
			t.Errorf("90 messages take %v, want two seconds", d)
		}
	})
}

// Nobody waits for what comes too late anyway.
func TestLimitsAndDeadline(t *testing.T) {
	in(t, func(w *world) {
		w.ask(an, "chào")
		b := w.bot(nil)
		w.Fail("sendMessage", telegramtest.Fault{Status: 429, RetryAfter: 60})
		if _, err := b.Send(w.Context(), chat.Post{To: to, Message: text("Tin.")}); err == nil {
			t.Error("the fault is lost")
		}
		ctx, cancel := context.WithTimeout(w.Context(), 5*time.Second)
		defer cancel()
		begun := time.Now()
		_, err := b.Send(ctx, chat.Post{To: to, Message: text("Tin.")})
		e, ok := errors.AsType[*chat.Error](err)
		if !ok || e.Kind != chat.RateLimited || e.RetryAfter != time.Minute || time.Since(begun) != 0 {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
		ctx, cancel = context.WithCancel(w.Context())
		defer cancel()
		time.AfterFunc(3*time.Second, cancel)
		if _, err := b.Send(ctx, chat.Post{To: to, Message: text("Tin.")}); !errors.Is(err, context.Canceled) || time.Since(begun) != 3*time.Second {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
		if _, err := b.Send(w.Context(), chat.Post{To: to, Message: text("Tin.")}); err != nil || time.Since(begun) != time.Minute {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
	})
}
