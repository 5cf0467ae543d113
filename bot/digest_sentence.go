package bot

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/corpus"
	"trichdan/corpus/summary"
	"trichdan/corpus/vi"
)

// tellingAttempts is how often a summary is made anew without the sentences of
// it that cannot be quoted as they are.
const tellingAttempts = 4

// telling chooses the sentences that sum up a story, at most quotedSentences,
// among those that can be read alone. Where there are none of these it gives
// what sums up best all the same.
func telling(articles []*corpus.Article) []summary.Sentence {
	first := summary.OfStory(articles, quotedSentences)
	var best []summary.Sentence
	left := articles
	for list, n := first, 1; len(list) > 0; n++ {
		kept := alone(articles, list)
		if len(kept) > len(best) {
			best = kept
		}
		if len(kept) == len(list) || n == tellingAttempts {
			break
		}
		left = blanked(left, list, kept)
		list = summary.OfStory(left, quotedSentences)
	}
	if len(best) == 0 {
		return first
	}
	return best
}

// blanked are the articles with blanks in the place of the sentences that are
// in list and not in kept: what else they say stays where it is.
func blanked(articles []*corpus.Article, list, kept []summary.Sentence) []*corpus.Article {
	articles = slices.Clone(articles)
	for _, s := range list {
		if slices.Contains(kept, s) {
			continue
		}
		a := *articles[s.Article]
		a.Body = a.Body[:s.Start] + strings.Repeat(" ", s.End-s.Start) + a.Body[s.End:]
		articles[s.Article] = &a
	}
	return articles
}

// alone are those of a summary that can be read without what surrounds them:
// short enough to be quoted whole, ended, and not leaning on a sentence before
// that is not quoted.
func alone(articles []*corpus.Article, list []summary.Sentence) []summary.Sentence {
	var kept []summary.Sentence
	for _, s := range list {
		body := articles[s.Article].Body
		text := strings.TrimSpace(body[s.Start:s.End])
		if utf8.RuneCountInString(text) > quotedRunes || !ended(text) {
			continue
		}
		if n := len(kept); leans(text) && !(n > 0 && kept[n-1].Article == s.Article &&
			kept[n-1].End <= s.Start && strings.TrimSpace(body[kept[n-1].End:s.Start]) == "") {
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

// ended reports whether a sentence has an end, which headings, bylines and
// captions mostly have not.
func ended(text string) bool {
	text = strings.TrimRightFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("”\"’'»)]", r)
	})
	last, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".!?…", last)
}

// leanings begin sentences that go on from the one before.
var leanings = strings.Split("trong đó|theo đó|do đó|vì vậy|vì thế|bởi vậy|do vậy|tuy nhiên|tuy vậy|thế nhưng|nhưng|song|ngoài ra|bên cạnh đó|"+
	"cùng với đó|kèm theo đó|ngược lại|trái lại|mặt khác|hơn nữa|thậm chí|không những thế|không chỉ vậy|cụ thể|chẳng hạn|đồng thời|tương tự|"+
	"trước đó|sau đó|tiếp đó|từ đó|qua đó|nhờ đó|khi đó|lúc đó|tại đó|ở đó|đây là|đó là|đây cũng là|đó cũng là|điều này|điều đó|việc này|việc đó|"+
	"người này|ông này|bà này|vụ việc này|còn|cũng theo|đáp lại|nói cách khác|như vậy|thế là|rồi", "|")

// leans reports whether a sentence can hardly be understood without the one
// before it.
func leans(text string) bool {
	text = strings.TrimLeftFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if r, _ := utf8.DecodeRuneInString(text); unicode.IsLower(r) {
		return true
	}
	words := vi.Normalize(text)
	for _, lead := range leanings {
		if rest, ok := strings.CutPrefix(words, lead); ok {
			if r, _ := utf8.DecodeRuneInString(rest); !unicode.IsLetter(r) {
				return true
			}
		}
	}
	return false
}
