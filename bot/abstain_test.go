package bot

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// unanswered are questions that no news of the town answers: other subjects,
// and other sides of its own subjects.
var unanswered = []string{
	"Thủ đô của nước Pháp là thành phố nào?",
	"Ai vô địch giải cờ vua thế giới năm 1972?",
	"Giá vàng miếng trong nước bao nhiêu một lượng?",
	"Núi lửa nào phun trào ở Iceland?",
	"Nhiệt độ sôi của rượu là bao nhiêu?",
	"Tổng thống Mỹ đầu tiên là ai?",
	"Vì sao bầu trời có màu xanh?",
	"Cách nấu phở bò như thế nào?",
	"gia dien sinh hoat bao nhieu",
	"doi tuyen nao vo dich world cup",
	"lich su trieu dai nha tran",
	"Động đất ở Nhật Bản xảy ra khi nào?",
	"Hà Nội có bao nhiêu quận?",
	"Nghị định 100 xử phạt nồng độ cồn thế nào?",
	"Tỷ giá đô la hôm nay là bao nhiêu?",
	"Ai viết Truyện Kiều?",
	"Sân bay Long Thành khi nào hoàn thành?",
	"Tàu vũ trụ hạ cánh xuống sao Hỏa ngày nào?",
	"Lãi suất tiết kiệm ngân hàng tháng này",
	"Vắc xin sởi tiêm mấy mũi?",
	"Xe buýt số 32 đi qua những phố nào?",
	"Kỳ thi tốt nghiệp trung học môn toán khó không?",
	"Ca sĩ nào hát bài Diễm xưa?",
	"Luật Đất đai sửa đổi có bao nhiêu chương?",
	"Diện tích hồ Ba Bể là bao nhiêu?",
}

func TestAbstains(t *testing.T) {
	l := town(t)
	for _, q := range unanswered {
		r := l.ask(t, q)
		if !r.Abstained {
			t.Errorf("%q is answered with %q (coverage of %s)", q, r.Answer.Text, r.Citations[0].Title)
			continue
		}
		if m := vietnamese.message(r); !strings.HasPrefix(m.Text, "Kho bài chưa có thông tin") || m.Answer != nil || len(m.Citations) > 0 || len(m.Links) != len(r.Nearest) || (m.LinksTitle == "") != (len(m.Links) == 0) {
			t.Errorf("%q: %+v", q, m)
		}
	}
}

// A question about the town's own subject that its news leaves open is offered
// the articles on it.
func TestNearest(t *testing.T) {
	l := town(t)
	for question, near := range map[string]string{
		"Ai đặt tên cho cầu Đá Bạc từ thời nhà Nguyễn?":            "cầu Đá Bạc",
		"Học phí của dàn nhạc thiếu nhi mỗi tháng bao nhiêu tiền?": "dàn nhạc thiếu nhi",
	} {
		r := l.ask(t, question)
		if !r.Abstained {
			t.Errorf("%q is answered with %q", question, r.Answer.Text)
			continue
		}
		found := false
		for _, a := range r.Nearest {
			found = found || strings.Contains(a.Title+a.Body, near)
		}
		if !found {
			t.Errorf("%q: near are %d articles, none with %q", question, len(r.Nearest), near)
		}
		m := vietnamese.message(r)
		if m.LinksTitle != "Gần nhất:" || len(m.Links) != len(r.Nearest) || m.Links[0].N != 1 || m.Links[0].Title != r.Nearest[0].Title {
			t.Errorf("%q: %+v", question, m)
		}
	}
}

// Whatever is typed gets a short reply and breaks no promise.
func TestOddQuestions(t *testing.T) {
	l := town(t)
	for name, q := range map[string]string{
		"empty":         "",
		"white space":   " \n\t\u00a0 ",
		"marks":         "???",
		"emoji":         "🙂🙂 👍🏽",
		"one emoji":     "❤️",
		"question word": "ai",
		"only stops":    "và của là",
		"control":       "\x00\x1b[31m\x7f",
		"bidi":          "\u202e\u2066abc\u2069",
		"broken UTF-8":  "c\xe1\xbau Đá B\xff\xfe",
		"English":       "Who opened the new bridge last year and why?",
		"Chinese":       "河内有多少座桥？",
		"Russian":       "Сколько стоит мост?",
		"digits":        "1 2 3 4 5 6 7 8 9",
		"markup":        "<b>@everyone</b> [x](javascript:alert(1)) `rm` 'OR 1=1;--",
		"query syntax":  `+title:* AND "cầu^9" ~1 -- /.*/ {a TO b}`,
		"one letter":    "c",
	} {
		t.Run(name, func(t *testing.T) {
			m := vietnamese.message(l.ask(t, q))
			if m.Answer == nil && m.Text == "" {
				t.Errorf("no reply: %+v", m)
			}
			if m.Answer == nil && utf8.RuneCountInString(m.Text) > 200 {
				t.Errorf("a long reply: %s", m.Text)
			}
		})
	}
	for _, q := range []string{"", "???", "🙂"} {
		r := l.ask(t, q)
		if m := vietnamese.message(r); r.Asked || m.Text != vietnamese.empty || len(m.Links) > 0 {
			t.Errorf("%q: asked %v, %+v", q, r.Asked, m)
		}
	}
}

func TestLongQuestions(t *testing.T) {
	l := town(t)
	for _, unit := range []string{"cầu Đá Bạc có vốn bao nhiêu ", "x", "á", "🙂", "a b c d ", "năm 2023 theo báo Nhân Dân ", "\n", "Kẻ"} {
		q := strings.Repeat(unit, 10_000/len([]rune(unit))+1)
		m := vietnamese.message(l.ask(t, q))
		size := len(m.Text)
		for _, note := range m.Notes {
			size += len(note)
		}
		if m.Answer == nil && m.Text == "" || size > 4000 {
			t.Errorf("%q: %d bytes of reply", unit, size)
		}
	}
}
