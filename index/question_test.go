package index

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// words gives the terms of a question that are marked, as they stand in it.
func words(q *Question, marked []bool) string {
	var list []string
	end := 0
	for i, t := range q.terms {
		if marked[i] && t.Start >= end {
			list = append(list, q.scored[t.Start:t.End])
			end = t.End
		}
	}
	return strings.Join(list, " ")
}

func TestKinds(t *testing.T) {
	z := newAnalyzer()
	for _, c := range []struct {
		in   string
		kind Kind
		cut  string
	}{
		{"Ai là hiệu trưởng trường Chu Văn An?", Who, "Ai là"},
		{"Giám đốc bảo tàng là ai?", Who, "là ai"},
		{"Người nào cứu cháu bé ở bến tàu?", Who, "Người nào"},
		{"ai trao giải cho đội bóng", Who, "ai"},
		{"giam doc bao tang la ai", Who, "la ai"},
		{"Xin cho biết ai ký hợp đồng?", Who, "Xin cho biết ai"},

		{"Hội chợ khai mạc khi nào?", When, "khi nào"},
		{"Bao giờ cầu thông xe?", When, "Bao giờ"},
		{"Trường học mở cửa lại vào ngày nào?", When, "vào ngày nào"},
		{"Đường hầm khởi công năm nào", When, "năm nào"},
		{"Mấy giờ tàu chạy?", When, "Mấy giờ"},
		{"cau thong xe khi nao", When, "khi nao"},
		{"duong ham khoi cong nam nao", When, "nam nao"},
		{"Vé bán từ khi nào?", When, "từ khi nào"},

		{"Lễ hội gióng tổ chức ở đâu?", Where, "ở đâu"},
		{"Đoàn tàu đến từ đâu?", Where, "từ đâu"},
		{"Nơi nào lạnh nhất hôm đó?", Where, "Nơi nào"},
		{"le hoi to chuc o dau", Where, "o dau"},

		{"Nước nào đăng cai hội chợ?", Where, "nào"},
		{"Hội chợ họp ở quận nào?", Where, "nào"},
		{"hoi cho hop o quan nao", Where, "nao"},
		{"Vị bộ trưởng nào dự lễ?", Who, "nào"},
		{"Nhạc sĩ nào viết bài này?", Who, "nào"},
		{"Bộ trưởng làm gì?", What, "làm gì"},
		{"Mặt nước, nào ai thấy?", Who, "nào ai"},
		{"Con chim nào bay?", What, "nào"},

		{"Bao nhiêu hộ phải di dời?", HowMany, "Bao nhiêu"},
		{"Giá vé là bao nhiêu?", HowMany, "là bao nhiêu"},
		{"Có mấy làn xe trên cầu?", HowMany, "Có mấy"},
		{"Chuyến bay kéo dài bao lâu?", HowMany, "bao lâu"},
		{"Nhà ga cách trung tâm bao xa?", HowMany, "bao xa"},
		{"gia ve la bao nhieu", HowMany, "la bao nhieu"},

		{"Nghị định nào quy định mức phạt?", Document, "nào"},
		{"Quốc hội thông qua luật gì?", Document, "gì"},
		{"Ủy ban ban hành quyết định nào về giá nước?", Document, "nào"},

		{"Vì sao cầu phải đóng?", Why, "Vì sao"},
		{"Tại sao giá gạo tăng?", Why, "Tại sao"},
		{"Chuyến bay hoãn vì lý do gì?", Why, "vì lý do gì"},
		{"tai sao gia gao tang", Why, "tai sao"},
		{"vi sao cau phai dong", Why, "vi sao"},

		{"Người dân đăng ký như thế nào?", How, "như thế nào"},
		{"Làm thế nào để đổi vé?", How, "Làm thế nào"},
		{"Thời tiết ngày mai ra sao?", How, "ra sao"},
		{"nguoi dan dang ky nhu the nao", How, "nhu the nao"},

		{"Linh vật của giải là gì?", What, "là gì"},
		{"Dự án gồm những gì?", What, "những gì"},
		{"linh vat cua giai la gi", What, "la gi"},
		{"giá xăng dầu trong nước", What, ""},
		{"Hãy cho biết linh vật của giải", What, "Hãy cho biết"},
		{"Đội nào vô địch?", What, "nào"},

		// The wording that tells the kind wins over a general one.
		{"Đội nào vô địch và ai ghi bàn?", Who, "nào ai"},
		{"Cho hỏi mấy giờ thư viện đóng cửa, có phải mua thẻ không?", When, "Cho hỏi mấy giờ có phải"},

		// Syllables of question words inside other words.
		{"Thái Lan mở cửa biên giới", What, ""},
		{"máy bay hạ cánh", What, ""},
		{"may bay ha canh", What, ""},
		{"Chủ trương phát triển khu vực phía đông", What, ""},
	} {
		q := parse(z, c.in, nil, testNow, true)
		if q.Kind != c.kind {
			t.Errorf("%q: kind %s, want %s", c.in, q.Kind, c.kind)
		}
		if got := words(q, q.cut); got != c.cut {
			t.Errorf("%q: cut %q, want %q", c.in, got, c.cut)
		}
		if q.Empty() {
			t.Errorf("%q: nothing is left to search for", c.in)
		}
		if len(q.Filters) > 0 {
			t.Errorf("%q: filters %+v", c.in, q.Filters)
		}
		if accented := vi.HasDiacritics(c.in); q.Folded == accented {
			t.Errorf("%q: folded %v", c.in, q.Folded)
		}
	}
}

