package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
)

var pairs = fstest.MapFS{"00001_pairs.sql": {Data: []byte(`-- +goose Up
CREATE TABLE lefts (n BIGINT NOT NULL PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE rights (n BIGINT NOT NULL PRIMARY KEY, text TEXT NOT NULL);
`)}}

// rows gives all rows of a table in order.
func rows(t *testing.T, d *DB, table string) []string {
	t.Helper()
	var list []string
	r, err := d.DB.QueryContext(t.Context(), "SELECT n, text FROM "+table+" ORDER BY n")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for r.Next() {
		var n int
		var text string
		if err := r.Scan(&n, &text); err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprint(n, " ", text))
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// sound opens a copy as the program would and checks the file.
func sound(t *testing.T, path string, schema fs.FS) *DB {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: not its owner's alone", info, err)
	}
	d, err := Open(t.Context(), path, schema)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	for pragma, want := range map[string]string{"integrity_check": "ok", "journal_mode": "wal"} {
		var got string
		if err := d.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s of the copy: %s, %v", pragma, got, err)
		}
	}
	return d
}

// TestSnapshotUnderLoad: writers store numbered rows, each in both of two tables
// in one transaction, and delete the row before last. A copy made meanwhile is a
// state that was there: what was stored before it began is in it, nothing is in
// one table only, and no row is missing in the middle.
func TestSnapshotUnderLoad(t *testing.T) {
	dir := t.TempDir()
	live := filepath.Join(dir, "live.db")
	d, err := Open(t.Context(), live, pairs)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	var last atomic.Int64 // the number of the last row that is stored for sure
	var over atomic.Bool
	var n int64 // touched in transactions only
	var wg sync.WaitGroup
	for w := range 3 {
		wg.Go(func() {
			for !over.Load() {
				var mine int64
				write := d.Share
				if w == 0 {
					write = d.Write
				}
				err := write(t.Context(), func(tx *Tx) error {
					n++
					mine = n
					text := strings.Repeat(fmt.Sprintf("dòng %d ", mine), 1+int(mine%40))
					if err := tx.Exec("INSERT INTO lefts (n, text) VALUES (?, ?)", mine, text); err != nil {
						return err
					}
					return tx.Exec("INSERT INTO rights (n, text) VALUES (?, ?)", mine, text)
				})
				if err != nil {
					t.Error(err)
					return
				}
				for at := last.Load(); at < mine && !last.CompareAndSwap(at, mine); at = last.Load() {
				}
			}
		})
	}
	var paths []string
	var before []int64
	for i := range 6 {
		path := filepath.Join(dir, fmt.Sprintf("copy %d?.db", i)) // no name is special
		before = append(before, last.Load())
		copying := d.Snapshot
		if i%2 == 1 {
			copying = func(ctx context.Context, path string) error { return Copy(ctx, live, path) }
		}
		if err := copying(t.Context(), path); err != nil {
			t.Error(err)
		}
		paths = append(paths, path)
	}
	over.Store(true)
	wg.Wait()
	all := rows(t, d, "lefts")
	for i, path := range paths {
		c := sound(t, path, pairs)
		lefts, rights := rows(t, c, "lefts"), rows(t, c, "rights")
		if int64(len(lefts)) < before[i] || len(lefts) > len(all) {
			t.Fatalf("copy %d has %d rows; %d were stored before it, %d in the end", i, len(lefts), before[i], len(all))
		}
		for k := range lefts {
			if k >= len(rights) || lefts[k] != rights[k] || lefts[k] != all[k] {
				t.Fatalf("copy %d: row %d is not the one that was stored", i, k)
			}
		}
		if len(lefts) != len(rights) {
			t.Errorf("copy %d: %d rows and %d", i, len(lefts), len(rights))
		}
		if err := c.Share(t.Context(), func(tx *Tx) error { // it can be gone on with
			return tx.Exec("INSERT INTO lefts (n, text) VALUES (-1, '')")
		}); err != nil {
			t.Error(err)
		}
	}
}

func TestSnapshotFails(t *testing.T) {
	d := temp(t)
	dir := t.TempDir()
	there := filepath.Join(dir, "there.db")
	if err := os.WriteFile(there, []byte("của người khác"), 0o644); err != nil {
		t.Fatal(err)
	}
	noise := filepath.Join(dir, "noise.db")
	if err := os.WriteFile(noise, bytes.Repeat([]byte("không phải cơ sở dữ liệu "), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	fresh := filepath.Join(dir, "fresh.db")
	for name, tt := range map[string]struct {
		err  error
		want error // nil: any
	}{
		"there is one":     {d.Snapshot(t.Context(), there), fs.ErrExist},
		"no folder":        {d.Snapshot(t.Context(), filepath.Join(dir, "none", "x.db")), fs.ErrNotExist},
		"cancelled":        {d.Snapshot(ended, fresh), context.Canceled},
		"copy of nothing":  {Copy(t.Context(), filepath.Join(dir, "none.db"), fresh), fs.ErrNotExist},
		"copy of noise":    {Wrap("things", Copy(t.Context(), noise, fresh), "copy"), ErrCorrupt},
		"copy over itself": {Copy(t.Context(), there, there), fs.ErrExist},
	} {
		if tt.err == nil || tt.want != nil && !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v, want %v", name, tt.err, tt.want)
		}
	}
	if b, err := os.ReadFile(there); string(b) != "của người khác" || err != nil {
		t.Errorf("what was there is %q now, %v", b, err)
	}
	if _, err := os.Stat(fresh); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something is left of a copy that failed: %v", err)
	}
}

// TestRewrite: rows that moved between pages before they were deleted are in no
// file any more.
func TestRewrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "things.db")
	d := open(t, path)
	if _, err := d.Exec("CREATE INDEX things_name ON things (name, id)"); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	err := d.Write(t.Context(), func(tx *Tx) error {
		for i := range 3000 {
			name := fmt.Sprint(r.Uint64()) + strings.Repeat([]string{" riêng", " chung"}[i%2], r.IntN(40))
			if err := tx.Exec("INSERT INTO things (id, name) VALUES (?, ?)", i, name); err != nil {
				return err
			}
		}
		return tx.Exec("DELETE FROM things WHERE name LIKE '% riêng%'")
	})
	if err != nil {
		t.Fatal(err)
	}
	before, err := d.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	kept := count(t, d)
	if err := d.Rewrite(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(b, []byte("riêng")); n > 0 {
			t.Errorf("%s: it is there %d times", filepath.Base(name), n)
		}
	}
	after, err := d.Size(t.Context())
	if info, err2 := os.Stat(path); err != nil || err2 != nil || after >= before || info.Size() != after {
		t.Errorf("%d bytes before, %d after, %v, %v", before, after, err, err2)
	}
	if n := count(t, d); n != kept || kept == 0 {
		t.Errorf("%d rows, %d before", n, kept)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Write(t.Context(), func(*Tx) error { return d.Rewrite(ended) }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
