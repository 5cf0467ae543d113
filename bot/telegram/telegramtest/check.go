package telegramtest

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// What fits into a message.
const (
	MaxUnits    = 4096 // UTF-16 code units of text, after its markup was parsed
	MaxEntities = 100
)

// Entity is a part of a text with a meaning.
type Entity struct {
	Type   string `json:"type"`   // "bold", "blockquote", "text_link"
	Offset int    `json:"offset"` // in UTF-16 code units
	Length int    `json:"length"`
	URL    string `json:"url,omitempty"` // of a text_link
}

// types are the entities of the tags that Telegram knows.
var types = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
	"a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
}

// Check parses a message in HTML as Telegram does, and gives its text and
// entities, or says why Telegram, at its strictest, would refuse it: unknown,
// unclosed or wrongly nested tags, links that lead to no web page, too long or
// empty a text, too many entities, text that is not UTF-8.
func Check(html string) (visible string, entities []Entity, err error) {
	if !utf8.ValidString(html) {
		return "", nil, fmt.Errorf("strings must be encoded in UTF-8")
	}
	p := &parser{in: html}
	if err := p.parse(); err != nil {
		return "", nil, fmt.Errorf("can't parse entities: %w", err)
	}
	visible = p.out.String()
	// In the order of their start tags: what holds others is before them.
	slices.SortFunc(p.found, func(a, b tag) int { return a.number - b.number })
	for _, t := range p.found {
		entities = append(entities, t.entity)
	}
	return visible, entities, sendable(visible, entities)
}

// sendable says whether a text with entities is one that can be sent.
func sendable(text string, entities []Entity) error {
	switch {
	case Blank(text):
		return fmt.Errorf("message text is empty")
	case Units(text) > MaxUnits:
		return fmt.Errorf("message is too long")
	case len(entities) > MaxEntities:
		return fmt.Errorf("too many entities: %d", len(entities))
	}
	return nil
}

// Units counts the UTF-16 code units of a text.
func Units(s string) int { return len(utf16.Encode([]rune(s))) }

// Blank reports whether nothing of a text can be seen.
func Blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && !unicode.IsControl(r) && r != '\u2800' &&
			!unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
	})
}

type parser struct {
	in      string
	at      int
	out     strings.Builder
	units   int
	started int // tags
	open    []tag
	found   []tag // closed, with something in them
}

type tag struct {
	name   string
	entity Entity
	number int
}

func (p *parser) parse() error {
	for p.at < len(p.in) {
		switch p.in[p.at] {
		case '<':
			if err := p.tag(); err != nil {
				return err
			}
		case '&':
			s, n := reference(p.in[p.at:])
			p.write(s)
			p.at += n
		default:
			n := strings.IndexAny(p.in[p.at:], "<&")
			if n < 0 {
				n = len(p.in) - p.at
			}
			p.write(p.in[p.at : p.at+n])
			p.at += n
		}
	}
	if n := len(p.open); n > 0 {
		return fmt.Errorf("can't find end tag corresponding to start tag %q", p.open[n-1].name)
	}
	return nil
}

func (p *parser) write(s string) {
	p.out.WriteString(s)
	p.units += Units(s)
}

// tag reads a tag.
func (p *parser) tag() error {
	end := strings.IndexByte(p.in[p.at:], '>')
	if end < 0 {
		return fmt.Errorf("unclosed start tag at byte offset %d", p.at)
	}
	if name, ok := strings.CutPrefix(p.in[p.at:p.at+end], "</"); ok {
		p.at += end + 1
		return p.close(strings.ToLower(strings.TrimSpace(name)))
	}
	p.at++
	n := strings.IndexAny(p.in[p.at:], "> \t\n\r\f")
	name := strings.ToLower(p.in[p.at : p.at+n])
	p.at += n
	attributes, err := p.attributes()
	if err != nil {
		return err
	}
	return p.start(name, attributes)
}

// attributes reads those of a tag and its end.
func (p *parser) attributes() (map[string]string, error) {
	all := map[string]string{}
	for {
		p.at += len(p.in[p.at:]) - len(strings.TrimLeft(p.in[p.at:], " \t\n\r\f"))
		if p.at >= len(p.in) {
			return nil, fmt.Errorf("unexpected end of a start tag")
		}
		if p.in[p.at] == '>' {
			p.at++
			return all, nil
		}
		n := strings.IndexAny(p.in[p.at:], "=> \t\n\r\f")
		if n < 1 {
			return nil, fmt.Errorf("empty attribute name at byte offset %d", p.at)
		}
		name := strings.ToLower(p.in[p.at : p.at+n])
		p.at += n
		if p.in[p.at] != '=' {
			all[name] = ""
			continue
		}
		p.at++
		if p.at >= len(p.in) || p.in[p.at] != '"' && p.in[p.at] != '\'' {
			return nil, fmt.Errorf("attribute value without quotes at byte offset %d", p.at)
		}
		quote := p.in[p.at]
		n = strings.IndexByte(p.in[p.at+1:], quote)
		if n < 0 {
			return nil, fmt.Errorf("unclosed attribute value at byte offset %d", p.at)
		}
		all[name] = unescape(p.in[p.at+1 : p.at+1+n])
		p.at += n + 2
	}
}

