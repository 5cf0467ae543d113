package discord

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
)

// record is a journal that notes which chats are closed.
type record struct {
	chat.Journal
	said chan string
}

func (r record) Closed(ctx context.Context, ref chat.Ref, reason string) error {
	r.said <- "closed " + ref.Chat
	return r.Journal.Closed(ctx, ref, reason)
}

func (r record) Opened(ctx context.Context, ref chat.Ref) error {
	r.said <- "opened " + ref.Chat
	return r.Journal.Opened(ctx, ref)
}

func TestClosedChat(t *testing.T) {
	b := newBench(t)
	said := make(chan string, 10)
	b.options.Journal = record{b.journal, said}
	d := b.make()
	to := chat.Ref{Platform: platform, Chat: lan.Channel}
	m := chat.Message{Text: "Bản tin"}
	send := func() error { m.Text += "."; _, err := d.Send(b.ctx(), chat.Post{To: to, Message: m}); return err }
	if err := send(); err != nil {
		t.Fatal(err)
	}
	b.server.Lock(lan.Channel, discordtest.Refuse(403, 50007, "Cannot send messages to this user"))
	for range 2 {
		if e, ok := errors.AsType[*chat.Error](send()); !ok || e.Kind != chat.Gone {
			t.Fatalf("Send: %v", e)
		}
	}
	b.server.Lock(lan.Channel, discordtest.Fault{})
	for range 2 {
		if err := send(); err != nil {
			t.Fatal(err)
		}
	}
	close(said)
	var got []string
	for s := range said {
		got = append(got, s)
	}
	if g, want := strings.Join(got, ", "), "opened 301, closed 301, opened 301"; g != want {
		t.Errorf("noted %s, want %s", g, want)
	}
}

