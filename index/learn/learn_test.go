package learn

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// drawn draws choices from the model with these weights.
func drawn(r *rand.Rand, weights []float64, n int) []Choice {
	choices := make([]Choice, n)
	for i := range choices {
		c := Choice{Right: make([]bool, 4)}
		for range c.Right {
			row := make([]float64, len(weights))
			for j := range row {
				row[j] = r.NormFloat64() * float64(1+10*j) // of different units
			}
			c.Alternatives = append(c.Alternatives, row)
		}
		at := r.Float64()
		for j, p := range Probabilities(c.Alternatives, weights) {
			if at -= p; at < 0 || j == len(c.Right)-1 {
				c.Right[j] = true
				break
			}
		}
		choices[i] = c
	}
	return choices
}

func TestChooseFindsTheWeights(t *testing.T) {
	want := []float64{1.5, -0.1, 0}
	got := Choose(drawn(rand.New(rand.NewPCG(1, 2)), want, 4000), 1e-3)
	for i, tolerance := range []float64{0.15, 0.01, 0.005} {
		if math.Abs(got[i]-want[i]) > tolerance {
			t.Errorf("weight %d is %.4f, want %.4f", i, got[i], want[i])
		}
	}
}

// Of two right alternatives the one that looks like those of other choices is
// learned from.
func TestChooseSeveralRight(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	want := []float64{2, 0}
	choices := drawn(r, want, 2000)
	for i := range choices {
		choices[i].Right[r.IntN(4)] = true
	}
	if got := Choose(choices, 1e-3); got[0] < 1.5 || math.Abs(got[1]) > 0.02 {
		t.Errorf("weights %.3f, want near %v", got, want)
	}
}

func TestChooseOfNothing(t *testing.T) {
	for name, choices := range map[string][]Choice{
		"none":       nil,
		"none right": {{Alternatives: [][]float64{{1}, {2}}, Right: []bool{false, false}}},
		"all right":  {{Alternatives: [][]float64{{1}, {2}}, Right: []bool{true, true}}},
	} {
		if got := Choose(choices, 1); got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestLogisticFindsTheWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var examples []Example
	for range 4000 {
		x := []float64{r.NormFloat64(), 100 * r.NormFloat64(), 7}
		examples = append(examples, Example{x, r.Float64() < Probability(-1+2*x[0]-0.01*x[1])})
	}
	w, b := Logistic(examples, 1e-3)
	if math.Abs(w[0]-2) > 0.15 || math.Abs(w[1]+0.01) > 0.002 || math.Abs(w[2]) > 1e-4 || math.Abs(b+1) > 0.15 {
		t.Errorf("weights %.4f, intercept %.3f", w, b)
	}
}

// What can be separated without a mistake has no largest likelihood; the
// penalty keeps the weights finite, and it is separated.
func TestSeparable(t *testing.T) {
	w, b := Logistic([]Example{{[]float64{-1}, false}, {[]float64{-2}, false}, {[]float64{1}, true}, {[]float64{3}, true}}, 0.01)
	if p := Probability(b + w[0]); math.IsNaN(p) || p < 0.8 {
		t.Errorf("weight %v, intercept %v", w, b)
	}
	if w, b := Logistic(nil, 1); w != nil || b != 0 {
		t.Errorf("of nothing: %v %v", w, b)
	}
}

// A larger penalty makes smaller weights, and any data gives finite ones.
func TestPenalty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "features")
		value := rapid.Float64Range(-1e3, 1e3)
		var choices []Choice
		for range rapid.IntRange(1, 8).Draw(t, "choices") {
			c := Choice{}
			for range rapid.IntRange(1, 5).Draw(t, "alternatives") {
				c.Alternatives = append(c.Alternatives, rapid.SliceOfN(value, n, n).Draw(t, "row"))
				c.Right = append(c.Right, false)
			}
			c.Right[rapid.IntRange(0, len(c.Right)-1).Draw(t, "right")] = true
			choices = append(choices, c)
		}
		weak, strong := Choose(choices, 0.1), Choose(choices, 10)
		if (weak == nil) != (strong == nil) {
			t.Fatal("one of two is nil")
		}
		if weak == nil {
			return
		}
		var rows [][]float64
		for _, c := range choices {
			if k := count(c.Right); k > 0 && k < len(c.Right) {
				rows = append(rows, c.Alternatives...)
			}
		}
		by := scales(rows, n)
		norm := func(w []float64) (sum float64) {
			for i, v := range w {
				sum += v * by[i] * v * by[i]
			}
			return sum
		}
		if a, b := norm(weak), norm(strong); math.IsNaN(a) || math.IsInf(a, 0) || b > a*(1+1e-6)+1e-12 {
			t.Fatalf("squares %v with a weak penalty, %v with a strong one", a, b)
		}
	})
}
