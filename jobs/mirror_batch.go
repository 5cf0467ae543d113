package jobs

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"trichdan/corpus"
	"trichdan/corpus/source"
	"trichdan/corpus/store"
)

// A transaction takes this many articles or files, or this many bytes of text:
// enough that its cost is shared, little enough to be lost in a crash and to
// be held in memory.
const (
	batchArticles = 300
	batchBytes    = 16 << 20
)

// errNothing is the failure of a file without any article.
var errNothing = errors.New("no article in it")

// result is a file as read.
type result struct {
	f        *file
	articles []*corpus.Article
	failures []source.Failure
}

// reading is a file that is being stored, perhaps over several transactions.
type reading struct {
	*result
	ids        []string        // given so far
	seen       map[string]bool // the same
	duplicates []store.FileDuplicate
}

// item is a part of a file to be stored.
type item struct {
	*reading
	part []*corpus.Article
	last bool
}

// read reads files, several at once, and stores what they give, in order. Its
// goroutines end before it returns.
func (m *mirror) read(ctx context.Context, files []*file) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()

	// The capacity bounds how many files are read ahead.
	ahead := make(chan chan *result, runtime.GOMAXPROCS(0))
	wg.Go(func() {
		defer close(ahead)
		for _, f := range files {
			one := make(chan *result, 1)
			select {
			case ahead <- one:
			case <-ctx.Done():
				return
			}
			wg.Go(func() {
				r := &result{f: f}
				r.articles, r.failures = source.Read(ctx, f.folder.FS, f.info)
				one <- r
			})
		}
	})
	for one := range ahead {
		r := <-one
		// A cancelled read looks like a failure: it must not be recorded.
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := m.add(ctx, r); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return m.flush(ctx)
}

// add queues what a file gave.
func (m *mirror) add(ctx context.Context, r *result) error {
	if len(r.articles) == 0 && len(r.failures) == 0 {
		r.failures = []source.Failure{{Path: r.f.info.Path, Err: errNothing}}
	}
	prefix := r.f.folder.Prefix
	for i := range r.failures {
		r.failures[i].Path = prefix + r.failures[i].Path
	}
	if prefix != "" {
		for _, a := range r.articles {
			a.Path = prefix + a.Path
			a.ID = corpus.NewID(a.URL, a.Path)
		}
	}
	m.total += max(len(r.articles), 1) - 1
	rd := &reading{result: r, seen: map[string]bool{}}
	rest := r.articles
	for {
		n := min(len(rest), max(m.batch-m.articles, 1))
		it := item{reading: rd, part: rest[:n], last: n == len(rest)}
		rest = rest[n:]
		m.pending = append(m.pending, it)
		m.articles += max(n, 1)
		for _, a := range it.part {
			m.bytes += len(a.Body)
		}
		if m.articles >= m.batch || m.bytes >= batchBytes {
			if err := m.flush(ctx); err != nil {
				return err
			}
		}
		if it.last {
			return nil
		}
	}
}

