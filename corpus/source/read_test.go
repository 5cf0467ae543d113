package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"trichdan/corpus"
)

const story = `Xã Đông Sơn khánh thành trạm cấp nước sạch cho bốn thôn

Trạm cấp nước mới phục vụ 1.150 hộ dân, chấm dứt cảnh đi xin nước giếng khoan vào mùa khô.

Công trình do tỉnh và người dân cùng góp vốn, hết 7,2 tỷ đồng. Đường ống chính dài gần 11 km, chạy dọc đê.

Mỗi hộ trả 6.500 đồng một mét khối, thấp hơn mức chung của huyện. Hộ nghèo được miễn phí lắp đồng hồ.
`

func zip(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func toUTF16(s string, big bool) string {
	b := []byte{0xff, 0xfe}
	if big {
		b = []byte{0xfe, 0xff}
	}
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

// The same article comes out whatever it is wrapped in.
func TestEncodings(t *testing.T) {
	page := "<html><head><meta charset=\"windows-1252\"></head><body><article><h1>" +
		strings.Replace(strings.ReplaceAll(strings.TrimSpace(story), "\n\n", "</p><p>"), "</p>", "</h1>", 1) + "</p></article></body></html>"
	var want string
	for _, c := range []struct{ name, data string }{
		{"plain.txt", story},
		{"mark.txt", "\ufeff" + story},
		{"le.txt", toUTF16(story, false)},
		{"be.txt", toUTF16(story, true)},
		{"crlf.txt", strings.ReplaceAll(story, "\n", "\r\n")},
		{"zipped.txt.gz", zip(t, story)},
		{"zipped16.txt.gz", zip(t, toUTF16(story, true))},
		{"plain.md", "# " + story},
		{"crlf.md", strings.ReplaceAll("---\ntags: a\n---\n# "+story, "\n", "\r\n")},
		{"page.html", page},
		{"PAGE.HTM.gz", zip(t, page)},
		{"line.jsonl", fmt.Sprintf("{\"title\":%q,\"lead\":%q,\"body\":%q}", para(story, 0), para(story, 1), para(story, 2)+"\n"+para(story, 3))},
		{"mark.jsonl", "\ufeff" + fmt.Sprintf("{\"title\":%q,\"body\":%q,\"summary\":%q}", para(story, 0), para(story, 1)+"\n"+para(story, 2)+"\n"+para(story, 3), para(story, 1))},
		{"le.jsonl", toUTF16(fmt.Sprintf("{\"title\":%q,\"lead\":%q,\"body\":%q}\n", para(story, 0), para(story, 1), para(story, 2)+"\n"+para(story, 3)), false)},
	} {
		articles, errs := readFiles(map[string]string{c.name: c.data})
		if len(errs) > 0 || len(articles) != 1 {
			t.Errorf("%s: %v", c.name, errs)
			continue
		}
		a := articles[0]
		checkArticle(t, a)
		got := a.Title + "\n\n" + a.Lead() + "|" + a.Body
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, want)
		}
	}
	if !strings.Contains(want, para(story, 1)+"|"+para(story, 1)+"\n"+para(story, 2)) {
		t.Errorf("lead and body: %s", want)
	}
}

func para(s string, n int) string { return strings.Split(strings.TrimSpace(s), "\n\n")[n] }

