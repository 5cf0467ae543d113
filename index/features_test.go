package index

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"trichdan/corpus"
)

// TestFeatures: what each feature tells apart, in pairs of texts that have the
// same of everything else that the name says.
func TestFeatures(t *testing.T) {
	m := newMemory()
	for _, body := range []string{ // so that terms are rare and common, and some pairs belong together
		"Bến đò Vàm Sông đóng cửa.", "Bến xe mở cửa lúc sáu giờ.", "Đò ngang chở khách qua sông.",
		"Chợ nổi họp từ sáng sớm.", "Cửa hàng xe đạp ở chợ.", "Nhà máy đường chạy thử.",
	} {
		m.put(&corpus.Article{ID: corpus.NewID("", body), Body: body, TitleDerived: true})
	}
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	const question = "bến đò Vàm Sông đóng cửa khi nào"
	filler := " Người dân hai bên bờ cho biết việc đi lại nay dễ hơn trước nhiều lắm."
	for _, tt := range []struct {
		feature          feature
		higher, lower    string
		title, lowsTitle string
	}{
		{featTerms, "Bến đò ấy đóng cửa.", "Bến đò ấy.", "", ""},
		{featPairs, "Bến đò ấy. Cửa đóng.", "Đò ở bến ấy. Cửa đóng.", "", ""},
		{featRun, "Bến đò Vàm Sông.", "Vàm Sông có bến đò.", "", ""},
		{featEarly, "Bến đò." + filler, filler + " Bến đò.", "", ""},
		{featEarly, filler + " Bến đò.", filler + " Bến đò.", "Bến đò", "Tin vắn"},
		{featNames, "Ở Vàm Sông.", "Ở bến đò đóng cửa.", "", ""},
		{featWords, "Bến đò ấy.", "Đò của bến ấy.", "", ""},
		{featClosest, "Bến ấy có đò.", "Bến ấy." + filler + " Có đò.", "", ""},
		{featWholeNames, "Vàm Sông.", "Sông Vàm.", "", ""},
	} {
		high, low := lookAt(t, x, question, tt.title, tt.higher), lookAt(t, x, question, tt.lowsTitle, tt.lower)
		if !(high[tt.feature] > low[tt.feature]) {
			t.Errorf("%s of %q is %.3f, of %q %.3f, want more", featureNames[tt.feature], tt.higher, high[tt.feature], tt.lower, low[tt.feature])
		}
	}
	all := lookAt(t, x, question, "", "Bến đò Vàm Sông đóng cửa.")
	for _, f := range []feature{featTerms, featRun, featNames, featWholeNames} {
		if math.Abs(all[f]-1) > 1e-9 {
			t.Errorf("%s of the question's own words is %.4f, want 1", featureNames[f], all[f])
		}
	}
	none := lookAt(t, x, question, "", "Chợ họp.")
	for f := featTerms; f < features; f++ {
		if none[f] != 0 {
			t.Errorf("%s of other words is %.4f, want 0", featureNames[f], none[f])
		}
	}
}

// lookAt reads the features off a text that is not in the index.
func lookAt(t *testing.T, x *Index, question, title, body string) [features]float64 {
	t.Helper()
	v, err := x.view()
	if err != nil {
		t.Fatal(err)
	}
	defer v.close()
	z := newAnalyzer()
	q := parse(z, question, nil, testNow, false)
	block := &blockQuery{clauses: q.clauses(z), k: 1}
	if _, err := block.rank(t.Context(), v.IndexSnapshot); err != nil {
		t.Fatal(err)
	}
	a := &corpus.Article{Title: title, Body: body, TitleDerived: title == ""}
	return newQueried(z, q, block, false).look(z, read(z, a), 0)
}

// TestRerank: the parts of a score make up its sum, whoever asks gets the same,
// however many, and no feature is below 0 or above 1.
func TestRerank(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, x, closeIndex := madeCorpus(t)
		defer closeIndex()
		question := rapid.SampledFrom([]string{"hà nội mưa", "cầu sông", "ha noi mua duong", "Cầu đường ở đâu", "mùa mưa"}).Draw(t, "question")
		list, err := x.Explain(context.Background(), question, 100)
		if err != nil {
			t.Fatal(err)
		}
		ranking, err := x.Rank(context.Background(), question, 100)
		if err != nil || len(ranking) != len(list) {
			t.Fatalf("%d ranked, %d explained: %v", len(ranking), len(list), err)
		}
		for i, e := range list {
			if e.Ranked != ranking[i] {
				t.Fatalf("%d. is explained as %+v and ranked as %+v", i+1, e.Ranked, ranking[i])
			}
			if i > 0 && e.Score > list[i-1].Score {
				t.Fatalf("%d. has %v, the one before %v", i+1, e.Score, list[i-1].Score)
			}
			if len(e.Parts) == 0 || e.First < 1 || e.First > len(list) {
				t.Fatalf("%d., at first %d., has %d parts", i+1, e.First, len(e.Parts))
			}
			sum := 0.0
			for j, p := range e.Parts {
				sum += p.Points
				// The first stage's score is measured by its syllables, and has pairs too.
				if p.Value < 0 || p.Value > 1+1e-9 && feature(j) != featFirst || math.IsNaN(p.Value) {
					t.Fatalf("%s is %v", p.Name, p.Value)
				}
			}
			if math.Abs(max(0, sum)-e.Score) > 1e-9*max(1, e.Score) {
				t.Fatalf("the parts %+v make %v, the score is %v", e.Parts, sum, e.Score)
			}
		}
		few, err := x.Rank(context.Background(), question, 3)
		if err != nil || !slices.Equal(few, ranking[:min(3, len(ranking))]) {
			t.Fatalf("the first three are %+v of %+v: %v", few, ranking, err)
		}
	})
}

func TestCohesion(t *testing.T) {
	for _, tt := range []struct {
		a, b, both, n float64
		low, high     float64
	}{
		{10, 10, 10, 1000, 1, 1},       // always together
		{100, 100, 10, 1000, 0, 1e-9},  // as often as by chance
		{500, 500, 100, 1000, 0, 0},    // less often
		{10, 10, 5, 1000, 0.7, 0.95},   // mostly
		{0, 10, 0, 1000, 0, 0},         // never seen
		{10, 10, 10, 10, 0, 0},         // in all articles
		{20, 1000, 20, 1000, 0, 1e-9},  // with a syllable of all articles
		{3, 4, 2, 100_000, 0.85, 1},    // rare ones
		{300, 400, 200, 1000, 0.2, .4}, // common ones
	} {
		if got := cohesion(tt.a, tt.b, tt.both, tt.n); !(got >= tt.low && got <= tt.high) {
			t.Errorf("cohesion(%v, %v, %v, %v) = %.3f, want %v to %v", tt.a, tt.b, tt.both, tt.n, got, tt.low, tt.high)
		}
	}
}
