package corpus_test

import (
	"context"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/corpus"
	"trichdan/corpus/sample"
	"trichdan/corpus/source"
	"trichdan/corpus/vi"
)

// Sentences to build paragraphs of; their lengths matter, not their sense.
const (
	short  = "Chợ hoa họp từ nửa đêm."                                                                                                                                                                                              // 23 runes
	medium = "Sáng nay bà con mang cúc, hồng và thược dược từ các làng ven sông về bán cho kịp phiên."                                                                                                                              // 87 runes
	long   = "Người trồng hoa ở bãi giữa kể rằng năm nay rét muộn nên nụ chậm nở, cả nhà phải thắp đèn suốt đêm, che bạt từng luống rồi gọi thêm thợ ở xóm bên sang đỡ một tay cho kịp ngày rằm, chỗ nào ngập thì đắp lại bờ ngay." // 211 runes
)

func repeat(s string, n int) string { return strings.TrimSpace(strings.Repeat(s+" ", n)) }

func lines(paragraphs ...string) string { return strings.Join(paragraphs, "\n") }

// quotes are the texts of the passages of an article.
func quotes(a *corpus.Article, maxRunes int) []string {
	var list []string
	for _, p := range corpus.Split(a, maxRunes) {
		list = append(list, a.Body[p.Start:p.End])
	}
	return list
}

func TestSplit(t *testing.T) {
	topic := repeat(medium, 3) // a paragraph of several sentences
	for _, c := range []struct {
		name string
		body string
		lead int // paragraphs of it
		max  int // 0 is corpus.PassageRunes
		want []string
	}{
		{name: "nothing", body: "", want: nil},
		{name: "white space", body: " \n\n \t", want: nil},
		{name: "one sentence", body: short, want: []string{short}},
		{name: "space around", body: "  " + short + " \n", want: []string{short}},
		{
			name: "paragraphs of several sentences stand alone",
			body: lines(topic, topic, topic),
			want: []string{topic, topic, topic},
		},
		{
			name: "paragraphs of one sentence are joined",
			body: lines(medium, short, medium),
			want: []string{lines(medium, short, medium)},
		},
		{
			name: "up to the limit",
			body: lines(medium, medium, medium),
			max:  200,
			want: []string{lines(medium, medium), medium},
		},
		{
			name: "the limit itself is within",
			body: lines(short, short),
			max:  2*utf8.RuneCountInString(short) + 1,
			want: []string{lines(short, short)},
		},
		{
			name: "one rune less is not",
			body: lines(short, short),
			max:  2 * utf8.RuneCountInString(short),
			want: []string{short, short},
		},
		{
			name: "short sentences between topics join neither",
			body: lines(topic, short, short, topic),
			want: []string{topic, lines(short, short), topic},
		},
		{
			name: "a title opens a new speaker",
			body: lines(medium, "Ông Tạ Văn Bưởi nói giá hoa đã nhích lên.", short),
			want: []string{medium, lines("Ông Tạ Văn Bưởi nói giá hoa đã nhích lên.", short)},
		},
		{
			name: "so does theo",
			body: lines(medium, "Theo ban quản lý chợ, khách đông gấp đôi."),
			want: []string{medium, "Theo ban quản lý chợ, khách đông gấp đôi."},
		},
		{
			name: "so does a colon",
			body: lines(medium, "Chị Mận bán cúc: Hôm nay hết sớm."),
			want: []string{medium, "Chị Mận bán cúc: Hôm nay hết sớm."},
		},
		{
			name: "so does a quotation",
			body: lines(medium, "“Hết hàng từ ba giờ sáng.”"),
			want: []string{medium, "“Hết hàng từ ba giờ sáng.”"},
		},
		{
			name: "and a dash",
			body: lines("- Chợ họp lúc nào?", "- Từ nửa đêm."),
			want: []string{"- Chợ họp lúc nào?", "- Từ nửa đêm."},
		},
		{
			name: "a sub-heading goes with what follows",
			body: lines(topic, "Nghề cũ, nếp mới", topic),
			want: []string{topic, lines("Nghề cũ, nếp mới", topic)},
		},
		{
			name: "also where short sentences follow",
			body: lines(medium, "Nghề cũ, nếp mới", short, short),
			want: []string{medium, lines("Nghề cũ, nếp mới", short, short)},
		},
		{
			name: "also before a speaker",
			body: lines(medium, "Nghề cũ, nếp mới", "Bà Cả Riềng kể chuyện xưa."),
			want: []string{medium, lines("Nghề cũ, nếp mới", "Bà Cả Riềng kể chuyện xưa.")},
		},
		{
			name: "a sub-heading at the end stays",
			body: lines(topic, "Nghề cũ, nếp mới"),
			want: []string{topic, "Nghề cũ, nếp mới"},
		},
		{
			name: "a long lead stands alone",
			body: lines(long, short, short),
			lead: 1,
			want: []string{long, lines(short, short)},
		},
		{
			name: "the same text that is no lead is joined",
			body: lines(long, short, short),
			want: []string{lines(long, short, short)},
		},
		{
			name: "a short lead is joined",
			body: lines(medium, short, short),
			lead: 1,
			want: []string{lines(medium, short, short)},
		},
		{
			name: "a sentence longer than the limit stays whole",
			body: lines(short, long, short),
			max:  100,
			want: []string{short, long, short},
		},
		{
			name: "also inside its paragraph",
			body: repeat(short, 2) + " " + long + " " + short,
			max:  100,
			want: []string{repeat(short, 2), long, short},
		},
		{
			name: "a long paragraph is cut into parts of about one length",
			body: repeat(medium, 10), // 879 runes
			want: []string{repeat(medium, 5), repeat(medium, 5)},
		},
		{
			name: "and not into a full one and a rest",
			body: repeat(medium, 9),
			max:  8*88 - 1,
			want: []string{repeat(medium, 5), repeat(medium, 4)},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := &corpus.Article{Body: c.body}
			if c.lead > 0 {
				a.LeadLen = len(lines(strings.Split(c.body, "\n")[:c.lead]...))
			}
			if c.max == 0 {
				c.max = corpus.PassageRunes
			}
			if diff := cmp.Diff(c.want, quotes(a, c.max)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			checkPassages(t, a, c.max)
		})
	}
}

