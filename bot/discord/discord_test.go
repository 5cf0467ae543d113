package discord

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"trichdan/bot/chat"
	"trichdan/bot/discord/discordtest"
	"trichdan/jobs/ledger"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// longest is how long tests wait for what must happen.
const longest = time.Minute

// hasty is the timing of tests: as usual, with little time between attempts.
func hasty() timing {
	t := usual
	t.retry, t.retryMost = 5*time.Millisecond, 20*time.Millisecond
	t.reconnect, t.slowest = 5*time.Millisecond, 20*time.Millisecond
	t.identify, t.invalid = time.Millisecond, time.Millisecond
	t.register = 5 * time.Millisecond
	t.typing, t.typingAgain = time.Millisecond, 5*time.Millisecond
	return t
}

var testCommands = []chat.Command{
	{
		Name: "hoi", Alias: "ask", Help: map[chat.Lang]string{chat.Vietnamese: "Hỏi kho bài", chat.English: "Ask the coverage"},
		Arg: &chat.Arg{
			Required: true, Complete: true,
			Name: map[chat.Lang]string{chat.Vietnamese: "câu_hỏi", chat.English: "question"},
			Help: map[chat.Lang]string{chat.Vietnamese: "Điều muốn hỏi", chat.English: "What to ask"},
		},
	},
	{Name: "trogiup", Alias: "help", Help: map[chat.Lang]string{chat.Vietnamese: "Cách dùng", chat.English: "How to use"}},
	{Name: "trangthai", Alias: "status", Admin: true, Private: true, Help: map[chat.Lang]string{chat.Vietnamese: "Trạng thái", chat.English: "Status"}},
	{
		Name: "them", Alias: "add", Admin: true, Private: true, TakesFile: true,
		Help: map[chat.Lang]string{chat.Vietnamese: "Thêm bài", chat.English: "Add articles"},
		Arg: &chat.Arg{
			Required: true,
			Name:     map[chat.Lang]string{chat.Vietnamese: "văn_bản", chat.English: "text"},
			Help:     map[chat.Lang]string{chat.Vietnamese: "Chữ của bài", chat.English: "The text"},
		},
	},
}

var testPhrases = chat.Phrases{Searching: "Đang tìm…", Failed: "Có lỗi, bạn thử lại sau nhé."}

// bench is a bot on a Discord of the tests.
type bench struct {
	t       *testing.T
	server  *discordtest.Server
	journal chat.Journal
	client  *http.Client
	logged  *lines
	options Options
	timing  timing
	longest time.Duration // that it waits for what must happen

	d    *Discord
	stop func() error
}

// lines collects what is logged.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newBench makes a bot that is not connected. At the end of the test it looks
// for secrets in the log, and for what no bot should do.
func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchOn(t, discordtest.New())
}

// newBenchOn makes one on a given server, which it closes.
func newBenchOn(t *testing.T, server *discordtest.Server) *bench {
	t.Helper()
	b := &bench{t: t, server: server, timing: hasty(), longest: longest, logged: &lines{}}
	b.client = server.Client()
	transport := b.client.Transport.(*http.Transport)
	transport.MaxConnsPerHost = 128
	b.journal = newLedger(t)
	b.options = Options{
		Token: discordtest.Token, API: b.server.API, Commands: testCommands, Journal: b.journal, Client: b.client,
		Phrases:  func(context.Context, chat.Request) chat.Phrases { return testPhrases },
		Patience: time.Minute,
		Log:      slog.New(slog.NewTextHandler(b.logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	t.Cleanup(func() {
		b.server.Close()
		transport.CloseIdleConnections()
		for _, v := range b.server.Violations() {
			t.Errorf("violation: %s", v)
		}
		for _, s := range discordtest.Secrets() {
			if strings.Contains(b.logged.String(), s) {
				t.Error("a secret is in the log")
			}
		}
		if t.Failed() {
			t.Logf("log:\n%s", b.logged)
		}
	})
	return b
}

func newLedger(t *testing.T) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// make makes the bot.
func (b *bench) make() *Discord {
	b.t.Helper()
	d, err := New(b.options)
	if err != nil {
		b.t.Fatal(err)
	}
	d.t = b.timing
	d.jitter = func() float64 { return 0.5 }
	b.d = d
	return d
}

// start makes the bot and lets it receive until stop or the end of the test.
func (b *bench) start(h chat.Handler) {
	b.t.Helper()
	d := b.make()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Receive(ctx, h) }()
	var once sync.Once
	var err error
	b.stop = func() error {
		once.Do(func() {
			cancel()
			select {
			case err = <-done:
			case <-time.After(longest):
				b.t.Error("Receive does not return")
			}
		})
		return err
	}
	b.t.Cleanup(func() {
		if err := b.stop(); !errors.Is(err, context.Canceled) && !b.t.Failed() {
			b.t.Errorf("Receive: %v", err)
		}
	})
}

// refusedWith runs Receive until it ends by itself.
func (b *bench) refusedWith(h chat.Handler) error {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	defer cancel()
	return b.make().Receive(ctx, h)
}

func (b *bench) ctx() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), b.longest)
	b.t.Cleanup(cancel)
	return ctx
}

