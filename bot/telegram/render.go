package telegram

import (
	"encoding/json"
	"html"
	"log/slog"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
)

// What Telegram takes in one message
// (https://core.telegram.org/bots/api#formatting-options): text counts in
// UTF-16 code units, after its markup was parsed.
const (
	mostUnits    = 4096
	mostEntities = 100
	mostColumns  = 8
	mostButtons  = 100
	mostNotice   = 200 // of an answer to the press of a button
	mostLabel    = 64  // of a button: more is not shown anyway
	longQuote    = 300 // characters from which a quote is folded
	mostAddress  = 2000
)

// page is a message as HTML and as the words alone.
type page struct {
	html, plain strings.Builder
	units       int // of plain, in UTF-16
	entities    int
}

// render lays a message out. Of one that is far too long it may leave the end
// out: then it does not fit.
func render(m chat.Message) *page {
	p := &page{}
	for i, n := range m.Notes {
		p.separate(i == 0)
		p.words(oneLine(n), vi.Span{}, "i")
	}
	if m.Answer != nil {
		p.separate(true)
		p.answer(m.Answer)
	}
	if m.Text != "" {
		p.separate(true)
		p.words(chat.Clean(clip(m.Text)), vi.Span{}, "")
	}
	for _, c := range m.Citations {
		if p.full() {
			return p
		}
		p.separate(true)
		p.citation(c)
	}
	if m.LinksTitle != "" || len(m.Links) > 0 {
		p.separate(true)
		p.words(oneLine(m.LinksTitle), vi.Span{}, "")
	}
	for i, l := range m.Links {
		if p.full() {
			return p
		}
		if i > 0 || m.LinksTitle != "" {
			p.separate(false)
		}
		p.link(l)
	}
	if m.Footer != "" {
		p.separate(true)
		p.words(oneLine(m.Footer), vi.Span{}, "")
	}
	return p
}

// fits reports whether Telegram takes the page: not too long, and with
// something to see.
func (p *page) fits() bool {
	return p.units <= mostUnits && p.entities <= mostEntities && !blank(p.plain.String())
}

// full reports whether there is so much already that nothing more matters.
func (p *page) full() bool { return p.units > mostUnits || p.entities > mostEntities }

// blank reports whether nothing of a text can be seen: Telegram refuses it.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.IsControl(r) && r != '\u2800' &&
			!unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
	})
}

// separate begins a new line, or with wide a new part.
func (p *page) separate(wide bool) {
	if p.plain.Len() == 0 {
		return
	}
	p.raw("\n")
	if wide {
		p.raw("\n")
	}
}

func (p *page) answer(a *chat.Answer) {
	if a.Label != "" {
		p.words(oneLine(a.Label), vi.Span{}, "b")
		p.raw(" · ")
	}
	p.quoted(a.Text, a.Mark, a.Before, a.After, "", "")
	if a.N != 0 {
		p.raw(" [" + strconv.Itoa(a.N) + "]")
	}
}

func (p *page) citation(c chat.Citation) {
	before := "" // what separates what comes from what is there
	if c.N != 0 {
		p.raw("[" + strconv.Itoa(c.N) + "]")
		before = " "
	}
	for _, part := range []struct{ text, before, tag string }{
		{c.Title, before, "b"}, {c.Source, ", ", ""}, {c.Sources, " · ", ""},
	} {
		text := oneLine(part.text)
		if text == "" {
			continue
		}
		if before == "" || before == " " && part.tag == "" {
			part.before = before
		}
		p.raw(part.before)
		p.words(text, vi.Span{}, part.tag)
		before = ", "
	}
	if c.Quote != "" {
		if before != "" {
			p.raw("\n")
		}
		tag := "blockquote"
		if utf8.RuneCountInString(c.Quote) > longQuote {
			tag = "blockquote expandable"
		}
		p.entities++
		p.html.WriteString("<" + tag + ">")
		p.quoted(c.Quote, c.Mark, c.Before, c.After, "“", "”")
		p.html.WriteString("</blockquote>")
	}
	if c.Link == "" {
		return
	}
	if before != "" || c.Quote != "" {
		// A line break right behind a block quote is its own end.
		p.raw("\n")
	}
	text, address := oneLine(c.LinkText), fitting(c.Link)
	switch {
	case !followable(address):
		if text != "" {
			text += ": "
		}
		p.words(text+oneLine(address), vi.Span{}, "")
	case blank(text):
		p.anchor(oneLine(address), address)
	default:
		p.anchor(text, address)
	}
}

func (p *page) link(l chat.Link) {
	if l.N != 0 {
		p.raw(strconv.Itoa(l.N) + ". ")
	}
	title, address := oneLine(l.Title), fitting(l.URL)
	switch {
	case !followable(address):
		p.words(title, vi.Span{}, "b")
	case blank(title):
		title = oneLine(address)
		p.anchor(title, address)
	default:
		p.anchor(title, address)
	}
	if l.Source != "" {
		if title != "" {
			p.raw(", ")
		}
		p.words(oneLine(l.Source), vi.Span{}, "")
	}
}

