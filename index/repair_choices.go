package index

import (
	"strings"
	"unicode/utf8"

	"trichdan/corpus/vi"
)

// How likely a word is to be typed as it was, if another one was meant; what was
// typed as it was meant is worth 1. One set of values for all corpora: a
// fifth of keysLeft or a third of leastBare changes less than one word in a
// hundred.
const (
	keysLeft   = 0.05  // a key of an input method was not taken
	alsoBare   = 0.02  // and other marks of the same syllable were not typed
	slipped    = 0.005 // a slip of the fingers
	leastBare  = 0.003 // a question with diacritics lacks those of one word
	plainShare = 0.25  // of the syllables of Vietnamese text have no diacritics
)

// How sure a reading of a word must be to be taken: it is as likely right as
// this number says. A question without diacritics is searched for as it stands,
// too, and so risks less.
const (
	sureEnough = 0.8
	likely     = 0.5
	// hasty is the share of syllables without their diacritics from which on a
	// word that the corpus does not have is taken for one of them.
	hasty = 0.25
)

// accepted reports whether the best choice is sure enough. A question that was
// typed with care is changed only for what the corpus has beside one of the
// neighbours; three letters and the keys in them are no foreign word.
func (r *repairer) accepted(w *word) bool {
	best := w.choices[w.best]
	paired := w.pairs[0] > 0 || w.pairs[1] > 0
	switch {
	case len(w.choices) == 1:
		return true
	case r.bare && (best.mistake == NoMarks || best.mistake == ""):
		return best.sure >= likely
	case best.mistake == LeftKeys && utf8.RuneCountInString(best.text) > 2:
		return best.sure >= likely
	case best.mistake == "":
		return true
	case best.mistake == NoMarks && w.unknown && r.dropped > hasty:
		return best.sure >= sureEnough
	}
	return best.sure >= sureEnough && paired
}

// read lists what each word of a question may stand for, and reports whether
// any may stand for something else than it is.
func (r *repairer) read(terms []term) (open bool, err error) {
	at := make([]int, len(terms)) // the word of each term
	skip := 0
	plain, marked := 0.0, 0.0
	for i, t := range terms {
		if t.whole {
			skip = max(skip, t.End)
			continue
		}
		at[i] = len(r.words)
		w := word{Span: t.Span, typed: t.text}
		w.fixed = t.Start < skip || i > 0 && terms[i-1].Start == t.Start || i+1 < len(terms) && terms[i+1].Start == t.Start
		w.marked = vi.HasDiacritics(t.text)
		if w.marked {
			marked++
		} else if vi.IsSyllable(t.text, true) {
			plain++
		}
		r.words = append(r.words, w)
	}
	r.dropped = 1
	if marked > 0 {
		n := plain + marked
		r.dropped = max(leastBare, (plain-plainShare*n)/((1-plainShare)*n+4))
	}
	pairs(terms, func(_, j int) { r.words[at[j]].joined = true })
	for i := range r.words {
		if err := r.choose(i); err != nil {
			return false, err
		}
		w := &r.words[i]
		open = open || len(w.choices) > 1 || w.choices[0].text != w.typed
	}
	return open, nil
}

// choose lists what one word may stand for.
func (r *repairer) choose(i int) error {
	w := &r.words[i]
	keep, err := r.model.newChoice(w.typed, "", 1)
	if err != nil {
		return err
	}
	w.choices, w.unknown = append(w.choices, keep), keep.count == 0
	if w.fixed || w.marked && !w.unknown || strings.Trim(w.typed, "0123456789") == "" {
		return nil
	}
	if !w.marked && vi.IsSyllable(w.typed, true) {
		known, err := r.known(i)
		if err != nil || known {
			return err
		}
		if err := r.offer(w, vi.Spellings(w.typed), NoMarks, r.dropped); err != nil {
			return err
		}
		if len(w.choices) > 1 {
			if r.bare && w.unknown {
				w.choices = w.choices[1:]
			}
			w.bare = true
			w.choices = mostCommon(w.choices)
			return nil
		}
	}
	if !w.unknown && vi.IsSyllable(w.typed, false) {
		return nil
	}
	typed := vi.FromKeys(w.typed)
	if err := r.offer(w, typed, LeftKeys, keysLeft); err != nil {
		return err
	}
	for _, s := range typed {
		for _, e := range vi.Spellings(vi.Fold(s)) {
			if e != s && vi.Extends(e, s) {
				if err := r.offer(w, []string{e}, LeftKeys, keysLeft*alsoBare); err != nil {
					return err
				}
			}
		}
	}
	if len(w.choices) == 1 && w.unknown && !vi.IsSyllable(w.typed, r.bare) {
		if err := r.offer(w, slips(w.typed, r.bare), Misspelled, slipped); err != nil {
			return err
		}
	}
	w.choices = mostCommon(w.choices)
	return nil
}

// offer adds to what a word may stand for those of the syllables that the
// corpus has.
func (r *repairer) offer(w *word, list []string, mistake Mistake, prior float64) error {
	for _, s := range list {
		if s == w.typed {
			continue
		}
		c, err := r.model.newChoice(s, mistake, prior)
		if err != nil {
			return err
		}
		if c.count > 0 {
			w.choices = append(w.choices, c)
		}
	}
	return nil
}

// known reports whether a word without diacritics stands as it is beside one of
// its neighbours in the corpus, in a question that has its diacritics.
func (r *repairer) known(i int) (bool, error) {
	if r.dropped > leastBare {
		return false, nil
	}
	w := r.words[i]
	if w.joined {
		n, err := r.model.pair(r.words[i-1].typed, w.typed)
		if n > 0 || err != nil {
			return true, err
		}
	}
	if i+1 < len(r.words) && r.words[i+1].joined {
		n, err := r.model.pair(w.typed, r.words[i+1].typed)
		return n > 0, err
	}
	return !w.joined, nil
}
