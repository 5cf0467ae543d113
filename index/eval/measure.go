package eval

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

	"golang.org/x/text/unicode/norm"

	"trichdan/corpus"
	"trichdan/index"
)

// Options of an evaluation.
type Options struct {
	K        int            // ranking depth, 0 is 100
	Run      io.Writer      // gets the TREC run, if not nil
	Progress index.Progress // of the indexing
}

// Report is what an evaluation measured.
type Report struct {
	Metrics
	Timings Timings
	// Answerable counts the queries with gold answers; Answered those of them
	// of which the answering sentence contains one. First and AnsweredFirst
	// are the same among queries whose first document is relevant.
	Answerable, Answered, First, AnsweredFirst int
	Documents, Passages                        int
	Indexing                                   time.Duration
}

// String is the report as the command line prints it.
func (r *Report) String() string {
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

// Measure indexes the corpus of a BEIR folder (Thakur et al., 2021) in a
// temporary directory, as the bot would, and runs its queries: a document
// ranks by its best passage. Times and outlets in a query are words of it here,
// for such a corpus has neither.
func Measure(ctx context.Context, dir string, o Options) (report *Report, err error) {
	if o.K == 0 {
		o.K = 100
	}
	queries, err := LoadQueries(dir)
	if err != nil {
		return nil, err
	}
	qrels, err := LoadQrels(dir)
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
	x, err := index.Open(ctx, filepath.Join(tmp, "index"), docs, index.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	start := time.Now()
	if _, err := x.Update(ctx, o.Progress); err != nil {
		return nil, err
	}
	report = &Report{Indexing: time.Since(start)}
	status, err := x.Status()
	if err != nil {
		return nil, err
	}
	report.Documents, report.Passages = status.Articles, status.Passages
	run := Run{}
	var times []time.Duration
	for _, q := range queries {
		if len(qrels[q.ID]) == 0 {
			continue
		}
		begun := time.Now()
		ranking, err := x.Rank(ctx, q.Text, o.K)
		if err != nil {
			return nil, err
		}
		times = append(times, time.Since(begun))
		for _, h := range ranking {
			run[q.ID] = append(run[q.ID], Scored{ID: docs.names[h.ID], Score: h.Score})
		}
		if len(q.Answers) > 0 {
			if err := report.answer(ctx, x, docs, q, qrels[q.ID]); err != nil {
				return nil, err
			}
		}
	}
	report.Metrics = Evaluate(run, qrels)
	report.Timings = Summarize(times)
	if o.Run != nil {
		if err := run.WriteTREC(o.Run, "trichdan"); err != nil {
			return nil, err
		}
	}
	return report, nil
}

// answer looks whether the answering sentence contains a gold answer.
func (r *Report) answer(ctx context.Context, x *index.Index, docs *beir, q Query, relevant map[string]int) error {
	found, err := x.Search(ctx, index.Query{Text: q.Text, NoTime: true, NoOutlet: true})
	if err != nil {
		return err
	}
	r.Answerable++
	best := index.Best(found.Hits)
	if best < 0 {
		return nil
	}
	h := found.Hits[best]
	ok := ContainsAnswer(h.Article.Body[h.Sentence.Start:h.Sentence.End], q.Answers)
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
	d := newBEIR()
	for doc, err := range LoadCorpus(dir) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		a := &corpus.Article{
			ID:    corpus.NewID("", doc.ID),
			Title: norm.NFC.String(doc.Title), Body: strings.TrimSpace(norm.NFC.String(doc.Text)),
		}
		if d.byID[a.ID] != nil {
			return nil, fmt.Errorf("document %s stands twice in the corpus", doc.ID)
		}
		d.add(a, doc.ID)
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
