package index

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
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

// BenchmarkResident reports the memory that is not of mapped files, while
// questions are asked of short documents.
func BenchmarkResident(b *testing.B) {
	bn, err := shortBench()
	if err != nil {
		b.Fatal(err)
	}
	ours := bn.rival(b, "ours")
	for b.Loop() {
		bn.measure(b, ours, bn.queries, 10)
	}
	kb, err := residentAnonymous()
	if err != nil {
		b.Skip(err)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(kb)/1024, "anonymous-MB")
	debug.FreeOSMemory()
	kb, err = residentAnonymous()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(kb)/1024, "anonymous-MB-after-gc")
	b.ReportMetric(0, "ns/op")
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
