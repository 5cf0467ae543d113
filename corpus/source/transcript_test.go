package source

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"trichdan/corpus"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata/articles")

// testNow is the present of all tests.
var testNow = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// readFiles reads all files of a folder in memory.
func readFiles(files map[string]string) (articles []*corpus.Article, errs []error) {
	fsys := fstest.MapFS{}
	for name, data := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(data)}
	}
	list, failures, err := List(context.Background(), fsys)
	if err != nil {
		return nil, []error{err}
	}
	for _, f := range failures {
		errs = append(errs, f)
	}
	for _, f := range list {
		for a, err := range (reader{now: testNow, lineLimit: asStream}).all(context.Background(), fsys, f) {
			if err != nil {
				errs = append(errs, err)
				continue
			}
			articles = append(articles, a)
		}
	}
	return articles, errs
}

// TestArticles reads messy articles in the styles of several newsrooms, and
// compares every field and the whole body.
func TestArticles(t *testing.T) {
	paths, err := filepath.Glob("testdata/articles/*.txtar")
	if err != nil || len(paths) < 10 {
		t.Fatal(err, len(paths))
	}
	for _, p := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(p), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(p)
			if err != nil {
				t.Fatal(err)
			}
			in := ar.Files[0]
			articles, errs := readFiles(map[string]string{in.Name: string(in.Data)})
			if len(errs) > 0 || len(articles) != 1 {
				t.Fatal(len(articles), errs)
			}
			checkArticle(t, articles[0])
			got := fields(articles[0])
			if *update {
				ar.Files = append(ar.Files[:1], got...)
				if err := os.WriteFile(p, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(ar.Files) != 1+len(got) {
				t.Fatal("no expectations; run with -update and read them")
			}
			for i, w := range ar.Files[1:] {
				if diff := cmp.Diff(string(w.Data), string(got[i].Data)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", w.Name, diff)
				}
			}
		})
	}
}

// fields writes an article down as the files of an expectation.
func fields(a *corpus.Article) []txtar.File {
	var b bytes.Buffer
	fmt.Fprintf(&b, "title: %s\nderived: %v\nlead: %s\noutlet: %s\nauthor: %s\npublished: %s %s\nurl: %s\n",
		a.Title, a.TitleDerived, a.Lead(), a.Outlet, a.Author, a.Published, a.Published.BasisOr(), a.URL)
	for _, tag := range a.Tags {
		fmt.Fprintf(&b, "tag: %s\n", tag)
	}
	for _, c := range a.Captions {
		fmt.Fprintf(&b, "caption: %s\n", c)
	}
	return []txtar.File{{Name: "want", Data: b.Bytes()}, {Name: "body", Data: []byte(a.Body + "\n")}}
}
