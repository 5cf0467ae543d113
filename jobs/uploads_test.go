package jobs

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"trichdan/corpus"
	"trichdan/corpus/source"
	"trichdan/corpus/store"
)

// uploadDesk is a corpus folder and a data folder below one folder, of which the test
// sees whether anything else changes.
type uploadDesk struct {
	*Uploads
	t      *testing.T
	around string
	at     time.Time
}

func newUploadDesk(t *testing.T) *uploadDesk {
	t.Helper()
	around := t.TempDir()
	d := &uploadDesk{t: t, around: around, at: time.Date(2026, 11, 22, 9, 0, 0, 0, corpus.Zone)}
	put(t, filepath.Join(around, "corpus/có sẵn.txt"), text(900))
	put(t, filepath.Join(around, "beside/secret.txt"), "của người khác")
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "corpus.db"), time.Now)
	must(t, err)
	t.Cleanup(func() { must(t, st.Close()) })
	d.Uploads = &Uploads{Dir: filepath.Join(around, "corpus"), Staging: filepath.Join(around, "data/drafts"), Store: st, Now: func() time.Time { return d.at }}
	return d
}

func (d *uploadDesk) stage(name, content string) Draft {
	d.t.Helper()
	draft, err := d.Stage(d.t.Context(), name, strings.NewReader(content))
	if err != nil {
		d.t.Fatalf("%q: %v", name, err)
	}
	return draft
}

func (d *uploadDesk) place(key string) string {
	d.t.Helper()
	path, err := d.Place(d.t.Context(), key)
	must(d.t, err)
	return path
}

// mirror makes the store equal to the folder.
func (d *uploadDesk) mirror() Report {
	d.t.Helper()
	fsys, closeDir, err := source.OpenDir(d.Dir)
	must(d.t, err)
	defer func() { must(d.t, closeDir()) }()
	r, err := Mirror(d.t.Context(), d.Store, []Folder{{Name: d.Dir, FS: fsys}}, time.Now, nil)
	must(d.t, err)
	return r
}

// files lists all there is, with its content, but for what is staged.
func (d *uploadDesk) files() map[string]string {
	d.t.Helper()
	all := map[string]string{}
	must(d.t, filepath.WalkDir(d.around, func(p string, e fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(d.around, p)
		switch {
		case err != nil:
			return err
		case rel == "data":
			return fs.SkipDir
		case e.IsDir():
			all[rel+"/"] = ""
		case e.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(p)
			all[rel] = "-> " + target
			return err
		default:
			b, err := os.ReadFile(p)
			all[rel] = string(b)
			return err
		}
		return nil
	}))
	return all
}

