package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"
)

func add(id int64) func(*Tx) error {
	return func(tx *Tx) error { return tx.Exec("INSERT INTO things (id, name) VALUES (?, 'tên')", id) }
}

func count(tb testing.TB, d *DB) (n int) {
	tb.Helper()
	if err := d.QueryRowContext(tb.Context(), "SELECT COUNT(*) FROM things").Scan(&n); err != nil {
		tb.Fatal(err)
	}
	return n
}

// together runs the changes while another writer has the turn, so that they
// share a transaction, and gives their results.
func together(t *testing.T, d *DB, changes ...func(*Tx) error) []error {
	t.Helper()
	results := make([]error, len(changes))
	var wg sync.WaitGroup
	err := d.Write(t.Context(), func(*Tx) error {
		for i, f := range changes {
			wg.Go(func() {
				defer func() {
					if p := recover(); p != nil {
						results[i] = fmt.Errorf("panic: %v", p)
					}
				}()
				results[i] = d.Share(t.Context(), f)
			})
			synctest.Wait() // until it waits for its turn: so their order is known
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	return results
}

func TestShareFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := temp(t)
		no := errors.New("no")
		var txs []*Tx
		var changes []func(*Tx) error
		for i := range 10 {
			changes = append(changes, func(tx *Tx) error {
				txs = append(txs, tx)
				if err := add(int64(i))(tx); err != nil {
					return err
				}
				if i%3 == 0 {
					return no
				}
				return nil
			})
		}
		changes = append(changes, add(1)) // a key that is there
		for i, err := range together(t, d, changes...) {
			switch {
			case i == 10 && (err == nil || errors.Is(err, no)), i < 10 && i%3 == 0 && !errors.Is(err, no), i < 10 && i%3 > 0 && err != nil:
				t.Errorf("change %d: %v", i, err)
			}
		}
		if n := count(t, d); n != 6 {
			t.Errorf("%d are stored, want 6", n)
		}
		for _, tx := range txs {
			if tx != txs[0] {
				t.Fatal("they did not share one transaction")
			}
		}
	})
}

func TestShareAfterPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := temp(t)
		for i, err := range together(t, d, add(1), func(*Tx) error { panic("no") }, add(3)) {
			if err == nil {
				t.Errorf("change %d is said to be stored", i)
			}
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d are stored", n)
		}
		if err := d.Share(t.Context(), add(4)); err != nil {
			t.Error(err) // the turn was given back
		}
	})
}

func TestShareGivesUpWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := temp(t)
		ctx, cancel := context.WithCancel(t.Context())
		var errs [3]error
		var wg sync.WaitGroup
		err := d.Write(t.Context(), func(*Tx) error {
			wg.Go(func() { errs[0] = d.Share(ctx, add(1)) })
			wg.Go(func() { errs[1] = d.Share(t.Context(), add(2)) })
			synctest.Wait()
			cancel()
			errs[2] = d.Share(ctx, add(3))
			synctest.Wait()
			return nil
		})
		wg.Wait()
		if !errors.Is(errs[0], context.Canceled) || err != nil || errs[1] != nil || !errors.Is(errs[2], context.Canceled) {
			t.Error(err, errs)
		}
		if n := count(t, d); n != 1 {
			t.Errorf("%d are stored, want the one that waited", n)
		}
		ctx, cancel = context.WithCancel(t.Context())
		err = d.Share(ctx, func(tx *Tx) error {
			cancel()
			return add(4)(tx)
		})
		if n := count(t, d); n != 2 || err != nil {
			t.Errorf("%d are stored, want 2: what has begun is carried out (%v)", n, err)
		}
	})
}

// TestFull: who shares a transaction with one that fills the disk is told what
// is the matter, and nothing half-done stays.
func TestFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := temp(t)
		d.SetMaxOpenConns(1)
		if _, err := d.ExecContext(t.Context(), "PRAGMA max_page_count = 40"); err != nil {
			t.Fatal(err)
		}
		big := func(tx *Tx) error {
			return tx.Exec("INSERT INTO things (id, name) VALUES (7, ?)", string(make([]byte, 1<<20)))
		}
		results := together(t, d, add(1), big, add(2))
		if err := Wrap("things", results[1], "add"); !errors.Is(err, ErrFull) {
			t.Error(err)
		}
		stored := 0
		for _, err := range results {
			if err == nil {
				stored++
			} else if err := Wrap("things", err, "add"); !errors.Is(err, ErrFull) {
				t.Error(err)
			}
		}
		if n := count(t, d); n != stored {
			t.Errorf("%d are stored, %d are said to be", n, stored)
		}
	})
}

// TestWriters mixes both kinds of writing, with some that give up: what is said
// to be stored is, and nothing else.
func TestWriters(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	d, err := Open(t.Context(), filepath.Join(t.TempDir(), "things.db"), schema)
	if err != nil {
		t.Fatal(err)
	}
	var stored, next atomic.Int64
	var wg sync.WaitGroup
	for w := range 12 {
		wg.Go(func() {
			for i := range 40 {
				ctx, cancel := context.WithCancel(t.Context())
				write := d.Share
				if w%4 == 0 {
					write = d.Write
				}
				if i%5 == 0 {
					go cancel()
				}
				switch err := write(ctx, add(next.Add(1))); {
				case err == nil:
					stored.Add(1)
				case !errors.Is(err, context.Canceled):
					t.Error(err)
				}
				cancel()
			}
		})
	}
	wg.Wait()
	if n := count(t, d); n != int(stored.Load()) || n == 0 {
		t.Errorf("%d are stored, %d are said to be", n, stored.Load())
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	goleak.VerifyNone(t, leaks)
}

func TestCheckpoint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "things.db")
	d := open(t, path)
	for i := range int64(50) {
		if err := d.Share(t.Context(), add(i)); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() == 0 {
		t.Fatalf("the log is empty before (%v)", err)
	}
	if err := d.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("the log has %d bytes (%v)", info.Size(), err)
	}
	if n := count(t, d); n != 50 {
		t.Errorf("%d are stored", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := d.Write(t.Context(), func(*Tx) error { return d.Checkpoint(ctx) })
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
