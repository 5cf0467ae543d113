package bot

import (
	"time"

	"trichdan/corpus"
)

// recordWords are those of statistics and of what is stored about people.
type recordWords struct {
	usageArgs, usageArgHelp, usageHelp             string
	noUsage, usageUsage, usageNone                 string
	usageTotal, usageRate, usageFailed             string
	usageFeedback, usageByDay, usageByWeek         string
	usageDay                                       string // + the first day, + questions, + those without an answer
	day                                            func(time.Time) string
	usageAsked, usageMissing, usageNotUseful       string
	usageTimes                                     string
	forgetHelp, nothingStored, storedTitle         string
	onlyAudit                                      string
	storedQuestions, storedFeedback                string
	storedSubscriptions, storedSettings            string
	storedAudit, groupStays, forgetAsk             string
	forgetButton, keepButton, kept, forgottenTitle string
	notYourButton, pageForgets, hiddenPerson       string
	chatsOnly                                      string // the place is gone with the answer
}

var vietnameseRecords = recordWords{
	usageArgs: "[số ngày]", usageArgHelp: "Từ 1 đến 90, bỏ trống là 7", usageHelp: "mọi người hỏi gì, và kho bài còn thiếu gì",
	noUsage:    "Bot này không lưu thống kê.",
	usageUsage: "Gõ /thongke và số ngày từ 1 đến 90, ví dụ /thongke 30.",
	usageNone:  "Không có câu hỏi nào trong %d ngày qua.",
	usageTotal: "%d ngày qua: %s câu hỏi, %s câu có trả lời.", usageRate: "Không trả lời được: %s.", usageFailed: "Gặp lỗi: %d.",
	usageFeedback: "Đánh giá: %d hữu ích, %d chưa đúng.",
	usageByDay:    "Theo ngày:", usageByWeek: "Theo tuần, từ ngày:",
	usageDay:   "%s: %s câu hỏi, %s không trả lời được",
	day:        func(t time.Time) string { return t.In(corpus.Zone).Format("2/1") },
	usageAsked: "Hỏi nhiều nhất:", usageMissing: "Kho bài còn thiếu:", usageNotUseful: "Trả lời bị cho là chưa đúng:",
	usageTimes: "(%d lần)",

	forgetHelp:      "xem và xóa những gì bot lưu về bạn",
	nothingStored:   "Bot không lưu gì về bạn.",
	onlyAudit:       "Ngoài %s dòng trong nhật ký quản trị, bot không lưu gì về bạn. Nhật ký này được giữ lại.",
	storedTitle:     "Bot đang lưu về bạn:",
	storedQuestions: "%s câu hỏi", storedFeedback: "%s đánh giá câu trả lời",
	storedSubscriptions: "%s đăng ký nhận tin trong cuộc trò chuyện này", storedSettings: "cài đặt của cuộc trò chuyện này",
	storedAudit:  "Nhật ký quản trị có %s dòng về bạn. Phần này được giữ lại.",
	groupStays:   "Đăng ký nhận tin và cài đặt của nhóm không bị xóa. Để xóa của riêng bạn, gõ /quentoi khi nhắn riêng với bot.",
	forgetAsk:    "Xóa hết? Xóa rồi thì không lấy lại được.",
	forgetButton: "Xóa hết", keepButton: "Giữ lại", kept: "Không xóa gì.", forgottenTitle: "Đã xóa:",
	notYourButton: "Nút này dành cho người đã gõ lệnh.",
	pageForgets:   "Trang này không lưu gì về bạn. Câu hỏi được giữ để thống kê, không kèm tên ai.",
	hiddenPerson:  "Ở đây bot không biết bạn là ai, nên không có gì để xóa. Hãy nhắn riêng cho bot.",
	chatsOnly:     "Việc này cần một cuộc trò chuyện. Hãy dùng bot trên Telegram hoặc Discord.",
}

var englishRecords = recordWords{
	usageArgs: "[days]", usageArgHelp: "From 1 to 90; 7 if left out", usageHelp: "what people ask, and what the articles lack",
	noUsage:    "This bot keeps no statistics.",
	usageUsage: "Type /stats and a number of days from 1 to 90, such as /stats 30.",
	usageNone:  "There was no question within %d days.",
	usageTotal: "Last %d days: %s asked, %s answered.", usageRate: "Without an answer: %s.", usageFailed: "Errors: %d.",
	usageFeedback: "Feedback: %d useful, %d not right.",
	usageByDay:    "By day:", usageByWeek: "By week, from:",
	usageDay:   "%s: %s asked, %s without an answer",
	day:        func(t time.Time) string { return t.In(corpus.Zone).Format("01-02") },
	usageAsked: "Asked most:", usageMissing: "What the articles lack:", usageNotUseful: "Answers called not right:",
	usageTimes: "(×%d)",

	forgetHelp:      "shows and deletes what the bot stores about you",
	nothingStored:   "The bot stores nothing about you.",
	onlyAudit:       "But for lines in the log of admin commands (%s), which are kept, the bot stores nothing about you.",
	storedTitle:     "The bot stores about you:",
	storedQuestions: "questions: %s", storedFeedback: "opinions on answers: %s",
	storedSubscriptions: "subscriptions of this chat: %s", storedSettings: "the settings of this chat",
	storedAudit:  "The log of admin commands has %s lines about you. They are kept.",
	groupStays:   "Subscriptions and settings of the group stay. For your own, type /forgetme in a direct chat with the bot.",
	forgetAsk:    "Delete all of it? It cannot be brought back.",
	forgetButton: "Delete all", keepButton: "Keep", kept: "Nothing was deleted.", forgottenTitle: "Deleted:",
	notYourButton: "This button is for the person who typed the command.",
	pageForgets:   "This page stores nothing about you. Questions are kept for statistics, with nobody's name.",
	hiddenPerson:  "The bot does not know who you are here, so there is nothing to delete. Please write to it directly.",
	chatsOnly:     "This needs a chat. Please use the bot on Telegram or Discord.",
}
