package index

import (
	"testing"

	"trichdan/corpus/vi"
)

// BenchmarkMend is what mending adds to a question, on a warm index: one with
// its diacritics, one that has some, one that has none, one with keys left in it.
func BenchmarkMend(b *testing.B) {
	articles := sharedArticles(b, "data", 2000)
	x, err := Open(b.Context(), b.TempDir(), newMemory(articles...), Options{})
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
	v, err := x.view()
	if err != nil {
		b.Fatal(err)
	}
	defer v.close()
	for name, form := range map[string]func(string) string{
		"accented": func(s string) string { return s },
		"bare":     vi.Strip,
		"half":     func(s string) string { return s[:len(s)/2] + vi.Strip(s[len(s)/2:]) },
		"keys":     func(s string) string { return s + " dduwowngf thanhf phoos" },
	} {
		b.Run(name, func(b *testing.B) {
			z := newAnalyzer()
			n, mended := 0, 0
			for b.Loop() {
				m, err := x.mend(b.Context(), v, z, form(articles[n%500].Title))
				if err != nil {
					b.Fatal(err)
				}
				n++
				mended += len(m.repairs)
			}
			b.ReportMetric(float64(mended)/float64(n), "repairs/op")
		})
	}
}
