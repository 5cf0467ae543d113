package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/vi"
	"trichdan/jobs/ledger"
)

func TestPauseAndResume(t *testing.T) {
	r := subscribers(t)
	for _, text := range []string{"/huy", "/tamdung", "/tieptuc", "/lich"} {
		if m := r.send(t, text); m.Text != vietnamese.noneSubscribed {
			t.Errorf("%s of none: %s", text, m.Text)
		}
	}
	r.send(t, "/dangky hằng ngày 7h về giá cói")
	if m := r.send(t, "/tieptuc"); m.Text != vietnamese.nonePaused {
		t.Error(m.Text)
	}
	if m := r.send(t, "/tieptuc 1"); !strings.HasPrefix(m.Text, "Số 1 không tạm dừng: hằng ngày lúc 07:00") {
		t.Error(m.Text)
	}
	paused := r.send(t, "/tamdung")
	if !strings.HasPrefix(paused.Text, "Đã tạm dừng số 1: hằng ngày lúc 07:00, về “giá cói”") || r.stored(t, private)[0].Paused != PausedByPerson {
		t.Error(paused.Text)
	}
	if m := r.send(t, "/tamdung"); m.Text != vietnamese.allPaused {
		t.Error(m.Text)
	}
	if m := r.send(t, "/tamdung số 1"); !strings.HasPrefix(m.Text, "Số 1 đang tạm dừng từ trước") {
		t.Error(m.Text)
	}
	if m := r.send(t, "/lich"); !strings.Contains(m.Text, "Đang tạm dừng theo yêu cầu, nên không gửi. Nhận tiếp: /tieptuc 1") || strings.Contains(m.Text, "Lần tới") {
		t.Error(m.Text)
	}
	resumed := r.send(t, ">"+data(t, paused, "Tiếp tục số 1"))
	if !strings.HasPrefix(resumed.Text, "Số 1 nhận tin tiếp") || !strings.Contains(resumed.Text, "Lần tới: thứ ba 3/12/2024, 07:00.") || r.stored(t, private)[0].Paused != "" {
		t.Error(resumed.Text)
	}
	if m := r.send(t, ">"+data(t, resumed, "Tạm dừng số 1")); !strings.HasPrefix(m.Text, "Đã tạm dừng số 1") {
		t.Error(m.Text)
	}
}

// Without a number the only one that it can be is meant, else the bot asks.
func TestWhichSubscription(t *testing.T) {
	r := subscribers(t)
	for _, s := range []string{"hằng ngày 7h về giá cói", "thứ hai hằng tuần 8:30", "ngay về bão"} {
		r.send(t, "/dangky "+s)
	}
	for text, want := range map[string]string{"/huy": "Hủy đăng ký nào?", "/unsubscribe": "Hủy đăng ký nào?", "/tamdung": "Tạm dừng đăng ký nào?"} {
		m := r.send(t, text)
		n := 0
		for _, row := range m.Buttons {
			n += len(row)
		}
		if !strings.HasPrefix(m.Text, want) || n != 3 || !strings.Contains(m.Text, "Số 2: thứ hai hằng tuần lúc 08:30, tất cả bài mới.") {
			t.Errorf("%s: %+v", text, m)
		}
	}
	for _, text := range []string{"/huy x", "/huy -1", "/huy 1 2", "/huy số", "/huy 99999999999999999999"} {
		if m := r.send(t, text); !strings.Contains(m.Text, "/huy 1") || len(r.stored(t, private)) != 3 {
			t.Errorf("%s: %s", text, m.Text)
		}
	}
	if m := r.send(t, "/huy 9"); m.Text != fmt.Sprintf(vietnamese.noSuchNumber, 9) {
		t.Error(m.Text)
	}
	r.send(t, "/tamdung [2]")
	if m := r.send(t, "/tieptuc"); !strings.HasPrefix(m.Text, "Số 2 nhận tin tiếp") {
		t.Error(m.Text)
	}
	for _, text := range []string{"/huy 2", "/huy #1", "/huy số 3"} {
		if m := r.send(t, text); !strings.HasPrefix(m.Text, "Đã hủy số ") {
			t.Errorf("%s: %s", text, m.Text)
		}
	}
	if list := r.stored(t, private); len(list) != 0 {
		t.Errorf("%v", list)
	}
}

