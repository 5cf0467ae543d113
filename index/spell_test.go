package index

import (
	"testing"

	"trichdan/corpus"
)

func TestRespell(t *testing.T) {
	m := newMemory(
		&corpus.Article{ID: "a", Body: "Cầu Long Biên được sơn lại. Cầu Long Biên dài hơn hai cây số."},
		&corpus.Article{ID: "b", Body: "Chợ nổi họp từ sáng sớm trên sông. Thuyền bán trái cây đông nhất."},
		&corpus.Article{ID: "c", Body: "Trường tiểu học mở lớp bơi miễn phí."},
		&corpus.Article{ID: "d", Body: "Trường trung học mở lớp vẽ."},
	)
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	z := newAnalyzer()
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		// Nothing to mend: all of it is in the corpus, or not looked at.
		{"cầu Long Biên", "", false},
		{"chợ nổi", "", false},
		{"", "", false},
		{"ai?", "", false},
		{"là gì", "", false},

		// One letter wrong, missing, or too many.
		{"cầu Lonh Biên", "cầu long Biên", true},
		{"cầu Longg Biên", "cầu long Biên", true},
		{"chợ nổii trên sông", "chợ nổi trên sông", true},
		{"thuyen ban traai cay", "thuyen ban trai cay", true},
		{"mở lớp bơii", "mở lớp bơi", true},

		// No known syllable is near, or too many are unknown.
		{"xyzzy", "", false},
		{"longg biênn sơnn cầuu", "", false},
		{"quyết định số 99-QĐ/XX", "", false},
	} {
		q := parse(z, c.in, nil, testNow, true)
		got, ok, err := x.Respell(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if got != c.want || ok != c.ok {
			t.Errorf("%q: %q, %v, want %q, %v", c.in, got, ok, c.want, c.ok)
		}
		if ok && len(ask(t, x, got)) == 0 {
			t.Errorf("%q was mended to %q, which finds nothing", c.in, got)
		}
	}
}
