package learn

import "math"

// Example is something with features that is so, or is not.
type Example struct {
	Features []float64
	True     bool
}

// Logistic fits the probability that an example is true, 1/(1+exp(-b-w·x)), by
// maximum likelihood less ridge/2 times the squares of the weights, features
// measured in standard deviations and the intercept b not counted. With one
// feature it is the calibration of Platt ("Probabilistic outputs for support
// vector machines", 1999).
func Logistic(examples []Example, ridge float64) (weights []float64, intercept float64) {
	if len(examples) == 0 {
		return nil, 0
	}
	n := len(examples[0].Features)
	rows := make([][]float64, len(examples))
	for i, e := range examples {
		rows[i] = e.Features
	}
	by := scales(rows, n)
	for i, row := range rows {
		rows[i] = append(scaled(row, by), 1)
	}
	w := maximize(func(w, g []float64, h [][]float64) (value float64) {
		for i, e := range examples {
			s := Score(rows[i], w)
			p := Probability(s)
			miss := -p
			if e.True {
				miss++
				value -= softplus(-s)
			} else {
				value -= softplus(s)
			}
			for a, v := range rows[i] {
				g[a] += miss * v
				for b, u := range rows[i] {
					h[a][b] += p * (1 - p) * v * u
				}
			}
		}
		return value
	}, make([]float64, n+1), ridge, n)
	return scaled(w[:n], by), w[n]
}

// Probability is the logistic function of a score.
func Probability(score float64) float64 { return 1 / (1 + math.Exp(-score)) }

// softplus is log(1+exp(x)), also where exp(x) is too large for a number.
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
