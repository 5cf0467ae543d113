package source

import (
	"regexp"
	"strings"
	"unicode"

	"trichdan/corpus/vi"
)

// Labels of site furniture, normalised (vi.Normalize). They count only when
// they are a whole paragraph, up to numbers, brackets and punctuation.
var (
	// alone labels stand for themselves.
	alone = labels(`
		chia sẻ|chia sẻ bài viết|chia sẻ facebook|chia sẻ lên facebook|facebook|twitter|zalo|messenger|email|linkedin|telegram|copy link|sao chép liên kết
		in|in bài|in bài viết|in trang|bản in|gửi email|gửi bài viết|gửi cho bạn bè|gửi bài|lưu|lưu bài|lưu bài viết|đã lưu|báo lỗi|góp ý
		thích|like|bỏ thích|trả lời|tweet|share|print|theo dõi|theo dõi trên|google news|theo dõi trên google news|follow
		đọc tiếp|đóng|xem tất cả|tải thêm|xem chi tiết|về trang chủ|quay lại|trở lại|lên đầu trang|đầu trang|trang trước|trang sau
		nghe đọc bài|nghe bài viết|nghe audio|nghe tin|cỡ chữ|a a|a- a+|aa|tăng cỡ chữ|giảm cỡ chữ|phóng to|thu nhỏ|giọng nữ|giọng nam|nữ miền bắc|nam miền bắc|nữ miền nam|tốc độ đọc
		quảng cáo|advertisement|đăng nhập|đăng ký|đăng xuất|tài khoản|tìm kiếm|menu|liên hệ|liên hệ tòa soạn|liên hệ quảng cáo|đường dây nóng|hotline|rss|sitemap
		liên kết website|liên kết web|thống kê truy cập|đang truy cập|số lượt truy cập|lượt xem|lượt đọc|từ khóa|tags|tag|chủ đề|copyright|bản quyền
		bạn có thích bài viết này|đánh giá bài viết|xếp hạng|tặng sao|mời cà phê|gửi|hủy|xem đáp án`)
	// related labels open a list of other headlines.
	related = labels(`
		các tin khác|tin khác|các bài khác|bài khác|các tin mới hơn|các tin cũ hơn|tin mới hơn|tin cũ hơn|các tin đã đưa|các bài đã đăng|tin đã đưa|tin cũ
		mới nhất|tin mới|tin mới nhất|bài mới nhất|tin nổi bật|nổi bật|tiêu điểm|đọc nhiều|đọc nhiều nhất|tin đọc nhiều|xem nhiều|xem nhiều nhất|tin xem nhiều|được quan tâm
		tin liên quan|bài liên quan|bài viết liên quan|tin bài liên quan|các tin liên quan|tin tức liên quan|liên quan|xem thêm|đọc thêm|có thể bạn quan tâm|bạn có thể quan tâm
		cùng chuyên mục|tin cùng chuyên mục|bài cùng chuyên mục|các tin cùng chuyên mục|tin cùng loại|cùng chủ đề|tin cùng chủ đề|bài cùng chủ đề|cùng tác giả|dòng sự kiện|sự kiện
		video nổi bật|video|multimedia|podcast|infographic|tin tài trợ|bài tài trợ|đừng bỏ lỡ|tin nóng|tin hot|tin trong ngày|chuyên đề|tin đọc thêm|bài đọc thêm|gợi ý cho bạn|dành cho bạn|khám phá thêm`)
	// comments labels open what readers wrote.
	comments = labels(`
		phản hồi|ý kiến phản hồi|bình luận|ý kiến|ý kiến bạn đọc|ý kiến của bạn|gửi bình luận|gửi ý kiến|gửi phản hồi|viết bình luận|bình luận của bạn|bình luận bài viết|tất cả bình luận|bạn đọc bình luận|thảo luận|quan tâm nhất|nhập bình luận|đăng bình luận|hãy là người đầu tiên bình luận|chưa có bình luận`)
	// sections are the rubrics of a paper; above the headline they are a
	// breadcrumb, elsewhere they may be anything.
	sections = labels(`
		trang chủ|home|thời sự|chính trị|xã hội|chính trị - xã hội|chính trị – xã hội|kinh tế|kinh doanh|tài chính|pháp luật|thế giới|quốc tế|thể thao|bóng đá|giải trí|giáo dục|sức khỏe|y tế|đời sống|khoa học|công nghệ
		số hóa|du lịch|văn hóa|văn hóa - giải trí|văn nghệ|bạn đọc|góc nhìn|ý kiến|tin tức|tin mới|tin nóng|xe|ô tô - xe máy|nhà đất|bất động sản|môi trường|nhịp sống|nhịp sống trẻ|giới trẻ|đô thị|giao thông|dân sinh|an ninh
		quốc phòng|quốc phòng - an ninh|an ninh - trật tự|đối ngoại|xây dựng đảng|đảng trong cuộc sống|tin trong nước|trong nước|địa phương|hà nội|tp hcm|tp.hcm|hồ sơ|phóng sự|phóng sự - điều tra|điều tra|bình luận|multimedia|podcast|video|ảnh|infographic|emagazine|megastory|longform|sự kiện|tin hoạt động|chuyển đổi số|việc làm|lao động|công đoàn|nông nghiệp|thị trường|doanh nghiệp|đầu tư|chứng khoán|ngân hàng|tuyển sinh|vụ án|hình sự|an toàn giao thông`)
)

