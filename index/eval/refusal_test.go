package eval

import (
	"errors"
	"iter"
	"math"
	"testing"

	"pgregory.net/rapid"

	"trichdan/corpus"
)

func TestAUC(t *testing.T) {
	for name, c := range map[string]struct {
		high, low []float64
		want      float64
	}{
		"apart":           {[]float64{2, 3}, []float64{0, 1}, 1},
		"upside down":     {[]float64{0}, []float64{1, 2}, 0},
		"all equal":       {[]float64{1, 1}, []float64{1}, 0.5},
		"one of four":     {[]float64{1, 3}, []float64{2, 0}, 0.75},
		"ties count half": {[]float64{1, 2}, []float64{1}, 0.75},
	} {
		if got := AUC(c.high, c.low); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got := AUC(nil, []float64{1}); !math.IsNaN(got) {
		t.Errorf("of nothing: %v", got)
	}
}

// TestAUCDefinition compares with all pairs.
func TestAUCDefinition(t *testing.T) {
	scores := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0.1, 0.5, 0.9, 1}), 1, 12)
	rapid.Check(t, func(t *rapid.T) {
		high, low := scores.Draw(t, "high"), scores.Draw(t, "low")
		sum := 0.0
		for _, h := range high {
			for _, l := range low {
				switch {
				case h > l:
					sum++
				case h == l:
					sum += 0.5
				}
			}
		}
		if got, want := AUC(high, low), sum/float64(len(high)*len(low)); math.Abs(got-want) > 1e-12 {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}

// others are articles that answer nothing, the last an error if there is one.
func others(err error) iter.Seq2[*corpus.Article, error] {
	return func(yield func(*corpus.Article, error) bool) {
		for _, body := range []string{
			"Mưa rào về đêm. Gió nhẹ. Sáng sớm có sương. Trưa nắng.\nChiều mát. Tối trời quang. Khuya lạnh.",
			"Một câu thôi.",
			"Ghe về bến. Lưới phơi đầy bãi. Trẻ nhỏ thả diều.",
		} {
			if !yield(&corpus.Article{Body: body}, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func TestMeasureRefusals(t *testing.T) {
	dir := folder(t, map[string]string{
		"corpus.jsonl": `{"_id":"d1","text":"Lò gốm Cồn Sỏi nung bằng củi tràm. Mỗi mẻ kéo dài ba ngày."}
{"_id":"d2","text":"Chợ nổi Vàm Xếp họp từ bốn giờ sáng. Ghe lớn bán buôn."}
{"_id":"d3","text":"Mùa nước lên, cá linh về đầy đồng. Trẻ nhỏ đi học bằng xuồng."}`,
		"queries.jsonl": `{"_id":"q1","text":"Lò gốm Cồn Sỏi nung bằng gì?"}
{"_id":"q2","text":"Chợ nổi Vàm Xếp họp từ mấy giờ?"}
{"_id":"q3","text":"Không ai hỏi?"}`,
		"qrels/test.tsv": "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\nq3\td3\t0\n",
	})
	r, err := MeasureRefusals(t.Context(), dir, others(nil), 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Of the first article two passages, its last sentence is left over; of the
	// third one.
	if r.Queries != 2 || r.Distractors != 3 || r.Removed != 1 || r.Own != 1 {
		t.Errorf("%+v", r)
	}
	if r.AnsweredRemoved > r.Answered || r.AnsweredOwn > r.Answered {
		t.Errorf("more is answered without the passages: %+v", r)
	}
	if r, err := MeasureRefusals(t.Context(), dir, others(nil), 1, nil); err != nil || r.Distractors != 1 {
		t.Errorf("of one distractor: %+v, %v", r, err)
	}
	broken := errors.New("broken")
	if _, err := MeasureRefusals(t.Context(), dir, others(broken), 5000, nil); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
