package index

import (
	"encoding/json"
	"fmt"
)

// lengths are the sums that BM25's average lengths come from. Bleve's own
// average counts distinct terms and shifts with every merge, so the index
// keeps the true ones, in the same batch as the documents they count.
type lengths struct {
	Articles       int64 `json:"articles"`
	Passages       int64 `json:"passages"`
	ArticleTerms   int64 `json:"article_terms"`
	ArticleBigrams int64 `json:"article_bigrams"`
	PassageTerms   int64 `json:"passage_terms"`
	PassageBigrams int64 `json:"passage_bigrams"`
}

func (l *lengths) add(m lengths, sign int64) {
	l.Articles += sign * m.Articles
	l.Passages += sign * m.Passages
	l.ArticleTerms += sign * m.ArticleTerms
	l.ArticleBigrams += sign * m.ArticleBigrams
	l.PassageTerms += sign * m.PassageTerms
	l.PassageBigrams += sign * m.PassageBigrams
}

// article is the average length of an article's stream, never 0.
func (l lengths) article(bigram bool) float64 {
	if bigram {
		return average(l.ArticleBigrams, l.Articles)
	}
	return average(l.ArticleTerms, l.Articles)
}

// passage is the average length of a passage's stream, never 0.
func (l lengths) passage(bigram bool) float64 {
	if bigram {
		return average(l.PassageBigrams, l.Passages)
	}
	return average(l.PassageTerms, l.Passages)
}

func average(sum, n int64) float64 {
	if sum <= 0 || n <= 0 {
		return 1
	}
	return float64(sum) / float64(n)
}

func (l lengths) encode() []byte {
	b, err := json.Marshal(l)
	if err != nil {
		panic(err) // six integers always marshal
	}
	return b
}

func decodeLengths(b []byte) (lengths, error) {
	var l lengths
	if err := json.Unmarshal(b, &l); err != nil {
		return lengths{}, fmt.Errorf("lengths: %w", err)
	}
	return l, nil
}
