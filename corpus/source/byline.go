package source

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/corpus"
)

// credit is what the end (or sometimes the beginning) of an article says of
// where it comes from.
type credit struct {
	author string
	outlet string
	url    string
}

var (
	sourceLead  = regexp.MustCompile(`^(?i:theo|nguồn tin|nguồn|dẫn nguồn|link bài gốc|link gốc|bài gốc|xem bài gốc|source)(?:\s*:\s*|\s+)(.+)$`)
	bylineLead  = regexp.MustCompile(`^(?i:tác giả|(?:bài|tin|ảnh)\s*(?:,|và|-|&|\s)\s*(?:bài|tin|ảnh|clip|video)|bài viết|bài|thực hiện|người viết|by|pv|phóng viên|ctv|cộng tác viên)\s*:\s*(.+)$`)
	trailer     = regexp.MustCompile(`\s*\(([^()]{1,40})\)$`)
	noteOnName  = regexp.MustCompile(`^(?i:tổng hợp|t/h|th|lược dịch|biên dịch|dịch|ghi|lược ghi|thực hiện|ghi chép|biên soạn|sưu tầm|st|lược thuật)$`)
	separators  = regexp.MustCompile(`\s*(?:\s[-–—]\s?|\s?[-–—]\s|,|/|&|\||\s(?:và)\s)\s*`)
	hostPattern = regexp.MustCompile(`^(?i:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:vn|com|net|org|info|tv|gov|edu|news|asia))$`)
	urlPattern  = regexp.MustCompile(`^(?i:https?://\S+)$`)
	initials    = regexp.MustCompile(`^(?:\p{Lu}\.){1,3}\s?(?:\p{Lu}\.?|\p{Lu}\p{Ll}+)?$`)
	staff       = regexp.MustCompile(`^(?i:nhóm pv|nhóm phóng viên|pv|p\.v\.?|phóng viên|ctv|nhóm tác giả|ban biên tập)$`)
)

// parseByline reads a paragraph that is nothing but the name of those who
// wrote or first published the article: "Lan Chi", "LAN CHI - Minh Anh",
// "Lan Chi/VOV.VN", "PV (theo TTXVN)", "Bài, ảnh: Lan Chi", "Theo vov.vn".
func parseByline(s string) (c credit, ok bool) {
	if len(s) > 160 || syllables(s) > 14 {
		return credit{}, false
	}
	s = strings.Trim(s, " *_–—-|")
	if m := unbracket(s); m != "" {
		s = m
	}
	if urlPattern.MatchString(s) {
		return creditOfURL(s)
	}
	if m := sourceLead.FindStringSubmatch(s); m != nil {
		return parseSource(m[1])
	}
	if m := trailer.FindStringSubmatch(s); m != nil {
		inner := strings.TrimSpace(m[1])
		if noteOnName.MatchString(inner) {
			s = s[:len(s)-len(m[0])]
		} else if n, ok := parseByline(inner); ok {
			c, s = n, s[:len(s)-len(m[0])]
		}
	}
	labelled := false
	if m := bylineLead.FindStringSubmatch(s); m != nil {
		s, labelled = m[1], true
	}
	n, ok := parseNames(s, labelled)
	if !ok {
		return credit{}, false
	}
	return credit{author: n.author, outlet: first(n.outlet, c.outlet), url: c.url}, true
}

func isByline(s string) bool {
	_, ok := parseByline(s)
	return ok
}

func isSourceLine(s string) bool {
	c, ok := parseByline(s)
	return ok && c.author == ""
}

// parseSource reads what stands behind "Theo" or "Nguồn:".
func parseSource(s string) (credit, bool) {
	s = strings.Trim(s, " .,:")
	if urlPattern.MatchString(s) {
		return creditOfURL(s)
	}
	if o, ok := corpus.OutletOfSign(s); ok {
		return credit{outlet: o.Name}, true
	}
	c, ok := parseNames(s, false)
	if ok && c.outlet == "" && !strings.ContainsAny(s, ",/") {
		// One name alone behind "Theo" is a publisher that the table lacks.
		return credit{outlet: s}, true
	}
	return c, ok
}

// creditOfURL names the outlet of an address; the root of a site is not the
// address of an article.
func creditOfURL(s string) (credit, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" {
		return credit{}, false
	}
	c := credit{outlet: outletOfHost(u.Hostname())}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		c.url = s
	}
	return c, true
}

// outletOfHost is the outlet's name, or the host itself where it is unknown.
func outletOfHost(host string) string {
	if o, ok := corpus.OutletOfHost(host); ok {
		return o.Name
	}
	return strings.TrimPrefix(strings.ToLower(host), "www.")
}

