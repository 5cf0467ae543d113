package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"strings"
	"time"

	"trichdan/corpus"
	"trichdan/corpus/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is an open corpus.db. Its methods may be called from any goroutine.
type Store struct {
	db  *sqlite.DB
	now func() time.Time
}

// Open opens the database at path, creates it and its folder where missing,
// and brings its schema up to date. It takes the time at which something
// arrives from now; nil is time.Now. Errors: ErrCorrupt, ErrNewer,
// ErrReadOnly, ErrFull, ErrBusy, wrapped.
func Open(ctx context.Context, path string, now func() time.Time) (*Store, error) {
	if now == nil {
		now = time.Now
	}
	schema, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, wrap(err, "open %s", path)
	}
	db, err := sqlite.Open(ctx, path, schema, "cache_size(-32768)")
	if err != nil {
		return nil, wrap(err, "open %s", path)
	}
	return &Store{db: db, now: now}, nil
}

// Snapshot writes the store as it is at one moment into a new file at path, while
// it is in use. The error is fs.ErrExist, wrapped, if there is something there
// already.
func (s *Store) Snapshot(ctx context.Context, path string) error {
	return wrap(s.db.Snapshot(ctx, path), "copy to %s", path)
}

// Close closes the database.
func (s *Store) Close() error { return wrap(s.db.Close(), "close") }

// Tx is a transaction that writes. It is valid inside the function that Update
// gave it to, and only on that goroutine.
type Tx struct {
	db   *sqlite.Tx
	last corpus.Seq // the highest Seq given out
}

// Update runs f in one transaction: all that f did is stored when it returns
// nil and the commit succeeds, else nothing. It waits for its turn among
// writers. f must use only the Tx for writing: another Update inside it would
// wait for itself.
func (s *Store) Update(ctx context.Context, f func(*Tx) error) error {
	var failed error // what f says is not of the database, and stays as it is
	err := s.db.Write(ctx, func(db *sqlite.Tx) error {
		tx := &Tx{db: db}
		if err := db.Get(sqlLast, nil, &tx.last); err != nil {
			return err
		}
		before := tx.last
		if failed = f(tx); failed != nil {
			return failed
		}
		return tx.noteMoment(before, s.now())
	})
	if failed != nil {
		return err
	}
	return wrap(err, "write")
}

// next gives out the next Seq.
func (tx *Tx) next() corpus.Seq {
	tx.last++
	return tx.last
}

// list is "(?, ?, …)" for n values.
func list(n int) string {
	return "(" + strings.TrimSuffix(strings.Repeat("?, ", n), ", ") + ")"
}

// Meta gives a named value, "" if it was never set.
func (s *Store) Meta(ctx context.Context, name string) (string, error) {
	var value string
	err := s.db.QueryRowContext(ctx, sqlMeta, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, wrap(err, "read %q", name)
}

// SetMeta sets a named value.
func (s *Store) SetMeta(ctx context.Context, name, value string) error {
	return s.Update(ctx, func(tx *Tx) error { return tx.SetMeta(name, value) })
}

// SetMeta sets a named value.
func (tx *Tx) SetMeta(name, value string) error {
	return wrap(tx.db.Exec(sqlSetMeta, name, value), "set %q", name)
}
