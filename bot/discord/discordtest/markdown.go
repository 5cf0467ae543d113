package discordtest

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// Link is a masked link.
type Link struct{ Text, URL string }

// visible is what a reader sees of a Markdown text.
type visible struct {
	text   string
	quotes []string // contents of block quotes
	links  []Link
}

// Blocks that begin with a line: lists, headings, small print.
var block = regexp.MustCompile(`^\s*(?:(?:[-*+]|\d+\.)(?:\s|$)|#{1,3}\s|-#\s)`)

// target is an address that no Markdown is taken for: of tildes, only that of a
// fragment directive.
var target = regexp.MustCompile("^https?://(?:[^\\s()<>\"'`\\\\*|~\\[\\]]|:~:)+$")

// read reads text as Discord's clients do, and knows of its Markdown bold,
// italics, block quotes, masked links and escapes. Anything else that would act
// is an error: it was not meant to.
func read(s string) (visible, error) {
	var v visible
	var lines []string
	quoted := false
	for line := range strings.SplitSeq(strings.TrimSpace(s), "\n") {
		rest, quote := strings.CutPrefix(line, "> ")
		if block.MatchString(rest) {
			return v, fmt.Errorf("a list or heading begins in %q", line)
		}
		text, links, err := inline(rest)
		if err != nil {
			return v, fmt.Errorf("%w in %q", err, line)
		}
		v.links = append(v.links, links...)
		lines = append(lines, text)
		switch {
		case quote && quoted:
			v.quotes[len(v.quotes)-1] += "\n" + text
		case quote:
			v.quotes = append(v.quotes, text)
		}
		quoted = quote
	}
	v.text = strings.Join(lines, "\n")
	return v, nil
}

// inline reads one line.
func inline(s string) (text string, links []Link, err error) {
	var b strings.Builder
	bold, italic := false, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '\\':
			if i+1 == len(s) || s[i+1] > unicode.MaxASCII || !isPunct(s[i+1]) {
				return "", nil, errors.New("a backslash that escapes nothing")
			}
			i++
			b.WriteByte(s[i])
		case '*':
			switch {
			case strings.HasPrefix(s[i:], "***"):
				return "", nil, errors.New("three asterisks")
			case strings.HasPrefix(s[i:], "**"):
				bold = !bold
				i++
			default:
				italic = !italic
			}
		case '[':
			l, size, err := masked(s[i:])
			if err != nil {
				return "", nil, err
			}
			links = append(links, l)
			b.WriteString(l.Text)
			i += size - 1
		case '_', '~', '|', '`', '<', '>', '@', '#', ':', ']', '(', ')':
			return "", nil, fmt.Errorf("%q acts", c)
		default:
			b.WriteByte(c)
		}
	}
	if bold || italic {
		return "", nil, errors.New("emphasis does not end")
	}
	return b.String(), links, nil
}

// isPunct reports whether an ASCII character can be escaped.
func isPunct(c byte) bool {
	return c > ' ' && c < 0x7f && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}

// masked reads the masked link that s begins with.
func masked(s string) (l Link, size int, err error) {
	end := 1
	for end < len(s) && s[end] != ']' {
		if s[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(s) || !strings.HasPrefix(s[end:], "](") {
		return l, 0, errors.New("a bracket that begins no link")
	}
	text, nested, err := inline(s[1:end])
	if err != nil || len(nested) > 0 {
		return l, 0, fmt.Errorf("a link with a bad text (%w)", err)
	}
	to, _, ok := strings.Cut(s[end+2:], ")")
	u, err := url.Parse(to)
	if !ok || err != nil || u.Host == "" || !target.MatchString(to) {
		return l, 0, fmt.Errorf("a link to %q", to)
	}
	if strings.TrimSpace(text) == "" {
		return l, 0, errors.New("a link without a text")
	}
	return Link{text, to}, end + 2 + len(to) + 1, nil
}
