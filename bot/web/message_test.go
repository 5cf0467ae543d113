package web_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
	"trichdan/bot/web"
	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// cite quotes a sentence of the ferry, in a passage that is not the first.
func cite(t *testing.T, s *site, n int, quote, mark string) chat.Citation {
	t.Helper()
	a, err := s.store.Article(t.Context(), ferry.ID)
	if err != nil {
		t.Fatal(err)
	}
	start := strings.Index(a.Body, quote)
	c := chat.Citation{N: n, Source: "Báo Bến & Bãi, 7/5/2024", LinkText: "Đọc bài", Link: a.URL}
	c.Citation = corpus.Cite(a, vi.Span{Start: start, End: start + len(quote)})
	if mark != "" {
		c.Mark.Start = strings.Index(quote, mark)
		c.Mark.End = c.Mark.Start + len(mark)
	}
	return c
}

// TestMessage: every part of a message is on the page.
func TestMessage(t *testing.T) {
	s := newSite(t, nil)
	m := chattest.Answered()
	m.Notice = "Đã ghi."
	m.Citations[0] = cite(t, s, 1, ferrySentences[7], "14 áo phao")
	m.Citations[0].Sources = "2 nguồn"
	m.Citations[0].Link = ferry.URL + "#:~:text=14"
	m.Citations = append(m.Citations, chat.Citation{N: 3, Citation: corpus.Citation{ArticleID: ferry.ID, Revision: 1, Quote: "Còn nữa."}})
	m.Links = append(m.Links, chat.Link{N: 5, ArticleID: "cho-hom", Title: "Chợ hôm", URL: "https://cho.example/hom"},
		chat.Link{N: 6, ArticleID: "pha-song-mo", Title: "Phà", URL: "https://trich.example/a/pha-song-mo"})
	s.reply = func(context.Context) (chat.Message, error) { return m, nil }
	d := get(t, s, "/?q=xe")
	main := one(t, d.root, tag("main"))

	for _, part := range []string{
		"Lọc: tháng 5/2023", "Trả lời", "Cầu dài 1,2 km và có sáu làn xe.", "Có hai bài nói về cây cầu này.",
		"[1] Phà sông Mơ chạy lại <sau> lũ Báo Bến & Bãi, 7/5/2024 · 2 nguồn", "[…] Xe tải chưa được qua lại trên đó. […]",
		"Gần nhất:", "3. Xe buýt đổi tuyến Báo Phường, 2022", "4. Chợ đêm bên sông Báo Phường, 2021", "5. Chợ hôm Bài gốc", "6. Phà Trang 1/3", "Đã ghi.",
	} {
		if got := words(main); !strings.Contains(got, part) {
			t.Errorf("not on the page: %s", part)
		}
	}
	var marks, links []string
	for _, n := range all(main, tag("mark")) {
		marks = append(marks, text(n))
	}
	if want := []string{"1,2 km", "14 áo phao"}; !slices.Equal(marks, want) {
		t.Errorf("marked %q, want %q", marks, want)
	}
	for _, n := range all(main, tag("a")) {
		links = append(links, words(n)+" "+attr(n, "href"))
	}
	passage := corpus.PassageAt(&ferry, m.Citations[0].Start)
	if passage == 0 {
		t.Fatal("the quote is in the first passage")
	}
	want := []string{
		"[1] #c1",
		fmt.Sprintf("Đọc đoạn [1] trong bài /a/pha-song-mo?r=1#p%d", passage), "Bài gốc trên Báo Bến & Bãi " + ferry.URL + "#:~:text=14",
		"Đọc đoạn [2] trong bài /a/bai-2?r=1", "Bài gốc https://bao.example/2", // not in the corpus
		"Đọc đoạn [3] trong bài /a/pha-song-mo?r=1#p0",
		"Xe buýt đổi tuyến https://bao.example/xe-buyt",
		"Chợ hôm /a/cho-hom", "Bài gốc https://cho.example/hom",
		"Phà /a/pha-song-mo",
		"Trang sau /?q=%2Fhoi+trang+2",
	}
	if !slices.Equal(links, want) {
		t.Errorf("links\n%s\nwant\n%s", strings.Join(links, "\n"), strings.Join(want, "\n"))
	}
	if heading := one(t, d.root, tag("h1")); words(heading) != "xe" {
		t.Errorf("under the heading %q", words(heading))
	}
}

