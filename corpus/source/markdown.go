package source

import (
	"fmt"
	"html"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// markdown fills the draft from Markdown with or without YAML front matter.
func (d *draft) markdown(text string) error {
	// Line ends first, so that the fences of the front matter are lines.
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	front, text, ok := cutFrontMatter(text)
	if ok {
		var rec record
		if err := yaml.Unmarshal([]byte(front), &rec); err != nil {
			return fmt.Errorf("front matter: %w", err)
		}
		rec.draft(d)
		if rec.Body != "" && isBlank(text) {
			text = string(rec.Body)
		}
	}
	d.markdownBody(Clean(text))
	return nil
}

// cutFrontMatter splits at the "---" fences; a text that only begins with a
// rule, and never closes it, has none.
func cutFrontMatter(text string) (front, rest string, ok bool) {
	text, ok = strings.CutPrefix(text, "---")
	fence, body, found := strings.Cut(text, "\n")
	if !ok || !found || !isBlank(fence) {
		if ok {
			text = "---" + text
		}
		return "", text, false
	}
	at := 0
	for l := range strings.Lines(body) {
		if t := strings.TrimRight(l, " \t\n"); t == "---" || t == "..." {
			return body[:at], body[at+len(l):], true
		}
		at += len(l)
	}
	return "", "---" + text, false
}

var (
	atxHeading  = regexp.MustCompile(`^\s{0,3}#{1,6}(?:\s+(.*?))?(?:\s+#+)?\s*$`)
	setextLine  = regexp.MustCompile(`^\s{0,3}(?:=+|-{2,})\s*$`)
	listItem    = regexp.MustCompile(`^\s*(?:[-*+•]|\d{1,3}[.)])\s+`)
	blockquote  = regexp.MustCompile(`^\s{0,3}(?:>\s?)+`)
	fenceLine   = regexp.MustCompile("^\\s{0,3}(?:```|~~~)")
	linkTarget  = regexp.MustCompile(`^\s{0,3}\[[^\]]+\]:\s*\S+`)
	tableRule   = regexp.MustCompile(`^[\s|:-]+$`)
	inlineImage = regexp.MustCompile(`!\[([^\]]*)\]\(\s*([^)\s]*)[^)]*\)`)
	inlineLink  = regexp.MustCompile(`\[([^\[\]]*)\](?:\([^)]*\)|\[[^\]]*\])`)
	autoLink    = regexp.MustCompile(`<(https?://[^>\s]+)>`)
	htmlTag     = regexp.MustCompile(`</?[a-zA-Z][^<>]*>|<!--.*?-->`)
	codeSpan    = regexp.MustCompile("`+([^`]+)`+")
	strong      = regexp.MustCompile(`\*\*\*([^*]+)\*\*\*|\*\*([^*]+)\*\*|\*([^*\s][^*]*?)\*|~~([^~]+)~~`)
	underscored = regexp.MustCompile(`(^|[^\p{L}\p{N}_])_{1,3}([^_\s](?:[^_]*[^_\s])?)_{1,3}($|[^\p{L}\p{N}_])`)
	escaped     = regexp.MustCompile("\\\\([!-/:-@\\[-`{-~])")
)

// markdownBody turns Markdown blocks into paragraphs: what is marked up is
// kept as text, pictures become captions.
func (d *draft) markdownBody(text string) {
	var open []string // lines of the paragraph that is being read
	flush := func(r role) {
		joined := strings.Join(open, " ")
		open = open[:0]
		for _, m := range inlineImage.FindAllStringSubmatch(joined, -1) {
			d.images = append(d.images, m[2])
			d.addCaption(inlineText(m[1]))
		}
		joined = inlineText(inlineImage.ReplaceAllString(joined, " "))
		if !hasWord(joined) {
			return
		}
		d.paras = append(d.paras, paragraph{text: joined, role: r})
	}
	code := false
	for l := range strings.Lines(text) {
		l = strings.TrimRight(l, "\n")
		if fenceLine.MatchString(l) {
			flush(body)
			code = !code
			continue
		}
		l = blockquote.ReplaceAllString(l, "")
		switch m := atxHeading.FindStringSubmatch(l); {
		case code, isBlank(l), linkTarget.MatchString(l):
			flush(body)
			if code && !isBlank(l) {
				open = append(open, l)
			}
		case m != nil:
			flush(body)
			open = append(open, m[1])
			d.markdownHeading(flush)
		case setextLine.MatchString(l) && len(open) > 0:
			d.markdownHeading(flush)
		case tableRule.MatchString(l):
			flush(body)
		case strings.HasPrefix(strings.TrimSpace(l), "|"):
			flush(body)
			open = append(open, strings.ReplaceAll(strings.Trim(strings.TrimSpace(l), "|"), "|", ", "))
		default:
			if item := listItem.FindString(l); item != "" {
				flush(body)
				l = l[len(item):]
			}
			open = append(open, l)
			if strings.HasSuffix(l, "  ") || strings.HasSuffix(l, `\`) {
				open[len(open)-1] = strings.TrimRight(l, ` \`)
				flush(body)
			}
		}
	}
	flush(body)
}

// markdownHeading ends a heading; the first one above all text is the
// headline of a file that states none.
func (d *draft) markdownHeading(flush func(role)) {
	before := len(d.paras)
	flush(heading)
	if len(d.paras) > before && before == 0 && d.title == "" {
		d.title, d.titleGiven = d.paras[0].text, true
		d.paras[0].role = headline
	}
}

// inlineText drops the marks inside a paragraph.
func inlineText(s string) string {
	s = codeSpan.ReplaceAllString(s, "$1")
	s = inlineLink.ReplaceAllString(s, "$1")
	s = autoLink.ReplaceAllString(s, "$1")
	s = htmlTag.ReplaceAllString(s, "")
	for range 3 { // marks inside marks
		s = strong.ReplaceAllString(s, "$1$2$3$4")
		s = underscored.ReplaceAllString(s, "$1$2$3")
	}
	s = escaped.ReplaceAllString(s, "$1")
	return line(html.UnescapeString(s))
}
