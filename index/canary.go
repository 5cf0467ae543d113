package index

import (
	"context"
	"iter"
	"slices"
	"time"

	"trichdan/corpus"
)

// canary is a question to the canary articles, and which of them must come
// first; "" is none.
type canary struct{ question, want string }

// canaryNow is the present of the canaries.
var canaryNow = time.Date(2024, 6, 15, 12, 0, 0, 0, corpus.Zone)

// canaryQuestions are asked of every new generation's code before it is used:
// with and without diacritics, with the tone mark in either place, with
// abbreviations and their long forms, with numbers, names, times and outlets.
var canaryQuestions = []canary{
	// With diacritics.
	{"bến phà Cồn Mây tăng thêm mấy chuyến", "ferry"},
	{"thư viện mở cửa buổi tối đến mấy giờ", "reading"},
	{"giá vải thiều bao nhiêu một ki-lô-gam", "lychee"},
	{"ai vô địch giải bơi thiếu niên", "swim"},
	{"đường vành đai bị sạt lở ở đâu", "road"},
	// Without.
	{"ben pha con may tang them may chuyen", "ferry"},
	{"thu vien mo cua buoi toi den may gio", "reading"},
	{"gia vai thieu bao nhieu mot ki lo gam", "lychee"},
	{"ai vo dich giai boi thieu nien", "swim"},
	{"duong vanh dai bi sat lo o dau", "road"},
	// One word means another without its marks: phở, phố.
	{"quán phở gánh trong ngõ", "noodles"},
	{"phố đi bộ trong ngõ", "street"},
	// The tone mark in the old place and in the new one.
	{"hoà nhạc mùa thuỷ triều", "music"},
	{"hòa nhạc mùa thủy triều", "music"},
	{"HÒA NHẠC mùa THUỶ TRIỀU", "music"},
	// Abbreviations.
	{"UBND huyện họp về vành đai", "road"},
	{"Ủy ban nhân dân huyện họp về vành đai", "road"},
	{"ủy ban nhân dân TP mở phố đi bộ", "street"},
	{"ubnd thanh pho mo pho di bo", "street"},
	// Numbers and what is written with them.
	{"35.000 đồng một ki-lô-gam", "lychee"},
	{"Quyết định 48/2024/QĐ-UBND", "street"},
	{"2 phút 14 giây", "swim"},
	// Times and outlets.
	{"tin tháng 3/2024 về thư viện", "reading"},
	{"thư viện năm 2021", ""},
	{"bến phà theo báo Sông Nước", "ferry"},
	{"bến phà theo báo Đồng Bằng", ""},
}

// memory is a corpus of a few articles.
type memory []*corpus.Article

// canaryArticles are of our own making, so that what is asked of them does not
// depend on any corpus.
var canaryArticles = numbered(
	&corpus.Article{ID: "ferry", Title: "Bến phà Cồn Mây thêm chuyến", Outlet: "Sông Nước",
		Published: corpus.Date{Year: 2024, Month: 5, Day: 20},
		Body:      "Từ đầu hè, bến phà Cồn Mây tăng thêm sáu chuyến mỗi ngày.\nNgười đi chợ sớm không còn phải chờ đến bảy giờ."},
	&corpus.Article{ID: "reading", Title: "Thư viện quận mở cửa buổi tối", Outlet: "Đồng Bằng",
		Published: corpus.Date{Year: 2024, Month: 3, Day: 8},
		Body:      "Thư viện quận mở cửa đến chín giờ tối các ngày trong tuần.\nBạn đọc được mượn năm cuốn một lần."},
	&corpus.Article{ID: "lychee", Title: "Vải thiều đầu vụ được giá", Outlet: "Đồng Bằng",
		Published: corpus.Date{Year: 2024, Month: 6, Day: 2},
		Body:      "Giá vải thiều đầu vụ là 35.000 đồng một ki-lô-gam tại vườn.\nThương lái đến sớm hơn năm ngoái nửa tháng."},
	&corpus.Article{ID: "swim", Title: "Giải bơi thiếu niên khép lại", Outlet: "Sông Nước",
		Published: corpus.Date{Year: 2024, Month: 6, Day: 9},
		Body:      "Em Lò Thị Ban vô địch giải bơi thiếu niên ở cự ly 200 mét với 2 phút 14 giây.\nGiải có chín đoàn tham dự."},
	&corpus.Article{ID: "road", Title: "Sạt lở trên đường vành đai", Outlet: "Đồng Bằng",
		Published: corpus.Date{Year: 2024, Month: 4, Day: 30},
		Body:      "Đường vành đai bị sạt lở ở dốc Đá Trắng sau mưa lớn.\nUBND huyện họp trong đêm và cấm xe tải qua dốc."},
	&corpus.Article{ID: "noodles", Title: "Gánh phở trong ngõ",
		Body: "Quán phở gánh trong ngõ chỉ bán đến tám giờ sáng.\nBà chủ quán nấu nước dùng từ nửa đêm."},
	&corpus.Article{ID: "street", Title: "Thành phố mở phố đi bộ thứ ba", Outlet: "Sông Nước",
		Published: corpus.Date{Year: 2024},
		Body:      "UBND thành phố mở phố đi bộ thứ ba theo Quyết định số 48/2024/QĐ-UBND.\nXe máy được gửi trong ngõ bên cạnh."},
	&corpus.Article{ID: "music", Title: "Đêm hòa nhạc bên cửa biển", Outlet: "Đồng Bằng",
		Published: corpus.Date{Year: 2023, Month: 12, Day: 24},
		Body:      "Đêm hòa nhạc bên cửa biển đúng mùa thủy triều cao nhất năm.\nKhán giả ngồi trên bờ kè."},
)

// numbered makes a corpus of articles in order of arrival.
func numbered(articles ...*corpus.Article) memory {
	for i, a := range articles {
		a.Seq, a.Revision = corpus.Seq(i+1), 1
	}
	return articles
}

// After gives the articles behind a place.
func (m memory) After(_ context.Context, seq corpus.Seq) iter.Seq2[*corpus.Article, error] {
	return func(yield func(*corpus.Article, error) bool) {
		for _, a := range m[min(int(seq), len(m)):] {
			if !yield(a, nil) {
				return
			}
		}
	}
}

// Last is the place of the last article.
func (m memory) Last(context.Context) (corpus.Seq, error) { return corpus.Seq(len(m)), nil }

func (m memory) outlets() []string {
	var list []string
	for _, a := range m {
		if a.Outlet != "" {
			list = append(list, a.Outlet)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
