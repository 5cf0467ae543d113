package eval

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// folder writes a BEIR folder; a name that ends in .gz is compressed.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".gz") {
			var b strings.Builder
			z := gzip.NewWriter(&b)
			if _, err := io.WriteString(z, text); err != nil {
				t.Fatal(err)
			}
			if err := z.Close(); err != nil {
				t.Fatal(err)
			}
			text = b.String()
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func corpusOf(dir string) ([]Doc, error) {
	var all []Doc
	for d, err := range LoadCorpus(dir) {
		if err != nil {
			return all, err
		}
		all = append(all, d)
	}
	return all, nil
}

func TestLoad(t *testing.T) {
	const (
		corpus  = "\ufeff{\"_id\":\"d1\",\"title\":\"Cầu\",\"text\":\"Cầu mới.\"}\r\n\n{\"_id\":\"d2\",\"text\":\"\",\"metadata\":{\"x\":1}}"
		queries = `{"_id":"q1","text":"Cầu nào?","metadata":{"answers":["cầu mới","Cầu"]}}
{"_id":"q2","text":"Ở đâu?"}
{"_id":"q3","text":"Ai?","metadata":{"answers":"bà Hoa","source":7}}
{"_id":"q4","text":"Sao?","metadata":["answers"]}
{"_id":"q5","text":"Gì?","metadata":{"answers":null}}
`
		qrels = "query-id\tcorpus-id\tscore\r\nq1\td1\t2\r\nq1\td2\t0\r\nq2\td1\t1\n"
	)
	for _, gz := range []string{"", ".gz"} {
		dir := folder(t, map[string]string{"corpus.jsonl" + gz: corpus, "queries.jsonl" + gz: queries, "qrels/test.tsv" + gz: qrels})
		docs, err := corpusOf(dir)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]Doc{{"d1", "Cầu", "Cầu mới."}, {"d2", "", ""}}, docs); diff != "" {
			t.Error(diff)
		}
		qs, err := LoadQueries(dir)
		if err != nil {
			t.Fatal(err)
		}
		wantQueries := []Query{
			{"q1", "Cầu nào?", []string{"cầu mới", "Cầu"}},
			{"q2", "Ở đâu?", nil},
			{"q3", "Ai?", []string{"bà Hoa"}},
			{"q4", "Sao?", nil},
			{"q5", "Gì?", nil},
		}
		if diff := cmp.Diff(wantQueries, qs); diff != "" {
			t.Error(diff)
		}
		rels, err := LoadQrels(dir)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Qrels{"q1": {"d1": 2, "d2": 0}, "q2": {"d1": 1}}, rels); diff != "" {
			t.Error(diff)
		}
	}
}

func TestLoadQrelsWithoutHeader(t *testing.T) {
	rels, err := LoadQrels(folder(t, map[string]string{"qrels/test.tsv": "q\td\t1\nq\td\t1\n"}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Qrels{"q": {"d": 1}}, rels); diff != "" {
		t.Error(diff)
	}
}

func TestLoadErrors(t *testing.T) {
	load := map[string]func(dir string) error{
		"corpus.jsonl":   func(dir string) error { _, err := corpusOf(dir); return err },
		"queries.jsonl":  func(dir string) error { _, err := LoadQueries(dir); return err },
		"qrels/test.tsv": func(dir string) error { _, err := LoadQrels(dir); return err },
	}
	for _, tt := range []struct{ file, text, want string }{
		{"corpus.jsonl", `{"_id":"a","text":"x"}` + "\n\n{", "corpus.jsonl:3: "},
		{"corpus.jsonl", `{"text":"x"}`, "corpus.jsonl:1: no _id"},
		{"corpus.jsonl", `{"_id":"a","text":7}`, "corpus.jsonl:1: "},
		{"corpus.jsonl", "null", "corpus.jsonl:1: no _id"},
		{"corpus.jsonl", "{\"_id\":\"a\",\"text\":\"\xff\"}", "corpus.jsonl:1: not UTF-8"},
		{"queries.jsonl", `{"_id":"a","text":"x"}` + "\n" + `{"_id":"a","text":"y"}`, `queries.jsonl:2: query "a" is there twice`},
		{"queries.jsonl", `{"_id":"a","text":" "}`, `queries.jsonl:1: query "a" has no text`},
		{"queries.jsonl", `{"text":"x"}`, "queries.jsonl:1: no _id"},
		{"queries.jsonl", `{"_id":"a","text":"x","metadata":{"answers":[1]}}`, "queries.jsonl:1: "},
		{"queries.jsonl", `[]`, "queries.jsonl:1: "},
		{"qrels/test.tsv", "query-id\tcorpus-id\tscore\nq d 1", "test.tsv:2: want query ID"},
		{"qrels/test.tsv", "q\td\tyes", "test.tsv:1: grade"},
		{"qrels/test.tsv", "q\td\t1\nquery-id\tcorpus-id\tscore", "test.tsv:2: grade"},
		{"qrels/test.tsv", "q\td\t1\nq\td\t2", "test.tsv:2: query"},
		{"qrels/test.tsv", "q\t\t1", "test.tsv:1: want query ID"},
	} {
		dir := folder(t, map[string]string{tt.file: tt.text})
		if err := load[tt.file](dir); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s %q: error %v, want %q in it", tt.file, tt.text, err, tt.want)
		}
	}
	for name, f := range load {
		if err := f(t.TempDir()); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), filepath.Base(name)) {
			t.Errorf("%s missing: error %v", name, err)
		}
	}
}

