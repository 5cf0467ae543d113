package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"trichdan/bot/chattest"
	"trichdan/corpus"
	"trichdan/corpus/store"
)

// shown is the text of an article as its page has it, without line breaks.
func shown(d document) string {
	var b strings.Builder
	for _, p := range all(d.root, func(n *html.Node) bool { return n.Data == "p" && class("passage")(n.Parent) }) {
		b.WriteString(text(p))
	}
	return b.String()
}

func TestArticle(t *testing.T) {
	s := newSite(t, nil)
	other := ferry
	other.ID, other.URL, other.Outlet = "pha-song-mo-2", "https://khac.example/pha", "Tin Khác"
	other.Body = strings.Replace(other.Body, "4.000", "4.500", 1)
	s.put(t, other)

	d := get(t, s, "/a/pha-song-mo?r=1")
	if d.Code != 200 {
		t.Fatalf("status %d", d.Code)
	}
	article := one(t, d.root, tag("article"))
	for _, part := range []string{
		"Báo Bến & Bãi", "Phà sông Mơ chạy lại <sau> lũ", "Tác giả: Lê Thử", "7/5/2024 (ngày suy ra)", "Bài gốc trên Báo Bến & Bãi",
		"Chú thích ảnh", "Phà số 2 cập bến sáng 7/5.", "Từ khóa", "giao thông", "sông <Mơ>",
	} {
		if !strings.Contains(words(article), part) {
			t.Errorf("not on the page: %s", part)
		}
	}
	if got := words(one(t, d.root, tag("title"))); got != "Phà sông Mơ chạy lại <sau> lũ · Trích dẫn" {
		t.Errorf("title %q", got)
	}
	if got := attr(one(t, article, tag("time")), "datetime"); got != "2024-05-07" {
		t.Errorf("time %q", got)
	}
	if attr(article, "lang") != "vi" {
		t.Error("the article is not said to be Vietnamese")
	}
	publisher := one(t, article, func(n *html.Node) bool { return attr(n, "href") == ferry.URL })
	if !strings.Contains(attr(publisher, "rel"), "noopener") {
		t.Errorf("the publisher's link is %q", attr(publisher, "rel"))
	}
	if lead := one(t, article, class("lead")); text(lead) != ferryLead {
		t.Errorf("lead %q", text(lead))
	}
	var neighbours []string
	for _, a := range all(one(t, d.root, class("links")), tag("a")) {
		neighbours = append(neighbours, attr(a, "href"))
	}
	if got := strings.Join(neighbours, " "); got != "/a/pha-song-mo-2 https://khac.example/pha" {
		t.Errorf("the same story elsewhere: %s", got)
	}

	english := get(t, s, "/a/pha-song-mo?l=en")
	for _, part := range []string{"By Lê Thử", "2024-05-07 (date inferred)", "Original article at Báo Bến & Bãi", "The same story elsewhere"} {
		if !strings.Contains(words(english.root), part) {
			t.Errorf("not on the English page: %s", part)
		}
	}
}

// TestSparseArticle: what is not known is said to be unknown.
func TestSparseArticle(t *testing.T) {
	s := newSite(t, nil)
	d := get(t, s, "/a/cho-hom")
	if got := words(one(t, d.root, tag("article"))); got != "không rõ nguồn Chợ hôm dời sang phố Lụa ngày không nêu Chợ hôm dời sang phố Lụa từ tuần tới." {
		t.Errorf("got %q", got)
	}
	for _, tt := range []struct {
		change func(*corpus.Article)
		want   string
	}{
		{func(a *corpus.Article) { a.TitleDerived = true }, "Bài không có tít; dòng trên lấy từ đầu bài."},
		{func(a *corpus.Article) { a.Title = "" }, "(không có tiêu đề)"},
		{func(a *corpus.Article) { a.Published = corpus.Date{Year: 2023} }, "2023 (ngày không nêu)"},
		{func(a *corpus.Article) { a.Published = corpus.Date{Year: 2023, Month: 4} }, "4/2023 (ngày không nêu)"},
		{func(a *corpus.Article) { a.Published = corpus.Date{Year: 2023, Month: 4, Day: 1, Basis: corpus.Stated} }, "1/4/2023"},
		{func(a *corpus.Article) { a.URL = "javascript:alert(1)" }, "javascript:alert(1)"},
		{func(a *corpus.Article) { a.URL = "https://cho.example" }, "Bài gốc"},
	} {
		a := market
		tt.change(&a)
		s.put(t, a)
		d := get(t, s, "/a/cho-hom")
		if !strings.Contains(words(one(t, d.root, tag("article"))), tt.want) {
			t.Errorf("not on the page: %s", tt.want)
		}
		for _, link := range all(d.root, tag("a")) {
			if strings.HasPrefix(attr(link, "href"), "javascript") || strings.Contains(attr(link, "href"), "unsafe") {
				t.Errorf("a link to %s", attr(link, "href"))
			}
		}
	}
}