// TestPostFailures: what each way to fail means for who sends a post, and what
// the journal is told. Afterwards the next post goes, when Discord allows it.
func TestPostFailures(t *testing.T) {
	cut := func(b *bench) {
		b.client.Transport.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
		}
	}
	opaque := func(b *bench) { b.client.Transport = untraced{} }
	for _, tt := range []struct {
		name    string
		fault   discordtest.Fault
		set     func(*bench) // in the place of a fault
		kind    chat.Kind
		unknown bool
		after   time.Duration
		reason  string // part of it
		noted   string
	}{
		{name: "direct messages off", fault: discordtest.Refuse(403, 50007, "Cannot send messages to this user"), kind: chat.Gone, reason: "50007", noted: "closed 7"},
		{name: "no access", fault: discordtest.Refuse(403, 50001, "Missing Access"), kind: chat.Gone, reason: "Missing Access", noted: "closed 7"},
		{name: "no permission", fault: discordtest.Refuse(403, 50013, "Missing Permissions"), kind: chat.Gone, reason: "HTTP 403", noted: "closed 7"},
		{name: "no channel", fault: discordtest.Refuse(404, 10003, "Unknown Channel"), kind: chat.Gone, reason: "10003", noted: "closed 7"},
		{name: "forbidden for a new reason", fault: discordtest.Refuse(403, 20013, "something new"), kind: chat.Gone, reason: "something new", noted: "closed 7"},

		{name: "bad form", fault: discordtest.Refuse(400, 50035, "Invalid Form Body"), kind: chat.Rejected, reason: "50035"},
		{name: "empty message", fault: discordtest.Refuse(400, 50006, "Cannot send an empty message"), kind: chat.Rejected},
		{name: "filter", fault: discordtest.Refuse(400, 200000, "Message was blocked by automatic moderation"), kind: chat.Rejected},
		{name: "filter, forbidden", fault: discordtest.Refuse(403, 200000, "Message was blocked by automatic moderation"), kind: chat.Rejected},
		{name: "no such route", fault: discordtest.Refuse(404, 0, "404: Not Found"), kind: chat.Rejected},
		{name: "too large", fault: discordtest.Refuse(413, 40005, "Request entity too large"), kind: chat.Rejected},
		{name: "elsewhere", fault: discordtest.Fault{Status: 302, Header: map[string]string{"Location": "http://xau.example/"}}, kind: chat.Rejected},

		{name: "token", fault: discordtest.Refuse(401, 0, "401: Unauthorized"), kind: chat.Unauthorized, reason: "token"},

		{name: "limit of the channel", fault: discordtest.TooMany(1500*time.Millisecond, false), kind: chat.RateLimited, after: 1500 * time.Millisecond},
		{name: "limit of the bot", fault: discordtest.TooMany(2500*time.Millisecond, true), kind: chat.RateLimited, after: 2500 * time.Millisecond},
		{name: "limit of a proxy", fault: discordtest.Fault{Status: 429, Body: "<html>", Header: map[string]string{"Retry-After": "7"}}, kind: chat.RateLimited, after: 7 * time.Second},
		{name: "limit that says nothing", fault: discordtest.Fault{Status: 429}, kind: chat.RateLimited, after: time.Second},

		{name: "a proxy forbids", fault: discordtest.Fault{Status: 403, Body: "error code: 1010"}, kind: chat.Temporary},
		{name: "request timeout", fault: discordtest.Fault{Status: 408}, kind: chat.Temporary},
		{name: "no connection", set: cut, kind: chat.Temporary, reason: "connection refused"},

		{name: "internal error", fault: discordtest.Fault{Status: 500}, kind: chat.Temporary, unknown: true, reason: "HTTP 500"},
		{name: "bad gateway, and it was made", fault: discordtest.Fault{Status: 502, Body: "<html>", After: true}, kind: chat.Temporary, unknown: true},
		{name: "unavailable", fault: discordtest.Fault{Status: 503, Body: "{"}, kind: chat.Temporary, unknown: true},
		{name: "half an answer", fault: discordtest.Fault{Half: true, After: true}, kind: chat.Temporary, unknown: true, reason: "EOF"},
		{name: "cut off", fault: discordtest.Fault{Drop: true}, kind: chat.Temporary, unknown: true, reason: "EOF"},
		{name: "cut off, and it was made", fault: discordtest.Fault{Drop: true, After: true}, kind: chat.Temporary, unknown: true, reason: "EOF"},
		{name: "no answer", fault: discordtest.Fault{Hang: true}, kind: chat.Temporary, unknown: true, reason: "no answer in time"},
		{name: "a transport that does not tell", set: opaque, kind: chat.Temporary, unknown: true, reason: "lost"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBenchOn(t, discordtest.NewPiped())
				said := make(chan string, 10)
				b.options.Journal = record{b.journal, said}
				if tt.set != nil {
					good := b.client.Transport.(*http.Transport).Clone()
					t.Cleanup(good.CloseIdleConnections)
					tt.set(b)
					defer func() { b.d.transport = good }()
				} else {
					b.server.Fail(1, tt.fault, discordtest.RouteCreate)
				}
				d := b.make()
				begun := 0
				post := chat.Post{To: chat.Ref{Platform: platform, Chat: "7"}, Message: chat.Message{Text: "Tin"}, Key: "k", Begin: func() error { begun++; return nil }}
				_, err := d.Send(b.ctx(), post)
				e, ok := err.(*chat.Error)
				if !ok || e.Kind != tt.kind || e.Unknown != tt.unknown || e.RetryAfter != tt.after || e.Reason == "" || !strings.Contains(e.Reason, tt.reason) || begun != 1 {
					t.Fatalf("begun %d times: %#v", begun, err)
				}
				if strings.Contains(e.Reason, discordtest.Token) || strings.Contains(e.Reason, "http://") {
					t.Errorf("the reason %q tells too much", e.Reason)
				}
				if tt.set != nil {
					return
				}
				failed := time.Now()
				if _, err := d.Send(b.ctx(), post); err != nil || begun != 2 {
					t.Errorf("then: begun %d times, %v", begun, err)
				}
				if waited := time.Since(failed); waited < tt.after || waited > tt.after+time.Second {
					t.Errorf("the next post waits for %v, Discord asks for %v", waited, tt.after)
				}
				if c := b.server.Counts(); c.Messages != 1 {
					t.Errorf("%d messages were made", c.Messages)
				}
				close(said)
				var noted []string
				for s := range said {
					noted = append(noted, s)
				}
				if got, want := strings.Join(noted, ", "), strings.TrimPrefix(tt.noted+", opened 7", ", "); got != want {
					t.Errorf("the journal was told %q, want %q", got, want)
				}
			})
		})
	}
}

// untraced is a transport that says nothing of its connections.
type untraced struct{}

