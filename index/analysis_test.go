package index

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"trichdan/corpus"
)

// written shows terms with what they stand for in the text: "text<raw" where
// these differ, "|" before one that begins a phrase, "[ ]" around compounds.
func written(s string, terms []term) string {
	var list []string
	for _, t := range terms {
		w := t.text
		if raw := s[t.Start:t.End]; raw != t.text {
			w += "<" + raw
		}
		if t.whole {
			w = "[" + w + "]"
		}
		if t.apart {
			w = "| " + w
		}
		list = append(list, w)
	}
	return strings.Join(list, " ")
}

var termCases = []struct{ in, terms, pairs string }{
	{"", "", ""},
	{" \n…", "", ""},
	{"Hoà bình", "| hòa<Hoà bình", "hòa_bình"},
	{"thành phố Hà Nội", "| thành phố hà<Hà nội<Nội", "thành_phố phố_hà hà_nội"},
	{"TP Hà Nội", "| thành<TP phố<TP hà<Hà nội<Nội", "thành_phố phố_hà hà_nội"},
	{"TP. Hà Nội", "| thành<TP phố<TP | hà<Hà nội<Nội", "thành_phố hà_nội"},
	{"tp ha noi", "| thành<tp phố<tp ha noi", "thành_phố phố_ha ha_noi"},
	{"TP.HCM", "| thành<TP.HCM phố<TP.HCM hồ<TP.HCM chí<TP.HCM minh<TP.HCM", "thành_phố phố_hồ hồ_chí chí_minh"},
	{"UBND xã họp", "| ủy<UBND ban<UBND nhân<UBND dân<UBND xã họp", "ủy_ban ban_nhân nhân_dân dân_xã xã_họp"},
	{"số 21-KL/TW về", "| số [21-kl/tw<21-KL/TW] 21 kl<KL tw<TW về", "số_21 21_kl kl_tw tw_về"},
	{"11-ĐA/TU", "| [11-đa/tu<11-ĐA/TU] | 11 đa<ĐA tu<TU", "11_đa đa_tu"},
	{"tăng 5,83% so", "| tăng [5,83] 5 83 | so", "tăng_5 5_83"},
	{"ông nói: “Hà Nội đẹp”, rồi về", "| ông nói | hà<Hà nội<Nội đẹp | rồi về", "ông_nói hà_nội nội_đẹp rồi_về"},
	{"Mưa\nNắng", "| mưa<Mưa | nắng<Nắng", ""},
	{"Ðổi mới", "| đổi<Ðổi mới", "đổi_mới"},
}

func TestTerms(t *testing.T) {
	z := newAnalyzer()
	for range 2 { // the second time from what the analyzer remembers
		for _, c := range termCases {
			terms := z.terms(nil, c.in)
			if got := written(c.in, terms); got != c.terms {
				t.Errorf("%q:\n got %s\nwant %s", c.in, got, c.terms)
			}
			var got []string
			pairs(terms, func(i, j int) { got = append(got, z.bigram(terms[i].text, terms[j].text)) })
			if got := strings.Join(got, " "); got != c.pairs {
				t.Errorf("%q: pairs %q, want %q", c.in, got, c.pairs)
			}
		}
	}
}

// TestSameTerms are texts that must not differ for a search.
func TestSameTerms(t *testing.T) {
	z := newAnalyzer()
	texts := func(s string) (list []string) {
		for _, t := range z.terms(nil, s) {
			list = append(list, t.text)
		}
		return list
	}
	for _, c := range [][2]string{
		{"TP Hà Nội", "thành phố Hà Nội"},
		{"UBND", "Ủy ban nhân dân"},
		{"UỶ BAN NHÂN DÂN", "uỷ ban nhân dân"},
		{"HĐND tỉnh", "hội đồng nhân dân tỉnh"},
		{"T.Ư", "trung ương"},
		{"khoẻ", "khỏe"},
		{"Tiê\u0301ng Viê\u0323t", "tiếng việt"},
	} {
		if diff := cmp.Diff(texts(c[0]), texts(c[1])); diff != "" {
			t.Errorf("%q and %q: %s", c[0], c[1], diff)
		}
	}
}

