package ledger

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Ledger is an open ledger.db. Its methods may be called from any goroutine.
// Their errors are those of the disk, with the sentinels of package sqlite in
// them, and ctx.Err(), wrapped.
type Ledger struct {
	db     *sqlite.DB
	now    func() time.Time
	people []byte       // the key of people's hashes
	retain atomic.Int64 // see Retain
	// mine has the key of each delivery that this process is sending, with the
	// number of the attempt.
	mine sync.Map
}

var _ chat.Journal = (*Ledger)(nil)

// Open opens the database at path, creates it and its folder where missing,
// brings it up to date, and prunes it of what Retain does not say how long to
// keep. It takes the time of what it notes from now; nil is time.Now. Errors: sqlite.ErrCorrupt, ErrNewer,
// ErrReadOnly, ErrFull, ErrBusy, wrapped.
func Open(ctx context.Context, path string, now func() time.Time) (*Ledger, error) {
	if now == nil {
		now = time.Now
	}
	schema, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, wrap(err, "open %s", path)
	}
	db, err := sqlite.Open(ctx, path, schema, "cache_size(-8192)", "secure_delete(1)")
	if err != nil {
		return nil, wrap(err, "open %s", path)
	}
	l := &Ledger{db: db, now: now}
	if err := l.readPeople(ctx); err != nil {
		return nil, errors.Join(wrap(err, "read the key of people's hashes"), db.Close())
	}
	if err := l.hashPeople(ctx); err != nil {
		return nil, errors.Join(wrap(err, "hash people's IDs"), db.Close())
	}
	if err := l.prune(ctx, fixed, pruneStep, pruneSteps); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return l, nil
}

// Snapshot writes the ledger as it is at one moment into a new file at path,
// while it is in use. The error is fs.ErrExist, wrapped, if there is something
// there already.
func (l *Ledger) Snapshot(ctx context.Context, path string) error {
	return wrap(l.db.Snapshot(ctx, path), "copy to %s", path)
}

// Close closes the database.
func (l *Ledger) Close() error { return wrap(l.db.Close(), "close") }

func wrap(err error, format string, args ...any) error {
	return sqlite.Wrap("ledger", err, format, args...)
}

// write runs f in a transaction, perhaps together with other ones.
func (l *Ledger) write(ctx context.Context, f func(*sqlite.Tx) error) error {
	return l.db.Share(ctx, f)
}

// get scans the one row of a query and reports whether there is one.
func (l *Ledger) get(ctx context.Context, query string, args []any, dest ...any) (bool, error) {
	err := l.db.QueryRowContext(ctx, query, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// stamp is how a time is stored; the zero time is now.
func (l *Ledger) stamp(t time.Time) int64 {
	if t.IsZero() {
		t = l.now()
	}
	return t.UnixNano()
}

func loadTime(nanoseconds int64) time.Time { return time.Unix(0, nanoseconds).UTC() }

// cited is the stored form of chat.Cited.
type cited struct {
	Article  string `json:"article"`
	Revision int    `json:"revision"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
}

func storeCited(list []chat.Cited) (string, error) {
	stored := make([]cited, 0, len(list))
	for _, c := range list {
		stored = append(stored, cited{c.Article, c.Revision, c.Start, c.End})
	}
	b, err := json.Marshal(stored)
	return string(b), err
}

// loadCited reads what storeCited wrote; "" and no quote are nil.
func loadCited(s string) ([]chat.Cited, error) {
	if s == "" || s == "[]" {
		return nil, nil
	}
	var stored []cited
	if err := json.Unmarshal([]byte(s), &stored); err != nil {
		return nil, err
	}
	list := make([]chat.Cited, len(stored))
	for i, c := range stored {
		list[i].Article, list[i].Revision, list[i].Start, list[i].End = c.Article, c.Revision, c.Start, c.End
	}
	return list, nil
}
