package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"trichdan/corpus"
)

// SeqAt gives the last Seq that had been given out at time t, 0 if none had,
// so that After of it gives what has changed since then. Times are told apart
// by microseconds. What was stored by a version of the program that did not
// yet remember times counts as given out in 1970.
//
// A clock that was put back makes nothing arrive before what had arrived
// already: until it has caught up, all arrives at the latest time it had shown.
func (s *Store) SeqAt(ctx context.Context, t time.Time) (corpus.Seq, error) {
	var seq corpus.Seq
	err := s.db.QueryRowContext(ctx, sqlSeqAt, t.UnixMicro()).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, wrap(err, "read what had arrived by %s", t)
}

// noteMoment records when a transaction that began after the Seq before gave
// out what it did, if it did.
func (tx *Tx) noteMoment(before corpus.Seq, now time.Time) error {
	var last corpus.Seq
	if err := tx.db.Get(sqlLast, nil, &last); err != nil || last == before {
		return err
	}
	var latest int64
	if err := tx.db.Get(sqlLatestMoment, nil, &latest); err != nil {
		return err
	}
	return tx.db.Exec(sqlInsertMoment, last, max(now.UnixMicro(), latest))
}
