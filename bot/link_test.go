package bot

import (
	"fmt"
	"strings"
	"testing"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

func TestLinks(t *testing.T) {
	a := news(t, "VOV", "", "Tít", "Câu đầu ở đây.\n"+strings.Repeat("Nước sông lên chậm trong đêm ấy, ai cũng thức. ", 40)+"Câu cuối.")
	a.ID, a.Revision = "0123456789abcdef", 3
	last := vi.Span{Start: len(a.Body) - len("Câu cuối."), End: len(a.Body)}
	n := corpus.PassageAt(a, last.Start)
	if n < 2 {
		t.Fatalf("one passage only")
	}
	for _, c := range []struct{ public, url, article, quote string }{
		{"https://tin.example/bot", "https://bao.example/1", "https://tin.example/bot/a/0123456789abcdef", fmt.Sprintf("https://tin.example/bot/a/0123456789abcdef?r=3#p%d", n)},
		{"http://localhost:8080", "", "http://localhost:8080/a/0123456789abcdef", fmt.Sprintf("http://localhost:8080/a/0123456789abcdef?r=3#p%d", n)},
		{"", "", "", ""},
		{"", "https://bao.example/1?x=1", "https://bao.example/1?x=1", "https://bao.example/1?x=1#:~:text=C%C3%A2u%20cu%E1%BB%91i."},
		{"", "http://bao.example/1#muc", "http://bao.example/1#muc", "http://bao.example/1#muc:~:text=C%C3%A2u%20cu%E1%BB%91i."},
		{"", "https://bao.example/1#:~:text=cu", "https://bao.example/1#:~:text=cu", "https://bao.example/1#:~:text=C%C3%A2u%20cu%E1%BB%91i."},
		{"", "ftp://bao.example/1", "ftp://bao.example/1", "ftp://bao.example/1"},
	} {
		a.URL = c.url
		to := links{public: c.public}
		if got := to.article(a); got != c.article {
			t.Errorf("article: %s, want %s", got, c.article)
		}
		if got := to.quote(a, last); got != c.quote {
			t.Errorf("quote: %s, want %s", got, c.quote)
		}
	}
}

// Everything that is cited or listed leads to the page, or to the place in the
// publisher's.
func TestLinksInMessages(t *testing.T) {
	var articles []*corpus.Article
	for i, a := range townNews(t) {
		a.URL = fmt.Sprintf("https://bao.example/%d", i)
		articles = append(articles, a)
	}
	l := newLibrary(t, articles...)
	for _, public := range []string{"", "https://tin.example"} {
		l.bot = New(l.index, l.store, Options{PublicURL: public, Now: l.bot.now})
		for _, text := range []string{"/hoi Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?", "/bai 1", "/moi", "/tomtat", "/hoi Ai đặt tên cho cầu Đá Bạc từ thời nhà Nguyễn?"} {
			m := say(t, l.bot, here, "", text)
			if len(m.Citations)+len(m.Links) == 0 {
				t.Errorf("%s: %+v", text, m)
			}
			linked := 0
			for _, c := range m.Citations {
				if c.Link == "" { // that of the next one is the same
					continue
				}
				linked++
				if want := (links{public: public}).quote(findArticle(t, l, c.ArticleID), c.Span); c.Link != want || public == "" && !strings.Contains(c.Link, "#:~:text=") {
					t.Errorf("%s: %s, want %s", text, c.Link, want)
				}
			}
			if len(m.Citations) > 0 && linked == 0 {
				t.Errorf("%s: no link", text)
			}
			for _, x := range m.Links {
				if want := (links{public: public}).article(findArticle(t, l, x.ArticleID)); x.URL != want {
					t.Errorf("%s: %s, want %s", text, x.URL, want)
				}
			}
		}
	}
}
