package source

import (
	"bytes"
	"context"
	"path"
	"regexp"
	"strings"
	"time"
	"unicode"

	"trichdan/corpus"
)

// Recognise reads content as Read reads a file of that name in a folder, so the
// articles and their IDs are those that the folder will give. All of it,
// unpacked, may be 10 MB, a .jsonl file too; what is larger fails with
// ErrTooLarge and is not unpacked any further.
func Recognise(ctx context.Context, name string, content []byte) ([]*corpus.Article, []Failure) {
	rd := reader{now: time.Now(), lineLimit: likeOneArticle}
	return collect(name, func(yield func(*corpus.Article, error) bool) {
		rd.content(ctx, name, bytes.NewReader(content), yield)
	})
}

// Extension gives the extension by which a file of this name is read, in lower
// case and with ".gz" where it is packed; "" for an unknown kind.
func Extension(name string) string {
	k, gzipped := kindOf(name)
	if k == noKind {
		return ""
	}
	ext := strings.ToLower(path.Ext(name))
	if gzipped {
		ext = strings.ToLower(path.Ext(name[:len(name)-len(ext)])) + ext
	}
	return ext
}

// GivenExtension is Extension for the name that a file has where somebody sent
// it from. Nothing else of such a name is to be believed, and what would not be
// seen at its end (spaces, control characters) does not count.
func GivenExtension(name string) string {
	return Extension(strings.TrimRightFunc(name, invisible))
}

// GivenStem is what stands before the extension, without folders of any system,
// with spaces for what cannot be seen.
func GivenStem(name string) string {
	name = strings.TrimRightFunc(name, invisible)
	if at := strings.LastIndexAny(name, `/\:`); at >= 0 {
		name = name[at+1:]
	}
	name = name[:len(name)-len(Extension(name))]
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if invisible(r) {
			return ' '
		}
		return r
	}, name))
}

func invisible(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.In(r, unicode.Cf)
}

var pageStart = regexp.MustCompile(`^(?i:<!doctype|<html|<head|<body|<article|<\?xml|<!--)`)

// Sniff gives the extension that suits a text without a name: that of Markdown
// with front matter, of a web page, of lines of JSON objects, or of plain text.
func Sniff(content []byte) string {
	text, err := decode(content)
	if err != nil {
		return ".txt" // whose reader says what is wrong
	}
	text = strings.TrimLeftFunc(text, invisible)
	normal := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	if _, _, ok := cutFrontMatter(normal); ok {
		return ".md"
	}
	if pageStart.MatchString(text) {
		return ".html"
	}
	first, _, _ := strings.Cut(normal, "\n")
	if first = strings.TrimSpace(first); strings.HasPrefix(first, "{") && strings.HasSuffix(first, "}") {
		return ".jsonl"
	}
	return ".txt"
}
