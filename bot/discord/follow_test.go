package discord

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
)

// ask is a way to ask for what goes on.
type ask struct {
	name string
	ask  func(b *bench) *discordtest.Talk
	own  bool // the answer is for one person only
}

// asks are all the ways; the handler is one of following.
var asks = []ask{
	{"a command", func(b *bench) *discordtest.Talk { return b.server.Slash(minh, "ask", "x") }, false},
	{"a private command", func(b *bench) *discordtest.Talk { return b.server.Slash(minh, "status", "") }, true},
	{"a mention", func(b *bench) *discordtest.Talk { return b.server.Say(minh, discordtest.Mention+" x") }, false},
	{"a direct message", func(b *bench) *discordtest.Talk { return b.server.Say(lan, "x") }, false},
	{"a button that changes its message", func(b *bench) *discordtest.Talk { return b.press("status", "đổi") }, true},
	{"a button that makes a message", func(b *bench) *discordtest.Talk { return b.press("ask", "mới") }, false},
	{"a button of a private message", func(b *bench) *discordtest.Talk { return b.press("status", "mới") }, true},
}

// press presses a button under the answer to a command.
func (b *bench) press(command, data string) *discordtest.Talk {
	b.t.Helper()
	m := b.answer(b.server.Slash(minh, command, "nút"), "Chọn")
	return b.server.Press(minh, m.ID, data)
}

// following answers what is asked with a message that goes on with f, "nút" with
// buttons to press, and all else as echo does.
func following(f func(ctx context.Context, show func(context.Context, chat.Message) error)) chat.Handler {
	return func(ctx context.Context, r chat.Request) (chat.Message, error) {
		m := chat.Message{Text: "Bắt đầu.", Follow: f, Update: r.Button == "đổi"}
		switch {
		case r.Text == "nút" || r.Command == "status" && r.Button == "" && r.Text != "":
			m.Text, m.Follow = "Chọn đi.", nil
			m.Buttons = [][]chat.Button{{{Text: "Đổi", Data: "đổi"}, {Text: "Mới", Data: "mới"}}}
		case r.Button == "" && r.Command != "status" && r.Text != "x":
			return echo(ctx, r)
		}
		return m, nil
	}
}

// inBubble runs a test of a bot on a Discord of a bubble of synctest.
func inBubble(t *testing.T, test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBenchOn(t, discordtest.NewPiped())
		b.longest = time.Hour // of the fake clock
		test(b)
		if b.stop != nil {
			if err := b.stop(); !errors.Is(err, context.Canceled) {
				t.Errorf("Receive: %v", err)
			}
		}
	})
}

// TestFollow: what follows takes the place of the answer, in the message itself,
// not faster than allowed, and the update is finished after it.
func TestFollow(t *testing.T) {
	for _, tt := range asks {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(b *bench) {
				b.options.Timeout = 10 * time.Second
				b.start(following(func(ctx context.Context, show func(context.Context, chat.Message) error) {
					for i := range 100 {
						if err := errors.Join(show(ctx, chat.Message{Text: fmt.Sprintf("Bước %d.", i)}), pause(ctx, time.Second)); err != nil {
							t.Error(err)
						}
					}
					if err := show(ctx, chat.Message{Text: "Kết quả."}); err != nil {
						t.Error(err)
					}
				}))
				talk := tt.ask(b)
				b.answer(talk, "Bước")
				before := talk.State()
				left, err := b.journal.Unfinished(b.ctx(), platform)
				if err != nil || !slices.ContainsFunc(left, func(u chat.Update) bool { return u.ID == talk.ID }) {
					t.Errorf("it is finished while it goes on, %v", err)
				}
				typed := b.server.Counts().Typing
				m := b.answer(talk, "Kết quả.")
				b.finished()
				if st := talk.State(); len(st.Messages) != len(before.Messages) || m.Ephemeral != tt.own || m.Text != "Kết quả." {
					t.Errorf("state %+v", st)
				}
				if m.Edits < 40 || m.Edits > 60 {
					t.Errorf("%d edits in 100 seconds", m.Edits)
				}
				for i := len(m.Times) - m.Edits + 3; i < len(m.Times); i++ {
					if gap := m.Times[i].Sub(m.Times[i-1]); gap < chat.FollowPace {
						t.Errorf("edit %d follows after %v", i, gap)
					}
				}
				if more := b.server.Counts().Typing - typed; more > 0 {
					t.Errorf("typing is shown %d times while it goes on", more)
				}
			})
		})
	}
}

