package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"trichdan/bot"
	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/vi"
	"trichdan/jobs"
	"trichdan/jobs/ledger"
)

// subscriptions keep in the ledger what people ask the bot for. It is a
// bot.Subscriptions and a bot.Parked.
type subscriptions struct {
	ledger *ledger.Ledger
	// last is up to where articles have arrived: who subscribes gets those that
	// come after.
	last func(context.Context) (corpus.Seq, error)
	now  func() time.Time
	when jobs.Schedule // where none is said
	zone *time.Location
	// wake says that there may be something to send.
	wake func()
}

// shownDeliveries is how many of the last deliveries of a subscription are
// looked at to say how it has been doing.
const shownDeliveries = 20

func schedule(w bot.When) (jobs.Schedule, error) {
	var s jobs.Schedule
	var err error
	if w.Cron != "" {
		s, err = jobs.ParseSchedule("cron " + w.Cron)
	} else {
		s, err = jobs.ScheduleOf(w.Recurrence)
	}
	if err != nil {
		return s, fmt.Errorf("%w: %w", bot.ErrWhen, err)
	}
	return s, nil
}

// next is when a wish would run next; zero if it does not run by the clock.
func (l *subscriptions) next(w bot.Wish) (jobs.Schedule, time.Time, error) {
	s, err := schedule(w.When)
	if err != nil {
		return s, time.Time{}, err
	}
	zone, err := jobs.LoadZone(w.Zone)
	if err != nil {
		return s, time.Time{}, fmt.Errorf("%w: %w", bot.ErrWhen, err)
	}
	if s.Kind() == jobs.Arrival {
		return s, time.Time{}, nil
	}
	next := s.Next(l.now(), zone)
	if next.IsZero() {
		return s, next, fmt.Errorf("%w: %s never comes", bot.ErrWhen, s)
	}
	return s, next, nil
}

// Next implements bot.Subscriptions.
func (l *subscriptions) Next(w bot.Wish) (time.Time, error) {
	_, next, err := l.next(w)
	return next, err
}

// Subscribe implements bot.Subscriptions.
func (l *subscriptions) Subscribe(ctx context.Context, ref chat.Ref, by string, w bot.Wish) (bot.Subscription, error) {
	s, next, err := l.next(w)
	if err != nil {
		return bot.Subscription{}, err
	}
	last, err := l.last(ctx)
	if err != nil {
		return bot.Subscription{}, err
	}
	made, err := l.ledger.Subscribe(ctx, ledger.Subscription{
		Ref: ref, By: by, Lang: w.Lang, Schedule: s.String(), Zone: w.Zone, Topic: w.Topic, Outlets: w.Outlets, Always: w.Always,
		Cursor: last, Next: next, Made: l.now(),
	})
	if errors.Is(err, ledger.ErrExists) {
		err = fmt.Errorf("%w: %w", bot.ErrSubscribed, err)
	} else if err != nil {
		return bot.Subscription{}, err
	}
	out, of := l.describe(ctx, made)
	return out, errors.Join(err, of)
}

