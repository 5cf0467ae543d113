package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
)

// TestEndpoint: interactions by signed HTTP requests, beside the gateway.
func TestEndpoint(t *testing.T) {
	b := newBench(t)
	b.options.PublicKey = b.server.PublicKey()
	b.options.Complete = func(context.Context, chat.Request) ([]chat.Choice, error) {
		return []chat.Choice{{Name: "Giao thông", Value: "giao thông"}}, nil
	}
	asked := make(chan chat.Request, 20)
	b.start(func(ctx context.Context, r chat.Request) (chat.Message, error) {
		asked <- r
		return echo(ctx, r)
	})
	web := httptest.NewServer(b.d)
	defer web.Close()
	b.alive()
	for range 2 {
		<-asked
	}

	talk, status, err := b.server.Post(b.ctx(), web.URL, minh, "ask", "Cầu nào?", nil)
	if err != nil || status != http.StatusOK {
		t.Fatalf("status %d, %v", status, err)
	}
	b.answer(talk, "ask|Cầu nào?")
	if r := <-asked; r.ID != talk.ID || r.User != minh.ID || r.Lang != chat.English || r.Direct {
		t.Errorf("asked %+v", r)
	}
	private, _, err := b.server.Post(b.ctx(), web.URL, minh, "status", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if m := b.answer(private, "status"); !m.Ephemeral {
		t.Errorf("the answer is for all to see: %+v", m)
	}
	<-asked

	// The same again, in both ways.
	if _, status, err := b.server.Post(b.ctx(), web.URL, minh, "ask", "Cầu nào?", talk); err != nil || status != http.StatusOK {
		t.Errorf("repeated: status %d, %v", status, err)
	}
	b.server.Dispatch("INTERACTION_CREATE", map[string]any{
		"id": talk.ID, "token": talk.Token, "application_id": discordtest.App, "type": 2, "channel_id": minh.Channel,
		"user": map[string]any{"id": minh.ID}, "data": map[string]any{"name": "ask"},
	})
	b.until("refused the second time", func(c discordtest.Counts) bool { return c.Twice == 1 })
	b.finished()
	if len(asked) != 0 {
		t.Errorf("asked again: %+v", <-asked)
	}

	// Discord does not know of the deferral yet when the answer comes.
	b.server.Fail(2, discordtest.Refuse(404, 10015, "Unknown Webhook"), discordtest.RouteOriginal)
	early, _, err := b.server.Post(b.ctx(), web.URL, minh, "ask", "sớm", nil)
	if err != nil {
		t.Fatal(err)
	}
	b.answer(early, "sớm")

	post := func(body string) (int, string) {
		status, answer, err := b.server.PostRaw(b.ctx(), web.URL, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		return status, strings.TrimSpace(string(answer))
	}
	for _, tt := range []struct {
		name, body, answer string
		status             int
	}{
		{"ping", `{"type":1}`, `{"type":1}`, 200},
		{"completion", `{"id":"1","token":"x","type":4,"data":{"name":"ask","options":[{"name":"q","value":"g","focused":true}]}}`, `{"type":8,"data":{"choices":[{"name":"Giao thông","value":"giao thông"}]}}`, 200},
		{"no JSON", `{`, "Bad Request", 400},
		{"unknown type", `{"type":5}`, "Bad Request", 400},
		{"no ID", `{"type":2,"token":"x"}`, "Service Unavailable", 503},
		{"too large", `{"type":1,"x":"` + strings.Repeat("x", mostRequest) + `"}`, "Request Entity Too Large", 413},
	} {
		if status, answer := post(tt.body); status != tt.status || answer != tt.answer {
			t.Errorf("%s: %d %s", tt.name, status, answer)
		}
	}

	// What is not signed by Discord.
	for name, change := range map[string]func(*http.Request){
		"no signature":      func(r *http.Request) { r.Header.Del("X-Signature-Ed25519") },
		"another signature": func(r *http.Request) { r.Header.Set("X-Signature-Ed25519", strings.Repeat("ab", 64)) },
		"no hex":            func(r *http.Request) { r.Header.Set("X-Signature-Ed25519", "zz") },
		"another time":      func(r *http.Request) { r.Header.Set("X-Signature-Timestamp", "1") },
		"no time":           func(r *http.Request) { r.Header.Del("X-Signature-Timestamp") },
		"another body": func(r *http.Request) {
			r.Body = io.NopCloser(bytes.NewReader([]byte(`{"type":2}`)))
		},
	} {
		r, err := b.server.Signed(b.ctx(), web.URL, []byte(`{"type":1}`))
		if err != nil {
			t.Fatal(err)
		}
		change(r)
		w := httptest.NewRecorder()
		b.d.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized {
			t.Errorf("%s: status %d", name, w.Code)
		}
	}
	w := httptest.NewRecorder()
	b.d.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: status %d", w.Code)
	}

	if err := b.stop(); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, status, err := b.server.Post(b.ctx(), web.URL, minh, "ask", "muộn", nil); err != nil || status != http.StatusServiceUnavailable {
		t.Errorf("after the end: status %d, %v", status, err)
	}
}

func TestNoEndpoint(t *testing.T) {
	b := newBench(t)
	w := httptest.NewRecorder()
	b.make().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"type":1}`)))
	if w.Code != http.StatusNotFound {
		t.Errorf("status %d", w.Code)
	}
}

// TestCommands: commands are registered when they have changed, and the bot
// works also when that fails.
func TestCommands(t *testing.T) {
	b := newBench(t)
	b.server.Fail(2, discordtest.Fault{Status: 500}, discordtest.RouteCommands)
	b.start(echo)
	b.alive()
	b.until("registered", func(c discordtest.Counts) bool { return c.Commands == 1 })
	if !strings.Contains(b.logged.String(), "the commands are not registered, trying again") {
		t.Error("the log does not say that it failed")
	}
	var list []struct {
		Name         string            `json:"name"`
		Names        map[string]string `json:"name_localizations"`
		Description  string            `json:"description"`
		Descriptions map[string]string `json:"description_localizations"`
		Permissions  *string           `json:"default_member_permissions"`
		Contexts     []int             `json:"contexts"`
		Options      []struct {
			Type         int               `json:"type"`
			Name         string            `json:"name"`
			Names        map[string]string `json:"name_localizations"`
			Description  string            `json:"description"`
			Required     bool              `json:"required"`
			Autocomplete bool              `json:"autocomplete"`
		} `json:"options"`
	}
	if err := json.Unmarshal(b.server.Commands(), &list); err != nil || len(list) != 4 {
		t.Fatalf("commands %s, %v", b.server.Commands(), err)
	}
	ask, status, add := list[0], list[2], list[3]
	if ask.Name != "ask" || ask.Names["vi"] != "hoi" || ask.Description != "Ask the coverage" || ask.Descriptions["vi"] != "Hỏi kho bài" || ask.Permissions != nil || len(ask.Contexts) != 2 {
		t.Errorf("the first command is %+v", ask)
	}
	if o := ask.Options[0]; o.Name != "question" || o.Names["vi"] != "câu_hỏi" || !o.Required || !o.Autocomplete {
		t.Errorf("its option is %+v", o)
	}
	if status.Permissions == nil || *status.Permissions != "0" || len(status.Options) != 0 {
		t.Errorf("the command for admins is %+v", status)
	}
	if add.Permissions == nil || *add.Permissions != "0" || len(add.Options) != 2 || add.Options[0].Type != 3 || add.Options[0].Required {
		t.Errorf("the command that takes a file is %+v", add)
	} else if o := add.Options[1]; o.Type != 11 || o.Name != "file" || o.Names["vi"] != "tep" || o.Description == "" || o.Required || o.Autocomplete {
		t.Errorf("the option for the file is %+v", o)
	}

	again := func(change string, want int) {
		t.Helper()
		if err := b.stop(); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		b.start(echo)
		b.alive()
		b.until(change, func(c discordtest.Counts) bool { return c.Commands == want })
	}
	again("nothing changed", 1)
	b.options.Commands = testCommands[:3]
	again("one command less", 2)
	b.options.Commands = append([]chat.Command{{Name: "x"}}, testCommands...)
	again("one that says little", 3)
	b.options.Commands = slices.Clone(b.options.Commands)
	b.options.Commands[4].TakesFile = false
	again("one that takes no file any more", 4)
}
