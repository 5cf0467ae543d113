package sample

import (
	"embed"
	"strings"
)

// FS holds the articles: .md files with YAML front matter (title, lead,
// outlet, author, published, tags) at its root, paragraphs separated by blank
// lines. An article's identity derives from its file name, which therefore
// never changes.
//
//go:embed *.md
var FS embed.FS

//go:embed questions.txt
var questions string

// Questions returns ten questions, each answered by an article of FS.
func Questions() []string {
	return strings.Split(strings.TrimSpace(questions), "\n")
}