// answer waits for an answer with a text in it.
func (b *bench) answer(t *discordtest.Talk, with string) discordtest.Message {
	b.t.Helper()
	m, err := t.Answer(b.ctx(), with)
	if err != nil {
		b.t.Fatal(err)
	}
	return m
}

func (b *bench) until(what string, ok func(discordtest.Counts) bool) {
	b.t.Helper()
	if err := b.server.Until(b.ctx(), ok); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// state waits for a state of a talk.
func (b *bench) state(t *discordtest.Talk, ok func(discordtest.State) bool) discordtest.State {
	b.t.Helper()
	st, err := t.Until(b.ctx(), ok)
	if err != nil {
		b.t.Fatal(err)
	}
	return st
}

func say(text string) chat.Handler {
	return func(context.Context, chat.Request) (chat.Message, error) { return chat.Message{Text: text}, nil }
}

// echo answers with what was asked.
func echo(_ context.Context, r chat.Request) (chat.Message, error) {
	return chat.Message{Text: "nghe: " + r.Command + "|" + r.Text + "|" + r.Button}, nil
}

var (
	lan  = discordtest.Person{ID: "201", Channel: "301", Locale: "vi"} // in a direct chat
	minh = discordtest.Person{ID: "202", Guild: "401", Channel: "302", Locale: "en-US", Roles: []string{"501"}}
)

func TestQuestions(t *testing.T) {
	b := newBench(t)
	b.server.Guilds = map[string]discordtest.Guild{minh.Guild: {Owner: lan.ID}}
	asked := make(chan chat.Request, 1)
	b.start(func(ctx context.Context, r chat.Request) (chat.Message, error) {
		asked <- r
		return echo(ctx, r)
	})
	thread := minh
	thread.Channel = "303" // a thread is a channel of its own
	quiet := minh
	quiet.Locale = ""
	for _, tt := range []struct {
		name string
		ask  func() *discordtest.Talk
		want chat.Request
	}{
		{"slash command in a direct chat", func() *discordtest.Talk { return b.server.Slash(lan, "ask", " Cầu nào? ") },
			chat.Request{Ref: chat.Ref{Platform: "discord", Chat: "301"}, User: "201", Lang: chat.Vietnamese, Direct: true, Command: "ask", Text: "Cầu nào?"}},
		{"slash command in a guild", func() *discordtest.Talk { return b.server.Slash(minh, "help", "") },
			chat.Request{Ref: chat.Ref{Platform: "discord", Chat: "302"}, User: "202", Roles: []string{"501"}, Lang: chat.English, Command: "help"}},
		{"direct message", func() *discordtest.Talk { return b.server.Say(lan, "Cầu nào? **x** <b>") },
			chat.Request{Ref: chat.Ref{Platform: "discord", Chat: "301"}, User: "201", Direct: true, Text: "Cầu nào? **x** <b>"}},
		{"direct message with a command", func() *discordtest.Talk { return b.server.Say(lan, "/hoi  Cầu nào?") },
			chat.Request{Ref: chat.Ref{Platform: "discord", Chat: "301"}, User: "201", Direct: true, Command: "hoi", Text: "Cầu nào?"}},
		{"direct message with a slash that is none", func() *discordtest.Talk { return b.server.Say(lan, "/etc là gì?") },
			chat.Request{Ref: chat.Ref{Platform: "discord", Chat: "301"}, User: "201", Direct: true, Text: "/etc là gì?"}},
		{"mention", func() *discordtest.Talk { return b.server.Say(minh, discordtest.Mention+" Cầu nào?") },
			chat.Request{Ref: chat.Ref{Platform: "discord", Chat: "302"}, User: "202", Roles: []string{"501"}, Text: "Cầu nào?"}},
		{"mention by nickname, with a command", func() *discordtest.Talk { return b.server.Say(minh, "<@!"+discordtest.Me+">\n!ASK Cầu\nnào?") },
			chat.Request{Ref: chat.Ref{Platform: "discord", Chat: "302"}, User: "202", Roles: []string{"501"}, Command: "ask", Text: "Cầu\nnào?"}},
		{"mention in a thread", func() *discordtest.Talk { return b.server.Say(thread, "Cầu nào, "+discordtest.Mention+"?") },
			chat.Request{Ref: chat.Ref{Platform: "discord", Chat: "303"}, User: "202", Roles: []string{"501"}, Text: "Cầu nào,  ?"}},
		{"slash command in a thread", func() *discordtest.Talk { return b.server.Slash(thread, "ask", "Cầu nào?") },
			chat.Request{Ref: chat.Ref{Platform: "discord", Chat: "303"}, User: "202", Roles: []string{"501"}, Lang: chat.English, Command: "ask", Text: "Cầu nào?"}},
		{"mention alone", func() *discordtest.Talk { return b.server.Say(minh, discordtest.Mention) },
			chat.Request{Ref: chat.Ref{Platform: "discord", Chat: "302"}, User: "202", Roles: []string{"501"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			talk := tt.ask()
			got := <-asked
			tt.want.ID = talk.ID
			manages := got.Manages
			got.Manages = nil
			if strings.Join(got.Roles, ",") != strings.Join(tt.want.Roles, ",") {
				t.Errorf("roles %q, want %q", got.Roles, tt.want.Roles)
			}
			got.Roles, tt.want.Roles = nil, nil
			if !equal(got, tt.want) {
				t.Errorf("got %+v\nwant %+v", got, tt.want)
			}
			if manages != nil {
				if may, err := manages(t.Context()); may || err != nil {
					t.Errorf("manages: %v, %v", may, err)
				}
			}
			m := b.answer(talk, "nghe: "+tt.want.Command+"|"+tt.want.Text+"|")
			if m.Channel != tt.want.Chat || m.ReplyTo+m.Interaction != talk.ID || m.Ephemeral {
				t.Errorf("the answer is %+v", m)
			}
		})
	}
	b.server.Say(minh, "nói chuyện với nhau")
	b.server.Dispatch("MESSAGE_CREATE", map[string]any{"id": "1", "channel_id": "2", "content": "không có người viết"})
	b.server.Dispatch("MESSAGE_CREATE", map[string]any{"id": "2", "channel_id": "2", "content": "bot", "author": map[string]any{"id": "9", "bot": true}})
	b.server.Dispatch("MESSAGE_CREATE", map[string]any{"id": "3", "channel_id": "2", "content": "mình", "author": map[string]any{"id": discordtest.Me}})
	b.server.Dispatch("MESSAGE_CREATE", map[string]any{"id": "4", "channel_id": "2", "content": "hook", "webhook_id": "5", "author": map[string]any{"id": "9"}})
	b.server.Dispatch("MESSAGE_CREATE", map[string]any{"id": "5", "channel_id": "2", "type": 6, "author": map[string]any{"id": "9"}})
	b.server.Dispatch("MESSAGE_CREATE", map[string]any{"id": 6, "channel_id": []int{1}, "author": "ai"})
	b.server.Dispatch("INTERACTION_CREATE", map[string]any{"id": 7})
	b.server.Dispatch("INTERACTION_CREATE", map[string]any{"id": "8", "token": "discordtest-interaction-token-8", "type": 5})
	b.server.Dispatch("TYPING_START", map[string]any{})
	b.server.Raw("{")
	b.server.Raw(`{"op":0,"t":"MESSAGE_CREATE","s":null,"d":null}`)
	b.answer(b.server.Say(lan, "cuối cùng"), "cuối cùng")
	<-asked
	select {
	case r := <-asked:
		t.Errorf("asked also %+v", r)
	default:
	}
}

func equal(a, b chat.Request) bool {
	return a.Ref == b.Ref && a.ID == b.ID && a.User == b.User && a.Lang == b.Lang && a.Direct == b.Direct &&
		a.Command == b.Command && a.Text == b.Text && a.Button == b.Button
}

func TestManages(t *testing.T) {
	for permissions, want := range map[string]bool{
		"": false, "0": false, "32": true, "8": true, "2147483647": true, "2048": false, "-1": false, "x": false,
		"18446744073709551615": true, "99999999999999999999999": false,
	} {
		if got := manages(permissions); got != want {
			t.Errorf("manages(%q) = %v", permissions, got)
		}
	}
	admin := minh
	admin.Permissions = 1 << 5
	b := newBench(t)
	may := make(chan bool, 1)
	b.start(func(ctx context.Context, r chat.Request) (chat.Message, error) {
		m, err := r.MayManage(ctx)
		may <- m
		return chat.Message{Text: "xong"}, err
	})
	for _, tt := range []struct {
		p    discordtest.Person
		want bool
	}{{admin, true}, {minh, false}, {lan, true}} {
		b.answer(b.server.Slash(tt.p, "ask", "x"), "xong")
		if got := <-may; got != tt.want {
			t.Errorf("%+v may manage: %v", tt.p, got)
		}
	}
}
