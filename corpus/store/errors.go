package store

import (
	"errors"

	"trichdan/corpus/sqlite"
)

// ErrNotFound: there is no such article or revision.
var ErrNotFound = errors.New("no such article")

// The errors of the database, for callers that know only the store.
var (
	ErrCorrupt  = sqlite.ErrCorrupt
	ErrNewer    = sqlite.ErrNewer
	ErrFull     = sqlite.ErrFull
	ErrReadOnly = sqlite.ErrReadOnly
	ErrBusy     = sqlite.ErrBusy
)

// wrap says what was being done and, where the class of the error is known,
// what can be done about it.
func wrap(err error, format string, args ...any) error {
	return sqlite.Wrap("corpus store", err, format, args...)
}
