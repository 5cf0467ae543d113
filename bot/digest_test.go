package bot

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/sample"
	"trichdan/corpus/vi"
	"trichdan/index"
)

// harbour is a morning's news: a story of an agency in three outlets, articles
// on prices, and others.
func harbour(tb testing.TB) []*corpus.Article {
	agency := []string{
		"Sáng nay, cảng cá Hòn Nhạn đón mười hai tàu trở về sau chuyến biển dài, khoang nào cũng đầy cá thu và cá ngừ.",
		"Chủ vựa cân hàng ngay trên cầu cảng, giá cá thu giữ ở mức 190.000 đồng một ki lô gam, cao hơn tuần trước một ít.",
		"Đồn biên phòng nhắc các chủ tàu bật máy định vị suốt hành trình và khai báo sản lượng trước khi vào bến.",
		"Chiều mai, ban quản lý cảng sẽ nạo vét luồng phía nam để tàu lớn không phải chờ con nước lên.",
	}
	list := []*corpus.Article{
		news(tb, "Nhân Dân", "2024-12-01", "Mười hai tàu cá về cảng Hòn Nhạn", agency...),
		news(tb, "VOV", "2024-12-01", "Cảng cá Hòn Nhạn nhộn nhịp", agency...),
		news(tb, "Dân trí", "2024-12-02", "Tàu về cảng Hòn Nhạn, cá thu được giá", append([]string{"Người mua chờ từ rạng sáng."}, agency...)...),
		news(tb, "Lao Động", "2024-12-02", "Xưởng nước đá tuyển người", "Xưởng nước đá Bình Lợi tuyển bốn mươi thợ làm ca đêm. Lương thử việc là tám triệu đồng.", "Người ở xa được xếp chỗ trọ."),
		news(tb, "VOV", "2024-11-30", "Trường mầm non Bãi Sau có sân chơi mới", "Sân chơi mới của trường mầm non Bãi Sau rộng ba trăm mét vuông.", "Phụ huynh góp công lát nền."),
	}
	for _, a := range list {
		a.URL = "https://bao.example/" + a.ID
		a.ID = corpus.NewID(a.URL, a.Path)
	}
	return list
}

func (l *library) digest(tb testing.TB, q DigestQuery) *Digest {
	tb.Helper()
	if q.UpTo == 0 {
		var err error
		if q.UpTo, err = l.index.Cursor(); err != nil {
			tb.Fatal(err)
		}
	}
	d, err := l.bot.Digest(tb.Context(), q)
	if err != nil {
		tb.Fatal(err)
	}
	for _, b := range l.brokenDigest(tb, d.Messages) {
		if len(d.Messages) > 1 || d.Stories > 0 {
			tb.Error(b)
		}
	}
	return d
}

