package bot

import (
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
)

// subscribeWords are those of subscriptions. The examples in them can be typed.
type subscribeWords struct {
	lang chat.Lang

	subscribeArgs, subscribeArgHelp, subscribeHelp       string
	unsubscribeArgs, unsubscribeArgHelp, unsubscribeHelp string
	pauseHelp, resumeHelp, subscriptionsHelp             string
	noSubscriptions, subscribersOnly                     string // refusals

	// when and what
	weekdayName                         func(time.Weekday) string
	workingDays, weekend                string
	daily, weekly, someDays             string // + days, + time of day
	everyHour, everyHours, onArrival    string
	and, until                          string
	onCron                              string
	inZone, alsoNothing, ofTopic        string // as a sentence says them
	fromOutlets, everything, oneOutlets string
	moment                              func(time.Time) string

	// what is asked for and cannot be
	noSuchTime, noSuchWeekday, severalTimes, contradiction, noSuchInterval, unsupported string
	unknownZone, severalZones, cronAdmins, cronUsage, badWhen                           string
	longRequest, onlyTime, noTopicWords, tooManySubscriptions                           string

	subscribed, alreadySubscribed, next, neverNext         string
	matching, matchingNone, matchingMost, pastTopic        string
	fromNowOn, saysNothing, alwaysDiffers                  string
	perhapsWhen                                            string // a part of the topic looks like a schedule
	previewButton, cancelButton, pauseButton, resumeButton string
	againButton                                            string

	noneSubscribed, numberUsage, noSuchNumber, whichCancel, whichPause, whichResume string
	nonePaused, allPaused                                                           string
	cancelled, againSentence, paused, alreadyPaused, resumed, notPaused             string

	listTitle, listLine, lastRun, lastRunOnly, lastSent, notRunYet string
	noteSent, noteNothing, noteNoMatch, noteLate                   string
	pausedByPerson, pausedBecause, waiting, parked, lost           string
	lastProblem, oldSubscription, oneByOne                         string
	subscribeAs                                                    string // the command
}

