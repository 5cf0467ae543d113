package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/sqlite"
)

// What callers of subscriptions and deliveries branch on.
var (
	// ErrExists: the place has this subscription already.
	ErrExists = errors.New("there is such a subscription already")
	// ErrNotFound: there is no such subscription or delivery.
	ErrNotFound = errors.New("there is none")
	// ErrState: the state of a delivery does not allow that.
	ErrState = errors.New("its state does not allow that")
)

// Subscription is the wish of a place for digests.
type Subscription struct {
	ID int64 // never given again
	// Number is what people call it in its place: 1, 2, …; not given again
	// while the place has others.
	Number int
	// Ref is the place: a chat, or a thread or channel of it.
	chat.Ref
	By       string // the person who subscribed
	Lang     chat.Lang
	Schedule string   // canonical text of a schedule, opaque here
	Zone     string   // IANA name
	Topic    string   // "" is everything
	Outlets  []string // sorted; none is all
	Always   bool     // say so also when there is nothing new
	// Cursor: up to here articles were announced or passed over.
	Cursor corpus.Seq
	// Next is when it is due; zero: never by time. A subscription that is made
	// without it is one on arrival.
	Next time.Time
	// Paused is "" or the reason: "blocked by user", "by a person".
	Paused                  string
	Made, LastRun, LastSent time.Time // zero: not yet
	LastNote                string    // what came of the last run
}

func scanSubscription(r *sql.Rows) (s Subscription, err error) {
	var outlets string
	var made int64
	var next, run, sent sql.NullInt64
	err = r.Scan(&s.ID, &s.Number, &s.Platform, &s.Chat, &s.Thread, &s.By, &s.Lang, &s.Schedule, &s.Zone, &s.Topic, &outlets,
		&s.Always, &s.Cursor, &next, &s.Paused, &made, &run, &sent, &s.LastNote)
	if err != nil {
		return s, err
	}
	s.Next, s.Made, s.LastRun, s.LastSent = whenSet(next), loadTime(made), whenSet(run), whenSet(sent)
	if outlets == "[]" {
		return s, nil
	}
	return s, json.Unmarshal([]byte(outlets), &s.Outlets)
}

// whenSet is the time of a column that may be NULL, which is the zero time.
func whenSet(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return loadTime(n.Int64)
}

// orNull is how a time is stored where the zero time is NULL.
func orNull(t time.Time) sql.NullInt64 {
	if t.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: t.UnixNano(), Valid: true}
}

// storeOutlets gives the one stored form that a set of outlets has.
func storeOutlets(list []string) (string, error) {
	list = append([]string{}, list...) // nil would be null
	slices.Sort(list)
	b, err := json.Marshal(slices.Compact(list))
	return string(b), err
}

// Subscribe adds a subscription and gives it back with its ID, its Number and,
// unless it has one, the time at which it was made. Paused and what is said of
// runs does not count. If the place has the same schedule, zone, topic and
// outlets already, it gives that subscription, unchanged, and ErrExists,
// wrapped. Who subscribes speaks there: the place counts as open.
func (l *Ledger) Subscribe(ctx context.Context, s Subscription) (Subscription, error) {
	outlets, err := storeOutlets(s.Outlets)
	if err == nil && (s.Platform == "" || s.Chat == "" || s.Schedule == "" || s.Zone == "") {
		err = errors.New("it has no place, no schedule or no zone")
	}
	if err != nil {
		return Subscription{}, wrap(err, "subscribe")
	}
	var got Subscription
	exists := false
	err = l.write(ctx, func(tx *sqlite.Tx) (err error) {
		if err := l.speaks(tx, s.Ref); err != nil {
			return err
		}
		got, exists, err = find(tx, sqlSame, s.Platform, s.Chat, s.Thread, s.Schedule, s.Zone, s.Topic, outlets)
		if err != nil || exists {
			return err
		}
		var id int64
		var number int
		if err := tx.Get(sqlNextID, nil, &id); err != nil {
			return err
		}
		if err := tx.Get(sqlNextNumber, []any{s.Platform, s.Chat, s.Thread}, &number); err != nil {
			return err
		}
		err = tx.Exec(sqlSubscribe, id, number, s.Platform, s.Chat, s.Thread, s.By, s.Lang, s.Schedule, s.Zone, s.Topic,
			outlets, s.Always, s.Next.IsZero(), s.Cursor, orNull(s.Next), l.stamp(s.Made))
		if err != nil {
			return err
		}
		got, _, err = find(tx, sqlSubscription, id)
		return err
	})
	if err == nil && exists {
		err = ErrExists
	}
	return got, wrap(err, "subscribe")
}

// find gives the one subscription of a query.
func find(tx *sqlite.Tx, query string, args ...any) (s Subscription, ok bool, err error) {
	err = tx.Each(query, args, func(r *sql.Rows) (err error) {
		ok = true
		s, err = scanSubscription(r)
		return err
	})
	return s, ok, err
}

// subscriptions gives those of a query.
func (l *Ledger) subscriptions(ctx context.Context, query string, args ...any) ([]Subscription, error) {
	var list []Subscription
	err := l.db.Each(ctx, query, args, func(r *sql.Rows) error {
		s, err := scanSubscription(r)
		list = append(list, s)
		return err
	})
	if err != nil {
		return nil, wrap(err, "read subscriptions")
	}
	return list, nil
}

