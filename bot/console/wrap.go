package console

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// widths measures text in columns. Letters of ambiguous width count one, as
// terminals draw them everywhere but in some East Asian settings.
var widths = &runewidth.Condition{StrictEmojiNeutral: true}

// wrap breaks a line into lines of at most width columns: lines joined by a
// space are the text again. A word that is wider has a line of its own. A
// width below 1 leaves the line whole.
func wrap(text string, width int) []string {
	if width < 1 {
		return []string{text}
	}
	var lines []string
	start, end, used := 0, 0, -1 // of the current line; -1: it has no word yet
	at := 0
	for word := range strings.SplitSeq(text, " ") {
		w := widths.StringWidth(word)
		if used >= 0 && used+1+w > width {
			lines = append(lines, text[start:end])
			start, used = at, -1
		}
		used += 1 + w
		end = at + len(word)
		at = end + 1
	}
	return append(lines, text[start:end])
}
