package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
)

func TestPrivateCommand(t *testing.T) {
	b := newBench(t)
	b.start(say("Kho bài: 5 bài."))
	if m := b.answer(b.server.Slash(minh, "status", ""), "5 bài"); !m.Ephemeral {
		t.Errorf("the answer is for all to see: %+v", m)
	}
	if m := b.answer(b.server.Slash(minh, "help", ""), "5 bài"); m.Ephemeral {
		t.Errorf("the answer is for one only: %+v", m)
	}
}

// TestDeferredAtOnce: an interaction is acknowledged also while all places are
// taken.
func TestDeferredAtOnce(t *testing.T) {
	b := newBench(t)
	b.options.Pending = 1
	entered, leave := make(chan struct{}), make(chan struct{})
	b.start(func(ctx context.Context, r chat.Request) (chat.Message, error) {
		select {
		case entered <- struct{}{}:
		case <-ctx.Done():
			return chat.Message{}, ctx.Err()
		}
		select {
		case <-leave:
		case <-ctx.Done():
			return chat.Message{}, ctx.Err()
		}
		return echo(ctx, r)
	})
	var talks []*discordtest.Talk
	for i := range 20 {
		talks = append(talks, b.server.Slash(lan, "ask", fmt.Sprintf("câu %d.", i)))
	}
	<-entered
	b.until("all deferred", func(c discordtest.Counts) bool { return c.Deferrals == 20 })
	select {
	case <-entered:
		t.Error("two handlers at a time, one may be")
	default:
	}
	leave <- struct{}{}
	for range 19 {
		<-entered
		leave <- struct{}{}
	}
	for i, talk := range talks {
		b.answer(talk, fmt.Sprintf("câu %d.", i))
	}
	if c := b.server.Counts(); c.Unknown+c.Twice != 0 {
		t.Errorf("counts %+v", c)
	}
}

func TestNothingToSay(t *testing.T) {
	b := newBench(t)
	b.start(func(_ context.Context, r chat.Request) (chat.Message, error) {
		if r.Text == "trống" {
			return chat.Message{Text: " \n"}, nil
		}
		return chat.Message{}, nil
	})
	for _, text := range []string{"im", "trống"} {
		talk := b.server.Slash(minh, "ask", text)
		st := b.state(talk, func(st discordtest.State) bool { return st.Deleted == 1 })
		if len(st.Messages) > 0 || st.Pending {
			t.Errorf("%q: %+v", text, st)
		}
	}
}

func TestHandlerFails(t *testing.T) {
	b := newBench(t)
	b.options.Timeout = 50 * time.Millisecond
	b.start(func(ctx context.Context, r chat.Request) (chat.Message, error) {
		switch r.Text {
		case "lỗi":
			return chat.Message{}, errors.New("broken with " + discordtest.Token)
		case "lỗi có lời":
			return chat.Message{Text: "Chưa được."}, errors.New("broken")
		case "sập":
			panic("as it should in this test")
		case "lâu":
			<-ctx.Done()
			return chat.Message{}, ctx.Err()
		}
		return chat.Message{Notice: "Chỉ có thế."}, nil
	})
	for text, want := range map[string]string{
		"lỗi": testPhrases.Failed, "lỗi có lời": "Chưa được.", "sập": testPhrases.Failed, "lâu": testPhrases.Failed, "khác": "Chỉ có thế.",
	} {
		b.answer(b.server.Slash(minh, "ask", text), want)
		b.answer(b.server.Say(lan, text), want)
	}
}

func TestButtons(t *testing.T) {
	b := newBench(t)
	b.start(func(_ context.Context, r chat.Request) (chat.Message, error) {
		m := chat.Message{Text: "Trang 1", Buttons: [][]chat.Button{{{Text: "Sau", Data: "sau"}, {Text: "Mới", Data: "mới"}}, {{Text: "Có ích", Data: "ích"}, {Text: "Im", Data: "im"}, {Text: "Cả hai", Data: "hai"}}}}
		switch r.Button {
		case "sau":
			return chat.Message{Text: "Trang 2", Update: true}, nil
		case "mới":
			return chat.Message{Text: "Tin mới"}, nil
		case "ích":
			return chat.Message{Notice: "Cảm ơn bạn."}, nil
		case "im":
			return chat.Message{}, nil
		case "hai":
			m.Text, m.Update, m.Notice = "Trang 3", true, "Đã đổi."
		}
		return m, nil
	})
	for _, tt := range []struct {
		name string
		ask  func() *discordtest.Talk
		own  bool
	}{
		{"of a command", func() *discordtest.Talk { return b.server.Slash(minh, "ask", "x") }, false},
		{"of a private command", func() *discordtest.Talk { return b.server.Slash(minh, "status", "") }, true},
		{"of a mention", func() *discordtest.Talk { return b.server.Say(minh, discordtest.Mention+" x") }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			first := b.answer(tt.ask(), "Trang 1")
			if len(first.Buttons) != 5 || first.Ephemeral != tt.own {
				t.Fatalf("the first message is %+v", first)
			}
			press := func(data string) *discordtest.Talk { return b.server.Press(lan, first.ID, data) }

			if m := b.answer(press("ích"), "Cảm ơn"); !m.Ephemeral || m.ID == first.ID {
				t.Errorf("the notice is %+v", m)
			}
			if m := b.answer(press("mới"), "Tin mới"); m.Ephemeral != tt.own || m.ID == first.ID {
				t.Errorf("the new message is %+v", m)
			}
			talk := press("im")
			st := b.state(talk, func(st discordtest.State) bool { return st.Acknowledged != 0 })
			if len(st.Messages) != 1 || st.Messages[0].Text != "Trang 1" {
				t.Errorf("after a button that says nothing: %+v", st)
			}
			talk = press("hai")
			b.answer(talk, "Trang 3")
			b.answer(talk, "Đã đổi.")
			m := b.answer(press("sau"), "Trang 2")
			if m.ID != first.ID || len(m.Buttons) != 0 {
				t.Errorf("in the place of the first message is %+v", m)
			}
		})
	}
}

