package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus/store"
	"trichdan/jobs/ledger"
)

// BenchmarkDue is a minute in which 5,000 of 50,000 subscriptions are due, with
// 200 different wishes, 20 articles being new among 2,000: they are claimed,
// their digests made, and the outbox written. Nothing is sent.
func BenchmarkDue(b *testing.B) {
	const subscriptions, due, wishes, articles, fresh = 50_000, 5_000, 200, 2_000, 20
	start := time.Date(2026, time.March, 10, 0, 0, 0, 0, time.UTC)
	c := newCalendar(b, start)
	c.app.deliverers = nil // what is due is enough work
	r := &reporter{random: rand.New(rand.NewPCG(1, 2))}
	add := func(n int) {
		b.Helper()
		err := c.app.store.Update(b.Context(), func(tx *store.Tx) error {
			for range n {
				if _, err := tx.Put(r.write("")); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.app.index.Update(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
	}
	add(articles)
	last, err := c.app.store.Last(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for i := range subscriptions {
		s := ledger.Subscription{
			Ref: chat.Ref{Platform: "telegram", Chat: fmt.Sprint(i)}, Schedule: "daily 07:00", Zone: "Asia/Ho_Chi_Minh",
			Lang: chat.Vietnamese, Cursor: last, Next: start.Add(24 * time.Hour),
			Topic: strings.Join([]string{newsroom[i%wishes%len(newsroom)], newsroom[i%wishes*7%len(newsroom)]}, " "),
		}
		if i >= due {
			s.Next = start.Add(time.Duration(1000+i) * time.Hour)
		}
		if _, err := c.app.ledger.Subscribe(b.Context(), s); err != nil {
			b.Fatal(err)
		}
	}
	days := 0
	var made int
	b.Run("5000 due", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			add(fresh)
			days++
			c.set(start.Add(time.Duration(days) * 24 * time.Hour))
			b.StartTimer()
			if err := c.app.digests.Tick(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		s, err := c.app.ledger.DeliveryStats(b.Context(), time.Time{})
		if err != nil {
			b.Fatal(err)
		}
		made = s.Waiting
		b.ReportMetric(float64(made)/float64(days), "messages/op")
	})
	if made == 0 {
		b.Error("nothing was written to the outbox")
	}
	b.Run("nothing due", func(b *testing.B) {
		for b.Loop() {
			if err := c.app.digests.Tick(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
