package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
)

func TestRepliesToTheQuestion(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), say(text("Đây."), 0))
		id := w.ask(an, "Đâu?")
		m := w.only(an.ID)
		if m.ReplyTo != id || m.Preview || m.Thread != 0 {
			t.Errorf("got %+v, want a reply to %d without a preview", m, id)
		}
		id = w.Say(telegramtest.Said{From: an, Chat: forum, Thread: 9, Text: "/hoi Đâu?"})
		synctest.Wait()
		if m := w.only(forum); m.ReplyTo != id || m.Thread != 9 {
			t.Errorf("in a topic: got %+v", m)
		}
		if n := w.Count("sendChatAction"); n != 0 {
			t.Errorf("%d chat actions for fast answers", n)
		}
	})
}

// A late answer takes the place of what says that it is late; until it comes
// the bot is seen to be typing.
func TestLateAnswer(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), say(text("Đây."), 12*time.Second))
		w.Say(telegramtest.Said{From: an, Chat: forum, Thread: 9, Text: "/hoi Đâu?"})
		pass(2 * time.Second)
		if len(w.Replies(forum)) != 0 {
			t.Error("it has no patience")
		}
		pass(2 * time.Second)
		if m := w.only(forum); m.Text != phrases.Searching || m.Thread != 9 || m.ReplyTo == 0 {
			t.Errorf("after 4 s: %+v", m)
		}
		pass(10 * time.Second)
		if m := w.only(forum); m.Text != "Đây." || m.Edits != 1 {
			t.Errorf("the answer: %+v", m)
		}
		calls := w.Calls("sendChatAction")
		if len(calls) != 3 || calls[0].Params.Get("message_thread_id") != "9" {
			t.Errorf("%d chat actions in 12 s, want 3: %v", len(calls), calls)
		}
		pass(time.Minute)
		if n := w.Count("sendChatAction"); n != 3 {
			t.Errorf("%d chat actions, some after the answer", n)
		}
	})
}

// Where there is nothing to be said after all, nothing stays.
func TestNothingToSayLate(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), say(chat.Message{}, 5*time.Second))
		id := w.ask(an, "Đâu?")
		pass(4 * time.Second)
		if m := w.only(an.ID); m.Text != phrases.Searching {
			t.Errorf("got %q", m.Text)
		}
		pass(2 * time.Second)
		if all := w.Replies(an.ID); len(all) != 0 {
			t.Errorf("left: %v", texts(all))
		}
		got, err := w.journal.ReplyTo(w.Context(), chat.Ref{Platform: telegram.Name, Chat: "71"}, strconv.Itoa(id))
		if err != nil || got != "" {
			t.Errorf("the reply is still known as %q, %v", got, err)
		}
	})
}

// Somebody else has deleted what is to be taken back.
func TestNothingToTakeBack(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), say(chat.Message{}, 5*time.Second))
		w.ask(an, "Đâu?")
		w.Fail("deleteMessage", telegramtest.Fault{Status: 400, Description: "Bad Request: message to delete not found"})
		pass(10 * time.Second)
		if w.Count("deleteMessage") != 1 || strings.Contains(w.log.all(), "level=WARN") {
			t.Errorf("%d calls, or a warning", w.Count("deleteMessage"))
		}
	})
}

// Without the placeholder the answer comes all the same.
func TestPlaceholderFails(t *testing.T) {
	for name, f := range map[string]telegramtest.Fault{"hang": {Hang: true}, "500": {Status: 500}, "flood": {Status: 429, RetryAfter: 4}} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				w.receive(w.bot(nil), say(text("Đây."), 6*time.Second))
				w.ask(an, "Đâu?")
				pass(2 * time.Second)
				w.Fail("sendMessage", f)
				pass(20 * time.Second)
				if m := w.only(an.ID); m.Text != "Đây." || m.Edits != 0 {
					t.Errorf("got %+v", m)
				}
			})
		})
	}
}

func TestHandlerTooLate(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(func(o *telegram.Options) { o.Timeout = 10 * time.Second }), say(text("Đây."), time.Hour))
		w.ask(an, "Đâu?")
		pass(11 * time.Second)
		if m := w.only(an.ID); m.Text != phrases.Failed {
			t.Errorf("got %q", m.Text)
		}
	})
}

