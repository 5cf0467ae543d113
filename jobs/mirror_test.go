package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"trichdan/corpus"
	"trichdan/corpus/source"
	"trichdan/corpus/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2024, 1, 9, 12, 0, 0, 0, time.UTC)

// text makes three sentences that no other seed gives.
func text(seed int) string {
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	words := strings.Fields("cầu đường sông hồ quận huyện nhà máy chợ trường học người dân thành phố xây dựng mở rộng khánh thành hôm nay nhiều mới đã sẽ được và của tại trong khu công viên cây xanh nước sạch")
	var b strings.Builder
	for range 3 {
		b.WriteString("Tin")
		for range 25 {
			b.WriteString(" " + words[r.IntN(len(words))])
		}
		b.WriteString(". ")
	}
	return strings.TrimSpace(b.String())
}

// page is an article as a .md file.
func page(seed int, url string) string {
	s := fmt.Sprintf("---\ntitle: Tin số %d\n", seed)
	if url != "" {
		s += "url: " + url + "\n"
	}
	return s + "---\n\n" + text(seed) + "\n"
}

// lines is a .jsonl file of an article a seed.
func lines(seeds ...int) string {
	var b strings.Builder
	for _, n := range seeds {
		fmt.Fprintf(&b, `{"id":"n%d","title":"Tin số %d","body":%q}`+"\n", n, n, text(n))
	}
	return b.String()
}

// world is a store, its folders and a clock.
type world struct {
	t       testing.TB
	st      *store.Store
	folders map[string]fstest.MapFS
	order   []string
	clock   time.Time
}

func newWorld(t testing.TB, folders ...string) *world {
	t.Helper()
	w := openWorld(t, t.TempDir(), folders...)
	t.Cleanup(w.close)
	return w
}

