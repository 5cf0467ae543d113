package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
)

func TestConnected(t *testing.T) {
	in(t, func(w *world) {
		b := w.bot(nil)
		if s := b.Status(); s.Connected || s.Platform != "telegram" || !s.Since.IsZero() {
			t.Errorf("before: %+v", s)
		}
		begun := time.Now()
		stop := w.receive(b, new(echo).handle)
		if s := b.Status(); !s.Connected || s.As != "@TrichDanBot" || !s.Since.Equal(begun) || s.Problem != "" {
			t.Errorf("connected: %+v", s)
		}
		if n := w.log.count("connected as @TrichDanBot"); n != 1 {
			t.Errorf("the log says %d times as whom it is connected", n)
		}
		if calls := w.Calls("deleteWebhook"); len(calls) != 1 || calls[0].Params.Get("drop_pending_updates") == "true" {
			t.Errorf("deleteWebhook: %v", calls)
		}
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Errorf("Receive: %v", err)
		}
		if s := b.Status(); s.Connected {
			t.Errorf("after: %+v", s)
		}
	})
}

// Stopping does not wait for the long poll.
func TestStopsAtOnce(t *testing.T) {
	in(t, func(w *world) {
		stop := w.receive(w.bot(nil), new(echo).handle)
		pass(7 * time.Second)
		begun := time.Now()
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Errorf("Receive: %v", err)
		}
		if d := time.Since(begun); d != 0 {
			t.Errorf("it took %v", d)
		}
	})
}

// network is a way to the server that can be cut.
type network struct {
	http.RoundTripper
	cut atomic.Bool
}

func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	if n.cut.Load() {
		return nil, fmt.Errorf("dial %s: no route to host", r.URL)
	}
	return n.RoundTripper.RoundTrip(r)
}

func TestNoNetworkAtFirst(t *testing.T) {
	in(t, func(w *world) {
		n := &network{RoundTripper: w.Client().Transport}
		n.cut.Store(true)
		b := w.bot(func(o *telegram.Options) { o.Client = &http.Client{Transport: n} })
		w.receive(b, new(echo).handle)
		pass(5 * time.Minute)
		if got := w.log.count("Telegram cannot be reached"); got != 1 {
			t.Errorf("the log says it %d times, want once", got)
		}
		if s := b.Status(); s.Connected || !strings.Contains(s.Problem, "no route to host") || strings.Contains(s.Problem, "AAF") {
			t.Errorf("status: %+v", s)
		}
		n.cut.Store(false)
		w.ask(an, "Có đó không?")
		pass(time.Minute)
		if got := w.only(an.ID).Text; got != "Đáp: |Có đó không?" {
			t.Errorf("got %q", got)
		}
		if s := b.Status(); !s.Connected {
			t.Errorf("status: %+v", s)
		}
		n.cut.Store(true)
		pass(3 * time.Minute)
		if s := b.Status(); s.Connected {
			t.Errorf("status without a network: %+v", s)
		}
		n.cut.Store(false)
		pass(time.Minute)
		if got := w.log.count("connected as"); got != 2 || !b.Status().Connected {
			t.Errorf("connected %d times", got)
		}
	})
}

func TestTokenRefused(t *testing.T) {
	for _, tt := range []struct {
		name, token string
		later       bool
	}{
		{"wrong", "123456:wrong", false},
		{"no token at all", "nonsense", false},
		{"revoked later", "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in(t, func(w *world) {
				b := w.bot(func(o *telegram.Options) {
					if tt.token != "" {
						o.Token = tt.token
					}
				})
				done := make(chan error, 1)
				go func() { done <- b.Receive(context.Background(), new(echo).handle) }()
				synctest.Wait()
				if tt.later {
					pass(10 * time.Second)
					w.Revoke()
				}
				err := <-done
				e, ok := errors.AsType[*chat.Error](err)
				if !ok || e.Kind != chat.Unauthorized || !strings.Contains(err.Error(), "Telegram refuses the token") {
					t.Errorf("Receive: %v", err)
				}
				if strings.Contains(err.Error(), "wrong") || strings.Contains(err.Error(), "AAF") {
					t.Errorf("the token is in the error: %v", err)
				}
				if s := b.Status(); s.Connected || s.Problem == "" {
					t.Errorf("status: %+v", s)
				}
			})
		})
	}
}

func TestSecondPoller(t *testing.T) {
	in(t, func(w *world) {
		first := w.bot(nil)
		w.receive(first, new(echo).handle)
		pass(time.Second)
		// The other bot of the same token has a journal of its own; it may as
		// well be this one.
		stop := w.receive(w.bot(nil), new(echo).handle)
		pass(10 * time.Minute)
		if got := w.log.count("another process polls with this token"); got < 2 || got > 4 {
			t.Errorf("both say %d times that there is another", got)
		}
		if polls := w.Count("getUpdates"); polls > 120 {
			t.Errorf("%d polls in ten minutes: they fight", polls)
		}
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		pass(2 * time.Minute)
		w.ask(an, "Còn không?")
		pass(time.Minute)
		if got := w.only(an.ID).Text; got != "Đáp: |Còn không?" || !first.Status().Connected {
			t.Errorf("got %q, status %+v", got, first.Status())
		}
	})
}

