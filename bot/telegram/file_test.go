package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
)

// opened keeps what it was asked, and what of the files it could read.
type opened struct {
	echo
	limit int64
	read  []string // the contents
	errs  []error
}

func (o *opened) handle(ctx context.Context, r chat.Request) (chat.Message, error) {
	for _, f := range r.Files {
		content, err := read(ctx, f, o.limit)
		o.mu.Lock()
		o.read, o.errs = append(o.read, content), append(o.errs, err)
		o.mu.Unlock()
	}
	return o.echo.handle(ctx, r)
}

func read(ctx context.Context, f chat.File, limit int64) (string, error) {
	c, err := f.Open(ctx, limit)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(c)
	return string(b), errors.Join(err, c.Close())
}

// admin are the options of a bot with An as admin.
func admin(o *telegram.Options) { o.Admins = []string{"71"} }

const article = "Cầu Sao thông xe\n\nSáng 3/5, cầu Sao mở cho xe máy. 👩‍👩‍👧"

// TestFiles: what comes with a file, or replies to one, is a command with that.
func TestFiles(t *testing.T) {
	in(t, func(w *world) {
		o := &opened{limit: 1 << 20}
		w.receive(w.bot(admin), o.handle)
		doc := func(name string) *telegramtest.Document {
			return &telegramtest.Document{Name: name, Content: []byte(article)}
		}
		ofBinh := map[int64]int{} // a file of Bình's, by chat
		written := map[int64]int{}
		for _, chat := range []int64{an.ID, group} {
			ofBinh[chat] = w.Say(telegramtest.Said{From: binh, Chat: chat, Text: "Xem bài này.", Document: doc("cầu sao.txt"),
				More: map[string]any{"via_bot": map[string]any{"id": 123456}}}) // not for the bot
			written[chat] = w.Say(telegramtest.Said{From: binh, Chat: chat, Text: article, More: map[string]any{"via_bot": map[string]any{"id": 123456}}})
		}
		synctest.Wait()
		photo := map[string]any{"photo": []any{map[string]any{"file_id": "x"}}}
		for _, tt := range []struct {
			name  string
			said  telegramtest.Said
			want  string // command|text, "" if it is not for the bot
			files string // the names
		}{
			{"command in the caption", telegramtest.Said{Text: "/them", Document: doc("a.md")}, "them|", "a.md"},
			{"with more words", telegramtest.Said{Text: "/thêm Báo Quận", Document: doc("a.md")}, "thêm|Báo Quận", "a.md"},
			{"alias", telegramtest.Said{Text: "/add", Document: doc("a.md")}, "add|", "a.md"},
			{"a command that takes none", telegramtest.Said{Text: "/hoi ai?", Document: doc("a.md")}, "hoi|ai?", "a.md"},
			{"without a name", telegramtest.Said{Text: "/them", Document: doc("")}, "them|", ""},
			{"nobody's admin, with the command", telegramtest.Said{From: binh, Text: "/them", Document: doc("a.md")}, "them|", "a.md"},
			{"alone, of an admin", telegramtest.Said{Document: doc("a.jsonl")}, "them|", "a.jsonl"},
			{"alone, in an album", telegramtest.Said{Document: doc("a.txt"), More: map[string]any{"media_group_id": "7"}}, "them|", "a.txt"},
			{"with other words, of an admin", telegramtest.Said{Text: "bài hôm nay", Document: doc("a.txt")}, "them|bài hôm nay", "a.txt"},
			{"alone, of nobody's admin", telegramtest.Said{From: binh, Document: doc("a.txt")}, "|", "-"},
			{"with a question, of nobody's admin", telegramtest.Said{From: binh, Text: "Ai đây?", Document: doc("a.txt")}, "|Ai đây?", "-"},
			{"a moving picture", telegramtest.Said{Document: doc("a.mp4"), More: map[string]any{"animation": map[string]any{"file_id": "x"}}}, "|", "-"},
			{"a picture", telegramtest.Said{Text: "/them", More: photo}, "them|", "-"},
			{"a document that is none", telegramtest.Said{Text: "/them", More: map[string]any{"document": "tệp"}}, "them|", "-"},
			{"a document without an ID", telegramtest.Said{Text: "/them", More: map[string]any{"document": map[string]any{"file_name": "a.txt"}}}, "them|", "-"},

			{"group, in the caption", telegramtest.Said{Chat: group, Text: "/them", Document: doc("a.md")}, "them|", "a.md"},
			{"group, with a mention", telegramtest.Said{Chat: group, Text: "@TrichDanBot /them", Document: doc("a.md")}, "them|", "a.md"},
			{"group, alone", telegramtest.Said{Chat: group, Document: doc("a.md")}, "", ""},
			{"group, of another bot", telegramtest.Said{Chat: group, Text: "/them@OtherBot", Document: doc("a.md")}, "", ""},

			{"in reply to a file", telegramtest.Said{Text: "/them", ReplyTo: ofBinh[an.ID]}, "them|", "cầu sao.txt"},
			{"in reply to a file, with words", telegramtest.Said{Text: "/them Báo Quận", ReplyTo: ofBinh[an.ID]}, "them|Báo Quận", "cầu sao.txt"},
			{"in reply to a text", telegramtest.Said{Text: "/them", ReplyTo: written[an.ID]}, "them|" + article, "-"},
			{"in reply to a text, with words", telegramtest.Said{Text: "/them bỏ", ReplyTo: written[an.ID]}, "them|bỏ", "-"},
			{"file in reply to a text", telegramtest.Said{Text: "/them", Document: doc("b.txt"), ReplyTo: written[an.ID]}, "them|", "b.txt"},
			{"another command in reply", telegramtest.Said{Text: "/hoi", ReplyTo: written[an.ID]}, "hoi|", "-"},
			{"group, in reply to a file", telegramtest.Said{Chat: group, Text: "/them", ReplyTo: ofBinh[group]}, "them|", "cầu sao.txt"},
			{"group, in reply to a text", telegramtest.Said{Chat: group, Text: "/them@TrichDanBot", ReplyTo: written[group]}, "them|" + article, "-"},
			{"in reply to the bot", telegramtest.Said{Text: "/them", More: map[string]any{
				"reply_to_message": map[string]any{"message_id": 1, "from": map[string]any{"id": 123456}, "chat": map[string]any{"id": an.ID}, "text": "Chào."}}}, "them|", "-"},
			{"in reply to a picture with words", telegramtest.Said{Text: "/them", More: map[string]any{
				"reply_to_message": map[string]any{"message_id": 1, "from": map[string]any{"id": 72}, "chat": map[string]any{"id": an.ID}, "caption": "Chú thích."}}}, "them|Chú thích.", "-"},
			{"in a topic that somebody began", telegramtest.Said{Chat: forum, Thread: 1, Text: "/them", More: map[string]any{
				"reply_to_message": map[string]any{"message_id": 1, "from": map[string]any{"id": 72}, "chat": map[string]any{"id": forum}, "text": "Chủ đề"}}}, "them|", "-"},
		} {
			if tt.said.From.ID == 0 {
				tt.said.From = an
			}
			if tt.said.Chat == 0 {
				tt.said.Chat = an.ID
				if tt.said.From.ID != an.ID {
					tt.said.Chat = tt.said.From.ID
				}
			}
			before, contents := len(o.all()), len(o.read)
			w.Say(tt.said)
			pass(time.Minute)
			got, files := "", ""
			if all := o.all(); len(all) > before {
				got, files = all[before].Command+"|"+all[before].Text, "-"
				for _, f := range all[before].Files {
					files = f.Name
					if f.Size != int64(len(article)) {
						t.Errorf("%s: %d bytes, want %d", tt.name, f.Size, len(article))
					}
				}
			}
			if got != tt.want || files != tt.files {
				t.Errorf("%s: got %q with %q, want %q with %q", tt.name, got, files, tt.want, tt.files)
			}
			for i := contents; i < len(o.read); i++ {
				if o.read[i] != article || o.errs[i] != nil {
					t.Errorf("%s: read %q, %v", tt.name, o.read[i], o.errs[i])
				}
			}
		}
	})
}

