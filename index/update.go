package index

import (
	"context"
	"errors"
	"fmt"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"

	"trichdan/corpus"
)

// Progress is told how many of the changes have been taken in.
type Progress func(done, total int)

const (
	batchArticles = 500     // articles of one Bleve batch, at most
	batchBytes    = 2 << 20 // of their text, about
	// segmentsKept is how many segments a search still walks without loss;
	// after taking in many articles, more are merged into one.
	segmentsKept = 4
)

// Update takes in everything that changed in the corpus since the index last
// looked, and returns how many articles that was. It may be cut short at any
// point, by ctx or a crash: what has been taken in stays, and the next call
// goes on from there. Searches go on meanwhile and see each batch whole.
func (x *Index) Update(ctx context.Context, progress Progress) (n int, err error) {
	return x.writeTo(func(g *generation) (int, error) {
		if g.stale {
			return x.rebuild(ctx, g, progress)
		}
		n, err := x.fill(ctx, g, progress)
		if err != nil {
			return n, fmt.Errorf("update index: %w", err)
		}
		return n, nil
	})
}

// Rebuild builds a new generation from the whole corpus beside the one in use,
// and swaps when it is complete and checked. Searches go on meanwhile, in the
// old one. It returns the number of articles that it read.
func (x *Index) Rebuild(ctx context.Context, progress Progress) (n int, err error) {
	return x.writeTo(func(g *generation) (int, error) { return x.rebuild(ctx, g, progress) })
}

// writeTo lets f write to the generation in use, as the only writer.
func (x *Index) writeTo(f func(*generation) (int, error)) (int, error) {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.mu.RLock()
	g := x.gen
	x.mu.RUnlock()
	if g == nil {
		return 0, ErrClosed
	}
	return f(g)
}

func (x *Index) rebuild(ctx context.Context, old *generation, progress Progress) (n int, err error) {
	g, err := createGeneration(x.dir, old.name, x.now())
	if err != nil {
		return 0, err
	}
	n, err = x.fill(ctx, g, progress)
	if err == nil {
		var last corpus.Seq
		if last, err = x.articles.Last(ctx); err == nil {
			err = g.check(last)
		}
	}
	if err == nil {
		err = setCurrent(x.dir, g.name)
	}
	if err != nil {
		return n, errors.Join(fmt.Errorf("rebuild index, the old one stays in use: %w", err),
			g.bleve.Close(), removeAll(x.dir, g.name, ""))
	}
	x.mu.Lock() // waits for the searches in the old generation
	x.gen = g
	x.mu.Unlock()
	return n, errors.Join(old.bleve.Close(), removeAll(x.dir, prefix, g.name))
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
// core while Bleve writes on the other.
func (x *Index) fill(ctx context.Context, g *generation, progress Progress) (n int, err error) {
	last, err := x.articles.Last(ctx)
	if err != nil {
		return 0, err
	}
	s, err := g.state()
	if err != nil || last <= s.Cursor {
		return 0, err
	}
	total := int(last - s.Cursor)
	group, groupCtx := errgroup.WithContext(ctx)
	batches := make(chan analysed, 1)
	group.Go(func() error {
		defer close(batches)
		return x.analyse(groupCtx, s.Cursor, batches)
	})
	group.Go(func() (err error) {
		state := s
		for b := range batches {
			if state, err = x.write(g, state, b); err != nil {
				return err
			}
			n += len(b.articles)
			if progress != nil {
				progress(min(n, total), total)
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		return n, err
	}
	if n >= batchArticles {
		if err := g.compact(ctx); err != nil {
			return n, fmt.Errorf("merge segments: %w", err)
		}
	}
	return n, nil
}

func (x *Index) analyse(ctx context.Context, after corpus.Seq, out chan<- analysed) error {
	z := x.analyzers.Get().(*analyzer)
	defer x.analyzers.Put(z)
	var b analysed
	send := func() error {
		if len(b.articles) == 0 {
			return nil
		}
		select {
		case out <- b:
			b = analysed{}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for a, err := range x.articles.After(ctx, after) {
		if err != nil {
			return err
		}
		c := change{id: a.ID, revision: a.Revision}
		if !a.Withdrawn {
			c.doc, c.lengths = newDocument(z, a)
		}
		b.articles = append(b.articles, c)
		b.bytes += len(a.Body)
		b.cursor = a.Seq
		if len(b.articles) >= batchArticles || b.bytes >= batchBytes {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send()
}

// write puts a batch into the index, and the state after it in the same step.
func (x *Index) write(g *generation, s state, b analysed) (next state, err error) {
	advanced, err := g.bleve.Advanced()
	if err != nil {
		return s, err
	}
	reader, err := advanced.Reader()
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	next = state{Cursor: b.cursor, Lengths: s.Lengths}
	batch := g.bleve.NewBatch()
	newest := map[string]int{} // an article that changes while it is read comes again
	for i, c := range b.articles {
		newest[c.id] = i
	}
	for i, c := range b.articles {
		if newest[c.id] != i {
			continue
		}
		// Only the newest revision is ever indexed, but which one the index
		// has is only known to the index.
		for r := c.revision; r > 0; r-- {
			id := documentID(c.id, r)
			old, err := lengthsOf(reader, id)
			if err != nil {
				return s, err
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
			return s, err
		}
		next.Lengths.add(c.lengths, 1)
	}
	batch.SetInternal(stateKey, next.encode())
	if err := g.bleve.Batch(batch); err != nil {
		return s, fmt.Errorf("write batch: %w", err)
	}
	return next, nil
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
func (g *generation) compact(ctx context.Context) error {
	advanced, err := g.bleve.Advanced()
	if err != nil {
		return err
	}
	s, ok := advanced.(*scorch.Scorch)
	if !ok {
		return nil
	}
	reader, err := s.Reader()
	if err != nil {
		return err
	}
	n := len(reader.(*scorch.IndexSnapshot).Segments())
	if err := reader.Close(); err != nil || n <= segmentsKept {
		return err
	}
	return s.ForceMerge(ctx, nil)
}

// check looks whether the articles that the state counts are in the index, and
// whether it can have come from a corpus that has seen last.
func (g *generation) check(last corpus.Seq) (err error) {
	defer func() {
		if p := recover(); p != nil { // a damaged segment
			err = fmt.Errorf("index generation %s: %v", g.name, p)
		}
	}()
	advanced, err := g.bleve.Advanced()
	if err != nil {
		return err
	}
	reader, err := advanced.Reader()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	c, err := openCursor(context.Background(), reader, countField, countField)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	s, err := g.state()
	if err != nil {
		return err
	}
	if s.Cursor > last {
		return fmt.Errorf("index generation %s has seen %d changes, the corpus only %d", g.name, s.Cursor, last)
	}
	if n := c.reader.Count(); n != uint64(s.Lengths.Articles) && !g.stale {
		return fmt.Errorf("index generation %s holds %d articles, its state says %d", g.name, n, s.Lengths.Articles)
	}
	return nil
}
