package bot

import (
	"fmt"
	"time"

	"trichdan/corpus"
)

var vietnamese = words{
	subscribeWords: vietnameseSubscriptions,
	digestWords:    vietnameseDigest, operateWords: vietnameseOperate,
	editWords: vietnameseEdit, recordWords: vietnameseRecords,

	answer: "Trả lời", nearest: "Gần nhất:",
	nothing:    "Kho bài chưa có thông tin để trả lời câu này.",
	empty:      "Bạn muốn hỏi gì? Gõ câu hỏi, hoặc /trogiup để xem cách dùng.",
	filtered:   "Lọc: %s",
	dropped:    "Không thấy câu trả lời trong các bài thuộc “%s”, nên tìm cả ngoài đó.",
	understood: "Hiểu là: %s",
	expanded:   "%s: %s, theo %d bài",
	readOn:     "Đọc bài",
	sources:    "%d nguồn",

	noDate: "ngày không nêu", yearOnly: "ngày không nêu", monthOnly: "ngày không nêu", inferred: "ngày suy ra",
	date: func(d corpus.Date) string {
		switch {
		case d.Month == 0:
			return fmt.Sprint(d.Year)
		case d.Day == 0:
			return fmt.Sprintf("%d/%d", d.Month, d.Year)
		}
		return fmt.Sprintf("%d/%d/%d", d.Day, d.Month, d.Year)
	},
	unknownOutlet: "không rõ nguồn", derivedTitle: "%s (bài không có tít)",

	clock: func(t time.Time) string { return t.In(corpus.Zone).Format("15:04 2/1/2006") },

	askArgs: "<câu hỏi>", askArgHelp: "Điều bạn muốn hỏi", askHelp: "trả lời kèm trích dẫn; gõ thẳng câu hỏi cũng được",
	latestArgs: "[chủ đề]", latestArgHelp: "Chủ đề, tên người hoặc nơi", latestHelp: "bài mới nhất",
	articleArgs: "<số>", articleArgHelp: "Số của bài vừa nêu, và trang nếu cần", articleHelp: "đọc một bài vừa nêu",
	settingsArgs: "[ngôn ngữ]", settingsArgHelp: "vi, en hoặc auto", settingsHelp: "ngôn ngữ của bot ở đây",
	helpHelp: "cách dùng", statusHelp: "tình trạng kho bài và các kết nối",
	helpIntro:    "Hỏi bằng tiếng Việt, có dấu hay không dấu đều được. Mỗi câu trả lời là đoạn trích nguyên văn kèm nguồn. Có thể giới hạn thời gian hoặc nguồn ngay trong câu hỏi, ví dụ “tháng 4/2022” hay “theo” kèm tên báo.",
	helpExamples: "Ví dụ:",

	latestTitle:  "Bài mới nhất (gõ /bai và số để đọc):",
	noArticles:   "Kho bài đang trống.",
	noTopic:      "Chưa có bài nào về “%s”.",
	articleUsage: "Gõ /bai và số của bài vừa nêu, ví dụ /bai 1.",
	noNumber:     "Không có bài số %d trong danh sách vừa nêu. Hãy hỏi lại, hoặc gõ /moi để xem bài mới nhất.",
	noArticle:    "Không tìm thấy bài “%s”. Có thể bài đã được gỡ.",

	unknownCommand: "Không có lệnh /%s. Gõ /trogiup để xem các lệnh.",
	failed:         "Đang có trục trặc, chưa trả lời được. Vui lòng thử lại sau.",
	tooSlow:        "Tìm lâu quá nên đã dừng. Vui lòng thử lại, hoặc hỏi ngắn hơn.",
	searching:      "Đang tìm…",
	tooMany:        "Bạn hỏi hơi nhanh. Vui lòng hỏi tiếp sau %d giây.",
	adminsOnly:     "Lệnh này chỉ dành cho quản trị viên.",
	managersOnly:   "Chỉ quản trị viên của nhóm đổi được cài đặt này.",

	openButton: "Bài %d", previousPage: "Trang trước", nextPage: "Trang sau", page: "Trang %d/%d",
	moreButton: "Xem thêm", usefulButton: "👍 Hữu ích", notUsefulButton: "👎 Chưa đúng",
	askAgainButton: "Hỏi lại", openNewButton: "Đọc bản mới",
	further: "Các đoạn khác có liên quan:", noFurther: "Không còn đoạn nào khác liên quan.",
	thanksUseful: "Đã ghi nhận: hữu ích. Cảm ơn bạn.", thanksNotUseful: "Đã ghi nhận: chưa đúng. Cảm ơn bạn.",
	oldButton:      "Nút này đã cũ. Vui lòng hỏi lại.",
	oldAnswer:      "Bài được trích đã thay đổi từ khi có câu trả lời này.",
	changedArticle: "Bài này đã được sửa từ khi có nút này.",
	goneArticle:    "Bài này đã được gỡ khỏi kho.",

	language: "Tiếng Việt", automatic: "Theo người hỏi",
	settingsNow:   "Ngôn ngữ của bot ở đây:",
	settingsUsage: "Gõ /caidat vi, /caidat en, hoặc /caidat auto để theo ngôn ngữ của người hỏi.",

	noStatus:        "Chưa có thông tin về tình trạng.",
	statusArticles:  "Kho bài: %d bài, %d bài đã gỡ, mới nhất: %s.",
	statusBehind:    "Chỉ mục: còn %d thay đổi chưa tìm được.",
	statusCurrent:   "Chỉ mục: đủ mọi bài.",
	statusConnected: "%s: đã kết nối (%s) từ %s.", statusConnecting: "%s: đang kết nối.", statusLost: "%s: mất kết nối từ %s.",
	statusProblem: "Lỗi gần nhất: %s",
	statusDay:     "24 giờ qua: %d câu hỏi, %d có trả lời; %d hữu ích, %d chưa đúng; %d lần từ chối lệnh quản trị.",
	statusWaiting: "Đang chờ trả lời: %d.",
	statusProcess: "Bản %s, chạy từ %s, bộ nhớ %d MB.",
}
