package index

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"trichdan/corpus/vi"
)

// Repair is a word of a question that was taken for another one.
type Repair struct {
	vi.Span         // of what was typed, in Question.Text
	To      string  // what it was taken for
	Mistake Mistake // what was wrong with it
}

// Mistake is what may be wrong with a word as it was typed.
type Mistake string

// The mistakes that are mended before a search.
const (
	LeftKeys   Mistake = "keys"     // keys of Telex or VNI were left in it: "thanhf"
	Misspelled Mistake = "spelling" // a letter is doubled, swapped, wrong or missing: "htành"
	NoMarks    Mistake = "marks"    // its diacritics are missing: "thanh"
)

// Understood is the question as it was searched for: Text with its Repairs.
func (q *Question) Understood() string { return rewrite(q.Text, q.Repairs, asIs) }

func asIs(s string) string { return s }

func rewrite(text string, repairs []Repair, form func(string) string) string {
	var out strings.Builder
	at := 0
	for _, r := range repairs {
		out.WriteString(text[at:r.Start])
		out.WriteString(form(r.To))
		at = r.End
	}
	out.WriteString(text[at:])
	return out.String()
}

// mended is a question's text as it is searched for.
type mended struct {
	text     string
	repairs  []Repair
	restored []restored // of all syllables, for a question without diacritics
}

// understand parses a question, mended.
func (x *Index) understand(ctx context.Context, v *view, z *analyzer, query Query, outlets []string) (*Question, error) {
	text := query.Text
	if utf8.RuneCountInString(text) > maxQuestion {
		text = string([]rune(text)[:maxQuestion])
	}
	m := mended{text: text}
	if !query.AsTyped {
		var err error
		if m, err = x.mend(ctx, v, z, text); err != nil {
			return nil, fmt.Errorf("index %s: spelling: %w", x.dir, err)
		}
	}
	q := parseMended(z, m, outlets, x.now(), !query.NoTime)
	q.Text = text
	return q, nil
}

// mend reads a question as its writer meant it. Each word may stand for several
// syllables: those that its letters would be with some keys of an input method
// taken (vi.FromKeys), with a slip of the fingers undone (slips), or with the
// diacritics that were not typed (vi.Spellings). Which of them it does stand
// for is told by the words beside it: a hidden Markov model over the question's
// syllables, of which the corpus gives the transitions (Mays, Damerau and
// Mercer, "Context based spelling correction", 1991).
func (x *Index) mend(ctx context.Context, v *view, z *analyzer, text string) (mended, error) {
	m := mended{text: text}
	f, err := x.frequenciesOf(v)
	if err != nil {
		return m, err
	}
	s, err := v.state()
	if err != nil || s.Lengths.Passages == 0 {
		return m, err
	}
	r := &repairer{
		ctx: ctx, view: v, text: text, bare: !vi.HasDiacritics(text),
		model: &model{counts: f, terms: float64(s.Lengths.PassageTerms)},
	}
	if open, err := r.read(z.terms(nil, text)); err != nil || !open {
		return m, err
	}
	if err := r.model.decode(r.words); err != nil {
		return m, err
	}
	return r.mended(), nil
}

// repairer mends one question.
type repairer struct {
	ctx   context.Context
	view  *view
	model *model
	text  string
	bare  bool // it has no diacritics at all
	words []word
	// dropped is how likely a syllable of the question was typed without its
	// diacritics.
	dropped float64
}

// mended writes down what the words were taken for. A question without
// diacritics stays one, see restored.
func (r *repairer) mended() mended {
	m := mended{}
	var typed []Repair // what the letters are, without diacritics
	for _, w := range r.words {
		best := w.choices[w.best]
		if !r.accepted(&w) {
			best = choice{text: w.typed}
		}
		if best.text != w.typed {
			to := vi.Cased(best.text, r.text[w.Start:w.End])
			repair := Repair{Span: w.Span, To: to, Mistake: best.mistake}
			m.repairs = append(m.repairs, repair)
			if best.mistake != NoMarks {
				typed = append(typed, repair)
			}
		}
		if r.bare {
			list := restored{folded: vi.Fold(best.text)}
			if best.sure > 0 && (len(w.choices) > 1 || best.text != w.typed) {
				list.marked, list.sure = best.text, best.sure
			}
			m.restored = append(m.restored, list)
		}
	}
	if r.bare {
		m.text = rewrite(r.text, typed, vi.Strip)
	} else {
		m.text = rewrite(r.text, m.repairs, asIs)
	}
	return m
}
