//go:build unix

package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"trichdan/bot/telegram/telegramtest"
)

// program is the test binary as the program, with a home of its own. It logs
// text, and serves no page unless it is told where: programs run side by side.
func program(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = []string{asProgram + "=1", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TRICHDAN_LOG_FORMAT=text", "TRICHDAN_LISTEN=off"}
	return cmd
}

// serveTelegram starts the program on a fake Telegram, which it may be told more
// of in its environment. Killing it gives what it has logged, where no token may
// be.
func serveTelegram(t testing.TB, network *telegramtest.Server, data string, env ...string) (kill func() (log string)) {
	t.Helper()
	cmd := program(t, "serve", "--data", data)
	cmd.Env = append(append(cmd.Env, "TRICHDAN_TELEGRAM_TOKEN="+network.Token, "TRICHDAN_TELEGRAM_API="+network.URL), env...)
	var log strings.Builder
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return func() string {
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = cmd.Wait() // it was killed
		if strings.Contains(log.String(), network.Token) {
			t.Error("the token is in the log")
		}
		if t.Failed() {
			t.Log(log.String())
		}
		return log.String()
	}
}

// startChat starts the program and comes back when it has answered once and
// waits for more.
func startChat(t *testing.T, data string) (cmd *exec.Cmd, errs *strings.Builder) {
	t.Helper()
	cmd, errs = program(t, "--data", data), &strings.Builder{}
	cmd.Stderr = errs
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(in, "/trogiup\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return cmd, errs
}

// TestSignals: a signal ends a chat that waits for input, cleanly.
func TestSignals(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			cmd, errs := startChat(t, data)
			if _, err := os.Stat(filepath.Join(data, "lock.pid")); err != nil {
				t.Error(err)
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err != nil || errs.Len() > 0 {
				t.Errorf("ended with %v and %q", err, errs.String())
			}
			if _, err := os.Stat(filepath.Join(data, "lock.pid")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the owner's number was left: %v", err)
			}
		})
	}
}

// TestKilledOwner: a process that was killed locks nobody out.
func TestKilledOwner(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	cmd, _ := startChat(t, data)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("it was killed, and yet it ended well")
	}
	if got := runHere(t.Context(), t, nil, "ask", "--data", data, "SEA Games 31 khai mạc ở đâu?"); got.code != exitDone || got.err != "" {
		t.Errorf("got %+v", got)
	}
}

// TestReadOnly: a folder that cannot be written, as seen by somebody who is not
// root.
func TestReadOnly(t *testing.T) {
	parent := t.TempDir()
	data := filepath.Join(parent, "data")
	if got := runHere(t.Context(), t, nil, "ask", "--data", data, "x"); got.code != exitDone {
		t.Fatalf("got %+v", got)
	}
	for _, tt := range []struct{ name, data string }{
		{"made by somebody else", data},
		{"not there", filepath.Join(parent, "other")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cmd := asNobody(t, "ask", "--data", tt.data, "x")
			var out, errs strings.Builder
			cmd.Stdout, cmd.Stderr = &out, &errs
			err := cmd.Run()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
				t.Fatalf("ended with %v and %q", err, errs.String())
			}
			if got := errs.String(); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "trichdan: cannot ") ||
				!strings.Contains(got, tt.data) || !strings.Contains(got, "check owner and permissions, or give another data folder with --data (TRICHDAN_DATA)") {
				t.Errorf("got %q", got)
			}
			if out.Len() > 0 {
				t.Errorf("printed %q", out.String())
			}
		})
	}
}

// asNobody is the program run by a user without rights, who can read the
// folders of the test and write none.
func asNobody(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := program(t, args...)
	parent := filepath.Dir(args[2])
	if os.Geteuid() != 0 {
		if err := os.Chmod(parent, 0o500); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(parent, 0o700) })
		return cmd
	}
	// The folders of the test and of its binary are closed to others: these
	// are opened, that is started through an open file.
	for dir := parent; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o005 != 0o005 && strings.HasPrefix(dir, os.TempDir()+string(filepath.Separator)) {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	binary, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Skip("as root, this needs /proc")
	}
	t.Cleanup(func() { binary.Close() })
	cmd.Path, cmd.ExtraFiles = "/proc/self/fd/3", []*os.File{binary}
	const nobody = 65534
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return cmd
}
