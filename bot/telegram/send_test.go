package telegram_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
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

// What is known of a post that failed, and what the journal is told.
func TestSendErrors(t *testing.T) {
	gone := func(reason string) chat.Error { return chat.Error{Kind: chat.Gone, Reason: reason} }
	rejected := func(reason string) chat.Error { return chat.Error{Kind: chat.Rejected, Reason: reason} }
	temporary := chat.Error{Kind: chat.Temporary}
	unknown := chat.Error{Kind: chat.Temporary, Unknown: true}
	const blocked, kicked = "Forbidden: bot was blocked by the user", "Forbidden: bot was kicked from the supergroup chat"
	for name, tt := range map[string]struct {
		fault   telegramtest.Fault
		want    chat.Error // its Reason is a part of that
		journal string     // what it is told, but for the reason
	}{
		"blocked":            {telegramtest.Fault{Status: 403, Description: blocked}, gone("403 " + blocked), "closed 71"},
		"kicked":             {telegramtest.Fault{Status: 403, Description: kicked}, gone(kicked), "closed 71"},
		"deactivated":        {telegramtest.Fault{Status: 403, Description: "Forbidden: user is deactivated"}, gone("deactivated"), "closed 71"},
		"not begun":          {telegramtest.Fault{Status: 403, Description: "Forbidden: bot can't initiate conversation with a user"}, gone("initiate"), "closed 71"},
		"no chat":            {telegramtest.Fault{Status: 400, Description: "Bad Request: chat not found"}, gone("400"), "closed 71"},
		"no rights":          {telegramtest.Fault{Status: 400, Description: "Bad Request: not enough rights to send text messages to the chat"}, gone("rights"), "closed 71"},
		"no writing":         {telegramtest.Fault{Status: 400, Description: "Bad Request: CHAT_WRITE_FORBIDDEN"}, gone("FORBIDDEN"), "closed 71"},
		"topic closed":       {telegramtest.Fault{Status: 400, Description: "Bad Request: TOPIC_CLOSED"}, gone("TOPIC_CLOSED"), "closed 71 9"},
		"topic deleted":      {telegramtest.Fault{Status: 400, Description: "Bad Request: message thread not found"}, gone("thread"), "closed 71 9"},
		"moves again":        {telegramtest.Fault{Status: 400, Description: "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: -1009, Times: 2}, chat.Error{Kind: chat.Moved, MovedTo: chat.Ref{Platform: telegram.Name, Chat: "-1009"}, Reason: "upgraded"}, "moved 71 to -1009"},
		"too long":           {telegramtest.Fault{Status: 400, Description: "Bad Request: message is too long"}, rejected("too long"), ""},
		"strange":            {telegramtest.Fault{Status: 400, Description: "Bad Request: what is this"}, rejected("what is this"), ""},
		"too large":          {telegramtest.Fault{Status: 413, Description: "Request Entity Too Large"}, rejected("413"), ""},
		"token":              {telegramtest.Fault{Status: 401, Description: "Unauthorized"}, chat.Error{Kind: chat.Unauthorized, Reason: "401"}, ""},
		"no bot":             {telegramtest.Fault{Status: 404, Description: "Not Found"}, chat.Error{Kind: chat.Unauthorized, Reason: "404"}, ""},
		"flood":              {telegramtest.Fault{Status: 429, Description: "Too Many Requests: retry after 7", RetryAfter: 7}, chat.Error{Kind: chat.RateLimited, RetryAfter: 7 * time.Second, Reason: "429"}, ""},
		"a proxy's 404":      {telegramtest.Fault{Status: 404, Body: "<h1>404</h1>"}, temporary, ""},
		"a proxy's JSON":     {telegramtest.Fault{Status: 404, Body: `{"message":"no route"}`}, temporary, ""},
		"a redirect":         {telegramtest.Fault{Status: 302, Body: "<h1>302</h1>"}, temporary, ""},
		"500":                {telegramtest.Fault{Status: 500, Description: "Internal Server Error", Done: true}, unknown, ""},
		"502":                {telegramtest.Fault{Status: 502, Body: "<html>Bad Gateway</html>"}, unknown, ""},
		"504 in JSON":        {telegramtest.Fault{Status: 504, Body: `{"message":"Gateway Timeout"}`, Done: true}, unknown, ""},
		"HTML":               {telegramtest.Fault{Body: "<html>Hello</html>"}, unknown, ""},
		"JSON":               {telegramtest.Fault{Body: `{"message":"Hello"}`}, unknown, ""},
		"half an answer":     {telegramtest.Fault{Body: `{"ok":true,"resu`, Done: true}, unknown, ""},
		"hang":               {telegramtest.Fault{Hang: true}, unknown, ""},
		"drop":               {telegramtest.Fault{Drop: true}, unknown, ""},
		"done and drop":      {telegramtest.Fault{Drop: true, Done: true}, unknown, ""},
		"slow":               {telegramtest.Fault{Delay: time.Hour}, unknown, ""},
		"the token repeated": {telegramtest.Fault{Status: 400, Description: "Bad Request: /bot123456:AAF-this_is_no_real_token_at_all_xyz/sendMessage"}, rejected("(token)"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				w.ask(an, "chào")
				w.Fail("sendMessage", tt.fault)
				begun := 0
				to := to
				if strings.Contains(tt.journal, " 9") {
					to.Thread = "9"
				}
				_, err := w.bot(nil).Send(w.Context(), chat.Post{To: to, Message: text("Tin."), Begin: func() error { begun++; return nil }})
				e, ok := err.(*chat.Error)
				if !ok {
					t.Fatalf("got %v", err)
				}
				if e.Reason == "" || !strings.Contains(e.Reason, tt.want.Reason) || strings.Contains(err.Error(), "AAF-this") {
					t.Errorf("the reason is %q", err)
				}
				got := *e
				got.Reason = tt.want.Reason
				if got != tt.want {
					t.Errorf("got %+v, want %+v", got, tt.want)
				}
				synctest.Wait() // a slow call is counted when it is done
				if n := w.Count("sendMessage"); n != max(1, tt.fault.Times) || begun != 1 {
					t.Errorf("sent %d times, begun %d times", n, begun)
				}
				if told := w.journal.all(); !strings.HasPrefix(told, tt.journal) || tt.journal == "" && told != "" {
					t.Errorf("the journal is told %q, want %q", told, tt.journal)
				}
			})
		})
	}
}

