package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"trichdan/bot"
	"trichdan/corpus/source"
	"trichdan/jobs"
)

// fakeControlled is a bot that takes orders.
type fakeControlled struct {
	folders []string
	report  jobs.Report
	steps   []bot.Progress
	err     error
	begun   chan struct{} // closed when a reload has begun, if it is not nil
	go_     chan struct{} // which then waits for this
	ended   chan struct{} // closed when it has ended

	mu    sync.Mutex
	calls []string
}

func (f *fakeControlled) called(what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, what)
}

func (f *fakeControlled) Reload(ctx context.Context, progress func(bot.Progress)) (jobs.Report, error) {
	f.called("reload")
	for _, p := range f.steps {
		progress(p)
	}
	if f.begun != nil {
		defer close(f.ended)
		close(f.begun)
		select {
		case <-f.go_:
		case <-ctx.Done():
			return f.report, ctx.Err()
		}
	}
	return f.report, f.err
}

func (f *fakeControlled) Rebuild(_ context.Context, progress func(bot.Progress)) error {
	f.called("rebuild")
	for _, p := range f.steps {
		progress(p)
	}
	return f.err
}

func (f *fakeControlled) Rollback(context.Context) error {
	f.called("rollback")
	return f.err
}

func (f *fakeControlled) Status(context.Context) (bot.Status, error) {
	f.called("status")
	return bot.Status{Version: "thử", Articles: 3, Platforms: nil}, f.err
}

func (f *fakeControlled) Folders(context.Context) ([]string, error) {
	f.called("folders")
	return f.folders, f.err
}

