package index

import (
	"context"
	"fmt"
	"testing"

	"trichdan/corpus"
)

// BenchmarkSearch measures questions with their evidence, over the sample and
// over articles of ../shared, against searchPlainly in the same run: cold,
// where no article has been read before, and warm, where all questions were
// asked once.
func BenchmarkSearch(b *testing.B) {
	for _, c := range []struct {
		name      string
		articles  func(b *testing.B) []*corpus.Article
		questions int
	}{
		{"sample", func(b *testing.B) []*corpus.Article { return sampleCorpus(b).list }, 160},
		{"vietnews", func(b *testing.B) []*corpus.Article { return sharedArticles(b, "data", 2000) }, 1000},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := newMemory(c.articles(b)...)
			x, err := Open(b.Context(), b.TempDir(), m, Options{})
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
			questions := questionsOf(m.list)
			step := max(1, len(questions)/c.questions)
			if step%len(askingForms) == 0 {
				step++ // every kind
			}
			n := 0
			each := func(search func(context.Context, Query) (*Result, error)) {
				n = 0
				for i := 0; i < len(questions); i += step {
					if _, err := search(b.Context(), Query{Text: questions[i]}); err != nil {
						b.Fatal(err)
					}
					n++
				}
			}
			plainly := func(ctx context.Context, q Query) (*Result, error) { return searchPlainly(ctx, x, q) }
			var before float64
			report := func(b *testing.B) {
				perSecond := float64(n*b.N) / b.Elapsed().Seconds()
				if before == 0 {
					before = perSecond
				}
				b.ReportMetric(perSecond, "questions/s")
				b.ReportMetric(perSecond/before, "ratio-to-plainly")
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(float64(x.readings.size)/(1<<20), "MB-kept")
			}
			b.Run("plainly", func(b *testing.B) {
				for b.Loop() {
					each(plainly)
				}
				report(b)
			})
			b.Run("cold", func(b *testing.B) {
				for b.Loop() {
					x.readings = newLRU[readingKey, *reading](0)
					each(x.Search)
				}
				report(b)
			})
			for _, limit := range []int{readingBytes, 4 * readingBytes} {
				b.Run(fmt.Sprintf("warm/%dMB", limit>>20), func(b *testing.B) {
					x.readings = newLRU[readingKey, *reading](limit)
					each(x.Search)
					for b.Loop() {
						each(x.Search)
					}
					report(b)
				})
			}
		})
	}
}
