package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"trichdan/bot/chat"
)

// shownAt is a text that was shown, and when.
type shownAt struct {
	text  string
	after time.Duration
}

// followed runs the Follow of a message as a platform does, and gives what was
// shown.
func followed(ctx context.Context, t *testing.T, m chat.Message) []shownAt {
	t.Helper()
	var list []shownAt
	began := time.Now()
	m.Follow(ctx, func(_ context.Context, m chat.Message) error {
		list = append(list, shownAt{m.Text, time.Since(began)})
		return errors.New("the network is gone") // the next may be shown all the same
	})
	return list
}

// reloading is a bot whose reload takes some time, and says every 100 ms how far
// it has come.
func reloading(takes time.Duration, err error) *Bot {
	return New(nil, nil, Options{Admins: boss, Reload: func(ctx context.Context, progress func(Progress)) (Reload, error) {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for n := 1; time.Duration(n)*100*time.Millisecond < takes; n++ {
			select {
			case <-tick.C:
				progress(Progress{Step: StepReading, Done: 1000 + n, Total: 22642})
			case <-ctx.Done():
				return Reload{}, fmt.Errorf("reload: %w", ctx.Err())
			}
		}
		return Reload{Added: 1}, err
	}})
}

func begin(t *testing.T, b *Bot) chat.Message {
	t.Helper()
	m, err := b.Handle(t.Context(), chat.Request{Ref: chat.Ref{Platform: "telegram", Chat: "5"}, User: "1", Command: "naplai"})
	if err != nil || m.Text != "Đang nạp lại…" || m.Follow == nil {
		t.Fatalf("%+v, %v", m, err)
	}
	return m
}

// Progress is shown no more often than platforms allow, the outcome last.
func TestFollowPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list := followed(t.Context(), t, begin(t, reloading(9*time.Second, nil)))
		if len(list) != 5 {
			t.Fatalf("%v", list)
		}
		last := time.Duration(0)
		for i, s := range list {
			if s.after-last < chat.FollowPace {
				t.Errorf("%v after %v", s, last)
			}
			last = s.after
			if progress := strings.HasPrefix(s.text, "Đang nạp lại…\nđọc bài: 1.0"); progress != (i < 4) || progress && !strings.HasSuffix(s.text, " / 22.642") {
				t.Errorf("%d: %q", i, s.text)
			}
		}
		if !strings.HasPrefix(list[4].text, "Đã nạp lại: thêm 1") {
			t.Errorf("%v", list[4])
		}
	})
}

// What is over soon shows its outcome at once, and nothing else.
func TestFollowShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list := followed(t.Context(), t, begin(t, reloading(time.Second, nil)))
		if len(list) != 1 || !strings.HasPrefix(list[0].text, "Đã nạp lại") || list[0].after >= chat.FollowPace {
			t.Errorf("%v", list)
		}
		list = followed(t.Context(), t, begin(t, reloading(0, errors.New("the folder is gone"))))
		if len(list) != 1 || !strings.HasPrefix(list[0].text, "Không nạp lại được: the folder is gone\n") {
			t.Errorf("%v", list)
		}
	})
}

// auditLog is a ledger that keeps only what came of what admins did.
type auditLog struct {
	forgetful
	notes []string
}

func (l *auditLog) PutAudit(_ context.Context, a chat.Audit) error {
	l.notes = append(l.notes, a.Note)
	return nil
}

// When a message cannot be changed any more it says that the work goes on.
func TestFollowTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var list []string
		show := func(_ context.Context, m chat.Message, _ bool) error {
			list = append(list, m.Text)
			return nil
		}
		b, log := reloading(time.Hour, nil), &auditLog{}
		b.ledger = log
		if err := chat.Follow(t.Context(), begin(t, b), show, slog.New(slog.DiscardHandler)); err != nil {
			t.Error(err)
		}
		if n := len(list); n == 0 || list[n-1] != vietnamese.reloading || slices.Index(list, vietnamese.reloading) != n-1 {
			t.Errorf("%d, the last %q", n, list[max(0, n-1):])
		}
		if !slices.Equal(log.notes, []string{"", "goes on"}) {
			t.Errorf("%q", log.notes)
		}
	})
}

// Work that panics leaves nothing behind: the platform learns of it.
func TestFollowPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := New(nil, nil, Options{Admins: boss, Reload: func(context.Context, func(Progress)) (Reload, error) { panic("broken") }})
		show := func(_ context.Context, m chat.Message, _ bool) error {
			t.Errorf("%+v is shown", m)
			return nil
		}
		if err := chat.Follow(t.Context(), begin(t, b), show, slog.New(slog.DiscardHandler)); err == nil {
			t.Error("no error")
		}
	})
}

// Where nothing can be said later, it is said now.
func TestReloadPassing(t *testing.T) {
	b := New(nil, nil, Options{Admins: map[string]Admins{"web": {Users: []string{"1"}}}, Reload: func(_ context.Context, progress func(Progress)) (Reload, error) {
		if progress != nil {
			t.Error("nobody looks at the progress")
		}
		return Reload{Added: 3}, nil
	}})
	m := handle(t, b, chat.Request{Ref: chat.Ref{Platform: "web", Chat: "v"}, User: "1", Passing: true, Command: "naplai"})
	if m.Follow != nil || !strings.HasPrefix(m.Text, "Đã nạp lại: thêm 3") {
		t.Errorf("%+v", m)
	}
}

func TestProgressWords(t *testing.T) {
	for _, c := range []struct {
		p    Progress
		want string
	}{
		{Progress{}, ""}, {Progress{Step: StepReading}, "đọc bài"}, {Progress{Step: StepIndexing, Done: 999}, "lập chỉ mục: 999"},
		{Progress{Step: StepChecking, Done: 0, Total: 20}, "kiểm tra: 0 / 20"}, {Progress{Step: "moving", Done: 1234567, Total: 1234567}, "moving: 1.234.567 / 1.234.567"},
	} {
		if got := vietnamese.progress(c.p); got != c.want {
			t.Errorf("%+v: %q, want %q", c.p, got, c.want)
		}
	}
	if got := english.progress(Progress{Step: StepIndexing, Done: 1234, Total: 22642}); got != "indexing: 1,234 / 22,642" {
		t.Error(got)
	}
}
