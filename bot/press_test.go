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
	"trichdan/jobs/ledger"
)

var group = chat.Ref{Platform: "telegram", Chat: "-100", Thread: "7"}

// remembering is a town whose bot has a ledger.
func remembering(t *testing.T, o Options) (*library, *ledger.Ledger) {
	t.Helper()
	l := town(t)
	l.put(t, market(t)...)
	if o.Now == nil {
		o.Now = func() time.Time { return testNow }
	}
	g, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), o.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, g.Close) })
	o.Ledger = g
	l.bot = New(l.index, l.store, o)
	return l, g
}

// market is the same topic again and again, each time another story.
func market(t *testing.T) []*corpus.Article {
	var list []*corpus.Article
	for i, s := range []string{
		"Thương lái từ huyện bạn sang gom hàng sớm, xe ba gác đậu kín con dốc dẫn xuống bến.",
		"Người phơi cói kể năm nay nắng gắt, sợi vàng đều và dai hơn vụ trước.",
		"Ban quản lý chợ vừa lắp thêm cân điện tử để bà con khỏi phải tranh cãi.",
		"Một hợp tác xã dệt chiếu ký mua trước hai mươi tấn, trả một nửa bằng gạo.",
		"Mưa đêm làm ướt kho của bốn hộ, họ phải bán tháo cho lò đan giỏ.",
		"Lớp học nghề mở cạnh chợ nhận mười sáu thợ trẻ, học buổi tối.",
		"Chủ ghe tăng cước chở vì dầu lên, nên nhiều người tự chèo sang sông.",
		"Khách du lịch ghé mua quai giỏ làm quà, chụp ảnh bên những bó cói cao quá đầu.",
	} {
		list = append(list, news(t, "VOV", fmt.Sprintf("2023-08-%02d", i+1), fmt.Sprintf("Phiên chợ thứ %d", i+1), "Giá cói khô tại chợ Bến Sậy được hỏi nhiều. "+s))
	}
	return list
}

func handle(t *testing.T, b *Bot, r chat.Request) chat.Message {
	t.Helper()
	m, err := b.Handle(t.Context(), r)
	if err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	for _, row := range m.Buttons {
		for _, x := range row {
			if x.Text == "" || x.Data == "" || len(x.Data) > chat.MaxButtonData {
				t.Errorf("button %+v", x)
			}
			if d, ok := parseButton(x.Data); !ok || d.String() != x.Data {
				t.Errorf("%q is read as %+v, %v", x.Data, d, ok)
			}
		}
	}
	return m
}

func asked(t *testing.T, b *Bot, id, question string) chat.Message {
	t.Helper()
	return handle(t, b, chat.Request{Ref: group, ID: id, User: "9", Text: question})
}

func press(t *testing.T, b *Bot, data string) chat.Message {
	t.Helper()
	return handle(t, b, chat.Request{Ref: group, ID: "press", User: "9", Button: data})
}

// data finds the data of the first button with a text.
func data(t *testing.T, m chat.Message, text string) string {
	t.Helper()
	for _, row := range m.Buttons {
		for _, x := range row {
			if x.Text == text {
				return x.Data
			}
		}
	}
	t.Fatalf("no button %q in %+v", text, m.Buttons)
	return ""
}

const coiQuestion = "Giá cói khô tại chợ Bến Sậy thế nào?"

func TestOpenButton(t *testing.T) {
	l, _ := remembering(t, Options{})
	m := asked(t, l.bot, "1", "Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?")
	opened := press(t, l.bot, data(t, m, "Bài 1"))
	if opened.Update || len(opened.Citations) == 0 || opened.Citations[0].Title != "Thị xã Bến Sậy khánh thành cầu Đá Bạc" {
		t.Errorf("%+v", opened)
	}
	again := New(l.index, l.store, Options{Ledger: l.bot.ledger})
	if m := press(t, again, data(t, m, "Bài 1")); len(m.Citations) != len(opened.Citations) {
		t.Errorf("after a restart: %+v", m)
	}
}

