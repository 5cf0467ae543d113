package vi

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// The head of a sentence, which is kept from mark to mark, is what trimming
// gives each time.
func TestHead(t *testing.T) {
	piece := rapid.SampledFrom([]string{"A", "ă", "I", "1", " ", "(", "…", ".", "“", "\u0301", "\xff", "đ"})
	rapid.Check(t, func(t *rapid.T) {
		l := line{text: strings.Join(rapid.SliceOf(piece).Draw(t, "text"), "")}
		from := 0
		for at := range l.text {
			if got, want := l.head(from, at), strings.TrimFunc(l.text[from:at], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }); got != want {
				t.Fatalf("%q from %d to %d: %q, want %q", l.text, from, at, got, want)
			}
			if rapid.IntRange(0, 4).Draw(t, "ends") == 0 {
				from = at
			}
		}
	})
}

// BenchmarkSentencesHostile has text whose marks end no sentence, of two
// lengths: the time a byte must be the same.
func BenchmarkSentencesHostile(b *testing.B) {
	for _, unit := range []string{"(…", "A. ", "A (…", "I"} {
		for _, n := range []int{1_000, 100_000} {
			text := strings.Repeat(unit, n/len(unit))
			b.Run(unit+"/"+map[bool]string{true: "100k", false: "1k"}[n > 1_000], func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					Sentences(text)
				}
			})
		}
	}
}
