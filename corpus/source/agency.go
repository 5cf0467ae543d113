package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/corpus"
)

var (
	// inBrackets: "(Chinhphu.vn) - ", "Hà Nội (TTXVN 8/1) – ", "[VOV.VN] -".
	inBrackets = regexp.MustCompile(`^([^()\[\]]{0,40}?)[(\[]\s*([^()\[\]]{1,40}?)\s*[)\]]\s*([-–—:|]*)\s*`)
	// bare: "NDO - ", "VOV.VN – ", "TTO: ".
	bare = regexp.MustCompile(`^([^()\[\],;"“]{2,24}?)(\s*[-–—|:]\s*|\s*$)`)
	// agencyDate is the day that news agencies put behind their sign.
	agencyDate = regexp.MustCompile(`[,\s]*(?:ngày\s*)?\d{1,2}[/-]\d{1,2}(?:[/-]\d{4})?$`)
	mediaWord  = regexp.MustCompile(`(?i)(?:^|[\s.])(?:báo|tv|online|news|đài|tạp chí|thông tấn|truyền hình|vn|com|net|org|radio|media)(?:$|\s)`)
)

// cutAgency takes the agency line off the start of a paragraph, and names the
// outlet ("" when the sign is an unknown one). A sign in brackets counts when
// it is a known outlet's, or says that it is one and a dash follows; a bare
// sign only when it is known, is written exactly and looks like a sign: many
// outlets are named with ordinary words.
func cutAgency(s string) (rest, outlet string, ok bool) {
	if m := inBrackets.FindStringSubmatch(s); m != nil {
		place, sign, dash := strings.TrimSpace(m[1]), agencyDate.ReplaceAllString(m[2], ""), m[3]
		dated := sign != m[2]
		o, known := corpus.OutletOfSign(sign)
		rest = s[len(m[0]):]
		switch {
		case place != "" && (!isDateline(place) || dash == "" && !dated):
		case known && (dash != "" || dated || slices.Contains(o.Signs, sign)):
			return rest, o.Name, true
		case !known && dash != "" && place == "" && mediaWord.MatchString(sign) && syllables(sign) <= 6:
			return rest, sign, true
		}
	}
	if m := bare.FindStringSubmatch(s); m != nil {
		sign, dash := strings.TrimSpace(m[1]), m[2]
		rest = s[len(m[0]):]
		o, known := corpus.OutletOfSign(sign)
		if !known || !slices.Contains(o.Signs, sign) {
			return s, "", false
		}
		next, _ := utf8.DecodeRuneInString(rest)
		spaced := strings.ContainsAny(dash, " ")
		long := utf8.RuneCountInString(sign) > 2
		switch {
		case rest == "" && (looksSigned(sign) || dash != ""):
			return "", o.Name, true
		case dash != "" && looksSigned(sign) && (spaced || long) && !unicode.IsDigit(next) && !unicode.IsLower(next):
			return rest, o.Name, true
		case dash != "" && spaced && (unicode.IsUpper(next) || next == '"' || next == '“'):
			return rest, o.Name, true
		}
	}
	return s, "", false
}

// looksSigned reports whether a sign could not be ordinary words: capitals, a
// capital inside a word, or a dot, plus or digit in it.
func looksSigned(sign string) bool {
	if strings.ContainsAny(sign, ".+&0123456789") {
		return true
	}
	prev := ' '
	for _, r := range sign {
		if unicode.IsUpper(r) && unicode.IsLetter(prev) {
			return true
		}
		prev = r
	}
	return false
}

// isDateline reports whether text is a place, perhaps with a day: "Hà Nội",
// "TP.HCM, ngày 8/1".
func isDateline(s string) bool {
	if s == "" {
		return true
	}
	if n := syllables(s); n > 6 {
		return false
	}
	for w := range strings.FieldsSeq(strings.NewReplacer(",", " ", "-", " ", "–", " ").Replace(s)) {
		r, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsUpper(r) && !unicode.IsDigit(r) && w != "ngày" {
			return false
		}
	}
	return true
}

// takeAgency removes the agency line from the first paragraphs of the body; it
// may be a paragraph of its own. It gives the index of the paragraph that it
// opened, or -1.
func (d *draft) takeAgency() int {
	seen := 0
	for i := range d.paras {
		p := &d.paras[i]
		if p.role != body {
			continue
		}
		rest, outlet, ok := cutAgency(p.text)
		if ok {
			d.setOutlet(outlet)
			if hasWord(rest) {
				p.text = strings.TrimLeft(rest, "-–—|: ")
				return i
			}
			p.role = dropped
			for j := i + 1; j < len(d.paras); j++ {
				if d.paras[j].role == body {
					return j
				}
			}
			return -1
		}
		if seen++; seen == 4 {
			break
		}
	}
	return -1
}
