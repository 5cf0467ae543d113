package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// What callers branch on. The errors of a database say what was being done,
// and these add what to do about it.
var (
	// ErrCorrupt: the file is damaged, or is no SQLite database.
	ErrCorrupt = errors.New("the database file is damaged or is not a database; restore it from a backup, or move it away to begin with an empty one")
	// ErrNewer: a later version of the program has written the file.
	ErrNewer = errors.New("the database was written by a newer version of the program; use that version, or another data folder")
	// ErrFull: no space is left.
	ErrFull = errors.New("the disk is full; free some space and try again, nothing half-done was stored")
	// ErrReadOnly: the file or its folder cannot be written.
	ErrReadOnly = errors.New("the database or its folder cannot be written; check its owner and permissions")
	// ErrBusy: another process holds the database.
	ErrBusy = errors.New("another process is using the database; stop it and try again")
)

// Wrap says which database it was, what was being done and, where the class of
// the error is known, what can be done about it. Cancellation stays
// recognisable; nil stays nil.
func Wrap(database string, err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	doing := fmt.Sprintf(format, args...)
	if hint := classify(err); hint != nil && !errors.Is(err, hint) {
		return fmt.Errorf("%s: %s: %w (%w)", database, doing, hint, err)
	}
	return fmt.Errorf("%s: %s: %w", database, doing, err)
}

// classify gives the sentinel that fits err, or nil.
func classify(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	if errors.Is(err, fs.ErrPermission) {
		return ErrReadOnly
	}
	var e *driver.Error
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Code() & 0xff { // the low byte is the class, the rest its detail
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return ErrCorrupt
	case lib.SQLITE_FULL:
		return ErrFull
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_CANTOPEN:
		return ErrReadOnly
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return ErrBusy
	}
	return nil
}