// TestFileAlone: where no command of admins takes a file, one alone is what it
// was: something without words.
func TestFileAlone(t *testing.T) {
	in(t, func(w *world) {
		e := new(echo)
		w.receive(w.bot(func(o *telegram.Options) {
			admin(o)
			o.Commands = o.Commands[:2]
		}), e.handle)
		w.Say(telegramtest.Said{From: an, Document: &telegramtest.Document{Name: "a.txt", Content: []byte("a")}})
		synctest.Wait()
		if all := e.all(); len(all) != 1 || all[0].Command != "" || len(all[0].Files) != 0 {
			t.Errorf("asked %+v", all)
		}
	})
}

// TestFileSizes: of a file no more is read than is wanted, and nothing is fetched
// of one that is known to be larger.
func TestFileSizes(t *testing.T) {
	const limit = 1000
	content := func(n int) []byte { return bytes.Repeat([]byte("x"), n) }
	for name, tt := range map[string]struct {
		doc   telegramtest.Document
		limit int64
		read  int // bytes
		large bool
		calls string // what was called for it
	}{
		"empty":               {doc: telegramtest.Document{}, calls: "getFile download"},
		"small":               {doc: telegramtest.Document{Content: content(10)}, read: 10, calls: "getFile download"},
		"as much as may be":   {doc: telegramtest.Document{Content: content(limit)}, read: limit, calls: "getFile download"},
		"one more":            {doc: telegramtest.Document{Content: content(limit + 1)}, large: true},
		"one more, and lied":  {doc: telegramtest.Document{Content: content(limit + 1), Size: 5}, large: true, calls: "getFile download"},
		"more, and not said":  {doc: telegramtest.Document{Content: content(3 * limit), Size: -1}, read: limit, large: true, calls: "getFile download"},
		"enough and not said": {doc: telegramtest.Document{Content: content(limit), Size: -1}, read: limit, calls: "getFile download"},
		"a gigabyte":          {doc: telegramtest.Document{Size: 1 << 30}, limit: 2 << 30, large: true},
		"more than Telegram gives": {
			doc: telegramtest.Document{Size: telegramtest.MaxFile + 1}, limit: 2 << 30, large: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				o := &opened{limit: limit}
				if tt.limit != 0 {
					o.limit = tt.limit
				}
				tt.doc.Name = "bài.txt"
				w.receive(w.bot(nil), o.handle)
				w.Say(telegramtest.Said{From: an, Text: "/them", Document: &tt.doc})
				pass(time.Second)
				if len(o.errs) != 1 {
					t.Fatalf("%d files were opened", len(o.errs))
				}
				if err := o.errs[0]; errors.Is(err, chat.ErrTooLarge) != tt.large || !tt.large && err != nil {
					t.Errorf("got %v", err)
				}
				if len(o.read[0]) != tt.read {
					t.Errorf("%d bytes were read, want %d", len(o.read[0]), tt.read)
				}
				var calls []string
				for _, c := range w.Calls("") {
					if c.Method == "getFile" || c.Method == "download" {
						calls = append(calls, c.Method)
					}
				}
				if got := strings.Join(calls, " "); got != tt.calls {
					t.Errorf("called %q, want %q", got, tt.calls)
				}
			})
		})
	}
}

