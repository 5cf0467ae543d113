package vi

import "strings"

// onsets and spelledRhymes make all syllables of Vietnamese, without their tones
// (Đoàn Thiện Thuật, "Ngữ âm tiếng Việt", 1977; the spelling is that of the
// schools). "qu" and "gi" count as onsets.
var (
	onsets        = strings.Fields("ngh ch gh gi kh ng nh ph qu th tr b c d đ g h k l m n p r s t v x")
	spelledRhymes = set(`
	a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
	e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu
	i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
	o oc oi om on ong oong ooc op ot oa oac oach oai oam oan oang oanh oao oap oat oay
	oăc oăm oăn oăng oăt oe oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
	u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uơ uy uya uych uyn uynh uyp uyt uyu
	uyên uyêt uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
	y yêm yên yêng yêt yêu`)
	foldedRhymes = func() map[string]bool {
		m := map[string]bool{}
		for r := range spelledRhymes {
			m[foldNormal(r)] = true
		}
		return m
	}()
)

// IsSyllable reports whether a word in normal form (see Normalize) is spelled
// as a Vietnamese syllable may be. It need not mean anything: "rồng" and
// "rống" are syllables, "thanhf" is none. For text without diacritics folded
// says that any will do.
func IsSyllable(norm string, folded bool) bool {
	var b strings.Builder
	for _, r := range norm {
		l, ok := letterOf(r)
		switch {
		case ok:
			b.WriteRune(l.bare)
		case r >= 'a' && r <= 'z':
			b.WriteRune(r)
		default:
			return false
		}
	}
	s, list := b.String(), spelledRhymes
	if folded {
		s, list = foldNormal(s), foldedRhymes
	}
	if list[s] || s == "gi" {
		return true
	}
	for _, onset := range onsets {
		if rest, ok := strings.CutPrefix(s, onset); ok && list[rest] && fits(onset, rest) {
			return true
		}
		if rest, ok := strings.CutPrefix(s, "gi"); ok && onset == "gi" && list["i"+rest] {
			return true // giêng, gìn: one i for both
		}
	}
	return false
}

// fits reports whether the spelling of an onset is that before its vowel: k,
// gh, ngh stand before e, ê, i and y, and c, g, ng before the others.
func fits(onset, rhyme string) bool {
	front := strings.HasPrefix(rhyme, "e") || strings.HasPrefix(rhyme, "ê") || strings.HasPrefix(rhyme, "i") || strings.HasPrefix(rhyme, "y")
	switch onset {
	case "gh", "ngh":
		return front
	case "c", "g", "ng":
		return !front
	}
	return true
}

// familyNames are the family names of nearly all Vietnamese (Lê Trung Hoa, "Họ
// và tên người Việt Nam", 2005; the commonest of about a thousand), in normal
// form.
var familyNames = set(`
	nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh
	trương đoàn lâm trịnh mai đào tạ hà lương tô phùng tống thái châu chu kiều cao
	quách đàm lưu thạch la thân tôn nghiêm triệu bạch từ hứa vương văn ông giang
	khuất khổng ninh doãn vi nông hầu lò vàng giàng sùng tòng quàng lường ma cù
	mạc tăng diệp nhâm bế đậu thiều ngụy cấn kim tiêu uông lục viên âu lã cung lại
	phí cái mạch thẩm trang trà kha ứng`)

var foldedFamilyNames = func() map[string]bool {
	m := map[string]bool{}
	for n := range familyNames {
		m[foldNormal(n)] = true
	}
	return m
}()

// IsFamilyNameFolded is IsFamilyName for a syllable without diacritics.
func IsFamilyNameFolded(folded string) bool { return foldedFamilyNames[folded] }

// IsFamilyName reports whether a syllable in normal form is a Vietnamese
// family name. Many are common words as well: look for the capitals.
func IsFamilyName(norm string) bool { return familyNames[norm] }
