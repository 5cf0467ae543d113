package index_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trichdan/index/eval"
)

// TestRankStats compares where the relevant documents of the development
// questions rank with what is committed, so that each change of the ranking
// shows in a diff, by question. `go test -run TestRankStats ./index -update`
// writes it anew.
func TestRankStats(t *testing.T) {
	shared := filepath.Join("..", "..", "shared")
	if _, err := os.Stat(filepath.Join(shared, "eval")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("../shared/eval is missing, and CI=true wants it")
		}
		t.Skip("../shared/eval is missing")
	}
	var got strings.Builder
	got.WriteString("Where the first relevant document of each development question ranks. Questions\nthat are not listed have it in the first place; 0 is not among the first 100.\n")
	for _, c := range []struct{ name, dir string }{
		{"xquad-vi-dev", filepath.Join(shared, "eval", "xquad-vi-dev")},
		{"xquad-vi-dev-ascii", filepath.Join(shared, "eval", "xquad-vi-dev-ascii")},
		{"vietnews, the first 600 articles, every third headline", headlines(t, filepath.Join(shared, "data", "vietnews.val.jsonl.gz"), 600, 3)},
	} {
		fmt.Fprintf(&got, "\n%s\n", c.name)
		rankStats(t, &got, c.dir)
	}
	file := filepath.Join("testdata", "rank", "rank_stats.txt")
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("the ranking has changed (-committed +now); if for the better, write it with -update:\n%s", diff)
	}
}

// rankStats writes the measures of a collection and its questions of which the
// first place is wrong, by place.
func rankStats(t *testing.T, w *strings.Builder, dir string) {
	var run bytes.Buffer
	report, err := eval.Measure(t.Context(), dir, eval.Options{Run: &run})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(w, "nDCG@10 %.2f, P@1 %.2f", 100*report.NDCG10, 100*report.P1)
	if report.Answerable > 0 {
		fmt.Fprintf(w, ", answered in the first sentence %d of %d", report.Answered, report.Answerable)
	}
	w.WriteString("\n")
	qrels, err := eval.LoadQrels(dir)
	if err != nil {
		t.Fatal(err)
	}
	place := map[string]int{}
	for line := range strings.Lines(run.String()) {
		var query, q0, document string
		var rank int
		if _, err := fmt.Sscan(line, &query, &q0, &document, &rank); err != nil {
			t.Fatal(err)
		}
		if qrels[query][document] > 0 && place[query] == 0 {
			place[query] = rank
		}
	}
	at := map[int][]string{}
	for query := range qrels {
		if place[query] != 1 {
			at[place[query]] = append(at[place[query]], query)
		}
	}
	var places []int
	for p := range at {
		places = append(places, p)
	}
	slices.Sort(places)
	for _, p := range places {
		slices.Sort(at[p])
		fmt.Fprintf(w, "%d. %s\n", p, strings.Join(at[p], " "))
	}
}

// headlines makes a BEIR folder of the first articles, with every n-th headline
// as a question for its article.
func headlines(t *testing.T, file string, articles, every int) (dir string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	var corpus, queries, qrels bytes.Buffer
	rows := bufio.NewScanner(z)
	rows.Buffer(nil, 16<<20)
	for i := 0; i < articles && rows.Scan(); i++ {
		var row struct{ ID, Title, Summary, Body string }
		if err := json.Unmarshal(rows.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		put := func(b *bytes.Buffer, v any) {
			if err := json.NewEncoder(b).Encode(v); err != nil {
				t.Fatal(err)
			}
		}
		put(&corpus, map[string]string{"_id": row.ID, "text": row.Summary + "\n" + row.Body})
		if i%every == 0 {
			put(&queries, map[string]string{"_id": "q" + row.ID, "text": row.Title})
			fmt.Fprintf(&qrels, "q%s\t%s\t1\n", row.ID, row.ID)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "qrels"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]*bytes.Buffer{"corpus.jsonl": &corpus, "queries.jsonl": &queries, filepath.Join("qrels", "test.tsv"): &qrels} {
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
