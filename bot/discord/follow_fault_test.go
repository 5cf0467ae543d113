package discord

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
)

// TestFollowFaults: whatever Discord says to a change, the last one is shown.
func TestFollowFaults(t *testing.T) {
	routes := []string{discordtest.RouteEdit, discordtest.RouteOriginal, discordtest.RouteFollowUp}
	for _, tt := range []struct {
		name  string
		fault discordtest.Fault
		times int
		anew  bool // in a new message
	}{
		{"down", discordtest.Fault{Status: 503, Body: "<html>"}, 5, false},
		{"rate limit", discordtest.TooMany(20*time.Second, false), 2, false},
		{"global rate limit", discordtest.TooMany(5*time.Second, true), 2, false},
		{"no answer for a while", discordtest.Fault{Hang: true}, 3, false},
		{"half an answer", discordtest.Fault{Half: true}, 3, false},
		{"deleted", discordtest.Refuse(404, 10008, "Unknown Message"), 100, true},
	} {
		for _, way := range asks {
			t.Run(tt.name+", of "+way.name, func(t *testing.T) {
				inBubble(t, func(b *bench) {
					b.timing.retryMost = 2 * time.Second
					begun := make(chan struct{})
					b.start(following(func(ctx context.Context, show func(context.Context, chat.Message) error) {
						<-begun
						for i := range 10 {
							_ = show(ctx, chat.Message{Text: fmt.Sprintf("Bước %d.", i)})
							_ = pause(ctx, time.Second)
						}
						_ = show(ctx, chat.Message{Text: "Kết quả."})
					}))
					talk := way.ask(b)
					first := b.answer(talk, "Bắt đầu.")
					fails := routes
					if tt.anew {
						fails = routes[:2]
					}
					b.server.Fail(tt.times, tt.fault, fails...)
					close(begun)
					m := b.answer(talk, "Kết quả.")
					b.finished()
					if (m.ID != first.ID) != tt.anew || m.Ephemeral != way.own {
						t.Errorf("the last is %+v, the first was %+v", m, first)
					}
				})
			})
		}
	}
}

// TestFollowAcrossAllTheirTime: a Follow that has run out of time can still say
// so, while the interaction can be edited.
func TestFollowAcrossAllTheirTime(t *testing.T) {
	for _, tt := range asks {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(b *bench) {
				var took time.Duration
				b.start(following(func(ctx context.Context, show func(context.Context, chat.Message) error) {
					start := time.Now()
					<-ctx.Done()
					took = time.Since(start)
					if err := show(ctx, chat.Message{Text: "Vẫn đang chạy."}); err != nil {
						t.Error(err)
					}
				}))
				b.answer(tt.ask(b), "Vẫn đang chạy.")
				b.finished()
				if took != chat.FollowTime {
					t.Errorf("it had %v", took)
				}
			})
		})
	}
}

// TestFollowPanics: it costs what follows, not the bot, and the person is told.
func TestFollowPanics(t *testing.T) {
	for _, tt := range asks {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, func(b *bench) {
				b.start(following(func(ctx context.Context, show func(context.Context, chat.Message) error) {
					panic("as it should in this test, with " + discordtest.Token)
				}))
				b.answer(tt.ask(b), testPhrases.Failed)
				b.finished()
				b.alive()
				if !strings.Contains(b.logged.String(), "as it should") {
					t.Error("the log does not say so")
				}
			})
		})
	}
}

// TestFollowWithoutAFirst: where nothing is said at first, what follows is the
// answer; where nothing follows either, nothing is left.
func TestFollowWithoutAFirst(t *testing.T) {
	for _, text := range []string{"Kết quả.", ""} {
		for name, say := range map[string]func(b *bench) *discordtest.Talk{
			"command": func(b *bench) *discordtest.Talk { return b.server.Slash(minh, "ask", "x") },
			"message": func(b *bench) *discordtest.Talk { return b.server.Say(lan, "x") },
		} {
			t.Run(name+" "+text, func(t *testing.T) {
				inBubble(t, func(b *bench) {
					b.options.Patience = time.Second
					b.start(func(ctx context.Context, _ chat.Request) (chat.Message, error) {
						err := pause(ctx, 3*time.Second)
						return chat.Message{Follow: func(ctx context.Context, show func(context.Context, chat.Message) error) {
							_ = pause(ctx, 5*time.Second)
							_ = show(ctx, chat.Message{Text: text})
						}}, err
					})
					talk := say(b)
					b.state(talk, func(st discordtest.State) bool { return st.Pending || len(st.Messages) > 0 })
					if text != "" {
						b.answer(talk, text)
					} else if st := b.state(talk, func(st discordtest.State) bool { return st.Deleted == 1 }); len(st.Messages) != 0 || st.Pending {
						t.Errorf("state %+v", st)
					}
					b.finished()
				})
			})
		}
	}
}
