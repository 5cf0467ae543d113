package index

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// definingArticles explain abbreviations of their own; no question here is
// answered by the articles that do.
func definingArticles() []*corpus.Article {
	return []*corpus.Article{
		{ID: "define", Body: "Hội Bạn Rùa Biển (HBRB) ra mắt ở Hòn Mây. Trại Giống Cá (TGC) cũng có mặt."},
		{ID: "again", Body: "Trong vịnh có Hội Bạn Rùa Biển (HBRB)."},
		{ID: "other", Body: "Hội Bảo Rồng Biếc (HBRB) diễn chèo."},
		{ID: "split", Body: "Trung tâm Gốm Cổ (TGC) nung lò đầu tiên."},
		{ID: "short", Body: "HBRB thả 60 con về biển. Chiều muộn mưa to."},
		{ID: "long", Body: "Hội Bạn Rùa Biển trồng 900 cây dừa. Sáng sớm trời nắng."},
		{ID: "dash", Body: "Sở Nuôi trồng và Đánh bắt (NT&ĐB) họp cuối tháng."},
		{ID: "dashed", Body: "Sở NT&ĐB phát 40 thúng chai cho ngư dân."},
		{ID: "guess", Body: "Theo Viện Đo đạc Biển Xanh (OSI), nước sẽ dâng."},
		{ID: "guessed", Body: "Ở Hòn Mây, Viện Đo đạc Biển Xanh (OSI) có một trạm. Trại Ươm Tre (ZTW) cũng vậy."},
		{ID: "longer", Body: "Nước dâng, Giám đốc Viện Đo đạc Biển Xanh (OSI) nói."},
		{ID: "osi", Body: "OSI đóng phao số bảy hôm qua."},
		{ID: "viện", Body: "Viện Đo đạc Biển Xanh mua 5 chiếc thuyền."},
		{ID: "scale", Body: "Cá nặng 5 kg bán dọc Kè Gỗ (KG)."},
		{ID: "scattered", Body: "Hội chợ bạn hàng bán rùa gỗ; biển động ba ngày."},
	}
}

