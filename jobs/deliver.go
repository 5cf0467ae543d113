package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"trichdan/bot/chat"
	"trichdan/jobs/ledger"
)

const (
	// deliveries are sent that many at a time. Most of them wait for the limits
	// of their chats; the platform's pacer decides how fast they really go.
	sendsAtOnce = 256
	// lookEvery is how often the outbox is looked at where nothing says that
	// there is something to send: a chat may have been opened.
	lookEvery = time.Minute
	// restTime lies between two attempts to write to the disk.
	restTime = 5 * time.Second

	firstRetry, longestRetry = 15 * time.Second, 30 * time.Minute
	// refusedRetry is for a platform that does not take the bot's token.
	refusedRetry = 10 * time.Minute
)

// Deliverer sends what the outbox holds for one platform. Make one with
// NewDeliverer.
type Deliverer struct {
	o    DelivererOptions
	log  *slog.Logger
	wake chan struct{}

	mu   sync.Mutex
	busy map[string]bool // keys that are being handled
}

// DelivererOptions are what a Deliverer needs to know.
type DelivererOptions struct {
	Platform string
	Ledger   *ledger.Ledger
	Sender   chat.Sender
	// Current takes out of a message what may not be shown any more. What has
	// nothing left is dropped.
	Current func(context.Context, chat.Message) (chat.Message, error)
	// Told is called with each message that was sent, as it was.
	Told func(chat.Ref, chat.Message)
	// Observe is called with the state of each delivery that was settled, for
	// metrics: one of ledger.State; nil is not.
	Observe func(state string)
	// Once: a message of which it is not known whether it arrived is not sent
	// again, and may be lost. Otherwise it is, and may come twice, unless the
	// platform knows repeats by their key.
	Once   bool
	Now    func() time.Time
	Jitter func() float64 // from 0 to 1
	Log    *slog.Logger
}

// NewDeliverer makes a Deliverer.
func NewDeliverer(o DelivererOptions) *Deliverer {
	return &Deliverer{
		o: o, log: o.Log.With("component", "deliverer", "platform", o.Platform),
		wake: make(chan struct{}, 1), busy: map[string]bool{},
	}
}

// Wake says that there may be something new to send. It may be called at any
// time.
func (d *Deliverer) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends. What an earlier process had begun to send it must
// be told of first, see Recover. It returns when nothing is on its way any more.
func (d *Deliverer) Run(ctx context.Context) {
	var sending sync.WaitGroup
	defer sending.Wait()
	places := make(chan struct{}, sendsAtOnce)
	for ctx.Err() == nil {
		list, err := d.o.Ledger.DueDeliveries(ctx, d.o.Platform, d.o.Now(), 2*sendsAtOnce)
		if err != nil && ctx.Err() == nil {
			d.log.Error("look into the outbox", "error", err)
		}
		started := 0
		for _, x := range list {
			if !d.take(x.Key) {
				continue
			}
			select {
			case places <- struct{}{}:
			case <-ctx.Done():
				return
			}
			started++
			sending.Go(func() {
				defer func() {
					d.leave(x.Key)
					<-places
					d.Wake() // the next part may go, and there is a place
				}()
				d.deliver(ctx, x)
			})
		}
		if started == 0 {
			d.pause(ctx)
		}
	}
}

// take reports whether a delivery is not being handled yet; then it is now.
func (d *Deliverer) take(key string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy[key] {
		return false
	}
	d.busy[key] = true
	return true
}

func (d *Deliverer) leave(key string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.busy, key)
}

// pause waits until there may be something to send, or ctx ends.
func (d *Deliverer) pause(ctx context.Context) {
	wait := lookEvery
	now := d.o.Now()
	if next, err := d.o.Ledger.NextDelivery(ctx, d.o.Platform, now); err == nil && !next.IsZero() {
		wait = min(wait, next.Sub(now))
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-d.wake:
	case <-ctx.Done():
	}
}

// deliver tries to send one, and notes what came of it.
func (d *Deliverer) deliver(ctx context.Context, x ledger.Delivery) {
	var m chat.Message
	if err := json.Unmarshal(x.Body, &m); err != nil {
		d.unsent(ctx, x, ledger.Outcome{State: ledger.Parked, Problem: "it cannot be read: " + err.Error()})
		return
	}
	m, err := d.o.Current(ctx, m)
	if err != nil {
		d.log.Error("look whether a digest may still be shown", "key", x.Key, "error", err)
		d.unsent(ctx, x, d.later(x, err.Error()))
		return
	}
	if m.Empty() {
		d.unsent(ctx, x, ledger.Outcome{State: ledger.Dropped, Problem: "its articles were withdrawn"})
		return
	}
	begun := false
	id, err := d.o.Sender.Send(ctx, chat.Post{To: x.Ref, Message: m, Key: x.Key, Begin: func() error {
		now, err := d.o.Ledger.BeginDelivery(ctx, x.Key)
		if err == nil {
			begun, x.Attempts = true, now.Attempts
		}
		return err
	}})
	if _, of := errors.AsType[*chat.Error](err); err != nil && !of && !begun {
		// Nothing was sent. It is paused or has ended meanwhile, the process
		// ends, or the disk has a problem, which should have a moment.
		if !errors.Is(err, ledger.ErrState) && ctx.Err() == nil {
			d.log.Error("begin a delivery", "key", x.Key, "error", err)
			_ = d.rest(ctx)
		}
		return
	}
	o := d.outcome(ctx, x, id, err)
	if o.State == ledger.Sent {
		d.o.Told(x.Ref, m)
	}
	if begun {
		d.settle(ctx, x, o)
	} else {
		d.unsent(ctx, x, o)
	}
}