// Bad files are named with their reason; the rest loads.
func TestBadFiles(t *testing.T) {
	files := map[string]string{"good.txt": story}
	want := map[string]error{}
	for _, c := range []struct {
		name, data string
		err        error
	}{
		{"empty.txt", "", ErrEmpty},
		{"blank.md", " \n\t\n", ErrEmpty},
		{"mark.txt", "\ufeff", ErrEmpty},
		{"empty.jsonl", "\n\n", ErrEmpty},
		{"empty.html", "", ErrEmpty},
		{"nul.txt", "Hà Nội\x00" + story, ErrBinary},
		{"utf16-no-mark.txt", toUTF16(story, false)[2:], ErrBinary},
		{"broken.txt", "Hà N\xf4i" + story, ErrEncoding},
		{"truncated.md", story + "\xe1\xba", ErrEncoding},
		{"broken.html", "<p>\xff\xff</p>", ErrEncoding},
		{"odd16.txt", toUTF16(story, false) + "x", ErrEncoding},
		{"surrogate16.txt", toUTF16("abc", false) + "\x00\xd8", ErrEncoding},
		{"surrogates16.txt", toUTF16("abc", true) + "\xd8\x00\xd8\x00", ErrEncoding},
		{"utf32.txt", "\xff\xfe\x00\x00a\x00\x00\x00", ErrEncoding},
		{"large.txt", strings.Repeat("a b c d.\n", maxArticle/8), ErrTooLarge},
		{"bomb.txt.gz", zip(t, strings.Repeat("a", maxArticle+1)), ErrTooLarge},
		{"notgzip.txt.gz", story, gzip.ErrHeader},
		{"cut.txt.gz", zip(t, story)[:100], nil},
		{"furniture.txt", "Trang chủ\nThời sự\n08/01/2022 10:20\nChia sẻ\nIn bài viết\nBình luận (3)\nTin liên quan\n", ErrNoText},
		{"picture.txt", "anh-1.jpg\n", ErrNoText},
		{"credit.txt", "Ảnh: Minh An\n", ErrNoText},
		{"rules.txt", "* * *\n-----\n", ErrNoText},
		{"invisible.txt", "\u200b\u200b\n\u00ad\n", ErrNoText},
		{"title.md", "---\ntitle: Chỉ có tiêu đề\n---\n", ErrNoText},
		{"yaml.md", "---\ntitle: [a\n---\nThân bài ở đây.\n", nil},
		{"yamltype.md", "---\ntitle: {a: b}\n---\nThân bài ở đây.\n", nil},
		{"menu.html", "<html><body><nav><a href=/>Trang chủ</a></nav></body></html>", ErrNoText},
	} {
		files[c.name] = c.data
		want[c.name] = c.err
	}
	articles, errs := readFiles(files)
	if len(articles) != 1 || articles[0].Path != "good.txt" {
		for _, a := range articles {
			t.Errorf("read %s: %q", a.Path, a.Body[:min(80, len(a.Body))])
		}
	}
	for _, err := range errs {
		var f Failure
		if !errors.As(err, &f) {
			t.Errorf("%v is no Failure", err)
			continue
		}
		w, ok := want[f.Path]
		if !ok || w != nil && !errors.Is(err, w) {
			t.Errorf("%v, want %v", err, w)
		}
		delete(want, f.Path)
	}
	for p := range want {
		t.Errorf("%s: no failure", p)
	}
}

func TestBadLines(t *testing.T) {
	lines := []string{
		`{"id":"a1","body":"Câu thứ nhất của bài."}`,
		`{"id":"a2","body":`,
		``,
		`{"id":"a1","body":"Trùng mã với bài đầu."}`,
		`{"id":"a3","title":"Không có thân"}`,
		`{"id":"a4","body":["không","phải","chữ"]}`,
		"{\"id\":\"a5\",\"body\":\"m\xe3 hỏng\"}",
		`{"body":"` + strings.Repeat("a ", maxArticle/2) + `"}`,
		`[1,2]`,
		`{"id":7,"body":"Mã là số, vẫn đọc được.","published":20220108,"tags":"a, b","captions":null}`,
		`{"body":"Không có mã, dùng số dòng."}`,
	}
	articles, errs := readFiles(map[string]string{"news.jsonl": strings.Join(lines, "\n")})
	var got []string
	for _, a := range articles {
		checkArticle(t, a)
		got = append(got, a.Path)
	}
	if w := "news.jsonl#a1 news.jsonl#7 news.jsonl#line 11"; strings.Join(got, " ") != w {
		t.Errorf("read %q, want %q", got, w)
	}
	got = nil
	for _, err := range errs {
		var f Failure
		if errors.As(err, &f) {
			got = append(got, strings.TrimPrefix(f.Path, "news.jsonl#line "))
		}
	}
	if w := "2 4 5 6 7 8 9"; strings.Join(got, " ") != w {
		t.Errorf("failed lines %q, want %q", got, w)
	}
	if tags := articles[1].Tags; len(tags) != 2 || tags[1] != "b" {
		t.Errorf("tags %q", tags)
	}
}

// A gzip file that ends too soon keeps the articles before the break.
func TestCutLines(t *testing.T) {
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, "{\"id\":\"n%d\",\"body\":\"Bài số %d nói về chuyện số %d.\"}\n", i, i, i*i)
	}
	z := zip(t, b.String())
	articles, errs := readFiles(map[string]string{"news.jsonl.gz": z[:len(z)/2]})
	if len(articles) < 100 || len(articles) >= 2000 || len(errs) != 1 {
		t.Errorf("%d articles, %v", len(articles), errs)
	}
}