func TestFilters(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, corpus.Zone) }
	april := Filter{Text: "tháng 4/2022", From: day(2022, 4, 1), To: day(2022, 5, 1)}
	outlets := []string{"Nhân Dân", "Chinhphu.vn", "Kinh tế & Đô thị", "Dân trí", "Bản tin Phường"}
	from := func(name string) Filter { return Filter{Text: name, Outlet: name} }
	z := newAnalyzer()
	for _, c := range []struct {
		in, scored string
		want       []Filter
	}{
		{"giá nước tháng 4/2022", "giá nước", []Filter{april}},
		{"Trong tháng 4/2022 giá nước ra sao?", "giá nước ra sao?", []Filter{april}},
		{"gia nuoc thang 4/2022", "gia nuoc", []Filter{april}},
		{"giá nước năm 2021", "giá nước", []Filter{{Text: "năm 2021", From: day(2021, 1, 1), To: day(2022, 1, 1)}}},
		{"giá nước hôm qua", "giá nước", []Filter{{Text: "hôm qua (14/6/2024)", From: day(2024, 6, 14), To: day(2024, 6, 15)}}},
		{"giá nước từ tháng 3 đến tháng 5/2022", "giá nước", []Filter{{Text: "tháng 3/2022 – tháng 5/2022", From: day(2022, 3, 1), To: day(2022, 6, 1)}}},
		{"giá nước trên Nhân Dân", "giá nước", []Filter{from("Nhân Dân")}},
		{"giá nước theo báo Nhân Dân", "giá nước", []Filter{from("Nhân Dân")}},
		{"Theo Chinhphu.vn, giá nước ra sao?", "giá nước ra sao?", []Filter{from("Chinhphu.vn")}},
		{"giá nước trên Kinh tế và Đô thị", "giá nước", []Filter{from("Kinh tế & Đô thị")}},
		{"gia nuoc tren nhan dan", "gia nuoc", []Filter{from("Nhân Dân")}},
		{"gia nuoc theo bao dan tri", "gia nuoc", []Filter{from("Dân trí")}},
		{"giá nước trên Bản tin Phường", "giá nước", []Filter{from("Bản tin Phường")}},
		{"giá nước tháng 4/2022 trên Nhân Dân", "giá nước", []Filter{april, from("Nhân Dân")}},
		{"trên Nhân Dân, giá nước tháng 4/2022 ra sao", "giá nước ra sao", []Filter{april, from("Nhân Dân")}},

		// No filters.
		{"giá nước trên Thanh Niên", "giá nước trên Thanh Niên", nil}, // not an outlet of this corpus
		{"giá nước theo dõi ra sao", "giá nước theo dõi ra sao", nil},
		{"nâng cao theo dân trí", "nâng cao theo dân trí", nil},
		{"nhân dân trên địa bàn", "nhân dân trên địa bàn", nil},
		{"kế hoạch 2021-2025", "kế hoạch 2021-2025", nil},
		{"Nghị định số 30/2020/NĐ-CP", "Nghị định số 30/2020/NĐ-CP", nil},
		// A filter alone is what is asked for.
		{"tháng 4/2022", "tháng 4/2022", nil},
		{"trên Nhân Dân", "trên Nhân Dân", nil},
	} {
		q := parse(z, c.in, outlets, testNow, true)
		if got := strings.Trim(strings.Join(strings.Fields(q.scored), " "), ", "); got != c.scored {
			t.Errorf("%q: searches for %q, want %q", c.in, got, c.scored)
		}
		if !slices.EqualFunc(q.Filters, c.want, func(a, b Filter) bool {
			return a.Text == b.Text && a.Outlet == b.Outlet && a.From.Equal(b.From) && a.To.Equal(b.To)
		}) {
			t.Errorf("%q: filters %+v, want %+v", c.in, q.Filters, c.want)
		}
		if without := parse(z, c.in, nil, testNow, false); len(without.Filters) > 0 || !strings.HasPrefix(c.in, strings.TrimSpace(without.scored)) {
			t.Errorf("%q without filters: %+v, %q", c.in, without.Filters, without.scored)
		}
	}
}

