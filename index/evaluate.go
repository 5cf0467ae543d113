package index

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"trichdan/corpus"
	"trichdan/corpus/source"
	"trichdan/index/eval"
)

// EvalOptions of an evaluation.
type EvalOptions struct {
	K        int       // ranking depth, 0 is 100
	Run      io.Writer // gets the TREC run, if not nil
	Progress Progress  // of the indexing
}

// EvalReport is what an evaluation measured.
type EvalReport struct {
	eval.Metrics
	Timings eval.Timings
	// Answerable counts the queries with gold answers; Answered those of them
	// of which the answering sentence contains one. First and AnsweredFirst
	// are the same among queries whose first document is relevant.
	Answerable, Answered, First, AnsweredFirst int
	Documents, Passages                        int
	Indexing                                   time.Duration
}

// String is the report as the command line prints it.
func (r *EvalReport) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "documents  %d in %d passages, indexed in %.1f s\n", r.Documents, r.Passages, r.Indexing.Seconds())
	fmt.Fprintf(&s, "queries    %d\n", r.Queries)
	fmt.Fprintf(&s, "nDCG@10    %.2f\nMRR@10     %.2f\nR@10       %.2f\nP@1        %.2f\n", 100*r.NDCG10, 100*r.MRR10, 100*r.R10, 100*r.P1)
	if r.Answerable > 0 {
		fmt.Fprintf(&s, "answer@1   %.2f (%d of %d queries)\n", share(r.Answered, r.Answerable), r.Answered, r.Answerable)
		fmt.Fprintf(&s, "answer@1 where the first document is right  %.2f (%d of %d)\n", share(r.AnsweredFirst, r.First), r.AnsweredFirst, r.First)
	}
	fmt.Fprintf(&s, "query time p50 %.2f ms, p99 %.2f ms\n", ms(r.Timings.P50), ms(r.Timings.P99))
	return s.String()
}

func share(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Evaluate indexes the corpus of a BEIR folder (Thakur et al., 2021) in a
// temporary directory, as the bot would, and runs its queries: a document
// ranks by its best passage. Times and outlets in a query are words of it here,
// for such a corpus has neither.
func Evaluate(ctx context.Context, dir string, o EvalOptions) (report *EvalReport, err error) {
	if o.K == 0 {
		o.K = 100
	}
	queries, err := eval.LoadQueries(dir)
	if err != nil {
		return nil, err
	}
	qrels, err := eval.LoadQrels(dir)
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp("", "trichdan-eval-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	docs, err := loadDocuments(ctx, dir)
	if err != nil {
		return nil, err
	}
	x, err := Open(ctx, filepath.Join(tmp, "index"), docs, Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	start := time.Now()
	if _, err := x.Update(ctx, o.Progress); err != nil {
		return nil, err
	}
	report = &EvalReport{Indexing: time.Since(start)}
	status, err := x.Status()
	if err != nil {
		return nil, err
	}
	report.Documents, report.Passages = status.Articles, status.Passages
	run := eval.Run{}
	var times []time.Duration
	for _, q := range queries {
		if len(qrels[q.ID]) == 0 {
			continue
		}
		ranking, elapsed, err := x.evaluateRanking(ctx, q.Text, o.K)
		if err != nil {
			return nil, err
		}
		times = append(times, elapsed)
		for i, h := range ranking {
			ranking[i].ID = docs.names[h.ID]
		}
		run[q.ID] = ranking
		if len(q.Answers) > 0 {
			if err := report.answer(ctx, x, docs, q, qrels[q.ID]); err != nil {
				return nil, err
			}
		}
	}
	report.Metrics = eval.Evaluate(run, qrels)
	report.Timings = eval.Summarize(times)
	if o.Run != nil {
		if err := run.WriteTREC(o.Run, "trichdan"); err != nil {
			return nil, err
		}
	}
	return report, nil
}

// evaluateRanking ranks documents, and tells how long that took.
func (x *Index) evaluateRanking(ctx context.Context, text string, k int) ([]eval.Scored, time.Duration, error) {
	start := time.Now()
	z := x.analyzers.Get().(*analyzer)
	defer x.analyzers.Put(z)
	q := parse(z, text, nil, x.now(), false)
	list, _, err := x.rank(ctx, z, q, k)
	elapsed := time.Since(start)
	if err != nil {
		return nil, 0, err
	}
	scored := make([]eval.Scored, len(list))
	for i, h := range list {
		scored[i] = eval.Scored{ID: h.id, Score: h.score}
	}
	return scored, elapsed, nil
}

// answer looks whether the answering sentence contains a gold answer.
func (r *EvalReport) answer(ctx context.Context, x *Index, docs *beir, q eval.Query, relevant map[string]int) error {
	found, err := x.Search(ctx, Query{Text: q.Text, NoFilters: true})
	if err != nil {
		return err
	}
	r.Answerable++
	best := Best(found.Hits)
	if best < 0 {
		return nil
	}
	h := found.Hits[best]
	ok := eval.ContainsAnswer(h.Article.Body[h.Sentence.Start:h.Sentence.End], q.Answers)
	if ok {
		r.Answered++
	}
	if relevant[docs.names[h.Article.ID]] > 0 {
		r.First++
		if ok {
			r.AnsweredFirst++
		}
	}
	return nil
}

// beir is a BEIR corpus as articles, in memory.
type beir struct {
	list  []*corpus.Article
	byID  map[string]*corpus.Article
	names map[string]string // the corpus's own IDs by article ID
}

func loadDocuments(ctx context.Context, dir string) (*beir, error) {
	d := &beir{byID: map[string]*corpus.Article{}, names: map[string]string{}}
	for doc, err := range eval.LoadCorpus(dir) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		a := &corpus.Article{
			ID: corpus.NewID("", doc.ID), Seq: corpus.Seq(len(d.list) + 1), Revision: 1,
			Title: source.Clean(doc.Title), Body: strings.TrimSpace(source.Clean(doc.Text)),
		}
		if d.byID[a.ID] != nil {
			return nil, fmt.Errorf("document %s stands twice in the corpus", doc.ID)
		}
		d.list = append(d.list, a)
		d.byID[a.ID] = a
		d.names[a.ID] = doc.ID
	}
	return d, nil
}

func (d *beir) After(_ context.Context, seq corpus.Seq) iter.Seq2[*corpus.Article, error] {
	return func(yield func(*corpus.Article, error) bool) {
		for _, a := range d.list[min(int(seq), len(d.list)):] {
			if !yield(a, nil) {
				return
			}
		}
	}
}

func (d *beir) Last(context.Context) (corpus.Seq, error) { return corpus.Seq(len(d.list)), nil }

func (d *beir) Articles(_ context.Context, ids []string) (map[string]*corpus.Article, error) {
	m := make(map[string]*corpus.Article, len(ids))
	for _, id := range ids {
		if a := d.byID[id]; a != nil {
			m[id] = a
		}
	}
	return m, nil
}

func (d *beir) Revision(_ context.Context, id string, _ int) (*corpus.Article, error) {
	if a := d.byID[id]; a != nil {
		return a, nil
	}
	return nil, fmt.Errorf("no document %s", id)
}

func (d *beir) Outlets(context.Context) ([]string, error) { return nil, nil }
