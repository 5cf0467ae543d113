package web_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/web"
)

// TestStart: the page before a question has examples and commands to follow.
func TestStart(t *testing.T) {
	s := newSite(t, func(o *web.Options) {
		o.Examples = []string{"Phà sông Mơ chạy từ mấy giờ?"}
		o.Commands = []chat.Command{
			{Name: "moi", Alias: "latest", Help: map[chat.Lang]string{"vi": "bài mới", "en": "new articles"},
				Arg: &chat.Arg{Name: map[chat.Lang]string{"vi": "chủ_đề", "en": "topic"}}},
			{Name: "bai", Alias: "article", Help: map[chat.Lang]string{"vi": "đọc bài"}, Arg: &chat.Arg{Required: true, Name: map[chat.Lang]string{"vi": "số"}}},
			{Name: "naplai", Alias: "reload", Admin: true, Help: map[chat.Lang]string{"vi": "nạp lại"}},
			{Name: "huy", Alias: "unsubscribe", Lasting: true, Help: map[chat.Lang]string{"vi": "hủy đăng ký"}},
		}
	})
	for lang, want := range map[string][]string{
		"vi": {"/moi chủ đề bài mới", "/bai số đọc bài"}, "en": {"/latest topic new articles", "/article"},
	} {
		d := get(t, s, "/?l="+lang)
		var got []string
		for _, line := range all(one(t, d.root, tag("dl")), tag("div")) {
			got = append(got, words(line))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: commands %q, want %q", lang, got, want)
		}
	}
	d := get(t, s, "/")
	if !strings.Contains(words(d.root), "Phà sông Mơ chạy từ mấy giờ?") {
		t.Error("no example")
	}
	for _, a := range all(one(t, d.root, tag("main")), tag("a")) {
		get(t, s, attr(a, "href"))
	}
	if len(s.asked) != 2 || s.asked[0].Text != "Phà sông Mơ chạy từ mấy giờ?" || s.asked[1].Command != "moi" || s.asked[1].Text != "" {
		t.Errorf("the links ask %+v", s.asked)
	}
}

