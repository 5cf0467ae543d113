package source

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// mostSlug is the length in bytes of the words in the name of an upload.
const mostSlug = 60

// uploaded is the form of UploadName. The day in it is that of the upload, and
// must never be taken for the day of publication.
var uploaded = regexp.MustCompile(`^them-\d{4}-\d{2}-\d{2}-`)

// UploadName names the file of an article that somebody gave: "them-", the day
// in corpus.Zone, and the words of the title in lower-case ASCII, of which at
// most 60 letters are kept; ext is what Extension gave. The n-th file of a name,
// from 2, has its number behind. The result is safe on every file system: it has
// only letters, digits, hyphens and the dots of ext.
func UploadName(at time.Time, title string, n int, ext string) string {
	name := "them-" + at.In(corpus.Zone).Format(time.DateOnly) + "-" + slug(title)
	if n > 1 {
		name += fmt.Sprint("-", n)
	}
	return name + ext
}

// IsUpload reports whether a path is one that UploadName gives.
func IsUpload(p string) bool { return uploaded.MatchString(path.Base(p)) }

// slug is what a title is in an address: "Giá xăng tăng" is "gia-xang-tang".
func slug(title string) string {
	var b strings.Builder
	gap := false
	// A title that is far longer than what is kept of it is not folded whole.
	for _, r := range vi.Fold(strings.ToValidUTF8(cutRunes(title, 4*mostSlug), " ")) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
			continue
		}
		gap = true
	}
	s := b.String()
	if len(s) > mostSlug {
		s = s[:mostSlug+1]
		if at := strings.LastIndexByte(s, '-'); at > mostSlug/2 {
			s = s[:at] // whole words
		}
		s = strings.TrimRight(s[:min(len(s), mostSlug)], "-")
	}
	if s == "" {
		return "bai" // no letter of it is one of ours
	}
	return s
}

// cutRunes gives the first n runes.
func cutRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