// checkPassages checks what Split promises of every article.
func checkPassages(t interface {
	Helper()
	Errorf(string, ...any)
}, a *corpus.Article, maxRunes int) {
	t.Helper()
	starts, ends := map[int]int{}, map[int]int{} // offset -> number of the sentence
	for i, s := range vi.Sentences(a.Body) {
		starts[s.Start], ends[s.End] = i, i
	}
	at := 0 // all before this offset is covered
	for i, p := range corpus.Split(a, maxRunes) {
		if p.N != i {
			t.Errorf("passage %d says it is number %d", i, p.N)
		}
		if p.Start < at || p.End <= p.Start || p.End > len(a.Body) {
			t.Errorf("passage %d is [%d,%d), behind %d, of %d bytes", i, p.Start, p.End, at, len(a.Body))
			return
		}
		if gap := a.Body[at:p.Start]; strings.TrimSpace(gap) != "" {
			t.Errorf("%q before passage %d is in none", gap, i)
		}
		first, ok := starts[p.Start]
		last, ok2 := ends[p.End]
		if !ok || !ok2 {
			t.Errorf("passage %d does not begin and end with a sentence: %q", i, a.Body[p.Start:p.End])
		}
		if n := utf8.RuneCountInString(a.Body[p.Start:p.End]); n > maxRunes && first != last {
			t.Errorf("passage %d has %d runes in %d sentences, limit %d", i, n, last-first+1, maxRunes)
		}
		c := corpus.Cite(a, p.Span)
		if c.Quote != a.Body[p.Start:p.End] || c.Span != p.Span {
			t.Errorf("citation of passage %d is [%d,%d) %q", i, c.Start, c.End, c.Quote)
		}
		at = p.End
	}
	if rest := a.Body[at:]; strings.TrimSpace(rest) != "" {
		t.Errorf("%q at the end is in no passage", rest)
	}
}

// paragraph draws what newspapers put on a line, and now and then what none
// should.
func paragraph() *rapid.Generator[string] {
	word := rapid.SampledFrom(strings.Fields("hoa chợ đêm sông Hồng TP. Hà Nội 5,83% ông Bưởi GS.TS (hai) ngày 3/4 21-KL/TW q.1 khoẻ Ðông e\u0301"))
	sentence := rapid.Custom(func(t *rapid.T) string {
		words := rapid.SliceOfN(word, 1, 60).Draw(t, "words")
		return strings.Join(words, " ") + rapid.SampledFrom([]string{".", "?", "!", "...", ".”", ":", ""}).Draw(t, "mark")
	})
	return rapid.Custom(func(t *rapid.T) string {
		opening := rapid.SampledFrom([]string{"", "", "Ông ", "Theo ", "“", "- ", "Chị Mận: "}).Draw(t, "opening")
		gap := rapid.SampledFrom([]string{" ", " ", "  ", ""}).Draw(t, "gap")
		return opening + strings.Join(rapid.SliceOfN(sentence, 0, 8).Draw(t, "sentences"), gap)
	})
}

func TestSplitAnyArticle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		paragraphs := rapid.SliceOfN(paragraph(), 0, 12).Draw(t, "paragraphs")
		a := &corpus.Article{Body: lines(paragraphs...)}
		if rapid.Bool().Draw(t, "lead") && len(paragraphs) > 0 {
			a.LeadLen = len(paragraphs[0])
		}
		checkPassages(t, a, rapid.IntRange(1, 1500).Draw(t, "max"))
	})
}

