package vi

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestFromKeys(t *testing.T) {
	for word, want := range map[string]string{
		// Telex: the tone at the end, behind its vowel, and in between.
		"thanhf": "thành", "thafnh": "thành", "uyr": "ủy", "hoaf": "hòa", "gif": "gì", "quaf": "quà", "khoer": "khỏe",
		// Doubled letters and w, typed at once or later, alone or for both of ươ.
		"phoos": "phố", "tuaanf": "tuần", "tuanaf": "tuần", "dduowngf": "đường", "dduwowngf": "đường", "duongwfd": "đường",
		"nhuwngx": "những", "nhwngx": "những", "thuowr": "thuở", "giuwax": "giữa", "quoocs": "quoóc quốc", "trawngs": "trắng",
		// VNI, in any order.
		"tha2nh": "thành", "thanh2": "thành", "d9uo7ng2": "đường", "d9u7o7ng2": "đường", "duong972": "đường", "tua6n2": "tuần", "tra8ng1": "trắng",
		// Half taken.
		"thànhf": "thành", "đuowng": "đương", "đươngf": "đường", "đươwngf": "đường", "Đa6t1": "đất",
		// Capitals.
		"DDUWOWCJ": "được", "Thanhf": "thành",
		// Words of other languages, abbreviations and numbers.
		"covid": "", "tesla": "", "google": "", "messi": "", "boss": "", "world": "", "cup": "", "hanoi": "", "facebook": "",
		"5g": "", "q1": "", "t2": "", "u23": "", "win10": "", "2022": "", "h5n1": "", "asean": "", "wto": "", "": "", "f": "",
		// No syllable ends so, or has that tone.
		"catf": "", "catr": "", "thahsn": "", "thàsnhf": "", "thanhfs": "",
		"thanh": "", "thành": "", "nghiêngnghiêngf": "",
		// What a foreign word may be by chance is left to the words beside it.
		"max": "mã", "moon": "môn", "as": "á", "a3": "ả",
	} {
		got := FromKeys(word)
		slices.Sort(got)
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %q, want %q", word, s, want)
		}
	}
}

// syllables draws a well-formed syllable.
func syllables() *rapid.Generator[string] {
	var all []string
	for _, folded := range strings.Fields("thanh pho duong uy tuan quoc nguyen gi gieng hoa khoe khuya nghieng tien trang a yeu muon uoc thuo xoong huynh") {
		all = append(all, Spellings(folded)...)
	}
	slices.Sort(all)
	return rapid.SampledFrom(all)
}

// TestFromKeysFinds: however the keys of a syllable are left in it, it is found.
func TestFromKeysFinds(t *testing.T) {
	telex := map[rune]string{'\u0300': "f", '\u0301': "s", '\u0309': "r", '\u0303': "x", '\u0323': "j", '\u0306': "w", '\u031B': "w"}
	vni := map[rune]string{'\u0300': "2", '\u0301': "1", '\u0309': "3", '\u0303': "4", '\u0323': "5", '\u0302': "6", '\u031B': "7", '\u0306': "8"}
	rapid.Check(t, func(t *rapid.T) {
		want := syllables().Draw(t, "syllable")
		keys := telex
		if rapid.Bool().Draw(t, "vni") {
			keys = vni
		}
		typed, late, letter := "", "", ""
		for _, r := range norm.NFD.String(want) {
			key, ok := keys[r]
			switch {
			case r == 'đ' && keys['\u0302'] == "":
				typed, key = typed+"d", "d"
			case r == 'đ':
				typed, key = typed+"d", "9"
			case !ok && isMark(r):
				key = letter // aa, ee, oo
			case !ok:
				letter = string(r)
				typed += letter
				continue
			}
			if rapid.Bool().Draw(t, "late") {
				late += key
			} else {
				typed += key
			}
		}
		typed += late
		if typed == want {
			return
		}
		if got := FromKeys(typed); !slices.Contains(got, want) {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	})
}

func TestCased(t *testing.T) {
	for _, c := range [][3]string{
		{"đường", "dduwowngf", "đường"}, {"đường", "DDUWOWNGF", "ĐƯỜNG"}, {"đường", "Dduwowngf", "Đường"},
		{"ủy", "UYr", "Ủy"}, {"á", "A1", "Á"}, {"", "A", ""}, {"á", "", "á"},
	} {
		if got := Cased(c[0], c[1]); got != c[2] {
			t.Errorf("%q as %q: %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

// FuzzFromKeys: whatever is typed, only syllables in normal form come of it.
func FuzzFromKeys(f *testing.F) {
	for _, s := range []string{"dduwowngf", "d9u7o7ng2", "thànhf", "wwwwwwwwwwww", "aaaaaaaaaaaa", "đđd9", "\xff", "ÁÁs", "quw", "giw"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		list := FromKeys(word)
		for i, s := range list {
			if !IsSyllable(s, false) || Normalize(s) != s || slices.Contains(list[:i], s) {
				t.Errorf("%q: %q", word, list)
			}
		}
	})
}