// An article is read page after page, and the pages together are the article.
func TestPages(t *testing.T) {
	l, _ := remembering(t, Options{})
	var paragraphs []string
	for i := range 40 {
		paragraphs = append(paragraphs, strings.Repeat("Nước sông lên chậm trong đêm ấy. ", 3)+"Mốc thứ "+strings.Repeat("I", i+1)+".")
	}
	a := news(t, "VOV", "2024-11-30", "Nhật ký mùa nước", paragraphs...)
	l.put(t, a)
	m := handle(t, l.bot, chat.Request{Ref: group, Command: "bai", Text: a.ID})
	var read strings.Builder
	for page := 1; ; page++ {
		for i, c := range m.Citations {
			if (c.Title == "") != (i > 0) {
				t.Errorf("page %d: title %q of quote %d", page, c.Title, i)
			}
			if read.Len() > 0 {
				read.WriteByte('\n')
			}
			read.WriteString(c.Quote)
		}
		if page > 1 && !m.Update {
			t.Errorf("page %d is a new message", page)
		}
		typed := handle(t, l.bot, chat.Request{Ref: group, Command: "bai", Text: a.ID + " " + string(rune('0'+page))})
		if typed.Footer != m.Footer {
			t.Errorf("typed: %q, pressed: %q", typed.Footer, m.Footer)
		}
		last := m.Buttons[0][len(m.Buttons[0])-1]
		if last.Text != "Trang sau" {
			if page < 3 {
				t.Errorf("%d pages", page)
			}
			break
		}
		m = press(t, l.bot, last.Data)
	}
	if strings.Join(strings.Fields(read.String()), " ") != strings.Join(strings.Fields(a.Body), " ") {
		t.Error("the pages are not the article")
	}
	if m := handle(t, l.bot, chat.Request{Ref: group, Command: "bai", Text: a.ID + " 99"}); !strings.HasPrefix(m.Footer, "Trang ") {
		t.Errorf("a page too far: %+v", m)
	}
	if m := handle(t, l.bot, chat.Request{Ref: group, Command: "bai", Text: a.ID + " x"}); m.Text != vietnamese.articleUsage {
		t.Errorf("no page: %+v", m)
	}
}

