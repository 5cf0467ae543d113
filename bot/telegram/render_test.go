package telegram

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
	"trichdan/bot/telegram/telegramtest"
	"trichdan/corpus/vi"
)

func TestLayout(t *testing.T) {
	m := chattest.Answered()
	m.Citations[1].Quote = strings.Repeat("Xe tải chờ. ", 30)
	want := `<i>Lọc: tháng 5/2023</i>

<b>Trả lời</b> · Cầu dài <b>1,2 km</b> và có sáu làn xe. [1]

Có hai bài nói về cây cầu này.

[1] <b>Khánh thành cầu mới</b>, Báo Quận, 3/5/2023 · 2 nguồn
<blockquote>“Cầu Sao mở cửa sáng 3/5. Cầu dài <b>1,2 km</b> và có sáu làn xe.
Vốn lấy từ ngân sách quận.”</blockquote>
<a href="https://bao.example/1">Đọc bài</a>

[2] <b>Xe tải chờ giấy phép</b>, Báo Quận, 3/5/2023
<blockquote expandable>[…] “` + strings.Repeat("Xe tải chờ. ", 30) + `” […]</blockquote>
<a href="https://bao.example/2">Đọc bài</a>

Gần nhất:
3. <a href="https://bao.example/xe-buyt">Xe buýt đổi tuyến</a>, Báo Phường, 2022
4. <b>Chợ đêm bên sông</b>, Báo Phường, 2021

Trang 1/3`
	got := fit(m)
	if diff := cmp.Diff(want, got.html.String()); diff != "" {
		t.Error(diff)
	}
	visible, _, err := telegramtest.Check(want)
	if err != nil || visible != got.plain.String() {
		t.Errorf("the words alone: %v\n%s", err, cmp.Diff(visible, got.plain.String()))
	}
}

// A citation shows what it has: also no number, and nothing above its quote.
func TestCitation(t *testing.T) {
	const quote, link = "<blockquote>“Cầu có sáu làn xe.”</blockquote>", `<a href="https://bao.example/1">Đọc bài</a>`
	full := func(n int, title, source, sources string) chat.Citation {
		c := chattest.Cite(n, title, "Cầu có sáu làn xe.", "")
		c.Source, c.Sources, c.Link, c.LinkText = source, sources, "https://bao.example/1", "Đọc bài"
		return c
	}
	for _, tt := range []struct {
		name string
		c    chat.Citation
		want string
	}{
		{"all", full(2, "Cầu mới", "Báo Quận", "3 nguồn"), "[2] <b>Cầu mới</b>, Báo Quận · 3 nguồn\n" + quote + "\n" + link},
		{"no number", full(0, "Cầu mới", "Báo Quận", "3 nguồn"), "<b>Cầu mới</b>, Báo Quận · 3 nguồn\n" + quote + "\n" + link},
		{"number and source", full(2, "", "Báo Quận", ""), "[2] Báo Quận\n" + quote + "\n" + link},
		{"number and sources", full(2, "", "", "3 nguồn"), "[2] 3 nguồn\n" + quote + "\n" + link},
		{"source", full(0, "", "Báo Quận", "3 nguồn"), "Báo Quận · 3 nguồn\n" + quote + "\n" + link},
		{"title", full(0, "Cầu mới", "", ""), "<b>Cầu mới</b>\n" + quote + "\n" + link},
		{"title and sources", full(0, "Cầu mới", "", "3 nguồn"), "<b>Cầu mới</b> · 3 nguồn\n" + quote + "\n" + link},
		{"number", full(2, "", "", ""), "[2]\n" + quote + "\n" + link},
		{"nothing", full(0, "", "", ""), quote + "\n" + link},
		{"link alone", chat.Citation{Link: "https://bao.example/1", LinkText: "Đọc bài"}, link},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, first := range []bool{true, false} {
				m, want := chat.Message{Citations: []chat.Citation{tt.c}}, tt.want
				if !first {
					m.Text, want = "Tin mới.", "Tin mới.\n\n"+want
				}
				got := fit(m)
				if diff := cmp.Diff(want, got.html.String()); diff != "" {
					t.Errorf("first %v: %s", first, diff)
				}
				visible, _, err := telegramtest.Check(want)
				if err != nil || visible != got.plain.String() {
					t.Errorf("the words alone: %v\n%s", err, cmp.Diff(visible, got.plain.String()))
				}
			}
		})
	}
}

// The second quote of an article stands below the first, without its title.
func TestSecondQuote(t *testing.T) {
	first, second := chattest.Cite(0, "Cầu mới", "Cầu có sáu làn xe.", ""), chattest.Cite(0, "", "Vốn lấy từ ngân sách.", "")
	first.Source, first.Link, second.Source, second.Link = "Báo Quận", "", "", ""
	want := "<b>Cầu mới</b>, Báo Quận\n<blockquote>“Cầu có sáu làn xe.”</blockquote>\n\n<blockquote>“Vốn lấy từ ngân sách.”</blockquote>"
	got := fit(chat.Message{Citations: []chat.Citation{first, second}})
	if diff := cmp.Diff(want, got.html.String()); diff != "" {
		t.Error(diff)
	}
}

