package discord

import (
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"trichdan/bot/chat"
)

// Discord's limits, in characters
// (https://discord.com/developers/docs/resources/message#embed-object-embed-limits,
// https://discord.com/developers/docs/components/reference).
const (
	mostContent     = 2000
	mostDescription = 4096
	mostFields      = 25
	mostName        = 256
	mostValue       = 1024
	mostEmbed       = 6000
	mostRows        = 5
	mostInRow       = 5
	mostLabel       = 80
	mostCustomID    = 100
)

// Limits of our own for the small parts, so that one of them does not push out
// the quotes.
const (
	longestLine   = 400 // of a note, a label, a title of a link
	longestSource = 200
	longestFooter = 300
)

// blank is shown as nothing where Discord wants a text.
const blank = "\u200b"

// payload is a message as Discord takes it, to make one or to edit one: every
// part is always there, so that an edit leaves nothing of the old.
type payload struct {
	Content         string                    `json:"content"`
	Embeds          []*discordgo.MessageEmbed `json:"embeds"`
	Components      []discordgo.ActionsRow    `json:"components"`
	AllowedMentions allowedMentions           `json:"allowed_mentions"`

	// For new messages only.
	Reference    *reference             `json:"message_reference,omitempty"`
	Nonce        string                 `json:"nonce,omitempty"`
	EnforceNonce bool                   `json:"enforce_nonce,omitempty"`
	Flags        discordgo.MessageFlags `json:"flags,omitempty"`
}

// allowedMentions says that a message pings no one. The zero value does, once
// it is marshalled with an explicit empty list.
type allowedMentions struct{}

func (allowedMentions) MarshalJSON() ([]byte, error) {
	return []byte(`{"parse":[],"replied_user":false}`), nil
}

// reference makes a message a reply.
type reference struct {
	MessageID       string `json:"message_id"`
	FailIfNotExists bool   `json:"fail_if_not_exists"`
}

// fit renders a message, shortened to Discord's limits; ok is false if there is
// nothing in it to see.
func fit(m chat.Message) (p payload, ok bool) {
	m = chat.Fit(m, func(m chat.Message) bool { return fits(render(m)) })
	p = render(m)
	return p, p.Content != "" || len(p.Embeds) > 0
}

// words is a message of one line.
func words(s string) payload {
	return render(chat.Message{Text: chat.Cut(s, mostContent/4)})
}

func fits(p payload) bool {
	total := 0
	for _, e := range p.Embeds {
		if units(e.Description) > mostDescription || len(e.Fields) > mostFields {
			return false
		}
		total += units(e.Description)
		for _, f := range e.Fields {
			if units(f.Value) > mostValue {
				return false
			}
			total += units(f.Name) + units(f.Value)
		}
		if e.Footer != nil {
			total += units(e.Footer.Text)
		}
	}
	return units(p.Content) <= mostContent && total <= mostEmbed
}

// render shows a message, which may be too long.
func render(m chat.Message) payload {
	p := payload{Embeds: []*discordgo.MessageEmbed{}, Components: rows(m.Buttons)}
	list := links(m.Links)
	text := description(m, list)
	footer := strings.TrimSpace(within(chat.CleanLine(m.Footer), longestFooter, strings.Clone))
	plain := m.Answer == nil && len(m.Citations) == 0 && len(m.Links) == 0 && footer == ""
	if plain && units(text) <= mostContent {
		p.Content = text
		return p
	}
	e := &discordgo.MessageEmbed{Description: text}
	for _, c := range m.Citations {
		e.Fields = cited(e.Fields, c)
	}
	if len(m.Citations) > 0 && (len(list) > 0 || m.LinksTitle != "") {
		e.Fields = append(e.Fields, listed(m.LinksTitle, list)...)
	}
	if footer != "" { // a footer is no Markdown
		e.Footer = &discordgo.MessageEmbedFooter{Text: footer}
	}
	p.Embeds = append(p.Embeds, e)
	return p
}

// description is all that is no citation. The list of links is in there if there
// are none.
func description(m chat.Message, list []string) string {
	var parts, notes []string
	for _, n := range m.Notes {
		if n = line(n, longestLine); n != "" {
			notes = append(notes, "*"+n+"*")
		}
	}
	parts = append(parts, strings.Join(notes, "\n"), answer(m.Answer), strings.TrimSpace(escape(chat.Clean(m.Text))))
	if len(m.Citations) == 0 {
		if title := line(m.LinksTitle, longestLine); title != "" {
			list = append([]string{"**" + title + "**"}, list...)
		}
		parts = append(parts, strings.Join(list, "\n"))
	}
	kept := parts[:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "\n\n")
}

func answer(a *chat.Answer) string {
	if a == nil {
		return ""
	}
	var b strings.Builder
	label := line(a.Label, longestLine)
	if label != "" {
		b.WriteString("**" + label + "** · ")
	}
	b.WriteString(elided(a.Before, "", " "))
	// Discord cuts white space from the ends of a text: a quote must not stand
	// there bare.
	bare := label == "" || a.N == 0
	if bare {
		b.WriteString("“")
	}
	escapeMarked(&b, a.Text, a.Mark, "")
	if bare {
		b.WriteString("”")
	}
	b.WriteString(chat.Closers(a.Text) + elided(a.After, " ", ""))
	if a.N != 0 {
		b.WriteString(" " + escape("["+strconv.Itoa(a.N)+"]"))
	}
	return b.String()
}

