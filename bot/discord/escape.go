package discord

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf16"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
)

// acting are the characters that mean something in Discord's Markdown wherever
// they stand: they begin emphasis, code, spoilers, mentions, timestamps, emoji,
// links or block quotes
// (https://discord.com/developers/docs/reference#message-formatting).
const acting = "\\`*_~|<>@#:[]()"

// escape makes text that Discord shows as it is: a backslash stands before
// everything that would act. Without these backslashes it is s again.
func escape(s string) string {
	var b strings.Builder
	escapeMarked(&b, s, vi.Span{}, "")
	return b.String()
}

// escapeMarked writes text escaped, the part in the mark bold, and before each
// of its lines but the first the given prefix.
func escapeMarked(b *strings.Builder, text string, mark vi.Span, prefix string) {
	const (
		begin  = iota // of a line, perhaps after spaces: lists and headings begin here
		number        // after digits at the beginning of a line
		inside
	)
	at, bold := begin, false
	for i, r := range text {
		if r == '\n' {
			if bold {
				b.WriteString("**")
				bold = false
			}
			b.WriteByte('\n')
			b.WriteString(prefix)
			at = begin
			continue
		}
		if in := mark.Start <= i && i < mark.End; in != bold {
			b.WriteString("**")
			bold = in
		}
		switch {
		case strings.ContainsRune(acting, r),
			at == begin && (r == '-' || r == '+'),
			at == number && r == '.':
			b.WriteByte('\\')
			b.WriteRune(r)
			at = inside
			continue
		case r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			at = begin // the end of a line for some programs
		case at == begin && unicode.IsSpace(r):
		case at != inside && '0' <= r && r <= '9':
			at = number
		default:
			at = inside
		}
		b.WriteRune(r)
	}
	if bold {
		b.WriteString("**")
	}
}

// line is the platform's or an article's text made safe for one line and
// escaped, at most n UTF-16 units of it.
func line(s string, n int) string {
	s = strings.TrimSpace(chat.CleanLine(s))
	return within(s, n, escape)
}

// within gives as much of s, from its beginning, as has at most n UTF-16 units
// once it is shown.
func within(s string, n int, show func(string) string) string {
	for most := n; most > 0; most = most*3/4 - 1 {
		if shown := show(chat.Cut(s, most)); units(shown) <= n {
			return shown
		}
	}
	return ""
}

// units is the length of a text as Discord's clients count it. In code points
// it is never longer.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// longestAddress is the most UTF-16 units of a link; longer ones are left out, if
// they are without a fragment directive, too.
const longestAddress = 500

// directive begins what a fragment says to browsers alone. Encoded it would not.
const directive = ":~:"

// address gives an http or https address as it may stand in a masked link, ""
// for what is none.
func address(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return ""
	}
	page, fragment, directed := strings.Cut(u.String(), directive)
	page = encoded(page)
	if directed {
		if whole := page + directive + encoded(fragment); len(whole) <= longestAddress {
			return whole
		}
		page = strings.TrimSuffix(page, "#")
	}
	if len(page) > longestAddress {
		return ""
	}
	return page
}

// encoded encodes what could end a masked link or act in it, and what is no ASCII.
func encoded(address string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(address) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("()<>[]{}\"'\\`|^*_~", c) >= 0 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// linked is a masked link. A bracket in its text could end it, even an escaped
// one in some clients, so that it becomes a parenthesis.
func linked(text, to string, n int) string {
	text = strings.NewReplacer("[", "(", "]", ")").Replace(text)
	return "[" + line(text, n) + "](" + to + ")"
}
