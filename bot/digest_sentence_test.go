package bot

import (
	"strings"
	"testing"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

func TestLeans(t *testing.T) {
	for text, want := range map[string]bool{
		"Theo đó, chợ mở lại.":                      true,
		"Tuy nhiên chợ chưa mở.":                    true,
		"Song chợ chưa mở.":                         true,
		"Songkran là Tết của người Thái.":           false,
		"“Cụ thể là ba sạp”, ông Sáu nói.":          true,
		"và chợ mở lại.":                            true,
		"Theo Ban quản lý chợ, có sáu mươi sạp.":    false,
		"Đó đây người ta bán chiếu.":                false,
		"Ông Sáu nói chợ đã mở.":                    false,
		"12 sạp đã mở.":                             false,
		"Đây là năm thứ ba chợ mở.":                 true,
		"Điều này làm dân làng vui.":                true,
		"Điều người ta mong là chợ mở.":             false,
		"Rối nước là trò diễn của làng.":            false,
		"Nhưng Nghị định mới chưa có hiệu lực.":     true,
		"Nhung lụa của làng được bán ở hội chợ.":    false,
		"Trước đó một tuần, chợ đã được sửa.":       true,
		"Trước Tết, chợ sẽ mở thêm hai mươi sạp.":   false,
		"Còn ba sạp chưa thuê.":                     true,
		"Conduit là ống luồn dây điện của khu chợ.": false,
	} {
		if got := leans(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	for _, l := range leanings {
		if vi.Normalize(l) != l {
			t.Errorf("%q is not in normal form", l)
		}
	}
}

func TestEnded(t *testing.T) {
	for text, want := range map[string]bool{
		"Chợ mở lại.":                true,
		"Bao giờ chợ mở?":            true,
		"“Chợ mở lại.”":              true,
		"(Chợ mở lại.) ":             true,
		"Chợ mở lại…":                true,
		"Chợ đêm sau một năm":        false,
		"Ảnh: Minh Tú":               false,
		"Chợ bán các thứ sau:":       false,
		"Người dân nói “chợ đã mở”.": true,
	} {
		if got := ended(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// What is quoted of articles that make it hard is whole sentences that can be
// read alone.
func TestQuotesReadAlone(t *testing.T) {
	long := "Kế hoạch gồm " + strings.Repeat("một hạng mục sửa mái che của dãy sạp cạnh bến đò, ", 15) + "và cổng chợ."
	for name, a := range map[string]*corpus.Article{
		"a long sentence": news(t, "VOV", "", "Kế hoạch sửa mái che dãy sạp chợ đêm Cồn Bướm",
			long, "Chợ đêm Cồn Bướm sẽ sửa mái che trong hai tháng. Tiểu thương được miễn phí thuê sạp trong thời gian đó."),
		"leaning sentences": news(t, "VOV", "", "Chợ đêm Cồn Bướm miễn phí thuê sạp",
			"Ban quản lý họp sáng thứ hai.", "Theo đó, chợ đêm Cồn Bướm miễn phí thuê sạp trong ba tháng tới.",
			"Chợ đêm Cồn Bướm có sáu mươi sạp bán chiếu cói. Người thuê sạp đã ký hợp đồng một năm."),
		"headings and captions": news(t, "VOV", "", "Chợ đêm Cồn Bướm mở lại",
			"Ảnh: Chợ đêm Cồn Bướm mở lại", "Chợ đêm Cồn Bướm mở lại sau một năm",
			"Tối thứ bảy, chợ đêm Cồn Bướm đón khách trở lại sau một năm sửa chữa. Hơn hai nghìn người đã đến trong tối đầu tiên.", "Minh Tú"),
	} {
		got := pieces(links{}, []*corpus.Article{a})
		if len(got) == 0 {
			t.Errorf("%s: nothing is quoted", name)
		}
		for _, p := range got {
			first := vi.Sentences(p.Quote)[0]
			if p.before || p.after || !ended(p.Quote) || leans(p.Quote[first.Start:first.End]) || strings.Contains(p.Quote, "Ảnh:") {
				t.Errorf("%s: %+v", name, p)
			}
		}
	}
	// Where there is nothing better, a part of a sentence is better than none.
	if got := pieces(links{}, []*corpus.Article{news(t, "VOV", "", "Kế hoạch sửa mái che", long)}); len(got) != 1 || !got[0].after {
		t.Errorf("%+v", got)
	}
}
