package source

import (
	"path"
	"strings"
)

// kind is a format of articles.
type kind uint8

const (
	noKind kind = iota
	plainText
	markdown
	webPage
	jsonLines
)

var kinds = map[string]kind{
	".txt":   plainText,
	".md":    markdown,
	".html":  webPage,
	".htm":   webPage,
	".jsonl": jsonLines,
}

// kindOf goes by the file's name, in any case.
func kindOf(p string) (k kind, gzipped bool) {
	ext := strings.ToLower(path.Ext(p))
	if gzipped = ext == ".gz"; gzipped {
		ext = strings.ToLower(path.Ext(p[:len(p)-len(ext)]))
	}
	return kinds[ext], gzipped
}
