package store

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// TestPlans: the queries that Put runs for each article must not walk through
// all of them, or loading a collection takes quadratic time.
func TestPlans(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "corpus.db"))
	for name, q := range map[string]string{
		"head": sqlHead, "same text": sqlSameText, "candidates": candidatesQuery, "body": sqlBody,
		"members": sqlMembers, "article": sqlArticle, "after": sqlAfter, "sources": sqlSources,
		"newest": sqlNewest, "withdrawn": sqlWithdrawn, "last": sqlLast, "seq at": sqlSeqAt, "latest moment": sqlLatestMoment,
	} {
		t.Run(name, func(t *testing.T) {
			args := make([]any, strings.Count(q, "?"))
			for i := range args {
				args[i] = i
			}
			steps := 0
			err := s.db.Each(t.Context(), "EXPLAIN QUERY PLAN "+q, args, func(r *sql.Rows) error {
				var id, parent, unused int
				var detail string
				err := r.Scan(&id, &parent, &unused, &detail)
				steps++
				if strings.HasSuffix(detail, "INDEX articles_withdrawn") {
					return err // it has nothing but what is asked for, in order
				}
				if strings.HasPrefix(detail, "SCAN a") || strings.HasPrefix(detail, "SCAN r") ||
					strings.HasPrefix(detail, "SCAN bands") || strings.HasPrefix(detail, "SCAN moments") || strings.Contains(detail, "AUTOMATIC") {
					t.Errorf("walks through everything: %s", detail)
				}
				t.Log(detail)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if steps == 0 {
				t.Error("no plan")
			}
		})
	}
}
