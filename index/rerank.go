package index

import (
	"cmp"
	"context"
	"slices"
)

// RerankDepth is how many of the first stage's articles the second stage looks
// into, or as many as are asked for, if these are more. With 20 or 50 the
// rankings are as good.
const RerankDepth = 30

// rerank is the second stage: a linear model (Metzler and Croft, "Linear
// feature-based models for information retrieval", 2007) adds to the score of
// each article what its text shows. That depends on the question and the article
// alone, not on which others were found.
func (x *Index) rerank(z *analyzer, s *queried, list []ranked) {
	for i := range list {
		h := &list[i]
		if h.article == nil {
			continue
		}
		v := s.look(z, x.reading(z, h.article), h.first)
		h.score = max(0, h.first+s.scale()*bonus(&v))
	}
	slices.SortStableFunc(list, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id))
	})
}

// bonus is what the model adds, in units of the first feature.
func bonus(v *[features]float64) (sum float64) {
	for i, w := range rerankWeights {
		sum += w * v[i]
	}
	return sum
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
	_, err = x.ranking(ctx, text, k, func(z *analyzer, s *queried, before []ranked, after []ranked) {
		first := map[string]int{}
		scores := map[string]float64{}
		for i, h := range before {
			first[h.id], scores[h.id] = i+1, h.score
		}
		for _, h := range after {
			e := Explained{Ranked: Ranked{ID: h.id, Score: h.score}, First: first[h.id]}
			if h.article != nil {
				v := s.look(z, x.reading(z, h.article), scores[h.id])
				for i, name := range featureNames {
					e.Parts = append(e.Parts, Part{Name: name, Value: v[i], Points: s.scale() * rerankWeights[i] * v[i]})
				}
				e.Parts[featFirst].Points = scores[h.id]
			}
			list = append(list, e)
		}
	})
	return list, err
}