// openWorld opens the store in dir, over empty folders.
func openWorld(t testing.TB, dir string, folders ...string) *world {
	t.Helper()
	st, err := store.Open(t.Context(), filepath.Join(dir, "corpus.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, st: st, folders: map[string]fstest.MapFS{}, order: folders, clock: noon}
	for _, f := range folders {
		w.folders[f] = fstest.MapFS{}
	}
	return w
}

func (w *world) close() {
	if err := w.st.Close(); err != nil {
		w.t.Error(err)
	}
}

// write writes a file of the first folder, or of another one: "folder:path".
func (w *world) write(path, data string) {
	w.clock = w.clock.Add(time.Minute)
	folder, path := w.split(path)
	w.folders[folder][path] = &fstest.MapFile{Data: []byte(data), ModTime: w.clock}
	w.clock = w.clock.Add(time.Minute)
}

func (w *world) remove(path string) {
	folder, path := w.split(path)
	delete(w.folders[folder], path)
}

func (w *world) move(from, to string) {
	folder, path := w.split(from)
	toFolder, toPath := w.split(to)
	w.folders[toFolder][toPath] = w.folders[folder][path]
	delete(w.folders[folder], path)
}

func (w *world) split(path string) (string, string) {
	if folder, rest, ok := strings.Cut(path, ":"); ok {
		return folder, rest
	}
	return w.order[0], path
}

func (w *world) list() []Folder {
	var list []Folder
	for i, name := range w.order {
		f := Folder{Name: name, FS: w.folders[name]}
		if i > 0 {
			f.Prefix = name + "/"
		}
		list = append(list, f)
	}
	return list
}

func (w *world) mirror() Report {
	w.t.Helper()
	r, err := Mirror(w.t.Context(), w.st, w.list(), func() time.Time { return w.clock }, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// short puts a report on one line.
func short(r Report) string {
	s := fmt.Sprintf("+%d ~%d -%d ^%d =%d", r.Added, r.Changed, r.Withdrawn, r.Restored, r.Unchanged)
	for _, d := range r.Duplicates {
		s += " dup:" + d.Path + "<" + d.OfPath
	}
	for _, f := range r.Failures {
		s += " fail:" + f.Path
	}
	return s
}

// live gives path and title of each article that is not withdrawn.
func live(t testing.TB, st *store.Store) string {
	t.Helper()
	var got []string
	for a, err := range st.After(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if !a.Withdrawn {
			got = append(got, a.Path+"="+strings.TrimPrefix(a.Title, "Tin số "))
		}
	}
	slices.Sort(got)
	return strings.Join(got, " ")
}

func (w *world) want(report, articles string) {
	w.t.Helper()
	if got := short(w.mirror()); got != report {
		w.t.Errorf("report\n got %s\nwant %s", got, report)
	}
	if got := live(w.t, w.st); got != articles {
		w.t.Errorf("articles\n got %s\nwant %s", got, articles)
	}
	w.idle()
}

// idle mirrors once more, which must change nothing and say the same.
func (w *world) idle() {
	w.t.Helper()
	before, err := w.st.Last(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	states := w.states()
	r := w.mirror()
	if r.Added+r.Changed+r.Withdrawn+r.Restored != 0 {
		w.t.Errorf("a second run: %s", short(r))
	}
	if after, err := w.st.Last(w.t.Context()); after != before || err != nil {
		w.t.Errorf("a second run: seq %d, then %d, %v", before, after, err)
	}
	if d := cmp.Diff(states, w.states()); d != "" {
		w.t.Errorf("a second run: %s", d)
	}
}

// states gives the recorded files but for the time of reading.
func (w *world) states() map[string]store.FileState {
	m := map[string]store.FileState{}
	for _, root := range w.order {
		files, err := w.st.Files(w.t.Context(), root)
		if err != nil {
			w.t.Fatal(err)
		}
		for p, f := range files {
			f.Scanned = time.Time{}
			m[root+":"+p] = f
		}
	}
	return m
}

func TestMirror(t *testing.T) {
	tests := map[string]func(w *world){
		"add, change, remove, bring back": func(w *world) {
			w.write("a.md", page(1, ""))
			w.write("sub/b.md", page(2, ""))
			w.want("+2 ~0 -0 ^0 =0", "a.md=1 sub/b.md=2")
			w.write("a.md", page(3, ""))
			w.want("+0 ~1 -0 ^0 =1", "a.md=3 sub/b.md=2")
			w.remove("a.md")
			w.want("+0 ~0 -1 ^0 =1", "sub/b.md=2")
			w.write("a.md", page(3, ""))
			w.want("+0 ~0 -0 ^1 =1", "a.md=3 sub/b.md=2")
		},
		"touched": func(w *world) {
			w.write("a.md", page(1, ""))
			w.want("+1 ~0 -0 ^0 =0", "a.md=1")
			w.write("a.md", page(1, ""))
			w.want("+0 ~0 -0 ^0 =1", "a.md=1")
		},
		"renamed": func(w *world) {
			w.write("a.md", page(1, ""))
			w.want("+1 ~0 -0 ^0 =0", "a.md=1")
			w.move("a.md", "b.md")
			w.want("+1 ~0 -1 ^0 =0", "b.md=1")
			w.move("b.md", "a.md")
			w.want("+0 ~0 -1 ^1 =0", "a.md=1")
		},
		"renamed, with an address": func(w *world) {
			w.write("a.md", page(1, "https://bao.vn/1"))
			w.want("+1 ~0 -0 ^0 =0", "a.md=1")
			w.move("a.md", "b.md")
			w.want("+0 ~0 -0 ^0 =1", "b.md=1")
			w.remove("b.md")
			w.want("+0 ~0 -1 ^0 =0", "")
		},
		"the same text twice": func(w *world) {
			w.write("a.md", page(1, ""))
			w.write("b.md", page(1, ""))
			w.want("+1 ~0 -0 ^0 =0 dup:b.md<a.md", "a.md=1")
			w.remove("a.md")
			w.want("+1 ~0 -1 ^0 =0", "b.md=1")
			w.write("a.md", page(1, ""))
			w.want("+0 ~0 -0 ^0 =1 dup:a.md<b.md", "b.md=1")
			w.write("b.md", page(2, ""))
			w.want("+0 ~1 -0 ^1 =0", "a.md=1 b.md=2")
			w.write("b.md", page(1, ""))
			w.want("+0 ~0 -1 ^0 =1 dup:b.md<a.md", "a.md=1")
		},
		"the same address twice": func(w *world) {
			w.write("a.md", page(1, "https://bao.vn/1"))
			w.write("b.md", page(2, "http://www.bao.vn/1/"))
			w.want("+1 ~0 -0 ^0 =0 dup:b.md<a.md", "a.md=1")
			w.write("b.md", page(3, "https://bao.vn/1"))
			w.want("+0 ~0 -0 ^0 =1 dup:b.md<a.md", "a.md=1")
			w.remove("a.md")
			w.want("+0 ~1 -0 ^0 =0", "b.md=3")
			w.write("a.md", page(1, "https://bao.vn/1"))
			w.want("+0 ~0 -0 ^0 =1 dup:a.md<b.md", "b.md=3")
			w.write("b.md", page(3, "https://bao.vn/3"))
			w.want("+1 ~1 -0 ^0 =0", "a.md=1 b.md=3")
		},
		"texts swapped": func(w *world) {
			w.write("a.md", page(1, ""))
			w.write("b.md", page(2, ""))
			w.want("+2 ~0 -0 ^0 =0", "a.md=1 b.md=2")
			w.write("a.md", page(2, ""))
			w.write("b.md", page(1, ""))
			w.want("+0 ~2 -0 ^0 =0", "a.md=2 b.md=1")
		},
		"lines": func(w *world) {
			w.write("a.jsonl", lines(1, 2, 3))
			w.want("+3 ~0 -0 ^0 =0", "a.jsonl#n1=1 a.jsonl#n2=2 a.jsonl#n3=3")
			w.write("a.jsonl", lines(3, 1, 4))
			w.want("+1 ~0 -1 ^0 =2", "a.jsonl#n1=1 a.jsonl#n3=3 a.jsonl#n4=4")
			w.write("a.jsonl", lines(3, 4)+"{broken\n")
			w.want("+0 ~0 -0 ^0 =3 fail:a.jsonl#line 3", "a.jsonl#n1=1 a.jsonl#n3=3 a.jsonl#n4=4")
			w.write("a.jsonl", lines(3, 4))
			w.want("+0 ~0 -1 ^0 =2", "a.jsonl#n3=3 a.jsonl#n4=4")
		},
		"a line twice": func(w *world) {
			line := `{"id":"%s","title":"Tin số 9","url":"%s","body":%q}` + "\n"
			w.write("a.jsonl", lines(1)+fmt.Sprintf(line, "x", "https://bao.vn/9", text(9))+
				fmt.Sprintf(line, "y", "http://bao.vn/9#top", text(8))+
				fmt.Sprintf(line, "z", "", text(9)))
			w.want("+2 ~0 -0 ^0 =0 dup:a.jsonl#y<a.jsonl#x dup:a.jsonl#z<a.jsonl#x", "a.jsonl#n1=1 a.jsonl#x=9")
		},
		"a line moves to another file, with an address": func(w *world) {
			line := `{"title":"Tin số 9","url":"https://bao.vn/9","body":"` + text(9) + `"}` + "\n"
			w.write("a.jsonl", lines(1)+line)
			w.write("b.jsonl", lines(2))
			w.mirror()
			last, err := w.st.Last(w.t.Context())
			if err != nil {
				w.t.Fatal(err)
			}
			w.write("a.jsonl", lines(1))
			w.write("b.jsonl", lines(2)+line)
			if r := w.mirror(); r.Unchanged != 3 || len(r.Duplicates) != 0 {
				w.t.Error(short(r))
			}
			if now, err := w.st.Last(w.t.Context()); now != last || err != nil {
				w.t.Errorf("seq %d, then %d, %v", last, now, err)
			}
			w.idle()
		},
		"a file that comes to fail keeps its article": func(w *world) {
			w.write("a.md", page(1, ""))
			w.want("+1 ~0 -0 ^0 =0", "a.md=1")
			for _, bad := range []string{"", "\xc3( broken", "a\x00b", "Phản hồi\n"} {
				w.write("a.md", bad)
				w.want("+0 ~0 -0 ^0 =1 fail:a.md", "a.md=1")
			}
			w.write("a.md", page(2, ""))
			w.want("+0 ~1 -0 ^0 =0", "a.md=2")
		},
		"a failing file is gone": func(w *world) {
			w.write("a.md", "")
			w.want("+0 ~0 -0 ^0 =0 fail:a.md", "")
			w.remove("a.md")
			w.want("+0 ~0 -0 ^0 =0", "")
			if s := w.states(); len(s) != 0 {
				w.t.Error(s)
			}
		},
		"withdrawn by hand": func(w *world) {
			w.write("a.md", page(1, ""))
			w.write("b.md", page(2, ""))
			w.mirror()
			if _, err := w.st.Withdraw(w.t.Context(), corpus.NewID("", "a.md")); err != nil {
				w.t.Fatal(err)
			}
			w.want("+0 ~0 -0 ^0 =2", "b.md=2")
			w.write("a.md", page(1, ""))
			w.want("+0 ~0 -0 ^0 =2", "b.md=2")
			w.write("a.md", page(3, ""))
			w.want("+0 ~1 -0 ^0 =1", "b.md=2")
			if _, err := w.st.Restore(w.t.Context(), corpus.NewID("", "a.md")); err != nil {
				w.t.Fatal(err)
			}
			w.want("+0 ~0 -0 ^0 =2", "a.md=3 b.md=2")
		},
		"added by hand": func(w *world) {
			a := corpus.Article{ID: "by hand", Title: "Tin số 7", Body: text(7), Path: "x"}
			if _, err := w.st.Put(w.t.Context(), &a); err != nil {
				w.t.Fatal(err)
			}
			w.write("a.md", page(1, ""))
			w.want("+1 ~0 -0 ^0 =0", "a.md=1 x=7")
		},
		"two folders": func(w *world) {
			w.order = []string{"first", "more"}
			w.folders = map[string]fstest.MapFS{"first": {}, "more": {}}
			w.write("a.md", page(1, ""))
			w.write("more:a.md", page(2, ""))
			w.write("more:bad.md", "")
			w.want("+2 ~0 -0 ^0 =0 fail:more/bad.md", "a.md=1 more/a.md=2")
			// In the other order the paths change, and with them the IDs.
			w.order = []string{"more", "first"}
			w.mirror()
			w.mirror()
			if got := live(w.t, w.st); got != "a.md=2 first/a.md=1" {
				w.t.Errorf("after the swap: %s", got)
			}
			w.order = []string{"more"}
			w.want("+0 ~0 -1 ^0 =1 fail:bad.md", "a.md=2")
			w.order = nil
			w.want("+0 ~0 -1 ^0 =0", "")
		},
		"more than a batch": func(w *world) {
			var seeds []int
			for i := range 2*batchArticles + 10 {
				seeds = append(seeds, i)
			}
			w.write("a.jsonl", lines(seeds...))
			w.write("b.md", page(1000, ""))
			if got := short(w.mirror()); got != "+611 ~0 -0 ^0 =0" {
				w.t.Error(got)
			}
			w.idle()
			w.write("a.jsonl", lines(seeds[:5]...))
			if got := short(w.mirror()); got != "+0 ~0 -605 ^0 =6" {
				w.t.Error(got)
			}
			w.idle()
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(newWorld(t, "first")) })
	}
}

// watched notes which articles are opened, and fails where it is told.
type watched struct {
	fs.FS
	mu     sync.Mutex
	opened map[string]bool
	fails  map[string]error
}

func (c *watched) Open(name string) (fs.File, error) {
	if err := c.fails[name]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	if strings.HasSuffix(name, ".md") {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.opened[name] = true
	}
	return c.FS.Open(name)
}

func (c *watched) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := c.fails[name]; err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: err}
	}
	return fs.ReadDir(c.FS, name)
}

func TestUnchangedFilesAreNotRead(t *testing.T) {
	w := newWorld(t, "first")
	w.write("old.md", page(1, ""))
	w.write("bad.md", "")
	w.write("racy.md", page(2, ""))
	w.write("timeless.md", page(3, ""))
	w.folders["first"]["timeless.md"].ModTime = time.Time{}
	w.clock = w.folders["first"]["racy.md"].ModTime.Add(time.Second)

	run := func() string {
		c := &watched{FS: w.folders["first"], opened: map[string]bool{}}
		folders := []Folder{{Name: "first", FS: c}}
		if _, err := Mirror(t.Context(), w.st, folders, func() time.Time { return w.clock }, nil); err != nil {
			t.Fatal(err)
		}
		return strings.Join(slices.Sorted(maps.Keys(c.opened)), " ")
	}
	for i, want := range []string{
		"bad.md old.md racy.md timeless.md",
		"racy.md timeless.md", // racy.md was read within two seconds
		"timeless.md",         // and now again, later
	} {
		if got := run(); got != want {
			t.Errorf("run %d read %s, want %s", i, got, want)
		}
		w.clock = w.clock.Add(time.Hour)
	}
	f := w.folders["first"]["old.md"]
	f.Data = append(f.Data, " Thêm."...) // the same time, another size
	if got := run(); got != "old.md timeless.md" {
		t.Errorf("read %s", got)
	}
}

// TestKeptThroughFailures: what cannot be listed or opened stays, and is tried
// again although its time and size are the same.
func TestKeptThroughFailures(t *testing.T) {
	w := newWorld(t, "first")
	w.write("a.md", page(1, ""))
	w.write("sub/b.md", page(2, ""))
	w.write("sub/deep/c.md", page(3, ""))
	w.write("subway.md", page(4, ""))
	w.mirror()
	all := live(t, w.st)
	run := func(fails map[string]error) (Report, error) {
		folder := Folder{Name: "first", FS: &watched{FS: w.folders["first"], opened: map[string]bool{}, fails: fails}}
		return Mirror(t.Context(), w.st, []Folder{folder}, func() time.Time { return w.clock }, nil)
	}
	check := func(r Report, err error, want string) {
		t.Helper()
		if err != nil || short(r) != want {
			t.Errorf("%s, %v, want %s", short(r), err, want)
		}
		if got := live(t, w.st); got != all {
			t.Errorf("articles %s, want %s", got, all)
		}
	}
	r, err := run(map[string]error{"sub": fs.ErrPermission})
	check(r, err, "+0 ~0 -0 ^0 =4 fail:sub")
	w.write("a.md", page(1, ""))
	r, err = run(map[string]error{"a.md": fs.ErrPermission})
	check(r, err, "+0 ~0 -0 ^0 =4 fail:a.md")
	r, err = run(nil)
	check(r, err, "+0 ~0 -0 ^0 =4")

	if _, err = run(map[string]error{".": fs.ErrNotExist}); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "first") {
		t.Errorf("a folder that is gone: %v", err)
	}
	folders := []Folder{{Name: "second", FS: fstest.MapFS{}}, {Name: "first", FS: os.DirFS(filepath.Join(t.TempDir(), "none"))}}
	if _, err := Mirror(t.Context(), w.st, folders, func() time.Time { return w.clock }, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is gone: %v", err)
	}
	folders = []Folder{{Name: "first", FS: fstest.MapFS{}}, {Name: "first", FS: fstest.MapFS{}}}
	if _, err := Mirror(t.Context(), w.st, folders, func() time.Time { return w.clock }, nil); err == nil {
		t.Error("one folder twice is accepted")
	}
	if got := live(t, w.st); got != all {
		t.Errorf("articles %s, want %s", got, all)
	}
	var failure source.Failure
	r, _ = run(map[string]error{"sub": fs.ErrPermission})
	if len(r.Failures) != 1 || !errors.As(r.Failures[0], &failure) || !errors.Is(failure.Err, fs.ErrPermission) {
		t.Errorf("failures %v", r.Failures)
	}
}

