package ledger

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

const (
	digestCrashEnv    = "TRICHDAN_TEST_DIGEST_CRASH"
	crashSubscribers  = 40
	crashParts        = 2
	crashRunsAtATime  = 10
	crashSendersAtAll = 5
)

// TestDigestCrashChild is the process that TestDigestCrash kills: it makes and
// sends digests until then, and says so before and after each step. What it says
// between "sending" and "sent" stands for the message.
func TestDigestCrashChild(t *testing.T) {
	path := os.Getenv(digestCrashEnv)
	if path == "" {
		t.Skip("run by TestDigestCrash")
	}
	l, err := Open(t.Context(), path, nil)
	ok(t, err)
	ctx := t.Context()
	var mu sync.Mutex
	say := func(what, key string) {
		mu.Lock()
		defer mu.Unlock()
		if _, err := fmt.Println(what, key); err != nil {
			os.Exit(1)
		}
	}
	for i := range crashSubscribers {
		s := daily(chat.Ref{Platform: "telegram", Chat: fmt.Sprint(i)}, "", l.now())
		if _, err := l.Subscribe(ctx, s); err != nil && !errors.Is(err, ErrExists) {
			t.Fatal(err)
		}
	}
	lost, err := l.Interrupted(ctx)
	ok(t, err)
	for _, d := range lost {
		ok(t, l.Settle(ctx, d.Key, Outcome{State: Unknown, NotBefore: d.Made, Problem: "the process ended"}))
		say("unknown", d.Key)
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	for w := range crashSendersAtAll {
		wg.Go(func() {
			for {
				ds, err := l.DueDeliveries(ctx, "telegram", l.now(), 20)
				if err != nil {
					t.Error(err)
				}
				for i, d := range ds {
					if i%crashSendersAtAll != w { // so that they do not all want the same
						continue
					}
					d, err := l.BeginDelivery(ctx, d.Key)
					if errors.Is(err, ErrState) {
						continue
					}
					if err != nil {
						t.Error(err)
					}
					say("sending", d.Key)
					if err := l.Settle(ctx, d.Key, Outcome{State: Sent, Message: "m" + d.Key}); err != nil {
						t.Error(err)
					}
					say("sent", d.Key)
				}
			}
		})
	}
	for {
		subs, err := l.DueSubscriptions(ctx, l.now().Add(100*365*24*time.Hour), crashRunsAtATime)
		ok(t, err)
		var steps []Step
		for _, s := range subs {
			steps = append(steps, Step{
				Subscription: s.ID, From: s.Cursor, UpTo: s.Cursor + 1, Next: s.Next.Add(time.Minute),
				Parts: [][]byte{[]byte("1/2"), []byte("2/2")},
			})
		}
		taken, err := l.AdvanceAll(ctx, steps)
		ok(t, err)
		for i, s := range steps {
			if taken[i] {
				say("advanced", fmt.Sprintf("%d-%d", s.Subscription, s.UpTo))
			}
		}
	}
}

// TestDigestCrash kills a process again and again while it makes and sends
// digests. Each run that it said to be made has all its messages; each message
// said to be sent is sent; what was being sent is known to be; no message is
// sent again unless it is said to be of unknown outcome; the parts of a digest
// go in their order.
func TestDigestCrash(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	path := filepath.Join(t.TempDir(), "ledger.db")
	said := map[string]int{}
	for range 6 {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDigestCrashChild$")
		child.Env = append(os.Environ(), digestCrashEnv+"="+path)
		out, err := child.StdoutPipe()
		ok(t, err)
		ok(t, child.Start())
		lines, most := 0, 50+r.IntN(250)
		for s := bufio.NewScanner(out); s.Scan(); {
			what, key, _ := strings.Cut(s.Text(), " ")
			if want := map[string]int{"advanced": 1, "sending": 2, "sent": 2, "unknown": 2}[what]; want == 0 || strings.Count(key, "-") != want {
				continue // the line that the kill cut off, perhaps, or what the test framework says
			}
			if said[what+" "+key]++; what == "sending" && strings.HasSuffix(key, "-2") && said["sending "+strings.TrimSuffix(key, "2")+"1"] == 0 {
				t.Errorf("the second part of %s was sent first", key)
			}
			if lines++; lines == most {
				ok(t, child.Process.Kill()) // and read on to the end
			}
		}
		if err := child.Wait(); err == nil || lines < most {
			t.Fatalf("it ended by itself (%v) after %d lines", err, lines)
		}
		checkCrash(t, path, said)
	}
	repeats := 0
	for line, n := range said {
		if key, ok := strings.CutPrefix(line, "sending "); ok && n > 1 {
			repeats += n - 1
			if n > 1+said["unknown "+key] {
				t.Errorf("%s was sent %d times, and its outcome unknown %d times", key, n, said["unknown "+key])
			}
		}
	}
	if repeats == 0 {
		t.Error("no kill was between a message and the note that it was sent")
	}
	t.Logf("%d lines, %d repeats", len(said), repeats)
}

func checkCrash(t *testing.T, path string, said map[string]int) {
	t.Helper()
	l, err := Open(t.Context(), path, nil)
	ok(t, err)
	defer func() { ok(t, l.Close()) }()
	states := map[string]State{}
	for id := int64(1); id <= crashSubscribers; id++ {
		s, err := l.Subscription(t.Context(), id)
		if errors.Is(err, ErrNotFound) {
			break // killed before
		}
		ok(t, err)
		ds, err := l.Deliveries(t.Context(), id, 1e6)
		ok(t, err)
		upTo := map[corpus.Seq]int{}
		for _, d := range ds {
			states[d.Key] = d.State
			upTo[d.UpTo]++
			if d.Attempts < said["sending "+d.Key] || d.Repeats > said["unknown "+d.Key] {
				t.Errorf("%+v was sent %d times", d, said["sending "+d.Key])
			}
		}
		for seq := corpus.Seq(1); seq <= s.Cursor; seq++ {
			if upTo[seq] != crashParts {
				t.Errorf("subscription %d, run to %d: %d parts", id, seq, upTo[seq])
			}
			delete(upTo, seq)
		}
		if len(upTo) > 0 {
			t.Errorf("subscription %d has messages beyond its cursor %d: %v", id, s.Cursor, upTo)
		}
	}
	interrupted := map[string]bool{}
	list, err := l.Interrupted(t.Context())
	ok(t, err)
	for _, d := range list {
		interrupted[d.Key] = true
	}
	runs := 0
	for line := range said {
		what, key, _ := strings.Cut(line, " ")
		switch what {
		case "advanced":
			if runs++; states[key+"-1"] == "" {
				t.Errorf("run %s is lost", key)
			}
		case "sent":
			if states[key] != Sent {
				t.Errorf("%s was sent and is %q", key, states[key])
			}
		case "sending":
			if states[key] != Sent && !interrupted[key] && said["unknown "+key] == 0 {
				t.Errorf("%s was being sent and is %q", key, states[key])
			}
		}
	}
	if runs == 0 {
		t.Error("nothing was made")
	}
}
