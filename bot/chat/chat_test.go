package chat_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"trichdan/bot/chat"
)

func TestMayManage(t *testing.T) {
	broken := errors.New("broken")
	says := func(may bool, err error) func(context.Context) (bool, error) {
		return func(context.Context) (bool, error) { return may, err }
	}
	for _, tt := range []struct {
		name string
		r    chat.Request
		may  bool
		err  error
	}{
		{"direct", chat.Request{Direct: true}, true, nil},
		{"direct, whatever the platform says", chat.Request{Direct: true, Manages: says(false, nil)}, true, nil},
		{"a group, and the platform has no say", chat.Request{}, false, nil},
		{"a group's manager", chat.Request{Manages: says(true, nil)}, true, nil},
		{"somebody in a group", chat.Request{Manages: says(false, nil)}, false, nil},
		{"the platform fails", chat.Request{Manages: says(false, broken)}, false, broken},
	} {
		if may, err := tt.r.MayManage(t.Context()); may != tt.may || !errors.Is(err, tt.err) {
			t.Errorf("%s: got %v, %v", tt.name, may, err)
		}
	}
}

func TestMessageEmpty(t *testing.T) {
	for _, tt := range []struct {
		m    chat.Message
		want bool
	}{
		{chat.Message{}, true},
		{chat.Message{Notice: "Đã ghi nhận.", Update: true, Buttons: [][]chat.Button{{{Text: "Nút"}}}}, true},
		{chat.Message{Notes: []string{"Lọc"}}, false},
		{chat.Message{Answer: &chat.Answer{}}, false},
		{chat.Message{Text: "Chữ"}, false},
		{chat.Message{Citations: make([]chat.Citation, 1)}, false},
		{chat.Message{LinksTitle: "Gần nhất:"}, false},
		{chat.Message{Links: make([]chat.Link, 1)}, false},
		{chat.Message{Footer: "Trang 1/3"}, false},
	} {
		if got := tt.m.Empty(); got != tt.want {
			t.Errorf("%+v: got %v", tt.m, got)
		}
	}
}

func TestError(t *testing.T) {
	seen := map[string]bool{}
	for kind := chat.Temporary; kind <= chat.Unauthorized; kind++ {
		var err error = &chat.Error{Kind: kind, Reason: "403 Forbidden"}
		if got, want := fmt.Errorf("send: %w", err).Error(), "send: "+kind.String()+": 403 Forbidden"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if seen[kind.String()] || kind.String() == chat.Kind(99).String() {
			t.Errorf("kind %d has no name of its own: %q", kind, kind)
		}
		seen[kind.String()] = true
	}
}
