package bot

import (
	"slices"
	"strings"
	"unicode"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// fragmentText is an article as a browser looks for text in it: blocks, which
// are the paragraphs with the headline before them. It compares more loosely
// than any browser does, without regard to case, diacritics, the kind of
// quotation marks, and where words end. So whatever any browser might find
// before the quote is found here as well.
type fragmentText struct {
	body   string
	words  []fragmentWord
	blocks []string // folded words with a space between them
}

// fragmentWord is what stands between white space.
type fragmentWord struct {
	vi.Span     // of the body
	block   int // that it stands in
	at, end int // where it stands in the block
}

func newFragmentText(a *corpus.Article) *fragmentText {
	t := &fragmentText{body: a.Body}
	if !a.TitleDerived {
		t.blocks = append(t.blocks, looseFold(strings.Join(strings.Fields(a.Title), " ")))
	}
	start := 0
	for paragraph := range strings.Lines(a.Body) {
		var b strings.Builder
		for at := 0; at < len(paragraph); {
			skipped := strings.IndexFunc(paragraph[at:], func(r rune) bool { return !unicode.IsSpace(r) })
			if skipped < 0 {
				break
			}
			at += skipped
			n := strings.IndexFunc(paragraph[at:], unicode.IsSpace)
			if n < 0 {
				n = len(paragraph) - at
			}
			if folded := looseFold(paragraph[at : at+n]); folded != "" { // else it is invisible
				if b.Len() > 0 {
					b.WriteByte(' ')
				}
				w := fragmentWord{Span: vi.Span{Start: start + at, End: start + at + n}, block: len(t.blocks), at: b.Len()}
				b.WriteString(folded)
				w.end = b.Len()
				t.words = append(t.words, w)
			}
			at += n
		}
		if b.Len() > 0 {
			t.blocks = append(t.blocks, b.String())
		}
		start += len(paragraph)
	}
	return t
}

// looseFold makes one of what some browser takes for the same.
func looseFold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("“”„«»", r):
			return '"'
		case strings.ContainsRune("‘’‚", r):
			return '\''
		case unicode.In(r, unicode.Mn, unicode.Cf):
			return -1
		}
		return r
	}, vi.Fold(s))
}

// quoted gives the first and the last word that a span has something of.
func (t *fragmentText) quoted(s vi.Span) (first, last int, ok bool) {
	first, last = -1, -1
	for i, w := range t.words {
		if w.End > s.Start && first < 0 {
			first = i
		}
		if w.Start < s.End {
			last = i
		}
	}
	return first, last, first >= 0 && first <= last
}

// lastInBlock and firstInBlock give the last and the first word of the block in
// which a word stands.
func (t *fragmentText) lastInBlock(i int) int {
	for i+1 < len(t.words) && t.words[i+1].block == t.words[i].block {
		i++
	}
	return i
}

func (t *fragmentText) firstInBlock(i int) int {
	for i > 0 && t.words[i-1].block == t.words[i].block {
		i--
	}
	return i
}

// fragmentPlace is a place in the blocks.
type fragmentPlace struct{ block, at int }

// finds reports whether words[first:last+1] is what a browser finds first by a
// directive, in the steps of "find a range from a text directive" of the
// specification. It takes what it looks at from budget, and reports false when
// that is used up.
func (t *fragmentText) finds(d directive, first, last int, budget *int) bool {
	prefix, start, end, suffix := t.folded(d.prefix, d.start), t.folded(d.start, d.startEnd), t.folded(d.end, d.last), t.folded(d.last, d.suffix)
	wantStart := fragmentPlace{t.words[first].block, t.words[first].at}
	wantEnd := fragmentPlace{t.words[last].block, t.words[last].end}
	for from := (fragmentPlace{}); *budget > 0; *budget-- {
		lead := prefix
		if lead == "" {
			lead = start
		}
		at, ok := t.find(lead, from)
		if !ok {
			return false
		}
		from = fragmentPlace{at.block, at.at + 1}
		if prefix != "" {
			if at = t.next(fragmentPlace{at.block, at.at + len(prefix)}); !t.stands(start, at) {
				continue
			}
		}
		stop := fragmentPlace{at.block, at.at + len(start)}
		if end != "" {
			return at == wantStart && t.ends(stop, wantEnd, end, suffix, budget)
		}
		if suffix == "" || t.stands(suffix, t.next(stop)) {
			return at == wantStart && stop == wantEnd
		}
	}
	return false
}

// ends reports whether the first end with the suffix behind it, of those that
// begin at a place or after it, ends where it is wanted. Browsers step over an end
// without the suffix: none may reach into the one that is wanted.
func (t *fragmentText) ends(from, want fragmentPlace, end, suffix string, budget *int) bool {
	for ; *budget > 0; *budget-- {
		at, ok := t.find(end, from)
		if !ok {
			return false
		}
		stop := fragmentPlace{at.block, at.at + len(end)}
		if suffix == "" || t.stands(suffix, t.next(stop)) {
			return stop == want
		}
		if at.block == want.block && stop.at > want.at-len(end) {
			return false
		}
		from = fragmentPlace{at.block, at.at + 1}
	}
	return false
}

// repeated reports whether what is found first by a directive without prefix and
// suffix is the same words as are looked for, in one block, though elsewhere.
func (t *fragmentText) repeated(d directive) bool {
	at, ok := t.find(t.folded(d.start, d.startEnd), fragmentPlace{})
	if !ok {
		return false
	}
	i := slices.IndexFunc(t.words, func(w fragmentWord) bool { return w.block == at.block && w.at == at.at })
	n := d.last - d.start
	if i < 0 || i+n > len(t.words) || t.words[i+n-1].block != at.block {
		return false
	}
	for k := range n {
		found, wanted := t.words[i+k], t.words[d.start+k]
		if t.body[found.Start:found.End] != t.body[wanted.Start:wanted.End] {
			return false
		}
	}
	if d.end == d.last {
		return true
	}
	end := t.folded(d.end, d.last)
	stop, ok := t.find(end, fragmentPlace{at.block, t.words[i+d.startEnd-d.start-1].end})
	return ok && stop == fragmentPlace{at.block, t.words[i+n-1].end - len(end)}
}

// folded is words[from:to], which stand in one block, as the block has them.
func (t *fragmentText) folded(from, to int) string {
	if from >= to {
		return ""
	}
	return t.blocks[t.words[from].block][t.words[from].at:t.words[to-1].end]
}

// find gives the first place of a text that stands in one block.
func (t *fragmentText) find(text string, from fragmentPlace) (fragmentPlace, bool) {
	for ; from.block < len(t.blocks); from = (fragmentPlace{block: from.block + 1}) {
		if b := t.blocks[from.block]; from.at <= len(b) {
			if i := strings.Index(b[from.at:], text); i >= 0 {
				return fragmentPlace{from.block, from.at + i}, true
			}
		}
	}
	return from, false
}

// next is the place of the next character that is no white space.
func (t *fragmentText) next(p fragmentPlace) fragmentPlace {
	for p.block < len(t.blocks) {
		switch b := t.blocks[p.block]; {
		case p.at >= len(b):
			p = fragmentPlace{block: p.block + 1}
		case b[p.at] == ' ':
			p.at++
		default:
			return p
		}
	}
	return p
}

// stands reports whether a text stands at a place.
func (t *fragmentText) stands(text string, p fragmentPlace) bool {
	return p.block < len(t.blocks) && strings.HasPrefix(t.blocks[p.block][p.at:], text)
}
