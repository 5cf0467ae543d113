package ledger

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"trichdan/bot/chat"
)

const crashEnv = "TRICHDAN_TEST_CRASH"

// TestCrashChild is the process that TestCrash kills: it takes updates in until
// then, many at a time, and says so before and after each step.
func TestCrashChild(t *testing.T) {
	path := os.Getenv(crashEnv)
	if path == "" {
		t.Skip("run by TestCrash")
	}
	l, err := Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	say := func(what string, n int64) {
		mu.Lock()
		defer mu.Unlock()
		if _, err := fmt.Println(what, n); err != nil {
			os.Exit(1)
		}
	}
	ctx := t.Context()
	places := make(chan struct{}, 30)
	for n := int64(1); ; n++ {
		places <- struct{}{}
		if _, err := l.Accept(ctx, "telegram", n, []chat.Update{{ID: fmt.Sprint(n), Body: []byte("câu hỏi")}}); err != nil {
			t.Fatal(err)
		}
		say("accepted", n)
		go func() {
			defer func() { <-places }()
			id := fmt.Sprint(n)
			if _, err := l.Begin(ctx, "telegram", id); err != nil {
				t.Error(err)
			}
			say("finishing", n)
			r := chat.Reply{Ref: chat.Ref{Platform: "telegram", Chat: "1"}, Question: id, Message: "m" + id}
			if err := l.Finish(ctx, "telegram", id, r); err != nil {
				t.Error(err)
			}
			say("finished", n)
		}()
	}
}

// TestCrash kills a process while it takes updates in. What it said to be
// accepted is there until it is finished, the position is not behind it, and a
// finished one has its reply.
func TestCrash(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 4 {
		path := filepath.Join(t.TempDir(), "ledger.db")
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashChild$")
		child.Env = append(os.Environ(), crashEnv+"="+path)
		out, err := child.StdoutPipe()
		ok(t, err)
		ok(t, child.Start())
		said := map[string]int64{} // "accepted 7"; and the last of each
		lines := 200 + r.IntN(800)
		for s := bufio.NewScanner(out); s.Scan(); {
			if said[s.Text()]++; len(said) == lines {
				ok(t, child.Process.Kill()) // and read on to the end
			}
		}
		if err := child.Wait(); err == nil || len(said) < lines {
			t.Fatalf("it ended by itself (%v) after %d lines", err, len(said))
		}

		l := open(t, path, nil)
		us, err := l.Unfinished(t.Context(), "telegram")
		ok(t, err)
		waiting := map[string]bool{}
		for _, u := range us {
			waiting[u.ID] = string(u.Body) == "câu hỏi"
		}
		position, _, err := l.Position(t.Context(), "telegram")
		ok(t, err)
		accepted := 0
		for line := range said {
			what, id, _ := strings.Cut(line, " ")
			var n int64
			if _, err := fmt.Sscan(id, &n); err != nil {
				continue // the line that the kill cut off
			}
			switch what {
			case "accepted":
				accepted++
				if position < n {
					t.Errorf("position %d is behind update %d", position, n)
				}
				if !waiting[id] && said["finishing "+id] == 0 {
					t.Errorf("update %s is lost", id)
				}
			case "finished":
				m, err := l.ReplyTo(t.Context(), chat.Ref{Platform: "telegram", Chat: "1"}, id)
				if m != "m"+id || waiting[id] || err != nil {
					t.Errorf("update %s: reply %q, unfinished %v, %v", id, m, waiting[id], err)
				}
			}
		}
		if accepted == 0 {
			t.Error("nothing was accepted")
		}
		t.Logf("%d accepted, %d unfinished", accepted, len(us))
	}
}