// Buttons do what they say after a restart, and once what they were made for is
// gone they say so, also if its number is another's now.
func TestSubscriptionButtons(t *testing.T) {
	r := subscribers(t)
	confirmed := r.send(t, "/dangky hằng ngày 7h về cầu Đá Bạc")
	list := r.send(t, "/lich")
	preview, cancel, pause := data(t, confirmed, "Xem thử"), data(t, confirmed, "Hủy số 1"), data(t, list, "Tạm dừng số 1")
	r.restart()
	if m := r.send(t, ">"+preview); m.Empty() || len(m.Citations) == 0 || m.Citations[0].Title != "Thị xã Bến Sậy khánh thành cầu Đá Bạc" {
		t.Errorf("preview: %+v", m)
	}
	if m := r.send(t, ">"+pause); !strings.HasPrefix(m.Text, "Đã tạm dừng số 1") {
		t.Errorf("%+v", m)
	}
	undo := r.send(t, ">"+cancel)
	if !strings.HasPrefix(undo.Text, "Đã hủy số 1") || len(r.stored(t, private)) != 0 {
		t.Errorf("%+v", undo)
	}
	again := data(t, undo, "Đăng ký lại")
	for _, old := range []string{preview, cancel, pause} {
		if m := r.send(t, ">"+old); m.Notice != vietnamese.oldSubscription || !m.Empty() {
			t.Errorf("of none: %s: %+v", old, m)
		}
	}
	r.send(t, "/dangky hằng ngày 9h")
	for _, old := range []string{preview, cancel, pause} {
		if m := r.send(t, ">"+old); m.Notice != vietnamese.oldSubscription || !m.Empty() {
			t.Errorf("of another number 1: %s: %+v", old, m)
		}
	}
	r.restart()
	if m := r.send(t, ">"+again); !strings.HasPrefix(m.Text, "Đã đăng ký số 2: hằng ngày lúc 07:00, về “cầu Đá Bạc”") {
		t.Errorf("%+v", m)
	}
	if m := r.send(t, ">"+again); !strings.HasPrefix(m.Text, "Đã có đăng ký này, là số 2") {
		t.Errorf("%+v", m)
	}
	for _, forged := range []string{"s:none", "x:9:1", "v:1:1"} {
		if m := r.send(t, ">"+forged); m.Notice != vietnamese.oldSubscription || !m.Empty() {
			t.Errorf("%s: %+v", forged, m)
		}
	}
	elsewhere := chat.Request{Ref: chat.Ref{Platform: "telegram", Chat: "99"}, User: "99", Direct: true}
	if m := r.do(t, elsewhere, ">"+again); m.Notice != vietnamese.oldSubscription {
		t.Errorf("in another chat: %+v", m)
	}
}

// Data of buttons that nobody made are none.
func TestParseSubscriptionButton(t *testing.T) {
	for _, s := range []string{"v:1", "v:1:2:3", "v:x:2", "v:01:2", "v:1:02", "v:-1:2", "v:1:", "x::2", "h:99999999999:2", "r:1:+2"} {
		if d, ok := parseButton(s); ok {
			t.Errorf("%q is %+v", s, d)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := Subscription{Number: rapid.IntRange(0, 1<<31-1).Draw(t, "number"), Made: time.UnixMilli(rapid.Int64Range(-1<<52, 1<<52).Draw(t, "made"))}
		want := subscriptionButton(rapid.SampledFrom([]string{showPreview, cancelSubscription, pauseSubscription, resumeSubscription}).Draw(t, "verb"), s)
		if got, ok := parseButton(want.String()); !ok || got != want || len(want.String()) > chat.MaxButtonData {
			t.Fatalf("%+v is %q is %+v, %v", want, want, got, ok)
		}
	})
}

// drawWish draws a wish of which sentences speak.
func drawWish(t *rapid.T) Wish {
	var w Wish
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		w.When.Kind = vi.Daily
	case 1:
		w.When.Kind, w.When.Weekdays = vi.Weekly, vi.Weekdays(rapid.IntRange(1, int(vi.EveryDay)-1).Draw(t, "days"))
	case 2:
		w.When.Kind, w.When.Every = vi.Hourly, rapid.IntRange(1, vi.MaxEvery).Draw(t, "hours")
	case 3:
		w.When.Kind = vi.Arrival
	default:
		w.When.Cron = rapid.SampledFrom([]string{"0 7 * * 1-5", "*/30 6-9 1,15 JAN MON-FRI", "0 0 1 1 *"}).Draw(t, "cron")
	}
	if w.When.Kind == vi.Daily || w.When.Kind == vi.Weekly {
		w.When.Hour, w.When.Minute = rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")
	}
	w.Zone = rapid.SampledFrom([]string{corpus.Zone.String(), "America/New_York", "Etc/GMT-9", "Etc/GMT+5", "UTC", "America/Argentina/Buenos_Aires"}).Draw(t, "zone")
	w.Always = rapid.Bool().Draw(t, "always")
	if rapid.Bool().Draw(t, "of outlets") {
		w.Outlets = rapid.SampledFrom([][]string{{"VOV"}, {"Dân trí", "Kinh tế & Đô thị"}, {"Lao Động", "Ngã Ba Sậy", "Nhân Dân"}}).Draw(t, "outlets")
	}
	return w
}

