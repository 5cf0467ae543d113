package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
)

var boss = map[string]Admins{"telegram": {Users: []string{"1"}}}

// operate sends a command of a person, who is an admin if it is "1".
func operate(t *testing.T, b *Bot, user, command string) (chat.Message, error) {
	t.Helper()
	command, text, _ := strings.Cut(command, " ")
	m, err := b.Handle(t.Context(), chat.Request{Ref: chat.Ref{Platform: "telegram", Chat: "5"}, User: user, Direct: true, Command: command, Text: text})
	return settled(t, m), err
}

// settled is what a message says in the end.
func settled(t *testing.T, m chat.Message) chat.Message {
	t.Helper()
	if m.Follow == nil {
		return m
	}
	last, err := chat.Last(t.Context(), m)
	if err != nil {
		t.Error(err)
	}
	return last
}

// Numbers are written as people of the language do.
func TestNumbersOfReload(t *testing.T) {
	r := Reload{Added: 22496, Unchanged: 1000, Duplicates: 1146, Elapsed: 10*time.Minute + 39*time.Second + 700*time.Millisecond}
	for w, want := range map[*words]string{
		&vietnamese: "Đã nạp lại: thêm 22.496, sửa 0, gỡ 0, khôi phục 0, giữ nguyên 1.000 (10 phút 40 giây).\nTrùng bài đã có: 1.146.",
		&english:    "Reloaded: 22,496 added, 0 changed, 0 withdrawn, 0 restored, 1,000 unchanged (10 min 40 s).\nArticles that were there already: 1,146.",
	} {
		if got := w.reloadText(t.Context(), r, nil); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
}

func TestReload(t *testing.T) {
	many := Reload{Added: 2, Duplicates: 1, Elapsed: 1500 * time.Millisecond}
	for i := range mostFailures + 2 {
		many.Failures = append(many.Failures, fmt.Sprintf("%d.txt: hỏng\n<b>", i))
	}
	for _, tt := range []struct {
		name   string
		report Reload
		err    error
		want   []string
		not    string
	}{
		{"nothing", Reload{Unchanged: 7}, nil, []string{"thêm 0, sửa 0, gỡ 0, khôi phục 0, giữ nguyên 7"}, "Không đọc được"},
		{"much", many, nil, []string{"thêm 2", "1,5 giây", "Trùng bài đã có: 1", "Không đọc được: 7", "- 4.txt: hỏng", "và 2 mục nữa"}, "5.txt"},
		{"goes on", Reload{}, fmt.Errorf("x: %w", ErrReloading), []string{"vẫn đang chạy"}, "Đã nạp"},
		{"fails", Reload{}, errors.New("the folder is gone"), []string{"Không nạp lại được: the folder is gone", "/naplai"}, "Đã nạp"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			b := New(nil, nil, Options{Admins: boss, Reload: func(context.Context, func(Progress)) (Reload, error) { asked++; return tt.report, tt.err }})
			m, err := operate(t, b, "1", "naplai")
			if err != nil {
				t.Error(err)
			}
			for _, want := range tt.want {
				if !strings.Contains(m.Text, want) {
					t.Errorf("no %q in %q", want, m.Text)
				}
			}
			if strings.Contains(m.Text, tt.not) {
				t.Errorf("%q in %q", tt.not, m.Text)
			}
			if m, err := operate(t, b, "2", "reload"); m.Text != vietnamese.adminsOnly || err != nil || asked != 1 {
				t.Errorf("anybody can reload: %q, %v, asked %d times", m.Text, err, asked)
			}
		})
	}
	m, err := operate(t, New(nil, nil, Options{Admins: boss}), "1", "naplai")
	if m.Text != vietnamese.noReload || err != nil {
		t.Errorf("got %q, %v", m.Text, err)
	}
}

// rejects has rejected digests.
type rejects struct {
	n    int
	done string
}

func (r *rejects) RetryParked(context.Context) (int, error)   { return r.settle("retried") }
func (r *rejects) DiscardParked(context.Context) (int, error) { return r.settle("discarded") }

func (r *rejects) settle(done string) (int, error) {
	n := r.n
	r.n, r.done = 0, done
	return n, nil
}

