package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
)

// Progress is told how many of the changes have been taken in.
type Progress func(done, total int)

// Update takes in everything that changed in the corpus since the index last
// looked, and returns how many articles that was. Searches go on meanwhile, in
// what was there before: all that an update takes in is found at once, when it
// has taken in all that the corpus held when it began. A corpus is to be
// brought up to date first, and then the index: what is half done there when
// Update is called is half done in the answers.
//
// It may be cut short at any point, by ctx or a crash: what has been taken in
// is kept, and the next call goes on from there. Where the index is of another
// mapping, or lost, it is what Rebuild does. A generation that is held stays as
// it is.
func (x *Index) Update(ctx context.Context, progress Progress) (n int, err error) {
	x.writing.Lock()
	defer x.writing.Unlock()
	if x.gen == nil {
		return 0, ErrClosed
	}
	lost, err := x.lost()
	switch {
	case err != nil:
		return 0, err
	case x.gen.stale && x.roles.held:
		return 0, nil
	case x.gen.stale || lost:
		return x.rebuild(ctx, progress)
	}
	n, err = x.follow(ctx, progress)
	if err != nil {
		return n, fmt.Errorf("update index: %w", err)
	}
	return n, nil
}

// Rebuild builds a new generation from the whole corpus beside the one in use,
// checks it, and swaps; the one before becomes the previous one, which
// Rollback brings back. Searches go on meanwhile, in the old one. It returns
// the number of articles that it read. The error is a *CheckError, wrapped, if
// the new generation does not answer as it must; then, as after every other
// error, the old one stays in use.
func (x *Index) Rebuild(ctx context.Context, progress Progress) (n int, err error) {
	x.writing.Lock()
	defer x.writing.Unlock()
	if x.gen == nil {
		return 0, ErrClosed
	}
	return x.rebuild(ctx, progress)
}

// lost says that the current generation is an empty one in place of one that
// could not be opened, and that the previous one answers.
func (x *Index) lost() (bool, error) {
	if x.answers == nil || x.answers == x.gen || x.gen.bleve == nil {
		return false, nil
	}
	s, err := x.gen.state()
	return s.Cursor == 0, err
}

// follow brings the current generation up to date.
func (x *Index) follow(ctx context.Context, progress Progress) (n int, err error) {
	g := x.gen
	if g.bleve == nil {
		// It was closed after a failed write, see below.
		if err := g.open(); err != nil {
			return 0, err
		}
		x.log.Info("the index is written again", "generation", g.name)
	}
	defer x.taking(0, 0)
	b := x.builder(g, x.articles, func(done, total int) {
		x.taking(done, total)
		if progress != nil {
			progress(done, total)
		}
	})
	if err := b.fill(ctx); err != nil {
		if errors.Is(err, errBatch) {
			// What it holds now is not known: the disk may be full. It is read
			// from its files before the next write. Searches have their snapshot.
			x.log.Error("the index could not be written", "generation", g.name, "error", err)
			err = errors.Join(err, g.close())
		}
		return b.n, err
	}
	if b.state.Cursor > 0 && (b.n > 0 || x.answers != g || x.pinned != nil) {
		outlets, err := x.articles.Outlets(ctx)
		if err == nil {
			err = x.publish(g, outlets)
		}
		if err != nil {
			return b.n, err
		}
	}
	return b.n, b.compact(ctx)
}

func (x *Index) taking(done, total int) {
	x.done.Store(int64(done))
	x.total.Store(int64(total))
}

func (x *Index) rebuild(ctx context.Context, progress Progress) (n int, err error) {
	g, err := createGeneration(x.dir, x.roles, buildTier, x.now())
	if err != nil {
		return 0, err
	}
	defer x.taking(0, 0)
	b := x.builder(g, x.articles, func(done, total int) {
		x.taking(done, total)
		if progress != nil {
			progress(done, total)
		}
	})
	b.sums = map[string]lengths{}
	if err = b.fill(ctx); err == nil {
		err = b.compact(ctx)
	}
	if err == nil { // from now on it is merged as it grows
		err = cmp.Or(g.close(), g.open())
	}
	if err == nil {
		err = x.test(ctx, b)
	}
	next := roles{current: g.name, previous: x.roles.previous}
	if err == nil && x.gen.whole() {
		next.previous = x.gen.name
	}
	var outlets []string
	if err == nil {
		outlets, err = x.articles.Outlets(ctx)
	}
	if err == nil {
		err = next.write(x.dir)
	}
	if err != nil {
		return b.n, errors.Join(fmt.Errorf("rebuild index, the old one stays in use: %w", err),
			g.close(), removeAll(x.dir, g.name))
	}
	return b.n, x.swap(g, next, outlets)
}

// swap puts a generation in use that CURRENT names already.
func (x *Index) swap(g *generation, next roles, outlets []string) error {
	old := x.gen
	x.gen, x.roles = g, next
	if !g.whole() { // of an empty corpus
		g = nil
	}
	return errors.Join(x.publish(g, outlets), old.close(), removeAll(x.dir, prefix, next.current, next.previous))
}

// ErrNoPrevious is the error of a rollback where there is nothing to go back
// to.
var ErrNoPrevious = errors.New("there is no previous generation of the index")

// Rollback puts the previous generation in place of the current one, which
// becomes the previous one: a second call returns to it. If it is of another
// mapping it is held: it stays as it is until Rebuild is asked for. Otherwise
// the next Update brings it up to date. It returns the status after that; the
// error is ErrNoPrevious, wrapped, where no generation was kept.
func (x *Index) Rollback(ctx context.Context) (Status, error) {
	x.writing.Lock()
	defer x.writing.Unlock()
	if x.gen == nil {
		return Status{}, ErrClosed
	}
	if err := x.rollback(ctx); err != nil {
		return Status{}, fmt.Errorf("roll back the index: %w", err)
	}
	return x.Status()
}

func (x *Index) rollback(ctx context.Context) error {
	if x.roles.previous == "" {
		return ErrNoPrevious
	}
	g := x.answers
	if g == nil || g == x.gen {
		var err error
		if g, err = x.openWhole(ctx, x.roles.previous); err != nil {
			return err
		}
	}
	next := roles{current: g.name, held: g.stale}
	if x.gen.whole() {
		next.previous = x.gen.name
	}
	if err := next.write(x.dir); err != nil {
		if g != x.answers {
			err = errors.Join(err, g.close())
		}
		return err
	}
	return x.swap(g, next, x.outlets)
}
