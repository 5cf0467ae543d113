package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/sqlite"
)

// State is what became of a delivery so far. See the package for how one leads
// to another.
type State string

// The states of a delivery.
const (
	Waiting State = "waiting" // to be sent
	Sending State = "sending" // begun: only whoever began it knows more
	Sent    State = "sent"    // the platform has taken it
	Unknown State = "unknown" // it was begun, and nobody knows what came of it
	Parked  State = "parked"  // the platform has rejected it: for an admin
	Dropped State = "dropped" // not worth sending any more
)

// nextStates are those that Settle may lead to.
var nextStates = map[State][]State{
	Waiting: {Waiting, Parked, Dropped},
	Sending: {Waiting, Sent, Unknown, Parked, Dropped},
	Unknown: {Unknown, Sent},
	Parked:  {Waiting, Parked, Dropped},
	Sent:    {Sent},
	Dropped: {Dropped},
}

// What the ledger itself says of deliveries that it gives up.
const (
	problemUnsubscribed = "unsubscribed"
	problemTwice        = "subscribed twice"
)

// ProblemLate is the Problem of a delivery that was given up because it was not
// worth sending any more.
const ProblemLate = "its deadline has passed"

// Delivery is one message of a digest.
type Delivery struct {
	// Key names it: the subscription, its run and the part. "7-30-1".
	Key          string
	Subscription int64 // may have ended
	chat.Ref
	UpTo        corpus.Seq // the cursor that the digest ends at
	Part, Parts int        // from 1
	// Body is forgotten when it is sent or dropped.
	Body     []byte
	State    State
	Attempts int
	// Repeats are the attempts after one with an unknown outcome: as often the
	// message may be there once more.
	Repeats int
	// NotBefore is when it is to be tried (again); zero if it is not.
	NotBefore time.Time
	Deadline  time.Time // zero: none
	Made      time.Time
	Begun     time.Time // the last attempt; zero: none
	// Settled is when it was sent, parked, dropped or left unknown; zero while
	// there is something to do.
	Settled time.Time
	Message string // the platform's ID of the message, once it is sent
	Problem string // what was last wrong, in English
}

func deliveryKey(subscription, run int64, part int) string {
	return fmt.Sprintf("%d-%d-%d", subscription, run, part)
}

// keyArgs are the columns that a key names.
func keyArgs(key string) ([]any, error) {
	fields := strings.Split(key, "-")
	if len(fields) != 3 {
		return nil, ErrNotFound
	}
	args := make([]any, 3)
	for i, f := range fields {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil || strconv.FormatInt(n, 10) != f { // each has one key
			return nil, ErrNotFound
		}
		args[i] = n
	}
	return args, nil
}

func scanDelivery(r *sql.Rows) (d Delivery, err error) {
	var run, made int64
	var notBefore, deadline, begun, settled sql.NullInt64
	err = r.Scan(&d.Subscription, &run, &d.Part, &d.Parts, &d.Platform, &d.Chat, &d.Thread, &d.UpTo, &d.Body, &d.State,
		&d.Attempts, &d.Repeats, &notBefore, &deadline, &made, &begun, &settled, &d.Message, &d.Problem)
	d.Key = deliveryKey(d.Subscription, run, d.Part)
	d.NotBefore, d.Deadline, d.Made = whenSet(notBefore), whenSet(deadline), loadTime(made)
	d.Begun, d.Settled = whenSet(begun), whenSet(settled)
	return d, err
}

// deliveries gives those of a query.
func (l *Ledger) deliveries(ctx context.Context, query string, args ...any) ([]Delivery, error) {
	var list []Delivery
	err := l.db.Each(ctx, query, args, func(r *sql.Rows) error {
		d, err := scanDelivery(r)
		list = append(list, d)
		return err
	})
	if err != nil {
		return nil, wrap(err, "read deliveries")
	}
	return list, nil
}

// lateStep is how many deliveries are given up in one transaction.
const lateStep = 500

