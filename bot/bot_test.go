package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/index"
)

var here = chat.Ref{Platform: "console", Chat: "1"}

// say sends a request as a platform would: "/bai 1" is a command.
func say(tb testing.TB, b *Bot, ref chat.Ref, lang chat.Lang, text string) chat.Message {
	tb.Helper()
	r := chat.Request{Ref: ref, User: "u", Lang: lang, Text: text}
	if rest, ok := strings.CutPrefix(text, "/"); ok {
		r.Command, r.Text, _ = strings.Cut(rest, " ")
	}
	m, err := b.Handle(tb.Context(), r)
	if err != nil {
		tb.Fatalf("%q: %v", text, err)
	}
	return m
}

func TestAskCommand(t *testing.T) {
	l := town(t)
	for _, text := range []string{"Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?", "/hoi Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?", "/ask Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?", "/HOI Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?", "/hỏi Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?"} {
		for _, lang := range []chat.Lang{"", chat.Vietnamese, chat.English, "fr"} {
			m := say(t, l.bot, here, lang, text)
			if m.Answer == nil || len(m.Citations) == 0 || m.Answer.N != 1 {
				t.Fatalf("%q: %+v", text, m)
			}
			label, read := "Trả lời", "Đọc bài"
			if lang == chat.English {
				label, read = "Answer", "Read"
			}
			if m.Answer.Label != label {
				t.Errorf("%s: label %q", lang, m.Answer.Label)
			}
			if a := m.Answer; a.Text[a.Mark.Start:a.Mark.End] != "385 tỷ đồng" {
				t.Errorf("marked %q", a.Text[a.Mark.Start:a.Mark.End])
			}
			for i, c := range m.Citations {
				if c.N != i+1 || (c.Link == "") != (c.LinkText == "") || c.LinkText != "" && c.LinkText != read || c.Source == "" {
					t.Errorf("%+v", c)
				}
			}
			if c := m.Citations[0]; c.Quote[c.Mark.Start:c.Mark.End] != "385 tỷ đồng" {
				t.Errorf("marked %q in the quote", c.Quote[c.Mark.Start:c.Mark.End])
			}
			if m.Text != "" || len(m.Links) > 0 {
				t.Errorf("%q %v beside an answer", m.Text, m.Links)
			}
		}
	}
	if m := say(t, l.bot, here, "", "/hoi"); m.Text != vietnamese.empty || m.Answer != nil {
		t.Errorf("no question: %+v", m)
	}
}

func TestUnknownCommand(t *testing.T) {
	l := newLibrary(t)
	for _, c := range []string{"xin", "bai1", "hỏi_", "/hoi", "moi2", "goi", "%s%d"} {
		m := say(t, l.bot, here, "", "/"+c)
		if m.Text != "Không có lệnh /"+c+". Gõ /trogiup để xem các lệnh." {
			t.Errorf("/%s: %q", c, m.Text)
		}
		if m := say(t, l.bot, here, chat.English, "/"+c); !strings.Contains(m.Text, "/help") {
			t.Errorf("/%s: %q", c, m.Text)
		}
	}
}

func TestHelp(t *testing.T) {
	l := newLibrary(t)
	examples := []string{"Một?", "Hai?", "Ba?", "Bốn?"}
	b := New(l.index, l.store, Options{Examples: func(context.Context) []string { return examples }})
	if len(b.Commands()) < 4 {
		t.Fatalf("%d commands", len(b.Commands()))
	}
	for _, lang := range []chat.Lang{chat.Vietnamese, chat.English} {
		for _, name := range []string{"trogiup", "help", "start", "START"} {
			m := say(t, b, here, lang, "/"+name)
			for _, c := range b.Commands() {
				shown := strings.Contains(m.Text, "/"+c.Name) && strings.Contains(m.Text, "/"+c.Alias)
				if shown == c.Admin {
					t.Errorf("%s: /%s, /%s in %s: %v", lang, c.Name, c.Alias, m.Text, shown)
				}
			}
			if !strings.Contains(m.Text, "Một?\nHai?\nBa?") || strings.Contains(m.Text, "Bốn?") {
				t.Errorf("examples in %s", m.Text)
			}
		}
	}
	if m := say(t, New(l.index, l.store, Options{}), here, "", "/help"); strings.Contains(m.Text, "Ví dụ:") {
		t.Errorf("a heading without examples: %s", m.Text)
	}
}

