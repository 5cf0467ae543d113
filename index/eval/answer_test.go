package eval

import (
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestContainsAnswer(t *testing.T) {
	const sentence = "Đoàn tàu  chạy được\u00a08,5 km, đến\nga Cầu Giấy lúc 9 giờ."
	for _, tt := range []struct {
		name    string
		answers []string
		want    bool
	}{
		{"as it stands", []string{"8,5 km"}, true},
		{"case", []string{"CẦU GIẤY"}, true},
		{"decomposed", []string{norm.NFD.String("Cầu Giấy")}, true},
		{"eth", []string{"ðoàn tàu", "x"}, true},
		{"capital eth", []string{"Ðoàn tàu"}, true},
		{"white space", []string{" đến  ga\t"}, true},
		{"second of two", []string{"12 km", "9 giờ"}, true},
		{"inside a syllable", []string{"ầu Gi"}, true},
		{"tone placement is not folded", []string{"Cầu Gíây"}, false},
		{"diacritics are not folded", []string{"cau giay"}, false},
		{"another number", []string{"8.5 km"}, false},
		{"none", nil, false},
		{"empty", []string{"", " "}, false},
	} {
		if got := ContainsAnswer(sentence, tt.answers); got != tt.want {
			t.Errorf("%s: ContainsAnswer(%q) = %v", tt.name, tt.answers, got)
		}
	}
	if !ContainsAnswer(norm.NFD.String(sentence), []string{"được 8,5"}) {
		t.Error("decomposed sentence: not found")
	}
}
