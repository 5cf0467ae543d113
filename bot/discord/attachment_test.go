package discord

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
)

// readAll answers with what it was asked, and what is in the files.
func readAll(ctx context.Context, r chat.Request) (chat.Message, error) {
	text := "nghe: " + r.Command + "|" + r.Text
	for _, f := range r.Files {
		body, err := f.Open(ctx, 1000)
		if err != nil {
			return chat.Message{}, err
		}
		content, err := io.ReadAll(body)
		if err = errors.Join(err, body.Close()); err != nil {
			return chat.Message{}, err
		}
		text += fmt.Sprintf("|%s %d %s", f.Name, f.Size, content)
	}
	return chat.Message{Text: text}, nil
}

func TestAttachments(t *testing.T) {
	b := newBench(t)
	b.start(readAll)
	b.alive()
	one := discordtest.File{Name: "bai.txt", Content: []byte("Bài một")}
	two := discordtest.File{Name: "bài báo 2.md", Content: []byte("Bài hai")}
	mention := discordtest.Mention + " "
	for _, tt := range []struct {
		name string
		ask  func() *discordtest.Talk
		want string
	}{
		{"slash command with a file", func() *discordtest.Talk { return b.server.Slash(minh, "add", "", one) }, "add||bai.txt 10 Bài một"},
		{"with a file and text", func() *discordtest.Talk { return b.server.Slash(lan, "add", "chữ", two) }, "add|chữ|bài báo 2.md 8 Bài hai"},
		{"with text", func() *discordtest.Talk { return b.server.Slash(lan, "add", "chữ") }, "add|chữ"},
		{"direct message with files and a command", func() *discordtest.Talk { return b.server.Say(lan, "/them", one, two) }, "them||bai.txt 10 Bài một|bài báo 2.md 8 Bài hai"},
		{"direct message with a file alone", func() *discordtest.Talk { return b.server.Say(lan, " ", one) }, "them||bai.txt 10 Bài một"},
		{"direct message with a file and a question", func() *discordtest.Talk { return b.server.Say(lan, "Đây là gì?", one) }, "|Đây là gì?|bai.txt 10 Bài một"},
		{"mention with a command", func() *discordtest.Talk { return b.server.Say(minh, mention+"!add chữ", one) }, "add|chữ|bai.txt 10 Bài một"},
		{"mention with a file alone", func() *discordtest.Talk { return b.server.Say(minh, mention, one) }, "||bai.txt 10 Bài một"},
		{"reply to a text", func() *discordtest.Talk {
			return b.server.Reply(lan, b.server.Say(lan, "Bài dán\nhai dòng "), "/thêm")
		}, "them|Bài dán\nhai dòng"},
		{"reply to a file", func() *discordtest.Talk { return b.server.Reply(lan, b.server.Say(lan, "/hoi", one), "/them") }, "them|/hoi|bai.txt 10 Bài một"},
		{"reply with text", func() *discordtest.Talk {
			return b.server.Reply(lan, b.server.Say(lan, "cũ", one), "/them chữ")
		}, "them|chữ"},
		{"reply with a file", func() *discordtest.Talk {
			return b.server.Reply(lan, b.server.Say(lan, "cũ", one), "/them", two)
		}, "them||bài báo 2.md 8 Bài hai"},
		{"reply with another command", func() *discordtest.Talk { return b.server.Reply(lan, b.server.Say(lan, "cũ", one), "/trogiup") }, "trogiup|"},
		{"reply in a guild, where the text is not shown", func() *discordtest.Talk {
			return b.server.Reply(minh, b.server.Say(lan2(), "không nhắc đến bot", one), mention+"/them")
		}, "them|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if m := b.answer(tt.ask(), "nghe:"); m.Text != "nghe: "+tt.want {
				t.Errorf("got %q, want %q", m.Text, "nghe: "+tt.want)
			}
		})
	}
}

// lan2 is somebody in minh's channel.
func lan2() discordtest.Person {
	p := minh
	p.ID = "203"
	return p
}

// file gives what arrives of a file that somebody attaches.
func (b *bench) file(f discordtest.File) chat.File {
	b.t.Helper()
	got := make(chan chat.File, 1)
	b.start(func(_ context.Context, r chat.Request) (chat.Message, error) {
		got <- r.Files[0]
		return chat.Message{Text: "nhận"}, nil
	})
	b.answer(b.server.Say(lan, "/them", f), "nhận")
	return <-got
}