// A webhook that is set while the bot polls is taken away again.
func TestWebhookInTheWay(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), new(echo).handle)
		w.Fail("getUpdates", telegramtest.Fault{Status: 409, Description: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"})
		w.ask(an, "Một?")
		w.ask(an, "Hai?")
		pass(time.Minute)
		if n := w.Count("deleteWebhook"); n != 2 || len(w.Replies(an.ID)) != 2 {
			t.Errorf("deleteWebhook was called %d times, %d replies", n, len(w.Replies(an.ID)))
		}
	})
}

// Nothing is acknowledged that is not in the journal.
func TestAcknowledgedWhenStored(t *testing.T) {
	in(t, func(w *world) {
		w.journal.failing = 5
		b := w.bot(nil)
		w.receive(b, new(echo).handle)
		w.ask(an, "Giữ chưa?")
		if w.Offset() != 0 || len(w.Replies(an.ID)) != 0 {
			t.Error("acknowledged or answered, and not stored")
		}
		if got := w.log.count("the disk is full"); got != 1 {
			t.Errorf("the log says %d times that the journal fails", got)
		}
		pass(time.Minute)
		if w.only(an.ID); w.Offset() == 0 {
			t.Error("not acknowledged")
		}
		ids, at, err := w.journal.Position(w.Context(), telegram.Name)
		if err != nil || ids != w.Offset() || at.IsZero() {
			t.Errorf("position %d at %v, %v; want %d", ids, at, err, w.Offset())
		}
	})
}

// A journal that cannot be read is waited for.
func TestJournalFailsAtFirst(t *testing.T) {
	for _, failing := range []int{1, 2} {
		in(t, func(w *world) {
			w.journal.failing = failing
			b := w.bot(nil)
			w.receive(b, new(echo).handle)
			if s := b.Status(); !s.Connected || s.Problem == "" || w.Count("getUpdates") != 0 {
				t.Errorf("status %+v, %d polls", s, w.Count("getUpdates"))
			}
			w.ask(an, "Ai?")
			pass(10 * time.Second)
			w.only(an.ID)
		})
	}
}

func TestRepeatedAndOddUpdates(t *testing.T) {
	in(t, func(w *world) {
		e := new(echo)
		w.receive(w.bot(nil), e.handle)
		const from = `"from":{"id":71,"first_name":"An"},"chat":{"id":71,"type":"private"},"date":1`
		w.AddChat(telegramtest.Chat{ID: 71, Type: "private"})
		first := w.Update(0, `"message":{"message_id":5,"text":"một",`+from+`}`)
		synctest.Wait()
		w.Update(first, `"message":{"message_id":5,"text":"một",`+from+`}`)
		w.Update(0, `"message":{"message_id":6,"text":17,`+from+`}`)           // no text
		w.Update(0, `"message":"bí mật riêng"`)                                // no message
		w.Update(0, `"message":{"message_id":7,"chat":{"id":"x"},"text":"y"}`) // no chat
		w.Update(0, `"message_reaction":{"chat":{"id":71}}`)                   // not asked for
		w.Update(0, `"callback_query":{"id":5}`)
		w.Update(0, `"message":null`)
		w.Update(0, `"message":{"message_id":8,"text":"hai",`+from+`,"forward_origin":{"type":[1,2]},"chat_shared":7}`) // odd elsewhere
		synctest.Wait()
		if got := fmt.Sprint(texts(w.Replies(71))); got != "[Đáp: |một Đáp: |hai]" {
			t.Errorf("got %s", got)
		}
		if got := w.log.count("cannot be understood"); got != 4 {
			t.Errorf("%d updates are said to be undecodable, want 4", got)
		}
		if strings.Contains(w.log.all(), "bí mật") || strings.Contains(w.log.all(), "17") && strings.Contains(w.log.all(), "number 17") {
			t.Error("the log has what an update says")
		}
		left, err := w.journal.Unfinished(w.Context(), telegram.Name)
		if err != nil || len(left) != 0 {
			t.Errorf("unfinished: %d, %v", len(left), err)
		}
		if err := w.WaitAcknowledged(w.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Whatever happens to a poll, the next one goes on.
func TestPollFails(t *testing.T) {
	for name, f := range map[string]telegramtest.Fault{
		"500":                 {Status: 500, Description: "Internal Server Error"},
		"502 of a proxy":      {Status: 502, Body: "<html><body>Bad Gateway</body></html>"},
		"200 with HTML":       {Body: "<!doctype html><title>Đăng nhập</title>"},
		"no description":      {Status: 503, Body: `{"message":"no"}`},
		"429":                 {Status: 429, Description: "Too Many Requests: retry after 20", RetryAfter: 20},
		"hang in the middle":  {Hang: true},
		"no answer":           {Delay: 5 * time.Minute},
		"connection lost":     {Drop: true},
		"answer lost":         {Drop: true, Done: true},
		"three times":         {Status: 500, Times: 3},
		"400":                 {Status: 400, Description: "Bad Request: something new"},
		"half an answer":      {Body: `{"ok":true,"result":[{"update_id"`},
		"a result of no list": {Body: `{"ok":true,"result":{"a":1}}`},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				b := w.bot(nil)
				w.Fail("getUpdates", f)
				w.receive(b, new(echo).handle)
				w.ask(an, "Vẫn nghe chứ?")
				begun := time.Now()
				m, err := w.WaitMessage(w.Context(), func(m telegramtest.Message) bool { return m.Chat == an.ID })
				if err != nil || m.Text != "Đáp: |Vẫn nghe chứ?" {
					t.Fatalf("got %q, %v", m.Text, err)
				}
				if d := time.Since(begun); d > 100*time.Second || d < time.Duration(f.RetryAfter)*time.Second {
					t.Errorf("it took %v", d)
				}
				synctest.Wait()
				if len(w.Replies(an.ID)) != 1 || !b.Status().Connected || b.Status().Problem == "" {
					t.Errorf("%d replies, status %+v", len(w.Replies(an.ID)), b.Status())
				}
			})
		})
	}
}