// TestFileTooBigForTelegram: Telegram may say so only when it is asked.
func TestFileTooBigForTelegram(t *testing.T) {
	in(t, func(w *world) {
		o := &opened{limit: 1 << 30}
		w.receive(w.bot(nil), o.handle)
		w.Fail("getFile", telegramtest.Fault{Status: 400, Description: "Bad Request: file is too big"})
		w.Say(telegramtest.Said{From: an, Text: "/them", Document: &telegramtest.Document{Name: "a.txt", Size: -1}})
		pass(time.Second)
		if len(o.errs) != 1 || !errors.Is(o.errs[0], chat.ErrTooLarge) {
			t.Errorf("got %v", o.errs)
		}
	})
}

// TestFileFails: what goes wrong with a download is an error without secrets.
func TestFileFails(t *testing.T) {
	for name, tt := range map[string]struct {
		method string
		fault  telegramtest.Fault
		doc    telegramtest.Document
		kind   chat.Kind
		ended  bool // an error of the context instead
	}{
		"unknown file":       {method: "getFile", fault: telegramtest.Fault{Status: 400, Description: "Bad Request: invalid file_id"}, kind: chat.Rejected},
		"no getFile":         {method: "getFile", fault: telegramtest.Fault{Status: 500}, kind: chat.Temporary},
		"flood":              {method: "getFile", fault: telegramtest.Fault{Status: 429, RetryAfter: 3}, kind: chat.RateLimited},
		"no file":            {method: "download", fault: telegramtest.Fault{Status: 404, Description: "Not Found"}, kind: chat.Rejected},
		"not its token":      {method: "download", fault: telegramtest.Fault{Status: 401, Description: "Unauthorized"}, kind: chat.Unauthorized},
		"no server":          {method: "download", fault: telegramtest.Fault{Status: 502, Body: "<html>"}, kind: chat.Temporary},
		"elsewhere":          {method: "download", fault: telegramtest.Fault{Status: 302, Body: "x"}, kind: chat.Rejected},
		"dropped":            {method: "download", fault: telegramtest.Fault{Drop: true, Times: -1}, kind: chat.Temporary},
		"hangs":              {method: "download", fault: telegramtest.Fault{Hang: true}, ended: true},
		"on the own disk":    {doc: telegramtest.Document{Path: "/var/lib/telegram-bot-api/documents/file_1.txt"}, kind: chat.Rejected},
		"a path with tricks": {doc: telegramtest.Document{Path: "documents/../../bot/getMe"}, kind: chat.Rejected},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(w *world) {
				o := &opened{limit: 1 << 20}
				w.receive(w.bot(func(o *telegram.Options) { o.Timeout = 10 * time.Second }), o.handle)
				if tt.method != "" {
					w.Fail(tt.method, tt.fault)
				}
				tt.doc.Name, tt.doc.Content = "a.txt", []byte(article)
				w.Say(telegramtest.Said{From: an, Text: "/them", Document: &tt.doc})
				pass(time.Minute)
				if len(o.errs) != 1 || o.errs[0] == nil {
					t.Fatalf("got %v", o.errs)
				}
				err := o.errs[0]
				e, ok := errors.AsType[*chat.Error](err)
				if tt.ended != errors.Is(err, context.DeadlineExceeded) || !tt.ended && (!ok || e.Kind != tt.kind) {
					t.Errorf("got %v", err)
				}
				if strings.Contains(err.Error(), "AAF-") || strings.Contains(err.Error(), "123456") {
					t.Error("the token is in the error")
				}
			})
		})
	}
}

