package bot

import (
	"context"
	"fmt"
	"strings"

	"trichdan/bot/chat"
)

// mostErrors is how many errors the answer to /trangthai names.
const mostErrors = 5

// status is the answer to /trangthai: short groups of lines.
func (b *Bot) status(ctx context.Context, w *words, _ chat.Request) (chat.Message, string, error) {
	if b.state == nil {
		return chat.Message{Text: w.noStatus}, "nothing to tell", nil
	}
	s, err := b.state(ctx)
	if err != nil {
		return chat.Message{}, "", err
	}
	var groups []string
	for _, lines := range [][]string{
		w.corpusLines(s), w.platformLines(s),
		{fmt.Sprintf(w.statusDay, s.Questions, s.Answered, s.Useful, s.NotUseful, s.Refused), fmt.Sprintf(w.statusWaiting, s.Waiting)},
		w.deliveryLines(s.Deliveries), w.jobLines(s.Jobs), w.errorLines(s.Errors), w.processLines(s),
	} {
		if len(lines) > 0 {
			groups = append(groups, strings.Join(lines, "\n"))
		}
	}
	return chat.Message{Text: strings.Join(groups, "\n\n"), Buttons: b.parkedButtons(w, s)}, "told", nil
}

// corpusLines tell of articles and of the index.
func (w *words) corpusLines(s Status) []string {
	x := s.Index
	lines := []string{fmt.Sprintf(w.statusArticles, s.Articles, s.Withdrawn, w.when(s.Newest))}
	if s.Behind > 0 {
		lines = append(lines, fmt.Sprintf(w.statusBehind, s.Behind))
	} else {
		lines = append(lines, w.statusCurrent)
	}
	if x.Generation != "" {
		line := fmt.Sprintf(w.statusGeneration, x.Generation, w.count(x.Passages))
		if x.Previous != "" {
			line += " " + fmt.Sprintf(w.statusPrevious, x.Previous)
		}
		lines = append(lines, line)
	}
	if x.Held {
		lines = append(lines, w.statusHeld)
	}
	if x.Building || x.Total > 0 {
		lines = append(lines, w.statusBuilding(percent(x.Done, x.Total)))
	}
	if x.Problem != "" {
		lines = append(lines, fmt.Sprintf(w.statusCheck, oneLine(x.Problem, 300)))
	}
	return lines
}

// platformLines tell of the connections.
func (w *words) platformLines(s Status) []string {
	var lines []string
	for _, p := range s.Platforms {
		name := platformName(p.Platform)
		switch {
		case p.Connected:
			lines = append(lines, fmt.Sprintf(w.statusConnected, name, p.As, w.clock(p.Since)))
		case p.Since.IsZero():
			lines = append(lines, fmt.Sprintf(w.statusConnecting, name))
		default:
			lines = append(lines, fmt.Sprintf(w.statusLost, name, w.clock(p.Since)))
		}
		if p.Problem != "" && !p.Connected {
			lines = append(lines, fmt.Sprintf(w.statusProblem, p.Problem))
		}
	}
	return lines
}

// platformName is how people write a platform's name.
func platformName(platform string) string {
	switch platform {
	case "telegram":
		return "Telegram"
	case "discord":
		return "Discord"
	}
	return platform
}

// deliveryLines tell of subscriptions and the outbox.
func (w *words) deliveryLines(d DeliveryStatus) []string {
	lines := []string{
		fmt.Sprintf(w.statusSubscriptions, d.Subscriptions, d.Paused),
		fmt.Sprintf(w.statusDeliveries, d.Waiting, d.Held, d.Sending, d.Sent, d.Unknown, d.Rejected, d.Dropped, d.Repeats),
	}
	if !d.OldestWaiting.IsZero() {
		lines = append(lines, fmt.Sprintf(w.statusOldest, w.clock(d.OldestWaiting)))
	}
	if d.Parked > 0 {
		lines = append(lines, fmt.Sprintf(w.statusParked, d.Parked, oneLine(d.Problem, 200)))
	}
	return lines
}

// jobLines tell of what runs by the clock.
func (w *words) jobLines(jobs []JobStatus) []string {
	var lines []string
	for _, j := range jobs {
		next := "-"
		if !j.Next.IsZero() {
			next = w.clock(j.Next)
		}
		name := j.Name
		if known := map[string]string{"digest": w.jobDigest, "reload": w.jobReload, "prune": w.jobPrune}[name]; known != "" {
			name = known
		}
		switch {
		case j.Running:
			lines = append(lines, fmt.Sprintf(w.statusJobRunning, name, w.clock(j.Started)))
		case j.Problem != "":
			lines = append(lines, fmt.Sprintf(w.statusJobFailed, name, w.clock(j.Ended), oneLine(j.Problem, 300)))
		case j.Ended.IsZero():
			lines = append(lines, fmt.Sprintf(w.statusJobNext, name, next))
		case j.Next.IsZero():
			lines = append(lines, fmt.Sprintf(w.statusJobOnce, name, w.clock(j.Ended)))
		default:
			lines = append(lines, fmt.Sprintf(w.statusJob, name, w.clock(j.Ended), next))
		}
	}
	return lines
}

// errorLines name the last errors.
func (w *words) errorLines(errors []LoggedError) []string {
	if len(errors) == 0 {
		return []string{w.statusNoErrors}
	}
	lines := []string{w.statusErrors}
	for i, e := range errors {
		if i == mostErrors {
			lines = append(lines, fmt.Sprintf(w.moreFailures, len(errors)-i))
			break
		}
		line := "- " + w.clock(e.At) + ": " + oneLine(e.Text, 150)
		if e.Times > 1 {
			line += " " + fmt.Sprintf(w.statusTimes, e.Times)
		}
		lines = append(lines, line)
	}
	return lines
}

// processLines tell of disk and process.
func (w *words) processLines(s Status) []string {
	var lines []string
	if d := s.Disk; d != (DiskStatus{}) {
		line := fmt.Sprintf(w.statusDisk, w.bytes(d.Corpus), w.bytes(d.Ledger), w.bytes(d.Index))
		if d.Free > 0 {
			line += " " + fmt.Sprintf(w.statusFree, w.bytes(d.Free))
		}
		lines = append(lines, line)
	}
	return append(lines, fmt.Sprintf(w.statusProcess, s.Version, w.clock(s.Started), s.Memory>>20))
}

// bytes words a size with one decimal where it has only one digit before it.
func (w *words) bytes(n int64) string {
	size, unit := float64(n)/(1<<20), "MB"
	if size >= 1000 {
		size, unit = size/1024, "GB"
	}
	text := fmt.Sprintf("%.0f", size)
	if size < 10 {
		text = fmt.Sprintf("%.1f", size)
		text = strings.Replace(text, ".", w.decimal, 1)
	}
	return text + " " + unit
}

// percent is how much is done, " (42%)", or "" where that is not known.
func percent(done, total int) string {
	if total <= 0 {
		return ""
	}
	return fmt.Sprintf(" (%d%%)", 100*min(max(done, 0), total)/total)
}

// count words a number with a separator of thousands: "22.642".
func (w *words) count(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + w.thousands + digits[i:]
	}
	return digits
}
