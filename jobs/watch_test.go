package jobs

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"trichdan/corpus/source"
)

// put writes a file and the folders above it.
func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestWatch: with the real system, each kind of change is told, also in folders
// that came to be, or got their names, while it was watching.
func TestWatch(t *testing.T) {
	dir, aside := t.TempDir(), t.TempDir()
	put(t, filepath.Join(dir, "old/a.txt"), "một")
	in := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }

	// Each call lists the folder, as a reload would.
	listed := make(chan map[string]int64)
	ctx, cancel := context.WithCancel(t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- watch(ctx, []string{dir}, time.Millisecond, func() {
			files, _, err := source.List(ctx, os.DirFS(dir))
			if err != nil {
				return
			}
			sizes := map[string]int64{}
			for _, f := range files {
				sizes[f.Path] = f.Size
			}
			select {
			case listed <- sizes:
			case <-ctx.Done():
			}
		}, func() { close(ready) }, testLog(t))
	}()
	<-ready
	until := func(what string, ok func(map[string]int64) bool) {
		t.Helper()
		deadline := time.After(2 * time.Minute)
		for {
			select {
			case files := <-listed:
				if ok(files) {
					return
				}
			case <-deadline:
				t.Fatalf("never told: %s", what)
			}
		}
	}
	size := func(path string, want int64) func(map[string]int64) bool {
		return func(files map[string]int64) bool { return files[path] == want }
	}

	put(t, in("b.txt"), "hai")
	until("a new file", size("b.txt", 3))
	put(t, in("b.txt"), "hai hai")
	until("a changed file", size("b.txt", 7))
	put(t, in("old/c.md"), "ba")
	until("a file in a folder that was there", size("old/c.md", 2))
	put(t, in("new/deep/d.txt"), "bốn")
	until("a file in new folders", size("new/deep/d.txt", 5))
	put(t, in("new/deep/e.txt"), "năm")
	until("a later file in new folders", size("new/deep/e.txt", 4))
	must(t, os.Rename(in("new"), in("renamed")))
	until("a renamed folder", size("renamed/deep/d.txt", 5))
	put(t, in("renamed/deep/f.txt"), "sáu")
	until("a file in a renamed folder", size("renamed/deep/f.txt", 4))
	must(t, os.Rename(in("renamed/deep"), filepath.Join(aside, "deep")))
	until("a folder that was taken away", func(files map[string]int64) bool { return files["renamed/deep/f.txt"] == 0 })
	put(t, filepath.Join(aside, "deep/g.txt"), "bảy")
	must(t, os.Rename(filepath.Join(aside, "deep"), in("back.again")))
	until("a folder that was put there", size("back.again/g.txt", 5))
	must(t, os.Remove(in("b.txt")))
	until("a file that was removed", func(files map[string]int64) bool { _, there := files["b.txt"]; return !there })
	put(t, in(".half.txt"), "tám")
	must(t, os.Rename(in(".half.txt"), in("whole.txt")))
	until("a file that got its name", size("whole.txt", 4))

	cancel()
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// TestWatchCounts: what is passed over when listing wakes nobody.
func TestWatchCounts(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "notes.tmp"), "x")
	put(t, filepath.Join(dir, "sub.d/a.txt"), "x")
	must(t, os.Symlink("sub.d", filepath.Join(dir, "..data")))
	must(t, os.Symlink("sub.d", filepath.Join(dir, "to.sub")))
	system := newFakeWatches()
	w := &eventReader{log: testLog(t), appeared: make(chan struct{}, 1), tree: newTree([]string{dir}, system, nil, testLog(t))}
	w.tree.sync(t.Context())
	must(t, os.Rename(filepath.Join(dir, "sub.d"), filepath.Join(dir, "moved.d"))) // sub.d is known, and gone
	for _, tt := range []struct {
		name string
		op   fsnotify.Op
		want bool
	}{
		{"a.txt", fsnotify.Create, true},
		{"A.HTML.GZ", fsnotify.Write, true},
		{"gone.jsonl", fsnotify.Remove, true},
		{"locked.md", fsnotify.Chmod, true},
		{"moved.d", fsnotify.Create, true},
		{"sub.d", fsnotify.Rename, true},
		{"gone", fsnotify.Remove, true}, // perhaps a folder
		{"..data", fsnotify.Create, true},
		{"to.sub", fsnotify.Create, true},
		{".a.txt", fsnotify.Create, false},
		{".git", fsnotify.Create, false},
		{".a.txt.swp", fsnotify.Write, false},
		{".0123456789abcdef.part", fsnotify.Rename, false},
		{"notes.tmp", fsnotify.Write, false},
		{"photo.jpg", fsnotify.Remove, false},
		{"a.txt~", fsnotify.Create, true}, // is looked at below
	} {
		if tt.name == "a.txt~" {
			put(t, filepath.Join(dir, tt.name), "x")
			tt.want = false
		}
		if got := w.counts(fsnotify.Event{Name: filepath.Join(dir, tt.name), Op: tt.op}); got != tt.want {
			t.Errorf("%s %v: %v, want %v", tt.op, tt.name, got, tt.want)
		}
	}
	if !w.counts(fsnotify.Event{Name: dir, Op: fsnotify.Remove}) {
		t.Error("the folder itself does not count")
	}
	if w.counts(fsnotify.Event{}) {
		t.Error("an event of nothing counts")
	}
	if want := []string{filepath.Join(dir, "moved.d")}; !slices.Equal(w.fresh, want) {
		t.Errorf("to be watched: %q, want %q", w.fresh, want)
	}
}

