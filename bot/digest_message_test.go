package bot

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
	"trichdan/corpus"
	"trichdan/corpus/sample"
	"trichdan/corpus/vi"
)

// shownRunes is how many characters of a message a platform shows that counts
// no addresses.
func shownRunes(m chat.Message) int {
	parts := append([]string{m.Text, m.LinksTitle, m.Footer}, m.Notes...)
	for _, c := range m.Citations {
		parts = append(parts, c.Title, c.Source, c.Sources, "“"+c.Quote+"”", c.LinkText, "[10] , · ")
	}
	for _, l := range m.Links {
		parts = append(parts, l.Title, l.Source, "10. , ")
	}
	n := len(parts) // line breaks
	for _, p := range parts {
		n += utf8.RuneCountInString(p)
	}
	return n
}

// stored is a message after it has been in the outbox.
func stored(tb testing.TB, m chat.Message) chat.Message {
	tb.Helper()
	data, err := json.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	var got chat.Message
	if err := json.Unmarshal(data, &got); err != nil {
		tb.Fatal(err)
	}
	return got
}

// The outbox keeps messages as JSON.
func TestMessagesSurviveJSON(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := chattest.Messages().Draw(rt, "message")
		if diff := cmp.Diff(m, stored(t, m)); diff != "" {
			rt.Fatal(diff)
		}
	})
	for _, m := range chattest.Nasty() {
		if valid(m) {
			if diff := cmp.Diff(m, stored(t, m)); diff != "" {
				t.Error(diff)
			}
		}
	}
}

// valid reports whether the quotes of a message are UTF-8, as all are that the
// store has; JSON has nothing else.
func valid(m chat.Message) bool {
	for _, c := range m.Citations {
		if !utf8.ValidString(c.Quote) {
			return false
		}
	}
	return true
}

// checkDigests asks for digests of windows of articles, and checks each message
// against the store, before and after it was stored itself.
func checkDigests(t *testing.T, articles []*corpus.Article, windows int) {
	t.Helper()
	l := newLibrary(t, articles...)
	end := l.cursor(t)
	quotes := 0
	for i := range windows {
		q := DigestQuery{After: end * corpus.Seq(i) / corpus.Seq(windows), UpTo: end * corpus.Seq(i+1) / corpus.Seq(windows)}
		a := articles[i*len(articles)/windows]
		for k, topic := range []string{"", a.Title, vi.Fold(a.Title), strings.Join(strings.Fields(a.Body)[:3], " ")} {
			q.Topic, q.Lang = topic, []chat.Lang{chat.Vietnamese, chat.English}[k%2]
			for _, m := range l.digest(t, q).Messages {
				if diff := cmp.Diff(m, stored(t, m)); diff != "" {
					t.Fatal(diff)
				}
				current, err := l.bot.Current(t.Context(), stored(t, m))
				if diff := cmp.Diff(m, current); err != nil || diff != "" {
					t.Fatal(err, diff)
				}
				quotes += len(m.Citations)
				fits(t, m)
			}
		}
	}
	t.Logf("%d quotes", quotes)
	if quotes < windows {
		t.Errorf("only %d quotes in %d windows", quotes, windows)
	}
}

// fits checks that a message that is made to fit into 4096 characters still
// tells of all.
func fits(tb testing.TB, m chat.Message) {
	tb.Helper()
	got := chat.Fit(m, func(m chat.Message) bool { return shownRunes(m) <= 4096 })
	if len(got.Citations) != len(m.Citations) || len(got.Links) != len(m.Links) || len(got.Buttons) != len(m.Buttons) || got.Footer != m.Footer {
		tb.Errorf("of %d characters, %d of %d quotes and %d of %d links are left", shownRunes(m),
			len(got.Citations), len(m.Citations), len(got.Links), len(m.Links))
	}
}

func TestDigestsVerbatimSample(t *testing.T) { checkDigests(t, read(t, sample.FS, 0), 8) }

func TestDigestsVerbatimCoverage(t *testing.T) {
	checkDigests(t, read(t, shared(t, "coverage"), 0), 10)
}

func TestDigestsVerbatimVietnews(t *testing.T) {
	size, windows := 2000, 12
	if raceDetector && os.Getenv("CI") != "true" {
		size, windows = 200, 6
	}
	checkDigests(t, read(t, shared(t, "data"), size), windows)
}

