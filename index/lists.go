package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	mathbits "math/bits"
	"slices"
	"sync"
	"weak"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
)

// listBytes bounds the memory of the posting lists that are kept: two million
// postings. Of 130,000 short documents that is a third, and those of the terms
// that are asked for most.
const listBytes = 16 << 20

// longList is how many postings a list must have to be kept: shorter ones are
// as soon read as found.
const longList = 512

// lists are the posting lists of one snapshot, read from Bleve when a term is
// first asked for. Bleve's readers go from posting to posting, which takes as
// long as a whole search does in decoded lists; so those that were used last
// are kept.
type lists struct {
	// of is the snapshot. It is not kept alive: its number may not be used
	// again for another one while it is compared with.
	of      weak.Pointer[scorch.IndexSnapshot]
	lengths lengths
	kept    *lru[listKey, *postingList] // nil: none
	// rankings are those of questions that were asked, and go with the snapshot.
	rankings *lru[string, ranking]

	marks     sync.Once
	documents uint64 // how many there are, those taken out too
	articles  bits   // which of them are articles; passages follow their own
	alone     bits   // articles that are their own passage
	// notAlone are, by segment, all articles but those that are their own passage,
	// and what was deleted.
	notAlone []*roaring.Bitmap
	err      error // of reading them

	ofSyllables, ofBigrams bounds
}

type listKey struct{ field, term string }

// postingBuffers are for what is read before it is packed.
var postingBuffers = sync.Pool{New: func() any { return new([]posting) }}

// newLists gives the lists of a snapshot, of which those used last are kept up
// to a number of bytes.
func newLists(s *scorch.IndexSnapshot, limit int) (*lists, error) {
	b, err := s.GetInternal(stateKey)
	if err != nil {
		return nil, err
	}
	state, err := decodeState(b)
	if err != nil {
		return nil, err
	}
	n := state.Lengths
	l := &lists{of: weak.Make(s), lengths: n, rankings: newLRU[string, ranking](rankingBytes),
		ofSyllables: newBounds(n.article(false), n.passage(false)), ofBigrams: newBounds(n.article(true), n.passage(true))}
	if limit > 0 {
		l.kept = newLRU[listKey, *postingList](limit)
	}
	return l, nil
}

// listsOf gives the lists of a snapshot: those of the newest are kept.
func (x *Index) listsOf(s *scorch.IndexSnapshot) (*lists, error) {
	if l := x.lists.Load(); l != nil && l.of == weak.Make(s) {
		return l, nil
	}
	l, err := newLists(s, listBytes)
	if err == nil {
		x.lists.Store(l)
	}
	return l, err
}

// get gives the list of a term, empty if no document has it. s is the snapshot
// that the lists are of.
func (l *lists) get(s *scorch.IndexSnapshot, field, term string) (*postingList, error) {
	key := listKey{field, term}
	if l.kept != nil {
		if list, ok := l.kept.get(key); ok {
			return list, nil
		}
	}
	if err := l.mark(s); err != nil {
		return nil, err
	}
	buffer := postingBuffers.Get().(*[]posting)
	defer postingBuffers.Put(buffer)
	from, err := readPostings((*buffer)[:0], s, field, term)
	if err != nil {
		return nil, fmt.Errorf("postings of %q in %s: %w", term, field, err)
	}
	*buffer = from
	list := newPostingList(from, l.bounds(isBigram(field)), l.alone.has)
	if l.kept != nil && list.len() >= longList {
		l.kept.put(key, list, list.size())
	}
	return list, nil
}

// count is the number of documents that have a term.
func (l *lists) count(ctx context.Context, s *scorch.IndexSnapshot, field, term string) (n uint64, err error) {
	if _, folded := unfolded[field]; folded {
		list, err := l.get(s, field, term)
		if err != nil {
			return 0, err
		}
		return uint64(list.len()), nil
	}
	r, err := s.TermFieldReader(ctx, []byte(term), field, false, false, false)
	if err != nil {
		return 0, err
	}
	return r.Count(), r.Close()
}

// passages opens the postings of a term in passages.
func (l *lists) passages(s *scorch.IndexSnapshot, field, term string) (passages, error) {
	if _, folded := unfolded[field]; folded {
		list, err := l.get(s, field, term) // they have to be put together
		return &listCursor{postingList: list}, err
	}
	c, err := openCursor(context.Background(), s, field, term)
	if err != nil {
		return nil, fmt.Errorf("postings of %q in %s: %w", term, field, err)
	}
	return c, nil
}

