package summary

// The weights were learned from 16,913 articles of the validation part of
// vietnews (github.com/ThanhChinhBK/vietnews) with the leads that their
// newspapers wrote: all but the first 1,500 and every fifth, which the tests
// and the benchmark measure. They are those that give the highest expected sum of
// ROUGE-1, ROUGE-2 and ROUGE-L (Lin, "ROUGE: a package for automatic
// evaluation of summaries", 2004) when a set of one or two sentences is drawn
// with a probability that is exponential in its score. The gradient is exact,
// over all such sets of an article (the objective is that of Williams,
// "Simple statistical gradient-following algorithms", 1992), by Adam for 6
// epochs with a quadratic penalty; the features were standardised, and the
// weights are scaled back.

var sentenceWeights = [sentenceFeatures]float64{
	sentenceBias:     -6.253,
	inversePlace:     -1.182,
	logPlace:         0.1584,
	relativePlace:    -1.122,
	lastPlace:        0.938,
	lastButOne:       0.5731,
	logLength:        0.3766,
	logLengthSquared: 0.02395,
	lengthToMean:     0.2265,
	titleRecall:      -2.111,
	titlePrecision:   1.398,
	titleCosine:      -1.349,
	titlePairs:       -0.4424,
	titleNames:       -2.21,
	titleNew:         6.848,
	titleOrder:       4.981,
	titleToBest:      1.554,
	titleBest:        0.1233,
	titleRank:        -0.2495,
	centroidCover:    -2.016,
	centroidCosine:   3.744,
	meanIDF:          0.3225,
	newWords:         3.025,
	newNames:         0.03031,
	repeatedPairs:    5.18,
	quotation:        -0.1783,
	question:         -2.69,
	unfinished:       -0.07426,
	smallLetter:      -9.151,
	commas:           0.2754,
	connective:       1.439,
	anaphor:          -3.225,
	firstPerson:      -1.329,
	attribution:      -0.3341,
}

var wordWeights = [wordFeatures]float64{
	wordBias:                  -3.402,
	wordTitled:                9.009,
	wordLogSentences:          1.799,
	wordShare:                 6.613,
	wordIDF:                   -0.0907,
	wordIDFSquared:            -0.06941,
	wordInverseFirst:          -0.2159,
	wordLogFirst:              -0.1167,
	wordRelativeFirst:         -1.911,
	wordCapital:               0.3642,
	wordTitledIDF:             2.399,
	wordLogSentencesIDF:       0.4866,
	wordLogLength:             0.1956,
	wordTitledLogSentences:    2.077,
	wordCapitalIDF:            -0.7185,
	wordCapitalLogSentences:   3.284,
	wordTitledFirst:           6.077,
	wordLogSentencesLogLength: 0.5922,
	wordBestRecall:            1.865,
	wordMeanRecall:            -0.06316,
	wordHead:                  1.186,
	wordLast:                  0.0738,
	wordNumber:                -7.538,
	wordBestRecallIDF:         0.3149,
	wordBestRecallLogLength:   0.8443,
}

var pairWeights = [pairFeatures]float64{
	pairBias:               -1.791,
	pairTitled:             13,
	pairTitledWords:        3.447,
	pairTitledBoth:         6.782,
	pairLogSentences:       3.216,
	pairInverseFirst:       -0.09741,
	pairRelativeFirst:      -1.917,
	pairBound:              2.701,
	pairBoundLoosely:       -1.168,
	pairIDF:                0.04434,
	pairTitledLogSentences: 3.991,
	pairRecall:             1.609,
	pairCapitals:           -0.1839,
	pairWordSentences:      0.5863,
}

var setWeights = [setFeatures]float64{
	setTitle:            4.272,
	setTitleSquared:     4.982,
	setTitleBest:        1.794,
	setCentral:          2.949,
	setLogLength:        0.9738,
	setLogLengthSquared: 0.09407,
	setLogLengthCubed:   0.01001,
	setLengthToMean:     0.06785,
	setOver60:           -1.102,
	setOver40:           -0.3302,
	setUnder25:          -3.071,
	setUnused:           0.3612,
	setLikeness:         -4.922,
	setDistance:         -0.4367,
}