var vietnameseSubscriptions = subscribeWords{
	lang: chat.Vietnamese,

	subscribeArgs: "[lịch và chủ đề]", subscribeArgHelp: "Ví dụ: hằng ngày 7h sáng về giá điện", subscribeHelp: "nhận tin mới theo lịch, ví dụ: hằng ngày 7h sáng về giá điện",
	unsubscribeArgs: "[số]", unsubscribeArgHelp: "Số của đăng ký, như trong /lich", unsubscribeHelp: "hủy một đăng ký nhận tin",
	pauseHelp: "tạm dừng một đăng ký nhận tin", resumeHelp: "nhận tin tiếp sau khi tạm dừng",
	subscriptionsHelp: "các đăng ký nhận tin ở đây và lần gửi tới",
	noSubscriptions:   "Bot này không gửi tin theo lịch.",
	subscribersOnly:   "Chỉ quản trị viên của nhóm đổi được việc nhận tin ở đây.",

	weekdayName: vietnameseWeekday,
	workingDays: "thứ hai đến thứ sáu", weekend: "cuối tuần",
	daily: "hằng ngày lúc %s", weekly: "%s hằng tuần lúc %s", someDays: "%s lúc %s",
	everyHour: "mỗi giờ", everyHours: "mỗi %d giờ", onArrival: "ngay khi có bài mới", and: "và", until: "%s đến %s",
	onCron: "theo lịch cron %s",
	inZone: "múi giờ %s", alsoNothing: "kể cả khi không có tin mới", ofTopic: "về %s",
	fromOutlets: "theo %s", everything: "tất cả bài mới", oneOutlets: "bài của %s",
	moment: func(t time.Time) string { return vietnameseWeekday(t.Weekday()) + t.Format(" 2/1/2006, 15:04") },

	noSuchTime:     "“%s” không phải là giờ trong ngày. Ví dụ: /dangky hằng ngày 7h sáng về giá điện",
	noSuchWeekday:  "“%s” không có trong tuần. Ví dụ: /dangky thứ hai hằng tuần 8:30",
	severalTimes:   "“%s” là nhiều giờ, mỗi đăng ký chỉ có một giờ. Hãy đăng ký riêng từng giờ, ví dụ: /dangky hằng ngày 7h sáng về giá điện",
	contradiction:  "“%s” mâu thuẫn với nhau. Ví dụ: /dangky hằng ngày 7h sáng về giá điện",
	noSuchInterval: "Không đặt được “%s”: hai lần gửi cách nhau từ 1 đến 168 giờ. Ví dụ: /dangky mỗi 6 giờ về giá điện",
	unsupported:    "Chưa đặt được lịch “%s”. Có thể chọn hằng ngày, một số ngày trong tuần, cách mấy giờ một lần, hoặc ngay khi có bài. Ví dụ: /dangky thứ hai hằng tuần 8:30",
	unknownZone:    "Không có múi giờ “%s”. Ví dụ: múi giờ Europe/Paris, giờ New York, hoặc UTC+9.",
	severalZones:   "Mỗi đăng ký chỉ có một múi giờ, ở đây có “%s” và “%s”.",
	cronAdmins:     "Lịch cron chỉ dành cho quản trị viên. Ví dụ khác: /dangky thứ hai hằng tuần 8:30",
	cronUsage:      "Lịch cron có năm trường: phút, giờ, ngày, tháng, thứ. Ví dụ: /dangky %s về giá điện",
	badWhen:        "Lịch này không được: %s. Ví dụ: /dangky hằng ngày 7h sáng",
	longRequest:    "Chủ đề dài quá, tối đa 200 ký tự. Ví dụ: /dangky hằng ngày 7h sáng về giá điện",
	onlyTime:       "“%s” chỉ là thời gian, chưa có chủ đề. Ví dụ: /dangky hằng ngày 7h sáng về giá điện",
	noTopicWords:   "“%s” không có từ nào để tìm. Ví dụ: /dangky hằng ngày 7h sáng về giá điện",

	tooManySubscriptions: "Ở đây đã có %d đăng ký, là mức tối đa. Hãy hủy bớt bằng /huy và số; gõ /lich để xem.",

	subscribed: "Đã đăng ký số %d: %s.", alreadySubscribed: "Đã có đăng ký này, là số %d: %s.",
	next: "Lần tới: %s.", neverNext: "Lần tới: chưa rõ.",
	matching:     "Có %d bài hợp với đăng ký này trong %d bài mới nhất.",
	matchingNone: "Trong %d bài mới nhất chưa có bài nào hợp; khi có sẽ gửi.",
	matchingMost: "Gần như bài nào cũng hợp (%d trong %d bài mới nhất), nên sẽ có nhiều tin.",
	pastTopic:    "Chủ đề giới hạn trong thời gian đã qua (%s), nên bài mới sẽ khó hợp.",
	perhapsWhen:  "“%[1]s” được hiểu là một phần của chủ đề. Nếu đó là lịch gửi, hãy viết trước chủ đề: /dangky %[1]s về …",
	fromNowOn:    "Chỉ gửi những bài có từ lúc này trở đi.", saysNothing: "Không có tin mới cũng báo.",
	alwaysDiffers: "Muốn đổi cách báo khi không có tin mới, hãy gõ /huy %d rồi đăng ký lại.",
	previewButton: "Xem thử", cancelButton: "Hủy số %d", pauseButton: "Tạm dừng số %d", resumeButton: "Tiếp tục số %d",
	againButton: "Đăng ký lại",

	noneSubscribed: "Ở đây chưa có đăng ký nào. Ví dụ: /dangky hằng ngày 7h sáng về giá điện",
	numberUsage:    "Gõ lệnh và số của đăng ký, ví dụ /%s 1. Gõ /lich để xem các số.",
	noSuchNumber:   "Không có đăng ký số %d. Gõ /lich để xem.",
	whichCancel:    "Hủy đăng ký nào?", whichPause: "Tạm dừng đăng ký nào?", whichResume: "Nhận tiếp đăng ký nào?",
	nonePaused: "Không có đăng ký nào đang tạm dừng.", allPaused: "Mọi đăng ký đều đang tạm dừng.",
	cancelled: "Đã hủy số %d: %s.", againSentence: "Đăng ký lại: %s",
	paused: "Đã tạm dừng số %[1]d: %[2]s. Nhận tiếp: /tieptuc %[1]d", alreadyPaused: "Số %[1]d đang tạm dừng từ trước: %[2]s. Nhận tiếp: /tieptuc %[1]d",
	resumed: "Số %d nhận tin tiếp: %s. Bài có trong lúc tạm dừng không được gửi lại.", notPaused: "Số %d không tạm dừng: %s.",

	listTitle: "Các đăng ký ở đây:", listLine: "Số %d: %s.",
	lastRun: "Lần vừa rồi: %s, %s.", lastRunOnly: "Lần vừa rồi: %s.", lastSent: "Lần gửi cuối: %s.", notRunYet: "Chưa tới lần nào, đăng ký từ %s.",
	noteSent: "gửi %s bài", noteNothing: "không có bài mới", noteNoMatch: "có bài mới nhưng không bài nào hợp", noteLate: "chưa gửi được thì quá hạn, nên đã bỏ",
	pausedByPerson: "Đang tạm dừng theo yêu cầu, nên không gửi. Nhận tiếp: /tieptuc %d",
	pausedBecause:  "Đang tạm dừng [%[2]s], nên không gửi. Nhận tiếp: /tieptuc %[1]d",
	waiting:        "Đang chờ gửi: %d phần.", parked: "Bị từ chối: %d phần.", lost: "Không rõ đã tới chưa: %d phần.",
	lastProblem: "Lỗi gần nhất [%s].", oldSubscription: "Nút này đã cũ. Gõ /lich để xem các đăng ký.",
	subscribeAs: "/dangky", oneByOne: "Gõ /lich và số để xem từng đăng ký.",
}

