package discord

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
)

// TestPlaceholder: who waits is told so, and the answer takes the place of that.
func TestPlaceholder(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"hỏi", "Đây rồi."},
		{"im", ""},
		{"lỗi", testPhrases.Failed},
	} {
		t.Run(tt.text, func(t *testing.T) {
			b := newBench(t)
			b.options.Patience = time.Millisecond
			leave := make(chan struct{})
			b.start(func(_ context.Context, r chat.Request) (chat.Message, error) {
				<-leave
				switch r.Text {
				case "im":
					return chat.Message{}, nil
				case "lỗi":
					return chat.Message{}, errors.New("broken")
				}
				return chat.Message{Text: "Đây rồi."}, nil
			})
			talk := b.server.Say(lan, tt.text)
			placeholder := b.answer(talk, testPhrases.Searching)
			b.until("typing", func(c discordtest.Counts) bool { return c.Typing >= 2 })
			close(leave)
			if tt.want == "" {
				b.state(talk, func(st discordtest.State) bool { return len(st.Messages) == 0 && st.Deleted == 1 })
				return
			}
			if m := b.answer(talk, tt.want); m.ID != placeholder.ID || m.ReplyTo != talk.ID {
				t.Errorf("the answer is %+v, the placeholder %+v", m, placeholder)
			}
		})
	}
}

