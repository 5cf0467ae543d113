package source

import (
	"context"
	"strings"
	"testing"
)

// TestShortPage: a page of a few sentences has the paragraphs that it shows.
func TestShortPage(t *testing.T) {
	const one, two = "Hội diều làng Mơ năm nay có 45 đội, khai mạc ngày 10/5.", "Giải nhất về tay đội xóm Bến với con diều dài 7 m."
	want := one + "\n" + two
	for name, page := range map[string]string{
		"article":           "<html><head><title>Hội diều làng Mơ</title></head><body><article><h1>Hội diều làng Mơ</h1>\n<p>" + one + "</p>\n<p>" + two + "</p></article></body></html>",
		"no white space":    "<body><h1>Hội diều làng Mơ</h1><p>" + one + "</p><p>" + two + "</p></body>",
		"script":            "<body><article><h1>Hội diều làng Mơ <img src=x onerror=alert(3)></h1><p>" + one + "</p><script>document.write('<p>chèn</p>')</script><p>" + two + "<script>x()</script></p></article></body>",
		"menu":              "<body><nav><a href=/>Trang chủ</a></nav><h1>Hội diều làng Mơ</h1><p>" + one + "</p><p>" + two + "</p><footer>Tòa soạn</footer></body>",
		"divisions":         "<body><div><div>" + one + "</div><div>" + two + "</div></div></body>",
		"line":              "<body><p>" + one + "<br>" + two + "</p></body>",
		"very short":        "<body><article><h1>Hội diều</h1><p>" + one + "</p><p>" + two + "</p></article></body>",
		"words in elements": "<body><p>Hội <b>diều</b> làng Mơ năm nay có 45 đội, khai mạc <i>ngày 10/5</i>.</p><p>" + two + "</p></body>",
	} {
		articles, failures := Recognise(context.Background(), "a.html", []byte(page))
		if len(failures) > 0 || len(articles) != 1 {
			t.Errorf("%s: %d articles, %v", name, len(articles), failures)
			continue
		}
		if got := articles[0].Body; got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestJoined(t *testing.T) {
	for _, c := range []struct {
		parts, whole string
		want         []int
	}{
		{"ab cd", "abcd", []int{0, 1}},
		{"a ab cd", "abcd", []int{1, 2}},
		{"abc ab cd", "abcd", []int{1, 2}},       // not the first that fits, but one with which the rest does
		{"t ab cd", "abcdtabcd", []int{0, 1, 2}}, // twice
		{"ab x cd", "abcd", []int{0, 2}},
		{"cd ab", "abcd", []int{0, 1}},
		{"ab", "abcd", nil},
		{"a a a a a", "aaab", nil},
		{"a a", "aa", []int{0}},
	} {
		got := joined(strings.Fields(c.parts), c.whole)
		if len(got) != len(c.want) {
			t.Errorf("%s in %s: %v, want %v", c.whole, c.parts, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s in %s: %v, want %v", c.whole, c.parts, got, c.want)
			}
		}
	}
}
