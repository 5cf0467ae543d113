package console

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"trichdan/bot/chat"
)

// Style is how messages are written.
type Style struct {
	// Width is that of the terminal in columns. Text is wrapped to it and
	// quotes have a bar at the left. 0 is plain text: nothing is wrapped.
	Width int
	// Color allows escape sequences: bold for what answers and for titles,
	// dim for what stands around it.
	Color bool
}

// Render writes a message, ended by a line break: its parts in the order of the
// fields. Of the buttons it shows those that can be typed, as a hint. It writes
// once; an error is that of w.
func Render(w io.Writer, m chat.Message, s Style) error {
	p := &page{style: s}
	p.notes(m.Notes)
	p.answer(m.Answer)
	if m.Text != "" {
		p.gap()
		p.block(m.Text, noMark, indent{})
	}
	for _, c := range m.Citations {
		p.citation(c)
	}
	p.links(m.LinksTitle, m.Links)
	if m.Footer != "" {
		p.gap()
		p.block(chat.CleanLine(m.Footer), noMark, indent{})
	}
	p.hint(m.Buttons, m.Footer != "")
	if m.Notice != "" {
		p.gap()
		p.block(chat.CleanLine(m.Notice), noMark, indent{})
	}
	_, err := w.Write(p.Bytes())
	return err
}

// page collects the lines of a message.
type page struct {
	bytes.Buffer
	style Style
}

// indent is what stands before the first line of a block and before the rest.
type indent struct{ first, rest string }

// mark is a stretch of a text to be shown in bold.
type mark struct{ start, end int }

var noMark mark

const (
	bold, notBold = "\x1b[1m", "\x1b[22m"
	dim, notDim   = "\x1b[2m", "\x1b[22m"
	ellipsis      = "[…]"
	bar           = "│ "
	margin        = "    " // before a quote in plain text
)

// gap leaves an empty line before the next part, unless it is the first.
func (p *page) gap() {
	if p.Len() > 0 {
		p.WriteByte('\n')
	}
}

func (p *page) notes(notes []string) {
	for _, n := range notes {
		p.block(chat.CleanLine(n), noMark, indent{})
	}
}

func (p *page) answer(a *chat.Answer) {
	if a == nil {
		return
	}
	head := ""
	if a.Label != "" {
		head = chat.CleanLine(a.Label) + saySeparator
	}
	text, m := marked(a.Text, mark{a.Mark.Start, a.Mark.End})
	before, after := leftOut(a.Before, a.After)
	head += before
	p.block(head+text+after+reference(a.N), m.moved(len(head)), indent{})
}

// leftOut gives what stands before and behind a text that was shortened there.
func leftOut(before, after bool) (b, a string) {
	if before {
		b = ellipsis + " "
	}
	if after {
		a = " " + ellipsis
	}
	return b, a
}

// reference is the number of a citation, as it follows a sentence.
func reference(n int) string {
	if n == 0 {
		return ""
	}
	return " [" + strconv.Itoa(n) + "]"
}

func (p *page) citation(c chat.Citation) {
	p.gap()
	title, number := chat.CleanLine(c.Title), strings.TrimSpace(reference(c.N))
	if title == "" && c.Source != "" {
		title = sayUntitled
	}
	if title != "" && number != "" {
		number += " "
	}
	// Without title and source it goes on with the article of the one above.
	line := number + title
	m := mark{len(number), len(line)}
	if s := chat.CleanLine(c.Source); s != "" {
		line += ", " + s
	}
	if s := chat.CleanLine(c.Sources); s != "" {
		line += saySeparator + s
	}
	if line != "" {
		p.block(line, m, indent{})
	}

	in := indent{margin, margin}
	if p.style.Width > 0 {
		in = indent{bar, bar}
	}
	quote, m := marked(c.Quote, mark{c.Mark.Start, c.Mark.End})
	before, after := leftOut(c.Before, c.After)
	before += "“"
	p.block(before+quote+"”"+after, m.moved(len(before)), in)
	p.address(chat.CleanLine(c.LinkText), chat.CleanLine(c.Link), in.rest)
}