func TestLoadBrokenGzip(t *testing.T) {
	dir := folder(t, map[string]string{"corpus.jsonl.gz": `{"_id":"a","text":"x"}` + "\n"})
	name := filepath.Join(dir, "corpus.jsonl.gz")
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, whole[:len(whole)-9], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := corpusOf(dir); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "corpus.jsonl.gz:") {
		t.Errorf("cut short: error %v", err)
	}
	if err := os.WriteFile(name, []byte("plain text"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := corpusOf(dir); !errors.Is(err, gzip.ErrHeader) || !strings.Contains(err.Error(), "corpus.jsonl.gz") {
		t.Errorf("not gzip: error %v", err)
	}
}

// endless is a corpus without an end, and counts what was read of it.
type endless struct {
	line int
	rest []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		e.line++
		e.rest = fmt.Appendf(nil, "{\"_id\":\"d%d\",\"text\":\"Một câu.\"}\n", e.line)
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func TestCorpusIsStreamed(t *testing.T) {
	const n = 10_000
	source := &endless{}
	count := 0
	for d, err := range docs(readLines(source, "endless")) {
		if err != nil {
			t.Fatal(err)
		}
		if count++; d.ID != fmt.Sprintf("d%d", count) {
			t.Fatalf("document %d has ID %s", count, d.ID)
		}
		if count == n {
			break
		}
	}
	if ahead := source.line - n; count != n || ahead > 10_000 {
		t.Errorf("%d documents taken, %d read ahead", count, ahead)
	}
}

// long is one line of more bytes than are allowed.
type long struct{ left int }

func (l *long) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), l.left)
	for i := range p[:n] {
		p[i] = 'x'
	}
	l.left -= n
	return n, nil
}

func TestLineTooLong(t *testing.T) {
	for _, err := range readLines(&long{maxLine + 1}, "long") {
		if err == nil || !strings.Contains(err.Error(), "long:1: ") {
			t.Errorf("error %v", err)
		}
	}
}

func FuzzReaders(f *testing.F) {
	f.Add(`{"_id":"a","title":"T","text":"x","metadata":{"answers":["y"]}}` + "\n")
	f.Add("query-id\tcorpus-id\tscore\nq\td\t1\n")
	f.Add("\ufeff\r\n{\n")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		n := 0
		for d, err := range docs(readLines(strings.NewReader(text), "f")) {
			if err == nil && d.ID == "" {
				t.Error("a document without an ID")
			}
			n++
		}
		if n > lines {
			t.Errorf("%d documents of %d lines", n, lines)
		}
		qs, err := queries(readLines(strings.NewReader(text), "f"))
		if err != nil && (qs != nil || !strings.HasPrefix(err.Error(), "f:")) {
			t.Errorf("%d queries, error %v", len(qs), err)
		}
		for _, q := range qs {
			if q.ID == "" || strings.TrimSpace(q.Text) == "" {
				t.Errorf("query %+v", q)
			}
		}
		qrels, err := judgements(readLines(strings.NewReader(text), "f"))
		if err != nil && (qrels != nil || !strings.HasPrefix(err.Error(), "f:")) {
			t.Errorf("%d judgements, error %v", len(qrels), err)
		}
		for query, grades := range qrels {
			if query == "" || len(grades) == 0 {
				t.Errorf("query %q has %d grades", query, len(grades))
			}
		}
	})
}