func (d *uploadDesk) refused(what string, err error, want Refusal) {
	d.t.Helper()
	e, ok := errors.AsType[*RefusedError](err)
	if !ok || e.Reason != want || !errors.Is(err, want) {
		d.t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func zipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// htmlPage is an article as a page with a script in it.
func htmlPage(seed int) string {
	return fmt.Sprintf(`<!doctype html><html><head><title>Tin số %d của phường</title><script>var bay = "lấy mật khẩu"</script></head><body><article><h1>Tin số %d của phường</h1>
<p>%s</p><script>document.write("lấy mật khẩu")</script><p onclick="alert('lấy mật khẩu')">%s</p></article></body></html>`, seed, seed, text(seed), text(seed+1000))
}

// TestUpload: what was staged, seen and placed is what the mirror finds, under
// the same ID.
func TestUpload(t *testing.T) {
	jsonl := lines(31, 32, 33)
	for _, tt := range []struct {
		name, content string
		path          string
		articles      int
	}{
		{"bài.txt", "Cầu mới qua sông Trà\n\n" + text(1) + "\n\n" + text(2), "them-2026-11-22-cau-moi-qua-song-tra.txt", 1},
		{"Đường.MD", page(3, ""), "them-2026-11-22-tin-so-3.md", 1},
		{"x.htm", htmlPage(4), "them-2026-11-22-tin-so-4-cua-phuong.htm", 1},
		{"Tổng hợp tháng 11.jsonl", jsonl, "them-2026-11-22-tong-hop-thang-11.jsonl", 3},
		{"tin.jsonl.gz", zipped(t, jsonl), "them-2026-11-22-tin.jsonl.gz", 3},
		{"có url.md", page(5, "https://example.vn/tin/5.html"), "them-2026-11-22-tin-so-5.md", 1},
		{"", page(6, ""), "them-2026-11-22-tin-so-6.md", 1},
		{"", htmlPage(7), "them-2026-11-22-tin-so-7-cua-phuong.html", 1},
		{"", lines(41, 42), "them-2026-11-22-tin-so-41.jsonl", 2},
		{"", "Chợ hoa mở cửa\n\n" + text(8) + "\n\n" + text(9), "them-2026-11-22-cho-hoa-mo-cua.txt", 1},
	} {
		t.Run(tt.path, func(t *testing.T) {
			d := newUploadDesk(t)
			d.mirror()
			before := d.files()
			draft := d.stage(tt.name, tt.content)
			if !keyPattern.MatchString(draft.Key) || draft.Path != tt.path || draft.New != tt.articles || draft.Changed+draft.Same+draft.Failed != 0 || len(draft.Articles) != tt.articles {
				t.Fatalf("got %+v", draft)
			}
			if now := d.files(); len(now) != len(before) {
				t.Errorf("staging has left %v, there was %v", now, before)
			}
			if again := d.stage(tt.name, tt.content); again.Key != draft.Key || again.Path != draft.Path {
				t.Errorf("the same again: %s %s, then %s %s", draft.Key, draft.Path, again.Key, again.Path)
			}
			if path := d.place(draft.Key); path != tt.path {
				t.Errorf("placed at %s", path)
			}
			before["corpus/"+tt.path] = tt.content
			if now := d.files(); !equalFiles(now, before) {
				t.Errorf("there is %v, want %v", now, before)
			}
			if info, err := os.Stat(filepath.Join(d.Dir, tt.path)); err != nil || info.Mode() != 0o644 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
			if r := d.mirror(); r.Added != tt.articles || len(r.Failures) > 0 || len(r.Duplicates) > 0 {
				t.Errorf("mirrored %+v", r)
			}
			for _, want := range draft.Articles {
				got, err := d.Store.Article(t.Context(), want.ID)
				if err != nil || got.Title != want.Title || got.Body != want.Body || got.Path != want.Path || got.Published != want.Published {
					t.Errorf("in the store %+v, %v; shown was %+v", got, err, want)
				}
				if want.Published.Known() {
					t.Errorf("published %v: nothing says so", want.Published)
				}
				if strings.Contains(want.Title+want.Body, "mật khẩu") {
					t.Errorf("a script is in the article: %q", want.Body)
				}
			}
			if _, err := d.Place(t.Context(), draft.Key); !errors.Is(err, ErrNoDraft) {
				t.Errorf("placed twice: %v", err)
			}
			// The same on another day is the same file.
			d.at = d.at.AddDate(0, 0, 1)
			later := d.stage(tt.name, tt.content)
			if later.Path != tt.path || later.Same != tt.articles || later.New+later.Changed != 0 {
				t.Errorf("later %+v", later)
			}
			if path := d.place(later.Key); path != tt.path || !equalFiles(d.files(), before) {
				t.Errorf("placed again at %s", path)
			}
		})
	}
}

func equalFiles(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for name, content := range a {
		if other, ok := b[name]; !ok || other != content {
			return false
		}
	}
	return true
}

// TestUploadCounts: what the corpus has already, has otherwise or had.
func TestUploadCounts(t *testing.T) {
	d := newUploadDesk(t)
	put(t, filepath.Join(d.Dir, "a.jsonl"), lines(1, 2))
	put(t, filepath.Join(d.Dir, "b.md"), page(3, "https://example.vn/3"))
	d.mirror()
	three := corpus.NewID("https://example.vn/3", "")
	state := func() store.Counts {
		t.Helper()
		c, err := d.Store.Counts(t.Context())
		must(t, err)
		return c
	}
	before := state()
	for _, tt := range []struct {
		name, content      string
		new, changed, same int
	}{
		{"same words.jsonl", lines(1, 2), 0, 0, 2},
		{"some.jsonl", lines(1, 7, 8), 2, 0, 1},
		{"twice.jsonl", strings.ReplaceAll(lines(5), "n5", "x") + lines(5), 1, 0, 1},
		{"same.md", page(3, "https://example.vn/3"), 0, 0, 1},
		{"changed.md", strings.Replace(page(4, "https://example.vn/3"), "Tin số 4", "Tin số 3", 1), 0, 1, 0},
	} {
		draft := d.stage(tt.name, tt.content)
		if draft.New != tt.new || draft.Changed != tt.changed || draft.Same != tt.same || len(draft.Withdrawn) > 0 {
			t.Errorf("%s: %+v", tt.name, draft)
		}
	}
	if _, err := d.Store.Withdraw(t.Context(), three); err != nil {
		t.Fatal(err)
	}
	if draft := d.stage("same.md", page(3, "https://example.vn/3")); draft.New != 1 || !slices.Equal(draft.Withdrawn, []string{three}) {
		t.Errorf("what was withdrawn: %+v", draft)
	}
	if _, err := d.Store.Restore(t.Context(), three); err != nil {
		t.Fatal(err)
	}
	if after := state(); after != before {
		t.Errorf("staging has changed the store: %+v, was %+v", after, before)
	}
}

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
			before := d.files()
			draft := d.stage("a.txt", content)
			if draft.Path != second {
				t.Errorf("it becomes %s", draft.Path)
			}
			// And that name is taken before it is placed.
			must(t, tt.make(d, filepath.Join(d.Dir, second)))
			if tt.name != "another case" { // only a system that tells them apart comes here
				before = d.files()
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

// endless gives bytes without end, and counts them.
type endless struct{ read int }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = "một câu. "[(e.read+i)%len("một câu. ")]
	}
	e.read += len(b)
	return len(b), nil
}

// TestUploadRefused: what is no article is refused, with the reason, and leaves
// nothing.
func TestUploadRefused(t *testing.T) {
	d := newUploadDesk(t)
	before := d.files()
	bomb := zipped(t, strings.Repeat("một dòng trong quả bom này. ", MaxUpload/16))
	bombLines := zipped(t, strings.Repeat(lines(1), MaxUpload/len(lines(1))+1))
	for _, tt := range []struct {
		name, content string
		want          Refusal
	}{
		{"large.txt", strings.Repeat("một câu. ", MaxUpload/10) + text(1), RefusedSize},
		{"bomb.txt.gz", bomb, RefusedSize},
		{"bomb.jsonl.gz", bombLines, RefusedSize},
		{"binary.txt", "MZ\x90\x00\x03" + text(1), RefusedNotText},
		{"renamed.txt", "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + text(1), RefusedNotText},
		{"renamed.md", `{\rtf1\ansi ` + text(1), RefusedNotText},
		{"broken.md", "Hà N\xf4i " + text(1), RefusedNotText},
		{"broken.jsonl", "{\"body\":\"\xff\"}\n", RefusedNotText},
		{"not packed.txt.gz", text(1), RefusedNotText},
		{"cut.txt.gz", zipped(t, text(1))[:60], RefusedNotText},
		{"empty.txt", "", RefusedNothing},
		{"", " \n\t", RefusedNothing},
		{"title.md", "---\ntitle: Chỉ có tiêu đề\n---\n", RefusedNothing},
		{"menu.html", "<html><body><nav><a href=/>Trang chủ</a></nav></body></html>", RefusedNothing},
		{"script.html", "<html><body><script>alert(1)</script></body></html>", RefusedNothing},
		{"numbers.jsonl", "1\n2\n3\n", RefusedNothing},
	} {
		_, err := d.Stage(t.Context(), tt.name, strings.NewReader(tt.content))
		d.refused(tt.name, err, tt.want)
	}
	// A gigabyte is not read to its end.
	huge := &endless{}
	_, err := d.Stage(t.Context(), "huge.txt", io.LimitReader(huge, 1<<30))
	d.refused("a gigabyte", err, RefusedSize)
	if huge.read > MaxUpload+1<<20 {
		t.Errorf("%d bytes were read", huge.read)
	}
	if now := d.files(); !equalFiles(now, before) {
		t.Errorf("there is %v, want %v", now, before)
	}
	if drafts, err := d.drafts(); len(drafts) != 0 || err != nil {
		t.Errorf("staged: %v, %v", drafts, err)
	}
	// Errors of who sends are not refusals, and nor is an end.
	lost := errors.New("connection lost")
	_, err = d.Stage(t.Context(), "a.txt", io.MultiReader(strings.NewReader("một"), &failing{lost}))
	if _, refused := errors.AsType[*RefusedError](err); refused || !errors.Is(err, lost) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = d.Stage(ctx, "a.jsonl", strings.NewReader(lines(1)))
	if _, refused := errors.AsType[*RefusedError](err); refused || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// TestUploadPartly: 5,000 lines of which three are broken give the others, and
// three reasons.
func TestUploadPartly(t *testing.T) {
	d := newUploadDesk(t)
	var b strings.Builder
	for n := range 5000 {
		switch n {
		case 6:
			b.WriteString("{\"id\": \"n6\", \"body\": \n")
		case 2000:
			b.WriteString("{\"title\":\"không có thân\"}\n")
		case 4999:
			b.WriteString("{\"body\":\"h\xf4m\"}\n")
		default:
			b.WriteString(lines(n + 1))
		}
	}
	draft := d.stage("nhiều.jsonl", b.String())
	if draft.New != 4997 || draft.Changed+draft.Same != 0 || draft.Failed != 3 || len(draft.Failures) != 3 || len(draft.Articles) != shownArticles {
		t.Fatalf("%d new, %d changed, %d same, %d failed: %q", draft.New, draft.Changed, draft.Same, draft.Failed, draft.Failures)
	}
	for i, want := range []string{"line 7: ", "line 2001: ", "line 5000: "} {
		if !strings.HasPrefix(draft.Failures[i], want) {
			t.Errorf("failure %q, want %q and the reason", draft.Failures[i], want)
		}
	}
	d.place(draft.Key)
	if r := d.mirror(); r.Added != 4998 || len(r.Failures) != 3 { // and the one that was there
		t.Errorf("mirrored %d, failures %v", r.Added, r.Failures)
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
