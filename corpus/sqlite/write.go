package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// Tx is a transaction that writes. It is valid inside the function that it was
// given to, and only on that goroutine.
type Tx struct {
	db    *DB
	ctx   context.Context
	tx    *sql.Tx
	stmts map[string]*sql.Stmt
	fresh []string // queries that were prepared for this transaction only
}

// Write runs f in one transaction: all that f did is stored when it returns nil
// and the commit succeeds, else nothing. It waits for its turn among writers,
// and the error is ctx.Err() if that takes too long. f must use only the Tx for
// writing: another Write inside it would wait for itself.
func (d *DB) Write(ctx context.Context, f func(*Tx) error) error {
	select {
	case <-d.turn:
		defer func() { d.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return d.transaction(ctx, f)
}

// transaction runs f in one transaction. The caller has the turn.
func (d *DB) transaction(ctx context.Context, f func(*Tx) error) (err error) {
	t, err := d.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed { // also when f panics
			if rollback := t.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
				err = errors.Join(err, rollback)
			}
		}
	}()
	tx := &Tx{db: d, ctx: ctx, tx: t, stmts: map[string]*sql.Stmt{}}
	if err := f(tx); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return err
	}
	committed = true
	for _, query := range tx.fresh {
		if _, err := d.prepared(ctx, query); err != nil {
			break // the next transaction prepares it again
		}
	}
	return nil
}

// stmt prepares a query once a transaction; closing is the transaction's.
func (tx *Tx) stmt(query string) (*sql.Stmt, error) {
	if st := tx.stmts[query]; st != nil {
		return st, nil
	}
	st := tx.db.kept(query)
	if st != nil {
		st = tx.tx.StmtContext(tx.ctx, st)
	} else {
		// To prepare it for later now would need a second connection, and
		// whoever holds that may wait for this transaction.
		var err error
		if st, err = tx.tx.PrepareContext(tx.ctx, query); err != nil {
			return nil, err
		}
		tx.fresh = append(tx.fresh, query)
	}
	tx.stmts[query] = st
	return st, nil
}

// Exec runs a query that gives no rows.
func (tx *Tx) Exec(query string, args ...any) error {
	_, err := tx.Count(query, args...)
	return err
}

// Count is Exec; it gives the number of rows that were written.
func (tx *Tx) Count(query string, args ...any) (int64, error) {
	st, err := tx.stmt(query)
	if err != nil {
		return 0, err
	}
	r, err := st.ExecContext(tx.ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Get scans the one row of a query; sql.ErrNoRows when there is none.
func (tx *Tx) Get(query string, args []any, dest ...any) error {
	st, err := tx.stmt(query)
	if err != nil {
		return err
	}
	return st.QueryRowContext(tx.ctx, args...).Scan(dest...)
}

// Each calls scan for each row of a query.
func (tx *Tx) Each(query string, args []any, scan func(*sql.Rows) error) error {
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

// Each calls scan for each row of a query.
func (d *DB) Each(ctx context.Context, query string, args []any, scan func(*sql.Rows) error) error {
	rows, err := d.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	return collect(rows, scan)
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

// Checkpoint moves what was committed from the write-ahead log into the
// database file and empties the log, which else keeps old content until it is
// overwritten. Where readers are in the way it does as much as it can.
func (d *DB) Checkpoint(ctx context.Context) error {
	select {
	case <-d.turn:
		defer func() { d.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	_, err := d.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}
