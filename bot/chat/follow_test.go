package chat_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
)

// seen keeps what was shown, and when: "2s last một".
type seen struct {
	start time.Time
	all   []string
}

func (s *seen) show(_ context.Context, m chat.Message, last bool) error {
	which := ""
	if last {
		which = "last "
	}
	s.all = append(s.all, fmt.Sprintf("%v %s%s", time.Since(s.start), which, m.Text))
	return nil
}

// wait lets time of the fake clock go by, or ctx end.
func wait(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// TestFollow: what is shown when, of what m.Follow gives when.
func TestFollow(t *testing.T) {
	type given struct {
		after time.Duration // the one before
		text  string
	}
	for _, tt := range []struct {
		name  string
		gives []given
		then  time.Duration // until m.Follow returns
		takes time.Duration // each show
		want  []string
	}{
		{"nothing", nil, time.Minute, 0, nil},
		{"one", []given{{0, "một"}}, time.Second, 0, []string{"0s một"}},
		{"in step", []given{{2 * time.Second, "một"}, {2 * time.Second, "hai"}, {2 * time.Second, "ba"}}, time.Second, 0,
			[]string{"2s một", "4s hai", "6s ba"}},
		{"too fast", []given{{1500 * time.Millisecond, "một"}, {100 * time.Millisecond, "hai"}, {100 * time.Millisecond, "ba"}}, time.Minute, 0,
			[]string{"1.5s một", "3.5s ba"}},
		{"too fast, then over", []given{{time.Second, "một"}, {100 * time.Millisecond, "hai"}, {100 * time.Millisecond, "ba"}}, 100 * time.Millisecond, 0,
			[]string{"1s một", "3s last ba"}},
		{"slow to show", []given{{time.Second, "một"}, {3 * time.Second, "hai"}, {3 * time.Second, "ba"}, {3 * time.Second, "bốn"}}, time.Minute, 10 * time.Second,
			[]string{"1s một", "13s bốn"}},
		{"slow to show, then over", []given{{time.Second, "một"}, {3 * time.Second, "hai"}}, 0, 10 * time.Second,
			[]string{"1s một", "13s last hai"}},
		{"the same", []given{{2 * time.Second, "câu"}, {2 * time.Second, "một"}, {2 * time.Second, "một"}, {2 * time.Second, "hai"}}, time.Second, 0,
			[]string{"4s một", "8s hai"}},
		{"the same at the end", []given{{2 * time.Second, "một"}, {2 * time.Second, "một"}}, 0, 0, []string{"2s một"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &seen{start: time.Now()}
				m := chat.Message{Text: "câu", Follow: func(ctx context.Context, show func(context.Context, chat.Message) error) {
					for _, g := range tt.gives {
						wait(ctx, g.after)
						// Nothing else is going on when the next one comes.
						synctest.Wait()
						if err := show(ctx, chat.Message{Text: g.text, Update: true}); err != nil {
							t.Errorf("%q: %v", g.text, err)
						}
					}
					wait(ctx, tt.then)
					synctest.Wait()
				}}
				err := chat.Follow(t.Context(), m, func(ctx context.Context, m chat.Message, last bool) error {
					defer wait(ctx, tt.takes)
					return s.show(ctx, m, last)
				}, chattest.Logger(t))
				if err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(tt.want, s.all); diff != "" {
					t.Errorf("shown (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestFollowNothing: a message that does not go on changing is left as it is.
func TestFollowNothing(t *testing.T) {
	err := chat.Follow(t.Context(), chat.Message{Text: "câu"}, func(context.Context, chat.Message, bool) error {
		t.Error("it is shown")
		return nil
	}, chattest.Logger(t))
	last, err2 := chat.Last(t.Context(), chat.Message{Text: "câu"})
	if err != nil || err2 != nil || !last.Empty() {
		t.Errorf("got %v; %+v, %v", err, last, err2)
	}
}

// TestFollowFails: an attempt that fails, or panics, is logged; the next message
// is shown all the same, and so is the same one where that may help; the last is
// tried again in any case.
func TestFollowFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := &seen{start: time.Now()}
		m := chat.Message{Text: "câu", Follow: func(ctx context.Context, show func(context.Context, chat.Message) error) {
			for i, text := range []string{"một", "hai", "hai", "ba", "bốn"} {
				wait(ctx, 3*time.Second)
				synctest.Wait()
				if err := show(ctx, chat.Message{Text: text}); err != nil {
					t.Errorf("%d: %v", i, err)
				}
			}
			wait(ctx, time.Minute)
			synctest.Wait()
		}}
		err := chat.Follow(t.Context(), m, func(ctx context.Context, m chat.Message, last bool) error {
			_ = s.show(ctx, m, last)
			switch {
			case m.Text == "một" && time.Since(s.start) < 5*time.Second:
				return &chat.Error{Kind: chat.Temporary, Reason: "bận"}
			case m.Text == "hai":
				return &chat.Error{Kind: chat.Rejected, Reason: "không nhận"}
			case m.Text == "ba":
				panic("lỗi thử")
			case m.Text == "bốn" && !last:
				return errors.New("mất mạng")
			}
			return nil
		}, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		if err != nil {
			t.Error(err)
		}
		want := []string{"3s một", "5s một", "7s hai", "9s hai", "12s ba", "15s bốn", "1m15s last bốn"}
		if diff := cmp.Diff(want, s.all); diff != "" {
			t.Errorf("shown (-want +got):\n%s", diff)
		}
		for _, text := range []string{"bận", "không nhận", "lỗi thử", "mất mạng"} {
			if !strings.Contains(log.String(), text) {
				t.Errorf("%q is not in the log: %s", text, log.String())
			}
		}
	})
}

// TestFollowPanics: a panic of m.Follow is an error, and the progress before it
// is shown no more.
func TestFollowPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &seen{start: time.Now()}
		m := chat.Message{Follow: func(ctx context.Context, show func(context.Context, chat.Message) error) {
			_ = show(ctx, chat.Message{Text: "một"})
			synctest.Wait()
			_ = show(ctx, chat.Message{Text: "hai"})
			panic("lỗi thử")
		}}
		err := chat.Follow(t.Context(), m, s.show, chattest.Logger(t))
		if err == nil || !strings.Contains(err.Error(), "lỗi thử") {
			t.Errorf("got %v", err)
		}
		if diff := cmp.Diff([]string{"0s một"}, s.all); diff != "" {
			t.Errorf("shown (-want +got):\n%s", diff)
		}
		last, err := chat.Last(t.Context(), m)
		if err == nil || last.Text != "hai" {
			t.Errorf("Last: got %+v, %v", last, err)
		}
	})
}

// TestFollowTime: m.Follow is told when the message cannot be changed for much
// longer, and what it says then is shown.
func TestFollowTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &seen{start: time.Now()}
		m := chat.Message{Follow: func(ctx context.Context, show func(context.Context, chat.Message) error) {
			<-ctx.Done()
			if err := ctx.Err(); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("it ends with %v", err)
			}
			_ = show(ctx, chat.Message{Text: "chưa xong"})
			synctest.Wait()
		}}
		if err := chat.Follow(t.Context(), m, s.show, chattest.Logger(t)); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{chat.FollowTime.String() + " chưa xong"}, s.all); diff != "" {
			t.Errorf("shown (-want +got):\n%s", diff)
		}
	})
}

