package bot

import (
	"strings"
	"testing"

	"trichdan/corpus/sample"
)

// fact is a question over the sample and what the answering sentence must hold.
type fact struct {
	question string
	text     string
	mark     string // that is marked; "" where nothing need be
}

// exampleFacts are the questions that the sample itself gives.
var exampleFacts = []fact{
	{"GRDP quý I/2022 của Hà Nội tăng bao nhiêu?", "5,83%", "5,83%"},
	{"bi thu quan uy tay ho la ai", "Lê Thị Thu Hằng", "Lê Thị Thu Hằng"},
	{"Luật Thủ đô mới có hiệu lực từ ngày nào?", "1/1/2025", "1/1/2025"},
	{"Đường Vành đai 4 có tổng mức đầu tư bao nhiêu?", "85.813 tỷ đồng", "85.813 tỷ đồng"},
	{"SEA Games 31 khai mạc ở đâu?", "sân vận động Mỹ Đình", "Mỹ Đình"},
	{"Vì sao SEA Games 31 bị lùi sang năm 2022?", "Vì dịch Covid-19", "dịch Covid-19"},
	{"Bộ Chính trị ban hành nghị quyết nào về phát triển Thủ đô?", "15-NQ/TW", "15-NQ/TW"},
	{"BTV Thành ủy tự chỉ ra bao nhiêu hạn chế?", "13 hạn chế", "13"},
	{"Tháng 6/2024 Quốc hội thông qua luật gì?", "thông qua Luật Thủ đô", "Luật Thủ đô"},
	{"Ai là người phụ nữ đầu tiên đứng đầu Đảng bộ Hà Nội?", "Bùi Thị Minh Hoài", "Bùi Thị Minh Hoài"},
}

// sampleFacts are further ones.
var sampleFacts = []fact{
	{"Tuyến Cát Linh - Hà Đông dài bao nhiêu km?", "13,1 km", "13,1 km"},
	{"Vé tháng phổ thông của tàu điện Cát Linh - Hà Đông giá bao nhiêu?", "200.000 đồng", "200.000 đồng"},
	{"Linh vật của SEA Games 31 là con gì?", "sao la", ""},
	{"Đoàn Việt Nam giành bao nhiêu huy chương vàng ở SEA Games 31?", "205 huy chương vàng", "205"},
	{"Cầu Vĩnh Tuy giai đoạn 2 khởi công khi nào?", "1/2021", "1/2021"},
	{"Cầu Phong Châu sập ngày nào?", "sáng 9/9", "9/9"},
	{"Sau sắp xếp Hà Nội còn bao nhiêu thị trấn?", "21 thị trấn", "21"},
	{"Đề án số 11-ĐA/TU do ai ban hành?", "Ban Thường vụ Thành ủy", ""},
	{"Người tiền nhiệm của bà Bùi Thị Minh Hoài là ai?", "Đinh Tiến Dũng", "Đinh Tiến Dũng"},
	{"vanh dai 4 qua ha noi dai bao nhieu", "58,2 km", "58,2 km"},
	{"bao yagi do bo vao dau", "Quảng Ninh", "Quảng Ninh"},
	{"luat thu do so bao nhieu", "39/2024/QH15", ""},
	{"ai chu tri cuoc hop voi doan cong tac so 1", "Trương Thị Mai", ""},
	{"pho di bo ho hoan kiem ra doi khi nao", "9/2016", "9/2016"},
	{"muc bao dong 3 song hong tai ha noi la bao nhieu", "11,5 m", "11,5 m"},
	{"hoi dong nhan dan thanh pho duoc bau bao nhieu dai bieu", "125 đại biểu", "125"},
	{"muc tieu grdp binh quan dau nguoi den nam 2030", "12.000-13.000 USD", ""},
}

// sampleUnanswered are questions that the sample leaves open, most of them
// close to what it tells.
var sampleUnanswered = []string{
	"Giá vé máy bay Hà Nội đi Phú Quốc là bao nhiêu?",
	"Ai là huấn luyện viên đội tuyển futsal Brazil?",
	"Công thức làm bánh chưng như thế nào?",
	"Thời tiết Đà Lạt cuối tuần ra sao?",
	"Sân bay Nội Bài có bao nhiêu nhà ga?",
	"Giá xăng RON 95 hôm nay bao nhiêu?",
	"Tiểu thuyết Số đỏ do ai viết?",
	"Ai sáng lập hãng điện thoại Nokia?",
	"Thuế thu nhập cá nhân tính thế nào?",
	"Hồ Tây sâu bao nhiêu mét?",
	"benh vien bach mai kham benh may gio",
	"gia chung cu cau giay bao nhieu mot met vuong",
	"ai la tong thong phap",
	"truong dai hoc bach khoa tuyen sinh bao nhieu",
	"Đội bóng nào vô địch V-League 2020?",
}

func TestSampleFacts(t *testing.T) {
	l := newLibrary(t, read(t, sample.FS, 0)...)
	questions := sample.Questions()
	if len(questions) != len(exampleFacts) {
		t.Fatalf("%d example questions, %d of them here", len(questions), len(exampleFacts))
	}
	for i, q := range questions {
		if q != exampleFacts[i].question {
			t.Errorf("the example %q is not here", q)
		}
	}
	for name, list := range map[string][]fact{"examples": exampleFacts, "further": sampleFacts} {
		right := 0
		for _, f := range list {
			r := l.ask(t, f.question)
			switch {
			case r.Answer == nil:
				t.Errorf("%q: no answer, want %s", f.question, f.text)
			case !strings.Contains(r.Answer.Text, f.text):
				t.Errorf("%q: %q, want %s", f.question, r.Answer.Text, f.text)
			case !strings.Contains(marked(r), f.mark):
				t.Errorf("%q: marked %q of %q, want %s", f.question, marked(r), r.Answer.Text, f.mark)
			default:
				right++
			}
		}
		t.Logf("%s: %d of %d", name, right, len(list))
	}
}

func TestSampleAbstains(t *testing.T) {
	l := newLibrary(t, read(t, sample.FS, 0)...)
	refused := 0
	for _, q := range sampleUnanswered {
		if r := l.ask(t, q); !r.Abstained {
			t.Errorf("%q is answered with %q", q, r.Answer.Text)
		} else {
			refused++
		}
	}
	t.Logf("%d of %d refused", refused, len(sampleUnanswered))
}
