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

// alive checks that the bot answers both ways.
func (b *bench) alive() {
	b.t.Helper()
	b.answer(b.server.Say(lan, "còn đó không?"), "còn đó không?")
	b.answer(b.server.Slash(minh, "ask", "còn đây không?"), "còn đây không?")
}

// TestGateway: whatever happens to the connection, the bot comes back, and what
// was said meanwhile is answered where the session could be resumed.
func TestGateway(t *testing.T) {
	for _, tt := range []struct {
		name    string
		set     func(b *bench)
		happens func(s *discordtest.Server)
		resumed bool
	}{
		{"asked to connect again", nil, func(s *discordtest.Server) { s.Reconnect() }, true},
		{"connection dropped", nil, func(s *discordtest.Server) { s.Drop() }, true},
		{"closed with an error", nil, func(s *discordtest.Server) { s.CloseGateway(4000) }, true},
		{"closed without a reason", nil, func(s *discordtest.Server) { s.CloseGateway(1001) }, true},
		{"session ended, to be resumed", nil, func(s *discordtest.Server) { s.Invalidate(true) }, true},
		{"session ended", nil, func(s *discordtest.Server) { s.Invalidate(false) }, false},
		{"position refused", nil, func(s *discordtest.Server) { s.CloseGateway(4007) }, false},
		{"session timed out", nil, func(s *discordtest.Server) { s.CloseGateway(4009) }, false},
		{"silence", func(b *bench) { b.timing.silence = 100 * time.Millisecond }, func(s *discordtest.Server) { s.Silence() }, true},
		{"heartbeats not acknowledged", func(b *bench) { b.server.Heartbeat = 40 * time.Millisecond }, func(s *discordtest.Server) { s.Silence() }, true},
		{"asked to connect again while connecting again", nil, func(s *discordtest.Server) {
			s.Greet(discordtest.Greeting{Reconnect: true}, discordtest.Greeting{HTTP: 503}, discordtest.Greeting{Reconnect: true})
			s.Drop()
		}, true},
		{"silence while connecting again", func(b *bench) { b.timing.handshake = 50 * time.Millisecond }, func(s *discordtest.Server) {
			s.Greet(discordtest.Greeting{Silent: true}, discordtest.Greeting{Mute: true}, discordtest.Greeting{Mute: true})
			s.Drop()
		}, false},
		{"cannot be resumed", nil, func(s *discordtest.Server) {
			s.Greet(discordtest.Greeting{Invalid: true})
			s.Drop()
		}, false},
		{"no resumption ends well", nil, func(s *discordtest.Server) {
			s.Greet(discordtest.Greeting{Close: 4000}, discordtest.Greeting{Close: 4000}, discordtest.Greeting{Close: 4000})
			s.Drop()
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			if tt.set != nil {
				tt.set(b)
			}
			b.start(echo)
			b.alive()
			before := b.server.Counts()
			tt.happens(b.server)
			b.until("connected again", func(c discordtest.Counts) bool { return c.Disconnects > before.Disconnects })
			if tt.resumed {
				b.answer(b.server.Say(lan, "nói lúc vắng"), "nói lúc vắng")
			}
			if err := b.server.Connected(b.ctx(), before.Ready+1); err != nil {
				t.Fatal(err)
			}
			b.alive()
			after := b.server.Counts()
			if again := after.Identifies > before.Identifies; again == tt.resumed {
				t.Errorf("new session: %v, want %v", again, !tt.resumed)
			}
			if st := b.d.Status(); !st.Connected || st.As != discordtest.Name || st.Problem == "" || st.Since.IsZero() {
				t.Errorf("status %+v", st)
			}
		})
	}
}

// TestFirstConnection: what can go wrong before the bot was ever connected.
func TestFirstConnection(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(b *bench)
	}{
		{"all well", func(*bench) {}},
		{"op 7 in place of READY", func(b *bench) { b.server.Greet(discordtest.Greeting{Reconnect: true}) }},
		{"op 9 in place of READY", func(b *bench) { b.server.Greet(discordtest.Greeting{Invalid: true}) }},
		{"silent gateway", func(b *bench) {
			b.timing.handshake = 50 * time.Millisecond
			b.server.Greet(discordtest.Greeting{Silent: true}, discordtest.Greeting{Mute: true})
		}},
		{"no gateway", func(b *bench) {
			b.server.Fail(3, discordtest.Fault{Status: 502, Body: "<html>"}, discordtest.RouteGateway)
		}},
		{"rate limit", func(b *bench) {
			b.server.Fail(2, discordtest.TooMany(20*time.Millisecond, true), discordtest.RouteGateway)
		}},
		{"half an answer", func(b *bench) { b.server.Fail(1, discordtest.Fault{Half: true}, discordtest.RouteGateway) }},
		{"an answer that hangs", func(b *bench) {
			b.timing.request = 200 * time.Millisecond
			b.server.Fail(1, discordtest.Fault{Hang: true}, discordtest.RouteGateway)
		}},
		{"nonsense", func(b *bench) {
			b.server.Fail(1, discordtest.Fault{Status: 200, Body: "[]"}, discordtest.RouteGateway)
			b.server.Fail(1, discordtest.Fault{Status: 200, Body: `{"url":"http://x"}`}, discordtest.RouteGateway)
		}},
		{"only /gateway", func(b *bench) { b.server.OnlyGateway = true }},
		{"only /gateway/bot", func(b *bench) { b.server.OnlyGatewayBot = true }},
		{"token with its kind", func(b *bench) { b.options.Token = " Bot " + discordtest.Token + "\n" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			tt.set(b)
			b.start(echo)
			b.alive()
			if !strings.Contains(b.logged.String(), discordtest.Name) {
				t.Error("the log does not say what the bot is connected as")
			}
		})
	}
}