// TestFilteredSearch lets filters through a whole search.
func TestFilteredSearch(t *testing.T) {
	date := func(s string) corpus.Date {
		d, err := corpus.ParseDate(s, corpus.Stated)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	body := "Giá nước sạch được giữ nguyên."
	m := newMemory(
		&corpus.Article{ID: "march", Body: body, Outlet: "Nhân Dân", Published: date("2022-03-31")},
		&corpus.Article{ID: "april", Body: body, Outlet: "Nhân Dân", Published: date("2022-04-30")},
		&corpus.Article{ID: "april2", Body: body, Outlet: "Dân trí", Published: date("2022-04")},
		&corpus.Article{ID: "year", Body: body, Outlet: "Dân trí", Published: date("2022")},
		&corpus.Article{ID: "undated", Body: body},
		&corpus.Article{ID: "other", Body: "Trời mưa to.", Outlet: "Nhân Dân", Published: date("2022-04-12")},
	)
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	for _, c := range []struct {
		query Query
		want  string
	}{
		{Query{Text: "giá nước sạch"}, "april april2 march undated year"},
		{Query{Text: "giá nước sạch tháng 4/2022"}, "april april2"},
		{Query{Text: "giá nước sạch năm 2022"}, "april april2 march year"},
		{Query{Text: "giá nước sạch ngày 30/4/2022"}, "april"},
		{Query{Text: "giá nước sạch từ tháng 3 đến tháng 4/2022 trên Nhân Dân"}, "april march"},
		{Query{Text: "gia nuoc sach tren bao dan tri"}, "april2 year"},
		{Query{Text: "giá nước sạch năm 2019"}, ""},
		{Query{Text: "giá nước sạch năm 2019", NoTime: true}, "april april2 march undated year"},
		{Query{Text: "giá nước sạch", K: 2}, "2"},
	} {
		r, err := x.Search(t.Context(), c.query)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, h := range r.Hits {
			if h.Score > r.Hits[len(r.Hits)-1].Score-tolerance && h.Article.ID != "other" {
				ids = append(ids, h.Article.ID)
			}
		}
		slices.Sort(ids)
		got := strings.Join(ids, " ")
		if c.query.K > 0 && len(ids) == c.query.K {
			got = "2"
		}
		if got != c.want {
			t.Errorf("%+v: %q, want %q", c.query, got, c.want)
		}
	}
}

// TestDays checks the cover of a range: each of its days by one term, no other
// day by any.
func TestDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(label string) time.Time {
			return time.Date(1995, 1, 1, 0, 0, 0, 0, corpus.Zone).AddDate(0, 0, rapid.IntRange(0, 20000).Draw(t, label))
		}
		from := day("from")
		to := from.AddDate(0, 0, rapid.IntRange(0, 2500).Draw(t, "days"))
		if rapid.Bool().Draw(t, "whole months") {
			from, to = from.AddDate(0, 0, 1-from.Day()), to.AddDate(0, 0, 1-to.Day())
		}
		terms := days(from, to)
		sorted := slices.Sorted(slices.Values(terms))
		if len(slices.Compact(sorted)) != len(terms) {
			t.Fatalf("[%v, %v): a term twice in %v", from, to, terms)
		}
		if most := 2*30 + 2*11 + 8; len(terms) > most {
			t.Fatalf("[%v, %v): %d terms", from, to, len(terms))
		}
		for d := from.AddDate(0, 0, -400); d.Before(to.AddDate(0, 0, 400)); d = d.AddDate(0, 0, 1) {
			n := 0
			for _, term := range dayTerms(corpus.DateOf(d, corpus.Stated)) {
				if slices.Contains(terms, term) {
					n++
				}
			}
			want := 0
			if !d.Before(from) && d.Before(to) {
				want = 1
			}
			if n != want {
				t.Fatalf("[%v, %v): %v is covered by %d terms of %v", from, to, d, n, terms)
			}
		}
	})
}

