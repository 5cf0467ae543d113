package telegram_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
)

func TestAddressed(t *testing.T) { in(t, addressed) }

func addressed(w *world) {
	t := w.T
	e := new(echo)
	bot := w.bot(nil)
	w.receive(bot, e.handle)
	// The bot says message 1 in the group, An message 2.
	if _, err := bot.Send(w.Context(), chat.Post{To: chat.Ref{Platform: telegram.Name, Chat: fmt.Sprint(group)}, Message: text("Chào.")}); err != nil {
		t.Fatal(err)
	}
	w.Say(telegramtest.Said{From: an, Chat: group, Text: "Chào."})
	photo := map[string]any{"photo": []any{map[string]any{"file_id": "x"}}}
	with := func(fields map[string]any, more ...any) map[string]any {
		all := map[string]any{}
		for k, v := range fields {
			all[k] = v
		}
		for i := 0; i < len(more); i += 2 {
			all[more[i].(string)] = more[i+1]
		}
		return all
	}
	for _, tt := range []struct {
		name string
		said telegramtest.Said
		want string // command|text, "" if it is not for the bot
	}{
		{"private question", telegramtest.Said{Text: "Ai đó?"}, "|Ai đó?"},
		{"private command", telegramtest.Said{Text: "/hoi Ai đó?"}, "hoi|Ai đó?"},
		{"with a line break", telegramtest.Said{Text: "/hoi\nAi đó?"}, "hoi|Ai đó?"},
		{"with accents", telegramtest.Said{Text: "/hỏi Ai?"}, "hỏi|Ai?"},
		{"of this bot", telegramtest.Said{Text: "/hoi@trichdanbot Ai?"}, "hoi|Ai?"},
		{"of another bot", telegramtest.Said{Text: "/hoi@OtherBot Ai?"}, ""},
		{"unknown in private", telegramtest.Said{Text: "/gi_do 5"}, "gi_do|5"},
		{"start", telegramtest.Said{Text: "/start ref_1"}, "start|ref_1"},
		{"a path", telegramtest.Said{Text: "/5/2023 có gì?"}, "|/5/2023 có gì?"},
		{"a slash", telegramtest.Said{Text: "/ là gì?"}, "|/ là gì?"},
		{"two slashes", telegramtest.Said{Text: "/a/b là gì?"}, "|/a/b là gì?"},
		{"mention in private", telegramtest.Said{Text: "@TrichDanBot ai?"}, "|ai?"},
		{"picture in private", telegramtest.Said{More: photo}, "|"},
		{"picture with words", telegramtest.Said{More: with(photo, "caption", "/hoi ai đây?")}, "hoi|ai đây?"},
		{"picture of an album", telegramtest.Said{More: with(photo, "media_group_id", "7")}, ""},
		{"service message in private", telegramtest.Said{More: map[string]any{"pinned_message": map[string]any{}}}, ""},
		{"spaces", telegramtest.Said{Text: "  "}, ""},

		{"group talk", telegramtest.Said{Chat: group, Text: "Ai đó?"}, ""},
		{"group command", telegramtest.Said{Chat: group, Text: "/hoi Ai?"}, "hoi|Ai?"},
		{"group alias", telegramtest.Said{Chat: group, Text: "/ask Ai?"}, "ask|Ai?"},
		{"group command with accents", telegramtest.Said{Chat: group, Text: "/hỏi Ai?"}, "hỏi|Ai?"},
		{"group command of another bot", telegramtest.Said{Chat: group, Text: "/play bài hát"}, ""},
		{"group command for another bot", telegramtest.Said{Chat: group, Text: "/hoi@OtherBot Ai?"}, ""},
		{"group unknown command for this", telegramtest.Said{Chat: group, Text: "/play@TrichDanBot x"}, "play|x"},
		{"mention before", telegramtest.Said{Chat: group, Text: "@TrichDanBot ai đó?"}, "|ai đó?"},
		{"mention with a comma", telegramtest.Said{Chat: group, Text: "@TrichDanBot, ai đó?"}, "|ai đó?"},
		{"mention behind", telegramtest.Said{Chat: group, Text: "Ai đó @trichdanbot"}, "|Ai đó"},
		{"mention inside", telegramtest.Said{Chat: group, Text: "Này @TrichDanBot ai đó?"}, "|Này ai đó?"},
		{"mention and mark", telegramtest.Said{Chat: group, Text: "Ai đó @TrichDanBot?"}, "|Ai đó ?"},
		{"mention alone", telegramtest.Said{Chat: group, Text: "@TrichDanBot"}, "|"},
		{"mention of another", telegramtest.Said{Chat: group, Text: "@TrichDanBot2 ai?"}, ""},
		{"mention in an address", telegramtest.Said{Chat: group, Text: "gửi a@TrichDanBot ai?"}, ""},
		{"mention and command", telegramtest.Said{Chat: group, Text: "@TrichDanBot /hoi ai?"}, "hoi|ai?"},
		{"two mentions", telegramtest.Said{Chat: group, Text: "@TrichDanBot @ban_an ai?"}, "|@ban_an ai?"},
		{"mention by ID", telegramtest.Said{Chat: group, Text: "👩‍👧 Bot ai?", More: map[string]any{"entities": []any{
			map[string]any{"type": "text_mention", "offset": 6, "length": 3, "user": map[string]any{"id": 123456}}}}}, "|👩‍👧     ai?"},
		{"odd entities", telegramtest.Said{Chat: group, Text: "ai?", More: map[string]any{"entities": []any{
			map[string]any{"type": "text_mention", "offset": 2, "length": 9223372036854775807, "user": map[string]any{"id": 123456}},
			map[string]any{"type": "text_mention", "offset": -1, "length": 2, "user": map[string]any{"id": 123456}}}}}, ""},
		{"mention in a caption", telegramtest.Said{Chat: group, More: with(photo, "caption", "@TrichDanBot ai đây?")}, "|ai đây?"},
		{"picture in a group", telegramtest.Said{Chat: group, More: photo}, ""},
		{"reply to the bot", telegramtest.Said{Chat: group, Text: "Còn gì nữa?", ReplyTo: 1}, "|Còn gì nữa?"},
		{"unknown command in reply", telegramtest.Said{Chat: group, Text: "/play x", ReplyTo: 1}, "play|x"},
		{"reply to a person", telegramtest.Said{Chat: group, Text: "Còn gì nữa?", ReplyTo: 2}, ""},
		{"somebody joins", telegramtest.Said{Chat: group, More: map[string]any{"new_chat_members": []any{}}}, ""},
		{"another bot", telegramtest.Said{Chat: group, Text: "/hoi ai?", From: telegramtest.User{ID: 9, IsBot: true}}, ""},
		{"forwarded from the channel", telegramtest.Said{Chat: group, Text: "/hoi ai?", More: map[string]any{"is_automatic_forward": true, "sender_chat": map[string]any{"id": channel}}}, ""},
		{"said by this bot for somebody", telegramtest.Said{Text: "Ai?", More: map[string]any{"via_bot": map[string]any{"id": 123456}}}, ""},
		{"anonymous admin", telegramtest.Said{Chat: group, As: group, Text: "/hoi ai?"}, "hoi|ai?"},
		{"topic", telegramtest.Said{Chat: forum, Thread: 7, Text: "@TrichDanBot ai?"}, "|ai?"},
		{"talk in a topic that the bot began", telegramtest.Said{Chat: forum, Thread: 1, Text: "Ai?", More: map[string]any{
			"reply_to_message": map[string]any{"message_id": 1, "from": map[string]any{"id": 123456}, "chat": map[string]any{"id": forum}, "forum_topic_created": map[string]any{}}}}, ""},
		{"channel", telegramtest.Said{Chat: channel, Text: "/hoi ai?"}, "hoi|ai?"},
		{"post", telegramtest.Said{Chat: channel, Text: "@TrichDanBot ai?"}, ""},
		{"post of a command of another bot", telegramtest.Said{Chat: channel, Text: "/play x"}, ""},
	} {
		if tt.said.From.ID == 0 {
			tt.said.From = an
		}
		before := len(e.all())
		shown := len(w.Replies(tt.said.Chat))
		w.Say(tt.said)
		pass(time.Minute) // the limit for groups
		got, all := "", e.all()
		if len(all) > before {
			got = all[before].Command + "|" + all[before].Text
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		if n := len(w.Replies(tt.said.Chat)) - shown; tt.said.Chat != 0 && (n == 1) != (tt.want != "") {
			t.Errorf("%s: %d replies", tt.name, n)
		}
	}
}

func TestWhoAsks(t *testing.T) {
	in(t, func(w *world) {
		e := new(echo)
		w.receive(w.bot(nil), e.handle)
		w.SetMember(group, an.ID, "administrator")
		w.SetMember(group, 73, "creator")
		for _, tt := range []struct {
			said    telegramtest.Said
			chat    string
			thread  string
			user    string
			lang    chat.Lang
			direct  bool
			manages bool
		}{
			{telegramtest.Said{From: an, Text: "x"}, "71", "", "71", chat.Vietnamese, true, true},
			{telegramtest.Said{From: binh, Text: "x"}, "72", "", "72", chat.English, true, true},
			{telegramtest.Said{From: telegramtest.User{ID: 74, Language: "enm"}, Text: "x"}, "74", "", "74", chat.Vietnamese, true, true},
			{telegramtest.Said{From: telegramtest.User{ID: 73}, Text: "x"}, "73", "", "73", "", true, true},
			{telegramtest.Said{From: an, Chat: group, Text: "/hoi x"}, "-400", "", "71", chat.Vietnamese, false, true},
			{telegramtest.Said{From: telegramtest.User{ID: 73}, Chat: group, Text: "/hoi x"}, "-400", "", "73", "", false, true},
			{telegramtest.Said{From: binh, Chat: group, Text: "/hoi x"}, "-400", "", "72", chat.English, false, false},
			// A reply in a group without topics has a thread that is none.
			{telegramtest.Said{From: binh, Chat: group, Thread: 5, Text: "/hoi x"}, "-400", "", "72", chat.English, false, false},
			{telegramtest.Said{From: binh, Chat: forum, Thread: 5, Text: "/hoi x"}, fmt.Sprint(forum), "5", "72", chat.English, false, false},
			{telegramtest.Said{Chat: group, As: group, Text: "/hoi x"}, "-400", "", "", "", false, true},
			{telegramtest.Said{Chat: group, As: -1000000000999, Text: "/hoi x"}, "-400", "", "-1000000000999", "", false, false},
			{telegramtest.Said{Chat: channel, Text: "/hoi x"}, fmt.Sprint(channel), "", "", "", false, true},
		} {
			id := w.Say(tt.said)
			synctest.Wait()
			all := e.all()
			r := all[len(all)-1]
			if r.Ref != (chat.Ref{Platform: "telegram", Chat: tt.chat, Thread: tt.thread}) || r.User != tt.user || r.Lang != tt.lang || r.Direct != tt.direct || r.ID != fmt.Sprint(id) {
				t.Errorf("%+v: got %+v", tt.said, r)
			}
			if may, err := r.MayManage(w.Context()); may != tt.manages || err != nil {
				t.Errorf("%+v: may manage: %v, %v", tt.said, may, err)
			}
		}
		w.Say(telegramtest.Said{From: an, Chat: group, Text: "/hoi y"})
		synctest.Wait()
		all := e.all()
		w.Fail("getChatMember", telegramtest.Fault{Status: 400, Description: "Bad Request: CHAT_ADMIN_REQUIRED"})
		if may, err := all[len(all)-1].MayManage(w.Context()); may || err == nil {
			t.Errorf("not known: %v, %v", may, err)
		}
	})
}