// parseNames reads names of people and outlets; every part must be one.
func parseNames(s string, labelled bool) (c credit, ok bool) {
	var authors []string
	if strings.HasSuffix(s, ".") && !initials.MatchString(s) && !staff.MatchString(s) {
		return credit{}, false // a sentence, however short
	}
	for _, part := range separators.Split(strings.Trim(s, " ,"), -1) {
		part = strings.Trim(part, " ")
		if part == "" {
			continue
		}
		if hostPattern.MatchString(part) {
			c.outlet = first(c.outlet, outletOfHost(part))
			continue
		}
		switch o, known := corpus.OutletOfSign(part); {
		case staff.MatchString(part):
			authors = append(authors, part)
		case known:
			c.outlet = first(c.outlet, o.Name)
		case isName(part), initials.MatchString(part), labelled && syllables(part) <= 5:
			authors = append(authors, nameCase(part))
		default:
			return credit{}, false
		}
	}
	c.author = strings.Join(authors, ", ")
	return c, len(authors) > 0 || c.outlet != ""
}

// isName reports whether text is one to five capitalised syllables of letters
// only, as the names of people are.
func isName(s string) bool {
	n := 0
	for w := range strings.FieldsSeq(s) {
		if n++; n > 5 || !isNameSyllable(w) {
			return false
		}
	}
	return n >= 2 || n == 1 && utf8.RuneCountInString(s) >= 2 && strings.ToUpper(s) != s
}

func isNameSyllable(w string) bool {
	if initials.MatchString(w) {
		return true // N.Huyền, Đ.
	}
	for i, r := range w {
		if !unicode.IsLetter(r) || i == 0 && !unicode.IsUpper(r) {
			return false
		}
	}
	// Longer ones are words of another language or slips.
	return utf8.RuneCountInString(w) <= 10
}

// nameCase writes a name set in capitals as names are written.
func nameCase(s string) string {
	if strings.ToUpper(s) != s || strings.Contains(s, ".") || syllables(s) < 2 {
		return s
	}
	ws := strings.Fields(s)
	for i, w := range ws {
		_, size := utf8.DecodeRuneInString(w)
		ws[i] = w[:size] + strings.ToLower(w[size:])
	}
	return strings.Join(ws, " ")
}

func unbracket(s string) string {
	if len(s) > 2 && (s[0] == '(' && s[len(s)-1] == ')' || s[0] == '[' && s[len(s)-1] == ']') &&
		!strings.ContainsAny(s[1:len(s)-1], "()[]") {
		return strings.TrimSpace(s[1 : len(s)-1])
	}
	return ""
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// takeTail removes from the end what follows the text: imprint, dates, the
// source, and the byline.
func (d *draft) takeTail() {
	var authors []string
	text := slices.IndexFunc(d.paras, paragraph.runs)
	for i := len(d.paras) - 1; text >= 0 && i > text; i-- {
		p := &d.paras[i]
		if !p.inBody() {
			continue
		}
		if isImprint(p.text) || isCreditAlone(p.text) {
			p.role = dropped
			continue
		}
		if l, ok := parseDateline(p.text); ok {
			d.state(l.date)
			p.role = dropped
			continue
		}
		c, ok := parseByline(p.text)
		if !ok || p.role == heading && c.author != "" || len(authors) == 3 {
			break
		}
		if c.author != "" {
			authors = append(authors, c.author)
		}
		d.setOutlet(c.outlet)
		d.url = first(d.url, c.url)
		p.role = dropped
	}
	if d.author == "" && len(authors) > 0 {
		for i := len(authors) - 1; i >= 0; i-- {
			d.author = strings.TrimPrefix(d.author+", "+authors[i], ", ")
		}
	}
	d.cutInlineByline()
}

// cutInlineByline is for the form "… của thành phố./. Lan Chi", where the
// byline was pulled up to the last paragraph: "./." ends a news text for good.
func (d *draft) cutInlineByline() {
	for i := len(d.paras) - 1; i >= 0; i-- {
		p := &d.paras[i]
		if p.role != body {
			continue
		}
		at := strings.LastIndex(p.text, "./.")
		if at < 0 {
			return
		}
		tail := strings.TrimLeft(p.text[at+3:], closers+" ")
		if c, ok := parseByline(tail); ok {
			p.text = strings.TrimRight(p.text[:len(p.text)-len(tail)], " ")
			d.author = first(d.author, c.author)
			d.setOutlet(c.outlet)
			d.url = first(d.url, c.url)
		}
		return
	}
}
