package summary

import "math"

// Features of a word.
const (
	wordBias = iota
	wordTitled
	wordLogSentences
	wordShare
	wordIDF
	wordIDFSquared
	wordInverseFirst
	wordLogFirst
	wordRelativeFirst
	wordCapital
	wordTitledIDF
	wordLogSentencesIDF
	wordLogLength
	wordTitledLogSentences
	wordCapitalIDF
	wordCapitalLogSentences
	wordTitledFirst
	wordLogSentencesLogLength
	wordBestRecall
	wordMeanRecall
	wordHead
	wordLast
	wordNumber
	wordBestRecallIDF
	wordBestRecallLogLength
	wordFeatures
)

// wordVector is what is known about a word.
func (t *text) wordVector(id int32) (f [wordFeatures]float64) {
	w := &t.words[id]
	n := float64(len(t.sentences))
	titled, sentences := indicator(w.titled), math.Log(w.sentences)
	capital := w.capitals / w.count
	first := 1 / (1 + float64(w.first))
	f[wordBias] = 1
	f[wordTitled] = titled
	f[wordLogSentences] = sentences
	f[wordShare] = w.sentences / n
	f[wordIDF] = w.idf
	f[wordIDFSquared] = w.idf * w.idf
	f[wordInverseFirst] = first
	f[wordLogFirst] = math.Log1p(float64(w.first))
	f[wordRelativeFirst] = float64(w.first) / n
	f[wordCapital] = capital
	f[wordTitledIDF] = titled * w.idf
	f[wordLogSentencesIDF] = sentences * w.idf
	f[wordLogLength] = math.Log(n)
	f[wordTitledLogSentences] = titled * sentences
	f[wordCapitalIDF] = capital * w.idf
	f[wordCapitalLogSentences] = capital * sentences
	f[wordTitledFirst] = titled * first
	f[wordLogSentencesLogLength] = sentences * math.Log(n)
	f[wordBestRecall] = w.bestRecall
	f[wordMeanRecall] = w.meanRecall
	f[wordHead] = w.head
	f[wordLast] = w.last
	f[wordNumber] = indicator(w.number)
	f[wordBestRecallIDF] = w.bestRecall * w.idf
	f[wordBestRecallLogLength] = w.bestRecall * math.Log(n)
	return f
}

// Features of a pair of words.
const (
	pairBias = iota
	pairTitled
	pairTitledWords
	pairTitledBoth
	pairLogSentences
	pairInverseFirst
	pairRelativeFirst
	pairBound
	pairBoundLoosely
	pairIDF
	pairTitledLogSentences
	pairRecall
	pairCapitals
	pairWordSentences
	pairFeatures
)

// pairVector is what is known about a pair of words.
func (t *text) pairVector(id int32) (f [pairFeatures]float64) {
	p := &t.pairs[id]
	a, b := &t.words[p.a], &t.words[p.b]
	titled := indicator(p.titled)
	f[pairBias] = 1
	f[pairTitled] = titled
	f[pairTitledWords] = indicator(a.titled) + indicator(b.titled)
	f[pairTitledBoth] = indicator(a.titled && b.titled)
	f[pairLogSentences] = math.Log(p.sentences)
	f[pairInverseFirst] = 1 / (1 + float64(p.first))
	f[pairRelativeFirst] = float64(p.first) / float64(len(t.sentences))
	f[pairBound] = p.sentences / max(a.sentences, b.sentences)
	f[pairBoundLoosely] = p.sentences / min(a.sentences, b.sentences)
	f[pairIDF] = a.idf + b.idf
	f[pairTitledLogSentences] = titled * math.Log(p.sentences)
	f[pairRecall] = p.recall
	f[pairCapitals] = a.capitals/a.count + b.capitals/b.count
	f[pairWordSentences] = math.Log(a.sentences) + math.Log(b.sentences)
	return f
}

// indicator is 1 for true.
func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// dot is the inner product of a feature vector and its weights.
func dot(f, weights []float64) float64 {
	sum := 0.0
	for i, v := range f {
		sum += v * weights[i]
	}
	return sum
}
