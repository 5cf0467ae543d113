package vi

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences splits running text into sentences. A line end always ends one.
// The spans are trimmed of white space, not empty, in order, do not overlap,
// and cover every byte that is not white space.
//
// A full stop, "?", "!" or ellipsis ends a sentence, together with the quotes
// and brackets that close behind it, unless what follows goes on with it: a
// lower-case letter, a comma, or a name behind an abbreviation or initial. So
// a speech tag stays with the last sentence of its quotation, and where the
// text is in doubt two sentences stay together rather than one being torn.
func Sentences(s string) []Span {
	var spans []Span
	for start := 0; start < len(s); {
		end := len(s)
		if n := strings.IndexByte(s[start:], '\n'); n >= 0 {
			end = start + n
		}
		spans = appendLine(spans, s, start, end)
		start = end + 1
	}
	return spans
}

// appendLine appends the sentences of the line s[start:end].
func appendLine(spans []Span, s string, start, end int) []Span {
	l := line{text: s[start:end]}
	from := 0
	for i := 0; i < len(l.text); {
		r, size := utf8.DecodeRuneInString(l.text[i:])
		if !terminal(r) {
			l.pass(i, r)
			i += size
			continue
		}
		stop, closed := l.terminator(i)
		if l.ends(from, i, stop, closed) {
			spans = appendTrimmed(spans, s, start+from, start+closed)
			from = closed
		}
		for i < closed {
			r, size := utf8.DecodeRuneInString(l.text[i:])
			l.pass(i, r)
			i += size
		}
	}
	return appendTrimmed(spans, s, start+from, end)
}

// appendTrimmed appends s[start:end] without white space around it.
func appendTrimmed(spans []Span, s string, start, end int) []Span {
	t := strings.TrimLeftFunc(s[start:end], unicode.IsSpace)
	start = end - len(t)
	t = strings.TrimRightFunc(t, unicode.IsSpace)
	if t == "" {
		return spans
	}
	return append(spans, Span{start, start + len(t)})
}

func terminal(r rune) bool { return r == '.' || r == '?' || r == '!' || r == '…' }

// line is one line of text on the way to its sentences.
type line struct {
	text     string
	quoted   bool // behind an odd number of straight double quotes
	bracket  int  // end of the parenthesis that i stands in
	searched int  // no closing parenthesis stands between the last "(" and here

	// The letters and digits of the sentence that began at from, as far as the
	// line was scanned: where the first begins and the last ends. They are kept
	// because a line may have many marks that end no sentence.
	from, scanned, first, last int
}

// head gives the sentence that began at from, up to at, from its first letter
// or digit to its last; "" if it has none. at never decreases.
func (l *line) head(from, at int) string {
	if l.from != from || l.scanned < from {
		l.from, l.scanned, l.first, l.last = from, from, from, from
	}
	for l.scanned < at {
		r, size := utf8.DecodeRuneInString(l.text[l.scanned:])
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if l.last == l.from {
				l.first = l.scanned
			}
			l.last = l.scanned + size
		}
		l.scanned += size
	}
	return l.text[l.first:l.last]
}

// pass takes note of the rune at i.
func (l *line) pass(i int, r rune) {
	switch {
	case r == '"':
		l.quoted = !l.quoted
	case r == '(' && i >= l.bracket && i >= l.searched:
		if n := strings.IndexByte(l.text[i:], ')'); n >= 0 {
			l.bracket = i + n
		} else {
			l.searched = len(l.text)
		}
	}
}

// terminator gives the end of the run of terminal marks that begins at i, and
// the end of the quotes and brackets that close directly behind it.
func (l *line) terminator(i int) (stop, closed int) {
	stop = i
	for stop < len(l.text) {
		r, size := utf8.DecodeRuneInString(l.text[stop:])
		if !terminal(r) {
			break
		}
		stop += size
	}
	quoted := l.quoted
	for closed = stop; closed < len(l.text); {
		r, size := utf8.DecodeRuneInString(l.text[closed:])
		switch {
		case r == '"' && quoted:
			quoted = false
		case r == '”' || r == '’' || r == '»' || r == '\'' || r == ')' || r == ']':
		default:
			return stop, closed
		}
		closed += size
	}
	return stop, closed
}

// ends reports whether the sentence that began at from ends at closed, where
// marks stand in [at, stop) and closing quotes in [stop, closed).
func (l *line) ends(from, at, stop, closed int) bool {
	head := l.head(from, at)
	if head == "" || at < l.bracket && closed <= l.bracket {
		return false // nothing said yet ("…bước sang"), or inside a parenthesis
	}
	if r, _ := utf8.DecodeLastRuneInString(l.text[:at]); strings.ContainsRune("([“‘«", r) {
		return false // something left out: "(...)"
	}
	rest := strings.TrimLeftFunc(l.text[closed:], unicode.IsSpace)
	if rest == "" {
		return true
	}
	gap := len(rest) < len(l.text)-closed
	next, behind := nextWord(rest)
	first, _ := utf8.DecodeRuneInString(next)
	before := lastBase(l.text[:at])
	single := l.text[at:stop] == "."
	switch {
	case behind, next == "", unicode.IsLower(first):
		return false
	case !gap && (!unicode.IsLower(before) && stop == closed || unicode.IsDigit(first) || topLevel[strings.ToLower(next)]):
		return false // TP.HCM, 3.5, Chinhphu.Vn; but not Hội nghị.Tiếp theo
	case unicode.IsDigit(first) && !single && l.text[at] != '?' && l.text[at] != '!' && stop == closed:
		return false // tăng ... 5%
	case !single || stop < closed:
		return true
	}
	return !listMark(head, l.text[:at]) && !goesOn(l.text[:at], next)
}