// TestFollowRestart: what was going on when the process ended is begun again by
// the next one, in the same message.
func TestFollowRestart(t *testing.T) {
	for _, tt := range asks {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(b *bench) {
				var runs atomic.Int32
				h := following(func(ctx context.Context, show func(context.Context, chat.Message) error) {
					if err := show(ctx, chat.Message{Text: fmt.Sprintf("Lượt %d.", runs.Add(1))}); err != nil {
						t.Error(err)
					}
					if runs.Load() < 3 {
						<-ctx.Done()
						_ = show(ctx, chat.Message{Text: "Dở dang."}) // for nobody
					}
				})
				b.start(h)
				talk := tt.ask(b)
				first, before := b.answer(talk, "Lượt 1."), talk.State()
				for i := range 2 {
					if err := b.stop(); !errors.Is(err, context.Canceled) {
						t.Fatal(err)
					}
					for _, m := range talk.State().Messages {
						if strings.Contains(m.Text, "Dở dang") {
							t.Errorf("after the end: %+v", m)
						}
					}
					b.start(h)
					b.answer(talk, fmt.Sprintf("Lượt %d.", i+2))
				}
				b.finished()
				st := talk.State()
				if last := st.Messages[len(st.Messages)-1]; len(st.Messages) != len(before.Messages) || last.ID != first.ID || last.Ephemeral != tt.own {
					t.Errorf("state %+v, it was %+v", st, before)
				}
			})
		})
	}
}

// TestFollowAside: what goes on for long leaves its place to the others.
func TestFollowAside(t *testing.T) {
	b := newBench(t)
	b.options.Pending = 2
	leave := make(chan struct{})
	b.start(following(func(ctx context.Context, show func(context.Context, chat.Message) error) {
		select {
		case <-leave:
		case <-ctx.Done():
		}
		_ = show(ctx, chat.Message{Text: "Kết quả."})
	}))
	talks := []*discordtest.Talk{b.server.Slash(minh, "ask", "x"), b.server.Say(lan, "x")}
	for _, talk := range talks {
		b.answer(talk, "Bắt đầu.")
	}
	for range 5 {
		b.alive()
	}
	close(leave)
	for _, talk := range talks {
		b.answer(talk, "Kết quả.")
	}
	b.finished()
}

// TestFollowEdited: who writes the question anew while the answer goes on gets
// the new answer in its place, and the old one does not come back.
func TestFollowEdited(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.options.Pending = 1
		h := following(func(ctx context.Context, show func(context.Context, chat.Message) error) {
			for i := 0; ctx.Err() == nil; i++ {
				_ = show(ctx, chat.Message{Text: fmt.Sprintf("Bước %d.", i)})
				_ = pause(ctx, time.Second)
			}
			_ = show(ctx, chat.Message{Text: "Dừng."})
		})
		b.start(h)
		talk := b.server.Say(lan, "x")
		first := b.answer(talk, "Bước 1") // or 10 to 19: not every one is seen
		b.server.Edit(talk, "x")
		b.answer(talk, "Bước 0.")
		if err := b.stop(); !errors.Is(err, context.Canceled) { // both go on in another process
			t.Fatal(err)
		}
		b.start(h)
		if err := pause(b.ctx(), time.Second); err != nil { // edits have names by their time
			t.Fatal(err)
		}
		b.server.Edit(talk, "thôi")
		b.answer(talk, "thôi")
		b.finished()
		if err := pause(b.ctx(), time.Minute); err != nil {
			t.Fatal(err)
		}
		st := talk.State()
		if len(st.Messages) != 1 || st.Messages[0].ID != first.ID || !strings.Contains(st.Messages[0].Text, "thôi") {
			t.Errorf("state %+v", st)
		}
	})
}
