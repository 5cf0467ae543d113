package eval

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func ranking(ids ...string) []Scored {
	var r []Scored
	for i, id := range ids {
		r = append(r, Scored{id, float64(len(ids) - i)})
	}
	return r
}

func TestEvaluate(t *testing.T) {
	// log2(3) = 1.58496, log2(5) = 2.32193
	const log3, log5 = 1.5849625007211562, 2.321928094887362
	eleven := ranking("x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "a")
	ten := ranking("x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "a")
	twelve := map[string]int{}
	for i := range 12 {
		twelve[fmt.Sprint(i)] = 1
	}
	tests := []struct {
		name  string
		run   Run
		qrels Qrels
		want  Metrics
	}{
		{"nothing", Run{}, Qrels{}, Metrics{}},
		{"first", Run{"q": ranking("a", "x")}, Qrels{"q": {"a": 1}}, Metrics{1, 1, 1, 1, 1}},
		{"second", Run{"q": ranking("x", "a")}, Qrels{"q": {"a": 1}}, Metrics{1, 1 / log3, 0.5, 1, 0}},
		{"grades in the wrong order: gain is linear", Run{"q": ranking("b", "a")}, Qrels{"q": {"a": 2, "b": 1}},
			Metrics{1, (1 + 2/log3) / (2 + 1/log3), 1, 1, 1}},
		{"one of two, at the fourth", Run{"q": ranking("x", "y", "z", "b")}, Qrels{"q": {"a": 3, "b": 2}},
			Metrics{1, (2 / log5) / (3 + 2/log3), 0.25, 0.5, 0}},
		{"tenth", Run{"q": ten}, Qrels{"q": {"a": 1}}, Metrics{1, 1 / math.Log2(11), 0.1, 1, 0}},
		{"eleventh", Run{"q": eleven}, Qrels{"q": {"a": 1}}, Metrics{1, 0, 0, 0, 0}},
		{"more relevant than fit", Run{"q": ranking("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")}, Qrels{"q": twelve},
			Metrics{1, 1, 1, 10.0 / 12, 1}},
		{"missing from the run", Run{"q": ranking("a")}, Qrels{"q": {"a": 1}, "r": {"a": 1}}, Metrics{2, 0.5, 0.5, 0.5, 0.5}},
		{"empty ranking", Run{"q": nil}, Qrels{"q": {"a": 1}}, Metrics{1, 0, 0, 0, 0}},
		{"no relevant document", Run{"q": ranking("a"), "r": ranking("b")}, Qrels{"q": {"a": 1}, "r": {"b": 0, "c": -1}}, Metrics{1, 1, 1, 1, 1}},
		{"not judged", Run{"q": ranking("a"), "s": ranking("a")}, Qrels{"q": {"a": 1}}, Metrics{1, 1, 1, 1, 1}},
		{"grade 0 and below gain nothing", Run{"q": ranking("z", "n", "a")}, Qrels{"q": {"a": 1, "z": 0, "n": -2}}, Metrics{1, 0.5, 1.0 / 3, 1, 0}},
		{"repeated document", Run{"q": ranking("a", "a", "b")}, Qrels{"q": {"a": 1, "b": 1, "c": 1, "d": 1}},
			Metrics{1, 1.5 / (1 + 1/log3 + 0.5 + 1/log5), 1, 0.5, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Evaluate(tt.run, tt.qrels)
			near := func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }
			if got.Queries != tt.want.Queries || !near(got.NDCG10, tt.want.NDCG10) || !near(got.MRR10, tt.want.MRR10) ||
				!near(got.R10, tt.want.R10) || !near(got.P1, tt.want.P1) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestEvaluateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`[a-z]`)
		qrels := Qrels(rapid.MapOfN(id, rapid.MapOf(id, rapid.IntRange(-1, 3)), 0, 5).Draw(t, "qrels"))
		run := Run{}
		perfect := Run{}
		for query, grades := range qrels {
			run[query] = ranking(rapid.SliceOfDistinct(id, rapid.ID[string]).Draw(t, "ranking")...)
			for g := 3; g >= 1; g-- {
				for document, grade := range grades {
					if grade == g {
						perfect[query] = append(perfect[query], Scored{document, float64(g)})
					}
				}
			}
		}
		m := Evaluate(run, qrels)
		for name, v := range map[string]float64{"nDCG": m.NDCG10, "MRR": m.MRR10, "R": m.R10, "P": m.P1} {
			if !(v >= 0 && v <= 1+1e-12) {
				t.Errorf("%s is %v", name, v)
			}
		}
		if m.P1 > m.MRR10+1e-12 {
			t.Errorf("P@1 %v is above MRR %v", m.P1, m.MRR10)
		}
		if m != Evaluate(run, qrels) {
			t.Error("not the same twice")
		}
		best := Evaluate(perfect, qrels)
		if best.Queries > 0 && (math.Abs(best.NDCG10-1) > 1e-12 || best.P1 != 1) {
			t.Errorf("perfect run: %+v", best)
		}
		for query, r := range run { // what comes after the tenth does not count
			run[query] = r[:min(len(r), depth)]
		}
		if cut := Evaluate(run, qrels); cut != m {
			t.Errorf("cut to %d: %+v, before %+v", depth, cut, m)
		}
	})
}
