package corpus_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"trichdan/corpus"
)

func TestCanonicalURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://example.org/bai-1.html":                       "example.org/bai-1.html",
		"http://example.org/bai-1.html":                        "example.org/bai-1.html",
		"HTTPS://WWW.Example.ORG/Bai-1.HTML":                   "example.org/Bai-1.HTML",
		"https://m.example.org/bai-1.html":                     "example.org/bai-1.html",
		"https://amp.example.org/bai-1.html":                   "example.org/bai-1.html",
		"example.org/bai":                                      "example.org/bai",
		"  https://example.org/bai \n":                         "example.org/bai",
		"https://example.org":                                  "example.org",
		"https://example.org/":                                 "example.org",
		"https://example.org/muc/":                             "example.org/muc",
		"https://example.org/muc//":                            "example.org/muc",
		"https://example.org/bai#binh-luan":                    "example.org/bai",
		"https://example.org/bai/#a?b=c":                       "example.org/bai",
		"https://example.org/bai?utm_source=zalo&utm_medium=x": "example.org/bai",
		"https://example.org/bai?fbclid=1&gclid=2&zarsrc=3":    "example.org/bai",
		"https://example.org/?id=7":                            "example.org?id=7",
		"https://example.org/doc?id=7&utm_campaign=t&trang=2":  "example.org/doc?id=7&trang=2",
		"https://example.org/doc?trang=2&id=7":                 "example.org/doc?trang=2&id=7",
		"https://example.org/doc?&&id=7&":                      "example.org/doc?id=7",
		"https://tphcm.example.org/bai":                        "tphcm.example.org/bai",
		"https://example.org/tin?u=https://khac.example/x":     "example.org/tin?u=https://khac.example/x",
		"https://example.org/cà-phê":                           "example.org/cà-phê",
		"":                                                     "",
	} {
		if got := corpus.CanonicalURL(in); got != want {
			t.Errorf("CanonicalURL(%q) = %q, want %q", in, got, want)
		}
	}
}

var idForm = regexp.MustCompile(`^[0-9a-f]{16}$`)

// The ways in which one page is linked give one ID, other pages another.
func TestNewIDOfLinks(t *testing.T) {
	part := rapid.StringMatching(`[a-z0-9]{1,8}`)
	rapid.Check(t, func(t *rapid.T) {
		page := "bao" + part.Draw(t, "host") + ".example/" + strings.Join(rapid.SliceOfN(part, 1, 4).Draw(t, "path"), "/")
		link := rapid.Custom(func(t *rapid.T) string {
			return rapid.SampledFrom([]string{"", "http://", "https://", "https://www.", "http://m.", "https://amp.", "HTTPS://WWW."}).Draw(t, "scheme") +
				page + rapid.SampledFrom([]string{"", "/"}).Draw(t, "slash") +
				rapid.SampledFrom([]string{"", "?", "?utm_source=a", "?fbclid=b&utm_term=c"}).Draw(t, "query") +
				rapid.SampledFrom([]string{"", "#", "#anh"}).Draw(t, "fragment")
		})
		a, b := link.Draw(t, "a"), link.Draw(t, "b")
		id := corpus.NewID(a, "mot.txt")
		if !idForm.MatchString(id) {
			t.Errorf("ID %q", id)
		}
		if other := corpus.NewID(b, "hai.txt"); other != id {
			t.Errorf("%s is %s, %s is %s", a, id, b, other)
		}
		if other := corpus.NewID(page+"x", "mot.txt"); other == id {
			t.Errorf("%s and %sx are both %s", page, page, id)
		}
	})
}

func TestNewIDOfPaths(t *testing.T) {
	id := corpus.NewID("", "2024/bai.txt")
	if !idForm.MatchString(id) {
		t.Errorf("ID %q", id)
	}
	if again := corpus.NewID("", "2024/bai.txt"); again != id {
		t.Errorf("the same path gives %s and %s", id, again)
	}
	for name, other := range map[string]string{
		"another path":         corpus.NewID("", "2024/bai2.txt"),
		"case":                 corpus.NewID("", "2024/Bai.txt"),
		"a URL of that text":   corpus.NewID("2024/bai.txt", ""),
		"a URL beside it":      corpus.NewID("https://example.org/bai", "2024/bai.txt"),
		"neither URL nor path": corpus.NewID("", ""),
	} {
		if other == id {
			t.Errorf("%s gives the same ID %s", name, id)
		}
	}
}
