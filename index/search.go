package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// Query is what to search for.
type Query struct {
	Text string
	// K is how many articles to return at most; 0 is 10.
	K int
	// Only restricts the search to the articles of these IDs; nil is no
	// restriction, and an empty list that is not nil finds nothing. What is
	// found is what a search of the whole corpus finds of them, with the same
	// scores and evidence. IDs that are not in the index are ignored.
	Only []string
	// NoTime and NoOutlet take a time, or an outlet, in Text as words to
	// search for and not as a filter.
	NoTime, NoOutlet bool
	// AsTyped searches for the words of Text as they are, see Question.Repairs.
	AsTyped bool
}

// Result is what a search found.
type Result struct {
	Question *Question
	Hits     []Hit // best first
}

// Hit is an article with the evidence that it answers.
type Hit struct {
	Article *corpus.Article
	Score   float64
	Passage vi.Span // the best passage by terms alone
	Evidence
}

// ranked is a hit before its text has been looked at.
type ranked struct {
	id       string
	revision int
	passage  int // -1 where no passage has a term of the question
	score    float64
	first    float64 // what the first stage alone gave it
	// article is nil for one that has been withdrawn since, and is not yet taken
	// out of the index, and before the second stage.
	article *corpus.Article
}

// Search finds the articles that a question is about, and the evidence in
// them. A question without anything to search for finds nothing. The error is
// a *BuildingError while there is nothing to answer from, and ErrClosed after
// Close, wrapped.
func (x *Index) Search(ctx context.Context, query Query) (_ *Result, err error) {
	defer x.search()()
	k := query.K
	if k == 0 {
		k = 10
	}
	v, err := x.view()
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	if v == nil {
		return x.unanswered(ctx, query)
	}
	defer func() { err = errors.Join(err, v.close()) }()
	var outlets []string
	if !query.NoOutlet {
		outlets = v.outlets
	}
	z := x.analyzers.Get().(*analyzer)
	defer x.analyzers.Put(z)
	q, err := x.understand(ctx, v, z, query, outlets)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	r := &Result{Question: q}
	list, weights, err := x.rank(ctx, v, z, q, k, query.Only, nil)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	for _, h := range list {
		a := h.article
		if a == nil {
			continue
		}
		hit := Hit{Article: a, Score: h.score}
		reading := x.reading(z, a)
		if n := max(h.passage, 0); n < len(reading.passages) {
			hit.Passage = reading.passages[n].Span
		}
		hit.Evidence = examine(z, q, weights, a, reading, h.first)
		r.Hits = append(r.Hits, hit)
	}
	return r, nil
}

// unanswered is the result of a search while there is nothing to answer from.
func (x *Index) unanswered(ctx context.Context, query Query) (*Result, error) {
	if err := x.building(ctx); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return &Result{Question: parse(newAnalyzer(), query.Text, nil, x.now(), !query.NoTime)}, nil
}

// Ranked is an article's place in a ranking.
type Ranked struct {
	ID    string
	Score float64
}

// Rank ranks articles for the words of a text, without looking for evidence:
// what Search does before that. Times and outlets in the text are words here.
// Errors are those of Search.
func (x *Index) Rank(ctx context.Context, text string, k int) ([]Ranked, error) {
	list, err := x.ranking(ctx, text, k, nil)
	if err != nil {
		return nil, err
	}
	out := make([]Ranked, len(list))
	for i, h := range list {
		out[i] = Ranked{ID: h.id, Score: h.score}
	}
	return out, nil
}

// ranking is that of Rank. explain, if not nil, sees it before and after the
// second stage.
func (x *Index) ranking(ctx context.Context, text string, k int, explain func(z *analyzer, s secondStage, before, after []ranked)) (_ []ranked, err error) {
	defer x.search()()
	v, err := x.view()
	if err != nil {
		return nil, fmt.Errorf("rank: %w", err)
	}
	if v == nil {
		return nil, x.building(ctx)
	}
	defer func() { err = errors.Join(err, v.close()) }()
	z := x.analyzers.Get().(*analyzer)
	defer x.analyzers.Put(z)
	q, err := x.understand(ctx, v, z, Query{Text: text, NoTime: true}, nil)
	if err != nil {
		return nil, fmt.Errorf("rank: %w", err)
	}
	list, _, err := x.rank(ctx, v, z, q, k, nil, explain)
	if err != nil {
		return nil, fmt.Errorf("rank: %w", err)
	}
	return list, nil
}

