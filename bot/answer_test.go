package bot

import (
	"slices"
	"strings"
	"testing"

	"trichdan/corpus"
	"trichdan/index"
)

// Every kind of question has the part of the sentence that answers it marked.
func TestMark(t *testing.T) {
	l := town(t)
	for _, c := range []struct{ question, text, mark string }{
		{"Ai cắt băng khánh thành cầu Đá Bạc?", "Trần Quốc Lụa", "Trần Quốc Lụa"},
		{"ai cat bang khanh thanh cau Da Bac", "Trần Quốc Lụa", "Trần Quốc Lụa"},
		{"Người được phong tặng danh hiệu Nghệ nhân Ưu tú là ai?", "Lưu Thị Mây", "Lưu Thị Mây"},
		{"Thị xã Bến Sậy khánh thành cầu Đá Bạc khi nào?", "khánh thành", "14/3/2023"},
		{"Cầu Đá Bạc khánh thành ngày nào?", "khánh thành", "14/3/2023"},
		{"Thư viện Bến Sậy nằm ở đâu?", "phố Hàng Lụa", "Hàng Lụa"},
		{"Hoà nhạc thiếu nhi biểu diễn tại đâu?", "thuỷ đình", "Cói Thượng"},
		{"Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?", "385 tỷ đồng", "385 tỷ đồng"},
		{"Bão số 9 làm tốc mái bao nhiêu ngôi nhà?", "264 ngôi nhà", "264"},
		{"Mỗi hộ dệt chiếu được vay tối đa bao nhiêu?", "50 triệu đồng", "50 triệu đồng"},
		{"Thư viện Bến Sậy có bao nhiêu đầu sách?", "18.000", "18.000"},
		{"Tỉnh ủy ban hành nghị quyết nào về làng nghề dệt chiếu?", "07-NQ/TU", "07-NQ/TU"},
		{"Vì sao xây cầu Đá Bạc?", "phà cũ", "vì phà cũ thường ngừng chạy trong mùa lũ"},
		{"Tại sao cầu Đá Bạc được xây?", "phà cũ", "vì phà cũ thường ngừng chạy trong mùa lũ"},
	} {
		r := l.ask(t, c.question)
		if r.Answer == nil {
			t.Errorf("%q: no answer", c.question)
			continue
		}
		if !strings.Contains(r.Answer.Text, c.text) {
			t.Errorf("%q: %q, want the sentence with %q", c.question, r.Answer.Text, c.text)
		}
		if m := marked(r); !strings.Contains(m, c.mark) || len(m) == len(r.Answer.Text) {
			t.Errorf("%q: marked %q of %q, want %q", c.question, m, r.Answer.Text, c.mark)
		}
	}
	r := l.ask(t, "Công nhân lắp dầm cầu Đá Bạc như thế nào?")
	if r.Answer == nil || !strings.Contains(r.Answer.Text, "bằng cách dùng xà lan") {
		t.Errorf("how: %+v", r.Answer)
	}
}