func TestBudgetOfSessions(t *testing.T) {
	b := newBench(t)
	b.server.Starts = 0
	b.start(echo)
	for b.d.Status().Problem == "" {
		if pause(b.ctx(), time.Millisecond) != nil {
			t.Fatal("no problem is told")
		}
	}
	if st := b.d.Status(); st.Connected || !strings.Contains(st.Problem, "used up") {
		t.Errorf("status %+v", st)
	}
	if c := b.server.Counts(); c.Identifies != 0 {
		t.Errorf("%d sessions begun without a budget", c.Identifies)
	}
}

// TestRefused: what will not get better ends Receive, with the reason.
func TestRefused(t *testing.T) {
	type happens func(b *bench)
	closes := func(code int) happens {
		return func(b *bench) { b.server.Greet(discordtest.Greeting{Close: code}) }
	}
	tests := []struct {
		name, reason string
		set          happens
	}{
		{"wrong token", "the token is wrong", func(b *bench) { b.options.Token = "sai" }},
		{"wrong token, known from the gateway", "the token is wrong", func(b *bench) { b.options.Token = "sai"; b.server.OnlyGateway = true }},
		{"intents", "intents", closes(4014)},
		{"intents unknown", "intents", closes(4013)},
	}
	for _, code := range []int{4004, 4010, 4011, 4012} {
		tests = append(tests, struct {
			name, reason string
			set          happens
		}{fmt.Sprint("code ", code), fmt.Sprint(code), closes(code)})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			tt.set(b)
			err := b.refusedWith(echo)
			e, ok := errors.AsType[*chat.Error](err)
			if !ok || e.Kind != chat.Unauthorized || !strings.Contains(e.Reason, tt.reason) {
				t.Errorf("Receive: %v", err)
			}
			if st := b.d.Status(); st.Connected || st.Problem != e.Reason {
				t.Errorf("status %+v", st)
			}
			if !strings.Contains(b.logged.String(), tt.reason) {
				t.Error("the log does not say why")
			}
		})
	}
}

// TestRevoked: a token that is revoked while the bot runs ends it.
func TestRevoked(t *testing.T) {
	for name, revoke := range map[string]func(b *bench){
		"closed by the gateway": func(b *bench) { b.server.CloseGateway(4004) },
		"refused a reply": func(b *bench) {
			b.server.Fail(1, discordtest.Refuse(401, 0, "401: Unauthorized"), discordtest.RouteCreate)
			b.server.Say(lan, "câu hỏi")
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			done := make(chan error, 1)
			go func() { done <- b.refusedWith(echo) }()
			if err := b.server.Connected(b.ctx(), 1); err != nil {
				t.Fatal(err)
			}
			revoke(b)
			err := <-done
			if e, ok := errors.AsType[*chat.Error](err); !ok || e.Kind != chat.Unauthorized {
				t.Errorf("Receive: %v", err)
			}
		})
	}
}

func TestNoNetwork(t *testing.T) {
	b := newBench(t)
	b.server.Close() // nobody listens there
	b.start(echo)
	for !strings.Contains(b.logged.String(), "not connected to Discord, trying again") {
		if pause(b.ctx(), time.Millisecond) != nil {
			t.Fatal("the log does not say that there is no connection")
		}
	}
	if err := b.stop(); !errors.Is(err, context.Canceled) {
		t.Errorf("Receive: %v", err)
	}
}

// TestResumedByAnotherProcess: the next process goes on with the session of the
// last one, and gets what came in between.
func TestResumedByAnotherProcess(t *testing.T) {
	b := newBench(t)
	b.start(echo)
	b.alive()
	if err := b.stop(); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	b.until("gone", func(c discordtest.Counts) bool { return c.Disconnects == 1 })
	missed := b.server.Say(lan, "lúc tắt máy")
	b.start(echo)
	b.answer(missed, "lúc tắt máy")
	b.alive()
	c := b.server.Counts()
	if c.Identifies != 1 || c.Resumes != 1 {
		t.Errorf("%d sessions begun and %d resumed, want 1 and 1", c.Identifies, c.Resumes)
	}
	if c.Commands != 1 {
		t.Errorf("commands registered %d times, want once", c.Commands)
	}
	if c.Messages != 3 {
		t.Errorf("%d messages sent, want 3", c.Messages)
	}
	if err := b.stop(); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}

	// Another bot has nothing to resume.
	d := b.make()
	d.token = "another.bot"
	r, err := d.newReceiver(t.Context(), echo)
	if err != nil {
		t.Fatal(err)
	}
	defer r.end(nil)
	if r.session.ID != "" {
		t.Error("the session of one bot is taken for another's")
	}
}

// TestHeartbeat: the bot answers when it is asked for a heartbeat, and what it
// has seen and does not concern it is not sent again.
func TestHeartbeat(t *testing.T) {
	b := newBench(t)
	b.server.Heartbeat = 20 * time.Millisecond
	b.start(echo)
	b.alive()
	before := b.server.Counts().Heartbeats
	b.server.AskHeartbeat()
	b.until("heartbeats", func(c discordtest.Counts) bool { return c.Heartbeats >= before+4 })
	b.server.Dispatch("MESSAGE_CREATE", map[string]any{"id": "1", "channel_id": "2", "guild_id": "3", "content": ""})
	for {
		seq, _, err := b.journal.Position(b.ctx(), platform)
		if err != nil {
			t.Fatal(err)
		}
		if seq >= 4 { // READY, a message, an interaction, and the message of nobody
			break
		}
	}
}
