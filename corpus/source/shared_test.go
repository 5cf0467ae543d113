package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"trichdan/corpus"
)

// shared opens a folder of the example data beside the repository. It is part
// of every checked build; elsewhere its tests are skipped.
func shared(t *testing.T, name string) fs.FS {
	t.Helper()
	dir := "../../../shared/" + name
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if os.Getenv("CI") == "true" {
			t.Fatalf("../shared/%s is missing, and CI=true wants it", name)
		}
		t.Skipf("../shared/%s is missing", name)
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
	return fsys
}

func TestCoverage(t *testing.T) {
	fsys := shared(t, "coverage")
	files, failures, err := List(context.Background(), fsys)
	if err != nil || len(failures) > 0 {
		t.Fatal(err, failures)
	}
	want := map[string]struct {
		published       string
		basis           corpus.Basis
		outlet, author  string
		derived, lead   bool
		captions, paras int
	}{
		"000": {"2022-01-08", corpus.Inferred, "Nhân Dân", "", false, true, 2, 7},
		"001": {"2024-01-09", corpus.Inferred, "", "Thu Hà", true, false, 2, 12},
		"002": {"", corpus.Unknown, "Nhân Dân", "", false, true, 1, 8},
		"003": {"2022", corpus.Inferred, "Kinh tế & Đô thị", "Hà Bình", false, false, 1, 10},
		"004": {"", corpus.Unknown, "Chinhphu.vn", "Gia Huy", true, true, 1, 13},
	}
	seen := 0
	for _, f := range files {
		w, ok := want[f.Path[:3]]
		if !ok {
			continue
		}
		seen++
		articles, failures := Read(context.Background(), fsys, f)
		if len(failures) > 0 || len(articles) != 1 {
			t.Fatal(f.Path, failures)
		}
		a := articles[0]
		checkArticle(t, a)
		if got := a.Published.String(); got != w.published || a.Published.BasisOr() != w.basis {
			t.Errorf("%s: published %q %s, want %q %s", f.Path, got, a.Published.BasisOr(), w.published, w.basis)
		}
		if a.Outlet != w.outlet || a.Author != w.author {
			t.Errorf("%s: outlet %q, author %q, want %q, %q", f.Path, a.Outlet, a.Author, w.outlet, w.author)
		}
		if a.TitleDerived != w.derived || a.LeadLen > 0 != w.lead {
			t.Errorf("%s: title %q derived %v, lead %q", f.Path, a.Title, a.TitleDerived, a.Lead())
		}
		if len(a.Captions) != w.captions {
			t.Errorf("%s: captions %q", f.Path, a.Captions)
		}
		if n := strings.Count(a.Body, "\n") + 1; n != w.paras {
			t.Errorf("%s: %d paragraphs, want %d:\n%s", f.Path, n, w.paras, a.Body)
		}
		if a.URL != "" {
			t.Errorf("%s: URL %q", f.Path, a.URL)
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d files", seen, len(want))
	}
}

func TestVietnews(t *testing.T) {
	fsys := shared(t, "data")
	n, leads := 0, 0
	for a, err := range All(context.Background(), fsys, File{Path: "vietnews.val.jsonl.gz"}) {
		if err != nil {
			t.Error(err)
			break
		}
		checkArticle(t, a)
		if a.LeadLen > 0 {
			leads++
		}
		if n++; n == 2000 {
			break
		}
	}
	if n != 2000 || leads != n {
		t.Errorf("%d articles, %d with a lead", n, leads)
	}
}

func BenchmarkVietnews(b *testing.B) {
	dir := "../../../shared/data"
	if _, err := os.Stat(dir); err != nil {
		b.Skip("../shared/data is missing")
	}
	for b.Loop() {
		n := 0
		start := time.Now()
		for _, err := range All(context.Background(), os.DirFS(dir), File{Path: "vietnews.val.jsonl.gz"}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		b.ReportMetric(float64(n)/time.Since(start).Seconds(), "articles/s")
	}
}
