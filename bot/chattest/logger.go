package chattest

import (
	"io"
	"log/slog"
	"strings"
	"testing"
)

// Logger makes a logger that writes to the test's output, and fails the test
// when a secret is in what it writes.
func Logger(t testing.TB, secrets ...string) *slog.Logger {
	return slog.New(slog.NewTextHandler(&guarded{t, t.Output(), secrets}, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

type guarded struct {
	t       testing.TB
	w       io.Writer
	secrets []string
}

func (g *guarded) Write(line []byte) (int, error) {
	for _, s := range g.secrets {
		if s != "" && strings.Contains(string(line), s) {
			g.t.Errorf("a secret is in the log: %s", strings.ReplaceAll(string(line), s, "(secret)"))
			return len(line), nil
		}
	}
	return g.w.Write(line)
}
