//go:build unix

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"trichdan/corpus/sample"
)

// listing is all that lies in a folder and below, with sizes.
func listing(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			all = append(all, fmt.Sprint(path, " ", info.Size()))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// repack changes a backup.
func repack(t *testing.T, file string, change func(h *tar.Header, content []byte) (*tar.Header, []byte), more ...*tar.Header) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	put := func(h *tar.Header, content []byte) {
		if h.Typeflag == tar.TypeReg || h.Typeflag == 0 {
			h.Size = int64(len(content))
		}
		err := w.WriteHeader(h)
		if err == nil && len(content) > 0 {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for r := tar.NewReader(packed); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if h, content = change(h, content); h != nil {
			put(h, content)
		}
	}
	for _, h := range more {
		put(h, nil)
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "changed.tar.gz")
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestRestoreRefuses: what is no whole backup, or has something else in it, is
// refused, with the reason, and nothing in the data folder or beside it changes.
func TestRestoreRefuses(t *testing.T) {
	file, data := smallBackup(t)
	keep := func(h *tar.Header, content []byte) (*tar.Header, []byte) { return h, content }
	manifestWith := func(change func(*manifest)) string {
		return repack(t, file, func(h *tar.Header, content []byte) (*tar.Header, []byte) {
			if h.Name == manifestName {
				var m manifest
				if err := json.Unmarshal(content, &m); err != nil {
					t.Fatal(err)
				}
				change(&m)
				var err error
				if content, err = json.Marshal(m); err != nil {
					t.Fatal(err)
				}
			}
			return h, content
		})
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cut := func(n int) string {
		name := filepath.Join(t.TempDir(), "cut.tar.gz")
		if err := os.WriteFile(name, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	parent := filepath.Dir(data)
	for _, tt := range []struct{ name, file, want string }{
		{"no archive", filepath.Join(data, "corpus.db"), "no backup of trichdan"},
		{"cut off", cut(len(whole) / 2), "cannot be restored"},
		{"the checksum of the stream is missing", cut(len(whole) - 4), "cannot be restored"},
		{"empty", cut(0), "no backup of trichdan"},
		{"a path upwards", repack(t, file, keep, &tar.Header{Name: "../outside", Typeflag: tar.TypeReg}), `"../outside"`},
		{"an absolute path", repack(t, file, keep, &tar.Header{Name: filepath.Join(parent, "outside"), Typeflag: tar.TypeReg}), "outside"},
		{"a link", repack(t, file, keep, &tar.Header{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "/etc"}), `"link"`},
		{"a database twice", repack(t, file, keep, &tar.Header{Name: corpusName, Typeflag: tar.TypeReg}), corpusName},
		{"a link in place of a database", repack(t, file, func(h *tar.Header, content []byte) (*tar.Header, []byte) {
			if h.Name == corpusName {
				return &tar.Header{Name: corpusName, Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}, nil
			}
			return h, content
		}), corpusName},
		{"a database missing", repack(t, file, func(h *tar.Header, content []byte) (*tar.Header, []byte) {
			if h.Name == ledgerName {
				return nil, nil
			}
			return h, content
		}), "ledger.db is missing"},
		{"a byte changed", repack(t, file, func(h *tar.Header, content []byte) (*tar.Header, []byte) {
			if h.Name == corpusName {
				content[len(content)/2] ^= 1
			}
			return h, content
		}), "checksum"},
		{"another format", manifestWith(func(m *manifest) { m.Format = 2 }), "format is 2"},
		{"another name", manifestWith(func(m *manifest) { m.Files[0].Name = "../ledger.db" }), "it has not"},
		{"another schema", manifestWith(func(m *manifest) { m.Files[0].Schema = 1 }), "has the schema"},
		{"no manifest", repack(t, file, func(h *tar.Header, content []byte) (*tar.Header, []byte) {
			if h.Name == manifestName {
				return nil, nil
			}
			return h, content
		}), "does not begin with manifest.json"},
	} {
		before := listing(t, parent)
		got := runHere(t.Context(), t, nil, "restore", "--force", "--data", data, tt.file)
		if got.code != exitFailed || !strings.Contains(got.err, tt.want) || got.out != "" {
			t.Errorf("%s: %+v, want %q", tt.name, got, tt.want)
		}
		if after := listing(t, parent); !slices.Equal(after, before) {
			t.Errorf("%s: there was\n%q, and is\n%q", tt.name, before, after)
		}
	}
}

// TestRestoreInPlace: a bot that runs is not disturbed, data are not overwritten
// unasked, and with --force they are kept and nothing of the index is used.
func TestRestoreInPlace(t *testing.T) {
	file, data := smallBackup(t)
	if got := runHere(t.Context(), t, nil, "restore", "--data", data, file); got.code != exitFailed || !strings.Contains(got.err, "--force") {
		t.Errorf("over data: %+v", got)
	}
	articles := t.TempDir()
	if err := os.WriteFile(filepath.Join(articles, "a.txt"), []byte("Hồ Rừng thả cá\n\nHồ Rừng nhận 3.000 con cá giống của người dân quanh hồ. Cá được thả ở bờ phía đông.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := controlConfig(t, data)
	c.corpus = []string{articles}
	a, err := newApp(t.Context(), c, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := runHere(t.Context(), t, nil, "restore", "--force", "--data", data, file); got.code != exitFailed || !strings.Contains(got.err, "in use by another trichdan") {
		t.Errorf("beside a bot: %+v", got)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	after := rowsOf(t, filepath.Join(data, "corpus.db"))
	for range 2 { // the second time in place of the restored one
		got := runHere(t.Context(), t, nil, "restore", "--force", "--data", data, file)
		if got.code != exitDone || strings.Count(got.out, before) != 2 {
			t.Fatalf("%+v", got)
		}
		if want, got := rowsOf(t, filepath.Join(extract(t, file), "corpus.db")), rowsOf(t, filepath.Join(data, "corpus.db")); !slices.Equal(want, got) {
			t.Error("the articles are others than in the backup")
		}
		if after != nil && !slices.Equal(rowsOf(t, filepath.Join(data, "corpus.db"+before)), after) {
			t.Error("what was there before is not kept")
		}
		after = nil
	}
	if _, err := os.Stat(filepath.Join(data, "index")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the index of other articles is there: %v", err)
	}
	got := runHere(t.Context(), t, nil, "ask", "--data", data, sample.Questions()[0])
	if got.code != exitDone || !strings.Contains(got.out, "[1]") {
		t.Errorf("%+v", got)
	}
}