// TestRevisions: each revision is shown as it was, an old one with a way to the
// current one; nothing of a withdrawn article is.
func TestRevisions(t *testing.T) {
	s := newSite(t, nil)
	second := market
	second.Body = "Chợ hôm ở lại phố Gạo."
	s.put(t, second)
	for _, tt := range []struct {
		target string
		status int
		says   []string
		body   string
		onward string
	}{
		{"/a/cho-hom", 200, nil, second.Body, ""},
		{"/a/cho-hom?r=", 200, nil, second.Body, ""},
		{"/a/cho-hom?r=2", 200, nil, second.Body, ""},
		{"/a/cho-hom?r=1", 200, []string{"bản cũ của bài (bản 1)", "nay là bản 2"}, market.Body, "/a/cho-hom?r=2"},
		{"/a/cho-hom?r=1&l=en", 200, []string{"old revision", "the current one is 2"}, market.Body, "/a/cho-hom?l=en&r=2"},
		{"/a/cho-hom?r=3", 404, []string{"không có bản 3"}, "", "/a/cho-hom?r=2"},
		{"/a/cho-hom?r=0", 404, []string{"không có bản 0"}, "", "/a/cho-hom?r=2"},
		{"/a/cho-hom?r=-1", 404, []string{"không có bản -1"}, "", "/a/cho-hom?r=2"},
		{"/a/cho-hom?r=x%00y", 404, []string{"không có bản x\ufffdy"}, "", "/a/cho-hom?r=2"},
		{"/a/none", 404, []string{"Không có bài này"}, "", ""},
		{"/a/none?l=en", 404, []string{"There is no such article"}, "", ""},
		{"/a/", 404, []string{"Không có trang này"}, "", ""},
		{"/a/x/y", 404, []string{"Không có trang này"}, "", ""},
		{"/elsewhere", 404, []string{"Không có trang này"}, "", ""},
	} {
		d := get(t, s, tt.target)
		if d.Code != tt.status || shown(d) != tt.body {
			t.Errorf("%s: status %d, %q", tt.target, d.Code, shown(d))
		}
		for _, part := range tt.says {
			if !strings.Contains(words(d.root), part) {
				t.Errorf("%s: not on the page: %s", tt.target, part)
			}
		}
		onward := ""
		for _, a := range all(one(t, d.root, tag("main")), tag("a")) {
			if strings.Contains(attr(a, "href"), "r=2") && !class("self")(a) {
				onward = attr(a, "href")
			}
		}
		if onward != tt.onward {
			t.Errorf("%s: leads on to %q, want %q", tt.target, onward, tt.onward)
		}
	}

	if _, err := s.store.Withdraw(t.Context(), "cho-hom"); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/a/cho-hom", "/a/cho-hom?r=1", "/a/cho-hom?r=9"} {
		d := get(t, s, target)
		if d.Code != http.StatusGone || !strings.Contains(words(d.root), "đã được gỡ") || strings.Contains(words(d.root), "Chợ") {
			t.Errorf("%s of a withdrawn article: %d, %q", target, d.Code, words(d.root))
		}
	}
}

