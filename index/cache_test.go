package index

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trichdan/corpus"
)

// TestRankingKept: a question that is asked again, in between others, is
// answered as one that is asked for the first time, with whatever options.
func TestRankingKept(t *testing.T) {
	x := openIndex(t, t.TempDir(), newMemory(canaryArticles...))
	mustUpdate(t, x)
	ask := func(q Query) []Hit {
		r, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return r.Hits
	}
	var asked []Query
	for _, c := range canaryQuestions {
		for _, k := range []int{1, 3} {
			for _, only := range [][]string{nil, {}, {"ferry"}, {"ferry", "road", "street"}} {
				for _, asWords := range []bool{false, true} {
					asked = append(asked, Query{Text: c.question, K: k, Only: only, NoTime: asWords, NoOutlet: asWords})
				}
			}
		}
	}
	first := make([][]Hit, len(asked))
	for i, q := range asked {
		forgetRankings(x)
		first[i] = ask(q)
	}
	for range 2 { // the second time all are kept
		for i, q := range asked {
			if d := cmp.Diff(first[i], ask(q)); d != "" {
				t.Errorf("%+v: %s", q, d)
			}
		}
	}
}

// TestRankingForgotten: after an update a question finds what is new.
func TestRankingForgotten(t *testing.T) {
	m := newMemory(&corpus.Article{ID: "a", Body: "Bến cá họp chợ từ nửa đêm."})
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	found := func() (ids []string) {
		list, err := x.Rank(t.Context(), "bến cá", 10)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range list {
			ids = append(ids, r.ID)
			list[i] = Ranked{} // what is returned is the caller's
		}
		slices.Sort(ids)
		return ids
	}
	for range 2 {
		if got := found(); !slices.Equal(got, []string{"a"}) {
			t.Fatalf("found %v", got)
		}
	}
	m.put(&corpus.Article{ID: "b", Body: "Bến cá đóng cửa vì bão."})
	mustUpdate(t, x)
	if got := found(); !slices.Equal(got, []string{"a", "b"}) {
		t.Fatalf("after an update found %v", got)
	}
	m.withdraw("a", true)
	mustUpdate(t, x)
	if got := found(); !slices.Equal(got, []string{"b"}) {
		t.Fatalf("after a withdrawal found %v", got)
	}
}
