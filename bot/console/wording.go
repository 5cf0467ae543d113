package console

// What the console itself says, in Vietnamese.
const (
	sayPrompt    = "Hỏi: "
	sayTooLong   = "Câu này quá dài. Hãy hỏi lại ngắn hơn."
	sayFailed    = "Có lỗi khi tìm câu trả lời. Hãy thử lại."
	sayTimeout   = "Tìm lâu quá nên đã dừng. Hãy thử lại, hoặc hỏi ngắn hơn."
	sayArticles  = "Kho có %s bài báo."
	sayNone      = "Kho chưa có bài báo nào."
	sayTry       = "Hỏi thử:"
	sayHelp      = "Trợ giúp: /trogiup. Thoát: /thoat hoặc Ctrl-D."
	sayNoInput   = "Mỗi dòng là một câu hỏi, ví dụ: echo \"%s\" | trichdan"
	sayExample   = "Bí thư Thành ủy Hà Nội là ai?"
	sayUntitled  = "(không có tiêu đề)"
	saySeparator = " · "
)

// leaving are the commands that end a conversation.
var leaving = map[string]bool{"thoat": true, "thoát": true, "quit": true, "exit": true}

// leave is the command to leave that completion offers, and its alias.
var leave = []string{"thoat", "quit"}
