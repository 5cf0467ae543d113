package bot

import "fmt"

// digestWords are those of digests.
type digestWords struct {
	digestArgs, digestArgHelp, digestHelp string

	newTitle, newOnTopic string             // headings; + the topic
	stories              func(n int) string // how many stories a digest has
	noNews, noNewsOn     string             // nothing is new; + the topic
	noNewsFrom           string             // is added: + the outlets
	updated              string             // mark of a story that was told before
	sourceNames          string             // + number + names of outlets
	otherNames           string             // where not all are named: + names
	otherNews            string             // heading of those that are not quoted
	moreSources          string             // heading of those that were told before
	andMore              func(n int) string // how many are not even listed
	part                 string             // + number + how many there are
	nextPartButton       string
	lastWeek             string // a note: there was nothing within a day
	noneYet              string // + the topic: nothing of a week

	previewTitle, previewNone string
	summarised                string // mark of the summary of an article
}

var vietnameseDigest = digestWords{
	digestArgs: "[chủ đề]", digestArgHelp: "Chủ đề, tên người hoặc nơi; bỏ trống là mọi tin",
	digestHelp: "điểm tin 24 giờ qua",

	newTitle: "Tin mới", newOnTopic: "Tin mới về “%s”",
	stories: func(n int) string { return fmt.Sprintf("%d tin", n) },
	noNews:  "Chưa có tin mới.", noNewsOn: "Chưa có tin mới về “%s”.",
	noNewsFrom:     "Chỉ tính nguồn: %s.",
	updated:        "cập nhật",
	sourceNames:    "%d nguồn: %s",
	otherNames:     "%s…",
	otherNews:      "Tin khác:",
	moreSources:    "Thêm nguồn cho tin đã đưa:",
	andMore:        func(n int) string { return fmt.Sprintf("và %d tin nữa: /moi", n) },
	part:           "Phần %d/%d",
	nextPartButton: "Phần sau",
	lastWeek:       "24 giờ qua không có tin nào; đây là tin của 7 ngày qua.",
	noneYet:        "7 ngày qua không có tin nào về “%s”.",

	previewTitle: "Ví dụ, từ những bài đã có:",
	previewNone:  "Trong những bài mới nhất chưa có bài nào như vậy.",
	summarised:   "Tóm tắt",
}

var englishDigest = digestWords{
	digestArgs: "[topic]", digestArgHelp: "A topic, a person or a place; nothing for all news",
	digestHelp: "the news of the last 24 hours",

	newTitle: "News", newOnTopic: "News about “%s”",
	stories: func(n int) string { return plural(n, "story", "stories") },
	noNews:  "There is no news yet.", noNewsOn: "There is no news about “%s” yet.",
	noNewsFrom:     "Only these sources count: %s.",
	updated:        "updated",
	sourceNames:    "%d sources: %s",
	otherNames:     "%s…",
	otherNews:      "Other news:",
	moreSources:    "More sources for earlier news:",
	andMore:        func(n int) string { return "and " + plural(n, "more story", "more stories") + ": /latest" },
	part:           "Part %d/%d",
	nextPartButton: "Next part",
	lastWeek:       "Nothing in the last 24 hours; this is the news of the last 7 days.",
	noneYet:        "There was no news about “%s” in the last 7 days.",

	previewTitle: "Examples, from the articles that are there already:",
	previewNone:  "None of the newest articles is like that.",
	summarised:   "Summary",
}

// plural is a number with the English word for it.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
