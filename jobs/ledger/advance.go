package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/sqlite"
)

// Step is one run of a subscription.
type Step struct {
	Subscription int64
	// From is the cursor that the run began from, UpTo the new one. UpTo may be
	// From, where nothing is new, or behind it: the corpus has begun anew.
	From, UpTo corpus.Seq
	Next       time.Time // when it is next due; zero: never, or on arrival
	Note       string    // what came of the run
	// Parts are the messages of the digest, in order; none: there is nothing to
	// say.
	Parts [][]byte
	// NotBefore is when the first of them may be sent, zero is at once;
	// Deadline when they are not worth sending any more, zero is never.
	NotBefore, Deadline time.Time
}

// Advance takes one step, all of it in one transaction: cursor, Next, LastRun,
// LastNote, and its parts as deliveries. It reports whether it did. It does not
// if somebody else has advanced the subscription since it was read (its cursor
// is not From; for one by time also if Next is not after its own), or has paused
// or ended it. So the same run of two ticks counts once.
func (l *Ledger) Advance(ctx context.Context, s Step) (taken bool, err error) {
	err = l.write(ctx, func(tx *sqlite.Tx) (err error) {
		taken, err = l.advance(tx, s)
		return err
	})
	if err != nil {
		return false, wrap(err, "advance subscription %d", s.Subscription)
	}
	return taken, nil
}

// stepsTogether is how many steps share a transaction: so few that those who
// answer need not wait long for their turn to write.
const stepsTogether = 250

// AdvanceAll takes many steps, each as Advance does; some hundreds share a
// transaction. It reports for each whether it was taken, also with an error:
// those before it stay.
func (l *Ledger) AdvanceAll(ctx context.Context, steps []Step) (taken []bool, err error) {
	taken = make([]bool, 0, len(steps))
	for some := range slices.Chunk(steps, stepsTogether) {
		var done []bool
		err := l.db.Write(ctx, func(tx *sqlite.Tx) error {
			for _, s := range some {
				ok, err := l.advance(tx, s)
				if err != nil {
					return fmt.Errorf("subscription %d: %w", s.Subscription, err)
				}
				done = append(done, ok)
			}
			return nil
		})
		if err != nil {
			return append(taken, make([]bool, len(steps)-len(taken))...), wrap(err, "advance %d subscriptions", len(steps))
		}
		taken = append(taken, done...)
	}
	return taken, nil
}

func (l *Ledger) advance(tx *sqlite.Tx, s Step) (taken bool, err error) {
	now := l.now()
	next := orNull(s.Next)
	var run int64
	var ref chat.Ref
	err = tx.Get(sqlAdvance, []any{s.UpTo, next, now.UnixNano(), s.Note, s.Subscription, s.From, s.UpTo, next},
		&run, &ref.Platform, &ref.Chat, &ref.Thread)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for i, body := range s.Parts {
		err := tx.Exec(sqlDeliver, s.Subscription, run, i+1, len(s.Parts), ref.Platform, ref.Chat, ref.Thread, s.UpTo,
			append([]byte{}, body...), l.stamp(s.NotBefore), orNull(s.Deadline), now.UnixNano())
		if err != nil {
			return false, err
		}
	}
	return true, nil
}
