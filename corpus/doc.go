// Package corpus holds the nouns of the project: an Article, its Passages,
// the Citation of a passage, and the order of arrival, Seq. It does no I/O.
//
// Everything that is ever quoted is a byte-exact slice of Article.Body; the
// only way to make a quote is Cite, and it takes byte offsets, not text.
package corpus
