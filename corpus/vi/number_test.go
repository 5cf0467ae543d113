package vi

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Wanted mentions are given as their text; "?" behind one without a unit.
var numberCases = []struct {
	in   string
	want []string
}{
	{"", nil},
	{"GRDP tăng 5,83% so với cùng kỳ", []string{"5,83%"}},
	{"thu 1.234,5 tỷ đồng, chi 3 nghìn tỷ đồng", []string{"1.234,5 tỷ đồng", "3 nghìn tỷ đồng"}},
	{"10 chương trình công tác và 2 nghị quyết", []string{"10 chương trình công tác", "2 nghị quyết"}},
	{"dài 12 km, rộng 30m2, cao 1m60, nặng 50kg, 5 m² đất", []string{"12 km", "30m2", "1m60", "50kg", "5 m²"}},
	{"từ 10-15%, khoảng 60 – 70 người", []string{"10-15%", "60 – 70 người"}},
	{"2/3 số phiếu, 50/50 đại biểu", []string{"2/3?", "50/50 đại biểu"}},
	{"còn 7 con đường", []string{"7 con"}},
	{"đạt 308 cú đánh", []string{"308 cú"}},
	{"ba mươi quận, một trăm triệu đồng, mười hai", []string{"ba mươi quận", "một trăm triệu đồng", "mười hai?"}},
	{"có hai bên, bốn phương án, ba người, năm quận", []string{"hai?", "bốn?", "ba người", "năm quận"}},
	{"một người nói: ba ơi, thứ tư, tư nhân, năm nay", nil},
	{"ba năm, mười năm, 5 năm, hai mươi lăm năm", []string{"ba năm", "mười năm", "5 năm", "hai mươi lăm năm"}},
	{"mỗi năm người dân góp tiền", nil},
	{"Hai Bà Trưng, quận 1, phường 5, lần thứ 18, thứ hai, tháng ba", nil},
	{"ngày 6/12/2021, năm 2021, tháng 4/2022, 2021-2030", nil},
	{"Kết luận 21-KL/TW, Covid-19, gọi 0969.576.288, số 12", nil},
	{"lúc 16h30 ở xóm 2, hẻm 622, khách sạn Bình An 2", nil},
	{"số 3 triệu đồng, xe 7 chỗ", []string{"3 triệu đồng", "7 chỗ"}},
	{"trong số 50 người", []string{"50 người"}},
	{"giá 30 triệu USD, 50 đô la Mỹ", []string{"30 triệu USD", "50 đô la Mỹ"}},
	{"phần trăm", nil},
	{"tăng 15 phần trăm", []string{"15 phần trăm"}},
	{"0,5 điểm", []string{"0,5 điểm"}},
	{"tang 5 nguoi", []string{"5 nguoi"}},
}

func TestNumbers(t *testing.T) {
	for _, c := range numberCases {
		var got []string
		for _, m := range Numbers(c.in) {
			text := c.in[m.Start:m.End]
			if !m.HasUnit {
				text += "?"
			}
			got = append(got, text)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("Numbers(%q):\n%s", c.in, diff)
		}
	}
}

func checkNumbers(t interface{ Fatalf(string, ...any) }, s string) {
	dates := DateMentions(s)
	end := 0
	for _, m := range Numbers(s) {
		if m.Start < end || m.Start >= m.End || m.End > len(s) || !onRune(s, m.Start) || !onRune(s, m.End) {
			t.Fatalf("Numbers(%q): %+v behind %d", s, m, end)
		}
		for _, d := range dates {
			if m.Start < d.End && d.Start < m.End && d.Start <= m.Start {
				t.Fatalf("Numbers(%q): %+v is in the date %+v", s, m, d)
			}
		}
		end = m.End
	}
}

func TestNumberProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkNumbers(t, text().Draw(t, "s")) })
}

func FuzzNumbers(f *testing.F) {
	for _, c := range numberCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) { checkNumbers(t, s) })
}