func (untraced) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("lost") }

// TestPostTwice: a post whose answer was lost makes one message, however often
// it is tried under its name.
func TestPostTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBenchOn(t, discordtest.NewPiped())
		d := b.make()
		to := chat.Ref{Platform: platform, Chat: "7"}
		send := func(to chat.Ref, key, text string) (string, error) {
			return d.Send(b.ctx(), chat.Post{To: to, Key: key, Message: chat.Message{Text: text}})
		}
		lost := func(to chat.Ref, key, text string) {
			t.Helper()
			b.server.Fail(1, discordtest.Fault{Drop: true, After: true}, discordtest.RouteCreate)
			if _, err := send(to, key, text); err == nil || !err.(*chat.Error).Unknown {
				t.Fatalf("the answer was lost: %v", err)
			}
		}
		made := func(want int) {
			t.Helper()
			if n := b.server.Counts().Messages; n != want {
				t.Fatalf("%d messages, want %d", n, want)
			}
		}
		sent := func(to chat.Ref, key, text string) string {
			t.Helper()
			id, err := send(to, key, text)
			if err != nil || id == "" {
				t.Fatalf("sent as %q: %v", id, err)
			}
			return id
		}
		lost(to, "sub/9/1", "Bản tin.")
		made(1)
		lost(to, "sub/9/1", "Bản tin.")
		first := sent(to, "sub/9/1", "Bản tin, nay bớt một bài.")
		made(1)
		if a, err := b.server.Next(b.ctx()); err != nil || a.ID != first || a.Text != "Bản tin." {
			t.Errorf("%+v, %v", a, err)
		}
		if id := sent(to, "sub/9/2", "Bản tin."); id == first {
			t.Error("another key made the same message")
		}
		made(2)
		sent(chat.Ref{Platform: platform, Chat: "8"}, "sub/9/1", "Bản tin.")
		made(3)
		sent(chat.Ref{Platform: platform, Chat: "7", Thread: "9"}, "sub/9/1", "Bản tin.")
		made(4)

		// Without a key the message names itself.
		lost(to, "", "Bản tin.")
		made(5)
		sent(to, "", "Bản tin.")
		made(5)
		sent(to, "", "Bản tin khác.")
		made(6)

		// Discord forgets.
		if err := pause(t.Context(), b.server.NonceFor); err != nil {
			t.Fatal(err)
		}
		sent(to, "sub/9/1", "Bản tin.")
		made(7)
	})
}

