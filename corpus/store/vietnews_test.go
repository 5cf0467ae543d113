package store

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"trichdan/corpus"
)

// vietnews reads the validation set of vietnews, 22,642 articles.
func vietnews(tb testing.TB) []*corpus.Article {
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
	var as []*corpus.Article
	for dec := json.NewDecoder(bufio.NewReader(z)); ; {
		var line struct{ ID, Title, Body string }
		err := dec.Decode(&line)
		if errors.Is(err, io.EOF) {
			return as
		}
		if err != nil {
			tb.Fatal(err)
		}
		as = append(as, &corpus.Article{
			ID: corpus.NewID("", line.ID), Title: line.Title, Body: line.Body, Path: line.ID, Outlet: "Báo",
		})
	}
}

// BenchmarkPutVietnews puts a real collection into an empty store, in
// batches as the mirror does.
func BenchmarkPutVietnews(b *testing.B) {
	as := vietnews(b)
	for b.Loop() {
		s := open(b, filepath.Join(b.TempDir(), "corpus.db"))
		outcomes := map[Outcome]int{}
		for batch := range slices.Chunk(as, 500) {
			err := s.Update(b.Context(), func(tx *Tx) error {
				for _, a := range batch {
					r, err := tx.Put(a)
					if err != nil {
						return err
					}
					outcomes[r.Outcome]++
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		c, err := s.Counts(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%v, %+v", outcomes, c)
		b.ReportMetric(float64(c.Articles-c.Stories), "joined")
	}
	b.ReportMetric(float64(len(as))*float64(b.N)/b.Elapsed().Seconds(), "articles/s")
}
