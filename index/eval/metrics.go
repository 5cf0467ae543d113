package eval

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// depth is how much of a ranking the metrics look at.
const depth = 10

// Metrics are the means over the queries that have a relevant document, each
// from 0 to 1.
type Metrics struct {
	// Queries is how many there are.
	Queries int
	// NDCG10 is the normalised discounted cumulative gain of the first 10
	// (Järvelin and Kekäläinen 2002), as trec_eval and BEIR compute ndcg_cut:
	// a document of grade g at rank i gains g/log2(i+1), and the sum is
	// divided by that of the best possible ranking.
	NDCG10 float64
	// MRR10 is the reciprocal rank of the first relevant document, 0 where
	// none is among the first 10.
	MRR10 float64
	// R10 is the share of the relevant documents that is among the first 10.
	R10 float64
	// P1 is the share of queries whose first document is relevant.
	P1 float64
}

// Evaluate compares a run with the judgements. A query with a relevant
// document that the run lacks counts 0; a query of the run without one is left
// out. A document that a ranking repeats gains nothing the second time.
func Evaluate(run Run, qrels Qrels) Metrics {
	var m Metrics
	// In order, so that the last bit of the sums is the same every time.
	for _, query := range slices.Sorted(maps.Keys(qrels)) {
		grades := qrels[query]
		var relevant []int
		for _, g := range grades {
			if g > 0 {
				relevant = append(relevant, g)
			}
		}
		if len(relevant) == 0 {
			continue
		}
		m.Queries++
		slices.SortFunc(relevant, func(a, b int) int { return cmp.Compare(b, a) })
		var ideal, gain, found float64
		for i, g := range relevant[:min(depth, len(relevant))] {
			ideal += discounted(g, i)
		}
		seen := map[string]bool{}
		ranking := run[query]
		for i, d := range ranking[:min(depth, len(ranking))] {
			g := grades[d.ID]
			if g <= 0 || seen[d.ID] {
				continue
			}
			seen[d.ID] = true
			if found == 0 {
				m.MRR10 += 1 / float64(i+1)
			}
			if i == 0 {
				m.P1++
			}
			found++
			gain += discounted(g, i)
		}
		m.NDCG10 += gain / ideal
		m.R10 += found / float64(len(relevant))
	}
	if m.Queries > 0 {
		n := float64(m.Queries)
		m.NDCG10 /= n
		m.MRR10 /= n
		m.R10 /= n
		m.P1 /= n
	}
	return m
}

// discounted is the gain of a grade at index i of a ranking.
func discounted(grade, i int) float64 {
	return float64(grade) / math.Log2(float64(i+2))
}

// AUC is the area under the ROC curve of a score that shall be high for the
// first and low for the second: the share of the pairs that it puts in that
// order, ties counting half (Mann and Whitney, "On a test of whether one of two
// random variables is stochastically larger than the other", 1947). It is NaN
// where one of the two is empty.
func AUC(high, low []float64) float64 {
	all := slices.Concat(high, low)
	slices.Sort(all)
	all = slices.Compact(all)
	counts := func(scores []float64) []float64 { // at each of all
		n := make([]float64, len(all))
		for _, v := range scores {
			at, _ := slices.BinarySearch(all, v)
			n[at]++
		}
		return n
	}
	above, below := counts(high), counts(low)
	pairs, lower := 0.0, 0.0
	for i, n := range above {
		pairs += n * (lower + below[i]/2)
		lower += below[i]
	}
	return pairs / float64(len(high)) / float64(len(low))
}
