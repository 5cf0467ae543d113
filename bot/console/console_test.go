package console

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"trichdan/bot/chat"
)

var errBroken = errors.New("broken")

// echo answers with the request, so that a test sees what was asked.
func echo(_ context.Context, r chat.Request) (chat.Message, error) {
	return chat.Message{Text: "(" + r.Command + ")(" + r.Text + ")"}, nil
}

func TestReceivePlain(t *testing.T) {
	defer goleak.VerifyNone(t)
	long := strings.Repeat("ơ", MaxLine)
	for _, tt := range []struct {
		name, in, want string
	}{
		{"questions and commands", "Ai đi?\n/moi  giao thông \n/trogiup\n", "()(Ai đi?)\n\n(moi)(giao thông)\n\n(trogiup)()\n"},
		{"no final line break", "một\nhai", "()(một)\n\n()(hai)\n"},
		{"an empty line", "\n", "()()\n"},
		{"CR LF and a byte order mark", "\ufeffmột\r\nhai\r\n", "()(một)\n\n()(hai)\n"},
		{"a slash alone, a fraction, a path", "/\n/2 là gì\n//x\n", "()(/)\n\n()(/2 là gì)\n\n()(//x)\n"},
		{"leaving", "một\n/thoat\nhai\n", "()(một)\n"},
		{"leaving in English", "/quit\n", ""},
		{"not UTF-8", "a\xffb\n", "()(a\ufffdb)\n"},
		{"control characters come back harmless", "a\x1b[31mb\n", "()(a\ufffd[31mb)\n"},
		{"a line too long", long + "\nhai\n", sayTooLong + "\n\n()(hai)\n"},
		{"nothing at all", "", "Mỗi dòng là một câu hỏi, ví dụ: echo \"Bí thư Thành ủy Hà Nội là ai?\" | trichdan\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := New(strings.NewReader(tt.in), &out, Options{}).Receive(t.Context(), echo); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRequest: the handler learns where the question comes from.
func TestRequest(t *testing.T) {
	want := chat.Request{
		Ref: chat.Ref{Platform: "console", Chat: "console"}, User: "console",
		Direct: true, Command: "hoi", Text: "ai đi",
	}
	if diff := cmp.Diff(want, request(" /hoi\tai đi ")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHandlerErrors(t *testing.T) {
	for _, tt := range []struct {
		name string
		m    chat.Message
		err  error
		want string
	}{
		{"nothing to say", chat.Message{}, errBroken, sayFailed},
		{"too slow", chat.Message{}, context.DeadlineExceeded, sayTimeout},
		{"own words", chat.Message{Text: "Thử lại sau."}, errBroken, "Thử lại sau."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			h := func(context.Context, chat.Request) (chat.Message, error) { return tt.m, tt.err }
			if err := New(strings.NewReader("x\n"), &out, Options{}).Receive(t.Context(), h); err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(out.String()); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestTimeout: a handler that does not come back by itself is told to.
func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		h := func(ctx context.Context, _ chat.Request) (chat.Message, error) {
			<-ctx.Done()
			return chat.Message{}, ctx.Err()
		}
		start := time.Now()
		if err := New(strings.NewReader("x\n"), &out, Options{Timeout: 5 * time.Second}).Receive(t.Context(), h); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("took %v of the fake clock", took)
		}
		if got := strings.TrimSpace(out.String()); got != sayTimeout {
			t.Errorf("got %q", got)
		}
	})
}

// TestCancel: Receive comes back at once, whatever it waits for, and leaves
// nothing running.
func TestCancel(t *testing.T) {
	waits := func(ctx context.Context, _ chat.Request) (chat.Message, error) {
		<-ctx.Done()
		return chat.Message{Text: "zu spät"}, nil
	}
	for _, tt := range []struct {
		name string
		open func(*testing.T) (in io.Reader, put func(string))
		h    chat.Handler
		line string
	}{
		{"reading a pipe of the system", systemPipe, echo, "một\n"},
		{"reading a pipe of the program", programPipe, echo, "một\n"},
		{"in the handler", systemPipe, waits, "một\n"},
		{"in the middle of a line", systemPipe, echo, "một\nhai"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			in, put := tt.open(t)
			ctx, cancel := context.WithCancel(t.Context())
			asked := make(chan struct{})
			var out bytes.Buffer
			done := make(chan error)
			go func() {
				done <- New(in, &out, Options{}).Receive(ctx, func(ctx context.Context, r chat.Request) (chat.Message, error) {
					close(asked)
					return tt.h(ctx, r)
				})
			}()
			put(tt.line)
			<-asked
			cancel()
			if err := <-done; err != context.Canceled {
				t.Errorf("got %v, want %v", err, context.Canceled)
			}
			if strings.Contains(out.String(), "zu spät") {
				t.Error("an answer was shown after the end")
			}
		})
	}
}

// TestCancelledBefore: nothing is read.
func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	err := New(strings.NewReader("x\n"), &out, Options{}).Receive(ctx, echo)
	if err != context.Canceled || out.Len() > 0 {
		t.Errorf("got %v and %q", err, out.String())
	}
}

func TestReadAndWriteErrors(t *testing.T) {
	failing := io.MultiReader(strings.NewReader("một\n"), brokenReader{})
	var out bytes.Buffer
	if err := New(failing, &out, Options{}).Receive(t.Context(), echo); !errors.Is(err, errBroken) {
		t.Errorf("read: got %v", err)
	}
	if err := New(strings.NewReader("một\n"), brokenWriter{}, Options{}).Receive(t.Context(), echo); !errors.Is(err, errBroken) {
		t.Errorf("write: got %v", err)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }

func systemPipe(t *testing.T) (io.Reader, func(string)) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, func(s string) {
		if _, err := io.WriteString(w, s); err != nil {
			t.Error(err)
		}
	}
}

func programPipe(t *testing.T) (io.Reader, func(string)) {
	r, w := io.Pipe()
	t.Cleanup(func() { w.Close() })
	return r, func(s string) {
		if _, err := io.WriteString(w, s); err != nil {
			t.Error(err)
		}
	}
}

func TestLines(t *testing.T) {
	exact := strings.Repeat("a", MaxLine)
	lines := NewLines(strings.NewReader("\ufeff\n" + exact + "\r\n" + exact + "b\n" + "\ufeffc"))
	for _, want := range []struct {
		line  string
		whole bool
	}{{"", true}, {exact, true}, {exact, false}, {"\ufeffc", true}} {
		line, whole, err := lines.Next(t.Context())
		if err != nil || line != want.line || whole != want.whole {
			t.Errorf("got %d bytes, whole %v, %v; want %d, %v", len(line), whole, err, len(want.line), want.whole)
		}
	}
	if _, _, err := lines.Next(t.Context()); err != io.EOF {
		t.Errorf("got %v, want the end", err)
	}
}

func TestGreeting(t *testing.T) {
	for _, tt := range []struct {
		o    Options
		want string
	}{
		{Options{}, "Kho chưa có bài báo nào. " + sayHelp},
		{Options{Articles: 7}, "Kho có 7 bài báo. " + sayHelp},
		{Options{Articles: 22642, Examples: []string{"Ai đi?", "Đi đâu?"}},
			"Kho có 22.642 bài báo. " + sayHelp + "\nHỏi thử:\n  Ai đi?\n  Đi đâu?"},
		{Options{Page: "http://localhost:8080"}, "Kho chưa có bài báo nào. " + sayHelp + "\nTrang web: http://localhost:8080"},
		{Options{Articles: 7, Page: "https://bao.example\x1b"}, "Kho có 7 bài báo. " + sayHelp + "\nTrang web: https://bao.example\ufffd"},
	} {
		if diff := cmp.Diff(tt.want, New(nil, nil, tt.o).greeting().Text); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1.000", 1234567: "1.234.567"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
	}
}

func TestCompleter(t *testing.T) {
	complete := completer([]string{"moi", "latest", "trogiup", "trangthai"})
	for line, want := range map[string][]string{
		"/t":   {"/thoat ", "/trangthai ", "/trogiup "},
		"/TRO": {"/trogiup "},
		"/q":   {"/quit "},
		"/x":   nil,
		"t":    nil,
		"/moi": {"/moi "},
		"":     nil,
		"/m i": nil,
	} {
		if diff := cmp.Diff(want, complete(line)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
	}
}

func TestStyleOfAFile(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := StyleOf(f, false); got != (Style{}) {
		t.Errorf("got %+v, want plain text", got)
	}
}
