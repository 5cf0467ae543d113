package telegram_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
	"trichdan/jobs/ledger"
)

func TestConformance(t *testing.T) { chattest.Run(t, newSubject) }

// unlimited are limits that are none.
var unlimited = telegram.Limits{All: -1, Chat: -1, PerGroup: -1}

func newSubject(t *testing.T) *chattest.Subject {
	journal, err := ledger.Open(context.Background(), t.TempDir()+"/ledger.db", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = journal.Close() })
	server := telegramtest.New()
	t.Cleanup(server.Close)
	person := func(n int) telegramtest.User {
		return telegramtest.User{ID: int64(5000 + n), Name: "Người hỏi", Language: "vi"}
	}
	phrases := chat.Phrases{Searching: "Đang tìm…", Failed: "Có lỗi."}
	receiver := func() *telegram.Telegram {
		return telegram.New(telegram.Options{
			Token: server.Token, API: server.URL, Commands: chattest.Commands(), Journal: journal,
			Phrases: func(context.Context, chat.Request) chat.Phrases { return phrases },
			Pending: 4, Limits: unlimited, Client: server.Client(), Log: chattest.Logger(t, server.Token),
		})
	}
	// The person has to begin a private chat.
	server.AddChat(telegramtest.Chat{ID: 5000, Type: "private"})
	bot := receiver()

	var mu sync.Mutex
	seen := 0
	return &chattest.Subject{
		Receiver: bot, Sender: bot, To: chat.Ref{Platform: telegram.Name, Chat: "5000"},
		Phrases: phrases, Bound: 4, Secret: server.Token,
		Ask: func(user int, text string) { server.Say(telegramtest.Said{From: person(user), Text: text}) },
		Next: func(ctx context.Context) (chattest.Shown, error) {
			mu.Lock()
			defer mu.Unlock()
			all, err := server.WaitCalls(ctx, seen+1, shown)
			if err != nil {
				return chattest.Shown{}, err
			}
			c := all[seen]
			seen++
			return asShown(c), nil
		},
		Fail:     func(k chat.Kind) bool { return refuse(server, "sendMessage", k) },
		FailEdit: func(k chat.Kind) bool { return refuse(server, "editMessageText", k) },
		Follows:  chattest.FollowsInPlace,
		Attach: func(user int, text, name string, content []byte) {
			server.Say(telegramtest.Said{From: person(user), Text: text, Document: &telegramtest.Document{Name: name, Content: content}})
		},
		Hang: func() <-chan struct{} {
			arrived := make(chan struct{})
			server.Fail("sendMessage", telegramtest.Fault{Hang: true, Arrived: arrived})
			return arrived
		},
		Press: func(user int, m chattest.Shown, data string) {
			server.Press(person(user), person(user).ID, number(m.ID), data)
		},
		Restart: func() chat.Receiver { return receiver() },
	}
}

// shown reports whether a call is one that people see something of.
func shown(c telegramtest.Call) bool {
	switch c.Method {
	case "sendMessage", "editMessageText":
		return c.Status == http.StatusOK
	case "answerCallbackQuery":
		return c.Params.Get("text") != ""
	}
	return false
}
