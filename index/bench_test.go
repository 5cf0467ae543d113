package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/registry"
	_ "modernc.org/sqlite"

	"trichdan/corpus"
	"trichdan/corpus/source"
	"trichdan/corpus/vi"
)

// The benchmarks measure against Bleve's default match and SQLite's FTS5, over
// the same passages in the same run. Each of the three is built once, on disk.
// TRICHDAN_BENCH_ARTICLES bounds the number of articles.
// TRICHDAN_BENCH_KEEP names a folder in which what was built stays for the next
// run, which then does not say how long that took.
const (
	benchEnv = "TRICHDAN_BENCH_ARTICLES"
	keepEnv  = "TRICHDAN_BENCH_KEEP"
)

// rival is one built engine.
type rival struct {
	ask   func(text string, k int) (hits int, err error)
	took  time.Duration // to build
	close func() error
	// forget drops answers that are kept, so that a question is not asked twice
	// for nothing.
	forget func()
}

// bench is what the benchmarks of one process share.
type bench struct {
	dir      string
	articles *memArticles
	passages int
	queries  []string

	rivals map[string]*rival
	p50    map[string]time.Duration
}

// benchDir is the folder for what is built.
func benchDir(name string) (string, error) {
	if keep := os.Getenv(keepEnv); keep != "" {
		dir := filepath.Join(keep, name+os.Getenv(benchEnv))
		return dir, os.MkdirAll(dir, 0o755)
	}
	return os.MkdirTemp("", "trichdan-bench-")
}

func newBench(dir string) *bench {
	bn := &bench{dir: dir, rivals: map[string]*rival{}, p50: map[string]time.Duration{}, articles: newMemory()}
	benched = append(benched, bn)
	return bn
}

var theBench = sync.OnceValues(func() (*bench, error) {
	dir, err := benchDir("whole")
	if err != nil {
		return nil, err
	}
	bn := newBench(dir)
	limit, err := strconv.Atoi(os.Getenv(benchEnv))
	if err != nil {
		limit = 1 << 30
	}
	origin := "../shared/data"
	data := "../../shared/data"
	if _, err := os.Stat(data); err == nil {
		for a, err := range source.All(context.Background(), os.DirFS(data), source.File{Path: "vietnews.val.jsonl.gz"}) {
			if err != nil {
				return nil, err
			}
			if bn.articles.put(a); len(bn.articles.list) >= limit {
				break
			}
		}
	} else {
		origin = "generated text"
		bn.articles = wideCorpus(min(limit, 5000))
	}
	r := rand.New(rand.NewPCG(1, 1))
	for i, a := range bn.articles.list {
		bn.passages += len(corpus.Split(a, corpus.PassageRunes))
		if i%100 != 0 {
			continue
		}
		q := a.Title
		if q == "" {
			words := strings.Fields(a.Body)
			at := r.IntN(max(1, len(words)-10))
			q = strings.Join(words[at:min(len(words), at+10)], " ")
		}
		bn.queries = append(bn.queries, q)
	}
	// Lines of the benchmark format: what all results below were measured on.
	fmt.Printf("corpus: %s\narticles: %d\npassages: %d\nqueries: %d\n", origin, len(bn.articles.list), bn.passages, len(bn.queries))
	return bn, nil
})

