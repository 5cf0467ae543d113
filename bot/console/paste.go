package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/peterh/liner"

	"trichdan/bot/chat"
)

// endOfPaste is the line that ends a text of many lines.
const endOfPaste = "."

// paste reads a text of many lines on a terminal. given is false if the person
// has thought better of it. The error is that of ctx, or of the terminal.
func (c *Console) paste(ctx context.Context, ed *liner.State) (text string, given bool, err error) {
	if err := c.say(chat.Message{Text: sayPaste}); err != nil {
		return "", false, err
	}
	// A tab in what is pasted is no wish to complete it.
	ed.SetCompleter(func(line string) []string { return []string{line + " "} })
	defer ed.SetCompleter(completer(c.o.Commands))
	var b strings.Builder
	long := false
	for {
		line, err := c.ask(ed, sayPastePrompt)
		switch {
		case ctx.Err() != nil:
			return "", false, ctx.Err()
		case errors.Is(err, liner.ErrPromptAborted):
			_, err := io.WriteString(c.out, "\n")
			return "", false, errors.Join(err, c.say(chat.Message{Text: sayPasteLeft}))
		case err != nil && !errors.Is(err, io.EOF):
			return "", false, fmt.Errorf("read the terminal: %w", err)
		}
		if err != nil || strings.TrimSpace(line) == endOfPaste {
			break
		}
		if long = long || b.Len()+len(line) > MaxLine; !long {
			b.WriteString(line + "\n")
		}
	}
	if long {
		return "", false, c.say(chat.Message{Text: sayPasteLong})
	}
	text = strings.TrimSpace(strings.ToValidUTF8(b.String(), "\uFFFD"))
	if text == "" {
		return "", false, c.say(chat.Message{Text: sayPasteLeft})
	}
	return text, true, nil
}
