package index

// restored is a syllable of a question that was typed without diacritics, with
// those that it should have (repairer). The question stays one without
// diacritics: which they are is never quite sure, and what is written the same
// without them, in the same order, is most often the same. So the folded terms
// decide what a text has of the question, and what they are with their
// diacritics ranks beside them.
type restored struct {
	folded string
	marked string
	sure   float64 // how likely it is
}

// markedShare is what a term with its diacritics gets, where they are sure, of
// the weight of the term; the rest stays with the folded one.
const markedShare = 0.5

// restore gives the terms of a question, folded, their diacritics. The terms are
// those of the list but for what was taken out as a filter: a run of terms, or
// two.
func restore(terms []term, list []restored) {
	take := func(t *term, r restored) bool {
		if t.text != r.folded {
			return false
		}
		t.marked, t.sure = r.marked, r.sure
		return true
	}
	for len(terms) > 0 && len(list) > 0 {
		switch n, m := len(terms)-1, len(list)-1; {
		case terms[0].whole:
			terms = terms[1:]
		case take(&terms[0], list[0]):
			terms, list = terms[1:], list[1:]
		case terms[n].whole:
			terms = terms[:n]
		case take(&terms[n], list[m]):
			terms, list = terms[:n], list[:m]
		default:
			list = list[1:]
		}
	}
}

// withMarks adds the terms with their diacritics to the clauses of the folded
// ones, which they share the weight with. They are no evidence.
func withMarks(z *analyzer, terms []term, clauses []clause) []clause {
	type mark struct {
		text string
		sure float64
	}
	marks := map[string]mark{}
	for _, t := range terms {
		if t.marked != "" {
			marks[t.text] = mark{t.marked, t.sure}
		}
	}
	pairs(terms, func(i, j int) {
		if l, r := terms[i], terms[j]; l.marked != "" && r.marked != "" {
			marks[z.bigram(l.text, r.text)] = mark{z.bigram(l.marked, r.marked), l.sure * r.sure}
		}
	})
	if len(marks) == 0 {
		return clauses
	}
	for i := range clauses {
		folded := &clauses[i]
		m, ok := marks[folded.term]
		if !ok {
			continue
		}
		c := *folded
		c.term, c.loose = m.text, true
		c.article, c.passage = articleSyllables, passageSyllables
		if c.bigram {
			c.article, c.passage = articleBigrams, passageBigrams
		}
		c.weight *= markedShare * m.sure
		folded.weight -= c.weight
		folded.lent = c.weight
		clauses = append(clauses, c)
	}
	return clauses
}