func (p *parser) start(name string, attributes map[string]string) error {
	kind, ok := types[name]
	if !ok {
		return fmt.Errorf("unsupported start tag %q at byte offset %d", name, p.at)
	}
	e := Entity{Type: kind, Offset: p.units}
	allowed := ""
	switch name {
	case "a":
		allowed = "href"
		e.URL = attributes["href"]
		u, err := url.Parse(e.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "tg" || u.Host == "" {
			return fmt.Errorf("a link to %q", e.URL)
		}
	case "span":
		allowed = "class"
		if attributes["class"] != "tg-spoiler" {
			return fmt.Errorf("tag \"span\" must have class \"tg-spoiler\"")
		}
	case "code":
		allowed = "class"
	case "blockquote":
		allowed = "expandable"
		if _, ok := attributes["expandable"]; ok {
			e.Type = "expandable_blockquote"
		}
	}
	for a := range attributes {
		if a != allowed {
			return fmt.Errorf("attribute %q of tag %q", a, name)
		}
	}
	for _, in := range p.open {
		if err := nested(in.name, name); err != nil {
			return err
		}
	}
	p.started++
	p.open = append(p.open, tag{name: name, entity: e, number: p.started})
	return nil
}

// nested says whether a tag may be in an open one.
func nested(in, name string) error {
	code := name == "code" || name == "pre"
	switch {
	case in == "pre" && name == "code":
		return nil
	case in == "code", in == "pre", code && in != "blockquote", name == "blockquote" && in == "blockquote",
		in == "a" && (name == "a" || name == "blockquote"):
		return fmt.Errorf("%q inside %q", name, in)
	}
	return nil
}

func (p *parser) close(name string) error {
	n := len(p.open)
	if n == 0 {
		return fmt.Errorf("unexpected end tag %q at byte offset %d", name, p.at)
	}
	t := p.open[n-1]
	if name != "" && name != t.name {
		return fmt.Errorf("unmatched end tag at byte offset %d, expected %q, found %q", p.at, t.name, name)
	}
	p.open = p.open[:n-1]
	if t.entity.Length = p.units - t.entity.Offset; t.entity.Length > 0 {
		p.found = append(p.found, t)
	}
	return nil
}

// reference decodes a character reference at the beginning of s, and gives how
// many bytes it has. Telegram knows four by name; others are text.
func reference(s string) (decoded string, n int) {
	end := strings.IndexByte(s, ';')
	if end < 2 || end > 10 {
		return "&", 1
	}
	name := s[1:end]
	switch name {
	case "lt":
		return "<", end + 1
	case "gt":
		return ">", end + 1
	case "amp":
		return "&", end + 1
	case "quot":
		return `"`, end + 1
	}
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if hex, ok := strings.CutPrefix(strings.ToLower(digits), "x"); ok {
			digits, base = hex, 16
		}
		if r, err := strconv.ParseUint(digits, base, 32); err == nil && r > 0 && r <= unicode.MaxRune {
			return string(rune(r)), end + 1
		}
	}
	return "&", 1
}

func unescape(s string) string {
	var b strings.Builder
	for s != "" {
		if s[0] != '&' {
			n := strings.IndexByte(s, '&')
			if n < 0 {
				n = len(s)
			}
			b.WriteString(s[:n])
			s = s[n:]
			continue
		}
		r, n := reference(s)
		b.WriteString(r)
		s = s[n:]
	}
	return b.String()
}

// Part gives the text of an entity.
func (e Entity) Part(text string) string {
	units := utf16.Encode([]rune(text))
	return string(utf16.Decode(units[e.Offset : e.Offset+e.Length]))
}

// Mentions gives what Telegram takes for the names of people in a text, and
// would notify them: an @ and a name that is in no code and no link, and links
// to people.
func Mentions(text string, entities []Entity) (names []string) {
	units := utf16.Encode([]rune(text))
	hidden := make([]bool, len(units))
	for _, e := range entities {
		switch {
		case e.Type == "text_link" && strings.HasPrefix(e.URL, "tg:"):
			names = append(names, e.URL)
		case e.Type == "code", e.Type == "pre", e.Type == "text_link":
			for i := e.Offset; i < e.Offset+e.Length; i++ {
				hidden[i] = true
			}
		}
	}
	word := func(i int) bool {
		return i >= 0 && i < len(units) && units[i] < 0x80 && (units[i] == '_' || unicode.IsLetter(rune(units[i])) || unicode.IsDigit(rune(units[i])))
	}
	for i := range units {
		if units[i] != '@' || word(i-1) {
			continue
		}
		end := i + 1
		shown := !hidden[i]
		for ; word(end); end++ {
			shown = shown && !hidden[end]
		}
		if end > i+2 && shown {
			names = append(names, string(utf16.Decode(units[i:end])))
		}
	}
	return names
}