// quoted writes what an article says, byte for byte, between quote marks. What
// it leaves open of changes of direction is closed behind them.
func (p *page) quoted(text string, mark vi.Span, before, after bool, open, close string) {
	if before {
		p.raw("[…] ")
	}
	p.raw(open)
	p.words(text, mark, "")
	p.raw(close)
	if p.full() {
		return
	}
	p.raw(chat.Closers(text))
	if after {
		p.raw(" […]")
	}
}

// oneLine cleans what stands on one line.
func oneLine(s string) string { return chat.CleanLine(clip(s)) }

// clip gives so much of a text that it is certainly too long for a message:
// when fitting one, texts of any length are rendered many times. No character
// has more than four bytes for a unit.
func clip(s string) string {
	n := 4*mostUnits + utf8.UTFMax
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) && n > 4*mostUnits {
		n--
	}
	return s[:n]
}

// raw writes text that has nothing to escape.
func (p *page) raw(s string) { p.write(s) }

// write writes text as text.
func (p *page) write(s string) {
	p.plain.WriteString(s)
	p.html.WriteString(html.EscapeString(s))
	for _, r := range s {
		p.units += utf16.RuneLen(r)
	}
}

// words writes text, the marked part of it bold and the rest within tag.
// Mentions are shown as code: Telegram looks for none there, and tells nobody.
// Code can neither contain other entities nor be part of one that is no quote.
func (p *page) words(s string, mark vi.Span, tag string) {
	if !utf8.ValidString(s) { // Telegram takes nothing else
		s, mark = strings.ToValidUTF8(s, "\ufffd"), vi.Span{}
	}
	if mark.Start < 0 || mark.End > len(s) || mark.Start >= mark.End ||
		!utf8.RuneStart(s[mark.Start]) || mark.End < len(s) && !utf8.RuneStart(s[mark.End]) {
		mark = vi.Span{}
	}
	part := func(start, end int) {
		a, b := min(max(mark.Start, start), end), min(max(mark.End, start), end)
		p.tagged(s[start:a], tag)
		p.tagged(s[a:b], "b")
		p.tagged(s[b:end], tag)
	}
	at := 0
	for at < len(s) && !p.full() {
		m := mention(s, at)
		if m.Start > at+3*mostUnits { // far more than fits: three bytes are at most one unit
			p.units = mostUnits + 1
			return
		}
		part(at, m.Start)
		p.tagged(s[m.Start:m.End], "code")
		at = m.End
	}
}

func (p *page) tagged(s, tag string) {
	if s == "" {
		return
	}
	if tag == "" || tag != "code" && blank(s) {
		p.write(s)
		return
	}
	p.entities++
	p.html.WriteString("<" + tag + ">")
	p.write(s)
	p.html.WriteString("</" + tag + ">")
}

// mention gives the first mention in s[from:], an empty span at the end if
// there is none: an @ and a letter, digit or underscore of ASCII behind it,
// unless such a one is before it. Telegram wants a little more of a name.
func mention(s string, from int) vi.Span {
	for i := from; i < len(s); i++ {
		if s[i] != '@' || i > 0 && wordByte(s[i-1]) {
			continue
		}
		end := i + 1
		for end < len(s) && wordByte(s[end]) {
			end++
		}
		if end > i+1 {
			return vi.Span{Start: i, End: end}
		}
	}
	return vi.Span{Start: len(s), End: len(s)}
}

func wordByte(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// fit renders a message so that Telegram takes it; nil if nothing of it can be
// sent.
func fit(m chat.Message) *page {
	m = chat.Fit(m, func(m chat.Message) bool { return render(m).fits() })
	if p := render(m); p.fits() {
		return p
	}
	return nil
}

// keyboard gives the buttons under a message as reply_markup, "" without any.
// Buttons that Telegram would not take are left out and logged.
func keyboard(rows [][]chat.Button, log *slog.Logger) string {
	var kept tgbotapi.InlineKeyboardMarkup
	n := 0
	for _, row := range rows {
		var line []tgbotapi.InlineKeyboardButton
		for _, b := range row {
			text := shorten(strings.ToValidUTF8(oneLine(b.Text), "\ufffd"), mostLabel)
			if b.Data == "" || len(b.Data) > chat.MaxButtonData || !utf8.ValidString(b.Data) || blank(text) || n == mostButtons {
				log.Warn("button left out", "text bytes", len(b.Text), "data bytes", len(b.Data), "buttons before", n)
				continue
			}
			if len(line) == mostColumns {
				kept.InlineKeyboard, line = append(kept.InlineKeyboard, line), nil
			}
			line, n = append(line, tgbotapi.NewInlineKeyboardButtonData(text, b.Data)), n+1
		}
		if len(line) > 0 {
			kept.InlineKeyboard = append(kept.InlineKeyboard, line)
		}
	}
	if n == 0 {
		return ""
	}
	b, err := json.Marshal(kept)
	if err != nil {
		log.Error("buttons left out", "error", err)
		return ""
	}
	return string(b)
}

// shorten cuts a text to so many UTF-16 code units.
func shorten(s string, most int) string {
	for n := most; ; n-- {
		units := 0
		c := chat.Cut(s, n)
		for _, r := range c {
			units += utf16.RuneLen(r)
		}
		if units <= most {
			return c
		}
	}
}