// A consumer that stops reading stops the file.
func TestAllStops(t *testing.T) {
	fsys := fstest.MapFS{"a.jsonl": {Data: []byte(strings.Repeat("{}\n{\"body\":\"Một câu.\"}\n", 50))}}
	n := 0
	for range All(context.Background(), fsys, File{Path: "a.jsonl"}) {
		if n++; n == 3 {
			break
		}
	}
	if n != 3 {
		t.Errorf("%d", n)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var last error
	for _, err := range All(ctx, fsys, File{Path: "a.jsonl"}) {
		cancel()
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("after cancel: %v", last)
	}
}

func TestLeadOfRecord(t *testing.T) {
	for _, c := range []struct{ name, lead, body, wantLead, wantBody string }{
		{"before the body", "Mở đầu.", "Thân bài.", "Mở đầu.", "Mở đầu.\nThân bài."},
		{"already there", "Mở đầu.", "Mở đầu.\nThân bài.", "Mở đầu.", "Mở đầu.\nThân bài."},
		{"start of a paragraph", "Mở đầu.", "Mở đầu. Thân bài.", "Mở đầu.", "Mở đầu.\nThân bài."},
		{"a line each", "Một. Hai.", "Một.\nHai.\nBa.", "Một. Hai.", "Một. Hai.\nBa."},
		{"inside a word", "Mở đầ", "Mở đầu.", "Mở đầ", "Mở đầ\nMở đầu."},
		{"inside a sentence", "Mở đầu", "Mở đầu rồi đi.", "Mở đầu", "Mở đầu\nMở đầu rồi đi."},
		{"agency line", "(Dân trí) - Mở đầu.", "Thân bài.", "Mở đầu.", "Mở đầu.\nThân bài."},
		{"none", "", "Thân bài.", "", "Thân bài."},
		{"alone", "Mở đầu.", "", "Mở đầu.", "Mở đầu."},
	} {
		var b bytes.Buffer
		fmt.Fprintf(&b, `{"lead":%q,"body":%q}`, c.lead, c.body)
		articles, errs := readFiles(map[string]string{"a.jsonl": b.String()})
		if len(errs) > 0 {
			t.Errorf("%s: %v", c.name, errs)
			continue
		}
		if a := articles[0]; a.Lead() != c.wantLead || a.Body != c.wantBody {
			t.Errorf("%s: %q in %q, want %q in %q", c.name, a.Lead(), a.Body, c.wantLead, c.wantBody)
		}
	}
}

// Files of one thing repeated thousands of times come out as articles or
// failures like any other.
func TestManyParagraphs(t *testing.T) {
	const size = 1 << 14
	for _, unit := range []string{
		"a.jpg\n", "Thu Hà\n", "Ảnh: An\n", "Phản hồi\n", "x %d y z t\n", "Chú thích số %d. Ảnh: An\n", "anh.jpg\nCảnh %d.\n",
		"8/1/2022\n", "ngày 8/1/2022 ", "a.b ", "“", "năm 2022, ", "Tựa - VOV", "**_[", "- ", "NDO -\n", "Dòng %d không dấu chấm\nẢnh: B\n",
	} {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			if strings.Contains(unit, "%d") {
				fmt.Fprintf(&b, unit, i)
			} else {
				b.WriteString(unit)
			}
		}
		for _, name := range []string{"a.txt", "a.jsonl"} {
			if name == "a.jsonl" {
				line := fmt.Sprintf("{\"body\":%q}", b.String())
				b.Reset()
				b.WriteString(line)
			}
			articles, errs := readFiles(map[string]string{name: b.String()})
			if len(articles)+len(errs) != 1 {
				t.Errorf("%q: %d articles, %v", unit, len(articles), errs)
			}
			for _, a := range articles {
				checkArticle(t, a)
			}
		}
	}
}

func fuzzRead(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fsys := fstest.MapFS{name: {Data: data}}
		for a, err := range (reader{now: testNow, lineLimit: asStream}).all(context.Background(), fsys, File{Path: name}) {
			if (a == nil) == (err == nil) {
				t.Fatal("neither article nor failure, or both")
			}
			if err != nil {
				if strings.Contains(err.Error(), "reader of this kind of file failed") {
					t.Fatal(err)
				}
				continue
			}
			checkArticle(t, a)
			if a.ID != corpus.NewID(a.URL, a.Path) {
				t.Errorf("ID %s", a.ID)
			}
		}
	})
}

func FuzzPlain(f *testing.F) {
	fuzzRead(f, "a.txt", story,
		"NDO -\n\nSáng 8/1, họp.\nanh20240109.jpg\nChú thích.\nThu Hà\nTheo https://vov.vn\nPhản hồi\n",
		"Tiêu đề của bài báo\nTiêu đề của bài báo -0\nẢnh: A/B\nẢnh: A\n(TTXVN 8/1) - x./. An\n", "08/01/2022 10:20 | A\nA\u0301\u0300 - \u200b")
}

func FuzzMarkdown(f *testing.F) {
	fuzzRead(f, "a.md", "---\ntitle: A\ntags: [a, b]\nlead: Mở đầu.\n---\n# A\n\nMở đầu. *Thân* _bài_.\n\n- mục\n> trích\n",
		"---\n", "# \n===\n![a](b.jpg)\n[x](y)\n```\nmã\n```\n| a | b |\n|--|--|\n", "---\ntitle: &a [*a]\n---\nx")
}

func FuzzLines(f *testing.F) {
	fuzzRead(f, "a.jsonl", `{"id":"x","title":"T","lead":"L.","body":"L.\nB.","captions":["B."]}`+"\n{}\n", "\xff\xfe{\x00}\x00", `{"body":"a","published":"2022-01-08T10:00:00+07:00"}`)
}
