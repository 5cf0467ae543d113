package index

import (
	"slices"

	index "github.com/blevesearch/bleve_index_api"
)

// anyTerm is a filter: any of the terms of a field.
type anyTerm struct {
	field string
	terms []string
}

// allowed lists the articles that pass the filters and are among those that
// the search is restricted to, in order; nil if there is no such condition.
func (q *blockQuery) allowed(r index.IndexReader, open func(field, term string) (*cursor, error)) ([]uint64, error) {
	var docs []uint64
	if q.only != nil {
		var err error
		if docs, err = documents(r, q.only); err != nil {
			return nil, err
		}
	}
	for _, f := range q.filter {
		if docs != nil && len(docs) == 0 {
			return docs, nil
		}
		these, err := f.documents(open)
		if err != nil {
			return nil, err
		}
		if docs == nil {
			docs = these
			continue
		}
		docs = slices.DeleteFunc(docs, func(d uint64) bool {
			_, ok := slices.BinarySearch(these, d)
			return !ok
		})
	}
	return docs, nil
}

// documents lists the articles that pass a filter, in order; never nil.
func (f anyTerm) documents(open func(field, term string) (*cursor, error)) ([]uint64, error) {
	docs := []uint64{}
	for _, term := range f.terms {
		c, err := open(f.field, term)
		if err != nil {
			return nil, err
		}
		for err = c.next(); err == nil && c.doc != exhausted; err = c.next() {
			docs = append(docs, c.doc)
		}
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(docs)
	return slices.Compact(docs), nil
}

// bleveID is the field in which Bleve keeps the IDs of documents.
const bleveID = "_id"

// documents lists the articles of these IDs, in order; never nil. IDs that are
// not in the index are left out. Which revision the index has is only known to
// the index.
func documents(r index.IndexReader, ids []string) ([]uint64, error) {
	docs := []uint64{}
	for _, id := range ids {
		doc, ok, err := documentOf(r, id)
		if err != nil {
			return nil, err
		}
		if ok {
			docs = append(docs, doc)
		}
	}
	slices.Sort(docs)
	return slices.Compact(docs), nil
}

// documentOf finds the document of one article.
func documentOf(r index.IndexReader, id string) (doc uint64, ok bool, err error) {
	names, err := r.FieldDictPrefix(bleveID, []byte(id+":"))
	if err != nil {
		return 0, false, err
	}
	defer func() {
		if e := names.Close(); err == nil {
			err = e
		}
	}()
	for {
		name, err := names.Next()
		if err != nil || name == nil {
			return 0, false, err
		}
		article, _, passage, err := parseID(name.Term)
		if err != nil {
			return 0, false, err
		}
		if article != id || passage >= 0 {
			continue
		}
		// Of an earlier revision only the name is left, until Bleve merges.
		internal, err := r.InternalID(name.Term)
		if err != nil {
			return 0, false, err
		}
		if internal != nil {
			return internal.Value(), true, nil
		}
	}
}
