package console

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"trichdan/bot/chat"
	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// answered is a message with all that an answer can have.
func answered() chat.Message {
	quote := "Cầu Sao mở cửa sáng 3/5. Cầu dài 1,2 km và có sáu làn xe.\nVốn lấy từ ngân sách quận."
	sentence := "Cầu dài 1,2 km và có sáu làn xe."
	start := strings.Index(sentence, "1,2 km")
	at := strings.Index(quote, "1,2 km")
	return chat.Message{
		Notes:  []string{"Lọc: tháng 5/2023"},
		Answer: &chat.Answer{Label: "Trả lời", Text: sentence, Mark: vi.Span{Start: start, End: start + len("1,2 km")}, N: 1},
		Citations: []chat.Citation{
			{
				N:        1,
				Citation: corpus.Citation{Title: "Cầu Sao mở cửa", Quote: quote},
				Mark:     vi.Span{Start: at, End: at + len("1,2 km")},
				Source:   "Báo Quận, 3/5/2023", Sources: "2 nguồn",
				Link: "https://bao.example/cau-sao", LinkText: "Đọc bài",
			},
			{N: 2, Citation: corpus.Citation{Quote: "Xe tải chưa được qua cầu."}},
		},
	}
}

func TestRender(t *testing.T) {
	closest := chat.Message{
		Text:       "Kho bài chưa có thông tin để trả lời câu này.",
		LinksTitle: "Gần nhất:",
		Links: []chat.Link{
			{N: 12, Title: "Cầu Sao mở cửa", Source: "Báo Quận", URL: "https://bao.example/cau-sao"},
			{Title: "Xe buýt đổi tuyến"},
		},
	}
	for _, tt := range []struct {
		name  string
		m     chat.Message
		style Style
		want  string
	}{
		{"plain", answered(), Style{}, `
Lọc: tháng 5/2023
Trả lời · Cầu dài 1,2 km và có sáu làn xe. [1]

[1] Cầu Sao mở cửa, Báo Quận, 3/5/2023 · 2 nguồn
    “Cầu Sao mở cửa sáng 3/5. Cầu dài 1,2 km và có sáu làn xe.
    Vốn lấy từ ngân sách quận.”
    Đọc bài: https://bao.example/cau-sao

[2]
    “Xe tải chưa được qua cầu.”
`},
		{"terminal", answered(), Style{Width: 24, Color: true}, `
Lọc: tháng 5/2023
Trả lời · Cầu dài <b>1,2 km</>
và có sáu làn xe. [1]

[1] <b>Cầu Sao mở cửa</>, Báo
Quận, 3/5/2023 · 2 nguồn
│ “Cầu Sao mở cửa sáng
│ 3/5. Cầu dài <b>1,2 km</> và
│ có sáu làn xe.
│ Vốn lấy từ ngân sách
│ quận.”
│ <d>Đọc bài: https://bao.example/cau-sao</>

[2]
│ “Xe tải chưa được qua
│ cầu.”
`},
		{"bold over a line break", chat.Message{
			Answer: &chat.Answer{Text: "dài một km", Mark: vi.Span{Start: 5, End: 13}},
		}, Style{Width: 8, Color: true}, "\ndài <b>một</>\n<b>km</>\n"},
		{"terminal without colours", closest, Style{Width: 30}, `
Kho bài chưa có thông tin để
trả lời câu này.

Gần nhất:
 12. Cầu Sao mở cửa, Báo Quận
     https://bao.example/cau-sao
  Xe buýt đổi tuyến
`},
		{"links", closest, Style{}, `
Kho bài chưa có thông tin để trả lời câu này.

Gần nhất:
 12. Cầu Sao mở cửa, Báo Quận
     https://bao.example/cau-sao
  Xe buýt đổi tuyến
`},
		{"escape sequences, bidi overrides and tabs", chat.Message{
			Text: "a\x1b[31mb\x07\tc\u202ed\u2028e\u009b1mf\xffg",
		}, Style{}, "\na\ufffd[31mb\ufffd c\ufffdd\ufffde\ufffd1mf\ufffdg\n"},
		{"a line break in what stands on one line", chat.Message{
			Notes: []string{"Lọc: x\nTrả lời · giả"},
			Links: []chat.Link{{Title: "a\nb", Source: "c\rd", URL: "https://x.example/\n1"}},
		}, Style{}, "\nLọc: x Trả lời · giả\n\n  a b, c\ufffdd\n  https://x.example/ 1\n"},
		{"a mark outside the text", chat.Message{
			Answer: &chat.Answer{Text: "Đủ", Mark: vi.Span{Start: 1, End: 99}, N: 1},
		}, Style{Width: 20, Color: true}, "\nĐủ [1]\n"},
		{"what was left out, a page, what can be typed", chat.Message{
			Answer: &chat.Answer{Label: "Trả lời", Text: "cầu dài 1,2 km", Mark: vi.Span{Start: 11, End: 17}, N: 1, Before: true, After: true},
			Citations: []chat.Citation{
				{N: 1, Citation: corpus.Citation{Quote: "Câu giữa."}, Source: "Báo Quận", Before: true, After: true},
				{N: 2, Citation: corpus.Citation{Quote: "Câu đầu."}, After: true},
				{N: 3, Citation: corpus.Citation{Quote: "Câu cuối."}, Before: true},
			},
			Footer: "Trang 2/3",
			Buttons: [][]chat.Button{
				{{Text: "Trang\ntrước", Data: "1", Command: "/bai 1 1"}, {Text: "Trang sau", Data: "3", Command: "/bai 1 3"}},
				{{Text: "Có ích", Data: "y"}},
			},
			Notice: "Đã ghi\nnhận.",
		}, Style{Width: 44, Color: true}, `
Trả lời · […] cầu dài <b>1,2 km</> […] [1]

[1] <b>(không có tiêu đề)</>, Báo Quận
│ […] “Câu giữa.” […]

[2]
│ “Câu đầu.” […]

[3]
│ […] “Câu cuối.”

Trang 2/3
<d>/bai 1 1: Trang trước · /bai 1 3: Trang sau</>

Đã ghi nhận.
`},
		{"a hint without a page", chat.Message{
			Text:    "Chọn ngôn ngữ.",
			Buttons: [][]chat.Button{{{Text: "English", Data: "en", Command: "/caidat en"}}},
		}, Style{}, "\nChọn ngôn ngữ.\n\n/caidat en: English\n"},
		{"buttons that cannot be typed", chat.Message{
			Text:    "Xong.",
			Buttons: [][]chat.Button{{{Text: "Có ích", Data: "y"}}},
		}, Style{}, "\nXong.\n"},
		{"a notice alone", chat.Message{Notice: "Đã ghi nhận."}, Style{}, "\nĐã ghi nhận.\n"},
		{"nothing", chat.Message{}, Style{}, "\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := Render(&b, tt.m, tt.style); err != nil {
				t.Fatal(err)
			}
			shown := strings.NewReplacer(bold, "<b>", dim, "<d>", notBold, "</>").Replace(b.String())
			if diff := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), shown); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRenderReportsWriteError(t *testing.T) {
	if err := Render(brokenWriter{}, answered(), Style{}); err == nil {
		t.Error("no error from a writer that fails")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

// anyText draws article text: Vietnamese, and what sneaks into it.
var anyText = rapid.Custom(func(t *rapid.T) string {
	parts := rapid.SliceOf(rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{
			"Hà Nội", "hoà bình", " ", "  ", "\n", "5,83%", "“trích”", "e\u0302\u0323", "漢字", "👩‍👩‍👧",
			"\x1b[2J", "\x1b]0;x\x07", "\u202e", "\u2066", "\r", "\t", "\x00", "\u0085", "\xff", "\u00a0", "*đậm*",
		}),
	)).Draw(t, "parts")
	return strings.Join(parts, "")
})

