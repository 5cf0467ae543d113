package bot

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/store"
	"trichdan/index"
	"trichdan/jobs/ledger"
)

// shelf is a library whose clock can be set, with a ledger.
type shelf struct {
	library
	now  time.Time
	open func() // everything anew, as after a restart
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	dir := t.TempDir()
	l := &shelf{now: testNow}
	now := func() time.Time { return l.now }
	var closers []func() error
	shut := func() {
		for _, c := range slices.Backward(closers) {
			closed(t, c)
		}
		closers = nil
	}
	l.open = func() {
		shut()
		s, err := store.Open(t.Context(), filepath.Join(dir, "corpus.db"), now)
		if err != nil {
			t.Fatal(err)
		}
		closers = append(closers, s.Close)
		x, err := index.Open(t.Context(), filepath.Join(dir, "index"), s, index.Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		closers = append(closers, x.Close)
		g, err := ledger.Open(t.Context(), filepath.Join(dir, "ledger.db"), now)
		if err != nil {
			t.Fatal(err)
		}
		closers = append(closers, g.Close)
		l.store, l.index, l.bot = s, x, New(x, s, Options{Now: now, Ledger: g})
	}
	l.open()
	t.Cleanup(shut)
	return l
}

func (l *shelf) summary(t *testing.T, id, topic string) chat.Message {
	t.Helper()
	return handle(t, l.bot, chat.Request{Ref: group, ID: id, User: "9", Command: "tomtat", Text: topic})
}

func TestDigestCommand(t *testing.T) {
	l := newShelf(t)
	if m := l.summary(t, "1", ""); m.Text != vietnamese.noNews || m.Buttons != nil {
		t.Errorf("of an empty corpus: %+v", m)
	}
	l.put(t, harbour(t)...)
	l.now = l.now.Add(40 * time.Hour)
	l.put(t, news(t, "VOV", "2024-12-04", "Đò Cồn Én chạy lại", "Đò Cồn Én chạy lại từ thứ hai sau hai tháng sửa máy."))

	m := l.summary(t, "2", "")
	if m.Text != "Tin mới · 1 tin" || len(m.Notes) > 0 || len(m.Citations) != 1 {
		t.Errorf("of a day:\n%s", shows(m))
	}
	if m := say(t, l.bot, group, "", "/bai 1"); len(m.Citations) == 0 || m.Citations[0].Title != "Đò Cồn Én chạy lại" {
		t.Errorf("the first article is %+v", m)
	}
	m = l.summary(t, "3", "cảng Hòn Nhạn")
	if !slices.Equal(m.Notes, []string{vietnamese.lastWeek}) || m.Text != "Tin mới về “cảng Hòn Nhạn” · 1 tin" {
		t.Errorf("of a week:\n%s", shows(m))
	}
	if m := handle(t, l.bot, chat.Request{Ref: group, Lang: chat.English, Command: "digest", Text: "  cang hon nhan "}); !slices.Equal(m.Notes, []string{english.lastWeek}) || m.Text != "News about “cang hon nhan” · 1 story" {
		t.Errorf("in English:\n%s", shows(m))
	}
	if m := l.summary(t, "3", "theo Dân trí và Lao Động"); m.Text != "Tin mới · Dân trí, Lao Động · 2 tin" {
		t.Errorf("of two papers:\n%s", shows(m))
	}
	if m := l.summary(t, "3", "theo VOV về cảng Hòn Nhạn"); m.Text != "Tin mới về “cảng Hòn Nhạn” · VOV · 1 tin" {
		t.Errorf("of a paper on a topic:\n%s", shows(m))
	}
	if m := l.summary(t, "3", "theo Tuổi Trẻ"); m.Text != "Chưa có tin mới. Chỉ tính nguồn: Tuổi Trẻ." {
		t.Errorf("of a paper that has nothing: %+v", m)
	}
	if m := l.summary(t, "4", "tàu vũ trụ"); m.Text != "7 ngày qua không có tin nào về “tàu vũ trụ”." || len(m.Notes) > 0 {
		t.Errorf("of nothing: %+v", m)
	}
	l.now = l.now.Add(30 * time.Hour)
	if m := l.summary(t, "5", ""); !slices.Equal(m.Notes, []string{vietnamese.lastWeek}) || m.Text != "Tin mới · 4 tin" {
		t.Errorf("of a week:\n%s", shows(m))
	}
	l.now = l.now.Add(8 * 24 * time.Hour)
	if m := l.summary(t, "6", ""); m.Text != vietnamese.noNews {
		t.Errorf("after the week: %+v", m)
	}

	// What cannot be found yet is not told.
	if _, err := l.store.Put(t.Context(), news(t, "VOV", "2024-12-15", "Cầu Ván Mới", "Cầu Ván Mới thông xe sáng nay.")); err != nil {
		t.Fatal(err)
	}
	if m := l.summary(t, "7", ""); m.Text != vietnamese.noNews {
		t.Errorf("before it is indexed: %+v", m)
	}
	l.update(t)
	if m := l.summary(t, "8", ""); m.Text != "Tin mới · 1 tin" {
		t.Errorf("after: %+v", m)
	}
}

func TestDigestCommandParts(t *testing.T) {
	for _, topic := range []string{"", taleTopic} {
		l := newShelf(t)
		var list []*corpus.Article
		const stories = 28
		for i := range stories {
			title := fmt.Sprintf("Chuyện số %d, %s", i+1, strings.Repeat("rất dài, ", 14))
			list = append(list, news(t, "VOV", fmt.Sprintf("2024-11-%02d", i+1), title, tale(i, i, true)))
		}
		l.put(t, list...)
		d := l.digest(t, DigestQuery{Topic: topic})
		if len(d.Messages) < 3 {
			t.Fatalf("%d parts", len(d.Messages))
		}
		var seen []string
		tell := func(m chat.Message) {
			for _, c := range m.Citations {
				if c.N > 0 {
					seen = append(seen, c.Title)
				}
			}
			seen = append(seen, titles(m)...)
		}
		first := l.summary(t, "1", topic)
		m := first
		tell(m)
		for i := 1; i < len(d.Messages); i++ {
			last := m.Buttons[len(m.Buttons)-1]
			if len(last) != 1 || last[0].Text != "Phần sau" || last[0].Command != strings.TrimSpace(fmt.Sprintf("/tomtat #%d %s", i+1, topic)) {
				t.Fatalf("part %d ends with %+v", i, last)
			}
			if i == 2 {
				l.open()
			}
			// What arrives meanwhile is of another digest.
			l.put(t, news(t, "VOV", "2024-12-02", fmt.Sprintf("Tin chen %d", i), fmt.Sprintf("Tin chen %d: Làng Chài Muối mở hội nước mắm.", i)))
			typed := handle(t, l.bot, chat.Request{Ref: group, ID: "x", Command: "tomtat", Text: strings.TrimPrefix(last[0].Command, "/tomtat ")})
			if !strings.HasPrefix(typed.Footer, fmt.Sprintf("Phần %d/", i+1)) {
				t.Errorf("%s gives %q", last[0].Command, typed.Footer)
			}
			m = press(t, l.bot, last[0].Data)
			if m.Footer != fmt.Sprintf("Phần %d/%d", i+1, len(d.Messages)) || m.Update || m.Text != first.Text {
				t.Fatalf("part %d:\n%s", i+1, shows(m))
			}
			tell(m)
			if read := say(t, l.bot, group, "", "/bai 1"); read.Citations[0].Title != seen[0] {
				t.Errorf("article 1 is %q, was %q", read.Citations[0].Title, seen[0])
			}
		}
		for _, row := range m.Buttons {
			for _, x := range row {
				if d, _ := parseButton(x.Data); d.verb == nextPart {
					t.Error("the last part has a next one")
				}
			}
		}
		slices.Sort(seen)
		if len(seen) != stories || len(slices.Compact(seen)) != stories {
			t.Errorf("%d stories in all parts: %q", len(seen), seen)
		}
		if topic == "" {
			continue
		}
		// A button of another chat, of a topic that is forgotten, of another corpus.
		d1, _ := parseButton(first.Buttons[len(first.Buttons)-1][0].Data)
		elsewhere := handle(t, l.bot, chat.Request{Ref: chat.Ref{Platform: "telegram", Chat: "5"}, Button: d1.String()})
		if !elsewhere.Empty() || elsewhere.Notice != vietnamese.oldButton {
			t.Errorf("in another chat: %+v", elsewhere)
		}
		for _, change := range []func(*button){
			func(d *button) { d.exchange = forgotten }, func(d *button) { d.upTo += 1000 }, func(d *button) { d.number = 99 },
			func(d *button) { d.after, d.upTo = 0, 0 },
		} {
			d := d1
			change(&d)
			if m := press(t, l.bot, d.String()); !m.Empty() || m.Notice != vietnamese.oldButton {
				t.Errorf("%s: %+v", d, m)
			}
		}
	}
}

// Without a ledger a topic cannot be remembered; the command says it again.
func TestDigestCommandForgets(t *testing.T) {
	l := newLibrary(t, pool(t, 12)...)
	m := say(t, l.bot, here, "", "/tomtat nhà")
	for _, row := range m.Buttons {
		for _, x := range row {
			if d, _ := parseButton(x.Data); d.verb == nextPart && d.exchange != forgotten {
				t.Errorf("%+v", x)
			}
		}
	}
	if m := say(t, l.bot, here, "", "/tomtat #2"); !strings.HasPrefix(m.Footer, "Phần 2/") {
		t.Errorf("%+v", m)
	}
	if m := say(t, l.bot, here, "", "/tomtat #99"); !strings.HasPrefix(m.Footer, "Phần ") {
		t.Errorf("%+v", m)
	}
}

func FuzzNextPart(f *testing.F) {
	for _, s := range []string{"d:1:2:3:abc", "d:0:0:1:", "d:18446744073709551615:18446744073709551615:1:x", "d:2:1:1:", "d:01:2:1:", "d:::::", "d:1:2:0:-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := parseButton(s)
		if ok && d.verb == nextPart && (d.String() != s || d.after > d.upTo || d.number < 1) {
			t.Errorf("%q is read as %+v", s, d)
		}
	})
}

