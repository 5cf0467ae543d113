package eval

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"trichdan/index"
)

// Explain writes why the documents of the first places of a query rank where
// they do, and why its relevant ones do, wherever they are. An ID that no
// judged query has is an error.
func Explain(ctx context.Context, dir, id string, w io.Writer, o Options) (err error) {
	c, err := open(ctx, dir, o.Progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	for _, q := range c.queries {
		if q.ID != id {
			continue
		}
		ranking, err := c.index.Explain(ctx, q.Text, max(o.K, 100))
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s  %s\n", q.ID, q.Text)
		for i, e := range ranking {
			name := c.docs.names[e.ID]
			right := c.qrels[q.ID][name] > 0
			if i < explained || right {
				explain(w, i+1, name, right, e)
			}
			delete(c.qrels[q.ID], name)
		}
		for name, grade := range c.qrels[q.ID] {
			if grade > 0 {
				fmt.Fprintf(w, "not among the first %d: %s, relevant\n", max(o.K, 100), name)
			}
		}
		return nil
	}
	return fmt.Errorf("%s has no judged query %q", dir, id)
}

// explained is how many places are explained whoever has them.
const explained = 3

func explain(w io.Writer, place int, name string, right bool, e index.Explained) {
	mark := ""
	if right {
		mark = ", relevant"
	}
	fmt.Fprintf(w, "\n%d. %s  %.2f (first stage: %d.)%s\n", place, name, e.Score, e.First, mark)
	for _, p := range e.Parts {
		if p.Points != 0 {
			fmt.Fprintf(w, "   %+8.2f  %-15s %.3f %s\n", p.Points, p.Name, p.Value, strings.Repeat("▪", int(10*p.Value+0.5)))
		}
	}
}
