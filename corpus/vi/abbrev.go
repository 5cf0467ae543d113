package vi

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Abbreviation is a short form that newspapers use without explaining it.
type Abbreviation struct {
	Short string // as it is written: "UBND"
	Long  string // in normal form (see Normalize): "ủy ban nhân dân"
}

// abbreviation is an entry of the table.
type abbreviation struct {
	short, long string
	// exact forms are read in capitals as written, and never in lower case or
	// without diacritics, where they are a syllable or mean something else.
	exact bool
}

// abbreviations is the common usage of Vietnamese newspapers and offices.
// Of two short forms of one name the usual one stands first.
//
// The kinds of documents of Decree 30/2020/NĐ-CP (its appendix of short
// forms: NQ, QĐ, CT, QC, QyĐ, TC, TB, HD, CTr, KH, PA, ĐA, DA, BC, BB, TTr,
// HĐ, CĐ, BGN, …; and KL, NĐ, TT of party and state documents) are left out:
// they stand inside document numbers, which are found as they are written.
//
// Left out because they mean several things: CA (công an, ca), BCT (bộ chính
// trị, bộ công thương), BTC (bộ tài chính, ban tổ chức), BCA, BQL, CP (chính
// phủ, cổ phần), DN (doanh nghiệp, đà nẵng), ĐB (đại biểu, đồng bằng), ĐT, GD,
// HN (hà nội, hội nghị), HS (hình sự, học sinh), KH, KT, NN, NT, PV, SN, TTg,
// TT (thông tư, thị trấn, trung tâm), TU (thành ủy, tỉnh ủy), UB, VH, VP, XD,
// XH. GDP, GRDP, FDI, ODA and their like are words of their own.
var abbreviations = []abbreviation{
	// Places and units.
	{short: "TP", long: "thành phố"},
	{short: "TX", long: "thị xã"},
	{short: "TPHCM", long: "thành phố hồ chí minh"},
	{short: "HCM", long: "hồ chí minh"},
	{short: "VN", long: "việt nam"},
	{short: "ĐBSCL", long: "đồng bằng sông cửu long"},
	{short: "ĐBSH", long: "đồng bằng sông hồng"},
	{short: "KCN", long: "khu công nghiệp"},
	{short: "CCN", long: "cụm công nghiệp"},
	{short: "KCX", long: "khu chế xuất"},
	{short: "KKT", long: "khu kinh tế"},
	{short: "KĐT", long: "khu đô thị"},
	{short: "KĐTM", long: "khu đô thị mới"},
	{short: "QL", long: "quốc lộ", exact: true},
	{short: "NTM", long: "nông thôn mới"},
	{short: "GPMB", long: "giải phóng mặt bằng"},
	{short: "VSMT", long: "vệ sinh môi trường"},
	{short: "XDCB", long: "xây dựng cơ bản"},
	{short: "TĐC", long: "tái định cư", exact: true},

	// Party.
	{short: "TW", long: "trung ương"},
	{short: "TƯ", long: "trung ương", exact: true},
	{short: "BCH", long: "ban chấp hành"},
	{short: "BCHTW", long: "ban chấp hành trung ương"},
	{short: "BTV", long: "ban thường vụ"},
	{short: "BCĐ", long: "ban chỉ đạo"},
	{short: "BTGTW", long: "ban tuyên giáo trung ương"},
	{short: "UBKT", long: "ủy ban kiểm tra"},
	{short: "UBKTTW", long: "ủy ban kiểm tra trung ương"},
	{short: "PCTN", long: "phòng chống tham nhũng"},
	{short: "PCTNTC", long: "phòng chống tham nhũng tiêu cực"},
	{short: "XHCN", long: "xã hội chủ nghĩa"},
	{short: "CNXH", long: "chủ nghĩa xã hội"},
	{short: "CNCS", long: "chủ nghĩa cộng sản"},

	// State.
	{short: "CHXHCN", long: "cộng hòa xã hội chủ nghĩa"},
	{short: "UBND", long: "ủy ban nhân dân"},
	{short: "HĐND", long: "hội đồng nhân dân"},
	{short: "ĐBQH", long: "đại biểu quốc hội"},
	{short: "UBTVQH", long: "ủy ban thường vụ quốc hội"},
	{short: "QH", long: "quốc hội", exact: true},
	{short: "HĐBC", long: "hội đồng bầu cử"},
	{short: "VPCP", long: "văn phòng chính phủ"},
	{short: "TTCP", long: "thanh tra chính phủ"},
	{short: "KTNN", long: "kiểm toán nhà nước"},
	{short: "NHNN", long: "ngân hàng nhà nước"},
	{short: "NSNN", long: "ngân sách nhà nước"},
	{short: "NSTW", long: "ngân sách trung ương"},
	{short: "QLNN", long: "quản lý nhà nước"},
	{short: "QLTT", long: "quản lý thị trường"},
	{short: "KBNN", long: "kho bạc nhà nước"},
	{short: "TTHC", long: "thủ tục hành chính"},
	{short: "CCHC", long: "cải cách hành chính"},
	{short: "DVC", long: "dịch vụ công"},
	{short: "CBCCVC", long: "cán bộ công chức viên chức"},
	{short: "CBCC", long: "cán bộ công chức"},
	{short: "VBQPPL", long: "văn bản quy phạm pháp luật"},
	{short: "QPPL", long: "quy phạm pháp luật"},
	{short: "ĐVHC", long: "đơn vị hành chính"},

	// Fields of government and their offices.
	{short: "GD&ĐT", long: "giáo dục và đào tạo"},
	{short: "GD-ĐT", long: "giáo dục và đào tạo"},
	{short: "GDĐT", long: "giáo dục và đào tạo"},
	{short: "GTVT", long: "giao thông vận tải"},
	{short: "GTCC", long: "giao thông công chính"},
	{short: "TN&MT", long: "tài nguyên và môi trường"},
	{short: "TN-MT", long: "tài nguyên và môi trường"},
	{short: "TNMT", long: "tài nguyên và môi trường"},
	{short: "NN&PTNT", long: "nông nghiệp và phát triển nông thôn"},
	{short: "NN-PTNT", long: "nông nghiệp và phát triển nông thôn"},
	{short: "NNPTNT", long: "nông nghiệp và phát triển nông thôn"},
	{short: "PTNT", long: "phát triển nông thôn"},
	{short: "LĐ-TB&XH", long: "lao động thương binh và xã hội"},
	{short: "LĐTB&XH", long: "lao động thương binh và xã hội"},
	{short: "LĐTBXH", long: "lao động thương binh và xã hội"},
	{short: "KH&ĐT", long: "kế hoạch và đầu tư"},
	{short: "KH-ĐT", long: "kế hoạch và đầu tư"},
	{short: "KHĐT", long: "kế hoạch và đầu tư"},
	{short: "KH&CN", long: "khoa học và công nghệ"},
	{short: "KH-CN", long: "khoa học và công nghệ"},
	{short: "KHCN", long: "khoa học công nghệ"},
	{short: "TT&TT", long: "thông tin và truyền thông"},
	{short: "TT-TT", long: "thông tin và truyền thông"},
	{short: "VH-TT&DL", long: "văn hóa thể thao và du lịch"},
	{short: "VHTT&DL", long: "văn hóa thể thao và du lịch"},
	{short: "VHTTDL", long: "văn hóa thể thao và du lịch"},
	{short: "VH-TT", long: "văn hóa thể thao"},
	{short: "TDTT", long: "thể dục thể thao"},
	{short: "KT-XH", long: "kinh tế xã hội"},
	{short: "KTXH", long: "kinh tế xã hội"},
	{short: "QP-AN", long: "quốc phòng an ninh"},
	{short: "QPAN", long: "quốc phòng an ninh"},
	{short: "ANQP", long: "an ninh quốc phòng"},
	{short: "ANTT", long: "an ninh trật tự"},
	{short: "TTATXH", long: "trật tự an toàn xã hội"},
	{short: "TTATGT", long: "trật tự an toàn giao thông"},
	{short: "ATGT", long: "an toàn giao thông"},
	{short: "TNGT", long: "tai nạn giao thông"},
	{short: "ATTP", long: "an toàn thực phẩm"},
	{short: "VSATTP", long: "vệ sinh an toàn thực phẩm"},
	{short: "CNTT", long: "công nghệ thông tin"},
	{short: "CĐS", long: "chuyển đổi số"},
	{short: "CNH", long: "công nghiệp hóa", exact: true},
	{short: "HĐH", long: "hiện đại hóa", exact: true},
	{short: "CNH-HĐH", long: "công nghiệp hóa hiện đại hóa"},
	{short: "BĐKH", long: "biến đổi khí hậu"},
	{short: "PCTT", long: "phòng chống thiên tai"},
	{short: "TKCN", long: "tìm kiếm cứu nạn"},
	{short: "CNCH", long: "cứu nạn cứu hộ"},
	{short: "PCCC", long: "phòng cháy chữa cháy"},

	// Police, courts, army.
	{short: "CSGT", long: "cảnh sát giao thông"},
	{short: "CSĐT", long: "cảnh sát điều tra"},
	{short: "CSHS", long: "cảnh sát hình sự"},
	{short: "CSCĐ", long: "cảnh sát cơ động"},
	{short: "CQĐT", long: "cơ quan điều tra"},
	{short: "CAND", long: "công an nhân dân"},
	{short: "QĐND", long: "quân đội nhân dân"},
	{short: "QĐNDVN", long: "quân đội nhân dân việt nam"},
	{short: "LLVT", long: "lực lượng vũ trang"},
	{short: "LLVTND", long: "lực lượng vũ trang nhân dân"},
	{short: "BĐBP", long: "bộ đội biên phòng"},
	{short: "CHQS", long: "chỉ huy quân sự"},
	{short: "NVQS", long: "nghĩa vụ quân sự"},
	{short: "TAND", long: "tòa án nhân dân"},
	{short: "TANDTC", long: "tòa án nhân dân tối cao"},
	{short: "VKSND", long: "viện kiểm sát nhân dân"},
	{short: "VKSNDTC", long: "viện kiểm sát nhân dân tối cao"},
	{short: "VKS", long: "viện kiểm sát"},
	{short: "HĐXX", long: "hội đồng xét xử"},
	{short: "BLHS", long: "bộ luật hình sự"},
	{short: "BLDS", long: "bộ luật dân sự"},
	{short: "BLTTHS", long: "bộ luật tố tụng hình sự"},
	{short: "CMND", long: "chứng minh nhân dân"},
	{short: "CCCD", long: "căn cước công dân"},
	{short: "GPLX", long: "giấy phép lái xe"},

	// Mass organisations.
	{short: "MTTQ", long: "mặt trận tổ quốc"},
	{short: "UBMTTQ", long: "ủy ban mặt trận tổ quốc"},
	{short: "LĐLĐ", long: "liên đoàn lao động"},
	{short: "TLĐLĐVN", long: "tổng liên đoàn lao động việt nam"},
	{short: "LHPN", long: "liên hiệp phụ nữ"},
	{short: "CCB", long: "cựu chiến binh"},
	{short: "TNCS", long: "thanh niên cộng sản"},
	{short: "TNXP", long: "thanh niên xung phong"},
	{short: "CLB", long: "câu lạc bộ"},

	// Economy and labour.
	{short: "HTX", long: "hợp tác xã"},
	{short: "TNHH", long: "trách nhiệm hữu hạn"},
	{short: "TMCP", long: "thương mại cổ phần"},
	{short: "HĐQT", long: "hội đồng quản trị"},
	{short: "HĐTV", long: "hội đồng thành viên"},
	{short: "ĐHĐCĐ", long: "đại hội đồng cổ đông"},
	{short: "DNNN", long: "doanh nghiệp nhà nước"},
	{short: "DNNVV", long: "doanh nghiệp nhỏ và vừa"},
	{short: "SXKD", long: "sản xuất kinh doanh"},
	{short: "TTCK", long: "thị trường chứng khoán"},
	{short: "BĐS", long: "bất động sản"},
	{short: "NĐT", long: "nhà đầu tư", exact: true},
	{short: "NLĐ", long: "người lao động"},
	{short: "XKLĐ", long: "xuất khẩu lao động"},
	{short: "GTGT", long: "giá trị gia tăng"},
	{short: "TNCN", long: "thu nhập cá nhân"},
	{short: "TNDN", long: "thu nhập doanh nghiệp"},
	{short: "BHXH", long: "bảo hiểm xã hội"},
	{short: "BHYT", long: "bảo hiểm y tế"},
	{short: "BHTN", long: "bảo hiểm thất nghiệp"},
	{short: "NOXH", long: "nhà ở xã hội"},
	{short: "XĐGN", long: "xóa đói giảm nghèo"},

	// Schools, health, press, titles.
	{short: "THPT", long: "trung học phổ thông"},
	{short: "THCS", long: "trung học cơ sở"},
	{short: "GDTX", long: "giáo dục thường xuyên"},
	{short: "ĐH", long: "đại học"},
	{short: "CĐ", long: "cao đẳng", exact: true},
	{short: "ĐHQG", long: "đại học quốc gia"},
	{short: "ĐHQGHN", long: "đại học quốc gia hà nội"},
	{short: "ĐHSP", long: "đại học sư phạm"},
	{short: "ĐHBK", long: "đại học bách khoa"},
	{short: "HSSV", long: "học sinh sinh viên"},
	{short: "KTX", long: "ký túc xá"},
	{short: "BVĐK", long: "bệnh viện đa khoa"},
	{short: "TTYT", long: "trung tâm y tế"},
	{short: "SXH", long: "sốt xuất huyết"},
	{short: "TTXVN", long: "thông tấn xã việt nam"},
	{short: "NXB", long: "nhà xuất bản"},
	{short: "MXH", long: "mạng xã hội"},
	{short: "HLV", long: "huấn luyện viên"},
	{short: "VĐV", long: "vận động viên"},
	{short: "NSND", long: "nghệ sĩ nhân dân"},
	{short: "NSƯT", long: "nghệ sĩ ưu tú"},
	{short: "PGS", long: "phó giáo sư"},
	{short: "GS", long: "giáo sư", exact: true},
	{short: "TS", long: "tiến sĩ", exact: true},
	{short: "ThS", long: "thạc sĩ"},
	{short: "KTS", long: "kiến trúc sư"},
}

