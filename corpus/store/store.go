package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/pressly/goose/v3"

	"trichdan/corpus"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is an open corpus.db. Its methods may be called from any goroutine.
type Store struct {
	db *sql.DB
	// turn holds one token: the right to write. SQLite would make a second
	// writer poll and give up after a while; here it waits as long as its
	// context allows.
	turn chan struct{}
}

// Open opens the database at path, creates it and its folder where missing,
// and brings its schema up to date. Errors: ErrCorrupt, ErrNewer, ErrReadOnly,
// ErrFull, ErrBusy, wrapped.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, wrap(err, "create the folder of %s", path)
	}
	// SQLite calls a folder or an unreadable file just "unable to open".
	switch info, err := os.Stat(path); {
	case err == nil && !info.Mode().IsRegular():
		return nil, fmt.Errorf("corpus store: open %s: not a regular file", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, wrap(err, "open %s", path)
	}
	dsn, err := dataSource(path)
	if err != nil {
		return nil, wrap(err, "open %s", path)
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, wrap(err, "open %s", path)
	}
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	if err := migrate(ctx, db); err != nil {
		return nil, errors.Join(wrap(err, "open %s", path), db.Close())
	}
	s := &Store{db: db, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s, nil
}

// dataSource is the name under which the driver opens path.
//
//   - busy_timeout comes first, so that it covers the change to WAL.
//   - _txlock=immediate: a transaction that begins by reading and writes later
//     fails at once when another one writes, whatever the timeout.
//   - synchronous(FULL): a Seq that a consumer has recorded must survive a
//     power cut, or what arrives next under the same Seq would be passed over.
func dataSource(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	name := filepath.ToSlash(abs)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name // C:/data
	}
	u := url.URL{Scheme: "file", Path: name}
	return u.String() + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=cache_size(-32768)&_txlock=immediate", nil
}

// migrate brings the schema up to date.
func migrate(ctx context.Context, db *sql.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	current, newest, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > newest {
		return fmt.Errorf("schema version %d, known up to %d: %w", current, newest, ErrNewer)
	}
	if current == newest {
		return nil
	}
	_, err = p.Up(ctx)
	return err
}

// Close closes the database.
func (s *Store) Close() error { return wrap(s.db.Close(), "close") }

// Tx is a transaction that writes. It is valid inside the function that Update
// gave it to, and only on that goroutine.
type Tx struct {
	ctx   context.Context
	tx    *sql.Tx
	stmts map[string]*sql.Stmt
	last  corpus.Seq // the highest Seq given out
}

// Update runs f in one transaction: all that f did is stored when it returns
// nil and the commit succeeds, else nothing. It waits for its turn among
// writers. f must use only the Tx for writing: another Update inside it would
// wait for itself.
func (s *Store) Update(ctx context.Context, f func(*Tx) error) (err error) {
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	case <-ctx.Done():
		return wrap(ctx.Err(), "wait to write")
	}
	t, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return wrap(err, "begin to write")
	}
	committed := false
	defer func() {
		if !committed { // also when f panics
			if rollback := t.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
				err = errors.Join(err, wrap(rollback, "undo"))
			}
		}
	}()
	tx := &Tx{ctx: ctx, tx: t, stmts: map[string]*sql.Stmt{}}
	if err := t.QueryRowContext(ctx, sqlLast).Scan(&tx.last); err != nil {
		return wrap(err, "read the last number")
	}
	if err := f(tx); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return wrap(err, "commit")
	}
	committed = true
	return nil
}

// stmt prepares a query once a transaction; closing is the transaction's.
func (tx *Tx) stmt(query string) (*sql.Stmt, error) {
	if st := tx.stmts[query]; st != nil {
		return st, nil
	}
	st, err := tx.tx.PrepareContext(tx.ctx, query)
	if err != nil {
		return nil, err
	}
	tx.stmts[query] = st
	return st, nil
}

func (tx *Tx) exec(query string, args ...any) error {
	st, err := tx.stmt(query)
	if err != nil {
		return err
	}
	_, err = st.ExecContext(tx.ctx, args...)
	return err
}

// get scans the one row of a query; sql.ErrNoRows when there is none.
func (tx *Tx) get(query string, args []any, dest ...any) error {
	st, err := tx.stmt(query)
	if err != nil {
		return err
	}
	return st.QueryRowContext(tx.ctx, args...).Scan(dest...)
}

// each calls scan for each row of a query.
func (tx *Tx) each(query string, args []any, scan func(*sql.Rows) error) error {
	st, err := tx.stmt(query)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(tx.ctx, args...)
	if err != nil {
		return err
	}
	return collect(rows, scan)
}

// next gives out the next Seq.
func (tx *Tx) next() corpus.Seq {
	tx.last++
	return tx.last
}

// collect calls scan for each row and closes rows.
func collect(rows *sql.Rows, scan func(*sql.Rows) error) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
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
	return wrap(tx.exec(sqlSetMeta, name, value), "set %q", name)
}
