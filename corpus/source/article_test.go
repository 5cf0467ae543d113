package source

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"trichdan/corpus"
)

// checkArticle checks what holds of every article that is read.
func checkArticle(t testing.TB, a *corpus.Article) {
	t.Helper()
	switch {
	case a.Body == "" || a.Title == "" || a.ID == "" || a.Path == "":
		t.Errorf("incomplete: %+v", a)
	case !utf8.ValidString(a.Body) || !norm.NFC.IsNormalString(a.Body):
		t.Errorf("%s: body is not NFC: %q", a.Path, a.Body)
	case a.LeadLen < 0 || a.LeadLen > len(a.Body):
		t.Errorf("%s: LeadLen %d of %d", a.Path, a.LeadLen, len(a.Body))
	case a.LeadLen > 0 && a.LeadLen < len(a.Body) && a.Body[a.LeadLen] != '\n':
		t.Errorf("%s: lead is not a paragraph: %q", a.Path, a.Lead())
	case strings.Contains(a.Lead(), "\n"):
		t.Errorf("%s: lead of two paragraphs: %q", a.Path, a.Lead())
	}
	for p := range strings.SplitSeq(a.Body, "\n") {
		if p == "" || p != squeeze(p) || p != Clean(p) {
			t.Errorf("%s: paragraph %q is not clean", a.Path, p)
		}
	}
	for _, s := range append([]string{a.Title, a.Outlet, a.Author}, a.Captions...) {
		if strings.Contains(s, "\n") || !utf8.ValidString(s) {
			t.Errorf("%s: field %q", a.Path, s)
		}
	}
}