func TestEscaped(t *testing.T) {
	for _, tt := range []struct{ name, text, html string }{
		{"markup", `<b> & "x" 'y' &lt;`, `&lt;b&gt; &amp; &#34;x&#34; &#39;y&#39; &amp;lt;`},
		{"mention", "hỏi @ban_an nhé", "hỏi <code>@ban_an</code> nhé"},
		{"mention at the end", "@a", "<code>@a</code>"},
		{"mention behind a letter", "á@ban", "á<code>@ban</code>"},
		{"mail", "thu@bao.example", "thu@bao.example"},
		{"two", "@ban@an (@an)", "<code>@ban</code>@an (<code>@an</code>)"},
		{"no name", "@ @é 5@", "@ @é 5@"},
		{"not UTF-8", "a\xffb", "a\ufffdb"},
	} {
		p := &page{}
		p.words(tt.text, vi.Span{}, "")
		if got := p.html.String(); got != tt.html {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.html)
		}
	}
}

func TestMarked(t *testing.T) {
	for _, tt := range []struct {
		text       string
		start, end int
		tag, html  string
	}{
		{"một hai ba", 5, 8, "", "một<b> ha</b>i ba"},
		{"theo @ban_an đó", 0, 12, "", "<b>theo </b><code>@ban_an</code> đó"},
		{"theo @ban", 6, 9, "", "theo <code>@ban</code>"}, // the mark begins inside the name
		{"được", 1, 3, "", "được"},                        // not between characters
		{"ai", -1, 1, "", "ai"}, {"ai", 1, 9, "", "ai"}, {"ai", 2, 1, "", "ai"},
		{"a\xff", 0, 1, "", "a\ufffd"}, // spans of what is not shown mean nothing
		{" ", 0, 1, "", " "},
		{"tin @an", 0, 0, "i", "<i>tin </i><code>@an</code>"},
	} {
		p := &page{}
		p.words(tt.text, vi.Span{Start: tt.start, End: tt.end}, tt.tag)
		if got := p.html.String(); got != tt.html {
			t.Errorf("%q[%d:%d]: got %s, want %s", tt.text, tt.start, tt.end, got, tt.html)
		}
	}
}

// What a quote leaves open of changes of direction ends behind it.
func TestDirectionEnds(t *testing.T) {
	m := chat.Message{Citations: []chat.Citation{chattest.Cite(1, "Bài \u202engược", "a \u202e b \u2067 c", "")}}
	got := fit(m).plain.String()
	if !strings.Contains(got, "“a \u202e b \u2067 c”\u2069\u202c") {
		t.Errorf("got %q", got)
	}
	if strings.Contains(got, "Bài \u202e") {
		t.Errorf("the title turns what follows: %q", got)
	}
}

func TestFollowable(t *testing.T) {
	for address, want := range map[string]bool{
		"https://bao.example/bai?a=1&b=2": true, "http://bao.example": true, "HTTPS://bao.example/x": true,
		"https://bao.example/đường": true, "": false, "javascript:alert(1)": false, "tg://user?id=5": false,
		"https://": false, "https:///x": false, "//bao.example": false, "bai.html": false, "https://a b/": false,
		"https://bao.example/\u202e": false, "https://bao.example/" + strings.Repeat("x", 2000): false, "https://a\xff": false,
	} {
		if followable(address) != want {
			t.Errorf("%q: want %v", address, want)
		}
	}
}

func TestKeyboard(t *testing.T) {
	var row []chat.Button
	for range 9 {
		row = append(row, chat.Button{Text: "x\ny", Data: "d"})
	}
	rows := [][]chat.Button{row, {{Text: strings.Repeat("👍", 70), Data: "e"}}, {{Text: "\u3164", Data: "f"}}, {{Text: "g", Data: "\xff"}}}
	log := slog.New(slog.DiscardHandler)
	want := `{"inline_keyboard":[[` + strings.TrimSuffix(strings.Repeat(`{"text":"x y","callback_data":"d"},`, 8), ",") + `],[{"text":"x y","callback_data":"d"}],` +
		`[{"text":"` + strings.Repeat("👍", 31) + `…","callback_data":"e"}]]}`
	if got := keyboard(rows, log); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := keyboard([][]chat.Button{{{Text: "x"}}}, log); got != "" {
		t.Errorf("nothing to press: got %s", got)
	}
	many := make([][]chat.Button, 20)
	for i := range many {
		many[i] = row
	}
	if n := strings.Count(keyboard(many, log), "callback_data"); n != 100 {
		t.Errorf("%d buttons", n)
	}
}

