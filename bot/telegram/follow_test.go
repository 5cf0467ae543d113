package telegram_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
)

// counting is a message that counts seconds, one a second, up to n, and then
// says how many it was.
func counting(first string, n int) chat.Message {
	m := text(first)
	m.Follow = func(ctx context.Context, show func(context.Context, chat.Message) error) {
		for i := range n {
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				return
			}
			if i < n-1 {
				_ = show(ctx, text(fmt.Sprintf("%d giây", i+1)))
			}
		}
		_ = show(ctx, text(fmt.Sprintf("Xong sau %d giây.", n)))
	}
	return m
}

// unfinished: so many updates are left unfinished.
func (w *world) unfinished(want int) {
	w.Helper()
	left, err := w.journal.Unfinished(context.Background(), telegram.Name)
	if err != nil || len(left) != want {
		w.Errorf("%d updates are unfinished, want %d: %v", len(left), want, err)
	}
}

// paced: between the changes of a message is at least the pace, and together
// they keep within what Telegram allows.
func (w *world) paced(m telegramtest.Message) {
	w.Helper()
	for i := 2; i < len(m.Changed); i++ {
		if d := m.Changed[i].Sub(m.Changed[i-1]); d < chat.FollowPace {
			w.Errorf("edit %d comes %v after the one before", i, d)
		}
	}
	if n := w.Refused().Total(); n > 0 {
		w.Errorf("%d calls were too many", n)
	}
}

// A message that goes on changing is edited, at its pace, up to its last word;
// it is finished then, and nobody types meanwhile.
func TestFollow(t *testing.T) {
	for name, where := range map[string]int64{"private": an.ID, "group": group} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				w.Limit(telegramtest.Limits{All: 30, Chat: 1, PerGroup: 20, Bursts: true})
				w.receive(w.bot(nil), say(counting("Đang nạp…", 200), 0))
				w.Say(telegramtest.Said{From: an, Chat: where, Text: "/hoi"})
				synctest.Wait()
				if m := w.only(where); m.Text != "Đang nạp…" {
					t.Errorf("at first: %q", m.Text)
				}
				pass(100 * time.Second)
				if m := w.only(where); !strings.HasSuffix(m.Text, " giây") || m.Edits < 10 {
					t.Errorf("after 100 s: %q, edited %d times", m.Text, m.Edits)
				}
				w.unfinished(1)
				pass(104 * time.Second)
				m := w.only(where)
				if m.Text != "Xong sau 200 giây." {
					t.Errorf("in the end: %q", m.Text)
				}
				w.paced(m)
				w.unfinished(0)
				if n := w.Count("sendChatAction"); n != 0 {
					t.Errorf("it was seen to be typing %d times", n)
				}
			})
		})
	}
}

// What is done at once is not shown late.
func TestFollowAtOnce(t *testing.T) {
	in(t, func(w *world) {
		m := text("Đang nạp…")
		m.Follow = func(ctx context.Context, show func(context.Context, chat.Message) error) {
			_ = show(ctx, text("Xong."))
		}
		w.receive(w.bot(nil), say(m, 0))
		w.ask(an, "/naplai")
		if m := w.only(an.ID); m.Text != "Xong." || m.Edits != 1 || m.Changed[1].Sub(m.Changed[0]) != 0 {
			t.Errorf("got %+v", m)
		}
		w.unfinished(0)
	})
}

// The button's message goes on changing, or a new one does.
func TestFollowPress(t *testing.T) {
	for name, update := range map[string]bool{"in its place": true, "a new one": false} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				w.Limit(telegramtest.Limits{All: 30, Chat: 1, Bursts: true})
				answer := counting("Đang thêm…", 20)
				answer.Update = update
				m := pressed(w, func(_ context.Context, r chat.Request) (chat.Message, error) {
					if r.Button == "khác" {
						return chat.Message{Notice: "Đang làm rồi."}, nil
					}
					return answer, nil
				})
				w.Press(an, an.ID, m.ID, "trang:2")
				pass(10 * time.Second)
				// Other buttons of the message do not wait for it.
				w.Press(an, an.ID, m.ID, "khác")
				synctest.Wait()
				calls := w.Calls("answerCallbackQuery")
				if n := len(calls); n != 2 || calls[1].Params.Get("text") != "Đang làm rồi." {
					t.Errorf("%d presses were answered", n)
				}
				pass(12 * time.Second)
				all := w.Replies(an.ID)
				last := all[len(all)-1]
				if len(all) != 2 && !update || len(all) != 1 && update || last.Text != "Xong sau 20 giây." {
					t.Errorf("in the end: %q", texts(all))
				}
				w.paced(last)
				w.unfinished(0)
			})
		})
	}
}

