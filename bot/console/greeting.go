package console

import (
	"fmt"
	"strconv"
	"strings"

	"trichdan/bot/chat"
)

// greeting opens a conversation on a terminal.
func (c *Console) greeting() chat.Message {
	kept := sayNone
	if c.o.Articles > 0 {
		kept = fmt.Sprintf(sayArticles, thousands(c.o.Articles))
	}
	lines := []string{kept + " " + sayHelp}
	if c.o.Page != "" {
		lines = append(lines, fmt.Sprintf(sayPage, chat.CleanLine(c.o.Page)))
	}
	if c.o.Articles > 0 && len(c.o.Examples) > 0 {
		lines = append(lines, sayTry)
		for _, e := range c.o.Examples {
			lines = append(lines, "  "+chat.CleanLine(e))
		}
	}
	return chat.Message{Text: strings.Join(lines, "\n")}
}

// noInput is the one line for who gives nothing to answer.
func (c *Console) noInput() chat.Message {
	example := sayExample
	if len(c.o.Examples) > 0 {
		example = chat.CleanLine(c.o.Examples[0])
	}
	return chat.Message{Text: fmt.Sprintf(sayNoInput, example)}
}

// thousands writes a number as Vietnamese does: 22.642.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}