func TestDownload(t *testing.T) {
	const limit = 1000
	content := bytes.Repeat([]byte("x"), limit)
	more := append(bytes.Clone(content), 'y')
	for _, tt := range []struct {
		name      string
		file      discordtest.File
		fault     discordtest.Fault
		downloads int
		read      int       // bytes of it
		large     bool      // the error is chat.ErrTooLarge
		kind      chat.Kind // of the error, where it is another one; 0 is Temporary
	}{
		{name: "as large as it may be", file: discordtest.File{Content: content}, downloads: 1, read: limit},
		{name: "empty", downloads: 1},
		{name: "too large, and it says so", file: discordtest.File{Content: more}, large: true},
		{name: "a gigabyte, it says", file: discordtest.File{Size: 1 << 30}, large: true},
		{name: "too large, and it says otherwise", file: discordtest.File{Content: more, Size: 5}, downloads: 1, large: true},
		{name: "much too large, and it says otherwise", file: discordtest.File{Content: bytes.Repeat(content, 1000), Size: 5}, downloads: 1, read: limit, large: true},
		{name: "gone", fault: discordtest.Fault{Status: 404, Body: "gone"}, downloads: 1, kind: chat.Rejected},
		{name: "down", fault: discordtest.Fault{Status: 503}, downloads: 1, kind: chat.Temporary},
		{name: "rate limit", fault: discordtest.Fault{Status: 429, Header: map[string]string{"Retry-After": "7"}}, downloads: 1, kind: chat.RateLimited},
		{name: "elsewhere", fault: discordtest.Fault{Status: 302, Header: map[string]string{"Location": "http://127.0.0.1:1/khac"}}, downloads: 1, kind: chat.Rejected},
		{name: "no answer", fault: discordtest.Fault{Drop: true}, downloads: 1, kind: chat.Temporary},
		{name: "half an answer", fault: discordtest.Fault{Half: true}, downloads: 1, kind: chat.Temporary},
		{name: "at a foreign host", file: discordtest.File{URL: "https://xau.example/attachments/1/2/a.txt"}, kind: chat.Rejected},
		{name: "at no address", file: discordtest.File{URL: "://"}, kind: chat.Rejected},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			tt.file.Name = "a.txt"
			f := b.file(tt.file)
			if tt.fault.Status != 0 || tt.fault.Drop || tt.fault.Half {
				// The client asks again by itself when a connection that it kept is dropped.
				b.server.Fail(10, tt.fault, discordtest.RouteFile)
			}
			got, err := 0, error(nil)
			body, err := f.Open(t.Context(), limit)
			if err == nil {
				var all []byte
				all, err = io.ReadAll(body)
				got = len(all)
				if err := body.Close(); err != nil {
					t.Error(err)
				}
			}
			if c := b.server.Counts(); min(c.Downloads, 1) != tt.downloads {
				t.Errorf("%d downloads, want %d", c.Downloads, tt.downloads)
			}
			fails := tt.large || tt.fault.Status != 0 || tt.fault.Drop || tt.fault.Half || tt.file.URL != ""
			if !fails && err != nil || errors.Is(err, chat.ErrTooLarge) != tt.large {
				t.Errorf("got %v", err)
			}
			e, ok := errors.AsType[*chat.Error](err)
			if fails && !tt.large && (!ok || e.Kind != tt.kind || e.Reason == "" || strings.Contains(err.Error(), "hm=")) {
				t.Errorf("got %v", err)
			}
			if ok && e.Kind == chat.RateLimited && e.RetryAfter != 7*time.Second {
				t.Errorf("to be tried again after %v", e.RetryAfter)
			}
			if !tt.fault.Half && got != tt.read {
				t.Errorf("%d bytes are read, want %d", got, tt.read)
			}
		})
	}
}

// TestDownloadCancelled: a download ends with its context.
func TestDownloadCancelled(t *testing.T) {
	b := newBench(t)
	f := b.file(discordtest.File{Name: "a.txt", Content: []byte("x")})
	arrived := make(chan struct{})
	b.server.Fail(1, discordtest.Fault{Hang: true, Arrived: arrived}, discordtest.RouteFile)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	if _, err := f.Open(ctx, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestServes(t *testing.T) {
	for address, want := range map[string]struct{ usual, proxied bool }{
		"https://cdn.discordapp.com/attachments/1/2/a.txt?ex=1":           {true, true},
		"https://media.discordapp.net/attachments/1/2/a.txt":              {true, true},
		"http://cdn.discordapp.com/attachments/1/2/a.txt":                 {false, false},
		"https://cdn.discordapp.com:8443/a.txt":                           {false, false},
		"https://cdn.discordapp.com@xau.example/a.txt":                    {false, false},
		"https://ai@cdn.discordapp.com/a.txt":                             {false, false},
		"https://cdn.discordapp.com.xau.example/a.txt":                    {false, false},
		"https://discord.com/api/v9/users/@me":                            {false, false},
		"https://127.0.0.1/a.txt":                                         {false, false},
		"file:///etc/passwd":                                              {false, false},
		"/etc/passwd":                                                     {false, false},
		"http://proxy.example:8080/attachments/1/2/a.txt":                 {false, true},
		"https://proxy.example:8080/attachments/1/2/a.txt":                {false, false},
		"http://proxy.example/attachments/1/2/a.txt":                      {false, false},
		"http://ai:mat-khau@proxy.example:8080/attachments/1/2/a.txt?x=1": {false, false},
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		for api, want := range map[string]bool{"": want.usual, "http://proxy.example:8080/api/v9": want.proxied} {
			d, err := New(Options{Journal: newLedger(t), API: api})
			if err != nil {
				t.Fatal(err)
			}
			if got := d.serves(u); got != want {
				t.Errorf("%s with the API at %q: %v", address, api, got)
			}
		}
	}
}
