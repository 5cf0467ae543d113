package chat

import (
	"context"
	"time"

	"trichdan/corpus/vi"
)

// Update is something that arrived from a platform, as it came.
type Update struct {
	ID   string // the platform's own, the same when it is delivered again
	Body []byte
	// Again says that an earlier process has accepted it, and perhaps begun to
	// handle it.
	Again bool
}

// Journal is what platforms must not forget when the process ends, however it
// ends. *ledger.Ledger is one. What arrives is stored before it is
// acknowledged, and crossed out after it was answered: so nothing is lost, and
// at most what was being answered is answered twice. It is safe for concurrent
// use; errors are those of the disk.
type Journal interface {
	// Accept stores the updates that were never seen and the position behind
	// all of them, in one transaction, and returns those, in order. Position is
	// the platform's own cursor, 0 for one that has none.
	Accept(ctx context.Context, platform string, position int64, updates []Update) (fresh []Update, err error)
	// Position gives the position that was last stored and when; 0 and the zero
	// time if there was none.
	Position(ctx context.Context, platform string) (position int64, at time.Time, err error)
	// Unfinished gives what was accepted and not finished, oldest first, with
	// Again set.
	Unfinished(ctx context.Context, platform string) ([]Update, error)
	// Begin notes that an update that was left unfinished is about to be handled
	// again, and says for which time: the first such is the second. The first
	// time costs nothing.
	Begin(ctx context.Context, platform, id string) (attempt int, err error)
	// Finish notes, in one transaction, that an update is handled and how it was
	// replied to; the zero Reply if it was not. Its body is forgotten.
	Finish(ctx context.Context, platform, id string, r Reply) error

	// SetReply notes a reply while its question is still being handled.
	SetReply(ctx context.Context, r Reply) error
	// ReplyTo gives the ID of the message that replied to a question, "" if none
	// is known.
	ReplyTo(ctx context.Context, ref Ref, question string) (id string, err error)

	// Moved gives all that belongs to one chat to another: its ID has changed.
	Moved(ctx context.Context, from, to Ref) error
	// Closed notes that a chat is closed to the bot, and why: "blocked by user".
	Closed(ctx context.Context, ref Ref, reason string) error
	// Opened notes that a chat is open to the bot, after all or again.
	Opened(ctx context.Context, ref Ref) error

	// Note gives a small value that was stored under a name, "" if none was.
	Note(ctx context.Context, platform, name string) (value string, err error)
	// SetNote stores it.
	SetNote(ctx context.Context, platform, name, value string) error
}

// Reply says which message replied to which.
type Reply struct {
	Ref
	Question string // the platform's ID of the message with the question
	Message  string // of the message that replied
}

// Exchange is a question and what was cited in the answer, or another command
// whose buttons need what it was about.
type Exchange struct {
	// Key names it in buttons.
	Key string
	Ref
	User string
	Lang Lang
	// Command is the name of another command than a question, and Question what
	// followed it.
	Command  string
	Question string
	Cited    []Cited // empty if there was no answer
	At       time.Time
}

// Cited is a quote by its place: Span of the body of that revision.
type Cited struct {
	Article  string
	Revision int
	vi.Span
}

// Feedback is what a person thought of an answer.
type Feedback struct {
	Ref
	User   string
	Useful bool
	// Exchange is the key of the answer. Article and Revision are those of its
	// first citation, which are known also when the exchange is forgotten.
	Exchange string
	Article  string
	Revision int
	At       time.Time
}

// Audit is one line of the audit log: who wanted what of admins' things.
type Audit struct {
	Ref
	User    string
	Command string
	Text    string
	Allowed bool
	Note    string // what came of it
	At      time.Time
}