// TestFollow: a citation leads to the passage that it quotes, of the revision
// that it quotes.
func TestFollow(t *testing.T) {
	s := newSite(t, nil)
	var m chat.Message
	for i, q := range ferrySentences {
		m.Citations = append(m.Citations, cite(t, s, i+1, q, ""))
	}
	later := ferry
	later.Body = "Tin mới đứng đầu.\n" + ferry.Body
	s.put(t, later)
	s.reply = func(context.Context) (chat.Message, error) { return m, nil }
	for _, target := range []string{"/?q=xe", "/?q=xe&l=en"} {
		d := get(t, s, target)
		figures := all(d.root, tag("figure"))
		if len(figures) != len(ferrySentences) {
			t.Fatalf("%d citations", len(figures))
		}
		for i, f := range figures {
			to, err := url.Parse(attr(all(f, tag("a"))[0], "href"))
			if err != nil {
				t.Fatal(err)
			}
			article := get(t, s, to.RequestURI())
			if got := words(one(t, article.root, id(to.Fragment))); !strings.Contains(got, ferrySentences[i]) {
				t.Errorf("%s leads to %q", ferrySentences[i], got)
			}
		}
	}
}

// TestNastyMessages: whatever articles say is text on the page, and does nothing.
func TestNastyMessages(t *testing.T) {
	s := newSite(t, func(o *web.Options) { o.Articles = broken{Articles: o.Articles} })
	var m chat.Message
	s.reply = func(context.Context) (chat.Message, error) { return m, nil }
	for _, m = range chattest.Nasty() {
		seen(t, m, harmless(t, s, "/?q=xe", 200))
	}
	rapid.Check(t, func(t *rapid.T) {
		m = chattest.Messages().Draw(t, "message")
		seen(t, m, harmless(t, s, "/?q="+url.QueryEscape("x"+chattest.Text().Draw(t, "question")), 200, 400))
	})
}

// tester is a test, or one of many of a property.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// mayBe are the elements of the page with the attributes that each may have.
var mayBe = map[string]string{
	"html": "lang", "head": "", "meta": "charset name content", "title": "", "link": "rel href type", "body": "",
	"header": "class", "main": "id", "footer": "class", "div": "class lang id", "section": "class", "article": "lang", "aside": "class",
	"h1": "", "h2": "lang", "h3": "", "p": "class lang id", "span": "class", "a": "class href hreflang lang rel aria-label",
	"form": "class role method action", "label": "for", "input": "id name type value autocomplete enterkeyhint aria-describedby", "button": "class",
	"figure": "id class", "figcaption": "", "blockquote": "lang", "bdi": "lang", "mark": "", "br": "", "ul": "class lang", "li": "", "time": "datetime",
}

// harmless gets a page and sees that it has nothing but the page's own elements,
// links that may be followed, and text that can be seen.
func harmless(t tester, s *site, target string, statuses ...int) document {
	t.Helper()
	r := request("GET", target)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	root, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil || !slices.Contains(statuses, w.Code) {
		t.Fatalf("status %d, %v", w.Code, err)
	}
	if !utf8.ValidString(w.Body.String()) {
		t.Errorf("the page is not UTF-8")
	}
	ids := map[string]bool{}
	for n := range root.Descendants() {
		switch n.Type {
		case html.TextNode:
			if strings.ContainsFunc(n.Data, chat.UnsafeRune) {
				t.Errorf("unsafe characters in %q", n.Data)
			}
		case html.CommentNode:
			t.Errorf("a comment: %q", n.Data)
		case html.ElementNode:
			allowed, ok := mayBe[n.Data]
			if !ok {
				t.Fatalf("an element %s", n.Data)
			}
			for _, a := range n.Attr {
				if !slices.Contains(strings.Fields(allowed), a.Key) {
					t.Errorf("%s has %s=%q", n.Data, a.Key, a.Val)
				}
			}
			if v := attr(n, "id"); v != "" && ids[v] {
				t.Errorf("two elements are %s", v)
			} else {
				ids[v] = true
			}
			if h := attr(n, "href"); n.Data == "a" && !strings.HasPrefix(h, "#") {
				u, err := url.Parse(h)
				if err != nil || u.User != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" || (u.Scheme == "") != (u.Host == "") {
					t.Errorf("a link to %q", h)
				}
			}
		}
	}
	return document{w, root}
}

// seen sees that the quotes of a message are on the page in full.
func seen(t tester, m chat.Message, d document) {
	t.Helper()
	if d.Code != 200 {
		return
	}
	got := text(all(d.root, tag("main"))[0])
	quotes := []string{m.Footer, m.Text}
	if m.Answer != nil {
		quotes = append(quotes, m.Answer.Text)
	}
	for _, c := range m.Citations {
		quotes = append(quotes, c.Quote)
	}
	for _, q := range quotes {
		for line := range strings.SplitSeq(chat.Clean(q), "\n") {
			if !strings.Contains(got, line) {
				t.Errorf("not on the page: %q", line)
			}
		}
	}
}
