package bot

import (
	"strings"
	"testing"

	"trichdan/corpus"
	"trichdan/corpus/source"
	"trichdan/corpus/store"
)

// TestReason: each reason of the readers has a wording, and what stands beside it
// stays as it is.
func TestReason(t *testing.T) {
	for _, err := range []error{
		source.ErrKind, source.ErrIrregular, source.ErrEscape, source.ErrTooLarge, source.ErrEmpty, source.ErrNoText,
		source.ErrBinary, source.ErrDocument, source.ErrEncoding,
	} {
		if got := vietnamese.reason(err.Error()); got != vietnameseReasons[err.Error()] || got == "" {
			t.Errorf("%v: %q", err, got)
		}
	}
	for text, want := range map[string]string{
		"tin.jsonl#line 17: not an article in JSON: unexpected end of JSON input": "tin.jsonl#dòng 17: không phải một bài viết dạng JSON: JSON dừng giữa chừng",
		"line 3: no body: no article text, only boilerplate":                      "dòng 3: không có body: không có nội dung bài, chỉ có phần phụ của trang",
		"empty.txt: empty": "empty.txt: tệp rỗng",
		"line 4: cau.md has that address, and is not replaced": "dòng 4: cau.md có cùng địa chỉ, và không bị thay",
		"a: permission denied":                                 "a: permission denied",
		"":                                                     "",
	} {
		if got := vietnamese.reason(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		if got := english.reason(text); got != text {
			t.Errorf("in English: %s", got)
		}
	}
}

// TestNothingNew: what would add nothing cannot be added, and is not kept.
func TestNothingNew(t *testing.T) {
	m := vietnamese.preview(Draft{Key: "k", Path: "them.txt", Same: 1, Articles: []*corpus.Article{news(t, "", "", "Tít", "Thân bài.")}})
	if len(m.Buttons) > 0 || m.Footer != "" || m.Text != "Bài này đã có trong kho, không cần thêm:" {
		t.Errorf("%+v", m)
	}
	m = english.preview(Draft{Key: "k", Path: "them.txt", Same: 2, Failed: 1, Failures: []string{"x"}})
	if len(m.Buttons) > 0 || !strings.Contains(m.Text, english.nothingToAdd+"\nNot read: 1.") {
		t.Errorf("%+v", m)
	}
	if m := vietnamese.preview(Draft{Key: "k", Same: 1, Changed: 1}); len(m.Buttons) == 0 {
		t.Errorf("%+v", m)
	}
	e, _ := editing(t, Options{})
	e.same = true
	does(t, e.bot, "/them Một bài đã có")
	if e.did[len(e.did)-1] != "discard k1" {
		t.Errorf("did %q", e.did)
	}
	if m := does(t, e.bot, "/them xacnhan k1"); m.Text != vietnamese.noDraft {
		t.Errorf("%+v", m)
	}
}

// What a reload has read so far is in no list and no count before it can be found.
func TestUnfoundIsNotListed(t *testing.T) {
	const body = "Cầu Cũ được sơn lại bằng 300 thùng sơn xanh trong tháng này. Đội thợ gồm 25 người làm từ 6 giờ sáng đến 4 giờ chiều, chừa lại một làn cho xe máy. " +
		"Ông Phan Văn Lượm, đội trưởng, nói lớp sơn cũ đã bong từ ba năm trước vì hơi nước mặn. Phường dự tính cầu thông cả hai làn trước ngày rằm."
	l := newLibrary(t, news(t, "Nhân Dân", "2024-11-29", "Cầu Cũ được sơn lại", body))
	list := func() string {
		t.Helper()
		var titles []string
		for _, link := range does(t, l.bot, "/moi").Links {
			titles = append(titles, link.Title)
		}
		return strings.Join(titles, "|")
	}
	before := list()
	late := news(t, "Lao Động", "2024-11-30", "Chợ Mới họp phiên đầu", "Chợ Mới họp phiên đầu với 80 gian hàng và một bãi xe.")
	again := news(t, "Lao Động", "2024-11-30", "Cầu Cũ được sơn lại", body)
	if err := l.store.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Put(late)
		if err != nil {
			return err
		}
		_, err = tx.Put(again)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got := list(); got != before || before != "Cầu Cũ được sơn lại" {
		t.Errorf("before: %s, meanwhile: %s", before, got)
	}
	const question = "Cầu Cũ được sơn bằng bao nhiêu thùng sơn?"
	if r := l.ask(t, question); len(r.Citations) == 0 || r.Citations[0].Sources != 1 {
		t.Errorf("%+v", r)
	}
	l.update(t)
	if got := list(); !strings.Contains(got, "Chợ Mới họp phiên đầu") {
		t.Errorf("after: %s", got)
	}
	if r := l.ask(t, question); len(r.Citations) == 0 || r.Citations[0].Sources != 2 {
		t.Errorf("%+v", r)
	}
}
