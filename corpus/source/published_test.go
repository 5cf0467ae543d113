package source

import (
	"testing"

	"trichdan/corpus"
)

// What the beginning and the rest of a text say of its day.
func TestInferDate(t *testing.T) {
	const filler = "Đoạn này chỉ kể chuyện làng xóm và không nói gì đến ngày tháng.\n" +
		"Người trong làng bàn nhau đắp lại con đường ra đồng trước mùa mưa.\n"
	for _, c := range []struct{ name, path, url, text, want string }{
		{"recap and plan", "", "", "Sáng 8/1, xã tổng kết công tác năm 2021, bàn nhiệm vụ năm 2022.", "2022-01-08"},
		{"plan at the end of the year before", "", "", "Chiều 20/12, xã tổng kết công tác năm 2021, bàn nhiệm vụ năm 2022.", "2021-12-20"},
		{"plan alone leaves two years", "", "", "Chiều 20/12, xã họp bàn nhiệm vụ năm 2022.", ""},
		{"plan alone leaves one year", "", "", "Chiều 20/4, xã họp về nhiệm vụ năm 2022.", "2022-04-20"},
		{"no year", "", "", "Chiều 12/4, đoàn công tác làm việc với xã.", ""},
		{"term", "", "", "Sáng 22/4, xã họp về chương trình nhiệm kỳ 2020-2025.", ""},
		{"horizon", "", "", "Sáng 22/4, xã bàn quy hoạch đến năm 2030, có tính tới năm 2045.", ""},
		{"first months and day", "", "", "Ngày 5/7, huyện công bố số thu 6 tháng đầu năm 2023.", "2023-07-05"},
		{"first months, too early a day", "", "", "Ngày 5/3, huyện công bố số thu 6 tháng đầu năm 2023.", ""},
		{"quarter alone", "", "", "Số thu của huyện quý I/2022 tăng 6%.", "2022"},
		{"fourth quarter alone", "", "", "Số thu của huyện quý IV/2022 tăng 6%.", ""},
		{"fourth quarter with day", "", "", "Sáng 9/1, huyện công bố số thu quý IV/2022.", "2023-01-09"},
		{"quarter to come", "", "", "Công trình sẽ hoàn thành trong quý III/2023.", ""},
		{"newest quarter counts", "", "", "Số thu quý I/2022 tăng so với quý I/2021.", "2022"},
		{"later year", "", "", "Số thu quý I/2022 tăng. Tháng 2/2023, huyện đã kiểm tra lại.", ""},
		{"quarter beside an unknown day", "", "", "Tại cuộc họp với các xã vùng ven và những hợp tác xã trồng rau trong huyện diễn ra ngày 12/1, ông Tư nêu số thu quý I/2022.", ""},
		{"written with its year", "", "", "Ngày 15/3/2019, đoàn khách tới thăm xã.", "2019-03-15"},
		{"year elsewhere", "", "", "Sáng 15/3, đoàn khách tới thăm xã.\nHội chợ mở từ 15/3/2019.", "2019-03-15"},
		{"anniversary", "", "", "Ngày 26/12, người dân tưởng niệm nạn nhân trận lũ 26/12/2004.", ""},
		{"yesterday", "", "", "Tối qua (31/12), phố cổ đông nghịt.\nNhiệm vụ năm 2023 của phố cổ không đổi. Tổng kết năm 2022 cho thấy điều đó.", "2023-01-01"},
		{"document's day", "", "", "Quyết định số 12/QĐ ngày 8/1 của xã nêu nhiệm vụ năm 2022.", ""},
		{"looking back", "", "", "Ngày 17/3 vừa qua, xã ban hành nhiệm vụ năm 2022.", ""},
		{"impossible day", "", "", "Sáng 30/2, xã bàn nhiệm vụ năm 2022.", ""},
		{"year to come", "", "", "Sáng 8/9, xã bàn nhiệm vụ năm 2031.", ""},
		{"address", "", "https://vov.vn/xa-hoi/2023/07/28/bai-1.html", "Sáng 8/1, xã họp.", "2023-07-28"},
		{"stamp in the address", "", "https://dantri.com.vn/xa-hoi/bai-20230728091512345.htm", "Xã họp.", "2023-07-28"},
		{"path", "2024/01/09/bai.txt", "", "Xã họp.", "2024-01-09"},
		{"file name", "bai_20240109.txt", "", "Xã họp.", "2024-01-09"},
		{"number that is no day", "bai-20241399.txt", "", "Xã họp.", ""},
		{"day to come", "bai-20991231.txt", "", "Xã họp.", ""},
		{"two days", "20240109-20240110.txt", "", "Xã họp.", ""},
		{"picture", "", "", "Xã họp bàn chuyện làng.\nanh-8720240109090906.jpg", "2024-01-09"},
		{"picture near the day", "", "", "IMG_20240107.jpg\nSáng 9/1, xã họp.", "2024-01-09"},
		{"picture across the year", "", "", "IMG_20231231.jpg\nSáng 2/1, xã họp.", "2024-01-02"},
		{"old picture", "", "", "IMG_20200101.jpg\nSáng 9/6, xã họp.", ""},
		{"picture older than the text", "", "", "Xã họp, nhắc chuyện tháng 5/2021.\nIMG_20200101.jpg", ""},
	} {
		path := c.path
		if path == "" {
			path = "bai.txt"
		}
		text := c.text + "\n" + filler
		if c.url != "" {
			text += "Nguồn: " + c.url + "\n"
		}
		articles, errs := readFiles(map[string]string{path: text})
		if len(errs) > 0 || len(articles) != 1 {
			t.Errorf("%s: %v", c.name, errs)
			continue
		}
		got := articles[0].Published
		basis := corpus.Inferred
		if c.want == "" {
			basis = corpus.Unknown
		}
		if got.String() != c.want || got.BasisOr() != basis {
			t.Errorf("%s: %q %s, want %q", c.name, got, got.BasisOr(), c.want)
		}
	}
}

