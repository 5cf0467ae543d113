//go:build unix

package main

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"trichdan/bot/telegram/telegramtest"
	"trichdan/corpus/sample"
	"trichdan/jobs/ledger"
)

// server is the program that serves, as a process of its own. How its standard
// input is, is how cmd has it: the null device.
type server struct {
	*exec.Cmd
	page string // where it listens, "" if nowhere

	mu  sync.Mutex
	log strings.Builder
	end chan struct{} // closed when standard error is at its end
}

// startServer starts the program, and with page waits until it listens.
func startServer(t *testing.T, page bool, env []string, args ...string) *server {
	t.Helper()
	s := &server{Cmd: program(t, args...), end: make(chan struct{})}
	s.Env = append(s.Env, env...)
	if page {
		s.Env = append(s.Env, "TRICHDAN_LISTEN=127.0.0.1:0")
	}
	errs, err := s.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.ProcessState == nil {
			_ = s.Process.Kill()
			<-s.end
			_ = s.Cmd.Wait()
		}
		if t.Failed() {
			t.Log(s.said())
		}
	})
	listening := make(chan string, 1)
	go func() {
		defer close(s.end)
		defer close(listening)
		for lines := bufio.NewScanner(errs); lines.Scan(); {
			s.mu.Lock()
			s.log.WriteString(lines.Text() + "\n")
			s.mu.Unlock()
			if _, address, ok := strings.Cut(lines.Text(), "msg=listening address="); ok {
				listening <- address
			}
		}
	}()
	if page {
		if s.page = "http://" + <-listening; s.page == "http://" {
			t.Fatal("it does not listen")
		}
	}
	return s
}

func (s *server) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// stop signals the program and gives how it ended.
func (s *server) stop(t *testing.T, signal os.Signal) error {
	t.Helper()
	if err := s.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	<-s.end // before Wait, which closes the pipe
	return s.Wait()
}

// ready waits until questions can be answered.
func (s *server) ready(t *testing.T) {
	t.Helper()
	for {
		if _, err := fetch(t.Context(), s.page+"/readyz"); err == nil {
			return
		}
		pause(t.Context(), 20*time.Millisecond)
		if t.Context().Err() != nil {
			t.Fatal("it does not get ready")
		}
	}
}

// unfinished counts the updates that a data folder has left.
func unfinished(t *testing.T, data string) int {
	t.Helper()
	l, err := ledger.Open(t.Context(), filepath.Join(data, "ledger.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	left, err := l.Unfinished(t.Context(), "telegram")
	if err != nil {
		t.Fatal(err)
	}
	return len(left)
}

// TestSettlesAtTheEnd: a question that is being answered when the signal to end
// comes is answered, the program ends well, and nothing is left. What arrives
// after the signal is not taken: Telegram keeps it for the next process.
func TestSettlesAtTheEnd(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			network := telegramtest.New()
			defer network.Close()
			data := filepath.Join(t.TempDir(), "data")
			question := sample.Questions()[0]
			// The first attempt to answer is put off, and the answer is in the
			// process's hands meanwhile.
			refused := make(chan struct{})
			network.Fail("sendMessage", telegramtest.Fault{Status: http.StatusTooManyRequests, Description: "later", RetryAfter: 1, Arrived: refused})
			network.Say(telegramtest.Said{From: telegramtest.User{ID: 5, Name: "N"}, Text: question})
			s := startServer(t, false, []string{"TRICHDAN_TELEGRAM_TOKEN=" + network.Token, "TRICHDAN_TELEGRAM_API=" + network.URL}, "serve", "--data", data)
			<-refused
			if err := s.stop(t, signal); err != nil {
				t.Errorf("it ended with %v", err)
			}
			if got := network.Replies(5); len(got) != 1 || !strings.Contains(got[0].Text, "[1]") {
				t.Errorf("the answers: %+v", got)
			}
			if n := unfinished(t, data); n > 0 {
				t.Errorf("%d updates were left", n)
			}
			if got := s.said(); strings.Contains(got, "level=ERROR") || strings.Contains(got, question) {
				t.Errorf("it logged %s", got)
			}
		})
	}
}

