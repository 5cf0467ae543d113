package vi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// showDate writes a mention as `the text=year-month-day` or `=year-Qn`.
func showDate(s string, m DateMention) string {
	v := fmt.Sprintf("%d-%d-%d", m.Year, m.Month, m.Day)
	if m.Quarter > 0 {
		v = fmt.Sprintf("%d-Q%d", m.Year, m.Quarter)
	}
	return s[m.Start:m.End] + "=" + v
}

var dateCases = []struct {
	in   string
	want []string
}{
	{"", nil},
	{"Sáng 8/1, quận tổng kết năm 2021.", []string{"Sáng 8/1=0-1-8", "năm 2021=2021-0-0"}},
	{"họp ngày 6/12/2021 và 9-1-2024, 12.4.2023", []string{"ngày 6/12/2021=2021-12-6", "9-1-2024=2024-1-9", "12.4.2023=2023-4-12"}},
	{"hop ngay 6/12/2021", []string{"ngay 6/12/2021=2021-12-6"}},
	{"đăng 2022-01-08", []string{"2022-01-08=2022-1-8"}},
	{"trong tháng 4/2022, tháng 4 năm 2022, tháng 4-2022", []string{"tháng 4/2022=2022-4-0", "tháng 4 năm 2022=2022-4-0", "tháng 4-2022=2022-4-0"}},
	{"thang 4 nam 2022", []string{"thang 4 nam 2022=2022-4-0"}},
	{"ngày 3 tháng 5", []string{"ngày 3 tháng 5=0-5-3"}},
	{"ngày 3 tháng 5 năm 1999", []string{"ngày 3 tháng 5 năm 1999=1999-5-3"}},
	{"ngày 30 tháng Tư năm 1975", []string{"ngày 30 tháng Tư năm 1975=1975-4-30"}},
	{"tháng Mười hai và tháng Chạp", []string{"tháng Mười hai=0-12-0"}},
	{"suốt tháng năm dài", nil},
	{"GRDP quý I/2022 và quý 3 năm 2021", []string{"quý I/2022=2022-Q1", "quý 3 năm 2021=2021-Q3"}},
	{"quý vị đại biểu", nil},
	{"từ 8/1 đến 15/1", []string{"8/1=0-1-8", "15/1=0-1-15"}},
	{"thứ Bảy, 8/1; Chủ nhật (9/1)", []string{"8/1=0-1-8", "9/1=0-1-9"}},
	{"các ngày 8/1, 9/1", []string{"ngày 8/1=0-1-8", "9/1=0-1-9"}},
	{"ngày 8-9/1", []string{"8=0-1-8", "9/1=0-1-9"}},
	{"ngày 28/2-2/3/2022", []string{"28/2=2022-2-28", "2/3/2022=2022-3-2"}},
	{"Ngày 8-9 hằng năm", []string{"Ngày 8-9=0-9-8"}},
	{"chiếm 1/4 diện tích, mở 24/7, thắng 3-1", nil},
	{"ngày 31/2, ngày 13/13, 31/4/2022, 29/2/2023", nil},
	{"ngày 29/2", []string{"ngày 29/2=0-2-29"}},
	{"giai đoạn 2021-2030, 2022 - 2025, nhiệm kỳ 2020 – 2025", nil},
	{"Nghị định 30/2020/NĐ-CP, Nghị định số 12/2020", nil},
	{"vào 4/2022 và (5/2022)", []string{"4/2022=2022-4-0", "5/2022=2022-5-0"}},
	{"Năm học 2021, rồi 2022.", []string{"2021=2021-0-0", "2022=2022-0-0"}},
	{"có 2000 người, 1950 tỷ đồng, số 2021, 1899, 2100", nil},
	{"trong 6 tháng 2 lần", nil},
	{"mỗi tháng 3 lần", nil},
	{"đêm 30/4 năm 2022", []string{"đêm 30/4 năm 2022=2022-4-30"}},
	{"ngày 1/6/22", []string{"ngày 1/6/22=2022-6-1"}},
	{"VIỆT NAM NĂM 2021", []string{"NĂM 2021=2021-0-0"}},
	{"lên đến 2/3 số hộ", nil},
	{"viet nam 2021", []string{"2021=2021-0-0"}},
}

func TestDateMentions(t *testing.T) {
	for _, c := range dateCases {
		var got []string
		for _, m := range DateMentions(c.in) {
			got = append(got, showDate(c.in, m))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("DateMentions(%q):\n%s", c.in, diff)
		}
	}
}

func checkDates(t interface{ Fatalf(string, ...any) }, s string) {
	end := 0
	for _, m := range DateMentions(s) {
		if m.Start < end || m.Start >= m.End || m.End > len(s) || !onRune(s, m.Start) || !onRune(s, m.End) {
			t.Fatalf("DateMentions(%q): %+v behind %d", s, m, end)
		}
		if !m.possible() || m.Quarter < 0 || m.Quarter > 4 || m.Year == 0 && m.Month == 0 && m.Quarter == 0 {
			t.Fatalf("DateMentions(%q): %+v", s, m)
		}
		end = m.End
	}
}

func TestDateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkDates(t, text().Draw(t, "s")) })
}

// Any day of the calendar is read back from each way of writing it.
func TestDateRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, m := rapid.IntRange(1900, 2099).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month")
		d := rapid.IntRange(1, daysIn(y, m)).Draw(t, "day")
		layout := rapid.SampledFrom([]string{"ngày %d/%d/%d", "%d-%d-%d", "%02d.%02d.%d", "ngày %d tháng %d năm %d", "ngay %d thang %d nam %d", "ngày %d tháng %d/%d"}).Draw(t, "layout")
		s := fmt.Sprintf(layout, d, m, y)
		got := DateMentions(s)
		if want := []DateMention{{Span: Span{0, len(s)}, Year: y, Month: m, Day: d}}; !cmp.Equal(got, want) {
			t.Fatalf("DateMentions(%q) = %+v", s, got)
		}
	})
}

func FuzzDateMentions(f *testing.F) {
	for _, c := range dateCases {
		f.Add(c.in)
		f.Add(strings.ToUpper(Fold(c.in)))
	}
	f.Fuzz(func(t *testing.T, s string) { checkDates(t, s) })
}
