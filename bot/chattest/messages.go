package chattest

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"pgregory.net/rapid"

	"trichdan/bot/chat"
)

// plenty is how long the longest texts are, in characters.
const plenty = 100_000

// hostile are the texts with which an article could try to be more than text.
var hostile = []string{
	"<b>đậm</b> &amp; &lt;i&gt; <a href=\"https://xau.example\">x</a> </blockquote><script>",
	"</code></pre>]]> &#x3c; & < > \" '",
	"**đậm** *nghiêng* __gạch__ ~~bỏ~~ ||giấu|| # Tiêu đề",
	"- mục\n1. mục\n> trích\n>>> trích\n-# nhỏ\n## lớn",
	"[chữ](https://xau.example) <https://xau.example> ![ảnh](a)",
	"`mã` ```\nkhối\n``` `` ` `` \\` \\\\ \\*",
	"@everyone @here",
	"<@123456789012345678> <@!123456789012345678> <@&123456789012345678>",
	"<#123456789012345678> <:vui:123456789012345678> <t:1700000000:R> </hoi:123456789012345678> <id:customize>",
	"@trichdan_nguoidung @a_b_c tg://user?id=123456 https://t.me/nhom_nao",
	"/lenh /hoi@trichdan_bot #thẻ $VND 0912345678 thu@xau.example",
	"https://xau.example/a_b*c*?d=[e](f)&g=<h> http://127.0.0.1 javascript:alert(1)",
	"discord.gg/xau https://discord.com/channels/1/2/3",
	"a\u0000b\u0007c\u001b[31md\u001b]0;x\u0007e\u007ff\u0085g\u009b1m",
	"\u202eđảo\u202c \u2066cô lập\u2069 \u202atrái \u200fphải \u061c",
	"mở \u202e\u2067\u202b mà không đóng",
	"đóng \u2069\u202c\u2069 mà không mở",
	"rỗng\u200b\u200c\u200d\ufeff\u2060\u00adkhông\u3164\u2800 thấy",
	"Viê\u0323t vie\u0302\u0323t e\u0301\u0302\u0323\u0300\u0316\u0347\u0489",
	"👩‍👩‍👧‍👦 🏳️‍🌈 🇻🇳🇱🇦🇰🇭 👍🏽 1️⃣ ☎️ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
	"漢字 العربية עברית ภาษาไทย हिन्दी 한국어 𝔄𝔟𝔠",
	"dòng một\ndòng hai\n\n\ndòng năm\r\ndòng sáu\u2028dòng bảy\u2029dòng tám\u000bchín\u000cmười",
	"“trong” ”ngoài“ \"thẳng\" ‘đơn’ «góc» […] [1] (…)",
	"   đầu và cuối   \t\u00a0",
	"\ufffd\ufffe\uffff\U0010ffff\ue000",
	"%s %d %!x {{.}} ${x} $(x) \\u0041 \\n",
}

// words are what sentences of a message are made of.
var words = strings.Fields("cầu Sao dài bốn nhịp mở cửa sáng nay quận cho biết phường đã sửa xong đường ven hồ và trồng thêm cây xanh mùa mưa đến sớm chợ đông")

// prose makes n plain sentences, each different.
func prose(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "Việc thứ %d", i+1)
		for k := range 4 + i%9 {
			b.WriteString(" " + words[(i*7+k*5)%len(words)])
		}
		b.WriteByte('.')
	}
	return b.String()
}

// long repeats s up to plenty characters.
func long(s string) string {
	return strings.Repeat(s, plenty/utf8.RuneCountInString(s)+1)
}

// Cite makes a citation of a quote in which mark, if it is not empty, is what
// answers.
func Cite(n int, title, quote, mark string) chat.Citation {
	c := chat.Citation{N: n, Source: "Báo Quận, 3/5/2023", Link: fmt.Sprintf("https://bao.example/%d", n), LinkText: "Đọc bài"}
	c.ArticleID, c.Revision = fmt.Sprintf("bai-%d", n), 1
	c.Title, c.Quote = title, quote
	c.Start, c.End = 10, 10+len(quote)
	if i := strings.Index(quote, mark); mark != "" && i >= 0 {
		c.Mark.Start, c.Mark.End = i, i+len(mark)
	}
	return c
}

