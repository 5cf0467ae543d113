package eval

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseLeftovers(t *testing.T) {
	for s, want := range map[string]Leftovers{
		"33":       {Share: 0.33},
		"100:vni":  {Share: 1, Method: "vni"},
		"1:telex":  {Share: 0.01, Method: "telex"},
		"0":        {},
		"101":      {},
		"":         {},
		"33:":      {},
		"33:viqr":  {},
		"telex:33": {},
	} {
		got, err := ParseLeftovers(s)
		if got != want || (err == nil) != (want.Share > 0) {
			t.Errorf("%q: %+v, %v, want %+v", s, got, err, want)
		}
	}
}

// TestSpoil: each way to leave keys comes up, and nothing else.
func TestSpoil(t *testing.T) {
	for method, want := range map[string][]string{
		"telex": {"dduwowngf,", "dduwowfng,", "dduowngf,", "duongdwwf,", "duonfgdww,", "dduơngf,", "ddươngf,", "ddươfng,", "dươngdf,", "dươfngd,", "duwowngdf,", "duowfngdw,", "duofngdww,"},
		"vni":   {"d9u7o7ng2,", "d9u7o72ng,", "d9ương2,", "d9ươ2ng,", "duong9772,", "duo2ng977,", "dương92,", "dươ2ng9,"},
	} {
		seen := map[string]bool{}
		for id := range 200 {
			q := Query{ID: string(rune('A' + id)), Text: "con đường, 5G"}
			l := Leftovers{Share: 1, Method: method}
			first, rest, _ := strings.Cut(l.Spoil(q), " ")
			word, last, _ := strings.Cut(rest, " ")
			if first != "con" || last != "5G" {
				t.Fatalf("%s: words without marks became %q, %q", method, first, last)
			}
			seen[word] = true
			if again := l.Spoil(q); again != "con "+word+" 5G" {
				t.Fatalf("not the same twice: %q", again)
			}
		}
		n := 0
		for _, w := range want {
			if seen[w] {
				n++
				delete(seen, w)
			}
		}
		if len(seen) > 0 || n < 6 {
			t.Errorf("%s: %d of the ways, and %v", method, n, seen)
		}
	}
	if got := (Leftovers{}).Spoil(Query{ID: "q", Text: "con đường"}); got != "con đường" {
		t.Errorf("spoiled nothing: %q", got)
	}
}

func TestSpoilProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := Query{ID: rapid.String().Draw(t, "id"), Text: rapid.StringMatching(`[a-z]{1,6}( [a-z0-9]{1,6}){0,5}`).Draw(t, "text")}
		l := Leftovers{Share: rapid.Float64Range(0, 1).Draw(t, "share")}
		if got := l.Spoil(q); got != q.Text {
			t.Errorf("%q has no marks and became %q", q.Text, got)
		}
	})
}
