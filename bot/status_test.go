package bot

import (
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

func TestStatus(t *testing.T) {
	at := time.Date(2026, time.March, 1, 0, 30, 0, 0, time.UTC)
	full := Status{
		Version: "v1.2", Started: at, Memory: 100 << 20, Articles: 22642, Withdrawn: 3,
		Newest: corpus.Date{Year: 2026, Month: 2, Day: 28, Basis: corpus.Stated}, Behind: 5,
		Index:     IndexStatus{Generation: "g7", Previous: "g6", Passages: 123456, Held: true, Done: 42, Total: 100, Problem: "question 3 finds nothing"},
		Platforms: []chat.Status{{Platform: "telegram", Connected: true, As: "@bot", Since: at}},
		Errors:    []LoggedError{{At: at, Text: "a\nb", Times: 3}, {At: at, Text: "c", Times: 1}, {Text: "d"}, {Text: "e"}, {Text: "f"}, {Text: "hidden"}},
		Disk:      DiskStatus{Corpus: 120 << 20, Ledger: 3 << 19, Index: 2 << 30, Free: 12 << 30},
		Questions: 9, Answered: 7,
	}
	for _, c := range []struct {
		name string
		s    Status
		want []string
		not  []string
	}{
		{"full", full, []string{
			"Kho bài: 22642 bài, 3 bài đã gỡ, mới nhất: 28/2/2026.", "còn 5 thay đổi", "Bản chỉ mục: g7, 123.456 đoạn. Bản trước: g6.",
			vietnamese.statusHeld, "Đang lập chỉ mục (42%).", "Bản chỉ mục mới không được dùng: question 3 finds nothing",
			"Telegram: đã kết nối (@bot)", "Lỗi trong 24 giờ qua:\n- 07:30 1/3/2026: a b (3 lần)\n- 07:30 1/3/2026: c\n", "và 1 mục nữa",
			"Đĩa: kho bài 120 MB, sổ ghi 1,5 MB, chỉ mục 2,0 GB. Còn trống 12 GB.\nBản v1.2",
		}, []string{"hidden", "không có."}},
		{"fresh", Status{Version: "v1.2", Started: at}, []string{"Lỗi trong 24 giờ qua: không có.", "Chỉ mục: đủ mọi bài."}, []string{"Bản chỉ mục", "Đĩa", "Đang lập", "\n\n\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := New(nil, nil, Options{Admins: boss, Status: func(contextT) (Status, error) { return c.s, nil }})
			m, err := operate(t, b, "1", "trangthai")
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(m.Text, want) {
					t.Errorf("no %q in\n%s", want, m.Text)
				}
			}
			for _, not := range c.not {
				if strings.Contains(m.Text, not) {
					t.Errorf("%q in\n%s", not, m.Text)
				}
			}
		})
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1.000", 22642: "22.642", 1234567: "1.234.567", -100: "-100", -1000: "-1.000"} {
		if got := vietnamese.count(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
