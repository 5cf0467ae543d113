package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"trichdan/corpus/sample"
	"trichdan/corpus/source"
	"trichdan/corpus/store"
	"trichdan/jobs"
)

// result is what a run in this process gave.
type result struct {
	code     int
	out, err string
}

// runHere runs the program in this process, over an environment without any
// variable of its own.
func runHere(ctx context.Context, t *testing.T, in io.Reader, args ...string) result {
	t.Helper()
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); strings.HasPrefix(name, "TRICHDAN_") || name == "XDG_DATA_HOME" {
			t.Setenv(name, "")
		}
	}
	if in == nil {
		in = strings.NewReader("")
	}
	var out, errs bytes.Buffer
	code := run(ctx, args, streams{in, &out, &errs})
	return result{code, out.String(), errs.String()}
}

// testConfig is a configuration as a run without flags would have it.
func testConfig(t *testing.T, corpus ...string) *config {
	t.Helper()
	c, problems := newConfig(&cli{Data: filepath.Join(t.TempDir(), "data"), Corpus: corpus}, streams{strings.NewReader(""), io.Discard, io.Discard})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return c
}

// ignoreBleve leaves out the goroutines that Bleve starts once and for all.
var ignoreBleve = goleak.IgnoreTopFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker")

func TestOneOwner(t *testing.T) {
	c := testConfig(t)
	a, err := newApp(t.Context(), c, false)
	if err != nil {
		t.Fatal(err)
	}
	second := runHere(t.Context(), t, nil, "ask", "--data", c.data, "x")
	want := fmt.Sprintf("trichdan: the data folder %s is in use by another trichdan (process %d): "+
		"end it first, or give another folder with --data (TRICHDAN_DATA)\n", c.data, os.Getpid())
	if second.code != exitFailed || second.err != want || second.out != "" {
		t.Errorf("got %+v, want %q", second, want)
	}
	if err := os.Remove(c.ownerFile()); err != nil {
		t.Fatal(err)
	}
	if second = runHere(t.Context(), t, nil, "ask", "--data", c.data, "x"); !strings.Contains(second.err, "in use by another trichdan: ") {
		t.Errorf("without the owner's number: got %q", second.err)
	}
	if err := os.WriteFile(c.ownerFile(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if third := runHere(t.Context(), t, nil, "ask", "--data", c.data, "x"); third.code != exitDone || third.err != "" {
		t.Errorf("after the end of the first: got %+v", third)
	}
}

// TestCloseLeavesNothing: opening and closing leaves no goroutine, no lock, and
// may be done over and over.
func TestCloseLeavesNothing(t *testing.T) {
	defer goleak.VerifyNone(t, ignoreBleve)
	c := testConfig(t)
	for range 2 {
		a, err := newApp(t.Context(), c, false)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Errorf("a second time: %v", err)
		}
	}
	if _, err := os.Stat(c.ownerFile()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the owner's number was left: %v", err)
	}
}

// TestCloseOrder: the last part is closed first, and every one also when one
// fails.
func TestCloseOrder(t *testing.T) {
	var closed []int
	a := &app{}
	for n := range 3 {
		a.onClose(func() error {
			closed = append(closed, n)
			return fmt.Errorf("part %d", n)
		})
	}
	err := a.Close()
	if !slices.Equal(closed, []int{2, 1, 0}) {
		t.Errorf("closed in the order %v", closed)
	}
	if err == nil || err.Error() != "close: part 2\npart 1\npart 0" {
		t.Errorf("got %v", err)
	}
}

// TestFailedOpenCloses: what a failed opening has opened is closed again.
func TestFailedOpenCloses(t *testing.T) {
	defer goleak.VerifyNone(t, ignoreBleve)
	c := testConfig(t, filepath.Join(t.TempDir(), "nowhere"))
	for range 2 { // the lock must be free again
		if _, err := newApp(t.Context(), c, false); err == nil || !strings.Contains(err.Error(), "does not exist") {
			t.Fatalf("got %v", err)
		}
	}
}

// TestCancel: the end of the context ends a chat as done and anything else as
// interrupted, while it waits for input and before.
func TestCancel(t *testing.T) {
	for _, tt := range []struct {
		verb string
		want result
	}{
		{"serve", result{exitDone, "", ""}},
		{"chat", result{exitDone, "", ""}},
		{"ask", result{exitFailed, "", "trichdan: interrupted\n"}},
	} {
		t.Run(tt.verb, func(t *testing.T) {
			defer goleak.VerifyNone(t, ignoreBleve)
			data := filepath.Join(t.TempDir(), "data")
			ctx, cancel := context.WithCancel(t.Context())
			in := &cancelling{cancel: cancel, closed: make(chan struct{})}
			if got := runHere(ctx, t, in, tt.verb, "--data", data); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := runHere(ctx, t, nil, "reload", "--data", filepath.Join(t.TempDir(), "data"))
	if want := (result{exitFailed, "", "trichdan: interrupted\n"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// cancelling cancels the run when it is read from, and then gives nothing until
// it is closed.
type cancelling struct {
	cancel context.CancelFunc
	closed chan struct{}
}

func (c *cancelling) Read([]byte) (int, error) {
	c.cancel()
	<-c.closed
	return 0, io.EOF
}

func (c *cancelling) Close() error {
	close(c.closed)
	return nil
}

// TestWhichFolders: what is mirrored, in each state of the data.
func TestWhichFolders(t *testing.T) {
	dir := t.TempDir()
	article := "Hồ Rừng thả cá\n\nSáng qua, hồ Rừng nhận 3.000 con cá giống của người dân quanh hồ. Cá được thả ở bờ phía đông.\n"
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte(article), 0o600); err != nil {
		t.Fatal(err)
	}
	c := testConfig(t)
	step := func(name string, again bool, corpus []string, wantMirrored bool, wantArticles int, wantExample string) {
		t.Helper()
		c.corpus = corpus
		a, err := newApp(t.Context(), c, again)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		defer a.Close()
		if mirrored := a.mirrored != nil; mirrored != wantMirrored {
			t.Errorf("%s: mirrored %v, want %v", name, mirrored, wantMirrored)
		}
		o, err := a.consoleOptions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if o.Articles != wantArticles {
			t.Errorf("%s: %d articles, want %d", name, o.Articles, wantArticles)
		}
		if len(o.Examples) == 0 || o.Examples[0] != wantExample {
			t.Errorf("%s: the examples are %q", name, o.Examples)
		}
		if !slices.Contains(o.Commands, "hoi") || !slices.Contains(o.Commands, "ask") {
			t.Errorf("%s: the commands are %q", name, o.Commands)
		}
	}
	question, size := sample.Questions()[0], sampleSize(t)
	step("nothing", false, nil, true, size, question)
	step("the sample", false, nil, true, size, question)
	step("reload of the sample", true, nil, true, size, question)
	step("a folder", false, []string{dir}, true, 1, "Hồ Rừng thả cá")
	step("real articles", false, nil, false, 1, "Hồ Rừng thả cá")
	step("reload of what is remembered", true, nil, true, 1, "Hồ Rừng thả cá")
}

func sampleSize(t *testing.T) int {
	files, _, err := source.List(t.Context(), sample.FS)
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

// TestRememberedBeforeStored: a run that is cut short while it reads a folder
// leaves articles that are never taken for none.
func TestRememberedBeforeStored(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := testConfig(t, dir)
	a := &app{config: c}
	var err error
	if a.store, err = store.Open(t.Context(), c.database(), time.Now); err != nil {
		t.Fatal(err)
	}
	defer a.store.Close()
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := a.mirror(ctx, false, func(int, int) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	folders, err := a.folders(t.Context())
	if err != nil || !slices.Equal(folders, []string{dir}) {
		t.Errorf("remembered %q, %v", folders, err)
	}
}

// TestForeignIndex: an index is not used for another corpus.db, even if their
// numbers agree.
func TestForeignIndex(t *testing.T) {
	c := testConfig(t)
	for n, text := range []string{"Cầu Xanh rộng 14 mét.", "Đồi Gió cao 90 mét."} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("Tin trong ngày\n\n"+text+" Người dân đến xem từ sớm.\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c.corpus = []string{dir}
		a, err := newApp(t.Context(), c, false)
		if err != nil {
			t.Fatal(err)
		}
		r, err := a.bot.Ask(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		if r.Abstained || !strings.Contains(r.Citations[0].Quote, text) {
			t.Errorf("store %d: got %+v", n, r)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(c.database()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenFolders(t *testing.T) {
	parent := t.TempDir()
	var dirs []string
	for _, name := range []string{"x/news", "y/news", "z/news", "z/other"} {
		dir := filepath.Join(parent, filepath.FromSlash(name))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, dir)
	}
	folders, closeAll, err := openFolders(dirs)
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll()
	var prefixes []string
	for i, f := range folders {
		if f.Name != dirs[i] {
			t.Errorf("folder %d is named %s, want %s", i, f.Name, dirs[i])
		}
		prefixes = append(prefixes, f.Prefix)
	}
	if want := []string{"", "news/", "news-2/", "other/"}; !slices.Equal(prefixes, want) {
		t.Errorf("the prefixes are %q, want %q", prefixes, want)
	}
	if _, _, err := openFolders(append(dirs, filepath.Join(parent, "a"), filepath.Join(parent, "b"))); err == nil ||
		!strings.Contains(err.Error(), filepath.Join(parent, "a")) || !strings.Contains(err.Error(), filepath.Join(parent, "b")) {
		t.Errorf("got %v, want both that are missing", err)
	}
}

func TestReport(t *testing.T) {
	r := jobs.Report{Changed: 1, Unchanged: 7, Elapsed: 1234 * time.Millisecond}
	for n := range 12 {
		r.Failures = append(r.Failures, source.Failure{Path: fmt.Sprintf("%02d.txt", n), Err: errors.New("a\nb")})
	}
	r.Duplicates = []jobs.Duplicate{{Path: "b.txt", Of: "0123", OfPath: "a.txt"}, {Path: "c.txt", Of: "4567"}}
	var full, short strings.Builder
	if err := printReport(&full, r); err != nil {
		t.Fatal(err)
	}
	wantHead := "0 added, 1 changed, 0 withdrawn, 0 restored, 7 unchanged, 2 duplicate, 12 failed (1.2 s)\n" +
		"duplicate: b.txt: the same article as a.txt\nduplicate: c.txt: the same article as 4567\nfailed: 00.txt: a; b\n"
	if got := full.String(); !strings.HasPrefix(got, wantHead) || strings.Count(got, "\n") != 15 {
		t.Errorf("got %q", got)
	}
	sayReport(&short, r)
	lines := strings.Split(strings.TrimSuffix(short.String(), "\n"), "\n")
	if want := "trichdan: articles: 1 changed, 7 unchanged, 2 duplicate, 12 failed"; lines[0] != want {
		t.Errorf("got %q, want %q", lines[0], want)
	}
	if want := "trichdan: and 2 more: see trichdan reload"; len(lines) != 12 || lines[11] != want {
		t.Errorf("got %d lines, the last %q, want %q", len(lines), lines[len(lines)-1], want)
	}
	short.Reset()
	sayReport(&short, jobs.Report{Unchanged: 3, Duplicates: r.Duplicates})
	if short.Len() > 0 {
		t.Errorf("nothing changed, and yet %q", short.String())
	}
}

func TestProgress(t *testing.T) {
	now := time.Unix(0, 0)
	var shown strings.Builder
	p := &progress{w: &shown, now: func() time.Time { return now }, next: now.Add(progressDelay)}
	report := p.step("reading")
	for range 10 {
		report(int(now.UnixMilli()), 1000)
		now = now.Add(70 * time.Millisecond)
	}
	p.clear()
	p.clear()
	if want := "\r\x1b[Kreading: 560 of 1000\r\x1b[K"; shown.String() != want {
		t.Errorf("got %q, want %q", shown.String(), want)
	}
	if newProgress(io.Discard).step("reading") != nil {
		t.Error("progress would be shown where there is no terminal")
	}
}

func TestConfig(t *testing.T) {
	std := streams{strings.NewReader(""), io.Discard, io.Discard}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv("TRICHDAN_CORPUS", filepath.Join(home, "a")+string(os.PathListSeparator)+filepath.Join(home, "b"))
	c, problems := newConfig(&cli{}, std)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if want := []string{filepath.Join(home, "a"), filepath.Join(home, "b")}; !slices.Equal(c.corpus, want) {
		t.Errorf("folders of the variable: %q, want %q", c.corpus, want)
	}
	if !within(c.data, home) {
		t.Errorf("the data is in %s, outside the user's home", c.data)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	c, problems = newConfig(&cli{Data: filepath.Join(home, "d"), Corpus: []string{".", here, filepath.Join(home, "x:y,z")}, LogLevel: "DEBUG"}, std)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if want := []string{here, filepath.Join(home, "x:y,z")}; !slices.Equal(c.corpus, want) {
		t.Errorf("folders of the flag: %q, want %q", c.corpus, want)
	}
	if !c.log.Enabled(t.Context(), -4) {
		t.Error("debug is not logged")
	}
	for path, want := range map[string]bool{"/a": true, "/a/b": true, "/a/..b": true, "/ab": false, "/": false, "/b": false} {
		if got := within(filepath.FromSlash(path), filepath.FromSlash("/a")); got != want {
			t.Errorf("%s within /a: %v", path, got)
		}
	}
}

func TestExplain(t *testing.T) {
	c := &config{data: filepath.FromSlash("/d")}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{context.Canceled, "interrupted"},
		{fmt.Errorf("x: %w", store.ErrCorrupt), "corpus.db is damaged: restore it from a backup"},
		{fmt.Errorf("x: %w", store.ErrFull), "is full: free some space"},
		{fmt.Errorf("x: %w", syscall.ENOSPC), "is full: free some space"},
		{errors.New("persist err: " + syscall.ENOSPC.Error()), "is full: free some space"},
		{fmt.Errorf("x: %w", store.ErrReadOnly), "check owner and permissions"},
		{fmt.Errorf("x: %w", os.ErrPermission), "check owner and permissions"},
		{sqliteError(10 | 3<<8), "see whether it is full or failing"},
		{sqliteError(1), "sqlite error"},
		{&os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}, "cannot write to standard output: "},
		{errors.New("other"), "other"},
	} {
		if got := c.explain(tt.err); !strings.Contains(got, tt.want) {
			t.Errorf("%v: got %q, want %q", tt.err, got, tt.want)
		}
	}
}

type sqliteError int

func (sqliteError) Error() string { return "sqlite error" }
func (e sqliteError) Code() int   { return int(e) }

func TestVersion(t *testing.T) {
	built := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: settings}
	}
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef0123"}
	for _, tt := range []struct {
		info *debug.BuildInfo
		want string
	}{
		{nil, "(unknown)"},
		{built("v1.2.3", commit), "v1.2.3"},
		{built("(devel)"), "(devel)"},
		{built("", commit), "0123456789ab"},
		{built("(devel)", commit, debug.BuildSetting{Key: "vcs.modified", Value: "true"}), "0123456789ab+changes"},
		{built("(devel)", commit, debug.BuildSetting{Key: "vcs.modified", Value: "false"}), "0123456789ab"},
	} {
		if got := version(tt.info); got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.info, got, tt.want)
		}
	}
}