// Chat actions may fail as they like.
func TestTypingFails(t *testing.T) {
	in(t, func(w *world) {
		w.Fail("sendChatAction", telegramtest.Fault{Hang: true, Times: -1})
		w.receive(w.bot(nil), say(text("Đây."), 2*time.Second))
		w.ask(an, "Đâu?")
		pass(2 * time.Second)
		if m := w.only(an.ID); m.Text != "Đây." {
			t.Errorf("got %q", m.Text)
		}
	})
}

func TestEdits(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), new(echo).handle)
		id := w.ask(an, "Ai?")
		w.Edit(an.ID, id, "Ai đó?")
		synctest.Wait()
		if m := w.only(an.ID); m.Text != "Đáp: |Ai đó?" || m.Edits != 1 || m.ReplyTo != id {
			t.Errorf("got %+v", m)
		}
		w.Edit(an.ID, id, "Ai đó?") // the same: Telegram says that nothing has changed
		synctest.Wait()
		if m := w.only(an.ID); m.Edits != 1 {
			t.Errorf("got %+v", m)
		}
		// In a group it was not for the bot before.
		id = w.Say(telegramtest.Said{From: an, Chat: group, Text: "Ai?"})
		synctest.Wait()
		if len(w.Replies(group)) != 0 {
			t.Error("it answered what was not for it")
		}
		w.Edit(group, id, "@TrichDanBot Ai?")
		synctest.Wait()
		if m := w.only(group); m.Text != "Đáp: |Ai?" || m.ReplyTo != id {
			t.Errorf("in a group: %+v", m)
		}
	})
}

// An edit waits for the answer to the question, and edits that.
func TestEditOvertakes(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), func(_ context.Context, r chat.Request) (chat.Message, error) {
			if r.Text == "cũ" {
				<-time.After(2 * time.Second)
			}
			return text("Đáp " + r.Text), nil
		})
		id := w.Say(telegramtest.Said{From: an, Text: "cũ"})
		w.Edit(an.ID, id, "mới")
		w.Edit(an.ID, id, "mới hơn")
		pass(10 * time.Second)
		if m := w.only(an.ID); m.Text != "Đáp mới hơn" {
			t.Errorf("got %+v", m)
		}
	})
}

// Where the reply cannot be edited any more a new one comes.
func TestReplyCannotBeEdited(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), new(echo).handle)
		id := w.ask(an, "Ai?")
		w.Fail("editMessageText", telegramtest.Fault{Status: 400, Description: "Bad Request: message can't be edited"})
		w.Edit(an.ID, id, "Ai đó?")
		pass(5 * time.Second)
		if got := fmt.Sprint(texts(w.Replies(an.ID))); got != "[Đáp: |Ai? Đáp: |Ai đó?]" {
			t.Errorf("got %s", got)
		}
	})
}

// The process ends while a question is being answered: the next one answers it,
// in the place of what was said so far.
func TestEndedAndStartedAgain(t *testing.T) {
	in(t, func(w *world) {
		entered := make(chan chat.Request, 2)
		stop := w.receive(w.bot(nil), func(ctx context.Context, r chat.Request) (chat.Message, error) {
			entered <- r
			<-ctx.Done()
			return chat.Message{}, ctx.Err()
		})
		w.ask(an, "Một?")
		w.ask(binh, "Hai?")
		<-entered
		pass(5 * time.Second)
		if m := w.only(an.ID); m.Text != phrases.Searching {
			t.Errorf("got %q", m.Text)
		}
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		left, err := w.journal.Unfinished(w.Context(), telegram.Name)
		if err != nil || len(left) != 2 {
			t.Errorf("unfinished: %d, %v", len(left), err)
		}
		e := new(echo)
		w.receive(w.bot(nil), e.handle)
		for _, u := range []telegramtest.User{an, binh} {
			if m := w.only(u.ID); !strings.HasPrefix(m.Text, "Đáp: |") || m.Edits != 1 {
				t.Errorf("got %+v", m)
			}
		}
		if asked := e.all(); len(asked) != 2 {
			t.Errorf("asked %d times", len(asked))
		}
	})
}

