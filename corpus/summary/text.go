package summary

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// text is an article, or the articles of a story, as numbers.
type text struct {
	sentences []sentence
	words     []word
	pairs     []pair
	// centroid is the weight of each word in the sum of the sentences' vectors,
	// and norm its length.
	centroid     []float64
	centroidNorm float64
}

// sentence is one of an article, a candidate for the summary.
type sentence struct {
	vi.Span
	article  int
	raw      string
	place    int     // among the sentences of its article, from 0
	of       int     // how many those are
	meanLen  float64 // words in a sentence of its article, on average
	title    *title
	seq      []int32 // ids of its words, as they stand
	words    []int32 // each once
	pairs    []int32 // each once
	names    []int32 // words with a capital, but for the first word
	repeated int     // pairs that other sentences have too
	norm     float64 // length of the vector of its words' idf
	recall   float64 // share of its headline's information, by idf
}

// word is a syllable, number or foreign word of the text.
type word struct {
	idf       float64
	number    bool
	count     float64 // how often it stands in the text
	sentences float64 // in how many
	capitals  float64 // how often with a capital that no sentence begins with
	seen      int     // the last sentence read that has it, counted from 1
	first     int     // place of the first sentence that has it, in its article
	last      float64 // relative place of the last one
	head      float64 // among the first four sentences of an article, how many have it
	titled    bool    // stands in a headline
	// bestRecall and meanRecall are over the sentences that have the word, of
	// the share of the headline that they cover without it.
	bestRecall, meanRecall float64
}

// pair is two words that stand side by side.
type pair struct {
	a, b      int32
	sentences float64
	seen      int
	first     int
	titled    bool
	recall    float64 // the best share of the headline that a sentence with it covers
}

// title is a headline.
type title struct {
	seq    []int32
	words  map[int32]bool
	pairs  map[int32]bool
	names  map[int32]bool // words with a capital, and numbers, but for the first word
	idf    float64        // sum over words
	norm   float64
	pairsI float64 // sum over pairs
}

// headWords bounds what is read of a headline.
const headWords = 64

// maxSentences is how many sentences of an article are looked at, several
// times those of the longest reports.
const maxSentences = 500

// headSentences are the sentences that open an article.
const headSentences = 4

// newText reads the articles of a story.
func newText(articles []*corpus.Article) *text {
	r := &reader{text: &text{}, ids: map[string]int32{}, pairIDs: map[[2]int32]int32{}}
	for i, a := range articles {
		r.article(i, a)
	}
	r.measure()
	return r.text
}

// reader makes a text.
type reader struct {
	*text
	ids     map[string]int32
	pairIDs map[[2]int32]int32
	tokens  []vi.Token
	turn    int // sentences read
}

func (r *reader) word(s string) int32 {
	id, ok := r.ids[s]
	if !ok {
		id = int32(len(r.words))
		r.ids[s] = id
		r.words = append(r.words, word{idf: idf(s), number: '0' <= s[0] && s[0] <= '9', first: -1})
	}
	return id
}

func (r *reader) pair(a, b int32) int32 {
	id, ok := r.pairIDs[[2]int32{a, b}]
	if !ok {
		id = int32(len(r.pairs))
		r.pairIDs[[2]int32{a, b}] = id
		r.pairs = append(r.pairs, pair{a: a, b: b, first: -1})
	}
	return id
}

// article reads one article.
func (r *reader) article(n int, a *corpus.Article) {
	t := r.title(a)
	r.tokens = vi.AppendTokens(r.tokens[:0], a.Body)
	tokens := r.tokens
	spans := sentences(a.Body)
	spans = spans[:min(len(spans), maxSentences)]
	total := 0
	from := len(r.sentences)
	for i, span := range spans {
		s := sentence{Span: span, article: n, raw: a.Body[span.Start:span.End], place: i, of: len(spans), title: t}
		end := 0
		for end < len(tokens) && tokens[end].Start < span.End {
			end++
		}
		r.read(&s, tokens[:end], a.Body)
		tokens = tokens[end:]
		total += len(s.seq)
		r.sentences = append(r.sentences, s)
	}
	for i := from; i < len(r.sentences); i++ {
		r.sentences[i].meanLen = float64(total)/float64(len(spans)) + 1
	}
}

