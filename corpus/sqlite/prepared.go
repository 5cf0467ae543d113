package sqlite

import (
	"context"
	"database/sql"
)

// mostPrepared is how many queries are kept prepared: preparing costs more than
// running most of them. The program has fewer; those whose text depends on the
// number of arguments may be more, and are prepared each time then.
const mostPrepared = 200

// kept gives a query that is prepared already, else nil.
func (d *DB) kept(query string) *sql.Stmt {
	d.preparing.Lock()
	defer d.preparing.Unlock()
	return d.statements[query]
}

// prepared gives a query prepared, nil if it is not to be kept. It is closed
// with the database.
func (d *DB) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	d.preparing.Lock()
	st, full := d.statements[query], len(d.statements) >= mostPrepared
	d.preparing.Unlock()
	if st != nil || full {
		return st, nil
	}
	st, err := d.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	d.preparing.Lock()
	defer d.preparing.Unlock()
	if other := d.statements[query]; other != nil { // somebody was faster
		return other, st.Close()
	}
	d.statements[query] = st
	return st, nil
}

// QueryContext runs a query that gives rows.
func (d *DB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := d.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return d.DB.QueryContext(ctx, query, args...)
	}
	return st.QueryContext(ctx, args...)
}

// QueryRowContext runs a query that gives one row at most.
func (d *DB) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	st, err := d.prepared(ctx, query)
	if err != nil || st == nil { // the error is that of the row then
		return d.DB.QueryRowContext(ctx, query, args...)
	}
	return st.QueryRowContext(ctx, args...)
}
