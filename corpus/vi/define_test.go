package vi

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var defineCases = []struct {
	in   string
	want []string // "short = long"
}{
	// The usual way, with its variants of spelling.
	{"Ban Quản lý Chợ Đêm (BQLCĐ) họp sáng nay.", []string{"BQLCĐ = Ban Quản lý Chợ Đêm"}},
	{"Hôm qua, Ban quản lý Chợ Đêm (BQLCD) họp.", []string{"BQLCD = Ban quản lý Chợ Đêm"}},
	{"Sở Nuôi trồng và Đánh bắt (NT&ĐB) cho biết", []string{"NT&ĐB = Nuôi trồng và Đánh bắt"}},
	{"Sở Nuôi trồng - Đánh bắt (NT-ĐB) cho biết", []string{"NT-ĐB = Nuôi trồng - Đánh bắt"}},
	{"Hội Bạn của rùa biển ( HBRB ) ra đời", []string{"HBRB = Hội Bạn của rùa biển"}},
	{"Quỹ “Mầm xanh” (QMX) trao quà", []string{"QMX = Quỹ “Mầm xanh"}},
	{"Đội bơi Mây 12 (ĐBM12) dẫn đầu", []string{"ĐBM12 = Đội bơi Mây 12"}},
	{"Phó Trạm trưởng (PTTg) ký", []string{"PTTg = Phó Trạm trưởng"}},
	{"Hội đồng chợ TP (HĐCTP) mới", []string{"HĐCTP = Hội đồng chợ TP"}},
	{"hai lần: Ban vé tàu (BVT), Ban bến cảng (BBC).", []string{"BVT = Ban vé tàu", "BBC = Ban bến cảng"}},

	// Announced.
	{"Ban Quản lý Chợ Đêm (sau đây viết tắt là BQLCĐ) họp", []string{"BQLCĐ = Ban Quản lý Chợ Đêm"}},
	{"Ban Quản lý Chợ Đêm (viết tắt: “BQLCĐ”) họp", []string{"BQLCĐ = Ban Quản lý Chợ Đêm"}},
	{"Ban Quản lý Chợ Đêm (gọi tắt là BQLCĐ) họp", []string{"BQLCĐ = Ban Quản lý Chợ Đêm"}},
	{"Ban Quản lý Chợ Đêm (sau đây gọi là BQLCĐ) họp", []string{"BQLCĐ = Ban Quản lý Chợ Đêm"}},
	{"Ban Quản lý Chợ Đêm, tên viết tắt là BQLCĐ, họp", []string{"BQLCĐ = Ban Quản lý Chợ Đêm"}},
	{"Ban Quản lý Chợ Đêm, viết tắt là BQLCĐ.", []string{"BQLCĐ = Ban Quản lý Chợ Đêm"}},

	// The other way round.
	{"BQLCĐ (Ban Quản lý Chợ Đêm) họp", []string{"BQLCĐ = Ban Quản lý Chợ Đêm"}},
	{"theo BQLCĐ (ban quản lý chợ đêm), vé tăng", []string{"BQLCĐ = ban quản lý chợ đêm"}},

	// None: other initials, other things in brackets, other lines.
	{"Ban Quản lý Chợ Đêm (BTC) họp", nil},
	{"Ban Quản lý Chợ (BQLCĐ) họp", nil},
	{"Đêm nay. Lý Chợ (ĐLC)", nil},
	{"Ban Quản lý\nChợ Đêm (BQLCĐ) họp", nil},
	{"chợ đêm (cđ) họp", nil},
	{"Chợ Đêm (xem hình) họp", nil},
	{"Công ty Mây Trắng (gọi tắt là Công ty Mây) họp", nil},
	{"Lớp Chất lượng cao (CLC) mở", []string{"CLC = Chất lượng cao"}},
	{"Đại hội khóa Xuân Ích (XI) họp", nil},
	{"BQLCĐ (Ban Quản lý Chợ Đêm thành phố) họp", nil},
	{"viết tắt là BQLCĐ", nil},
	{"Chợ Đêm (", nil},
	{"()", nil},
	{"", nil},
}

func TestDefinitions(t *testing.T) {
	for _, c := range defineCases {
		var got []string
		for _, d := range Definitions(c.in) {
			got = append(got, c.in[d.Short.Start:d.Short.End]+" = "+c.in[d.Long.Start:d.Long.End])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Definitions(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// TestDefinitionsOfInitials: a name of any syllables is found by its initials.
func TestDefinitionsOfInitials(t *testing.T) {
	syllables := strings.Fields("ban bến chợ đảo đò ghe hồ làng mây núi phà rừng sông thuyền vườn ấp ô ương")
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom(syllables), 2, mostUnits).Draw(t, "words")
		short := ""
		for _, w := range words {
			r := []rune(w)[0]
			if l, ok := letterOf(r); ok {
				r = l.bare
			}
			short += strings.ToUpper(string(r))
		}
		long := strings.Join(words, " ")
		text := "Sáng nay. " + long + " (" + short + ") họp."
		got := Definitions(text)
		if len(got) != 1 || text[got[0].Short.Start:got[0].Short.End] != short || text[got[0].Long.Start:got[0].Long.End] != long {
			t.Fatalf("Definitions(%q) = %v", text, got)
		}
	})
}

// checkDefinitions: short forms ascend and do not overlap; each is a token that
// is not empty, and its long form is of the same line.
func checkDefinitions(t *testing.T, s string) {
	end := 0
	for _, d := range Definitions(s) {
		if d.Short.Start < end || d.Short.Start >= d.Short.End || d.Short.End > len(s) || d.Long.Start < 0 || d.Long.Start >= d.Long.End || d.Long.End > len(s) {
			t.Fatalf("Definitions(%q): %v out of order", s, d)
		}
		end = d.Short.End
		if d.Long.Start < d.Short.End && d.Short.Start < d.Long.End {
			t.Fatalf("Definitions(%q): %v overlap", s, d)
		}
		if strings.Contains(s[min(d.Short.Start, d.Long.Start):max(d.Short.End, d.Long.End)], "\n") {
			t.Fatalf("Definitions(%q): %v on two lines", s, d)
		}
	}
}

func FuzzDefinitions(f *testing.F) {
	for _, c := range defineCases {
		f.Add(c.in)
	}
	f.Add("BCD\xff (b\u0301a c\u0300 \u0111) tắt là BCD, gọi tắt là AB")
	f.Fuzz(func(t *testing.T, s string) { checkDefinitions(t, s) })
}
