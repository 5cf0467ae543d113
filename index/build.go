package index

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"

	"trichdan/corpus"
)

const (
	batchArticles = 500     // articles of one Bleve batch, at most
	batchBytes    = 2 << 20 // of their text, about
	// segmentsKept is how many segments a search still walks without loss;
	// after taking in many articles, more are merged into one.
	segmentsKept = 4
)

// documentFunc makes the document of an article, and counts it.
type documentFunc func(*analyzer, *corpus.Article) (*document.Document, lengths)

// arrivals is what a generation is made from, see Articles.
type arrivals interface {
	After(ctx context.Context, seq corpus.Seq) iter.Seq2[*corpus.Article, error]
	Last(ctx context.Context) (corpus.Seq, error)
}

// builder takes articles into a generation.
type builder struct {
	index    *Index
	to       *generation
	from     arrivals
	progress Progress

	turn   sync.Mutex    // see work
	worked time.Duration // in turns, since the last rest

	n     int   // articles taken in
	state state // of the generation
	// With sums not nil, those of all articles that are there are counted, and
	// the newest are kept, for checks.
	sums   map[string]lengths
	recent []*corpus.Article // in order of arrival
}

func (x *Index) builder(g *generation, from arrivals, progress Progress) *builder {
	return &builder{index: x, to: g, from: from, progress: progress}
}

// analysed is a batch on its way from the corpus to Bleve.
type analysed struct {
	articles []change
	bytes    int
	cursor   corpus.Seq
}

// change is one article to put in place of what the index has of it, or, with
// doc nil, to take out.
type change struct {
	id       string
	revision int
	doc      *document.Document
	lengths  lengths
}

// fill takes in what a generation has not seen. It analyses articles on one
// core while Bleve writes on the other. Before the first write, what the
// generation holds is pinned for the searches that it answers.
func (b *builder) fill(ctx context.Context) error {
	last, err := b.from.Last(ctx)
	if err != nil {
		return err
	}
	if b.state, err = b.to.state(); err != nil || last <= b.state.Cursor {
		return err
	}
	if err := b.index.pin(b.to); err != nil {
		return err
	}
	after := b.state.Cursor
	b.state.Target = last
	total := int(last - after)
	b.progress(0, total)
	group, groupCtx := errgroup.WithContext(ctx)
	batches := make(chan analysed, 1)
	group.Go(func() error {
		defer close(batches)
		return b.analyse(groupCtx, after, batches)
	})
	group.Go(func() error {
		for part := range batches {
			if err := b.work(groupCtx, func() error { return b.write(part) }); err != nil {
				return err
			}
			b.progress(min(b.n, total), total)
		}
		return nil
	})
	return group.Wait()
}

func (b *builder) analyse(ctx context.Context, after corpus.Seq, out chan<- analysed) error {
	z := b.index.analyzers.Get().(*analyzer)
	defer b.index.analyzers.Put(z)
	var next analysed
	send := func() error {
		if len(next.articles) == 0 {
			return nil
		}
		select {
		case out <- next:
			next = analysed{}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for a, err := range b.from.After(ctx, after) {
		if err != nil {
			return err
		}
		c := change{id: a.ID, revision: a.Revision}
		err := b.work(ctx, func() error {
			if !a.Withdrawn {
				c.doc, c.lengths = b.index.document(z, a)
			}
			return nil
		})
		if err != nil {
			return err
		}
		b.see(a, c.lengths)
		next.articles = append(next.articles, c)
		next.bytes += len(a.Body)
		next.cursor = a.Seq
		if len(next.articles) >= b.batch() || next.bytes >= batchBytes {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send()
}

// errBatch is the error of a write after which nobody knows what is written.
var errBatch = errors.New("write batch")

// write puts a batch into the index, and the state after it in the same step.
func (b *builder) write(part analysed) (err error) {
	reader, err := b.to.snapshot()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	next := state{Cursor: part.cursor, Lengths: b.state.Lengths, Target: b.state.Target}
	batch := b.to.bleve.NewBatch()
	newest := map[string]int{} // an article that changes while it is read comes again
	for i, c := range part.articles {
		newest[c.id] = i
	}
	for i, c := range part.articles {
		if newest[c.id] != i {
			continue
		}
		// Only the newest revision is ever indexed, but which one the index
		// has is only known to the index.
		for r := c.revision; r > 0; r-- {
			id := documentID(c.id, r)
			old, err := lengthsOf(reader, id)
			if err != nil {
				return err
			}
			if old != nil {
				next.Lengths.add(*old, -1)
				batch.Delete(id)
				break
			}
		}
		if c.doc == nil {
			continue
		}
		if err := batch.IndexAdvanced(c.doc); err != nil {
			return err
		}
		next.Lengths.add(c.lengths, 1)
	}
	batch.SetInternal(stateKey, next.encode())
	if err := b.to.bleve.Batch(batch); err != nil {
		return fmt.Errorf("%w: %w", errBatch, err)
	}
	b.state = next
	b.n += len(part.articles)
	return nil
}

// lengthsOf reads the lengths of an indexed article, nil if it is not there.
func lengthsOf(r index.IndexReader, id string) (*lengths, error) {
	internal, err := r.InternalID(id)
	if err != nil || internal == nil {
		return nil, err
	}
	d, err := r.Document(id)
	if err != nil || d == nil {
		return nil, err
	}
	var l *lengths
	d.VisitFields(func(f index.Field) {
		if f.Name() == lengthsField {
			decoded, e := decodeLengths(f.Value())
			l, err = &decoded, e
		}
	})
	if err == nil && l == nil {
		err = fmt.Errorf("indexed article %s has no lengths", id)
	}
	return l, err
}

// compact merges the segments that a large update has left.
func (b *builder) compact(ctx context.Context) error {
	if b.n < batchArticles {
		return nil
	}
	return b.to.compact(ctx)
}

func (g *generation) compact(ctx context.Context) error {
	reader, err := g.snapshot()
	if err != nil {
		return err
	}
	n := len(reader.Segments())
	if err := reader.Close(); err != nil || n <= segmentsKept {
		return err
	}
	advanced, err := g.bleve.Advanced()
	if err != nil {
		return err
	}
	if s, ok := advanced.(*scorch.Scorch); ok {
		err = s.ForceMerge(ctx, nil)
	}
	if err != nil {
		return fmt.Errorf("merge segments: %w", err)
	}
	return nil
}