// rendered renders a message and says what is wrong with what comes out: it must
// be what Telegram takes and what was counted, name nobody who would be told,
// and have in its block quotes slices of the quotes, byte for byte.
func rendered(m chat.Message) error {
	p := fit(m)
	if p == nil {
		return nil
	}
	visible, entities, err := telegramtest.Check(p.html.String())
	if err != nil {
		return err
	}
	if visible != p.plain.String() || p.units != telegramtest.Units(visible) || p.entities != len(entities) {
		return fmt.Errorf("%d units and %d entities were counted in %q", p.units, p.entities, visible)
	}
	if names := telegramtest.Mentions(visible, entities); len(names) > 0 {
		return fmt.Errorf("it pings %q", names)
	}
	blocks := 0
	for _, e := range entities {
		if !strings.HasSuffix(e.Type, "blockquote") {
			continue
		}
		blocks++
		block := e.Part(visible)
		_, quote, ok := strings.Cut(block, "“")
		end := strings.LastIndex(quote, "”")
		if !ok || end < 0 || !slices.ContainsFunc(m.Citations, func(c chat.Citation) bool { return strings.Contains(c.Quote, quote[:end]) }) {
			return fmt.Errorf("this is no quote: %q", block)
		}
	}
	if blocks == 0 && slices.ContainsFunc(m.Citations, func(c chat.Citation) bool { return !blank(c.Quote) }) {
		return errors.New("no quote is shown")
	}
	return nil
}

func TestRenderedAnything(t *testing.T) {
	messages := chattest.Messages()
	rapid.Check(t, func(t *rapid.T) {
		m := messages.Draw(t, "message")
		// One without a quote may be what is kept.
		m.Citations = slices.DeleteFunc(m.Citations, func(c chat.Citation) bool { return blank(c.Quote) })
		if err := rendered(m); err != nil {
			t.Fatal(err)
		}
	})
}

func TestRenderedNasty(t *testing.T) {
	for _, m := range chattest.Nasty() {
		if err := rendered(m); err != nil {
			t.Errorf("%.300v", err)
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, m := range chattest.Nasty() {
		if c := m.Citations; len(c) > 0 && len(c[0].Quote) < 1000 {
			f.Add(c[0].Quote, c[0].Title, c[0].Link, c[0].Mark.Start, c[0].Mark.End, 1)
		}
	}
	f.Add("@a<b>&amp;", "x", "https://a.example", 1, 3, 500)
	f.Fuzz(func(t *testing.T, quote, title, link string, start, end, times int) {
		if !utf8.ValidString(quote) || !utf8.ValidString(title) || !utf8.ValidString(link) { // articles are UTF-8
			return
		}
		if times > 1 && times*len(quote) < 200_000 {
			quote = strings.Repeat(quote, times)
		}
		if start < 0 || end > len(quote) || start >= end || !utf8.RuneStart(quote[start]) || end < len(quote) && !utf8.RuneStart(quote[end]) {
			start, end = 0, 0
		}
		c := chattest.Cite(1, title, quote, "")
		c.Link, c.Mark = link, vi.Span{Start: start, End: end}
		m := chat.Message{
			Notes: []string{title}, Answer: &chat.Answer{Label: "Trả lời", Text: "Câu " + quote, N: 1}, Citations: []chat.Citation{c, c},
			LinksTitle: title, Links: []chat.Link{{N: 1, Title: title, URL: link}}, Footer: "Trang 1/2",
		}
		if start < end {
			m.Answer.Mark = vi.Span{Start: start + len("Câu "), End: end + len("Câu ")}
		}
		if err := rendered(m); err != nil {
			t.Error(err)
		}
	})
}

func FuzzUpdate(f *testing.F) {
	for _, s := range []string{
		`{"update_id":5,"message":{"message_id":1,"text":"/hoi@TrichDanBot ai?","chat":{"id":-5,"type":"group"},"from":{"id":1}}}`,
		`{"update_id":5,"edited_message":{"caption":"@TrichDanBot ai","caption_entities":[{"type":"text_mention","offset":1,"length":3,"user":{"id":9}}],"chat":{"id":-5}}}`,
		`{"update_id":5,"callback_query":{"id":"1","data":"x"}}`, `{"update_id":5,"my_chat_member":{}}`, `[]`, `null`, `{`,
	} {
		f.Add([]byte(s))
	}
	t := New(Options{Token: "1:x"})
	t.self = account{ID: 9, Username: "TrichDanBot"}
	f.Fuzz(func(tt *testing.T, body []byte) {
		u, err := decode(body)
		if err != nil {
			return
		}
		u.turn()
		m, _ := u.message()
		if m == nil {
			return
		}
		r, ok := t.request(m)
		if !ok && (r.Command != "" || r.Text != "") {
			tt.Errorf("not for the bot, and yet a request: %+v", r)
		}
		if ok && (r.Platform != Name || strings.ContainsAny(r.Command, " \n/@") || r.Text != strings.TrimSpace(r.Text)) {
			tt.Errorf("got %+v", r)
		}
	})
}
