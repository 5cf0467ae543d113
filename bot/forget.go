package bot

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"

	"trichdan/bot/chat"
	"trichdan/corpus/vi"
)

// The verbs of the buttons of /quentoi.
const (
	confirmForget = "f"
	cancelForget  = "k"
)

// personKey names a person in a button, so that nobody presses it for another:
// 80 bits of a hash, in lower-case base 32.
func personKey(r chat.Request) string {
	h := sha256.Sum256([]byte(person(r)))
	return strings.ToLower(base32.StdEncoding.EncodeToString(h[:10]))
}

// forgetMe is the answer to /quentoi: what is stored about the person, and
// buttons that delete it, or, with a word behind it, what these buttons do.
func (b *Bot) forgetMe(ctx context.Context, w *words, r chat.Request) (chat.Message, error) {
	switch p, instead := b.whose(w, r); {
	case instead != "":
		return chat.Message{Text: instead}, nil
	default:
		switch vi.Fold(strings.TrimSpace(r.Text)) {
		case "xacnhan", "confirm":
			return b.forget(ctx, r, p)
		case "bo", "cancel":
			return chat.Message{Text: w.kept}, nil
		}
		s, err := b.records.Stored(ctx, p)
		if err != nil {
			return chat.Message{}, err
		}
		return w.storedMessage(r, s), nil
	}
}

// whose gives the person who asks, or says why nothing is stored about them.
func (b *Bot) whose(w *words, r chat.Request) (p chat.Person, instead string) {
	switch {
	case r.Passing:
		return p, w.pageForgets
	case b.records == nil:
		return p, w.nothingStored
	case r.User == "":
		return p, w.hiddenPerson
	}
	p = chat.Person{Platform: r.Platform, User: r.User}
	if r.Direct {
		p.Direct = r.Ref
	}
	return p, ""
}

// storedMessage says what is stored, and asks whether it shall be.
func (w *words) storedMessage(r chat.Request, s chat.Stored) chat.Message {
	lines := w.storedLines(s)
	if len(lines) == 0 {
		return chat.Message{Text: w.noneStored(s)}
	}
	lines = append([]string{w.storedTitle}, lines...)
	if !r.Direct {
		lines = append(lines, w.groupStays)
	}
	command, confirm, keep := "/quentoi ", "xacnhan", "bo"
	if w.lang == chat.English {
		command, confirm, keep = "/forgetme ", "confirm", "cancel"
	}
	return chat.Message{
		Text: stacked(strings.Join(lines, "\n"), w.auditKept(s), w.forgetAsk),
		Buttons: [][]chat.Button{{
			{Text: w.forgetButton, Data: button{verb: confirmForget, exchange: personKey(r)}.String(), Command: command + confirm},
			{Text: w.keepButton, Data: button{verb: cancelForget, exchange: personKey(r)}.String(), Command: command + keep},
		}},
	}
}

// storedLines name what is stored, or was.
func (w *words) storedLines(s chat.Stored) []string {
	var lines []string
	for _, part := range []struct {
		n    int
		text string
	}{{s.Questions, w.storedQuestions}, {s.Feedback, w.storedFeedback}, {s.Subscriptions, w.storedSubscriptions}} {
		if part.n > 0 {
			lines = append(lines, "- "+fmt.Sprintf(part.text, w.count(part.n)))
		}
	}
	if s.Settings {
		lines = append(lines, "- "+w.storedSettings)
	}
	return lines
}

// noneStored says that nothing is stored that could be deleted.
func (w *words) noneStored(s chat.Stored) string {
	if s.Audit == 0 {
		return w.nothingStored
	}
	return fmt.Sprintf(w.onlyAudit, w.count(s.Audit))
}

// auditKept says that the audit log is kept, "" to those who are not in it.
func (w *words) auditKept(s chat.Stored) string {
	if s.Audit == 0 {
		return ""
	}
	return fmt.Sprintf(w.storedAudit, w.count(s.Audit))
}

// forget deletes what is stored about a person.
func (b *Bot) forget(ctx context.Context, r chat.Request, p chat.Person) (chat.Message, error) {
	s, err := b.records.Forget(ctx, p)
	if err != nil {
		return chat.Message{}, err
	}
	w := b.words(ctx, r) // the language of the chat may be deleted too
	lines := w.storedLines(s)
	if len(lines) == 0 {
		return chat.Message{Text: w.noneStored(s)}, nil
	}
	lines = append([]string{w.forgottenTitle}, lines...)
	return chat.Message{Text: stacked(strings.Join(lines, "\n"), w.auditKept(s))}, nil
}

// pressForget does what a button of /quentoi says.
func (b *Bot) pressForget(ctx context.Context, w *words, r chat.Request, d button) (chat.Message, error) {
	if d.exchange != personKey(r) {
		return chat.Message{Notice: w.notYourButton}, nil
	}
	p, instead := b.whose(w, r)
	if instead != "" {
		return chat.Message{Notice: instead}, nil
	}
	if d.verb == cancelForget {
		return chat.Message{Text: w.kept, Update: true}, nil
	}
	m, err := b.forget(ctx, r, p)
	m.Update = err == nil
	return m, err
}
