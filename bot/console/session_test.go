//go:build linux

package console

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// session is a child on a pseudo-terminal.
type session struct {
	t        *testing.T
	cmd      *exec.Cmd
	terminal *os.File
	mu       sync.Mutex
	shown    bytes.Buffer
	more     chan struct{} // has one token when shown has grown
	ended    chan struct{}
	from     int    // expect looks behind this
	modes    uint32 // of the terminal, before the child has it
}

func startSession(t *testing.T, history string) *session {
	t.Helper()
	controller, terminal := openTerminal(t)
	s := &session{t: t, terminal: controller, more: make(chan struct{}, 1), ended: make(chan struct{})}
	s.cmd = exec.Command(os.Args[0])
	s.cmd.Env = append(os.Environ(), childHistory+"="+history, "TERM=xterm")
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = terminal, terminal, terminal
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	s.modes = localModes(t, s)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	terminal.Close()
	go func() {
		defer close(s.ended)
		b := make([]byte, 4096)
		for {
			n, err := controller.Read(b)
			s.mu.Lock()
			s.shown.Write(b[:n])
			s.mu.Unlock()
			select {
			case s.more <- struct{}{}:
			default:
			}
			if err != nil { // the child has closed its side
				return
			}
		}
	}()
	t.Cleanup(func() {
		s.cmd.Process.Kill()
		<-s.ended
		s.cmd.Wait()
	})
	return s
}

// openTerminal makes a pseudo-terminal of 80 columns.
func openTerminal(t *testing.T) (controller, terminal *os.File) {
	t.Helper()
	controller, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { controller.Close() })
	conn, err := controller.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var number int
	if cerr := conn.Control(func(fd uintptr) {
		if err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err != nil {
			return
		}
		if number, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN); err != nil {
			return
		}
		err = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80})
	}); cerr != nil || err != nil {
		t.Fatal(cerr, err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	return controller, terminal
}

func (s *session) key(keys string) {
	s.t.Helper()
	if _, err := io.WriteString(s.terminal, keys); err != nil {
		s.t.Fatal(err)
	}
}

// expect waits until the terminal shows the text, behind what was expected
// before.
func (s *session) expect(text string) {
	s.t.Helper()
	deadline := time.After(time.Minute)
	for {
		s.mu.Lock()
		at := strings.Index(s.shown.String()[s.from:], text)
		if at >= 0 {
			s.from += at + len(text)
		}
		shown := s.shown.String()
		s.mu.Unlock()
		if at >= 0 {
			return
		}
		select {
		case <-s.more:
		case <-deadline:
			s.t.Fatalf("%q was not shown in %q", text, shown)
		}
	}
}

// localModes are those of echo, signals and whole lines.
func localModes(t *testing.T, s *session) uint32 {
	t.Helper()
	conn, err := s.terminal.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var modes *unix.Termios
	if cerr := conn.Control(func(fd uintptr) { modes, err = unix.IoctlGetTermios(int(fd), unix.TCGETS) }); cerr != nil || err != nil {
		t.Fatal(cerr, err)
	}
	return modes.Lflag
}