// Answered makes a message that has all that an answer can have.
func Answered() chat.Message {
	quote := "Cầu Sao mở cửa sáng 3/5. Cầu dài 1,2 km và có sáu làn xe.\nVốn lấy từ ngân sách quận."
	m := chat.Message{
		Notes:  []string{"Lọc: tháng 5/2023"},
		Answer: &chat.Answer{Label: "Trả lời", Text: "Cầu dài 1,2 km và có sáu làn xe.", N: 1},
		Text:   "Có hai bài nói về cây cầu này.",
		Citations: []chat.Citation{
			Cite(1, "Khánh thành cầu mới", quote, "1,2 km"),
			Cite(2, "Xe tải chờ giấy phép", "Xe tải chưa được qua lại trên đó.", ""),
		},
		LinksTitle: "Gần nhất:",
		Links: []chat.Link{
			{N: 3, Title: "Xe buýt đổi tuyến", Source: "Báo Phường, 2022", URL: "https://bao.example/xe-buyt"},
			{N: 4, Title: "Chợ đêm bên sông", Source: "Báo Phường, 2021"},
		},
		Footer: "Trang 1/3",
		Buttons: [][]chat.Button{
			{{Text: "Trang sau", Data: "trang:2", Command: "/hoi trang 2"}, {Text: "Mở bài", Data: "bai:1"}},
			{{Text: "Có ích", Data: "ich:1"}, {Text: "Không có ích", Data: "ich:0"}},
		},
	}
	m.Answer.Mark.Start = strings.Index(m.Answer.Text, "1,2 km")
	m.Answer.Mark.End = m.Answer.Mark.Start + len("1,2 km")
	m.Citations[0].Sources = "2 nguồn"
	m.Citations[1].Before, m.Citations[1].After = true, true
	return m
}

