package index

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"trichdan/corpus/sample"
	"trichdan/corpus/source"
	"trichdan/corpus/vi"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata/search")

// readCorpus reads articles as the program does.
func readCorpus(t testing.TB, fsys fstest.MapFS) *memArticles {
	t.Helper()
	m := newMemory()
	list, failures, err := source.List(t.Context(), fsys)
	if err != nil || len(failures) > 0 {
		t.Fatal(err, failures)
	}
	for _, f := range list {
		articles, failures := source.Read(t.Context(), fsys, f)
		if len(failures) > 0 {
			t.Fatal(failures)
		}
		for _, a := range articles {
			m.put(a)
		}
	}
	return m
}

func sampleCorpus(t testing.TB) *memArticles {
	t.Helper()
	fsys := fstest.MapFS{}
	entries, err := sample.FS.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := sample.FS.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		fsys[e.Name()] = &fstest.MapFile{Data: data}
	}
	return readCorpus(t, fsys)
}

// TestSearchTranscripts asks the questions of testdata/search/*.txtar over
// their articles. An expectation is the headline of the best hit, its sentence
// with the answer in brackets, and the filters.
func TestSearchTranscripts(t *testing.T) {
	paths, err := filepath.Glob("testdata/search/*.txtar")
	if err != nil || len(paths) < 12 {
		t.Fatal(err, len(paths))
	}
	for _, p := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(p), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(p)
			if err != nil {
				t.Fatal(err)
			}
			fsys := fstest.MapFS{}
			var questions []string
			want := ""
			for _, f := range ar.Files {
				switch f.Name {
				case "questions":
					questions = strings.Split(strings.TrimSpace(string(f.Data)), "\n")
				case "want":
					want = string(f.Data)
				default:
					fsys[f.Name] = &fstest.MapFile{Data: f.Data}
				}
			}
			x := openIndex(t, t.TempDir(), readCorpus(t, fsys))
			mustUpdate(t, x)
			var got bytes.Buffer
			for _, q := range questions {
				transcribe(t, &got, x, q)
			}
			if *update {
				files := ar.Files[:0]
				for _, f := range ar.Files {
					if f.Name != "want" {
						files = append(files, f)
					}
				}
				ar.Files = append(files, txtar.File{Name: "want", Data: got.Bytes()})
				if err := os.WriteFile(p, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(questions) == 0 || want == "" {
				t.Fatal("no questions, or no expectations: run with -update and read them")
			}
			if diff := cmp.Diff(want, got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func transcribe(t *testing.T, w *bytes.Buffer, x *Index, question string) {
	t.Helper()
	r, err := x.Search(t.Context(), Query{Text: question})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(w, "? %s\n  %s", question, r.Question.Kind)
	if r.Question.Folded {
		w.WriteString(", folded")
	}
	for _, f := range r.Question.Filters {
		fmt.Fprintf(w, ", only %s", f.Text)
	}
	w.WriteString("\n")
	best := Best(r.Hits)
	if best < 0 {
		w.WriteString("  nothing\n")
		return
	}
	h := r.Hits[best]
	checkEvidence(t, h)
	body := h.Article.Body
	sentence := body[h.Sentence.Start:h.Sentence.End]
	if h.Mark.End > h.Mark.Start {
		sentence = body[h.Sentence.Start:h.Mark.Start] + "[" + body[h.Mark.Start:h.Mark.End] + "]" + body[h.Mark.End:h.Sentence.End]
	}
	fmt.Fprintf(w, "  %s\n  %s\n", h.Article.Title, strings.ReplaceAll(sentence, "\n", " ⏎ "))
}

// checkEvidence checks what holds of every hit.
func checkEvidence(t rapid.TB, h Hit) {
	t.Helper()
	body := h.Article.Body
	for name, s := range map[string]vi.Span{"passage": h.Passage, "sentence": h.Sentence, "mark": h.Mark} {
		if s.Start < 0 || s.Start > s.End || s.End > len(body) {
			t.Fatalf("%s: %s %+v in %d bytes", h.Article.ID, name, s, len(body))
		}
		if !utf8.RuneStart(at(body, s.Start)) || !utf8.RuneStart(at(body, s.End)) {
			t.Fatalf("%s: %s %+v is not on rune boundaries", h.Article.ID, name, s)
		}
		if text := body[s.Start:s.End]; strings.TrimSpace(text) != text {
			t.Fatalf("%s: %s %q has blanks around it", h.Article.ID, name, text)
		}
	}
	if h.Mark != (vi.Span{}) && (h.Mark.Start < h.Sentence.Start || h.Mark.End > h.Sentence.End || h.Mark.Start == h.Mark.End) {
		t.Fatalf("%s: mark %+v, sentence %+v", h.Article.ID, h.Mark, h.Sentence)
	}
	if h.Coverage < 0 || h.Coverage > 1+tolerance || math.IsNaN(h.Coverage) || math.IsNaN(h.SentenceScore) || h.SentenceScore < 0 {
		t.Fatalf("%s: %+v", h.Article.ID, h.Evidence)
	}
	if h.Sentence == (vi.Span{}) && (h.SentenceScore != 0 || h.Mark != (vi.Span{})) {
		t.Fatalf("%s: evidence without a sentence: %+v", h.Article.ID, h.Evidence)
	}
}

func at(s string, i int) byte {
	if i == len(s) {
		return 0
	}
	return s[i]
}

// drawQuestion takes words of an article, sometimes without diacritics, and
// puts a question around them.
func drawQuestion(t *rapid.T, text string) string {
	fields := strings.Fields(text)
	if len(fields) == 0 {
		fields = []string{"hà"}
	}
	n := rapid.IntRange(1, 8).Draw(t, "words")
	start := rapid.IntRange(0, max(0, len(fields)-n)).Draw(t, "first word")
	q := strings.Join(fields[start:min(len(fields), start+n)], " ")
	q = fmt.Sprintf(rapid.SampledFrom([]string{
		"%s", "Ai %s?", "%s khi nào?", "%s ở đâu?", "%s bao nhiêu?", "Nghị quyết nào %s?", "Vì sao %s?", "%s như thế nào?", "%s là gì?", "mấy %s",
	}).Draw(t, "question"), q)
	if rapid.IntRange(0, 3).Draw(t, "folded") == 0 {
		q = vi.Fold(q)
	}
	return q
}

func TestEvidenceProperties(t *testing.T) {
	m := sampleCorpus(t)
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SampledFrom(m.list).Draw(t, "article")
		text := a.Body
		if rapid.Bool().Draw(t, "headline") {
			text = a.Title
		}
		query := Query{Text: drawQuestion(t, text)}
		if err := sameHits(context.Background(), x, query); err != nil {
			t.Fatal(err)
		}
		r, err := x.Search(context.Background(), query)
		if err != nil {
			t.Fatal(err)
		}
		for i, h := range r.Hits {
			checkEvidence(t, h)
			if i > 0 && h.Score > r.Hits[i-1].Score {
				t.Fatalf("place %d: %v behind %v", i, h.Score, r.Hits[i-1].Score)
			}
		}
		if best := Best(r.Hits); best >= 0 && r.Hits[best].Sentence.End == 0 {
			t.Fatalf("the best of %d hits has no sentence", len(r.Hits))
		}
	})
}

// TestSampleQuestions asks what the README asks: each has an answering
// sentence and most of its words near it, with its filters or, where the time
// is the topic and not the day of publication, without.
func TestSampleQuestions(t *testing.T) {
	x := openIndex(t, t.TempDir(), sampleCorpus(t))
	mustUpdate(t, x)
	for _, q := range sample.Questions() {
		coverage := 0.0
		for _, noFilters := range []bool{false, true} {
			r, err := x.Search(t.Context(), Query{Text: q, NoTime: noFilters, NoOutlet: noFilters})
			if err != nil {
				t.Fatal(err)
			}
			if best := Best(r.Hits); best >= 0 {
				checkEvidence(t, r.Hits[best])
				coverage = max(coverage, r.Hits[best].Coverage)
			}
		}
		if coverage < 0.5 {
			t.Errorf("%q: coverage %.2f", q, coverage)
		}
	}
}

// TestEvidenceOfOddTexts has bodies that no newspaper prints.
func TestEvidenceOfOddTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 11))
	parts := []string{"cầu", "Cầu.", "\n", " ", "…", "“", "”", "?", "TP.", "21-KL/TW", "5,83%", "ngày 8/1", "ông Lê Văn Tám", "vì", "😀", "\u0301", "UBND", "mới", ",", "tại Hà Nội", "-"}
	rapid.Check(t, func(t *rapid.T) {
		m := newMemory()
		for i := range rapid.IntRange(1, 5).Draw(t, "articles") {
			var b strings.Builder
			for range rapid.IntRange(0, 40).Draw(t, "parts") {
				b.WriteString(rapid.SampledFrom(parts).Draw(t, "part"))
				b.WriteString(rapid.SampledFrom([]string{"", " "}).Draw(t, "blank"))
			}
			a := madeArticle(r, fmt.Sprint("id", i))
			a.Body = strings.TrimSpace(b.String())
			m.put(a)
		}
		x, closeIndex := madeIndex(t, m)
		defer closeIndex()
		mustUpdate(t, x)
		for _, kind := range []string{"Ai", "Khi nào", "Ở đâu", "Bao nhiêu", "Nghị quyết nào", "Vì sao", ""} {
			q := kind + " cầu mới Hà Nội 21-KL/TW " + rapid.SampledFrom(parts).Draw(t, "word")
			if err := sameHits(context.Background(), x, Query{Text: q}); err != nil {
				t.Fatal(err)
			}
			for _, h := range ask(t, x, q) {
				checkEvidence(t, h)
			}
		}
	})
}

func TestBest(t *testing.T) {
	sentence := Evidence{Sentence: vi.Span{Start: 0, End: 5}}
	with := func(score, sentenceScore float64) Hit {
		h := Hit{Score: score, Evidence: sentence}
		h.SentenceScore = sentenceScore
		return h
	}
	for name, c := range map[string]struct {
		hits []Hit
		want int
	}{
		"none":                         {nil, -1},
		"no sentence":                  {[]Hit{{Score: 2}, {Score: 1}}, -1},
		"only the second has one":      {[]Hit{{Score: 2}, with(1, 0.1)}, 1},
		"the first of equals":          {[]Hit{with(2, 0.5), with(2, 0.5)}, 0},
		"a better sentence just below": {[]Hit{with(2, 0.1), with(1.95, 1)}, 1},
		"not one far below":            {[]Hit{with(10, 0.1), with(1, 1)}, 0},
	} {
		if got := Best(c.hits); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
