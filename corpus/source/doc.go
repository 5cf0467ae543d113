// Package source reads news articles from a folder and cleans them: what it
// gives as corpus.Article.Body is the text that quotes are slices of.
//
// A folder is opened with OpenDir, which keeps every read inside it, then
// listed with List and read file by file with Read (or All, which streams).
// Nothing stops at a bad file: it becomes a Failure with its path and reason.
//
// The steps, one file each, bottom up:
//
//	dir.go       the folder: symbolic links, hidden files, order
//	decode.go    bytes to text: gzip, byte order marks, UTF-8, UTF-16
//	clean.go     one spelling of text: NFC, spaces, invisible characters
//	paragraph.go lines to paragraphs, and what can be said of one alone
//	markdown.go, html.go, jsonl.go, record.go   the kinds of file
//	furniture.go, dateline.go, headline.go, byline.go, agency.go, caption.go
//	             the roles of paragraphs, where a file mixes them up
//	published.go the date of publication where no line states it
//	draft.go     plain text, the lead, and the order of all these steps
//	read.go      a file to articles and failures
//	recognise.go, upload.go   the same for what somebody gives, and its name
//
// The rules for roles and dates go by form and place, never by an
// article's own words; where a form is ambiguous the text stays in the body,
// and a date stays unknown.
package source
