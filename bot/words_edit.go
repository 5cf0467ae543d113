package bot

// editWords are those for admins who change the corpus.
type editWords struct {
	addArgs, addArgHelp, addHelp                string
	withdrawArgs, withdrawArgHelp, withdrawHelp string
	restoreArgs, restoreArgHelp, restoreHelp    string
	noEditor, addUsage, addressGiven            string

	// what is not taken; + what the reader said
	refusedNoFolder, refusedReadOnly, refusedKind, refusedSize string
	refusedNotText, refusedNothing, refusedFull, refusedDetail string
	addFailed                                                  string

	// a preview
	oneNew, oneChanged, oneSame, recognisedSome string
	someNew, someChanged, someSame              string
	nothingToAdd                                string
	firstShown, onlyFirstFile, savedAs          string
	statedDate                                  string // a remark on a date
	addButton, dropButton                       string

	// what came of it
	adding, addingOn, noDraft, nothingAdded                     string
	draftBusy, draftAdded, draftDropped                         string
	added, addedNothing, addedWithdrawn, addedTitle, thereTitle string
	withdrawUsage, withdrawn, withdrawnBefore                   string
	unknownArticle, undoButton, restoreButton                   string
	restoredLater                                               string
	restored, notWithdrawn, fileGone                            string
	withdrawnTitle, noneWithdrawn, moreWithdrawn                string
}

var vietnameseEdit = editWords{
	addArgs: "[nội dung]", addArgHelp: "Nội dung bài, nếu không gửi kèm tệp", addHelp: "thêm bài từ tệp gửi kèm hoặc nội dung dán vào",
	withdrawArgs: "<số>", withdrawArgHelp: "Số của bài vừa nêu, mã hoặc địa chỉ của bài", withdrawHelp: "gỡ một bài khỏi kho",
	restoreArgs: "[số]", restoreArgHelp: "Số của bài vừa nêu, mã hoặc địa chỉ; bỏ trống để xem các bài đã gỡ", restoreHelp: "khôi phục một bài đã gỡ",
	noEditor: "Bot này không sửa được kho bài khi đang chạy.",
	addUsage: "Gửi tệp txt, md, html hoặc jsonl (tới 10 MB) kèm lệnh /them, hoặc dán nội dung bài ngay sau lệnh.\n" +
		"Telegram: ghi /them vào chú thích của tệp, hoặc dùng /them để trả lời tin nhắn có tệp hay nội dung bài.\n" +
		"Discord: chọn tệp trong lệnh /them.\n" +
		"Màn hình lệnh: gõ /them và đường dẫn tới tệp.",
	addressGiven: "Bot chưa tự tải bài từ một địa chỉ được. Hãy mở trang đó rồi dán nội dung bài sau /them, hoặc lưu trang thành tệp html và gửi tệp.",

	refusedNoFolder: "Bot đang dùng kho bài mẫu nên chưa có thư mục để thêm bài vào. Hãy chạy bot với --corpus và một thư mục, rồi gửi lại.",
	refusedReadOnly: "Không ghi được vào thư mục bài. Hãy cấp quyền ghi cho thư mục đầu tiên của --corpus, rồi gửi lại.",
	refusedKind:     "Không đọc được loại tệp này. Hãy gửi tệp txt, md, html hoặc jsonl (nén gz cũng được).",
	refusedSize:     "Tệp quá lớn. Mỗi tệp tới 10 MB, tính cả sau khi giải nén; hãy chia nhỏ rồi gửi lại.",
	refusedNotText:  "Tệp này không phải là văn bản. Hãy lưu thành UTF-8 rồi gửi lại.",
	refusedNothing:  "Không nhận ra bài nào trong đó.",
	refusedFull:     "Đang có quá nhiều bản nháp chờ xác nhận. Hãy thêm hoặc bỏ bớt, rồi gửi lại.",
	refusedDetail:   "Chi tiết: %s",
	addFailed:       "Chưa thêm được, vui lòng thử lại: %s",

	oneNew: "Nhận ra một bài mới:", oneChanged: "Nhận ra một bài đã có, nội dung có thay đổi:", oneSame: "Bài này đã có trong kho, không cần thêm:",
	recognisedSome: "Nhận ra %s bài: %s.", someNew: "%s bài mới", someChanged: "%s bài có thay đổi", someSame: "%s bài đã có",
	nothingToAdd: "Không có gì để thêm.",
	firstShown:   "Dưới đây là %d bài đầu.", onlyFirstFile: "Mới xem tệp đầu tiên; hãy gửi từng tệp một.",
	savedAs:    "Sẽ lưu thành tệp %s",
	statedDate: "ngày ghi trong bài",
	addButton:  "Thêm", dropButton: "Bỏ",

	adding:   "Đang thêm vào kho bài…",
	addingOn: "Việc thêm bài vẫn đang chạy. Gõ /trangthai để xem.",
	noDraft:  "Bản nháp không còn. Hãy gửi lại tệp.", nothingAdded: "Đã bỏ, không thêm gì.",
	draftBusy: "Bản nháp này đang được thêm.", draftAdded: "Bản nháp này đã được thêm rồi.", draftDropped: "Bản nháp này đã bị bỏ. Muốn thêm thì gửi lại tệp.",
	added:          "Đã thêm vào kho: %s bài mới, %s bài sửa, %s bài khôi phục.",
	addedNothing:   "Kho bài đã có nội dung này, không có gì thay đổi.",
	addedWithdrawn: "Đã gỡ %s bài không còn tệp trong thư mục.",
	addedTitle:     "Bài vừa thêm (gõ /bai và số để đọc, /go và số để gỡ):",
	thereTitle:     "Bài đang có trong kho (gõ /bai và số để đọc):",

	withdrawUsage: "Gõ /go và số của bài vừa nêu, ví dụ /go 1.",
	withdrawn:     "Đã gỡ: %s.", withdrawnBefore: "Bài này đã gỡ từ trước: %s.",
	unknownArticle: "Không tìm thấy bài “%s”.",
	undoButton:     "Khôi phục", restoreButton: "Khôi phục bài %d",
	restored: "Đã khôi phục: %s.", notWithdrawn: "Bài này đang có trong kho: %s.",
	restoredLater:  "Đã khôi phục: %s. Kho bài đang được nạp lại; xong thì hỏi sẽ thấy bài này.",
	fileGone:       "Không còn tệp nào chứa bài này: %s. Muốn có lại, hãy thêm bằng /them.",
	withdrawnTitle: "Bài đã gỡ (gõ /phuchoi và số để khôi phục):",
	noneWithdrawn:  "Không có bài nào đã gỡ.",
	moreWithdrawn:  "Còn %s bài đã gỡ khác. Gõ /phuchoi và mã hoặc địa chỉ của bài.",
}

