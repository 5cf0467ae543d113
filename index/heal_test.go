//go:build unix

package index

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
)

const fullEnv = "TRICHDAN_TEST_FULL"

// TestFullChild is the process of TestFull: the limit that stands for a full
// disk is one of a whole process.
func TestFullChild(t *testing.T) {
	dir := os.Getenv(fullEnv)
	if dir == "" {
		t.Skip("run by TestFull")
	}
	const articles = 60
	m := newMemory()
	many(m, articles, 1)
	x := openIndex(t, dir, m)
	x.batch = 20
	mustUpdate(t, x)

	signal.Ignore(syscall.SIGXFSZ) // then a write behind the limit is an error
	var normal syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &normal); err != nil {
		t.Fatal(err)
	}
	full := func(is bool) {
		t.Helper()
		limit := normal
		if is {
			limit.Cur = 1
		}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
	}
	for round := 2; round <= 3; round++ {
		many(m, articles, round)
		// The disk is full at the first batch of one round, and in the middle of
		// the other; then twice in vain.
		if round == 2 {
			full(true)
		}
		for range 3 {
			_, err := x.Update(t.Context(), func(done, _ int) {
				if done > 0 {
					full(true)
				}
			})
			if !errors.Is(err, errBatch) {
				t.Fatalf("error %v", err)
			}
			checkRound(t, x, articles, round-1)
			if s, err := x.Status(); err != nil || s.Building {
				t.Errorf("status %+v, %v", s, err)
			}
		}
		full(false)
		mustUpdate(t, x)
		checkRound(t, x, articles, round)
		checkState(t, x, m.seq, m.current())
	}
	// A rebuild without space leaves what is there.
	full(true)
	if _, err := x.Rebuild(t.Context(), nil); err == nil {
		t.Error("rebuilt without space")
	}
	checkRound(t, x, articles, 3)
	full(false)
	mustRebuild(t, x)
	checkRound(t, x, articles, 3)
}

// TestFull: an index whose disk was full goes on in the same process when there
// is space again, and answers meanwhile.
func TestFull(t *testing.T) {
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullChild$", "-test.v")
	child.Env = append(os.Environ(), fullEnv+"="+t.TempDir())
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
