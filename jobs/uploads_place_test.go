package jobs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestUploadNames: nothing in a name leads anywhere; the same headline twice
// gets two files.
func TestUploadNames(t *testing.T) {
	content := "Cầu mới qua sông Trà\n\n" + text(1) + "\n\n" + text(2)
	safe := regexp.MustCompile(`^them-2026-11-22-[a-z0-9]+(-[a-z0-9]+)*\.(txt|md|jsonl)$`)
	d := newUploadDesk(t)
	before := d.files()
	for i, name := range []string{
		"../../beside/secret.txt", "/etc/passwd.txt", `C:\x.txt`, `..\..\x.txt`, "a.txt\x00.md", "con.txt", "NUL.txt", "aux.txt.", ".txt", "..txt",
		"\u202etxt.txt", "x\u200b.txt\u200b", "x.txt ", strings.Repeat("dài ", 300) + ".txt", "a\nb.txt", "-rf.txt", "$(id).txt", "x.html.txt", "\xff\xfe.txt", "a/b/c.jsonl",
	} {
		body := content + fmt.Sprintf("\n\nBản thứ %d của bài này dài thêm một câu nữa cho khác.", i)
		if strings.HasSuffix(name, ".jsonl") {
			body = lines(1, 2)
		}
		draft, err := d.Stage(t.Context(), name, strings.NewReader(body))
		if name == "aux.txt." { // what stands behind the last dot is no kind
			d.refused(name, err, RefusedKind)
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if !safe.MatchString(draft.Path) || len(draft.Path) > 100 {
			t.Errorf("%q becomes %q", name, draft.Path)
		}
		path := d.place(draft.Key)
		if path != draft.Path {
			t.Errorf("%q: placed at %q, shown was %q", name, path, draft.Path)
		}
		if _, there := before["corpus/"+path]; there {
			t.Errorf("%q: %s was there already", name, path)
		}
		before["corpus/"+path] = body
	}
	if now := d.files(); !equalFiles(now, before) {
		t.Errorf("there is %v, want %v", now, before)
	}
	for _, name := range []string{"x.html.exe", "x", "x.docx", "x.pdf", "txt", "x.gz", "x.tar.gz", "x.txt.gz.gz", "x.json", "x.t\u200bxt", "a.txt/", "x.svg"} {
		_, err := d.Stage(t.Context(), name, strings.NewReader(content))
		d.refused(name, err, RefusedKind)
	}
	if now := d.files(); !equalFiles(now, before) {
		t.Error("a refused file has left something")
	}
}

// TestUploadTaken: a name that is taken is never taken away, whatever has it.
func TestUploadTaken(t *testing.T) {
	content := "Cầu mới qua sông Trà\n\n" + text(1) + "\n\n" + text(2)
	const path, second, third = "them-2026-11-22-cau-moi-qua-song-tra.txt", "them-2026-11-22-cau-moi-qua-song-tra-2.txt", "them-2026-11-22-cau-moi-qua-song-tra-3.txt"
	for _, tt := range []struct {
		name string
		make func(d *uploadDesk, p string) error
	}{
		{"a file", func(d *uploadDesk, p string) error { return os.WriteFile(p, []byte("khác"), 0o644) }},
		{"a folder", func(d *uploadDesk, p string) error { return os.Mkdir(p, 0o755) }},
		{"a link out of the folder", func(d *uploadDesk, p string) error { return os.Symlink("../beside/secret.txt", p) }},
		{"a link to nothing", func(d *uploadDesk, p string) error { return os.Symlink("../beside/new.txt", p) }},
		{"another case", func(d *uploadDesk, p string) error {
			return os.WriteFile(strings.Replace(p, "cau", "CAU", 1), []byte("khác"), 0o644)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newUploadDesk(t)
			must(t, tt.make(d, filepath.Join(d.Dir, path)))
			draft := d.stage("a.txt", content)
			if draft.Path != second {
				t.Errorf("it becomes %s", draft.Path)
			}
			// And that name is taken before it is placed.
			must(t, tt.make(d, filepath.Join(d.Dir, second)))
			if tt.name != "another case" { // only a system that tells them apart comes here
				before := d.files()
				if path := d.place(draft.Key); path != third {
					t.Errorf("placed at %s", path)
				}
				before["corpus/"+third] = content
				if now := d.files(); !equalFiles(now, before) {
					t.Errorf("there is %v, want %v", now, before)
				}
			}
		})
	}
	d := newUploadDesk(t)
	a, b := d.stage("a.txt", content), d.stage("a.txt", content+"\n\nThêm một câu cuối bài cho khác đi.")
	if a.Path != path || b.Path != second || a.Key == b.Key {
		t.Errorf("two drafts of one headline: %+v, %+v", a, b)
	}
	if got := []string{d.place(b.Key), d.place(a.Key)}; !slices.Equal(got, []string{second, path}) {
		t.Errorf("placed at %q", got)
	}
}

// TestUploadLinkless: on a file system without hard links a file still comes as a
// whole, and replaces none.
func TestUploadLinkless(t *testing.T) {
	d := newUploadDesk(t)
	dir, err := d.open()
	must(t, err)
	defer dir.Close()
	if err := publish(dir, ".gone.part", "a.txt"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := dir.Stat("a.txt"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty file was left: %v", err)
	}
	must(t, write(dir, ".whole.part", []byte("trọn"), 0o644))
	must(t, rename(dir, ".whole.part", "a.txt"))
	must(t, write(dir, ".whole.part", []byte("khác"), 0o644))
	if err := rename(dir, ".whole.part", "a.txt"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if b, err := dir.ReadFile("a.txt"); string(b) != "trọn" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

// TestUploadFolder: a folder that cannot be written to is said so at once, and
// again if it comes to be so later.
func TestUploadFolder(t *testing.T) {
	d := newUploadDesk(t)
	dir := d.Dir
	d.Dir = ""
	_, err := d.Stage(t.Context(), "a.txt", strings.NewReader(text(1)))
	d.refused("no folder", err, RefusedNoFolder)
	d.Dir = dir
	draft := d.stage("a.txt", text(1))
	must(t, os.Rename(dir, dir+"-gone"))
	for range 2 { // the draft stays
		_, err = d.Place(t.Context(), draft.Key)
		d.refused("a folder that is gone", err, RefusedReadOnly)
		if strings.Contains(err.Error(), d.around) {
			t.Errorf("a path of the machine is shown: %v", err)
		}
	}
	_, err = d.Stage(t.Context(), "b.txt", strings.NewReader(text(2)))
	d.refused("a folder that is gone", err, RefusedReadOnly)
	must(t, os.Rename(dir+"-gone", dir))
	if path := d.place(draft.Key); path != draft.Path {
		t.Errorf("placed at %s", path)
	}

	for _, cause := range []error{syscall.EROFS, syscall.EACCES, syscall.EPERM, syscall.ENOENT} {
		d.refused(cause.Error(), unwritable(&fs.PathError{Op: "openat", Path: "x", Err: cause}), RefusedReadOnly)
	}
	if err := unwritable(&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}); !errors.Is(err, syscall.ENOSPC) || errors.Is(err, RefusedReadOnly) {
		t.Errorf("a full disk: %v", err)
	}
}

func TestUploadReadOnlyFolder(t *testing.T) {
	d := newUploadDesk(t)
	dir := d.Dir
	must(t, os.Chmod(dir, 0o555))
	t.Cleanup(func() { must(t, os.Chmod(dir, 0o755)) })
	if f, err := os.Create(filepath.Join(dir, "probe")); err == nil {
		must(t, errors.Join(f.Close(), os.Remove(f.Name())))
		t.Skip("this user may write everything")
	}
	_, err := d.Stage(t.Context(), "b.txt", strings.NewReader(text(2)))
	d.refused("a read-only folder", err, RefusedReadOnly)
}

// TestUploadDrafts: drafts are kept for a day, so many, for this user only.
func TestUploadDrafts(t *testing.T) {
	d := newUploadDesk(t)
	first := d.stage("a.txt", text(1))
	if info, err := os.Stat(d.Staging); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info, err)
	}
	for _, name := range []string{first.Key, first.Key + draftSuffix} {
		if info, err := os.Stat(filepath.Join(d.Staging, name)); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	for _, key := range []string{"", "0123456789abcdef", "../corpus/có sẵn.txt", first.Key + draftSuffix, strings.ToUpper(first.Key) + "x"} {
		if _, err := d.Place(t.Context(), key); !errors.Is(err, ErrNoDraft) {
			t.Errorf("%q: %v", key, err)
		}
		if err := d.Discard(t.Context(), key); !errors.Is(err, ErrNoDraft) {
			t.Errorf("%q: %v", key, err)
		}
	}
	for n := 2; n <= draftsKept; n++ {
		d.stage("a.txt", text(n))
	}
	_, err := d.Stage(t.Context(), "a.txt", strings.NewReader(text(500)))
	d.refused("one too many", err, RefusedFull)
	d.stage("a.txt", text(1)) // is there already
	must(t, d.Discard(t.Context(), first.Key))
	if _, err := d.Place(t.Context(), first.Key); !errors.Is(err, ErrNoDraft) {
		t.Errorf("discarded: %v", err)
	}
	d.at = d.at.Add(draftAge / 2)
	young := d.stage("a.txt", text(501))

	// A crash has left halves; something else is none of ours.
	put(t, filepath.Join(d.Staging, "0123456789abcdef"), "nửa")
	put(t, filepath.Join(d.Staging, "0123456789abcdef.json.part"), "nửa")
	put(t, filepath.Join(d.Staging, "README"), "của người khác")
	d.at = d.at.Add(draftAge / 2)
	must(t, d.Prune(t.Context()))
	entries, err := os.ReadDir(d.Staging)
	must(t, err)
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	want := []string{"README", young.Key, young.Key + draftSuffix}
	slices.Sort(want)
	if slices.Sort(left); !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}

	// It is there for who comes after a restart, too.
	d.Uploads = &Uploads{Dir: d.Dir, Staging: d.Staging, Store: d.Store, Now: d.Now}
	if path := d.place(young.Key); path != young.Path {
		t.Errorf("placed at %s", path)
	}
	must(t, d.keep(draft{Key: "0123456789abcdef", Path: "them-2026-11-22-x.txt", Ext: ".txt", Staged: d.at, Size: draftBytes - 10}, []byte("x")))
	_, err = d.Stage(t.Context(), "a.txt", strings.NewReader(text(1)))
	d.refused("too much in all", err, RefusedFull)
}
