package discord

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
	"trichdan/bot/discord/discordtest"
	"trichdan/corpus/vi"
)

func body(t interface{ Fatalf(string, ...any) }, p payload) []byte {
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return b
}

// TestRender is how an answer looks.
func TestRender(t *testing.T) {
	p, ok := fit(chattest.Answered())
	if !ok || len(p.Embeds) != 1 || p.Content != "" {
		t.Fatalf("rendered %+v", p)
	}
	e := p.Embeds[0]
	want := []string{
		"*Lọc\\: tháng 5/2023*\n\n**Trả lời** · Cầu dài **1,2 km** và có sáu làn xe. \\[1\\]\n\nCó hai bài nói về cây cầu này.",
		"\\[1\\] Khánh thành cầu mới",
		"Báo Quận, 3/5/2023 · 2 nguồn\n> “Cầu Sao mở cửa sáng 3/5. Cầu dài **1,2 km** và có sáu làn xe.\n> Vốn lấy từ ngân sách quận.”\n[Đọc bài](https://bao.example/1)",
		"\\[2\\] Xe tải chờ giấy phép",
		"Báo Quận, 3/5/2023\n> \\[…\\] “Xe tải chưa được qua lại trên đó.” \\[…\\]\n[Đọc bài](https://bao.example/2)",
		"Gần nhất\\:",
		"3\\. [Xe buýt đổi tuyến](https://bao.example/xe-buyt), Báo Phường, 2022\n4\\. Chợ đêm bên sông, Báo Phường, 2021",
		"Trang 1/3",
	}
	got := []string{e.Description}
	for _, f := range e.Fields {
		got = append(got, f.Name, f.Value)
	}
	got = append(got, e.Footer.Text)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	shown, err := discordtest.Check(body(t, p))
	if err != nil {
		t.Error(err)
	}
	if len(p.Components) != 2 || len(shown.Buttons) != 4 {
		t.Errorf("buttons %+v", shown.Buttons)
	}
	if !strings.Contains(string(body(t, p)), `"allowed_mentions":{"parse":[],"replied_user":false}`) {
		t.Error("mentions are not forbidden")
	}

	p, ok = fit(chat.Message{Notes: []string{"Hiểu là: cầu"}, Text: "Kho bài chưa có gì.\nHỏi lại nhé."})
	if !ok || len(p.Embeds) != 0 || p.Content != "*Hiểu là\\: cầu*\n\nKho bài chưa có gì.\nHỏi lại nhé." {
		t.Errorf("few words: %+v", p)
	}
	p, ok = fit(chat.Message{LinksTitle: "Mới nhất:", Links: []chat.Link{{N: 1, Title: "A [b]", URL: "https://bao.example/a_(b)"}, {Title: "C", URL: "javascript:x"}}})
	if !ok || p.Embeds[0].Description != "**Mới nhất\\:**\n1\\. A \\[b\\] [↗](https://bao.example/a%5F%28b%29)\n• C" {
		t.Errorf("a list: %+v", p.Embeds[0])
	}
	if p, ok := fit(chat.Message{Text: strings.Repeat("dài ", 700)}); !ok || len(p.Embeds) != 1 {
		t.Errorf("many words: %+v", p)
	}
	for _, m := range []chat.Message{{}, {Text: " \n "}, {Notes: []string{" "}}, {Notice: "x"}} {
		if p, ok := fit(m); ok {
			t.Errorf("%+v is shown as %+v", m, p)
		}
	}
}

