package main

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
	"trichdan/jobs/ledger"
)

// TestIntake: after its end nothing is taken, and it is settled when what was
// taken, now or by an earlier process, is finished.
func TestIntake(t *testing.T) {
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accept := func(j chat.Journal, ctx context.Context, id string) error {
		_, err := j.Accept(ctx, "telegram", 1, []chat.Update{{ID: id, Body: []byte("{}")}})
		return err
	}
	if err := accept(l, t.Context(), "1"); err != nil { // by an earlier process
		t.Fatal(err)
	}
	in := newIntake(l)
	if left, err := in.Unfinished(t.Context(), "telegram"); len(left) != 1 || err != nil {
		t.Fatal(left, err)
	}
	for _, id := range []string{"2", "2", "3"} { // one comes twice
		if err := accept(in, t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	finish := func(id string) {
		if err := in.Finish(t.Context(), "telegram", id, chat.Reply{}); err != nil {
			t.Error(err)
		}
	}
	finish("2")
	if in.ending() {
		t.Error("it has ended by itself")
	}
	settled := in.close()
	open := func() bool {
		select {
		case <-settled:
			return false
		default:
			return true
		}
	}
	if !in.ending() || !open() {
		t.Error("settled, and yet two are unfinished")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := accept(in, ended, "4"); !errors.Is(err, context.Canceled) {
		t.Errorf("taken after the end: %v", err)
	}
	finish("1")
	if !open() {
		t.Error("settled, and yet one is unfinished")
	}
	finish("3")
	if open() || in.close() != settled {
		t.Error("not settled when all is finished")
	}
	if left, err := l.Unfinished(t.Context(), "telegram"); len(left) > 0 || err != nil {
		t.Errorf("left: %+v, %v", left, err)
	}
}

// slowJournal takes an hour to accept.
type slowJournal struct{ chat.Journal }

func (slowJournal) Accept(ctx context.Context, _ string, _ int64, updates []chat.Update) ([]chat.Update, error) {
	select {
	case <-time.After(time.Hour):
		return updates, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (slowJournal) Finish(context.Context, string, string, chat.Reply) error { return nil }

// TestIntakeAccepting: what is being stored when the end comes is still taken,
// and waited for.
func TestIntakeAccepting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := newIntake(slowJournal{})
		accepted := make(chan error, 1)
		go func() {
			_, err := in.Accept(t.Context(), "discord", 0, []chat.Update{{ID: "a"}})
			accepted <- err
		}()
		synctest.Wait()
		settled := in.close()
		if err := <-accepted; err != nil {
			t.Error(err)
		}
		select {
		case <-settled:
			t.Error("settled before it was finished")
		default:
		}
		if err := in.Finish(t.Context(), "discord", "a", chat.Reply{}); err != nil {
			t.Error(err)
		}
		<-settled
	})
}

// TestSettle: the end waits for what was taken, but not for ever.
func TestSettle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := newIntake(slowJournal{})
		if _, err := in.Accept(t.Context(), "discord", 0, []chat.Update{{ID: "a"}}); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		settle(t.Context(), in, &site{})
		if took := time.Since(begun); took != settleTime {
			t.Errorf("it took %v", took)
		}
		if err := in.Finish(t.Context(), "discord", "a", chat.Reply{}); err != nil {
			t.Error(err)
		}
		begun = time.Now()
		settle(t.Context(), in, &site{})
		if took := time.Since(begun); took != 0 {
			t.Errorf("with nothing to wait for it took %v", took)
		}
	})
}
