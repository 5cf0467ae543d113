package index

import (
	"errors"
	"slices"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

// anyTerm is a filter: any of the terms of a field.
type anyTerm struct {
	field string
	terms []string
}

// allowed lists the articles that pass the filters and are among those that
// the search is restricted to, in order; nil if there is no such condition.
// names has those of a restricted search.
func (q *blockQuery) allowed(r *scorch.IndexSnapshot) (docs []uint64, names map[uint64]readingKey, err error) {
	if q.only != nil {
		if docs, names, err = documents(r, q.only); err != nil {
			return nil, nil, err
		}
	}
	for _, f := range q.filter {
		if docs != nil && len(docs) == 0 {
			break
		}
		these, err := f.documents(r)
		if err != nil {
			return nil, nil, err
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
	return docs, names, nil
}

// documents lists the articles that pass a filter, in order; never nil.
func (f anyTerm) documents(r *scorch.IndexSnapshot) ([]uint64, error) {
	docs := []uint64{}
	for _, term := range f.terms {
		list, err := readPostings(nil, r, f.field, term)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			docs = append(docs, p.doc)
		}
	}
	slices.Sort(docs)
	return slices.Compact(docs), nil
}

// bleveID is the field in which Bleve keeps the IDs of documents.
const bleveID = "_id"

// documents lists the articles of these IDs, in order, never nil, and what
// each of them is. IDs that are not in the index are left out. Which revision
// the index has is only known to the index.
func documents(r index.IndexReader, ids []string) ([]uint64, map[uint64]readingKey, error) {
	docs, names := []uint64{}, map[uint64]readingKey{}
	for _, id := range ids {
		doc, revision, err := documentOf(r, id)
		if err != nil {
			return nil, nil, err
		}
		if revision > 0 {
			docs = append(docs, doc)
			names[doc] = readingKey{id, revision}
		}
	}
	slices.Sort(docs)
	return slices.Compact(docs), names, nil
}

// documentOf finds the document of one article, and its revision; 0 if there
// is none.
func documentOf(r index.IndexReader, id string) (doc uint64, revision int, err error) {
	names, err := r.FieldDictPrefix(bleveID, []byte(id+":"))
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, names.Close()) }()
	for {
		name, err := names.Next()
		if err != nil || name == nil {
			return 0, 0, err
		}
		article, revision, passage, err := parseID(name.Term)
		if err != nil {
			return 0, 0, err
		}
		if article != id || passage >= 0 {
			continue
		}
		// Of an earlier revision only the name is left, until Bleve merges.
		internal, err := r.InternalID(name.Term)
		if err != nil {
			return 0, 0, err
		}
		if internal != nil {
			return internal.Value(), revision, nil
		}
	}
}
