package source

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A page that separate looks at has text of at most so many bytes, in at most so
// many paragraphs.
const shortPage, shortParagraphs = 4 << 10, 200

// separate gives the text of a short page its paragraphs. What the library finds
// there, below 250 characters, it gives as one run of text, the headline before
// it, no space where one paragraph ends and the next begins, and some of it twice.
// Which text it is is left to the library; where its paragraphs end, the page says.
func (d *draft) separate(doc *html.Node) {
	if len(d.paras) != 1 || len(d.paras[0].text) > shortPage {
		return
	}
	found := unspaced(d.paras[0].text)
	var page draft
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Body {
			page.htmlParagraphs(n)
			break
		}
	}
	page.paras = slices.DeleteFunc(page.paras, func(p paragraph) bool {
		return !p.inBody() || !strings.Contains(found, unspaced(p.text))
	})
	if len(page.paras) > shortParagraphs {
		return
	}
	texts := make([]string, len(page.paras))
	for i, p := range page.paras {
		texts[i] = unspaced(p.text)
	}
	var paras []paragraph
	for _, i := range joined(texts, found) {
		paras = append(paras, page.paras[i])
	}
	if len(paras) > 1 {
		d.paras = paras
	}
}

// joined gives the indexes, in order, of parts of which whole consists, in any
// order and perhaps more than once; longer parts go first. It gives nil if whole
// does not consist of them.
func joined(parts []string, whole string) []int {
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(parts[b]) - len(parts[a]) })
	var chosen []int
	hopeless := map[int]bool{}
	var fits func(at int) bool
	fits = func(at int) bool {
		if at == len(whole) {
			return true
		}
		if hopeless[at] {
			return false
		}
		for _, i := range order {
			if parts[i] == "" || !strings.HasPrefix(whole[at:], parts[i]) {
				continue
			}
			chosen = append(chosen, i)
			if fits(at + len(parts[i])) {
				return true
			}
			chosen = chosen[:len(chosen)-1]
		}
		hopeless[at] = true
		return false
	}
	if !fits(0) {
		return nil
	}
	slices.Sort(chosen)
	return slices.Compact(chosen)
}

// unspaced is a text without white space.
func unspaced(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}
