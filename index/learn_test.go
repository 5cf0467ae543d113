package index

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"trichdan/corpus"
	"trichdan/index/learn"
)

var learnFrom = flag.String("learn", "", "a BEIR folder with metadata.answers: learn the weights of sentences from it")

// answered is a question with its gold answers and the article they stand in.
type answered struct {
	text    string
	answers []string
	article string
}

// answeredQuestions reads a BEIR folder.
func answeredQuestions(t *testing.T, dir string) (*memArticles, []answered) {
	t.Helper()
	lines := func(name string, each func(line []byte) error) {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		s := bufio.NewScanner(f)
		s.Buffer(nil, 1<<24)
		for s.Scan() {
			if err := each(s.Bytes()); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Err(); err != nil {
			t.Fatal(err)
		}
	}
	m := newMemory()
	lines("corpus.jsonl", func(line []byte) error {
		var d struct {
			ID string `json:"_id"`
			corpus.Article
			Text string
		}
		err := json.Unmarshal(line, &d)
		m.put(&corpus.Article{ID: d.ID, Title: norm.NFC.String(d.Title), Body: strings.TrimSpace(norm.NFC.String(d.Text))})
		return err
	})
	relevant := map[string]string{}
	lines("qrels/test.tsv", func(line []byte) error {
		if f := strings.Fields(string(line)); len(f) == 3 && f[2] != "0" {
			relevant[f[0]] = f[1]
		}
		return nil
	})
	var list []answered
	lines("queries.jsonl", func(line []byte) error {
		var q struct {
			ID       string `json:"_id"`
			Text     string
			Metadata struct{ Answers []string }
		}
		err := json.Unmarshal(line, &q)
		list = append(list, answered{q.Text, q.Metadata.Answers, relevant[q.ID]})
		return err
	})
	return m, list
}

// alternatives are the sentences that may answer a question, as the choice
// between them is learned: the last feature is the logarithm of the article's
// score.
func alternatives(t *testing.T, x *Index, z *analyzer, a answered) (c learn.Choice) {
	t.Helper()
	q := parse(z, a.text, nil, x.now(), false)
	v, err := x.view()
	if err != nil {
		t.Fatal(err)
	}
	defer v.close()
	list, w, err := x.rank(t.Context(), v, z, q, 10, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range list {
		r := x.reading(z, h.article)
		headline, body := w.find(z, q, r)
		for n, f := range w.among(r.sentences, headline, body).describe(r, q.asked(z, r), body) {
			if f.overlap == 0 {
				continue
			}
			s := r.sentences[n]
			_, f.typed = answerSpan(q, h.article.Body, s, r.terms(z, q, s))
			c.Alternatives = append(c.Alternatives, []float64{
				f.overlap, f.context, f.syllables, f.numbers, f.typed, f.shortness, math.Log(h.score / list[0].score),
			})
			c.Right = append(c.Right, h.id == a.article && containsAnswer(h.article.Body[s.Start:s.End], a.answers))
		}
	}
	return c
}

func containsAnswer(text string, answers []string) bool {
	for _, a := range answers {
		if strings.Contains(strings.ToLower(text), strings.ToLower(norm.NFC.String(a))) {
			return true
		}
	}
	return false
}

// rightChoices is the share of choices of which the best alternative is right.
func rightChoices(choices []learn.Choice, weights []float64) float64 {
	right := 0
	for _, c := range choices {
		best, value := -1, math.Inf(-1)
		for i, row := range c.Alternatives {
			if v := learn.Score(row, weights); v > value {
				best, value = i, v
			}
		}
		if best >= 0 && c.Right[best] {
			right++
		}
	}
	return float64(right) / float64(max(1, len(choices)))
}

// learnRidge is the penalty of weights that are learned.
const learnRidge = 3

// TestLearnSentences learns sentenceWeights and articleWeight, and prints them
// with the share of questions whose answering sentence is right: those that it
// was learned from, and, learned from every other question, the rest.
func TestLearnSentences(t *testing.T) {
	if *learnFrom == "" {
		t.Skip("learns weights only with -learn")
	}
	m, questions := answeredQuestions(t, *learnFrom)
	x := openIndex(t, t.TempDir(), m)
	mustUpdate(t, x)
	z := newAnalyzer()
	var halves [2][]learn.Choice
	for i, q := range questions {
		halves[i%2] = append(halves[i%2], alternatives(t, x, z, q))
	}
	both := append(append([]learn.Choice(nil), halves[0]...), halves[1]...)
	w := learn.Choose(both, learnRidge)
	sum := w[0] + w[1] + w[2] + w[3] + w[4] + w[5]
	for i, name := range []string{"overlap", "context", "syllables", "numbers", "typed", "shortness", "article"} {
		fmt.Printf("%-10s %6.3f\n", name, w[i]/sum)
	}
	fmt.Printf("right of those learned from %.2f\n", 100*rightChoices(both, w))
	for i := range halves {
		fmt.Printf("right of half %d, learned from the other %.2f\n", i, 100*rightChoices(halves[i], learn.Choose(halves[1-i], learnRidge)))
	}
}