func TestAutocomplete(t *testing.T) {
	b := newBench(t)
	b.timing.complete = 50 * time.Millisecond
	b.options.Complete = func(ctx context.Context, r chat.Request) ([]chat.Choice, error) {
		switch r.Text {
		case "hỏng":
			return []chat.Choice{{Name: "x", Value: "x"}}, errors.New("broken")
		case "sập":
			panic("as it should in this test")
		case "lâu":
			<-ctx.Done()
			return nil, ctx.Err()
		case "nhiều":
			var list []chat.Choice
			for i := range 40 {
				list = append(list, chat.Choice{Name: fmt.Sprintf("%d %s", i, strings.Repeat("dài ", 50)), Value: fmt.Sprint(i)})
			}
			return list, nil
		}
		return []chat.Choice{
			{Name: "Giao\nthông", Value: "giao thông"}, {Value: "tên là giá trị"}, {Name: "không có giá trị"},
			{Name: "dài", Value: strings.Repeat("d", 101)}, {Name: r.Command + "/" + r.Text, Value: "hỏi"},
		}, nil
	}
	b.start(echo)
	for text, want := range map[string]int{"hỏng": 0, "sập": 0, "lâu": 0, "nhiều": 25, "gi": 3, "": 3} {
		talk := b.server.Complete(minh, "ask", text)
		st := b.state(talk, func(st discordtest.State) bool { return st.Choices != nil })
		if len(*st.Choices) != want {
			t.Errorf("%q: %d choices, want %d: %+v", text, len(*st.Choices), want, *st.Choices)
		}
		if text == "gi" && ((*st.Choices)[0].Name != "Giao thông" || (*st.Choices)[2].Name != "ask/gi") {
			t.Errorf("choices %+v", *st.Choices)
		}
	}
}

// TestAcknowledgement: what Discord says to the first answer to an interaction.
func TestAcknowledgement(t *testing.T) {
	for _, tt := range []struct {
		name     string
		fault    discordtest.Fault
		times    int
		answered bool
	}{
		{"already acknowledged", discordtest.Fault{After: true, Status: 400, Body: `{"code":40060,"message":"Interaction has already been acknowledged."}`}, 1, true},
		{"the answer is lost", discordtest.Fault{After: true, Status: 502, Body: "<html>"}, 1, true},
		{"down for a moment", discordtest.Fault{Status: 503}, 2, true},
		{"rate limit", discordtest.TooMany(10*time.Millisecond, false), 2, true},
		{"global rate limit", discordtest.TooMany(10*time.Millisecond, true), 2, true},
		{"unknown interaction", discordtest.Refuse(404, 10062, "Unknown interaction"), 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			asked := make(chan string, 10)
			b.start(func(ctx context.Context, r chat.Request) (chat.Message, error) {
				asked <- r.Text
				return echo(ctx, r)
			})
			b.server.Fail(tt.times, tt.fault, discordtest.RouteCallback)
			talk := b.server.Slash(minh, "ask", "một")
			if tt.answered {
				b.answer(talk, "một")
				return
			}
			b.answer(b.server.Say(lan, "hai"), "hai") // the first comes before it
			b.finished()
			for range len(asked) {
				if text := <-asked; text == "một" {
					t.Error("the handler was asked for an interaction that Discord does not know")
				}
			}
			if !strings.Contains(b.logged.String(), "came too late") {
				t.Error("the log does not say so")
			}
		})
	}
}

