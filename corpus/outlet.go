package corpus

import (
	"slices"
	"strings"
	"sync"
)

// Outlet is a publisher of news and the ways in which texts name it.
type Outlet struct {
	// Name is how citations name it.
	Name string
	// Domains are its sites, without "www."; sub-domains belong to it too.
	Domains []string
	// Signs open or close an article of its own: "NDO -", "(TTXVN)".
	Signs []string
	// Aliases are other names that people use for it.
	Aliases []string
}

// outlets is what the outlets call themselves in their own imprint and in the
// agency lines of their articles.
var outlets = []Outlet{
	{"Nhân Dân", []string{"nhandan.vn", "nhandan.com.vn", "nhandan.org.vn"}, []string{"NDO", "NDĐT", "ND", "NDHN", "Nhandan.vn"}, []string{"báo Nhân Dân", "Nhân Dân điện tử", "Nhân Dân Online"}},
	{"Chinhphu.vn", []string{"chinhphu.vn", "baochinhphu.vn"}, []string{"Chinhphu.vn", "VGP", "VGP News", "Baochinhphu.vn"}, []string{"Báo Chính phủ", "Cổng Thông tin điện tử Chính phủ", "Báo điện tử Chính phủ", "VGP", "Báo Điện tử Chính phủ"}},
	{"TTXVN", []string{"vnanet.vn", "ttxvn.org.vn", "baoanhvietnam.vn"}, []string{"TTXVN"}, []string{"Thông tấn xã Việt Nam", "Thông tấn xã", "VNA"}},
	{"VietnamPlus", []string{"vietnamplus.vn"}, []string{"Vietnam+", "VietnamPlus", "Vietnamplus.vn"}, []string{"báo VietnamPlus", "Báo điện tử VietnamPlus"}},
	{"Tin Tức", []string{"baotintuc.vn"}, []string{"Báo Tin tức", "Baotintuc.vn"}, []string{"báo Tin Tức", "Báo Tin tức TTXVN"}},
	{"BNEWS", []string{"bnews.vn"}, []string{"BNEWS", "BNews"}, []string{"báo BNEWS"}},
	{"VOV", []string{"vov.vn", "vovworld.vn", "vov.gov.vn"}, []string{"VOV", "VOV.VN", "VOV1", "VOV2", "VOV Giao thông"}, []string{"Đài Tiếng nói Việt Nam", "báo điện tử VOV", "báo VOV", "VOV News"}},
	{"VTV", []string{"vtv.vn"}, []string{"VTV", "VTV.vn", "VTV News", "VTV1", "VTV24"}, []string{"Đài Truyền hình Việt Nam", "VTV Online", "báo VTV"}},
	{"VTC News", []string{"vtcnews.vn", "vtc.vn"}, []string{"VTC News", "VTC"}, []string{"báo VTC", "báo VTC News", "Đài VTC"}},
	{"ĐCSVN", []string{"dangcongsan.vn", "dangcongsan.org.vn", "cpv.org.vn"}, []string{"ĐCSVN", "Dangcongsan.vn"}, []string{"Báo điện tử Đảng Cộng sản Việt Nam", "Báo Đảng Cộng sản", "Đảng Cộng sản Việt Nam online"}},
	{"Quân đội nhân dân", []string{"qdnd.vn"}, []string{"QĐND", "QĐND Online", "QĐNDO"}, []string{"báo Quân đội nhân dân", "báo Quân đội"}},
	{"Công an nhân dân", []string{"cand.com.vn", "cand.vn"}, []string{"CAND", "CAND Online", "CANDO"}, []string{"báo Công an nhân dân", "báo CAND"}},
	{"An ninh Thủ đô", []string{"anninhthudo.vn"}, []string{"ANTĐ", "ANTD", "ANTD.VN", "ANTĐ Online"}, []string{"báo An ninh Thủ đô"}},
	{"Hànộimới", []string{"hanoimoi.vn", "hanoimoi.com.vn"}, []string{"HNM", "HNMO", "HNMĐT", "Hanoimoi.vn", "Hànộimới"}, []string{"báo Hà Nội mới", "Hà Nội mới", "Hànội mới", "báo Hànộimới"}},
	{"Kinh tế & Đô thị", []string{"kinhtedothi.vn"}, []string{"KTĐT", "KTDT", "Kinhtedothi", "Kinhtedothi.vn"}, []string{"Kinh tế và Đô thị", "báo Kinh tế và Đô thị", "báo Kinh tế & Đô thị", "báo Kinh tế Đô thị", "Kinh tế Đô thị"}},
	{"Hà Nội On", []string{"hanoionline.vn", "hanoitv.vn", "hanoi.tv"}, []string{"HanoiTV", "HTV Hà Nội", "Hanoionline"}, []string{"Đài Hà Nội", "Đài Phát thanh và Truyền hình Hà Nội", "Đài PT-TH Hà Nội"}},
	{"Cổng Hà Nội", []string{"hanoi.gov.vn"}, []string{"Hanoi.gov.vn", "HanoiPortal", "Hanoi Portal"}, []string{"Cổng Thông tin điện tử Hà Nội", "Cổng giao tiếp điện tử Hà Nội"}},
	{"Tuổi Trẻ", []string{"tuoitre.vn", "tuoitre.com.vn"}, []string{"TTO", "TT", "TTCT", "TTC", "Tuổi Trẻ Online"}, []string{"báo Tuổi Trẻ", "Tuổi Trẻ Online"}},
	{"Tuổi trẻ Thủ đô", []string{"tuoitrethudo.vn", "tuoitrethudo.com.vn"}, []string{"TTTĐ"}, []string{"báo Tuổi trẻ Thủ đô"}},
	{"Thanh Niên", []string{"thanhnien.vn", "thanhnien.com.vn"}, []string{"TNO", "TN"}, []string{"báo Thanh Niên", "Thanh Niên Online"}},
	{"VnExpress", []string{"vnexpress.net", "vnexpress.vn"}, []string{"VnExpress", "VNE", "VnExpress.net"}, []string{"báo VnExpress", "VN Express"}},
	{"Dân trí", []string{"dantri.com.vn", "dantri.vn"}, []string{"Dân trí", "Dantri"}, []string{"báo Dân trí", "Báo điện tử Dân trí"}},
	{"VietNamNet", []string{"vietnamnet.vn", "vnn.vn"}, []string{"VietNamNet", "VNN", "Infonet"}, []string{"báo VietNamNet", "Vietnam Net"}},
	{"ZNews", []string{"znews.vn", "zingnews.vn", "zing.vn", "news.zing.vn"}, []string{"Zing", "Zing.vn", "Zing News", "ZNews", "Znews.vn"}, []string{"Zing News", "báo Zing", "Tri thức trực tuyến", "Tri thức - Znews"}},
	{"Tiền Phong", []string{"tienphong.vn"}, []string{"TPO", "TP Online", "Tiền Phong Online"}, []string{"báo Tiền Phong"}},
	{"Lao Động", []string{"laodong.vn", "laodong.com.vn"}, []string{"LĐO", "LĐ", "Lao Động Online"}, []string{"báo Lao Động"}},
	{"Lao động Thủ đô", []string{"laodongthudo.vn"}, []string{"LĐTĐ"}, []string{"báo Lao động Thủ đô"}},
	{"Người Lao Động", []string{"nld.com.vn", "nld.vn"}, []string{"NLĐO", "NLĐ", "NLDO"}, []string{"báo Người Lao Động"}},
	{"Sài Gòn Giải Phóng", []string{"sggp.org.vn", "sggp.vn"}, []string{"SGGP", "SGGPO", "SGGP Online"}, []string{"báo Sài Gòn Giải Phóng", "báo SGGP"}},
	{"Pháp Luật TP.HCM", []string{"plo.vn"}, []string{"PLO", "PL", "PLTP"}, []string{"báo Pháp luật TP.HCM", "Pháp luật Thành phố Hồ Chí Minh", "báo Pháp luật TP HCM"}},
	{"Pháp luật Việt Nam", []string{"baophapluat.vn"}, []string{"PLVN", "PLVN Online"}, []string{"báo Pháp luật Việt Nam", "báo PLVN"}},
	{"Người Đưa Tin", []string{"nguoiduatin.vn"}, []string{"NĐT", "Người đưa tin", "Nguoiduatin.vn"}, []string{"báo Người đưa tin"}},
	{"Đời sống & Pháp luật", []string{"doisongphapluat.com", "doisongphapluat.com.vn", "doisongphapluat.nguoiduatin.vn"}, []string{"ĐS&PL", "ĐSPL", "ĐS & PL"}, []string{"Đời sống và Pháp luật", "báo Đời sống và Pháp luật"}},
	{"Đại Đoàn Kết", []string{"daidoanket.vn"}, []string{"ĐĐK", "Daidoanket.vn"}, []string{"báo Đại Đoàn Kết"}},
	{"Đại biểu Nhân dân", []string{"daibieunhandan.vn"}, []string{"ĐBND", "ĐBNDO", "Daibieunhandan.vn"}, []string{"báo Đại biểu Nhân dân"}},
	{"VnEconomy", []string{"vneconomy.vn", "vneconomy.com.vn"}, []string{"VnEconomy", "TBKTVN"}, []string{"Thời báo Kinh tế Việt Nam", "Tạp chí Kinh tế Việt Nam"}},
	{"Kinh tế Sài Gòn", []string{"thesaigontimes.vn", "kinhtesaigon.vn"}, []string{"KTSG Online", "KTSG", "TBKTSG", "TBKTSG Online"}, []string{"Thời báo Kinh tế Sài Gòn", "The Saigon Times", "Kinh tế Sài Gòn Online"}},
	{"CafeF", []string{"cafef.vn"}, []string{"CafeF"}, []string{"Cafe F"}},
	{"Đầu tư", []string{"baodautu.vn"}, []string{"BĐT", "Baodautu.vn", "Báo Đầu tư"}, []string{"báo Đầu tư", "báo Đầu tư điện tử"}},
	{"Công Thương", []string{"congthuong.vn"}, []string{"Congthuong.vn"}, []string{"báo Công Thương", "Tạp chí Công Thương"}},
	{"Thanh tra", []string{"thanhtra.com.vn"}, []string{"Thanh tra"}, []string{"báo Thanh tra"}},
	{"Giao thông", []string{"baogiaothong.vn", "xaydung.gov.vn"}, []string{"Baogiaothong.vn"}, []string{"báo Giao thông"}},
	{"Xây dựng", []string{"baoxaydung.com.vn", "baoxaydung.vn"}, []string{"Baoxaydung.com.vn"}, []string{"báo Xây dựng"}},
	{"Sức khỏe & Đời sống", []string{"suckhoedoisong.vn"}, []string{"SKĐS", "SK&ĐS"}, []string{"Sức khỏe và Đời sống", "báo Sức khỏe và Đời sống"}},
	{"Giáo dục & Thời đại", []string{"giaoducthoidai.vn"}, []string{"GD&TĐ", "GDTĐ"}, []string{"Giáo dục và Thời đại", "báo Giáo dục và Thời đại"}},
	{"Giáo dục Việt Nam", []string{"giaoduc.net.vn"}, []string{"GDVN"}, []string{"Tạp chí Giáo dục Việt Nam", "báo Giáo dục Việt Nam"}},
	{"Khoa học & Phát triển", []string{"khoahocphattrien.vn"}, []string{"KH&PT"}, []string{"Khoa học và Phát triển", "báo Khoa học và Phát triển"}},
	{"Tài nguyên & Môi trường", []string{"baotainguyenmoitruong.vn"}, []string{"TN&MT"}, []string{"Tài nguyên và Môi trường", "báo Tài nguyên và Môi trường"}},
	{"Nông nghiệp & Môi trường", []string{"nongnghiep.vn", "nongnghiepmoitruong.vn"}, []string{"NNVN"}, []string{"Nông nghiệp Việt Nam", "báo Nông nghiệp Việt Nam", "báo Nông nghiệp và Môi trường"}},
	{"Dân Việt", []string{"danviet.vn"}, []string{"Dân Việt"}, []string{"báo Dân Việt", "Nông thôn ngày nay", "báo Nông thôn ngày nay"}},
	{"Kiến Thức", []string{"kienthuc.net.vn"}, []string{"Kiến Thức"}, []string{"báo Kiến Thức", "báo điện tử Kiến thức"}},
	{"Công an TP.HCM", []string{"congan.com.vn"}, []string{"CAO", "CATP"}, []string{"báo Công an TP.HCM", "Công an Thành phố Hồ Chí Minh"}},
	{"Phụ nữ TP.HCM", []string{"phunuonline.com.vn"}, []string{"PNO", "PNCN"}, []string{"báo Phụ nữ TP.HCM", "báo Phụ Nữ"}},
	{"Phụ nữ Việt Nam", []string{"phunuvietnam.vn"}, []string{"PNVN"}, []string{"báo Phụ nữ Việt Nam"}},
	{"Phụ nữ Thủ đô", []string{"baophunuthudo.vn"}, []string{"PNTĐ"}, []string{"báo Phụ nữ Thủ đô"}},
	{"Thế giới & Việt Nam", []string{"baoquocte.vn"}, []string{"TG&VN", "TGVN", "Baoquocte.vn"}, []string{"Thế giới và Việt Nam", "báo Quốc tế", "báo Thế giới và Việt Nam"}},
	{"Viettimes", []string{"viettimes.vn"}, []string{"VietTimes"}, []string{"Tạp chí Viettimes", "báo VietTimes"}},
	{"Diễn đàn Doanh nghiệp", []string{"diendandoanhnghiep.vn", "enternews.vn"}, []string{"DĐDN"}, []string{"Tạp chí Diễn đàn Doanh nghiệp"}},
	{"Pháp luật & Xã hội", []string{"phapluatxahoi.vn", "phapluatxahoi.kinhtedothi.vn"}, []string{"PL&XH", "PLXH"}, []string{"Pháp luật và Xã hội", "báo Pháp luật và Xã hội"}},
	{"Soha", []string{"soha.vn"}, []string{"Soha", "Soha News"}, []string{"báo Soha"}},
	{"Kenh14", []string{"kenh14.vn"}, []string{"Kenh14", "Kênh 14"}, []string{"Kênh14"}},
	{"24h", []string{"24h.com.vn"}, []string{"24h"}, []string{"báo 24h", "Tin tức 24h"}},
	{"Bóng Đá", []string{"bongdaplus.vn", "bongda.com.vn"}, []string{"BĐ", "Bongdaplus", "BongDa+"}, []string{"báo Bóng đá", "Bongda Plus"}},
	{"Thể thao & Văn hóa", []string{"thethaovanhoa.vn"}, []string{"TTVH", "TT&VH", "Thethaovanhoa.vn"}, []string{"Thể thao và Văn hóa", "báo Thể thao và Văn hóa"}},
	{"Văn hóa", []string{"baovanhoa.vn", "vanhoaonline.vn"}, []string{"VHO", "VH"}, []string{"báo Văn hóa"}},
	{"Quốc hội", []string{"quochoi.vn"}, []string{"Quochoi.vn"}, []string{"Cổng Thông tin điện tử Quốc hội"}},
	{"Xây dựng Đảng", []string{"xaydungdang.org.vn"}, []string{"XDĐ"}, []string{"Tạp chí Xây dựng Đảng"}},
	{"Tạp chí Cộng sản", []string{"tapchicongsan.org.vn"}, []string{"TCCS", "TCCSĐT"}, []string{"báo Cộng sản"}},
	{"Một Thế Giới", []string{"1thegioi.vn", "motthegioi.vn"}, []string{"MTG"}, []string{"báo Một Thế Giới"}},
	{"Biên phòng", []string{"bienphong.com.vn"}, []string{"BĐBP"}, []string{"báo Biên phòng"}},
}

