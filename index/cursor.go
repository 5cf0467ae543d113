package index

import (
	"context"
	"math"

	index "github.com/blevesearch/bleve_index_api"
)

// exhausted is the document number of a cursor at its end.
const exhausted = math.MaxUint64

// cursor walks the postings of one term of one field: those of the index or,
// without a reader, listed ones.
type cursor struct {
	posting
	reader index.TermFieldReader
	list   []posting // those ahead
	either []*cursor // those of a synonym's terms, see openClause
	begun  bool      // stands at a posting, or at the end
	read   index.TermFieldDoc
	target index.IndexInternalID
}

// posting is one document that has a term.
type posting struct {
	doc    uint64 // document number, exhausted at the end
	freq   float64
	length float64 // of the field in this document, in terms
}

// openCursor opens the postings of a term, standing before the first one.
func openCursor(ctx context.Context, r index.IndexReader, field, term string) (*cursor, error) {
	reader, err := r.TermFieldReader(ctx, []byte(term), field, true, true, false)
	if err != nil {
		return nil, err
	}
	return &cursor{reader: reader}, nil
}

// next moves to the following document.
func (c *cursor) next() error {
	if c.either != nil {
		return c.nextEither()
	}
	if c.reader == nil {
		c.follow(0)
		return nil
	}
	d, err := c.reader.Next(c.read.Reset())
	return c.take(d, err)
}

// advance moves to the first document not before doc. Bleve restarts a reader
// that is asked to advance to where it stands, so that is not asked for.
func (c *cursor) advance(doc uint64) error {
	if c.begun && c.doc >= doc {
		return nil
	}
	if c.either != nil {
		return c.advanceEither(doc)
	}
	if c.reader == nil {
		c.follow(doc)
		return nil
	}
	c.target = index.NewIndexInternalID(c.target, doc)
	d, err := c.reader.Advance(c.target, c.read.Reset())
	return c.take(d, err)
}

func (c *cursor) take(d *index.TermFieldDoc, err error) error {
	if err != nil {
		return err
	}
	c.begun = true
	if d == nil {
		c.doc = exhausted
		return nil
	}
	c.doc = d.ID.Value()
	c.freq = float64(d.Freq)
	// Bleve keeps 1/sqrt(length) in 32 bits; lengths are whole numbers.
	c.length = math.Round(1 / (d.Norm * d.Norm))
	return nil
}

// follow moves to the next listed document not before doc.
func (c *cursor) follow(doc uint64) {
	c.begun = true
	for len(c.list) > 0 {
		c.posting, c.list = c.list[0], c.list[1:]
		if c.doc >= doc {
			return
		}
	}
	c.doc = exhausted
}

func (c *cursor) close() error { return c.reader.Close() }