// broken is a connection that was there and takes nothing.
type broken struct{ net.Conn }

func (broken) Write([]byte) (int, error) {
	return 0, &net.OpError{Op: "write", Net: "tcp", Err: errors.New("broken pipe")}
}

// What does not leave this machine whole has surely not arrived. Of a connection
// that ends behind that nobody can know.
func TestSendWithoutConnection(t *testing.T) {
	for name, tt := range map[string]struct {
		dial    func() (net.Conn, error)
		unknown bool
	}{
		"refused": {func() (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
		}, false},
		"no address":  {func() (net.Conn, error) { return nil, &net.DNSError{Err: "no such host", Name: "telegram.example"} }, false},
		"never there": {func() (net.Conn, error) { return nil, context.DeadlineExceeded }, false},
		"cut before the request": {func() (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() { // until it is closed
				_, _ = io.Copy(io.Discard, theirs)
			}()
			return broken{ours}, nil
		}, false},
		"cut after the request": {func() (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() {
				if r, err := http.ReadRequest(bufio.NewReader(theirs)); err == nil {
					_, _ = io.Copy(io.Discard, r.Body)
				}
				_ = theirs.Close()
			}()
			return ours, nil
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				b := w.bot(func(o *telegram.Options) {
					o.Client = &http.Client{Transport: &http.Transport{
						DialContext: func(context.Context, string, string) (net.Conn, error) { return tt.dial() },
					}}
				})
				begun := 0
				_, err := b.Send(w.Context(), chat.Post{To: to, Message: text("Tin."), Begin: func() error { begun++; return nil }})
				if e, ok := err.(*chat.Error); !ok || e.Kind != chat.Temporary || e.Unknown != tt.unknown || begun != 1 {
					t.Errorf("got %#v, begun %d times", err, begun)
				}
			})
		})
	}
}

