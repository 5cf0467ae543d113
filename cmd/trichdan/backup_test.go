//go:build unix

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rowsOf gives all rows of all tables of a database, sorted, each with its table.
func rowsOf(t *testing.T, path string) (rows []string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tables, err := db.QueryContext(t.Context(), "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	defer tables.Close()
	var names []string
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := tables.Err(); err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		r, err := db.QueryContext(t.Context(), `SELECT * FROM "`+name+`"`)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := r.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		for r.Next() {
			if err := r.Scan(to...); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, fmt.Sprintf("%s: %q", name, values))
		}
		if err := errors.Join(r.Err(), r.Close()); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(rows)
	return rows
}

// extract unpacks a backup as tar would.
func extract(t *testing.T, backup string) (dir string) {
	t.Helper()
	f, err := os.Open(backup)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	dir = t.TempDir()
	packed, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(packed); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return dir
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(archive)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(h.Name)), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// smallBackup is the backup of a data folder with the sample, and the folder.
func smallBackup(t *testing.T) (file, data string) {
	t.Helper()
	data, file = filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "backup.tar.gz")
	if got := runHere(t.Context(), t, nil, "reload", "--data", data); got.code != exitDone {
		t.Fatal(got)
	}
	if got := runHere(t.Context(), t, nil, "backup", "--data", data, file); got.code != exitDone || !strings.HasPrefix(got.out, file+": ledger.db (") {
		t.Fatal(got)
	}
	return file, data
}

// TestBackupNames: a backup overwrites nothing unasked, goes to standard output,
// and comes from there.
func TestBackupNames(t *testing.T) {
	file, data := smallBackup(t)
	first, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := runHere(t.Context(), t, nil, "backup", "--data", data, file); got.code != exitFailed || !strings.Contains(got.err, "--force") {
		t.Errorf("over a file: %+v", got)
	}
	if b, err := os.ReadFile(file); err != nil || !bytes.Equal(b, first) {
		t.Errorf("the file has changed, %v", err)
	}
	if got := runHere(t.Context(), t, nil, "backup", "--force", "--data", data, file); got.code != exitDone {
		t.Errorf("with --force: %+v", got)
	}
	if got := runHere(t.Context(), t, nil, "backup", "--data", filepath.Join(t.TempDir(), "none"), filepath.Join(t.TempDir(), "x")); got.code != exitFailed || !strings.Contains(got.err, "nothing to back up") {
		t.Errorf("of nothing: %+v", got)
	}
	if got := runHere(t.Context(), t, nil, "backup", "--data", data, filepath.Join(t.TempDir(), "no", "folder")); got.code != exitFailed {
		t.Errorf("into no folder: %+v", got)
	}
	out := runHere(t.Context(), t, nil, "backup", "--data", data, "-")
	if out.code != exitDone || out.err != "" {
		t.Fatalf("to standard output: %d, %s", out.code, out.err)
	}
	to := filepath.Join(t.TempDir(), "data")
	if got := runHere(t.Context(), t, strings.NewReader(out.out), "restore", "--data", to, "-"); got.code != exitDone {
		t.Errorf("from standard input: %+v", got)
	}
	if want, got := rowsOf(t, filepath.Join(data, "ledger.db")), rowsOf(t, filepath.Join(to, "ledger.db")); !slices.Equal(want, got) {
		t.Error("the ledger is another one")
	}
	for _, dir := range []string{filepath.Dir(file), data, to} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".") {
				t.Errorf("%s is left in %s", e.Name(), dir)
			}
		}
	}
}

// TestBackupOfDamaged: a damaged database makes no backup.
func TestBackupOfDamaged(t *testing.T) {
	_, data := smallBackup(t)
	name := filepath.Join(data, "corpus.db")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(b); i += 512 {
		copy(b[i:], "rác rác rác rác")
	}
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "x.tar.gz")
	if got := runHere(t.Context(), t, nil, "backup", "--data", data, to); got.code != exitFailed || !strings.Contains(got.err, "damaged") {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a backup was written: %v", err)
	}
}

// TestInspectName: no character in a path is special.
func TestInspectName(t *testing.T) {
	file, _ := smallBackup(t)
	dir := filepath.Join(t.TempDir(), "a?b=c&d #%41")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(extract(t, file), corpusName), filepath.Join(dir, corpusName)); err != nil {
		t.Fatal(err)
	}
	f, err := inspect(t.Context(), filepath.Join(dir, corpusName))
	if err != nil || f.Schema < 1 || f.Size == 0 || len(f.SHA256) != 64 {
		t.Errorf("%+v, %v, %s", f, err, url.PathEscape(dir))
	}
}
