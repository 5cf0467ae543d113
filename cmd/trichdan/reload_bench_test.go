package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"trichdan/corpus/source"
)

// realCorpus is the folder of real articles beside the repository.
const realCorpus = "../../../shared/data"

// oneFileEach writes real articles into a folder, a file for each: all of them,
// or as many as TRICHDAN_BENCH_ARTICLES says.
func oneFileEach(b *testing.B, dir string) (files []string) {
	b.Helper()
	fsys, closeFolder, err := source.OpenDir(realCorpus)
	if err != nil {
		b.Skip("the articles in ../shared are not there")
	}
	defer closeFolder()
	limit, err := strconv.Atoi(os.Getenv("TRICHDAN_BENCH_ARTICLES"))
	if err != nil {
		limit = 1 << 30
	}
	for a, err := range source.All(b.Context(), fsys, source.File{Path: "vietnews.val.jsonl.gz"}) {
		if err != nil {
			b.Fatal(err)
		}
		path := filepath.Join(dir, fmt.Sprintf("%05d.md", len(files)))
		text := fmt.Sprintf("---\ntitle: %q\n---\n\n%s\n", a.Title, strings.ReplaceAll(a.Body, "\n", "\n\n"))
		// Files as old as those of a folder that has been there for a while.
		old := time.Now().Add(-time.Hour)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
		if err := os.Chtimes(path, old, old); err != nil {
			b.Fatal(err)
		}
		if files = append(files, path); len(files) >= limit {
			break
		}
	}
	return files
}

// BenchmarkReloadOneFile compares the reload of a folder of all real articles in
// which one file has changed with the first one, which reads and indexes all.
func BenchmarkReloadOneFile(b *testing.B) {
	dir := b.TempDir()
	files := oneFileEach(b, dir)
	c, problems := newConfig(&cli{Data: filepath.Join(b.TempDir(), "data"), Corpus: []string{dir}}, streams{strings.NewReader(""), io.Discard, io.Discard})
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	a, err := openApp(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	start := time.Now()
	if err := a.refresh(b.Context(), true); err != nil {
		b.Fatal(err)
	}
	full := time.Since(start)
	n := 0
	for b.Loop() {
		b.StopTimer()
		text := fmt.Sprintf("---\ntitle: Chợ Bàng Bạc, phiên %d\n---\n\nPhiên chợ thứ %d họp muộn vì mưa.\n", n, n)
		if err := os.WriteFile(files[n*97%len(files)], []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
		n++
		b.StartTimer()
		if err := a.refresh(b.Context(), true); err != nil {
			b.Fatal(err)
		}
		if a.mirrored.Added+a.mirrored.Changed != 1 {
			b.Fatalf("%+v", *a.mirrored)
		}
	}
	one := b.Elapsed() / time.Duration(n)
	b.ReportMetric(full.Seconds(), "full-s")
	b.ReportMetric(one.Seconds(), "one-file-s")
	b.ReportMetric(full.Seconds()/one.Seconds(), "full/one-file")
	b.ReportMetric(0, "ns/op")
}
