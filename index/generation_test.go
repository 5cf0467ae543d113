package index

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"trichdan/corpus"
)

// fewArticles is a corpus for tests of files.
func fewArticles() *memArticles {
	return newMemory(
		&corpus.Article{ID: "ferry", Title: "Thêm chuyến phà qua sông", Body: "Bến phà tăng thêm sáu chuyến mỗi ngày từ đầu hè."},
		&corpus.Article{ID: "library", Title: "Thư viện mở cửa buổi tối", Body: "Thư viện quận mở cửa đến chín giờ tối.\nBạn đọc được mượn năm cuốn một lần."},
		&corpus.Article{ID: "gone", Body: "Bài này đã rút."},
	)
}

// built makes an index of several segments in a directory and closes it.
func built(t *testing.T, dir string) *memArticles {
	t.Helper()
	m := fewArticles()
	x, err := Open(t.Context(), dir, m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	mustUpdate(t, x)
	m.withdraw("gone", true)
	mustUpdate(t, x)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return m
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

// truncate cuts a file to a share of its length.
func truncate(t *testing.T, path string, share float64) {
	t.Helper()
	info, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, int64(share*float64(info.Size())))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// files gives those of a directory that match a pattern, at least one.
func files(t *testing.T, dir, pattern string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(list) == 0 {
		t.Fatalf("no %s in %s (%v)", pattern, dir, err)
	}
	return list
}

// names lists a directory.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// checkAnswers checks that an index is complete and answers.
func checkAnswers(t *testing.T, x *Index, m *memArticles) {
	t.Helper()
	checkState(t, x, m.seq, m.current())
	for text, want := range map[string]string{"bến phà tăng mấy chuyến": "ferry", "thu vien mo cua den may gio": "library", "bài này đã rút": ""} {
		got := ""
		if hits := ask(t, x, text); len(hits) > 0 {
			got = hits[0].Article.ID
		}
		if got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
}

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	m := built(t, dir)
	before := names(t, dir)
	x := openIndex(t, dir, m)
	checkAnswers(t, x, m)
	if n := mustUpdate(t, x); n != 0 {
		t.Errorf("%d articles are new", n)
	}
	if got := names(t, dir); !slices.Equal(got, before) {
		t.Errorf("files %v, before %v", got, before)
	}
	s, err := x.Status()
	if err != nil || s.Bytes == 0 || s != (Status{Generation: "generation-000001", Articles: 2, Passages: s.Passages, Cursor: m.seq, Bytes: s.Bytes}) {
		t.Errorf("status %+v, %v", s, err)
	}
}

// outcome is what may become of a damaged generation.
type outcome int

const (
	no outcome = iota
	yes
	// either: what was lost may not have been in use, and Bleve goes back to
	// an earlier whole state where it has one; the update goes on from there.
	either
)

// TestDamage damages an index in many ways: it opens all the same, empty or
// whole, and answers after the next update.
func TestDamage(t *testing.T) {
	const generation = "generation-000001"
	for name, c := range map[string]struct {
		damage func(t *testing.T, dir string)
		aside  outcome // is the generation put aside
	}{
		"no CURRENT":            {func(t *testing.T, dir string) { remove(t, filepath.Join(dir, currentFile)) }, no},
		"empty CURRENT":         {func(t *testing.T, dir string) { write(t, filepath.Join(dir, currentFile), "") }, no},
		"garbage in CURRENT":    {func(t *testing.T, dir string) { write(t, filepath.Join(dir, currentFile), "\x00\xff đâu") }, no},
		"CURRENT leads outside": {func(t *testing.T, dir string) { write(t, filepath.Join(dir, currentFile), prefix+"/../../..") }, no},
		"CURRENT names nothing": {func(t *testing.T, dir string) { write(t, filepath.Join(dir, currentFile), prefix+"000009\n") }, no},
		"no generation":         {func(t *testing.T, dir string) { remove(t, filepath.Join(dir, generation)) }, no},
		"generation is a file": {func(t *testing.T, dir string) {
			remove(t, filepath.Join(dir, generation))
			write(t, filepath.Join(dir, generation), "x")
		}, yes},
		"no manifest":    {func(t *testing.T, dir string) { remove(t, filepath.Join(dir, generation, manifestFile)) }, yes},
		"empty manifest": {func(t *testing.T, dir string) { write(t, filepath.Join(dir, generation, manifestFile), "") }, yes},
		"garbage in manifest": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, generation, manifestFile), `{"mapping":"x"`)
		}, yes},
		"no Bleve folder": {func(t *testing.T, dir string) { remove(t, filepath.Join(dir, generation, bleveDir)) }, yes},
		"no Bleve store":  {func(t *testing.T, dir string) { remove(t, filepath.Join(dir, generation, bleveDir, "store")) }, yes},
		"no index_meta":   {func(t *testing.T, dir string) { remove(t, filepath.Join(dir, generation, bleveDir, "index_meta.json")) }, yes},
		"garbage in index_meta": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, generation, bleveDir, "index_meta.json"), "{")
		}, yes},
		"no root": {func(t *testing.T, dir string) { remove(t, filepath.Join(dir, generation, bleveDir, "store/root.bolt")) }, yes},
		"empty root": {func(t *testing.T, dir string) {
			truncate(t, filepath.Join(dir, generation, bleveDir, "store/root.bolt"), 0)
		}, yes},
		"root cut to 1 %":  {cutRoot(0.01), either},
		"root cut to 10 %": {cutRoot(0.1), either},
		"root cut to 20 %": {cutRoot(0.2), either},
		"root cut to 30 %": {cutRoot(0.3), either},
		"root cut to 50 %": {cutRoot(0.5), either},
		"root cut to 75 %": {cutRoot(0.75), either},
		"garbage in root": {func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, generation, bleveDir, "store/root.bolt"), strings.Repeat("rác ", 9000))
		}, yes},
		"a segment lost":             {func(t *testing.T, dir string) { remove(t, files(t, dir, generation+"/bleve/store/*.zap")[0]) }, either},
		"all segments lost":          {func(t *testing.T, dir string) { each(t, dir, remove) }, either},
		"segments empty":             {func(t *testing.T, dir string) { each(t, dir, func(t *testing.T, p string) { truncate(t, p, 0) }) }, either},
		"segments cut to one byte":   {func(t *testing.T, dir string) { each(t, dir, func(t *testing.T, p string) { write(t, p, "x") }) }, either},
		"segments cut in the middle": {func(t *testing.T, dir string) { each(t, dir, func(t *testing.T, p string) { truncate(t, p, 0.5) }) }, either},
		"segments cut at the end":    {func(t *testing.T, dir string) { each(t, dir, func(t *testing.T, p string) { truncate(t, p, 0.99) }) }, either},
		"garbage in segments": {func(t *testing.T, dir string) {
			each(t, dir, func(t *testing.T, p string) { write(t, p, strings.Repeat("rác ", 900)) })
		}, either},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			m := built(t, dir)
			c.damage(t, dir)
			x := openIndex(t, dir, m)
			aside := slices.Contains(names(t, dir), quarantine+generation)
			if c.aside != either && aside != (c.aside == yes) {
				t.Errorf("put aside: %v; there is %v", aside, names(t, dir))
			}
			r, err := x.Search(t.Context(), Query{Text: "bến phà"})
			building, isBuilding := errors.AsType[*BuildingError](err)
			if empty := aside || c.aside != either; empty && (!isBuilding || building.Total != int(m.seq)) || !empty && err != nil && !isBuilding {
				t.Errorf("an empty index answers %+v, %v", r, err)
			}
			mustUpdate(t, x)
			checkAnswers(t, x, m)
			m.put(&corpus.Article{ID: "later", Body: "Tin sau khi sửa."})
			mustUpdate(t, x)
			checkAnswers(t, x, m)
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			again := openIndex(t, dir, m)
			if c.aside == either {
				// Bleve that went back gives new states the numbers of those that it
				// could not load, and then may remove them as such: the index comes
				// up empty, or earlier, once more.
				mustUpdate(t, again)
			}
			checkAnswers(t, again, m)
			if n := mustUpdate(t, again); n != 0 {
				t.Errorf("after the repair %d articles are new", n)
			}
		})
	}
}

