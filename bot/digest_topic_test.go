package bot

import (
	"slices"
	"strings"
	"testing"
)

// TestTopicIsQuoted: of an article that is on the topic only by the way, the
// digest quotes where; of one whose summary says it, nothing more.
func TestTopicIsQuoted(t *testing.T) {
	opening := "Sáng 2/12, bến phà Cồn Én mở thêm một làn cho xe tải, rút ngắn thời gian chờ xuống còn mười phút."
	by := "Chủ bến cho hay máy bơm chống ngập mua từ năm ngoái cũng được dời về khu nhà chờ."
	bridge := news(t, "VOV", "2024-12-02", "Bến phà Cồn Én thêm làn xe tải",
		opening, "Mỗi ngày bến này chở chừng bốn nghìn lượt xe. Vé phà giữ nguyên.", by, "Người dân hai bờ mong có cầu đã lâu.")
	pump := news(t, "VOV", "2024-12-02", "Phường Bãi Sau lắp máy bơm chống ngập",
		"Phường Bãi Sau lắp sáu máy bơm chống ngập ở các ngã tư thấp.", "Công nhân thay nhau trực cả đêm.")
	l := newLibrary(t, bridge, pump)
	quotes := func(topic string) map[string][]string {
		list := map[string][]string{}
		for _, m := range l.digest(t, DigestQuery{Topic: topic}).Messages {
			for _, c := range m.Citations {
				list[c.ArticleID] = append(list[c.ArticleID], c.Quote)
			}
		}
		return list
	}
	all, some := quotes(""), quotes("máy bơm chống ngập")
	if len(some) != 2 || slices.Contains(all[bridge.ID], by) {
		t.Fatalf("all: %q\non the topic: %q", all, some)
	}
	if got := some[bridge.ID]; len(got) != 2 || got[0] != all[bridge.ID][0] || got[1] != by {
		t.Errorf("by the way: %q, without a topic %q", got, all[bridge.ID])
	}
	if got := strings.Join(some[pump.ID], "\n"); got != strings.Join(all[pump.ID], "\n") {
		t.Errorf("what says it anyway: %q", got)
	}
}
