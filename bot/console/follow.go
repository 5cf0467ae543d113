package console

import (
	"context"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/peterh/liner"
	"golang.org/x/term"

	"trichdan/bot/chat"
)

// region is what was written last at the bottom of a terminal and can be written
// over. The zero region is none.
type region struct {
	text string
	rows int // that it takes
}

// live reports whether what was written can be written over.
func (c *Console) live() bool {
	return c.overwrites || StyleOf(c.out, c.o.NoColor).Width > 0 && liner.TerminalSupported()
}

// follow says a message and goes on with it. Where it cannot be changed only its
// last state is said. The error is that of ctx, or of writing.
func (c *Console) follow(ctx context.Context, r chat.Request, m chat.Message) error {
	if !c.live() {
		last, err := chat.Last(ctx, m)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			last = c.failed(r, err)
		case last.Empty():
			last = m
		}
		return c.say(last)
	}
	defer c.release()
	err := c.replace(m)
	if err != nil {
		return err
	}
	var unwritten error
	err = chat.Follow(ctx, m, func(_ context.Context, m chat.Message, _ bool) error {
		unwritten = c.replace(m)
		return unwritten
	}, c.log)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return c.replace(c.failed(r, err))
	}
	return unwritten
}

// failed logs that what follows an answer has failed, and gives the words for it.
func (c *Console) failed(r chat.Request, err error) chat.Message {
	c.log.Error("what follows an answer", "command", r.Command, "error", err)
	return chat.Message{Text: sayFailed}
}

// replace writes a message over what was written last, if that can be, so that
// it can be written over itself. Of an empty one nothing is written.
func (c *Console) replace(m chat.Message) error {
	if m.Empty() && m.Notice == "" {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.region.erased()
	if before == "" && c.written {
		before = "\n"
	}
	c.region, c.written = c.regionOf(m), true
	_, err := io.WriteString(c.out, before+drawn(m, StyleOf(c.out, c.o.NoColor)))
	return err
}

// release lets what was written last stand as it is.
func (c *Console) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.region = region{}
}

// erased gives what takes a region from the terminal, the cursor behind it.
func (g region) erased() string {
	if g.rows == 0 {
		return ""
	}
	return "\x1b[" + strconv.Itoa(g.rows) + "A\r\x1b[J"
}

// regionOf is what a message takes of the terminal; none if a part of it scrolls
// away.
func (c *Console) regionOf(m chat.Message) region {
	style := StyleOf(c.out, c.o.NoColor)
	g := region{text: drawn(m, style)}
	columns, height := style.Width+1, 0
	if f, ok := c.out.(*os.File); ok {
		if w, h, err := term.GetSize(int(f.Fd())); err == nil {
			columns, height = w, h
		}
	}
	for line := range strings.Lines(g.text) {
		g.rows += rowsOf(plain(strings.TrimSuffix(line, "\n")), columns)
	}
	if height > 0 && g.rows >= height {
		return region{}
	}
	return g
}

// rowsOf is how many rows of so many columns a line takes.
func rowsOf(line string, columns int) int {
	if columns < 2 {
		return 1
	}
	return max(1, (widths.StringWidth(line)+columns-1)/columns)
}

// plain takes the escape sequences of Render out of a line.
func plain(line string) string {
	return strings.NewReplacer(bold, "", dim, "", notBold, "").Replace(line)
}

// drawn is what Render writes.
func drawn(m chat.Message, s Style) string {
	var b strings.Builder
	_ = Render(&b, m, s) // a strings.Builder takes all that is written
	return b.String()
}
