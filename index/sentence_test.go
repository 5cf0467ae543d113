package index

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"trichdan/corpus"
)

// TestSentenceChosen: what tells the answering sentence from others of its
// article.
func TestSentenceChosen(t *testing.T) {
	for name, c := range map[string]struct{ body, question, want string }{
		"what the sentence before names": {
			"Đình Vĩnh Xá thờ ông tổ nghề đúc. Ngôi đình này dựng năm 1712. Chùa Phổ Vân dựng năm 1805.",
			"Đình Vĩnh Xá dựng năm nào?", "Ngôi đình này dựng năm 1712.",
		},
		"the number that was asked about": {
			"Trạm bơm số 4 tưới cho 120 ha lúa. Trạm bơm số 7 tưới cho 95 ha lúa.",
			"Trạm bơm số 7 tưới cho bao nhiêu ha?", "Trạm bơm số 7 tưới cho 95 ha lúa.",
		},
		"the wording of function words": {
			"Hợp tác xã bán cá cho chợ huyện. Hợp tác xã mua cá của chợ huyện.",
			"Hợp tác xã mua cá của ai?", "Hợp tác xã mua cá của chợ huyện.",
		},
		"a sum of money": {
			"Lớp vẽ dạy hai buổi mỗi tuần, mỗi buổi 90 phút. Mỗi học viên lớp vẽ đóng 300.000 đồng.",
			"Học viên lớp vẽ đóng bao nhiêu tiền mỗi buổi?", "Mỗi học viên lớp vẽ đóng 300.000 đồng.",
		},
	} {
		x := openIndex(t, t.TempDir(), newMemory(&corpus.Article{ID: "a", Title: "Tin ngắn", Body: c.body}))
		mustUpdate(t, x)
		hits := ask(t, x, c.question)
		if best := Best(hits); best < 0 {
			t.Errorf("%s: nothing", name)
		} else if h := hits[best]; h.Article.Body[h.Sentence.Start:h.Sentence.End] != c.want {
			t.Errorf("%s: %q, want %q", name, h.Article.Body[h.Sentence.Start:h.Sentence.End], c.want)
		}
	}
}

// The more a sentence has of anything, the better it is; with all of it, its
// score is 1.
func TestSentenceScore(t *testing.T) {
	everything := sentenceFeatures{1, 1, 1, 1, 1, 1}
	if v := everything.score(); math.Abs(v-1) > 0.02 {
		t.Errorf("with everything: %v", v)
	}
	rapid.Check(t, func(t *rapid.T) {
		share := rapid.Float64Range(0, 1)
		draw := func(least sentenceFeatures, name string) sentenceFeatures {
			more := func(v float64) float64 { return v + (1-v)*share.Draw(t, name) }
			return sentenceFeatures{more(least.overlap), more(least.context), more(least.syllables), more(least.numbers), more(least.typed), more(least.shortness)}
		}
		less := draw(sentenceFeatures{}, "less")
		if more := draw(less, "more"); more.score() < less.score()-1e-12 {
			t.Fatalf("%+v: %v, and %+v: %v", less, less.score(), more, more.score())
		}
	})
}

// An answer is trusted more where more of the question stands, and never
// beyond reason.
func TestConfidence(t *testing.T) {
	x := openIndex(t, t.TempDir(), sampleCorpus(t))
	mustUpdate(t, x)
	confidence := func(question string) float64 {
		hits := ask(t, x, question)
		if best := Best(hits); best >= 0 {
			return hits[best].Confidence
		}
		return 0
	}
	for answered, not := range map[string]string{
		"Cầu Phong Châu sập ngày nào?":                  "Cầu Rạch Miễu sập ngày nào?",
		"Linh vật của SEA Games 31 là con gì?":          "Linh vật của hội chợ hoa là con gì?",
		"luat thu do so bao nhieu":                      "luat dien anh so bao nhieu",
		"Tuyến Cát Linh - Hà Đông dài bao nhiêu km?":    "Tuyến Bến Thành - Suối Tiên dài bao nhiêu km?",
		"Đoàn Việt Nam giành bao nhiêu huy chương vàng": "Đoàn Na Uy giành bao nhiêu giải cờ vua",
	} {
		a, n := confidence(answered), confidence(not)
		if a <= 0.5 || a > 1 || n < 0 || n >= 0.5 {
			t.Errorf("%q %.3f, %q %.3f", answered, a, not, n)
		}
	}
}

func TestProperNames(t *testing.T) {
	const text = "Hãng phim mời Almodova và ông Lê Văn Tám, không mời NATO; Kiruna ở xa."
	var got []string
	for _, s := range properNames(text) {
		got = append(got, text[s.Start:s.End])
	}
	want := map[string]bool{"Lê Văn Tám": true, "Almodova": true, "Kiruna": true}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for _, name := range got {
		if !want[name] {
			t.Errorf("%q is no name", name)
		}
	}
	if list := properNames("mưa to ở miền núi"); len(list) != 0 {
		t.Errorf("names in plain text: %v", list)
	}
}