func elided(is bool, before, after string) string {
	if !is {
		return ""
	}
	return before + escape("[…]") + after
}

// links are the lines of a list.
func links(list []chat.Link) []string {
	var lines []string
	for _, l := range list {
		s := "• "
		if l.N != 0 {
			s = escape(strconv.Itoa(l.N)+".") + " "
		}
		text := l.Title
		if strings.TrimSpace(text) == "" {
			text = "…"
		}
		to := address(l.URL)
		masked := to != "" && !strings.ContainsAny(text, "[]")
		if masked {
			s += linked(text, to, longestLine)
		} else {
			s += line(text, longestLine)
		}
		if source := line(l.Source, longestSource); source != "" {
			s += ", " + source
		}
		if to != "" && !masked {
			s += " " + linked("↗", to, longestLine)
		}
		lines = append(lines, s)
	}
	return lines
}

// listed are the fields with a list of links, which follow the citations.
func listed(title string, lines []string) []*discordgo.MessageEmbedField {
	f := &discordgo.MessageEmbedField{Name: orBlank(line(title, mostName))}
	fields := []*discordgo.MessageEmbedField{f}
	for _, l := range lines {
		if f.Value != "" && units(f.Value)+1+units(l) > mostValue {
			f = &discordgo.MessageEmbedField{Name: blank}
			fields = append(fields, f)
		}
		if f.Value != "" {
			f.Value += "\n"
		}
		f.Value += l
	}
	f.Value = orBlank(f.Value)
	return fields
}

func orBlank(s string) string {
	if strings.TrimSpace(s) == "" {
		return blank
	}
	return s
}

// cited adds a citation to the fields of those before it. One that goes on with
// the article above has no heading: it stands in the field of that as long as
// there is room.
func cited(fields []*discordgo.MessageEmbedField, c chat.Citation) []*discordgo.MessageEmbedField {
	name, value := field(c)
	if name != "" || len(fields) == 0 {
		return append(fields, &discordgo.MessageEmbedField{Name: orBlank(name), Value: orBlank(value)})
	}
	above := fields[len(fields)-1]
	switch joined := above.Value + "\n\n" + value; { // the empty line keeps two quotes apart
	case value == "":
	case above.Value == blank:
		above.Value = value
	case units(joined) <= mostValue:
		above.Value = joined
	default:
		fields = append(fields, &discordgo.MessageEmbedField{Name: blank, Value: value})
	}
	return fields
}

// field is what a citation's field says: its name, which Discord shows in bold,
// is the number and title, or, where there is neither, the source; "" if there
// is nothing of these.
func field(c chat.Citation) (name, value string) {
	if c.N != 0 {
		name = escape("["+strconv.Itoa(c.N)+"]") + " "
	}
	name = strings.TrimSpace(name + line(c.Title, mostName-units(name)))
	var from, lines []string
	for _, s := range []string{c.Source, c.Sources} {
		if s = line(s, longestSource); s != "" && name == "" {
			name = s
		} else if s != "" {
			from = append(from, s)
		}
	}
	if len(from) > 0 {
		lines = append(lines, strings.Join(from, " · "))
	}
	if c.Quote != "" {
		var b strings.Builder
		b.WriteString("> " + elided(c.Before, "", " ") + "“")
		escapeMarked(&b, c.Quote, c.Mark, "> ")
		b.WriteString("”" + chat.Closers(c.Quote) + elided(c.After, " ", ""))
		lines = append(lines, b.String())
	}
	if to := address(c.Link); to != "" {
		text := c.LinkText
		if strings.TrimSpace(text) == "" {
			text = "↗"
		}
		lines = append(lines, linked(text, to, mostLabel))
	}
	return name, strings.Join(lines, "\n")
}

// rows are the buttons. Discord refuses a message with two of one ID, or with
// one that has no text.
func rows(buttons [][]chat.Button) []discordgo.ActionsRow {
	list := []discordgo.ActionsRow{}
	seen := map[string]bool{}
	for _, row := range buttons {
		var r discordgo.ActionsRow
		for _, b := range row {
			label := strings.TrimSpace(within(strings.TrimSpace(chat.CleanLine(b.Text)), mostLabel, strings.Clone))
			if label == "" || b.Data == "" || units(b.Data) > mostCustomID || seen[b.Data] {
				continue
			}
			seen[b.Data] = true
			if len(r.Components) == mostInRow {
				list = append(list, r)
				r = discordgo.ActionsRow{}
			}
			r.Components = append(r.Components, discordgo.Button{
				Label: label, Style: discordgo.SecondaryButton, CustomID: b.Data,
			})
		}
		if len(r.Components) > 0 {
			list = append(list, r)
		}
	}
	return list[:min(len(list), mostRows)]
}