func TestFoldAndBigramCaches(t *testing.T) {
	z := newAnalyzer()
	for i := range cacheLimit + 10 {
		s := fmt.Sprintf("đ%d", i)
		if got, want := z.fold(s), fmt.Sprintf("d%d", i); got != want {
			t.Fatalf("fold(%q) = %q", s, got)
		}
		if got, want := z.bigram(s, "ơ"), s+"_ơ"; got != want {
			t.Fatalf("bigram = %q, want %q", got, want)
		}
	}
	if len(z.folded) > cacheLimit+1 || len(z.bigrams) > cacheLimit+1 {
		t.Errorf("%d folded forms and %d bigrams are kept", len(z.folded), len(z.bigrams))
	}
}

func FuzzTerms(f *testing.F) {
	for _, c := range termCases {
		f.Add(c.in)
	}
	f.Add("\xff TP\xf0 5,\u0301")
	f.Fuzz(func(t *testing.T, s string) {
		z := newAnalyzer()
		terms := z.terms(nil, s)
		start := 0
		for _, k := range terms {
			if k.Start < start || k.Start >= k.End || k.End > len(s) || k.text == "" {
				t.Fatalf("%q: %+v behind %d", s, k, start)
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[k.Start:k.End]) {
				t.Fatalf("%q: %+v is not on rune boundaries", s, k)
			}
			start = k.Start
		}
		pairs(terms, func(i, j int) {
			if i >= j || terms[i].whole || terms[j].whole || terms[j].apart {
				t.Fatalf("%q: pair of %+v and %+v", s, terms[i], terms[j])
			}
		})
		if again := newAnalyzer().terms(nil, s); !slices.Equal(again, terms) {
			t.Fatalf("%q: %v, then %v", s, terms, again)
		}
	})
}

func TestDocumentLengths(t *testing.T) {
	for name, c := range map[string]struct {
		article corpus.Article
		want    lengths
	}{
		"headline counts twice": {
			corpus.Article{Title: "Cầu mới", Body: "Cầu thông xe, dân mừng."},
			lengths{Articles: 1, Passages: 1, ArticleTerms: 2*2 + 5, ArticleBigrams: 2*1 + 3, PassageTerms: 5, PassageBigrams: 3},
		},
		"a derived headline does not": {
			corpus.Article{Title: "Cầu thông xe", TitleDerived: true, Body: "Cầu thông xe, dân mừng."},
			lengths{Articles: 1, Passages: 1, ArticleTerms: 5, ArticleBigrams: 3, PassageTerms: 5, PassageBigrams: 3},
		},
		"no body": {
			corpus.Article{Title: "Cầu mới"},
			lengths{Articles: 1, ArticleTerms: 4, ArticleBigrams: 2},
		},
		"nothing": {corpus.Article{}, lengths{Articles: 1}},
		"abbreviations and compounds": {
			corpus.Article{Body: "UBND TP ra số 21-KL/TW."},
			lengths{Articles: 1, Passages: 1, ArticleTerms: 4 + 2 + 2 + 4, ArticleBigrams: 10, PassageTerms: 12, PassageBigrams: 10},
		},
	} {
		c.article.ID, c.article.Revision = "x", 1
		doc, got := newDocument(newAnalyzer(), &c.article)
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
		if doc.ID() != "x:1" {
			t.Errorf("%s: document %q", name, doc.ID())
		}
		stored, err := decodeLengths(got.encode())
		if err != nil || stored != got {
			t.Errorf("%s: stored as %+v (%v)", name, stored, err)
		}
	}
}

func TestParseID(t *testing.T) {
	for _, c := range []struct {
		in       string
		id       string
		revision int
		n        int
		ok       bool
	}{
		{documentID("ab12", 3), "ab12", 3, -1, true},
		{passageID(documentID("ab12", 3), 0), "ab12", 3, 0, true},
		{passageID(documentID("ab12", 30), 41), "ab12", 30, 41, true},
		{"ab12", "", 0, 0, false},
		{"ab12:x", "", 0, 0, false},
		{"ab12:1:x", "", 0, 0, false},
		{"", "", 0, 0, false},
	} {
		id, revision, n, err := parseID(c.in)
		if id != c.id || revision != c.revision || n != c.n || (err == nil) != c.ok {
			t.Errorf("parseID(%q) = %q, %d, %d, %v", c.in, id, revision, n, err)
		}
	}
}
