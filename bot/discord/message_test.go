package discord

import (
	"context"
	"errors"
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
