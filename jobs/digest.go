package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/jobs/ledger"
)

// Wish is what a digest is to tell of: the articles that arrived after After,
// up to UpTo, on a topic and from outlets.
type Wish struct {
	After, UpTo corpus.Seq
	Topic       string   // "" is everything
	Outlets     []string // none is all
	Lang        chat.Lang
	Always      bool // there is to be a message also when there is nothing new
}

// key tells wishes apart.
func (w Wish) key() string {
	return fmt.Sprintf("%d-%d %s %v %q %q", w.After, w.UpTo, w.Lang, w.Always, w.Topic, w.Outlets)
}

// Digest is what came of a Wish.
type Digest struct {
	// Messages, each complete in itself; none where there is nothing to say.
	Messages []chat.Message
	Articles int // that they tell of
	Arrived  int // articles that arrived, whether or not they are what was wished for
}

// What came of a run of a subscription, as its LastNote says it.
const (
	NoteNothing = "nothing"  // nothing arrived
	NoteNoMatch = "no match" // something arrived, but not what was wished for
	NoteSent    = "sent:"    // followed by the number of articles
)

// note is what the subscription will say of the run.
func (d Digest) note() string {
	switch {
	case d.Articles > 0:
		return fmt.Sprint(NoteSent, d.Articles)
	case d.Arrived > 0:
		return NoteNoMatch
	}
	return NoteNothing
}

const (
	// dueStep is how many subscriptions are advanced in one transaction.
	dueStep = 1000
	// catchUp is how long a digest waits for the index to take in articles that
	// have arrived, so that one reload does not come in two digests.
	catchUp = 10 * time.Minute
	// quietTime lies between two digests of a subscription on arrival.
	quietTime = 5 * time.Minute
	// worthwhile is how long a digest is tried to be sent.
	worthwhile = 72 * time.Hour
)

// Digests makes the digests that are due and puts them into the outbox.
type Digests struct {
	Ledger *ledger.Ledger
	// Indexed gives how far articles can be found, and Last how far they have
	// arrived.
	Indexed func() (corpus.Seq, error)
	Last    func(context.Context) (corpus.Seq, error)
	// Compose makes a digest. It is asked once for all that wish the same.
	Compose func(context.Context, Wish) (Digest, error)
	Now     func() time.Time
	Log     *slog.Logger
	// Enqueued is called when there is something new in the outbox.
	Enqueued func()

	mu     sync.Mutex // of one tick at a time
	before time.Time  // the one before; zero: none yet
}

// tick is the state of one Tick.
type tick struct {
	*Digests
	now           time.Time
	indexed, last corpus.Seq
	zones         map[string]*time.Location
	made          map[string]composed
	errs          []error
}

// composed is a digest as it is stored, or why there is none.
type composed struct {
	Digest
	bodies [][]byte
	err    error
}

// Tick runs every subscription that is due: what it has to tell becomes
// deliveries, its cursor moves, and its next run is set, all in one transaction.
// Runs that were missed are one run. A subscription whose digest cannot be made
// stays due, and the others go on; the error says which and why.
func (d *Digests) Tick(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := &tick{Digests: d, now: d.Now(), zones: map[string]*time.Location{}, made: map[string]composed{}}
	var err error
	if t.indexed, err = d.Indexed(); err == nil {
		t.last, err = d.Last(ctx)
	}
	if err != nil {
		return fmt.Errorf("digests: %w", err)
	}
	if d.before.IsZero() || t.now.Before(d.before) {
		if err := t.putBack(ctx); err != nil {
			return fmt.Errorf("digests: %w", err)
		}
	}
	d.before = t.now
	err = t.all(ctx, func() ([]ledger.Subscription, error) { return d.Ledger.DueSubscriptions(ctx, t.now, dueStep) })
	if err == nil && t.indexed >= t.last {
		err = t.all(ctx, func() ([]ledger.Subscription, error) {
			return d.Ledger.OnArrival(ctx, t.indexed, t.now.Add(-quietTime), dueStep)
		})
	}
	if err != nil {
		t.errs = append(t.errs, err)
	}
	if err := errors.Join(t.errs...); err != nil {
		return fmt.Errorf("digests: %w", err)
	}
	return nil
}

