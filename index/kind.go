package index

import (
	"strings"

	"trichdan/corpus/vi"
)

// Kind is what a question asks for. It decides which span of a sentence
// answers it.
type Kind string

// The kinds of questions.
const (
	Who      Kind = "who"
	When     Kind = "when"
	Where    Kind = "where"
	HowMany  Kind = "howmany"
	Document Kind = "document"
	Why      Kind = "why"
	How      Kind = "how"
	What     Kind = "what" // also all that is no question, such as keywords
)

// phrase is a wording that makes a question, and is not searched for.
type phrase struct {
	syllables []string
	folded    []string
	// final wording, without its diacritics, is common content as well, and
	// counts only at the end of a question.
	final bool
	which bool // it is "nào" alone
	kind  Kind // "" for wording that tells nothing
}

// phrases are tried in this order, longer ones of a beginning first.
var phrases = compile([]wording{
	{Who, "là những ai; là ai; những ai; của ai; bởi ai; cho ai; ai là; ai đã; ai; người nào là; là người nào; người nào"},
	{When, "vào ngày tháng năm nào; ngày tháng năm nào; vào thời gian nào; trong thời gian nào; vào thời điểm nào; thời gian nào; thời điểm nào; vào ngày nào; vào tháng nào; vào năm nào; vào lúc nào; từ ngày nào; từ năm nào; từ khi nào; từ bao giờ; đến khi nào; ngày nào; tháng nào; năm nào; lúc nào; khi nào; hồi nào; bao giờ; ngày mấy; mấy giờ; ngày bao nhiêu; năm bao nhiêu"},
	{Where, "ở những đâu; vào đâu; sang đâu; về đâu; qua đâu; ở đâu; tại đâu; từ đâu; đi đâu; đến đâu; nơi nào; ở chỗ nào; chỗ nào"},
	{HowMany, "là bao nhiêu; có mấy; với bao nhiêu; bao nhiêu; trong bao lâu; bao lâu; bao xa; bao nhiêu lần"},
	{Why, "vì lý do gì; vì sao; tại sao; do đâu; vì đâu; cớ sao; nhờ đâu"},
	{How, "là như thế nào; như thế nào; ra làm sao; làm thế nào; bằng cách nào; thế nào; ra sao; làm sao"},
	{What, "là những gì; là cái gì; cái gì; là gì; những gì; điều gì; việc gì; giữ chức vụ gì; giữ chức gì; chức vụ gì; chức danh gì; làm nghề gì; làm gì; gì; là những nào; nào"},
	{"", "xin hãy cho biết; hãy cho biết; cho tôi biết; cho tôi hỏi; xin cho biết; xin hỏi; cho hỏi; cho biết; hãy nêu; hãy; có phải là; có phải; phải không; đúng không; hay không; hay chưa"},
})

// manyWord asks for a number only before a noun, and without diacritics it is
// máy or may as well.
const manyWord = "mấy"

// documentNouns, followed by "nào" or "gì", ask for a document. They stand
// here with and without diacritics.
var documentNouns = withFolded("nghị quyết", "chỉ thị", "quyết định", "kết luận", "đề án", "nghị định",
	"thông tư", "luật", "bộ luật", "văn bản", "công văn", "kế hoạch", "chương trình", "quy định", "thông báo",
	"pháp lệnh", "hiến pháp", "công điện")

// personNouns and placeNouns, followed by "nào", ask for a person or a place.
var (
	personNouns = withFolded("tác giả", "ca sĩ", "nhạc sĩ", "họa sĩ", "nghệ sĩ", "diễn viên", "đạo diễn", "nhà văn", "nhà thơ",
		"nhà báo", "nhà khoa học", "bác sĩ", "luật sư", "giáo sư", "cầu thủ", "vận động viên", "huấn luyện viên", "chủ tịch",
		"phó chủ tịch", "bí thư", "bộ trưởng", "thứ trưởng", "thủ tướng", "tổng thống", "đại biểu", "giám đốc", "hiệu trưởng",
		"lãnh đạo", "vua", "vị vua", "vị tướng", "ông", "bà", "vị")
	placeNouns = withFolded("nước", "quốc gia", "thủ đô", "thành phố", "tỉnh", "tỉnh thành", "huyện", "quận", "thị xã", "thị trấn",
		"phường", "xã", "làng", "thôn", "phố", "đường", "con đường", "tuyến đường", "địa phương", "địa điểm", "địa bàn", "vùng",
		"miền", "khu vực", "châu lục", "châu", "bang", "đảo", "sông", "con sông", "núi", "ngọn núi", "hồ", "biển", "sân bay")
)