// TestUnchanged: what a browser has is not sent again, unless it has changed.
func TestUnchanged(t *testing.T) {
	s := newSite(t, nil)
	tag := get(t, s, "/a/cho-hom").Header().Get("ETag")
	again := func(target string) int {
		r := request("GET", target)
		r.Header.Set("If-None-Match", tag)
		return do(t, s, r).Code
	}
	if tag == "" || again("/a/cho-hom") != 304 || again("/a/cho-hom?l=en") != 200 || again("/a/pha-song-mo") != 200 {
		t.Errorf("ETag %q: %d, %d, %d", tag, again("/a/cho-hom"), again("/a/cho-hom?l=en"), again("/a/pha-song-mo"))
	}
	if _, err := s.store.Withdraw(t.Context(), "cho-hom"); err != nil {
		t.Fatal(err)
	}
	if code := again("/a/cho-hom"); code != 410 {
		t.Errorf("withdrawn: %d", code)
	}
}

// TestPassages: the passages of a page are all of the text, byte for byte, and
// each is where a link to it leads.
func TestPassages(t *testing.T) {
	s := newSite(t, nil)
	check := func(fatal func(string, ...any), a *corpus.Article) {
		d := get(t, s, "/a/"+a.ID)
		if want := strings.ReplaceAll(a.Body, "\n", ""); shown(d) != want {
			fatal("the page has\n%q, want\n%q", shown(d), want)
		}
		for _, p := range corpus.Split(a, corpus.PassageRunes) {
			passage := one(t, d.root, id(fmt.Sprintf("p%d", corpus.PassageAt(a, p.Start))))
			if words(passage) != strings.Join(strings.Fields(a.Body[p.Start:p.End]), " ") {
				fatal("passage %d is %q", p.N, words(passage))
			}
			if self, want := one(t, passage, class("self")), fmt.Sprintf("/a/%s?r=%d#p%d", a.ID, a.Revision, p.N); attr(self, "href") != want {
				fatal("passage %d leads to %q, want %q", p.N, attr(self, "href"), want)
			}
		}
	}
	stored, err := s.store.Article(t.Context(), ferry.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(corpus.Split(stored, corpus.PassageRunes)) < 3 {
		t.Fatal("the article has too few passages for this test")
	}
	check(t.Fatalf, stored)

	sentence := rapid.SampledFrom(append([]string{"Ai? “Không ai”, ông nói.", "Giá 5,83% & <b>hơn</b>.", "Tiểu mục"}, ferrySentences...))
	paragraph := rapid.Map(rapid.SliceOfN(sentence, 1, 9), func(s []string) string { return strings.Join(s, " ") })
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(paragraph, 1, 6).Draw(t, "paragraphs")
		n++
		a := corpus.Article{ID: fmt.Sprintf("bai-%d", n), Title: "Bài", Body: strings.Join(lines, "\n")}
		if rapid.Bool().Draw(t, "lead") {
			a.LeadLen = len(lines[0])
		}
		if r, err := s.store.Put(t.Context(), &a); err != nil {
			t.Fatal(err)
		} else if r.Outcome == store.Duplicate {
			return
		}
		check(t.Fatalf, &a)
	})
}

// TestNastyArticle: whatever an article says is text, and does nothing.
func TestNastyArticle(t *testing.T) {
	s := newSite(t, nil)
	text := chattest.Text()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		draw := func(what string) string { return text.Draw(t, what) }
		a := corpus.Article{
			ID: fmt.Sprintf("bai-%d", n), Title: draw("title"), Body: fmt.Sprintf("Câu %d. ", n) + draw("body"), Outlet: draw("outlet"), Author: draw("author"),
			URL: draw("URL"), Tags: []string{draw("tag")}, Captions: []string{draw("caption")},
		}
		r, err := s.store.Put(t.Context(), &a)
		if err != nil || r.Outcome == store.Duplicate {
			return
		}
		harmless(t, s, "/a/"+a.ID, 200)
	})
}

// TestLongArticle: a text of a megabyte is shown whole.
func TestLongArticle(t *testing.T) {
	s := newSite(t, nil)
	a := market
	a.ID, a.Body = "dai", strings.Repeat(strings.Join(ferrySentences, " ")+"\n", 1<<20/1200)+"Hết."
	s.put(t, a)
	if d := get(t, s, "/a/dai"); d.Code != 200 || shown(d) != strings.ReplaceAll(a.Body, "\n", "") {
		t.Errorf("status %d, %d bytes of text, want %d", d.Code, len(shown(d)), len(a.Body))
	}
}