// controlConfig is a configuration over a data folder that is there.
func controlConfig(t *testing.T, data string) *config {
	t.Helper()
	c, problems := newConfig(&cli{Data: data}, streams{strings.NewReader(""), io.Discard, io.Discard})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestControl: what the running bot is asked for, it does, and its progress,
// report and error come over as they were; also where the path of the data
// folder is too long for a socket. Nothing is left behind.
func TestControl(t *testing.T) {
	for name, data := range map[string]string{
		"short": filepath.Join(t.TempDir(), "d"),
		"long":  filepath.Join(t.TempDir(), strings.Repeat("rất-dài-", 12), "d"),
	} {
		t.Run(name, func(t *testing.T) {
			c := controlConfig(t, data)
			c.err.hide("secret-token")
			f := &fakeControlled{
				report: jobs.Report{
					Added: 1, Changed: 2, Withdrawn: 3, Restored: 4, Unchanged: 5, Elapsed: time.Minute,
					Duplicates: []jobs.Duplicate{{Path: "b.txt", Of: "1", OfPath: "a.txt"}},
					Failures:   []source.Failure{{Path: "c.txt", Err: errors.New("empty")}},
				},
				steps: []bot.Progress{{Step: bot.StepReading, Done: 1, Total: 2}, {Step: bot.StepChecking, Done: 2, Total: 2}},
			}
			end, err := serveControl(t.Context(), c, f)
			if err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(c.controlAddress())
			if err != nil || info.Mode().Type() != os.ModeSocket || info.Mode().Perm() != 0o600 {
				t.Errorf("the socket: %v, %v", info, err)
			}
			x := newControlClient(c)
			var steps []bot.Progress
			follow := func(p bot.Progress) { steps = append(steps, p) }
			report, err := x.Reload(t.Context(), follow)
			sameError := cmp.Comparer(func(a, b error) bool { return a.Error() == b.Error() })
			if diff := cmp.Diff(f.report, report, sameError); diff != "" || err != nil {
				t.Errorf("the report: %v\n%s", err, diff)
			}
			if diff := cmp.Diff(f.steps, steps); diff != "" {
				t.Errorf("the progress:\n%s", diff)
			}
			if s, err := x.Status(t.Context()); err != nil || s.Version != "thử" || s.Articles != 3 {
				t.Errorf("%+v, %v", s, err)
			}
			f.err = errors.New("no generation before, secret-token")
			for what, err := range map[string]error{"rebuild": x.Rebuild(t.Context(), nil), "rollback": x.Rollback(t.Context())} {
				if err == nil || err.Error() != "no generation before, [secret]" {
					t.Errorf("%s: %v", what, err)
				}
			}
			if _, err := x.Status(t.Context()); err == nil || err.Error() != "no generation before, [secret]" {
				t.Errorf("status: %v", err)
			}
			if got, err := x.Reload(t.Context(), nil); err == nil || got.Added != 1 {
				t.Errorf("a reload that fails has no report: %+v, %v", got, err)
			}
			end()
			if err := x.Rollback(t.Context()); !errors.Is(err, errNoControl) {
				t.Errorf("after the end: %v", err)
			}
			left, err := os.ReadDir(data)
			if err != nil || len(left) > 0 {
				t.Errorf("left: %v, %v", left, err)
			}
		})
	}
}

// TestControlReplaces: what a killed process has left is replaced.
func TestControlReplaces(t *testing.T) {
	c := controlConfig(t, filepath.Join(t.TempDir(), "d"))
	if err := os.WriteFile(c.controlFile(), []byte("no socket"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.controlAtFile(), []byte("/nowhere\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(c.data, ".control-123"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := newControlClient(c).Rollback(t.Context()); !errors.Is(err, errNoControl) {
		t.Errorf("a broken socket: %v", err)
	}
	end, err := serveControl(t.Context(), c, &fakeControlled{})
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	if err := newControlClient(c).Rollback(t.Context()); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(c.data); len(left) != 1 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
}

// TestControlGoesOn: who stops waiting is told that the reload goes on, and it
// does.
func TestControlGoesOn(t *testing.T) {
	c := controlConfig(t, filepath.Join(t.TempDir(), "d"))
	f := &fakeControlled{begun: make(chan struct{}), go_: make(chan struct{}), ended: make(chan struct{})}
	end, err := serveControl(t.Context(), c, f)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	ctx, cancel := context.WithCancel(t.Context())
	f.steps = []bot.Progress{{Step: bot.StepReading}}
	followed := make(chan error, 1)
	go func() {
		// The progress shows that the answer has begun.
		_, err := newControlClient(c).Reload(ctx, func(bot.Progress) { cancel() })
		followed <- err
	}()
	<-f.begun
	if err := <-followed; !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "goes on") {
		t.Errorf("got %v", err)
	}
	select {
	case <-f.ended:
		t.Error("the reload has ended with who asked for it")
	default:
	}
	close(f.go_)
	<-f.ended
}

// TestControlEnds: the end of the bot ends what it was asked for, and whoever
// waits is told.
func TestControlEnds(t *testing.T) {
	c := controlConfig(t, filepath.Join(t.TempDir(), "d"))
	f := &fakeControlled{begun: make(chan struct{}), go_: make(chan struct{}), ended: make(chan struct{})}
	end, err := serveControl(t.Context(), c, f)
	if err != nil {
		t.Fatal(err)
	}
	followed := make(chan error, 1)
	go func() {
		_, err := newControlClient(c).Reload(t.Context(), nil)
		followed <- err
	}()
	<-f.begun
	end()
	if err := <-followed; err == nil || err.Error() != "interrupted" {
		t.Errorf("got %v", err)
	}
}

// TestReloadBeside: trichdan reload beside a running bot has that one reload its
// own folders; where it is told of others, it refuses.
func TestReloadBeside(t *testing.T) {
	c := controlConfig(t, filepath.Join(t.TempDir(), "d"))
	unlock, err := c.lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	own, other := t.TempDir(), t.TempDir()
	reload := func(args ...string) (code int, stdout, stderr string) {
		var out, err strings.Builder
		code = run(t.Context(), append([]string{"reload", "--data", c.data}, args...), streams{strings.NewReader(""), &out, &err})
		return code, out.String(), err.String()
	}
	if code, _, stderr := reload(); code != exitFailed || !strings.Contains(stderr, "in use") {
		t.Errorf("nobody takes orders: %d, %s", code, stderr)
	}
	f := &fakeControlled{folders: []string{own}, report: jobs.Report{Added: 7}}
	end, err := serveControl(t.Context(), c, f)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	for _, args := range [][]string{nil, {"--corpus", own}} {
		if code, stdout, stderr := reload(args...); code != exitDone || !strings.HasPrefix(stdout, "7 added") {
			t.Errorf("%v: %d, %s%s", args, code, stdout, stderr)
		}
	}
	f.called("others")
	for _, args := range [][]string{{"--corpus", other}, {"--corpus", own, "--corpus", other}} {
		if code, _, stderr := reload(args...); code != exitFailed || !strings.Contains(stderr, "leave --corpus (TRICHDAN_CORPUS) out") {
			t.Errorf("%v: %d, %s", args, code, stderr)
		}
	}
	if want := []string{"folders", "reload", "folders", "reload", "others", "folders", "folders"}; !slices.Equal(f.calls, want) {
		t.Errorf("asked for %q, want %q", f.calls, want)
	}
}