// DueDeliveries gives up what has missed its deadline, on any platform, and
// gives what can be begun then on the given one, the longest due first, at most
// limit: of each digest the first part that is not settled, unless it is being
// sent or its subscription is paused.
func (l *Ledger) DueDeliveries(ctx context.Context, platform string, now time.Time, limit int) ([]Delivery, error) {
	at := now.UnixNano()
	for {
		var late bool
		if _, err := l.get(ctx, sqlAnyLate, []any{at}, &late); err != nil {
			return nil, wrap(err, "look for late deliveries")
		}
		if !late {
			break
		}
		err := l.write(ctx, func(tx *sqlite.Tx) error {
			return tx.Exec(sqlDropLate, l.stamp(l.now()), ProblemLate, []byte{}, at, lateStep)
		})
		if err != nil {
			return nil, wrap(err, "drop late deliveries")
		}
	}
	return l.deliveries(ctx, sqlDueDeliveries, platform, at, at, max(limit, 0))
}

// NextDelivery is when the first delivery of a platform is to be tried that is
// not due yet then, the zero time if there is none.
func (l *Ledger) NextDelivery(ctx context.Context, platform string, now time.Time) (time.Time, error) {
	var at int64
	found, err := l.get(ctx, sqlNextDelivery, []any{platform, now.UnixNano()}, &at)
	if err != nil || !found {
		return time.Time{}, wrap(err, "look for the next delivery")
	}
	return loadTime(at), nil
}

// BeginDelivery records that a delivery is about to be sent, before it is. The
// error is ErrState, wrapped, if it cannot be begun now: it is begun already or
// settled, it or an earlier part of its digest has to wait, its deadline has
// passed, or its subscription is paused. ErrNotFound, wrapped, if there is none.
func (l *Ledger) BeginDelivery(ctx context.Context, key string) (Delivery, error) {
	args, err := keyArgs(key)
	if err != nil {
		return Delivery{}, wrap(err, "begin delivery %q", key)
	}
	var d Delivery
	began := false
	err = l.write(ctx, func(tx *sqlite.Tx) error {
		at := l.now().UnixNano()
		d, began, err = findDelivery(tx, sqlBeginDelivery, append(append([]any{at}, args...), at, at)...)
		if err != nil {
			return err
		}
		if began {
			l.mine.Store(key, d.Attempts) // before anybody can see that it is being sent
			return nil
		}
		d, found, err := findDelivery(tx, sqlDelivery, args...)
		switch {
		case err != nil:
			return err
		case !found:
			return ErrNotFound
		}
		return fmt.Errorf("it is %s, or has to wait: %w", d.State, ErrState)
	})
	if err != nil {
		if began { // if it was stored all the same, that is for Interrupted
			l.mine.CompareAndDelete(key, d.Attempts)
		}
		return Delivery{}, wrap(err, "begin delivery %s", key)
	}
	return d, nil
}

// findDelivery gives the one delivery of a query.
func findDelivery(tx *sqlite.Tx, query string, args ...any) (d Delivery, ok bool, err error) {
	err = tx.Each(query, args, func(r *sql.Rows) (err error) {
		ok = true
		d, err = scanDelivery(r)
		return err
	})
	return d, ok, err
}

// Outcome is what came of an attempt to send, or of the decision not to.
type Outcome struct {
	State State
	// Message is the platform's ID of what was Sent.
	Message string
	// NotBefore is when it is to be tried again: of Waiting, where zero is at
	// once, and of Unknown, where zero is never.
	NotBefore time.Time
	Problem   string // what was wrong, in English, without secrets
}

