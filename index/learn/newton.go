package learn

import "math"

// objective adds, at these weights, the gradient of the log likelihood to g,
// its negated second derivatives to h, and returns its value.
type objective func(w, g []float64, h [][]float64) float64

// Newton's method ends when no weight moves by more than this, or after that
// many steps; half a step is tried at most so many times.
const (
	smallStep  = 1e-9
	mostSteps  = 100
	mostHalves = 40
)

// maximize finds the weights that maximise a concave objective less
// ridge/2 · Σ w², the intercept (index free, -1 for none) not counted, and
// looks for them from those of start.
func maximize(f objective, start []float64, ridge float64, free int) []float64 {
	n, w := len(start), start
	penalized := func(w, g []float64, h [][]float64) float64 {
		clear(g)
		for _, row := range h {
			clear(row)
		}
		v := f(w, g, h)
		for i := range w {
			r := ridge
			if i == free {
				r = 1e-9 // keeps the matrix regular, and no more
			}
			v -= r / 2 * w[i] * w[i]
			g[i] -= r * w[i]
			h[i][i] += r
		}
		return v
	}
	g, h := make([]float64, n), square(n)
	value := penalized(w, g, h)
	for range mostSteps {
		step := solve(h, g)
		next := make([]float64, n)
		scale, better := 1.0, false
		for range mostHalves {
			for i := range w {
				next[i] = w[i] + scale*step[i]
			}
			if v := penalized(next, g, h); v >= value {
				value, better = v, true
				break
			}
			scale /= 2
		}
		if !better {
			break
		}
		moved := 0.0
		for i := range w {
			moved = max(moved, math.Abs(next[i]-w[i]))
		}
		w = next
		if moved < smallStep {
			break
		}
	}
	return w
}

func square(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
	}
	return m
}

// solve gives x with h·x = g for a symmetric positive definite h, by its
// Cholesky decomposition.
func solve(h [][]float64, g []float64) []float64 {
	n := len(g)
	l := square(n)
	for i := range n {
		for j := 0; j <= i; j++ {
			sum := h[i][j]
			for k := range j {
				sum -= l[i][k] * l[j][k]
			}
			if i == j {
				l[i][i] = math.Sqrt(max(sum, 1e-12))
			} else {
				l[i][j] = sum / l[j][j]
			}
		}
	}
	x := make([]float64, n)
	for i := range n { // l·y = g
		x[i] = g[i]
		for k := range i {
			x[i] -= l[i][k] * x[k]
		}
		x[i] /= l[i][i]
	}
	for i := n - 1; i >= 0; i-- { // lᵀ·x = y
		for k := i + 1; k < n; k++ {
			x[i] -= l[k][i] * x[k]
		}
		x[i] /= l[i][i]
	}
	return x
}

// scales are the standard deviations of the features, 1 for a constant one,
// so that the penalty means the same for all.
func scales(rows [][]float64, n int) []float64 {
	mean, dev := make([]float64, n), make([]float64, n)
	for _, row := range rows {
		for i, v := range row {
			mean[i] += v / float64(len(rows))
		}
	}
	for _, row := range rows {
		for i, v := range row {
			dev[i] += (v - mean[i]) * (v - mean[i]) / float64(len(rows))
		}
	}
	for i, v := range dev {
		if dev[i] = math.Sqrt(v); dev[i] < 1e-12 {
			dev[i] = 1
		}
	}
	return dev
}

func scaled(row, by []float64) []float64 {
	out := make([]float64, len(row))
	for i, v := range row {
		out[i] = v / by[i]
	}
	return out
}
