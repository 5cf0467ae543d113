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

// mostFailures is how many failures the answer to /naplai names.
const mostFailures = 5

// reload is the answer to /naplai.
func (b *Bot) reload(ctx context.Context, w *words, _ chat.Request) (chat.Message, error) {
	if b.reloadFolders == nil {
		return chat.Message{Text: w.noReload}, nil
	}
	r, err := b.reloadFolders(ctx, nil)
	switch {
	case errors.Is(err, ErrReloading):
		return chat.Message{Text: w.reloading}, nil
	case err != nil:
		b.log.Error("reload", "error", err)
		// It is an admin who asks: the reason helps.
		return chat.Message{Text: fmt.Sprintf(w.reloadFailed, chat.CleanLine(chat.Cut(err.Error(), 500)))}, nil
	}
	lines := []string{fmt.Sprintf(w.reloaded, r.Added, r.Changed, r.Withdrawn, r.Restored, r.Unchanged, r.Elapsed.Seconds())}
	if r.Duplicates > 0 {
		lines = append(lines, fmt.Sprintf(w.reloadDuplicates, r.Duplicates))
	}
	if len(r.Failures) > 0 {
		lines = append(lines, fmt.Sprintf(w.reloadFailures, len(r.Failures)))
	}
	for i, f := range r.Failures {
		if i == mostFailures {
			lines = append(lines, fmt.Sprintf(w.moreFailures, len(r.Failures)-i))
			break
		}
		lines = append(lines, "- "+chat.CleanLine(chat.Cut(f, 300)))
	}
	return chat.Message{Text: strings.Join(lines, "\n")}, nil
}
