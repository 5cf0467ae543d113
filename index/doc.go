// Package index is the retrieval core: it turns the articles of the corpus
// into a Bleve index, and a question into ranked passages with the evidence
// that they hold an answer. It is the only package that imports Bleve.
//
// # What is indexed
//
// An article is one Bleve document, and each of its passages a nested
// document of it, so that an article and its passages have consecutive
// document numbers. Both carry two streams of terms: syllables, and pairs of
// adjacent syllables (bigrams, which stand in for words). The article's streams
// begin with its headline, counted twice. An article of one passage, which is
// all that it has, is one document for both. Articles also carry their outlet
// and their day, month and year of publication, for filters.
//
//	a  ab            article: syllables, bigrams
//	p  pb            the same of a passage
//	o  d             filters: folded outlet; "2022", "2022-01", "2022-01-08"
//	x                definitions of abbreviations, see define.go
//	n                term "n" of every article, its frequency is the number of passages
//	w                term "w" of an article that is its own passage
//	m                stored: the article's lengths, see lengths
//
// Questions typed without diacritics are searched in streams without them, af,
// afb, pf and pfb. These are not indexed: variants.go finds the terms that are
// one without their diacritics, and their postings together are what it has.
//
// Nothing else is stored: a hit is an article's ID, revision and passage
// number, and its text comes from the corpus. The Bleve ID of an article is
// "ID:revision", of a passage "ID:revision:N".
//
// # How a question is answered
//
// mend (repair.go) undoes slips of typing and restores diacritics, by what the
// corpus has side by side; parse (question.go) takes filters and question words
// out of the question. Abbreviations that articles explain become one with their
// long forms (expand.go, synonym.go).
//
// The block-join query (blockjoin.go) ranks articles by BM25 of the article
// plus BM25 of its best passage. It does so in posting lists that are decoded
// once (lists.go, postings.go). The second stage (rerank.go) reads the texts of
// the first ones: the features in features.go and proximity.go, weighted by
// rerank_weights.go, which "trichdan learn" writes. evidence.go looks into the texts of the best
// ones: which sentence answers, which span of it, and how much of what was
// asked for stands there, on which package bot decides whether to answer.
// What it looks into does not depend on the question: an article taken apart
// (reading.go), of which those that were asked for last are kept (lru.go).
// A search that is restricted to a few articles, as those of digests are, takes
// their postings out of the same (texts.go), for to read those of the index is
// to read those of all other articles too.
//
// # Generations
//
// The index is derived from the corpus and can be rebuilt from it at any
// time. Each build is a directory of its own; the file CURRENT (roles.go) names
// the one in use and the one before it, which Rollback brings back. A
// generation that cannot be opened is put aside, never repaired; until another
// one is built in its place, the previous one answers. A rebuild goes on beside
// the generation in use, and what it has built is asked questions (check.go,
// canary.go) before it takes that one's place.
//
// # What a search sees
//
// A search runs in a snapshot (view.go). The place in the corpus that the index
// has seen, and the statistics that BM25 needs, are written in the same Bleve
// batch as the passages, so that a snapshot has those that belong to it. An
// update takes many batches; while it goes on, and where it was cut short,
// searches run in the snapshot from before it, and after it in one that has all
// of it. After a crash in the middle there is no such snapshot any more: then
// the previous generation answers, or nothing does until the update is done.
package index