// longOf has the long form of every spelling that is read, shorts the
// abbreviations by the first syllable of their long form, longest first.
var longOf, shorts = index(abbreviations)

type shortForm struct {
	syllables []string // of the long form
	short     string
}

func index(table []abbreviation) (map[string]string, map[string][]shortForm) {
	long := map[string]string{}
	short := map[string][]shortForm{}
	for _, a := range table {
		spellings := []string{a.short}
		if !a.exact {
			folded := Fold(a.short)
			spellings = append(spellings, Normalize(a.short), folded,
				strings.ToUpper(a.short), strings.ToUpper(folded), // UBND, HDND, THS
				capitalised(Normalize(a.short)), capitalised(folded)) // Tp, Ubnd
		}
		known := false
		for _, s := range spellings {
			if _, ok := long[s]; !ok {
				long[s] = a.long
			}
		}
		syllables := strings.Fields(a.long)
		for _, f := range short[syllables[0]] {
			known = known || slices.Equal(f.syllables, syllables)
		}
		if !known && !a.exact {
			short[syllables[0]] = append(short[syllables[0]], shortForm{syllables, Normalize(a.short)})
		}
	}
	for _, forms := range short {
		slices.SortStableFunc(forms, func(a, b shortForm) int { return cmp.Compare(len(b.syllables), len(a.syllables)) })
	}
	return long, short
}

