package vi

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var nameCases = []struct {
	in   string
	want []string
}{
	{"", nil},
	{"Ông Lê Minh Hà đến Hà Nội.", []string{"Lê Minh Hà", "Hà Nội"}},
	{"Tại Hà Nội, bà Hoa gặp chị Lan và đồng chí Bình.", []string{"Hà Nội", "Hoa", "Lan", "Bình"}},
	{"Bí thư Thành ủy Trần Văn Bình họp.", []string{"Trần Văn Bình"}},
	{"Chiều qua trời mưa. Hội nghị vẫn họp.", nil},
	{"Trần Quốc An khai báo.", []string{"Trần Quốc An"}},
	{"Nguyễn V. A và Chủ tịch UBND TP Hà Nội", []string{"Nguyễn V. A", "UBND TP Hà Nội"}},
	{"sang nước Nga, tỉnh Huế, khóa XIII, Đảng", []string{"Nga", "Huế"}},
	{"ông nói: “Tôi yêu Hồ Tây”", []string{"Hồ Tây"}},
	{"ở TP.HCM Sài Gòn", []string{"TP.HCM Sài Gòn"}},
	{"HỘI NGHỊ TỔNG KẾT CÔNG TÁC NĂM CỦA QUẬN TA LẦN THỨ HAI MƯƠI", nil},
	{"Lê Hà, Vũ An\nBùi Chi", []string{"Lê Hà", "Vũ An", "Bùi Chi"}},
}

func TestNames(t *testing.T) {
	for _, c := range nameCases {
		var got []string
		for _, n := range Names(c.in) {
			got = append(got, c.in[n.Start:n.End])
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("Names(%q):\n%s", c.in, diff)
		}
	}
}

func checkNames(t interface{ Fatalf(string, ...any) }, s string) {
	end := 0
	for _, n := range Names(s) {
		if n.Start < end || n.Start >= n.End || n.End > len(s) || !onRune(s, n.Start) || !onRune(s, n.End) {
			t.Fatalf("Names(%q): %+v behind %d", s, n, end)
		}
		end = n.End
	}
}

func TestNameProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkNames(t, text().Draw(t, "s")) })
}

func FuzzNames(f *testing.F) {
	for _, c := range nameCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) { checkNames(t, s) })
}
