package index

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sort"
	"sync"

	"trichdan/corpus"
)

// memArticles is a corpus in memory. put, change and withdraw take the next
// Seq, as the store does; it is safe for concurrent use.
type memArticles struct {
	mu   sync.Mutex
	seq  corpus.Seq
	list []*corpus.Article // of every article its current state, in order of Seq
	byID map[string]*corpus.Article
	old  map[string]*corpus.Article // earlier revisions by document ID
}

func newMemory(articles ...*corpus.Article) *memArticles {
	m := &memArticles{byID: map[string]*corpus.Article{}, old: map[string]*corpus.Article{}}
	for _, a := range articles {
		m.put(a)
	}
	return m
}

// put adds an article, or a new revision of one.
func (m *memArticles) put(a *corpus.Article) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := *a
	c.Revision, c.Withdrawn = 1, false
	if before := m.byID[a.ID]; before != nil {
		c.Revision = before.Revision + 1
	}
	m.place(&c)
}

// withdraw withdraws an article, or restores it.
func (m *memArticles) withdraw(id string, withdrawn bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := *m.byID[id]
	c.Withdrawn = withdrawn
	m.place(&c)
}

func (m *memArticles) place(a *corpus.Article) {
	m.seq++
	a.Seq = m.seq
	if before := m.byID[a.ID]; before != nil {
		for i, o := range m.list {
			if o == before {
				m.list = append(m.list[:i:i], m.list[i+1:]...)
				break
			}
		}
	}
	m.list = append(m.list, a)
	m.byID[a.ID] = a
	m.old[documentID(a.ID, a.Revision)] = a
}

// memPage is how many articles After takes at once. Between two pages others
// may change the corpus, as they may between two pages of the store.
const memPage = 50

func (m *memArticles) page(seq corpus.Seq) []*corpus.Article {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := sort.Search(len(m.list), func(i int) bool { return m.list[i].Seq > seq })
	return slices.Clone(m.list[at:min(len(m.list), at+memPage)])
}

func (m *memArticles) After(ctx context.Context, seq corpus.Seq) iter.Seq2[*corpus.Article, error] {
	return func(yield func(*corpus.Article, error) bool) {
		for {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			page := m.page(seq)
			if len(page) == 0 {
				return
			}
			for _, a := range page {
				if seq = a.Seq; !yield(a, nil) {
					return
				}
			}
		}
	}
}

func (m *memArticles) Last(context.Context) (corpus.Seq, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.seq, nil
}

func (m *memArticles) Articles(_ context.Context, ids []string) (map[string]*corpus.Article, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := map[string]*corpus.Article{}
	for _, id := range ids {
		if a := m.byID[id]; a != nil {
			found[id] = a
		}
	}
	return found, nil
}

func (m *memArticles) Revision(_ context.Context, id string, revision int) (*corpus.Article, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a := m.old[documentID(id, revision)]; a != nil {
		return a, nil
	}
	return nil, fmt.Errorf("no revision %d of %s", revision, id)
}

func (m *memArticles) Outlets(context.Context) ([]string, error) {
	seen := map[string]bool{}
	var names []string
	for _, a := range m.current() {
		if a.Outlet != "" && !seen[a.Outlet] {
			seen[a.Outlet] = true
			names = append(names, a.Outlet)
		}
	}
	return names, nil
}

// current lists the articles that are not withdrawn.
func (m *memArticles) current() []*corpus.Article {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []*corpus.Article
	for _, a := range m.list {
		if !a.Withdrawn {
			list = append(list, a)
		}
	}
	return list
}
