package vi

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestExpand(t *testing.T) {
	for in, want := range map[string]string{
		"UBND": "ủy ban nhân dân", "ubnd": "ủy ban nhân dân", "Ubnd": "ủy ban nhân dân",
		"HĐND": "hội đồng nhân dân", "hđnd": "hội đồng nhân dân", "HDND": "hội đồng nhân dân", "hdnd": "hội đồng nhân dân",
		"TP": "thành phố", "Tp": "thành phố", "tp": "thành phố", "TP.": "thành phố",
		"TƯ": "trung ương", "T.Ư": "trung ương", "TW": "trung ương", "tw": "trung ương", "T.W": "trung ương",
		"BCĐ": "ban chỉ đạo", "bcd": "ban chỉ đạo", "BTV": "ban thường vụ", "BCH": "ban chấp hành",
		"KT-XH": "kinh tế xã hội", "kt-xh": "kinh tế xã hội", "GD&ĐT": "giáo dục và đào tạo", "GDĐT": "giáo dục và đào tạo",
		"LĐ-TB&XH": "lao động thương binh và xã hội", "QL": "quốc lộ", "ThS": "thạc sĩ", "THS": "thạc sĩ",
		"TTXVN": "thông tấn xã việt nam", "ĐBQH": "đại biểu quốc hội", "dbqh": "đại biểu quốc hội",

		"tư": "", "Tư": "", "TU": "", "tu": "", "ca": "", "CA": "", "an": "", "AN": "", "bí": "", "ql": "", "gs": "", "ts": "",
		"NQ": "", "QĐ": "", "CT": "", "KL": "", "GRDP": "", "cđ": "", "cd": "", "": "", "hội": "", ".": "", "TT": "",
		strings.Repeat("U.", 50): "",
	} {
		for _, word := range []string{in, norm.NFD.String(in)} {
			got, ok := Expand(word)
			if got != want || ok != (want != "") {
				t.Errorf("Expand(%q) = %q, %v; want %q", word, got, ok, want)
			}
		}
	}
}

func TestShorten(t *testing.T) {
	for in, want := range map[string]string{
		"ủy ban nhân dân thành phố":      "ubnd/4",
		"ủy ban":                         "/0",
		"ủy ban kiểm tra trung ương họp": "ubkttw/6",
		"ủy ban kiểm tra của":            "ubkt/4",
		"thành phố hồ chí minh":          "tphcm/5",
		"thành phố hà nội":               "tp/2",
		"trung ương đảng":                "tw/2",
		"quốc lộ một":                    "/0",
		"giáo dục và đào tạo":            "gd&đt/5",
		"":                               "/0",
	} {
		short, n := Shorten(strings.Fields(in))
		if got := short + "/" + string(rune('0'+n)); got != want {
			t.Errorf("Shorten(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestAbbreviationTable(t *testing.T) {
	list := Abbreviations()
	if len(list) < 80 {
		t.Fatalf("%d abbreviations", len(list))
	}
	seen := map[string]bool{}
	for _, a := range list {
		if seen[a.Short] {
			t.Errorf("%s stands twice", a.Short)
		}
		seen[a.Short] = true
		if a.Long != Normalize(a.Long) || a.Long != strings.Join(strings.Fields(a.Long), " ") {
			t.Errorf("%s: %q is not in normal form", a.Short, a.Long)
		}
		if got, ok := Expand(a.Short); !ok || got != a.Long {
			t.Errorf("Expand(%s) = %q, %v", a.Short, got, ok)
		}
		syllables := strings.Fields(a.Long)
		short, n := Shorten(syllables)
		if n == 0 {
			continue
		}
		long, ok := Expand(short)
		if !ok || long != strings.Join(syllables[:n], " ") {
			t.Errorf("Shorten(%q) = %q, %d, and that is %q", a.Long, short, n, long)
		}
		// A spelling that is read in lower case is no syllable of Vietnamese:
		// one has a vowel after at most three consonants, and at most two
		// consonants behind it.
		if shape := Fold(short); strings.ContainsAny(shape, "aeiouy") && len(shape) < 4 {
			t.Errorf("%s is read in lower case, where it may be a syllable", short)
		}
	}
}

func TestAbbreviationsDoNotAllocate(t *testing.T) {
	syllables := strings.Fields("ủy ban nhân dân thành phố hà nội")
	if n := testing.AllocsPerRun(100, func() {
		for i := range syllables {
			Shorten(syllables[i:])
			Expand(syllables[i])
		}
		Expand("UBND")
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzExpand(f *testing.F) {
	for _, a := range abbreviations {
		f.Add(a.short)
	}
	f.Fuzz(func(t *testing.T, s string) {
		long, ok := Expand(s)
		if ok != (long != "") || long != Normalize(long) {
			t.Fatalf("Expand(%q) = %q, %v", s, long, ok)
		}
	})
}
