package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"trichdan/bot/chat"
	"trichdan/bot/web"
	"trichdan/corpus"
	"trichdan/corpus/store"
)

// ferry is an article of our own with all that one can have. Its second
// paragraph is longer than a passage.
var ferry = corpus.Article{
	ID: "pha-song-mo", Title: "Phà sông Mơ chạy lại <sau> lũ", Outlet: "Báo Bến & Bãi", Author: "Lê Thử",
	Published: corpus.Date{Year: 2024, Month: 5, Day: 7, Basis: corpus.Inferred},
	URL:       "https://benbai.example/pha?so=1&trang=2", Path: "pha.txt",
	Tags: []string{"giao thông", "sông <Mơ>"}, Captions: []string{"Phà số 2 cập bến sáng 7/5."},
	LeadLen: len(ferryLead), Body: ferryLead + "\n" + strings.Join(ferrySentences, " ") + "\nGiá vé giữ ở mức 4.000 đồng một lượt.",
}

const ferryLead = "Phà sông Mơ đón khách trở lại từ 5 giờ sáng 7/5, sau 11 ngày nghỉ vì nước lớn."

var ferrySentences = []string{
	"Bến phía nam đã nạo vét xong 3.200 m³ cát và đóng lại 46 cọc thép dọc theo cầu dẫn.",
	"Hai phà mỗi chiếc chở được 60 người và 12 xe máy, chạy cách nhau 20 phút.",
	"Ông Phan Văn Mẫu, trưởng bến, cho biết đội lái đã chạy thử chín chuyến không tải trong hai ngày liền.",
	"Khách đi từ sáng sớm phần lớn là người bán rau ở bãi giữa, trước đó phải vòng 28 km qua cầu Đá Dựng.",
	"Mực nước lúc mở bến là 2,35 m, thấp hơn báo động một gần một mét.",
	"Nếu nước lên quá 3,1 m thì bến lại đóng, và loa của phường sẽ báo trước hai giờ.",
	"Xe chở vật liệu còn phải chờ tới cuối tháng, khi mặt bến phía bắc được lát lại bằng tấm bê tông.",
	"Bến cũng treo thêm 14 áo phao cho trẻ em và một bảng giờ chạy bằng chữ lớn.",
}

// market tells nothing more than that it exists.
var market = corpus.Article{ID: "cho-hom", Title: "Chợ hôm dời sang phố Lụa", Body: "Chợ hôm dời sang phố Lụa từ tuần tới."}

// site is a page over a real store.
type site struct {
	*web.Page
	store *store.Store
	asked []chat.Request
	reply func(context.Context) (chat.Message, error)
}

// newSite opens a page with the two articles. A change of the options may be nil.
func newSite(t *testing.T, change func(*web.Options)) *site {
	t.Helper()
	s := &site{reply: func(context.Context) (chat.Message, error) { return chat.Message{Text: "Chữ."}, nil }}
	var err error
	if s.store, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "corpus.db"), nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.store.Close() })
	s.put(t, ferry)
	s.put(t, market)
	o := web.Options{
		Articles: s.store, NotFound: store.ErrNotFound, Log: slog.New(slog.DiscardHandler),
		Handler: func(ctx context.Context, r chat.Request) (chat.Message, error) {
			s.asked = append(s.asked, r)
			return s.reply(ctx)
		},
	}
	if change != nil {
		change(&o)
	}
	s.Page = web.New(o)
	return s
}

func (s *site) put(t *testing.T, a corpus.Article) {
	t.Helper()
	if _, err := s.store.Put(t.Context(), &a); err != nil {
		t.Fatal(err)
	}
}

// document is an answer, with its HTML taken apart.
type document struct {
	*httptest.ResponseRecorder
	root *html.Node
}

func request(method, target string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr = "192.0.2.7:1234"
	return r
}

func do(t *testing.T, h http.Handler, r *http.Request) document {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	root, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	return document{w, root}
}

func get(t *testing.T, h http.Handler, target string) document {
	t.Helper()
	return do(t, h, request("GET", target))
}

// all gives the elements for which want is true, in their order.
func all(n *html.Node, want func(*html.Node) bool) []*html.Node {
	var list []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && want(d) {
			list = append(list, d)
		}
	}
	return list
}

func tag(names ...string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(names, n.Data) }
}

func class(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(strings.Fields(attr(n, "class")), name) }
}

func id(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return attr(n, "id") == name }
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is all text of an element.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// words are those of an element, one space between them, and between elements.
func words(n *html.Node) string {
	var list []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			list = append(list, strings.Fields(d.Data)...)
		}
	}
	return strings.Join(list, " ")
}

// one gives the only element for which want is true.
func one(t *testing.T, n *html.Node, want func(*html.Node) bool) *html.Node {
	t.Helper()
	list := all(n, want)
	if len(list) != 1 {
		t.Fatalf("%d such elements, want one", len(list))
	}
	return list[0]
}