// TestWatchOverflow: when the system has lost count, something has changed.
func TestWatchOverflow(t *testing.T) {
	w := &eventReader{
		system: &fsnotify.Watcher{Events: make(chan fsnotify.Event), Errors: make(chan error)},
		log:    testLog(t), pokes: make(chan struct{}, 1), tree: newTree([]string{t.TempDir()}, newFakeWatches(), nil, testLog(t)),
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.read()
	}()
	w.system.Errors <- errors.New("something else")
	w.system.Errors <- fsnotify.ErrEventOverflow
	close(w.system.Errors)
	close(w.system.Events)
	<-done
	if len(w.pokes) != 1 {
		t.Error("nobody was woken")
	}
}

// fakeWatches are as many watches as there is room for.
type fakeWatches struct {
	folders map[string]bool
	room    int
}

func newFakeWatches() *fakeWatches { return &fakeWatches{folders: map[string]bool{}, room: 100} }

func (f *fakeWatches) Add(folder string) error {
	if len(f.folders) >= f.room {
		return syscall.ENOSPC
	}
	f.folders[folder] = true
	return nil
}

func (f *fakeWatches) Remove(folder string) error {
	if !f.folders[folder] {
		return fsnotify.ErrNonExistentWatch
	}
	delete(f.folders, folder)
	return nil
}

func (f *fakeWatches) WatchList() (list []string) {
	for folder := range f.folders {
		list = append(list, folder)
	}
	slices.Sort(list)
	return list
}