// List implements bot.Subscriptions.
func (l *subscriptions) List(ctx context.Context, ref chat.Ref) ([]bot.Subscription, error) {
	list, err := l.ledger.Subscriptions(ctx, ref)
	if err != nil {
		return nil, err
	}
	all := make([]bot.Subscription, len(list))
	for i, s := range list {
		if all[i], err = l.describe(ctx, s); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// describe says how a subscription has been doing.
func (l *subscriptions) describe(ctx context.Context, s ledger.Subscription) (bot.Subscription, error) {
	out := bot.Subscription{
		Number: s.Number, Next: s.Next, Made: s.Made, LastRun: s.LastRun, LastSent: s.LastSent, LastNote: s.LastNote, Paused: s.Paused,
		Wish: bot.Wish{Zone: s.Zone, Topic: s.Topic, Outlets: s.Outlets, Always: s.Always, Lang: s.Lang},
	}
	parsed, err := jobs.ParseSchedule(s.Schedule)
	if err == nil {
		out.When = bot.When{Recurrence: parsed.Recurrence(), Cron: parsed.Expression()}
		out.Location, err = jobs.LoadZone(s.Zone)
	}
	if err != nil {
		return out, fmt.Errorf("subscription %d: %w", s.ID, err)
	}
	list, err := l.ledger.Deliveries(ctx, s.ID, shownDeliveries)
	if err != nil {
		return out, err
	}
	for i, d := range list {
		open := false
		switch d.State {
		case ledger.Waiting, ledger.Sending:
			out.Waiting++
			open = true
		case ledger.Parked:
			out.Parked++
			open = true
		case ledger.Unknown:
			out.Unknown++
			open = true
		case ledger.Dropped:
			if i == 0 && d.Problem == ledger.ProblemLate {
				out.LastNote = bot.NoteLate
			}
		}
		if open && out.Problem == "" {
			out.Problem = d.Problem
		}
	}
	return out, nil
}

// numbered finds a subscription of a place.
func (l *subscriptions) numbered(ctx context.Context, ref chat.Ref, number int) (ledger.Subscription, error) {
	list, err := l.ledger.Subscriptions(ctx, ref)
	if err != nil {
		return ledger.Subscription{}, err
	}
	i := slices.IndexFunc(list, func(s ledger.Subscription) bool { return s.Number == number })
	if i < 0 {
		return ledger.Subscription{}, fmt.Errorf("subscription number %d: %w", number, bot.ErrNoSubscription)
	}
	return list[i], nil
}

// Unsubscribe implements bot.Subscriptions.
func (l *subscriptions) Unsubscribe(ctx context.Context, ref chat.Ref, number int) (bot.Subscription, error) {
	s, err := l.ledger.Unsubscribe(ctx, ref, number)
	if errors.Is(err, ledger.ErrNotFound) {
		return bot.Subscription{}, fmt.Errorf("%w: %w", bot.ErrNoSubscription, err)
	} else if err != nil {
		return bot.Subscription{}, err
	}
	return l.describe(ctx, s)
}

// Pause implements bot.Subscriptions.
func (l *subscriptions) Pause(ctx context.Context, ref chat.Ref, number int) (bot.Subscription, error) {
	return l.change(ctx, ref, number, func(s ledger.Subscription) error { return l.ledger.Pause(ctx, s.ID, bot.PausedByPerson) })
}

// Resume implements bot.Subscriptions.
func (l *subscriptions) Resume(ctx context.Context, ref chat.Ref, number int) (bot.Subscription, error) {
	return l.change(ctx, ref, number, func(s ledger.Subscription) error {
		was, err := l.describe(ctx, s)
		if err != nil {
			return err
		}
		_, next, err := l.next(was.Wish)
		if err != nil {
			return err
		}
		last, err := l.last(ctx)
		if err != nil {
			return err
		}
		if err := l.ledger.Resume(ctx, s.ID, next, last); err != nil {
			return err
		}
		l.wake() // what waited for the end of the pause
		return nil
	})
}

// change changes a subscription and gives it as it is then.
func (l *subscriptions) change(ctx context.Context, ref chat.Ref, number int, f func(ledger.Subscription) error) (bot.Subscription, error) {
	s, err := l.numbered(ctx, ref, number)
	if err == nil {
		err = f(s)
	}
	if err == nil {
		s, err = l.ledger.Subscription(ctx, s.ID)
	}
	if errors.Is(err, ledger.ErrNotFound) {
		err = fmt.Errorf("%w: %w", bot.ErrNoSubscription, err)
	}
	if err != nil {
		return bot.Subscription{}, err
	}
	return l.describe(ctx, s)
}

// Zone implements bot.Subscriptions.
func (l *subscriptions) Zone(name string) (*time.Location, bool) {
	zone, err := jobs.LoadZone(name)
	return zone, err == nil
}

// Default implements bot.Subscriptions.
func (l *subscriptions) Default() (bot.When, *time.Location) {
	return bot.When{Recurrence: l.when.Recurrence(), Cron: l.when.Expression()}, l.zone
}

// parkedStep is how many rejected messages are settled between two looks.
const parkedStep = 500

// RetryParked implements bot.Parked.
func (l *subscriptions) RetryParked(ctx context.Context) (int, error) {
	n, err := l.settleParked(ctx, ledger.Outcome{State: ledger.Waiting})
	l.wake()
	return n, err
}

// DiscardParked implements bot.Parked.
func (l *subscriptions) DiscardParked(ctx context.Context) (int, error) {
	return l.settleParked(ctx, ledger.Outcome{State: ledger.Dropped, Problem: "discarded by an admin"})
}

func (l *subscriptions) settleParked(ctx context.Context, o ledger.Outcome) (n int, err error) {
	for {
		list, err := l.ledger.ParkedDeliveries(ctx, parkedStep)
		if err != nil || len(list) == 0 {
			return n, err
		}
		for _, d := range list {
			if err := l.ledger.Settle(ctx, d.Key, o); err != nil {
				return n, err
			}
			n++
		}
	}
}

// defaultWhen is when digests come where neither the operator nor the person
// says another time.
var defaultWhen = func() jobs.Schedule {
	s, err := jobs.ScheduleOf(vi.Recurrence{Kind: vi.Daily, Hour: vi.DefaultHour})
	if err != nil {
		panic(err)
	}
	return s
}()
