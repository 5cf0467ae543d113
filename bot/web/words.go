package web

import (
	"fmt"

	"trichdan/corpus"
)

// words is all that the page says by itself in one language. With %: a format.
type words struct {
	Site, Tagline, Skip, OtherLanguage string
	Question, Hint, Ask                string
	Examples, Commands                 string

	Citations, Untitled       string
	ReadPassage, ReadNumbered string // numbered: + the citation's number
	Publisher, PublisherNamed string // named: + the outlet
	TooLong                   string // + the most characters
	Failed, TooSlow, TooMany  string
	NoPage, NoPageText        string
	NoArticle, NoArticleText  string
	NoRevision                string // + the number
	Withdrawn, WithdrawnText  string
	Unreadable                string
	OldRevision               string // + its number, + the current one's
	Current                   string // a link
	Derived                   string
	By                        string // + the author
	NoOutlet, NoDate          string
	DateOf                    func(corpus.Date) string
	NoDay, Inferred           string
	ToPassage                 string // + its number, from 1
	Captions, Tags            string
	Neighbours                string

	Login, LoginText, Token, Enter, Logout   string
	WrongToken, TooManyLogins, FromElsewhere string
}

var vietnamese = words{
	Site: "Trích dẫn", Tagline: "Trả lời câu hỏi về tin tức bằng đoạn trích nguyên văn, kèm nguồn.",
	Skip: "Tới nội dung chính", OtherLanguage: "English",
	Question: "Câu hỏi", Hint: "Gõ có dấu hay không dấu đều được.", Ask: "Hỏi",
	Examples: "Hỏi thử", Commands: "Các lệnh",

	Citations: "Trích từ", Untitled: "(không có tiêu đề)",
	ReadPassage: "Đọc trong bài", ReadNumbered: "Đọc đoạn [%d] trong bài",
	Publisher: "Bài gốc", PublisherNamed: "Bài gốc trên %s",
	TooLong: "Câu hỏi dài hơn %d ký tự. Vui lòng hỏi ngắn hơn.",
	Failed:  "Đang có trục trặc, chưa trả lời được. Vui lòng thử lại sau.",
	TooSlow: "Tìm lâu quá nên đã dừng. Vui lòng thử lại, hoặc hỏi ngắn hơn.",
	TooMany: "Bạn hỏi hơi nhanh. Vui lòng đợi một lát rồi hỏi lại.",
	NoPage:  "Không có trang này", NoPageText: "Có thể địa chỉ đã bị gõ nhầm hoặc bị cắt bớt.",
	NoArticle: "Không có bài này", NoArticleText: "Kho bài không có bài nào ở địa chỉ này.",
	NoRevision: "Bài này không có bản %s.",
	Withdrawn:  "Bài đã được gỡ", WithdrawnText: "Bài này đã được gỡ khỏi kho nên không đọc được ở đây nữa.",
	Unreadable:  "Đang có trục trặc, chưa mở được bài. Vui lòng thử lại sau.",
	OldRevision: "Đây là bản cũ của bài (bản %d). Bài đã được sửa, nay là bản %d.",
	Current:     "Đọc bản hiện nay",
	Derived:     "Bài không có tít; dòng trên lấy từ đầu bài.",
	By:          "Tác giả: %s",
	NoOutlet:    "không rõ nguồn", NoDate: "ngày không nêu",
	DateOf: func(d corpus.Date) string {
		switch {
		case d.Month == 0:
			return fmt.Sprint(d.Year)
		case d.Day == 0:
			return fmt.Sprintf("%d/%d", d.Month, d.Year)
		}
		return fmt.Sprintf("%d/%d/%d", d.Day, d.Month, d.Year)
	},
	NoDay: "ngày không nêu", Inferred: "ngày suy ra",
	ToPassage: "Liên kết tới đoạn %d",
	Captions:  "Chú thích ảnh", Tags: "Từ khóa", Neighbours: "Cùng tin này ở nơi khác",

	Login: "Đăng nhập", LoginText: "Trang này dành cho người có mã truy cập.", Token: "Mã truy cập", Enter: "Vào trang", Logout: "Đăng xuất",
	WrongToken: "Mã truy cập không đúng.", TooManyLogins: "Đã thử quá nhiều lần. Vui lòng đợi một phút.",
	FromElsewhere: "Yêu cầu này đến từ một trang khác nên không được nhận. Vui lòng thử lại ở đây.",
}

var english = words{
	Site: "Trích dẫn", Tagline: "Answers questions about the news with verbatim passages and their sources.",
	Skip: "Skip to the main content", OtherLanguage: "Tiếng Việt",
	Question: "Question", Hint: "Ask in Vietnamese, with or without diacritics.", Ask: "Ask",
	Examples: "Try asking", Commands: "Commands",

	Citations: "Quoted from", Untitled: "(no title)",
	ReadPassage: "Read it in the article", ReadNumbered: "Read passage [%d] in its article",
	Publisher: "Original article", PublisherNamed: "Original article at %s",
	TooLong: "The question has more than %d characters. Please ask a shorter one.",
	Failed:  "Something is wrong and there is no answer now. Please try again later.",
	TooSlow: "The search took too long and was stopped. Please try again, or ask a shorter question.",
	TooMany: "You are asking a little fast. Please wait a moment and ask again.",
	NoPage:  "There is no such page", NoPageText: "The address may be mistyped or cut short.",
	NoArticle: "There is no such article", NoArticleText: "The coverage has no article at this address.",
	NoRevision: "This article has no revision %s.",
	Withdrawn:  "The article was withdrawn", WithdrawnText: "This article was withdrawn from the coverage and can no longer be read here.",
	Unreadable:  "Something is wrong and the article cannot be opened now. Please try again later.",
	OldRevision: "This is an old revision of the article (%d). It was changed since; the current one is %d.",
	Current:     "Read the current revision",
	Derived:     "The article has no headline; the line above is its beginning.",
	By:          "By %s",
	NoOutlet:    "source unknown", NoDate: "date not given",
	DateOf: corpus.Date.String,
	NoDay:  "day not given", Inferred: "date inferred",
	ToPassage: "Link to passage %d",
	Captions:  "Picture captions", Tags: "Tags", Neighbours: "The same story elsewhere",

	Login: "Log in", LoginText: "This page is for those who have an access token.", Token: "Access token", Enter: "Enter", Logout: "Log out",
	WrongToken: "The access token is wrong.", TooManyLogins: "Too many attempts. Please wait a minute.",
	FromElsewhere: "This request came from another page and was not taken. Please try again here.",
}

// when words a date, and what is not known of it.
func (w *words) when(d corpus.Date) string {
	if !d.Known() {
		return w.NoDate
	}
	s := w.DateOf(d)
	switch {
	case d.Day == 0: // nor, perhaps, a month
		s += " (" + w.NoDay + ")"
	case d.Basis == corpus.Inferred:
		s += " (" + w.Inferred + ")"
	}
	return s
}

func (w *words) outlet(name string) string {
	if name == "" {
		return w.NoOutlet
	}
	return name
}
