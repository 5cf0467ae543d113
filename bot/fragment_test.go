package bot

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// wrong says what is wrong with the fragment of a quote, "" if nothing is. part
// allows that only a part of it is found.
func wrong(t interface{ Fatalf(string, ...any) }, a *corpus.Article, quoted vi.Span, part bool) string {
	fragment := TextFragment(a, quoted)
	d := parseDirective(t, fragment)
	for name, fold := range folds {
		p := pageOf(a, fold)
		from, to, ok := p.search(d)
		wantFrom, wantTo := p.spots(a.Body, quoted)
		if !ok {
			return fmt.Sprintf("%s: %+v finds nothing", name, d)
		}
		if from == wantFrom && to == wantTo {
			continue
		}
		if part && from.block == to.block && strings.Contains(p.fold(strings.Join(strings.Fields(a.Body[quoted.Start:quoted.End]), " ")), p.blocks[from.block][from.at:to.at]) {
			continue
		}
		return fmt.Sprintf("%s: %+v finds %v to %v, want %v to %v", name, d, from, to, wantFrom, wantTo)
	}
	return ""
}

func TestTextFragment(t *testing.T) {
	long := "Chợ Bến Sậy họp từ ba giờ sáng, khi ghe từ các cù lao về đậu kín hai bờ kênh, và tan trước bảy giờ vì nước rút rất nhanh."
	for _, c := range []struct {
		name, title, body, quote string
		nth                      int // which of the same quotes
		want                     string
	}{
		{"short", "Tít", "Phà nghỉ. Cầu mở, 50 năm sau.\nHết.", "Cầu mở, 50 năm sau.", 0, ":~:text=C%E1%BA%A7u%20m%E1%BB%9F%2C%2050%20n%C4%83m%20sau."},
		{"marks of the syntax", "Tít", "Giá A-B & C, tăng 5,83% hay 1/2? Hết.", "Giá A-B & C, tăng 5,83% hay 1/2?", 0,
			":~:text=Gi%C3%A1%20A%2DB%20%26%20C%2C%20t%C4%83ng%205%2C83%25%20hay%201%2F2%3F"},
		{"long", "Tít", long, long, 0, ""},
		{"in quotation marks", "Tít", "Ông kể: “Nước về nhanh lắm”. Rồi ông đi.", "“Nước về nhanh lắm”.", 0, ":~:text=%E2%80%9CN%C6%B0%E1%BB%9Bc%20v%E1%BB%81%20nhanh%20l%E1%BA%AFm%E2%80%9D."},
		{"the second of two", "Tít", "Nước lên. Phà nghỉ. Nước lên. Chợ vắng.", "Nước lên.", 1, ""},
		{"also in the headline", "Nước lên ở Bến Sậy", "Nước lên ở Bến Sậy từ đêm qua.", "Nước lên ở Bến Sậy từ đêm qua.", 0, ""},
		{"the headline itself", "Nước lên", "Nước lên\nChợ vắng.", "Nước lên", 0, ""},
		{"differs in diacritics", "Tít", "Ma la ma. Má lạ mà. Hết.", "Má lạ mà.", 0, ""},
		{"two paragraphs", "Tít", "Đoạn một kết thúc.\nTiêu đề nhỏ\nĐoạn hai bắt đầu ở đây và kéo dài thêm.", "kết thúc.\nTiêu đề nhỏ\nĐoạn hai", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := news(t, "VOV", "", c.title, c.body)
			at := strings.Index(a.Body, c.quote)
			for range c.nth {
				at += 1 + strings.Index(a.Body[at+1:], c.quote)
			}
			span := vi.Span{Start: at, End: at + len(c.quote)}
			if got := TextFragment(a, span); c.want != "" && got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
			if problem := wrong(t, a, span, false); problem != "" {
				t.Error(problem)
			}
		})
	}
	a := news(t, "VOV", "", "Tít", "Một câu.  \nHai.")
	for _, s := range []vi.Span{{Start: 11, End: 12}, {}} {
		if got := TextFragment(a, s); got != "" {
			t.Errorf("of no word: %s", got)
		}
	}
	if got, want := TextFragment(a, vi.Span{Start: 1, End: 3}), TextFragment(a, vi.Span{End: 5}); got != want {
		t.Errorf("within a word: %s, want %s", got, want)
	}
}

