package bot

import (
	"context"
	"fmt"
	"time"

	"trichdan/bot/chat"
)

// JobStatus is how a job that runs by the clock is doing.
type JobStatus struct {
	Name    string // "digest", "reload", "prune", or another, shown as it is
	Running bool
	// Started is when the last run began, Ended when the last one that has ended
	// did, Next when it runs next; zero where there is none.
	Started, Ended, Next time.Time
	Problem              string // of the last run that has ended, "" if there was none
}

// DeliveryStatus is how the digests are doing.
type DeliveryStatus struct {
	Subscriptions, Paused  int
	Waiting, Held, Sending int // messages; Held of those that wait for the end of a pause
	OldestWaiting          time.Time
	// The last 24 hours.
	Sent, Unknown, Rejected, Dropped, Repeats int
	// Parked are rejected messages that wait for an admin, and why the last was.
	Parked  int
	Problem string
}

// Parked are messages of digests that a platform has rejected.
type Parked interface {
	// RetryParked has all of them sent again, DiscardParked none. Both return how
	// many there were.
	RetryParked(ctx context.Context) (int, error)
	DiscardParked(ctx context.Context) (int, error)
}

// jobLines tell of jobs and digests.
func (w *words) jobLines(s Status) []string {
	d := s.Deliveries
	lines := []string{
		fmt.Sprintf(w.statusSubscriptions, d.Subscriptions, d.Paused),
		fmt.Sprintf(w.statusDeliveries, d.Waiting, d.Held, d.Sending, d.Sent, d.Unknown, d.Rejected, d.Dropped, d.Repeats),
	}
	if !d.OldestWaiting.IsZero() {
		lines = append(lines, fmt.Sprintf(w.statusOldest, w.clock(d.OldestWaiting)))
	}
	if d.Parked > 0 {
		lines = append(lines, fmt.Sprintf(w.statusParked, d.Parked, chat.CleanLine(chat.Cut(d.Problem, 200))))
	}
	for _, j := range s.Jobs {
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
			lines = append(lines, fmt.Sprintf(w.statusJobFailed, name, w.clock(j.Ended), chat.CleanLine(chat.Cut(j.Problem, 300))))
		case j.Ended.IsZero():
			lines = append(lines, fmt.Sprintf(w.statusJobNext, name, next))
		default:
			lines = append(lines, fmt.Sprintf(w.statusJob, name, w.clock(j.Ended), next))
		}
	}
	return lines
}

// parkedButtons are for an admin who is told of rejected digests.
func (b *Bot) parkedButtons(w *words, s Status) [][]chat.Button {
	if s.Deliveries.Parked == 0 || b.parked == nil {
		return nil
	}
	return [][]chat.Button{{
		{Text: w.retryButton, Data: button{verb: retryParked}.String()},
		{Text: w.discardButton, Data: button{verb: discardParked}.String()},
	}}
}

// settleParked does what an admin wants of rejected digests.
func (b *Bot) settleParked(ctx context.Context, w *words, r chat.Request, verb string) (chat.Message, error) {
	allowed := b.admin(r)
	r.Command = "trangthai"
	r.Text = map[string]string{retryParked: "retry", discardParked: "discard"}[verb]
	b.audit(ctx, r, allowed, "")
	if !allowed {
		return chat.Message{Notice: w.adminsOnly}, nil
	}
	if b.parked == nil {
		return chat.Message{Notice: w.nothingParked}, nil
	}
	settle, said := b.parked.RetryParked, w.retried
	if verb == discardParked {
		settle, said = b.parked.DiscardParked, w.discarded
	}
	n, err := settle(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	if n == 0 {
		return chat.Message{Notice: w.nothingParked}, nil
	}
	return chat.Message{Notice: fmt.Sprintf(said, n)}, nil
}