func capitalised(s string) string {
	for i := range s {
		if i > 0 {
			return strings.ToUpper(s[:i]) + s[i:]
		}
	}
	return strings.ToUpper(s)
}

// Abbreviations lists the abbreviations that Expand and Shorten know.
func Abbreviations() []Abbreviation {
	list := make([]Abbreviation, len(abbreviations))
	for i, a := range abbreviations {
		list[i] = Abbreviation{Short: a.short, Long: a.long}
	}
	return list
}

// Expand gives the long form, in normal form, of a word that is a common
// abbreviation: as newspapers write it ("UBND", "T.Ư", "GD&ĐT"), and in lower
// case or without diacritics ("hđnd", "HDND", "tp") where that is no syllable
// of Vietnamese. Dots in and behind the word do not matter. word stands as in
// the text, not normalised: "TƯ" is an abbreviation and "tư" is not.
func Expand(word string) (long string, ok bool) {
	if long, ok = longOf[word]; ok {
		return long, true
	}
	const longest = 32 // bytes; more is no abbreviation, whatever its spelling
	if len(word) > longest {
		return "", false
	}
	respelled := word
	if strings.IndexByte(word, '.') >= 0 {
		respelled = strings.ReplaceAll(word, ".", "")
	}
	if combining(respelled) {
		respelled = norm.NFC.String(respelled)
	}
	if respelled == word {
		return "", false
	}
	long, ok = longOf[respelled]
	return long, ok
}

// combining reports whether s may hold combining diacritics (U+0300 to
// U+036F), which begin with the byte 0xCC or 0xCD.
func combining(s string) bool {
	return strings.IndexByte(s, 0xCC) >= 0 || strings.IndexByte(s, 0xCD) >= 0
}

// Shorten gives the abbreviation, in normal form, of the longest long form
// that a sequence of syllables in normal form begins with, and how many of
// them it stands for: ủy ban nhân dân thành phố gives "ubnd" and 4. It is ""
// and 0 where there is none. Expand(short) is that long form again; short
// forms that are ambiguous in lower case are therefore never given.
func Shorten(syllables []string) (short string, n int) {
	if len(syllables) == 0 {
		return "", 0
	}
	for _, f := range shorts[syllables[0]] {
		if len(f.syllables) <= len(syllables) && slices.Equal(f.syllables, syllables[:len(f.syllables)]) {
			return f.short, len(f.syllables)
		}
	}
	return "", 0
}
