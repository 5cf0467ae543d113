package bot

// operateWords are those for admins who run the bot.
type operateWords struct {
	reloadHelp, noReload, reloading, reloadFailed               string
	reloadBegun, reloadAgain                                    string
	stepReading, stepIndexing, stepChecking                     string
	thousands, decimal                                          string // marks in numbers
	seconds, minutes                                            string // how long something took
	reloaded, reloadDuplicates, reloadFailures, moreFailures    string
	statusSubscriptions, statusDeliveries, statusOldest         string
	statusJob, statusJobFailed, statusJobRunning, statusJobNext string
	statusJobOnce                                               string // it runs when somebody asks
	jobDigest, jobReload, jobPrune                              string
	statusParked, retryButton, discardButton                    string
	retried, discarded, nothingParked                           string
	statusGeneration, statusPrevious, statusHeld, statusCheck   string
	statusBuilding, notBuilt                                    func(percent string) string
	statusErrors, statusNoErrors, statusTimes                   string
	statusDisk, statusFree                                      string
}

var vietnameseOperate = operateWords{
	reloadHelp:   "đọc lại các thư mục bài và báo thay đổi",
	noReload:     "Bot này không nạp lại được khi đang chạy.",
	reloading:    "Việc nạp lại vẫn đang chạy. Gõ /trangthai để xem.",
	reloadFailed: "Không nạp lại được: %s",
	reloadBegun:  "Đang nạp lại…",
	reloadAgain:  "Câu hỏi vẫn được trả lời từ kho bài đang có. Sửa xong, gõ /naplai để thử lại.",
	stepReading:  "đọc bài", stepIndexing: "lập chỉ mục", stepChecking: "kiểm tra",
	thousands: ".", decimal: ",",
	seconds: "%s giây", minutes: "%d phút %d giây",
	reloaded:         "Đã nạp lại: thêm %s, sửa %s, gỡ %s, khôi phục %s, giữ nguyên %s (%s).",
	reloadDuplicates: "Trùng bài đã có: %s.",
	reloadFailures:   "Không đọc được: %s.",
	moreFailures:     "và %d mục nữa",

	statusSubscriptions: "Đăng ký: %d, tạm dừng %d.",
	statusDeliveries:    "Bản tin: đang chờ %d, giữ lại vì tạm dừng %d, đang gửi %d; 24 giờ qua: đã gửi %d, không rõ đã tới chưa %d, bị từ chối %d, quá hạn %d, gửi lặp %d.",
	statusOldest:        "Bản tin chờ lâu nhất: từ %s.",
	statusJob:           "Việc %s: lần trước %s, lần tới %s.",
	statusJobFailed:     "Việc %s: lỗi lúc %s: %s",
	statusJobRunning:    "Việc %s: đang chạy từ %s.",
	statusJobOnce:       "Việc %s: lần trước %s.",
	statusJobNext:       "Việc %s: chưa chạy, lần tới %s.",
	jobDigest:           "lập bản tin", jobReload: "nạp lại", jobPrune: "dọn dữ liệu cũ",
	statusParked: "Có %d bản tin bị từ chối. Gần nhất: %s",
	retryButton:  "Gửi lại", discardButton: "Bỏ",
	retried: "Sẽ gửi lại %d bản tin.", discarded: "Đã bỏ %d bản tin.", nothingParked: "Không còn bản tin nào bị từ chối.",

	statusGeneration: "Bản chỉ mục: %s, %s đoạn.", statusPrevious: "Bản trước: %s.",
	statusHeld:     "Đang dùng bản chỉ mục được đưa trở lại; bản này không nhận thay đổi mới.",
	statusCheck:    "Bản chỉ mục mới không được dùng: %s",
	statusBuilding: func(percent string) string { return "Đang lập chỉ mục" + percent + "." },
	notBuilt: func(percent string) string {
		return "Kho bài đang được lập chỉ mục" + percent + ", hỏi lại sau ít phút."
	},
	statusErrors: "Lỗi trong 24 giờ qua:", statusNoErrors: "Lỗi trong 24 giờ qua: không có.", statusTimes: "(%d lần)",
	statusDisk: "Đĩa: kho bài %s, sổ ghi %s, chỉ mục %s.", statusFree: "Còn trống %s.",
}

var englishOperate = operateWords{
	reloadHelp:   "reads the folders of articles again and tells what changed",
	noReload:     "This bot cannot reload while it runs.",
	reloading:    "The reload goes on. Type /status to see.",
	reloadFailed: "The reload failed: %s",
	reloadBegun:  "Reloading…",
	reloadAgain:  "Questions are still answered from what is there. When it is mended, type /reload to try again.",
	stepReading:  "reading", stepIndexing: "indexing", stepChecking: "checking",
	thousands: ",", decimal: ".",
	seconds: "%s s", minutes: "%d min %d s",
	reloaded:         "Reloaded: %s added, %s changed, %s withdrawn, %s restored, %s unchanged (%s).",
	reloadDuplicates: "Articles that were there already: %s.",
	reloadFailures:   "Not read: %s.",
	moreFailures:     "and %d more",

	statusSubscriptions: "Subscriptions: %d, %d paused.",
	statusDeliveries:    "Digests: %d waiting, %d held by a pause, %d being sent; last 24 hours: %d sent, %d of unknown arrival, %d rejected, %d too late, %d repeated.",
	statusOldest:        "The one that waits longest: since %s.",
	statusJob:           "Job %s: last run %s, next %s.",
	statusJobFailed:     "Job %s: failed at %s: %s",
	statusJobRunning:    "Job %s: running since %s.",
	statusJobOnce:       "Job %s: last run %s.",
	statusJobNext:       "Job %s: not run yet, next %s.",
	jobDigest:           "digests", jobReload: "reload", jobPrune: "pruning of old data",
	statusParked: "%d digests were rejected. The last: %s",
	retryButton:  "Send again", discardButton: "Discard",
	retried: "%d digests will be sent again.", discarded: "%d digests were discarded.", nothingParked: "No digest is rejected any more.",

	statusGeneration: "Generation of the index: %s, %s passages.", statusPrevious: "The one before: %s.",
	statusHeld:     "It was brought back, and takes in no changes.",
	statusCheck:    "A new generation was not taken: %s",
	statusBuilding: func(percent string) string { return "The index is being built" + percent + "." },
	notBuilt: func(percent string) string {
		return "The articles are being indexed" + percent + ". Please ask again in a few minutes."
	},
	statusErrors: "Errors of the last 24 hours:", statusNoErrors: "Errors of the last 24 hours: none.", statusTimes: "(%d times)",
	statusDisk: "Disk: articles %s, ledger %s, index %s.", statusFree: "%s free.",
}