// Commands are told apart, and can be typed as they are listed.
func TestCommands(t *testing.T) {
	l := town(t)
	seen := map[string]bool{}
	for _, c := range l.bot.Commands() {
		if c.Name == "" || c.Alias == "" || c.Help[chat.Vietnamese] == "" || c.Help[chat.English] == "" || seen[c.Name] || seen[c.Alias] {
			t.Errorf("%+v", c)
		}
		seen[c.Name], seen[c.Alias] = true, true
		for _, name := range []string{c.Name, c.Alias, strings.ToUpper(c.Name)} {
			if m := say(t, l.bot, here, "", "/"+name); strings.HasPrefix(m.Text, "Không có lệnh") || m.Text == "" && len(m.Links) == 0 {
				t.Errorf("/%s: %+v", name, m)
			}
		}
	}
}

func titles(m chat.Message) []string {
	var list []string
	for _, l := range m.Links {
		list = append(list, l.Title)
	}
	return list
}

func TestLatest(t *testing.T) {
	l := town(t)
	m := say(t, l.bot, here, "", "/moi")
	if len(m.Links) != 5 || !strings.HasPrefix(m.LinksTitle, "Bài mới nhất") || !strings.Contains(m.LinksTitle, "/bai") {
		t.Fatalf("%+v", m)
	}
	for i, want := range []string{
		"Lao Động, 25/11/2024", "VOV, 8/10/2024", "Dân trí, 19/5/2024", "Nhân Dân, 18/2/2024", "Lao Động, 1/12/2023",
	} {
		if m.Links[i].Source != want || m.Links[i].N != i+1 || m.Links[i].Title == "" {
			t.Errorf("%d: %+v, want %s", i, m.Links[i], want)
		}
	}

	m = say(t, l.bot, here, "", "/moi dệt chiếu")
	if got := titles(m); len(got) < 2 || got[0] != "Nghệ nhân Lưu Thị Mây được tôn vinh" || got[1] != "Tỉnh ủy ra nghị quyết về làng nghề dệt chiếu" {
		t.Errorf("about weaving, newest first: %q", got)
	}
	m = say(t, l.bot, here, "", "/latest gia coi kho")
	if got := titles(m); len(got) != 2 || m.Links[0].Source != "Lao Động, 25/11/2024" {
		t.Errorf("about prices: %+v", m.Links)
	}
	m = say(t, l.bot, here, "", "/moi cầu Đá Bạc trên Nhân Dân")
	if got := titles(m); len(got) != 1 || len(m.Notes) != 1 || m.Notes[0] != "Lọc: Nhân Dân" {
		t.Errorf("with a filter: %q, notes %q", got, m.Notes)
	}
	m = say(t, l.bot, here, "", "/moi tàu vũ trụ")
	if len(m.Links) > 0 || m.Text != "Chưa có bài nào về “tàu vũ trụ”." {
		t.Errorf("about what is not there: %+v", m)
	}
	if m := say(t, newLibrary(t).bot, here, "", "/moi"); m.Text != vietnamese.noArticles || len(m.Links) > 0 {
		t.Errorf("of nothing: %+v", m)
	}
}