// A button of an article that has changed says so, and leads to what is there
// now.
func TestOldButtons(t *testing.T) {
	l, _ := remembering(t, Options{})
	m := asked(t, l.bot, "1", coiQuestion)
	open, more := data(t, m, "Bài 1"), data(t, m, "Xem thêm")

	changed := *findArticle(t, l, m.Citations[0].ArticleID)
	changed.Body += "\nTòa soạn đã bổ sung một câu."
	l.put(t, &changed)
	stale := press(t, l.bot, open)
	if stale.Text != vietnamese.changedArticle || len(stale.Citations) > 0 {
		t.Fatalf("%+v", stale)
	}
	if now := press(t, l.bot, data(t, stale, "Đọc bản mới")); !strings.Contains(now.Citations[len(now.Citations)-1].Quote, "bổ sung một câu") {
		t.Errorf("%+v", now)
	}
	stale = press(t, l.bot, more)
	if stale.Text != vietnamese.oldAnswer {
		t.Fatalf("%+v", stale)
	}
	if now := press(t, l.bot, data(t, stale, "Hỏi lại")); now.Answer == nil || now.Answer.Text == "" {
		t.Errorf("%+v", now)
	}

	err := l.store.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Withdraw(changed.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	l.update(t)
	if gone := press(t, l.bot, open); gone.Notice != vietnamese.goneArticle || !gone.Empty() {
		t.Errorf("%+v", gone)
	}
}

func findArticle(t *testing.T, l *library, id string) *corpus.Article {
	t.Helper()
	a, err := l.store.Article(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// More shows each further story once, numbered on, until there are none.
func TestMore(t *testing.T) {
	l, g := remembering(t, Options{})
	m := asked(t, l.bot, "1", coiQuestion)
	next, n := data(t, m, "Xem thêm"), len(m.Citations)
	seen := map[string]bool{}
	for _, c := range m.Citations {
		seen[c.ArticleID] = true
	}
	for next != "" {
		b := New(l.index, l.store, Options{Ledger: g, Now: func() time.Time { return testNow }}) // as after a restart
		m = press(t, b, next)
		if m.Update || m.Text != vietnamese.further || len(m.Citations) == 0 {
			t.Fatalf("%+v", m)
		}
		for _, c := range m.Citations {
			if n++; c.N != n || seen[c.ArticleID] || c.Quote == "" {
				t.Errorf("citation %d of %s: %q", c.N, c.ArticleID, c.Quote)
			}
			seen[c.ArticleID] = true
		}
		read := handle(t, b, chat.Request{Ref: group, Command: "bai", Text: "1"})
		if read.Citations[0].Title != asked(t, b, "1", coiQuestion).Citations[0].Title {
			t.Error("the numbers of the answer are not those of the articles any more")
		}
		next = ""
		if last := m.Buttons[0][len(m.Buttons[0])-1]; last.Text == "Xem thêm" {
			next = last.Data
		}
	}
	d, _ := parseButton(data(t, asked(t, l.bot, "1", coiQuestion), "Xem thêm"))
	d.number = 1000
	if m := press(t, l.bot, d.String()); m.Notice != vietnamese.noFurther {
		t.Errorf("%+v", m)
	}
}

// What others asked elsewhere stays there.
func TestButtonOfAnotherChat(t *testing.T) {
	l, _ := remembering(t, Options{})
	m := asked(t, l.bot, "1", coiQuestion)
	again := button{verb: askAgain, exchange: exchangeKey(chat.Request{Ref: group, ID: "1"})}
	for _, d := range []string{data(t, m, "Xem thêm"), again.String()} {
		for _, ref := range []chat.Ref{{Platform: "telegram", Chat: "-200", Thread: "7"}, {Platform: "discord", Chat: "-100", Thread: "7"}} {
			if m := handle(t, l.bot, chat.Request{Ref: ref, ID: "2", User: "8", Button: d}); m.Notice != vietnamese.oldButton || !m.Empty() {
				t.Errorf("%s in %v: %+v", d, ref, m)
			}
		}
	}
}

func TestFeedback(t *testing.T) {
	l, g := remembering(t, Options{})
	m := asked(t, l.bot, "1", coiQuestion)
	yes, no := data(t, m, "👍 Hữu ích"), data(t, m, "👎 Chưa đúng")
	if m := press(t, l.bot, yes); m.Notice != vietnamese.thanksUseful || !m.Empty() {
		t.Errorf("%+v", m)
	}
	if m := press(t, l.bot, no); m.Notice != vietnamese.thanksNotUseful {
		t.Errorf("%+v", m)
	}
	handle(t, l.bot, chat.Request{Ref: group, ID: "3", User: "10", Button: yes})
	got := map[bool]int{}
	for f, err := range g.Feedbacks(t.Context(), time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		got[f.Useful]++
		if f.Question != coiQuestion || len(f.Cited) != len(m.Citations) || f.Cited[0].Article != m.Citations[0].ArticleID || f.Cited[0].Span != m.Citations[0].Span {
			t.Errorf("%+v", f)
		}
	}
	if got[false] != 1 || got[true] != 1 { // the first has changed his mind
		t.Errorf("%v", got)
	}
	forged := button{verb: useful, article: "0123456789abcdef", revision: 1, exchange: "none"}
	if m := press(t, l.bot, forged.String()); m.Notice != vietnamese.oldButton {
		t.Errorf("%+v", m)
	}
}

// Where nothing can be remembered there is no button that would need it.
func TestButtonsWithoutLedger(t *testing.T) {
	l := town(t)
	for _, m := range []chat.Message{asked(t, l.bot, "1", coiQuestion), say(t, l.bot, here, "", coiQuestion)} {
		for _, row := range m.Buttons {
			for _, x := range row {
				if d, _ := parseButton(x.Data); d.verb != openArticle {
					t.Errorf("%+v", x)
				}
			}
		}
	}
	set := chat.Request{Ref: here, Direct: true, Command: "caidat", Text: "en"}
	if m, err := l.bot.Handle(t.Context(), set); err == nil || m.Text != vietnamese.failed {
		t.Errorf("%+v, %v", m, err)
	}
}

// Whatever comes as a button's data, nothing breaks.
func FuzzPress(f *testing.F) {
	l := town(f)
	for _, s := range []string{"", "a", "a:::", "a:0123456789abcdef:1:0", "p:x:1:99999999999", "m:x:1:2:k", "y:x:1:k", "q:k", "l:vi", "l:xx", "a:x:-1:0", "a:x:01:0", "+:k1", "-:", "+:K", "u:0123456789abcdef", "u:", "f:abc", "k:", "R:", "D:x", strings.Repeat("a:", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := parseButton(s)
		if ok && d.String() != s {
			t.Errorf("%q is read as %q", s, d.String())
		}
		if s == "" || ok && (d.verb == useful || d.verb == notUseful || d.verb == setLanguage) {
			return // these need a ledger
		}
		if m, err := l.bot.Handle(t.Context(), chat.Request{Ref: group, Button: s}); err != nil || m.Notice == "" && m.Empty() {
			t.Errorf("%q: %+v, %v", s, m, err)
		}
	})
}

func TestSettings(t *testing.T) {
	l, _ := remembering(t, Options{})
	direct := chat.Request{Ref: chat.Ref{Platform: "telegram", Chat: "5"}, ID: "1", User: "5", Direct: true, Command: "caidat"}
	language := func() string { return l.bot.Phrases(t.Context(), direct).Searching }
	if m := handle(t, l.bot, direct); m.Text != "Ngôn ngữ của bot ở đây: Theo người hỏi." || len(m.Buttons) == 0 {
		t.Errorf("%+v", m)
	}
	for _, c := range []struct{ text, want string }{
		{"English", english.searching}, {"tiếng Việt", vietnamese.searching}, {"EN", english.searching}, {"tu dong", vietnamese.searching}, {"tieng anh", english.searching},
	} {
		r := direct
		r.Text = c.text
		handle(t, l.bot, r)
		if language() != c.want {
			t.Errorf("%s: %s", c.text, language())
		}
	}
	back := direct
	back.Command, back.Button = "", data(t, handle(t, l.bot, direct), "Tiếng Việt")
	if m := handle(t, l.bot, back); !m.Update || language() != vietnamese.searching {
		t.Errorf("%+v", m)
	}
	wrong := direct
	wrong.Text = "xx"
	if m := handle(t, l.bot, wrong); m.Text != vietnamese.settingsUsage {
		t.Errorf("%+v", m)
	}
	auto := direct
	auto.Text = "auto"
	handle(t, l.bot, auto)
	direct.Lang = chat.English
	if language() != english.searching {
		t.Error("the person's language does not count")
	}
}

// In a group only those who manage it change its settings; its threads share
// them.
func TestGroupSettings(t *testing.T) {
	l, _ := remembering(t, Options{})
	for _, c := range []struct {
		manages *bool
		want    bool
	}{{nil, false}, {new(bool), false}, {ptr(true), true}} {
		for _, r := range []chat.Request{
			{Ref: group, ID: "1", User: "9", Command: "settings", Text: "en"},
			{Ref: group, ID: "1", User: "9", Button: "l:en"},
		} {
			if c.manages != nil {
				r.Manages = func(ctx contextT) (bool, error) { return *c.manages, nil }
			}
			m := handle(t, l.bot, r)
			other := chat.Request{Ref: chat.Ref{Platform: group.Platform, Chat: group.Chat}}
			if changed := l.bot.Phrases(t.Context(), other).Searching == english.searching; changed != c.want {
				t.Errorf("%+v: changed %v, %+v", c, changed, m)
			}
		}
	}
	if m := asked(t, l.bot, "2", coiQuestion); m.Answer.Label != "Answer" {
		t.Errorf("%+v", m)
	}
}

func TestAdmins(t *testing.T) {
	state := Status{
		Version: "v1", Articles: 12, Started: testNow,
		Platforms: []chat.Status{
			{Platform: "telegram", Connected: true, As: "@bot", Since: testNow},
			{Platform: "discord", Since: testNow, Problem: "no network"},
		},
	}
	l, g := remembering(t, Options{
		Admins: map[string]Admins{"telegram": {Users: []string{"1"}}, "discord": {Users: []string{"2"}, Roles: []string{"r"}}},
		Status: func(contextT) (Status, error) { return state, nil },
	})
	for _, c := range []struct {
		r  chat.Request
		ok bool
	}{
		{chat.Request{Ref: chat.Ref{Platform: "telegram"}, User: "1"}, true},
		{chat.Request{Ref: chat.Ref{Platform: "telegram"}, User: "2"}, false},
		{chat.Request{Ref: chat.Ref{Platform: "telegram"}, User: "3", Roles: []string{"r"}}, false},
		{chat.Request{Ref: chat.Ref{Platform: "telegram"}, User: "", Roles: []string{""}}, false},
		{chat.Request{Ref: chat.Ref{Platform: "discord"}, User: "2"}, true},
		{chat.Request{Ref: chat.Ref{Platform: "discord"}, User: "1"}, false},
		{chat.Request{Ref: chat.Ref{Platform: "discord"}, User: "9", Roles: []string{"q", "r"}}, true},
		{chat.Request{Ref: chat.Ref{Platform: "web"}, User: "1"}, false},
	} {
		for _, c.r.Command = range []string{"trangthai", "STATUS"} {
			m := handle(t, l.bot, c.r)
			shown := strings.Contains(m.Text, "12 bài") && strings.Contains(m.Text, "Telegram: đã kết nối (@bot)") && strings.Contains(m.Text, "no network")
			if shown != c.ok || !c.ok && m.Text != vietnamese.adminsOnly {
				t.Errorf("%+v: %+v", c.r, m)
			}
			log, err := g.Audits(t.Context(), 1)
			if err != nil || len(log) != 1 || log[0].Allowed != c.ok || log[0].User != c.r.User || log[0].Command != strings.ToLower(c.r.Command) {
				t.Errorf("audit log: %+v, %v", log, err)
			}
		}
		c.r.Command = "help"
		if helped := handle(t, l.bot, c.r); strings.Contains(helped.Text, "/trangthai") != c.ok {
			t.Errorf("%+v: %s", c.r, helped.Text)
		}
	}
}

func TestComplete(t *testing.T) {
	l := town(t)
	complete := func(command, text string) []chat.Choice {
		list, err := l.bot.Complete(t.Context(), chat.Request{Command: command, Text: text})
		if err != nil || len(list) > mostChoices {
			t.Errorf("%s %q: %d choices, %v", command, text, len(list), err)
		}
		for _, c := range list {
			if c.Value == "" || c.Name == "" || len([]rune(c.Name)) > choiceLength {
				t.Errorf("%+v", c)
			}
		}
		return list
	}
	for _, text := range []string{"cầu đá bạc", "cau da bac"} {
		list := complete("article", text)
		if len(list) == 0 || !strings.HasPrefix(list[0].Name, "Thị xã Bến Sậy khánh thành cầu Đá Bạc · Nhân Dân") {
			t.Fatalf("%q: %+v", text, list)
		}
		if m := say(t, l.bot, here, "", "/bai "+list[0].Value); len(m.Citations) == 0 {
			t.Errorf("%+v", m)
		}
	}
	if list := complete("bai", ""); len(list) == 0 || !strings.Contains(list[0].Name, "Giá cói khô") {
		t.Errorf("%+v", list)
	}
	topics := complete("moi", "ben")
	if !slices.ContainsFunc(topics, func(c chat.Choice) bool { return c.Value == "Bến Sậy" }) {
		t.Errorf("%+v", topics)
	}
	if list := complete("caidat", "viet"); len(list) != 1 || list[0].Value != "vi" {
		t.Errorf("%+v", list)
	}
	for _, none := range []string{"hoi", "trogiup", "trangthai", "khong"} {
		if list := complete(none, ""); len(list) > 0 {
			t.Errorf("%s: %+v", none, list)
		}
	}
}