// cutRoot cuts the file in which Bleve keeps its own state.
func cutRoot(share float64) func(t *testing.T, dir string) {
	return func(t *testing.T, dir string) {
		truncate(t, files(t, dir, prefix+"*/bleve/store/root.bolt")[0], share)
	}
}

// each does something to all segments.
func each(t *testing.T, dir string, do func(t *testing.T, path string)) {
	for _, path := range files(t, dir, prefix+"*/bleve/store/*.zap") {
		do(t, path)
	}
}

// TestLastQuarantineOnly damages the index twice.
func TestLastQuarantineOnly(t *testing.T) {
	dir := t.TempDir()
	built(t, dir)
	for _, want := range []string{"quarantined-generation-000001", "quarantined-generation-000002"} {
		in, err := readRoles(dir)
		if err != nil {
			t.Fatal(err)
		}
		remove(t, filepath.Join(dir, in.current, manifestFile))
		x := openIndex(t, dir, fewArticles())
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		if got := slices.DeleteFunc(names(t, dir), func(n string) bool { return !strings.HasPrefix(n, quarantine) }); !slices.Equal(got, []string{want}) {
			t.Errorf("put aside %v, want %s", got, want)
		}
	}
}

// TestHalfBuilt leaves what a crash in the middle of a rebuild leaves.
func TestHalfBuilt(t *testing.T) {
	dir := t.TempDir()
	m := built(t, dir)
	half := filepath.Join(dir, prefix+"000002")
	if err := os.CopyFS(half, os.DirFS(filepath.Join(dir, prefix+"000001"))); err != nil {
		t.Fatal(err)
	}
	x := openIndex(t, dir, m)
	if _, err := os.Stat(half); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the half-built generation is still there (%v)", err)
	}
	checkAnswers(t, x, m)
}

