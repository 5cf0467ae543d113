package bot

import (
	"context"
	"time"

	"trichdan/bot/chat"
)

// Records are what is kept of questions, for statistics, and what a person can
// have deleted; *ledger.Ledger is one.
type Records interface {
	PutQuestion(ctx context.Context, q chat.Question) error
	// Usage tells of the questions and the feedback since a time, by days of a
	// zone, with at most limit questions in each list.
	Usage(ctx context.Context, since time.Time, zone *time.Location, limit int) (chat.Usage, error)
	// Stored counts what is stored about a person, and Forget deletes it, but for
	// the audit log, and says what it has deleted.
	Stored(ctx context.Context, p chat.Person) (chat.Stored, error)
	Forget(ctx context.Context, p chat.Person) (chat.Stored, error)
}
