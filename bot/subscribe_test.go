package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// sentences are what people type behind /dangky, and the wish that it is.
var sentences = []struct{ in, want string }{
	{"", "daily 07:00"},
	{"hằng ngày", "daily 07:00"},
	{"hằng ngày 7h sáng về cầu Đá Bạc", "daily 07:00 | cầu Đá Bạc"},
	{"Hằng ngày 6h30 về giá cói", "daily 06:30 | giá cói"},
	{"mỗi tối", "daily 19:00"},
	{"mỗi tối 8h giá cói", "daily 20:00 | giá cói"},
	{"giá cói mỗi sáng", "daily 07:00 | giá cói"},
	{"giá cói", "daily 07:00 | giá cói"},
	{"về giá cói", "daily 07:00 | giá cói"},
	{"gửi tôi tin về giá cói lúc 9h tối hằng ngày", "daily 21:00 | giá cói"},
	{"thứ hai hằng tuần 8:30", "Mon 08:30"},
	{"thứ hai hàng tuần lúc 8:30 về làng nghề dệt chiếu", "Mon 08:30 | làng nghề dệt chiếu"},
	{"T2, T4 và T6 lúc 8h", "Mon,Wed,Fri 08:00"},
	{"từ thứ hai đến thứ sáu lúc 7h về thư viện", "Mon,Tue,Wed,Thu,Fri 07:00 | thư viện"},
	{"cuối tuần lúc 9h về lễ hội", "Sat,Sun 09:00 | lễ hội"},
	{"chủ nhật", "Sun 07:00"},
	{"ngay khi có bài về bão", "arrival | bão"},
	{"ngay về bão số 9", "arrival | bão số 9"},
	{"mỗi 6 giờ", "every 6h"},
	{"6 tiếng một lần về bão", "every 6h | bão"},
	{"mỗi giờ về bão", "every 1h | bão"},

	{"hằng ngày 7h múi giờ America/New_York về giá cói", "daily 07:00 | America/New_York | giá cói"},
	{"hằng ngày 7 giờ sáng giờ New York về giá cói", "daily 07:00 | America/New_York | giá cói"},
	{"7 giờ sáng mỗi thứ hai giờ Tokyo", "Mon 07:00 | Asia/Tokyo"},
	{"hằng ngày 7h theo giờ Nhật về giá cói", "daily 07:00 | Asia/Tokyo | giá cói"},
	{"hằng ngày 7h UTC+9", "daily 07:00 | Etc/GMT-9"},
	{"hằng ngày 7h giờ Việt Nam về giá cói", "daily 07:00 | giá cói"},
	{"hằng ngày 7h UTC+7", "daily 07:00"},
	{"ngay múi giờ Europe/Berlin", "arrival | Europe/Berlin"},
	{"hằng ngày 7h về giờ Tokyo", "daily 07:00 | giờ Tokyo"},

	{"hằng ngày 7h kể cả khi không có tin mới về giá cói", "daily 07:00 | giá cói | always"},
	{"hằng ngày 7h về giá cói, kể cả khi không có tin mới", "daily 07:00 | giá cói | always"},
	{"hằng ngày kể cả không có bài mới cũng báo", "daily 07:00 | always"},
	{"hằng ngày 8h giá cói, không có tin cũng báo", "daily 08:00 | giá cói | always"},
	{"hằng ngày 8h giá cói, nếu không có tin mới thì thôi", "daily 08:00 | giá cói"},
	{"hằng ngày 8h về người không có tin", "daily 08:00 | người không có tin"},
	{"hằng ngày 7h về “kể cả khi không có tin mới”", "daily 07:00 | kể cả khi không có tin mới"},

	{"hằng ngày 7h “giá cói”", "daily 07:00 | giá cói"},
	{"“giá cói mỗi sáng”", "daily 07:00 | giá cói mỗi sáng"},
	{"hằng ngày về «giá cói»", "daily 07:00 | giá cói"},
	{"hằng ngày về ‘giá cói’", "daily 07:00 | giá cói"},
	{`hằng ngày về "giá cói"`, "daily 07:00 | giá cói"},
	{"hằng ngày về phim “Gió” và “Mưa”", "daily 07:00 | phim “Gió” và “Mưa”"},
	{"hằng ngày 7h về lễ hội tháng 2", "daily 07:00 | lễ hội tháng 2"},
	{"hằng ngày 7h về", "daily 07:00"},
	{"hằng ngày\n7h\tvề  giá\u200b cói", "daily 07:00 | giá cói"},

	{"hằng ngày 7h theo VOV", "daily 07:00 | from VOV"},
	{"theo báo Nhân Dân mỗi sáng", "daily 07:00 | from Nhân Dân"},
	{"hằng ngày 7h trên Dân trí và VOV", "daily 07:00 | from Dân trí, VOV"},
	{"hằng ngày 7h theo Nhân Dân, VOV, Lao Động", "daily 07:00 | from Lao Động, Nhân Dân, VOV"},
	{"hằng ngày 7h theo VOV về giá cói", "daily 07:00 | giá cói | from VOV"},
	{"hằng ngày 7h giá cói theo VOV", "daily 07:00 | giá cói theo VOV"},
	{"hằng ngày 7h theo Đài Tiếng nói Việt Nam", "daily 07:00 | from VOV"},
	{"hằng ngày 7h theo vov.vn", "daily 07:00 | from VOV"},
	{"tin của báo Nhân Dân hằng ngày 7h", "daily 07:00 | from Nhân Dân"},
	{"tin của VOV về giá cói hằng ngày 7h", "daily 07:00 | giá cói | from VOV"},
	{"các bài trên Dân trí mỗi sáng", "daily 07:00 | from Dân trí"},
	{"mỗi sáng tin của người dân", "daily 07:00 | tin của người dân"},
	{"hằng ngày 7h theo Ngã Ba Sậy", "daily 07:00 | from Ngã Ba Sậy"},
	{"hằng ngày 7h về VOV", "daily 07:00 | VOV"},
	{"hằng ngày 7h theo chân người thợ dệt", "daily 07:00 | theo chân người thợ dệt"},
	{"hằng ngày 7h “theo VOV”", "daily 07:00 | theo VOV"},

	{"every day at 7:30 pm about land law", "daily 19:30 | land law"},
	{"every Monday 8:30", "Mon 08:30"},
	{"weekdays at 8 New York time about gold", "Mon,Tue,Wed,Thu,Fri 08:00 | America/New_York | gold"},
	{"as soon as they arrive about storms", "arrival | storms"},
	{"every 6 hours even if nothing is new", "every 6h | always"},
	{"daily 7am timezone Asia/Tokyo about gold", "daily 07:00 | Asia/Tokyo | gold"},
	{"daily 7am from VOV and Dân trí", "daily 07:00 | from Dân trí, VOV"},
}

