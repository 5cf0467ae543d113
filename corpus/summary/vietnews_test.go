package summary

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// pressed is an article, without its lead, and the lead of its newspaper.
type pressed struct {
	article *corpus.Article
	lead    string
}

// openers is how many of the first articles of the validation set are held
// out, all of them.
const openers = 1500

// vietnews reads from the validation set what the weights have not seen: the
// first 1,500 articles, and every fifth of those behind them, until there are
// n. The set is part of every checked build; elsewhere it may be missing.
func vietnews(tb testing.TB, n int) []pressed {
	tb.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "vietnews.val.jsonl.gz"))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") != "true" {
		tb.Skip("needs ../shared/data/vietnews.val.jsonl.gz, which is not there")
	}
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var list []pressed
	dec := json.NewDecoder(bufio.NewReader(z))
	for i := 0; len(list) < n; i++ {
		var line struct{ ID, Title, Summary, Body string }
		err := dec.Decode(&line)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			tb.Fatal(err)
		}
		if i >= openers && i%5 != 0 {
			continue
		}
		list = append(list, pressed{&corpus.Article{ID: line.ID, Title: line.Title, Body: line.Body}, line.Summary})
	}
	return list
}

// measure is the mean of rouge over articles that choose sums up.
func measure(articles []pressed, choose func(*corpus.Article) []vi.Span) rouge {
	scores := make([]rouge, len(articles))
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(articles); i += workers {
				a := articles[i].article
				scores[i] = rougeOf(joined(a.Body, choose(a)), articles[i].lead)
			}
		})
	}
	wg.Wait()
	var mean rouge
	for _, s := range scores {
		for k, v := range s {
			mean[k] += v / float64(len(scores))
		}
	}
	return mean
}

func joined(body string, spans []vi.Span) string {
	var parts []string
	for _, s := range spans {
		parts = append(parts, body[s.Start:s.End])
	}
	return strings.Join(parts, " ")
}

func (r rouge) String() string { return fmt.Sprintf("%.1f/%.1f/%.1f", r[0], r[1], r[2]) }

// two is what the summary is measured by.
func two(a *corpus.Article) []vi.Span { return Of(a, 2) }

// firstTwo is the first baseline: the two sentences that open the body.
func firstTwo(a *corpus.Article) []vi.Span {
	spans := vi.Sentences(a.Body)
	return spans[:min(2, len(spans))]
}

// headlined is the second: the two that share most with the headline, by idf.
func headlined(a *corpus.Article) []vi.Span {
	title := map[string]bool{}
	for _, w := range rougeWords(a.Title) {
		title[w] = true
	}
	spans := vi.Sentences(a.Body)
	best := [2]int{-1, -1}
	var score [2]float64
	for i, s := range spans {
		sum, seen := 0.0, map[string]bool{}
		for _, w := range rougeWords(a.Body[s.Start:s.End]) {
			if title[w] && !seen[w] {
				seen[w] = true
				sum += idf(vi.Normalize(w))
			}
		}
		switch {
		case best[0] < 0 || sum > score[0]:
			best, score = [2]int{i, best[0]}, [2]float64{sum, score[0]}
		case best[1] < 0 || sum > score[1]:
			best[1], score[1] = i, sum
		}
	}
	var chosen []vi.Span
	for i, s := range spans {
		if i == best[0] || i == best[1] {
			chosen = append(chosen, s)
		}
	}
	return chosen
}

// TestVietnews holds the summaries to what they have reached on articles that
// the weights were not learned from.
func TestVietnews(t *testing.T) {
	articles := vietnews(t, openers+500)
	for _, part := range []struct {
		name     string
		articles []pressed
		want     rouge
	}{
		{"first 1,500", articles[:openers], rouge{33.3, 19.4, 24.6}},
		{"500 behind them", articles[openers:], rouge{35.3, 21, 26.1}},
	} {
		got := measure(part.articles, two)
		t.Logf("%s: %v", part.name, got)
		for k := range got {
			if got[k] < part.want[k] {
				t.Errorf("%s: %v, want at least %v", part.name, got, part.want)
				break
			}
		}
	}
}

// BenchmarkVietnews sums up held out articles, one at a time, and prints the
// quality beside the baselines.
func BenchmarkVietnews(b *testing.B) {
	articles := vietnews(b, 1<<30)
	for _, part := range []struct {
		name     string
		articles []pressed
	}{{"First1500", articles[:openers]}, {"EveryFifth", articles[openers:]}, {"HeldOut", articles}} {
		b.Run(part.name, func(b *testing.B) {
			for b.Loop() {
				for _, p := range part.articles {
					Of(p.article, 2)
				}
			}
			b.ReportMetric(float64(b.N*len(part.articles))/b.Elapsed().Seconds(), "articles/s")
			b.Logf("%d articles, ROUGE-1/2/L: %v; first two sentences %v; headline overlap %v", len(part.articles),
				measure(part.articles, two), measure(part.articles, firstTwo), measure(part.articles, headlined))
		})
	}
}