func TestParseDateline(t *testing.T) {
	for in, want := range map[string]string{
		"Thứ Bảy, 08/01/2022, 15:30":                   "2022-01-08",
		"Thứ bảy, 8/1/2022, 15:30 (GMT+7)":             "2022-01-08",
		"Cập nhật: 8/1/2022":                           "2022-01-08",
		"08/01/2022 - 10:20 (GMT+7)":                   "2022-01-08",
		"Ngày đăng: 08-01-2022":                        "2022-01-08",
		"15:30 | 08/01/2022":                           "2022-01-08",
		"Chủ nhật, ngày 9 tháng 1 năm 2022":            "2022-01-09",
		"Hà Nội, ngày 9 tháng 1 năm 2022":              "2022-01-09",
		"2022-01-08 15:30":                             "2022-01-08",
		"08.01.2022, 7h30":                             "2022-01-08",
		"Đăng lúc 10:20, 08/01/2022 | Thời sự":         "2022-01-08",
		"08/01/2022 10:20 | Cập nhật 09/01/2022 11:00": "2022-01-08",
		"Gia An - 08/01/2022 10:20":                    "2022-01-08",
		"VOV.VN - Thứ Bảy, 06:00, 08/01/2022":          "2022-01-08",
		"30/02/2022":       "",
		"Sáng 8/1, xã họp": "",
		"Ngày 8/1/2022, xã họp bàn về nước sạch":     "",
		"Từ 1/1/2022 đến 8/1/2022":                   "",
		"Nghị quyết số 12/2022 ngày 8/1/2022 của xã": "",
		"":                          "",
		"Văn bản số 123/01/2022/QĐ": "",
		"Hội nghị khai mạc 8/1/2022 tại nhà văn hóa thôn": "",
	} {
		l, ok := parseDateline(in)
		if got := l.date.String(); got != want || ok != (want != "") {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestParseByline(t *testing.T) {
	for in, want := range map[string]credit{
		"Thu Hà":                             {author: "Thu Hà"},
		"THU HÀ - MINH ANH":                  {author: "Thu Hà, Minh Anh"},
		"Thu Hà, Minh Anh":                   {author: "Thu Hà, Minh Anh"},
		"Thu Hà và Minh Anh":                 {author: "Thu Hà, Minh Anh"},
		"Thu Hà/VOV.VN":                      {author: "Thu Hà", outlet: "VOV"},
		"Thu Hà (Theo VnExpress)":            {author: "Thu Hà", outlet: "VnExpress"},
		"Thu Hà (t/h)":                       {author: "Thu Hà"},
		"Bài, ảnh: Thu Hà":                   {author: "Thu Hà"},
		"Tác giả: THU HÀ":                    {author: "Thu Hà"},
		"PV":                                 {author: "PV"},
		"P.V":                                {author: "P.V"},
		"Nhóm phóng viên":                    {author: "Nhóm phóng viên"},
		"Đ.Hà":                               {author: "Đ.Hà"},
		"H.A.":                               {author: "H.A."},
		"Theo TTXVN":                         {outlet: "TTXVN"},
		"(TTXVN/Vietnam+)":                   {outlet: "TTXVN"},
		"Nguồn: Báo Nhân Dân":                {outlet: "Nhân Dân"},
		"Theo Hải Yến/Báo Tin tức":           {author: "Hải Yến", outlet: "Tin Tức"},
		"Theo Reuters":                       {outlet: "Reuters"},
		"Theo kinhtedothi.vn":                {outlet: "Kinh tế & Đô thị"},
		"Theo https://kinhtedothi.vn":        {outlet: "Kinh tế & Đô thị"},
		"Theo https://kinhtedothi.vn/":       {outlet: "Kinh tế & Đô thị"},
		"Nguồn: https://vov.vn/a/b-123.html": {outlet: "VOV", url: "https://vov.vn/a/b-123.html"},
		"https://bao.example.vn/tin/1":       {outlet: "bao.example.vn", url: "https://bao.example.vn/tin/1"},
		"Linh hoạt và chủ động":              {},
		"Theo Bí thư Huyện ủy, xã đã làm tốt": {},
		"Chọn sách thế nào?":                  {},
		"Đúng.":                               {},
		"Theo ông Tư":                         {},
		"Kết quả bước đầu":                    {},
		"":                                    {},
	} {
		got, ok := parseByline(in)
		if got != want || ok != (want != credit{}) {
			t.Errorf("%q: %+v %v, want %+v", in, got, ok, want)
		}
	}
}

func TestCutAgency(t *testing.T) {
	for in, want := range map[string][2]string{
		"NDO - Sáng nay, xã họp.": {"Sáng nay, xã họp.", "Nhân Dân"},
		"NDO -":                   {"", "Nhân Dân"},
		"NDO- Sáng nay":           {"Sáng nay", "Nhân Dân"},
		"(Chinhphu.vn) - Để xã vững mạnh":                     {"Để xã vững mạnh", "Chinhphu.vn"},
		"(Chinhphu.vn) – Để xã vững mạnh":                     {"Để xã vững mạnh", "Chinhphu.vn"},
		"TTO - Sáng nay":                                      {"Sáng nay", "Tuổi Trẻ"},
		"HNM - Sáng nay":                                      {"Sáng nay", "Hànộimới"},
		"(TTXVN) Sáng nay":                                    {"Sáng nay", "TTXVN"},
		"Hà Nội (TTXVN 8/1) - Sáng nay":                       {"Sáng nay", "TTXVN"},
		"TP.HCM, ngày 8/1 (TTXVN) - Sáng nay":                 {"Sáng nay", "TTXVN"},
		"(Dân trí) - Sáng nay":                                {"Sáng nay", "Dân trí"},
		"(PLO)- Sáng nay":                                     {"Sáng nay", "Pháp Luật TP.HCM"},
		"VOV.VN - Sáng nay":                                   {"Sáng nay", "VOV"},
		"[VTC News] - Sáng nay":                               {"Sáng nay", "VTC News"},
		"(Báo Ninh Sơn) - Sáng nay":                           {"Sáng nay", "Báo Ninh Sơn"},
		"Thông tấn xã Việt Nam (TTXVN) tổ chức":               {"Thông tấn xã Việt Nam (TTXVN) tổ chức", ""},
		"Đài Tiếng nói Việt Nam (VOV) tổ chức":                {"Đài Tiếng nói Việt Nam (VOV) tổ chức", ""},
		"(Hà Nội) - Sáng nay":                                 {"(Hà Nội) - Sáng nay", ""},
		"Thanh tra - kiểm tra là hai việc":                    {"Thanh tra - kiểm tra là hai việc", ""},
		"Văn hóa - xã hội có chuyển biến":                     {"Văn hóa - xã hội có chuyển biến", ""},
		"Giao thông - Vận tải gặp khó":                        {"Giao thông - Vận tải gặp khó", ""},
		"TT - 3 xe ra đường":                                  {"TT - 3 xe ra đường", ""},
		"HĐND - UBND xã họp":                                  {"HĐND - UBND xã họp", ""},
		"Ông Tư (52 tuổi) - chủ vườn - kể":                    {"Ông Tư (52 tuổi) - chủ vườn - kể", ""},
		"GRDP - chỉ số đo quy mô kinh tế địa phương - tăng 6": {"GRDP - chỉ số đo quy mô kinh tế địa phương - tăng 6", ""},
	} {
		rest, outlet, ok := cutAgency(in)
		if rest != want[0] || outlet != want[1] || ok != (want[1] != "") {
			t.Errorf("%q: %q %q %v, want %q", in, rest, outlet, ok, want)
		}
	}
}

func TestCutCredit(t *testing.T) {
	for in, want := range map[string]string{
		"Người dân qua cầu. Ảnh: VGP/Gia An":   "Người dân qua cầu.",
		"Người dân qua cầu (Ảnh: Gia An).":     "Người dân qua cầu",
		"Người dân qua cầu - Ảnh: GIA AN":      "Người dân qua cầu",
		"Người dân qua cầu. ẢNH: GIA AN":       "Người dân qua cầu.",
		"Người dân qua cầu (ảnh: CTV)":         "Người dân qua cầu",
		"Người dân qua cầu. Ảnh minh họa.":     "Người dân qua cầu.",
		"Người dân qua cầu (Ảnh minh họa)":     "Người dân qua cầu",
		"Ảnh: VGP/Gia An":                      "",
		"Ảnh: Gia An":                          "",
		"Bà Lý kể: Ảnh này chụp đã lâu.":       "Bà Lý kể: Ảnh này chụp đã lâu.",
		"Xã mở triển lãm ảnh về làng.":         "Xã mở triển lãm ảnh về làng.",
		"Ông nói về bức ảnh: nó rất đẹp. Thế.": "Ông nói về bức ảnh: nó rất đẹp. Thế.",
	} {
		if got, ok := cutCredit(in); got != want || ok != (got != in) {
			t.Errorf("%q: %q %v, want %q", in, got, ok, want)
		}
	}
}
