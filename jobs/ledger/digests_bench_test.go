package ledger

import (
	"fmt"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/sqlite"
)

// crowd is a ledger with many subscriptions, of which the first are due.
func crowd(b *testing.B, subscriptions, due int) (*Ledger, *clock) {
	b.Helper()
	c := newClock()
	l := temp(b, c.now)
	ok(b, l.db.Write(b.Context(), func(tx *sqlite.Tx) error {
		for i := range subscriptions {
			next := c.t
			if i >= due {
				next = c.t.Add(time.Duration(i) * time.Second)
			}
			err := tx.Exec(sqlSubscribe, i+1, 1, "telegram", fmt.Sprint(i), "", "5", chat.Vietnamese, "daily 07:00", "Asia/Ho_Chi_Minh",
				"Luật Thủ đô", "[]", false, false, 1, orNull(next), c.t.UnixNano())
			if err != nil {
				return err
			}
		}
		return nil
	}))
	return l, c
}

// BenchmarkDue is a minute in which 5,000 of 50,000 subscriptions are due: they
// are read, and their digests of two parts written.
func BenchmarkDue(b *testing.B) {
	const subscriptions, due = 50_000, 5_000
	l, c := crowd(b, subscriptions, due)
	body := make([]byte, 2500)
	var upTo corpus.Seq = 1
	for b.Loop() {
		subs, err := l.DueSubscriptions(b.Context(), c.t, due)
		ok(b, err)
		upTo++
		steps := make([]Step, 0, due)
		for _, s := range subs {
			steps = append(steps, Step{
				Subscription: s.ID, From: s.Cursor, UpTo: upTo, Next: s.Next.Add(24 * time.Hour), Note: "hai bài",
				Deadline: c.t.Add(6 * time.Hour), Parts: [][]byte{body, body},
			})
		}
		taken, err := l.AdvanceAll(b.Context(), steps)
		ok(b, err)
		for _, yes := range taken {
			if !yes {
				b.Fatal("a step was not taken")
			}
		}
		if len(taken) != due {
			b.Fatalf("%d were due", len(taken))
		}
		b.StopTimer() // the next day, for these alone
		_, err = l.db.Exec("UPDATE subscriptions SET next = ? WHERE id <= ?", c.t.UnixNano(), due)
		ok(b, err)
		b.StartTimer()
	}
}

// BenchmarkIdleTick is a minute in which nothing is due, with 50,000
// subscriptions.
func BenchmarkIdleTick(b *testing.B) {
	l, c := crowd(b, 50_000, 0)
	now := c.t.Add(-time.Second)
	for b.Loop() {
		due, err := l.DueSubscriptions(b.Context(), now, 1000)
		ok(b, err)
		arrived, err := l.OnArrival(b.Context(), 1, time.Unix(1<<33, 0), 1000)
		ok(b, err)
		deliveries, err := l.DueDeliveries(b.Context(), "telegram", now, 1000)
		ok(b, err)
		if len(due)+len(arrived)+len(deliveries) > 0 {
			b.Fatal("something was due")
		}
	}
}

// BenchmarkSend is what one message costs the ledger, with 5,000 that wait.
func BenchmarkSend(b *testing.B) {
	l, c := crowd(b, 5_000, 5_000)
	steps := make([]Step, 0, 5_000)
	for id := range int64(5_000) {
		steps = append(steps, Step{Subscription: id + 1, From: 1, UpTo: 2, Next: c.t.Add(1), Parts: make([][]byte, 20)})
	}
	_, err := l.AdvanceAll(b.Context(), steps)
	ok(b, err)
	var list []Delivery
	for b.Loop() {
		if len(list) == 0 {
			list, err = l.DueDeliveries(b.Context(), "telegram", c.t, 500)
			ok(b, err)
		}
		_, err := l.BeginDelivery(b.Context(), list[0].Key)
		ok(b, err)
		ok(b, l.Settle(b.Context(), list[0].Key, Outcome{State: Sent, Message: "m"}))
		list = list[1:]
	}
}