func TestOpenRanges(t *testing.T) {
	middle := time.Date(2022, 7, 1, 0, 0, 0, 0, corpus.Zone)
	before, after := days(time.Time{}, middle), days(middle, time.Time{})
	for _, c := range []struct {
		date          string
		before, after bool
	}{{"1954-10-10", true, false}, {"2022-06-30", true, false}, {"2022-07-01", false, true}, {"2099-12-31", false, true}} {
		d, err := corpus.ParseDate(c.date, corpus.Stated)
		if err != nil {
			t.Fatal(err)
		}
		in := func(terms []string) bool {
			return slices.ContainsFunc(dayTerms(d), func(s string) bool { return slices.Contains(terms, s) })
		}
		if in(before) != c.before || in(after) != c.after {
			t.Errorf("%s: before %v, after %v", c.date, in(before), in(after))
		}
	}
	if n := len(before) + len(after); n > 400 {
		t.Errorf("%d terms", n)
	}
}

// TestOddQuestions asks what nobody should: nothing breaks, and what has no
// words finds nothing.
func TestOddQuestions(t *testing.T) {
	m := newMemory(&corpus.Article{ID: "a", Title: "Cầu mới", Body: "Cầu mới thông xe sáng nay.", Outlet: "Nhân Dân"})
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	for _, c := range []struct {
		in    string
		empty bool
		finds bool
	}{
		{"", true, false},
		{" \n\t ", true, false},
		{"?!… — “”", true, false},
		{"😀👍🏽🇻🇳", true, false},
		{"là gì", true, false},
		{"ai?", true, false},
		{"Where is the new bridge?", false, false},
		{"新しい橋はどこですか", false, false},
		{"Где новый мост?", false, false},
		{"cầu 😀 mới", false, true},
		{"CẦU MỚI", false, true},
		{"ca\u0302\u0300u mơ\u0301i", false, true},
		{"\xff\xfe cầu mới \x00", false, true},
		{"<b>cầu</b> @everyone", false, true},
		{"cầu mới " + strings.Repeat("rất dài ", 1250), false, true},
		{strings.Repeat("ă", 10_000), false, false},
		{strings.Repeat("? ", 5_000), true, false},
		{strings.Repeat("a-b/c.", 2_000), false, false},
		{strings.Repeat("từ tháng 1 đến tháng 2 trên Nhân Dân ", 300), false, false},
	} {
		name := c.in[:min(len(c.in), 30)]
		r, err := x.Search(t.Context(), Query{Text: c.in})
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if r.Question.Empty() != c.empty || (len(r.Hits) > 0) != c.finds {
			t.Errorf("%q: empty %v, %d hits", name, r.Question.Empty(), len(r.Hits))
		}
		if n := utf8.RuneCountInString(r.Question.Text); n > maxQuestion {
			t.Errorf("%q: %d runes are looked at", name, n)
		}
		if _, _, err := x.Respell(t.Context(), r.Question); err != nil {
			t.Errorf("Respell(%q): %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Theo Chinhphu.vn, tháng 4/2022 UBND TP. Hà Nội ban hành quyết định nào?")
	f.Add("tu thang 3 den thang 5/2022 tren bao nhan dan co may nghi quyet")
	f.Add("\xff từ\u0300 5,83% 21-KL/TW \n báo")
	outlets := []string{"Nhân Dân", "Chinhphu.vn"}
	f.Fuzz(func(t *testing.T, s string) {
		z := newAnalyzer()
		for _, filters := range []bool{true, false} {
			known := outlets
			if !filters {
				known = nil
			}
			q := parse(z, s, known, testNow, filters)
			if len(q.cut) != len(q.terms) || len(q.kept) != len(q.terms) {
				t.Fatalf("%q: %d terms, %d cut, %d kept", s, len(q.terms), len(q.cut), len(q.kept))
			}
			for i, k := range q.terms {
				if k.End > len(q.scored) || q.cut[i] && q.kept[i] {
					t.Fatalf("%q: %+v cut %v kept %v", s, k, q.cut[i], q.kept[i])
				}
			}
			if len(q.Filters) > 2 || !filters && len(q.Filters) > 0 {
				t.Fatalf("%q: filters %+v", s, q.Filters)
			}
			seen := map[string]bool{}
			for _, c := range q.clauses(z) {
				key := c.article + " " + c.term
				if seen[key] || c.weight <= 0 || c.term == "" {
					t.Fatalf("%q: clause %+v", s, c)
				}
				seen[key] = true
			}
			if q.Empty() && len(seen) > 0 {
				t.Fatalf("%q: empty, with clauses %v", s, seen)
			}
			if len(q.filter()) != len(q.Filters) {
				t.Fatalf("%q: %d filters, %d in the query", s, len(q.Filters), len(q.filter()))
			}
		}
	})
}
