package bot

// operateWords are those for admins who run the bot.
type operateWords struct {
	reloadHelp, noReload, reloading, reloadFailed               string
	reloaded, reloadDuplicates, reloadFailures, moreFailures    string
	statusSubscriptions, statusDeliveries, statusOldest         string
	statusJob, statusJobFailed, statusJobRunning, statusJobNext string
	jobDigest, jobReload, jobPrune                              string
	statusParked, retryButton, discardButton                    string
	retried, discarded, nothingParked                           string
}

var vietnameseOperate = operateWords{
	reloadHelp:       "đọc lại các thư mục bài và báo thay đổi",
	noReload:         "Bot này không nạp lại được khi đang chạy.",
	reloading:        "Việc nạp lại vẫn đang chạy. Gõ /trangthai để xem.",
	reloadFailed:     "Không nạp lại được: %s",
	reloaded:         "Đã nạp lại: thêm %d, sửa %d, gỡ %d, khôi phục %d, giữ nguyên %d (%.1f giây).",
	reloadDuplicates: "Trùng bài đã có: %d.",
	reloadFailures:   "Không đọc được: %d.",
	moreFailures:     "và %d mục nữa",

	statusSubscriptions: "Đăng ký: %d, tạm dừng %d.",
	statusDeliveries:    "Bản tin: đang chờ %d, giữ lại vì tạm dừng %d, đang gửi %d; 24 giờ qua: đã gửi %d, không rõ đã tới chưa %d, bị từ chối %d, quá hạn %d, gửi lặp %d.",
	statusOldest:        "Bản tin chờ lâu nhất: từ %s.",
	statusJob:           "Việc %s: lần trước %s, lần tới %s.",
	statusJobFailed:     "Việc %s: lỗi lúc %s: %s",
	statusJobRunning:    "Việc %s: đang chạy từ %s.",
	statusJobNext:       "Việc %s: chưa chạy, lần tới %s.",
	jobDigest:           "lập bản tin", jobReload: "nạp lại", jobPrune: "dọn dữ liệu cũ",
	statusParked: "Có %d bản tin bị từ chối. Gần nhất: %s",
	retryButton:  "Gửi lại", discardButton: "Bỏ",
	retried: "Sẽ gửi lại %d bản tin.", discarded: "Đã bỏ %d bản tin.", nothingParked: "Không còn bản tin nào bị từ chối.",
}

var englishOperate = operateWords{
	reloadHelp:       "reads the folders of articles again and tells what changed",
	noReload:         "This bot cannot reload while it runs.",
	reloading:        "The reload goes on. Type /status to see.",
	reloadFailed:     "The reload failed: %s",
	reloaded:         "Reloaded: %d added, %d changed, %d withdrawn, %d restored, %d unchanged (%.1f s).",
	reloadDuplicates: "Articles that were there already: %d.",
	reloadFailures:   "Not read: %d.",
	moreFailures:     "and %d more",

	statusSubscriptions: "Subscriptions: %d, %d paused.",
	statusDeliveries:    "Digests: %d waiting, %d held by a pause, %d being sent; last 24 hours: %d sent, %d of unknown arrival, %d rejected, %d too late, %d repeated.",
	statusOldest:        "The one that waits longest: since %s.",
	statusJob:           "Job %s: last run %s, next %s.",
	statusJobFailed:     "Job %s: failed at %s: %s",
	statusJobRunning:    "Job %s: running since %s.",
	statusJobNext:       "Job %s: not run yet, next %s.",
	jobDigest:           "digests", jobReload: "reload", jobPrune: "pruning of old data",
	statusParked: "%d digests were rejected. The last: %s",
	retryButton:  "Send again", discardButton: "Discard",
	retried: "%d digests will be sent again.", discarded: "%d digests were discarded.", nothingParked: "No digest is rejected any more.",
}