func withFolded(words ...string) map[string]bool {
	m := map[string]bool{}
	for _, w := range words {
		m[w], m[vi.Fold(w)] = true, true
	}
	return m
}

type wording struct {
	kind Kind
	list string
}

func compile(list []wording) []phrase {
	var out []phrase
	for _, w := range list {
		for s := range strings.SplitSeq(w.list, ";") {
			folded := strings.Fields(vi.Fold(s))
			out = append(out, phrase{
				kind: w.kind, syllables: strings.Fields(vi.Normalize(s)),
				folded: folded, final: ambiguous[strings.Join(folded, " ")],
				which: strings.TrimSpace(s) == "nào",
			})
		}
	}
	return out
}

// ambiguous are question wordings that, without their diacritics, are also
// common content: "ai đã" (ải đá) is not, "do đâu" (độ đầu) is.
var ambiguous = map[string]bool{"do dau": true, "vi dau": true, "tu dau": true, "den dau": true, "di dau": true, "vao dau": true, "ve dau": true, "qua dau": true, "ngay may": true, "cho ai": true, "co phai": true, "hay": true}

// questionWords marks the terms that only make the question, and tells its
// kind. The first wording that tells one decides; who, when and so on win
// over what.
func questionWords(terms []term, folded bool) (cut []bool, kind Kind) {
	cut = make([]bool, len(terms))
	kind = What
	decided := false
	for i := 0; i < len(terms); {
		p, ok := phraseAt(terms[i:], folded)
		if !ok {
			if !folded && terms[i].text == manyWord && i+1 < len(terms) {
				cut[i] = true
				if !decided {
					kind, decided = HowMany, true
				}
			}
			i++
			continue
		}
		for j := range p.syllables {
			cut[i+j] = true
		}
		if !decided && p.kind != "" {
			switch {
			case p.kind != What:
				kind, decided = p.kind, true
			case nounBefore(terms[:i], documentNouns):
				kind, decided = Document, true
			case p.which && !terms[i].apart && nounBefore(terms[:i], personNouns):
				kind, decided = Who, true
			case p.which && !terms[i].apart && nounBefore(terms[:i], placeNouns):
				kind, decided = Where, true
			}
		}
		i += len(p.syllables)
	}
	return cut, kind
}

func phraseAt(terms []term, folded bool) (phrase, bool) {
	var best phrase
	for _, p := range phrases {
		want := p.syllables
		if folded {
			want = p.folded
			if p.final && len(want) != len(terms) {
				continue
			}
		}
		if len(want) > len(best.syllables) && begins(terms, want, folded) {
			best = p
		}
	}
	return best, best.syllables != nil
}

func begins(terms []term, want []string, folded bool) bool {
	if len(want) == 0 || len(want) > len(terms) {
		return false
	}
	for i, w := range want {
		if terms[i].whole || terms[i].text != w || i > 0 && terms[i].apart {
			return false
		}
	}
	return true
}

// longestNoun is the length of the longest of the nouns, in syllables.
const longestNoun = 3

// nounBefore reports whether terms end with one of the nouns.
func nounBefore(terms []term, nouns map[string]bool) bool {
	text := ""
	for n := 1; n <= longestNoun && n <= len(terms); n++ {
		t := terms[len(terms)-n]
		if t.whole {
			return false
		}
		if text = strings.TrimSuffix(t.text+" "+text, " "); nouns[text] {
			return true
		}
		if t.apart {
			return false
		}
	}
	return false
}
