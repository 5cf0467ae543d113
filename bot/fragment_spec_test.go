package bot

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// page is a page as a browser looks for text in it: blocks, folded by one of the
// two ways in which browsers compare.
type page struct {
	blocks []string
	fold   func(string) string
}

// folds are what a browser may take for the same: what is the same but for case,
// or all with the same base letters.
var folds = map[string]func(string) string{"case": strings.ToLower, "base letters": vi.Fold}

func pageOf(a *corpus.Article, fold func(string) string) *page {
	p := &page{fold: fold}
	title := a.Title
	if a.TitleDerived { // no newspaper has it
		title = ""
	}
	for _, block := range append([]string{title}, strings.Split(a.Body, "\n")...) {
		p.blocks = append(p.blocks, fold(strings.Join(strings.Fields(block), " ")))
	}
	return p
}

// spot is a place in a page.
type spot struct{ block, at int }

// spots give where a stretch of the body begins and ends in the page.
func (p *page) spots(body string, s vi.Span) (from, to spot) {
	spotOf := func(text string) spot {
		n := strings.Count(text, "\n")
		line := text[strings.LastIndex(text, "\n")+1:]
		folded := p.fold(strings.Join(strings.Fields(line), " "))
		if folded != "" && strings.TrimRightFunc(line, unicode.IsSpace) != line {
			folded += " "
		}
		return spot{n + 1, len(folded)}
	}
	return spotOf(body[:s.Start]), spotOf(body[:s.End])
}

// boundary reports whether a word may begin or end at a place of a block: the
// rules of Unicode Standard Annex #29 that matter between letters, digits and
// marks.
func boundary(block string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(block[:at])
	after, size := utf8.DecodeRuneInString(block[at:])
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }
	switch {
	case at == 0 || at == len(block):
		return true
	case unicode.Is(unicode.M, after), word(before) && word(after):
		return false
	}
	next, _ := utf8.DecodeRuneInString(block[at+size:])
	beforeThat, _ := utf8.DecodeLastRuneInString(block[:at-utf8.RuneLen(before)])
	return !(word(before) && strings.ContainsRune(".,'’:", after) && word(next)) &&
		!(word(beforeThat) && strings.ContainsRune(".,'’:", before) && word(after))
}

// find is "find a string in range" of the specification.
func (p *page) find(text string, from spot, startBound, endBound bool) (spot, bool) {
	for ; from.block < len(p.blocks); from = (spot{block: from.block + 1}) {
		b := p.blocks[from.block]
		for at := from.at; at <= len(b); at++ {
			i := strings.Index(b[at:], text)
			if i < 0 {
				break
			}
			at += i
			if (!startBound || boundary(b, at)) && (!endBound || boundary(b, at+len(text))) {
				return spot{from.block, at}, true
			}
		}
	}
	return from, false
}

func (p *page) skipSpace(at spot) spot {
	for at.block < len(p.blocks) {
		b := p.blocks[at.block]
		if at.at < len(b) && b[at.at] != ' ' {
			break
		}
		if at.at++; at.at >= len(b) {
			at = spot{block: at.block + 1}
		}
	}
	return at
}

// search is "find a range from a text directive" of the specification, after
// https://wicg.github.io/scroll-to-text-fragment/#find-a-range-from-a-text-directive
func (p *page) search(d textDirective) (from, to spot, ok bool) {
	prefix, start, end, suffix := p.fold(d.prefix), p.fold(d.start), p.fold(d.end), p.fold(d.suffix)
	for at := (spot{}); ; {
		bound := end != "" || suffix == ""
		var found bool
		if prefix != "" {
			before, ok := p.find(prefix, at, true, false)
			if !ok {
				return from, to, false
			}
			at = spot{before.block, before.at + 1}
			next := p.skipSpace(spot{before.block, before.at + len(prefix)})
			if from, found = p.find(start, next, false, bound); !found {
				return from, to, false
			}
			if from != next {
				continue
			}
		} else {
			if from, found = p.find(start, at, true, bound); !found {
				return from, to, false
			}
			at = spot{from.block, from.at + 1}
		}
		to = spot{from.block, from.at + len(start)}
		for {
			if end != "" {
				last, ok := p.find(end, to, true, suffix == "")
				if !ok {
					return from, to, false
				}
				to = spot{last.block, last.at + len(end)}
			}
			if suffix == "" {
				return from, to, true
			}
			next := p.skipSpace(to)
			behind, ok := p.find(suffix, next, false, true)
			if !ok {
				return from, to, false
			}
			if behind == next {
				return from, to, true
			}
			if end == "" {
				break
			}
		}
	}
}

// textDirective is what a fragment says.
type textDirective struct{ prefix, start, end, suffix string }

// parseDirective is "parse a text directive" of the specification.
func parseDirective(t interface{ Fatalf(string, ...any) }, fragment string) (d textDirective) {
	text, ok := strings.CutPrefix(fragment, ":~:text=")
	if !ok || strings.ContainsAny(text, "&#\"'<>() \n") {
		t.Fatalf("%q is no directive", fragment)
	}
	decoded := func(s string) string {
		s, err := url.PathUnescape(s)
		if err != nil || s == "" || !utf8.ValidString(s) {
			t.Fatalf("%q in %q: %v", s, fragment, err)
		}
		return s
	}
	parts := strings.Split(text, ",")
	if s, ok := strings.CutSuffix(parts[0], "-"); ok {
		d.prefix, parts = decoded(s), parts[1:]
	}
	if s, ok := strings.CutPrefix(parts[len(parts)-1], "-"); ok {
		d.suffix, parts = decoded(s), parts[:len(parts)-1]
	}
	if len(parts) == 0 || len(parts) > 2 {
		t.Fatalf("%q has %d parts", fragment, len(parts))
	}
	d.start = decoded(parts[0])
	if len(parts) == 2 {
		d.end = decoded(parts[1])
	}
	for _, s := range parts {
		if strings.Contains(s, "-") {
			t.Fatalf("%q has a bare hyphen", fragment)
		}
	}
	return d
}
