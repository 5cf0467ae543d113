package index

import (
	"cmp"
	"slices"

	"trichdan/corpus/vi"
)

// model is a language model of the corpus: how likely a syllable is behind
// another one. It counts the passages that have a pair, and not its
// occurrences. Counts are smoothed with a
// Dirichlet prior (MacKay and Peto, "A hierarchical Dirichlet language model",
// 1995): where there are few, the syllable by itself decides.
type model struct {
	counts *frequencies
	terms  float64 // of all articles
}

const (
	// dirichlet is the weight of the prior, in passages. From 30 to 300 the
	// model restores the same diacritics in all but one of a hundred words.
	dirichlet = 50
	// unseen is the count of a syllable that the corpus does not have.
	unseen = 0.001
	// inQuestions is how often, in a question, the first syllable of a wording
	// such as "là gì" is followed by the second, beside what the corpus says.
	inQuestions = 0.05
	// leastAsked is the least count of a syllable of such a wording.
	leastAsked = 0.3
)

// choice is what a word may stand for.
type choice struct {
	text    string  // a syllable in normal form
	mistake Mistake // "" for what was typed
	prior   float64
	own     float64 // how likely it is by itself
	count   float64
	sure    float64 // how likely it is in its place; all choices of a word sum to 1
}

// word is a word of a question, with what it may stand for.
type word struct {
	vi.Span
	typed   string // in normal form
	marked  bool   // has diacritics
	bare    bool   // has none, and nor is anything else wrong with it
	unknown bool   // the corpus does not have it
	fixed   bool   // part of an abbreviation or a compound
	joined  bool   // makes a pair with the word before it
	choices []choice
	best    int
	pairs   [2]float64 // with the best of the words before and behind
}

// newChoice weighs what a word may stand for; prior is how likely it is to be
// typed in this way.
func (m *model) newChoice(text string, mistake Mistake, prior float64) (choice, error) {
	n, err := m.counts.syllable(text)
	if err != nil {
		return choice{}, err
	}
	if asked[text] {
		n = max(n, leastAsked)
	}
	return choice{text: text, mistake: mistake, prior: prior, count: n, own: max(n, unseen) / max(m.terms, 1)}, nil
}

// pair is in how many articles two syllables stand side by side; those of the
// wordings of questions, which newspapers seldom print, count as if some had.
func (m *model) pair(left, right string) (float64, error) {
	n, err := m.counts.pair(left, right)
	if err == nil && askedPairs[[2]string{left, right}] {
		var l float64
		l, err = m.counts.syllable(left)
		n += inQuestions * (l + dirichlet)
	}
	return n, err
}

// together reports whether the corpus may have any of a word's choices behind
// any of those of the word before it. One look at the pairs without diacritics
// saves many at those with them.
func (m *model) together(before, w *word) (bool, error) {
	if !before.bare || !w.bare || len(before.choices)*len(w.choices) < 4 || askedFolded[[2]string{before.typed, w.typed}] {
		return true, nil
	}
	n, err := m.counts.foldedPair(before.typed, w.typed)
	return n > 0, err
}

// asked are the syllables of the wordings that make a question, askedPairs those
// of two, with diacritics and without. Longer ones end with one of these.
var asked, askedPairs, askedFolded = func() (single map[string]bool, pairs, folded map[[2]string]bool) {
	single, pairs, folded = map[string]bool{}, map[[2]string]bool{}, map[[2]string]bool{}
	for _, p := range phrases {
		for i, s := range p.syllables {
			single[s] = true
			if i > 0 && len(p.syllables) == 2 {
				pairs[[2]string{p.syllables[i-1], s}] = true
				folded[[2]string{p.folded[i-1], p.folded[i]}] = true
			}
		}
	}
	return single, pairs, folded
}()

// decode finds how likely each choice of each word is by the forward-backward
// algorithm (Baum et al., 1970; Rabiner, "A tutorial on hidden Markov models",
// 1989).
func (m *model) decode(words []word) error {
	steps := make([][]float64, len(words)) // from each choice of a word before to each of its own
	for i := range words {
		w := &words[i]
		if !w.joined {
			continue
		}
		before := &words[i-1]
		steps[i] = make([]float64, 0, len(before.choices)*len(w.choices))
		together, err := m.together(before, w)
		if err != nil {
			return err
		}
		for _, u := range before.choices {
			for _, v := range w.choices {
				p := 1.0
				if len(before.choices)+len(w.choices) > 2 {
					n := 0.0
					if together {
						if n, err = m.pair(u.text, v.text); err != nil {
							return err
						}
					}
					p = v.prior * (n + dirichlet*v.own) / (max(u.count, n) + dirichlet)
				}
				steps[i] = append(steps[i], p)
			}
		}
	}
	forward := make([]float64, 0, 8)
	for i := range words {
		w := &words[i]
		for j := range w.choices {
			v := &w.choices[j]
			if !w.joined {
				v.sure = v.prior * v.own
				continue
			}
			v.sure = 0
			for k := range words[i-1].choices {
				v.sure += forward[k] * steps[i][k*len(w.choices)+j]
			}
		}
		forward = forward[:0]
		sum := 0.0
		for _, v := range w.choices {
			sum += v.sure
		}
		for j := range w.choices {
			w.choices[j].sure /= sum
			forward = append(forward, w.choices[j].sure)
		}
	}
	backward := []float64{}
	for i := len(words) - 1; i >= 0; i-- {
		w := &words[i]
		if i+1 == len(words) || !words[i+1].joined {
			backward = backward[:0]
			for range w.choices {
				backward = append(backward, 1)
			}
		} else {
			next := &words[i+1]
			after := make([]float64, len(w.choices))
			sum := 0.0
			for j := range after {
				for k := range next.choices {
					after[j] += steps[i+1][j*len(next.choices)+k] * backward[k]
				}
				sum += after[j]
			}
			for j := range after {
				after[j] /= sum
			}
			backward = after
		}
		sum := 0.0
		for j := range w.choices {
			w.choices[j].sure *= backward[j]
			sum += w.choices[j].sure
		}
		for j := range w.choices {
			w.choices[j].sure /= sum
		}
		w.best = bestOf(w.choices)
	}
	for i := 1; i < len(words); i++ {
		if l, r := &words[i-1], &words[i]; r.joined && len(l.choices)+len(r.choices) > 2 {
			n, err := m.pair(l.choices[l.best].text, r.choices[r.best].text)
			if err != nil {
				return err
			}
			l.pairs[1], r.pairs[0] = n, n
		}
	}
	return nil
}

func bestOf(list []choice) int {
	best := 0
	for i, c := range list {
		if c.sure > list[best].sure {
			best = i
		}
	}
	return best
}

// mostChoices is how many choices of a word are looked at, those that most
// articles have.
const mostChoices = 12

func mostCommon(list []choice) []choice {
	if len(list) <= mostChoices {
		return list
	}
	slices.SortStableFunc(list, func(a, b choice) int { return cmp.Compare(b.prior*b.own, a.prior*a.own) })
	return list[:mostChoices]
}
