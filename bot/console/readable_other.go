//go:build !unix

package console

import (
	"context"
	"os"
)

// readable cannot wait here: the read itself does, and ends with the input.
func readable(ctx context.Context, _ *os.File) error { return ctx.Err() }