func spanOf(t *rapid.T, s string) vi.Span {
	start := rapid.IntRange(-1, len(s)+1).Draw(t, "start")
	return vi.Span{Start: start, End: rapid.IntRange(start-1, len(s)+1).Draw(t, "end")}
}

func anyMessage(t *rapid.T) chat.Message {
	quote, answer := anyText.Draw(t, "quote"), anyText.Draw(t, "answer")
	return chat.Message{
		Notes:  rapid.SliceOfN(anyText, 0, 2).Draw(t, "notes"),
		Answer: &chat.Answer{Label: anyText.Draw(t, "label"), Text: answer, Mark: spanOf(t, answer), N: 1},
		Text:   anyText.Draw(t, "text"),
		Citations: []chat.Citation{{
			N: 1, Citation: corpus.Citation{Title: anyText.Draw(t, "title"), Quote: quote}, Mark: spanOf(t, quote),
			Source: anyText.Draw(t, "source"), Link: anyText.Draw(t, "link"), LinkText: "Đọc bài",
		}},
		LinksTitle: anyText.Draw(t, "links title"),
		Links:      []chat.Link{{N: 3, Title: anyText.Draw(t, "link title"), URL: anyText.Draw(t, "url")}},
	}
}

// TestPlainQuoteIsExact: plain text has every paragraph of the quote byte for
// byte, but for what a terminal would act on.
func TestPlainQuoteIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMessage(t)
		got := rendered(t, m, Style{})
		want := m.Citations[0].Quote
		if strings.IndexFunc(want, unicode.IsControl) < 0 && utf8.ValidString(want) && strings.IndexFunc(want, chat.UnsafeRune) < 0 {
			if !strings.Contains(got, "“"+want+"”") {
				t.Fatalf("the quote %q is not in %q", want, got)
			}
		}
		block := margin + "“" + strings.ReplaceAll(chat.Clean(want), "\n", "\n"+margin) + "”\n"
		if !strings.Contains(got, block) {
			t.Fatalf("the block %q is not in %q", block, got)
		}
	})
}