// A post begins once, however many calls it takes, before the first.
func TestSendBegins(t *testing.T) {
	in(t, func(w *world) {
		w.ask(an, "chào")
		moved := w.Migrate(group, false)
		b := w.bot(nil)
		begun, before := 0, 0
		begin := func() error {
			begun++
			before = w.Count("sendMessage")
			return nil
		}
		if _, err := b.Send(w.Context(), chat.Post{To: chat.Ref{Platform: telegram.Name, Chat: fmt.Sprint(group)}, Message: text("Tin."), Begin: begin}); err != nil {
			t.Fatal(err)
		}
		if begun != 1 || before != 0 || len(w.Replies(moved)) != 1 {
			t.Errorf("moved: begun %d times, after %d calls, %d messages", begun, before, len(w.Replies(moved)))
		}
		w.Fail("sendMessage", telegramtest.Fault{Status: 400, Description: "Bad Request: can't parse entities"})
		if _, err := b.Send(w.Context(), chat.Post{To: to, Message: text("Tin."), Begin: begin}); err != nil {
			t.Fatal(err)
		}
		if begun != 2 || before != 2 || len(w.Replies(an.ID)) != 1 {
			t.Errorf("without markup: begun %d times, the last after %d calls, %d messages", begun, before, len(w.Replies(an.ID)))
		}

		calls, full := w.Count("sendMessage"), errors.New("the disk is full")
		if _, err := b.Send(w.Context(), chat.Post{To: to, Message: text("Tin."), Begin: func() error { return full }}); !errors.Is(err, full) {
			t.Errorf("it could not begin: %v", err)
		}
		ended, cancel := context.WithCancel(w.Context())
		cancel()
		if _, err := b.Send(ended, chat.Post{To: to, Message: text("Tin."), Begin: begin}); !errors.Is(err, context.Canceled) || begun != 2 {
			t.Errorf("after the end: %v, begun %d times", err, begun)
		}
		if n := w.Count("sendMessage"); n != calls {
			t.Errorf("%d calls of posts that have not begun", n-calls)
		}
		// Nothing of that is in the way of the next one.
		if _, err := b.Send(w.Context(), chat.Post{To: to, Message: text("Tin."), Begin: begin}); err != nil || begun != 3 {
			t.Errorf("the next: %v, begun %d times", err, begun)
		}
	})
}

// A call that is on its way when the context ends has a moment to end well.
func TestSendEnds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault telegramtest.Fault
		after time.Duration // the context ends
		takes time.Duration
		want  string // of the error, "" for none
		known bool
	}{
		{"in time", telegramtest.Fault{Delay: 2500 * time.Millisecond}, time.Second, 2500 * time.Millisecond, "", true},
		{"too late", telegramtest.Fault{Delay: time.Minute}, time.Second, 3 * time.Second, "temporary: sendMessage: ended before there was an answer", false},
		{"half an answer", telegramtest.Fault{Hang: true}, time.Second, 3 * time.Second, "temporary: sendMessage: ended before there was an answer", false},
		{"refused meanwhile", telegramtest.Fault{Delay: 2 * time.Second, Status: 403, Description: "Forbidden: bot was blocked by the user"}, time.Second, 2 * time.Second, "gone: sendMessage: 403 Forbidden: bot was blocked by the user", true},
		{"before the second call", telegramtest.Fault{Delay: time.Second, Status: 400, Description: "Bad Request: can't parse entities"}, time.Second / 2, time.Second, "temporary: ended before it could be sent again", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in(t, func(w *world) {
				w.ask(an, "chào")
				b := w.bot(nil)
				w.Fail("sendMessage", tt.fault)
				ctx, cancel := context.WithTimeout(w.Context(), tt.after)
				defer cancel()
				begun := time.Now()
				_, err := b.Send(ctx, chat.Post{To: to, Message: text("Tin.")})
				if took := time.Since(begun); took != tt.takes {
					t.Errorf("it took %v, want %v", took, tt.takes)
				}
				switch e, ok := err.(*chat.Error); {
				case tt.want == "" && err != nil:
					t.Errorf("got %v", err)
				case tt.want != "" && (!ok || e.Error() != tt.want || e.Unknown == tt.known):
					t.Errorf("got %#v, want %q", err, tt.want)
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

// A post waits for the limits as long as its context allows, and has not begun
// then.
func TestPostWaits(t *testing.T) {
	in(t, func(w *world) {
		w.ask(an, "chào")
		b := w.bot(nil)
		w.Fail("sendMessage", telegramtest.Fault{Status: 429, RetryAfter: 60})
		if _, err := b.Send(w.Context(), chat.Post{To: to, Message: text("Tin.")}); err == nil {
			t.Error("the fault is lost")
		}
		begun, begins := time.Now(), 0
		p := chat.Post{To: to, Message: text("Tin."), Begin: func() error { begins++; return nil }}
		ctx, cancel := context.WithTimeout(w.Context(), 5*time.Second)
		defer cancel()
		if _, err := b.Send(ctx, p); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != 5*time.Second {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
		ctx, cancel = context.WithCancel(w.Context())
		defer cancel()
		time.AfterFunc(3*time.Second, cancel)
		if _, err := b.Send(ctx, p); !errors.Is(err, context.Canceled) || time.Since(begun) != 8*time.Second {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
		if begins != 0 {
			t.Errorf("begun %d times", begins)
		}
		if _, err := b.Send(w.Context(), p); err != nil || time.Since(begun) != time.Minute || begins != 1 {
			t.Errorf("got %v after %v, begun %d times", err, time.Since(begun), begins)
		}
	})
}
