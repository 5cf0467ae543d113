package summary

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// rouge are the F1 of ROUGE-1, ROUGE-2 and ROUGE-L (Lin, "ROUGE: a package
// for automatic evaluation of summaries", 2004), in per cent: of syllables,
// pairs of them, and the longest common subsequence of the whole texts.
type rouge [3]float64

var rougeWord = regexp.MustCompile(`[\pL\pN_]+`)

func rougeWords(s string) []string {
	return rougeWord.FindAllString(strings.ToLower(norm.NFC.String(s)), -1)
}

func rougeOf(summary, reference string) rouge {
	a, b := rougeWords(summary), rougeWords(reference)
	return rouge{
		f1(overlap(a, b, 1), len(a), len(b)),
		f1(overlap(a, b, 2), len(a)-1, len(b)-1),
		f1(common(a, b), len(a), len(b)),
	}
}

func f1(both, a, b int) float64 {
	if both == 0 {
		return 0
	}
	return 200 * float64(both) / float64(a+b)
}

// overlap counts the n-grams that two texts share.
func overlap(a, b []string, n int) int {
	counts := map[string]int{}
	for i := range max(0, len(b)-n+1) {
		counts[strings.Join(b[i:i+n], " ")]++
	}
	shared := 0
	for i := range max(0, len(a)-n+1) {
		key := strings.Join(a[i:i+n], " ")
		if counts[key] > 0 {
			counts[key]--
			shared++
		}
	}
	return shared
}

// common is the length of the longest common subsequence.
func common(a, b []string) int {
	ids := map[string]int32{}
	number := func(words []string) (list []int32) {
		for _, w := range words {
			if _, ok := ids[w]; !ok {
				ids[w] = int32(len(ids))
			}
			list = append(list, ids[w])
		}
		return list
	}
	n, _ := longestCommon(number(a), number(b), nil)
	return n
}

func TestRouge(t *testing.T) {
	tests := []struct {
		summary, reference string
		want               rouge
	}{
		{"", "một hai", rouge{}},
		{"một", "một", rouge{100, 0, 100}},
		{"Một, hai.", "một HAI", rouge{100, 100, 100}},
		// 3 of 4 and 6 syllables; "hai ba" of 3 and 5 pairs; "một hai ba" in order.
		{"một x hai ba", "một hai ba bốn năm sáu", rouge{60, 25, 60}},
		{"hai một", "một hai", rouge{100, 0, 50}},
		{"một một một", "một", rouge{50, 0, 50}},
	}
	for _, tt := range tests {
		if got := rougeOf(tt.summary, tt.reference); got != tt.want {
			t.Errorf("rougeOf(%q, %q) = %v, want %v", tt.summary, tt.reference, got, tt.want)
		}
	}
}