// TestNothingActsOnTheTerminal: whatever the texts say, only the renderer's own
// sequences come out.
func TestNothingActsOnTheTerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		style := Style{Width: rapid.IntRange(0, 40).Draw(t, "width"), Color: rapid.Bool().Draw(t, "color")}
		got := rendered(t, anyMessage(t), style)
		if style.Color {
			got = strings.NewReplacer(bold, "", dim, "", notBold, "").Replace(got)
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }); i >= 0 {
			t.Fatalf("%q has %q at %d", got, got[i:i+1], i)
		}
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
		if !strings.HasSuffix(got, "\n") {
			t.Fatalf("%q does not end its line", got)
		}
	})
}

// TestWrappingAddsOnlyLineBreaks: the quote comes back when bars and line
// breaks become spaces again, and colours change no text.
func TestWrappingAddsOnlyLineBreaks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := chat.Message{Citations: anyMessage(t).Citations}
		m.Citations[0].Link = ""
		style := Style{Width: rapid.IntRange(len([]rune(bar))+1, 60).Draw(t, "width")}
		got := rendered(t, m, style)
		colored := rendered(t, m, Style{Width: style.Width, Color: true})
		if bare := strings.NewReplacer(bold, "", notBold, "").Replace(colored); bare != got {
			t.Fatalf("colours change %q to %q", got, bare)
		}
		start := strings.Index(got, bar)
		var lines []string
		for line := range strings.SplitSeq(strings.TrimSuffix(got[start:], "\n"), "\n") {
			text, ok := strings.CutPrefix(line, bar)
			if !ok {
				t.Fatalf("line %q has no bar", line)
			}
			if w := widths.StringWidth(line); w > style.Width && strings.Contains(text, " ") {
				t.Fatalf("line %q is %d wide, the terminal %d", line, w, style.Width)
			}
			lines = append(lines, text)
		}
		back := strings.Join(lines, " ")
		want := strings.ReplaceAll("“"+chat.Clean(m.Citations[0].Quote)+"”", "\n", " ")
		if back != want {
			t.Fatalf("got back %q, want %q", back, want)
		}
	})
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 5, []string{""}},
		{"một hai ba", 0, []string{"một hai ba"}},
		{"một hai ba", 10, []string{"một hai ba"}},
		{"một hai ba", 9, []string{"một hai", "ba"}},
		{"nghiêng", 3, []string{"nghiêng"}},
		{"ở nghiêng ở", 3, []string{"ở", "nghiêng", "ở"}},
		{"a  b", 2, []string{"a ", "b"}},
		{"so\u0302\u0301 mo\u0302\u0323t", 7, []string{"so\u0302\u0301 mo\u0302\u0323t"}},
		{"漢字 漢", 6, []string{"漢字", "漢"}},
		{"漢字 漢", 7, []string{"漢字 漢"}},
		{"5\u00a0km dài", 4, []string{"5\u00a0km", "dài"}},
	} {
		if diff := cmp.Diff(tt.want, wrap(tt.text, tt.width)); diff != "" {
			t.Errorf("%q at %d (-want +got):\n%s", tt.text, tt.width, diff)
		}
	}
}

func rendered(t *rapid.T, m chat.Message, s Style) string {
	var b bytes.Buffer
	if err := Render(&b, m, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
