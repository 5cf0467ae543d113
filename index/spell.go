package index

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"trichdan/corpus/vi"
)

const (
	respellMin   = 2  // shorter syllables have too many neighbours
	respellMost  = 40 // candidates looked at for one syllable
	respellWords = 3  // more unknown syllables than this are no typing mistake
)

// Respell mends typing mistakes: each word of the question that no article has
// and that is no syllable of Vietnamese becomes the one at edit distance 1
// (Levenshtein, 1966) that goes best with its neighbours there, else the most
// common. A syllable that is well formed is a word that the corpus lacks. It
// returns the question's text with them, and false when there was nothing to
// mend or no way to. A question is mended only after it has found nothing as
// it stands. Errors are those of Search.
func (x *Index) Respell(ctx context.Context, q *Question) (text string, ok bool, err error) {
	defer x.search()()
	v, err := x.view()
	if err != nil {
		return "", false, err
	}
	if v == nil {
		return "", false, x.building(ctx)
	}
	defer func() { err = errors.Join(err, v.close()) }()
	lists, err := x.listsOf(v.IndexSnapshot)
	if err != nil {
		return "", false, err
	}
	s := speller{ctx: ctx, reader: v.IndexSnapshot, lists: lists, syllables: articleSyllables, bigrams: articleBigrams}
	if q.Folded {
		s.syllables, s.bigrams = articleFolded, articleFoldedBi
	}
	var mended []int
	forms := map[int]string{}
	for i, t := range q.terms {
		if !q.kept[i] || t.whole || len([]rune(t.text)) < respellMin || vi.IsSyllable(t.text, q.Folded) || strings.ContainsAny(t.text, "0123456789") {
			continue
		}
		n, err := s.count(s.syllables, t.text)
		if err != nil {
			return "", false, err
		}
		if n > 0 {
			continue
		}
		left := ""
		if i > 0 && !t.apart {
			if left = forms[i-1]; left == "" {
				left = q.terms[i-1].text
			}
		}
		best, err := s.best(q.terms, i, left)
		if err != nil {
			return "", false, err
		}
		if best != "" {
			mended = append(mended, i)
			forms[i] = best
		}
	}
	if len(mended) == 0 || len(mended) > respellWords {
		return "", false, nil
	}
	var out strings.Builder
	at := 0
	for _, i := range mended {
		t := q.terms[i]
		if t.Start < at {
			continue // a second syllable of the same abbreviation
		}
		out.WriteString(q.scored[at:t.Start])
		out.WriteString(forms[i])
		at = t.End
	}
	out.WriteString(q.scored[at:])
	return strings.TrimSpace(out.String()), true, nil
}

type speller struct {
	ctx                context.Context
	reader             *scorch.IndexSnapshot
	lists              *lists
	syllables, bigrams string // fields
}

// count is how many articles have a term.
func (s *speller) count(field, term string) (n uint64, err error) {
	return s.lists.count(s.ctx, s.reader, field, term)
}

// respelling is a syllable that may have been meant, and in how many articles it
// is.
type respelling struct {
	text  string
	count uint64
}

// neighbours are the syllables of the corpus at edit distance 1.
func (s *speller) neighbours(syllable string) (list []respelling, err error) {
	if _, folded := unfolded[s.syllables]; folded {
		return s.foldedNeighbours(syllable)
	}
	dict, err := s.reader.FieldDictFuzzy(s.syllables, syllable, 1, "")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, dict.Close()) }()
	for {
		e, err := dict.Next()
		if err != nil || e == nil {
			return list, err
		}
		list = append(list, respelling{e.Term, e.Count})
	}
}

// foldedNeighbours are those where diacritics do not count. The dictionary has
// them with all of theirs, so it is looked through.
func (s *speller) foldedNeighbours(syllable string) (list []respelling, err error) {
	dict, err := s.reader.FieldDict(unfolded[s.syllables])
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, dict.Close()) }()
	counts := map[string]uint64{}
	for {
		e, err := dict.Next()
		if err != nil {
			return nil, err
		}
		if e == nil {
			break
		}
		if folded := vi.Fold(e.Term); oneEdit(syllable, folded) {
			counts[folded] += e.Count
		}
	}
	for text, n := range counts {
		list = append(list, respelling{text, n})
	}
	return list, nil
}

// oneEdit says that two syllables without diacritics are at edit distance 1 at
// most, two neighbouring letters swapped being one.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return i >= len(a)-1 || a[i+1:] == b[i+1:] || a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// best is the syllable to put in place of terms[i], "" if there is none. left
// is the syllable before it, mended, "" if they are apart.
func (s *speller) best(terms []term, i int, left string) (string, error) {
	list, err := s.neighbours(terms[i].text)
	if err != nil {
		return "", err
	}
	list = slices.DeleteFunc(list, func(c respelling) bool { return strings.ContainsAny(c.text, "0123456789-/.") })
	slices.SortFunc(list, func(a, b respelling) int {
		if a.count != b.count {
			return int(min(b.count, 1<<30)) - int(min(a.count, 1<<30))
		}
		return strings.Compare(a.text, b.text)
	})
	best, most := "", uint64(0)
	for _, c := range list[:min(len(list), respellMost)] {
		together := uint64(0)
		if left != "" {
			n, err := s.count(s.bigrams, left+bigramSeparator+c.text)
			if err != nil {
				return "", err
			}
			together += n
		}
		if i+1 < len(terms) && !terms[i+1].apart {
			n, err := s.count(s.bigrams, c.text+bigramSeparator+terms[i+1].text)
			if err != nil {
				return "", err
			}
			together += n
		}
		if best == "" || together > most {
			best, most = c.text, together
		}
	}
	return best, nil
}