// all advances what due gives, until nothing of that can be advanced.
func (t *tick) all(ctx context.Context, due func() ([]ledger.Subscription, error)) error {
	for {
		list, err := due()
		if err != nil || len(list) == 0 {
			return err
		}
		var steps []ledger.Step
		for _, s := range list {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if step, ok := t.step(ctx, s); ok {
				steps = append(steps, step)
			}
		}
		taken, err := t.Ledger.AdvanceAll(ctx, steps)
		if err != nil {
			return err
		}
		advanced, parts := 0, 0
		for i, yes := range taken {
			if yes {
				advanced++
				parts += len(steps[i].Parts)
			}
		}
		if parts > 0 {
			t.Log.Info("digests", "due", len(list), "messages", parts)
			t.Enqueued()
		}
		if advanced == 0 || len(list) < dueStep {
			return nil
		}
	}
}

// step is the run of one subscription; not ok if it has to wait.
func (t *tick) step(ctx context.Context, s ledger.Subscription) (step ledger.Step, ok bool) {
	upTo := t.indexed
	switch {
	case s.Cursor > t.last:
		// The corpus has begun anew. What it holds is not news.
		s.Cursor, step.From = upTo, s.Cursor
	case s.Cursor > upTo: // made while articles were being indexed
		return step, false
	case upTo < t.last && !s.Next.IsZero() && t.now.Sub(s.Next) < catchUp:
		return step, false
	default:
		step.From = s.Cursor
	}
	fail := func(err error) (ledger.Step, bool) {
		t.errs = append(t.errs, fmt.Errorf("subscription %d: %w", s.ID, err))
		return step, false
	}
	schedule, next, err := t.next(s)
	if err != nil {
		return fail(err)
	}
	lang, err := t.Ledger.Lang(ctx, s.Ref)
	if err != nil {
		return fail(err)
	}
	if lang == "" { // the chat has not chosen one
		lang = s.Lang
	}
	made := t.compose(ctx, Wish{
		After: s.Cursor, UpTo: upTo, Topic: s.Topic, Outlets: s.Outlets, Lang: lang, Always: s.Always && schedule.Kind() != Arrival,
	})
	if made.err != nil {
		return fail(made.err)
	}
	step.Subscription, step.UpTo, step.Note = s.ID, upTo, made.note()
	step.Next = next
	step.Parts, step.Deadline = made.bodies, t.now.Add(worthwhile)
	return step, true
}

// next is when a subscription runs next, and its schedule.
func (t *tick) next(s ledger.Subscription) (Schedule, time.Time, error) {
	schedule, err := ParseSchedule(s.Schedule)
	if err == nil && t.zones[s.Zone] == nil {
		t.zones[s.Zone], err = LoadZone(s.Zone)
	}
	if err != nil {
		return Schedule{}, time.Time{}, err
	}
	return schedule, schedule.Next(t.now, t.zones[s.Zone]), nil
}

// putBack sees to subscriptions that were run by a clock that was ahead: their
// next run would be as far ahead. One that cannot be read is left for its run.
func (t *tick) putBack(ctx context.Context) error {
	for after := int64(0); ; {
		list, err := t.Ledger.Ahead(ctx, t.now, after, dueStep)
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1].ID
		var late []ledger.Subscription
		var nexts []time.Time
		for _, s := range list {
			if _, next, err := t.next(s); err == nil && next.Before(s.Next) {
				late, nexts = append(late, s), append(nexts, next)
			}
		}
		if len(late) > 0 {
			t.Log.Warn("the clock was put back: digests are rescheduled", "subscriptions", len(late))
		}
		if err := t.Ledger.Reschedule(ctx, late, nexts); err != nil {
			return err
		}
	}
}

// compose makes a digest, once for all that wish the same.
func (t *tick) compose(ctx context.Context, w Wish) composed {
	key := w.key()
	if c, ok := t.made[key]; ok {
		return c
	}
	c := t.composeSafely(ctx, w)
	for _, m := range c.Messages {
		if c.err != nil {
			break
		}
		var body []byte
		body, c.err = json.Marshal(m)
		c.bodies = append(c.bodies, body)
	}
	c.Messages = nil
	t.made[key] = c
	return c
}

// composeSafely keeps one wish that panics from ending the run for all others.
func (t *tick) composeSafely(ctx context.Context, w Wish) (c composed) {
	defer func() {
		if p := recover(); p != nil {
			c.err = fmt.Errorf("the digest panicked: %v\n%s", p, strings.TrimSpace(string(debug.Stack())))
		}
	}()
	c.Digest, c.err = t.Compose(ctx, w)
	return c
}