// One question, in the ways in which people type it.
func TestWaysOfTyping(t *testing.T) {
	l := town(t)
	for want, questions := range map[string][]string{
		"385 tỷ đồng": {
			"Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?", "CẦU ĐÁ BẠC CÓ TỔNG VỐN ĐẦU TƯ BAO NHIÊU?", "cầu đá bạc có tổng vốn đầu tư bao nhiêu",
			"cau da bac co tong von dau tu bao nhieu", "CAU DA BAC CO TONG VON DAU TU BAO NHIEU?", "tổng vốn đầu tư cầu Đá Bạc",
			"Ca\u0302\u0300u Đa\u0301 Ba\u0323c co\u0301 to\u0302\u0309ng vo\u0302\u0301n đa\u0302\u0300u tư bao nhie\u0302u?", // NFD
			"  Cầu   Đá Bạc,\ncó tổng vốn đầu tư: bao nhiêu ??? ", "cho hỏi cầu Đá Bạc có tổng vốn đầu tư là bao nhiêu ạ",
			"Chào bot, cho mình hỏi chút nhé, cầu Đá Bạc có tổng vốn đầu tư bao nhiêu vậy ạ?",
		},
		"thuỷ đình làng Cói Thượng": {
			"Hoà nhạc ở thuỷ đình làng nào?", "Hòa nhạc ở thủy đình làng nào?", "HOÀ NHẠC THUỶ ĐÌNH", "hòa nhạc thủy đình", "hoa nhac thuy dinh",
		},
		"Chủ tịch UBND thị xã": {
			"Chủ tịch UBND thị xã Bến Sậy là ai?", "Chủ tịch Ủy ban nhân dân thị xã Bến Sậy là ai?", "chủ tịch Uỷ ban nhân dân TX Bến Sậy là ai?",
			"chu tich ubnd thi xa ben say la ai", "chu tich uy ban nhan dan thi xa ben say la ai",
		},
		"Ban Thường vụ Tỉnh ủy": {
			"Nghị quyết của BTV Tỉnh ủy về làng nghề dệt chiếu", "Ban Thường vụ Tỉnh uỷ ra nghị quyết gì về làng nghề dệt chiếu?", "btv tinh uy nghi quyet lang nghe det chieu",
			"Nghị quyết 07-NQ/TU", "nghi quyet 07-nq/tu", "Nghị quyết 07 về gì?",
		},
	} {
		for _, q := range questions {
			if r := l.ask(t, q); r.Answer == nil || !strings.Contains(r.Answer.Text, want) {
				t.Errorf("%q: %+v, want %q", q, r.Answer, want)
			}
		}
	}
}

// filters are all that were understood, kept or not.
func filters(r *Result) string {
	return strings.Join(append(filterTexts(r.Filters), filterTexts(r.Dropped)...), " · ")
}

func TestFilters(t *testing.T) {
	l := town(t)
	for _, c := range []struct {
		question, filters string
		dropped           bool
		text              string // of the answer
	}{
		{"Giá cói khô tại Bến Sậy năm 2023", "năm 2023", false, "Giá cói khô"},
		{"Giá cói khô tại Bến Sậy tháng 11/2024", "tháng 11/2024", false, "Giá cói khô"},
		{"tuần trước giá cói khô Bến Sậy thế nào?", "tuần 25/11–1/12/2024", false, "Giá cói khô"},
		{"Trên Nhân Dân, cầu Đá Bạc có vốn bao nhiêu?", "Nhân Dân", false, "385 tỷ đồng"},
		{"theo báo Nhân Dân cầu Đá Bạc có vốn bao nhiêu?", "Nhân Dân", false, "385 tỷ đồng"},
		{"Năm 2023, theo báo Nhân Dân, cầu Đá Bạc có vốn bao nhiêu?", "năm 2023 · Nhân Dân", false, "385 tỷ đồng"},
		{"Cầu Đá Bạc có tổng vốn bao nhiêu?", "", false, "385 tỷ đồng"},
		// A filter that leaves nothing.
		{"Cầu Đá Bạc có tổng vốn bao nhiêu, theo Dân trí?", "Dân trí", true, "385 tỷ đồng"},
		{"Hôm qua cầu Đá Bạc có tổng vốn bao nhiêu?", "hôm qua", true, "385 tỷ đồng"},
		// One of two filters leaves nothing, the other is kept.
		{"Trên Nhân Dân, tháng 3/2020 cầu Đá Bạc có vốn bao nhiêu?", "tháng 3/2020 · Nhân Dân", true, "385 tỷ đồng"},
		// A year that is the topic: the article is newer.
		{"Năm 2019 bà Mây mở lớp gì?", "năm 2019", true, "lớp dạy dệt"},
		{"nam 2019 ba may mo lop gi", "năm 2019", true, "lớp dạy dệt"},
	} {
		r := l.ask(t, c.question)
		got := filters(r)
		if c.filters == "tuần 25/11–1/12/2024" || c.filters == "hôm qua" { // the wording is package vi's
			if got == "" {
				t.Errorf("%q: no filter", c.question)
			}
		} else if got != c.filters {
			t.Errorf("%q: filters %q, want %q", c.question, got, c.filters)
		}
		if len(r.Dropped) > 0 != c.dropped {
			t.Errorf("%q: dropped %v", c.question, r.Dropped)
		}
		if r.Answer == nil || !strings.Contains(r.Answer.Text, c.text) {
			t.Errorf("%q: %+v, want %q", c.question, r.Answer, c.text)
		}
		if c.dropped {
			continue
		}
		for _, cited := range r.Citations {
			for _, f := range r.Filters {
				day := cited.Published
				if f.Outlet != "" && cited.Outlet != f.Outlet || f.Outlet == "" && (day.String() < f.From.Format("2006-01-02") || day.String() >= f.To.Format("2006-01-02")) {
					t.Errorf("%q: filtered by %s, cites %s of %s", c.question, f.Text, cited.Outlet, day)
				}
			}
		}
	}
}

