package main

import (
	"context"
	"path/filepath"
	"strings"

	"trichdan/index/eval"
)

// learnVerb learns how the second stage of ranking weighs what it sees, for
// developers: its output is index/rerank_weights.go.
type learnVerb struct {
	Dirs []string `arg:"" name:"dir" help:"Folders: corpus.jsonl, queries.jsonl, qrels/test.tsv. Each counts alike."`
}

func (v *learnVerb) problems() []string { return nil }

func (v *learnVerb) run(ctx context.Context, c *config) error {
	names := make([]string, len(v.Dirs))
	for i, dir := range v.Dirs {
		if err := isFolder(dir); err != nil {
			return err
		}
		names[i] = filepath.Base(dir)
	}
	p := newProgress(c.err)
	weights, err := eval.Learn(ctx, v.Dirs, eval.Options{Progress: p.step("indexing documents")})
	p.clear()
	if err != nil {
		return err
	}
	return eval.WriteWeights(c.out, weights, "trichdan learn "+strings.Join(names, " "))
}
