package bot

import (
	"context"
	"slices"
	"strings"

	"trichdan/bot/chat"
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

// auditRunes is how much of what followed a command the audit log keeps: it may
// be a whole article.
const auditRunes = 100

// audit writes a line of the audit log. An admin's command is not refused
// because the log cannot be written, but the operator learns of it.
func (b *Bot) audit(ctx context.Context, r chat.Request, allowed bool, note string) {
	a := chat.Audit{Ref: r.Ref, User: r.User, Command: strings.ToLower(r.Command), Text: auditText(r), Allowed: allowed, Note: note, At: b.now()}
	// What was done is noted also if nobody waits for the answer any more.
	if err := b.ledger.PutAudit(context.WithoutCancel(ctx), a); err != nil {
		b.log.Error("audit log", "error", err)
	}
	if !allowed {
		b.log.Warn("admin command refused", "platform", r.Platform, "chat", r.Chat, "user", r.User, "command", a.Command)
	}
}

// auditText is the beginning of what followed a command, and the names of the
// files that came with it.
func auditText(r chat.Request) string {
	text := chat.Cut(r.Text, auditRunes)
	for _, f := range r.Files {
		text = strings.TrimSpace(text + " [" + oneLine(f.Name, auditRunes) + "]")
	}
	return text
}

// adminRun does what an admin wants. note says what came of it, for the audit
// log; where that is "" the message's Follow notes it.
type adminRun func(b *Bot, ctx context.Context, w *words, r chat.Request) (m chat.Message, note string, err error)

// asAdmin does what was allowed, and notes what came of it.
func asAdmin(do adminRun) run {
	return func(b *Bot, ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
		m, note, err := do(b, ctx, w, r)
		if err != nil {
			note = "failed: " + oneLine(err.Error(), auditRunes)
		}
		if note != "" {
			b.audit(ctx, r, true, note)
		}
		return m, err
	}
}

// adminPress does what a button of admins says. In the audit log it is the
// command, with text behind it.
func (b *Bot) adminPress(ctx context.Context, w *words, r chat.Request, command, text string, do adminRun) (chat.Message, error) {
	r.Command, r.Text = command, text
	allowed := b.admin(r)
	b.audit(ctx, r, allowed, "")
	if !allowed {
		return chat.Message{Notice: w.adminsOnly}, nil
	}
	return asAdmin(do)(b, ctx, w, r)
}