// TestAsk: what a question becomes, and what the page says when the handler does
// not answer as it should.
func TestAsk(t *testing.T) {
	for _, tt := range []struct {
		name, q string
		reply   func(context.Context) (chat.Message, error)
		command string
		text    string // as asked
		status  int
		says    string
	}{
		{name: "question", q: "+Ai+lái+phà%3F+", text: "Ai lái phà?", status: 200, says: "Chữ."},
		{name: "command", q: "/Moi++giao+thông", command: "Moi", text: "giao thông", status: 200, says: "Chữ."},
		{name: "a lone slash", q: "/+ai", text: "/ ai", status: 200, says: "Chữ."},
		{name: "only a slash", q: "/", text: "/", status: 200, says: "Chữ."},
		{name: "not UTF-8", q: "%ff+ai", text: "\ufffd ai", status: 200, says: "Chữ."},
		{name: "the longest", q: strings.Repeat("ơ", 2000), text: strings.Repeat("ơ", 2000), status: 200, says: "Chữ."},
		{name: "too long", q: strings.Repeat("ơ", 2001), status: 400, says: "dài hơn 2000 ký tự"},
		{name: "notice", q: "a", text: "a", status: 200, says: "Ghi rồi.", reply: func(context.Context) (chat.Message, error) {
			return chat.Message{Notice: "Ghi rồi."}, nil
		}},
		{name: "silence", q: "a", text: "a", status: 429, says: "đợi một lát", reply: func(context.Context) (chat.Message, error) {
			return chat.Message{}, nil
		}},
		{name: "error", q: "a", text: "a", status: 503, says: "trục trặc", reply: func(context.Context) (chat.Message, error) {
			return chat.Message{}, errors.New("bí mật")
		}},
		{name: "error with words", q: "a", text: "a", status: 503, says: "Hỏng rồi.", reply: func(context.Context) (chat.Message, error) {
			return chat.Message{Text: "Hỏng rồi."}, errors.New("bí mật")
		}},
		{name: "panic", q: "a", text: "a", status: 503, says: "trục trặc", reply: func(context.Context) (chat.Message, error) {
			panic("bí mật")
		}},
		{name: "too slow", q: "a", text: "a", status: 504, says: "Tìm lâu quá", reply: func(ctx context.Context) (chat.Message, error) {
			<-ctx.Done()
			return chat.Message{}, ctx.Err()
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, func(o *web.Options) {
				if tt.name == "too slow" {
					o.Timeout = time.Nanosecond
				}
			})
			if tt.reply != nil {
				s.reply = tt.reply
			}
			d := get(t, s, "/?q="+tt.q)
			if d.Code != tt.status || !strings.Contains(words(d.root), tt.says) {
				t.Errorf("status %d, %q", d.Code, words(d.root))
			}
			if strings.Contains(d.Body.String(), "bí mật") {
				t.Error("the cause is on the page")
			}
			if tt.text == "" {
				if len(s.asked) > 0 {
					t.Error("it was asked")
				}
				return
			}
			r := s.asked[0]
			if r.Command != tt.command || r.Text != tt.text {
				t.Errorf("asked %q, %q", r.Command, r.Text)
			}
			if r.Platform != "web" || r.Chat == "" || strings.Contains(r.Chat, "192.0.2.7") || r.User != "" || !r.Direct || !r.Passing {
				t.Errorf("asked %+v", r)
			}
			if got := attr(one(t, d.root, id("q")), "value"); got != strings.TrimSpace(got) || got == "" {
				t.Errorf("in the box is %q", got)
			}
		})
	}
	// What only looks like a question is none.
	s := newSite(t, nil)
	if d := get(t, s, "/?q=+%09"); d.Code != 200 || len(s.asked) > 0 {
		t.Errorf("white space: status %d, asked %d", d.Code, len(s.asked))
	}
}

// TestVisitor: who is the same visitor.
func TestVisitor(t *testing.T) {
	s := newSite(t, nil)
	name := func(remote string, forwarded ...string) string {
		r := request("GET", "/?q=ai")
		r.RemoteAddr = remote
		for _, f := range forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		do(t, s, r)
		return s.asked[len(s.asked)-1].Chat
	}
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{name("192.0.2.7:1"), name("192.0.2.7:2"), true},
		{name("192.0.2.7:1"), name("192.0.2.8:1"), false},
		{name("192.0.2.7:1"), name("[::ffff:192.0.2.7]:1"), true},
		{name("192.0.2.7:1"), name("192.0.2.7:1", "198.51.100.1"), true}, // a stranger is not believed
		{name("127.0.0.1:1", "192.0.2.7"), name("192.0.2.7:1"), true},
		{name("[::1]:1", "192.0.2.7"), name("192.0.2.7:1"), true},
		{name("127.0.0.1:1", "1.2.3.4, 192.0.2.7"), name("192.0.2.7:1"), true}, // what the proxy saw itself
		{name("127.0.0.1:1", "192.0.2.7", "192.0.2.8"), name("192.0.2.8:1"), true},
		{name("127.0.0.1:1", "nobody"), name("127.0.0.1:1"), true},
		{name("[2001:db8:1:2:3::4]:1"), name("[2001:db8:1:2:5::6]:1"), true}, // one network
		{name("[2001:db8:1:2::4]:1"), name("[2001:db8:1:3::4]:1"), false},
		{name("@"), name("@"), true},
	} {
		if (tt.a == tt.b) != tt.same {
			t.Errorf("%q and %q, want the same: %v", tt.a, tt.b, tt.same)
		}
	}
	if a, b := name("192.0.2.7:1"), func() string {
		s = newSite(t, nil)
		return name("192.0.2.7:1")
	}(); a == b {
		t.Error("another process gives the same name")
	}
}
