package bot

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/vi"
	"trichdan/index"
)

// texts are the words of a language by name.
func texts(t *testing.T, w *words) map[string]string {
	t.Helper()
	found := map[string]string{}
	v := reflect.ValueOf(*w)
	for _, field := range reflect.VisibleFields(v.Type()) {
		if field.Anonymous { // its own fields are visible too
			continue
		}
		name := field.Name
		switch f := v.FieldByIndex(field.Index); f.Kind() {
		case reflect.String:
			found[name] = f.String()
		case reflect.Func:
			if f.IsNil() {
				t.Errorf("%s is missing", name)
			}
		default:
			t.Errorf("%s is a %s", name, f.Kind())
		}
	}
	return found
}

var verb = regexp.MustCompile(`%[^%]`)

// The languages say the same things, with the same values put in.
func TestWords(t *testing.T) {
	first, second := texts(t, &vietnamese), texts(t, &english)
	if len(first) < 20 {
		t.Fatalf("only %d texts", len(first))
	}
	for name, text := range first {
		other := second[name]
		if strings.TrimSpace(text) == "" || strings.TrimSpace(other) == "" {
			t.Errorf("%s is %q and %q", name, text, other)
		}
		if a, b := verb.FindAllString(text, -1), verb.FindAllString(other, -1); !slices.Equal(a, b) {
			t.Errorf("%s takes %q in Vietnamese and %q in English", name, a, b)
		}
		for _, s := range []string{text, other} {
			if strings.ContainsAny(s, "!<>*_`") && !strings.HasSuffix(name, "Args") {
				t.Errorf("%s has markup or shouts: %q", name, s)
			}
			if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.So, r) }) && !strings.HasSuffix(name, "Button") {
				t.Errorf("%s has a symbol: %q", name, s)
			}
		}
	}
	for _, same := range []string{"failed", "nothing", "empty", "tooSlow", "noArticles"} {
		if first[same] == second[same] {
			t.Errorf("%s is not translated: %q", same, first[same])
		}
		if !vi.HasDiacritics(first[same]) || vi.HasDiacritics(second[same]) {
			t.Errorf("%s is in the wrong language: %q, %q", same, first[same], second[same])
		}
	}
}

// Commands that a text names exist.
func TestCommandsInWords(t *testing.T) {
	known := map[string]bool{}
	for _, c := range commands() {
		known[c.name], known[c.alias] = true, true
	}
	named := regexp.MustCompile(`(?:^|\s)/(\pL+)`)
	for lang, w := range catalogues {
		for name, text := range texts(t, w) {
			for _, m := range named.FindAllStringSubmatch(text, -1) {
				if !known[m[1]] {
					t.Errorf("%s, %s names /%s", lang, name, m[1])
				}
			}
		}
	}
}

func TestWordsOf(t *testing.T) {
	for lang, want := range map[chat.Lang]*words{"": &vietnamese, "vi": &vietnamese, "en": &english, "fr": &vietnamese} {
		if wordsOf(lang) != want {
			t.Errorf("%q speaks another language", lang)
		}
	}
}

func TestSource(t *testing.T) {
	for _, c := range []struct {
		outlet string
		date   corpus.Date
		vi, en string
	}{
		{"Kinh tế & Đô thị", corpus.Date{Year: 2022, Basis: corpus.Inferred}, "Kinh tế & Đô thị, 2022 (ngày không nêu)", "Kinh tế & Đô thị, 2022 (day not given)"},
		{"VOV", corpus.Date{Year: 2022, Basis: corpus.Stated}, "VOV, 2022 (ngày không nêu)", "VOV, 2022 (day not given)"},
		{"VOV", corpus.Date{Year: 2022, Month: 4, Basis: corpus.Stated}, "VOV, 4/2022 (ngày không nêu)", "VOV, 2022-04 (day not given)"},
		{"VOV", corpus.Date{Year: 2022, Month: 1, Day: 8, Basis: corpus.Stated}, "VOV, 8/1/2022", "VOV, 2022-01-08"},
		{"VOV", corpus.Date{Year: 2022, Month: 1, Day: 8, Basis: corpus.Inferred}, "VOV, 8/1/2022 (ngày suy ra)", "VOV, 2022-01-08 (date inferred)"},
		{"VOV", corpus.Date{}, "VOV, ngày không nêu", "VOV, date not given"},
		{"", corpus.Date{}, "không rõ nguồn, ngày không nêu", "source unknown, date not given"},
		{"", corpus.Date{Year: 2024, Month: 12, Day: 1, Basis: corpus.Stated}, "không rõ nguồn, 1/12/2024", "source unknown, 2024-12-01"},
	} {
		if got := vietnamese.source(c.outlet, c.date); got != c.vi {
			t.Errorf("%q, want %q", got, c.vi)
		}
		if got := english.source(c.outlet, c.date); got != c.en {
			t.Errorf("%q, want %q", got, c.en)
		}
	}
}

func TestFilterNotesWording(t *testing.T) {
	both := []index.Filter{{Text: "tháng 4/2022"}, {Text: "Nhân Dân", Outlet: "Nhân Dân"}}
	if n := vietnamese.filterNotes(nil, nil); n != nil {
		t.Errorf("notes %q of no filter", n)
	}
	if n := vietnamese.filterNotes(both, nil); !slices.Equal(n, []string{"Lọc: tháng 4/2022 · Nhân Dân"}) {
		t.Errorf("%q", n)
	}
	for lang, w := range catalogues {
		n := w.filterNotes(nil, both)
		if len(n) != 1 || !strings.Contains(n[0], "tháng 4/2022 · Nhân Dân") || n[0] == w.filterNotes(both, nil)[0] {
			t.Errorf("%s: %q", lang, n)
		}
		if n := w.filterNotes(both[1:], both[:1]); len(n) != 2 || !strings.Contains(n[0], "tháng 4/2022") || strings.Contains(n[0], "Nhân Dân") || !strings.Contains(n[1], "Nhân Dân") {
			t.Errorf("%s: one kept, one dropped: %q", lang, n)
		}
	}
}

func TestCitationWording(t *testing.T) {
	c := Citation{N: 2, Sources: 1, link: "https://example.org/a#x", Citation: corpus.Citation{Title: "Tít", Outlet: "VOV", URL: "https://example.org/a", Quote: "Câu."}}
	got := vietnamese.citation(c)
	if got.N != 2 || got.Title != "Tít" || got.Sources != "" || got.Link != c.link || got.LinkText != "Đọc bài" || got.Source != "VOV, ngày không nêu" || got.Quote != "Câu." {
		t.Errorf("%+v", got)
	}
	c.link, c.TitleDerived, c.Sources = "", true, 3
	got = vietnamese.citation(c)
	if got.Link != "" || got.LinkText != "" || got.Title != "Tít (bài không có tít)" || got.Sources != "3 nguồn" {
		t.Errorf("%+v", got)
	}
	if got := english.citation(c); got.Title != "Tít (no headline)" || got.Sources != "3 sources" {
		t.Errorf("%+v", got)
	}
}
