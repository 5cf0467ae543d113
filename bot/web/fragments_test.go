package web_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"trichdan/bot"
	"trichdan/corpus"
	"trichdan/corpus/source"
	"trichdan/corpus/vi"
)

// fragmentQuotes is how many quotes a browser is to find.
const fragmentQuotes = 2000

// fragmentCase is a quote and the directive with which a browser finds it.
type fragmentCase struct {
	Path       string   `json:"path"`
	Title      string   `json:"title"`
	Paragraphs []string `json:"paragraphs"`
	// Start and End are where the quote stands in the paragraphs, joined by line
	// breaks, in UTF-16 code units, as JavaScript counts.
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Directive string `json:"directive"`
}

// TestWriteFragments writes quotes of real articles, with the text fragments that
// the bot makes of them, to the file that TRICHDAN_TEST_FRAGMENTS names: the
// browser test of .ci/browser sees whether a browser finds each. A quote is
// anything that the bot may cite: one sentence of an article, some that follow
// each other, or a passage.
func TestWriteFragments(t *testing.T) {
	name := os.Getenv("TRICHDAN_TEST_FRAGMENTS")
	if name == "" {
		t.Skip("TRICHDAN_TEST_FRAGMENTS names no file to write to: this is for .ci/browser/run")
	}
	shared := filepath.Join("..", "..", "..", "shared")
	articles := sharedArticles(t, filepath.Join(shared, "coverage"), 100)
	articles = append(articles, sharedArticles(t, filepath.Join(shared, "data"), 900)...)
	random := rand.New(rand.NewPCG(5, 2000)) // the same each time
	var cases []fragmentCase
	for len(cases) < fragmentQuotes {
		a := articles[len(cases)%len(articles)]
		q := someQuote(random, a)
		d := bot.TextFragment(a, q)
		if d == "" {
			t.Fatalf("%s: no fragment for %q", a.Path, a.Body[q.Start:q.End])
		}
		cases = append(cases, fragmentCase{
			Path: a.Path, Title: a.Title, Paragraphs: strings.Split(a.Body, "\n"),
			Start: units(a.Body[:q.Start]), End: units(a.Body[:q.End]), Directive: d,
		})
	}
	data, err := json.Marshal(cases)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d quotes of %d articles", len(cases), len(articles))
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

// sharedArticles reads up to so many articles of a folder.
func sharedArticles(t *testing.T, dir string, most int) []*corpus.Article {
	t.Helper()
	fsys, closeDir, err := source.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = closeDir() }()
	files, _, err := source.List(t.Context(), fsys)
	if err != nil {
		t.Fatal(err)
	}
	var list []*corpus.Article
	for _, f := range files {
		list = append(list, articlesOf(t.Context(), fsys, f, most-len(list))...)
	}
	if len(list) == 0 {
		t.Fatalf("no article in %s", dir)
	}
	return list
}

func articlesOf(ctx context.Context, fsys fs.FS, f source.File, most int) (list []*corpus.Article) {
	for a, err := range source.All(ctx, fsys, f) {
		if len(list) >= most {
			break
		}
		if err == nil && a.Body != "" {
			list = append(list, a)
		}
	}
	return list
}

func someQuote(random *rand.Rand, a *corpus.Article) vi.Span {
	passages := corpus.Split(a, corpus.PassageRunes)
	p := passages[random.IntN(len(passages))].Span
	sentences := vi.Sentences(a.Body[p.Start:p.End])
	if len(sentences) == 0 || random.IntN(4) == 0 {
		return p
	}
	first := random.IntN(len(sentences))
	last := first
	if random.IntN(2) == 0 {
		last += random.IntN(len(sentences) - first)
	}
	return vi.Span{Start: p.Start + sentences[first].Start, End: p.Start + sentences[last].End}
}
