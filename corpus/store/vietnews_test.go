package store

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
	"slices"
	"sync/atomic"
	"testing"
	"time"

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

// putAll puts articles in batches as the mirror does, and counts the outcomes.
func putAll(tb testing.TB, s *Store, as []*corpus.Article) map[Outcome]int {
	tb.Helper()
	outcomes := map[Outcome]int{}
	for batch := range slices.Chunk(as, 500) {
		err := s.Update(tb.Context(), func(tx *Tx) error {
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
			tb.Fatal(err)
		}
	}
	return outcomes
}

// BenchmarkPutVietnews puts a real collection into an empty store.
func BenchmarkPutVietnews(b *testing.B) {
	as := vietnews(b)
	for b.Loop() {
		s := open(b, filepath.Join(b.TempDir(), "corpus.db"))
		outcomes := putAll(b, s, as)
		c, err := s.Counts(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%v, %+v", outcomes, c)
		b.ReportMetric(float64(c.Articles-c.Stories), "joined")
	}
	b.ReportMetric(float64(len(as))*float64(b.N)/b.Elapsed().Seconds(), "articles/s")
}

// BenchmarkVietnews asks a large store for what is new, as each digest does, and
// for what admins ask.
func BenchmarkVietnews(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "corpus.db"))
	putAll(b, s, vietnews(b))
	last, err := s.Last(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []corpus.Seq{0, 1, 10, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if got := all(b, s, last-n); len(got) != int(n) {
					b.Fatalf("%d articles", len(got))
				}
			}
		})
	}
	var ids []string
	for a := range s.After(b.Context(), 0) {
		ids = append(ids, a.ID)
	}
	err = s.Update(b.Context(), func(tx *Tx) error { // half of them in files of their own, half in one
		for i, id := range ids[:len(ids)/2] {
			if err := tx.SetFile(FileState{Root: "/tin", Path: fmt.Sprint(i, ".txt"), Articles: []string{id}}); err != nil {
				return err
			}
		}
		return tx.SetFile(FileState{Root: "/tin", Path: "tất cả.jsonl", Articles: ids[len(ids)/2:]})
	})
	if err != nil {
		b.Fatal(err)
	}
	var copies atomic.Int64
	for name, call := range map[string]func() error{
		"Counts":    func() error { _, err := s.Counts(b.Context()); return err },
		"Newest":    func() error { _, err := s.Newest(b.Context(), 10); return err },
		"Withdrawn": func() error { _, err := s.Withdrawn(b.Context(), 10); return err },
		"FileOf":    func() error { _, _, _, err := s.FileOf(b.Context(), ids[len(ids)-1]); return err },
		"Snapshot":  func() error { return s.Snapshot(b.Context(), filepath.Join(b.TempDir(), fmt.Sprint(copies.Add(1)))) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := call(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("SeqAt", func(b *testing.B) {
		now := time.Now()
		for b.Loop() {
			if got, err := s.SeqAt(b.Context(), now); got != last || err != nil {
				b.Fatal(got, err)
			}
		}
	})
}
