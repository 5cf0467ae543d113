// Package store keeps the articles in corpus.db, a SQLite database. It is the
// truth of the corpus: everything else (the index, the summaries) can be made
// from it again.
//
// Its tables:
//
//	articles   one row an article: its places in the order of arrival (when it
//	           came first, its content, its current state), its current
//	           revision, whether it is withdrawn, its story
//	revisions  one row a version of the content; a version is never altered
//	bands      what near-duplicates are looked up by (see story.go)
//	moments    when which numbers were given out, one row a transaction
//	files      which file of which folder gave which articles
//	meta       named values
//
// Every change of an article takes the next corpus.Seq, so a consumer that
// remembers one Seq asks After for all that it has not seen. Nothing is ever
// deleted: a withdrawn article stays and can be restored, and an old revision
// stays readable.
//
// Writers take turns: one transaction (Update) runs at a time, and readers are
// never blocked by it (see package sqlite). All SQL is in sql.go and in
// migrations/.
package store