// Whatever headlines, outlets and topics say, a message fits and tells of all.
func TestHostileDigests(t *testing.T) {
	l := newLibrary(t)
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		if run++; raceDetector && run > racedRuns {
			return
		}
		after := l.cursor(t)
		var list []*corpus.Article
		for i := range rapid.IntRange(1, 12).Draw(rt, "articles") {
			text := func(what string) string { return strings.ToValidUTF8(chattest.Text().Draw(rt, what), "") }
			a := &corpus.Article{ID: corpus.NewID("", fmt.Sprint(run, " ", i)), Title: text("title"), TitleDerived: rapid.Bool().Draw(rt, "derived"),
				Body: "Câu " + text("body"), Outlet: text("outlet"), Path: "p", URL: rapid.SampledFrom([]string{"", "https://bao.example/?q=", "javascript:"}).Draw(rt, "url")}
			if a.URL != "" {
				a.URL += fmt.Sprint(run, i, text("address"))
			}
			if rapid.Bool().Draw(rt, "lead") {
				a.LeadLen = len(a.Body)
			}
			list = append(list, a)
		}
		l.put(t, list...)
		q := DigestQuery{After: after, UpTo: l.cursor(t), Topic: rapid.OneOf(rapid.Just(""), rapid.Just("câu"), chattest.Text()).Draw(rt, "topic"), Always: true,
			Outlets: rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom([]string{list[0].Outlet, ""}), chattest.Text()), 0, 3).Draw(rt, "outlets")}
		d, err := l.bot.Digest(t.Context(), q)
		if err != nil {
			rt.Fatal(err)
		}
		if len(d.Messages) == 0 || d.New+d.Updated > d.Arrived || d.Stories > d.New+d.Updated {
			rt.Fatalf("%+v", d)
		}
		if d.Stories > 0 {
			for _, b := range l.brokenDigest(t, d.Messages) {
				rt.Error(b)
			}
		}
		for _, m := range d.Messages {
			if shownRunes(m) > 4096 {
				fits(t, m)
			}
			if strings.ContainsAny(m.Text, "\n\u202e") || m.Empty() {
				rt.Errorf("headed %q", m.Text)
			}
		}
	})
}

func TestCurrent(t *testing.T) {
	l := newLibrary(t, harbour(t)...)
	first := l.cursor(t)
	all := harbour(t)
	late := news(t, "Tuổi Trẻ", "2024-12-02", "Cảng Hòn Nhạn vui vì cá thu", strings.Split(all[0].Body, "\n")...)
	late.URL = "https://bao.example/tre"
	late.ID = corpus.NewID(late.URL, late.Path)
	boat := news(t, "VOV", "2024-12-02", "Đò Cồn Én chạy lại", "Đò Cồn Én chạy lại từ thứ hai sau hai tháng sửa máy.")
	l.put(t, late, boat, news(t, "VOV", "2024-12-01", "Vườn ươm Đồi Mây", "Vườn ươm Đồi Mây cho không cây giống."))
	m := stored(t, l.digest(t, DigestQuery{After: first}).Messages[0])
	current := func() chat.Message {
		t.Helper()
		got, err := l.bot.Current(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	withdraw := func(id string) {
		t.Helper()
		if _, err := l.store.Withdraw(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(m, current()); diff != "" || len(m.Citations) != 2 || len(m.Links) != 1 {
		t.Fatal(diff, shows(m))
	}
	withdraw(m.Citations[0].ArticleID)
	if got := current(); len(got.Citations) != 1 || got.Citations[0].N != 2 || len(got.Buttons) != 1 || len(got.Buttons[0]) != 1 || got.Buttons[0][0].Text != "Bài 2" || len(got.Links) != 1 {
		t.Errorf("without the first:\n%s", shows(got))
	}
	withdraw(late.ID)
	if got := current(); len(got.Citations) != 1 || len(got.Links) != 0 || got.LinksTitle != "" {
		t.Errorf("without the link:\n%s", shows(got))
	}
	withdraw(m.Citations[1].ArticleID)
	if got := current(); !got.Empty() || len(got.Buttons) > 0 {
		t.Errorf("of nothing:\n%s", shows(got))
	}
	if len(m.Citations) != 2 || len(m.Buttons[0]) != 2 {
		t.Error("the message itself is changed")
	}
	if _, err := l.store.Restore(t.Context(), boat.ID); err != nil {
		t.Fatal(err)
	}
	if got := current(); len(got.Citations) != 1 {
		t.Errorf("of what is back:\n%s", shows(got))
	}
	nothing := chat.Message{Text: vietnamese.noNews}
	if got, err := l.bot.Current(t.Context(), nothing); err != nil || !cmp.Equal(got, nothing) {
		t.Errorf("%+v, %v", got, err)
	}
}