// TestTree: the folders in which files are listed are watched, and no others.
func TestTree(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	root, late := filepath.Join(dir, "corpus"), filepath.Join(dir, "late")
	for _, p := range []string{"a/b", ".hidden/c", ".store/deep"} {
		must(t, os.MkdirAll(filepath.Join(root, p), 0o755))
	}
	put(t, filepath.Join(root, ".version/one.txt"), "x")
	for name, target := range map[string]string{"out": outside, "in": ".store/deep", "one.txt": ".version/one.txt", "loop": "."} {
		must(t, os.Symlink(target, filepath.Join(root, name)))
	}
	system := newFakeWatches()
	tr := newTree([]string{root + "/", late}, system, func(err error) { t.Errorf("failed: %v", err) }, testLog(t))
	check := func(what string, wantChanged bool, want ...string) {
		t.Helper()
		if got := tr.sync(t.Context()); got != wantChanged {
			t.Errorf("%s: changed %v, want %v", what, got, wantChanged)
		}
		for i, p := range want {
			want[i] = filepath.Join(dir, p)
		}
		slices.Sort(want)
		if got := system.WatchList(); !slices.Equal(got, want) {
			t.Errorf("%s: watched %q, want %q", what, got, want)
		}
	}
	all := []string{"corpus", "corpus/a", "corpus/a/b", "corpus/.store/deep", "corpus/.version"}
	check("at first", true, slices.Clone(all)...)
	check("nothing new", false, slices.Clone(all)...)
	must(t, os.MkdirAll(filepath.Join(late, "x"), 0o755))
	all = append(all, "late", "late/x")
	check("a folder that was missing", true, slices.Clone(all)...)
	must(t, os.RemoveAll(filepath.Join(root, "a")))
	all = slices.DeleteFunc(all, func(p string) bool { return strings.HasPrefix(p, "corpus/a") })
	check("folders that are gone", true, slices.Clone(all)...)

	// Another folder of the same name: the watches are made anew.
	must(t, os.Rename(late, filepath.Join(dir, "before")))
	must(t, os.MkdirAll(filepath.Join(late, "x"), 0o755))
	removed := &removals{fakeWatches: system}
	tr.system = removed
	check("a folder that was replaced", true, slices.Clone(all)...)
	if want := []string{late, filepath.Join(late, "x")}; !slices.Equal(removed.list, want) {
		t.Errorf("made anew: %q, want %q", removed.list, want)
	}
	must(t, os.RemoveAll(late))
	all = slices.DeleteFunc(all, func(p string) bool { return strings.HasPrefix(p, "late") })
	check("a folder that went", true, slices.Clone(all)...)
	must(t, os.RemoveAll(root))
	check("all gone", true)
}

type removals struct {
	*fakeWatches
	list []string
}

func (r *removals) Remove(folder string) error {
	r.list = append(r.list, folder)
	return r.fakeWatches.Remove(folder)
}

// TestTreeFull: where the system watches no more, the error names what to raise.
func TestTreeFull(t *testing.T) {
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "a/b"), 0o755))
	system := newFakeWatches()
	system.room = 2
	var failed error
	tr := newTree([]string{dir}, system, func(err error) { failed = limits(err) }, testLog(t))
	tr.sync(t.Context())
	if !errors.Is(failed, syscall.ENOSPC) || !strings.Contains(failed.Error(), "fs.inotify.max_user_watches") {
		t.Errorf("got %v", failed)
	}
	if err := limits(os.NewSyscallError("inotify_init1", syscall.EMFILE)); !strings.Contains(err.Error(), "fs.inotify.max_user_instances") {
		t.Errorf("got %v", err)
	}
	if err := limits(fs.ErrPermission); err != fs.ErrPermission {
		t.Errorf("got %v", err)
	}
}

// TestTreeNewFolder: a folder that has just come is watched with those in it,
// but for the hidden ones.
func TestTreeNewFolder(t *testing.T) {
	dir := t.TempDir()
	system := newFakeWatches()
	tr := newTree([]string{dir}, system, nil, testLog(t))
	tr.sync(t.Context())
	for _, p := range []string{"a/b/c", "a/.git/x"} {
		must(t, os.MkdirAll(filepath.Join(dir, p), 0o755))
	}
	tr.addAll(t.Context(), filepath.Join(dir, "a"))
	tr.addAll(t.Context(), filepath.Join(dir, "gone"))
	want := []string{dir, filepath.Join(dir, "a"), filepath.Join(dir, "a/b"), filepath.Join(dir, "a/b/c")}
	if got := system.WatchList(); !slices.Equal(got, want) {
		t.Errorf("watched %q, want %q", got, want)
	}
	for _, p := range want[1:] {
		if !tr.knows(p) {
			t.Errorf("%s is not known", p)
		}
	}
	if tr.sync(t.Context()) {
		t.Error("what was seen already is a change")
	}
}
