package learn

import "math"

// Choice is one decision: its alternatives, each with the same number of
// features, and which of them are right.
type Choice struct {
	Alternatives [][]float64
	Right        []bool
}

// rounds is how often the shares of several right alternatives are revised.
const rounds = 10

// Choose fits the conditional logit model (McFadden, "Conditional logit
// analysis of qualitative choice behavior", 1974): an alternative is chosen
// with a probability proportional to the exponential of its features' weighted
// sum. The weights maximise the likelihood that what is chosen is right, less
// ridge/2 times their squares, features measured in standard deviations; where
// several are right, by expectation-maximisation (Dempster, Laird and Rubin
// 1977). Choices of which none or all are right tell nothing and are left out.
func Choose(choices []Choice, ridge float64) (weights []float64) {
	var used []Choice
	var rows [][]float64
	for _, c := range choices {
		if n := count(c.Right); n > 0 && n < len(c.Right) {
			used = append(used, c)
			rows = append(rows, c.Alternatives...)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	n := len(rows[0])
	by := scales(rows, n)
	several := false
	shares := make([][]float64, len(used))
	for i, c := range used {
		alternatives := make([][]float64, len(c.Alternatives))
		shares[i] = make([]float64, len(c.Right))
		right := count(c.Right)
		several = several || right > 1
		for j, row := range c.Alternatives {
			alternatives[j] = scaled(row, by)
			if c.Right[j] {
				shares[i][j] = 1 / float64(right)
			}
		}
		used[i].Alternatives = alternatives
	}
	w := make([]float64, n)
	for round := range rounds {
		w = maximize(func(w, g []float64, h [][]float64) float64 { return likelihood(used, shares, w, g, h) }, w, ridge, -1)
		if !several || round == rounds-1 {
			break
		}
		for i, c := range used {
			p := Probabilities(c.Alternatives, w)
			sum := 0.0
			for j, right := range c.Right {
				if right {
					sum += p[j]
				}
			}
			for j, right := range c.Right {
				if right && sum > 0 {
					shares[i][j] = p[j] / sum
				}
			}
		}
	}
	return scaled(w, by)
}

func count(right []bool) (n int) {
	for _, r := range right {
		if r {
			n++
		}
	}
	return n
}

// likelihood is that of choices of which each alternative was taken with its
// share.
func likelihood(choices []Choice, shares [][]float64, w, g []float64, h [][]float64) (value float64) {
	mean := make([]float64, len(w))
	for i, c := range choices {
		p := Probabilities(c.Alternatives, w)
		clear(mean)
		for j, row := range c.Alternatives {
			if shares[i][j] > 0 {
				value += shares[i][j] * math.Log(max(p[j], math.SmallestNonzeroFloat64))
			}
			for a, v := range row {
				mean[a] += p[j] * v
				g[a] += (shares[i][j] - p[j]) * v
			}
		}
		for j, row := range c.Alternatives {
			for a := range row {
				da := row[a] - mean[a]
				for b := range row {
					h[a][b] += p[j] * da * (row[b] - mean[b])
				}
			}
		}
	}
	return value
}

// Probabilities are those with which the model chooses between alternatives.
func Probabilities(alternatives [][]float64, weights []float64) []float64 {
	p := make([]float64, len(alternatives))
	most := math.Inf(-1)
	for i, row := range alternatives {
		p[i] = Score(row, weights)
		most = max(most, p[i])
	}
	sum := 0.0
	for i := range p {
		p[i] = math.Exp(p[i] - most)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// Score is the weighted sum of features.
func Score(features, weights []float64) (sum float64) {
	for i, v := range features {
		sum += v * weights[i]
	}
	return sum
}
