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
		line, err := c.ask(ed, sayPrompt)
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
		left := false
		if r := request(line); taking[strings.ToLower(r.Command)] && r.Text == "" {
			var given bool
			if r.Text, given, err = c.paste(ctx, ed); given && err == nil {
				err = c.answer(ctx, h, r)
			}
		} else {
			left, err = c.one(ctx, h, line, len(line) <= MaxLine)
		}
		if left || err != nil {
			return err
		}
	}
}

// ask reads a line behind a prompt.
func (c *Console) ask(ed *liner.State, prompt string) (string, error) {
	c.prompting(prompt)
	defer c.prompting("")
	return ed.Prompt(prompt)
}

// prompting notes behind which prompt the cursor stands, "" for none: then the
// next message needs no empty line before it, and one that comes meanwhile puts
// the prompt after itself.
func (c *Console) prompting(prompt string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.prompt, c.written = prompt, false
}

// endLine ends the line on which the prompt stands, so that the shell's does
// not follow it there. If that fails the terminal is gone.
func (c *Console) endLine() { _, _ = io.WriteString(c.out, "\n") }

// completer completes the names of commands and, behind one that takes a file,
// of files.
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
		if name, path, ok := strings.Cut(typed, " "); ok && taking[strings.ToLower(name)] {
			for _, f := range completeFile(strings.TrimLeft(path, " ")) {
				found = append(found, "/"+name+" "+f)
			}
			return found
		}
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