// An answer that is on its way when the process ends is not sent again.
func TestEndsWhileSending(t *testing.T) {
	in(t, func(w *world) {
		stop := w.receive(w.bot(nil), say(text("Đây."), 0))
		arrived := make(chan struct{})
		w.Fail("sendMessage", telegramtest.Fault{Delay: time.Second, Arrived: arrived})
		w.Say(telegramtest.Said{From: an, Text: "Đâu?"})
		<-arrived
		if err := stop(); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		w.receive(w.bot(nil), say(text("Đây."), 0))
		w.only(an.ID)
	})
}

// An answer is not lost to what passes.
func TestAnswerIsTriedAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		fault   telegramtest.Fault
		repeats int // messages too many
	}{
		"500":            {telegramtest.Fault{Status: 500, Description: "Internal Server Error"}, 0},
		"three times":    {telegramtest.Fault{Status: 502, Body: "<html>", Times: 3}, 0},
		"lost":           {telegramtest.Fault{Drop: true}, 0},
		"arrived anyway": {telegramtest.Fault{Drop: true, Done: true}, 1},
		"hang":           {telegramtest.Fault{Hang: true}, 0},
		"flood":          {telegramtest.Fault{Status: 429, Description: "Too Many Requests: retry after 30", RetryAfter: 30}, 0},
		"flood twice":    {telegramtest.Fault{Status: 429, Description: "Too Many Requests: retry after 40", RetryAfter: 40, Times: 2}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				w.receive(w.bot(nil), say(text("Đây."), 0))
				w.Fail("sendMessage", tt.fault)
				begun := time.Now()
				w.Say(telegramtest.Said{From: an, Text: "Đâu?"})
				calls, err := w.WaitCalls(w.Context(), 1+max(tt.fault.Times, 1), func(c telegramtest.Call) bool { return c.Method == "sendMessage" })
				if err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if got := w.Replies(an.ID); len(got) != 1+tt.repeats {
					t.Errorf("got %v", texts(got))
				}
				if d := calls[1].At.Sub(begun); d < time.Duration(tt.fault.RetryAfter)*time.Second || d > 70*time.Second {
					t.Errorf("again after %v", d)
				}
				if tt.repeats > 0 && w.log.count("may repeat it") != 1 {
					t.Error("the log does not say that a message may be repeated")
				}
				left, err := w.journal.Unfinished(w.Context(), telegram.Name)
				if err != nil || len(left) != 0 {
					t.Errorf("unfinished: %d, %v", len(left), err)
				}
			})
		})
	}
}

// What never passes ends in the log.
func TestAnswerGivenUp(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), say(text("Đây."), 0))
		w.Fail("sendMessage", telegramtest.Fault{Status: 500, Description: "Internal Server Error", Times: -1})
		w.ask(an, "Đâu?")
		pass(12 * time.Minute)
		if n := w.Count("sendMessage"); n < 10 || n > 40 {
			t.Errorf("%d attempts", n)
		}
		left, err := w.journal.Unfinished(w.Context(), telegram.Name)
		if err != nil || len(left) != 0 || w.log.count("level=ERROR") == 0 {
			t.Errorf("unfinished: %d, %v", len(left), err)
		}
	})
}

// A chat that is told to wait is left alone meanwhile, and others are not.
func TestFloodOfOneChat(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), say(text("Đây."), 0))
		w.ask(an, "một")
		pass(20 * time.Second)
		w.Fail("sendMessage", telegramtest.Fault{Status: 429, RetryAfter: 60, Description: "Too Many Requests", Chat: an.ID})
		w.ask(an, "hai")
		w.ask(an, "ba")
		w.ask(binh, "bốn")
		if n := len(w.Replies(binh.ID)); n != 1 {
			t.Errorf("the other chat has %d answers", n)
		}
		pass(59 * time.Second)
		if n := len(w.Replies(an.ID)); n != 1 {
			t.Errorf("the chat that should be left alone has %d answers", n)
		}
		pass(5 * time.Second)
		if n := len(w.Replies(an.ID)); n != 3 {
			t.Errorf("it has %d answers in the end", n)
		}
	})
}

// A chat that had been quiet is told to wait: it is the bot that sends too much.
func TestFloodOfAll(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), say(text("Đây."), 0))
		w.Fail("sendMessage", telegramtest.Fault{Status: 429, RetryAfter: 3, Description: "Too Many Requests", Chat: an.ID})
		w.ask(an, "một")
		w.ask(binh, "hai")
		if n := len(w.Replies(binh.ID)); n != 0 {
			t.Error("the other chat is written to")
		}
		pass(4 * time.Second)
		w.only(an.ID)
		w.only(binh.ID)
	})
}

