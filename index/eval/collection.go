package eval

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"trichdan/corpus"
	"trichdan/index"
)

// collection is a BEIR folder with its corpus indexed in a temporary directory.
type collection struct {
	queries  []Query // those that are judged
	qrels    Qrels
	docs     *beir
	index    *index.Index
	indexing time.Duration
	tmp      string
}

// open indexes the corpus of a folder. The collection must be closed.
func open(ctx context.Context, dir string, progress index.Progress) (c *collection, err error) {
	c = &collection{}
	all, err := LoadQueries(dir)
	if err != nil {
		return nil, err
	}
	if c.qrels, err = LoadQrels(dir); err != nil {
		return nil, err
	}
	for _, q := range all {
		if len(c.qrels[q.ID]) > 0 {
			c.queries = append(c.queries, q)
		}
	}
	if c.tmp, err = os.MkdirTemp("", "trichdan-eval-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	if c.docs, err = loadDocuments(ctx, dir); err != nil {
		return nil, err
	}
	if c.index, err = index.Open(ctx, filepath.Join(c.tmp, "index"), c.docs, index.Options{}); err != nil {
		return nil, err
	}
	start := time.Now()
	if _, err := c.index.Update(ctx, progress); err != nil {
		return nil, err
	}
	c.indexing = time.Since(start)
	return c, nil
}

func (c *collection) close() error {
	var err error
	if c.index != nil {
		err = c.index.Close()
	}
	return errors.Join(err, os.RemoveAll(c.tmp))
}

// beir is a BEIR corpus as articles, in memory.
type beir struct {
	list  []*corpus.Article
	byID  map[string]*corpus.Article
	names map[string]string // the corpus's own IDs by article ID
}

func loadDocuments(ctx context.Context, dir string) (*beir, error) {
	d := newBEIR()
	for doc, err := range LoadCorpus(dir) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		a := &corpus.Article{
			ID:    corpus.NewID("", doc.ID),
			Title: norm.NFC.String(doc.Title), Body: strings.TrimSpace(norm.NFC.String(doc.Text)),
		}
		if d.byID[a.ID] != nil {
			return nil, fmt.Errorf("document %s stands twice in the corpus", doc.ID)
		}
		d.add(a, doc.ID)
	}
	return d, nil
}

func (d *beir) After(_ context.Context, seq corpus.Seq) iter.Seq2[*corpus.Article, error] {
	return func(yield func(*corpus.Article, error) bool) {
		for _, a := range d.list[min(int(seq), len(d.list)):] {
			if !yield(a, nil) {
				return
			}
		}
	}
}

func (d *beir) Last(context.Context) (corpus.Seq, error) { return corpus.Seq(len(d.list)), nil }

func (d *beir) Articles(_ context.Context, ids []string) (map[string]*corpus.Article, error) {
	m := make(map[string]*corpus.Article, len(ids))
	for _, id := range ids {
		if a := d.byID[id]; a != nil {
			m[id] = a
		}
	}
	return m, nil
}

func (d *beir) Revision(_ context.Context, id string, _ int) (*corpus.Article, error) {
	if a := d.byID[id]; a != nil {
		return a, nil
	}
	return nil, fmt.Errorf("no document %s", id)
}

func (d *beir) Outlets(context.Context) ([]string, error) { return nil, nil }