// subscribers is a rig with the news of a town, and an outlet that is on no
// list of outlets.
func subscribers(tb testing.TB) *rig {
	return newRig(tb, append(townNews(tb), news(tb, "Ngã Ba Sậy", "2024-11-01", "Bến đò Gò Cát có mái che", "Bến đò Gò Cát vừa được lợp mái che cho khách đợi."))...)
}

// subscribed is the one subscription that the sentence makes.
func (r *rig) subscribed(t *testing.T, sentence string) Subscription {
	t.Helper()
	r.forget(t)
	m := r.send(t, "/dangky "+sentence)
	list := r.stored(t, private)
	if len(list) != 1 {
		t.Fatalf("%q: %d subscriptions, %s", sentence, len(list), m.Text)
	}
	return list[0]
}

func TestSubscribeSentences(t *testing.T) {
	r := subscribers(t)
	for _, c := range sentences {
		s := r.subscribed(t, c.in)
		if got := showWish(s.Wish); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.in, got, c.want)
		}
		if s.Lang != chat.Vietnamese {
			t.Errorf("%q: in %q", c.in, s.Lang)
		}
	}
}

// plainly is s as it is typed without diacritics.
func plainly(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'đ':
			return 'd'
		case r == 'Đ':
			return 'D'
		case unicode.Is(unicode.Mn, r):
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

// Without diacritics, as on a phone, and decomposed, as some keyboards write,
// the same is understood.
func TestSubscribeSentencesTypedOtherwise(t *testing.T) {
	r := subscribers(t)
	newest, err := r.store.Newest(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	p := r.bot.requests(&vietnamese, newest)
	// "bão" looks like "báo", which asks.
	for _, c := range sentences {
		what, from, _ := strings.Cut(c.want, " | from ")
		want := plainly(what)
		if from != "" {
			want += " | from " + from // the name of an outlet is as it is
		}
		if got := showWish(p.read(plainly(c.in)).Wish); got != want {
			t.Errorf("%q:\n got %s\nwant %s", plainly(c.in), got, want)
		}
		if got := norm.NFC.String(showWish(p.read(norm.NFD.String(c.in)).Wish)); got != c.want {
			t.Errorf("%q, decomposed:\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

// A default that the operator has chosen counts where nothing is said.
func TestSubscribeDefaults(t *testing.T) {
	r := subscribers(t)
	r.wishes.when = When{Recurrence: vi.Recurrence{Kind: vi.Daily, Hour: 6, Minute: 30}}
	for in, want := range map[string]string{
		"": "daily 06:30", "giá cói": "daily 06:30 | giá cói", "thứ hai hằng tuần": "Mon 06:30",
		"hằng ngày 7h": "daily 07:00", "ngay": "arrival", "mỗi sáng": "daily 07:00",
	} {
		if got := showWish(r.subscribed(t, in).Wish); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
	r.wishes.when = When{Recurrence: vi.Recurrence{Kind: vi.Arrival}}
	if got := showWish(r.subscribed(t, "giá cói").Wish); got != "arrival | giá cói" {
		t.Error(got)
	}
	if got := showWish(r.subscribed(t, "hằng ngày giá cói").Wish); got != "daily 07:00 | giá cói" {
		t.Error(got)
	}
}

// What cannot be is refused, quoted, with an example that works, and nothing is
// subscribed to.
func TestSubscribeRefusals(t *testing.T) {
	r := subscribers(t)
	for _, c := range []struct{ in, quoted, vi, en string }{
		{"hằng ngày 25h", "“25h”", "không phải là giờ", "no time of day"},
		{"hằng ngày lúc 25h về giá cói", "“lúc 25h”", "không phải là giờ", "no time of day"},
		{"8:75", "“8:75”", "không phải là giờ", "no time of day"},
		{"thứ tám hằng tuần", "“thứ tám”", "không có trong tuần", "no day of the week"},
		{"hằng ngày 7h và 19h", "“7h và 19h”", "là nhiều giờ", "several times"},
		{"mỗi 6 giờ lúc 7h", "“mỗi 6 giờ lúc 7h”", "mâu thuẫn", "contradicts"},
		{"mỗi 30 phút", "“mỗi 30 phút”", "từ 1 đến 168 giờ", "1 to 168 hours"},
		{"mỗi 500 tiếng về giá cói", "“mỗi 500 tiếng”", "từ 1 đến 168 giờ", "1 to 168 hours"},
		{"hằng tháng về giá cói", "“hằng tháng”", "Chưa đặt được", "not possible"},
		{"7h sáng mai", "“sáng mai”", "Chưa đặt được", "not possible"},
		{"hằng ngày 7h múi giờ Atlantis về giá cói", "“Atlantis”", "Không có múi giờ", "no time zone"},
		{"hằng ngày 7h giờ Mỹ về giá cói", "“Mỹ”", "Không có múi giờ", "no time zone"},
		{"👍", "“👍”", "không có từ nào để tìm", "no word to search for"},
		{"tuần 2 lần về giá cói", "“tuần 2 lần”", "Chưa đặt được", "not possible"},
		{"hằng ngày 7h UTC+99", "“UTC+99”", "Không có múi giờ", "no time zone"},
		{"hằng ngày 7h giờ Tokyo giờ Berlin", "“Tokyo” và “Berlin”", "một múi giờ", "one time zone"},
		{"hằng ngày về tháng 4/2022", "“tháng 4/2022”", "chỉ là thời gian", "only a time"},
		{"hằng ngày về hôm nay", "“hôm nay”", "chỉ là thời gian", "only a time"},
		{"hằng ngày về ???", "“???”", "không có từ nào để tìm", "no word to search for"},
		{"hằng ngày về 🙂🙂", "“🙂🙂”", "không có từ nào để tìm", "no word to search for"},
		{"hằng ngày về " + strings.Repeat("dài ", 60), "", "dài quá", "too long"},
		{strings.Repeat("hằng ngày ", 5000), "", "dài quá", "too long"},
	} {
		for lang, want := range map[chat.Lang]string{chat.Vietnamese: c.vi, chat.English: c.en} {
			m := r.do(t, chat.Request{Ref: private, User: "77", Direct: true, Lang: lang}, "/dangky "+c.in)
			quoted := c.quoted
			if lang == chat.English {
				quoted = strings.ReplaceAll(quoted, "Tokyo” và “", "Tokyo” and “")
			}
			if !strings.Contains(m.Text, want) || !strings.Contains(m.Text, quoted) || len(m.Buttons) > 0 {
				t.Errorf("%.40q in %s: %+v", c.in, lang, m)
			}
			if list := r.stored(t, private); len(list) > 0 {
				t.Fatalf("%.40q: subscribed to %v", c.in, list)
			}
		}
	}
}

// The examples that the bot gives work as they are.
func TestSubscribeExamplesWork(t *testing.T) {
	r := subscribers(t)
	n := 0
	for lang, w := range catalogues {
		for name, text := range texts(t, w) {
			for _, lead := range []string{"/dangky ", "/subscribe "} {
				_, example, ok := strings.Cut(text, lead)
				if !ok {
					continue
				}
				n++
				if strings.Contains(example, "%s") {
					example = fmt.Sprintf(example, cronExample)
				}
				r.forget(t)
				m := r.do(t, chat.Request{Ref: private, User: "admin", Direct: true, Lang: lang}, lead+example)
				if list := r.stored(t, private); len(list) != 1 || list[0].Zone != corpus.Zone.String() {
					t.Errorf("%s, %s: %q: %s", lang, name, example, m.Text)
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d examples", n)
	}
}

// Lines that a reply must have.
func TestSubscribeReply(t *testing.T) {
	r := subscribers(t)
	for _, c := range []struct {
		in     string
		vi, en []string
		not    string
	}{
		{"thứ hai hằng tuần 8:30", []string{
			"Đã đăng ký số 1: thứ hai hằng tuần lúc 08:30, tất cả bài mới.", "Lần tới: thứ hai 9/12/2024, 08:30.", "Chỉ gửi những bài có từ lúc này trở đi.",
		}, []string{
			"Subscribed, number 1: every Monday at 08:30, all new articles.", "Next: Monday 2024-12-09, 08:30.", "Only articles that come from now on are sent.",
		}, "Ho_Chi_Minh"},
		{"hằng ngày 7h giờ New York về cầu Đá Bạc", []string{
			"hằng ngày lúc 07:00, múi giờ America/New_York, về “cầu Đá Bạc”.", "Lần tới: thứ hai 2/12/2024, 07:00.", "Có 1 bài hợp với đăng ký này trong 13 bài mới nhất.",
		}, []string{
			"every day at 07:00, time zone America/New_York, about “cầu Đá Bạc”.", "Next: Monday 2024-12-02, 07:00.", "1 of the newest 13 articles match",
		}, ""},
		{"hằng ngày 7h UTC+9", []string{"múi giờ UTC+9"}, []string{"time zone UTC+9"}, "Etc/GMT"},
		{"ngay khi có bài về tàu ngầm hạt nhân", []string{
			"ngay khi có bài mới, về “tàu ngầm hạt nhân”.\nTrong 13 bài mới nhất chưa có bài nào hợp; khi có sẽ gửi.",
		}, []string{"as soon as there is news, about “tàu ngầm hạt nhân”.\nNone of the newest 13 articles match"}, ""},
		{"chủ nhật 9h theo VOV", []string{"chủ nhật hằng tuần lúc 09:00, bài của VOV.", "Lần tới: chủ nhật 8/12/2024, 09:00.", "Có 1 bài hợp"}, []string{"every Sunday at 09:00, articles of VOV.", "1 of the newest 13"}, ""},
		{"mỗi 6 giờ theo Nhân Dân về cầu Đá Bạc", []string{"mỗi 6 giờ, về “cầu Đá Bạc”, bài của Nhân Dân.", "Có 1 bài hợp"}, []string{"every 6 hours, about “cầu Đá Bạc”, articles of Nhân Dân."}, ""},
		{"mỗi giờ kể cả khi không có tin mới", []string{"mỗi giờ, tất cả bài mới.", "Không có tin mới cũng báo."}, []string{"every hour, all new articles.", "Says so also when nothing is new."}, "trong 13"},
		{"T2 đến T6 lúc 8h", []string{"thứ hai đến thứ sáu lúc 08:00"}, []string{"on weekdays at 08:00"}, ""},
		{"T2 đến T7 lúc 8h", []string{"thứ hai đến thứ bảy hằng tuần lúc 08:00"}, []string{"every Monday to Saturday at 08:00"}, ""},
		{"về cầu Đá Bạc 8h sáng", []string{"hằng ngày lúc 07:00, về “cầu Đá Bạc 8h sáng”.", "“8h sáng” được hiểu là một phần của chủ đề. Nếu đó là lịch gửi, hãy viết trước chủ đề: /dangky 8h sáng về …"}, []string{"“8h sáng” was taken as a part of the topic."}, ""},
		{"cầu Đá Bạc, thứ 7", []string{"“thứ 7” được hiểu là một phần của chủ đề."}, []string{"/subscribe thứ 7 about …"}, ""},
		{"hằng ngày 7h về cầu Đá Bạc lúc 8h", []string{"về “cầu Đá Bạc lúc 8h”"}, []string{"about “cầu Đá Bạc lúc 8h”"}, "“lúc 8h”"},
		{"“cầu Đá Bạc 8h sáng”", []string{"về “cầu Đá Bạc 8h sáng”"}, []string{"about “cầu Đá Bạc 8h sáng”"}, "“8h sáng”"},
		{"cuối tuần lúc 8h", []string{"cuối tuần lúc 08:00"}, []string{"on weekends at 08:00"}, ""},
		{"T2, T4, CN 8h", []string{"thứ hai, thứ tư và chủ nhật hằng tuần lúc 08:00"}, []string{"every Monday, Wednesday and Sunday at 08:00"}, ""},
		{"hằng ngày về cầu Đá Bạc tháng 3/2023", []string{"Chủ đề giới hạn trong thời gian đã qua (tháng 3/2023)"}, []string{"limited to a time that has passed (tháng 3/2023)"}, ""},
	} {
		for lang, want := range map[chat.Lang][]string{chat.Vietnamese: c.vi, chat.English: c.en} {
			r.forget(t)
			r.at = testNow
			m := r.do(t, chat.Request{Ref: private, User: "77", Direct: true, Lang: lang}, "/dangky "+c.in)
			for _, line := range want {
				if !strings.Contains(m.Text, line) {
					t.Errorf("%q in %s: no %q in\n%s", c.in, lang, line, m.Text)
				}
			}
			if c.not != "" && strings.Contains(m.Text, c.not) {
				t.Errorf("%q in %s: %q in\n%s", c.in, lang, c.not, m.Text)
			}
			if s := r.stored(t, private)[0]; s.Lang != lang {
				t.Errorf("%q: digests in %q", c.in, s.Lang)
			}
		}
	}
}

// A topic that nearly every article is about is subscribed to, with a word.
func TestSubscribeToEverything(t *testing.T) {
	var list []*corpus.Article
	for i, s := range strings.Split("gạch,ngói,đá,cát,sỏi,vôi,gỗ,tre,nứa,lá,rơm,đất", ",") {
		list = append(list, news(t, "VOV", fmt.Sprintf("2024-10-%02d", i+1), "Chợ Gò Cát bán "+s, "Chợ Gò Cát hôm nay bán "+s+" cho các ấp quanh vùng."))
	}
	r := newRig(t, list...)
	if m := r.send(t, "/dangky hằng ngày về chợ Gò Cát"); !strings.Contains(m.Text, "Gần như bài nào cũng hợp (12 trong 12 bài mới nhất)") {
		t.Error(m.Text)
	}
	if m := newRig(t).send(t, "/dangky hằng ngày về chợ Gò Cát"); !strings.HasPrefix(m.Text, "Đã đăng ký số 1") || strings.Contains(m.Text, "bài mới nhất") {
		t.Errorf("of no articles: %s", m.Text)
	}
}

// What is told of the newest articles is what a question would find.
func TestSubscribeMatchesAsAsk(t *testing.T) {
	r := subscribers(t)
	newest, err := r.store.Newest(t.Context(), matchArticles)
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range []string{"cầu Đá Bạc", "giá cói khô", "thư viện Bến Sậy", "tàu ngầm hạt nhân", "Lưu Thị Mây"} {
		m, err := r.bot.match(t.Context(), Wish{Topic: topic}, newest)
		if err != nil {
			t.Fatal(err)
		}
		if answered := !r.ask(t, topic).Abstained; answered != (m.matching > 0) {
			t.Errorf("%s: answered %v, %d match", topic, answered, m.matching)
		}
	}
}

func TestSubscribeAgain(t *testing.T) {
	r := subscribers(t)
	r.send(t, "/dangky hằng ngày 7h")
	r.send(t, "/dangky hằng ngày 7h về giá cói")
	for _, same := range []string{"hằng ngày 7h về giá cói", "mỗi sáng về giá cói", "mỗi ngày lúc 07:00 về “giá cói”", "7h giá cói giờ Việt Nam", "hằng ngày 7h về giá cói kể cả khi không có tin mới"} {
		m := r.send(t, "/dangky "+same)
		if !strings.HasPrefix(m.Text, "Đã có đăng ký này, là số 2: hằng ngày lúc 07:00, về “giá cói”.") || len(r.stored(t, private)) != 2 {
			t.Errorf("%q: %s", same, m.Text)
		}
	}
	if m := r.send(t, "/dangky hằng ngày 7h về giá cói kể cả khi không có tin mới"); !strings.Contains(m.Text, "/huy 2 rồi đăng ký lại") {
		t.Error(m.Text)
	}
	r.send(t, "/tamdung 2")
	if m := r.send(t, "/dangky hằng ngày 7h về giá cói"); !strings.Contains(m.Text, "tạm dừng") || !strings.Contains(m.Text, "/tieptuc 2") {
		t.Errorf("paused: %s", m.Text)
	}
}

func TestSubscribeLimit(t *testing.T) {
	r := subscribers(t)
	for i := range mostSubscriptions {
		r.send(t, fmt.Sprintf("/dangky mỗi %d giờ", i+1))
	}
	if m := r.send(t, "/dangky mỗi 20 giờ"); !strings.HasPrefix(m.Text, "Ở đây đã có 10 đăng ký") {
		t.Error(m.Text)
	}
	if m := r.send(t, "/dangky mỗi 3 giờ"); !strings.HasPrefix(m.Text, "Đã có đăng ký này, là số 3") {
		t.Error(m.Text)
	}
	if m := r.send(t, "/dangky mỗi 3 giờ kể cả khi không có tin mới"); !strings.HasPrefix(m.Text, "Đã có đăng ký này, là số 3") {
		t.Error(m.Text)
	}
	other := chat.Ref{Platform: "telegram", Chat: "78"}
	if m := r.do(t, chat.Request{Ref: other, User: "78", Direct: true}, "/dangky mỗi 20 giờ"); !strings.HasPrefix(m.Text, "Đã đăng ký số 1") {
		t.Errorf("elsewhere: %s", m.Text)
	}
	r.send(t, "/huy 4")
	if m := r.send(t, "/dangky mỗi 20 giờ"); !strings.HasPrefix(m.Text, "Đã đăng ký số 11") {
		t.Error(m.Text)
	}
	if list := r.stored(t, private); len(list) != mostSubscriptions {
		t.Errorf("%d subscriptions", len(list))
	}
}

// Of many requests at once, no more than there may be are made.
func TestSubscribeLimitAtOnce(t *testing.T) {
	r := subscribers(t)
	done := make(chan error)
	const tries = 2 * mostSubscriptions
	for i := range tries {
		go func() {
			_, err := r.bot.Handle(t.Context(), chat.Request{
				Ref: private, User: fmt.Sprint(i), Direct: true, Command: "dangky", Text: fmt.Sprintf("mỗi %d giờ", i+1),
			})
			done <- err
		}()
	}
	for range tries {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if list := r.stored(t, private); len(list) != mostSubscriptions {
		t.Errorf("%d subscriptions", len(list))
	}
}

func TestSubscribeByCron(t *testing.T) {
	r := subscribers(t)
	as := func(user, text string) chat.Message {
		return r.do(t, chat.Request{Ref: private, User: user, Direct: true}, text)
	}
	for in, want := range map[string]string{
		"cron 0 7 * * 1-5":                          "cron 0 7 * * 1-5",
		"cron 0 7 * * 1-5 về giá cói":               "cron 0 7 * * 1-5 | giá cói",
		"CRON 0 7 * * MON-FRI giá cói mỗi sáng":     "cron 0 7 * * MON-FRI | giá cói mỗi sáng",
		"cron 30 6 1,15 * *, UTC+9, về giá cói":     "cron 30 6 1,15 * * | Etc/GMT-9 | giá cói",
		"theo lịch cron 0 */2 * * * theo VOV":       "cron 0 */2 * * * | from VOV",
		"cron 0 7 * * 1 kể cả khi không có tin mới": "cron 0 7 * * 1 | always",
	} {
		r.forget(t)
		as("admin", "/dangky "+in)
		if list := r.stored(t, private); len(list) != 1 || showWish(list[0].Wish) != want {
			t.Errorf("%q: %v, want %s", in, list, want)
		}
	}
	r.forget(t)
	for _, c := range []struct{ in, want string }{
		{"cron", "năm trường"},
		{"cron 0 7 * *", "năm trường"},
		{"cron 0 7 * * về giá cói", "năm trường"},
		{"cron 0 77 * * *", "Lịch này không được: \"77\" is beyond"},
	} {
		if m := as("admin", "/dangky "+c.in); !strings.Contains(m.Text, c.want) || !strings.Contains(m.Text, "/dangky ") {
			t.Errorf("%q: %s", c.in, m.Text)
		}
	}
	if m := as("77", "/dangky cron 0 7 * * 1-5"); m.Text != fmt.Sprint(vietnamese.cronAdmins) {
		t.Error(m.Text)
	}
	if list := r.stored(t, private); len(list) != 0 {
		t.Errorf("%v", list)
	}
	log, err := r.wishes.ledger.Audits(t.Context(), 2)
	if err != nil || len(log) != 2 || log[0].Allowed || log[0].User != "77" || !log[1].Allowed {
		t.Errorf("audit log: %+v, %v", log, err)
	}
}

// In a group all of it but looking is for those who manage it, also by button.
func TestSubscribeInGroup(t *testing.T) {
	r := subscribers(t)
	as := func(manages *bool, text string) chat.Message {
		q := chat.Request{Ref: group, User: "9"}
		if manages != nil {
			q.Manages = func(contextT) (bool, error) { return *manages, nil }
		}
		return r.do(t, q, text)
	}
	yes, no := ptr(true), ptr(false)
	first := as(yes, "/dangky hằng ngày 7h về giá cói")
	if list := r.stored(t, group); len(list) != 1 {
		t.Fatal(first.Text)
	}
	cancelled := as(yes, "/huy")
	as(yes, "/dangky hằng ngày 8h về giá cói")
	list := as(yes, "/lich")
	for _, who := range []*bool{nil, no} {
		for _, text := range []string{"/dangky", "/dangky hằng ngày 9h", "/dangky vớ vẩn 25h", "/huy", "/huy 1", "/tamdung 1", "/tieptuc"} {
			if m := as(who, text); m.Text != vietnamese.subscribersOnly || len(m.Buttons) > 0 {
				t.Errorf("%s: %+v", text, m)
			}
		}
		for _, data := range []string{data(t, cancelled, "Đăng ký lại"), data(t, list, "Tạm dừng số 1"), data(t, list, "Hủy số 1")} {
			if m := as(who, ">"+data); m.Notice != vietnamese.subscribersOnly || !m.Empty() {
				t.Errorf("%s: %+v", data, m)
			}
		}
		if m := as(who, "/lich"); !strings.Contains(m.Text, "giá cói") {
			t.Errorf("/lich: %+v", m)
		}
		if s := r.stored(t, group); len(s) != 1 || s[0].Paused != "" {
			t.Fatalf("%+v", s)
		}
	}
	if len(r.stored(t, chat.Ref{Platform: group.Platform, Chat: group.Chat})) > 0 {
		t.Error("a thread's subscription is the whole group's")
	}
}

// A bot without subscriptions says so.
func TestNoSubscriptions(t *testing.T) {
	l := town(t)
	for _, name := range []string{"dangky", "subscribe", "lich", "huy", "tamdung", "tieptuc"} {
		m := handle(t, l.bot, chat.Request{Ref: private, User: "77", Direct: true, Command: name})
		if m.Text != vietnamese.noSubscriptions {
			t.Errorf("/%s: %+v", name, m)
		}
		if list, err := l.bot.Complete(t.Context(), chat.Request{Ref: private, Command: name}); len(list) > 0 || err != nil {
			t.Errorf("/%s: %v, %v", name, list, err)
		}
	}
	for _, verb := range []string{showPreview, cancelSubscription, pauseSubscription, resumeSubscription} {
		if m := press(t, l.bot, verb+":1:5"); m.Notice != vietnamese.noSubscriptions {
			t.Errorf("%s: %+v", verb, m)
		}
	}
	if m := press(t, l.bot, "s:abc"); m.Notice != vietnamese.noSubscriptions {
		t.Errorf("%+v", m)
	}
}

// Whatever follows /dangky, something is said and nothing breaks.
func FuzzSubscribe(f *testing.F) {
	for _, c := range sentences {
		f.Add(c.in)
	}
	for _, s := range []string{"cron", "cron TZ= * * * *", "cron 0 7 * * 1-5 về", "“", "””", "theo", "theo VOV và", "múi giờ", "giờ", "UTC+", "time", "về", "kể cả khi không có", "\xff\xfe", "“về “về” theo", strings.Repeat("giờ ", 200)} {
		f.Add(s)
	}
	r := subscribers(f)
	f.Fuzz(func(t *testing.T, s string) {
		for _, user := range []string{"77", "admin"} {
			r.forget(t)
			m := r.do(t, chat.Request{Ref: private, User: user, Direct: true}, "/dangky "+s)
			list := r.stored(t, private)
			if m.Text == "" || len(list) > 1 || (len(list) == 1) != (len(m.Buttons) > 0) {
				t.Fatalf("%q: %d subscriptions, %+v", s, len(list), m)
			}
			for _, sub := range list {
				if len([]rune(sub.Topic)) > maxTopic || strings.ContainsFunc(sub.Topic, func(c rune) bool { return chat.UnsafeRune(c) || c == '\n' }) {
					t.Errorf("%q: topic %q", s, sub.Topic)
				}
				if sub.When.Cron != "" && user != "admin" || !slices.IsSorted(sub.Outlets) {
					t.Errorf("%q: %+v", s, sub)
				}
			}
			r.send(t, "/lich")
		}
	})
}