func sharedBench(b *testing.B) *bench {
	b.Helper()
	bn, err := theBench()
	if err != nil {
		b.Fatal(err)
	}
	return bn
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(askedEnv); dir != "" {
		if err := askedMain(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if err := closeBench(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// benched are what benchmarks have made.
var benched []*bench

func closeBench() (err error) {
	for _, bn := range benched {
		for _, r := range bn.rivals {
			err = errors.Join(err, r.close())
		}
		clear(bn.rivals)
		if os.Getenv(keepEnv) == "" {
			err = errors.Join(err, os.RemoveAll(bn.dir))
		}
	}
	return err
}

var rivals = map[string]func(*bench, string) (*rival, error){
	"ours": (*bench).buildOurs, "bleve": (*bench).buildBleve, "fts5": (*bench).buildFTS5, "streams": (*bench).buildStreams,
}

// rival builds an engine when it is first needed.
func (bn *bench) rival(b *testing.B, name string) *rival {
	b.Helper()
	if bn.rivals[name] == nil {
		r, err := rivals[name](bn, filepath.Join(bn.dir, name))
		if err != nil {
			b.Fatal(err)
		}
		bn.rivals[name] = r
	}
	return bn.rivals[name]
}

// forgetRankings drops the rankings that are kept, but not the posting lists.
func forgetRankings(x *Index) {
	if l := x.lists.Load(); l != nil {
		l.rankings = newLRU[string, ranking](rankingBytes)
	}
}

func (bn *bench) buildOurs(dir string) (*rival, error) {
	x, err := Open(context.Background(), dir, bn.articles, Options{})
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if _, err := x.Update(context.Background(), nil); err != nil {
		return nil, err
	}
	return &rival{
		took: time.Since(start), close: x.Close, forget: func() { forgetRankings(x) },
		ask: func(text string, k int) (int, error) {
			hits, err := x.Rank(context.Background(), text, k)
			return len(hits), err
		},
	}, nil
}

// leanField is a field that is searched and nothing else.
func leanField(analyzer string) *mapping.FieldMapping {
	f := bleve.NewTextFieldMapping()
	f.Analyzer = analyzer
	f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = false, false, false, false
	return f
}

// load fills a Bleve index in the batches that Update makes, and merges it
// where Update would.
func (bn *bench) load(x bleve.Index, add func(batch *bleve.Batch, a *corpus.Article) error) error {
	batch := x.NewBatch()
	articles, bytes := 0, 0
	for i, a := range bn.articles.list {
		if err := add(batch, a); err != nil {
			return err
		}
		articles++
		bytes += len(a.Body)
		if articles >= batchArticles || bytes >= batchBytes || i == len(bn.articles.list)-1 {
			if err := x.Batch(batch); err != nil {
				return err
			}
			batch.Reset()
			articles, bytes = 0, 0
		}
	}
	return (&generation{bleve: x}).compact(context.Background())
}

// buildBleve is Bleve as it comes: passages with one text field, analysed by
// the standard analyzer, searched with match.
func (bn *bench) buildBleve(dir string) (*rival, error) {
	m := bleve.NewIndexMapping()
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	m.DefaultMapping.AddFieldMappingsAt("text", leanField("standard"))
	start := time.Now()
	x, err := bleve.Open(dir)
	if err != nil {
		if x, err = bleve.NewUsing(dir, m, scorch.Name, scorch.Name, nil); err != nil {
			return nil, err
		}
		err = bn.load(x, func(batch *bleve.Batch, a *corpus.Article) error {
			for _, p := range corpus.Split(a, corpus.PassageRunes) {
				if err := batch.Index(passageID(a.ID, p.N), map[string]any{"text": a.Body[p.Start:p.End]}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return &rival{
		took: time.Since(start), close: x.Close,
		ask: func(text string, k int) (int, error) {
			q := bleve.NewMatchQuery(text)
			q.SetField("text")
			r, err := x.Search(bleve.NewSearchRequestOptions(q, k, 0, false))
			if err != nil {
				return 0, err
			}
			return len(r.Hits), nil
		},
	}, nil
}

// buildFTS5 is SQLite: the same passages, any of the words, by its BM25.
func (bn *bench) buildFTS5(path string) (*rival, error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	fill := func() error {
		if _, err := db.Exec(`CREATE VIRTUAL TABLE passages USING fts5(text, tokenize='unicode61', content='')`); err != nil {
			return err
		}
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		insert, err := tx.Prepare(`INSERT INTO passages(rowid, text) VALUES (?, ?)`)
		if err != nil {
			return errors.Join(err, tx.Rollback())
		}
		n := 0
		for _, a := range bn.articles.list {
			for _, p := range corpus.Split(a, corpus.PassageRunes) {
				n++
				if _, err := insert.Exec(n, a.Body[p.Start:p.End]); err != nil {
					return errors.Join(err, tx.Rollback())
				}
			}
		}
		if err := errors.Join(insert.Close(), tx.Commit()); err != nil {
			return err
		}
		_, err = db.Exec(`INSERT INTO passages(passages) VALUES ('optimize')`)
		return err
	}
	if err := fill(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &rival{
		took: time.Since(start), close: db.Close,
		ask: func(text string, k int) (n int, err error) {
			var words []string
			for _, t := range plainTokens(text) {
				words = append(words, `"`+text[t.Start:t.End]+`"`)
			}
			rows, err := db.Query(`SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?`, strings.Join(words, " OR "), k)
			if err != nil {
				return 0, err
			}
			defer func() { err = errors.Join(err, rows.Close()) }()
			for rows.Next() {
				n++
			}
			return n, rows.Err()
		},
	}, nil
}

// streamAnalyzer gives one of our streams to Bleve as an analyzer.
type streamAnalyzer struct {
	pool            *sync.Pool
	folded, bigrams bool
}

func (s streamAnalyzer) Analyze(text []byte) analysis.TokenStream {
	z := s.pool.Get().(*analyzer)
	defer s.pool.Put(z)
	terms := z.terms(nil, string(text))
	form := func(t term) string {
		if s.folded {
			return z.fold(t.text)
		}
		return t.text
	}
	out := make(analysis.TokenStream, 0, len(terms))
	add := func(text string, start, end int) {
		out = append(out, &analysis.Token{Term: []byte(text), Start: start, End: end, Position: len(out) + 1})
	}
	if s.bigrams {
		pairs(terms, func(i, j int) { add(z.bigram(form(terms[i]), form(terms[j])), terms[i].Start, terms[j].End) })
		return out
	}
	for _, t := range terms {
		add(form(t), t.Start, t.End)
	}
	return out
}

// The streams that questions are searched in; the folded ones are not indexed
// by us.
var (
	articleStreams = [4]string{articleSyllables, articleBigrams, articleFolded, articleFoldedBi}
	passageStreams = [4]string{passageSyllables, passageBigrams, passageFolded, passageFoldedBi}
)

// registerStreams makes our streams known to Bleve, once a process.
var registerStreams = sync.OnceValue(func() error {
	for i := range articleStreams {
		s := streamAnalyzer{pool: &sync.Pool{New: func() any { return newAnalyzer() }}, folded: i >= 2, bigrams: i%2 == 1}
		constructor := func(map[string]any, *registry.Cache) (analysis.Analyzer, error) { return s, nil }
		if err := registry.RegisterAnalyzer("trichdan_"+articleStreams[i], constructor); err != nil {
			return err
		}
	}
	return nil
})

// buildStreams is Bleve with our streams, the way it is meant to be used:
// analyzers and mappings, an article and its passages as documents of their
// own.
func (bn *bench) buildStreams(dir string) (*rival, error) {
	if err := registerStreams(); err != nil {
		return nil, err
	}
	m := bleve.NewIndexMapping()
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	for i := range articleStreams {
		for _, field := range []string{articleStreams[i], passageStreams[i]} {
			m.DefaultMapping.AddFieldMappingsAt(field, leanField("trichdan_"+articleStreams[i]))
		}
	}
	x, err := bleve.NewUsing(dir, m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, err
	}
	all := func(fields [4]string, text string) map[string]any {
		doc := make(map[string]any, len(fields))
		for _, f := range fields {
			doc[f] = text
		}
		return doc
	}
	start := time.Now()
	err = bn.load(x, func(batch *bleve.Batch, a *corpus.Article) error {
		if err := batch.Index(a.ID, all(articleStreams, a.Title+"\n"+a.Title+"\n"+a.Body)); err != nil {
			return err
		}
		for _, p := range corpus.Split(a, corpus.PassageRunes) {
			if err := batch.Index(passageID(a.ID, p.N), all(passageStreams, a.Body[p.Start:p.End])); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return &rival{took: time.Since(start), close: x.Close}, nil
}

// measure asks all queries once, and gives how long each took.
func (bn *bench) measure(b *testing.B, r *rival, queries []string, k int) []time.Duration {
	b.Helper()
	if r.forget != nil {
		r.forget()
	}
	times := make([]time.Duration, 0, len(queries))
	found := 0
	for _, q := range queries {
		start := time.Now()
		n, err := r.ask(q, k)
		times = append(times, time.Since(start))
		if err != nil {
			b.Fatalf("%q: %v", q, err)
		}
		found += n
	}
	if found == 0 && len(queries) > 1 {
		b.Fatal("nothing was found")
	}
	return times
}

func percentile(times []time.Duration, p float64) time.Duration {
	slices.Sort(times)
	return times[min(len(times)-1, int(p*float64(len(times))))]
}

// BenchmarkQuery asks headlines, as they are and without diacritics. An
// operation is one pass over all of them.
func BenchmarkQuery(b *testing.B) {
	bn := sharedBench(b)
	folded := make([]string, len(bn.queries))
	for i, q := range bn.queries {
		folded[i] = vi.Fold(q)
	}
	for _, set := range []struct {
		name    string
		queries []string
	}{{"headlines", bn.queries}, {"folded", folded}} {
		for _, name := range []string{"bleve", "fts5", "ours"} {
			b.Run(set.name+"/"+name, func(b *testing.B) {
				r := bn.rival(b, name)
				bn.measure(b, r, set.queries[:min(len(set.queries), 20)], 10) // warms up
				var times []time.Duration
				for b.Loop() {
					times = append(times, bn.measure(b, r, set.queries, 10)...)
				}
				p50, p99 := percentile(times, 0.5), percentile(times, 0.99)
				bn.p50[set.name+name] = p50
				b.ReportMetric(p50.Seconds()*1000, "p50-ms")
				b.ReportMetric(p99.Seconds()*1000, "p99-ms")
				b.ReportMetric(0, "ns/op")
				if name != "ours" || set.name != "headlines" {
					return // the others find next to nothing without diacritics, and that fast
				}
				for _, rival := range []string{"bleve", "fts5"} {
					if theirs := bn.p50[set.name+rival]; theirs > 0 {
						b.ReportMetric(p50.Seconds()/theirs.Seconds(), "p50-ratio-to-"+rival)
					}
				}
			})
		}
	}
}

// BenchmarkBuild reports the one build of each engine, of articles and of short
// documents.
func BenchmarkBuild(b *testing.B) {
	short, err := shortBench()
	if err != nil {
		b.Fatal(err)
	}
	for _, set := range []struct {
		name string
		*bench
	}{{"articles", sharedBench(b)}, {"short", short}} {
		for _, name := range []string{"bleve", "fts5", "streams", "ours"} {
			b.Run(set.name+"/"+name, func(b *testing.B) {
				r := set.rival(b, name)
				b.ReportMetric(float64(set.passages)/r.took.Seconds(), "passages/s")
				b.ReportMetric(0, "ns/op")
				if name == "ours" {
					b.ReportMetric(set.rival(b, "streams").took.Seconds()/r.took.Seconds(), "speed-ratio-to-streams")
				}
			})
		}
	}
}

// BenchmarkStart opens a finished index and answers the first question.
func BenchmarkStart(b *testing.B) {
	bn := sharedBench(b)
	b.Run("warm", func(b *testing.B) {
		if err := bn.rival(b, "ours").close(); err != nil {
			b.Fatal(err)
		}
		delete(bn.rivals, "ours")
		for b.Loop() {
			x, err := Open(b.Context(), filepath.Join(bn.dir, "ours"), bn.articles, Options{})
			if err != nil {
				b.Fatal(err)
			}
			r, err := x.Search(b.Context(), Query{Text: bn.queries[0]})
			if err != nil || len(r.Hits) == 0 {
				b.Fatal(err, len(r.Hits))
			}
			b.StopTimer()
			if err := x.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*1000, "ms-to-first-answer")
		b.ReportMetric(0, "ns/op")
	})
}