// Many that go on changing leave the places to others, and the time for an
// answer does not bound them.
func TestFollowLeavesPlaces(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(func(o *telegram.Options) { o.Pending, o.Timeout = 2, 10*time.Second }),
			func(_ context.Context, r chat.Request) (chat.Message, error) {
				if r.Command == "naplai" {
					return counting("Đang nạp…", 120), nil
				}
				return text("Đáp: " + r.Text), nil
			})
		w.ask(an, "/naplai")
		w.ask(binh, "/naplai")
		id := int64(80)
		for range 5 {
			id++
			w.ask(telegramtest.User{ID: id}, "Ai?")
			if m := w.only(id); m.Text != "Đáp: Ai?" {
				t.Errorf("got %q", m.Text)
			}
		}
		pass(125 * time.Second)
		for _, who := range []int64{an.ID, binh.ID} {
			if m := w.only(who); m.Text != "Xong sau 120 giây." {
				t.Errorf("%d: %q", who, m.Text)
			}
		}
	})
}

// Answers in the same group do not wait for progress.
func TestFollowLeavesRoom(t *testing.T) {
	in(t, func(w *world) {
		w.Limit(telegramtest.Limits{All: 30, Chat: 1, PerGroup: 20, Bursts: true})
		w.receive(w.bot(nil), func(_ context.Context, r chat.Request) (chat.Message, error) {
			if r.Command == "hoi" {
				return counting("Đang nạp…", 600), nil
			}
			return text("Đáp: " + r.Text), nil
		})
		w.Say(telegramtest.Said{From: an, Chat: group, Text: "/hoi"})
		for range 5 {
			pass(90 * time.Second)
			before := len(w.Replies(group))
			w.Say(telegramtest.Said{From: binh, Chat: group, Text: "@TrichDanBot ai?"})
			synctest.Wait()
			if n := len(w.Replies(group)); n != before+1 {
				t.Errorf("%d answers at once", n-before)
			}
		}
		if n := w.Refused().Total(); n > 0 {
			t.Errorf("%d calls were too many", n)
		}
	})
}

// What goes wrong meanwhile: in the end the last word is there.
func TestFollowFails(t *testing.T) {
	for name, tt := range map[string]struct {
		fault  telegramtest.Fault
		method string
		want   string // in the end
		edits  int    // that were tried, at most; 0: any number
	}{
		"flood":        {fault: telegramtest.Fault{Status: 429, RetryAfter: 7}},
		"long flood":   {fault: telegramtest.Fault{Status: 429, RetryAfter: 50}},
		"500":          {fault: telegramtest.Fault{Status: 500, Times: 3}},
		"no answer":    {fault: telegramtest.Fault{Hang: true}},
		"lost":         {fault: telegramtest.Fault{Drop: true, Done: true}},
		"rejected":     {fault: telegramtest.Fault{Status: 400, Description: "Bad Request: BUTTON_DATA_INVALID"}},
		"not modified": {fault: telegramtest.Fault{Status: 400, Description: "Bad Request: message is not modified"}},
		"deleted": {
			fault: telegramtest.Fault{Status: 400, Description: "Bad Request: message to edit not found", Times: -1},
			want:  "Đang nạp…;Xong sau 30 giây.", edits: 1,
		},
		"blocked": {
			fault: telegramtest.Fault{Status: 403, Description: "Forbidden: bot was blocked by the user", Times: -1},
			want:  "Đang nạp…", edits: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				w.receive(w.bot(nil), say(counting("Đang nạp…", 30), 0))
				w.ask(an, "/naplai")
				pass(5 * time.Second)
				before := w.Count("editMessageText")
				w.Fail("editMessageText", tt.fault)
				pass(3 * time.Minute)
				want := tt.want
				if want == "" {
					want = "Xong sau 30 giây."
				}
				all := w.Replies(an.ID)
				got := texts(all)
				if strings.HasPrefix(want, "Đang") { // it stays as it was when the fault began
					got[0] = "Đang nạp…"
				}
				if strings.Join(got, ";") != want {
					t.Errorf("in the end: %q, want %q", got, want)
				}
				if n := w.Count("editMessageText") - before; tt.edits > 0 && n > tt.edits {
					t.Errorf("%d edits were tried", n)
				}
				if tt.fault.RetryAfter > 0 {
					calls := w.Calls("editMessageText")
					for i, c := range calls {
						if c.Status == 429 && i+1 < len(calls) {
							if d := calls[i+1].At.Sub(c.At); d < time.Duration(tt.fault.RetryAfter)*time.Second {
								t.Errorf("after being told to wait for %d s it waits for %v", tt.fault.RetryAfter, d)
							}
						}
					}
				}
				w.unfinished(0)
			})
		})
	}
}

