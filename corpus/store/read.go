package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"math"
	"slices"

	"trichdan/corpus"
)

// pageSize is how many articles After reads at a time: enough that the query
// costs nothing beside them, few enough to hold in memory.
const pageSize = 100

// maxList bounds the placeholders of one query.
const maxList = 500

// scanArticle reads a row of sqlColumns.
func scanArticle(scan func(dest ...any) error) (*corpus.Article, error) {
	var a corpus.Article
	var published, basis, tags, captions string
	err := scan(&a.ID, &a.Seq, &a.Arrived, &a.Revised, &a.Revision, &a.Withdrawn, &a.Story, &a.Path,
		&a.Title, &a.TitleDerived, &a.Body, &a.LeadLen, &a.Outlet, &a.Author,
		&published, &basis, &a.URL, &tags, &captions)
	if err != nil {
		return nil, err
	}
	if a.Published, err = loadDate(published, basis); err != nil {
		return nil, err
	}
	if err := unmarshal(tags, &a.Tags); err != nil {
		return nil, err
	}
	if err := unmarshal(captions, &a.Captions); err != nil {
		return nil, err
	}
	return &a, nil
}

func loadDate(published, basis string) (corpus.Date, error) {
	if published == "" {
		return corpus.Date{}, nil
	}
	return corpus.ParseDate(published, corpus.Basis(basis))
}

// articles reads all rows of a query over sqlColumns.
func (s *Store) articles(ctx context.Context, query string, args ...any) ([]*corpus.Article, error) {
	var as []*corpus.Article
	err := s.db.Each(ctx, query, args, func(r *sql.Rows) error {
		a, err := scanArticle(r.Scan)
		as = append(as, a)
		return err
	})
	return as, err
}

// After gives the current state of every article whose Seq is above seq, in
// the order of Seq, withdrawn ones too. It reads page by page and holds no
// transaction while the caller works, so that writers go on; an article that
// changes meanwhile comes (again) under its new Seq. After an error it ends.
func (s *Store) After(ctx context.Context, seq corpus.Seq) iter.Seq2[*corpus.Article, error] {
	return func(yield func(*corpus.Article, error) bool) {
		at := seq
		for {
			page, err := s.articles(ctx, sqlAfter, at, pageSize)
			if err != nil {
				yield(nil, wrap(err, "read the articles after %d", at))
				return
			}
			for _, a := range page {
				at = a.Seq
				if !yield(a, nil) {
					return
				}
			}
			if len(page) < pageSize {
				return
			}
		}
	}
}

// Last gives the highest Seq given out, 0 for an empty store.
func (s *Store) Last(ctx context.Context) (corpus.Seq, error) {
	var last corpus.Seq
	err := s.db.QueryRowContext(ctx, sqlLast).Scan(&last)
	return last, wrap(err, "read the last number")
}

// Article gives the current state of an article, withdrawn or not. The error
// is ErrNotFound, wrapped, if there is none of that ID.
func (s *Store) Article(ctx context.Context, id string) (*corpus.Article, error) {
	return found(s.db.QueryRowContext(ctx, sqlArticle, id))("read article %s", id)
}

// Revision gives an article with the content of one revision; ID, Seq, Arrived,
// Revised, Withdrawn, Story and Path are the current ones. The error is
// ErrNotFound, wrapped, if there is no such revision.
func (s *Store) Revision(ctx context.Context, id string, revision int) (*corpus.Article, error) {
	return found(s.db.QueryRowContext(ctx, sqlRevision, id, revision))("read revision %d of article %s", revision, id)
}

func found(row *sql.Row) func(format string, args ...any) (*corpus.Article, error) {
	return func(format string, args ...any) (*corpus.Article, error) {
		a, err := scanArticle(row.Scan)
		if errors.Is(err, sql.ErrNoRows) {
			err = ErrNotFound
		}
		return a, wrap(err, format, args...)
	}
}

