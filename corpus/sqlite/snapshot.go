package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
)

// Snapshot writes the database as it is at one moment into a new file at path,
// which only its owner can read. Readers and writers go on meanwhile. The file
// is a whole database without a log beside it, on the disk when Snapshot
// returns, and holds nothing that was deleted. The error is fs.ErrExist,
// wrapped, if there is something at path already; after another one there is
// nothing.
func (d *DB) Snapshot(ctx context.Context, path string) error {
	return snapshot(ctx, d.DB, path)
}

// Copy is Snapshot of a database that this process has not opened, and perhaps
// another one has. It changes nothing in it, and its schema may be of any
// version.
func Copy(ctx context.Context, from, path string) error {
	if _, err := os.Stat(from); err != nil { // SQLite calls it "unable to open"
		return err
	}
	u, err := location(from)
	if err != nil {
		return err
	}
	// Not mode=ro: who reads beside a writer takes part in its locks.
	db, err := sql.Open("sqlite", u+"?mode=rw&_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	return errors.Join(snapshot(ctx, db, path), db.Close())
}

func snapshot(ctx context.Context, db *sql.DB, path string) error {
	abs, err := filepath.Abs(path) // a relative one could look like a URI
	if err != nil {
		return err
	}
	// SQLite takes an empty file as a new one, and keeps its mode.
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err = db.ExecContext(ctx, "VACUUM INTO ?", abs); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = syncFolder(filepath.Dir(abs))
	}
	if err != nil {
		return errors.Join(err, os.Remove(abs))
	}
	return nil
}

// syncFolder brings the names of new files to the disk.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Rewrite builds the file anew, in its turn among writers, which wait until it
// has ended; readers do not. Only after that is nothing left of what was
// deleted: secure_delete overwrites what a page gives up, but when a page is
// split or joined with another one, what moves stays in the free space of the
// page it came from.
func (d *DB) Rewrite(ctx context.Context) error {
	select {
	case <-d.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	_, err := d.ExecContext(ctx, "VACUUM")
	d.turn <- struct{}{}
	if err != nil {
		return err
	}
	return d.Checkpoint(ctx)
}

// Size gives the size of the database in bytes, without its log.
func (d *DB) Size(ctx context.Context) (size int64, err error) {
	err = d.QueryRowContext(ctx, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").Scan(&size)
	return size, err
}