// TestCursorAhead opens an index with a corpus that has seen less: it was made
// from another one, or that one was restored from a copy.
func TestCursorAhead(t *testing.T) {
	dir := t.TempDir()
	built(t, dir)
	m := newMemory(&corpus.Article{ID: "ferry", Body: "Bến phà đóng cửa."})
	x := openIndex(t, dir, m)
	if !slices.Contains(names(t, dir), quarantine+prefix+"000001") {
		t.Errorf("not put aside: %v", names(t, dir))
	}
	mustUpdate(t, x)
	if hits := ask(t, x, "bến phà"); len(hits) != 1 || hits[0].Article != m.byID["ferry"] {
		t.Errorf("found %+v", hits)
	}
	if hits := ask(t, x, "thư viện"); len(hits) > 0 {
		t.Errorf("found an article of another corpus: %+v", hits)
	}
}

// TestStale opens an index of an earlier mapping: it answers until the update
// has built a new one beside it.
func TestStale(t *testing.T) {
	dir := t.TempDir()
	m := built(t, dir)
	write(t, filepath.Join(dir, prefix+"000001", manifestFile), `{"mapping":0,"created":"2022-01-01T00:00:00Z"}`)
	x := openIndex(t, dir, oneByOne{m, func(*corpus.Article) error {
		if got, err := readRoles(dir); err != nil || got.current != prefix+"000001" {
			t.Errorf("CURRENT is %q in the middle of the rebuild (%v)", got.current, err)
		}
		return nil
	}})
	if len(ask(t, x, "bến phà")) != 1 {
		t.Error("the old generation does not answer")
	}
	if n := mustUpdate(t, x); n != len(m.list) {
		t.Errorf("rebuilt from %d articles, want all %d", n, len(m.list))
	}
	checkAnswers(t, x, m)
	if got, want := names(t, dir), []string{currentFile, lockFile, prefix + "000001", prefix + "000002"}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
	if n := mustUpdate(t, x); n != 0 {
		t.Errorf("then %d articles are new", n)
	}
}

// TestRebuildFails keeps the old generation when the new one cannot be built.
func TestRebuildFails(t *testing.T) {
	dir := t.TempDir()
	m := built(t, dir)
	failure := errors.New("disk error")
	x := openIndex(t, dir, oneByOne{m, func(*corpus.Article) error { return failure }})
	if _, err := x.Rebuild(t.Context(), nil); !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}
	checkAnswers(t, x, m)
	if got, want := names(t, dir), []string{currentFile, lockFile, prefix + "000001"}; !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

// TestDirectory is where the directory itself is the trouble: an error that
// names it.
func TestDirectory(t *testing.T) {
	readOnly := func(t *testing.T, dir string) string {
		if os.Geteuid() == 0 {
			t.Skip("permissions do not bind root")
		}
		if err := os.Chmod(dir, 0o555); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Error(err)
			}
		})
		return dir
	}
	for name, prepare := range map[string]func(t *testing.T, dir string) string{
		"a file in its place": func(t *testing.T, dir string) string {
			path := filepath.Join(dir, "index")
			write(t, path, "x")
			return path
		},
		"a file above it": func(t *testing.T, dir string) string {
			write(t, filepath.Join(dir, "data"), "x")
			return filepath.Join(dir, "data", "index")
		},
		"CURRENT is a folder": func(t *testing.T, dir string) string {
			if err := os.Mkdir(filepath.Join(dir, currentFile), 0o755); err != nil {
				t.Fatal(err)
			}
			return dir
		},
		"read-only":       readOnly,
		"read-only above": func(t *testing.T, dir string) string { return filepath.Join(readOnly(t, dir), "index") },
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			dir := prepare(t, root)
			x, err := Open(t.Context(), dir, fewArticles(), Options{})
			if err == nil {
				t.Error(x.Close())
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), root) || !strings.HasPrefix(err.Error(), "open index: ") {
				t.Errorf("error %q does not name %s", err, root)
			}
		})
	}
}

// TestSecondOpener opens an index that another one holds: an error, and the
// index that is in use stays as it is, rebuild in progress or not.
func TestSecondOpener(t *testing.T) {
	dir := t.TempDir()
	m := built(t, dir)
	x := openIndex(t, dir, m)
	before := names(t, dir)
	if _, err := Open(t.Context(), dir, m, Options{}); !errors.Is(err, ErrInUse) {
		t.Fatalf("error %v, want ErrInUse", err)
	}
	if got := names(t, dir); !slices.Equal(got, before) {
		t.Errorf("files %v, before %v", got, before)
	}
	checkAnswers(t, x, m)
	m.withdraw("gone", false)
	mustUpdate(t, x)
	checkState(t, x, m.seq, m.current())
}
