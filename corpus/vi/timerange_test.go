package vi

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

var (
	hanoi = time.FixedZone("ICT", 7*3600)
	// A Saturday.
	now = time.Date(2026, 11, 21, 9, 30, 0, 0, hanoi)
)

// showRange writes a range as `span; from..to; text`, a day as y-m-d.
func showRange(s string, r TimeRange) string {
	day := func(d time.Time) string {
		if d.IsZero() {
			return ""
		}
		return fmt.Sprintf("%d-%d-%d", d.Year(), d.Month(), d.Day())
	}
	return fmt.Sprintf("%s; %s..%s; %s", s[r.Start:r.End], day(r.From), day(r.To), r.Text)
}

var rangeCases = []struct{ in, want string }{
	{"Hà Nội làm gì trong tháng 4/2022?", "trong tháng 4/2022; 2022-4-1..2022-5-1; tháng 4/2022"},
	{"tháng 4 năm 2022 có gì", "tháng 4 năm 2022; 2022-4-1..2022-5-1; tháng 4/2022"},
	{"hội nghị tháng 4", "tháng 4; 2026-4-1..2026-5-1; tháng 4/2026"},
	{"hội nghị tháng 12", "tháng 12; 2025-12-1..2026-1-1; tháng 12/2025"},
	{"thu ngân sách năm 2021", "năm 2021; 2021-1-1..2022-1-1; năm 2021"},
	{"năm ngoái ai làm chủ tịch", "năm ngoái; 2025-1-1..2026-1-1; năm ngoái (2025)"},
	{"vào năm nay", "vào năm nay; 2026-1-1..2027-1-1; năm nay (2026)"},
	{"tin tháng này", "tháng này; 2026-11-1..2026-12-1; tháng này (11/2026)"},
	{"tin của tháng trước", "của tháng trước; 2026-10-1..2026-11-1; tháng trước (10/2026)"},
	{"tin tuần này", "tuần này; 2026-11-16..2026-11-23; tuần này (16/11/2026 – 22/11/2026)"},
	{"tin tuần trước", "tuần trước; 2026-11-9..2026-11-16; tuần trước (9/11/2026 – 15/11/2026)"},
	{"tin tuần qua", "tuần qua; 2026-11-9..2026-11-16; tuần trước (9/11/2026 – 15/11/2026)"},
	{"tin hôm nay", "hôm nay; 2026-11-21..2026-11-22; hôm nay (21/11/2026)"},
	{"tin hôm qua?", "hôm qua; 2026-11-20..2026-11-21; hôm qua (20/11/2026)"},
	{"sáng hôm qua họp gì", "sáng hôm qua; 2026-11-20..2026-11-21; hôm qua (20/11/2026)"},
	{"tin hôm kia", "hôm kia; 2026-11-19..2026-11-20; hôm kia (19/11/2026)"},
	{"họp ngày 8/1/2022", "ngày 8/1/2022; 2022-1-8..2022-1-9; 8/1/2022"},
	{"họp vào ngày 8/1", "vào ngày 8/1; 2026-1-8..2026-1-9; 8/1/2026"},
	{"họp ngày 8/12", "ngày 8/12; 2025-12-8..2025-12-9; 8/12/2025"},
	{"họp ngày 21/11", "ngày 21/11; 2026-11-21..2026-11-22; 21/11/2026"},
	{"họp ngày 29/2", "ngày 29/2; 2024-2-29..2024-3-1; 29/2/2024"},
	{"GRDP quý I/2022", "quý I/2022; 2022-1-1..2022-4-1; quý I/2022"},
	{"GRDP quý 1 năm 2022", "quý 1 năm 2022; 2022-1-1..2022-4-1; quý I/2022"},
	{"GRDP quý IV", "quý IV; 2026-10-1..2027-1-1; quý IV/2026"},
	{"quý trước ra sao", "quý trước; 2026-7-1..2026-10-1; quý trước (III/2026)"},
	{"từ 1/3/2022 đến 15/4/2022", "từ 1/3/2022 đến 15/4/2022; 2022-3-1..2022-4-16; 1/3/2022 – 15/4/2022"},
	{"từ 1/3 đến 15/4/2022", "từ 1/3 đến 15/4/2022; 2022-3-1..2022-4-16; 1/3/2022 – 15/4/2022"},
	{"từ ngày 1 đến ngày 15/4/2022", "từ ngày 1 đến ngày 15/4/2022; 2022-4-1..2022-4-16; 1/4/2022 – 15/4/2022"},
	{"1/3/2022 - 15/4/2022", "1/3/2022 - 15/4/2022; 2022-3-1..2022-4-16; 1/3/2022 – 15/4/2022"},
	{"từ 1/3-15/4/2022", "từ 1/3-15/4/2022; 2022-3-1..2022-4-16; 1/3/2022 – 15/4/2022"},
	{"từ tháng 3 đến tháng 5/2022", "từ tháng 3 đến tháng 5/2022; 2022-3-1..2022-6-1; tháng 3/2022 – tháng 5/2022"},
	{"từ tháng 3 đến 5/2022", "từ tháng 3 đến 5/2022; 2022-3-1..2022-6-1; tháng 3/2022 – tháng 5/2022"},
	{"từ tháng 11 đến tháng 2/2022", "từ tháng 11 đến tháng 2/2022; 2021-11-1..2022-3-1; tháng 11/2021 – tháng 2/2022"},
	{"tháng 3 đến tháng 5", "tháng 3 đến tháng 5; 2026-3-1..2026-6-1; tháng 3/2026 – tháng 5/2026"},
	{"từ năm 2021 đến năm 2023", "từ năm 2021 đến năm 2023; 2021-1-1..2024-1-1; năm 2021 – năm 2023"},
	{"từ 2021 đến 2023", "từ 2021 đến 2023; 2021-1-1..2024-1-1; năm 2021 – năm 2023"},
	{"từ năm 2021-2023", "từ năm 2021-2023; 2021-1-1..2024-1-1; năm 2021 – năm 2023"},
	{"từ đầu năm đến nay", "từ đầu năm đến nay; 2026-1-1..2026-11-22; từ đầu năm 2026"},
	{"từ tháng 4/2022 đến nay", "từ tháng 4/2022 đến nay; 2022-4-1..2026-11-22; từ tháng 4/2022"},
	{"kể từ tháng 4/2022", "kể từ tháng 4/2022; 2022-4-1..; từ tháng 4/2022"},
	{"trước năm 2022", "trước năm 2022; ..2022-1-1; trước năm 2022"},
	{"sau tháng 4/2022", "sau tháng 4/2022; 2022-5-1..; sau tháng 4/2022"},
	{"đầu năm 2022", "đầu năm 2022; 2022-1-1..2022-4-1; đầu năm 2022"},
	{"vào cuối năm 2021", "vào cuối năm 2021; 2021-10-1..2022-1-1; cuối năm 2021"},
	{"cuối năm ngoái", "cuối năm ngoái; 2025-10-1..2026-1-1; cuối năm ngoái (2025)"},
	{"giữa tháng 4/2022", "giữa tháng 4/2022; 2022-4-11..2022-4-21; giữa tháng 4/2022"},
	{"6 tháng đầu năm 2022", "6 tháng đầu năm 2022; 2022-1-1..2022-7-1; 6 tháng đầu năm 2022"},
	{"tin 3 ngày qua", "3 ngày qua; 2026-11-18..2026-11-22; 3 ngày qua (18/11/2026 – 21/11/2026)"},
	{"tin trong 7 ngày gần đây", "trong 7 ngày gần đây; 2026-11-14..2026-11-22; 7 ngày qua (14/11/2026 – 21/11/2026)"},
	{"hai tuần vừa qua", "hai tuần vừa qua; 2026-11-7..2026-11-22; 2 tuần qua (7/11/2026 – 21/11/2026)"},
	{"tháng 4 năm ngoái", "tháng 4 năm ngoái; 2025-4-1..2025-5-1; tháng 4/2025"},
	{"THÁNG 4/2022", "THÁNG 4/2022; 2022-4-1..2022-5-1; tháng 4/2022"},
	{"trong thang 4/2022 va hom qua", "trong thang 4/2022; 2022-4-1..2022-5-1; tháng 4/2022 | hom qua; 2026-11-20..2026-11-21; hôm qua (20/11/2026)"},
	{"dai hoi nam 2021", "nam 2021; 2021-1-1..2022-1-1; năm 2021"},
	{"tuan truoc", "tuan truoc; 2026-11-9..2026-11-16; tuần trước (9/11/2026 – 15/11/2026)"},
	{"qui I nam 2022, quí I/2022", "quí I/2022; 2022-1-1..2022-4-1; quý I/2022"},
	{"từ tháng 3 - tháng 5/2022", "từ tháng 3 - tháng 5/2022; 2022-3-1..2022-6-1; tháng 3/2022 – tháng 5/2022"},

	{"giữa năm 2016 và 2019", "giữa năm 2016 và 2019; 2016-1-1..2020-1-1; năm 2016 – năm 2019"},
	{"vào những năm 1990", "vào những năm 1990; 1990-1-1..2000-1-1; những năm 1990"},
	{"chi quý III -2020", "quý III -2020; 2020-7-1..2020-10-1; quý III/2020"},

	{"GRDP 2021 tăng bao nhiêu", ""},
	{"hoãn đến tháng 9", ""},
	{"nắng nóng nhất trong 10 năm qua", ""},
	{"Cách mạng tháng Tám là gì", ""},
	{"họp từ đầu năm tới", ""},
	{"kinh te viet nam 2021", ""},
	{"kinh te viet nam nay ra sao", ""},
	{"mục tiêu đến năm 2025", ""},
	{"kế hoạch giai đoạn 2021-2025", ""},
	{"năm 2030 có gì", ""},
	{"Luật Đất đai năm 2013 quy định gì", ""},
	{"từ 3 đến 5 người", ""},
	{"3 năm trước", ""},
	{"Năm rõ là gì", ""},
	{"Sở nào phụ trách 1/4 dự án", ""},
	{"", ""},
}