func TestClosedChats(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), say(text("Đây."), 0))
		w.Say(telegramtest.Said{From: an, Text: "Đâu?"})
		w.Block(an.ID, "bot was blocked by the user")
		synctest.Wait()
		w.Membership(group, an, "kicked")
		w.Membership(group, an, "member")
		w.Membership(binh.ID, binh, "kicked")
		w.Update(0, `"my_chat_member":{"chat":{"id":-5,"type":"supergroup"},"new_chat_member":{"status":"restricted","is_member":false}}`)
		w.Update(0, `"my_chat_member":{"chat":{"id":-6,"type":"channel"},"new_chat_member":{"status":"administrator"}}`)
		synctest.Wait()
		for _, want := range []string{
			"closed 71: Forbidden: bot was blocked by the user", "closed -400: removed from the chat", "opened -400",
			"closed 72: blocked by user", "closed -5: removed", "opened -6",
		} {
			if got := w.journal.all(); !strings.Contains(got, want) {
				t.Errorf("no %q in %s", want, got)
			}
		}
	})
}

// The group becomes a supergroup while it is answered: the answer goes there.
func TestMigration(t *testing.T) {
	for _, told := range []bool{false, true} {
		in(t, func(w *world) {
			w.receive(w.bot(nil), say(text("Đây."), 2*time.Second))
			w.Say(telegramtest.Said{From: an, Chat: group, Text: "/hoi Đâu?"})
			synctest.Wait()
			to := w.Migrate(group, told)
			pass(5 * time.Second)
			if m := w.only(to); m.Text != "Đây." {
				t.Errorf("told %v: got %+v", told, m)
			}
			if got := w.journal.all(); !strings.Contains(got, fmt.Sprintf("moved %d to %d", group, to)) {
				t.Errorf("told %v: the journal knows only of %s", told, got)
			}
			if len(w.Replies(group)) != 0 {
				t.Error("it was also sent to the old one")
			}
		})
	}
}

// The placeholder stands in the group, the answer goes to the supergroup.
func TestMigrationWithPlaceholder(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), say(text("Đây."), 6*time.Second))
		w.Say(telegramtest.Said{From: an, Chat: group, Text: "/hoi Đâu?"})
		pass(4 * time.Second)
		to := w.Migrate(group, false)
		pass(5 * time.Second)
		if m := w.only(to); m.Text != "Đây." {
			t.Errorf("got %+v", m)
		}
	})
}

// Should Telegram ever not understand the markup, the words go without it, and
// still ping nobody.
func TestMarkupRefused(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), say(text("Theo @nguoi_nao <b>đó</b>."), 0))
		w.Fail("sendMessage", telegramtest.Fault{Status: 400, Description: "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 3"})
		w.ask(an, "Ai?")
		m := w.only(an.ID)
		if m.Text != "Theo @nguoi_nao <b>đó</b>." || len(m.Pings()) != 0 {
			t.Errorf("got %+v", m)
		}
		if n := w.log.count("cannot read a message"); n != 1 || strings.Contains(w.log.all(), "nguoi_nao") {
			t.Errorf("logged %d times, or with the text", n)
		}
	})
}

// An answer that is refused is followed by words that are not.
func TestAnswerRefused(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), say(text("Đây."), 0))
		w.Fail("sendMessage", telegramtest.Fault{Status: 400, Description: "Bad Request: something is wrong with it"})
		w.ask(an, "Ai?")
		if m := w.only(an.ID); m.Text != phrases.Failed {
			t.Errorf("got %q", m.Text)
		}
	})
}

// A topic that is deleted is closed, and not its chat.
func TestTopicDeleted(t *testing.T) {
	in(t, func(w *world) {
		w.receive(w.bot(nil), say(text("Đây."), 0))
		w.Fail("sendMessage", telegramtest.Fault{Status: 400, Description: "Bad Request: message thread not found"})
		w.Say(telegramtest.Said{From: an, Chat: forum, Thread: 9, Text: "/hoi Ai?"})
		synctest.Wait()
		if got := w.journal.all(); !strings.HasPrefix(got, fmt.Sprintf("closed %d 9: ", forum)) {
			t.Errorf("got %s", got)
		}
	})
}