// TestInterrupted stops runs in the middle and goes on: whatever was done up to
// then, the end is the same, and nothing is left behind that no file gives.
func TestInterrupted(t *testing.T) {
	const batch = 20
	w := newWorld(t, "first")
	var seeds []int
	for i := range 3*batch + 7 {
		seeds = append(seeds, i)
	}
	w.write("a.jsonl", lines(seeds...))
	w.write("b.md", page(2000, ""))
	stop := func(after int) error {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		calls := 0
		m := newMirror(w.st, w.clock, func(int, int) {
			if calls++; calls == after {
				cancel()
			}
		})
		m.batch = batch
		return m.run(ctx, w.list())
	}
	if err := stop(3); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	unfinished := func(want bool) {
		t.Helper()
		if got, err := Unfinished(t.Context(), w.st); err != nil || got != want {
			t.Errorf("unfinished: %v, %v", got, err)
		}
	}
	unfinished(true)
	c, err := w.st.Counts(t.Context())
	if err != nil || c.Articles == 0 || c.Articles > 2*batch {
		t.Fatalf("%+v, %v: not in the middle", c, err)
	}
	states := w.states()
	if s := states["first:a.jsonl"]; len(s.Articles) != c.Articles {
		t.Errorf("%d articles are recorded with their file, of %d", len(s.Articles), c.Articles)
	}
	// The file goes away before the next run: so must what it gave.
	data := w.folders["first"]["a.jsonl"]
	w.remove("a.jsonl")
	w.want(fmt.Sprintf("+1 ~0 -%d ^0 =0", c.Articles), "b.md=2000")
	unfinished(false)
	w.folders["first"]["a.jsonl"] = data
	if err := stop(3); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	unfinished(true)
	w.mirror()
	unfinished(false)
	if err := stop(1); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	unfinished(false) // nothing was to be changed
	if c, err := w.st.Counts(t.Context()); err != nil || c.Articles != len(seeds)+1 || c.Revisions != len(seeds)+1 {
		t.Errorf("%+v, %v", c, err)
	}
	w.idle()
	// Stopped between the reading of a file that lost articles and their
	// withdrawal: the next run still withdraws them.
	w.write("a.jsonl", lines(seeds[:3]...))
	if err := stop(2); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	unfinished(true)
	if r := w.mirror(); r.Withdrawn != len(seeds)-3 {
		t.Error(short(r))
	}
	unfinished(false)
	w.idle()
}

