//go:build linux

package console

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"trichdan/bot/chat"
)

// childHistory, when set, makes the test binary a program with a Console on
// its own standard input and output: its value is the file of the history.
const childHistory = "CONSOLE_TEST_HISTORY"

func TestMain(m *testing.M) {
	if history := os.Getenv(childHistory); history != "" {
		os.Exit(child(history))
	}
	os.Exit(m.Run())
}

func child(history string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	o := Options{
		Articles: 16, Examples: []string{"Ai đi?"}, Commands: []string{"moi", "trogiup", "them"}, History: history, NoColor: true,
		Page: "http://localhost:8080",
	}
	h := goesOn(says("Bước một.\nHai dòng.", "Bước hai.", "Xong."))
	err := New(os.Stdin, os.Stdout, o).Receive(ctx, func(ctx context.Context, r chat.Request) (chat.Message, error) {
		if r.Text == "đi" {
			return h(ctx, r)
		}
		m, err := readFiles(ctx, r)
		m.Text = strings.ReplaceAll(m.Text, "\n", "⏎")
		return m, err
	})
	stop()
	fmt.Printf("ended: %v, left: %v\n", err, goleak.Find(goleak.IgnoreTopFunction("os/signal.loop")))
	return 0
}

func TestTerminal(t *testing.T) {
	history := filepath.Join(t.TempDir(), "history")
	s := startSession(t, history)
	s.expect("Kho có 16 bài báo.")
	s.expect("Trang web: http://localhost:8080")
	s.expect("  Ai đi?")
	s.expect(sayPrompt)
	s.key("đường nào?\r")
	s.expect("()(đường nào?)")
	s.expect(sayPrompt)
	// Backspace takes a letter with its marks, whole.
	s.key("moo\u0302\u0323\x7fi?\r")
	s.expect("()(moi?)")
	s.expect(sayPrompt)
	s.key("/tr\tx\r") // TAB completes
	s.expect("(trogiup)(x)")
	s.expect(sayPrompt)
	s.key("\x1b[A\x1b[A\x1b[A\r") // the third line back
	s.expect("()(đường nào?)")
	s.expect(sayPrompt)
	s.key("\r") // an empty line asks again
	s.expect(sayPrompt)
	s.key("\x04")
	s.expect("ended: <nil>, left: <nil>")

	info, err := os.Stat(history)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the history has mode %v", info.Mode())
	}
	b, err := os.ReadFile(history)
	if err != nil {
		t.Fatal(err)
	}
	if want := "đường nào?\nmoi?\n/trogiup x\nđường nào?\n"; string(b) != want {
		t.Errorf("the history is %q, want %q", b, want)
	}

	s = startSession(t, history)
	s.expect(sayPrompt)
	s.key("\x1b[A\r")
	s.expect("()(đường nào?)")
	s.expect(sayPrompt)
	s.key("/thoat\r")
	s.expect("ended: <nil>, left: <nil>")
}

// TestTerminalFiles: a file is named with TAB, and a text of many lines is
// pasted, whatever is in it.
func TestTerminalFiles(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "bài báo.txt")
	if err := os.WriteFile(path, []byte("nội dung"), 0o600); err != nil {
		t.Fatal(err)
	}
	history := filepath.Join(t.TempDir(), "history")
	s := startSession(t, history)
	s.expect(sayPrompt)
	s.key("/them " + folder + "/b\t\r")
	s.expect("(them)()(bài báo.txt 10 nội dung)")
	s.expect(sayPrompt)

	s.key("/them\r")
	s.expect(sayPaste)
	s.expect(sayPastePrompt)
	s.key("Dòng một\tcó dấu cách.\r\r/moi không là lệnh\r.\r")
	s.expect("(them)(Dòng một có dấu cách.⏎⏎/moi không là lệnh)")
	s.expect(sayPrompt)

	s.key("/add\r")
	s.expect(sayPastePrompt)
	s.key("bỏ đi\r")
	s.expect("bỏ đi")
	s.expect(sayPastePrompt)
	s.key("dở")
	s.expect("dở")
	s.key("\x03")
	s.expect(sayPasteLeft)
	s.expect(sayPrompt)

	s.key("/them\r.\r")
	s.expect(sayPasteLeft)
	s.expect(sayPrompt)
	s.key("/them\rmột\r\x04")
	s.expect("(them)(một)")
	s.expect(sayPrompt)
	s.key("/them khong-co.txt\r")
	s.expect("Không thấy tệp khong-co.txt.")
	s.expect(sayPrompt)
	s.key("\x04")
	s.expect("ended: <nil>, left: <nil>")
	b, err := os.ReadFile(history)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "Dòng một") {
		t.Errorf("what was pasted is in the history: %q", b)
	}
}

// TestTerminalFollow: what goes on writes over its own lines, those alone.
func TestTerminalFollow(t *testing.T) {
	s := startSession(t, filepath.Join(t.TempDir(), "history"))
	s.expect(sayPrompt)
	s.key("đi\r")
	s.expect("Đang nạp.\r\n")
	s.expect("\r\x1b[JXong.\r\n") // what comes before it depends on how fast the machine is
	s.expect(sayPrompt)
	s.key("\x04")
	s.expect("ended: <nil>, left: <nil>")
	s.mu.Lock()
	defer s.mu.Unlock()
	left := seen(strings.ReplaceAll(s.shown.String(), "\r\n", "\n"))
	if want := sayPrompt + "đi\nXong.\n\n" + sayPrompt; !strings.Contains(left, want) {
		t.Errorf("what is left on the terminal: %q, want %q in it", left, want)
	}
}

// TestTerminalEnds: Ctrl-C and a signal end an open prompt, and give the
// terminal back as it was.
func TestTerminalEnds(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(*session)
		want string
	}{
		{"Ctrl-C", func(s *session) {
			s.key("dở")
			s.expect("dở") // before, the key would be a signal
			s.key("\x03")
		}, "ended: <nil>, left: <nil>"},
		{"signal", func(s *session) {
			if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				s.t.Fatal(err)
			}
		}, "ended: context canceled, left: <nil>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := startSession(t, filepath.Join(t.TempDir(), "history"))
			s.expect(sayPrompt)
			tt.end(s)
			s.expect(tt.want)
			if after := localModes(t, s); after != s.modes {
				t.Errorf("the terminal had the modes %x, and has %x", s.modes, after)
			}
		})
	}
}
