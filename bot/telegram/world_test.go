package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/bot/telegram"
	"trichdan/bot/telegram/telegramtest"
	"trichdan/jobs/ledger"
)

// world is a bot, its journal and a Telegram in memory, all in a bubble with a
// clock of its own: what takes minutes there takes none here.
type world struct {
	*testing.T
	*telegramtest.Server
	journal *spy
	log     *lines
}

var (
	an   = telegramtest.User{ID: 71, Name: "An", Language: "vi"}
	binh = telegramtest.User{ID: 72, Name: "Bình", Language: "en-GB"}
)

const (
	group   = -400
	forum   = -1000000000500
	channel = -1000000000600
)

var phrases = chat.Phrases{Searching: "Đang tìm…", Failed: "Có lỗi, hãy thử lại."}

// in runs a test in a world. After it, nothing may be left of what it started,
// and no secret may be in the log.
func in(t *testing.T, test func(w *world)) {
	t.Helper()
	path := t.TempDir() + "/ledger.db"
	synctest.Test(t, func(t *testing.T) {
		l, err := ledger.Open(context.Background(), path, nil)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{T: t, Server: telegramtest.NewMemory(), journal: &spy{Journal: l}, log: &lines{}}
		t.Cleanup(func() {
			w.Close()
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			secret := strings.TrimPrefix(w.Token, "123456:")
			if strings.Contains(w.log.all(), secret) {
				t.Error("the token is in the log")
			}
			if t.Failed() {
				t.Log(w.log.all())
			}
		})
		for _, c := range []telegramtest.Chat{
			{ID: group, Type: "group"}, {ID: forum, Type: "supergroup", Forum: true}, {ID: channel, Type: "channel"},
		} {
			w.AddChat(c)
		}
		test(w)
	})
}

// bot makes a bot in this world.
func (w *world) bot(change func(*telegram.Options)) *telegram.Telegram {
	o := telegram.Options{
		Token: w.Token, API: w.URL, Client: w.Client(), Journal: w.journal,
		Commands: []chat.Command{
			{Name: "hoi", Alias: "ask", Help: map[chat.Lang]string{chat.Vietnamese: "trả lời kèm trích dẫn", chat.English: "answers with quotes"}},
			{Name: "trangthai", Alias: "status", Admin: true, Help: map[chat.Lang]string{chat.Vietnamese: "tình trạng", chat.English: "how it is going"}},
			{Name: "them", Alias: "add", Admin: true, TakesFile: true, Help: map[chat.Lang]string{chat.Vietnamese: "thêm bài", chat.English: "adds an article"}},
		},
		Phrases: func(context.Context, chat.Request) chat.Phrases { return phrases },
		Log:     slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&o)
	}
	return telegram.New(o)
}

// receive runs a bot until the test ends or stop is called, which gives what
// Receive returned.
func (w *world) receive(b *telegram.Telegram, h chat.Handler) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Receive(ctx, h) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	w.Cleanup(func() {
		if err := stop(); err != nil && !errors.Is(err, context.Canceled) {
			if e, ok := errors.AsType[*chat.Error](err); !ok || e.Kind != chat.Unauthorized {
				w.Errorf("Receive: %v", err)
			}
		}
	})
	synctest.Wait()
	return stop
}

// ask lets a person ask in private, and waits until all is done that takes no
// time.
func (w *world) ask(from telegramtest.User, text string) (id int) {
	id = w.Say(telegramtest.Said{From: from, Text: text})
	synctest.Wait()
	return id
}

// only gives the one message of the bot in a chat.
func (w *world) only(chat int64) telegramtest.Message {
	w.Helper()
	all := w.Replies(chat)
	if len(all) != 1 {
		w.Fatalf("%d messages in chat %d, want one: %v", len(all), chat, texts(all))
	}
	return all[0]
}

func texts(all []telegramtest.Message) (texts []string) {
	for _, m := range all {
		texts = append(texts, m.Text)
	}
	return texts
}

// pass lets time go by.
func pass(d time.Duration) {
	<-time.After(d) // of the bubble's clock
	synctest.Wait()
}

// echo answers with the question, and keeps what it was asked.
type echo struct {
	mu    sync.Mutex
	asked []chat.Request
}

func (e *echo) handle(_ context.Context, r chat.Request) (chat.Message, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.asked = append(e.asked, r)
	return chat.Message{Text: "Đáp: " + r.Command + "|" + r.Text}, nil
}

func (e *echo) all() []chat.Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]chat.Request(nil), e.asked...)
}

// say gives a handler that always says the same, after a while.
func say(m chat.Message, after time.Duration) chat.Handler {
	return func(ctx context.Context, _ chat.Request) (chat.Message, error) {
		select {
		case <-time.After(after):
			return m, nil
		case <-ctx.Done():
			return chat.Message{}, ctx.Err()
		}
	}
}

func text(s string) chat.Message { return chat.Message{Text: s} }

// spy is a journal that keeps what it was told of chats, and that can fail.
type spy struct {
	chat.Journal
	mu      sync.Mutex
	told    []string
	failing int // how many calls of Accept, Unfinished and Position fail
}

func (s *spy) tell(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, line)
}

func (s *spy) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.told, "; ")
}

// fails reports whether a call fails.
func (s *spy) fails() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing == 0 {
		return nil
	}
	s.failing--
	return errors.New("the disk is full")
}

func (s *spy) Unfinished(ctx context.Context, platform string) ([]chat.Update, error) {
	if err := s.fails(); err != nil {
		return nil, err
	}
	return s.Journal.Unfinished(ctx, platform)
}

func (s *spy) Position(ctx context.Context, platform string) (int64, time.Time, error) {
	if err := s.fails(); err != nil {
		return 0, time.Time{}, err
	}
	return s.Journal.Position(ctx, platform)
}

func (s *spy) Accept(ctx context.Context, platform string, position int64, updates []chat.Update) ([]chat.Update, error) {
	if err := s.fails(); err != nil {
		return nil, err
	}
	return s.Journal.Accept(ctx, platform, position, updates)
}

func (s *spy) Moved(ctx context.Context, from, to chat.Ref) error {
	s.tell("moved " + from.Chat + " to " + to.Chat)
	return s.Journal.Moved(ctx, from, to)
}

func (s *spy) Closed(ctx context.Context, ref chat.Ref, reason string) error {
	s.tell(strings.TrimSpace("closed "+ref.Chat+" "+ref.Thread) + ": " + reason)
	return s.Journal.Closed(ctx, ref, reason)
}

func (s *spy) Opened(ctx context.Context, ref chat.Ref) error {
	s.tell("opened " + ref.Chat)
	return s.Journal.Opened(ctx, ref)
}

// lines is a log.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// count is how many lines of the log have a text.
func (l *lines) count(text string) int { return strings.Count(l.all(), text) }
