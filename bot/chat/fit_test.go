package chat_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
	"trichdan/corpus/vi"
)

// size is how long a plain rendering of a message is, in characters. Nothing
// is shown of one without any words.
func size(m chat.Message) int {
	n := 0
	count := func(parts ...string) {
		for _, p := range parts {
			n += utf8.RuneCountInString(p)
		}
	}
	count(m.Notes...)
	if m.Answer != nil {
		count(m.Answer.Label, m.Answer.Text)
	}
	count(m.Text, m.LinksTitle, m.Footer)
	for _, c := range m.Citations {
		count("[1]", c.Title, c.Source, c.Sources, c.Quote, c.Link, c.LinkText)
	}
	for _, l := range m.Links {
		count("1.", l.Title, l.Source, l.URL)
	}
	return n
}

func within(limit int) func(chat.Message) bool {
	return func(m chat.Message) bool { return size(m) <= limit }
}

func TestFitProperties(t *testing.T) {
	messages := chattest.Messages()
	rapid.Check(t, func(t *rapid.T) {
		m := messages.Draw(t, "message")
		limit := rapid.SampledFrom([]int{0, 50, 300, 1000, 2000, 4096, 6000, 1_000_000}).Draw(t, "limit")
		before, calls := fmt.Sprintf("%q", []any{m.Notes, m.Citations, m.Links, m.Text}), 0
		got := chat.Fit(m, func(m chat.Message) bool { calls++; return size(m) <= limit })
		if fmt.Sprintf("%q", []any{m.Notes, m.Citations, m.Links, m.Text}) != before {
			t.Fatal("the message itself was changed")
		}
		if calls > 60 {
			t.Fatalf("fits was called %d times", calls)
		}
		switch {
		case size(m) <= limit:
			if !cmp.Equal(got, m) {
				t.Fatal("a message that fits was changed")
			}
		case size(got) > limit:
			t.Fatalf("%d characters, there is room for %d", size(got), limit)
		case got.Empty() && limit >= 1000:
			t.Fatal("nothing is left of it")
		}
		checkCitations(t, m, got)
		checkAnswer(t, m, got)
		for _, s := range append([]string{got.Text, got.LinksTitle, got.Footer}, got.Notes...) {
			if !utf8.ValidString(s) {
				t.Fatalf("%q is cut within a character", s)
			}
		}
		if len(got.Links) == 0 && got.LinksTitle != "" && len(m.Links) > 0 {
			t.Fatal("a heading has no links")
		}
	})
}

type fataler interface{ Fatalf(string, ...any) }

// checkCitations: what is left are slices of the quotes, their spans, marks and
// ends say so, and the answer's is among them.
func checkCitations(t fataler, m, got chat.Message) {
	for _, c := range got.Citations {
		i := slices.IndexFunc(m.Citations, func(o chat.Citation) bool { return o.ArticleID == c.ArticleID })
		o := m.Citations[i]
		shift := c.Start - o.Start
		if c.Start < o.Start || c.End > o.End || c.End-c.Start != len(c.Quote) || o.Quote[shift:shift+len(c.Quote)] != c.Quote {
			t.Fatalf("quote %d at %v is no slice of that at %v: %q", c.N, c.Span, o.Span, c.Quote)
		}
		if c.Before != (o.Before || shift > 0) || c.After != (o.After || shift+len(c.Quote) < len(o.Quote)) {
			t.Fatalf("quote %d: left out before %v, after %v, for %v of %v", c.N, c.Before, c.After, c.Span, o.Span)
		}
		checkMark(t, o.Quote, o.Mark, c.Quote, c.Mark, shift)
	}
	if m.Answer == nil || len(got.Citations) == 0 {
		return
	}
	of := func(c chat.Citation) bool { return c.N == m.Answer.N && c.N != 0 }
	if slices.ContainsFunc(m.Citations, of) && !slices.ContainsFunc(got.Citations, of) {
		t.Fatalf("citation %d of the answer is left out", m.Answer.N)
	}
}