func TestTimeRanges(t *testing.T) {
	for _, c := range rangeCases {
		for _, in := range []string{c.in, norm.NFD.String(c.in)} {
			var got []string
			for _, r := range TimeRanges(in, now) {
				got = append(got, norm.NFC.String(showRange(in, r)))
			}
			if g := strings.Join(got, " | "); g != c.want {
				t.Errorf("TimeRanges(%q):\n got %s\nwant %s", in, g, c.want)
			}
		}
	}
}

// Without diacritics or in capitals a question means the same times.
func TestTimeRangesFolded(t *testing.T) {
	for _, c := range rangeCases {
		if strings.Contains(c.in, "Luật") || strings.Contains(c.in, "quí") {
			continue // the exceptions of accented text
		}
		want := TimeRanges(c.in, now)
		for _, in := range []string{Fold(c.in), strings.ToUpper(c.in)} {
			got := TimeRanges(in, now)
			if len(got) != len(want) {
				t.Errorf("TimeRanges(%q): %d ranges, want %d", in, len(got), len(want))
				continue
			}
			for i := range got {
				if !got[i].From.Equal(want[i].From) || !got[i].To.Equal(want[i].To) || got[i].Text != want[i].Text {
					t.Errorf("TimeRanges(%q) = %s, want %s", in, showRange(in, got[i]), showRange(c.in, want[i]))
				}
			}
		}
	}
}

func checkRanges(t interface{ Fatalf(string, ...any) }, s string, now time.Time) {
	end := 0
	for _, r := range TimeRanges(s, now) {
		if r.Start < end || r.Start >= r.End || r.End > len(s) || !onRune(s, r.Start) || !onRune(s, r.End) {
			t.Fatalf("TimeRanges(%q): %+v behind %d", s, r, end)
		}
		if r.From.IsZero() && r.To.IsZero() || r.Text == "" || r.From.After(now) || !r.To.IsZero() && !r.From.Before(r.To) {
			t.Fatalf("TimeRanges(%q): %+v", s, r)
		}
		for _, d := range []time.Time{r.From, r.To} {
			if h, m, sec := d.Clock(); !d.IsZero() && (h+m+sec != 0 || d.Location() != now.Location()) {
				t.Fatalf("TimeRanges(%q): %v is no midnight", s, d)
			}
		}
		end = r.End
	}
}

func TestTimeRangeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "now"), 0).In(hanoi)
		checkRanges(t, text().Draw(t, "s"), at)
	})
}

func FuzzTimeRanges(f *testing.F) {
	for _, c := range rangeCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) { checkRanges(t, s, now) })
}