// TestPostBegins: once, when all limits let the post go and before the call; and
// what happens when it cannot, or when its context ends.
func TestPostBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBenchOn(t, discordtest.NewPiped())
		b.timing = usual
		b.server.Latency = time.Second
		b.server.Strict = true
		d := b.make()
		post := func(ctx context.Context, begin func() error) error {
			_, err := d.Send(ctx, chat.Post{To: chat.Ref{Platform: platform, Chat: "7"}, Message: chat.Message{Text: "Tin lúc " + time.Now().String()}, Begin: begin})
			return err
		}
		made := func(want int) {
			t.Helper()
			if n := b.server.Counts().Messages; n != want {
				t.Fatalf("%d messages, want %d", n, want)
			}
		}
		free := context.Background()

		// It is not begun while the limit of the channel holds.
		start := time.Now()
		var begun []time.Duration
		begin := func() error {
			made(len(begun))
			begun = append(begun, time.Since(start).Round(10*time.Millisecond))
			return nil
		}
		for range 6 {
			if err := post(free, begin); err != nil {
				t.Fatal(err)
			}
		}
		if want := []time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second, 6 * time.Second}; !slices.Equal(begun, want) {
			t.Errorf("begun after %v, want %v", begun, want)
		}

		// Nothing is sent if it cannot begin, and the place is free again.
		failed := errors.New("đĩa đầy")
		if err := post(free, func() error { return failed }); !errors.Is(err, failed) || errors.As(err, new(*chat.Error)) {
			t.Errorf("it could not begin: %v", err)
		}
		made(6)

		never := func() error { t.Error("begun"); return nil }
		ended, cancel := context.WithCancel(free)
		cancel()
		if err := post(ended, never); !errors.Is(err, context.Canceled) || errors.As(err, new(*chat.Error)) {
			t.Errorf("ended before: %v", err)
		}

		// Its context ends while it waits behind another one.
		var others sync.WaitGroup
		others.Go(func() {
			if err := post(free, nil); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		waiting, cancel := context.WithCancel(free)
		time.AfterFunc(100*time.Millisecond, cancel)
		if err := post(waiting, never); !errors.Is(err, context.Canceled) || errors.As(err, new(*chat.Error)) {
			t.Errorf("ended while it waits: %v", err)
		}
		others.Wait()
		made(7)

		// Its context ends while it begins, or when it is on its way: it goes on for
		// a moment.
		beginning, cancel := context.WithCancel(free)
		if err := post(beginning, func() error { cancel(); return nil }); err != nil {
			t.Errorf("ended while it begins: %v", err)
		}
		made(8)
		going, cancel := context.WithCancel(free)
		if err := post(going, func() error { time.AfterFunc(100*time.Millisecond, cancel); return nil }); err != nil {
			t.Errorf("ended when it is on its way: %v", err)
		}
		made(9)

		// The moment passes, or what is said in it is no good.
		for _, fault := range []discordtest.Fault{{Hang: true}, {Status: 500}, discordtest.Refuse(403, 50007, "Cannot send messages to this user")} {
			b.server.Fail(1, fault, discordtest.RouteCreate)
			going, cancel = context.WithCancel(free)
			start, took := time.Now(), time.Duration(0)
			err := post(going, func() error {
				start = time.Now()
				time.AfterFunc(100*time.Millisecond, cancel)
				return nil
			})
			took = time.Since(start)
			e, ok := err.(*chat.Error)
			if !ok || e.Unknown != (fault.Status != 403) || took > 100*time.Millisecond+usual.grace {
				t.Errorf("after %v: %v", took, err)
			}
		}
		made(9)
	})
}

func TestSend(t *testing.T) {
	b := newBench(t)
	d := b.make()
	first, err := d.Send(b.ctx(), chat.Post{To: chat.Ref{Platform: platform, Chat: "7", Thread: "8"}, Message: chat.Message{Text: "Tin"}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := b.server.Next(b.ctx())
	if err != nil || a.ID != first || a.Channel != "8" || a.Text != "Tin" || a.ReplyTo != "" {
		t.Errorf("sent %+v, %v", a, err)
	}
	begin := func() error { t.Error("begun"); return nil }
	for _, m := range []chat.Message{{}, {Text: " \n\t"}, {Notice: "x"}} {
		if _, err := d.Send(b.ctx(), chat.Post{To: chat.Ref{Chat: "7"}, Message: m, Begin: begin}); err == nil || err.(*chat.Error).Kind != chat.Rejected {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

// TestPostWaits: a post waits for limits as long as its context allows, and not
// at all where it is known that this is not long enough.
func TestPostWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBenchOn(t, discordtest.NewPiped())
		d := b.make()
		send := func(ctx context.Context, channel string) error {
			_, err := d.Send(ctx, chat.Post{To: chat.Ref{Chat: channel}, Message: chat.Message{Text: "Tin"}})
			return err
		}
		limited := func(err error) {
			t.Helper()
			if e, ok := err.(*chat.Error); !ok || e.Kind != chat.RateLimited || e.RetryAfter != time.Hour {
				t.Errorf("limited: %v", err)
			}
		}
		start := time.Now()
		b.server.Fail(1, discordtest.TooMany(time.Hour, false), discordtest.RouteCreate)
		limited(send(b.ctx(), "9"))
		limited(send(b.ctx(), "9"))
		if err := send(b.ctx(), "10"); err != nil {
			t.Errorf("another channel: %v", err)
		}
		b.server.Fail(1, discordtest.TooMany(time.Hour, true), discordtest.RouteCreate)
		limited(send(b.ctx(), "10"))
		limited(send(b.ctx(), "11"))
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Minute, cancel)
		if err := send(ctx, "11"); !errors.Is(err, context.Canceled) || errors.As(err, new(*chat.Error)) {
			t.Errorf("all are limited, and the context has ended: %v", err)
		}
		if err := send(context.Background(), "11"); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < time.Hour || took > time.Hour+time.Second {
			t.Errorf("the post waited for %v, Discord asked for an hour", took)
		}
	})
}
