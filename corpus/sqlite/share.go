package sqlite

import (
	"context"
	"errors"
	"slices"
)

// shared is a call of Share.
type shared struct {
	f    func(*Tx) error
	done chan error // takes one result
}

// errEnded is the result of a call whose transaction ended before it came to
// it: another one has panicked.
var errEnded = errors.New("the transaction ended early")

// Share is Write for small changes that come from many goroutines: all that
// wait at the same time go into one transaction, one after the other, and share
// the cost of bringing it to the disk (group commit: DeWitt et al.,
// Implementation Techniques for Main Memory Database Systems, 1984). An f that
// fails is undone alone. Once its transaction has begun it is carried out
// whatever becomes of ctx; before that the error is ctx.Err().
func (d *DB) Share(ctx context.Context, f func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &shared{f: f, done: make(chan error, 1)}
	d.mu.Lock()
	d.waiting = append(d.waiting, w)
	d.mu.Unlock()
	select {
	case err := <-w.done:
		return err
	case <-d.turn: // the first whose turn it is writes for all
		defer func() { d.turn <- struct{}{} }()
		if ctx.Err() == nil || !d.withdraw(w) {
			d.writeAll(context.WithoutCancel(ctx))
			return <-w.done
		}
	case <-ctx.Done():
		if !d.withdraw(w) {
			return <-w.done
		}
	}
	return ctx.Err()
}

// withdraw takes a call back; false if a transaction has taken it.
func (d *DB) withdraw(w *shared) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.Index(d.waiting, w)
	if i < 0 {
		return false
	}
	d.waiting = slices.Delete(d.waiting, i, i+1)
	return true
}

// writeAll runs all calls that wait in one transaction and gives each its
// result. The caller has the turn.
func (d *DB) writeAll(ctx context.Context) {
	d.mu.Lock()
	calls := d.waiting
	d.waiting = nil
	d.mu.Unlock()
	if len(calls) == 0 {
		return
	}
	failed := make([]error, len(calls)) // those that were undone alone
	err := errEnded
	defer func() { // also when one panics
		for i, w := range calls {
			if failed[i] != nil {
				w.done <- failed[i]
			} else {
				w.done <- err
			}
		}
	}()
	err = d.transaction(ctx, func(tx *Tx) error {
		if len(calls) == 1 {
			return calls[0].f(tx)
		}
		for i, w := range calls {
			if err := tx.Exec("SAVEPOINT one"); err != nil {
				return err
			}
			if failed[i] = w.f(tx); failed[i] != nil {
				if err := tx.Exec("ROLLBACK TO one"); err != nil {
					return errors.Join(failed[i], err) // it has undone all, as a full disk does
				}
			}
			if err := tx.Exec("RELEASE one"); err != nil {
				return err
			}
		}
		return nil
	})
}
