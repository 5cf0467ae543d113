package ledger

import (
	"context"
	"time"

	"trichdan/corpus/sqlite"
)

// How long things are kept. Telegram delivers an update again for 24 hours; who
// edits a question or presses a button does so within days. Deliveries say why
// a digest did not come.
const (
	keepUpdates    = 48 * time.Hour
	keepReplies    = 60 * 24 * time.Hour
	keepExchanges  = 30 * 24 * time.Hour
	keepDeliveries = 90 * 24 * time.Hour
)

// One transaction of Prune deletes pruneStep rows, few enough that no writer
// notices, and one call runs pruneSteps of them for each table, so that it ends
// soon. What is left over is for the next call.
const (
	pruneStep  = 500
	pruneSteps = 200
)

// Prune forgets finished updates after 48 hours, exchanges after 30 days,
// replies after 60 and settled deliveries after 90. It is called by Open, and is
// to be called every hour.
func (l *Ledger) Prune(ctx context.Context) error { return l.prune(ctx, pruneStep, pruneSteps) }

func (l *Ledger) prune(ctx context.Context, step, steps int) error {
	now := l.now()
	for _, p := range []struct {
		what, query string
		keep        time.Duration
	}{
		{"updates", sqlPruneUpdates, keepUpdates},
		{"exchanges", sqlPruneExchanges, keepExchanges},
		{"replies", sqlPruneReplies, keepReplies},
		{"deliveries", sqlPruneDeliveries, keepDeliveries},
	} {
		before := now.Add(-p.keep).UnixNano()
		for range steps {
			var n int64
			err := l.write(ctx, func(tx *sqlite.Tx) (err error) {
				n, err = tx.Count(p.query, before, step)
				return err
			})
			if err != nil {
				return wrap(err, "prune the %s", p.what)
			}
			if n < int64(step) {
				break
			}
		}
	}
	return wrap(l.db.Checkpoint(ctx), "prune the log")
}