// TestEditsOfInteractions: what Discord says to the answer.
func TestEditsOfInteractions(t *testing.T) {
	for _, tt := range []struct {
		name     string
		fault    discordtest.Fault
		times    int
		answered bool
	}{
		{"down", discordtest.Fault{Status: 500, Body: "<html>"}, 3, true},
		{"rate limit", discordtest.TooMany(20*time.Millisecond, false), 2, true},
		{"rate limit in HTML", discordtest.Fault{Status: 429, Body: "<html>", Header: map[string]string{"Retry-After": "0.02"}}, 2, true},
		{"half an answer", discordtest.Fault{Half: true}, 1, true},
		{"token ran out", discordtest.Refuse(401, 50027, "Invalid Webhook Token"), 1, false},
		{"message dismissed", discordtest.Refuse(404, 10008, "Unknown Message"), 1, false},
		{"refused", discordtest.Refuse(400, 50035, "Invalid Form Body"), 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.start(echo)
			b.alive()
			tt.fault.Arrived = make(chan struct{})
			b.server.Fail(tt.times, tt.fault, discordtest.RouteOriginal)
			talk := b.server.Slash(minh, "ask", "một")
			<-tt.fault.Arrived
			if tt.answered {
				b.answer(talk, "một")
			} else {
				b.finished()
				if st := talk.State(); len(st.Messages) > 0 {
					t.Errorf("state %+v", st)
				}
			}
			b.alive()
		})
	}
}

// finished waits until nothing is left to answer.
func (b *bench) finished() {
	b.t.Helper()
	ctx := b.ctx()
	for {
		left, err := b.journal.Unfinished(ctx, platform)
		if err != nil {
			b.t.Fatalf("%d updates are left: %v", len(left), err)
		}
		if len(left) == 0 || pause(ctx, time.Millisecond) != nil {
			return
		}
	}
}

// TestEditsAtOnce: edits of different interactions do not wait for each other.
func TestEditsAtOnce(t *testing.T) {
	b := newBench(t)
	b.start(echo)
	b.alive()
	hangs := make(chan struct{})
	b.server.Fail(1, discordtest.Fault{Hang: true, Arrived: hangs}, discordtest.RouteOriginal)
	b.server.Slash(minh, "ask", "một")
	<-hangs
	for i := range 10 {
		b.answer(b.server.Slash(minh, "ask", fmt.Sprint("câu ", i)), fmt.Sprint("câu ", i))
	}
	b.server.Close() // lets go of the one that hangs
}

// TestLeftUnanswered: what one process accepted, the next one answers, unless it
// is too late.
func TestLeftUnanswered(t *testing.T) {
	b := newBench(t)
	entered := make(chan string, 10)
	hang := func(ctx context.Context, r chat.Request) (chat.Message, error) {
		entered <- r.ID
		<-ctx.Done()
		return chat.Message{}, ctx.Err()
	}
	b.start(hang)
	one, two := b.server.Slash(minh, "ask", "lệnh"), b.server.Say(lan, "tin nhắn")
	b.state(one, func(st discordtest.State) bool { return st.Pending })
	first := map[string]bool{<-entered: true, <-entered: true}
	if err := b.stop(); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	at := time.Now().Add(-time.Hour)
	raw, err := json.Marshal(map[string]any{"id": "77", "token": "discordtest-interaction-token-77", "type": 2, "application_id": discordtest.App, "channel_id": "1", "user": map[string]any{"id": "3"}})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(envelope{Kind: kindInteraction, At: at, Raw: raw})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.journal.Accept(t.Context(), platform, 0, []chat.Update{{ID: "77", Body: body}, {ID: "78", Body: []byte("{")}, {ID: "79", Body: []byte(`{"kind":"lạ"}`)}}); err != nil {
		t.Fatal(err)
	}

	b.start(func(ctx context.Context, r chat.Request) (chat.Message, error) {
		entered <- r.ID
		return echo(ctx, r)
	})
	b.answer(one, "lệnh")
	b.answer(two, "tin nhắn")
	b.finished()
	for range len(entered) {
		if id := <-entered; !first[id] {
			t.Errorf("asked %s, which is too old", id)
		}
	}
	if !strings.Contains(b.logged.String(), "cannot be answered any more") {
		t.Error("the log does not say what came to nothing")
	}
	if c := b.server.Counts(); c.Twice != 1 || c.Unknown != 0 {
		t.Errorf("counts %+v", c)
	}
}

// TestSeenAgain: an event that comes again is answered once.
func TestSeenAgain(t *testing.T) {
	b := newBench(t)
	b.start(echo)
	talk := b.server.Slash(minh, "ask", "một lần")
	b.answer(talk, "một lần")
	event := map[string]any{
		"id": talk.ID, "token": talk.Token, "application_id": discordtest.App, "type": 2, "channel_id": minh.Channel,
		"user": map[string]any{"id": minh.ID}, "data": map[string]any{"name": "ask"},
	}
	message := map[string]any{"id": "9001", "channel_id": lan.Channel, "type": 0, "content": "hai lần", "author": map[string]any{"id": lan.ID}}
	for range 3 {
		b.server.Dispatch("INTERACTION_CREATE", event)
		b.server.Dispatch("MESSAGE_CREATE", message)
	}
	b.alive()
	b.until("acknowledged again", func(c discordtest.Counts) bool { return c.Twice >= 1 })
	b.finished()
	if c := b.server.Counts(); c.Edits != 2 || c.Messages != 2 {
		t.Errorf("%d edits and %d messages, want 2 and 2", c.Edits, c.Messages)
	}
}