// unsent notes the outcome of an attempt that was not begun. What may have
// arrived in an earlier one stays unknown.
func (d *Deliverer) unsent(ctx context.Context, x ledger.Delivery, o ledger.Outcome) {
	switch {
	case ctx.Err() != nil:
		return // the next process will see
	case x.State == ledger.Unknown:
		o.State = ledger.Unknown
	case o.State == ledger.Unknown:
		o.State = ledger.Waiting
	}
	d.settle(ctx, x, o)
}

// rest waits for a moment, whatever else happens.
func (d *Deliverer) rest(ctx context.Context) error {
	timer := time.NewTimer(restTime)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}

// outcome is what a result of Send means. It tells the ledger what it means for
// the chat.
func (d *Deliverer) outcome(ctx context.Context, x ledger.Delivery, id string, err error) ledger.Outcome {
	if err == nil {
		return ledger.Outcome{State: ledger.Sent, Message: id}
	}
	e, ok := errors.AsType[*chat.Error](err)
	if !ok { // against the contract: so nothing is known
		e = &chat.Error{Unknown: true, Reason: err.Error()}
	}
	if e.Unknown {
		return d.unknown(x, e.Reason)
	}
	log := d.log.With("key", x.Key, "attempt", x.Attempts, "reason", e.Reason)
	again := d.later(x, e.Reason)
	switch e.Kind {
	case chat.RateLimited:
		again.NotBefore = d.o.Now().Add(e.RetryAfter + time.Duration(d.o.Jitter()*float64(time.Second)))
	case chat.Unauthorized:
		again.NotBefore = d.o.Now().Add(refusedRetry)
	case chat.Gone:
		log.Info("a chat is closed to the bot, its subscriptions are paused")
		d.closed(ctx, x, e.Reason)
	case chat.Moved:
		if err := d.o.Ledger.Moved(context.WithoutCancel(ctx), x.Ref, e.MovedTo); err != nil {
			log.Error("note that a chat has moved", "error", err)
		}
	case chat.Rejected:
		log.Error("a digest was rejected, it waits for an admin", "bytes", len(x.Body), "part", x.Part, "of", x.Parts)
		return ledger.Outcome{State: ledger.Parked, Problem: e.Reason}
	default:
		log.Warn("a digest could not be sent yet", "again", again.NotBefore)
	}
	return again
}

// unknown is the outcome where nobody knows whether it has arrived.
func (d *Deliverer) unknown(x ledger.Delivery, reason string) ledger.Outcome {
	o := ledger.Outcome{State: ledger.Unknown, Problem: reason}
	if !d.o.Once {
		o.NotBefore = d.after(x)
	}
	d.log.Warn("it is not known whether a digest has arrived", "key", x.Key, "reason", reason, "again", !d.o.Once)
	return o
}

// closed pauses what a closed chat has subscribed to, unless the platform has
// seen to that.
func (d *Deliverer) closed(ctx context.Context, x ledger.Delivery, reason string) {
	ctx = context.WithoutCancel(ctx)
	s, err := d.o.Ledger.Subscription(ctx, x.Subscription)
	if err == nil && s.Paused == "" {
		err = d.o.Ledger.Closed(ctx, s.Ref, reason)
	}
	if err != nil && !errors.Is(err, ledger.ErrNotFound) {
		d.log.Error("note that a chat is closed", "key", x.Key, "error", err)
	}
}

// later is the outcome of an attempt that is to be made again.
func (d *Deliverer) later(x ledger.Delivery, reason string) ledger.Outcome {
	return ledger.Outcome{State: ledger.Waiting, NotBefore: d.after(x), Problem: reason}
}

// after is when the next attempt is made: the pause doubles each time, and its
// second half is left to chance.
func (d *Deliverer) after(x ledger.Delivery) time.Time {
	pause := min(firstRetry<<min(max(x.Attempts-1, 0), 20), longestRetry)
	return d.o.Now().Add(pause/2 + time.Duration(d.o.Jitter()*float64(pause/2)))
}

// settle notes an outcome, and does not give up before it is noted: what was
// sent would be sent again.
func (d *Deliverer) settle(ctx context.Context, x ledger.Delivery, o ledger.Outcome) {
	for {
		err := d.o.Ledger.Settle(context.WithoutCancel(ctx), x.Key, o)
		if err == nil {
			if d.o.Observe != nil {
				d.o.Observe(string(o.State))
			}
			return
		}
		d.log.Error("settle a delivery", "key", x.Key, "state", o.State, "error", err)
		if errors.Is(err, ledger.ErrState) || errors.Is(err, ledger.ErrNotFound) || d.rest(ctx) != nil {
			return
		}
	}
}

// Recover sees to what an earlier process had begun to send when it ended: what
// came of it is unknown. For the platforms of once it is not tried again. It
// returns how many there were.
func Recover(ctx context.Context, l *ledger.Ledger, now func() time.Time, once map[string]bool, log *slog.Logger) (int, error) {
	list, err := l.Interrupted(ctx)
	if err != nil {
		return 0, fmt.Errorf("interrupted deliveries: %w", err)
	}
	for i, x := range list {
		o := ledger.Outcome{State: ledger.Unknown, Problem: "the process ended while it was being sent"}
		if !once[x.Platform] {
			o.NotBefore = now()
		}
		log.Warn("it is not known whether a digest has arrived: the process ended", "key", x.Key, "platform", x.Platform, "again", !once[x.Platform])
		if err := l.Settle(ctx, x.Key, o); err != nil {
			return i, fmt.Errorf("interrupted deliveries: %w", err)
		}
	}
	return len(list), nil
}