// TestRejected: an admin learns of rejected digests, and says what becomes of
// them; nobody else does.
func TestRejected(t *testing.T) {
	at := time.Date(2026, time.March, 1, 0, 30, 0, 0, time.UTC)
	for _, verb := range []string{"Gửi lại", "Bỏ"} {
		r := &rejects{n: 3}
		b := New(nil, nil, Options{Admins: boss, Parked: r, Status: func(context.Context) (Status, error) {
			return Status{
				Deliveries: DeliveryStatus{Subscriptions: 9, Paused: 1, Waiting: 4, OldestWaiting: at, Sent: 20, Parked: r.n, Problem: "bad request"},
				Jobs: []JobStatus{
					{Name: "digest", Started: at, Ended: at, Next: at.Add(time.Minute)}, {Name: "reload", Started: at, Ended: at, Problem: "the folder is gone"},
					{Name: "prune", Next: at}, {Name: "lạ", Running: true, Started: at}, {Name: "một lần", Started: at, Ended: at},
				},
			}, nil
		}})
		m, err := operate(t, b, "1", "trangthai")
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"Đăng ký: 9, tạm dừng 1.", "đang chờ 4", "từ 07:30 1/3/2026", "3 bản tin bị từ chối. Gần nhất: bad request",
			"Việc lập bản tin: lần trước 07:30 1/3/2026, lần tới 07:31 1/3/2026.", "Việc nạp lại: lỗi lúc 07:30 1/3/2026: the folder is gone",
			"Việc dọn dữ liệu cũ: chưa chạy, lần tới", "Việc lạ: đang chạy từ", "Việc một lần: lần trước 07:30 1/3/2026.\n",
		} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("no %q in\n%s", want, m.Text)
			}
		}
		press := func(user string) string {
			m, err := b.Handle(t.Context(), chat.Request{Ref: chat.Ref{Platform: "telegram", Chat: "5"}, User: user, Direct: true, Button: data(t, m, verb)})
			if err != nil || !m.Empty() {
				t.Errorf("%+v, %v", m, err)
			}
			return m.Notice
		}
		if got := press("2"); got != vietnamese.adminsOnly || r.n != 3 {
			t.Errorf("anybody can: %q", got)
		}
		want := map[string]string{"Gửi lại": "retried", "Bỏ": "discarded"}[verb]
		if got := press("1"); !strings.Contains(got, "3") || r.done != want {
			t.Errorf("%q, %s", got, r.done)
		}
		if got := press("1"); got != vietnamese.nothingParked {
			t.Errorf("again: %q", got)
		}
	}
}

// TestTold: /bai and a number open what the last digest numbers, whose parts
// number on.
func TestTold(t *testing.T) {
	b := New(nil, nil, Options{})
	ref := chat.Ref{Platform: "telegram", Chat: "5"}
	cited := func(n int, id string) chat.Citation {
		c := chat.Citation{N: n}
		c.ArticleID = id
		return c
	}
	for _, tt := range []struct {
		m    chat.Message
		want string
	}{
		{chat.Message{Citations: []chat.Citation{cited(1, "a"), cited(0, "a"), cited(2, "b")}}, "a b"},
		{chat.Message{Citations: []chat.Citation{cited(3, "c")}, Links: []chat.Link{{N: 4, ArticleID: "d"}}}, "a b c d"},
		{chat.Message{Text: "Chưa có tin mới."}, "a b c d"},
		{chat.Message{Citations: []chat.Citation{cited(1, "e")}}, "e"},
		{chat.Message{Citations: []chat.Citation{cited(3, "f")}}, "e  f"},
	} {
		b.Told(ref, tt.m)
		if got := strings.Join(b.shown.get(ref), " "); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
	b.Told(chat.Ref{Platform: "telegram", Chat: "6"}, chat.Message{Citations: []chat.Citation{cited(2, "g")}})
	m, err := b.Handle(t.Context(), chat.Request{Ref: ref, User: "1", Direct: true, Command: "bai", Text: "2"})
	if want := fmt.Sprintf(vietnamese.noNumber, 2); m.Text != want || err != nil {
		t.Errorf("a number that stands for nothing: %q, %v", m.Text, err)
	}
}
