package telegramtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"trichdan/bot/telegram/telegramtest"
)

// answer asks the server, and gives the status and the body.
func answer(t *testing.T, s *telegramtest.Server, path string, form url.Values) (int, string) {
	t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

// TestFiles: a document comes with its caption, also in what replies to it, and
// is downloaded by the path that getFile gives, with the token alone.
func TestFiles(t *testing.T) {
	s := telegramtest.New()
	defer s.Close()
	from := telegramtest.User{ID: 5, Name: "An"}
	first := s.Say(telegramtest.Said{From: from, Text: "/them bài", Document: &telegramtest.Document{Name: "bài.txt", Content: []byte("Chữ.")}})
	s.Say(telegramtest.Said{From: from, Text: "/them", ReplyTo: first})
	s.Say(telegramtest.Said{From: from, Document: &telegramtest.Document{Name: "lớn.txt", Size: telegramtest.MaxFile + 1}})
	_, body := answer(t, s, "/bot"+s.Token+"/getUpdates", url.Values{})
	type message struct {
		Text, Caption string
		Entities      []telegramtest.Entity `json:"caption_entities"`
		Document      struct {
			ID   string `json:"file_id"`
			Name string `json:"file_name"`
			Size int64  `json:"file_size"`
		}
		ReplyTo *message `json:"reply_to_message"`
	}
	var got struct{ Result []struct{ Message message } }
	if err := json.Unmarshal([]byte(body), &got); err != nil || len(got.Result) != 3 {
		t.Fatalf("%v: %s", err, body)
	}
	m := got.Result[0].Message
	if m.Text != "" || m.Caption != "/them bài" || len(m.Entities) != 1 || m.Document.Name != "bài.txt" || m.Document.Size != 6 {
		t.Errorf("got %+v", m)
	}
	if to := got.Result[1].Message.ReplyTo; to == nil || to.Document != m.Document || to.Caption != m.Caption {
		t.Errorf("the reply is to %+v", to)
	}

	status, body := answer(t, s, "/bot"+s.Token+"/getFile", url.Values{"file_id": {m.Document.ID}})
	if status != http.StatusOK || !strings.Contains(body, `"file_path":"documents/file_1.txt"`) {
		t.Errorf("getFile: %d %s", status, body)
	}
	for _, tt := range []struct {
		path string
		form url.Values
		want int
		body string // part of it
	}{
		{"/file/bot" + s.Token + "/documents/file_1.txt", nil, http.StatusOK, "Chữ."},
		{"/file/bot" + s.Token + "/documents/file_3.txt", nil, http.StatusNotFound, "Not Found"},
		{"/file/bot" + s.Token + "/documents/file_1.txt", url.Values{}, http.StatusNotFound, "Not Found"},
		{"/file/bot123456:falsch/documents/file_1.txt", nil, http.StatusUnauthorized, "Unauthorized"},
		{"/file/documents/file_1.txt", nil, http.StatusNotFound, "Not Found"},
		{"/bot" + s.Token + "/getFile", url.Values{"file_id": {got.Result[2].Message.Document.ID}}, http.StatusBadRequest, "file is too big"},
		{"/bot" + s.Token + "/getFile", url.Values{"file_id": {"x"}}, http.StatusBadRequest, "invalid file_id"},
	} {
		if status, body := answer(t, s, tt.path, tt.form); status != tt.want || !strings.Contains(body, tt.body) {
			t.Errorf("%s: %d %s", strings.ReplaceAll(tt.path, s.Token, "…"), status, body)
		}
	}
	if n := s.Count("download"); n != 3 {
		t.Errorf("%d downloads were counted", n)
	}
}