// The longest data of a button fits.
func TestNextPartData(t *testing.T) {
	d := button{verb: nextPart, after: 1<<63 - 2, upTo: 1<<63 - 1, number: 50, exchange: exchangeKey(chat.Request{ID: "1"})}
	if got, ok := parseButton(d.String()); !ok || got != d {
		t.Errorf("%q (%d bytes) is read as %+v, %v", d, len(d.String()), got, ok)
	}
}

func TestPreview(t *testing.T) {
	l := newLibrary(t, append(harbour(t), pool(t, 4)...)...)
	look := func(w *words, wish Wish) chat.Message {
		t.Helper()
		m, err := l.bot.preview(t.Context(), w, chat.Request{Ref: here}, wish)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := look(&vietnamese, Wish{})
	if m.Text != vietnamese.previewTitle || len(m.Citations) != 3 || m.Citations[0].Sources != "3 nguồn: Nhân Dân, VOV, Dân trí" || m.Footer != "" {
		t.Errorf("of all:\n%s", shows(m))
	}
	for _, b := range l.brokenDigest(t, []chat.Message{m}) {
		t.Error(b)
	}
	if m := say(t, l.bot, here, "", "/bai 1"); m.Citations[0].Title != "Mười hai tàu cá về cảng Hòn Nhạn" {
		t.Errorf("article 1 is %q", m.Citations[0].Title)
	}
	m = look(&english, Wish{Topic: "xuong nuoc da"})
	if m.Text != english.previewTitle || len(m.Citations) != 1 || m.Citations[0].Title != "Xưởng nước đá tuyển người" {
		t.Errorf("of a topic:\n%s", shows(m))
	}
	if m := look(&vietnamese, Wish{Outlets: []string{"Dân trí"}}); len(m.Citations) != 1 || m.Citations[0].Sources != "" {
		t.Errorf("of an outlet:\n%s", shows(m))
	}
	if m := look(&vietnamese, Wish{Topic: "tàu vũ trụ"}); m.Text != vietnamese.previewNone || len(m.Citations) > 0 {
		t.Errorf("of nothing: %+v", m)
	}
}

// The first page of a long article begins with its summary, unless that is its
// beginning.
func TestArticleBeginsWithSummary(t *testing.T) {
	var paragraphs []string
	for i := range 12 {
		paragraphs = append(paragraphs, fmt.Sprintf("Đoạn %d kể chuyện khác ở xóm dưới. ", i)+string([]rune(strings.ReplaceAll(tale(i, i, false), "\n", " "))[:200])+" hết.")
	}
	paragraphs[4] = "Bến phà Cồn Lau đóng cửa từ đầu tháng để sửa cầu dẫn, người qua sông phải đi vòng. Phà Cồn Lau sẽ chạy lại trước Tết."
	a := news(t, "VOV", "2024-12-01", "Bến phà Cồn Lau đóng cửa để sửa cầu dẫn", paragraphs...)
	a.URL = "https://bao.example/pha"
	l := newLibrary(t, a)
	if len(pages(a)) < 2 {
		t.Fatal("the article has one page")
	}
	plain := vietnamese.articlePage(links{}, a, 1, "1")
	m := say(t, l.bot, here, "", "/bai "+a.ID)
	var quotes []chat.Citation
	for _, c := range m.Citations {
		if c.N == 0 {
			quotes = append(quotes, c)
		}
	}
	if len(quotes) == 0 || quotes[0].Sources != "Tóm tắt" || quotes[0].Title != a.Title || quotes[0].Source == "" ||
		!slices.ContainsFunc(quotes, func(c chat.Citation) bool { return strings.HasPrefix(c.Quote, "Bến phà Cồn Lau đóng cửa") }) {
		t.Fatalf("%s", shows(m))
	}
	for i, c := range m.Citations {
		if slice(a.Body, c.Span) != c.Quote {
			t.Errorf("%q is not in the text", c.Quote)
		}
		if i > 0 && (c.Title != "" || c.Source != "" || c.Sources != "") || i >= len(quotes) && c.N != i+1-len(quotes) || (c.Link != "") != (i == len(m.Citations)-1) {
			t.Errorf("citation %d: %+v", i+1, c)
		}
	}
	if plain.Citations[0].N != len(m.Citations)-len(quotes)+1 || plain.Citations[0].Title == "" {
		t.Errorf("the second page begins with %+v", plain.Citations[0])
	}

	a.LeadLen = len(paragraphs[0])
	if m := vietnamese.articlePage(links{}, a, 0, "1"); m.Citations[0].N != 1 || m.Citations[0].Title == "" || m.Citations[0].Sources != "" {
		t.Errorf("a summary of the beginning:\n%s", shows(m))
	}
}