// topicWords are what makes topics hard to tell from the rest.
var topicWords = strings.Fields(`giá điện cói về chủ đề hằng ngày 7h sáng lúc 9h thứ hai mỗi tối ngay khi có bài giờ Tokyo múi UTC+9 Asia/Tokyo theo VOV và kể cả không tin mới cron 0 * , . ! ( ) - – : “ ” " « » „ tháng 4/2022 nhé cho tôi about every day time`)

// What is said to subscribe again means what was subscribed to, in any language.
func TestUndoProperty(t *testing.T) {
	p := &requestReader{zone: zoneNamed, outlets: []string{"Ngã Ba Sậy"}, when: When{Recurrence: vi.Recurrence{Kind: vi.Daily, Hour: 7}}, at: corpus.Zone}
	rapid.Check(t, func(t *rapid.T) {
		wish := drawWish(t)
		if rapid.Bool().Draw(t, "of a topic") {
			// A topic is what was once understood of a sentence.
			typed := strings.Join(rapid.SliceOfN(rapid.SampledFrom(topicWords), 1, 8).Draw(t, "topic"), " ")
			if rapid.Bool().Draw(t, "quoted") {
				typed = "“" + typed + "”"
			}
			first := p.read("hằng ngày lúc 07:00 về " + typed)
			if first.err != nil || first.long {
				t.Fatalf("%q: %+v", typed, first)
			}
			if strings.IndexFunc(first.Topic, unicode.IsLetter) >= 0 { // else it is refused
				wish.Topic = first.Topic
			}
		}
		for lang, w := range catalogues {
			sentence, ok := p.sentence(w, wish)
			if !ok {
				t.Fatalf("%s: %+v has no sentence", lang, wish)
			}
			got := p.read(sentence)
			if w.refuse(got) != "" || !sameWish(got.Wish, wish) {
				t.Fatalf("%s: %q\n got %+v\nwant %+v", lang, sentence, got, wish)
			}
		}
	})
}

// /huy gives the sentence, and typing it makes the same again.
func TestUndo(t *testing.T) {
	r := subscribers(t)
	for _, lang := range []chat.Lang{chat.Vietnamese, chat.English} {
		q := chat.Request{Ref: private, User: "admin", Direct: true, Lang: lang}
		for _, in := range []string{
			"hằng ngày 7h về giá cói", "T2, T4 8h30 giờ New York kể cả khi không có tin mới", "ngay “mỗi sáng về VOV”",
			"mỗi 6 giờ theo VOV, Nhân Dân về bão", "cron 0 7 * * 1-5 UTC+9 về giá cói", "hằng ngày theo Ngã Ba Sậy",
		} {
			r.do(t, q, "/dangky "+in)
			before := r.stored(t, private)
			m := r.do(t, q, "/huy")
			if len(before) != 1 || len(r.stored(t, private)) != 0 {
				t.Fatalf("%q: %s", in, m.Text)
			}
			_, command, ok := strings.Cut(m.Text, ": /")
			if !ok {
				t.Fatalf("%q: %s", in, m.Text)
			}
			if name, _, _ := strings.Cut(command, " "); (name == "subscribe") != (lang == chat.English) {
				t.Errorf("/%s in %s", name, lang)
			}
			r.do(t, q, "/"+command)
			after := r.stored(t, private)
			if len(after) != 1 || !sameWish(before[0].Wish, after[0].Wish) || after[0].Lang != lang {
				t.Errorf("%q: /%s made %+v, not %+v", in, command, after, before)
			}
			r.forget(t)
		}
	}
}

