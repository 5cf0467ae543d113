package bot

import (
	"fmt"
	"iter"
	"strings"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// TextFragment gives the fragment directive (":~:text=…") with which a browser
// finds what is quoted in a page with the article, and scrolls there: Text
// Fragments, https://wicg.github.io/scroll-to-text-fragment/. It is "" where no
// word is quoted. A quote that begins or ends within a word is looked for with
// all of it.
//
// A short quote is looked for whole, a longer one by its first and last words.
// Where others are found first, in the body or in the headline above it, more of
// its words are taken, and then some of those around it. Few articles repeat
// themselves so much that this does not help; of these, the same words elsewhere
// or a part of the quote is found.
func TextFragment(a *corpus.Article, quoted vi.Span) string {
	t := newFragmentText(a)
	first, last, ok := t.quoted(quoted)
	if !ok {
		return ""
	}
	budget := fragmentBudget
	for _, p := range t.parts(first, last) {
		for d := range t.directives(p[0], p[1]) {
			if t.finds(d, p[0], p[1], &budget) {
				return t.String(d)
			}
			if budget <= 0 {
				break
			}
		}
	}
	if d := t.directive(first, last, edgeWords[0]); t.repeated(d) {
		return t.String(d)
	}
	// All that can be had is the beginning, wherever it stands first.
	last = min(last, first+wholeWords-1, t.lastInBlock(first))
	return t.String(directive{prefix: first, start: first, startEnd: last + 1, end: last + 1, last: last + 1, suffix: last + 1})
}

const (
	// wholeWords is up to how many words a quote is looked for whole.
	wholeWords = 12
	// fragmentBudget bounds how many places are looked at.
	fragmentBudget = 20_000
)

// How many words are taken: of the beginning and the end of a long quote, and
// around it.
var (
	edgeWords    = []int{6, 12, 24, 80}
	contextWords = []int{3, 8, 24, 80}
)

// directive is a text directive in words of a text. The prefix is
// words[prefix:start], the start words[start:startEnd], the end words[end:last],
// the suffix words[last:suffix]; empty ones are not there. Without an end, last is
// startEnd.
type directive struct{ prefix, start, startEnd, end, last, suffix int }

// directives yields the ways to look for words[first:last+1], the best first.
func (t *fragmentText) directives(first, last int) iter.Seq[directive] {
	return func(yield func(directive) bool) {
		for _, context := range append([]int{0}, contextWords...) {
			for _, around := range [][2]int{{context, 0}, {0, context}, {context, context}} {
				for _, edge := range edgeWords {
					d := t.directive(first, last, edge)
					if around[0] > 0 && first > 0 {
						d.prefix = max(first-around[0], t.firstInBlock(first-1))
					}
					if around[1] > 0 && last+1 < len(t.words) {
						d.suffix = min(last+around[1], t.lastInBlock(last+1)) + 1
					}
					if !yield(d) {
						return
					}
					if d.end == d.last { // it is whole
						break
					}
				}
				if context == 0 {
					break
				}
			}
		}
	}
}

// directive looks for words[first:last+1] by its first and last edge words, or
// whole if it is short; each stands in one block.
func (t *fragmentText) directive(first, last, edge int) directive {
	d := directive{prefix: first, start: first, startEnd: last + 1, end: last + 1, last: last + 1, suffix: last + 1}
	sameBlock := t.words[first].block == t.words[last].block
	if n := last + 1 - first; sameBlock && (n <= wholeWords || n <= edge) {
		return d
	}
	d.startEnd = min(first+edge, t.lastInBlock(first)+1)
	d.end = max(last+1-edge, t.firstInBlock(last))
	if d.startEnd > d.end { // they meet
		d.startEnd = first + (last+1-first)/2
		d.end = d.startEnd
	}
	return d
}

// parts are what to look for: the quote, or, where that is not to be found, one
// of its paragraphs.
func (t *fragmentText) parts(first, last int) [][2]int {
	list := [][2]int{{first, last}}
	if t.words[first].block == t.words[last].block {
		return list
	}
	for i := first; i <= last; {
		end := min(last, t.lastInBlock(i))
		list = append(list, [2]int{i, end})
		i = end + 1
	}
	return list
}

// String writes a directive as it stands in an address.
func (t *fragmentText) String(d directive) string {
	var b strings.Builder
	b.WriteString(":~:text=")
	if d.prefix < d.start {
		b.WriteString(t.encoded(d.prefix, d.start) + "-,")
	}
	b.WriteString(t.encoded(d.start, d.startEnd))
	if d.end < d.last {
		b.WriteString("," + t.encoded(d.end, d.last))
	}
	if d.last < d.suffix {
		b.WriteString(",-" + t.encoded(d.last, d.suffix))
	}
	return b.String()
}

// encoded is words[from:to], percent-encoded: all but letters, digits and three
// marks that mean nothing in an address, in a directive, or in any markup.
func (t *fragmentText) encoded(from, to int) string {
	var b strings.Builder
	for i, w := range t.words[from:to] {
		if i > 0 {
			b.WriteString("%20")
		}
		for _, c := range []byte(t.body[w.Start:w.End]) {
			switch {
			case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '_', c == '~':
				b.WriteByte(c)
			default:
				fmt.Fprintf(&b, "%%%02X", c)
			}
		}
	}
	return b.String()
}
