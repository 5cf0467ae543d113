package eval

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestPercentile(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(100 - i)
	}
	twoHundred := append(slices.Clone(hundred), hundred...)
	for _, tt := range []struct {
		durations []time.Duration
		p         float64
		want      time.Duration
	}{
		{nil, 50, 0},
		{[]time.Duration{7}, 0, 7},
		{[]time.Duration{7}, 99, 7},
		{[]time.Duration{50, 15, 40, 20, 35}, 30, 20}, // the textbook example of nearest rank
		{[]time.Duration{50, 15, 40, 20, 35}, 40, 20},
		{[]time.Duration{50, 15, 40, 20, 35}, 50, 35},
		{[]time.Duration{50, 15, 40, 20, 35}, 100, 50},
		{[]time.Duration{4, 1, 3, 2}, 50, 2},
		{hundred, 50, 50},
		{hundred, 99, 99},
		{hundred, 99.5, 100},
		{twoHundred, 99, 99},
		{hundred, -1, 1},
		{hundred, 101, 100},
	} {
		if got := Percentile(tt.durations, tt.p); got != tt.want {
			t.Errorf("Percentile(%d durations, %v) = %d, want %d", len(tt.durations), tt.p, got, tt.want)
		}
	}
	if hundred[0] != 100 {
		t.Error("the durations were reordered")
	}
	if got, want := Summarize(hundred), (Timings{100, 50, 99, 100}); got != want {
		t.Errorf("Summarize: %+v, want %+v", got, want)
	}
	if got := Summarize(nil); got != (Timings{}) {
		t.Errorf("Summarize of none: %+v", got)
	}
}

func TestPercentileDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var durations []time.Duration
		for _, d := range rapid.SliceOfN(rapid.IntRange(0, 20), 1, 50).Draw(t, "durations") {
			durations = append(durations, time.Duration(d))
		}
		p := rapid.IntRange(1, 100).Draw(t, "p")
		got := Percentile(durations, float64(p))
		within, below := 0, 0
		for _, d := range durations {
			if d <= got {
				within++
			}
			if d < got {
				below++
			}
		}
		if within*100 < p*len(durations) || below*100 >= p*len(durations) {
			t.Errorf("percentile %d of %v is %d", p, durations, got)
		}
	})
}
