package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// Tx is a transaction that writes. It is valid inside the function that it was
// given to, and only on that goroutine.
type Tx struct {
	ctx   context.Context
	tx    *sql.Tx
	stmts map[string]*sql.Stmt
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
	if err := f(&Tx{ctx: ctx, tx: t, stmts: map[string]*sql.Stmt{}}); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return err
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
