package main_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// newsRun is how many syllables in a row count as copied from a great many
// articles: what everybody says is shorter, as the days of the week, which are
// twelve, or the name of a large office that "cho biết".
const newsRun = 14

// TestNoForeignNews: nothing of the public news set stands in the repository.
// It is too large to be kept in memory, so that its articles are looked for one
// by one in what the repository has.
func TestNoForeignNews(t *testing.T) {
	root := repositoryRoot(t)
	f, err := os.Open(filepath.Join(root, "..", "shared", "data", "vietnews.val.jsonl.gz"))
	if err != nil {
		const reason = "../shared/data (beside the repository) is missing: nothing to compare with"
		if os.Getenv("CI") == "true" {
			t.Fatal(reason)
		}
		t.Skip(reason)
	}
	defer f.Close()
	own := map[[newsRun]string]string{} // -> file
	for name, text := range repositoryTexts(t, root) {
		words := bareSyllables(text)
		for i := 0; i+newsRun <= len(words); i++ {
			own[[newsRun]string(words[i:])] = name
		}
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows := bufio.NewScanner(z)
	rows.Buffer(nil, 16<<20)
	articles := 0
	for rows.Scan() {
		var row struct{ ID, Title, Summary, Body string }
		if err := json.Unmarshal(rows.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		articles++
		words := bareSyllables(row.Title + "\n" + row.Summary + "\n" + row.Body)
		for i := 0; i+newsRun <= len(words); i++ {
			if name, ok := own[[newsRun]string(words[i:])]; ok {
				t.Errorf("%s has text of %s: %s", name, row.ID, strings.Join(words[i:i+newsRun], " "))
			}
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if articles < 1000 {
		t.Fatalf("the set has %d articles", articles)
	}
}
