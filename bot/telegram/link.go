package telegram

import (
	"html"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/bot/chat"
)

// anchor writes a link. There are no mentions in one.
func (p *page) anchor(text, address string) {
	p.entities++
	p.html.WriteString(`<a href="` + html.EscapeString(address) + `">`)
	p.write(strings.ToValidUTF8(text, "\ufffd"))
	p.html.WriteString("</a>")
}

// fitting leaves the directives of its fragment out of an address that is too long
// with them: the page is found all the same
// (https://wicg.github.io/scroll-to-text-fragment/#the-fragment-directive).
func fitting(address string) string {
	if len(address) <= mostAddress {
		return address
	}
	before, _, _ := strings.Cut(address, ":~:")
	return strings.TrimSuffix(before, "#")
}

// followable reports whether an address may be a link: that of a web page.
func followable(address string) bool {
	if address == "" || len(address) > mostAddress || !utf8.ValidString(address) ||
		strings.ContainsFunc(address, func(r rune) bool { return unicode.IsSpace(r) || chat.UnsafeRune(r) }) {
		return false
	}
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}
