package index

import (
	"context"
	"math"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

// passages are the postings of one term in passages, looked into at a few
// places.
type passages interface {
	// between calls yield for the postings of the documents in [from, to).
	between(from, to uint64, yield func(doc uint64, freq, length float64)) error
	close() error
}

// cursor walks the postings of one term of one field in the index, ahead only:
// from is never less than it was. It is for terms of which few postings are
// wanted: Bleve does not decode what lies between.
type cursor struct {
	reader       index.TermFieldReader
	doc          uint64 // where it stands, exhausted at the end; at first 0, which is no passage
	freq, length float64
	read         index.TermFieldDoc
	target       index.IndexInternalID
}

// exhausted is the document number of a cursor at its end.
const exhausted = math.MaxUint64

// openCursor opens the postings of a term, standing before the first one.
func openCursor(ctx context.Context, r *scorch.IndexSnapshot, field, term string) (*cursor, error) {
	reader, err := r.TermFieldReader(ctx, []byte(term), field, true, true, false)
	if err != nil {
		return nil, err
	}
	return &cursor{reader: reader}, nil
}

func (c *cursor) between(from, to uint64, yield func(doc uint64, freq, length float64)) error {
	if c.doc < from && from < to {
		c.target = index.NewIndexInternalID(c.target, from)
		if err := c.take(c.reader.Advance(c.target, c.read.Reset())); err != nil {
			return err
		}
	}
	for c.doc < to {
		if c.doc >= from {
			yield(c.doc, c.freq, c.length)
		}
		if err := c.take(c.reader.Next(c.read.Reset())); err != nil {
			return err
		}
	}
	return nil
}

func (c *cursor) take(d *index.TermFieldDoc, err error) error {
	if err != nil {
		return err
	}
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

func (c *cursor) close() error { return c.reader.Close() }
