package sample_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"

	"trichdan/corpus/sample"
)

// article is the least that a reader must find in a file.
type article struct {
	file string
	body string

	Title, Lead, Outlet, Author, Published, URL string
	Tags                                        []string
}

func articles(t *testing.T) []article {
	t.Helper()
	names, err := fs.Glob(sample.FS, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []article
	for _, name := range names {
		data, err := sample.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.SplitN(string(data), "---\n", 3)
		if len(parts) != 3 || parts[0] != "" {
			t.Fatalf("%s: no front matter", name)
		}
		a := article{file: name, body: strings.TrimSpace(parts[2])}
		dec := yaml.NewDecoder(bytes.NewReader([]byte(parts[1])))
		dec.KnownFields(true)
		if err := dec.Decode(&a); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, a)
	}
	if len(all) < 14 {
		t.Fatalf("%d articles, want at least 14", len(all))
	}
	return all
}

func TestArticles(t *testing.T) {
	titles := map[string]string{}
	for _, a := range articles(t) {
		for name, value := range map[string]string{"title": a.Title, "lead": a.Lead, "outlet": a.Outlet, "author": a.Author} {
			if value == "" {
				t.Errorf("%s: no %s", a.file, name)
			}
			if !norm.NFC.IsNormalString(value) {
				t.Errorf("%s: %s is not NFC", a.file, name)
			}
		}
		if other, dup := titles[a.Title]; dup {
			t.Errorf("%s: same title as %s", a.file, other)
		}
		titles[a.Title] = a.file
		day, err := time.Parse(time.DateOnly, a.Published)
		if err != nil || day.Year() < 2021 || day.Year() > 2024 {
			t.Errorf("%s: published %q, want a day from 2021 to 2024", a.file, a.Published)
		}
		if !strings.HasPrefix(a.file, a.Published+"-") {
			t.Errorf("%s: published %s, want the date in the file name", a.file, a.Published)
		}
		if len(a.Tags) == 0 {
			t.Errorf("%s: no tags", a.file)
		}
		if a.URL != "" {
			t.Errorf("%s: url %q, but no page of the sample is online", a.file, a.URL)
		}
		if n := len(strings.Fields(a.body)); n < 180 || n > 350 {
			t.Errorf("%s: %d syllables, want 180 to 350", a.file, n)
		}
		paragraphs := strings.Split(a.body, "\n\n")
		if n := len(paragraphs); n < 4 || n > 8 {
			t.Errorf("%s: %d paragraphs, want 4 to 8", a.file, n)
		}
		for _, p := range paragraphs {
			if strings.ContainsAny(p, "\n\r\t\u00a0\u200b") || p != strings.TrimSpace(p) {
				t.Errorf("%s: stray white space in %q", a.file, p)
			}
			if !strings.ContainsAny(p[len(p)-1:], ".?") {
				t.Errorf("%s: paragraph has no full stop: %q", a.file, p)
			}
		}
		if !norm.NFC.IsNormalString(a.body) {
			t.Errorf("%s: body is not NFC", a.file)
		}
		if strings.ContainsAny(a.Title+a.Lead+a.body, "Ðð") {
			t.Errorf("%s: eth in place of đ", a.file)
		}
	}
}

// TestQuestions keeps each question together with the words that answer it:
// they must stand in one sentence of one article.
func TestQuestions(t *testing.T) {
	answers := map[string][]string{
		"GRDP quý I/2022 của Hà Nội tăng bao nhiêu?":                 {"2022-04-08-sinh-hoat-chi-bo.md", "GRDP", "quý I/2022", "5,83%"},
		"bi thu quan uy tay ho la ai":                                {"2022-04-08-sinh-hoat-chi-bo.md", "Lê Thị Thu Hằng", "Bí thư Quận ủy Tây Hồ"},
		"Luật Thủ đô mới có hiệu lực từ ngày nào?":                   {"2024-06-28-luat-thu-do.md", "Luật Thủ đô mới có hiệu lực", "1/1/2025"},
		"Đường Vành đai 4 có tổng mức đầu tư bao nhiêu?":             {"2023-06-25-vanh-dai-4.md", "đường Vành đai 4", "85.813 tỷ đồng"},
		"SEA Games 31 khai mạc ở đâu?":                               {"2022-05-23-sea-games-31.md", "SEA Games 31 khai mạc", "sân vận động Mỹ Đình"},
		"Vì sao SEA Games 31 bị lùi sang năm 2022?":                  {"2022-05-23-sea-games-31.md", "SEA Games 31 bị lùi", "Vì dịch Covid-19"},
		"Bộ Chính trị ban hành nghị quyết nào về phát triển Thủ đô?": {"2022-05-06-nghi-quyet-15.md", "Bộ Chính trị ban hành", "15-NQ/TW", "phát triển Thủ đô"},
		"BTV Thành ủy tự chỉ ra bao nhiêu hạn chế?":                  {"2024-01-09-hoi-nghi-lan-thu-16.md", "Ban Thường vụ Thành ủy tự chỉ ra", "13 hạn chế"},
		"Tháng 6/2024 Quốc hội thông qua luật gì?":                   {"2024-06-28-luat-thu-do.md", "Quốc hội", "thông qua Luật Thủ đô"},
		"Ai là người phụ nữ đầu tiên đứng đầu Đảng bộ Hà Nội?":       {"2024-07-17-bi-thu-thanh-uy.md", "Bùi Thị Minh Hoài", "người phụ nữ đầu tiên"},
	}
	texts := map[string]string{}
	for _, a := range articles(t) {
		texts[a.file] = a.Lead + "\n" + a.body
	}
	questions := sample.Questions()
	if len(questions) != 10 {
		t.Fatalf("%d questions, want 10", len(questions))
	}
	var plain int
	seen := map[string]bool{}
	for _, q := range questions {
		if seen[q] {
			t.Errorf("%q is there twice", q)
		}
		seen[q] = true
		if strings.IndexFunc(q, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
			plain++
		}
		want, ok := answers[q]
		if !ok {
			t.Errorf("%q has no answer in this test", q)
			continue
		}
		if !inOneSentence(texts[want[0]], want[1:]) {
			t.Errorf("%q: no sentence of %s holds all of %q", q, want[0], want[1:])
		}
	}
	if plain == 0 {
		t.Error("no question is typed without diacritics")
	}
}

func inOneSentence(text string, words []string) bool {
	// A full stop before a space or a line end: numbers keep theirs.
	for _, s := range strings.Split(strings.ReplaceAll(text, "\n", " "), ". ") {
		all := true
		for _, w := range words {
			all = all && strings.Contains(s, w)
		}
		if all {
			return true
		}
	}
	return false
}
