package telegram_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/telegram/telegramtest"
)

// pressed prepares a chat in which the bot has said something with a button,
// and gives the message.
func pressed(w *world, h chat.Handler) telegramtest.Message {
	w.Helper()
	first := text("Trang 1.")
	first.Buttons = [][]chat.Button{{{Text: "Sau", Data: "trang:2"}}}
	w.receive(w.bot(nil), func(ctx context.Context, r chat.Request) (chat.Message, error) {
		if r.Button == "" {
			return first, nil
		}
		return h(ctx, r)
	})
	w.ask(an, "danh sách")
	return w.only(an.ID)
}

func TestPress(t *testing.T) {
	second := text("Trang 2.")
	second.Update = true
	gone := errors.New("gone")
	for name, tt := range map[string]struct {
		says   chat.Message
		err    error
		after  time.Duration
		notice []string // of the one answer to the press
		want   string   // the messages in the end
	}{
		"update":               {says: second, notice: []string{""}, want: "Trang 2."},
		"notice":               {says: chat.Message{Notice: "Cảm ơn."}, notice: []string{"Cảm ơn."}, want: "Trang 1."},
		"update with notice":   {says: chat.Message{Text: "Trang 2.", Update: true, Notice: "Xong."}, notice: []string{"Xong."}, want: "Trang 2."},
		"a new message":        {says: text("Thêm."), notice: []string{""}, want: "Trang 1.;Thêm."},
		"nothing":              {notice: []string{""}, want: "Trang 1."},
		"the same again":       {says: chat.Message{Text: "Trang 1.", Update: true, Buttons: [][]chat.Button{{{Text: "Sau", Data: "trang:2"}}}}, notice: []string{""}, want: "Trang 1."},
		"failed":               {err: gone, notice: []string{phrases.Failed}, want: "Trang 1."},
		"failed with words":    {says: chat.Message{Notice: "Hết hạn."}, err: gone, notice: []string{"Hết hạn."}, want: "Trang 1."},
		"late update":          {says: second, after: 5 * time.Second, notice: []string{phrases.Searching}, want: "Trang 2."},
		"late notice":          {says: chat.Message{Notice: "Cảm ơn."}, after: 5 * time.Second, notice: []string{phrases.Searching}, want: "Trang 1.;Cảm ơn."},
		"a very long notice":   {says: chat.Message{Notice: strings.Repeat("👍", 300)}, notice: []string{strings.Repeat("👍", 99) + "…"}, want: "Trang 1."},
		"nearly late notice":   {says: chat.Message{Notice: "Cảm ơn."}, after: time.Second, notice: []string{"Cảm ơn."}, want: "Trang 1."},
		"later than it may be": {says: second, after: 2 * time.Hour, notice: []string{phrases.Searching}, want: "Trang 1.;" + phrases.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				m := pressed(w, func(ctx context.Context, r chat.Request) (chat.Message, error) {
					if r.Button != "trang:2" || !r.Direct || r.User != "71" || r.Text != "" || r.Lang != chat.Vietnamese || r.ID == "" {
						t.Errorf("asked %+v", r)
					}
					if tt.err != nil {
						return tt.says, tt.err
					}
					return say(tt.says, tt.after)(ctx, r)
				})
				w.Press(an, an.ID, m.ID, "trang:2")
				pass(3 * time.Minute)
				var notices []string
				for _, c := range w.Calls("answerCallbackQuery") {
					notices = append(notices, c.Params.Get("text"))
				}
				if len(notices) != 1 || notices[0] != tt.notice[0] {
					t.Errorf("answered with %q, want %q", notices, tt.notice)
				}
				if got := strings.Join(texts(w.Replies(an.ID)), ";"); got != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// A press that Telegram takes no answer to any more is one all the same; so is
// one whose answer gets lost.
func TestPressCannotBeAnswered(t *testing.T) {
	second := text("Trang 2.")
	second.Update = true
	for name, prepare := range map[string]func(w *world){
		"hang": func(w *world) { w.Fail("answerCallbackQuery", telegramtest.Fault{Hang: true}) },
		"500":  func(w *world) { w.Fail("answerCallbackQuery", telegramtest.Fault{Status: 500, Body: "<html>"}) },
		"old": func(w *world) {
			w.Fail("answerCallbackQuery", telegramtest.Fault{Status: 400, Description: "Bad Request: query is too old and response timeout expired or query ID is invalid"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				m := pressed(w, say(second, 0))
				prepare(w)
				w.Press(an, an.ID, m.ID, "trang:2")
				synctest.Wait()
				if m := w.only(an.ID); m.Text != "Trang 2." {
					t.Errorf("got %q", m.Text)
				}
				pass(time.Minute)
				left, err := w.journal.Unfinished(w.Context(), "telegram")
				if err != nil || len(left) != 0 {
					t.Errorf("unfinished: %d, %v", len(left), err)
				}
			})
		})
	}
}

// The message is too old to be seen by bots, or deleted: a new one follows.
func TestPressUnderLostMessage(t *testing.T) {
	second := text("Trang 2.")
	second.Update = true
	in(t, func(w *world) {
		pressed(w, say(second, 0))
		w.Press(an, an.ID, 4000, "trang:2")
		pass(10 * time.Second)
		if got := strings.Join(texts(w.Replies(an.ID)), ";"); got != "Trang 1.;Trang 2." {
			t.Errorf("got %q", got)
		}
	})
}

// In a group a late notice is not said to everybody.
func TestLateNoticeInGroup(t *testing.T) {
	in(t, func(w *world) {
		pressed(w, say(chat.Message{Notice: "Cảm ơn."}, 5*time.Second))
		w.Say(telegramtest.Said{From: an, Chat: group, Text: "/hoi"})
		synctest.Wait()
		w.Press(binh, group, w.only(group).ID, "trang:2")
		pass(time.Minute)
		if m := w.only(group); m.Text != "Trang 1." {
			t.Errorf("got %q", m.Text)
		}
	})
}

// Two presses of the same buttons are answered one after the other.
func TestPressesInTurn(t *testing.T) {
	in(t, func(w *world) {
		m := pressed(w, func(_ context.Context, r chat.Request) (chat.Message, error) {
			if r.Button == "một" {
				<-time.After(time.Second)
			}
			return chat.Message{Text: "Sau " + r.Button, Update: true}, nil
		})
		w.Press(an, an.ID, m.ID, "một")
		w.Press(an, an.ID, m.ID, "hai")
		pass(10 * time.Second)
		if m := w.only(an.ID); m.Text != "Sau hai" || m.Edits != 2 {
			t.Errorf("got %+v", m)
		}
	})
}

// A press under a message that is not in a chat of the bot, or of a game.
func TestPressWithoutMessage(t *testing.T) {
	in(t, func(w *world) {
		pressed(w, func(context.Context, chat.Request) (chat.Message, error) {
			t.Error("the handler is asked")
			return chat.Message{}, nil
		})
		w.Update(0, `"callback_query":{"id":"77","from":{"id":71},"inline_message_id":"x","data":"y"}`)
		w.Update(0, `"callback_query":{"id":"78","from":{"id":71},"message":{"message_id":1,"chat":{"id":71,"type":"private"}},"game_short_name":"z"}`)
		synctest.Wait()
		if n := w.Count("answerCallbackQuery"); n != 2 {
			t.Errorf("%d presses were answered", n)
		}
	})
}