var englishSubscriptions = subscribeWords{
	lang: chat.English,

	subscribeArgs: "[when and topic]", subscribeArgHelp: "Such as: every day at 7:00 about giá điện", subscribeHelp: "sends new articles on a schedule, such as: every day at 7:00 about giá điện",
	unsubscribeArgs: "[number]", unsubscribeArgHelp: "Number of a subscription, as in /subscriptions", unsubscribeHelp: "ends a subscription",
	pauseHelp: "pauses a subscription", resumeHelp: "goes on with a paused subscription",
	subscriptionsHelp: "the subscriptions here and when they are next sent",
	noSubscriptions:   "This bot sends nothing on a schedule.",
	subscribersOnly:   "Only admins of this group can change what is sent here.",

	weekdayName: time.Weekday.String,
	workingDays: "on weekdays", weekend: "on weekends",
	daily: "every day at %s", weekly: "every %s at %s", someDays: "%s at %s",
	everyHour: "every hour", everyHours: "every %d hours", onArrival: "as soon as there is news", and: "and", until: "%s to %s",
	onCron: "cron %s",
	inZone: "time zone %s", alsoNothing: "even if nothing is new", ofTopic: "about %s",
	fromOutlets: "from %s", everything: "all new articles", oneOutlets: "articles of %s",
	moment: func(t time.Time) string { return t.Format("Monday 2006-01-02, 15:04") },

	noSuchTime:     "“%s” is no time of day. Try: /subscribe every day at 7:00 about giá điện",
	noSuchWeekday:  "“%s” is no day of the week. Try: /subscribe every Monday at 8:30",
	severalTimes:   "“%s” are several times, and a subscription has one. Subscribe to each, such as: /subscribe every day at 7:00",
	contradiction:  "“%s” contradicts itself. Try: /subscribe every day at 7:00 about giá điện",
	noSuchInterval: "“%s” is not possible: 1 to 168 hours lie between two digests. Try: /subscribe every 6 hours about giá điện",
	unsupported:    "“%s” is not possible. Choose every day, some days of the week, every few hours, or on arrival. Try: /subscribe every Monday at 8:30",
	unknownZone:    "There is no time zone “%s”. Try: time zone Europe/Paris, New York time, or UTC+9.",
	severalZones:   "A subscription has one time zone, and here are “%s” and “%s”.",
	cronAdmins:     "Cron schedules are for admins only. Try: /subscribe every Monday at 8:30",
	cronUsage:      "A cron schedule has five fields: minute, hour, day, month, day of the week. Try: /subscribe %s about giá điện",
	badWhen:        "This schedule is not possible: %s. Try: /subscribe every day at 7:00",
	longRequest:    "The topic is too long, 200 characters at most. Try: /subscribe every day at 7:00 about giá điện",
	onlyTime:       "“%s” is only a time, without a topic. Try: /subscribe every day at 7:00 about giá điện",
	noTopicWords:   "“%s” has no word to search for. Try: /subscribe every day at 7:00 about giá điện",

	tooManySubscriptions: "There are %d subscriptions here, which is the most. End one with /unsubscribe and its number; /subscriptions lists them.",

	subscribed: "Subscribed, number %d: %s.", alreadySubscribed: "That is subscribed to already, number %d: %s.",
	next: "Next: %s.", neverNext: "Next: not known yet.",
	matching:     "%d of the newest %d articles match this subscription.",
	matchingNone: "None of the newest %d articles match; when one does it is sent.",
	matchingMost: "Nearly all articles match (%d of the newest %d), so there may be many.",
	pastTopic:    "The topic is limited to a time that has passed (%s), so new articles will hardly match.",
	perhapsWhen:  "“%[1]s” was taken as a part of the topic. If it says when, write it before the topic: /subscribe %[1]s about …",
	fromNowOn:    "Only articles that come from now on are sent.", saysNothing: "Says so also when nothing is new.",
	alwaysDiffers: "To change what is said when nothing is new, type /unsubscribe %d and subscribe again.",
	previewButton: "Preview", cancelButton: "End number %d", pauseButton: "Pause number %d", resumeButton: "Resume number %d",
	againButton: "Subscribe again",

	noneSubscribed: "There are no subscriptions here. Try: /subscribe every day at 7:00 about giá điện",
	numberUsage:    "Type the command and the number of a subscription, such as /%s 1. /subscriptions lists the numbers.",
	noSuchNumber:   "There is no subscription %d. /subscriptions lists them.",
	whichCancel:    "End which subscription?", whichPause: "Pause which subscription?", whichResume: "Resume which subscription?",
	nonePaused: "No subscription is paused.", allPaused: "All subscriptions are paused.",
	cancelled: "Ended number %d: %s.", againSentence: "To subscribe again: %s",
	paused: "Paused number %[1]d: %[2]s. To go on: /resume %[1]d", alreadyPaused: "Number %[1]d was paused already: %[2]s. To go on: /resume %[1]d",
	resumed: "Number %d goes on: %s. What came during the pause is not sent.", notPaused: "Number %d is not paused: %s.",

	listTitle: "Subscriptions here:", listLine: "Number %d: %s.",
	lastRun: "Last time: %s, %s.", lastRunOnly: "Last time: %s.", lastSent: "Last sent: %s.", notRunYet: "Has not run yet; subscribed %s.",
	noteSent: "articles sent: %s", noteNothing: "no new articles", noteNoMatch: "new articles, but none that match", noteLate: "could not be sent in time and was dropped",
	pausedByPerson: "Paused on request, so nothing is sent. To go on: /resume %d",
	pausedBecause:  "Paused [%[2]s], so nothing is sent. To go on: /resume %[1]d",
	waiting:        "Parts waiting to be sent: %d.", parked: "Parts rejected: %d.", lost: "Parts of which it is not known whether they arrived: %d.",
	lastProblem: "Last error [%s].", oldSubscription: "This button is out of date. /subscriptions lists the subscriptions.",
	subscribeAs: "/subscribe", oneByOne: "Type /subscriptions and a number to see more of one.",
}

func vietnameseWeekday(d time.Weekday) string {
	return [...]string{"chủ nhật", "thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy"}[d]
}

// recurrenceProblem words why a recurrence is not possible.
func (w *words) recurrenceProblem(p vi.RecurrenceProblem) string {
	switch p {
	case vi.NoSuchTime:
		return w.noSuchTime
	case vi.NoSuchWeekday:
		return w.noSuchWeekday
	case vi.SeveralTimes:
		return w.severalTimes
	case vi.Contradiction:
		return w.contradiction
	case vi.NoSuchInterval:
		return w.noSuchInterval
	}
	return w.unsupported
}
