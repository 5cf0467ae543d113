package ledger

import (
	"context"
	"database/sql"
	"math"
	"slices"
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
	keepQuestions  = 90 * 24 * time.Hour // and feedback; unless Retain says otherwise
	keepAudit      = 2 * 365 * 24 * time.Hour
)

// Retain sets how long questions and feedback are kept; 0 is 90 days. Exchanges
// are questions, too, and are kept no longer than that. It is to be called
// before the first Prune: Open leaves alone what it is about.
func (l *Ledger) Retain(d time.Duration) { l.retain.Store(int64(max(d, 0))) }

// kept is what Retain has set.
func (l *Ledger) kept() time.Duration {
	if d := time.Duration(l.retain.Load()); d > 0 {
		return d
	}
	return keepQuestions
}

// One transaction of Prune deletes pruneStep rows, few enough that no writer
// notices, and one call runs pruneSteps of them for each table, so that it ends
// soon. What is left over is for the next call.
const (
	pruneStep  = 500
	pruneSteps = 200
)

// table is what Prune forgets of one kind.
type table struct {
	what string
	keep time.Duration
	// forget forgets some of what is older than a time, and says how many.
	forget func(tx *sqlite.Tx, before int64, most int) (int64, error)
}

// deleting gives the forget of a query.
func deleting(query string) func(*sqlite.Tx, int64, int) (int64, error) {
	return func(tx *sqlite.Tx, before int64, most int) (int64, error) { return tx.Count(query, before, most) }
}

// fixed are the tables for which nobody says how long.
var fixed = []table{
	{"updates", keepUpdates, deleting(sqlPruneUpdates)},
	{"replies", keepReplies, deleting(sqlPruneReplies)},
	{"deliveries", keepDeliveries, deleting(sqlPruneDeliveries)},
	{"audit log", keepAudit, deleting(sqlPruneAudit)},
}

// Prune forgets finished updates after 48 hours, exchanges after 30 days,
// replies after 60, settled deliveries after 90, lines of the audit log after
// two years, and questions and feedback when Retain says so. Questions lead to
// their exchange as long as that is kept. It is to be called every hour.
func (l *Ledger) Prune(ctx context.Context) error {
	if err := l.prune(ctx, slices.Concat(l.retained(), fixed), pruneStep, pruneSteps); err != nil {
		return err
	}
	return wrap(l.rewrite(ctx, math.MaxInt64), "rewrite the file")
}

// retained are the tables of which Retain says how long.
func (l *Ledger) retained() []table {
	keep := l.kept()
	linked := min(keep, keepExchanges)
	return []table{
		{"exchanges", linked, pruneExchanges},
		{"links of questions", linked, deleting(sqlUnlinkQuestions)},
		{"questions", keep, deleting(sqlPruneQuestions)},
		{"feedback", keep, deleting(sqlPruneFeedback)},
	}
}

func (l *Ledger) prune(ctx context.Context, tables []table, step, steps int) error {
	now := l.now()
	for _, t := range tables {
		before := now.Add(-t.keep).UnixNano()
		for range steps {
			var n int64
			err := l.write(ctx, func(tx *sqlite.Tx) (err error) {
				n, err = t.forget(tx, before, step)
				return err
			})
			if err != nil {
				return wrap(err, "prune the %s", t.what)
			}
			if n < int64(step) {
				break
			}
		}
	}
	return wrap(l.db.Checkpoint(ctx), "prune the log")
}

// pruneExchanges forgets exchanges, and with each the place in which its answer
// was judged.
func pruneExchanges(tx *sqlite.Tx, before int64, most int) (int64, error) {
	var changes []change
	err := tx.Each(sqlPruneExchanges, []any{before, most}, func(r *sql.Rows) error {
		var key string
		err := r.Scan(&key)
		changes = append(changes, change{sqlForgetPlace, []any{key}})
		return err
	})
	if err != nil {
		return 0, err
	}
	return int64(len(changes)), inTurn(tx, changes...)
}
