package index

import (
	"cmp"
	"context"
	"slices"
)

// RerankDepth is how many of the first stage's articles the second stage looks
// into, or as many as are asked for, if these are more. With 50 the rankings
// are as good.
const RerankDepth = 20

// secondStage is a linear model (Metzler and Croft, "Linear feature-based models
// for information retrieval", 2007) of what the texts of articles show of a
// question. It depends on the question and the article alone, not on which
// others were found. A question without diacritics is looked at as it was typed
// and with those that were restored.
type secondStage []*queried

// restoredShare is what the look with restored diacritics counts; the rest is
// left to the other, for some are restored wrongly. With 0.5 or 1 a tenth of a
// point is lost.
const restoredShare = 0.8

func newSecondStage(z *analyzer, q *Question, block *blockQuery) secondStage {
	s := secondStage{newQueried(z, q, block, false)}
	if slices.ContainsFunc(q.terms, func(t term) bool { return t.marked != "" }) {
		s = append(s, newQueried(z, q, block, true))
	}
	return s
}

// rerank adds to the score of each article what the model makes of its text.
func (x *Index) rerank(z *analyzer, s secondStage, list []ranked) {
	for i := range list {
		if h := &list[i]; h.article != nil {
			h.score = score(s.parts(z, x.words(z, h.article), h.first))
		}
	}
	slices.SortStableFunc(list, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id))
	})
}

// parts are the features of an article that has a score in the first stage, with
// what each adds to it.
func (s secondStage) parts(z *analyzer, r *reading, first float64) (parts [features]Part) {
	for n, q := range s {
		share := 1.0
		switch {
		case len(s) == 1:
		case n == 0:
			share -= restoredShare
		default:
			share = restoredShare
		}
		for i, v := range q.look(z, r, first) {
			parts[i].Value += share * v
			parts[i].Points += share * q.scale() * rerankWeights[i] * v
		}
	}
	parts[featFirst].Points = first
	return parts
}

// score is the sum of what parts add.
func score(parts [features]Part) (sum float64) {
	for _, p := range parts {
		sum += p.Points
	}
	return max(0, sum)
}

// FeatureNames are the names of the numbers that the second stage looks at; the
// first is the score of the first stage.
func FeatureNames() []string { return featureNames[:] }

// scale is the score of which featFirst is the share.
func (s *queried) scale() float64 { return 2 * (k1 + 1) * s.total }

// Part is one of the numbers that an article's score is the sum of.
type Part struct {
	Name  string
	Value float64 // 1 is all of the question
	// Points are what it adds to the score.
	Points float64
}

// Explained is an article's place in a ranking, with its reasons.
type Explained struct {
	Ranked
	// First is the place in the ranking of the first stage, from 1 on.
	First int
	Parts []Part // none of an article that has been withdrawn since
}

// Explain is Rank with the parts of the scores.
func (x *Index) Explain(ctx context.Context, text string, k int) (list []Explained, err error) {
	_, err = x.ranking(ctx, text, k, func(z *analyzer, s secondStage, before []ranked, after []ranked) {
		first := map[string]int{}
		for i, h := range before {
			first[h.id] = i + 1
		}
		for _, h := range after {
			e := Explained{Ranked: Ranked{ID: h.id, Score: h.score}, First: first[h.id]}
			if h.article != nil {
				for i, p := range s.parts(z, x.words(z, h.article), h.first) {
					p.Name = featureNames[i]
					e.Parts = append(e.Parts, p)
				}
			}
			list = append(list, e)
		}
	})
	return list, err
}