// A panic while it goes on: the person is told, and others are answered.
func TestFollowPanics(t *testing.T) {
	in(t, func(w *world) {
		m := text("Đang nạp…")
		m.Follow = func(ctx context.Context, show func(context.Context, chat.Message) error) {
			_ = show(ctx, text("50 %"))
			<-time.After(5 * time.Second)
			panic("lỗi thử")
		}
		w.receive(w.bot(nil), say(m, 0))
		w.ask(an, "/naplai")
		pass(20 * time.Second)
		if m := w.only(an.ID); m.Text != phrases.Failed {
			t.Errorf("got %q", m.Text)
		}
		w.unfinished(0)
		if w.log.count("lỗi thử") == 0 {
			t.Error("the log does not say why")
		}
	})
}

// When the process ends meanwhile, the next one goes on, with the same message.
func TestFollowGoesOn(t *testing.T) {
	for _, how := range []string{"question", "press", "press, a new message"} {
		t.Run(how, func(t *testing.T) {
			in(t, func(w *world) {
				times := 0
				h := func(_ context.Context, r chat.Request) (chat.Message, error) {
					if r.Text == "danh sách" {
						m := text("Có nút.")
						m.Buttons = [][]chat.Button{{{Text: "Nạp", Data: "nap"}}}
						return m, nil
					}
					times++
					m := counting(fmt.Sprintf("Đang nạp, lần %d…", times), 60)
					m.Update = how == "press"
					return m, nil
				}
				stop := w.receive(w.bot(nil), h)
				if how == "question" {
					w.ask(an, "/naplai")
				} else {
					w.ask(an, "danh sách")
					w.Press(an, an.ID, w.only(an.ID).ID, "nap")
				}
				pass(20 * time.Second)
				all := w.Replies(an.ID)
				before := all[len(all)-1]
				begun := time.Now()
				if err := stop(); err == nil || time.Since(begun) > 2*time.Second {
					t.Errorf("it ended with %v after %v", err, time.Since(begun))
				}
				w.unfinished(1)

				w.receive(w.bot(nil), h)
				pass(30 * time.Second)
				w.unfinished(1)
				pass(time.Minute)
				w.unfinished(0)
				all = w.Replies(an.ID)
				after := all[len(all)-1]
				if times != 2 || after.ID != before.ID || after.Text != "Xong sau 60 giây." {
					t.Errorf("handled %d times; %q in message %d, it was in %d", times, texts(all), after.ID, before.ID)
				}
			})
		})
	}
}

// The question is edited: what it asks now takes the place of what goes on.
func TestFollowOvertaken(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), func(_ context.Context, r chat.Request) (chat.Message, error) {
			if r.Command == "naplai" {
				return counting("Đang nạp…", 600), nil
			}
			return text("Đáp: " + r.Text), nil
		})
		id := w.ask(an, "/naplai")
		pass(20 * time.Second)
		w.Edit(an.ID, id, "Ai?")
		pass(time.Minute)
		if m := w.only(an.ID); m.Text != "Đáp: Ai?" {
			t.Errorf("got %q", m.Text)
		}
		w.unfinished(0)
	})
}