func TestProgress(t *testing.T) {
	w := newWorld(t, "first")
	w.write("a.jsonl", lines(1, 2, 3))
	w.write("b.md", page(9, ""))
	w.write("bad.md", "")
	for run := range 2 {
		var done, total int
		progress := func(d, n int) {
			if d < done || d > n {
				t.Errorf("run %d: %d of %d after %d of %d", run, d, n, done, total)
			}
			done, total = d, n
		}
		if _, err := Mirror(t.Context(), w.st, w.list(), func() time.Time { return w.clock }, progress); err != nil {
			t.Fatal(err)
		}
		if want := []int{5, 3}[run]; done != want || total != want {
			t.Errorf("run %d ends at %d of %d, want %d", run, done, total, want)
		}
	}
}

// TestMirrorProperty: whatever happens to the files, the store ends with what a
// new store would get from them, and a second run changes nothing.
func TestMirrorProperty(t *testing.T) {
	// An empty database to copy: to make one takes longer than a round.
	template := t.TempDir()
	openWorld(t, template).close()
	empty, err := os.ReadFile(filepath.Join(template, "corpus.db"))
	if err != nil {
		t.Fatal(err)
	}
	world := func() *world {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "corpus.db"), empty, 0o600); err != nil {
			t.Fatal(err)
		}
		return openWorld(t, dir, "first", "more")
	}
	rapid.Check(t, func(rt *rapid.T) {
		w, fresh := world(), world()
		defer w.close()
		defer fresh.close()
		paths := []string{"a.md", "b.md", "c.jsonl", "more:a.md", "more:d.md"}
		for range rapid.IntRange(1, 3).Draw(rt, "runs") {
			for range rapid.IntRange(0, 4).Draw(rt, "edits") {
				p := rapid.SampledFrom(paths).Draw(rt, "path")
				seed := rapid.IntRange(1, 4).Draw(rt, "seed")
				switch edit := rapid.IntRange(0, 4).Draw(rt, "edit"); {
				case edit == 0:
					w.remove(p)
				case strings.HasSuffix(p, ".jsonl"):
					w.write(p, lines(seed, 1+seed%4))
				case edit == 1:
					w.write(p, page(seed, fmt.Sprint("https://bao.vn/", seed)))
				default:
					w.write(p, page(seed, ""))
				}
			}
			w.mirror()
			w.idle()
		}
		fresh.folders, fresh.clock = w.folders, w.clock
		fresh.mirror()
		// Which of several copies stands for the others depends on the past;
		// which texts there are does not.
		if got, want := titles(live(t, w.st)), titles(live(t, fresh.st)); got != want {
			rt.Fatalf("titles %s, in a new store %s", got, want)
		}
		if t.Failed() {
			rt.FailNow()
		}
	})
}

