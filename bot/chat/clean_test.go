package chat_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"trichdan/bot/chat"
	"trichdan/bot/chattest"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct{ in, clean, line string }{
		{"", "", ""},
		{"Hà Nội, 5% “trích” 👩‍👩‍👧", "Hà Nội, 5% “trích” 👩‍👩‍👧", "Hà Nội, 5% “trích” 👩‍👩‍👧"},
		{"a\tb\nc", "a b\nc", "a b c"},
		{"a\r\nb", "a\ufffd\nb", "a\ufffd b"},
		{"\x1b[31m\x00\x07\x7f\u0085\u009b", "\ufffd[31m\ufffd\ufffd\ufffd\ufffd\ufffd", "\ufffd[31m\ufffd\ufffd\ufffd\ufffd\ufffd"},
		{"a\u202eb\u2066c\u200fd\u061ce", "a\ufffdb\ufffdc\ufffdd\ufffde", "a\ufffdb\ufffdc\ufffdd\ufffde"},
		{"a\u2028b\u2029c", "a\ufffdb\ufffdc", "a\ufffdb\ufffdc"},
		{"a\u200bb\ufeffc\u2060d\u00ade", "a\ufffdb\ufffdc\ufffdd\ufffde", "a\ufffdb\ufffdc\ufffdd\ufffde"},
		{"a\xffb\xe1\xbb", "a\ufffdb\ufffd\ufffd", "a\ufffdb\ufffd\ufffd"},
		{"tiếng\u00a0Việt", "tiếng\u00a0Việt", "tiếng\u00a0Việt"},
	} {
		if got := chat.Clean(tt.in); got != tt.clean {
			t.Errorf("Clean(%q): got %q, want %q", tt.in, got, tt.clean)
		}
		if got := chat.CleanLine(tt.in); got != tt.line {
			t.Errorf("CleanLine(%q): got %q, want %q", tt.in, got, tt.line)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, m := range chattest.Nasty()[:40] {
		f.Add(m.Text)
	}
	f.Add("\xff\t\x80")
	f.Fuzz(func(t *testing.T, s string) {
		got := chat.Clean(s)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, chat.UnsafeRune) {
			t.Fatalf("Clean(%q) is not clean: %q", s, got)
		}
		if chat.Clean(got) != got {
			t.Fatalf("%q is cleaned again, to %q", got, chat.Clean(got))
		}
		if utf8.RuneCountInString(got) != utf8.RuneCountInString(s) {
			t.Fatalf("%q has another number of characters than %q", got, s)
		}
		if strings.Contains(chat.CleanLine(s), "\n") {
			t.Fatalf("%q has a line break", chat.CleanLine(s))
		}
	})
}

// TestClosers: behind a text and its closers the direction is what it was
// before. direction is of the rules X1 to X8 of Unicode Standard Annex #9, in
// their own words, with their limit of depth.
func TestClosers(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"chữ \u200e\u200f", ""},
		{"\u202eabc", "\u202c"},
		{"\u202eabc\u202c", ""},
		{"\u2067abc", "\u2069"},
		{"\u202a\u202b\u202d\u2066\u2067\u2068", "\u2069\u2069\u2069\u202c\u202c\u202c"},
		{"\u2066\u202ea\u2069", ""},             // ends the override inside
		{"\u202e\u2066a\u202c", "\u2069\u202c"}, // does not end the override outside
		{"\u202c\u2069", ""},
		{"\u202ea\nb", ""}, // a paragraph ends all
	} {
		if got := chat.Closers(tt.text); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
	marks := rapid.SampledFrom([]rune("ab \n\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f"))
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(marks, 0, rapid.SampledFrom([]int{5, 40, 400}).Draw(t, "most")).Draw(t, "text"))
		line := "“" + text + "”" + chat.Closers(text)
		if d := direction(line); d != 0 {
			t.Fatalf("%q leaves %d levels open", line, d)
		}
	})
}

// direction gives how many embeddings and isolates are open at the end of a
// text, those beyond the greatest depth included.
func direction(text string) int {
	const maxDepth = 125
	type status struct {
		level   int
		isolate bool
	}
	stack := []status{{}}
	var overflowIsolates, overflowEmbeddings, validIsolates int
	push := func(rightToLeft, isolate bool) {
		level := stack[len(stack)-1].level
		if next := level + 1; next%2 == 1 == rightToLeft {
			level = next
		} else {
			level += 2
		}
		switch {
		case level <= maxDepth && overflowIsolates == 0 && overflowEmbeddings == 0:
			stack = append(stack, status{level, isolate})
			if isolate {
				validIsolates++
			}
		case isolate:
			overflowIsolates++
		case overflowIsolates == 0:
			overflowEmbeddings++
		}
	}
	for _, r := range text {
		switch r {
		case '\u202a', '\u202d':
			push(false, false)
		case '\u202b', '\u202e':
			push(true, false)
		case '\u2066', '\u2068':
			push(false, true)
		case '\u2067':
			push(true, true)
		case '\u2069': // X6a
			switch {
			case overflowIsolates > 0:
				overflowIsolates--
			case validIsolates > 0:
				overflowEmbeddings = 0
				for !stack[len(stack)-1].isolate {
					stack = stack[:len(stack)-1]
				}
				stack = stack[:len(stack)-1]
				validIsolates--
			}
		case '\u202c': // X7
			switch {
			case overflowIsolates > 0:
			case overflowEmbeddings > 0:
				overflowEmbeddings--
			case !stack[len(stack)-1].isolate && len(stack) >= 2:
				stack = stack[:len(stack)-1]
			}
		case '\n': // X8
			stack, overflowIsolates, overflowEmbeddings, validIsolates = stack[:1], 0, 0, 0
		}
	}
	return len(stack) - 1 + overflowIsolates + overflowEmbeddings
}
