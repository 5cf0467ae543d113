package vi

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// NumberMention is a quantity that a text names.
type NumberMention struct {
	Span         // with the unit directly behind: "5,83%", "ba mươi nghìn tỷ đồng"
	HasUnit bool // whether there is one
}

// Numbers finds the quantities in running text, in order: digits with their
// thousands and decimals, and number words that stand before a unit or noun.
// Dates, ordinals ("thứ ba", "khóa 13", "số 5"), document numbers and
// telephone numbers are no quantities; nor is "một" alone, nor "ba", "tư" and
// "năm", which are other words as often, without a unit behind.
func Numbers(s string) []NumberMention {
	t := itemsOf(s)
	dates := t.dates()
	var found []NumberMention
	for i := 0; i < len(t.list); {
		for len(dates) > 0 && dates[0].End <= t.list[i].Start {
			dates = dates[1:]
		}
		if len(dates) > 0 && dates[0].Start < t.list[i].End {
			i++
			continue
		}
		m, n, ok := t.digits(i)
		if !ok {
			m, n, ok = t.numberWords(i)
		}
		if !ok {
			i++
			continue
		}
		found = append(found, m)
		i = n
	}
	return found
}

// digits reads a quantity written in digits at item i.
func (t *items) digits(i int) (m NumberMention, n int, ok bool) {
	k := t.list[i]
	size, ok := quantity(k.raw)
	if !ok {
		return m, 0, false
	}
	m.Span = k.Span
	n = i + 1
	if size < len(k.raw) { // the unit is written to it: "50kg", "1m60"
		suffix := strings.TrimRight(k.text[size:], "0123456789")
		if !attached[suffix] {
			return m, 0, false
		}
		m.End, m.HasUnit = t.square(k.End), true
		return m, n, true
	}
	// "60 – 70 người" is one quantity.
	if n < len(t.list) && (t.list[n].gap == "-" || t.list[n].gap == "–") {
		if size, ok := quantity(t.list[n].raw); ok && size == len(t.list[n].raw) && !isYear(k.raw) {
			m.End = t.list[n].End
			n++
		}
	}
	m, n = t.withUnit(m, n)
	return m, n, !t.ordinal(i, m.HasUnit)
}

// ordinal reports whether the digits at item i number something ("khóa 13",
// "quận 1", "số 5", the 2 of a name) and do not count it.
func (t *items) ordinal(i int, hasUnit bool) bool {
	switch {
	case t.oneBefore(i, "thứ khóa khoản lộ lớp trang tháng quý lúc ngõ ngách hẻm quận phường tổ khu phố xóm thôn ấp"):
		return true
	case hasUnit:
		return false
	case t.oneBefore(i, "số"):
		return !t.is(t.text(i-2), "trong tổng")
	case t.oneBefore(i, "điều tầng đường nhà"):
		return true
	}
	return i > 1 && t.list[i].near && t.list[i-1].near && properName(t.list[i-1].raw) && properName(t.list[i-2].raw)
}

// quantity gives the length of the number that a word begins with; not ok for
// what is no quantity: codes ("0969.576", "21-KL/TW") and addresses.
func quantity(s string) (size int, ok bool) {
	size = strings.IndexFunc(s, func(r rune) bool { return !(r >= '0' && r <= '9' || strings.ContainsRune(".,/-–", r)) })
	if size < 0 {
		size = len(s)
	}
	trimmed := strings.TrimRight(s[:size], ".,/-–")
	if trimmed == "" || len(trimmed) < size {
		return 0, false
	}
	for _, sep := range []string{"-", "–", "/"} {
		if a, b, two := strings.Cut(trimmed, sep); two {
			return size, decimal(a) && decimal(b) && !(isYear(a) && isYear(b))
		}
	}
	return size, decimal(trimmed)
}

// decimal reports whether s is a number as Vietnamese newspapers write it:
// "12", "3,5", "3.5", "1.000.000", "1.234,5".
func decimal(s string) bool {
	groups := strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == ',' })
	if len(groups) == 0 || strings.Count(s, ".")+strings.Count(s, ",") != len(groups)-1 {
		return false
	}
	for i, g := range groups {
		inner := i > 0 && i < len(groups)-1
		if !allDigits(g) || inner && len(g) != 3 || i == 0 && len(groups) > 2 && len(g) > 3 {
			return false
		}
	}
	return len(s) == 1 || s[0] != '0' || len(groups) == 2 && len(groups[0]) == 1
}

// numerals are the words that numbers are made of; the value says whether the
// word multiplies, and so makes a number beyond doubt.
var numerals = map[string]bool{
	"một": false, "hai": false, "ba": false, "bốn": false, "tư": false, "năm": false, "sáu": false,
	"bảy": false, "tám": false, "chín": false, "mốt": false, "lăm": false, "linh": false, "lẻ": false, "rưỡi": false,
	"mười": true, "mươi": true, "chục": true, "trăm": true, "nghìn": true, "ngàn": true, "vạn": true, "triệu": true, "tỷ": true, "tỉ": true,
}

