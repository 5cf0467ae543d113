package summary

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// lines are the sentences chosen of an article whose sentences are given.
func lines(a *corpus.Article, spans []vi.Span) []string {
	var list []string
	for _, s := range spans {
		list = append(list, a.Body[s.Start:s.End])
	}
	return list
}

const (
	opened  = "Sáng 12/5, tỉnh Lâm Giang khánh thành nhà máy nước Suối Vàng."
	cost    = "Công trình cấp nước sạch cho 40.000 hộ dân, có tổng vốn 310 tỷ đồng."
	weather = "Hôm ấy trời nắng đẹp."
	drink   = "Tôi uống thử thấy ngon lắm!"
	asked   = "Bao giờ thì xong?"
	headed  = "Lâm Giang khánh thành nhà máy nước 310 tỷ đồng, cấp nước sạch cho 40.000 hộ"
)

func TestOf(t *testing.T) {
	tests := []struct {
		name, title string
		body        []string
		n           int
		want        []string
	}{
		{name: "empty", n: 2},
		{name: "white space", body: []string{" ", "\t"}, n: 2},
		{name: "no word", body: []string{"...", "***"}, n: 2},
		{name: "numbers only", body: []string{"12,5."}, n: 2},
		{name: "none wanted", body: []string{opened}, n: 0},
		{name: "fewer than none", body: []string{opened}, n: -1},
		{name: "one sentence", body: []string{opened}, n: 2, want: []string{opened}},
		{name: "only a caption", body: []string{"Ảnh: Minh Hà."}, n: 2, want: []string{"Ảnh: Minh Hà."}},
		{name: "two that matter", title: headed, body: []string{weather, opened, drink, cost, asked}, n: 2, want: []string{opened, cost}},
		{name: "in the order of the text", title: headed, body: []string{weather, cost, drink, asked, opened}, n: 2, want: []string{cost, opened}},
		{name: "the same twice", title: headed, body: []string{opened, weather, opened}, n: 2, want: []string{opened}},
		{name: "nearly the same", title: headed, body: []string{opened, "Được biết: " + opened, cost}, n: 2, want: []string{opened, cost}},
		{name: "a pointer is no sentence", title: headed, body: []string{opened, "Xem thêm: " + headed + "."}, n: 2, want: []string{opened}},
		{name: "torn at an initial", title: "Nguyễn Văn Kh. khai gì",
			body: []string{"Ngày 3/4, Nguyễn Văn Kh.", "(SN 1990, trú huyện Bình Xa) khai đã trộm 12 xe máy.", weather}, n: 1,
			want: []string{"Ngày 3/4, Nguyễn Văn Kh.\n(SN 1990, trú huyện Bình Xa) khai đã trộm 12 xe máy."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := &corpus.Article{Title: tt.title, Body: strings.Join(tt.body, "\n")}
			if diff := cmp.Diff(tt.want, lines(a, Of(a, tt.n))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestOfParagraph does not need line ends.
func TestOfParagraph(t *testing.T) {
	a := &corpus.Article{Title: headed, Body: strings.Join([]string{weather, opened, drink, cost, asked}, " ")}
	if diff := cmp.Diff([]string{opened, cost}, lines(a, Of(a, 2))); diff != "" {
		t.Error(diff)
	}
}

// TestDerivedTitle sees that a headline made from the text is not believed.
func TestDerivedTitle(t *testing.T) {
	a := &corpus.Article{Title: weather, Body: strings.Join([]string{opened, cost, drink, weather}, "\n")}
	if got := lines(a, Of(a, 2)); !slices.Contains(got, weather) {
		t.Fatalf("the headline is not followed: %q", got)
	}
	a.TitleDerived = true
	if got := lines(a, Of(a, 2)); slices.Contains(got, weather) {
		t.Errorf("a derived headline is followed: %q", got)
	}
}

func TestWithLead(t *testing.T) {
	lead := "Nước sạch đã về Lâm Giang. Bốn vạn hộ dân không còn phải mua nước. Đó là điều họ chờ đã lâu."
	a := &corpus.Article{Title: headed, Body: lead + "\n" + opened + "\n" + cost, LeadLen: len(lead)}
	want := []string{"Nước sạch đã về Lâm Giang.", "Bốn vạn hộ dân không còn phải mua nước."}
	if diff := cmp.Diff(want, lines(a, WithLead(a, 2))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[:1], lines(a, WithLead(a, 1))); diff != "" {
		t.Error(diff)
	}
	if got := WithLead(a, 0); len(got) > 0 {
		t.Errorf("no sentence wanted, got %v", got)
	}
	a.LeadLen = 0
	if diff := cmp.Diff(Of(a, 2), WithLead(a, 2)); diff != "" {
		t.Errorf("without a lead: %s", diff)
	}
}

func TestOfStory(t *testing.T) {
	reworded := "Sáng 12/5, tỉnh Lâm Giang đã khánh thành nhà máy nước Suối Vàng."
	story := []*corpus.Article{
		{Title: headed, Body: strings.Join([]string{weather, opened, drink}, "\n")},
		{Title: "Lâm Giang có nhà máy nước vốn 310 tỷ đồng, xây trong hai năm", Body: strings.Join([]string{reworded, cost, asked}, "\n")},
		{Title: "Không có thân bài"},
	}
	got := OfStory(story, 2)
	var text []string
	for i, s := range got {
		if i > 0 && s.Article < got[i-1].Article {
			t.Errorf("out of order: %v", got)
		}
		text = append(text, story[s.Article].Body[s.Start:s.End])
	}
	if len(text) != 2 || !slices.Contains(text, cost) || slices.Contains(text, opened) == slices.Contains(text, reworded) {
		t.Errorf("got %q, want one telling of the opening and the cost", text)
	}
	if got := OfStory(nil, 2); len(got) > 0 {
		t.Errorf("no articles: %v", got)
	}
}

// TestNoHeadingQuoted: a sub-heading that repeats the headline is no sentence to
// quote, where there is one.
func TestNoHeadingQuoted(t *testing.T) {
	for _, heading := range []string{"Nhà máy nước 310 tỷ đồng cho 40.000 hộ", "“Nước sạch cho 40.000 hộ”", "Lâm Giang khánh thành nhà máy nước"} {
		a := &corpus.Article{Title: headed, Body: strings.Join([]string{heading, opened, weather, cost}, "\n")}
		if got := lines(a, WithLead(a, 2)); slices.Contains(got, heading) || len(got) == 0 {
			t.Errorf("got %q", got)
		}
		alone := &corpus.Article{Title: headed, Body: heading}
		if diff := cmp.Diff([]string{heading}, lines(alone, WithLead(alone, 2))); diff != "" {
			t.Errorf("there is nothing else: %s", diff)
		}
	}
}

// TestIDF sees that the table can be read and is small.
func TestIDF(t *testing.T) {
	if len(idfText) > 100_000 {
		t.Errorf("the table is %d bytes", len(idfText))
	}
	common, rarer, rare := idf("của"), idf("cầu"), idf("xyzzy")
	if !(0 < common && common < rarer && rarer < rare) || idf("2019") != numberIDF {
		t.Errorf("idf: %g, %g, %g, of a number %g", common, rarer, rare, idf("2019"))
	}
	for w, v := range idfTable() {
		if v <= 0 || v > rareIDF || w != vi.Normalize(w) {
			t.Errorf("%q has %g", w, v)
		}
	}
}

// checkSummary is what holds for every text.
func checkSummary(t interface{ Fatalf(string, ...any) }, title, body string, n int) {
	a := &corpus.Article{Title: title, Body: body}
	spans := Of(a, n)
	if len(spans) > max(n, 0) {
		t.Fatalf("%d of %d sentences", len(spans), n)
	}
	all := sentences(body)
	end := 0
	seen := map[string]bool{}
	for _, s := range spans {
		if s.Start < end || !slices.Contains(all, s) {
			t.Fatalf("%v of %q: %+v is out of order or no sentence", spans, body, s)
		}
		end = s.End
		text := body[s.Start:s.End]
		if seen[text] {
			t.Fatalf("%q twice of %q", text, body)
		}
		seen[text] = true
	}
	if hasWord := strings.ContainsFunc(body, isASCIILetter); n > 0 && hasWord && len(spans) == 0 {
		t.Fatalf("nothing of %q", body)
	}
	if again := Of(a, n); !slices.Equal(again, spans) {
		t.Fatalf("%v, then %v", spans, again)
	}
}

func isASCIILetter(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) }

// draw makes text of words, marks and line ends.
func draw(t *rapid.T) string {
	pieces := rapid.SliceOf(rapid.OneOf(
		rapid.SampledFrom([]string{"Hà", "Nội", "nước", "sạch", "12/5", "310", "tỷ", "đồng", "Tr.", "TP.HCM", "(", ")", "“", "”", ".", ".", "?", "!", ",", ":", "\n", "\n", opened, cost, "Ảnh:", "Xem thêm", "và"}),
		rapid.StringN(0, 4, 12),
	)).Draw(t, "pieces")
	return strings.Join(pieces, rapid.SampledFrom([]string{" ", ""}).Draw(t, "between"))
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkSummary(t, rapid.OneOf(rapid.Just(headed), rapid.String()).Draw(t, "title"), draw(t), rapid.IntRange(-1, 6).Draw(t, "n"))
	})
}

// TestStoryProperties sees that the spans are sentences of the articles that
// they name, in order.
func TestStoryProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var story []*corpus.Article
		for range rapid.IntRange(0, 4).Draw(t, "articles") {
			story = append(story, &corpus.Article{Title: rapid.String().Draw(t, "title"), Body: draw(t)})
		}
		n := rapid.IntRange(0, 4).Draw(t, "n")
		got := OfStory(story, n)
		if len(got) > n {
			t.Fatalf("%d of %d", len(got), n)
		}
		for i, s := range got {
			if !slices.Contains(sentences(story[s.Article].Body), s.Span) {
				t.Fatalf("%+v is no sentence", s)
			}
			if i > 0 && (s.Article < got[i-1].Article || s.Article == got[i-1].Article && s.Start < got[i-1].End) {
				t.Fatalf("out of order: %v", got)
			}
		}
	})
}

func FuzzOf(f *testing.F) {
	f.Add(headed, strings.Join([]string{weather, opened, drink, cost}, "\n"), 2)
	f.Add("", "chị Tr.\n(SN 1990) về.\nvà đi", 3)
	f.Add("\xff", "\xff.\xfe A\n\x00", 1)
	f.Fuzz(func(t *testing.T, title, body string, n int) { checkSummary(t, title, body, n) })
}

// TestLong sums up what no newspaper prints: very many sentences, and one that
// does not end.
func TestLong(t *testing.T) {
	var many strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&many, "Câu số %d nói về việc %d.\n", i, i%7)
	}
	for _, body := range []string{many.String(), strings.Repeat("nước sạch và ", 20_000)} {
		if got := Of(&corpus.Article{Title: strings.Repeat("nước ", 10_000), Body: body}, 2); len(got) == 0 {
			t.Errorf("nothing of %.20q", body)
		}
	}
}
