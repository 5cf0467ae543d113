//go:build !unix

package console

import (
	"context"

	"github.com/peterh/liner"
)

// newEditor starts line editing on the terminal of the process. An open prompt
// ends with the next key, or with the process.
func newEditor(context.Context) (ed *liner.State, close func() error, err error) {
	ed = liner.NewLiner()
	return ed, ed.Close, nil
}
