package summary

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Features of a sentence.
const (
	sentenceBias = iota
	inversePlace
	logPlace
	relativePlace
	lastPlace
	lastButOne
	logLength
	logLengthSquared
	lengthToMean
	titleRecall
	titlePrecision
	titleCosine
	titlePairs
	titleNames
	titleNew
	titleOrder
	titleToBest
	titleBest
	titleRank
	centroidCover
	centroidCosine
	meanIDF
	newWords
	newNames
	repeatedPairs
	quotation
	question
	unfinished
	smallLetter
	commas
	connective
	anaphor
	firstPerson
	attribution
	sentenceFeatures
)

// sentenceVectors are the features of all sentences.
func (t *text) sentenceVectors() [][sentenceFeatures]float64 {
	vectors := make([][sentenceFeatures]float64, len(t.sentences))
	central := t.central()
	total := 1e-9
	for _, v := range central {
		total += v
	}
	best := map[*title]float64{}
	for i := range t.sentences {
		s := &t.sentences[i]
		best[s.title] = max(best[s.title], s.recall)
	}
	var row []int
	for i := range t.sentences {
		s := &t.sentences[i]
		f := &vectors[i]
		n, place := float64(len(s.seq)), float64(s.place)
		f[sentenceBias] = 1
		f[inversePlace] = 1 / (1 + place)
		f[logPlace] = math.Log1p(place)
		f[relativePlace] = place / float64(s.of)
		f[lastPlace] = indicator(s.place == s.of-1)
		f[lastButOne] = indicator(s.place == s.of-2)
		f[logLength] = math.Log1p(n)
		f[logLengthSquared] = f[logLength] * f[logLength]
		f[lengthToMean] = n / s.meanLen

		var information, cosine, cover, centroid, fresh, titled, titledFresh float64
		for _, id := range s.words {
			w := &t.words[id]
			information += w.idf
			cover += central[id]
			centroid += w.idf * t.centroid[id]
			first := w.first == s.place
			if first {
				fresh += w.idf
			}
			if s.title.words[id] {
				cosine += w.idf * w.idf
				titled += w.idf
				if first {
					titledFresh += w.idf
				}
			}
		}
		named := 0.0
		for _, id := range s.words {
			named += indicator(s.title.names[id])
		}
		pairs := 0.0
		for _, id := range s.pairs {
			if s.title.pairs[id] {
				p := t.pairs[id]
				pairs += t.words[p.a].idf + t.words[p.b].idf
			}
		}
		f[titleRecall] = s.recall
		f[titlePrecision] = titled / (information + 1e-9)
		f[titleCosine] = cosine / (s.norm*s.title.norm + 1e-9)
		f[titlePairs] = pairs / (s.title.pairsI + 1e-9)
		f[titleNames] = named / float64(len(s.title.names)+1)
		f[titleNew] = titledFresh / (s.title.idf + 1e-9)
		var common int
		common, row = longestCommon(s.title.seq, s.seq, row)
		f[titleOrder] = float64(common) / float64(len(s.title.seq)+1)
		f[titleToBest] = s.recall / (best[s.title] + 1e-9)
		f[titleBest] = indicator(s.recall == best[s.title])
		f[titleRank] = math.Log1p(float64(t.rank(i)))
		f[centroidCover] = cover / total
		f[centroidCosine] = centroid / (s.norm*t.centroidNorm + 1e-9)
		f[meanIDF] = information / (float64(len(s.words)) + 1e-9)
		f[newWords] = fresh / (information + 1e-9)
		names := 0.0
		for _, id := range s.names {
			names += indicator(t.words[id].first == s.place)
		}
		f[newNames] = names
		f[repeatedPairs] = float64(s.repeated) / (n + 1)
		cues(s.raw, f)
	}
	return vectors
}

// central is the weight of each word as a topic of the text: how many
// sentences have it, over how common it is. A word of one sentence has none.
func (t *text) central() []float64 {
	weights := make([]float64, len(t.words))
	for i := range t.words {
		if w := &t.words[i]; w.sentences > 1 {
			weights[i] = math.Log(w.sentences) * w.idf
		}
	}
	return weights
}

// rank is how many sentences of the same article agree more with its headline
// than sentence i.
func (t *text) rank(i int) int {
	s := &t.sentences[i]
	n := 0
	for k := i - s.place; k < i-s.place+s.of; k++ {
		if t.sentences[k].recall > s.recall {
			n++
		}
	}
	return n
}

// longestCommon is the length of the longest common subsequence. It uses row,
// and returns it for the next call.
func longestCommon(a, b []int32, row []int) (int, []int) {
	if len(row) < len(a)+1 {
		row = make([]int, len(a)+1)
	}
	clear(row)
	for _, w := range b {
		diagonal := 0
		for k, v := range a {
			up := row[k+1]
			if v == w {
				row[k+1] = diagonal + 1
			} else {
				row[k+1] = max(up, row[k])
			}
			diagonal = up
		}
	}
	return row[len(a)], row
}

// cues fills the features that the wording gives.
func cues(raw string, f *[sentenceFeatures]float64) {
	lower := strings.ToLower(raw)
	first, _ := utf8.DecodeRuneInString(raw)
	last, _ := utf8.DecodeLastRuneInString(raw)
	f[quotation] = indicator(strings.ContainsAny(raw, "\"“”«»"))
	f[question] = indicator(last == '?')
	f[unfinished] = indicator(unicode.IsLetter(last) || last == ')' || last == ':')
	f[smallLetter] = indicator(unicode.IsLower(first) || first == '(')
	f[commas] = math.Log1p(float64(strings.Count(raw, ",")))
	f[connective] = indicator(startsWith(lower, connectives))
	f[anaphor] = indicator(startsWith(lower, anaphors))
	f[firstPerson] = indicator(containsAny(lower, firstPersons))
	f[attribution] = indicator(containsAny(lower, attributions))
}

// Cue words. A sentence that begins with a connective or an anaphor leans on
// what stands before it.
var (
	connectives = []string{
		"tuy nhiên", "tuy vậy", "thế nhưng", "nhưng", "song", "mặc dù vậy", "dù vậy",
		"bên cạnh đó", "ngoài ra", "đồng thời", "cũng", "hơn nữa", "và", "còn",
		"trong khi đó", "trước đó", "sau đó", "lúc này", "tại đây", "khi đó", "từ đó", "đến nay",
		"do đó", "vì vậy", "vì thế", "do vậy", "chính vì", "như vậy",
		"đặc biệt", "trong đó", "theo đó", "cụ thể", "chẳng hạn", "ví dụ", "hiện", "khi",
	}
	anaphors = []string{
		"anh", "chị", "ông", "bà", "họ", "cô", "nó", "em", "đây", "đó", "này",
		"điều này", "điều đó", "việc này", "vụ việc", "sự việc", "người này", "những", "các",
	}
	firstPersons = []string{" tôi ", " mình ", " chúng ta ", "“tôi ", "\"tôi "}
	attributions = []string{" cho biết", " cho hay", " chia sẻ", " nói ", " khẳng định"}
)

// startsWith reports whether s begins with one of the phrases, as a whole.
func startsWith(s string, phrases []string) bool {
	for _, p := range phrases {
		if rest, ok := strings.CutPrefix(s, p); ok {
			if r, _ := utf8.DecodeRuneInString(rest); !unicode.IsLetter(r) {
				return true
			}
		}
	}
	return false
}

func containsAny(s string, phrases []string) bool {
	for _, p := range phrases {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}
