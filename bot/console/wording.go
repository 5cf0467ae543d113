package console

// What the console itself says, in Vietnamese.
const (
	sayPrompt      = "Hỏi: "
	sayPastePrompt = "│ "
	sayTooLong     = "Câu này quá dài. Hãy hỏi lại ngắn hơn."
	sayFailed      = "Có lỗi khi tìm câu trả lời. Hãy thử lại."
	sayTimeout     = "Tìm lâu quá nên đã dừng. Hãy thử lại, hoặc hỏi ngắn hơn."
	sayArticles    = "Kho có %s bài báo."
	sayNone        = "Kho chưa có bài báo nào."
	sayTry         = "Hỏi thử:"
	sayHelp        = "Trợ giúp: /trogiup. Thoát: /thoat hoặc Ctrl-D."
	sayNoInput     = "Mỗi dòng là một câu hỏi, ví dụ: echo \"%s\" | trichdan"
	sayExample     = "Bí thư Thành ủy Hà Nội là ai?"
	sayPage        = "Trang web: %s"
	sayFolder      = "%s là thư mục. Hãy ghi tên một tệp."
	sayNoFile      = "%s không phải là tệp thường."
	sayMissing     = "Không thấy tệp %s."
	sayForbidden   = "Không có quyền đọc %s."
	sayPaste       = "Dán chữ của bài vào đây. Kết thúc bằng một dòng chỉ có dấu chấm; Ctrl-C để bỏ."
	sayPasteLeft   = "Đã bỏ, chưa thêm gì."
	sayPasteLong   = "Phần dán vào quá dài. Hãy lưu thành tệp rồi gõ: /them TỆP"
	sayUntitled    = "(không có tiêu đề)"
	saySeparator   = " · "
)

// leaving are the commands that end a conversation.
var leaving = map[string]bool{"thoat": true, "thoát": true, "quit": true, "exit": true}

// leave is the command to leave that completion offers, and its alias.
var leave = []string{"thoat", "quit"}

// taking are the commands that take a file of this machine, or a text of many
// lines.
var taking = map[string]bool{"them": true, "thêm": true, "add": true}
