package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

var schema = fstest.MapFS{"00001_things.sql": {Data: []byte("-- +goose Up\nCREATE TABLE things (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL);\n")}}

// open opens a database for one test.
func open(tb testing.TB, path string) *DB {
	tb.Helper()
	d, err := Open(tb.Context(), path, schema, "secure_delete(1)")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := d.Close(); err != nil {
			tb.Error(err)
		}
	})
	return d
}

func temp(tb testing.TB) *DB {
	tb.Helper()
	return open(tb, filepath.Join(tb.TempDir(), "things.db"))
}

// TestPragmas: what Open promises holds on every connection.
func TestPragmas(t *testing.T) {
	d := temp(t)
	for range 3 {
		c, err := d.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		for pragma, want := range map[string]string{
			"busy_timeout": "5000", "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1",
		} {
			var got string
			if err := c.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s is %s, want %s (%v)", pragma, got, want, err)
			}
		}
	}
}

func TestOpenFails(t *testing.T) {
	dir := t.TempDir()
	noise := filepath.Join(dir, "noise.db")
	if err := os.WriteFile(noise, []byte("Một tệp văn bản, không phải cơ sở dữ liệu."), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(dir, "newer.db")
	d, err := Open(t.Context(), newer, schema)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (7, 1)")
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		path string
		want error // nil: any
	}{
		"no database":  {noise, ErrCorrupt},
		"newer schema": {newer, ErrNewer},
		"a folder":     {dir, nil},
		"below a file": {filepath.Join(noise, "things.db"), nil},
	} {
		d, err := Open(t.Context(), tt.path, schema)
		if err == nil {
			t.Errorf("%s: opened, %v", name, d.Close())
			continue
		}
		if err = Wrap("things", err, "open %s", tt.path); tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}
