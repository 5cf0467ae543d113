package index

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// BenchmarkOnly asks headlines of a few articles of a large corpus, spread over
// all of it and the last to arrive, as digests do, beside questions to all. An
// operation is one question, ranked and looked into.
func BenchmarkOnly(b *testing.B) {
	bn := sharedBench(b)
	x, err := Open(b.Context(), filepath.Join(b.TempDir(), "only"), bn.articles, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := x.Close(); err != nil {
			b.Error(err)
		}
	})
	if _, err := x.Update(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	all := bn.articles.list
	sets := map[string]func(n int) []string{
		"last": func(n int) (ids []string) {
			for _, a := range all[len(all)-n:] {
				ids = append(ids, a.ID)
			}
			return ids
		},
		"spread": func(n int) (ids []string) {
			for _, i := range rand.New(rand.NewPCG(1, uint64(n))).Perm(len(all))[:n] {
				ids = append(ids, all[i].ID)
			}
			return ids
		},
	}
	measure := func(b *testing.B, only []string, rankOnly bool) {
		z := newAnalyzer()
		v, err := x.view()
		if err != nil {
			b.Fatal(err)
		}
		defer v.close()
		found, n := 0, 0
		for b.Loop() {
			text := bn.queries[n%len(bn.queries)]
			n++
			forgetRankings(x)
			if rankOnly {
				list, _, err := x.rank(b.Context(), v, z, parse(z, text, nil, testNow, false), 10, only, nil)
				if err != nil {
					b.Fatal(err)
				}
				found += len(list)
				continue
			}
			r, err := x.Search(b.Context(), Query{Text: text, Only: only, NoTime: true, NoOutlet: true})
			if err != nil {
				b.Fatal(err)
			}
			found += len(r.Hits)
		}
		b.ReportMetric(float64(found)/float64(n), "hits/op")
	}
	for _, rankOnly := range []bool{true, false} {
		step := map[bool]string{true: "rank", false: "search"}[rankOnly]
		b.Run(step+"/all", func(b *testing.B) { measure(b, nil, rankOnly) })
		for _, set := range []string{"last", "spread"} {
			for _, n := range []int{1, 10, 100, 1000} {
				if n <= len(all) {
					b.Run(fmt.Sprintf("%s/%s/%d", step, set, n), func(b *testing.B) { measure(b, sets[set](n), rankOnly) })
				}
			}
		}
	}
}
