package telegram_test

import (
	"strconv"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
	"trichdan/bot/telegram/telegramtest"
)

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// asShown gives what people see of a call.
func asShown(c telegramtest.Call) chattest.Shown {
	if c.Method == "answerCallbackQuery" {
		return chattest.Shown{Notice: c.Params.Get("text")}
	}
	m := c.Message
	s := chattest.Shown{
		ID: strconv.Itoa(m.ID), Text: m.Text, Quotes: append([]string{}, m.Quotes()...), Buttons: m.Data(), Pings: len(m.Pings()) > 0,
	}
	if c.Status != 200 {
		s.Problem = "status " + strconv.Itoa(c.Status)
		if _, _, err := telegramtest.Check(c.Params.Get("text")); err != nil {
			s.Problem += ": " + err.Error()
		}
	} else if m.HTML != c.Params.Get("text") || c.Params.Get("parse_mode") != "HTML" {
		s.Problem = "it was not sent as HTML"
	}
	return s
}

// refuse makes the next call of a method be refused in Telegram's way for a kind.
func refuse(s *telegramtest.Server, method string, k chat.Kind) bool {
	f := telegramtest.Fault{}
	switch k {
	case chat.Temporary:
		f.Status, f.Description = 502, "Bad Gateway"
	case chat.RateLimited:
		f.Status, f.Description, f.RetryAfter = 429, "Too Many Requests: retry after 1", 1
	case chat.Rejected:
		f.Status, f.Description = 400, "Bad Request: message is too long"
	case chat.Gone:
		f.Status, f.Description = 403, "Forbidden: bot was blocked by the user"
	case chat.Unauthorized:
		f.Status, f.Description = 401, "Unauthorized"
	default: // a chat that has moved is followed
		return false
	}
	s.Fail(method, f)
	return true
}