// Outlets returns the known outlets, in a fixed order. The slice is the
// caller's; the slices inside are shared and must not be changed.
func Outlets() []Outlet { return slices.Clone(outlets) }

type outletTables struct{ host, sign, loose map[string]int }

var outletTable = sync.OnceValue(func() outletTables {
	t := outletTables{map[string]int{}, map[string]int{}, map[string]int{}}
	for i, o := range outlets {
		for _, d := range o.Domains {
			t.host[d] = i
		}
		for _, s := range o.Signs {
			t.sign[s] = i
		}
	}
	// A sign or name comes before an alias, so that an alias can never take
	// over another outlet's own name.
	add := func(i int, names ...string) {
		for _, n := range names {
			if _, ok := t.loose[signKey(n)]; !ok {
				t.loose[signKey(n)] = i
			}
		}
	}
	for i, o := range outlets {
		add(i, append(slices.Clone(o.Signs), o.Name)...)
	}
	for i, o := range outlets {
		add(i, o.Aliases...)
		add(i, o.Domains...)
	}
	return t
})

// OutletOfHost finds the outlet of a host name such as "www.nhandan.vn" or
// "thethao.tuoitre.vn" (a port is ignored).
func OutletOfHost(host string) (Outlet, bool) {
	host = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(host)), ".")
	host, _, _ = strings.Cut(host, ":")
	for host != "" {
		if i, ok := outletTable().host[host]; ok {
			return outlets[i], true
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return Outlet{}, false
}

// OutletOfSign finds the outlet that a sign, a name, an alias or a domain
// stands for, whatever its case; surrounding brackets, dashes and colons are
// ignored. Signs of up to three letters count only when written exactly, as
// they would be ordinary syllables otherwise.
func OutletOfSign(sign string) (Outlet, bool) {
	sign = strings.Trim(sign, " \t()[]-–—:|.,")
	if i, ok := outletTable().sign[sign]; ok {
		return outlets[i], true
	}
	key := signKey(sign)
	if len([]rune(key)) <= 3 {
		return Outlet{}, false
	}
	if i, ok := outletTable().loose[key]; ok {
		return outlets[i], true
	}
	return Outlet{}, false
}

// signKey ignores case, white space and the way "and" is written.
func signKey(s string) string {
	s = " " + strings.ToLower(s) + " "
	s = strings.ReplaceAll(s, " và ", "&")
	return strings.Join(strings.Fields(s), "")
}
