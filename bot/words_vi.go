package bot

import (
	"fmt"

	"trichdan/corpus"
)

var vietnamese = words{
	answer: "Trả lời", nearest: "Gần nhất:",
	nothing:    "Kho bài chưa có thông tin để trả lời câu này.",
	empty:      "Bạn muốn hỏi gì? Gõ câu hỏi, hoặc /trogiup để xem cách dùng.",
	filtered:   "Lọc: %s",
	dropped:    "Không thấy câu trả lời trong các bài thuộc “%s”, nên tìm cả ngoài đó.",
	understood: "Hiểu là: %s",
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

	askArgs: "<câu hỏi>", askHelp: "trả lời kèm trích dẫn; gõ thẳng câu hỏi cũng được",
	latestArgs: "[chủ đề]", latestHelp: "bài mới nhất",
	articleArgs: "<số>", articleHelp: "đọc một bài vừa nêu",
	helpHelp:     "cách dùng",
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
}