// rank ranks articles in a view, in two stages, and says what each clause is
// worth there.
func (x *Index) rank(ctx context.Context, v *view, z *analyzer, q *Question, k int, only []string, explain func(*analyzer, secondStage, []ranked, []ranked)) ([]ranked, *weights, error) {
	keys, err := x.defined.get(v)
	if err == nil {
		err = q.expand(ctx, v, z, keys)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("index %s: %w", x.dir, err)
	}
	clauses := q.clauses(z)
	if len(clauses) == 0 {
		return nil, nil, nil
	}
	block := &blockQuery{clauses: clauses, filter: q.filter(), only: only, k: max(k, RerankDepth)}
	if block.lists, err = x.listsOf(v.IndexSnapshot); err != nil {
		return nil, nil, fmt.Errorf("index %s: %w", x.dir, err)
	}
	// Those of another mapping would be taken apart otherwise than they were.
	if only != nil && !v.stale && q.synonyms == nil {
		block.texts = &texts{index: x, analyzer: z}
	}
	list, w, err := block.cached(ctx, q.scored, explain != nil, func() (ranking, error) {
		list, err := block.rank(ctx, v.IndexSnapshot)
		if err != nil {
			return ranking{}, fmt.Errorf("index %s: %w", x.dir, err)
		}
		if err := x.load(ctx, list); err != nil {
			return ranking{}, err
		}
		s := newSecondStage(z, q, block)
		before := slices.Clone(list)
		x.rerank(z, s, list)
		if explain != nil {
			explain(z, s, before, list)
		}
		return ranking{list, newWeights(block)}, nil
	})
	if err != nil {
		return nil, nil, err
	}
	list = list[:min(k, len(list))]
	return list, w, x.load(ctx, list)
}

// rank runs the query in a snapshot, the best articles first; of equal scores
// in the order of their names.
func (q *blockQuery) rank(ctx context.Context, r *scorch.IndexSnapshot) (list []ranked, err error) {
	defer func() {
		if p := recover(); p != nil { // Bleve does not look for flipped bytes in a segment
			list, err = nil, fmt.Errorf("the index is damaged, delete its folder to have it rebuilt: %v", p)
		}
	}()
	top, err := q.run(ctx, r)
	if err != nil {
		return nil, err
	}
	type named struct {
		scored
		name string
	}
	best := make([]named, len(top))
	for i, s := range top {
		name, err := r.ExternalID(index.NewIndexInternalID(nil, s.passage))
		if err != nil {
			return nil, err
		}
		best[i] = named{s, name}
	}
	slices.SortFunc(best, func(a, b named) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.name, b.name))
	})
	list = make([]ranked, len(best))
	for i, s := range best {
		id, revision, n, err := parseID(s.name)
		if err != nil {
			return nil, err
		}
		if s.alone {
			n = 0
		}
		list[i] = ranked{id: id, revision: revision, passage: n, score: s.score, first: s.score}
	}
	return list, nil
}

// load gets the articles of hits that have none yet, in the revision that was indexed. One that
// has changed meanwhile is taken as it was indexed.
func (x *Index) load(ctx context.Context, list []ranked) error {
	var ids []string
	for _, h := range list {
		if h.article == nil {
			ids = append(ids, h.id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	byID, err := x.articles.Articles(ctx, ids)
	if err != nil {
		return err
	}
	for i, h := range list {
		a := byID[h.id]
		if h.article != nil || a == nil || a.Withdrawn {
			continue
		}
		if a.Revision != h.revision {
			if a, err = x.articles.Revision(ctx, h.id, h.revision); err != nil {
				return err
			}
			if a == nil || a.Withdrawn {
				continue
			}
		}
		list[i].article = a
	}
	return nil
}
