package bot

import (
	"context"
	"errors"
	"io"

	"trichdan/corpus"
)

// Editor changes the corpus for admins. What it has done when it returns can be
// found, or is not found any more.
type Editor interface {
	// Stage keeps what an admin gave, for a day, and says what was recognised in
	// it; nothing of it is in the corpus yet. The name is that of the file, "" for
	// text that was typed. The same content under the same name has the same key.
	// A refusal is a *RefusedError.
	Stage(ctx context.Context, name string, content io.Reader) (Draft, error)
	// Add writes a draft into the first corpus folder, where it is named by
	// Draft.Path, and reads that; ErrNoDraft if it is not kept any more. It calls
	// progress, unless that is nil, as Options.Reload does. If ctx ends first the
	// error is that of ctx, and the draft is added all the same.
	Add(ctx context.Context, key string, progress func(Progress)) (Added, error)
	// Discard forgets a draft; ErrNoDraft if it is not kept any more.
	Discard(ctx context.Context, key string) error
	// Withdraw and Restore report whether that changed something. The error of
	// Restore is ErrFileGone if no file gives the article any more: the next
	// reload would withdraw it again. It is ErrReloading if the article is restored
	// and can be found when the reload that goes on is done.
	Withdraw(ctx context.Context, id string) (changed bool, err error)
	Restore(ctx context.Context, id string) (changed bool, err error)
	// Withdrawn gives the articles that were withdrawn last, the last first, and
	// how many there are in all.
	Withdrawn(ctx context.Context, limit int) ([]*corpus.Article, int, error)
}

// Draft is what was recognised in what an admin gave.
type Draft struct {
	Key  string // names it: at most 16 lower-case letters and digits
	Path string // of the file that it becomes, in the first corpus folder
	// Articles are the first of those recognised, at most five, with their IDs.
	Articles []*corpus.Article
	// New, Changed and Same count those that the corpus does not have, has
	// otherwise, and has already, under the same ID or with the same text.
	New, Changed, Same int
	// Failures are the first parts of it that cannot be read, each with the
	// reason; Failed counts all.
	Failures []string
	Failed   int
}

// Added is what adding a draft did.
type Added struct {
	// Articles are the first of those that are in the corpus by it, as they are
	// there.
	Articles []*corpus.Article
	Reload   // of the folders, in which the file is
}

// Errors of an Editor.
var (
	ErrNoDraft  = errors.New("the draft is not kept any more")
	ErrFileGone = errors.New("no file gives the article any more")
)

// RefusedError says why what an admin gave is not taken.
type RefusedError struct {
	Reason Refusal
	Detail string // what the reader said, "" where the reason says all
}

func (e *RefusedError) Error() string {
	if e.Detail == "" {
		return "refused: " + string(e.Reason)
	}
	return "refused: " + string(e.Reason) + ": " + e.Detail
}

// Refusal is a reason not to take a file.
type Refusal string

// The refusals.
const (
	RefusedNoFolder Refusal = "no corpus folder" // only the embedded sample is there
	RefusedReadOnly Refusal = "read-only folder" // the folder cannot be written to
	RefusedKind     Refusal = "kind of file"     // neither txt, md, html nor jsonl
	RefusedSize     Refusal = "too large"        // packed or unpacked
	RefusedNotText  Refusal = "not text"         // it says that it is text and is not
	RefusedNothing  Refusal = "no article in it" // nothing was recognised
	RefusedFull     Refusal = "too many waiting" // drafts that nobody has confirmed
)
