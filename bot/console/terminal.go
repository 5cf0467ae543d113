package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/peterh/liner"

	"trichdan/bot/chat"
)

// maxRemembered is the longest line, in bytes, that the history keeps: the
// library cannot read back a file that has lines of 4096 bytes.
const maxRemembered = 1000

// converse is Receive on a terminal.
func (c *Console) converse(ctx context.Context, h chat.Handler) (err error) {
	ed, closeEditor, err := newEditor(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := closeEditor(); err == nil {
			err = closeErr
		}
	}()
	ed.SetCtrlCAborts(true)
	ed.SetTabCompletionStyle(liner.TabPrints)
	ed.SetCompleter(completer(c.o.Commands))
	c.recall(ed)
	defer c.remember(ed)

	if err := c.say(c.greeting()); err != nil {
		return err
	}
	for {
		if _, err := io.WriteString(c.out, "\n"); err != nil {
			return err
		}
		c.prompting(true)
		line, err := ed.Prompt(sayPrompt)
		c.prompting(false)
		switch {
		case ctx.Err() != nil:
			c.endLine()
			return ctx.Err()
		case errors.Is(err, io.EOF), errors.Is(err, liner.ErrPromptAborted):
			c.endLine()
			return nil
		case err != nil:
			return fmt.Errorf("read the terminal: %w", err)
		}
		line = strings.TrimSpace(strings.ToValidUTF8(line, "\uFFFD"))
		if line == "" {
			continue
		}
		if len(line) <= maxRemembered {
			ed.AppendHistory(line)
		}
		if left, err := c.one(ctx, h, line, len(line) <= MaxLine); left || err != nil {
			return err
		}
	}
}

// prompting notes whether the cursor stands behind the prompt: then the next
// message needs no empty line before it, and one that comes meanwhile puts the
// prompt after itself.
func (c *Console) prompting(open bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.prompt, c.written = open, false
}

// endLine ends the line on which the prompt stands, so that the shell's does
// not follow it there. If that fails the terminal is gone.
func (c *Console) endLine() { _, _ = io.WriteString(c.out, "\n") }

// completer completes the names of commands.
func completer(commands []string) liner.Completer {
	names := slices.Concat(commands, leave)
	slices.Sort(names)
	names = slices.Compact(names)
	return func(line string) []string {
		typed, ok := strings.CutPrefix(line, "/")
		if !ok {
			return nil
		}
		var found []string
		for _, n := range names {
			if strings.HasPrefix(n, strings.ToLower(typed)) {
				found = append(found, "/"+n+" ")
			}
		}
		return found
	}
}

// recall reads the history. Without it the conversation goes on all the same.
func (c *Console) recall(ed *liner.State) {
	if c.o.History == "" {
		return
	}
	f, err := os.Open(c.o.History)
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			c.log.Warn("read the history", "error", err)
		}
		return
	}
	defer f.Close()
	if _, err := ed.ReadHistory(f); err != nil {
		c.log.Warn("read the history", "file", c.o.History, "error", err)
	}
}

// remember writes the history, in place of the one before only when it is
// complete.
func (c *Console) remember(ed *liner.State) {
	if c.o.History == "" {
		return
	}
	if err := writeHistory(c.o.History, ed); err != nil {
		c.log.Warn("keep the history", "error", err)
	}
}

func writeHistory(name string, ed *liner.State) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".history-*") // with mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = ed.WriteHistory(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