// TestRenderGoesOn: citations without a number, and such as go on with the
// article above.
func TestRenderGoesOn(t *testing.T) {
	cite := func(n int, title, source, sources, quote, link string) chat.Citation {
		c := chattest.Cite(n, title, quote, "")
		c.Source, c.Sources, c.Link = source, sources, link
		return c
	}
	const here = "https://bao.example/1"
	long := strings.Repeat("Mưa lớn kéo dài. ", 40)
	for _, tt := range []struct {
		name      string
		citations []chat.Citation
		want      []string // names and values
	}{
		{"no number", []chat.Citation{cite(0, "Cầu mới", "Báo Quận", "2 nguồn", "Cầu mở cửa.", here)},
			[]string{"Cầu mới", "Báo Quận · 2 nguồn\n> “Cầu mở cửa.”\n[Đọc bài](https://bao.example/1)"}},
		{"neither number nor title", []chat.Citation{cite(0, "", "Báo Quận", "2 nguồn", "Cầu mở cửa.", here)},
			[]string{"Báo Quận", "2 nguồn\n> “Cầu mở cửa.”\n[Đọc bài](https://bao.example/1)"}},
		{"a number alone", []chat.Citation{cite(3, "", "Báo Quận", "", "Cầu mở cửa.", "")},
			[]string{"\\[3\\]", "Báo Quận\n> “Cầu mở cửa.”"}},
		{"goes on", []chat.Citation{
			cite(1, "Cầu mới", "Báo Quận", "", "Cầu mở cửa.", ""), cite(0, "", "", "", "Xe tải chờ.", ""), cite(0, " ", "", "", "Hai làn cho xe máy.", here),
			cite(2, "Chợ đêm", "Báo Phường", "", "Chợ mở lại.", ""),
		}, []string{
			"\\[1\\] Cầu mới", "Báo Quận\n> “Cầu mở cửa.”\n\n> “Xe tải chờ.”\n\n> “Hai làn cho xe máy.”\n[Đọc bài](https://bao.example/1)",
			"\\[2\\] Chợ đêm", "Báo Phường\n> “Chợ mở lại.”",
		}},
		{"goes on, and there is no room", []chat.Citation{cite(1, "Mưa", "Báo Quận", "", long, ""), cite(0, "", "", "", long, here)},
			[]string{"\\[1\\] Mưa", "Báo Quận\n> “" + long + "”", blank, "> “" + long + "”\n[Đọc bài](https://bao.example/1)"}},
		{"goes on with nothing", []chat.Citation{cite(0, "", "", "", "Cầu mở cửa.", "")}, []string{blank, "> “Cầu mở cửa.”"}},
		{"nothing to go on with", []chat.Citation{cite(1, "Cầu mới", "", "", "", ""), cite(0, "", "", "", "", ""), cite(0, "", "", "", "Cầu mở cửa.", "")},
			[]string{"\\[1\\] Cầu mới", "> “Cầu mở cửa.”"}},
	} {
		m := chat.Message{Text: "Tin mới", Citations: tt.citations}
		p, ok := fit(m)
		if !ok || !fits(render(m)) {
			t.Errorf("%s: it does not fit as it is", tt.name)
			continue
		}
		var got []string
		for _, f := range p.Embeds[0].Fields {
			got = append(got, f.Name, f.Value)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
		if _, err := discordtest.Check(body(t, p)); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestRenderDigest: a digest as long as they are stays within the limits, with
// all its stories.
func TestRenderDigest(t *testing.T) {
	m := chat.Message{Text: "Tin mới về cầu · 5 tin", Footer: "Phần 1/2"}
	quote := strings.Repeat("Cầu dài 1,2 km và có sáu làn xe. ", 8)
	for i := range 5 {
		head := chattest.Cite(i+1, "Khánh thành cầu", quote, "")
		head.Sources, head.Link = "3 nguồn: Báo Quận, Báo Phường, Báo Xã · cập nhật", ""
		more := chattest.Cite(0, "", quote, "")
		more.Source = ""
		m.Citations = append(m.Citations, head, more)
	}
	for i := range 40 {
		m.Links = append(m.Links, chat.Link{N: i + 6, Title: "Chợ đêm bên sông mở lại", Source: "Báo Phường, 2/5/2023", URL: "https://bao.example/cho"})
	}
	m.LinksTitle = "Tin khác:"
	p, ok := fit(m)
	shown, err := discordtest.Check(body(t, p))
	if !ok || err != nil {
		t.Fatal(err)
	}
	if len(shown.Quotes) != len(m.Citations) || !strings.Contains(shown.Text, "[5]") || !strings.Contains(shown.Text, "Phần 1/2") {
		t.Errorf("%d quotes of %d are shown in %q", len(shown.Quotes), len(m.Citations), shown.Text)
	}
	for _, f := range p.Embeds[0].Fields[:5] {
		if !strings.HasPrefix(f.Name, "\\[") {
			t.Errorf("a quote stands alone under %q", f.Name)
		}
	}
}

// TestBidi: what a quote leaves open is closed behind it.
func TestBidi(t *testing.T) {
	c := chattest.Cite(1, "Bài", "a\u202eb\u2067c", "")
	m := chat.Message{Answer: &chat.Answer{Text: c.Quote}, Citations: []chat.Citation{c}}
	p, _ := fit(m)
	if v := p.Embeds[0].Fields[0].Value; !strings.Contains(v, "> “a\u202eb\u2067c”\u2069\u202c\n") {
		t.Errorf("the quote is shown as %q", v)
	}
	if v := p.Embeds[0].Description; v != "“a\u202eb\u2067c”\u2069\u202c" {
		t.Errorf("the answer is shown as %q", v)
	}
}

func TestAddress(t *testing.T) {
	for s, want := range map[string]string{
		"https://bao.example/a?b=c#d":                     "https://bao.example/a?b=c#d",
		"http://bao.example:8080/%20x":                    "http://bao.example:8080/%20x",
		" HTTPS://bao.example/ ":                          "https://bao.example/",
		"https://bao.example/a)b(c d":                     "https://bao.example/a%29b%28c%20d",
		"https://bao.example/é*_~|":                       "https://bao.example/%C3%A9%2A%5F%7E%7C",
		"https://bao.example/~a#:~:text=b_c,~d":           "https://bao.example/%7Ea#:~:text=b%5Fc,%7Ed",
		"https://bao.example/#a:~:text=b":                 "https://bao.example/#a:~:text=b",
		"https://b/#:~:text=" + strings.Repeat("x", 600):  "https://b/",
		"https://b/#a:~:text=" + strings.Repeat("x", 600): "https://b/#a",
		"https://bao.example/a\nb":                        "",
		"https://ai:gì@bao.example/":                      "",
		"javascript:alert(1)":                             "",
		"data:text/html,x":                                "",
		"//bao.example":                                   "",
		"bai.html":                                        "",
		"https://":                                        "",
		"https://bao.example/%zz":                         "",
		"":                                                "",
		"https://b/" + strings.Repeat("x", 600):           "",
	} {
		if got := address(s); got != want {
			t.Errorf("address(%q) = %q, want %q", s, got, want)
		}
	}
}

// checked checks how a message is shown: nothing that Discord would refuse or
// that acts, each quote byte for byte in its frame, the answer and the buttons.
func checked(t *rapid.T, m chat.Message) {
	p, ok := fit(m)
	if !ok {
		t.Fatalf("nothing is shown of %+v", m)
	}
	shown, err := discordtest.Check(body(t, p))
	if err != nil {
		t.Fatalf("%v", err)
	}
	fitted := chat.Fit(m, func(m chat.Message) bool { return fits(render(m)) })
	want := []string{}
	for _, c := range fitted.Citations {
		if !slices.ContainsFunc(m.Citations, func(of chat.Citation) bool { return of.N == c.N && strings.Contains(of.Quote, c.Quote) }) {
			t.Fatalf("quote %d is not of its citation: %q", c.N, c.Quote)
		}
		if c.Quote != "" {
			q := "“" + c.Quote + "”" + chat.Closers(c.Quote)
			if c.Before {
				q = "[…] " + q
			}
			if c.After {
				q += " […]"
			}
			want = append(want, q)
		}
	}
	if d := cmp.Diff(want, shown.Quotes); d != "" {
		t.Fatalf("quotes: %s", d)
	}
	if a := fitted.Answer; a != nil && !strings.Contains(shown.Text, a.Text) {
		t.Fatalf("the answer %q is not in %q", a.Text, shown.Text)
	}
	for _, b := range shown.Buttons {
		if !slices.ContainsFunc(m.Buttons, func(row []chat.Button) bool {
			return slices.ContainsFunc(row, func(of chat.Button) bool { return of.Data == b.Data })
		}) {
			t.Fatalf("the button %+v is of nobody", b)
		}
	}
	for _, l := range shown.Links {
		if u, err := url.Parse(l.URL); err != nil || u.Scheme != "http" && u.Scheme != "https" {
			t.Fatalf("the link %+v", l)
		}
	}
}

func TestRenderAnyMessage(t *testing.T) {
	messages := chattest.Messages()
	rapid.Check(t, func(t *rapid.T) { checked(t, messages.Draw(t, "message")) })
}

func FuzzRender(f *testing.F) {
	messages := chattest.Messages()
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checked(t, messages.Draw(t, "message")) }))
}

