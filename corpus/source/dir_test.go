package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
)

// folder writes files ("name": content) and links ("name": "-> target") below
// a new folder and opens it.
func folder(t *testing.T, files map[string]string) (dir string, fsys fs.FS) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if len(content) > 3 && content[:3] == "-> " {
			err = os.Symlink(content[3:], p)
		} else {
			err = os.WriteFile(p, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	fsys, closeDir, err := OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closeDir(); err != nil {
			t.Error(err)
		}
	})
	return dir, fsys
}

func paths(files []File) (ps []string) {
	for _, f := range files {
		ps = append(ps, f.Path)
	}
	return ps
}

func TestList(t *testing.T) {
	_, fsys := folder(t, map[string]string{
		"b.txt":          "x",
		"a/z.MD":         "x",
		"a/b/c.jsonl.gz": "x",
		"a.txt":          "x",
		"a-1.html":       "x",
		"Ảnh/d.htm":      "x",
		".hidden.txt":    "x",
		".git/e.txt":     "x",
		"photo.jpg":      "x",
		"noext":          "x",
		"only.gz":        "x",
	})
	files, failures, err := List(context.Background(), fsys)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a-1.html", "a.txt", "a/b/c.jsonl.gz", "a/z.MD", "b.txt", "Ảnh/d.htm"}
	if got := paths(files); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var failed []string
	for _, f := range failures {
		failed = append(failed, f.Path)
		if !errors.Is(f, ErrKind) {
			t.Errorf("%v, want %v", f, ErrKind)
		}
	}
	if want := []string{"noext", "only.gz", "photo.jpg"}; !slices.Equal(failed, want) {
		t.Errorf("failed %q, want %q", failed, want)
	}
	if f := files[1]; f.Size != 1 || f.ModTime.IsZero() {
		t.Errorf("%+v", f)
	}
}

func TestListLinks(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret.txt"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, fsys := folder(t, map[string]string{
		"a.txt":               "x",
		"again.txt":           "-> a.txt", // listed already
		"..data":              "-> ..2024",
		"..2024/mounted.txt":  "x",
		"mounted.txt":         "-> ..data/mounted.txt", // as in a mounted volume
		"sub/loop":            "-> ..",
		"sub/self":            "-> self",
		"hidden":              "-> .store",
		".store/deep/s.txt":   "x",
		".store/deep/up":      "-> ../..",
		"out.txt":             "-> " + filepath.Join(outside, "secret.txt"),
		"up.txt":              "-> ../" + filepath.Base(outside) + "/secret.txt",
		"outdir":              "-> " + outside,
		"dangling.txt":        "-> nothing.txt",
		"sub/through/out.txt": "-> ../../outdir/secret.txt",
	})
	files, failures, err := List(context.Background(), fsys)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a.txt", "hidden/deep/s.txt", "mounted.txt"}
	if got := paths(files); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	reasons := map[string]error{
		"out.txt": ErrEscape, "up.txt": ErrEscape, "outdir": ErrEscape, "sub/through/out.txt": ErrEscape,
		"dangling.txt": fs.ErrNotExist, "sub/self": errLinkCycles,
	}
	for _, f := range failures {
		if !errors.Is(f, reasons[f.Path]) || reasons[f.Path] == nil {
			t.Errorf("%v, want %v", f, reasons[f.Path])
		}
		delete(reasons, f.Path)
	}
	if len(reasons) > 0 {
		t.Errorf("not reported: %v", reasons)
	}
	// Even asked for by name, nothing outside is read.
	for _, p := range []string{"out.txt", "up.txt", "outdir/secret.txt"} {
		if as, failures := Read(context.Background(), fsys, File{Path: p}); len(as) != 0 || len(failures) != 1 {
			t.Errorf("%s: %d articles, %v", p, len(as), failures)
		}
	}
}

func TestListCannotRead(t *testing.T) {
	dir, fsys := folder(t, map[string]string{"a.txt": "x", "locked/b.txt": "x"})
	if err := os.Chmod(filepath.Join(dir, "locked"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Chmod(filepath.Join(dir, "locked"), 0o755); err != nil {
			t.Error(err)
		}
	})
	if _, err := os.ReadDir(filepath.Join(dir, "locked")); err == nil {
		t.Skip("this user may read everything")
	}
	files, failures, err := List(context.Background(), fsys)
	if err != nil || len(files) != 1 || len(failures) != 1 || failures[0].Path != "locked" {
		t.Errorf("%v %v %v", files, failures, err)
	}
}

func TestListIrregular(t *testing.T) {
	fsys := fstest.MapFS{"a.txt": {Data: []byte("x")}, "pipe.txt": {Mode: fs.ModeNamedPipe}}
	files, failures, err := List(context.Background(), fsys)
	if err != nil || len(files) != 1 || len(failures) != 1 || !errors.Is(failures[0], ErrIrregular) {
		t.Errorf("%v %v %v", files, failures, err)
	}
}

func TestListStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	fsys := fstest.MapFS{"a.txt": {Data: []byte("x")}}
	if _, _, err := List(ctx, fsys); !errors.Is(err, context.Canceled) {
		t.Errorf("List: %v", err)
	}
	if as, failures := Read(ctx, fsys, File{Path: "a.txt"}); len(as) != 0 || len(failures) != 1 || !errors.Is(failures[0], context.Canceled) {
		t.Errorf("Read: %v %v", as, failures)
	}
	if _, _, err := OpenDir(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("OpenDir: %v", err)
	}
}