func TestArticle(t *testing.T) {
	l := town(t)
	b := l.bot
	// whole checks that a message shows one article from beginning to end.
	whole := func(m chat.Message, id string) {
		t.Helper()
		a, err := l.store.Article(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var quotes []string
		for i, c := range m.Citations {
			if c.N != i+1 || c.ArticleID != id || a.Body[c.Start:c.End] != c.Quote || c.Source == "" {
				t.Errorf("passage %d: %+v", i+1, c)
			}
			quotes = append(quotes, c.Quote)
		}
		if got := strings.Fields(strings.Join(quotes, " ")); strings.Join(got, " ") != strings.Join(strings.Fields(a.Body), " ") {
			t.Errorf("%s is not shown whole: %q", a.Title, quotes)
		}
	}
	text := func(input, want string) {
		t.Helper()
		if m := say(t, b, here, "", input); m.Text != want || len(m.Citations) > 0 {
			t.Errorf("%s: %+v, want %s", input, m, want)
		}
	}
	const usage = "Gõ /bai và số của bài vừa nêu, ví dụ /bai 1."
	const none = "Không có bài số %d trong danh sách vừa nêu. Hãy hỏi lại, hoặc gõ /moi để xem bài mới nhất."
	text("/bai", usage)
	text("/bai   ", usage)
	text("/bai 1", fmt.Sprintf(none, 1)) // nothing was listed yet

	cited := say(t, b, here, "", "Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?")
	bridge := cited.Citations[0].ArticleID
	for _, input := range []string{"/bai 1", "/article 1", "/bai [1]", "/bai #1", "/bai  1 ", "/bai 01", "/bai " + bridge} {
		whole(say(t, b, here, "", input), bridge)
	}
	text("/bai 0", fmt.Sprintf(none, 0))
	text("/bai -1", fmt.Sprintf(none, -1))
	text(fmt.Sprintf("/bai %d", len(cited.Citations)+1), fmt.Sprintf(none, len(cited.Citations)+1))
	text("/bai abc", "Không tìm thấy bài “abc”. Có thể bài đã được gỡ.")
	text("/bai 99999999999999999999", "Không tìm thấy bài “99999999999999999999”. Có thể bài đã được gỡ.")

	// Numbers are those of the last message, and of this chat.
	latest := say(t, b, here, "", "/moi")
	whole(say(t, b, here, "", "/bai 2"), newsOf(t, l, latest.Links[1].Title))
	for _, other := range []chat.Ref{{Platform: "console", Chat: "2"}, {Platform: "web", Chat: "1"}, {Platform: "console", Chat: "1", Thread: "t"}} {
		if m := say(t, b, other, "", "/bai 1"); m.Text != fmt.Sprintf(none, 1) {
			t.Errorf("another chat's list: %+v", m)
		}
	}
	near := say(t, b, here, "", "Ai đặt tên cho cầu Đá Bạc từ thời nhà Nguyễn?")
	if len(near.Links) == 0 {
		t.Fatal("nothing near")
	}
	whole(say(t, b, here, "", "/bai 1"), newsOf(t, l, near.Links[0].Title))

	// After a withdrawal the number and the ID lead nowhere.
	say(t, b, here, "", "Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?")
	if _, err := l.store.Withdraw(t.Context(), bridge); err != nil {
		t.Fatal(err)
	}
	text("/bai 1", "Không tìm thấy bài “1”. Có thể bài đã được gỡ.")
	text("/bai "+bridge, "Không tìm thấy bài “"+bridge+"”. Có thể bài đã được gỡ.")
}

// newsOf is the ID of the article of a title.
func newsOf(t *testing.T, l *library, title string) string {
	t.Helper()
	for a, err := range l.store.After(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if a.Title == title {
			return a.ID
		}
	}
	t.Fatalf("no article %q", title)
	return ""
}

// Only so many chats are remembered, the ones that asked first go first.
func TestShownIsBounded(t *testing.T) {
	var s shown
	ref := func(i int) chat.Ref { return chat.Ref{Platform: "p", Chat: fmt.Sprint(i)} }
	for i := range mostChats + 10 {
		s.set(ref(i), []string{fmt.Sprint(i)})
		s.set(ref(i), []string{fmt.Sprint(i), "again"})
	}
	if len(s.ids) != mostChats || len(s.order) != mostChats {
		t.Errorf("%d chats, %d in order", len(s.ids), len(s.order))
	}
	if s.get(ref(9)) != nil {
		t.Error("the first chats are still known")
	}
	if got := s.get(ref(10)); len(got) != 2 || got[0] != "10" {
		t.Errorf("the eleventh chat has %q", got)
	}
}

// fakeSearcher fails, as an index does whose disk is gone.
type fakeSearcher struct{ err error }

func (f fakeSearcher) Search(context.Context, index.Query) (*index.Result, error) { return nil, f.err }
func (f fakeSearcher) Respell(context.Context, *index.Question) (string, bool, error) {
	return "", false, f.err
}

type fakeLibrary struct{ err error }

func (f fakeLibrary) Articles(context.Context, []string) (map[string]*corpus.Article, error) {
	return nil, f.err
}
func (f fakeLibrary) Sources(context.Context, string) ([]*corpus.Article, error) { return nil, f.err }
func (f fakeLibrary) NewestUpTo(context.Context, corpus.Seq, int) ([]*corpus.Article, error) {
	return nil, f.err
}

// People see a friendly sentence, the log gets the cause.
func TestFailures(t *testing.T) {
	broken := errors.New("disk /x/y is gone")
	for _, c := range []struct {
		err    error
		vi, en string
	}{
		{broken, vietnamese.failed, english.failed},
		{fmt.Errorf("search: %w", context.DeadlineExceeded), vietnamese.tooSlow, english.tooSlow},
	} {
		b := New(fakeSearcher{c.err}, fakeLibrary{c.err}, Options{})
		for _, r := range []chat.Request{{Text: "Cầu ở đâu?"}, {Command: "hoi", Text: "Cầu ở đâu?"}, {Command: "moi"}, {Command: "moi", Text: "cầu"}, {Command: "bai", Text: "0123456789abcdef"}} {
			for lang, want := range map[chat.Lang]string{chat.Vietnamese: c.vi, chat.English: c.en} {
				r.Lang = lang
				m, err := b.Handle(t.Context(), r)
				if !errors.Is(err, c.err) && !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("/%s %s: error %v, want %v", r.Command, r.Text, err, c.err)
				}
				if m.Text != want || m.Answer != nil || len(m.Citations)+len(m.Links)+len(m.Notes) > 0 {
					t.Errorf("/%s %s: %+v, want %s", r.Command, r.Text, m, want)
				}
			}
		}
	}
}

