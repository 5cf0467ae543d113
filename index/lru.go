package index

import (
	"container/list"
	"sync"
)

// lru keeps the values that were used last, up to a sum of their sizes. It is
// safe for concurrent use.
type lru[K comparable, V any] struct {
	limit int // of the sum of all sizes

	mu     sync.Mutex
	size   int
	recent list.List // of *entry[K, V], the last used first
	byKey  map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key   K
	value V
	size  int
}

// entryBytes is about what an entry takes beside its value.
const entryBytes = 250

func newLRU[K comparable, V any](limit int) *lru[K, V] {
	return &lru[K, V]{limit: limit, byKey: map[K]*list.Element{}}
}

// get gives a value that is kept.
func (c *lru[K, V]) get(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return value, false
	}
	c.recent.MoveToFront(e)
	return e.Value.(*entry[K, V]).value, true
}

// put keeps a value of that many bytes, and drops what was used longest ago
// for it. One that alone is over the limit is not kept, and a key that is kept
// keeps its value.
func (c *lru[K, V]) put(key K, value V, size int) {
	size += entryBytes
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byKey[key] != nil || size > c.limit {
		return
	}
	c.byKey[key] = c.recent.PushFront(&entry[K, V]{key, value, size})
	c.size += size
	for c.size > c.limit {
		old := c.recent.Remove(c.recent.Back()).(*entry[K, V])
		delete(c.byKey, old.key)
		c.size -= old.size
	}
}
