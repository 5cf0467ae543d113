package bot

import (
	"fmt"
	"strings"
	"testing"

	"trichdan/corpus"
)

// BenchmarkDigest makes digests for 200 topics over a window of 50 new articles
// in a corpus of 2,000. An operation is one tick: all topics, none asked for
// before.
func BenchmarkDigest(b *testing.B) {
	var articles []*corpus.Article
	var topics []string
	for i := range 2000 {
		articles = append(articles, news(b, "VOV", "2024-11-01", fmt.Sprintf("Chuyện số %d", i), tale(i, i, i%20 == 0)))
	}
	for i := range 200 {
		words := strings.Fields(articles[1900+i%100].Body)
		topics = append(topics, strings.Join(words[i%50:i%50+3], " "))
	}
	l := newLibrary(b, articles[:1950]...)
	after := l.cursor(b)
	l.put(b, articles[1950:]...)
	upTo := l.cursor(b)
	stories := 0
	for b.Loop() {
		l.bot.windows.list = nil
		stories = 0
		for _, topic := range topics {
			d, err := l.bot.Digest(b.Context(), DigestQuery{After: after, UpTo: upTo, Topic: topic})
			if err != nil {
				b.Fatal(err)
			}
			stories += d.Stories
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(topics)), "µs/topic")
	b.ReportMetric(float64(stories)/float64(len(topics)), "stories/topic")
}
