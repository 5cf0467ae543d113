package eval

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Run is what a system found: query ID -> ranking, best first.
type Run map[string][]Scored

// Scored is a document of a ranking.
type Scored struct {
	ID    string
	Score float64
}

// WriteTREC writes the run in TREC's format, the queries by ID: a line for
// each document, of query ID, Q0, document ID, rank from 1, score and tag, for
// trec_eval and its like. The format cannot hold an ID or a tag that is empty
// or has white space in it, and its readers order by score and refuse
// repeats: a run with such an ID, a repeated document, a score that is not
// finite or a ranking that does not descend is an error.
func (r Run) WriteTREC(w io.Writer, tag string) error {
	if !field(tag) {
		return fmt.Errorf("tag %q: must be one word", tag)
	}
	b := bufio.NewWriter(w)
	for _, query := range slices.Sorted(maps.Keys(r)) {
		if !field(query) {
			return fmt.Errorf("query ID %q: must be one word", query)
		}
		seen := make(map[string]bool, len(r[query]))
		last := math.Inf(1)
		for i, d := range r[query] {
			switch {
			case !field(d.ID):
				return fmt.Errorf("query %s: document ID %q: must be one word", query, d.ID)
			case seen[d.ID]:
				return fmt.Errorf("query %s: document %s is there twice", query, d.ID)
			case math.IsNaN(d.Score) || math.IsInf(d.Score, 0):
				return fmt.Errorf("query %s: document %s: score %v is not finite", query, d.ID, d.Score)
			case d.Score > last:
				return fmt.Errorf("query %s: document %s scores higher than the one before it", query, d.ID)
			}
			seen[d.ID] = true
			last = d.Score
			fmt.Fprintf(b, "%s Q0 %s %d %s %s\n", query, d.ID, i+1, strconv.FormatFloat(d.Score, 'g', -1, 64), tag)
		}
	}
	if err := b.Flush(); err != nil { // the first write that failed
		return fmt.Errorf("write run: %w", err)
	}
	return nil
}

// field reports whether s can stand in a file of fields between white space.
func field(s string) bool {
	f := strings.Fields(s)
	return len(f) == 1 && f[0] == s
}

// ReadTREC reads a run in TREC's format. As in trec_eval the score decides the
// order, whatever the ranks say; documents of one score keep the order of
// their ranks (trec_eval goes by document ID there). An error names the line.
func ReadTREC(r io.Reader) (Run, error) {
	type ranked struct {
		Scored
		rank int
	}
	found := map[string][]ranked{}
	seen := map[[2]string]bool{}
	for l, err := range readLines(r, "run") {
		if err != nil {
			return nil, err
		}
		f := strings.Fields(string(l.text))
		if len(f) != 6 {
			return nil, l.errorf("%d fields, want query ID, Q0, document ID, rank, score and tag", len(f))
		}
		rank, err := strconv.Atoi(f[3])
		if err != nil {
			return nil, l.errorf("rank: %w", err)
		}
		score, err := strconv.ParseFloat(f[4], 64)
		if err != nil {
			return nil, l.errorf("score: %w", err)
		}
		if math.IsNaN(score) || math.IsInf(score, 0) {
			return nil, l.errorf("score %v is not finite", score)
		}
		if seen[[2]string{f[0], f[2]}] {
			return nil, l.errorf("query %s has document %s twice", f[0], f[2])
		}
		seen[[2]string{f[0], f[2]}] = true
		found[f[0]] = append(found[f[0]], ranked{Scored{f[2], score}, rank})
	}
	run := make(Run, len(found))
	for query, documents := range found {
		slices.SortStableFunc(documents, func(a, b ranked) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.rank, b.rank))
		})
		ranking := make([]Scored, len(documents))
		for i, d := range documents {
			ranking[i] = d.Scored
		}
		run[query] = ranking
	}
	return run, nil
}
