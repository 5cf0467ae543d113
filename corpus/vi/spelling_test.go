package vi

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSpellings(t *testing.T) {
	for folded, want := range map[string]string{
		"ma":   "ma mà má mả mã mạ",
		"yet":  "yết yệt",
		"gi":   "gi gì gí gỉ gĩ gị",
		"giet": "giét giẹt giết giệt",
		"ghe":  "ghe ghè ghé ghẻ ghẽ ghẹ ghê ghề ghế ghể ghễ ghệ",
		"kec":  "kéc kẹc",
		"cec":  "", "nge": "", "covid": "", "dak": "", "x": "", "": "", "1": "",
	} {
		got := Spellings(folded)
		slices.Sort(got)
		list := strings.Fields(want)
		slices.Sort(list)
		if !slices.Equal(got, list) {
			t.Errorf("%q: %q, want %q", folded, got, list)
		}
	}
}

// TestSpellingsAreSyllables: all spellings are, and no other.
func TestSpellingsAreSyllables(t *testing.T) {
	for folded := range foldedRhymes {
		for _, onset := range append([]string{""}, onsets...) {
			s := foldNormal(onset) + folded
			list := Spellings(s)
			if (len(list) > 0) != IsSyllable(s, true) && onset != "đ" {
				t.Errorf("%q: %q", s, list)
			}
			for i, m := range list {
				if !IsSyllable(m, false) || Normalize(m) != m || Fold(m) != s || slices.Contains(list[:i], m) || !Extends(m, s) {
					t.Errorf("%q: %q", s, m)
				}
			}
		}
	}
}

func TestExtends(t *testing.T) {
	for _, c := range []struct {
		syllable, typed string
		want            bool
	}{
		{"đường", "duong", true}, {"đường", "dường", true}, {"đường", "đương", true}, {"đường", "đường", true}, {"đường", "đuòng", true},
		{"đường", "dướng", false}, {"dường", "đương", false}, {"đường", "dưỡng", false}, {"tan", "tân", false}, {"tần", "tăn", false},
	} {
		if got := Extends(c.syllable, c.typed); got != c.want {
			t.Errorf("%q extends %q: %v", c.syllable, c.typed, got)
		}
	}
}

func TestStrip(t *testing.T) {
	for s, want := range map[string]string{
		"Đường Lê Lợi, TP.HCM 5%": "Duong Le Loi, TP.HCM 5%", "ĐẤT": "DAT", "e\u0301m": "em", "naïve café": "naïve cafe", "": "",
	} {
		if got := Strip(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := syllables().Draw(t, "syllable")
		if Strip(s) != Fold(s) {
			t.Errorf("%q: %q", s, Strip(s))
		}
	})
}