// numberWords reads a quantity written in words at item i.
func (t *items) numberWords(i int) (m NumberMention, n int, ok bool) {
	multiplies := false
	for n = i; n < len(t.list) && (n == i || t.list[n].near); n++ {
		isMultiplier, known := numerals[t.text(n)]
		if !known || n > i && properName(t.list[n].raw) || n > i+1 && t.text(n) == "năm" && !multiplies {
			break
		}
		multiplies = multiplies || isMultiplier
	}
	count := n - i
	first := t.text(i)
	if count == 0 || first == "mươi" || first == "linh" || first == "lẻ" || first == "rưỡi" || first == "tỉ" || first == "mốt" || first == "lăm" {
		return m, 0, false
	}
	if t.oneBefore(i, "thứ tháng quý lần khóa lớp") || t.oneBefore(i, "đồng") && first == "chí" {
		return m, 0, false
	}
	// A last "năm" is the unit in "mười năm", "ba năm"; it is a digit only
	// behind "mươi" with a unit after it, which "lăm" replaces.
	if count > 1 && t.text(n-1) == "năm" {
		n--
		count--
	}
	m.Span = Span{t.list[i].Start, t.list[n-1].End}
	m, behind := t.withUnit(m, n)
	switch {
	case multiplies && (count > 1 || first == "mười" || first == "trăm" && m.HasUnit || first == "chục" && m.HasUnit):
		ok = true
	case multiplies:
		ok = m.HasUnit && (first == "nghìn" || first == "ngàn" || first == "vạn") // "nghìn người"
	case count > 1:
		ok = m.HasUnit // "hai ba người"; but "ba hai" alone is nothing
	case first == "một" || first == "tư":
		ok = false
	case first == "năm":
		ok = m.HasUnit && !t.calendarYear(i)
	case first == "ba":
		ok = m.HasUnit
	default:
		ok = m.HasUnit || t.beforeNoun(n)
	}
	return m, behind, ok
}

// calendarYear reports whether "năm" at item i is a year, as in "mỗi năm
// người dân", and not five.
func (t *items) calendarYear(i int) bool {
	return t.counted(i) || t.oneBefore(i, "mỗi hằng hàng trong cả đầu cuối giữa sang qua đến từ theo lâu quanh suốt khi")
}

// beforeNoun reports whether item i is a word in lower case that a number can
// count: not a function word, and not the rest of a name ("Hai Bà Trưng").
func (t *items) beforeNoun(i int) bool {
	w := t.next(i)
	if w == "" || IsStop(w) || properName(t.list[i].raw) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(w)
	return unicode.IsLetter(first)
}

func properName(raw string) bool {
	r, _ := utf8.DecodeRuneInString(raw)
	return unicode.IsUpper(r)
}

// withUnit extends a quantity, which ends before item n, over its unit.
func (t *items) withUnit(m NumberMention, n int) (NumberMention, int) {
	rest := strings.TrimLeft(t.s[m.End:], " \u00a0")
	if strings.HasPrefix(rest, "%") || strings.HasPrefix(rest, "‰") || strings.HasPrefix(rest, "°") {
		_, size := utf8.DecodeRuneInString(rest)
		m.End = len(t.s) - len(rest) + size
		m.HasUnit = true
		return m, n
	}
	if behind, ok := t.unit(n); ok {
		m.End, m.HasUnit = t.square(t.list[behind-1].End), true
		return m, behind
	}
	return m, n
}

// square gives the end of a unit with the exponent behind it: "m²".
func (t *items) square(end int) int {
	for _, e := range []string{"²", "³"} {
		if strings.HasPrefix(t.s[end:], e) {
			return end + len(e)
		}
	}
	return end
}

// unit reads a unit at item i, directly behind a number: a multiple ("nghìn
// tỷ"), a measure or counter, or both; it gives the index behind it.
func (t *items) unit(i int) (n int, ok bool) {
	n = i
	for t.is(t.next(n), "nghìn ngàn vạn triệu tỷ tỉ rưỡi") {
		n++
	}
	if n < len(t.list) && t.next(n) != "" {
		for _, phrase := range units[t.next(n)] {
			if end, ok := t.phrase(n, phrase); ok {
				return end, true
			}
		}
		if t.plain {
			for _, phrase := range units[unfolded[t.next(n)]] {
				if end, ok := t.phrase(n, phrase); ok {
					return end, true
				}
			}
		}
	}
	return n, n > i
}

// unfolded finds the first syllable of a unit from its form without marks.
var unfolded = func() map[string]string {
	m := map[string]string{}
	for first := range units {
		if f := Fold(first); f != first && units[f] == nil && (m[f] == "" || first < m[f]) {
			m[f] = first
		}
	}
	return m
}()