// A server that does not wait, or gives the same again and again, is not asked
// all the time.
func TestServerThatDoesNotWait(t *testing.T) {
	for name, result := range map[string]string{
		"nothing":         `[]`,
		"always the same": `[{"update_id":9,"message":{"message_id":1,"text":"x","chat":{"id":71,"type":"private"},"from":{"id":71}}}]`,
		"no ID":           `[{"message":{}}]`,
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				w.AddChat(telegramtest.Chat{ID: 71, Type: "private"})
				w.Fail("getUpdates", telegramtest.Fault{Body: `{"ok":true,"result":` + result + `}`, Times: -1})
				e := new(echo)
				w.receive(w.bot(nil), e.handle)
				pass(10 * time.Second)
				if n := w.Count("getUpdates"); n > 60 || n < 10 {
					t.Errorf("%d polls in 10 s", n)
				}
				if n := len(e.all()); n > 1 {
					t.Errorf("asked %d times", n)
				}
			})
		})
	}
}

// After a week of silence IDs begin anywhere: an old position is not gone on
// from, neither a stored one nor that of a running bot.
func TestOldPosition(t *testing.T) {
	for _, restart := range []bool{false, true} {
		in(t, func(w *world) {
			var later atomic.Int64
			bot := func() *telegram.Telegram {
				return w.bot(func(o *telegram.Options) {
					o.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
				})
			}
			stop := w.receive(bot(), new(echo).handle)
			w.ask(an, "một")
			if restart {
				if err := stop(); !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}
			later.Store(int64(6*24*time.Hour + time.Hour))
			pass(2 * time.Minute)
			w.Begin(17)
			w.Say(telegramtest.Said{From: an, Text: "hai"})
			if restart {
				w.receive(bot(), new(echo).handle)
			}
			pass(2 * time.Minute)
			if got := fmt.Sprint(texts(w.Replies(an.ID))); got != "[Đáp: |một Đáp: |hai]" {
				t.Errorf("restart %v: got %s", restart, got)
			}
			if w.Offset() != 18 {
				t.Errorf("restart %v: offset %d", restart, w.Offset())
			}
		})
	}
}

// The position of a process that ended goes on in the next.
func TestPositionKept(t *testing.T) {
	in(t, func(w *world) {
		stop := w.receive(w.bot(nil), new(echo).handle)
		w.ask(an, "một")
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		position := w.Offset()
		w.receive(w.bot(nil), new(echo).handle)
		if w.Offset() != position || position == 0 {
			t.Errorf("offset %d, before %d", w.Offset(), position)
		}
	})
}

// redirects answers every call with one.
type redirects struct{ to *atomic.Int32 }

func (r redirects) RoundTrip(q *http.Request) (*http.Response, error) {
	h := http.Header{"Location": {"https://elsewhere.example/"}}
	if q.URL.Host == "elsewhere.example" {
		r.to.Add(1)
	}
	return &http.Response{StatusCode: 302, Header: h, Body: io.NopCloser(strings.NewReader("<a>moved</a>")), Request: q}, nil
}

// A redirect would give the token to somebody else.
func TestRedirectNotFollowed(t *testing.T) {
	in(t, func(w *world) {
		var followed atomic.Int32
		b := w.bot(func(o *telegram.Options) { o.Client = &http.Client{Transport: redirects{&followed}} })
		_, err := b.Send(w.Context(), chat.Post{To: chat.Ref{Platform: telegram.Name, Chat: "71"}, Message: text("Chào.")})
		if e, ok := errors.AsType[*chat.Error](err); !ok || e.Kind != chat.Temporary || followed.Load() != 0 {
			t.Errorf("Send: %v; followed %d times", err, followed.Load())
		}
	})
}
