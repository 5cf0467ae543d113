package vi

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// show writes a token as its text, "*" for a whole compound, "|" for a break.
func show(s string) []string {
	var out []string
	for _, k := range Tokens(s) {
		mark := ""
		if k.Break {
			mark = "|"
		}
		if k.Whole {
			mark += "*"
		}
		out = append(out, mark+k.Text)
	}
	return out
}

func TestTokens(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"Thành uỷ Hà Nội":      "|thành ủy hà nội",
		"số 21-KL/TW, tăng":    "|số *21-kl/tw 21 kl tw |tăng",
		"11-ĐA/TU":             "|*11-đa/tu |11 đa tu",
		"tăng 5,83%":           "|tăng *5,83 5 83",
		"2021-2030":            "|*2021-2030 |2021 2030",
		"2021–2030":            "|*2021-2030 |2021 2030",
		"1.000.000 đồng":       "|*1.000.000 |1 000 000 đồng",
		"TP.HCM":               "|*tp.hcm |tp hcm",
		"T.Ư":                  "|*t.ư |t ư",
		"GD&ĐT và KT-XH":       "|*gd&đt |gd đt và *kt-xh kt xh",
		"Covid-19":             "|*covid-19 |covid 19",
		"theo Chinhphu.vn.":    "|theo *chinhphu.vn chinhphu vn",
		"kinh tế-xã hội":       "|kinh tế xã hội",
		"Hội nghị.Tiếp theo":   "|hội nghị |tiếp theo",
		"một, hai\nba":         "|một |hai |ba",
		"“Kỷ cương”":           "|kỷ cương",
		"8/1/2022.":            "|*8/1/2022 |8 1 2022",
		"hoa\u0300 bi\u0300nh": "|hòa bình",
		"T.U\u031b.":           "|*t.ư |t ư",
		"\xffa\xe1\xba b":      "|a |b",
		"30 m² đất":            "|30 m |đất",
		"nước 東京":              "|nước 東京",
	} {
		if diff := cmp.Diff(strings.Fields(want), append([]string{}, show(in)...)); diff != "" {
			t.Errorf("Tokens(%q):\n%s", in, diff)
		}
	}
}

func TestTokenOffsets(t *testing.T) {
	s := "Kết luận 21-KL/TW"
	var got []string
	for _, k := range Tokens(s) {
		got = append(got, s[k.Start:k.End])
	}
	if diff := cmp.Diff([]string{"Kết", "luận", "21-KL/TW", "21", "KL", "TW"}, got); diff != "" {
		t.Error(diff)
	}
}

// onRune reports whether offset i of s does not cut a character.
func onRune(s string, i int) bool {
	return i == len(s) || utf8.RuneStart(s[i]) || !utf8.ValidString(s)
}

func checkTokens(t interface{ Fatalf(string, ...any) }, s string) {
	tokens := Tokens(s)
	end, whole := 0, Span{}
	for i, k := range tokens {
		if k.Start < 0 || k.Start >= k.End || k.End > len(s) || !onRune(s, k.Start) || !onRune(s, k.End) {
			t.Fatalf("Tokens(%q)[%d] = %+v: offsets", s, i, k)
		}
		if i == 0 && !k.Break {
			t.Fatalf("Tokens(%q): no break before the first", s)
		}
		if k.Text == "" || k.Text != Normalize(k.Text) {
			t.Fatalf("Tokens(%q)[%d] = %+v: text is not normal", s, i, k)
		}
		if strings.ReplaceAll(Normalize(s[k.Start:k.End]), "–", "-") != k.Text {
			t.Fatalf("Tokens(%q)[%d] = %+v: text is not that of its span", s, i, k)
		}
		if k.Whole {
			if k.Start < end || i+1 == len(tokens) || tokens[i+1].Start != k.Start {
				t.Fatalf("Tokens(%q)[%d] = %+v: compound out of place", s, i, k)
			}
			whole = k.Span
			continue
		}
		if k.Start < end || k.Start < whole.End && k.End > whole.End {
			t.Fatalf("Tokens(%q)[%d] = %+v: order, end %d, whole %+v", s, i, k, end, whole)
		}
		end = k.End
	}
	if utf8.ValidString(s) {
		d := Tokens(norm.NFD.String(s))
		c := Tokens(norm.NFC.String(s))
		if len(d) != len(c) {
			t.Fatalf("Tokens(%q): %d tokens from NFD, %d from NFC", s, len(d), len(c))
		}
		for i := range d {
			if d[i].Text != c[i].Text || d[i].Whole != c[i].Whole || d[i].Break != c[i].Break {
				t.Fatalf("Tokens(%q)[%d]: NFD %+v, NFC %+v", s, i, d[i], c[i])
			}
		}
	}
}

func TestTokenProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkTokens(t, text().Draw(t, "s")) })
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"21-KL/TW, 5,83%", "TP.HCM T.Ư GD&ĐT", "2021–2030", "a\u0301\xff.vn"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkTokens(t, s) })
}

func BenchmarkAppendTokens(b *testing.B) {
	s := strings.Repeat("Sáng nay, Ủy ban nhân dân quận tổ chức hội nghị triển khai Kế hoạch số 12-KH/QU, tăng 5,83% so với năm 2021. ", 20)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	var tokens []Token
	for b.Loop() {
		tokens = AppendTokens(tokens[:0], s)
	}
}