// flush stores what is queued, in one transaction.
func (m *mirror) flush(ctx context.Context) error {
	if len(m.pending) == 0 {
		return nil
	}
	err := m.update(ctx, func(tx *store.Tx) error {
		for _, it := range m.pending {
			if err := m.store(tx, it); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.done += m.articles
	m.pending, m.articles, m.bytes = nil, 0, 0
	m.progress(m.done, m.total)
	return nil
}

// store stores a part of a file, and with it what is now known of the file.
func (m *mirror) store(tx *store.Tx, it item) error {
	f := it.f
	for _, a := range it.part {
		if err := m.put(tx, it.reading, a); err != nil {
			return err
		}
	}
	state := store.FileState{
		Root: f.state.Root, Path: f.state.Path, Prefix: f.folder.Prefix,
		Size: f.info.Size, ModTime: f.info.ModTime, Scanned: m.start,
		Articles: it.ids, Duplicates: it.duplicates,
	}
	var lost []string
	for _, id := range f.state.Articles {
		if !it.seen[id] {
			lost = append(lost, id)
		}
	}
	both := slices.Concat(it.ids, lost)
	f.next = nil
	switch {
	case !it.last:
		// What is stored already belongs to the file, and the rest may still
		// come. Without Scanned the file is read again after a crash.
		state.Articles, state.Duplicates = both, f.state.Duplicates
		state.Scanned = time.Time{}
		return tx.SetFile(state)
	case len(it.failures) > 0:
		state.Articles = both
		for _, failure := range it.failures {
			state.Failures = append(state.Failures, store.FileFailure{Path: failure.Path, Reason: failure.Err.Error()})
			// A disk or a permission may come back without leaving a trace in
			// the modification time; a broken text does not mend itself.
			var p *fs.PathError
			if errors.As(failure.Err, &p) {
				state.Scanned = time.Time{}
			}
		}
	case len(lost) > 0:
		for _, id := range lost {
			m.release(id, f)
		}
		next := state
		f.next = &next
		// Until they are withdrawn, or found elsewhere, they stay recorded.
		state.Articles = both
		state.Scanned = time.Time{}
	}
	f.state, f.failures = state, it.failures
	return tx.SetFile(state)
}

// put stores one article of a file.
func (m *mirror) put(tx *store.Tx, rd *reading, a *corpus.Article) error {
	if rd.seen[a.ID] || m.claimed(a.ID, rd.f) {
		rd.duplicates = append(rd.duplicates, store.FileDuplicate{ID: a.ID, Path: a.Path, Of: a.ID})
		return nil
	}
	put := tx.Put
	if m.kept[a.ID] {
		put = tx.Refresh
	}
	r, err := put(a)
	if errors.Is(err, store.ErrArticle) {
		rd.failures = append(rd.failures, source.Failure{Path: a.Path, Err: err})
		return nil
	}
	if err != nil {
		return err
	}
	if r.Outcome == store.Duplicate {
		rd.duplicates = append(rd.duplicates, store.FileDuplicate{ID: a.ID, Path: a.Path, Of: r.Of, Revision: r.Revision})
		return nil
	}
	rd.ids = append(rd.ids, a.ID)
	rd.seen[a.ID] = true
	if !slices.Contains(m.claims[a.ID], rd.f) {
		m.claims[a.ID] = append(m.claims[a.ID], rd.f)
	}
	switch r.Outcome {
	case store.Added:
		m.outcomes[a.ID] = added
	case store.Changed:
		m.outcomes[a.ID] = changed
	case store.Restored:
		// Withdrawn and restored in one run: two files swapped their texts.
		if m.outcomes[a.ID] == withdrawn {
			m.outcomes[a.ID] = changed
		} else {
			m.outcomes[a.ID] = restored
		}
	}
	return nil
}

// claimed reports whether another file has a better claim to an ID than f: it
// gives it and f does not, or both do and it comes first.
func (m *mirror) claimed(id string, f *file) bool {
	claims := m.claims[id]
	return len(claims) > 0 && !slices.Contains(claims, f) || slices.Index(claims, f) > 0
}

func (m *mirror) release(id string, f *file) {
	claims := slices.DeleteFunc(m.claims[id], func(g *file) bool { return g == f })
	if len(claims) == 0 {
		delete(m.claims, id)
		return
	}
	m.claims[id] = claims
}

// withdraw withdraws what no file gives any more, and forgets the files that
// are gone.
func (m *mirror) withdraw(ctx context.Context) error {
	var files []*file
	for _, f := range m.files {
		if f.gone() || f.next != nil {
			files = append(files, f)
		}
	}
	for batch := range slices.Chunk(files, m.batch) {
		err := m.update(ctx, func(tx *store.Tx) error {
			for _, f := range batch {
				if err := m.settle(tx, f); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		m.progress(m.done, m.total)
	}
	m.files = slices.DeleteFunc(m.files, (*file).gone)
	return nil
}

// settle withdraws what a file gave and none gives any more.
func (m *mirror) settle(tx *store.Tx, f *file) error {
	for _, id := range f.state.Articles {
		if len(m.claims[id]) > 0 {
			continue
		}
		did, err := tx.Withdraw(id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if did {
			m.outcomes[id] = withdrawn
		}
		delete(m.kept, id) // it was not a person
	}
	if f.gone() {
		return tx.DropFile(f.state.Root, f.state.Path)
	}
	f.state, f.next = *f.next, nil
	return tx.SetFile(f.state)
}

func sorted(states map[string]store.FileState) []string {
	return slices.Sorted(maps.Keys(states))
}
