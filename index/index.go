package index

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"trichdan/corpus"
)

// Articles is the corpus that an index is made from and cites.
type Articles interface {
	// After gives the current state of all articles that changed after seq,
	// withdrawn ones too, in order.
	After(ctx context.Context, seq corpus.Seq) iter.Seq2[*corpus.Article, error]
	// Last is the newest Seq.
	Last(ctx context.Context) (corpus.Seq, error)
	// Articles gives the current state of the named articles; unknown ones
	// are left out.
	Articles(ctx context.Context, ids []string) (map[string]*corpus.Article, error)
	// Revision gives an article as it was in an earlier revision.
	Revision(ctx context.Context, id string, revision int) (*corpus.Article, error)
	// Outlets lists the outlets of the articles that are not withdrawn.
	Outlets(ctx context.Context) ([]string, error)
}

// Options of an index. The zero value works.
type Options struct {
	Log *slog.Logger
	Now func() time.Time
}

// Index answers searches from its current generation, and takes in what is
// new in the corpus. Its methods are safe for concurrent use. It starts no
// goroutine that outlives a call but those of Bleve, which end with Close.
type Index struct {
	dir      string
	articles Articles
	log      *slog.Logger
	now      func() time.Time

	writing   sync.Mutex // held by Update
	analyzers sync.Pool
	readings  *lru[readingKey, *reading]
	lock      *flock.Flock // held from Open to Close

	mu  sync.RWMutex // guards gen; searches hold it for reading
	gen *generation
}

// Open opens the index in a directory, which it creates. What is there but
// cannot be opened is put aside, and an empty generation takes its place: an
// index that Update fills again. The error is about the directory itself, or
// ErrInUse.
func Open(ctx context.Context, dir string, articles Articles, o Options) (_ *Index, err error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	x := &Index{dir: dir, articles: articles, log: o.Log.With("component", "index"), now: o.Now,
		readings: newLRU[readingKey, *reading](readingBytes)}
	x.analyzers.New = func() any { return newAnalyzer() }
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	// A second opener must not take what the first one holds, or is just
	// building, for damaged or left over.
	x.lock = flock.New(filepath.Join(dir, lockFile))
	held, err := x.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	if !held {
		return nil, fmt.Errorf("open index %s: %w", dir, ErrInUse)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, x.lock.Unlock())
		}
	}()
	name, err := current(dir)
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	if err := removeAll(dir, prefix, name); err != nil { // half-built ones
		return nil, fmt.Errorf("open index: %w", err)
	}
	if name != "" {
		g, err := openGeneration(dir, name)
		if err == nil {
			err = x.verify(ctx, g)
		}
		if err == nil {
			x.gen = g
			return x, nil
		}
		x.log.Warn("index put aside, it will be rebuilt from the corpus", "reason", err)
		if err := putAside(dir, name); err != nil {
			return nil, fmt.Errorf("open index: %w", err)
		}
	}
	g, err := createGeneration(dir, name, x.now())
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	if err := setCurrent(dir, g.name); err != nil {
		return nil, errors.Join(fmt.Errorf("open index: %w", err), g.bleve.Close())
	}
	x.gen = g
	return x, nil
}

// verify checks that a generation belongs to this corpus and is whole: the
// cursor is not ahead of the corpus, and the articles that the state counts
// are there. It closes a generation that fails.
func (x *Index) verify(ctx context.Context, g *generation) error {
	last, err := x.articles.Last(ctx)
	if err == nil {
		err = g.check(last)
	}
	if err != nil {
		return errors.Join(err, g.bleve.Close())
	}
	return nil
}

// Close ends the index. Searches in progress finish first.
func (x *Index) Close() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.gen == nil {
		return nil
	}
	err := errors.Join(x.gen.bleve.Close(), x.lock.Unlock())
	x.gen = nil
	return err
}

// ErrInUse is the error of opening an index that is open already.
var ErrInUse = errors.New("index is in use")

// ErrClosed is the error of using an index after Close.
var ErrClosed = errors.New("index is closed")

// Status describes an index.
type Status struct {
	Generation         string
	Articles, Passages int
	Cursor             corpus.Seq // how far it has followed the corpus
}

// Status describes the generation in use.
func (x *Index) Status() (Status, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.gen == nil {
		return Status{}, ErrClosed
	}
	s, err := x.gen.state()
	if err != nil {
		return Status{}, err
	}
	return Status{Generation: x.gen.name, Articles: int(s.Lengths.Articles), Passages: int(s.Lengths.Passages), Cursor: s.Cursor}, nil
}

// Cursor is how far the index has followed the corpus.
func (x *Index) Cursor() (corpus.Seq, error) {
	s, err := x.Status()
	return s.Cursor, err
}