// All that is known of a subscription is told, in both languages.
func TestSubscriptionDetails(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2024, 12, 2, 12, 0, 0, 0, time.UTC) // 07:00 in New York
	plain := Subscription{
		Number: 3, Wish: Wish{When: When{Recurrence: vi.Recurrence{Kind: vi.Daily, Hour: 7}}, Zone: zone.String(), Topic: "giá cói", Outlets: []string{"VOV"}},
		Location: zone, Made: at.AddDate(0, 0, -9), Next: at.AddDate(0, 0, 1),
	}
	for _, c := range []struct {
		change func(*Subscription)
		vi, en []string
	}{
		{func(*Subscription) {}, []string{
			"Số 3: hằng ngày lúc 07:00, múi giờ America/New_York, về “giá cói”, bài của VOV.", "Lần tới: thứ ba 3/12/2024, 07:00.", "Chưa tới lần nào, đăng ký từ thứ bảy 23/11/2024, 07:00.",
		}, []string{
			"Number 3: every day at 07:00, time zone America/New_York, about “giá cói”, articles of VOV.", "Next: Tuesday 2024-12-03, 07:00.", "Has not run yet; subscribed Saturday 2024-11-23, 07:00.",
		}},
		{func(s *Subscription) { s.LastRun, s.LastSent, s.LastNote = at, at, NoteSent+"5" }, []string{"Lần vừa rồi: thứ hai 2/12/2024, 07:00, gửi 5 bài."}, []string{"Last time: Monday 2024-12-02, 07:00, articles sent: 5."}},
		{func(s *Subscription) { s.LastRun, s.LastSent, s.LastNote = at, at.Add(time.Hour), NoteSent+"5" }, []string{"Lần gửi cuối: thứ hai 2/12/2024, 08:00."}, []string{"08:00"}},
		{func(s *Subscription) { s.LastRun, s.LastSent, s.LastNote = at, at.Add(-time.Hour), NoteSent+"5" }, []string{"Lần gửi cuối: thứ hai 2/12/2024, 06:00."}, []string{"06:00"}},
		{func(s *Subscription) { s.LastRun, s.LastSent, s.LastNote = at, at, NoteNothing }, []string{"Lần gửi cuối: thứ hai 2/12/2024, 07:00."}, []string{"07:00"}},
		{func(s *Subscription) { s.LastRun, s.LastNote = at, NoteNothing }, []string{"không có bài mới."}, []string{"no new articles."}},
		{func(s *Subscription) { s.LastRun, s.LastNote = at, NoteNoMatch }, []string{"có bài mới nhưng không bài nào hợp."}, []string{"new articles, but none that match."}},
		{func(s *Subscription) { s.LastRun, s.LastNote = at, NoteLate }, []string{"quá hạn"}, []string{"dropped"}},
		{func(s *Subscription) { s.LastRun, s.LastNote = at, "corpus began anew" }, []string{"07:00, corpus began anew."}, []string{"07:00, corpus began anew."}},
		{func(s *Subscription) { s.LastRun = at }, []string{"Lần vừa rồi: thứ hai 2/12/2024, 07:00."}, []string{"Last time: Monday 2024-12-02, 07:00."}},
		{func(s *Subscription) { s.Paused = PausedByPerson }, []string{"tạm dừng theo yêu cầu", "/tieptuc 3"}, []string{"Paused on request", "/resume 3"}},
		{func(s *Subscription) { s.Paused = "Forbidden: bot was blocked by the user" }, []string{"[Forbidden: bot was blocked by the user]", "/tieptuc 3"}, []string{"[Forbidden: bot was blocked by the user]", "/resume 3"}},
		{func(s *Subscription) { s.Waiting, s.Parked, s.Unknown, s.Problem = 2, 3, 4, "Bad Request: too long" },
			[]string{"Đang chờ gửi: 2 phần.", "Bị từ chối: 3 phần.", "Không rõ đã tới chưa: 4 phần.", "Lỗi gần nhất [Bad Request: too long]."}, []string{"to be sent: 2.", "rejected: 3.", "arrived: 4.", "Last error [Bad Request: too long]."}},
		{func(s *Subscription) { s.When.Kind, s.Next = vi.Arrival, time.Time{} }, []string{"Số 3: ngay khi có bài mới, múi giờ America/New_York, về “giá cói”, bài của VOV.\nChưa tới"}, []string{"about “giá cói”, articles of VOV.\nHas not run yet"}},
		{func(s *Subscription) { s.Next = time.Time{} }, []string{"Lần tới: chưa rõ."}, []string{"Next: not known yet."}},
		{func(s *Subscription) { s.Always, s.Location = true, nil }, []string{"Không có tin mới cũng báo.", "19:00"}, []string{"also when nothing is new", "19:00"}},
	} {
		s := plain
		c.change(&s)
		for lang, want := range map[chat.Lang][]string{chat.Vietnamese: c.vi, chat.English: c.en} {
			text := wordsOf(lang).details(s)
			for _, line := range want {
				if !strings.Contains(text, line) {
					t.Errorf("%s: no %q in\n%s", lang, line, text)
				}
			}
			if strings.Contains(text, "%!") || strings.Contains(text, "gửi 5 bài") && strings.Contains(text, "Lần gửi cuối: thứ hai 2/12/2024, 07:00.") {
				t.Error(text)
			}
		}
	}
}