// TestFollowEnds: when the process ends m.Follow is told, and nothing is shown
// any more; nor is what comes after m.Follow has returned.
func TestFollowEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &seen{start: time.Now()}
		ctx, cancel := context.WithCancel(t.Context())
		var later func(context.Context, chat.Message) error
		m := chat.Message{Follow: func(ctx context.Context, show func(context.Context, chat.Message) error) {
			later = show
			_ = show(ctx, chat.Message{Text: "một"})
			synctest.Wait()
			_ = show(ctx, chat.Message{Text: "hai"})
			synctest.Wait()
			cancel()
			<-ctx.Done()
			_ = show(ctx, chat.Message{Text: "ba"})
		}}
		if err := chat.Follow(ctx, m, s.show, chattest.Logger(t)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if err := later(t.Context(), chat.Message{Text: "bốn"}); err == nil {
			t.Error("what comes after the end is taken")
		}
		if diff := cmp.Diff([]string{"0s một"}, s.all); diff != "" {
			t.Errorf("shown (-want +got):\n%s", diff)
		}
	})
}

// TestFollowSettled: whether the last message was shown before the process ended.
func TestFollowSettled(t *testing.T) {
	for _, tt := range []struct {
		name    string
		while   bool // it ends while the last one is shown
		fails   bool
		settled bool
	}{
		{"shown, then the end", false, false, true},
		{"shown meanwhile", true, false, true},
		{"not shown", true, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				m := chat.Message{Follow: func(ctx context.Context, show func(context.Context, chat.Message) error) {
					_ = show(ctx, chat.Message{Text: "một"})
				}}
				err := chat.Follow(ctx, m, func(ctx context.Context, _ chat.Message, last bool) error {
					synctest.Wait() // m.Follow has returned
					if tt.while {
						cancel()
					}
					if tt.fails {
						return ctx.Err()
					}
					return nil
				}, chattest.Logger(t))
				if settled := err == nil; settled != tt.settled || err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// TestFollowHurries: what is the last word, and was not let through as progress,
// is said at once.
func TestFollowHurries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &seen{start: time.Now()}
		m := chat.Message{Follow: func(ctx context.Context, show func(context.Context, chat.Message) error) {
			_ = show(ctx, chat.Message{Text: "một"})
			synctest.Wait()
		}}
		err := chat.Follow(t.Context(), m, func(ctx context.Context, m chat.Message, last bool) error {
			if !last {
				return &chat.Error{Kind: chat.RateLimited, RetryAfter: time.Minute, Reason: "chờ"}
			}
			return s.show(ctx, m, last)
		}, chattest.Logger(t))
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"0s last một"}, s.all); diff != "" {
			t.Errorf("shown (-want +got):\n%s", diff)
		}
	})
}

// TestLast: where nothing can be changed, the last message is all, at once.
func TestLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		last, err := chat.Last(t.Context(), chat.Message{Follow: func(ctx context.Context, show func(context.Context, chat.Message) error) {
			for _, text := range []string{"một", "hai", "ba"} {
				_ = show(ctx, chat.Message{Text: text, Buttons: [][]chat.Button{{{Text: text}}}})
			}
		}})
		if err != nil || last.Text != "ba" || len(last.Buttons) != 1 || time.Since(start) != 0 {
			t.Errorf("got %+v, %v after %v", last, err, time.Since(start))
		}
	})
}
