package index

import (
	"fmt"
	"testing"

	"trichdan/corpus"
)

// BenchmarkSearch measures questions with their evidence, over the sample and
// over articles of ../shared: with no reading kept, and with those kept that
// all questions, asked once before, have left.
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
			step := len(questions)/c.questions | 1 // odd, so that every form is asked
			n := 0
			ask := func() {
				n = 0
				forgetRankings(x)
				for i := 0; i < len(questions); i += step {
					if _, err := x.Search(b.Context(), Query{Text: questions[i]}); err != nil {
						b.Fatal(err)
					}
					n++
				}
			}
			without := 1.0
			for _, limit := range []int{0, readingBytes, 4 * readingBytes} {
				b.Run(fmt.Sprintf("keep=%dMB", limit>>20), func(b *testing.B) {
					x.readings = newLRU[readingKey, *reading](limit)
					ask()
					for b.Loop() {
						ask()
					}
					perSecond := float64(n*b.N) / b.Elapsed().Seconds()
					if limit == 0 {
						without = perSecond
					}
					b.ReportMetric(perSecond, "questions/s")
					b.ReportMetric(perSecond/without, "ratio-to-keep=0")
					b.ReportMetric(float64(x.readings.size)/(1<<20), "MB-kept")
					b.ReportMetric(0, "ns/op")
				})
			}
		})
	}
}
