package main

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"trichdan/jobs"
)

// shownFailures is how many failures are named where nobody asked for the
// report.
const shownFailures = 10

// printReport writes a report in full.
func printReport(w io.Writer, r jobs.Report) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%.1f s)\n", counts(r, true), r.Elapsed.Round(100*time.Millisecond).Seconds())
	for _, d := range r.Duplicates {
		of := d.OfPath
		if of == "" {
			of = d.Of
		}
		fmt.Fprintf(&b, "duplicate: %s: the same article as %s\n", d.Path, of)
	}
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "failed: %s: %s\n", f.Path, oneLine(f.Err))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// sayReport tells the operator what changed and what failed, if anything did.
func sayReport(w io.Writer, r jobs.Report) {
	changed, failed := reportLines(r)
	for _, line := range slices.Concat(changed, failed) {
		say(w, line)
	}
}

// logReport does the same in the log.
func logReport(log *slog.Logger, r jobs.Report) {
	changed, failed := reportLines(r)
	for _, line := range changed {
		log.Info(line)
	}
	for _, line := range failed {
		log.Warn(line)
	}
}

// reportLines says what changed, and names some of what failed.
func reportLines(r jobs.Report) (changed, failed []string) {
	if r.Added+r.Changed+r.Withdrawn+r.Restored+len(r.Failures) == 0 {
		return nil, nil
	}
	for i, f := range r.Failures {
		if i == shownFailures {
			failed = append(failed, fmt.Sprintf("and %d more: see trichdan reload", len(r.Failures)-i))
			break
		}
		failed = append(failed, fmt.Sprintf("not read: %s: %s", f.Path, oneLine(f.Err)))
	}
	return []string{"articles: " + counts(r, false)}, failed
}

// counts are the numbers of a report, those that are 0 only in full.
func counts(r jobs.Report, full bool) string {
	var parts []string
	for _, c := range []struct {
		n    int
		name string
	}{
		{r.Added, "added"}, {r.Changed, "changed"}, {r.Withdrawn, "withdrawn"}, {r.Restored, "restored"},
		{r.Unchanged, "unchanged"}, {len(r.Duplicates), "duplicate"}, {len(r.Failures), "failed"},
	} {
		if full || c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.name))
		}
	}
	return strings.Join(parts, ", ")
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