// nextWord gives the word that rest begins with, past opening quotes, brackets
// and dashes; behind reports that a mark stands first that belongs to the
// sentence before it, such as a comma.
func nextWord(rest string) (word string, behind bool) {
	for i, r := range rest {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return rest[i : i+wordLen(rest[i:])], false
		case i == 0 && strings.ContainsRune(",;:/%)]”’»", r):
			return "", true
		case r == utf8.RuneError, unicode.IsSpace(r), unicode.IsPunct(r), unicode.IsSymbol(r), unicode.IsMark(r):
		default:
			return "", false
		}
		if i > 16 { // a row of signs: an ornament, not an opening quote
			return "", false
		}
	}
	return "", false
}

// lastWord is the word at the end of s, without the parts of a compound
// before it: "GS.TS" gives "TS".
func lastWord(s string) string {
	start := len(s)
	for start > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:start])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !isMark(r) {
			break
		}
		start -= size
	}
	return s[start:]
}

// listMark reports whether the text before a full stop ends in the number of
// a list, at the beginning of its sentence ("1", "2.3", "IV", "b"; head is
// what the sentence holds) or behind a colon or semicolon.
func listMark(head, text string) bool {
	if len(head) <= utf8.UTFMax && utf8.RuneCountInString(head) == 1 || len(head) <= 8 && strings.Trim(head, "IVX") == "" ||
		len(head) <= 6 && strings.Trim(head, "0123456789.") == "" && !isYear(head) {
		return true
	}
	word := lastWord(text)
	if len(word) > 2 || strings.Trim(word, "0123456789") != "" {
		return false
	}
	text = strings.TrimRightFunc(text[:len(text)-len(word)], unicode.IsSpace)
	return strings.HasSuffix(text, ":") || strings.HasSuffix(text, ";")
}

// goesOn reports whether the full stop behind text is that of an abbreviation
// or an initial, and not the end of a sentence, when next is the word after it.
func goesOn(text, next string) bool {
	word := lastWord(text)
	lower := strings.ToLower(word)
	abbreviated := pointed[lower] && (word != lower || len(word) > 1 && !strings.ContainsAny(word, "aeiou"))
	if !abbreviated {
		label := lastWord(strings.TrimRight(text[:len(text)-len(word)], " "))
		abbreviated = initial(word) && !labels[Normalize(label)]
	}
	return abbreviated && !openers[Normalize(next)]
}

// initial reports whether a word is the beginning of a name that was cut:
// one capital ("Nguyễn Văn A.") or the consonants of an onset ("Tr.", "Ng.").
func initial(word string) bool {
	first, size := utf8.DecodeRuneInString(word)
	if !unicode.IsUpper(first) {
		return false
	}
	switch word[size:] {
	case "", "r", "h", "g", "gh":
		return true
	}
	return false
}

// pointed are the abbreviations, in lower case, that newspapers write with a
// full stop before a name or a number.
var pointed = set(`
	tp tx tt q p h x đ ql tl
	gs pgs ts ths bs bscki bsckii cki ckii ds ks kts ls cn đd nts
	nsnd nsưt ngnd ngưt nnnd nnưt đc mr mrs ms dr prof st jr sr
	tr vol no vs`)

// labels are words, in normal form, whose number or class is a lone capital:
// "quý I.", "nhóm A." end in no initial.
var labels = set(`quý khóa lần thứ kỳ hạng loại nhóm khối bảng mục phần chương
	điểm lớp vitamin gan phương án lô tổ khu`)

// openers are words, in normal form, that begin a sentence and hardly ever
// stand in a name behind an abbreviation. "Bà", "Từ" and "Năm" are not among
// them: "TP. Bà Rịa", "TP. Từ Sơn", "H. Năm Căn".
var openers = set(`
	theo tại sau khi trong trước ngoài ngày sáng trưa chiều tối đêm hôm lúc hiện
	ông anh chị em nhưng tuy mặc dù dẫu nếu vì do bởi và cũng còn riêng đồng đến
	để được các những nhiều một mỗi mọi với như qua cùng vậy đây đó này ở việc
	điều nhờ thế rồi về cả ngay bên nhận khoảng thời`)

// set makes a set of the words of a list.
func set(list string) map[string]bool {
	words := strings.Fields(list)
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