// TestPlaceholderOfAnotherProcess: after a crash the old placeholder becomes the
// answer.
func TestPlaceholderOfAnotherProcess(t *testing.T) {
	b := newBench(t)
	b.options.Patience = time.Millisecond
	b.start(func(ctx context.Context, _ chat.Request) (chat.Message, error) {
		<-ctx.Done()
		return chat.Message{}, ctx.Err()
	})
	talk := b.server.Say(lan, "dở dang")
	placeholder := b.answer(talk, testPhrases.Searching)
	ref := chat.Ref{Platform: platform, Chat: lan.Channel}
	for id := ""; id == ""; {
		var err error
		if id, err = b.journal.ReplyTo(b.ctx(), ref, talk.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.stop(); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	b.start(echo)
	if m := b.answer(talk, "nghe"); m.ID != placeholder.ID {
		t.Errorf("the answer is %+v, the placeholder %+v", m, placeholder)
	}
	if c := b.server.Counts(); c.Messages != 1 {
		t.Errorf("%d messages, want 1", c.Messages)
	}
}

// TestEditedQuestion: a question that is written anew is answered anew, in the
// same place.
func TestEditedQuestion(t *testing.T) {
	b := newBench(t)
	entered, leave := make(chan string, 10), make(chan struct{}, 10)
	b.start(func(ctx context.Context, r chat.Request) (chat.Message, error) {
		entered <- r.Text
		<-leave
		if r.Text == "im" {
			return chat.Message{}, nil
		}
		return echo(ctx, r)
	})
	for range 6 {
		leave <- struct{}{}
	}
	asked := func(want string) {
		t.Helper()
		if got := <-entered; got != want {
			t.Errorf("asked %q, want %q", got, want)
		}
	}
	talk := b.server.Say(minh, discordtest.Mention+" cầu sao")
	first := b.answer(talk, "cầu sao")
	asked("cầu sao")
	b.server.Unfurl(talk, discordtest.Mention+" cầu sao https://bao.example/1")
	b.server.Edit(talk, discordtest.Mention+" cầu Sao")
	if m := b.answer(talk, "cầu Sao"); m.ID != first.ID || m.Edits != 1 {
		t.Errorf("answered anew with %+v", m)
	}
	asked("cầu Sao")
	b.server.Edit(talk, "không hỏi nữa") // not addressed to the bot any more
	b.server.Edit(talk, discordtest.Mention+" im")
	asked("im")
	b.finished()
	if st := talk.State(); len(st.Messages) != 1 || st.Deleted != 0 {
		t.Errorf("state %+v", st)
	}
	never := b.server.Say(minh, "không hỏi ai")
	b.server.Edit(never, discordtest.Mention+" giờ thì hỏi")

	// Edited before it is answered: the answer is to the last words.
	quick := b.server.Say(lan, "một")
	b.server.Edit(quick, "hai")
	b.server.Edit(quick, "ba")
	m := b.answer(quick, "ba")
	if m.Edits != 2 {
		t.Errorf("answered in another order: %+v", m)
	}
	asked("một")
	asked("hai")
	asked("ba")

	// An answer that was deleted is given again.
	leave <- struct{}{}
	b.server.Fail(1, discordtest.Refuse(404, 10008, "Unknown Message"), discordtest.RouteEdit)
	b.server.Edit(quick, "bốn")
	if again := b.answer(quick, "bốn"); again.ID == m.ID {
		t.Error("the deleted answer is edited")
	}
}

// TestReplies: what Discord says to a reply, and what is tried again.
func TestReplies(t *testing.T) {
	for _, tt := range []struct {
		name     string
		fault    discordtest.Fault
		times    int
		answered bool
	}{
		{"down", discordtest.Fault{Status: 503, Body: "<html>"}, 3, true},
		{"bad gateway, and the message was made", discordtest.Fault{Status: 502, After: true}, 2, true},
		{"half an answer, and the message was made", discordtest.Fault{Half: true, After: true}, 1, true},
		{"rate limit", discordtest.TooMany(20*time.Millisecond, false), 2, true},
		{"global rate limit", discordtest.TooMany(20*time.Millisecond, true), 2, true},
		{"forbidden, by a proxy", discordtest.Fault{Status: 403, Body: "<html>"}, 1, true},
		{"refused", discordtest.Refuse(400, 50035, "Invalid Form Body"), 1, false},
		{"no access", discordtest.Refuse(403, 50001, "Missing Access"), 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.start(echo)
			b.alive()
			tt.fault.Arrived = make(chan struct{})
			b.server.Fail(tt.times, tt.fault, discordtest.RouteCreate)
			talk := b.server.Say(lan, "một")
			<-tt.fault.Arrived
			if tt.answered {
				b.answer(talk, "một")
			}
			b.finished()
			if st := talk.State(); len(st.Messages) > 1 || !tt.answered && len(st.Messages) > 0 {
				t.Errorf("state %+v", st)
			}
			b.alive()
		})
	}
}

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

// TestClasses: what each answer of Discord means for who sends.
func TestClasses(t *testing.T) {
	for _, tt := range []struct {
		fault discordtest.Fault
		kind  chat.Kind
	}{
		{discordtest.Refuse(400, 50035, "Invalid Form Body"), chat.Rejected},
		{discordtest.Refuse(400, 50006, "Cannot send an empty message"), chat.Rejected},
		{discordtest.Refuse(400, 200000, "Message was blocked by automatic moderation"), chat.Rejected},
		{discordtest.Refuse(401, 0, "401: Unauthorized"), chat.Unauthorized},
		{discordtest.Refuse(403, 50001, "Missing Access"), chat.Gone},
		{discordtest.Refuse(403, 50007, "Cannot send messages to this user"), chat.Gone},
		{discordtest.Refuse(403, 50013, "Missing Permissions"), chat.Gone},
		{discordtest.Refuse(403, 20013, "something new"), chat.Gone},
		{discordtest.Refuse(404, 10003, "Unknown Channel"), chat.Gone},
		{discordtest.Refuse(404, 0, "404: Not Found"), chat.Rejected},
		{discordtest.Refuse(413, 40005, "Request entity too large"), chat.Rejected},
		{discordtest.Fault{Status: 302, Header: map[string]string{"Location": "http://xau.example/"}}, chat.Rejected},
		{discordtest.Fault{Status: 403, Body: "error code: 1010"}, chat.Temporary},
		{discordtest.Fault{Status: 408}, chat.Temporary},
		{discordtest.Fault{Status: 500}, chat.Temporary},
		{discordtest.Fault{Status: 502, Body: "<html>"}, chat.Temporary},
		{discordtest.Fault{Status: 503, Body: "{"}, chat.Temporary},
		{discordtest.Fault{Half: true}, chat.Temporary},
		{discordtest.TooMany(10*time.Millisecond, false), chat.RateLimited},
		{discordtest.TooMany(10*time.Millisecond, true), chat.RateLimited},
		{discordtest.Fault{Status: 429, Body: "<html>", Header: map[string]string{"Retry-After": "0.01"}}, chat.RateLimited},
	} {
		t.Run(fmt.Sprintf("%d %.40s", tt.fault.Status, tt.fault.Body), func(t *testing.T) {
			b := newBench(t)
			d := b.make()
			b.server.Fail(1, tt.fault, discordtest.RouteCreate)
			to := chat.Ref{Platform: platform, Chat: "7"}
			_, err := d.Send(b.ctx(), chat.Post{To: to, Message: chat.Message{Text: "Tin"}})
			e, ok := err.(*chat.Error)
			if !ok || e.Kind != tt.kind || e.Reason == "" {
				t.Fatalf("Send: %v", err)
			}
			if (e.RetryAfter > 0) != (tt.kind == chat.RateLimited) {
				t.Errorf("try again after %v", e.RetryAfter)
			}
			if _, err := d.Send(b.ctx(), chat.Post{To: to, Message: chat.Message{Text: "Tin"}}); err != nil { // after the wait that was asked for
				t.Errorf("then: %v", err)
			}
		})
	}
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
	// The outcome of a send is not known: again, and there is one message.
	again, err := d.Send(b.ctx(), chat.Post{To: chat.Ref{Platform: platform, Chat: "7", Thread: "8"}, Message: chat.Message{Text: "Tin"}})
	if err != nil || again != first {
		t.Errorf("sent again as %s, %v; first as %s", again, err, first)
	}
	other, err := d.Send(b.ctx(), chat.Post{To: chat.Ref{Platform: platform, Chat: "7"}, Message: chat.Message{Text: "Tin"}})
	if err != nil || other == first {
		t.Errorf("sent elsewhere as %s, %v", other, err)
	}
	for _, m := range []chat.Message{{}, {Text: " \n\t"}, {Notice: "x"}} {
		if _, err := d.Send(b.ctx(), chat.Post{To: chat.Ref{Chat: "7"}, Message: m}); err == nil || err.(*chat.Error).Kind != chat.Rejected {
			t.Errorf("%+v: %v", m, err)
		}
	}

	// Where the rate limit is longer than there is time, Send does not wait.
	b.server.Fail(1, discordtest.TooMany(time.Hour, false), discordtest.RouteCreate)
	for range 2 {
		_, err := d.Send(b.ctx(), chat.Post{To: chat.Ref{Chat: "9"}, Message: chat.Message{Text: "Tin"}})
		if e, ok := err.(*chat.Error); !ok || e.Kind != chat.RateLimited || e.RetryAfter < 50*time.Minute {
			t.Errorf("limited: %v", err)
		}
	}
	if _, err := d.Send(b.ctx(), chat.Post{To: chat.Ref{Chat: "10"}, Message: chat.Message{Text: "Tin"}}); err != nil {
		t.Errorf("another channel: %v", err)
	}
	ctx, cancel := context.WithCancel(b.ctx())
	b.server.Fail(1, discordtest.TooMany(time.Hour, true), discordtest.RouteCreate)
	_, err = d.Send(ctx, chat.Post{To: chat.Ref{Chat: "10"}, Message: chat.Message{Text: "Tin nữa"}})
	if e, ok := err.(*chat.Error); !ok || e.Kind != chat.RateLimited {
		t.Errorf("limited: %v", err)
	}
	time.AfterFunc(10*time.Millisecond, cancel)
	free := context.Context(withoutDeadline{ctx})
	if _, err = d.Send(free, chat.Post{To: chat.Ref{Chat: "11"}, Message: chat.Message{Text: "Tin"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("all are limited, and the context has ended: %v", err)
	}
}

// withoutDeadline waits as long as it takes.
type withoutDeadline struct{ context.Context }

func (withoutDeadline) Deadline() (time.Time, bool) { return time.Time{}, false }

func TestOptions(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"key that is no hex":    func(o *Options) { o.PublicKey = strings.Repeat("x", 64) },
		"key that is too short": func(o *Options) { o.PublicKey = "abcd" },
		"no journal":            func(o *Options) { o.Journal = nil },
		"address":               func(o *Options) { o.API = "discord.example/api" },
	} {
		o := Options{Token: "bí mật", Journal: newLedger(t)}
		change(&o)
		if d, err := New(o); err == nil || d != nil || strings.Contains(err.Error(), "bí mật") {
			t.Errorf("%s: %v", name, err)
		}
	}
	d, err := New(Options{Journal: newLedger(t)})
	if err != nil {
		t.Fatal(err)
	}
	if d.o.Timeout != time.Minute || d.o.Patience != 3*time.Second || d.o.Pending != 1000 || d.o.Rate != 50 || d.api != nil {
		t.Errorf("defaults %+v", d.o)
	}
	if st := d.Status(); st != (chat.Status{Platform: "discord"}) {
		t.Errorf("status %+v", st)
	}
}