// TestSecondSignal: who does not want to wait for the end signals again.
func TestSecondSignal(t *testing.T) {
	network := telegramtest.New()
	defer network.Close()
	data := filepath.Join(t.TempDir(), "data")
	refused := make(chan struct{})
	network.Fail("sendMessage", telegramtest.Fault{Status: http.StatusTooManyRequests, Description: "much later", RetryAfter: 300, Arrived: refused})
	network.Say(telegramtest.Said{From: telegramtest.User{ID: 5, Name: "N"}, Text: "SEA Games 31 khai mạc ở đâu?"})
	s := startServer(t, false, []string{"TRICHDAN_TELEGRAM_TOKEN=" + network.Token, "TRICHDAN_TELEGRAM_API=" + network.URL}, "serve", "--data", data)
	<-refused
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	// The first one has arrived when it says that it ends.
	for !strings.Contains(s.said(), "msg=ending") {
		select {
		case <-s.end:
			t.Fatal("it ended at the first signal, and yet there was something to wait for")
		default:
			pause(t.Context(), 5*time.Millisecond)
		}
	}
	err := s.stop(t, syscall.SIGTERM)
	exit, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		t.Log("this machine is too slow: it had ended before the second signal")
	case !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM:
		t.Errorf("it ended with %v", err)
	}
	if n := unfinished(t, data); n != 1 {
		t.Errorf("%d updates were left, want the question", n)
	}
}

// TestServesThePage: with no token and nothing on standard input, as in a
// container, serve answers on the page until it is told to end; health says that
// it is alive, and so does the page of metrics.
func TestServesThePage(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := startServer(t, true, []string{"TRICHDAN_METRICS_TOKEN=token-of-metrics"}, "serve", "--data", data)
	s.ready(t)
	body, err := fetch(t.Context(), s.page+"/?q=SEA+Games+31+khai+m%E1%BA%A1c+%E1%BB%9F+%C4%91%C3%A2u%3F")
	if err != nil || !strings.Contains(body, "Mỹ Đình") {
		t.Errorf("%v: %s", err, body)
	}
	if body, err := fetch(t.Context(), s.page+"/metrics"); err != nil || !strings.Contains(body, `trichdan_questions_total{outcome="answered",platform="web"} 1`) {
		t.Errorf("%v: %s", err, body)
	}
	address := strings.TrimPrefix(s.page, "http://")
	for _, listen := range []string{address, "off"} { // off: by the control socket
		health := program(t, "health", "--data", data, "--listen", listen)
		if out, err := health.CombinedOutput(); err != nil {
			t.Errorf("--listen %s: %v, %s", listen, err, out)
		}
	}
	if err := s.stop(t, syscall.SIGTERM); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if got := s.said(); strings.Contains(got, "khai mạc") || strings.Contains(got, "token-of-metrics") || strings.Contains(got, "level=ERROR") {
		t.Errorf("it logged %s", got)
	}
	health := program(t, "health", "--data", data, "--listen", "off")
	if out, err := health.CombinedOutput(); err == nil {
		t.Errorf("it has ended and is healthy: %s", out)
	}
}

// TestNothingToRead: without any verb and without input there is nothing to do,
// and with serve and nothing to serve there is not either.
func TestNothingToRead(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if out, err := program(t, "--data", data).CombinedOutput(); err != nil || !strings.Contains(string(out), "trichdan") {
		t.Errorf("%v, %s", err, out)
	}
	out, err := program(t, "serve", "--data", data).CombinedOutput() // with TRICHDAN_LISTEN=off
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != exitFailed || !strings.Contains(string(out), "nothing to serve") {
		t.Errorf("%v, %s", err, out)
	}
}

// TestListenIsTaken: who asks for an address that cannot be had is told so.
func TestListenIsTaken(t *testing.T) {
	s := startServer(t, true, nil, "serve", "--data", filepath.Join(t.TempDir(), "data"))
	address := strings.TrimPrefix(s.page, "http://")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	got := runHere(ctx, t, nil, "health", "--listen", address)
	if got.code != exitDone || got.out != "ok\n" {
		t.Errorf("%+v", got)
	}
	second := program(t, "serve", "--data", filepath.Join(t.TempDir(), "data"), "--listen", address)
	out, err := second.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != exitFailed || !strings.Contains(string(out), "--listen (TRICHDAN_LISTEN)") {
		t.Errorf("%v, %s", err, out)
	}
	if err := s.stop(t, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}
