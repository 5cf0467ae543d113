package index

import (
	"errors"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
)

// definedKeys tells quickly what no article explains, so that a question
// without an abbreviation does not look into the dictionary for each of its
// terms. It holds a hash of each abbreviation and long form, without
// diacritics. One that is made from a snapshot serves all that hold the same of
// the corpus.
type definedKeys struct {
	of     string // the generation and its state
	seed   maphash.Seed
	hashes []uint64 // ascending
}

// keysCache keeps the keys for what answers.
type keysCache struct {
	mu   sync.Mutex
	keys *definedKeys
}

// get gives the keys of a snapshot.
func (c *keysCache) get(v *view) (*definedKeys, error) {
	state, err := v.GetInternal(stateKey)
	if err != nil {
		return nil, err
	}
	of := v.name + " " + string(state)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil || c.keys.of != of {
		keys, err := readKeys(v)
		if err != nil {
			return nil, err
		}
		keys.of = of
		c.keys = keys
	}
	return c.keys, nil
}

// readKeys reads them off the dictionary.
func readKeys(v *view) (k *definedKeys, err error) {
	k = &definedKeys{seed: maphash.MakeSeed()}
	dict, err := v.FieldDict(definitionField)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, dict.Close()) }()
	for {
		e, err := dict.Next()
		if err != nil {
			return nil, err
		}
		if e == nil {
			break
		}
		side, rest, _ := strings.Cut(e.Term, partSeparator)
		key, _, _ := strings.Cut(rest, partSeparator)
		h := k.hash(side)
		for word := range strings.SplitSeq(key, " ") {
			h.add(word)
		}
		k.hashes = append(k.hashes, h.Sum64())
	}
	slices.Sort(k.hashes)
	k.hashes = slices.Clip(slices.Compact(k.hashes))
	return k, nil
}

// wordsHash is the hash of a sequence of words, with those that were added.
type wordsHash struct{ maphash.Hash }

func (h *wordsHash) add(word string) {
	h.WriteString(word)
	h.WriteByte(' ')
}

// hash begins one of the abbreviations, or of the long forms.
func (k *definedKeys) hash(side string) *wordsHash {
	h := &wordsHash{}
	h.SetSeed(k.seed)
	h.add(side)
	return h
}

// has reports whether an article explains what was hashed; by chance it may say
// so of something else.
func (k *definedKeys) has(h *wordsHash) bool {
	_, ok := slices.BinarySearch(k.hashes, h.Sum64())
	return ok
}
