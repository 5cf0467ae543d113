//go:build unix

package console

import (
	"context"
	"io"
	"os"
	"sync"

	"github.com/peterh/liner"
)

// newEditor starts line editing on the terminal of the process. When ctx ends,
// a prompt that is open ends with io.EOF. close gives the terminal back.
//
// The library reads os.Stdin, and such a read cannot be ended. So it gets the
// end of a pipe to read, whose other end a goroutine fills as long as ctx
// lasts; the terminal's modes it sets by file descriptor, which stays.
func newEditor(ctx context.Context) (ed *liner.State, close func() error, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	terminal := os.Stdin
	os.Stdin = r
	ed = liner.NewLiner()
	os.Stdin = terminal
	var pump sync.WaitGroup
	pump.Go(func() {
		// It ends with the terminal or with ctx; the prompt sees the end.
		_, _ = io.Copy(w, &interruptible{r: terminal, ctx: ctx})
		w.Close()
	})
	return ed, func() error {
		cancel()
		r.Close() // ends a write that waits for somebody to read
		pump.Wait()
		return ed.Close()
	}, nil
}