// Nasty lists messages with the worst that articles say, in every part of a
// message. Each has a quote or words that can be seen.
func Nasty() []chat.Message {
	var all []chat.Message
	for _, s := range hostile {
		all = append(all, everywhere(s))
		m := everywhere("từ " + s)
		m.Citations[0].Mark.Start, m.Citations[0].Mark.End = len("từ "), len("từ "+s)
		m.Answer.Mark = m.Citations[0].Mark
		all = append(all, m)
	}
	for i, s := range []string{
		long("chữ "), long("ơ"), long("&"), long("<b>"), long("*"), long("`"), long("\\"), long("x\n"),
		long("👩‍👩‍👧"), long("e\u0301"), "e" + long("\u0301"), long("🇻🇳"), long("\u202e"), long("@everyone "),
		long("https://xau.example/"), long("x\u2028"), prose(4000),
	} {
		if i%8 == 0 { // each of these is a megabyte
			all = append(all, everywhere(s))
		}
		middle := chat.Message{Text: "Trang dài."}
		c := Cite(1, "Bài dài", s, "")
		c.Mark.Start = boundary(s, len(s)/2)
		c.Mark.End = boundary(s, len(s)/2+40)
		middle.Citations = []chat.Citation{c, Cite(2, "Bài dài nữa", s, "")}
		all = append(all, middle)
		end := chat.Message{Answer: &chat.Answer{Label: "Trả lời", Text: s, N: 1}, Citations: []chat.Citation{Cite(1, "Bài dài", s, "")}}
		end.Answer.Mark.Start, end.Answer.Mark.End = boundary(s, len(s)-40), len(s)
		end.Citations[0].Mark = end.Answer.Mark
		all = append(all, end)
	}

	many := chat.Message{Text: "Nhiều.", LinksTitle: "Danh sách:"}
	for i := range 60 {
		many.Citations = append(many.Citations, Cite(i+1, fmt.Sprintf("Bài số %d", i+1), prose(5+i), ""))
		many.Links = append(many.Links, chat.Link{N: i + 1, Title: fmt.Sprintf("Tin số %d", i+1), Source: "Báo Quận", URL: fmt.Sprintf("https://bao.example/tin/%d", i)})
	}
	links := chat.Message{LinksTitle: "Danh sách:", Links: many.Links, Footer: "Trang 1/9"}
	notes := chat.Message{Text: "Ghi chú."}
	for i := range 200 {
		notes.Notes = append(notes.Notes, fmt.Sprintf("Ghi chú %d %s", i, hostile[i%len(hostile)]))
	}
	buttons := chat.Message{Text: "Nhiều nút."}
	for i := range 12 {
		var row []chat.Button
		for k := range 9 {
			row = append(row, chat.Button{
				Text: fmt.Sprintf("%d %s", k, hostile[(i*9+k)%len(hostile)]),
				Data: fmt.Sprintf("%d:%d:%s", i, k, strings.Repeat("x", chat.MaxButtonData-8)), Command: "/bai 1 2",
			})
		}
		buttons.Buttons = append(buttons.Buttons, row)
	}
	buttons.Buttons[0][0].Text = long("nút ")
	empty := chat.Message{Text: "Có chỗ trống.", Citations: []chat.Citation{Cite(1, "", "Bài này không có tiêu đề.", ""), Cite(2, "Bài này không có chữ", "", "")}, Links: []chat.Link{{}}}
	empty.Citations[0].Source, empty.Citations[0].Link, empty.Citations[0].LinkText = "", "", ""
	urls := chat.Message{Text: "Liên kết."}
	for i, u := range addresses {
		c := Cite(i+1, "Bài có liên kết lạ", "Câu được trích.", "được")
		c.Link = u
		urls.Citations = append(urls.Citations, c)
		urls.Links = append(urls.Links, chat.Link{N: i + 1, Title: "Liên kết lạ", URL: u})
	}
	return append(all, Answered(), many, links, notes, buttons, empty, urls)
}

// addresses are links, most of which nobody may be sent to.
var addresses = []string{
	"javascript:alert(1)", "tg://user?id=123456", "discord://x", "file:///etc/passwd", "data:text/html,x", "//xau.example", "bai.html", "https://",
	"https://bao.example/a\"><b onclick='x'>", "https://bao.example/a b\nc\u202ed", "https://bao.example/(a)[b]*c*_d_|e|`f`>",
	"https://nguoi:matkhau@bao.example/", "HTTPS://BAO.EXAMPLE/Đường-dẫn?a=1&b=2#c", "https://bao.example/" + strings.Repeat("dai/", 5000), "http://[::1", "https://bao.example/%zz",
}

// everywhere makes a message with s in all its parts.
func everywhere(s string) chat.Message {
	c := Cite(1, s, s, "")
	c.Source, c.Sources, c.LinkText = s, s, s
	return chat.Message{
		Notes:      []string{s},
		Answer:     &chat.Answer{Label: "Trả lời", Text: s, N: 1},
		Text:       "Chữ: " + s,
		Citations:  []chat.Citation{c, Cite(2, "Bài khác", "Câu khác: "+s, "")},
		LinksTitle: s,
		Links:      []chat.Link{{N: 1, Title: s, Source: s, URL: "https://bao.example/?q=" + s}},
		Footer:     s,
		Buttons:    [][]chat.Button{{{Text: "Nút " + s, Data: "nut:1"}}},
	}
}

// boundary is the first rune boundary of s at or behind i.
func boundary(s string, i int) int {
	i = min(max(i, 0), len(s))
	for i < len(s) && !utf8.RuneStart(s[i]) {
		i++
	}
	return i
}