// Filters are in the message, dropped ones too.
func TestFilterNotes(t *testing.T) {
	l := town(t)
	for question, want := range map[string]string{
		"Trên Nhân Dân, cầu Đá Bạc có vốn bao nhiêu?":         "Lọc: Nhân Dân",
		"Năm 2020 cầu Đá Bạc có tổng vốn bao nhiêu?":          "năm 2020",
		"Năm 2020 ai vô địch cờ vua thế giới?":                "năm 2020",
		"Cầu Đá Bạc có tổng vốn bao nhiêu?":                   "",
		"Năm 2023, theo báo Nhân Dân, cầu Đá Bạc vốn mấy tỷ?": "Lọc: năm 2023 · Nhân Dân",
	} {
		notes := vietnamese.message(l.ask(t, question)).Notes
		if want == "" && len(notes) > 0 || want != "" && (len(notes) != 1 || !strings.Contains(notes[0], want)) {
			t.Errorf("%q: notes %q, want %q", question, notes, want)
		}
	}
}

// A story that three outlets have is one citation that says so.
func TestStoryIsCitedOnce(t *testing.T) {
	l := town(t)
	r := l.ask(t, "Trường Tiểu học Bờ Tre đón bao nhiêu học sinh trở lại?")
	if r.Answer == nil || !strings.Contains(r.Answer.Text, "412 học sinh") {
		t.Fatalf("%+v", r.Answer)
	}
	school := 0
	for _, c := range r.Citations {
		if strings.Contains(c.Quote, "Bờ Tre") {
			school++
			if c.Sources != 3 {
				t.Errorf("%d sources of %s, want 3", c.Sources, c.Title)
			}
		} else if c.Sources != 1 {
			t.Errorf("%d sources of %s, want 1", c.Sources, c.Title)
		}
	}
	if school != 1 {
		t.Errorf("the story is cited %d times", school)
	}
	if m := vietnamese.message(r); m.Citations[0].Sources != "3 nguồn" {
		t.Errorf("sources %q", m.Citations[0].Sources)
	}

	// A withdrawn source no longer counts.
	id := ferrySchoolNews(t)[1].ID
	if _, err := l.store.Withdraw(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	l.update(t)
	r = l.ask(t, "Trường Tiểu học Bờ Tre đón bao nhiêu học sinh trở lại?")
	if r.Answer == nil || r.Citations[0].Sources != 2 || r.Citations[0].ArticleID == id {
		t.Errorf("%+v", r.Citations)
	}
}

func TestNewestAmongEqualHits(t *testing.T) {
	hit := func(score float64, day string) index.Hit {
		a := &corpus.Article{Title: day}
		if day != "" {
			var err error
			if a.Published, err = corpus.ParseDate(day, corpus.Stated); err != nil {
				t.Fatal(err)
			}
		}
		return index.Hit{Article: a, Score: score}
	}
	for _, c := range []struct {
		hits []index.Hit
		want []string
	}{
		{nil, nil},
		{[]index.Hit{hit(10, "2021"), hit(10, "2024-01-02"), hit(10, ""), hit(10, "2023")}, []string{"2024-01-02", "2023", "2021", ""}},
		{[]index.Hit{hit(10, "2021"), hit(9.9, "2022"), hit(5, "2024"), hit(1, "2023")}, []string{"2022", "2021", "2024", "2023"}},
		{[]index.Hit{hit(10, "2022"), hit(10, "2022")}, []string{"2022", "2022"}},
	} {
		newestAmongEquals(c.hits)
		var got []string
		for _, h := range c.hits {
			got = append(got, h.Article.Title)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// A mistake is mended where nothing is found as it stands, and the answer says
// so.
func TestSpelling(t *testing.T) {
	l := town(t)
	for question, want := range map[string]struct{ respelled, text string }{
		"nghệ nhâb":   {"nghệ nhân", "Nghệ nhân Ưu tú"},
		"Lưu Thj Mây": {"Lưu thị Mây", "Lưu Thị Mây"},
		"hoà nhạx":    {"hoà nhạc", "hoà nhạc"},
		"thuyy dinh":  {"thủy đình", "thuỷ đình"},
	} {
		r := l.ask(t, question)
		if r.Respelled != want.respelled || r.Answer == nil || !strings.Contains(r.Answer.Text, want.text) {
			t.Errorf("%q: respelled %q, answer %+v, want %q", question, r.Respelled, r.Answer, want)
		}
		if notes := vietnamese.message(r).Notes; !slices.Contains(notes, "Hiểu là: "+want.respelled) {
			t.Errorf("%q: notes %q", question, notes)
		}
	}
	// So is what was left of an input method, and what has no diacritics, at once.
	for question, want := range map[string]string{
		"Caauf Đá Bacj có tổng vốn đầu tư bao nhiêu?":  "Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?",
		"Ca6u2 Đá Ba5c có tổng vốn đầu tư bao nhie6u?": "Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?",
		"Cầu Đá Bcạ có tổng vốn đầu tư bao nhiêu?":     "Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?",
		"thuy dinh": "thủy đình",
		"Cau Da Bac co tong von dau tu bao nhieu?": "Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?",
	} {
		r := l.ask(t, question)
		if r.Respelled != want || r.Answer == nil || r.Question != question {
			t.Errorf("%q: respelled %q, answer %+v, want %q", question, r.Respelled, r.Answer, want)
		}
		if notes := vietnamese.message(r).Notes; !slices.Contains(notes, "Hiểu là: "+want) {
			t.Errorf("%q: notes %q", question, notes)
		}
	}
	// What finds something as it stands is left as it is.
	for _, q := range []string{"Cầu Đá Bạc", "thuỷ đình", "Bến Sậy có gì mới?"} {
		if r := l.ask(t, q); r.Respelled != "" || r.Answer == nil {
			t.Errorf("%q became %q, answer %+v", q, r.Respelled, r.Answer)
		}
	}
}

func TestWithdrawnIsNeverCited(t *testing.T) {
	l := town(t)
	const question = "Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?"
	r := l.ask(t, question)
	if r.Answer == nil {
		t.Fatal("no answer")
	}
	id := r.Citations[0].ArticleID
	if _, err := l.store.Withdraw(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"before the index knows", "after"} {
		r := l.ask(t, question)
		for _, c := range r.Citations {
			if c.ArticleID == id {
				t.Errorf("cited %s", when)
			}
		}
		for _, a := range r.Nearest {
			if a.ID == id {
				t.Errorf("offered as near %s", when)
			}
		}
		l.update(t)
	}
	if _, err := l.store.Restore(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	l.update(t)
	if r := l.ask(t, question); r.Answer == nil || r.Citations[0].ArticleID != id {
		t.Errorf("not found after it was restored: %+v", r.Citations)
	}
}

func TestEmptyCorpus(t *testing.T) {
	l := newLibrary(t)
	for _, q := range []string{"Cầu Đá Bạc ở đâu?", "hôm qua trên Nhân Dân có gì", "", "ai"} {
		if r := l.ask(t, q); !r.Abstained || len(r.Nearest) > 0 {
			t.Errorf("%q: %+v", q, r)
		}
	}
}
