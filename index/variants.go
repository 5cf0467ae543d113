package index

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"trichdan/corpus/vi"
)

// unfolded says of each folded stream which one it is made from: it is not
// indexed, but put together from all terms there that are the same without
// their diacritics.
var unfolded = map[string]string{
	articleFolded: articleSyllables, articleFoldedBi: articleBigrams,
	passageFolded: passageSyllables, passageFoldedBi: passageBigrams,
}

// variants lists the terms of a field in a segment that give a folded term.
func variants(s *scorch.SegmentSnapshot, field, folded string) (list []string, err error) {
	dictionary, err := s.Segment().Dictionary(field)
	if err != nil {
		return nil, err
	}
	all := dictionary.AutomatonIterator(newFoldAutomaton(folded), nil, nil)
	for {
		e, err := all.Next()
		if err != nil || e == nil {
			return list, err
		}
		list = append(list, e.Term)
	}
}

// foldAutomaton accepts the terms that vi.Fold turns into its target, byte by
// byte. It is one of those with which Bleve walks through a dictionary, which
// is a finite state transducer, without looking at other terms.
type foldAutomaton struct {
	target string
	states []foldState // numbered as they are found; 0 is the start
	known  map[foldState]int
}

// foldState is how much of the target has been matched, and the bytes of a
// letter that is not complete.
type foldState struct {
	at      int
	pending [utf8.UTFMax - 1]byte
	n       int // how many are pending
}

// dead is the state from which nothing is accepted.
const dead = -1

func newFoldAutomaton(target string) *foldAutomaton {
	return &foldAutomaton{target: target, states: []foldState{{}}, known: map[foldState]int{{}: 0}}
}

// Start is part of Bleve's interface, as the following methods are.
func (a *foldAutomaton) Start() int { return 0 }

// IsMatch says that all of the target has been matched.
func (a *foldAutomaton) IsMatch(s int) bool {
	return s != dead && a.states[s].at == len(a.target) && a.states[s].n == 0
}

// CanMatch says that it may still be.
func (a *foldAutomaton) CanMatch(s int) bool { return s != dead }

// WillAlwaysMatch is for automata of prefixes.
func (a *foldAutomaton) WillAlwaysMatch(int) bool { return false }

// Accept gives the state after another byte.
func (a *foldAutomaton) Accept(s int, b byte) int {
	if s == dead {
		return dead
	}
	next := a.states[s]
	if b < utf8.RuneSelf && next.n == 0 { // a letter that is its own
		if next.at == len(a.target) || a.target[next.at] != b {
			return dead
		}
		next.at++
	} else {
		var letter [utf8.UTFMax]byte
		n := copy(letter[:], next.pending[:next.n])
		letter[n] = b
		if utf8.FullRune(letter[:n+1]) {
			r, _ := utf8.DecodeRune(letter[:n+1])
			folded := vi.FoldLetter(r)
			if !strings.HasPrefix(a.target[next.at:], folded) {
				return dead
			}
			next = foldState{at: next.at + len(folded)}
		} else {
			next.pending[n] = b
			next.n = n + 1
		}
	}
	n, ok := a.known[next]
	if !ok {
		n = len(a.states)
		a.known[next] = n
		a.states = append(a.states, next)
	}
	return n
}
