package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"trichdan/bot/chat"
)

// Reload is what reading the folders of articles anew has done.
type Reload struct {
	Added, Changed, Withdrawn, Restored, Unchanged, Duplicates int
	Failures                                                   []string // each names a file and why it was not read
	Elapsed                                                    time.Duration
}

// Progress is how far a reload has come.
type Progress struct {
	Step        Step
	Done, Total int // of what the step counts; Total may grow, and is 0 while it is not known
}

// Step is a part of a reload.
type Step string

// The steps, in their order.
const (
	StepReading  Step = "reading"  // the folders: files
	StepIndexing Step = "indexing" // articles
	StepChecking Step = "checking" // the new generation, before it takes the place of the old one
)

// ErrReloading: a reload goes on longer than somebody could wait for it.
var ErrReloading = errors.New("the reload goes on")

const (
	mostFailures = 5   // that the report names
	failureRunes = 300 // of one of them
	errorRunes   = 500 // of an error, as an admin is told of it
)

// reload is the answer to /naplai.
func (b *Bot) reload(ctx context.Context, w *words, r chat.Request) (chat.Message, string, error) {
	if b.reloadFolders == nil {
		return chat.Message{Text: w.noReload}, "this bot cannot reload", nil
	}
	work := func(ctx context.Context, progress func(Progress)) chat.Message {
		report, err := b.reloadFolders(ctx, progress)
		b.audit(ctx, r, true, reloadNote(ctx, report, err))
		return chat.Message{Text: w.reloadText(ctx, report, err)}
	}
	if r.Passing { // what is not said now is not said at all
		return work(ctx, nil), "", nil
	}
	return w.following(chat.Message{Text: w.reloadBegun}, w.reloadBegun, work), "", nil
}

// goesOn reports whether an error says only that nobody could wait for the end.
func goesOn(ctx context.Context, err error) bool {
	return errors.Is(err, ErrReloading) || ctx.Err() != nil && errors.Is(err, ctx.Err())
}

// reloadText words what came of a reload.
func (w *words) reloadText(ctx context.Context, r Reload, err error) string {
	lines := []string{fmt.Sprintf(w.reloaded, w.count(r.Added), w.count(r.Changed), w.count(r.Withdrawn), w.count(r.Restored), w.count(r.Unchanged), w.took(r.Elapsed))}
	switch {
	case err != nil && goesOn(ctx, err):
		return w.reloading
	case err != nil:
		// Who reloads has logged it. It is an admin who asks: the reason helps.
		lines = []string{fmt.Sprintf(w.reloadFailed, oneLine(err.Error(), errorRunes)), w.reloadAgain}
	}
	return strings.Join(append(lines, w.reportLines(r)...), "\n")
}

// reportLines name what a reload met that was not as it should be.
func (w *words) reportLines(r Reload) []string {
	var lines []string
	if r.Duplicates > 0 {
		lines = append(lines, fmt.Sprintf(w.reloadDuplicates, w.count(r.Duplicates)))
	}
	return append(lines, w.failureLines(r.Failures, len(r.Failures))...)
}

// failureLines name the first of some failures, of n in all.
func (w *words) failureLines(failures []string, n int) []string {
	if n == 0 {
		return nil
	}
	lines := []string{fmt.Sprintf(w.reloadFailures, w.count(n))}
	named := failures[:min(len(failures), mostFailures)]
	for _, f := range named {
		lines = append(lines, "- "+oneLine(w.reason(f), failureRunes))
	}
	if n > len(named) {
		lines = append(lines, fmt.Sprintf(w.moreFailures, n-len(named)))
	}
	return lines
}

// took words a time that something has taken.
func (w *words) took(d time.Duration) string {
	if d >= time.Minute {
		d = d.Round(time.Second)
		return fmt.Sprintf(w.minutes, int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf(w.seconds, strings.Replace(fmt.Sprintf("%.1f", d.Seconds()), ".", w.decimal, 1))
}

// reloadNote is what the audit log says of a reload.
func reloadNote(ctx context.Context, r Reload, err error) string {
	switch {
	case err != nil && goesOn(ctx, err):
		return "goes on"
	case err != nil:
		return "failed: " + oneLine(err.Error(), auditRunes)
	}
	return fmt.Sprintf("added %d, changed %d, withdrawn %d, restored %d, failures %d", r.Added, r.Changed, r.Withdrawn, r.Restored, len(r.Failures))
}