// TestPowerCut copies the database after every transaction, as it would be
// found after a power cut, and goes on from each copy: the end is the same.
func TestPowerCut(t *testing.T) {
	dir, copies := t.TempDir(), t.TempDir()
	w := openWorld(t, dir, "first")
	defer w.close()
	n := 0
	run := func() {
		t.Helper()
		m := newMirror(w.st, w.clock, func(int, int) {
			to := filepath.Join(copies, fmt.Sprint(n))
			n++
			for _, name := range []string{"corpus.db", "corpus.db-wal"} {
				b, err := os.ReadFile(filepath.Join(dir, name))
				err = errors.Join(err, os.MkdirAll(to, 0o700), os.WriteFile(filepath.Join(to, name), b, 0o600))
				if err != nil {
					t.Error(err)
				}
			}
		})
		m.batch = 2
		if err := m.run(t.Context(), w.list()); err != nil {
			t.Fatal(err)
		}
	}
	w.write("a.jsonl", lines(1, 2, 3, 4, 5))
	w.write("b.md", page(6, ""))
	w.write("c.md", page(7, "https://bao.vn/7"))
	w.write("d.md", page(8, ""))
	run()
	w.write("a.jsonl", lines(9, 2, 4)) // loses three, gains one
	w.move("b.md", "e.md")             // another ID
	w.move("c.md", "f.md")             // the same ID
	w.write("b.md", page(8, ""))       // a copy
	run()
	want := live(t, w.st)
	if want != "a.jsonl#n2=2 a.jsonl#n4=4 a.jsonl#n9=9 d.md=8 e.md=6 f.md=7" {
		t.Fatalf("articles %s", want)
	}
	if n < 10 {
		t.Fatalf("only %d copies", n)
	}
	for i := range n {
		c := openWorld(t, filepath.Join(copies, fmt.Sprint(i)), "first")
		c.folders, c.clock = w.folders, w.clock
		c.mirror()
		// A copy that was taken before d.md was read meets b.md first, so only
		// the titles are the same.
		if got := live(t, c.st); titles(got) != titles(want) || len(strings.Fields(got)) != len(strings.Fields(want)) {
			t.Errorf("copy %d: articles %s, want %s", i, got, want)
		}
		c.idle()
		c.close()
	}
}

// titles drops the paths from what live gives, and says each title once.
func titles(live string) string {
	var ts []string
	for _, f := range strings.Fields(live) {
		_, title, _ := strings.Cut(f, "=")
		ts = append(ts, title)
	}
	slices.Sort(ts)
	return strings.Join(slices.Compact(ts), " ")
}

// TestStoreFails: an error of the store ends the run, and is passed on.
func TestStoreFails(t *testing.T) {
	w := newWorld(t, "first")
	w.write("a.md", page(1, ""))
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "other.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Mirror(t.Context(), st, w.list(), time.Now, nil); err == nil {
		t.Error("a closed store is no error")
	}
}
