package bot

import (
	"testing"

	"trichdan/corpus"
)

// The news of a town that is on no map. Outlets are real, because filters know
// their names; nothing else is.

// ferrySchool is a story that three outlets have in nearly the same words.
var ferrySchool = []string{
	"Sáng 5/9/2023, Trường Tiểu học Bờ Tre mở cổng đón 412 học sinh trở lại sau ba tuần sửa chữa vì ngập.",
	"Hai dãy phòng học phía bờ kênh đã được lợp mái mới, sơn lại tường và kê cao nền thêm bốn mươi phân để không còn cảnh lội nước vào lớp.",
	"Cô hiệu trưởng Vi Thị Sen cho biết phụ huynh các ấp lân cận đã góp gần hai trăm ngày công trong dịp hè.",
	"Nhà trường còn thiếu một phòng máy tính và mong có thêm sách cho tủ sách dùng chung ở cuối hành lang.",
}

func ferrySchoolNews(tb testing.TB) []*corpus.Article {
	return []*corpus.Article{
		news(tb, "Nhân Dân", "2023-09-05", "Trường Tiểu học Bờ Tre đón học sinh trở lại", ferrySchool...),
		news(tb, "Tuổi Trẻ", "2023-09-05", "Trường Bờ Tre mở cổng sau ba tuần sửa chữa", ferrySchool...),
		news(tb, "Dân trí", "2023-09-06", "Học sinh Bờ Tre trở lại trường", ferrySchool...),
	}
}

func townNews(tb testing.TB) []*corpus.Article {
	list := []*corpus.Article{
		news(tb, "Nhân Dân", "2023-03-14", "Thị xã Bến Sậy khánh thành cầu Đá Bạc",
			"Sáng 14/3/2023, thị xã Bến Sậy khánh thành cầu Đá Bạc bắc qua sông Mưa sau hai năm thi công.",
			"Cầu Đá Bạc có tổng vốn đầu tư 385 tỷ đồng, lấy từ ngân sách tỉnh. Mặt cầu rộng đủ cho hai làn ô tô và một lối đi bộ.",
			"Người cắt băng khánh thành cầu Đá Bạc là ông Trần Quốc Lụa, Chủ tịch UBND thị xã Bến Sậy.",
			"Cầu Đá Bạc được xây vì phà cũ thường ngừng chạy trong mùa lũ, khiến học sinh bên kia sông phải nghỉ học.",
			"Công nhân lắp dầm cầu bằng cách dùng xà lan chở từng đốt ra giữa dòng rồi kích dần lên trụ."),
		news(tb, "Tuổi Trẻ", "2022-06-01", "Thư viện Bến Sậy mở cửa buổi tối",
			"Từ ngày 1/6/2022, thư viện thị xã Bến Sậy mở cửa đến 21 giờ để phục vụ người đi làm ban ngày.",
			"Thư viện Bến Sậy nằm tại phố Hàng Lụa, ngay sau bưu điện cũ, và có hơn 18.000 đầu sách.",
			"Thẻ bạn đọc được cấp miễn phí cho học sinh; người lớn nộp hai mươi nghìn đồng một năm."),
		news(tb, "Chinhphu.vn", "2022-11-20", "Tỉnh ủy ra nghị quyết về làng nghề dệt chiếu",
			"Ban Thường vụ Tỉnh ủy ban hành Nghị quyết số 07-NQ/TU về phát triển làng nghề dệt chiếu ở vùng ven sông Mưa.",
			"Theo đó, mỗi hộ dệt chiếu được vay tối đa 50 triệu đồng trong ba năm, không phải thế chấp.",
			"UBND các huyện rà soát vùng trồng cói, bảo đảm đủ nguyên liệu cho 1.200 khung dệt."),
		news(tb, "VOV", "2024-10-08", "Bão số 9 làm tốc mái hàng trăm nhà ở Bến Sậy",
			"Đêm 7/10/2024, bão số 9 làm tốc mái 264 ngôi nhà ở thị xã Bến Sậy và quật đổ cột anten đài truyền thanh.",
			"Bộ đội biên phòng đồn Cửa Gianh Nhỏ đưa người già, trẻ em đến trú tại nhà văn hóa ấp Gò Cát.",
			"Đến trưa hôm sau, điện đã có lại ở hầu hết các phường."),
		news(tb, "Dân trí", "2024-05-19", "Nghệ nhân Lưu Thị Mây được tôn vinh",
			"Bà Lưu Thị Mây, 78 tuổi, được phong tặng danh hiệu Nghệ nhân Ưu tú nhờ giữ nghề dệt chiếu hoa.",
			"Bà Mây học nghề từ năm lên chín và đã truyền lại cho hơn ba mươi người trẻ trong làng Cói Thượng. Năm 2019, bà Mây mở lớp dạy dệt miễn phí ngay tại nhà mình."),
		news(tb, "Nhân Dân", "2024-02-18", "Lễ hội đua ghe ngo trên sông Mưa",
			"Lễ hội đua ghe ngo trên sông Mưa diễn ra từ ngày 18/2/2024 đến ngày 20/2/2024, thu hút mười hai đội.",
			"Đội ghe ấp Gò Cát về nhất, nhận cờ luân lưu và một con heo quay."),
		news(tb, "VietnamPlus", "2023-07-02", "Hoà nhạc thuỷ đình ở Cói Thượng",
			"Tối 2/7/2023, dàn nhạc thiếu nhi biểu diễn hoà nhạc tại thuỷ đình làng Cói Thượng.",
			"Nhạc trưởng Đoàn Khuê nói các em đã luyện tập suốt sáu tháng, mỗi tuần ba buổi."),
		// The same report twice a year, in words that differ enough to be two
		// stories and score alike.
		news(tb, "Lao Động", "2023-12-01", "Giá cói khô tại Bến Sậy tăng nhẹ",
			"Giá cói khô loại một tại chợ Bến Sậy tăng nhẹ, thương lái hỏi mua nhiều.",
			"Nông dân tranh thủ nắng để phơi, bó và chở ra bến cho kịp chuyến ghe đầu tuần."),
		news(tb, "Lao Động", "2024-11-25", "Giá cói khô tại Bến Sậy tăng nhẹ",
			"Giá cói khô loại một tại chợ Bến Sậy tăng nhẹ, thương lái hỏi mua nhiều.",
			"Vụ này mưa trái mùa làm chậm thu hoạch, một số hộ phải thuê lò sấy bên huyện bạn."),
	}
	return append(list, ferrySchoolNews(tb)...)
}

// town is a library of it.
func town(tb testing.TB) *library { return newLibrary(tb, townNews(tb)...) }

// marked is the part of the stored text that a result marks as the answer, ""
// if there is none.
func marked(r *Result) string {
	if r.Answer == nil || r.Answer.Mark.End == 0 {
		return ""
	}
	return r.Answer.Text[r.Answer.Mark.Start-r.Answer.Start : r.Answer.Mark.End-r.Answer.Start]
}