var englishEdit = editWords{
	addArgs: "[text]", addArgHelp: "The text of an article, if no file is attached", addHelp: "adds articles from an attached file or pasted text",
	withdrawArgs: "<number>", withdrawArgHelp: "Number of an article just named, its ID or its address", withdrawHelp: "withdraws an article",
	restoreArgs: "[number]", restoreArgHelp: "Number of an article just named, its ID or address; without it, lists them", restoreHelp: "restores a withdrawn article",
	noEditor: "This bot cannot change its articles while it runs.",
	addUsage: "Send a txt, md, html or jsonl file (up to 10 MB) with /add, or paste the text of the article after the command.\n" +
		"Telegram: write /add as the caption of the file, or reply with /add to a message with a file or text.\n" +
		"Discord: choose the file in the /add command.\n" +
		"Terminal: type /add and the path of the file.",
	addressGiven: "The bot cannot fetch an article from an address yet. Please open the page and paste its text after /add, or save the page as html and send the file.",

	refusedNoFolder: "The bot runs on its sample articles, so there is no folder to add to. Start it with --corpus and a folder, then send this again.",
	refusedReadOnly: "The folder of articles cannot be written to. Allow writing to the first --corpus folder, then send this again.",
	refusedKind:     "This kind of file cannot be read. Please send txt, md, html or jsonl (gz is fine too).",
	refusedSize:     "The file is too large. Each may have up to 10 MB, unpacked as well; please send it in parts.",
	refusedNotText:  "This file is not text. Please save it as UTF-8 and send it again.",
	refusedNothing:  "No article was recognised in it.",
	refusedFull:     "Too many drafts wait to be confirmed. Please add or discard some, then send this again.",
	refusedDetail:   "Details: %s",
	addFailed:       "It could not be added, please try again: %s",

	oneNew: "One new article was recognised:", oneChanged: "One article was recognised that is there with another text:", oneSame: "This article is there already, so there is nothing to add:",
	recognisedSome: "%s articles were recognised: %s.", someNew: "%s new", someChanged: "%s changed", someSame: "%s there already",
	nothingToAdd: "There is nothing to add.",
	firstShown:   "These are the first %d.", onlyFirstFile: "Only the first file was read; please send them one by one.",
	savedAs:    "To be saved as %s",
	statedDate: "date as stated",
	addButton:  "Add", dropButton: "Discard",

	adding:   "Adding…",
	addingOn: "Adding goes on. Type /status to see.",
	noDraft:  "The draft is not there any more. Please send the file again.", nothingAdded: "Discarded; nothing was added.",
	draftBusy: "This draft is being added.", draftAdded: "This draft was added already.", draftDropped: "This draft was discarded. Send the file again to add it.",
	added:          "Added: %s new, %s changed, %s restored.",
	addedNothing:   "All of it is there already; nothing has changed.",
	addedWithdrawn: "Withdrawn, as no file gives them any more: %s.",
	addedTitle:     "What was added (/article and a number to read, /remove and a number to withdraw):",
	thereTitle:     "What is there (/article and a number to read):",

	withdrawUsage: "Type /remove and the number of an article just named, such as /remove 1.",
	withdrawn:     "Withdrawn: %s.", withdrawnBefore: "This article was withdrawn before: %s.",
	unknownArticle: "Article “%s” was not found.",
	undoButton:     "Restore", restoreButton: "Restore article %d",
	restored: "Restored: %s.", notWithdrawn: "This article is not withdrawn: %s.",
	restoredLater:  "Restored: %s. A reload is going on; the article can be found when that is done.",
	fileGone:       "No file gives this article any more: %s. To have it back, add it with /add.",
	withdrawnTitle: "Withdrawn articles (/restore and a number to restore one):",
	noneWithdrawn:  "No article is withdrawn.",
	moreWithdrawn:  "%s more are withdrawn. Type /restore and the ID or the address of an article.",
}
