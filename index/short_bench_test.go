package index

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"trichdan/corpus"
)

// shortSentences is how many sentences a document has in the benchmarks of
// short documents: each is an article of one passage, or two.
const shortSentences = 3

// shortBench is the corpus of news again, cut into short documents, with two
// kinds of queries: headlines, and questions about other texts.
var shortBench = sync.OnceValues(func() (*bench, error) {
	whole, err := theBench()
	if err != nil {
		return nil, err
	}
	dir, err := benchDir("short")
	if err != nil {
		return nil, err
	}
	bn := newBench(dir)
	for i, a := range whole.articles.list {
		lines := slices.DeleteFunc(strings.Split(a.Body, "\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
		for part := range slices.Chunk(lines, shortSentences) {
			n := len(bn.articles.list)
			bn.articles.put(&corpus.Article{ID: "s" + strconv.Itoa(n), Body: strings.Join(part, "\n")})
		}
		if i%10 == 0 && a.Title != "" {
			bn.queries = append(bn.queries, a.Title)
		}
	}
	if len(bn.queries) == 0 { // generated text
		bn.queries = whole.queries
	}
	bn.passages = len(bn.articles.list)
	fmt.Printf("short documents: %d\nheadlines: %d\n", bn.passages, len(bn.queries))
	return bn, nil
})

// questions are those of the development set; none where it is missing.
func questions() (list []string, err error) {
	f, err := os.Open("../../shared/eval/xquad-vi-dev/queries.jsonl")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var q struct {
			Text string `json:"text"`
		}
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			return nil, err
		}
		list = append(list, q.Text)
	}
	return list, lines.Err()
}

// BenchmarkShort asks for the best of many short documents, Bleve's default
// match and ours in turn, and reports how many times as long Bleve takes. An
// operation is one pass over all queries.
func BenchmarkShort(b *testing.B) {
	bn, err := shortBench()
	if err != nil {
		b.Fatal(err)
	}
	asked, err := questions()
	if err != nil {
		b.Fatal(err)
	}
	for _, set := range []struct {
		name    string
		queries []string
	}{{"headlines", bn.queries}, {"questions", asked}} {
		if len(set.queries) == 0 {
			continue
		}
		for _, k := range []int{10, 64} {
			b.Run(fmt.Sprintf("%s/k=%d", set.name, k), func(b *testing.B) {
				theirs, ours := bn.rival(b, "bleve"), bn.rival(b, "ours")
				var t, o []time.Duration
				bn.measure(b, ours, set.queries[:min(len(set.queries), 50)], k) // warms up
				for b.Loop() {
					for _, q := range set.queries {
						one := []string{q}
						t = append(t, bn.measure(b, theirs, one, k)...)
						o = append(o, bn.measure(b, ours, one, k)...)
					}
				}
				for _, at := range []struct {
					name string
					p    float64
				}{{"p50", 0.5}, {"p99", 0.99}} {
					t, o := percentile(t, at.p), percentile(o, at.p)
					b.ReportMetric(t.Seconds()*1000, "bleve-"+at.name+"-ms")
					b.ReportMetric(o.Seconds()*1000, at.name+"-ms")
					b.ReportMetric(t.Seconds()/o.Seconds(), at.name+"-times-bleve")
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// askedEnv names the index that a process of this benchmark asks the lines of
// its standard input.
const askedEnv = "TRICHDAN_BENCH_ASKED"

// BenchmarkResident reports the resident memory that is not of mapped files, of
// a process that does nothing but answer, after all headlines have been asked.
func BenchmarkResident(b *testing.B) {
	bn, err := shortBench()
	if err != nil {
		b.Fatal(err)
	}
	if ours := bn.rivals["ours"]; ours != nil {
		if err := ours.close(); err != nil {
			b.Fatal(err)
		}
	} else if err := bn.rival(b, "ours").close(); err != nil {
		b.Fatal(err)
	}
	delete(bn.rivals, "ours")
	for b.Loop() {
		ask := exec.Command(os.Args[0])
		ask.Env = append(os.Environ(), askedEnv+"="+filepath.Join(bn.dir, "ours"))
		ask.Stdin, ask.Stderr = strings.NewReader(strings.Join(bn.queries, "\n")), os.Stderr
		out, err := ask.Output()
		if err != nil {
			b.Fatal(err)
		}
		var most, last float64
		if _, err := fmt.Sscan(string(out), &most, &last); err != nil {
			b.Fatalf("%q: %v", out, err)
		}
		b.ReportMetric(most, "anonymous-MB-most")
		b.ReportMetric(last, "anonymous-MB-at-rest")
	}
	b.ReportMetric(0, "ns/op")
}

// noTexts is a corpus of which only the index is there.
type noTexts struct{ *memArticles }

func (noTexts) Last(context.Context) (corpus.Seq, error) { return math.MaxInt64, nil }

// askedMain answers questions from standard input, and prints the anonymous
// memory in MB: the most that it was, and what it is when nothing is left to
// collect.
func askedMain(dir string) error {
	x, err := Open(context.Background(), dir, noTexts{newMemory()}, Options{})
	if err != nil {
		return err
	}
	most := 0
	lines := bufio.NewScanner(os.Stdin)
	for n := 0; lines.Scan(); n++ {
		if _, err := x.Rank(context.Background(), lines.Text(), 10); err != nil {
			return err
		}
		if n%50 == 0 {
			kb, err := residentAnonymous()
			if err != nil {
				return err
			}
			most = max(most, kb)
		}
	}
	debug.FreeOSMemory()
	kb, err := residentAnonymous()
	if err != nil {
		return err
	}
	fmt.Println(float64(most)/1024, float64(kb)/1024)
	return errors.Join(lines.Err(), x.Close())
}

// residentAnonymous reads the anonymous resident memory of this process, in
// kB; only Linux tells it.
func residentAnonymous() (kb int, err error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			_, err := fmt.Sscan(rest, &kb)
			return kb, err
		}
	}
	return 0, errors.New("the system does not say how much memory is anonymous")
}