func checkAnswer(t fataler, m, got chat.Message) {
	if got.Answer == nil {
		if m.Answer != nil && !got.Empty() {
			t.Fatalf("the answer is left out")
		}
		return
	}
	shift := strings.Index(m.Answer.Text, got.Answer.Text)
	if shift < 0 {
		t.Fatalf("the answer %q is no slice of %q", got.Answer.Text, m.Answer.Text)
	}
	if got.Answer.Text == m.Answer.Text && *got.Answer != *m.Answer {
		t.Fatalf("the answer was not shortened, but changed to %+v", *got.Answer)
	}
}

// checkMark: the mark of a part is that of the whole as far as it is in there,
// and it begins there, but for white space.
func checkMark(t fataler, whole string, mark vi.Span, part string, got vi.Span, shift int) {
	if strings.TrimSpace(whole[mark.Start:mark.End]) == "" {
		return
	}
	if got.Start < 0 || got.Start >= got.End || got.End > len(part) || !utf8.RuneStart(part[got.Start]) || got.End < len(part) && !utf8.RuneStart(part[got.End]) {
		t.Fatalf("the mark %v is no stretch of %q", got, part)
	}
	left := whole[mark.Start : shift+got.Start]
	if strings.TrimSpace(left) != "" || shift+got.End > mark.End || shift+got.End < mark.End && got.End < len(part) {
		t.Fatalf("the mark %v is %v in the part from %d", mark, got, shift)
	}
}

// TestFitOrder: what is shortened or left out, and what not yet.
func TestFitOrder(t *testing.T) {
	sentence := func(n int) string { return strings.Repeat("Câu này có năm chữ. ", n) }
	m := chat.Message{
		Notes:     []string{"Lọc: tháng 4/2022"},
		Answer:    &chat.Answer{Label: "Trả lời", Text: strings.Repeat("Cầu dài một cây số ", 10) + "rưỡi.", N: 3},
		Text:      "Chữ thường.",
		Citations: []chat.Citation{chattest.Cite(1, "Một", sentence(50), ""), chattest.Cite(2, "Hai", sentence(3), ""), chattest.Cite(3, "Ba", sentence(30), "")},
		Links:     []chat.Link{{N: 1, Title: "Bài gần", URL: "https://bao.example/gan"}}, LinksTitle: "Gần nhất:", Footer: "Trang 1/2",
	}
	for i := range m.Citations {
		m.Citations[i].Quote = strings.TrimSpace(m.Citations[i].Quote)
		m.Citations[i].End = m.Citations[i].Start + len(m.Citations[i].Quote)
	}
	type shape struct {
		quotes        []int // sentences
		links, answer bool  // whole
	}
	for _, tt := range []struct {
		limit int
		want  shape
	}{
		{3000, shape{[]int{50, 3, 30}, true, true}},
		{2000, shape{[]int{45, 3, 30}, true, true}}, // the longest first
		{1500, shape{[]int{25, 3, 25}, true, true}},
		{850, shape{[]int{8, 3, 8}, true, true}},
		{725, shape{[]int{6, 3, 6}, false, true}}, // the links go before a citation
		{690, shape{[]int{8, 8}, false, true}},    // the second: the third is the answer's
		{560, shape{[]int{13}, false, true}},
		{450, shape{[]int{8}, false, true}},
		{250, shape{[]int{1}, false, false}}, // the answer is the last
	} {
		got := chat.Fit(m, within(tt.limit))
		var s shape
		for _, c := range got.Citations {
			s.quotes = append(s.quotes, strings.Count(c.Quote, "."))
		}
		s.links = len(got.Links) == 1
		s.answer = got.Answer != nil && got.Answer.Text == m.Answer.Text
		if diff := cmp.Diff(tt.want, s, cmp.AllowUnexported(shape{})); diff != "" {
			t.Errorf("limit %d (-want +got), %d characters:\n%s", tt.limit, size(got), diff)
		}
	}
	if got := chat.Fit(m, func(chat.Message) bool { return false }); !got.Empty() {
		t.Errorf("nothing fits, and it gives %+v", got)
	}
}

