package source

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// isHeadline reports whether a paragraph has the form of a headline: 4 to 40
// syllables that do not end as a sentence of running text does.
func isHeadline(s string) bool {
	n := syllables(s)
	if n < 4 || n > 40 || endsOpen(s) || sentences(s) > 2 {
		return false
	}
	t := strings.TrimRight(s, closers+" ")
	return !strings.HasSuffix(t, ".") || strings.HasSuffix(t, "..") && n <= 25
}

// cutSite takes the name of the site off the end of a headline, as in the
// title bar of a browser: "… | Báo điện tử X". It goes only where it is known
// to be a name of an outlet.
func cutSite(title string) (rest, outlet string) {
	for range 3 { // "… - Rubric's site | Outlet"
		i := lastSeparator(title)
		if i < 0 {
			break
		}
		name := strings.Trim(title[i:], " -–—|")
		o, ok := corpus.OutletOfSign(name)
		if !ok && hostPattern.MatchString(name) {
			o, ok = corpus.OutletOfHost(name)
		}
		if !ok || syllables(title[:i]) < 3 {
			break
		}
		title, outlet = strings.TrimRight(title[:i], " -–—|"), first(outlet, o.Name)
	}
	return title, outlet
}

// lastSeparator is where the last " - ", " – " or "|" of a title begins, or -1.
func lastSeparator(s string) int {
	at := -1
	for _, sep := range []string{" - ", " – ", " — ", "|"} {
		at = max(at, strings.LastIndex(s, sep))
	}
	return at
}

// takeHeadline finds the headline among the first paragraphs, after those
// that stand above it: dates, rubrics, pictures.
func (d *draft) takeHeadline() {
	last := d.lastText()
	for i := range d.paras {
		p := &d.paras[i]
		if p.role == dropped || p.role == image || p.role == caption {
			continue
		}
		if d.title != "" {
			break
		}
		if d.picture(i) {
			continue
		}
		if !isHeadline(p.text) || last <= i {
			return
		}
		if _, _, agency := cutAgency(p.text); agency {
			return
		}
		title, outlet := cutSite(p.text)
		d.title = title
		d.setOutlet(outlet)
		p.role = headline
		break
	}
	// The headline repeated is no text; numbered, it stands for a picture.
	for i := range d.paras {
		p := &d.paras[i]
		if !p.inBody() || d.title == "" {
			continue
		}
		if t, _ := cutSite(p.text); same(p.text, d.title) || same(t, d.title) {
			p.role = dropped
		} else if isEcho(p.text, d.title) {
			p.role = image
		}
	}
}

// picture reports whether paragraph i can be seen to be a caption before the
// headline is known: it has a credit, or is a sentence behind a picture's name
// with a headline behind it.
func (d *draft) picture(i int) bool {
	s := d.paras[i].text
	if _, ok := cutCredit(s); ok {
		return true
	}
	next := d.next(i)
	return i > 0 && d.paras[i-1].role == image && endsSentence(s) && captionForm(s, 30) &&
		next >= 0 && isHeadline(d.paras[next].text)
}

var echoNumber = regexp.MustCompile(`(?i)^\s*(?:[-–—:(]\s*)?(?:(?:ảnh|hình|photo)\s*)?-?\s*\d{1,3}\s*\)?\.?$`)

// isEcho reports whether text is the headline with a picture's number behind
// it: "… -0", "… - Ảnh 1.".
func isEcho(s, title string) bool {
	rest, ok := strings.CutPrefix(s, title)
	return ok && rest != "" && echoNumber.MatchString(rest)
}

// lastText is the index of the last paragraph of running text, or -1.
func (d *draft) lastText() int {
	for i := len(d.paras) - 1; i >= 0; i-- {
		if d.paras[i].runs() {
			return i
		}
	}
	return -1
}

// maxDerived is the length in syllables of a derived headline.
const maxDerived = 20

// deriveTitle makes a headline of the beginning of a text: its first clauses
// up to maxDerived syllables, or, where the first clause is longer, its first
// maxDerived syllables; "…" shows a cut.
func deriveTitle(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	if ss := vi.Sentences(text); len(ss) > 0 {
		s := text[ss[0].Start:ss[0].End]
		if syllables(s) <= maxDerived {
			if strings.HasSuffix(s, "...") || strings.HasSuffix(s, "…") {
				return strings.TrimRight(s, ".… ") + "…"
			}
			return strings.TrimRight(s, ".; ")
		}
	}
	clause, end, n := 0, 0, 0
	for i := 0; i < len(text); {
		w := strings.IndexByte(text[i:], ' ')
		if w < 0 {
			w = len(text) - i
		}
		word := text[i : i+w]
		if hasWord(word) {
			n++
		}
		if n > maxDerived {
			break
		}
		end = i + w
		if r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(word, closers)); n >= 6 && strings.ContainsRune(",;:", r) {
			clause = end
		}
		i += w + 1
	}
	if clause > 0 {
		end = clause
	}
	const maxBytes = 400 // a text without spaces
	for end > maxBytes {
		end = maxBytes
		for !utf8.RuneStart(text[end]) {
			end--
		}
	}
	return strings.TrimRight(text[:end], " ,;:.–—-") + "…"
}
