package console

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
)

func TestConformance(t *testing.T) {
	chattest.Run(t, func(t *testing.T) *chattest.Subject {
		in, typed, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { in.Close(); typed.Close() })
		out := &screen{shown: make(chan chattest.Shown, 10_000)}
		c := New(in, out, Options{Log: chattest.Logger(t)})
		return &chattest.Subject{
			Receiver: c, Sender: c, To: here, Phrases: chat.Phrases{Failed: sayFailed}, Bound: 1,
			Ask: func(_ int, text string) {
				if _, err := io.WriteString(typed, text+"\n"); err != nil {
					t.Error(err)
				}
			},
			Follows: chattest.FollowsAtEnd,
			Attach: func(_ int, text, name string, content []byte) {
				path := filepath.Join(t.TempDir(), name)
				if err := os.WriteFile(path, content, 0o600); err != nil {
					t.Error(err)
				}
				if _, err := io.WriteString(typed, text+" "+path+"\n"); err != nil {
					t.Error(err)
				}
			},
			Next: out.next,
			Shows: func(quote string) string {
				return strings.ReplaceAll(chat.Clean(quote), "\n", "\n"+margin)
			},
		}
	})
}

// screen takes what a console writes: each write is a message.
type screen struct {
	shown chan chattest.Shown
}

func (s *screen) Write(b []byte) (int, error) {
	m := chattest.Shown{Text: string(b)}
	if i := strings.IndexFunc(m.Text, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) }); i >= 0 {
		m.Problem = "a character that acts on the terminal"
	}
	if !strings.HasSuffix(m.Text, "\n") {
		m.Problem = "its last line does not end"
	}
	s.shown <- m
	return len(b), nil
}

func (s *screen) next(ctx context.Context) (chattest.Shown, error) {
	select {
	case m := <-s.shown:
		return m, nil
	default:
	}
	select {
	case m := <-s.shown:
		return m, nil
	case <-ctx.Done():
		return chattest.Shown{}, ctx.Err()
	}
}

// TestSend: what is sent stands apart from what was said before, and puts the
// prompt after itself.
func TestSend(t *testing.T) {
	var out bytes.Buffer
	c := New(strings.NewReader(""), &out, Options{})
	send := func(text string) {
		t.Helper()
		id, err := c.Send(t.Context(), chat.Post{To: here, Message: chat.Message{Text: text}})
		if id != "" || err != nil {
			t.Errorf("got %q, %v", id, err)
		}
	}
	send("Tin một.")
	send("Tin hai.")
	c.prompting(sayPrompt)
	send("Tin ba.")
	c.prompting("")
	send("Tin bốn.")
	send("")
	want := "Tin một.\n\nTin hai.\n\n\nTin ba.\n\n" + sayPrompt + "Tin bốn.\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestSendErrors(t *testing.T) {
	m := chat.Message{Text: "Tin."}
	c := New(strings.NewReader(""), brokenWriter{}, Options{})
	for _, tt := range []struct {
		to   chat.Ref
		want chat.Kind
	}{
		{here, chat.Temporary},
		{chat.Ref{Platform: "telegram", Chat: "1"}, chat.Rejected},
	} {
		_, err := c.Send(t.Context(), chat.Post{To: tt.to, Message: m})
		if e, ok := errors.AsType[*chat.Error](err); !ok || e.Kind != tt.want || e.Reason == "" {
			t.Errorf("to %+v: got %v, want %v", tt.to, err, tt.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Send(ctx, chat.Post{To: here, Message: m}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

// TestSendWhileAnswering: messages and answers do not get into each other.
func TestSendWhileAnswering(t *testing.T) {
	const n = 50
	var out bytes.Buffer
	c := New(strings.NewReader(strings.Repeat("câu hỏi\n", n)), &out, Options{})
	var sending sync.WaitGroup
	for range n {
		sending.Go(func() {
			if _, err := c.Send(t.Context(), chat.Post{To: here, Message: chat.Message{Text: "Tin dài\nhai dòng."}}); err != nil {
				t.Error(err)
			}
		})
	}
	if err := c.Receive(t.Context(), echo); err != nil {
		t.Error(err)
	}
	sending.Wait()
	count := map[string]int{}
	for part := range strings.SplitSeq(strings.TrimSuffix(out.String(), "\n"), "\n\n") {
		count[part]++
	}
	if len(count) != 2 || count["Tin dài\nhai dòng."] != n || count["()(câu hỏi)"] != n {
		t.Errorf("got %v", count)
	}
}
