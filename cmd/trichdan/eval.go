package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"trichdan/corpus/source"
	"trichdan/index/eval"
)

// evalVerb measures retrieval over a BEIR folder, in an index of its own.
type evalVerb struct {
	Dir      string `arg:"" help:"The folder: corpus.jsonl, queries.jsonl, qrels/test.tsv."`
	Run      string `placeholder:"FILE" env:"TRICHDAN_RUN" help:"Write the rankings to FILE, as a TREC run."`
	Refusals string `placeholder:"FILE" env:"TRICHDAN_REFUSALS" help:"Measure instead how well unanswerable questions are told: ask again without the passages that answer, among passages of FILE's articles."`
	Explain  string `placeholder:"ID" env:"TRICHDAN_EXPLAIN" help:"Do not measure: tell why documents rank where they do for the query with this ID."`
	K        string `placeholder:"N" env:"TRICHDAN_K" help:"How many documents of a ranking to keep. Default: 100."`

	Leftovers string `placeholder:"N" env:"TRICHDAN_LEFTOVERS" help:"Ask with keys of Telex or VNI left in N of 100 words with diacritics, always in the same ones. N:telex or N:vni takes one of the two, N one of them for each query."`
}

// maxK bounds the length of a ranking.
const maxK = 10_000

func (v *evalVerb) k() (int, error) {
	if v.K == "" {
		return 100, nil
	}
	return strconv.Atoi(v.K)
}

func (v *evalVerb) problems() []string {
	var list []string
	if k, err := v.k(); err != nil || k < 1 || k > maxK {
		list = append(list, fmt.Sprintf("--k (TRICHDAN_K) is %q: want a number from 1 to %d", v.K, maxK))
	}
	if _, err := v.leftovers(); err != nil {
		list = append(list, fmt.Sprintf("--leftovers (TRICHDAN_LEFTOVERS) is %v", err))
	}
	return list
}

func (v *evalVerb) leftovers() (eval.Leftovers, error) {
	if v.Leftovers == "" {
		return eval.Leftovers{}, nil
	}
	return eval.ParseLeftovers(v.Leftovers)
}

func (v *evalVerb) run(ctx context.Context, c *config) (err error) {
	k, err := v.k()
	if err != nil {
		return err
	}
	if err := isFolder(v.Dir); err != nil {
		return err
	}
	leftovers, err := v.leftovers()
	if err != nil {
		return err
	}
	p := newProgress(c.err)
	o := eval.Options{K: k, Leftovers: leftovers, Progress: p.step("indexing documents")}
	if v.Explain != "" {
		var out strings.Builder
		err := eval.Explain(ctx, v.Dir, v.Explain, &out, o)
		p.clear()
		if err == nil {
			_, err = io.WriteString(c.out, out.String())
		}
		return err
	}
	if v.Run != "" {
		f, err := os.Create(v.Run)
		if err != nil {
			return fmt.Errorf("cannot write the run: %w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		o.Run = f
	}
	if v.Refusals != "" {
		return v.refusals(ctx, c, p)
	}
	report, err := eval.Measure(ctx, v.Dir, o)
	p.clear()
	if err != nil {
		return err
	}
	_, err = io.WriteString(c.out, report.String())
	return err
}

// isFolder is an error where a collection cannot be.
func isFolder(dir string) error {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("%s is not a folder: want one with corpus.jsonl, queries.jsonl and qrels/test.tsv", dir)
	}
	return nil
}

// distractors is how many passages the questions are asked among.
const distractors = 5000

// refusals measures how well the confidence in answers tells which are none.
func (v *evalVerb) refusals(ctx context.Context, c *config, p *progress) error {
	others := source.All(ctx, os.DirFS(filepath.Dir(v.Refusals)), source.File{Path: filepath.Base(v.Refusals)})
	report, err := eval.MeasureRefusals(ctx, v.Dir, others, distractors, p.step("indexing documents"))
	p.clear()
	if err != nil {
		return err
	}
	_, err = io.WriteString(c.out, report.String())
	return err
}
