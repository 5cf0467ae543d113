package eval

import (
	"math"
	"slices"
	"time"
)

// Timings sums up how long the queries of a run took.
type Timings struct {
	Queries int
	P50     time.Duration // the median
	P99     time.Duration
	Max     time.Duration
}

// Summarize gives the Timings of the queries' durations, zero for none.
func Summarize(durations []time.Duration) Timings {
	return Timings{
		Queries: len(durations),
		P50:     Percentile(durations, 50),
		P99:     Percentile(durations, 99),
		Max:     Percentile(durations, 100),
	}
}

// Percentile is the p-th percentile (0 to 100) by the nearest-rank method: the
// smallest of the durations that is not exceeded by more than 100-p per cent
// of them. It is always one of them, or 0 if there are none. The order of the
// durations does not matter and is left as it is.
func Percentile(durations []time.Duration, p float64) time.Duration {
	if len(durations) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(durations))
	// p*n first: 99/100*200 is a little above 198 in floating point.
	rank := int(math.Ceil(p * float64(len(sorted)) / 100))
	return sorted[min(max(rank, 1), len(sorted))-1]
}
