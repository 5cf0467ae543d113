package bot

import (
	"strings"
	"testing"

	"trichdan/corpus"
	"trichdan/corpus/store"
)

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

func TestRestoredLater(t *testing.T) {
	e, g := editing(t, Options{})
	bridge := does(t, e.bot, "/moi").Links[0].ArticleID
	does(t, e.bot, "/go "+bridge)
	e.later = true
	m := does(t, e.bot, "/phuchoi "+bridge)
	if !strings.HasPrefix(m.Text, "Đã khôi phục: “") || !strings.Contains(m.Text, "Kho bài đang được nạp lại") {
		t.Errorf("%+v", m)
	}
	if want, log := "phuchoi "+bridge+" -> restored "+bridge+", found after the reload", audits(t, g); log[len(log)-1] != want {
		t.Errorf("audit %q", log)
	}
}