// FuzzEscape: text is the same again after unescaping, whatever is marked in it,
// and nothing in it acts.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"1. x\n - y\n+ z", "**a**_b_~~c~~||d||`e`", "<@1> @everyone #x :y: [a](https://b)", "\\*\\\\", "> a\n>>> b\n-# c", "¯\\_(ツ)_/¯", "a\r1. b\u20281. c", "\t- x", "12.\n12) x"} {
		f.Add(s, 1, 4)
	}
	f.Fuzz(func(t *testing.T, s string, start, end int) {
		if !utf8.ValidString(s) {
			return // no stored text is like that
		}
		c := chattest.Cite(1, s, s, "")
		if 0 <= start && start < end && end <= len(s) {
			c.Mark = vi.Span{Start: start, End: end}
		}
		m := chat.Message{Text: "x", Citations: []chat.Citation{c}}
		p := render(m)
		if !fits(p) {
			return // it would be shortened first
		}
		shown, err := discordtest.Check(body(t, p))
		if err != nil {
			t.Fatalf("%v: %q", err, p.Embeds[0].Fields[0].Value)
		}
		if s == "" {
			return
		}
		quote := strings.TrimPrefix(strings.TrimSuffix(shown.Quotes[0], "”"+chat.Closers(s)), "“")
		if quote != s {
			t.Errorf("%q is shown as %q", s, quote)
		}
	})
}

func TestUnits(t *testing.T) {
	for s, want := range map[string]int{"": 0, "a": 1, "ệ": 1, "👍": 2, "👍🏽": 4} {
		if got := units(s); got != want {
			t.Errorf("units(%q) = %d, want %d", s, got, want)
		}
	}
}
