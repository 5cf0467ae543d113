package telegramtest

import (
	"fmt"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		html, visible, entities, err string
	}{
		{html: "chữ", visible: "chữ", entities: "[]"},
		{html: "<b>a</b> &lt;&amp;&quot;&#39;&#x1F44D;&copy;&", visible: `a <&"'👍&copy;&`, entities: "[{bold 0 1 }]"},
		{html: "👍<b>đ</b>", visible: "👍đ", entities: "[{bold 2 1 }]"},
		{html: `<a href="https://a.example/?x=1&amp;y=2">a</a>`, visible: "a", entities: "[{text_link 0 1 https://a.example/?x=1&y=2}]"},
		{html: `<blockquote expandable>a <b>b</b> <code>c</code></blockquote>`, visible: "a b c", entities: "[{expandable_blockquote 0 5 } {bold 2 1 } {code 4 1 }]"},
		{html: "a<b></b>", visible: "a", entities: "[]"},
		{html: "<pre><code class='go'>x</code></pre>", visible: "x", entities: "[{pre 0 1 } {code 0 1 }]"},
		{html: "<script>x</script>", err: "unsupported start tag"},
		{html: "<b>x", err: "can't find end tag"},
		{html: "<b><i>x</b></i>", err: "unmatched end tag"},
		{html: "x</b>", err: "unexpected end tag"},
		{html: "a < b", err: "unclosed start tag"},
		{html: "a <b", err: "unclosed start tag"},
		{html: "<>x", err: "unsupported start tag"},
		{html: "<a href='javascript:x'>x</a>", err: "a link to"},
		{html: "<a>x</a>", err: "a link to"},
		{html: "<a href=https://a.example>x</a>", err: "without quotes"},
		{html: `<a href="https://a.example>x</a>`, err: "unclosed attribute"},
		{html: "<b onclick='x'>x</b>", err: "attribute"},
		{html: "<span>x</span>", err: "span"},
		{html: "<b><code>x</code></b>", err: `"code" inside "b"`},
		{html: "<code><b>x</b></code>", err: `"b" inside "code"`},
		{html: "<blockquote><blockquote>x</blockquote></blockquote>", err: "inside"},
		{html: " \n&#8203; ", err: "empty"},
		{html: "", err: "empty"},
		{html: strings.Repeat("x", 4096), visible: strings.Repeat("x", 4096), entities: "[]"},
		{html: strings.Repeat("x", 4097), err: "too long"},
		{html: strings.Repeat("👍", 2049), err: "too long"},
		{html: strings.Repeat("<b>x</b> ", 101), err: "too many entities"},
		{html: "\xff", err: "UTF-8"},
	} {
		visible, entities, err := Check(tt.html)
		switch {
		case tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
			t.Errorf("%.60s: error %v, want %q", tt.html, err, tt.err)
		case tt.err == "" && (err != nil || visible != tt.visible || fmt.Sprint(entities) != tt.entities):
			t.Errorf("%.60s: got %q, %v, %v", tt.html, visible, entities, err)
		}
	}
}

func TestMentions(t *testing.T) {
	for html, want := range map[string]string{
		"hỏi @ban_an": "[@ban_an]", "<code>@ban_an</code>": "[]", "a@ban": "[]", "<b>@ba</b>n": "[@ban]",
		"<a href='https://a.example'>@ban</a>": "[]", "<a href='tg://user?id=5'>x</a>": "[tg://user?id=5]", "@": "[]",
	} {
		visible, entities, err := Check(html)
		if got := fmt.Sprint(Mentions(visible, entities)); err != nil || got != want {
			t.Errorf("%s: got %s, %v", html, got, err)
		}
	}
}
