package vi

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Each case is the text with "|" where a sentence ends and another begins.
var sentenceCases = []string{
	"",
	"   ",
	"Hội nghị kết thúc.",
	"Hội nghị kết thúc. |Đại biểu ra về.",
	"Mưa to! |Ai đi đâu? |Không ai!? |Hết.",
	"Lãnh đạo TP. Hà Nội dự họp. |Ngày mai làm tiếp.",
	"Người dân TP.HCM, TP. HCM và Tp. Huế vui. |Hết.",
	"Nhà ở P.5, Q. Tân Bình, H. Năm Căn. |Hết.",
	"ThS. Lê Lan và GS.TS. Trần Bình, PGS. TS Nguyễn Hà nói. |Xong.",
	"GS.TS Lê Minh, BS.CKII Vũ An, BS. CKI Đỗ Nga. |Xong.",
	"Xem Tr. 5 và tr. 12 của sách. |Hết.",
	"Có cam, quýt, v.v. và nhiều thứ. |Có bưởi, v.v. |Hết rồi.",
	"Gồm điện, nước, v.v... nhưng thiếu gạo. |Gồm điện, v.v... |Sau đó nghỉ.",
	"Kinh tế tăng 5,83% so với năm trước. |Thu 1.000.000 đồng, 3.5 điểm.",
	"Từ ngày 12.4.2023 đến nay. |Rồi thôi.",
	"Anh ấy… không nói gì… |Rồi đi.",
	"Trời mưa ... nhưng vẫn đi... |Tối mới về.",
	"“…bước sang năm mới, kinh tế tốt”.|",
	"Ông Nguyễn V. A và bà Trần Thị B. Lan đến. |Hết.",
	"Công an mời Nguyễn Văn A. |Theo hồ sơ, A. làm thuê. |Hết.",
	"Chị Nguyễn Thị Huyền Tr.\n|(SN 1997) đi vắng.",
	"Chị Lê Thị Tr. (SN 1997) đi vắng. |Hết.",
	"Ông nói: “Tôi làm. |Tôi chịu.” |Mọi người nghe.",
	"“Tôi làm. |Tôi chịu”, ông nói. |Mọi người nghe.",
	"“Ai làm?” ông hỏi. |“Tôi!” – chị đáp. |“Đi thôi.” |Họ đi.",
	"\"Tôi làm.\" |Ông đi. |\"Tôi chịu\", bà nói.",
	"Ông nói \"Tốt.\" |\"Vâng.\"",
	"1. Nội dung thứ nhất. |2. Nội dung thứ hai.\n|a) Điểm a.\n|b. Điểm b.\n|II. Kết quả. |2.3. Mục con.",
	"Gồm các việc: 1. Họp; 2. Báo cáo. |Hết.",
	"Hội nghị.|Tiếp theo là phần hai.",
	"Báo Chinhphu.vn và Vietnam.Net đưa tin.",
	"Làm tốt; giữ vững: ổn định.",
	"GRDP quý I. |Thu ngân sách quý II. |Hết.",
	"Đại hội nhiệm kỳ I. |Ban mới ra mắt.",
	"Theo báo cáo (nguồn: A. Số liệu 2021. Tạm tính.) |Năm nay tăng.",
	"Ông nói (...) Nhân dân làm chủ.",
	"(Ảnh: Minh Hà.) |Tiếp theo.",
	"Năm 2021. |10 chương trình được thông qua.",
	"Dòng một\n|Dòng hai",
	"Hết rồi.  \n\n  |Còn nữa",
	"- Việc một. |- Việc hai.",
	"Họp ở UBND. |Hà Nội mưa.",
	"Lãnh đạo TP. |Theo đó, mọi việc ổn.",
	"Làm lúc 5h. |Nam về muộn.",
	"Ăn rất no. |Nam ngủ.",
	"Bạn tìm gì?|Bạn cần ai?",
}

func TestSentences(t *testing.T) {
	for _, c := range sentenceCases {
		var want, got []string
		for _, w := range strings.Split(c, "|") {
			if w = strings.TrimSpace(w); w != "" {
				want = append(want, w)
			}
		}
		s := strings.ReplaceAll(c, "|", "")
		for _, p := range Sentences(s) {
			got = append(got, s[p.Start:p.End])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Sentences(%q):\n%s", s, diff)
		}
	}
}

func checkSentences(t interface{ Fatalf(string, ...any) }, s string) {
	end := 0
	for _, p := range append(Sentences(s), Span{len(s), len(s)}) {
		if p.Start < end || p.End > len(s) || !onRune(s, p.Start) || !onRune(s, p.End) {
			t.Fatalf("Sentences(%q): %+v behind %d", s, p, end)
		}
		if gap := s[end:p.Start]; strings.TrimSpace(gap) != "" {
			t.Fatalf("Sentences(%q): %q is in none", s, gap)
		}
		sentence := s[p.Start:p.End]
		if p.Start < len(s) && (sentence == "" || strings.TrimFunc(sentence, unicode.IsSpace) != sentence || strings.Contains(sentence, "\n")) {
			t.Fatalf("Sentences(%q): %q", s, sentence)
		}
		end = p.End
	}
}

func TestSentenceProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkSentences(t, text().Draw(t, "s")) })
}

func FuzzSentences(f *testing.F) {
	for _, c := range sentenceCases {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, s string) { checkSentences(t, s) })
}