func TestSplitSample(t *testing.T) {
	files, failures, err := source.List(context.Background(), sample.FS)
	if err != nil || len(failures) > 0 {
		t.Fatal(err, failures)
	}
	n := 0
	for _, f := range files {
		articles, failures := source.Read(context.Background(), sample.FS, f)
		if len(failures) > 0 {
			t.Fatal(failures)
		}
		for _, a := range articles {
			n++
			for _, limit := range []int{1, 100, 400, corpus.PassageRunes, 5000} {
				checkPassages(t, a, limit)
			}
			if len(corpus.Split(a, corpus.PassageRunes)) < 2 {
				t.Errorf("%s is one passage", a.Path)
			}
		}
	}
	if n < 12 {
		t.Errorf("only %d articles", n)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(lines(long, medium, "Nghề cũ, nếp mới", repeat(medium, 10)), 1, 700)
	f.Add("Ông A. nói: “Được.”\n\n- TP. X?\r\n\xff…", 0, 10)
	f.Add("a.\u0085b\u2028c\u00a0.", 2, 1)
	f.Fuzz(func(t *testing.T, body string, lead, maxRunes int) {
		maxRunes = max(maxRunes, 1)
		a := &corpus.Article{Body: body, LeadLen: min(max(lead, 0), len(body))}
		checkPassages(t, a, maxRunes)
	})
}

func TestCite(t *testing.T) {
	a := &corpus.Article{
		ID: "0123456789abcdef", Revision: 3, Story: "fedcba9876543210",
		Title: "Chợ hoa đêm", TitleDerived: true, Body: lines(short, medium),
		Outlet: "Bản tin thử", Author: "Hồ Thị Thử", Published: corpus.Date{Year: 2023, Basis: corpus.Inferred},
		URL: "https://example.org/cho-hoa", Path: "cho-hoa.txt",
	}
	span := vi.Span{Start: len(short) + 1, End: len(a.Body)}
	want := corpus.Citation{
		ArticleID: a.ID, Revision: 3, Story: a.Story, Title: a.Title, TitleDerived: true,
		Outlet: a.Outlet, Author: a.Author, Published: a.Published, URL: a.URL, Path: a.Path,
		Quote: medium, Span: span,
	}
	if diff := cmp.Diff(want, corpus.Cite(a, span)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, span := range []vi.Span{{Start: 0, End: len(a.Body) + 1}, {Start: 5, End: 4}, {Start: -1, End: 2}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("citing [%d,%d) of %d bytes did not panic", span.Start, span.End, len(a.Body))
				}
			}()
			corpus.Cite(a, span)
		}()
	}
}

func TestLead(t *testing.T) {
	a := &corpus.Article{Body: lines(long, medium)}
	if got := a.Lead(); got != "" {
		t.Errorf("lead %q of an article without one", got)
	}
	a.LeadLen = len(long)
	if got := a.Lead(); got != long {
		t.Errorf("lead %q, want %q", got, long)
	}
}

// The lengths that the cases of TestSplit rely on.
func TestLengths(t *testing.T) {
	for s, want := range map[string][2]int{short: {20, 40}, medium: {80, 95}, long: {200, 300}} {
		if n := utf8.RuneCountInString(s); n < want[0] || n > want[1] {
			t.Errorf("%d runes, want %v: %s", n, want, s)
		}
		if len(vi.Sentences(s)) != 1 || strings.ContainsFunc(s, unicode.IsControl) {
			t.Errorf("not one sentence: %s", s)
		}
	}
}

func TestPassageAt(t *testing.T) {
	a := &corpus.Article{Body: strings.Repeat("Nước sông dâng cao trong đêm và rút dần vào buổi sáng hôm sau. ", 40) + "\n" +
		strings.Repeat("Người dân ven đê được đưa tới trường học ở trên đồi. ", 40)}
	passages := corpus.Split(a, corpus.PassageRunes)
	if len(passages) < 4 {
		t.Fatalf("%d passages", len(passages))
	}
	for _, p := range passages {
		for _, at := range []int{p.Start, (p.Start + p.End) / 2, p.End - 1} {
			if got := corpus.PassageAt(a, at); got != p.N {
				t.Errorf("byte %d is in passage %d, want %d", at, got, p.N)
			}
		}
	}
	if got := corpus.PassageAt(a, len(a.Body)); got != len(passages)-1 {
		t.Errorf("behind the end: passage %d, want the last", got)
	}
	if got := corpus.PassageAt(&corpus.Article{}, 0); got != 0 {
		t.Errorf("of nothing: passage %d", got)
	}
}
