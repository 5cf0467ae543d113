package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"
)

// DB is an open database. Its methods may be called from any goroutine. Those
// of the embedded sql.DB are for reading; Write and Share write.
type DB struct {
	*sql.DB
	turn chan struct{} // holds one token: the right to write

	mu      sync.Mutex
	waiting []*shared // calls of Share that no transaction has taken yet

	preparing  sync.Mutex
	statements map[string]*sql.Stmt
}

// Open opens the database at path, creates it and its folder where missing,
// and brings its schema up to date by the goose migrations at the root of
// schema. Pragmas ("secure_delete(1)") are set on every connection besides
// those that all databases of the program have. The errors are classified by
// Wrap, which is left to the caller.
func Open(ctx context.Context, path string, schema fs.FS, pragmas ...string) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	// SQLite calls a folder or an unreadable file just "unable to open".
	switch info, err := os.Stat(path); {
	case err == nil && !info.Mode().IsRegular():
		return nil, errors.New("not a regular file")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	dsn, err := dataSource(path, pragmas)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	if err := migrate(ctx, db, schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	d := &DB{DB: db, turn: make(chan struct{}, 1), statements: map[string]*sql.Stmt{}}
	d.turn <- struct{}{}
	return d, nil
}

// dataSource is the name under which the driver opens path.
//
//   - busy_timeout comes first, so that it covers the change to WAL.
//   - _txlock=immediate: a transaction that begins by reading and writes later
//     fails at once when another one writes, whatever the timeout.
//   - synchronous(FULL): what was acknowledged to somebody else must survive a
//     power cut, a number given out as much as a message taken.
func dataSource(path string, pragmas []string) (string, error) {
	dsn, err := location(path)
	if err != nil {
		return "", err
	}
	dsn += "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"
	for _, p := range pragmas {
		dsn += "&_pragma=" + url.QueryEscape(p)
	}
	return dsn + "&_txlock=immediate", nil
}

// location is the URI of a file.
func location(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	name := filepath.ToSlash(abs)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name // C:/data
	}
	u := url.URL{Scheme: "file", Path: name}
	return u.String(), nil
}

// migrate brings the schema up to date.
func migrate(ctx context.Context, db *sql.DB, schema fs.FS) error {
	p, err := goose.NewProvider(goose.DialectSQLite3, db, schema, goose.WithDisableGlobalRegistry(true))
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