// Settle records an outcome. What would be tried again of a subscription that
// has ended is given up. To give the last outcome again changes nothing.
// Errors: ErrState, if one state does not lead to the other; ErrNotFound; both
// wrapped.
func (l *Ledger) Settle(ctx context.Context, key string, o Outcome) error {
	args, err := keyArgs(key)
	if err != nil {
		return wrap(err, "settle delivery %q", key)
	}
	var attempt int
	err = l.write(ctx, func(tx *sqlite.Tx) error {
		d, found, err := findDelivery(tx, sqlDelivery, args...)
		if err == nil && !found {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		attempt = d.Attempts
		return l.settle(tx, args, d, o)
	})
	if errors.Is(err, ErrNotFound) {
		l.mine.Delete(key) // it was forgotten on its way, and its key never comes again
	}
	if err != nil {
		return wrap(err, "settle delivery %s", key)
	}
	l.mine.CompareAndDelete(key, attempt) // it may have been begun again
	return nil
}

// settle records the outcome o of the delivery d with the key args.
func (l *Ledger) settle(tx *sqlite.Tx, args []any, d Delivery, o Outcome) error {
	if !slices.Contains(nextStates[d.State], o.State) {
		return fmt.Errorf("it is %s and cannot become %q: %w", d.State, o.State, ErrState)
	}
	if d.State == o.State && !d.Settled.IsZero() && o.State != Unknown {
		return nil
	}
	now := l.now()
	again := o.NotBefore
	switch {
	case o.State == Waiting && again.IsZero():
		again = now
	case o.State != Waiting && o.State != Unknown:
		again = time.Time{}
	}
	if !again.IsZero() {
		_, on, err := find(tx, sqlSubscription, d.Subscription)
		if err != nil {
			return err
		}
		if !on {
			again = time.Time{}
			if o.State == Waiting {
				o.State, o.Problem = Dropped, problemUnsubscribed
			}
		}
	}
	var settled sql.NullInt64
	if again.IsZero() {
		settled = orNull(now)
	}
	keep := o.State != Sent && o.State != Dropped
	err := tx.Exec(sqlSettle, append([]any{o.State, orNull(again), settled, o.Message, o.Problem, keep, []byte{}}, args...)...)
	if err != nil || o.State != Sent {
		return err
	}
	return tx.Exec(sqlLastSent, now.UnixNano(), d.Subscription)
}

// Interrupted gives what was begun and not settled by a process that has ended,
// or by a BeginDelivery of this one that failed without it being known whether
// it was stored. What came of it is unknown; the caller settles it.
func (l *Ledger) Interrupted(ctx context.Context) ([]Delivery, error) {
	var list []Delivery
	// In the turn of a writer, so that nothing begins or is settled between the
	// look at the table and the one at what is this process's own.
	err := l.write(ctx, func(tx *sqlite.Tx) error {
		return tx.Each(sqlSending, nil, func(r *sql.Rows) error {
			d, err := scanDelivery(r)
			if _, mine := l.mine.Load(d.Key); !mine {
				list = append(list, d)
			}
			return err
		})
	})
	if err != nil {
		return nil, wrap(err, "look for interrupted deliveries")
	}
	return list, nil
}

// ParkedDeliveries gives what platforms have rejected, newest first, at most
// limit.
func (l *Ledger) ParkedDeliveries(ctx context.Context, limit int) ([]Delivery, error) {
	return l.deliveries(ctx, sqlParked, max(limit, 0))
}

// Deliveries gives those of a subscription, which may have ended, newest first,
// at most limit.
func (l *Ledger) Deliveries(ctx context.Context, subscription int64, limit int) ([]Delivery, error) {
	return l.deliveries(ctx, sqlDeliveries, subscription, max(limit, 0))
}

// DeliveryStats is how the digests are doing.
type DeliveryStats struct {
	// Now: subscriptions, those of them that are paused, deliveries that are to
	// be tried, those of them whose subscription is paused, and those that are
	// being sent. OldestWaiting is when the first of Waiting was made, the zero
	// time if there is none.
	Subscriptions, Paused  int
	Waiting, Held, Sending int
	OldestWaiting          time.Time
	// Now, too: what is parked, and what has an unknown outcome, whether it is
	// to be tried again (it is one of Waiting then) or not.
	UnknownNow, ParkedNow int
	// Settled since a time, as far as they are kept.
	Sent, Unknown, Parked, Dropped int
	Repeats                        int // of these
}

// DeliveryStats counts, from a time on where it says so; the zero time is the
// beginning.
func (l *Ledger) DeliveryStats(ctx context.Context, since time.Time) (DeliveryStats, error) {
	var s DeliveryStats
	var oldest, held sql.NullInt64
	var settled [5]sql.NullInt64
	_, err := l.get(ctx, sqlCounts, nil, &s.Subscriptions, &s.Paused, &s.Sending, &s.UnknownNow, &s.ParkedNow)
	if err == nil {
		_, err = l.get(ctx, sqlPending, nil, &s.Waiting, &oldest, &held)
	}
	if err == nil {
		_, err = l.get(ctx, sqlSettled, []any{sinceStamp(since)}, &settled[0], &settled[1], &settled[2], &settled[3], &settled[4])
	}
	s.OldestWaiting, s.Held = whenSet(oldest), int(held.Int64)
	for i, n := range []*int{&s.Sent, &s.Unknown, &s.Parked, &s.Dropped, &s.Repeats} {
		*n = int(settled[i].Int64)
	}
	return s, wrap(err, "count deliveries")
}
