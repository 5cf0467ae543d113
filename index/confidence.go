package index

import "math"

// confidenceFeatures are what an answer is trusted by.
type confidenceFeatures struct {
	// match is the article's score as a share of twice what all terms are worth:
	// that of an article and passage of average length which have each term once
	// is near 1.
	match float64
	// length is the logarithm of one more than the number of terms that the
	// question searches for: two may stand together anywhere by chance.
	length float64
	// sentence is the score of the answering sentence.
	sentence float64
	// wording is the share of the question's syllables, function words too, in
	// the passage and the headline.
	wording float64
}

// confidenceWeights and confidenceBias are those of a logistic model of whether
// the corpus answers a question (package learn; calibrated as Platt 1999 does),
// learned from questions with and without their passages in the corpus by
//
//	go test ./index -run '^TestLearnConfidence$' -v -learn ../../shared/eval/xquad-vi-dev
//
// In training, half of the questions had no answer.
var confidenceWeights = confidenceFeatures{match: 6.42, length: 2.50, sentence: 3.89, wording: 3.31}

const confidenceBias = -13.48

// confidence is the probability that an answer of these features is one.
func (f *confidenceFeatures) confidence() float64 {
	w := &confidenceWeights
	sum := w.match*f.match + w.length*f.length + w.sentence*f.sentence + w.wording*f.wording
	return 1 / (1 + math.Exp(-sum-confidenceBias))
}

// trust gives the features of an article's answer; score is the article's.
func (w *weights) trust(e *Evidence, asked *askedTerms, r *reading, score float64) confidenceFeatures {
	total := 0.0
	for i, v := range w.of {
		if !w.times[i] {
			total += v
		}
	}
	if total <= 0 {
		return confidenceFeatures{}
	}
	seen := make([]bool, len(asked.worth))
	asked.mark(seen, r.headline, all)
	asked.mark(seen, r.body, e.Around)
	return confidenceFeatures{
		match:    score / (2 * total),
		length:   math.Log1p(float64(w.asked)),
		sentence: e.SentenceScore,
		wording:  asked.wording(seen),
	}
}

// wording is the share of the syllables that were seen.
func (a *askedTerms) wording(seen []bool) float64 {
	found, n := 0, 0
	for i, worth := range a.worth {
		if worth == 0 {
			continue
		}
		n++
		if seen[i] {
			found++
		}
	}
	return float64(found) / float64(max(1, n))
}
