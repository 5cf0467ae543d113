package ledger

import (
	"database/sql"
	"slices"

	"trichdan/bot/chat"
	"trichdan/corpus/sqlite"
)

// change is a query that gives no rows.
type change struct {
	query string
	args  []any
}

// inTurn makes changes up to the first error. After that nothing more must be
// written: a full disk ends the transaction at once.
func inTurn(tx *sqlite.Tx, changes ...change) error {
	for _, c := range changes {
		if err := tx.Exec(c.query, c.args...); err != nil {
			return err
		}
	}
	return nil
}

// speaks notes that a person speaks in a place: it is open.
func (l *Ledger) speaks(tx *sqlite.Tx, ref chat.Ref) error {
	for _, thread := range slices.Compact([]string{"", ref.Thread}) {
		place := []any{ref.Platform, ref.Chat, thread}
		if err := inTurn(tx, change{sqlKnow, place}, change{sqlOpen, place}); err != nil {
			return err
		}
	}
	return follow(tx, ref.Platform, ref.Chat)
}

// follow pauses the subscriptions of a chat that is closed, or of its threads
// that are, and resumes those that were paused for that alone. They are due
// when they were before: what they missed comes as one digest.
func follow(tx *sqlite.Tx, platform, id string) error {
	place := []any{platform, id}
	return inTurn(tx, change{sqlWithChatOpen, place}, change{sqlWithChatClosed, place})
}

// moveSubscriptions gives the subscriptions of a chat to another. One that the
// other has already ends, with what it had to send. They keep their numbers
// where the other place has none.
func (l *Ledger) moveSubscriptions(tx *sqlite.Tx, platform, from, to string) error {
	var moving []Subscription
	err := tx.Each(sqlOfChat, []any{platform, from}, func(r *sql.Rows) error {
		s, err := scanSubscription(r)
		moving = append(moving, s)
		return err
	})
	if err != nil {
		return err
	}
	taken := map[string]bool{} // the threads of the other that have numbers
	err = tx.Each(sqlNumberedPlaces, []any{platform, to}, func(r *sql.Rows) error {
		var thread string
		err := r.Scan(&thread)
		taken[thread] = true
		return err
	})
	if err != nil {
		return err
	}
	err = inTurn(tx,
		change{sqlMoveNumbers, []any{to, platform, from, to}},
		change{sqlDropChatNumbers, []any{platform, from}})
	for _, s := range moving {
		if err != nil {
			return err
		}
		err = l.moveSubscription(tx, s, to, taken[s.Thread])
	}
	return err
}

func (l *Ledger) moveSubscription(tx *sqlite.Tx, s Subscription, to string, renumber bool) error {
	outlets, err := storeOutlets(s.Outlets)
	if err != nil {
		return err
	}
	if err := tx.Exec(sqlMoveDeliveries, to, s.ID); err != nil {
		return err
	}
	_, twice, err := find(tx, sqlSame, s.Platform, to, s.Thread, s.Schedule, s.Zone, s.Topic, outlets)
	if err != nil {
		return err
	}
	if twice {
		return l.end(tx, s, problemTwice)
	}
	if renumber {
		if err := tx.Get(sqlNextNumber, []any{s.Platform, to, s.Thread}, &s.Number); err != nil {
			return err
		}
	}
	return tx.Exec(sqlMoveSubscription, to, s.Number, s.ID)
}