func (l *library) cursor(tb testing.TB) corpus.Seq {
	tb.Helper()
	c, err := l.index.Cursor()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// shows writes a message down as it is read.
func shows(m chat.Message) string {
	var b strings.Builder
	for _, n := range m.Notes {
		fmt.Fprintf(&b, "(%s)\n", n)
	}
	fmt.Fprintln(&b, m.Text)
	for _, c := range m.Citations {
		if c.N > 0 {
			fmt.Fprintf(&b, "[%d] ", c.N)
		}
		if c.Title != "" {
			fmt.Fprintf(&b, "%s | %s", c.Title, c.Source)
			if c.Sources != "" {
				fmt.Fprintf(&b, " · %s", c.Sources)
			}
			fmt.Fprintln(&b)
		}
		fmt.Fprintf(&b, "“%s”\n", c.Quote)
		if c.Link != "" {
			fmt.Fprintln(&b, c.LinkText)
		}
	}
	if len(m.Links) > 0 {
		fmt.Fprintln(&b, m.LinksTitle)
	}
	for _, l := range m.Links {
		fmt.Fprintf(&b, "%d. %s | %s\n", l.N, l.Title, l.Source)
	}
	if m.Footer != "" {
		fmt.Fprintln(&b, m.Footer)
	}
	for _, row := range m.Buttons {
		var names []string
		for _, x := range row {
			names = append(names, "<"+x.Text+">")
		}
		fmt.Fprintln(&b, strings.Join(names, " "))
	}
	return b.String()
}

func TestDigestReads(t *testing.T) {
	l := newLibrary(t, harbour(t)...)
	first := l.cursor(t)
	d := l.digest(t, DigestQuery{})
	if d.New != 5 || d.Updated != 0 || d.Stories != 3 || d.Arrived != 5 || len(d.Messages) != 1 {
		t.Fatalf("%+v", d)
	}
	const want = `Tin mới · 3 tin
[1] Mười hai tàu cá về cảng Hòn Nhạn | Nhân Dân, 1/12/2024 · 3 nguồn: Nhân Dân, VOV, Dân trí
“Sáng nay, cảng cá Hòn Nhạn đón mười hai tàu trở về sau chuyến biển dài, khoang nào cũng đầy cá thu và cá ngừ.”
Đọc bài
[2] Xưởng nước đá tuyển người | Lao Động, 2/12/2024
“Xưởng nước đá Bình Lợi tuyển bốn mươi thợ làm ca đêm.”
Đọc bài
[3] Trường mầm non Bãi Sau có sân chơi mới | VOV, 30/11/2024
“Sân chơi mới của trường mầm non Bãi Sau rộng ba trăm mét vuông.”
Đọc bài
<Bài 1> <Bài 2> <Bài 3>
`
	if got := shows(d.Messages[0]); got != want {
		t.Errorf("it reads\n%s\nwant\n%s", got, want)
	}

	// The next one: a further source of an old story, an article with another
	// text, and a new one.
	all := harbour(t)
	late := news(t, "Tuổi Trẻ", "2024-12-02", "Cảng Hòn Nhạn vui vì cá thu", strings.Split(all[0].Body, "\n")...)
	altered := *all[3]
	altered.Body = "Xưởng nước đá Bình Lợi đã tuyển đủ bốn mươi thợ làm ca đêm."
	l.put(t, late, &altered, news(t, "VOV", "2024-12-02", "Đò Cồn Én chạy lại", "Đò Cồn Én chạy lại từ thứ hai sau hai tháng sửa máy."))
	d = l.digest(t, DigestQuery{After: first, Lang: chat.English})
	if d.New != 2 || d.Updated != 1 || d.Stories != 3 || d.Arrived != 3 || len(d.Messages) != 1 {
		t.Fatalf("%+v", d)
	}
	const next = `News · 3 stories
[1] Đò Cồn Én chạy lại | VOV, 2024-12-02
“Đò Cồn Én chạy lại từ thứ hai sau hai tháng sửa máy.”
[2] Xưởng nước đá tuyển người | Lao Động, 2024-12-02 · updated
“Xưởng nước đá Bình Lợi đã tuyển đủ bốn mươi thợ làm ca đêm.”
Read
More sources for earlier news:
3. Cảng Hòn Nhạn vui vì cá thu | Tuổi Trẻ, 2024-12-02
<Article 1> <Article 2>
`
	if got := shows(d.Messages[0]); got != next {
		t.Errorf("it reads\n%s\nwant\n%s", got, next)
	}

	// For those who read only the paper that is late, its story is new.
	d = l.digest(t, DigestQuery{After: first, Outlets: []string{"tuoi tre"}})
	if d.New != 1 || d.Arrived != 3 || len(d.Messages) != 1 || len(d.Messages[0].Citations) == 0 || d.Messages[0].Text != "Tin mới · tuoi tre · 1 tin" {
		t.Errorf("%+v", d)
	}
}

func TestDigestOutlets(t *testing.T) {
	l := newLibrary(t, harbour(t)...)
	for _, c := range []struct {
		outlets []string
		want    int
	}{
		{nil, 5}, {[]string{"", " "}, 5}, {[]string{"VOV"}, 2}, {[]string{"Đài Tiếng nói Việt Nam"}, 2}, {[]string{"vov", "nhan dan"}, 3},
		{[]string{"báo Nhân Dân"}, 1}, {[]string{"nhandan.vn"}, 1}, {[]string{"Báo Không Có"}, 0}, {[]string{"Dân"}, 0},
	} {
		if d := l.digest(t, DigestQuery{Outlets: c.outlets}); d.New != c.want || d.Arrived != 5 || (len(d.Messages) == 0) != (c.want == 0) {
			t.Errorf("%q: %d new of %d, want %d", c.outlets, d.New, d.Arrived, c.want)
		}
	}
}

// What a topic matches is what is found when it is asked for.
func TestDigestTopic(t *testing.T) {
	l := newLibrary(t, append(harbour(t), read(t, sample.FS, 0)...)...)
	topics := []string{"giá cá thu", "gia ca thu", "cảng Hòn Nhạn", "xưởng nước đá trên Lao Động", "Luật Thủ đô", "SEA Games 31", "Vành đai 4",
		"đường sắt Cát Linh", "tàu vũ trụ", "là gì", "?", "Hà Nội", "Nhân Dân", "tháng 4/2022", "giá cá thu tháng 12/2024"}
	some := 0
	for _, topic := range topics {
		found, err := l.index.Search(t.Context(), index.Query{Text: topic, K: 1000})
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, h := range found.Hits {
			if onTopic(found.Question, h) {
				want = append(want, h.Article.ID)
			}
		}
		some += min(len(want), 1)
		win, err := l.bot.window(t.Context(), 0, l.cursor(t))
		if err != nil {
			t.Fatal(err)
		}
		stories, filters, err := l.bot.stories(t.Context(), win, topic, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range stories {
			for _, i := range s.articles {
				got = append(got, i.ID)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || len(filters) != len(found.Question.Filters) {
			t.Errorf("%q: %q with filters %v, asking finds %q with %v", topic, got, filters, want, found.Question.Filters)
		}
		r := l.ask(t, topic)
		if r.Answer != nil && len(r.Dropped) == 0 && r.Respelled == "" && !slices.Contains(got, r.Citations[0].ArticleID) {
			t.Errorf("%q is answered by an article that it does not tell of", topic)
		}
		d := l.digest(t, DigestQuery{Topic: " " + topic + " "})
		if d.New != len(want) || d.Stories > 0 && !strings.HasPrefix(d.Messages[0].Text, "Tin mới về “"+topic+"” · ") {
			t.Errorf("%q: %+v", topic, d)
		}
		if len(filters) > 0 && d.Stories > 0 && len(d.Messages[0].Notes) != 1 {
			t.Errorf("%q: notes %q", topic, d.Messages[0].Notes)
		}
	}
	if some < 6 {
		t.Errorf("only %d topics find anything", some)
	}
}

func TestDigestOfNothing(t *testing.T) {
	l := newLibrary(t, harbour(t)...)
	end := l.cursor(t)
	for _, c := range []struct {
		q    DigestQuery
		want string // "" for no message
	}{
		{DigestQuery{After: end, UpTo: end}, ""},
		{DigestQuery{After: end, UpTo: end, Always: true}, "Chưa có tin mới."},
		{DigestQuery{After: end, UpTo: end, Always: true, Lang: chat.English}, "There is no news yet."},
		{DigestQuery{After: end + 5, UpTo: end, Always: true}, "Chưa có tin mới."},
		{DigestQuery{UpTo: end, Topic: "tàu vũ trụ"}, ""},
		{DigestQuery{UpTo: end, Topic: "tàu vũ trụ", Always: true}, "Chưa có tin mới về “tàu vũ trụ”."},
		{DigestQuery{UpTo: end, Topic: "tàu vũ trụ", Outlets: []string{"VOV", "Lao Động"}, Always: true}, "Chưa có tin mới về “tàu vũ trụ”. Chỉ tính nguồn: VOV, Lao Động."},
		{DigestQuery{UpTo: end, Topic: "\u202etàu\nvũ trụ", Always: true}, "Chưa có tin mới về “\ufffdtàu vũ trụ”."},
	} {
		d, err := l.bot.Digest(t.Context(), c.q)
		if err != nil || d.New+d.Updated+d.Stories != 0 {
			t.Errorf("%+v: %+v, %v", c.q, d, err)
			continue
		}
		if c.want == "" && len(d.Messages) > 0 || c.want != "" && (len(d.Messages) != 1 || d.Messages[0].Text != c.want) {
			t.Errorf("%+v: %+v, want %s", c.q, d.Messages, c.want)
		}
	}
}

// pool makes a story on its own for each number, most of them of one day.
func pool(tb testing.TB, n int) []*corpus.Article {
	var list []*corpus.Article
	for i := range n {
		list = append(list, news(tb, fmt.Sprintf("Báo %d", i), fmt.Sprintf("2024-11-%02d", 1+i%28), fmt.Sprintf("Chuyện số %d", i), tale(i, i, false)))
	}
	return list
}

func TestDigestParts(t *testing.T) {
	l := newLibrary(t)
	before := 0
	for _, c := range []struct{ stories, quoted, listed, left int }{
		{1, 1, 0, 0}, {5, 5, 0, 0}, {6, 6, 0, 0}, {10, 10, 0, 0}, {11, 10, 1, 0}, {50, 10, 40, 0}, {62, 10, 40, 12},
	} {
		l.put(t, pool(t, c.stories)[before:]...)
		before = c.stories
		d := l.digest(t, DigestQuery{})
		quoted, listed := 0, 0
		for i, m := range d.Messages {
			stories := 0
			for _, x := range m.Citations {
				if x.N > 0 {
					stories++
				}
			}
			quoted, listed = quoted+stories, listed+len(m.Links)
			if stories > quotedInPart || len(m.Links) > 0 && m.LinksTitle != "Tin khác:" {
				t.Errorf("%d stories in part %d, links under %q", stories, i+1, m.LinksTitle)
			}
			if m.Text != fmt.Sprintf("Tin mới · %d tin", c.stories) {
				t.Errorf("part %d is headed %q", i+1, m.Text)
			}
			var footer []string
			if i+1 == len(d.Messages) && c.left > 0 {
				footer = append(footer, fmt.Sprintf("và %d tin nữa: /moi", c.left))
			}
			if len(d.Messages) > 1 {
				footer = append(footer, fmt.Sprintf("Phần %d/%d", i+1, len(d.Messages)))
			}
			if m.Footer != strings.Join(footer, " · ") {
				t.Errorf("part %d ends %q, want %q", i+1, m.Footer, footer)
			}
			if n := shownRunes(m); n > partRunes+600 {
				t.Errorf("part %d has %d characters", i+1, n)
			}
		}
		if quoted != c.quoted || listed != c.listed || d.Stories != c.stories {
			t.Errorf("of %d stories %d are quoted and %d listed", c.stories, quoted, listed)
		}
	}
}

// The order is by relevance, by number of sources, by date, by arrival; updated
// after new.
func TestDigestOrder(t *testing.T) {
	day := func(s string) corpus.Date {
		if s == "" {
			return corpus.Date{}
		}
		d, err := corpus.ParseDate(s, corpus.Stated)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	make := func(name string, kind storyKind, score float64, date string, arrived corpus.Seq, sources int) *story {
		s := &story{kind: kind, score: score}
		for i := range sources {
			s.articles = append(s.articles, item{Article: corpus.Article{ID: name, Published: day(date), Arrived: arrived + corpus.Seq(i), Revised: arrived + corpus.Seq(i)}})
		}
		return s
	}
	want := []*story{
		make("best", fresh, 10, "2024-01-01", 1, 1),
		make("as good, fewer sources than none", fresh, 7.6, "", 2, 1),
		make("updated", revised, 9.9, "2024-05-05", 3, 4),
		make("second class, two sources", fresh, 5.1, "2024-01-01", 4, 2),
		make("newer", fresh, 6, "2024-03-01", 8, 1),
		make("older, later arrival", fresh, 7, "2024-02-01", 10, 1),
		make("older", fresh, 7.4, "2024-02-01", 9, 1),
		make("no date", fresh, 7.4, "", 20, 1),
		make("updated, second class", revised, 7.4, "2024-05-05", 11, 1),
		make("third class", fresh, 3, "2024-05-05", 12, 5),
		make("last class", fresh, 0, "2024-05-05", 18, 5),
		make("a further source", more, 10, "2024-05-05", 30, 5),
		make("another", more, 1, "2024-05-05", 40, 1),
	}
	got := slices.Clone(want)
	for range len(got) {
		got = append(got[3:], got[:3]...)
		got[0], got[5] = got[5], got[0]
		rank(got)
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("place %d: %s, want %s", i+1, got[i].articles[0].ID, want[i].articles[0].ID)
			}
		}
	}
	s := make("x", fresh, 0, "2024-05-05", 3, 1)
	s.articles = append(s.articles, make("y", fresh, 0, "", 1, 1).articles[0], make("z", fresh, 0, "2024-04-05", 9, 1).articles[0], make("w", fresh, 0, "2024-05-05", 2, 1).articles[0])
	rank([]*story{s})
	var order []string
	for _, i := range s.articles {
		order = append(order, i.ID)
	}
	if strings.Join(order, "") != "zwxy" {
		t.Errorf("the sources come as %q", order)
	}
}

// Sentences that follow each other are one quote, others go on without a
// number.
func TestQuotesOfAStory(t *testing.T) {
	lead := news(t, "VOV", "", "Chợ đêm", "Chợ đêm Cồn Bướm mở lại. Chợ có sáu mươi sạp. Sạp nào cũng sáng đèn.", "Dân làng vui.")
	lead.LeadLen = len("Chợ đêm Cồn Bướm mở lại. Chợ có sáu mươi sạp. Sạp nào cũng sáng đèn.")
	other := news(t, "Dân trí", "", "Chợ đêm nữa", "Chợ đêm Cồn Bướm mở lại sau một năm.", "Nhiều chuyện khác.")
	got := pieces(links{}, []*corpus.Article{other, lead})
	if len(got) != 1 || got[0].ArticleID != lead.ID || got[0].Quote != "Chợ đêm Cồn Bướm mở lại. Chợ có sáu mươi sạp." || got[0].before || got[0].after {
		t.Errorf("%+v", got)
	}
	long := news(t, "VOV", "", "Dài", strings.Repeat("một câu thật dài không có dấu chấm ", 400))
	long.LeadLen = len(long.Body)
	got = pieces(links{}, []*corpus.Article{long})
	if len(got) != 1 || runes(got...) > quotedRunes || !got[0].after || slice(long.Body, got[0].Span) != got[0].Quote {
		t.Errorf("%d characters: %+v", runes(got...), got)
	}
	if got := pieces(links{}, []*corpus.Article{news(t, "VOV", "", "Số", "2024. 12. 5")}); len(got) != 0 {
		t.Errorf("numbers are quoted: %+v", got)
	}

	w := &vietnamese
	body := "Câu một. Câu hai. Câu ba.\nCâu bốn."
	a := news(t, "VOV", "", "Tít", body)
	a.URL = "https://bao.example/a"
	b := news(t, "Dân trí", "", "Tít hai", "Câu khác.")
	span := func(a *corpus.Article, s string) piece {
		i := strings.Index(a.Body, s)
		p := piece{}
		p.Citation = corpus.Cite(a, vi.Span{Start: i, End: i + len(s)})
		p.link = a.URL
		return p
	}
	d := &draft{w: w}
	d.quote(&story{articles: []item{{Article: *a}, {Article: *b}}}, []piece{span(a, "Câu một."), span(a, "Câu ba."), span(b, "Câu khác.")})
	want := "Đầu\n[1] Tít | VOV, ngày không nêu · 2 nguồn: VOV, Dân trí\n“Câu một.”\n“Câu ba.”\nĐọc bài\n[2] Tít hai | Dân trí, ngày không nêu\n“Câu khác.”\n<Bài 1> <Bài 2>\n"
	if got := shows(d.messages("Đầu", nil)[0]); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// A story without a word is told by its headline.
func TestDigestWithoutWords(t *testing.T) {
	l := newLibrary(t, news(t, "VOV", "2024-12-01", "Kết quả xổ số", "12 34 56\n78"), news(t, "Dân trí", "2024-12-01", "Chợ Gành họp", "Chợ Gành họp lại từ sớm."))
	d := l.digest(t, DigestQuery{})
	if m := d.Messages[0]; d.Stories != 2 || len(m.Citations) != 1 || len(m.Links) != 1 || m.Links[0].Title != "Kết quả xổ số" {
		t.Errorf("%+v", d)
	}
}

// Several digests of a window are of the same articles; what changes is seen.
func TestDigestWindows(t *testing.T) {
	l := newLibrary(t, harbour(t)...)
	end := l.cursor(t)
	first, err := l.bot.window(t.Context(), 0, end)
	if err != nil {
		t.Fatal(err)
	}
	again, err := l.bot.window(t.Context(), 0, end)
	if err != nil || again != first {
		t.Errorf("the window is read twice: %v", err)
	}
	if a := first.items[0]; a.Body != "" || a.Title == "" {
		t.Errorf("it keeps %+v", a)
	}
	for i := range corpus.Seq(3 * mostWindows) {
		if _, err := l.bot.window(t.Context(), i%end, end); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(l.bot.windows.list); n > mostWindows {
		t.Errorf("%d windows are kept", n)
	}
	if _, err := l.store.Withdraw(t.Context(), first.items[0].ID); err != nil {
		t.Fatal(err)
	}
	if d := l.digest(t, DigestQuery{UpTo: end}); d.New != 4 || d.Arrived != 4 {
		t.Errorf("a withdrawn article is told: %+v", d)
	}
	now := testNow
	l.bot.now = func() time.Time { return now }
	kept, err := l.bot.window(t.Context(), 0, end)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(windowKept)
	if after, err := l.bot.window(t.Context(), 0, end); err != nil || after == kept {
		t.Errorf("a window is kept for ever: %v", err)
	}
}

func TestDigestFailures(t *testing.T) {
	broken := errors.New("disk /x/y is gone")
	b := New(fakeSearcher{broken}, fakeLibrary{broken}, Options{})
	if d, err := b.Digest(t.Context(), DigestQuery{UpTo: 3}); !errors.Is(err, broken) || d != nil {
		t.Errorf("%+v, %v", d, err)
	}
	m := chat.Message{Citations: []chat.Citation{{N: 1}}}
	if got, err := b.Current(t.Context(), m); !errors.Is(err, broken) || !got.Empty() {
		t.Errorf("%+v, %v", got, err)
	}
	l := newLibrary(t, harbour(t)...)
	end := l.cursor(t)
	b = New(fakeSearcher{broken}, l.store, Options{})
	if _, err := b.Digest(t.Context(), DigestQuery{UpTo: end, Topic: "cảng"}); !errors.Is(err, broken) {
		t.Errorf("a search that fails: %v", err)
	}
	for _, text := range []string{"", "cảng"} {
		if m, err := b.Handle(t.Context(), chat.Request{Command: "tomtat", Text: text}); !errors.Is(err, broken) || m.Text != vietnamese.failed {
			t.Errorf("%+v, %v", m, err)
		}
	}
}