// A library that fails while the answer is put together leaves no half of it.
func TestFailureOfSources(t *testing.T) {
	l := town(t)
	b := New(l.index, fakeLibrary{errors.New("gone")}, Options{})
	m, err := b.Handle(t.Context(), chat.Request{Text: "Cầu Đá Bạc có tổng vốn đầu tư bao nhiêu?"})
	if err == nil || m.Text != vietnamese.failed || m.Answer != nil || len(m.Citations) > 0 {
		t.Errorf("%v, %+v", err, m)
	}
}

func TestCancelled(t *testing.T) {
	l := town(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m, err := l.bot.Handle(ctx, chat.Request{Text: "Cầu Đá Bạc ở đâu?"})
	if !errors.Is(err, context.Canceled) || m.Text != vietnamese.failed {
		t.Errorf("%v, %+v", err, m)
	}
}

// Many people ask at once while articles arrive.
func TestConcurrentRequests(t *testing.T) {
	l := town(t)
	var group sync.WaitGroup
	for i := range 4 {
		ref := chat.Ref{Platform: "p", Chat: fmt.Sprint(i)}
		group.Go(func() {
			for _, text := range []string{"Cầu Đá Bạc có tổng vốn bao nhiêu?", "/moi", "/bai 1", "/moi chiếu", "/bai 1", "/help"} {
				r := chat.Request{Ref: ref, Text: text}
				if rest, ok := strings.CutPrefix(text, "/"); ok {
					r.Command, r.Text, _ = strings.Cut(rest, " ")
				}
				m, err := l.bot.Handle(t.Context(), r)
				if err != nil || m.Text == "" && m.Answer == nil && len(m.Citations) == 0 && len(m.Links) == 0 {
					t.Errorf("%s: %v, %+v", text, err, m)
				}
			}
		})
	}
	l.put(t, news(t, "VOV", "2024-12-01", "Chợ nổi Gò Cát họp lại", "Chợ nổi Gò Cát họp lại từ sáng chủ nhật."))
	group.Wait()
	if m := say(t, l.bot, here, "", "/moi"); m.Links[0].Title != "Chợ nổi Gò Cát họp lại" {
		t.Errorf("newest is %q", m.Links[0].Title)
	}
}
