package vi

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{
		"hoà": "hòa", "hòa": "hòa", "HOÀ": "hòa", "Hoà Bình": "hòa bình",
		"uỷ": "ủy", "Uỷ ban": "ủy ban", "thuỷ": "thủy", "huý": "húy",
		"khoẻ": "khỏe", "loè": "lòe", "xoá": "xóa",
		"toàn": "toàn", "tòan": "toàn", "hoàng": "hoàng", "hòang": "hoàng",
		"ngoài": "ngoài", "ngòai": "ngoài", "xoáy": "xoáy", "ngoẹo": "ngoẹo",
		"quý": "quý", "qúy": "quý", "quốc": "quốc", "qủa": "quả", "quà": "quà",
		"gìn": "gìn", "gì": "gì", "giếng": "giếng", "gíêng": "giếng",
		"già": "già", "gìa": "già", "giỏi": "giỏi", "gỉoi": "giỏi", "giữ": "giữ",
		"thuở": "thuở", "khuya": "khuya", "khuỷu": "khuỷu", "khủyu": "khuỷu",
		"huỳnh": "huỳnh", "hùynh": "huỳnh", "suýt": "suýt", "tuyết": "tuyết",
		"người": "người", "ngừơi": "người", "nước": "nước", "nứơc": "nước",
		"mía": "mía", "mưa": "mưa", "của": "của", "cuả": "của", "hủa": "hủa",
		"yếu": "yếu", "cứu": "cứu", "khuyến": "khuyến", "xoong": "xoong",
		"Ðổi mới": "đổi mới", "ðại": "đại", "ĐẢNG": "đảng",
		"5,83%": "5,83%", "A1-b": "a1-b", "": "",
		"mèo-chuột": "mèo-chuột", "café": "café", "Beyoncé": "beyoncé", "áóé": "áóé",
	} {
		if got := Normalize(in); got != want {
			t.Errorf("Normalize(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Đổi mới": "doi moi", "Ðảng uỷ": "dang uy", "GRDP quý I": "grdp quy i",
		"Müller": "muller", "한국": "한국", "naïve": "naive",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestHasDiacritics(t *testing.T) {
	for in, want := range map[string]bool{
		"bi thu quan uy": false, "quận": true, "đi": true, "Ðo": true, "u\u031b": true,
		"2022!": false, "Müller": false, "a\u0301": true,
	} {
		if got := HasDiacritics(in); got != want {
			t.Errorf("HasDiacritics(%q) = %v, want %v", in, got, want)
		}
	}
}

// rhyme is a cluster of vowels, and where the tone stands in the old and in
// the new placement when nothing or something follows (in runes).
type rhyme struct {
	vowels   string
	old, new int
	final    bool
}

var rhymes = []rhyme{
	{"a", 0, 0, false}, {"a", 0, 0, true}, {"ă", 0, 0, true}, {"ê", 0, 0, false}, {"ư", 0, 0, true},
	{"ai", 0, 0, false}, {"ao", 0, 0, false}, {"ay", 0, 0, false}, {"âu", 0, 0, false}, {"eo", 0, 0, false}, {"iu", 0, 0, false}, {"ưi", 0, 0, false},
	{"ia", 0, 0, false}, {"ua", 0, 0, false}, {"ưa", 0, 0, false}, {"iê", 1, 1, true}, {"yê", 1, 1, true}, {"uô", 1, 1, true}, {"ươ", 1, 1, true},
	{"iêu", 1, 1, false}, {"yêu", 1, 1, false}, {"uôi", 1, 1, false}, {"ươi", 1, 1, false}, {"ươu", 1, 1, false},
	{"oa", 0, 1, false}, {"oe", 0, 1, false}, {"uy", 0, 1, false},
	{"oa", 1, 1, true}, {"oe", 1, 1, true}, {"uy", 1, 1, true}, {"oă", 1, 1, true}, {"uâ", 1, 1, true}, {"uê", 1, 1, false}, {"uơ", 1, 1, false},
	{"oai", 1, 1, false}, {"oay", 1, 1, false}, {"oeo", 1, 1, false}, {"uya", 1, 1, false}, {"uyu", 1, 1, false}, {"uyê", 2, 2, true},
}

func withTone(vowels string, at int, tone rune) string {
	rs := []rune(vowels)
	return norm.NFC.String(string(rs[:at+1]) + string(tone) + string(rs[at+1:]))
}

// Every syllable that the language allows, with its tone in either placement,
// has the old placement as its normal form.
func TestTonePlacement(t *testing.T) {
	onsets := strings.Fields("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")
	finals := strings.Fields("c ch m n ng nh p t")
	for _, onset := range append(onsets, "") {
		for _, r := range rhymes {
			if onset == "gi" && strings.HasPrefix(r.vowels, "i") || onset == "qu" && strings.HasPrefix(r.vowels, "u") {
				continue // written with one i or u
			}
			if onset == "g" && strings.ContainsAny(r.vowels[:1], "iey") || onset == "qu" && strings.HasPrefix(r.vowels, "o") || onset == "gi" && strings.HasPrefix(r.vowels, "y") {
				continue // no such syllable
			}
			ends := []string{""}
			if r.final {
				ends = finals
			}
			for _, end := range ends {
				for _, tone := range toneMark[1:] {
					want := onset + withTone(r.vowels, r.old, tone) + end
					for _, at := range []int{r.old, r.new} {
						written := onset + withTone(r.vowels, at, tone) + end
						for _, s := range []string{written, strings.ToUpper(written), norm.NFD.String(written)} {
							if got := Normalize(s); got != want {
								t.Fatalf("Normalize(%q) = %q, want %q", s, got, want)
							}
						}
					}
				}
			}
		}
	}
}

func checkNormal(t interface{ Fatalf(string, ...any) }, s string) {
	n := Normalize(s)
	if again := Normalize(n); again != n {
		t.Fatalf("Normalize(%q) = %q, again %q", s, n, again)
	}
	f := Fold(s)
	if Fold(n) != f {
		t.Fatalf("Fold(%q) = %q, Fold(Normalize) = %q", s, f, Fold(n))
	}
	if again := Fold(f); again != f {
		t.Fatalf("Fold(%q) = %q, again %q", s, f, again)
	}
	if utf8.ValidString(s) {
		if d := Normalize(norm.NFD.String(s)); d != n {
			t.Fatalf("Normalize(NFD(%q)) = %q, NFC %q", s, d, n)
		}
	}
	if HasDiacritics(f) {
		t.Fatalf("Fold(%q) = %q has diacritics", s, f)
	}
}

// text is a generator of text with much Vietnamese and some of everything.
func text() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.SampledFrom(strings.Fields("quận Ủy HÀ nội hoà thuỷ gìn quý 5,83% 21-KL/TW TP.HCM v.v. 2021-2030 8/1/2022 tháng năm ngày từ đến qua (Tr. ThS. … ... “ ” \" ? ! . , ; : ) đ Ð ông I/2022 ba mươi tỷ")),
		rapid.SampledFrom([]string{" ", "\n", "\t", "\u00a0", "", "\u0301", "\xff", "\xe1\xba", "–", " - "}),
		rapid.StringN(0, 6, -1),
	)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(piece, 0, 24).Draw(t, "pieces"), rapid.SampledFrom([]string{"", " "}).Draw(t, "sep"))
	})
}

func TestNormalFormProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkNormal(t, text().Draw(t, "s")) })
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"Hoà Bình", "quý", "J\u030c", "İá", "\u212b", "a\u0301\u0323", "\xff\xe1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkNormal(t, s) })
}