// Subscription gives one by its ID, or ErrNotFound, wrapped.
func (l *Ledger) Subscription(ctx context.Context, id int64) (Subscription, error) {
	list, err := l.subscriptions(ctx, sqlSubscription, id)
	if err == nil && len(list) == 0 {
		err = wrap(ErrNotFound, "read subscription %d", id)
	}
	if err != nil {
		return Subscription{}, err
	}
	return list[0], nil
}

// Subscriptions gives those of exactly this place, without those of threads in
// it, by Number.
func (l *Ledger) Subscriptions(ctx context.Context, ref chat.Ref) ([]Subscription, error) {
	return l.subscriptions(ctx, sqlSubscriptions, ref.Platform, ref.Chat, ref.Thread)
}

// Unsubscribe ends a subscription of exactly this place and gives it as it was,
// or ErrNotFound, wrapped. Its deliveries that are not begun are dropped.
func (l *Ledger) Unsubscribe(ctx context.Context, ref chat.Ref, number int) (s Subscription, err error) {
	err = l.write(ctx, func(tx *sqlite.Tx) error {
		var found bool
		s, found, err = find(tx, sqlNumbered, ref.Platform, ref.Chat, ref.Thread, number)
		if err != nil {
			return err
		}
		if !found {
			return ErrNotFound
		}
		return l.end(tx, s, problemUnsubscribed)
	})
	if err != nil {
		return Subscription{}, wrap(err, "unsubscribe from number %d", number)
	}
	return s, nil
}

// end deletes a subscription and gives up what it has to send.
func (l *Ledger) end(tx *sqlite.Tx, s Subscription, why string) error {
	return inTurn(tx,
		change{sqlGiveUp, []any{l.stamp(l.now()), why, []byte{}, s.ID}},
		change{sqlDropSubscription, []any{s.ID}},
		change{sqlDropNumbers, []any{s.Platform, s.Chat, s.Thread}})
}

// Pause keeps a subscription from being due until Resume, for a reason, which
// takes the place of another one; that its chat is opened does not end it. Its
// deliveries that are not begun wait until then, or until their deadline.
// Errors: ErrNotFound, wrapped.
func (l *Ledger) Pause(ctx context.Context, id int64, reason string) error {
	if reason == "" {
		return wrap(errors.New("there is no reason"), "pause subscription %d", id)
	}
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		n, err := tx.Count(sqlPause, reason, id)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	}), "pause subscription %d", id)
}

// Resume ends a pause, whatever its reason. The subscription is next due at
// next, unless it is one on arrival, and articles up to cursor are passed over;
// a cursor that is behind its own, as 0 is, leaves that. The place counts as
// open. To resume what is not paused changes nothing. Errors: ErrNotFound,
// wrapped.
func (l *Ledger) Resume(ctx context.Context, id int64, next time.Time, cursor corpus.Seq) error {
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		s, found, err := find(tx, sqlSubscription, id)
		if err == nil && !found {
			err = ErrNotFound
		}
		if err != nil || s.Paused == "" {
			return err
		}
		if err := tx.Exec(sqlResume, orNull(next), cursor, cursor, id); err != nil {
			return err
		}
		return l.speaks(tx, s.Ref)
	}), "resume subscription %d", id)
}

// DueSubscriptions gives those that are due by time and not paused, the longest
// due first, at most limit.
func (l *Ledger) DueSubscriptions(ctx context.Context, now time.Time, limit int) ([]Subscription, error) {
	return l.subscriptions(ctx, sqlDueSubscriptions, now.UnixNano(), max(limit, 0)) // SQLite takes -1 for no limit
}

// OnArrival gives those on arrival that have not seen all up to a Seq, were not
// sent anything since a time, and are not paused, at most limit.
func (l *Ledger) OnArrival(ctx context.Context, upTo corpus.Seq, quiet time.Time, limit int) ([]Subscription, error) {
	return l.subscriptions(ctx, sqlOnArrival, upTo, quiet.UnixNano(), max(limit, 0))
}

// Ahead gives subscriptions that were run later than now and are not due: the
// clock has been put back since. They come by ID, those above after, at most
// limit.
func (l *Ledger) Ahead(ctx context.Context, now time.Time, after int64, limit int) ([]Subscription, error) {
	return l.subscriptions(ctx, sqlAhead, now.UnixNano(), now.UnixNano(), after, max(limit, 0))
}

// Reschedule sets when subscriptions are next due, unless they were run since
// they were read.
func (l *Ledger) Reschedule(ctx context.Context, list []Subscription, next []time.Time) error {
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error {
		for i, s := range list {
			if err := tx.Exec(sqlReschedule, orNull(next[i]), s.ID, orNull(s.Next)); err != nil {
				return err
			}
		}
		return nil
	}), "reschedule %d subscriptions", len(list))
}

// PutBack moves the cursors that are behind a Seq to it: the corpus was put back
// to what it was, and gives the numbers that follow out again.
func (l *Ledger) PutBack(ctx context.Context, last corpus.Seq) error {
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error { return tx.Exec(sqlPutBack, last, last) }), "put cursors back to %d", last)
}

// PassOver moves the cursor of every subscription to a Seq: the corpus has begun
// anew, and what it holds was not read by anybody as news.
func (l *Ledger) PassOver(ctx context.Context, cursor corpus.Seq) error {
	return wrap(l.write(ctx, func(tx *sqlite.Tx) error { return tx.Exec(sqlPassOver, cursor) }), "pass over the articles up to %d", cursor)
}
