// Package summary chooses the sentences that sum up an article, or a story
// that several articles tell. A summary is made of spans of the body, so every
// sentence of it can be quoted; nothing is rewritten.
//
// The method scores a set of sentences as a whole and takes the best set, the
// way of Gillick and Favre ("A scalable global model for summarization",
// 2009). The score of a set is linear in features of three kinds:
//
//   - of the words and pairs of words that it covers, each counted once
//     (concept.go), with learned weights as in Sipos, Shivaswamy and Joachims
//     ("Large-margin learning of submodular summarization models", 2012),
//   - of each sentence: place, length, agreement with the headline, cue words
//     (Edmundson, "New methods in automatic extracting", 1969), nearness to
//     the centroid of the text (Radev et al., "Centroid-based summarization
//     of multiple documents", 2004), new information (sentence.go),
//   - of the set: its length, what of the headline it covers, and the
//     likeness of its sentences to each other, which is the redundancy that
//     maximal marginal relevance subtracts (Carbonell and Goldstein, "The use
//     of MMR", 1998) (set.go).
//
// Where the weights come from is said in weights.go. They are for news in
// Vietnamese; the method needs no other resource than the table of idf.go.
package summary