// drawArticle draws an article of sentences out of few words, so that it repeats
// itself, and a quote of whole sentences. Distinct paragraphs end each with
// another one.
func drawArticle(t *rapid.T, distinct bool) (*corpus.Article, vi.Span) {
	word := rapid.SampledFrom([]string{"nước", "nuoc", "Nước", "sông", "lên", "cao", "“đò", "nhỏ”", "5,83%", "1-2", "A&B", "chợ,", "(cũ)", "về", "ve"})
	var pool []string
	for range rapid.IntRange(2, 6).Draw(t, "sentences") {
		pool = append(pool, strings.Join(rapid.SliceOfN(word, 1, 20).Draw(t, "words"), rapid.SampledFrom([]string{" ", "  ", "\u00a0"}).Draw(t, "space"))+".")
	}
	var body strings.Builder
	var spans []vi.Span
	for i := range rapid.IntRange(1, 5).Draw(t, "paragraphs") {
		sentences := rapid.SliceOfN(rapid.SampledFrom(pool), 1, 4).Draw(t, "paragraph")
		if distinct {
			sentences = append(sentences, fmt.Sprintf("Mốc %c.", 'A'+i))
		}
		for j, s := range sentences {
			switch {
			case j > 0:
				body.WriteByte(' ')
			case i > 0:
				body.WriteByte('\n')
			}
			spans = append(spans, vi.Span{Start: body.Len(), End: body.Len() + len(s)})
			body.WriteString(s)
		}
	}
	first := rapid.IntRange(0, len(spans)-1).Draw(t, "first")
	last := rapid.IntRange(first, len(spans)-1).Draw(t, "last")
	a := &corpus.Article{Title: rapid.SampledFrom(pool).Draw(t, "title"), Body: body.String()}
	return a, vi.Span{Start: spans[first].Start, End: spans[last].End}
}

// Where paragraphs differ a quote is found, and nothing but it.
func TestTextFragmentFindsQuote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, quoted := drawArticle(t, true)
		if problem := wrong(t, a, quoted, false); problem != "" {
			t.Fatalf("%s\n%s\nquoted: %q", problem, a.Body, a.Body[quoted.Start:quoted.End])
		}
	})
}

// However much an article repeats itself, what is found is of the quote.
func TestTextFragmentFindsNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, quoted := drawArticle(t, false)
		if problem := wrong(t, a, quoted, true); problem != "" {
			t.Fatalf("%s\n%s\nquoted: %q", problem, a.Body, a.Body[quoted.Start:quoted.End])
		}
	})
}

// An article that is one word a million times over costs no more than another.
func TestTextFragmentOfRepetition(t *testing.T) {
	a := &corpus.Article{Title: "sóng", Body: strings.Repeat("sóng ", 200_000) + "hết"}
	half := len("sóng ") * 100_000
	d := parseDirective(t, TextFragment(a, vi.Span{Start: half, End: half + 5000}))
	if strings.Trim(d.start+d.end, "sóng ") != "" {
		t.Errorf("%+v", d)
	}
}

func FuzzTextFragment(f *testing.F) {
	f.Add("Tít", "Một câu.\nHai câu, ba câu.", 0, 5)
	f.Add("", "\u200b \u0301x", 0, 3)
	f.Add("", "\u200b", 0, 3)
	f.Fuzz(func(t *testing.T, title, body string, from, to int) {
		if !utf8.ValidString(body) || from < 0 || to < from || to > len(body) {
			return
		}
		fragment := TextFragment(&corpus.Article{Title: title, Body: body}, vi.Span{Start: from, End: to})
		if fragment == "" {
			return
		}
		d := parseDirective(t, fragment)
		for _, s := range []string{d.prefix, d.start, d.end, d.suffix} {
			for _, w := range strings.Fields(s) {
				if !strings.Contains(body, w) {
					t.Errorf("%q of %s is not in the body", w, fragment)
				}
			}
		}
	})
}

// The passages and the sentences of real articles are found, and nothing else.
func TestTextFragmentOfCoverage(t *testing.T) {
	articles := read(t, shared(t, "coverage"), 60)
	quotes, longest := 0, 0
	for _, a := range articles {
		var spans []vi.Span
		for _, p := range corpus.Split(a, corpus.PassageRunes) {
			spans = append(spans, p.Span)
		}
		for i, s := range vi.Sentences(a.Body) {
			if i%5 == 0 {
				spans = append(spans, s)
			}
		}
		for _, s := range spans {
			quotes++
			longest = max(longest, len(TextFragment(a, s)))
			if problem := wrong(t, a, s, false); problem != "" {
				t.Errorf("%s: %s", a.Path, problem)
			}
		}
	}
	t.Logf("%d quotes of %d articles, the longest fragment has %d bytes", quotes, len(articles), longest)
}

// Of a paragraph that an article has twice, with the same ones around it, all is
// found, though it is the first.
func TestTextFragmentOfRepeatedParagraphs(t *testing.T) {
	long := "Chợ Bến Sậy họp từ ba giờ sáng, khi ghe từ các cù lao về đậu kín hai bờ kênh, và tan trước bảy giờ vì nước rút rất nhanh."
	half := "Phà nghỉ.\n" + long + "\nNước lên."
	a := &corpus.Article{Title: "Tít", Body: half + "\n" + half + "\n" + half}
	at := len(half) + 1 + len("Phà nghỉ.\n")
	d := parseDirective(t, TextFragment(a, vi.Span{Start: at, End: at + len(long)}))
	if want := (textDirective{start: "Chợ Bến Sậy họp từ ba", end: "giờ vì nước rút rất nhanh."}); d != want {
		t.Errorf("%+v, want %+v", d, want)
	}
}
