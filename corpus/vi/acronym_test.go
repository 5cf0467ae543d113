package vi

import (
	"slices"
	"testing"
)

var acronymCases = []struct {
	in   string
	want []string
}{
	{"Theo Viện Đo Đạc Biển Xanh (OSI), nước dâng.", []string{"OSI = Viện Đo Đạc Biển Xanh"}},
	{"Giám đốc Viện Đo đạc Biển Xanh (OSI) nói", []string{"OSI = Viện Đo đạc Biển Xanh", "OSI = Giám đốc Viện Đo đạc Biển Xanh"}},
	{"ở quán, Viện Đo đạc Biển Xanh (OSI) nói", []string{"OSI = Viện Đo đạc Biển Xanh"}},
	{"Đoàn của Viện Đo đạc Biển Xanh (OSI) nói", []string{"OSI = Viện Đo đạc Biển Xanh", "OSI = Đoàn của Viện Đo đạc Biển Xanh"}},
	{"chợ TP. Mây (SGM) nói", nil},
	{"Nay. TP.HCM mở Ban Chợ (BC).", nil},
	{"Ban Chợ TP.HCM (SGM) nói", []string{"SGM = Ban Chợ TP.HCM"}},

	// Too short for its letters, too long, in small letters, explained by its
	// initials, or another thing in brackets.
	{"tới Biển Xanh (OSI) nói", nil},
	{"Viện mà ai cũng biết là đã đo xong các bãi cạn dọc bờ biển phía nam từ lâu (OS) nói", nil},
	{"tên lửa tầm rất xa (OSI) bay", nil},
	{"Viện Biển Xanh (VBX) nói", nil},
	{"Viện Đo đạc Biển Xanh (xem hình)", nil},
	{"Viện Đo đạc Biển Xanh\n(OSI)", nil},
	{"(OSI)", nil},
	{"", nil},
}

func TestAcronyms(t *testing.T) {
	for _, c := range acronymCases {
		var got []string
		for _, d := range Acronyms(c.in) {
			got = append(got, c.in[d.Short.Start:d.Short.End]+" = "+c.in[d.Long.Start:d.Long.End])
			if !d.Guess {
				t.Errorf("%q: %v is no guess", c.in, d)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Acronyms(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// checkAcronyms: guesses of one acronym end at the same place, before it, on
// its line, and grow.
func checkAcronyms(t *testing.T, s string) {
	var before Definition
	for _, d := range Acronyms(s) {
		if d.Long.Start < 0 || d.Long.Start >= d.Long.End || d.Long.End > d.Short.Start || d.Short.Start >= d.Short.End || d.Short.End > len(s) {
			t.Fatalf("Acronyms(%q): %v is out of order", s, d)
		}
		if before.Short == d.Short && (before.Long.End != d.Long.End || before.Long.Start <= d.Long.Start) || before.Short.Start > d.Short.Start {
			t.Fatalf("Acronyms(%q): %v behind %v", s, d, before)
		}
		before = d
	}
}

func FuzzAcronyms(f *testing.F) {
	for _, c := range acronymCases {
		f.Add(c.in)
	}
	for _, c := range defineCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) { checkAcronyms(t, s) })
}
