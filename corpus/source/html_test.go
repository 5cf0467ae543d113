package source

import (
	"strings"
	"testing"
)

// Pages that are broken or hostile are failures, or articles as good as the
// page allows; they never stop the reader.
func TestHostilePages(t *testing.T) {
	long := "<p>" + strings.Repeat("Đoạn văn này đủ dài để được coi là phần thân của một bài báo. ", 8) + "</p>"
	for name, page := range map[string]string{
		"deep.html":     strings.Repeat("<div>", 100_000) + long,
		"unclosed.html": "<html><body><article><h1>Một tiêu đề chưa đóng thẻ" + long,
		"entities.html": "<article><h1>A &lt;b&gt; &amp; @everyone trong tiêu đề</h1>" + long + "<p>&#0;&#x202e;&zwj;</p></article>",
		"script.html":   "<article>" + long + "<script>document.write('<p>không phải chữ</p>')</script></article>",
		"ld.html":       `<script type="application/ld+json">{"@type":["NewsArticle"],"headline":7,"author":[{"name":null}],"@graph":{"@graph":[]}}</script><article>` + long + "</article>",
		"notags.html":   "chỉ có chữ, không có thẻ nào",
		"urls.html":     `<link rel=canonical href="::bad::"><meta property="og:url" content="javascript:alert(1)"><article>` + long + "</article>",
	} {
		articles, errs := readFiles(map[string]string{name: page})
		if len(articles)+len(errs) != 1 {
			t.Errorf("%s: %d articles, %v", name, len(articles), errs)
		}
		for _, a := range articles {
			checkArticle(t, a)
			if strings.Contains(a.Body, "document.write") || a.URL != "" {
				t.Errorf("%s: %q %q", name, a.Body, a.URL)
			}
		}
		for _, err := range errs {
			if strings.Contains(err.Error(), "reader of this kind") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