// TestFileOddPath: what stands in a path is escaped.
func TestFileOddPath(t *testing.T) {
	in(t, func(w *world) {
		o := &opened{limit: 1 << 20}
		w.receive(w.bot(nil), o.handle)
		w.Say(telegramtest.Said{From: an, Text: "/them", Document: &telegramtest.Document{
			Name: "a.txt", Path: "documents/tệp 1?#%2e.txt", Content: []byte(article)}})
		pass(time.Second)
		if len(o.errs) != 1 || o.errs[0] != nil || o.read[0] != article {
			t.Errorf("got %q, %v", o.read, o.errs)
		}
	})
}

// TestFileAgain: after a restart the file can be opened still.
func TestFileAgain(t *testing.T) {
	in(t, func(w *world) {
		stop := w.receive(w.bot(nil), say(text("muộn"), time.Hour))
		w.Say(telegramtest.Said{From: an, Text: "/them", Document: &telegramtest.Document{Name: "a.txt", Content: []byte(article)}})
		synctest.Wait()
		if err := stop(); err == nil {
			t.Error("it has ended well")
		}
		o := &opened{limit: 1 << 20}
		w.receive(w.bot(nil), o.handle)
		pass(time.Second)
		if len(o.errs) != 1 || o.errs[0] != nil || o.read[0] != article {
			t.Errorf("got %q, %v", o.read, o.errs)
		}
	})
}
