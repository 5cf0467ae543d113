package index

import (
	"context"
	"runtime"
	"time"

	"github.com/blevesearch/bleve/v2"
)

func init() {
	// Bleve prepares the documents of a batch on four goroutines, which on a
	// small machine leave nothing to searches. Ours come nearly ready. The queue
	// is one for the process; this is the only package that uses it.
	bleve.Config.SetAnalysisQueueSize(max(1, runtime.GOMAXPROCS(0)/2))
}

// search counts a search as being in progress until what it returns is called.
func (x *Index) search() (end func()) {
	x.searching.Add(1)
	return func() { x.searching.Add(-1) }
}

const (
	// politeArticles is how many articles a batch takes while searches are in
	// progress: few enough that what Bleve does with them at once, and the
	// memory that it takes, are small.
	politeArticles = 100
	// A builder works so long before it rests, since to be woken takes time too,
	// and rests no longer than this.
	stretch     = 20 * time.Millisecond
	longestRest = 200 * time.Millisecond
)

// work does a part of the work of a builder. While searches are in progress one
// part is done at a time, and about as much time as was worked is rested: so a
// builder takes half a core from them, or little more, and still comes to an
// end when they never cease.
func (b *builder) work(ctx context.Context, part func() error) error {
	if b.index.searching.Load() == 0 {
		return part()
	}
	b.turn.Lock()
	defer b.turn.Unlock()
	start := time.Now()
	if err := part(); err != nil {
		return err
	}
	if b.worked += time.Since(start); b.worked < stretch {
		return nil
	}
	rest := min(b.worked, longestRest)
	b.worked = 0
	select {
	case <-time.After(rest):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// batch is how many articles a batch takes now.
func (b *builder) batch() int {
	if b.index.searching.Load() == 0 {
		return b.index.batch
	}
	return min(b.index.batch, politeArticles)
}
