package bot

import (
	"fmt"
	"strings"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// links are the addresses under which articles are read. The zero value leads
// to the publishers.
type links struct {
	public string // address of the web page, without a slash at its end, "" for none
}

// article is the address of an article, "" if there is none.
func (l links) article(a *corpus.Article) string {
	if l.public == "" {
		return a.URL
	}
	return l.public + "/a/" + a.ID
}

// quote is the address of what is quoted of an article: the passage on the web
// page, in the revision that is quoted, or the place in the publisher's page. It
// is "" where there is none.
func (l links) quote(a *corpus.Article, quoted vi.Span) string {
	if l.public != "" {
		return fmt.Sprintf("%s/a/%s?r=%d#p%d", l.public, a.ID, a.Revision, corpus.PassageAt(a, quoted.Start))
	}
	if !strings.HasPrefix(a.URL, "https://") && !strings.HasPrefix(a.URL, "http://") {
		return a.URL
	}
	directive := TextFragment(a, quoted)
	if directive == "" {
		return a.URL
	}
	address, _, _ := strings.Cut(a.URL, ":~:") // there is only one directive
	if !strings.Contains(address, "#") {
		address += "#"
	}
	return address + directive
}
