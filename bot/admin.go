package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"trichdan/bot/chat"
	"trichdan/corpus"
)

// Admins are the admins on one platform.
type Admins struct {
	Users []string // the platform's IDs of people
	Roles []string // the platform's IDs of roles that make one an admin
}

// admin reports whether the person may use the commands of admins. It is asked
// at every call: what a platform shows or hides protects nothing.
func (b *Bot) admin(r chat.Request) bool {
	a := b.admins[r.Platform]
	return r.User != "" && slices.Contains(a.Users, r.User) ||
		slices.ContainsFunc(r.Roles, func(role string) bool { return role != "" && slices.Contains(a.Roles, role) })
}

// audit writes a line of the audit log. An admin's command is not refused
// because the log cannot be written, but the operator learns of it.
func (b *Bot) audit(ctx context.Context, r chat.Request, allowed bool, note string) {
	a := chat.Audit{Ref: r.Ref, User: r.User, Command: strings.ToLower(r.Command), Text: r.Text, Allowed: allowed, Note: note, At: b.now()}
	if err := b.ledger.PutAudit(ctx, a); err != nil {
		b.log.Error("audit log", "error", err)
	}
	if !allowed {
		b.log.Warn("admin command refused", "platform", r.Platform, "chat", r.Chat, "user", r.User, "command", a.Command)
	}
}

// Status is how all of it is doing.
type Status struct {
	Version             string
	Started             time.Time
	Memory              uint64 // of the process, in bytes
	Articles, Withdrawn int
	Newest              corpus.Date // of the newest article
	Behind              int         // changes of articles that are not indexed yet
	Platforms           []chat.Status
	Waiting             int // updates accepted and not handled
	Deliveries          DeliveryStatus
	Jobs                []JobStatus
	// The last 24 hours.
	Questions, Answered, Useful, NotUseful, Refused int
}

// status is the answer to /trangthai.
func (b *Bot) status(ctx context.Context, w *words, _ chat.Request) (chat.Message, error) {
	if b.state == nil {
		return chat.Message{Text: w.noStatus}, nil
	}
	s, err := b.state(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	lines := []string{fmt.Sprintf(w.statusArticles, s.Articles, s.Withdrawn, w.when(s.Newest))}
	if s.Behind > 0 {
		lines = append(lines, fmt.Sprintf(w.statusBehind, s.Behind))
	} else {
		lines = append(lines, w.statusCurrent)
	}
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
	lines = append(lines,
		fmt.Sprintf(w.statusDay, s.Questions, s.Answered, s.Useful, s.NotUseful, s.Refused),
		fmt.Sprintf(w.statusWaiting, s.Waiting))
	lines = append(lines, w.jobLines(s)...)
	lines = append(lines,
		fmt.Sprintf(w.statusProcess, s.Version, w.clock(s.Started), s.Memory>>20))
	return chat.Message{Text: strings.Join(lines, "\n"), Buttons: b.parkedButtons(w, s)}, nil
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
