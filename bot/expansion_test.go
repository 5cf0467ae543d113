package bot

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestExpansionNotes: what an abbreviation was taken for is said with its
// reason; that a long form was searched for by its abbreviation only where a
// quote has it.
func TestExpansionNotes(t *testing.T) {
	l := newLibrary(t,
		news(t, "Nhân Dân", "2023-03-01", "Hội ra mắt", "Hội Bạn Rùa Biển (HBRB) ra mắt ở Hòn Mây với ba chục hội viên."),
		news(t, "Tuổi Trẻ", "2023-05-01", "Rùa về biển", "Sáng qua, HBRB thả 60 con rùa về biển trước khi bão vào."),
		news(t, "VOV", "2023-06-01", "Hàng dừa", "Hội Bạn Rùa Biển trồng 900 cây dừa quanh bãi đẻ trứng."),
	)
	for _, c := range []struct{ question, note, quote string }{
		{"HBRB trồng bao nhiêu cây dừa?", "HBRB: hội bạn rùa biển, theo 1 bài", "900 cây dừa"},
		{"Hội Bạn Rùa Biển thả bao nhiêu con rùa về biển?", "Hội Bạn Rùa Biển: HBRB, theo 1 bài", "60 con"},
		{"Bãi đẻ trứng có bao nhiêu cây dừa?", "", "900 cây dừa"},
	} {
		r := l.ask(t, c.question)
		if r.Answer == nil || !strings.Contains(r.Answer.Text, c.quote) {
			t.Errorf("%q: answer %+v, want %q", c.question, r.Answer, c.quote)
			continue
		}
		var want []string
		if c.note != "" {
			want = []string{c.note}
		}
		if notes := vietnamese.message(r).Notes; !slices.Equal(notes, want) {
			t.Errorf("%q: notes %q, want %q", c.question, notes, want)
		}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if has := strings.Contains(string(b), `"expansions":[{"term":`); has != (c.note != "") {
			t.Errorf("%q: %s", c.question, b)
		}
	}
	r := l.ask(t, "Hội Bạn Rùa Biển trồng mấy cây dừa?")
	if len(r.Expansions) != 1 {
		t.Fatalf("expansions %+v, want one", r.Expansions)
	}
	r.Citations = slices.DeleteFunc(r.Citations, func(c Citation) bool { return strings.Contains(c.Quote, "HBRB") })
	if notes := vietnamese.message(r).Notes; len(notes) > 0 {
		t.Errorf("no quote has the abbreviation, but the notes are %q", notes)
	}
}
