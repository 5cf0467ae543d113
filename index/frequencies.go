package index

import (
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// frequencies tell how many passages of a snapshot have a syllable, or a pair of
// them: what a language model of the corpus is made of. It is for one question;
// what it has looked up is kept for the next ones.
type frequencies struct {
	lists  *lists
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
	lists, err := x.listsOf(v.IndexSnapshot)
	if err != nil {
		return nil, err
	}
	return &frequencies{
		lists: lists, kept: &x.frequencies, key: v.name + " " + string(b), reader: v.IndexSnapshot,
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

// syllable is how many passages have a syllable.
func (c *frequencies) syllable(s string) (float64, error) {
	return c.count(countKey{passageSyllables, s, ""})
}

// pair is how many passages have two syllables side by side.
func (c *frequencies) pair(left, right string) (float64, error) {
	return c.count(countKey{passageBigrams, left, right})
}

// foldedPair is how many articles have two syllables side by side, whatever
// their diacritics. The list is needed to rank by them anyway.
func (c *frequencies) foldedPair(left, right string) (float64, error) {
	list, err := c.lists.get(c.reader, articleFoldedBi, left+bigramSeparator+right)
	if err != nil {
		return 0, err
	}
	return float64(list.len()), nil
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

// ofArticles is the stream of articles that goes with one of passages.
var ofArticles = map[string]string{passageSyllables: articleSyllables, passageBigrams: articleBigrams}

// dictionaries look up how many passages of each segment have a term of a
// passage's stream; an article that is its own passage has it in the stream of
// articles. This is what Bleve's TermFieldReader begins with; to make one for
// each of hundreds of terms costs several times as much.
func (c *frequencies) dictionaries(field string) ([]func(term []byte) (uint64, error), error) {
	list, ok := c.fields[field]
	if ok {
		return list, nil
	}
	if err := c.lists.mark(c.reader); err != nil {
		return nil, err
	}
	for i, s := range c.reader.Segments() {
		passages, err := countIn(s.Segment(), field, s.Deleted())
		if err != nil {
			return nil, err
		}
		alone, err := countIn(s.Segment(), ofArticles[field], c.lists.notAlone[i])
		if err != nil {
			return nil, err
		}
		list = append(list, passages, alone)
	}
	c.fields[field] = list
	return list, nil
}

// countIn looks up how many documents of a segment, but for some, have a term.
func countIn(s segment.Segment, field string, except *roaring.Bitmap) (func(term []byte) (uint64, error), error) {
	d, err := s.Dictionary(field)
	if err != nil {
		return nil, err
	}
	postings, err := d.PostingsList(nil, except, nil)
	if err != nil {
		return nil, err
	}
	return func(term []byte) (uint64, error) {
		if in, err := d.Contains(term); !in || err != nil {
			return 0, err
		}
		var err error
		if postings, err = d.PostingsList(term, except, postings); err != nil {
			return 0, err
		}
		return postings.Count(), nil
	}, nil
}