// TestFitLosesNothingToMoreRoom: with more room there is never less to read of
// the citations.
func TestFitLosesNothingToMoreRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := chat.Message{Answer: &chat.Answer{Label: "Trả lời", Text: "Cầu dài 1,2 km.", N: 1}}
		for i := range rapid.IntRange(1, 12).Draw(t, "citations") {
			quote := strings.Repeat("Một câu bình thường. ", rapid.IntRange(1, 40).Draw(t, "sentences"))
			m.Citations = append(m.Citations, chattest.Cite(i+1, "Bài báo", strings.TrimSpace(quote), ""))
		}
		small := rapid.IntRange(100, 4000).Draw(t, "small")
		large := small + rapid.IntRange(0, 2000).Draw(t, "more")
		a, b := chat.Fit(m, within(small)), chat.Fit(m, within(large))
		if len(a.Citations) > len(b.Citations) {
			t.Fatalf("%d citations in %d characters, %d in %d", len(a.Citations), small, len(b.Citations), large)
		}
		if len(a.Citations) == len(b.Citations) && size(a) > size(b) {
			t.Fatalf("%d of %d characters are used, %d of %d", size(a), small, size(b), large)
		}
	})
}

func TestShorten(t *testing.T) {
	const text = "Câu một ngắn. Câu hai dài hơn một chút. Câu ba có số 42 ở giữa câu. Câu bốn là câu cuối."
	for _, tt := range []struct {
		name, text, mark string
		n                int
		want             string
	}{
		{"whole", text, "42", 200, text},
		{"exactly", text, "42", utf8.RuneCountInString(text), text},
		{"the first without a mark", text, "", 20, "Câu một ngắn."},
		{"the first two", text, "", 40, "Câu một ngắn. Câu hai dài hơn một chút."},
		{"the marked", text, "42", 30, "Câu ba có số 42 ở giữa câu."},
		{"the marked, and the next before the one before", text, "42", 50, "Câu ba có số 42 ở giữa câu. Câu bốn là câu cuối."},
		{"the marked, and both sides", text, "42", 75, "Câu hai dài hơn một chút. Câu ba có số 42 ở giữa câu. Câu bốn là câu cuối."},
		{"a mark over two sentences", text, "chút. Câu ba", 60, "Câu hai dài hơn một chút. Câu ba có số 42 ở giữa câu."},
		{"words around the mark", text, "42", 15, "có số 42 ở giữa"},
		{"words from the mark", text, "42 ở giữa câu", 8, "42 ở"},
		{"one word of a mark", text, "giữa", 4, "giữa"},
		{"a sentence that is too long", "Một câu rất dài không có dấu chấm nào ở giữa cả.", "", 20, "Một câu rất dài"},
		{"one long word", strings.Repeat("a", 30), "", 10, strings.Repeat("a", 10)},
		{"lines are sentences", "Dòng một\nDòng hai\nDòng ba", "", 18, "Dòng một\nDòng hai"},
		{"a mark to the white space behind", "Câu dài quá mức cho phép nhiều lắm.\n\nHết", "nhiều lắm.\n\n", 12, "nhiều lắm."},
		{"nothing to see", strings.Repeat(" ", 30), "", 10, ""},
	} {
		var mark vi.Span
		if tt.mark != "" {
			mark.Start = strings.Index(tt.text, tt.mark)
			mark.End = mark.Start + len(tt.mark)
		}
		s := chat.Shorten(tt.text, mark, tt.n)
		if got := tt.text[s.Start:s.End]; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestShortenLong: in a text of the length of a book it finds the sentence too.
func TestShortenLong(t *testing.T) {
	side := strings.Repeat("Một câu bình thường của một bài dài. ", 3000)
	text := side + "Câu này có số 42. " + side
	start := strings.Index(text, "42")
	s := chat.Shorten(text, vi.Span{Start: start, End: start + 2}, 60)
	if got, want := text[s.Start:s.End], "Câu này có số 42. Một câu bình thường của một bài dài."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzShorten(f *testing.F) {
	f.Add("Câu một. Câu hai? Câu ba!", 10, 14, 12)
	f.Add("e\u0301\u0302 👩‍👩‍👧🇻🇳🇻🇳", 3, 9, 2)
	f.Add(" \u0301\u2028\xff\n\n", -1, 99, 1)
	f.Fuzz(func(t *testing.T, text string, start, end, n int) {
		s := chat.Shorten(text, vi.Span{Start: start, End: end}, n)
		if s.Start < 0 || s.Start > s.End || s.End > len(text) {
			t.Fatalf("%v of %d bytes", s, len(text))
		}
		part := text[s.Start:s.End]
		if utf8.RuneCountInString(part) > max(n, 0) {
			t.Fatalf("%q has more than %d characters", part, n)
		}
		if utf8.ValidString(text) && !utf8.ValidString(part) {
			t.Fatalf("%q is cut within a character", part)
		}
		if n < 1 || start < 0 || end > len(text) || start >= end || !utf8.RuneStart(text[start]) || end < len(text) && !utf8.RuneStart(text[end]) {
			return
		}
		if marked := text[start:end]; strings.TrimSpace(marked) != "" {
			first := end - len(strings.TrimLeftFunc(marked, unicode.IsSpace))
			if s.Start > first || s.End <= first {
				t.Fatalf("%q does not hold the mark %q of %q", part, marked, text)
			}
		}
	})
}

// clusters are grapheme clusters that stay apart whatever stands beside them.
var clusters = []string{
	"a", "ệ", "e\u0323\u0302", "o\u031b\u0309", "漢", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇻🇳", "🇱🇦", "👍🏽", "1️⃣", "☎️",
	"\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\u1112\u1161\u11ab", "กำ", "नि", "x\u200c", " ", " ", ". ",
}

// TestClustersStayWhole: what is cut begins and ends between characters as
// readers see them.
func TestClustersStayWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom(clusters), 1, 60).Draw(t, "clusters")
		text, edges := "", []int{0}
		for _, p := range parts {
			text += p
			edges = append(edges, len(text))
			if p == ". " {
				edges = append(edges, len(text)-1)
			}
		}
		slices.Sort(edges)
		n := rapid.IntRange(8, 80).Draw(t, "n")
		first := rapid.IntRange(0, len(parts)-1).Draw(t, "mark")
		mark := vi.Span{Start: len(strings.Join(parts[:first], "")), End: len(strings.Join(parts[:first+1], ""))}
		s := chat.Shorten(text, mark, n)
		for _, edge := range []int{s.Start, s.End} {
			if _, found := slices.BinarySearch(edges, edge); !found {
				t.Fatalf("%q is cut at %d, to %q", text, edge, text[s.Start:s.End])
			}
		}
		if whole, found := strings.CutSuffix(chat.Cut(text, n), "…"); found {
			if _, found := slices.BinarySearch(edges, len(whole)); !found {
				t.Fatalf("%q is cut to %q", text, whole)
			}
		}
	})
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		s    string
		n    int
		want string
	}{
		{"", 0, ""},
		{"ngắn", 4, "ngắn"},
		{"một hai ba", 10, "một hai ba"},
		{"một hai ba", 9, "một hai…"},
		{"một hai ba", 8, "một hai…"},
		{"một hai ba", 7, "một…"},
		{"một", 2, "m…"},
		{"một", 1, ""},
		{"một", 0, ""},
		{"một", -1, ""},
		{"nghiêng ngả", 5, "nghi…"},
		{"🇻🇳🇻🇳🇻🇳", 4, "🇻🇳…"},
		{"👩‍👩‍👧👩‍👩‍👧", 8, "👩‍👩‍👧…"},
		{"a\u0301\u0301\u0301\u0301", 4, "a\u0301\u0301…"}, // one cluster, longer than there is room
	} {
		if got := chat.Cut(tt.s, tt.n); got != tt.want {
			t.Errorf("%q to %d: got %q, want %q", tt.s, tt.n, got, tt.want)
		}
	}
}

func BenchmarkFitLong(b *testing.B) {
	long := strings.Repeat("Một câu bình thường của một bài báo dài. ", 2500)
	m := chat.Message{Answer: &chat.Answer{Text: long, N: 1}, Text: long}
	for i := range 5 {
		m.Citations = append(m.Citations, chattest.Cite(i+1, "Bài", long, ""))
	}
	for b.Loop() {
		chat.Fit(m, within(4096))
	}
}