// Articles gives the current state of several articles by ID, in one query for
// up to 500. IDs that are unknown are missing from the map.
func (s *Store) Articles(ctx context.Context, ids []string) (map[string]*corpus.Article, error) {
	m := make(map[string]*corpus.Article, len(ids))
	for chunk := range slices.Chunk(ids, maxList) {
		as, err := s.articles(ctx, sqlArticles+list(len(chunk)), anys(chunk)...)
		if err != nil {
			return nil, wrap(err, "read %d articles", len(ids))
		}
		for _, a := range as {
			m[a.ID] = a
		}
	}
	return m, nil
}

// State is where an article stands, without its content.
type State struct {
	Seq       corpus.Seq
	Revision  int
	Withdrawn bool
	Path      string
}

// States gives the states of several articles by ID. IDs that are unknown are
// missing from the map.
func (s *Store) States(ctx context.Context, ids []string) (map[string]State, error) {
	m := make(map[string]State, len(ids))
	for chunk := range slices.Chunk(ids, maxList) {
		err := s.db.Each(ctx, sqlStates+list(len(chunk)), anys(chunk), func(r *sql.Rows) error {
			var id string
			var st State
			err := r.Scan(&id, &st.Seq, &st.Revision, &st.Withdrawn, &st.Path)
			m[id] = st
			return err
		})
		if err != nil {
			return nil, wrap(err, "read the states of %d articles", len(ids))
		}
	}
	return m, nil
}

func anys(ids []string) []any {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return args
}

// Sources gives the articles of a story that are not withdrawn, whole: the
// first published first, those of unknown date last, in the order of arrival
// among equals.
func (s *Store) Sources(ctx context.Context, story string) ([]*corpus.Article, error) {
	as, err := s.articles(ctx, sqlSources, story)
	return as, wrap(err, "read the sources of story %s", story)
}

// Newest gives up to limit articles that are not withdrawn: by date, the
// newest first and unknown dates last, then by Seq, the newest first.
func (s *Store) Newest(ctx context.Context, limit int) ([]*corpus.Article, error) {
	return s.NewestUpTo(ctx, math.MaxInt64, limit)
}

// NewestUpTo is Newest of the articles that had arrived when upTo was given out:
// while a folder is read, the others are no more than a part of what will come.
func (s *Store) NewestUpTo(ctx context.Context, upTo corpus.Seq, limit int) ([]*corpus.Article, error) {
	as, err := s.articles(ctx, sqlNewest, upTo, max(limit, 0)) // SQLite takes -1 for no limit
	return as, wrap(err, "read the newest articles")
}

// Withdrawn gives up to limit articles that are withdrawn, those that were last
// withdrawn, or changed since, first.
func (s *Store) Withdrawn(ctx context.Context, limit int) ([]*corpus.Article, error) {
	as, err := s.articles(ctx, sqlWithdrawn, max(limit, 0))
	return as, wrap(err, "read the withdrawn articles")
}

// ByURL gives the current state of the article with an address, however that is
// written (corpus.CanonicalURL), withdrawn or not. The error is ErrNotFound,
// wrapped, if there is none.
func (s *Store) ByURL(ctx context.Context, url string) (*corpus.Article, error) {
	if corpus.CanonicalURL(url) == "" {
		return nil, wrap(ErrNotFound, "look for the article at %q", url)
	}
	return found(s.db.QueryRowContext(ctx, sqlArticle, corpus.NewID(url, "")))("look for the article at %q", url)
}

// Outlets gives the known outlets of the articles that are not withdrawn, each
// once, in byte order.
func (s *Store) Outlets(ctx context.Context) ([]string, error) {
	var outlets []string
	err := s.db.Each(ctx, sqlOutlets, nil, func(r *sql.Rows) error {
		var o string
		err := r.Scan(&o)
		outlets = append(outlets, o)
		return err
	})
	return outlets, wrap(err, "read the outlets")
}

// Counts is how much the store holds.
type Counts struct {
	Articles  int // not withdrawn
	Withdrawn int
	Stories   int // among the articles that are not withdrawn
	Revisions int // of all articles together
}

// Counts counts.
func (s *Store) Counts(ctx context.Context) (Counts, error) {
	var c Counts
	err := s.db.QueryRowContext(ctx, sqlCounts).Scan(&c.Articles, &c.Withdrawn, &c.Stories, &c.Revisions)
	return c, wrap(err, "count")
}