// address writes where to read on.
func (p *page) address(text, link, before string) {
	if link == "" {
		return
	}
	if text != "" {
		text += ": "
	}
	// An address is never broken: it could not be followed.
	p.WriteString(before)
	p.dimmed(text + link)
	p.WriteByte('\n')
}

func (p *page) links(title string, links []chat.Link) {
	if title == "" && len(links) == 0 {
		return
	}
	p.gap()
	if title != "" {
		p.block(chat.CleanLine(title), noMark, indent{})
	}
	for _, l := range links {
		number := "  "
		if l.N != 0 {
			number = fmt.Sprintf("%3d. ", l.N)
		}
		text := chat.CleanLine(l.Title)
		if text == "" {
			text = sayUntitled
		}
		m := mark{0, len(text)}
		if s := chat.CleanLine(l.Source); s != "" {
			text += ", " + s
		}
		in := indent{number, strings.Repeat(" ", len(number))}
		p.block(text, m, in)
		p.address("", chat.CleanLine(l.URL), in.rest)
	}
}

// hint says which buttons can be typed, below is set if it stands right below
// another line.
func (p *page) hint(rows [][]chat.Button, below bool) {
	var typed []string
	for _, row := range rows {
		for _, b := range row {
			if b.Command != "" {
				typed = append(typed, chat.CleanLine(b.Command)+": "+chat.CleanLine(b.Text))
			}
		}
	}
	if len(typed) == 0 {
		return
	}
	if !below {
		p.gap()
	}
	before := p.Len()
	p.block(strings.Join(typed, saySeparator), noMark, indent{})
	if p.style.Color {
		line := p.String()[before:]
		p.Truncate(before)
		p.dimmed(strings.TrimSuffix(line, "\n"))
		p.WriteByte('\n')
	}
}

// marked cleans a text and gives where the mark is in the result. A mark that
// is no stretch of the text is dropped.
func marked(text string, m mark) (string, mark) {
	if m.start < 0 || m.start >= m.end || m.end > len(text) ||
		!utf8.RuneStart(text[m.start]) || m.end < len(text) && !utf8.RuneStart(text[m.end]) {
		return chat.Clean(text), noMark
	}
	before, inside, after := chat.Clean(text[:m.start]), chat.Clean(text[m.start:m.end]), chat.Clean(text[m.end:])
	return before + inside + after, mark{len(before), len(before) + len(inside)}
}

func (m mark) moved(by int) mark {
	if m == noMark {
		return m
	}
	return mark{m.start + by, m.end + by}
}

// block writes paragraphs, wrapped to the width and indented. It cleans the
// text once more, which does nothing to clean text, so that nothing unsafe can
// pass.
func (p *page) block(text string, m mark, in indent) {
	text = chat.Clean(text)
	before, offset := in.first, 0
	for paragraph := range strings.SplitSeq(text, "\n") {
		width := p.style.Width
		if width > 0 {
			width = max(width-widths.StringWidth(in.rest), 1)
		}
		for _, line := range wrap(paragraph, width) {
			p.WriteString(before)
			p.emphasised(line, m.moved(-offset))
			p.WriteByte('\n')
			before, offset = in.rest, offset+len(line)+1
		}
	}
}

// emphasised writes a line with the part of it that the mark covers in bold.
func (p *page) emphasised(line string, m mark) {
	start, end := min(max(m.start, 0), len(line)), min(max(m.end, 0), len(line))
	if !p.style.Color || start >= end {
		p.WriteString(line)
		return
	}
	p.WriteString(line[:start] + bold + line[start:end] + notBold + line[end:])
}

func (p *page) dimmed(s string) {
	if p.style.Color {
		s = dim + s + notDim
	}
	p.WriteString(s)
}
