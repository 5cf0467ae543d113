package index

import (
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// frequencies tell how many articles of a snapshot have a syllable, or a pair of
// them: what a language model of the corpus is made of. It is for one question;
// what it has looked up is kept for the next ones.
type frequencies struct {
	kept   *keptFrequencies
	key    string // of the snapshot
	fields map[string][]func(term []byte) (uint64, error)
	reader *scorch.IndexSnapshot
	term   []byte // that was looked up last
}

// keptFrequencies are counts of the snapshot that was asked last. Its zero value is
// ready, and safe for concurrent use.
type keptFrequencies struct {
	mu     sync.Mutex
	key    string
	counts map[countKey]uint32
}

type countKey struct{ field, left, right string }

// mostCounts bounds what is kept: about 5 MB.
const mostCounts = 1 << 15

// frequenciesOf begins to count in a view.
func (x *Index) frequenciesOf(v *view) (*frequencies, error) {
	b, err := v.GetInternal(stateKey)
	if err != nil {
		return nil, err
	}
	return &frequencies{
		kept: &x.frequencies, key: v.name + " " + string(b), reader: v.IndexSnapshot,
		fields: map[string][]func([]byte) (uint64, error){},
	}, nil
}

func (k *keptFrequencies) get(snapshot string, key countKey) (n uint32, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.key != snapshot {
		return 0, false
	}
	n, ok = k.counts[key]
	return n, ok
}

func (k *keptFrequencies) put(snapshot string, key countKey, n uint32) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.key != snapshot || len(k.counts) >= mostCounts {
		k.key, k.counts = snapshot, map[countKey]uint32{}
	}
	k.counts[key] = n
}

// syllable is how many articles have a syllable.
func (c *frequencies) syllable(s string) (float64, error) {
	return c.count(countKey{articleSyllables, s, ""})
}

// pair is how many articles have two syllables side by side.
func (c *frequencies) pair(left, right string) (float64, error) {
	return c.count(countKey{articleBigrams, left, right})
}

// foldedPair is pair for syllables without diacritics.
func (c *frequencies) foldedPair(left, right string) (float64, error) {
	return c.count(countKey{passageFoldedBi, left, right})
}

func (c *frequencies) count(key countKey) (float64, error) {
	if n, ok := c.kept.get(c.key, key); ok {
		return float64(n), nil
	}
	dictionaries, err := c.dictionaries(key.field)
	if err != nil {
		return 0, err
	}
	c.term = append(c.term[:0], key.left...)
	if key.right != "" {
		c.term = append(append(c.term, bigramSeparator...), key.right...)
	}
	sum := uint64(0)
	for _, count := range dictionaries {
		n, err := count(c.term)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	c.kept.put(c.key, key, uint32(sum))
	return float64(sum), nil
}

// dictionaries look up how many documents of each segment have a term. This is
// what Bleve's TermFieldReader begins with; to make one for each of hundreds of
// terms costs several times as much.
func (c *frequencies) dictionaries(field string) ([]func(term []byte) (uint64, error), error) {
	list, ok := c.fields[field]
	if ok {
		return list, nil
	}
	for _, s := range c.reader.Segments() {
		d, err := s.Segment().Dictionary(field)
		if err != nil {
			return nil, err
		}
		postings, err := d.PostingsList(nil, s.Deleted(), nil)
		if err != nil {
			return nil, err
		}
		list = append(list, func(term []byte) (uint64, error) {
			if in, err := d.Contains(term); !in || err != nil {
				return 0, err
			}
			if postings, err = d.PostingsList(term, s.Deleted(), postings); err != nil {
				return 0, err
			}
			return postings.Count(), nil
		})
	}
	c.fields[field] = list
	return list, nil
}