func labels(list string) map[string]bool {
	m := map[string]bool{}
	for l := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == '|' || r == '\n' }) {
		if l = vi.Normalize(strings.TrimSpace(l)); l != "" {
			m[l] = true
		}
	}
	return m
}

var counter = regexp.MustCompile(`\s*[(\[]?\s*\d+\s*[)\]]?$|^\d+\s+`)

// labelKey is a paragraph as it stands in the tables of labels, "" when it is
// too long to be a label.
func labelKey(s string) string {
	if len(s) > 80 {
		return ""
	}
	edge := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '(' && r != ')' && r != '+'
	}
	s = strings.TrimFunc(s, edge)
	return vi.Normalize(squeeze(strings.TrimFunc(counter.ReplaceAllString(s, ""), edge)))
}

// isSection reports whether a paragraph is a rubric or a path of them, such as
// "Trang chủ › Thời sự".
func isSection(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(">›»/|→", r) })
	for _, p := range parts {
		if !sections[labelKey(p)] {
			return false
		}
	}
	return len(parts) > 0
}

var (
	// furnitureLine is furniture wherever it stands.
	furnitureLine = regexp.MustCompile(`^(?:` +
		`>{2,}|»|©` +
		`|(?:xem thêm|đọc thêm|tin liên quan|bài liên quan|xem tiếp|đọc tiếp|có thể bạn quan tâm|mời xem|mời đọc|xem|video)\s*(?::|>>|»)` +
		`|(?:từ khóa|tags?|chủ đề|chia sẻ|danh mục|chuyên mục|lượt xem|lượt đọc|nguồn tin)\s*:` +
		`|mời (?:bạn|quý|độc giả|bạn đọc).{0,20}(?:xem|đọc|theo dõi|đón|tham gia|bình luận|gửi)` +
		`|bạn đang (?:đọc|xem) bài` +
		`|theo dõi .{0,60}(?:google news|fanpage|facebook|zalo|youtube|tiktok|telegram)` +
		`|(?:copyright|bản quyền thuộc|bản quyền ©|all rights reserved|ghi rõ nguồn)` +
		`|(?:vui lòng|xin vui lòng|hãy|bạn (?:cần|phải|chưa)) (?:đăng nhập|nhập|đăng ký|bật)` +
		`|\d+ (?:giây|phút|giờ|ngày|tuần|tháng|năm) (?:trước|đọc)$` +
		`|(?:thời gian đọc|lượt xem|lượt đọc|đã xem|số lượt xem)\b` +
		`|\d+ (?:lượt xem|lượt đọc|bình luận|chia sẻ|lượt thích|liên quan)$` +
		`|\d{1,2}:\d{2}(?:\s*/\s*\d{1,2}:\d{2})?$` +
		`)`)
	// imprintLine is furniture only where nothing else follows.
	imprintLine = regexp.MustCompile(`^(?:` +
		`giấy phép (?:số|hoạt động|báo|xuất bản|mxh|thiết lập)|(?:phó )?tổng biên tập|cơ quan chủ quản|tòa soạn|trụ sở|địa chỉ\s*:|điện thoại\s*:|đt\s*:|fax\s*:|e-?mail\s*:|website\s*:|đường dây nóng|hotline|thiết kế (?:web|bởi)|phát triển bởi|chịu trách nhiệm (?:nội dung|chính)|biên tập\s*:|đơn vị (?:vận hành|quản lý)|mọi (?:ý kiến|thông tin)` +
		`)`)
	keywordLine = regexp.MustCompile(`^(?i:từ khóa|từ khoá|tags?|chủ đề)\s*:\s*(.+)$`)
)

// isFurniture goes by the paragraph alone.
func isFurniture(s string) bool {
	if k := labelKey(s); alone[k] || related[k] || comments[k] {
		return true
	}
	return syllables(s) <= 40 && furnitureLine.MatchString(vi.Normalize(s))
}

func isImprint(s string) bool {
	return syllables(s) <= 40 && imprintLine.MatchString(vi.Normalize(s))
}

// keywords gives the tags of a line such as "Từ khóa: cầu đường, đô thị".
func keywords(s string) []string {
	m := keywordLine.FindStringSubmatch(s)
	if m == nil {
		return nil
	}
	var tags []string
	for t := range strings.FieldsFuncSeq(m[1], func(r rune) bool { return strings.ContainsRune(",;|#", r) }) {
		if t = squeeze(t); hasWord(t) {
			tags = append(tags, t)
		}
	}
	return tags
}

// dropFurniture marks the furniture among ps, and the lists and comments that
// its labels open.
func (d *draft) dropFurniture() {
	total := 0
	for _, p := range d.paras {
		total += len(p.text)
	}
	seen := 0     // bytes of text passed
	list := false // inside a list of other headlines
	for i := range d.paras {
		p := &d.paras[i]
		if p.role == dropped || p.role == image {
			continue
		}
		key := labelKey(p.text)
		if comments[key] && 2*seen > total {
			for j := i; j < len(d.paras); j++ {
				if !isSourceLine(d.paras[j].text) {
					d.paras[j].role = dropped
				}
			}
			return
		}
		switch {
		case isFurniture(p.text):
			if len(d.tags) == 0 {
				d.tags = keywords(p.text)
			}
			p.role = dropped
			// Above the text such a label belongs to the site's menu.
			list = related[key] && seen > 0
			continue
		case list && p.role != heading && !endsSentence(p.text) && !endsOpen(p.text) && syllables(p.text) <= 30 && !isByline(p.text):
			p.role = dropped
			continue
		}
		list = false
		seen += len(p.text)
	}
}