func expanded(t *testing.T, x *Index, text string) *Result {
	t.Helper()
	r, err := x.Search(t.Context(), Query{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestExpand(t *testing.T) {
	m := newMemory(definingArticles()...)
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	type list = []Expansion
	for _, c := range []struct {
		in    string
		want  list
		first string // the best hit
	}{
		// Either form finds what has the other one.
		{"HBRB trồng bao nhiêu cây dừa?", list{{"HBRB", "hội bạn rùa biển", true, 2}}, "long"},
		{"hbrb trồng bao nhiêu cây dừa?", list{{"hbrb", "hội bạn rùa biển", true, 2}}, "long"},
		{"Hội Bạn Rùa Biển thả bao nhiêu con?", list{{"Hội Bạn Rùa Biển", "HBRB", false, 2}}, "short"},
		{"hội bạn rùa biển thả bao nhiêu con?", list{{"hội bạn rùa biển", "HBRB", false, 2}}, "short"},
		{"HBRB tha bao nhieu con", list{{"HBRB", "hội bạn rùa biển", true, 2}}, "short"},
		{"hoi ban rua bien tha bao nhieu con", list{{"hoi ban rua bien", "HBRB", false, 2}}, "short"},
		{"Sở NT&ĐB phát mấy thúng chai?", list{{"NT&ĐB", "nuôi trồng và đánh bắt", true, 1}}, "dashed"},
		{"Sở Nuôi trồng và Đánh bắt phát mấy thúng chai?", list{{"Nuôi trồng và Đánh bắt", "NT&ĐB", false, 1}}, "dashed"},
		{"so NT&DB phat may thung chai", list{{"NT&DB", "nuôi trồng và đánh bắt", true, 1}}, "dashed"},
		{"OSI mua mấy chiếc thuyền?", list{{"OSI", "viện đo đạc biển xanh", true, 3}}, "viện"},
		{"Viện Đo đạc Biển Xanh đóng phao số mấy?", list{{"Viện Đo đạc Biển Xanh", "OSI", false, 3}}, "osi"},
		{"vien do dac bien xanh dong phao so may", list{{"vien do dac bien xanh", "OSI", false, 3}}, "osi"},
		{"Giám đốc OSI mua thuyền", list{{"OSI", "viện đo đạc biển xanh", true, 3}}, "longer"},

		// In small letters an acronym is a word, perhaps, and two letters a unit.
		{"osi mua thuyen", nil, "viện"},
		{"Osi mua thuyền", nil, "viện"},
		{"cá nặng 5 kg", nil, "scale"},
		{"phố KG bán cá", list{{"KG", "kè gỗ", true, 1}}, "scale"},

		// One article is not enough for a guess.
		{"ZTW ở đâu?", nil, "guessed"},

		// What two articles explain in two ways stays as it is, as does what
		// none explains, and a long form that is not whole.
		{"TGC nung lò khi nào?", nil, "split"},
		{"BQT ở đâu?", nil, ""},
		{"Bạn Rùa Biển đi đâu?", nil, "again"},
		{"bạn rùa, biển động", nil, "scattered"},
		{"", nil, ""},
	} {
		r := expanded(t, x, c.in)
		if !slices.Equal(r.Question.Expansions, c.want) {
			t.Errorf("%q: %+v, want %+v", c.in, r.Question.Expansions, c.want)
		}
		first := ""
		if len(r.Hits) > 0 {
			first = r.Hits[0].Article.ID
		}
		if first != c.first {
			t.Errorf("%q finds %q, want %q", c.in, first, c.first)
		}
	}
}

// TestExpandIsEvidence: a passage with the other form covers the question.
func TestExpandIsEvidence(t *testing.T) {
	x := openIndex(t, t.TempDir(), newMemory(definingArticles()...))
	mustUpdate(t, x)
	for _, c := range []struct{ in, id string }{
		{"HBRB trồng 900 cây dừa", "long"},
		{"Hội Bạn Rùa Biển thả 60 con về biển", "short"},
	} {
		hit := expanded(t, x, c.in).Hits[0]
		if hit.Article.ID != c.id || hit.Coverage < 0.95 || hit.Unnamed {
			t.Errorf("%q: %s covers %.2f, unnamed %v", c.in, hit.Article.ID, hit.Coverage, hit.Unnamed)
		}
	}
}

// TestExpandFollowsTheCorpus: a definition goes with the last article that
// gives it, and comes with the first.
func TestExpandFollowsTheCorpus(t *testing.T) {
	m := newMemory(definingArticles()...)
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	articles := func() int {
		e := expanded(t, x, "HBRB trồng cây").Question.Expansions
		if len(e) == 0 {
			return 0
		}
		if e[0].As != "hội bạn rùa biển" {
			return -1
		}
		return e[0].Articles
	}
	if n := articles(); n != 2 {
		t.Errorf("%d articles, want 2", n)
	}
	m.withdraw("again", true)
	mustUpdate(t, x)
	if n := articles(); n != 0 { // as many explain it otherwise
		t.Errorf("one withdrawn: %d articles, want 0", n)
	}
	m.put(&corpus.Article{ID: "define", Body: "Hội ra mắt ở Hòn Mây."})
	mustUpdate(t, x)
	if n := articles(); n != -1 {
		t.Errorf("the other changed: %d articles, want the other meaning", n)
	}
	m.put(&corpus.Article{ID: "more", Body: "Hội Bạn Rùa Biển (HBRB) có trụ sở mới."})
	m.put(&corpus.Article{ID: "most", Body: "HBRB (Hội Bạn Rùa Biển) có trụ sở mới."})
	mustUpdate(t, x)
	if n := articles(); n != 2 {
		t.Errorf("two more: %d articles, want 2", n)
	}
}

// TestSynonymsAreExact: with synonyms, pruning gives the scores of exhaustive
// scoring, and a search of a few articles those of a search of all.
func TestSynonymsAreExact(t *testing.T) {
	m := newMemory()
	r := rand.New(rand.NewPCG(6, 0))
	var ids []string
	for i := range 60 {
		a := madeArticle(r, fmt.Sprintf("id%02d", i))
		a.Body += []string{"", "\nSông Mùa Đường (SMĐ).", "\nCầu Câu (CC) mưa.", "\nSMĐ hạ nội SMĐ.", "\nCC SMĐ, cầu câu cc."}[i%5]
		ids = append(ids, a.ID)
		m.put(a)
	}
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	v, err := x.view()
	if err != nil {
		t.Fatal(err)
	}
	defer v.close()
	keys, err := x.defined.get(v)
	if err != nil {
		t.Fatal(err)
	}
	z := newAnalyzer()
	words := []string{"SMĐ", "sông mùa đường", "CC", "cầu câu", "hà nội", "mưa", "hạ"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 5).Draw(t, "words"), " ")
		if rapid.Bool().Draw(t, "folded") {
			text = vi.Fold(text)
		}
		ranking := func(k int, exhaustive bool) []ranked {
			q := parse(z, text, nil, testNow, false)
			if err := q.expand(context.Background(), v, z, keys); err != nil {
				t.Fatal(err)
			}
			block := &blockQuery{clauses: q.clauses(z), k: k, exhaustive: exhaustive}
			list, err := block.rank(context.Background(), v.IndexSnapshot)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		whole, err := x.Search(context.Background(), Query{Text: text, NoTime: true, NoOutlet: true, K: len(ids)})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := ranking(4, false), ranking(4, true); !slices.Equal(got, want) {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
		only := rapid.SliceOfN(rapid.SampledFrom(ids), 1, 5).Draw(t, "only")
		few, err := x.Search(context.Background(), Query{Text: text, NoTime: true, NoOutlet: true, Only: only})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range few.Hits {
			if at := slices.IndexFunc(whole.Hits, func(o Hit) bool { return o.Article.ID == h.Article.ID }); whole.Hits[at].Score != h.Score {
				t.Fatalf("%q: %s has %v, want %v", text, h.Article.ID, h.Score, whole.Hits[at].Score)
			}
		}
	})
}

func TestAgreed(t *testing.T) {
	d := func(long string, count int, guess bool) defined {
		return defined{definition{short: "x", long: strings.Fields(long), guess: guess}, count}
	}
	for _, c := range []struct {
		list []defined
		want string
	}{
		{nil, ""},
		{[]defined{d("a b", 1, false)}, "a b"},
		{[]defined{d("a b", 2, false), d("a c", 1, false)}, "a b"},
		{[]defined{d("a b", 1, false), d("a c", 1, false)}, ""},
		// What is explained by its initials is no matter of guessing.
		{[]defined{d("a b", 1, false), d("a c", 9, true)}, "a b"},
		{[]defined{d("a b", 1, false), d("a d", 1, false), d("a c", 9, true)}, ""},
		// The longest that most have, not its end, and not with what stands before it now and then.
		{[]defined{d("b c", 9, true), d("a b c", 9, true), d("y a b c", 2, true), d("z a b c", 3, true)}, "a b c"},
		{[]defined{d("b c", 9, true), d("a b c", 2, true), d("d b c", 2, true)}, "b c"},
		{[]defined{d("a b c", 1, true)}, ""},
	} {
		if got := strings.Join(agreed(c.list).long, " "); got != c.want {
			t.Errorf("of %v %q is agreed on, want %q", c.list, got, c.want)
		}
	}
}

// TestDefinitionTerms: what is read from the field is what was written.
func TestDefinitionTerms(t *testing.T) {
	z := newAnalyzer()
	rapid.Check(t, func(t *rapid.T) {
		syllable := rapid.SampledFrom(strings.Fields("hội bạn rùa biển đò ấp 12 b_c"))
		want := definition{
			short: rapid.SampledFrom([]string{"hbrb", "đđ", "nt&đb", "gd-đt", "u23"}).Draw(t, "short"),
			long:  rapid.SliceOfN(syllable, 2, longestLong).Draw(t, "long"),
			guess: rapid.Bool().Draw(t, "guess"),
		}
		for _, term := range want.terms(z) {
			got, ok := parseDefinition(term)
			if !ok || got.short != want.short || got.guess != want.guess || !slices.Equal(got.long, want.long) {
				t.Fatalf("%q is read as %+v, %v, want %+v", term, got, ok, want)
			}
		}
	})
	for _, bad := range []string{"", "s", "s\x00a\x00b", "s\x00a\x00b\x00c\x00d"} {
		if d, ok := parseDefinition(bad); ok {
			t.Errorf("%q is read as %+v", bad, d)
		}
	}
}
