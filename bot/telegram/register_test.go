package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
)

func TestCommandsRegistered(t *testing.T) {
	in(t, func(w *world) {
		w.AddChat(telegramtest.Chat{ID: an.ID, Type: "private"})
		start := func(change func(*telegram.Options)) {
			stop := w.receive(w.bot(func(o *telegram.Options) {
				o.Admins = []string{"71", "72", "An"}
				if change != nil {
					change(o)
				}
			}), new(echo).handle)
			pass(time.Minute)
			if err := stop(); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
		start(nil)
		sets := w.CommandSets()
		for key, want := range map[string]string{
			"default":              "[{hoi trả lời kèm trích dẫn}]",
			"default vi":           "[{hoi trả lời kèm trích dẫn}]",
			"default en":           "[{ask answers with quotes}]",
			"all_private_chats":    "[{hoi trả lời kèm trích dẫn}]",
			"all_group_chats en":   "[{ask answers with quotes}]",
			"all_private_chats vi": "[{hoi trả lời kèm trích dẫn}]",
			"chat 71":              "[{hoi trả lời kèm trích dẫn} {trangthai tình trạng} {them thêm bài}]",
			"chat 71 en":           "[{ask answers with quotes} {status how it is going} {add adds an article}]",
		} {
			if got := fmt.Sprint(sets[key]); got != want {
				t.Errorf("%s: got %s, want %s", key, got, want)
			}
		}
		if len(sets) != 12 {
			t.Errorf("%d sets: %v", len(sets), sets)
		}
		n := w.Count("setMyCommands")
		start(nil)
		// Only those of the admin who has no chat with the bot are tried again.
		if got := w.Count("setMyCommands") - n; got != 1 {
			t.Errorf("%d calls at the next start, without a change", got)
		}
		w.AddChat(telegramtest.Chat{ID: binh.ID, Type: "private"})
		start(func(o *telegram.Options) {
			o.Commands[0].Help = map[chat.Lang]string{chat.Vietnamese: "hỏi kho bài"}
		})
		sets = w.CommandSets()
		if got := fmt.Sprint(sets["default"], sets["default en"], len(sets)); got != "[{hoi hỏi kho bài}] [{ask hỏi kho bài}] 15" {
			t.Errorf("after a change: got %s", got)
		}
	})
}

// A server that knows no commands does no harm.
func TestCommandsNotRegistered(t *testing.T) {
	in(t, func(w *world) {
		w.Fail("setMyCommands", telegramtest.Fault{Status: 500, Body: `{"message":"Route not found"}`, Times: -1})
		w.receive(w.bot(nil), new(echo).handle)
		w.ask(an, "Ai?")
		w.only(an.ID)
		pass(time.Minute)
		if n := w.Count("setMyCommands"); n != 1 || w.log.count("the commands are not registered") != 1 {
			t.Errorf("%d calls", n)
		}
	})
}

func TestCommandsRegisteredSlowly(t *testing.T) {
	in(t, func(w *world) {
		w.Fail("setMyCommands", telegramtest.Fault{Status: 429, RetryAfter: 5})
		w.receive(w.bot(nil), new(echo).handle)
		pass(time.Minute)
		if n := len(w.CommandSets()); n != 9 {
			t.Errorf("%d sets", n)
		}
	})
}

// Names that Telegram would refuse do not keep the others from it.
func TestCommandsThatCannotBeRegistered(t *testing.T) {
	in(t, func(w *world) {
		help := map[chat.Lang]string{chat.Vietnamese: "giúp"}
		w.receive(w.bot(func(o *telegram.Options) {
			o.Commands = []chat.Command{{Name: "hỏi", Help: help}, {Name: "Hoi", Help: help}, {Name: "im", Help: nil}, {Name: "ok", Help: help}}
		}), new(echo).handle)
		pass(time.Minute)
		if got := fmt.Sprint(w.CommandSets()["default"]); got != "[{ok giúp}]" {
			t.Errorf("got %s", got)
		}
	})
}