// bounds are those of syllables, or of pairs.
func (l *lists) bounds(bigram bool) bounds {
	if bigram {
		return l.ofBigrams
	}
	return l.ofSyllables
}

// mark reads which documents are articles, once.
func (l *lists) mark(s *scorch.IndexSnapshot) error {
	l.marks.Do(func() {
		for _, segment := range s.Segments() {
			l.documents += uint64(segment.FullSize())
		}
		if l.articles, l.err = readBits(s, countField); l.err == nil {
			l.alone, l.err = readBits(s, aloneField)
		}
		offset := uint64(0)
		for _, segment := range s.Segments() {
			except := roaring.New()
			if deleted := segment.Deleted(); deleted != nil {
				except.Or(deleted)
			}
			size := uint64(segment.FullSize())
			for doc, ok := l.articles.next(offset); ok && doc < offset+size; doc, ok = l.articles.next(doc + 1) {
				if !l.alone.has(doc) {
					except.Add(uint32(doc - offset))
				}
			}
			l.notAlone = append(l.notAlone, except)
			offset += size
		}
	})
	return l.err
}

// behind is the first document that is none of an article's passages.
func (l *lists) behind(article uint64) uint64 {
	if l.alone.has(article) {
		return article + 1
	}
	if next, ok := l.articles.next(article + 1); ok {
		return next
	}
	return l.documents
}

// bits is a set of documents.
type bits []uint64

func (b bits) has(doc uint64) bool {
	return doc>>6 < uint64(len(b)) && b[doc>>6]>>(doc&63)&1 != 0
}

// next is the first document of the set that is not before doc, if there is one.
func (b bits) next(doc uint64) (uint64, bool) {
	for ; doc>>6 < uint64(len(b)); doc = (doc>>6 + 1) << 6 {
		if rest := b[doc>>6] >> (doc & 63); rest != 0 {
			return doc + uint64(mathbits.TrailingZeros64(rest)), true
		}
	}
	return 0, false
}

// readBits reads which documents have the one term of a field, which has the
// field's name.
func readBits(s *scorch.IndexSnapshot, field string) (bits, error) {
	list, err := readPostings(nil, s, field, field)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	b := make(bits, list[len(list)-1].doc>>6+1)
	for _, p := range list {
		b[p.doc>>6] |= 1 << (p.doc & 63)
	}
	return b, nil
}

// readPostings appends the postings of a term in Bleve to a list. They come
// straight from the segments: its readers of a whole snapshot take twice as
// long.
func readPostings(list []posting, s *scorch.IndexSnapshot, field, term string) ([]posting, error) {
	offset := uint64(0)
	var err error
	for _, segment := range s.Segments() {
		if list, err = appendPostings(list, segment, offset, field, term); err != nil {
			return nil, err
		}
		offset += uint64(segment.FullSize())
	}
	return list, nil
}

func appendPostings(list []posting, s *scorch.SegmentSnapshot, offset uint64, field, term string) ([]posting, error) {
	terms, plain := []string{term}, field
	var err error
	if of, ok := unfolded[field]; ok {
		plain = of
		if terms, err = variants(s, of, term); err != nil {
			return nil, err
		}
	}
	dictionary, err := s.Segment().Dictionary(plain)
	if err != nil {
		return nil, err
	}
	begin := len(list)
	for _, t := range terms {
		found, err := dictionary.PostingsList([]byte(t), s.Deleted(), nil)
		if err != nil {
			return nil, err
		}
		list = slices.Grow(list, int(found.Count()))
		all := found.Iterator(true, true, false, nil)
		for {
			p, err := all.Next()
			if err != nil {
				return nil, err
			}
			if p == nil {
				break
			}
			length, ok := p.(interface{ NormUint64() uint64 })
			if !ok {
				return nil, errors.New("the segment does not tell the lengths of its documents")
			}
			list = append(list, posting{doc: offset + p.Number(), freq: int(p.Frequency()), length: int(length.NormUint64())})
		}
	}
	if len(terms) > 1 {
		merged := joinPostings(list[begin:])
		list = list[:begin+len(merged)]
	}
	return list, nil
}

// joinPostings makes the postings of several terms those of one, in place. The
// length is the longest, so that no term is more frequent than its text is long.
func joinPostings(list []posting) []posting {
	slices.SortFunc(list, func(a, b posting) int { return cmp.Compare(a.doc, b.doc) })
	n := 0
	for _, p := range list {
		if n > 0 && list[n-1].doc == p.doc {
			list[n-1].freq += p.freq
			list[n-1].length = max(list[n-1].length, p.length)
			continue
		}
		list[n] = p
		n++
	}
	return list[:n]
}
