package bot

import (
	"context"
	"errors"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
)

// Wish is what a person subscribes to.
type Wish struct {
	When    When
	Zone    string    // IANA name of the time zone
	Topic   string    // a query as /hoi takes it; "" is everything
	Outlets []string  // names of outlets; none is all
	Always  bool      // say so also when there is nothing new
	Lang    chat.Lang // of the digests
}

// When is a recurrence or, where Cron is not empty, a cron expression of five
// fields, which only admins may give.
type When struct {
	vi.Recurrence
	Cron string
}

// Subscription is a Wish of a place, and how it has been doing.
type Subscription struct {
	Number int // what people call it in its place: 1, 2, …
	Wish
	Location *time.Location // the one that Zone names
	// Next is when it runs next, Made when it was made, LastRun when it last
	// ran and LastSent when something was last sent; zero where there is none.
	Next, Made, LastRun, LastSent time.Time
	// LastNote is what came of the last run: NoteSent and the number of
	// articles, another Note, or "" where there was none yet. Other text is
	// shown as it is.
	LastNote string
	Paused   string // "" or why: PausedByPerson, or what a platform said
	// Waiting, Parked and Unknown are the parts of digests that are still to be
	// sent, that the platform rejected, and of which it is not known whether
	// they have arrived.
	Waiting, Parked, Unknown int
	Problem                  string // of the last delivery that is not sent, "" if there is none
}

// What may have come of a run of a subscription.
const (
	NoteSent    = "sent:"    // and the number of articles: "sent:3"
	NoteNothing = "nothing"  // nothing new at all
	NoteNoMatch = "no match" // something new, and none of it wished for
	NoteLate    = "late"     // made, and dropped after its deadline
)

// PausedByPerson is why a subscription is paused that somebody has paused.
const PausedByPerson = "by a person"

// What callers of Subscriptions branch on.
var (
	// ErrSubscribed: the place has this subscription already.
	ErrSubscribed = errors.New("there is such a subscription already")
	// ErrNoSubscription: the place has no subscription of that number.
	ErrNoSubscription = errors.New("there is no such subscription")
	// ErrWhen: the cron expression, or the time, cannot be. The error that wraps
	// it says why, in English.
	ErrWhen = errors.New("not a possible schedule")
)

// Subscriptions are the wishes of all places. It is safe for concurrent use.
type Subscriptions interface {
	// Subscribe adds a subscription to a place for somebody. If there is such a
	// one already it gives that, and ErrSubscribed, wrapped. Also ErrWhen,
	// wrapped.
	Subscribe(ctx context.Context, ref chat.Ref, by string, w Wish) (Subscription, error)
	// List gives the subscriptions of a place by Number.
	List(ctx context.Context, ref chat.Ref) ([]Subscription, error)
	// Unsubscribe ends one and gives it as it was, or ErrNoSubscription, wrapped.
	Unsubscribe(ctx context.Context, ref chat.Ref, number int) (Subscription, error)
	// Pause keeps one from running until Resume; or ErrNoSubscription, wrapped.
	Pause(ctx context.Context, ref chat.Ref, number int) (Subscription, error)
	// Resume ends a pause; what arrived meanwhile is passed over. Or
	// ErrNoSubscription, wrapped.
	Resume(ctx context.Context, ref chat.Ref, number int) (Subscription, error)
	// Zone finds a time zone by an IANA name in any case, a city, "UTC+9" or
	// "Việt Nam"; ok is false if there is none.
	Zone(name string) (zone *time.Location, ok bool)
	// Next is when a wish would run next, zero on arrival; or ErrWhen, wrapped.
	Next(w Wish) (time.Time, error)
	// Default is what counts where nothing is said: when and zone.
	Default() (When, *time.Location)
}