// attached are the units that are written to the number.
var attached = set(`kg g mg km km2 m m2 m3 cm mm ha l ml tr k usd vnd đ mw kw kwh gb mb hz mwh`)

// units are measures and counters by their first syllable; longer ones first.
var units = func() map[string][]string {
	m := map[string][]string{}
	for line := range strings.SplitSeq(unitList, "\n") {
		for phrase := range strings.SplitSeq(line, ",") {
			phrase = strings.TrimSpace(phrase)
			if first, _, _ := strings.Cut(phrase, " "); first != "" {
				if strings.Contains(phrase, " ") {
					m[first] = append([]string{phrase}, m[first]...)
				} else {
					m[first] = append(m[first], phrase)
				}
			}
		}
	}
	return m
}()

const unitList = `phần trăm, đồng, usd, euro, vnd, đô la, đô la mỹ, bảng anh, nhân dân tệ, yên, won, xu
km, km2, m, m2, m3, cm, mm, kg, g, mg, ha, lít, tấn, tạ, yến, cây số, mét, mét vuông, mét khối, héc ta, hecta, ki lô mét, kilomet, độ, lượng, chỉ vàng, mw, kw, kwh, gb
giây, phút, giờ, tiếng, ngày, ngày đêm, đêm, tuần, tháng, quý, năm, thập kỷ, thập niên, thế kỷ, tuổi, mùa, nhiệm kỳ
người, người dân, hộ, hộ dân, gia đình, nhân khẩu, cháu, em, học sinh, sinh viên, giáo viên, cán bộ, đảng viên, đại biểu, ca, bệnh nhân, nạn nhân, bị can, bị cáo, đối tượng, chiến sĩ, lao động, công nhân, thí sinh, vận động viên, ứng viên, thành viên, đồng chí, thanh niên, hội viên, đoàn viên, phụ nữ, trẻ em, tập thể, cá nhân, tác giả, khách, lượt, lượt người, lượt khách, du khách, cử tri, ủy viên
tỉnh, tỉnh thành, thành phố, quận, quận huyện, huyện, thị xã, thị trấn, phường, xã, thôn, làng, bản, tổ, khu, vùng, miền, nước, quốc gia, địa phương, đơn vị, đơn vị hành chính, điểm, điểm cầu, địa điểm, vị trí, tuyến, tuyến đường, tuyến phố, cây cầu, nút giao, sân bay, cảng
đảng bộ, chi bộ, cơ quan, tổ chức, doanh nghiệp, công ty, hợp tác xã, cơ sở, trường, trường học, bệnh viện, ngân hàng, cửa hàng, chợ, sở, ban, ngành, cấp, phòng, đoàn, đội, nhóm, câu lạc bộ, tòa, tòa nhà, căn, căn hộ, căn nhà, ngôi nhà, nhà máy, khu công nghiệp, cụm công nghiệp, khu đô thị, di tích, bảo tàng, công viên
chương trình, chương trình công tác, nghị quyết, nghị quyết chuyên đề, chỉ thị, quyết định, kế hoạch, quy hoạch, đề án, dự án, công trình, nhiệm vụ, giải pháp, nhóm giải pháp, nhóm nhiệm vụ, chỉ tiêu, mục tiêu, tiêu chí, lĩnh vực, nội dung, vấn đề, bước, đợt, giai đoạn, khâu, khâu đột phá, văn bản, luật, điều, khoản, báo cáo, ý kiến, kiến nghị, câu hỏi, bài, bài học, bài viết, cuộc, cuộc họp, hội nghị, kỳ, kỳ họp, phiên, phiên họp, khóa, lớp, môn, tiết, thủ tục, thủ tục hành chính, hồ sơ, đơn, vụ, vụ án, vụ việc, vụ tai nạn, trường hợp, lần, mũi, liều, mẫu, giải, huy chương, huy chương vàng, bàn, bàn thắng, trận, trận đấu, vòng, hiệp, phần, phần quà, suất, suất quà, suất học bổng, học bổng, ghế, phiếu, giấy phép, bằng khen, danh hiệu
cái, chiếc, con, cây, quả, tờ, cuốn, quyển, bộ, bức, tấm, ô tô, xe, xe máy, xe buýt, tàu, toa, máy bay, chuyến, chuyến bay, sản phẩm, mặt hàng, loại, giống, giường, giường bệnh, phương tiện, thiết bị, lô, thửa, gói, gói thầu, hạng mục, tầng, làn xe, nhịp, bến, trang, bậc, hạng, tác phẩm, bộ phim, tập, ca khúc, vai, chỗ, chỗ ngồi, viên, nhát, cú, thùng, chai, bao, túi, gam, gram, ki lô gam, vết, tên, nghi phạm`
