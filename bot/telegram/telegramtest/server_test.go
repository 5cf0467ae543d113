package telegramtest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// call makes a call as a bot does.
func call(t *testing.T, s *Server, token, method string, params ...string) (status int, result string) {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(params); i += 2 {
		form.Set(params[i], params[i+1])
	}
	response, err := s.Client().PostForm(s.URL+"/bot"+token+"/"+method, form)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body struct {
		OK          bool            `json:"ok"`
		Result      json.RawMessage `json:"result"`
		Description string          `json:"description"`
	}
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil || body.OK != (response.StatusCode == http.StatusOK) {
		t.Fatalf("%s: status %d, ok %v, %v", method, response.StatusCode, body.OK, err)
	}
	return response.StatusCode, string(body.Result) + body.Description
}

func TestRefused(t *testing.T) {
	s := NewMemory()
	defer s.Close()
	s.AddChat(Chat{ID: 5, Type: "private"})
	s.AddChat(Chat{ID: -5, Type: "supergroup", Forum: true})
	for _, tt := range []struct {
		method string
		params []string
		want   int
		says   string
	}{
		{"getMe", nil, 200, "TrichDanBot"},
		{"nothing", nil, 404, "not found"},
		{"sendMessage", []string{"chat_id", "5", "text", "x"}, 200, `"message_id":1`},
		{"sendMessage", []string{"chat_id", "6", "text", "x"}, 400, "chat not found"},
		{"sendMessage", []string{"chat_id", "x", "text", "x"}, 400, "chat_id"},
		{"sendMessage", []string{"chat_id", "5", "text", " "}, 400, "empty"},
		{"sendMessage", []string{"chat_id", "5", "text", "<x>", "parse_mode", "HTML"}, 400, "can't parse entities"},
		{"sendMessage", []string{"chat_id", "5", "text", "x", "parse_mode", "Markdown"}, 400, "parse_mode"},
		{"sendMessage", []string{"chat_id", "5", "text", "x", "entities", `[{"type":"code","offset":0,"length":2}]`}, 400, "outside"},
		{"sendMessage", []string{"chat_id", "-5", "text", "x", "message_thread_id", "3"}, 400, "thread not found"},
		{"sendMessage", []string{"chat_id", "5", "text", "x", "reply_parameters", `{"message_id":99}`}, 400, "to be replied"},
		{"sendMessage", []string{"chat_id", "5", "text", "x", "reply_parameters", `{"message_id":99,"allow_sending_without_reply":true}`}, 200, ""},
		{"sendMessage", []string{"chat_id", "5", "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":"x"}]]}`}, 400, "optional"},
		{"sendMessage", []string{"chat_id", "5", "text", "x", "reply_markup", `{"inline_keyboard":[[]]}`}, 400, "row"},
		{"sendMessage", []string{"chat_id", "5", "text", "x", "reply_markup", `{"keyboard":[]}`}, 400, "markup"},
		{"sendMessage", []string{"chat_id", "5", "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":"x","callback_data":"` + strings.Repeat("x", 65) + `"}]]}`}, 400, "BUTTON"},
		{"editMessageText", []string{"chat_id", "5", "message_id", "1", "text", "x"}, 400, "not modified"},
		{"editMessageText", []string{"chat_id", "5", "message_id", "1", "text", "y"}, 200, ""},
		{"editMessageText", []string{"chat_id", "5", "message_id", "77", "text", "y"}, 400, "not found"},
		{"deleteMessage", []string{"chat_id", "5", "message_id", "1"}, 200, "true"},
		{"deleteMessage", []string{"chat_id", "5", "message_id", "1"}, 400, "not found"},
		{"answerCallbackQuery", []string{"callback_query_id", "1"}, 400, "too old"},
		{"sendChatAction", []string{"chat_id", "5", "action", "dance"}, 400, "action"},
		{"setMyCommands", []string{"commands", `[{"command":"Hỏi","description":"x"}]`}, 400, "COMMAND"},
		{"setMyCommands", []string{"commands", `null`}, 400, "commands"},
		{"setMyCommands", []string{"commands", `[]`, "scope", `{"type":"chat","chat_id":77}`}, 400, "chat not found"},
		{"setWebhook", []string{"url", "http://a.example"}, 400, "HTTPS"},
		{"setWebhook", []string{"url", "https://a.example", "secret_token", "ă"}, 400, "secret"},
	} {
		if status, says := call(t, s, s.Token, tt.method, tt.params...); status != tt.want || !strings.Contains(says, tt.says) {
			t.Errorf("%s %v: got %d %s, want %d %s", tt.method, tt.params, status, says, tt.want, tt.says)
		}
	}
	if status, _ := call(t, s, "1:wrong", "getMe"); status != 401 {
		t.Errorf("a wrong token: status %d", status)
	}
	if status, _ := call(t, s, "wrong", "getMe"); status != 404 {
		t.Errorf("no token: status %d", status)
	}
}

// An update is given until a later one is asked for.
func TestAcknowledgement(t *testing.T) {
	s := New()
	defer s.Close()
	s.Say(Said{From: User{ID: 5}, Text: "một"})
	s.Say(Said{From: User{ID: 5}, Text: "hai"})
	for _, tt := range []struct {
		offset string
		want   int
	}{{"0", 2}, {"0", 2}, {"1002", 1}, {"0", 1}, {"1003", 0}, {"0", 0}} {
		if _, got := call(t, s, s.Token, "getUpdates", "offset", tt.offset); strings.Count(got, "update_id") != tt.want {
			t.Errorf("offset %s: got %s, want %d updates", tt.offset, got, tt.want)
		}
	}
	s.Say(Said{From: User{ID: 5}, Text: "ba"})
	if _, got := call(t, s, s.Token, "getUpdates", "allowed_updates", `["callback_query"]`); strings.Count(got, "update_id") != 1 {
		t.Errorf("what came before is kept: got %s", got)
	}
	s.Say(Said{From: User{ID: 5}, Text: "bốn"})
	if _, got := call(t, s, s.Token, "getUpdates", "limit", "5"); strings.Contains(got, "bốn") {
		t.Errorf("what is not allowed is given: %s", got)
	}
}