// read fills a sentence from its tokens.
func (r *reader) read(s *sentence, tokens []vi.Token, body string) {
	r.turn++
	s.seq = make([]int32, 0, len(tokens))
	s.words = make([]int32, 0, len(tokens))
	s.pairs = make([]int32, 0, len(tokens))
	for _, k := range tokens {
		if k.Whole {
			continue
		}
		id := r.word(k.Text)
		w := &r.words[id]
		w.count++
		if len(s.seq) > 0 {
			if c, _ := utf8.DecodeRuneInString(body[k.Start:]); unicode.IsUpper(c) {
				w.capitals++
				s.names = append(s.names, id)
			}
			if !k.Break {
				p := r.pair(s.seq[len(s.seq)-1], id)
				if r.pairs[p].seen != r.turn {
					r.pairs[p].seen = r.turn
					s.pairs = append(s.pairs, p)
				}
			}
		}
		if w = &r.words[id]; w.seen != r.turn {
			w.seen = r.turn
			s.words = append(s.words, id)
		}
		s.seq = append(s.seq, id)
	}
	for _, id := range s.words {
		w := &r.words[id]
		w.sentences++
		w.last = max(w.last, float64(s.place)/float64(s.of))
		if w.first < 0 || s.place < w.first {
			w.first = s.place
		}
		if s.place < headSentences {
			w.head++
		}
		s.norm += w.idf * w.idf
		if s.title.words[id] {
			s.recall += w.idf / s.title.idf
		}
	}
	s.norm = math.Sqrt(s.norm)
	for _, id := range s.pairs {
		p := &r.pairs[id]
		p.sentences++
		p.recall = max(p.recall, s.recall)
		if p.first < 0 || s.place < p.first {
			p.first = s.place
		}
	}
}

// title reads a headline. One that was made from the beginning of the text
// says nothing about it.
func (r *reader) title(a *corpus.Article) *title {
	t := &title{words: map[int32]bool{}, pairs: map[int32]bool{}, names: map[int32]bool{}}
	if a.TitleDerived {
		return t
	}
	for _, k := range vi.Tokens(a.Title) {
		if k.Whole {
			continue
		}
		if len(t.seq) == headWords {
			break
		}
		id := r.word(k.Text)
		w := &r.words[id]
		w.titled = true
		if !t.words[id] {
			t.words[id] = true
			t.idf += w.idf
			t.norm += w.idf * w.idf
		}
		if len(t.seq) > 0 {
			if c, _ := utf8.DecodeRuneInString(a.Title[k.Start:]); unicode.IsUpper(c) || unicode.IsDigit(c) {
				t.names[id] = true
			}
			if !k.Break {
				before := t.seq[len(t.seq)-1]
				p := r.pair(before, id)
				r.pairs[p].titled = true
				if !t.pairs[p] {
					t.pairs[p] = true
					t.pairsI += r.words[before].idf + w.idf
				}
			}
		}
		t.seq = append(t.seq, id)
	}
	t.norm = math.Sqrt(t.norm)
	return t
}

// measure fills what depends on all sentences.
func (r *reader) measure() {
	r.centroid = make([]float64, len(r.words))
	for i := range r.sentences {
		s := &r.sentences[i]
		for _, id := range s.words {
			w := &r.words[id]
			recall := s.recall
			if s.title.words[id] {
				recall -= w.idf / s.title.idf
			}
			w.bestRecall = max(w.bestRecall, recall)
			w.meanRecall += recall / w.sentences
			r.centroid[id] += w.idf / s.norm
		}
		for _, id := range s.pairs {
			if r.pairs[id].sentences > 1 {
				s.repeated++
			}
		}
	}
	for _, v := range r.centroid {
		r.centroidNorm += v * v
	}
	r.centroidNorm = math.Sqrt(r.centroidNorm)
}

// sentences are those of a body. Text that was broken into lines at every
// full stop is torn behind abbreviations and initials ("chị Tr. | trở về"):
// what goes on with a small letter, or with a parenthesis behind an initial,
// is joined again.
func sentences(body string) []vi.Span {
	spans := vi.Sentences(body)
	kept := spans[:0]
	for _, s := range spans {
		if n := len(kept); n > 0 && torn(body[kept[n-1].Start:kept[n-1].End], body[s.Start:s.End]) {
			kept[n-1].End = s.End
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

// torn reports whether next goes on with the sentence before it.
func torn(before, next string) bool {
	head := strings.TrimRight(before, ".")
	if len(head) == len(before) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(next)
	if first != '(' {
		return unicode.IsLower(first)
	}
	initial := head[strings.LastIndexAny(head, " .(")+1:]
	capital, _ := utf8.DecodeRuneInString(initial)
	return unicode.IsUpper(capital) && utf8.RuneCountInString(initial) <= initialRunes
}

// initialRunes is the length of the longest initial: "Kh", "Thg".
const initialRunes = 3