// Text generates what an article may say: valid UTF-8, now and then very long.
func Text() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.SampledFrom(words), rapid.SampledFrom(words), rapid.SampledFrom(hostile), rapid.String(),
		rapid.SampledFrom([]string{". ", ", ", "\n", " ", "? ", "… ", "5,83%", "*", "_", "`", "<", ">", "&", "@", "\\", "|"}),
	)
	return rapid.Custom(func(t *rapid.T) string {
		sep := rapid.SampledFrom([]string{" ", " ", ""}).Draw(t, "between")
		s := strings.ToValidUTF8(strings.Join(rapid.SliceOfN(part, 0, 20).Draw(t, "parts"), sep), "\ufffd")
		switch n := rapid.IntRange(0, 39).Draw(t, "how long"); {
		case s == "" || n < 35:
			return s
		case n < 39:
			return strings.Repeat(s, 1+3000/len(s))
		}
		return long(s)
	})
}

// Messages generates messages with such texts. Marks and spans are as the
// contract says, and each message has something that can be seen.
func Messages() *rapid.Generator[chat.Message] {
	text := Text()
	link := rapid.OneOf(rapid.SampledFrom(addresses), rapid.Just("https://bao.example/bai"), rapid.Just(""), text)
	return rapid.Custom(func(t *rapid.T) chat.Message {
		var m chat.Message
		m.Notes = rapid.SliceOfN(text, 0, 3).Draw(t, "notes")
		if rapid.Bool().Draw(t, "answered") {
			m.Answer = &chat.Answer{Label: "Trả lời", Text: "Câu " + text.Draw(t, "answer"), N: rapid.IntRange(0, 3).Draw(t, "of")}
			m.Answer.Mark.Start, m.Answer.Mark.End = drawMark(t, m.Answer.Text)
			m.Answer.Before, m.Answer.After = rapid.Bool().Draw(t, "before"), rapid.Bool().Draw(t, "after")
		} else {
			m.Text = "Chữ " + text.Draw(t, "text")
		}
		for i := range rapid.IntRange(0, 8).Draw(t, "citations") {
			c := Cite(i+1, text.Draw(t, "title"), text.Draw(t, "quote"), "")
			c.Mark.Start, c.Mark.End = drawMark(t, c.Quote)
			c.Before, c.After = rapid.Bool().Draw(t, "before"), rapid.Bool().Draw(t, "after")
			c.Source, c.Sources = text.Draw(t, "source"), rapid.SampledFrom([]string{"", "3 nguồn"}).Draw(t, "sources")
			c.Link = link.Draw(t, "link")
			if i > 0 && rapid.IntRange(0, 3).Draw(t, "goes on") == 0 { // with the article above
				c.N, c.Title, c.Source, c.Sources, c.Link = 0, "", "", "", ""
			}
			m.Citations = append(m.Citations, c)
		}
		if n := rapid.IntRange(0, 12).Draw(t, "links"); n > 0 {
			m.LinksTitle = text.Draw(t, "links title")
			for i := range n {
				m.Links = append(m.Links, chat.Link{N: i, Title: text.Draw(t, "link title"), Source: text.Draw(t, "link source"), URL: link.Draw(t, "url")})
			}
		}
		m.Footer = rapid.SampledFrom([]string{"", "Trang 1/3", "@everyone <b>"}).Draw(t, "footer")
		for i := range rapid.IntRange(0, 3).Draw(t, "rows") {
			var row []chat.Button
			for k := range rapid.IntRange(1, 4).Draw(t, "buttons") {
				row = append(row, chat.Button{Text: "Nút " + text.Draw(t, "button"), Data: fmt.Sprintf("nut:%d:%d", i, k), Command: rapid.SampledFrom([]string{"", "/bai 1 2"}).Draw(t, "command")})
			}
			m.Buttons = append(m.Buttons, row)
		}
		return m
	})
}

// drawMark draws a stretch of s between characters, empty now and then.
func drawMark(t *rapid.T, s string) (start, end int) {
	start = boundary(s, rapid.IntRange(0, len(s)).Draw(t, "mark"))
	end = boundary(s, start+rapid.SampledFrom([]int{0, 1, 10, 100, len(s)}).Draw(t, "marked"))
	if start == end {
		return 0, 0
	}
	return start, end
}
