package source

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/corpus/vi"
)

// role is what a paragraph of a file is to the article.
type role uint8

const (
	body role = iota // undecided paragraphs are body: text is never lost to doubt
	heading
	headline
	caption
	image   // the file name of a picture
	dropped // furniture, credits, agency lines, bylines: read and left out
)

type paragraph struct {
	text string
	role role
}

// inBody reports whether the paragraph will stand in Body.
func (p paragraph) inBody() bool { return p.role == body || p.role == heading }

// runs reports whether the paragraph is running text: full sentences, or too
// long for anything else.
func (p paragraph) runs() bool {
	return p.role == body && (endsSentence(p.text) || syllables(p.text) >= 20)
}

// splitParagraphs gives the paragraphs of clean text, one a line, each with
// single spaces; lines without a letter or digit (rules, bullets) are left out.
func splitParagraphs(text string) []string {
	var ps []string
	for line := range strings.Lines(text) {
		if p := squeeze(line); hasWord(p) {
			ps = append(ps, p)
		}
	}
	return ps
}

// squeeze trims text and makes each run of white space one space.
func squeeze(s string) string {
	s = strings.TrimSpace(s)
	space := false
	for _, r := range s {
		if r != ' ' && unicode.IsSpace(r) || space && r == ' ' {
			return strings.Join(strings.Fields(s), " ")
		}
		space = r == ' '
	}
	return s
}

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// unwrap joins the lines of paragraphs that were broken at a fixed width, as
// mail and some editors do. Such text shows itself: no line is long, and many
// lines go on in lower case where the line before has not ended a sentence.
// Blank lines keep paragraphs apart. Other text comes back as it is.
func unwrap(text string) string {
	lines := strings.Split(text, "\n")
	pairs, running := 0, 0
	for i, l := range lines {
		if utf8.RuneCountInString(l) > 120 {
			return text
		}
		if i == 0 || isBlank(l) || isBlank(lines[i-1]) {
			continue
		}
		pairs++
		first, _ := utf8.DecodeRuneInString(strings.TrimSpace(l))
		if unicode.IsLower(first) && !endsSentence(lines[i-1]) {
			running++
		}
	}
	if running < 3 || running*4 < pairs {
		return text
	}
	var b strings.Builder
	for i, l := range lines {
		switch {
		case i == 0:
		case isBlank(l) || isBlank(lines[i-1]):
			b.WriteByte('\n')
		default:
			b.WriteByte(' ')
		}
		b.WriteString(l)
	}
	return b.String()
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// syllables counts the words between white space that have a letter or digit.
func syllables(s string) int {
	n := 0
	for w := range strings.FieldsSeq(s) {
		if hasWord(w) {
			n++
		}
	}
	return n
}

// sentences counts sentences.
func sentences(s string) int { return len(vi.Sentences(s)) }

const closers = "\"'”’»)]*"

// endsSentence reports whether text ends with the stop of a sentence.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, closers+" ")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…", r) && s != ""
}

// endsOpen reports whether text breaks off where more must follow.
func endsOpen(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(":;,", r)
}

var imageName = regexp.MustCompile(`(?i)^\S(?:.{0,150}\S)?\.(?:jpe?g|png|gif|webp|bmp|tiff?|heic|avif|svg)(?:\?\S*)?$`)

// isImageName reports whether a paragraph is nothing but a picture's file
// name or address.
func isImageName(s string) bool { return imageName.MatchString(s) && syllables(s) <= 8 }

// opening are syllables with which a report begins, and a caption does not.
var opening = regexp.MustCompile(`^(?i:sáng|trưa|chiều|tối|đêm|rạng sáng|ngày|hôm nay|hôm qua|mới đây|vừa qua|theo|liên quan|trước đó|sau khi|để|nhằm)(?:\s[^,.]{0,60})?(?:,|\s\d)`)

// opensReport reports whether a paragraph begins as the text of a report does:
// with a time or a source, set off by a comma or followed by a number.
func opensReport(s string) bool { return opening.MatchString(s) }

// same reports whether two paragraphs say the same, whatever their case, tone
// placement and final stop.
func same(a, b string) bool {
	if a == b {
		return true
	}
	// Cheap tests first: most paragraphs are nothing like one another.
	if d := len(a) - len(b); d > 16 || d < -16 || strings.Count(a, " ") != strings.Count(b, " ") {
		return false
	}
	return textKey(a) == textKey(b)
}

func textKey(s string) string { return vi.Normalize(strings.TrimRight(s, " ."+closers)) }
