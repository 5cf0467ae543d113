package jobs

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
		{"changed.md", strings.Replace(page(4, "https://example.vn/3"), "Tin số 4", "Tin số 3", 1), 0, 0, 1}, // b.md keeps it
	} {
		draft := d.stage(tt.name, tt.content)
		if draft.New != tt.new || draft.Changed != tt.changed || draft.Same != tt.same || len(draft.Withdrawn) > 0 {
			t.Errorf("%s: %+v", tt.name, draft)
		}
		if held := tt.name == "changed.md"; held != (len(draft.Failures) == 1 && strings.Contains(draft.Failures[0], "b.md")) {
			t.Errorf("%s: failures %q", tt.name, draft.Failures)
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

// TestUploadAgain: an article that was given before, by its address, is changed
// in the file that it has become, also when it was withdrawn meanwhile.
func TestUploadAgain(t *testing.T) {
	d := newUploadDesk(t)
	d.mirror()
	const url = "https://example.vn/nuoc"
	id := corpus.NewID(url, "")
	first := d.stage("a.md", page(1, url))
	path := d.place(first.Key)
	d.mirror()
	want := d.files()
	d.at = d.at.AddDate(0, 0, 3)

	second := d.stage("a.md", page(2, url))
	if second.Path != path || second.Changed != 1 || second.New+second.Same+second.Failed != 0 {
		t.Fatalf("got %+v", second)
	}
	if got := d.place(second.Key); got != path {
		t.Errorf("placed at %s", got)
	}
	want["corpus/"+path] = page(2, url)
	if now := d.files(); !equalFiles(now, want) {
		t.Errorf("there is %v, want %v", now, want)
	}
	if r := d.mirror(); r.Changed != 1 || r.Added != 0 || len(r.Duplicates) > 0 {
		t.Errorf("mirrored %+v", r)
	}

	_, err := d.Store.Withdraw(t.Context(), id)
	must(t, err)
	third := d.stage("a.md", page(3, url))
	if third.Path != path || third.New != 1 || !slices.Equal(third.Withdrawn, []string{id}) {
		t.Errorf("got %+v", third)
	}
	// The file was taken away: a link in its place is not followed.
	must(t, os.Remove(filepath.Join(d.Dir, path)))
	must(t, os.Symlink("../beside/secret.txt", filepath.Join(d.Dir, path)))
	want = d.files()
	if path = d.place(third.Key); path != "them-2026-11-25-tin-so-3.md" {
		t.Errorf("placed at %s", path)
	}
	want["corpus/"+path] = page(3, url)
	if now := d.files(); !equalFiles(now, want) {
		t.Errorf("there is %v, want %v", now, want)
	}
}
