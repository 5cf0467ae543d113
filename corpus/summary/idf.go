package summary

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// idfText lists the commoner syllables of news by their inverse document
// frequency, ln(articles/articles with the syllable), rounded to halves but never 0: a
// line for each value, the value first. It was counted over the 14,791
// articles that the weights were learned from (see weights.go); syllables of
// fewer than 20 articles are left out.
//
//go:embed idf.txt
var idfText string

const (
	rareIDF   = 8.0 // of a syllable that is not in the table
	numberIDF = 5.0 // of anything that begins with a digit
)

// idfTable is the table as read from idfText.
var idfTable = sync.OnceValue(func() map[string]float64 {
	table := map[string]float64{}
	for line := range strings.Lines(idfText) {
		words := strings.Fields(line)
		value, err := strconv.ParseFloat(words[0], 64)
		if err != nil {
			panic(err) // the file is part of the program: a test would have met it
		}
		for _, w := range words[1:] {
			table[w] = value
		}
	}
	return table
})

// idf is how much a word in normal form tells about an article.
func idf(word string) float64 {
	if '0' <= word[0] && word[0] <= '9' {
		return numberIDF
	}
	if v, ok := idfTable()[word]; ok {
		return v
	}
	return rareIDF
}