// A list tells of runs, and however long it gets it fits into one message.
func TestListSubscriptions(t *testing.T) {
	r := subscribers(t)
	r.send(t, "/dangky hằng ngày 7h về giá cói")
	stored, err := r.wishes.ledger.Subscriptions(t.Context(), private)
	if err != nil {
		t.Fatal(err)
	}
	r.at = time.Date(2024, 12, 3, 7, 0, 0, 0, corpus.Zone)
	taken, err := r.wishes.ledger.Advance(t.Context(), ledger.Step{Subscription: stored[0].ID, From: stored[0].Cursor, UpTo: stored[0].Cursor, Next: r.at.AddDate(0, 0, 1), Note: NoteNothing})
	if err != nil || !taken {
		t.Fatal(taken, err)
	}
	m := r.send(t, "/lich")
	for _, line := range []string{"Số 1: hằng ngày lúc 07:00, về “giá cói”.", "Lần tới: thứ tư 4/12/2024, 07:00.", "Lần vừa rồi: thứ ba 3/12/2024, 07:00, không có bài mới."} {
		if !strings.Contains(m.Text, line) {
			t.Errorf("no %q in\n%s", line, m.Text)
		}
	}
	long := strings.TrimSpace(strings.Repeat("cói ", maxTopic/4))
	for i := 2; i <= mostSubscriptions; i++ {
		r.send(t, fmt.Sprintf("/dangky T2, T3, T4, T5, T7, CN lúc 8h%02d múi giờ America/Argentina/Buenos_Aires về %s", 10+i, long))
	}
	m = r.send(t, "/lich")
	if n := len([]rune(m.Text)); n > longestList+200 || len(m.Buttons) != listButtons || !strings.Contains(m.Text, "Gõ /lich và số") {
		t.Errorf("%d characters, %d rows:\n%s", n, len(m.Buttons), m.Text)
	}
	for i := 1; i <= mostSubscriptions; i++ {
		if !strings.Contains(m.Text, fmt.Sprintf("Số %d: ", i)) {
			t.Errorf("number %d is not in the list", i)
		}
	}
	if m := r.send(t, "/lich 10"); !strings.HasPrefix(m.Text, "Số 10: ") || !strings.Contains(m.Text, long) || len(m.Buttons) != 1 {
		t.Errorf("%+v", m)
	}
	if m := r.send(t, "/lich 11"); m.Text != fmt.Sprintf(vietnamese.noSuchNumber, 11) {
		t.Error(m.Text)
	}
	for _, command := range []string{"huy", "tamdung", "tieptuc", "lich"} {
		list, err := r.bot.Complete(t.Context(), chat.Request{Ref: private, Command: command})
		if err != nil || len(list) != mostSubscriptions || list[9].Value != "10" || !strings.HasPrefix(list[9].Name, "Số 10: ") {
			t.Errorf("/%s: %v, %v", command, list, err)
		}
		for _, c := range list {
			if len([]rune(c.Name)) > choiceLength {
				t.Errorf("%q", c.Name)
			}
		}
		if list, err := r.bot.Complete(t.Context(), chat.Request{Ref: private, Command: command, Text: " gia coi "}); err != nil || len(list) != 1 || list[0].Value != "1" {
			t.Errorf("/%s giá cói: %v, %v", command, list, err)
		}
		if list, err := r.bot.Complete(t.Context(), chat.Request{Ref: group, Command: command}); err != nil || len(list) != 0 {
			t.Errorf("/%s elsewhere: %v, %v", command, list, err)
		}
	}
}

// Of several who end the same subscription at once, one does, and the others
// are told that there is none.
func TestUnsubscribeAtOnce(t *testing.T) {
	r := subscribers(t)
	r.subscribed(t, "hằng ngày 7h về giá cói")
	const admins = 6
	replies := make(chan string, admins)
	for i := range admins {
		go func() {
			m, err := r.bot.Handle(t.Context(), chat.Request{Ref: private, User: fmt.Sprint(i), Direct: true, Command: "huy", Text: "1"})
			if err != nil {
				t.Error(err)
			}
			replies <- m.Text
		}()
	}
	ended := 0
	for range admins {
		switch text := <-replies; {
		case strings.HasPrefix(text, "Đã hủy số 1: "):
			ended++
		case text != "Không có đăng ký số 1. Gõ /lich để xem.":
			t.Errorf("%q", text)
		}
	}
	if list := r.stored(t, private); ended != 1 || len(list) != 0 {
		t.Errorf("ended %d times, left %v", ended, list)
	}
}
