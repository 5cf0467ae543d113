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
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
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
	// Checking is told how many of the questions to a new generation have been
	// asked, before that takes the place of the old one. It is called on the
	// goroutine of Update or Rebuild.
	Checking func(done, total int)
}

// Index answers searches from its current generation, and takes in what is
// new in the corpus. Its methods are safe for concurrent use. It starts no
// goroutine that outlives a call but those of Bleve, which end with Close.
type Index struct {
	dir      string
	articles Articles
	log      *slog.Logger
	now      func() time.Time
	checking func(done, total int)
	document documentFunc
	canaries []canary
	batch    int // articles of one Bleve batch, at most

	analyzers   sync.Pool
	readings    *lru[readingKey, *reading]
	frequencies keptFrequencies
	defined     keysCache
	lists       atomic.Pointer[lists] // of the snapshot that was searched last
	lock        *flock.Flock          // held from Open to Close
	views       sync.WaitGroup        // those that are not closed yet
	searching   atomic.Int64          // how many searches are in progress
	// done of total articles have been taken in by the update in progress.
	done, total atomic.Int64

	writing sync.Mutex // held by whoever changes what follows
	roles   roles
	gen     *generation // the current one, which is written to; nil: closed

	mu     sync.RWMutex // guards what answers
	closed bool
	// answers is the generation that answers: the current one or, while that
	// is not complete, the previous one; nil: none can. What it answers from is
	// its newest snapshot or, while an update goes on, the one before it.
	answers *generation
	pinned  *scorch.IndexSnapshot
	// outlets are those of the corpus when answers came to what it is: a corpus
	// that is being changed is not looked at for them.
	outlets []string
}

// Open opens the index in a directory, which it creates. A current generation
// that cannot be opened is put aside, and an empty one takes its place, which
// Update fills; until then the previous generation answers, if it can be
// opened. The error is about the directory itself, or ErrInUse.
func Open(ctx context.Context, dir string, articles Articles, o Options) (_ *Index, err error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Checking == nil {
		o.Checking = func(int, int) {}
	}
	x := &Index{dir: dir, articles: articles, log: o.Log.With("component", "index"), now: o.Now, checking: o.Checking,
		document: newDocument, canaries: canaryQuestions, batch: batchArticles, readings: newLRU[readingKey, *reading](readingBytes)}
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
	if err := x.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open index: %w", err), x.lock.Unlock())
	}
	return x, nil
}

// open opens the current generation, or makes one, and the previous one where
// that has to answer.
func (x *Index) open(ctx context.Context) (err error) {
	if x.roles, err = readRoles(x.dir); err != nil {
		return err
	}
	if err := removeAll(x.dir, prefix, x.roles.current, x.roles.previous); err != nil { // half-built ones
		return err
	}
	if name := x.roles.current; name != "" {
		g, err := x.openWhole(ctx, name)
		if err == nil {
			return x.take(ctx, g)
		}
		x.log.Warn("index put aside, it will be rebuilt from the corpus", "generation", name, "reason", err)
		if err := putAside(x.dir, name); err != nil {
			return err
		}
	}
	g, err := createGeneration(x.dir, x.roles, usualTier, x.now())
	if err != nil {
		return err
	}
	next := roles{current: g.name, previous: x.roles.previous}
	if err := next.write(x.dir); err != nil {
		return errors.Join(err, g.close())
	}
	x.roles = next
	return x.take(ctx, g)
}

// take makes a generation that has been opened the current one. If it is not
// complete, the previous one answers.
func (x *Index) take(ctx context.Context, g *generation) error {
	s, err := g.state()
	if err == nil {
		x.outlets, err = x.articles.Outlets(ctx)
	}
	if err != nil {
		return errors.Join(err, g.close())
	}
	x.gen = g
	if s.complete() {
		x.answers = g
		return nil
	}
	name := x.roles.previous
	if name == "" {
		return nil
	}
	previous, err := x.openWhole(ctx, name)
	if err == nil {
		x.log.Warn("the previous generation of the index answers until the current one is complete", "generation", name)
		x.answers = previous
		return nil
	}
	x.log.Warn("the previous generation of the index cannot be used, it is removed", "generation", name, "reason", err)
	next := roles{current: g.name}
	if err := errors.Join(next.write(x.dir), removeAll(x.dir, name)); err != nil {
		return errors.Join(err, g.close())
	}
	x.roles = next
	return nil
}

// openWhole opens a generation and checks that it belongs to this corpus and
// is whole: its cursor is not ahead of the corpus, and the articles that its
// state counts are there.
func (x *Index) openWhole(ctx context.Context, name string) (*generation, error) {
	last, err := x.articles.Last(ctx)
	if err != nil {
		return nil, err
	}
	g, err := openGeneration(x.dir, name)
	if err != nil {
		return nil, err
	}
	if err := g.check(last); err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, nil
}

// Close ends the index. Searches in progress finish first.
func (x *Index) Close() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.mu.Lock()
	if x.closed {
		x.mu.Unlock()
		return nil
	}
	x.closed = true
	answers, pinned := x.answers, x.pinned
	x.answers, x.pinned = nil, nil
	x.mu.Unlock()
	x.views.Wait()
	var err error
	if pinned != nil {
		err = pinned.Close()
	}
	if answers != nil && answers != x.gen {
		err = errors.Join(err, answers.close())
	}
	err = errors.Join(err, x.gen.close(), x.lock.Unlock())
	x.gen = nil
	return err
}

// ErrInUse is the error of opening an index that is open already.
var ErrInUse = errors.New("index is in use")

// ErrClosed is the error of using an index after Close.
var ErrClosed = errors.New("index is closed")
