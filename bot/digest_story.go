package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"trichdan/corpus"
	"trichdan/corpus/vi"
	"trichdan/index"
)

// story is what a digest tells as one: articles about the same.
type story struct {
	articles []item // first published first, unknown dates last, as they arrived among equals
	kind     storyKind
	score    float64 // the best of its articles for the topic
	class    int     // of relevance, 0 is best
	// about is the best of its articles for the topic, with the sentence that
	// says most of it; nil where there is none to quote.
	about *index.Hit
}

type storyKind int

const (
	fresh   storyKind = iota
	revised           // told before, and its articles have another content now
	more              // told before, and other articles tell it now as well
)

// mostMatches is how many articles of a window are looked at for a topic, best
// first.
const mostMatches = 300

// stories gives what a window holds for those who want to know of a topic and
// from these outlets, in the order in which a digest tells it; and the filters
// that the topic names.
func (b *Bot) stories(ctx context.Context, win *window, topic string, outlets []string) ([]*story, []index.Filter, error) {
	wanted := outletKeys(outlets)
	var items []item
	for _, i := range win.items {
		if wanted.has(i.Outlet) {
			items = append(items, i)
		}
	}
	matches, filters, err := b.matches(ctx, topic, items)
	if err != nil {
		return nil, nil, err
	}
	type key struct {
		story string
		kind  storyKind
	}
	groups := map[key]*story{}
	var list []*story
	for _, i := range items {
		m, ok := matches[i.ID]
		if !ok && topic != "" {
			continue
		}
		k := key{story: i.Story}
		if i.updated {
			k.kind = revised
		} else {
			before, err := b.before(ctx, win, i.Story)
			if err != nil {
				return nil, nil, err
			}
			if slices.ContainsFunc(before, wanted.has) {
				k.kind = more
			}
		}
		s := groups[k]
		if s == nil {
			s = &story{kind: k.kind}
			groups[k] = s
			list = append(list, s)
		}
		s.articles = append(s.articles, i)
		if m.score > s.score {
			s.score, s.about = m.score, m.about
		}
	}
	rank(list)
	return list, filters, nil
}

// relation is what an article has to do with a topic.
type relation struct {
	score float64
	about *index.Hit // nil where its sentence is none to quote
}

// matches gives the articles that a topic is about. It is the decision of Ask,
// without its second attempts: what is told of a topic is what is found when it
// is asked for.
func (b *Bot) matches(ctx context.Context, topic string, items []item) (map[string]relation, []index.Filter, error) {
	if topic == "" || len(items) == 0 {
		return nil, nil, nil
	}
	only := make([]string, len(items))
	for n, i := range items {
		only[n] = i.ID
	}
	found, err := b.index.Search(ctx, index.Query{Text: topic, Only: only, K: min(len(only), mostMatches)})
	if err != nil {
		return nil, nil, err
	}
	list := map[string]relation{}
	for _, h := range found.Hits {
		if !onTopic(found.Question, h) {
			continue
		}
		m := relation{score: h.Score}
		if text := h.Article.Body[h.Sentence.Start:h.Sentence.End]; ended(text) && !leans(text) && utf8.RuneCountInString(text) <= quotedRunes/2 {
			m.about = &h
		}
		list[h.Article.ID] = m
	}
	return list, found.Question.Filters, nil
}

// relevanceClasses is how finely relevance is told apart. Scores are hardly
// ever equal, so that without classes nothing else would count.
const relevanceClasses = 4

// rank orders stories: those of which only the source is new after all others;
// then by relevance, in quarters of the best score; new before updated; by the
// number of articles, most first; by date, newest first; by arrival, last
// first. Arrivals are never equal.
func rank(list []*story) {
	best := 0.0
	for _, s := range list {
		best = max(best, s.score)
		slices.SortFunc(s.articles, func(x, y item) int {
			if x.Published.Known() != y.Published.Known() {
				if x.Published.Known() {
					return -1
				}
				return 1
			}
			return cmp.Or(x.Published.Compare(y.Published), cmp.Compare(x.Arrived, y.Arrived))
		})
	}
	for _, s := range list {
		if best > 0 {
			s.class = min(int(relevanceClasses*(1-s.score/best)), relevanceClasses-1)
		}
	}
	slices.SortFunc(list, func(x, y *story) int {
		if (x.kind == more) != (y.kind == more) {
			return cmp.Compare(x.kind, y.kind)
		}
		dx, sx := x.newest()
		dy, sy := y.newest()
		return cmp.Or(cmp.Compare(x.class, y.class), cmp.Compare(x.kind, y.kind),
			cmp.Compare(len(y.articles), len(x.articles)), dy.Compare(dx), cmp.Compare(sy, sx))
	})
}

// newest is the latest date and the latest arrival among the articles.
func (s *story) newest() (day corpus.Date, seq corpus.Seq) {
	for _, i := range s.articles {
		if i.Published.Compare(day) > 0 {
			day = i.Published
		}
		seq = max(seq, i.Revised)
	}
	return day, seq
}

// outletSet are the outlets that somebody wants to read, all if it is empty.
type outletSet map[string]bool

func outletKeys(names []string) outletSet {
	set := outletSet{}
	for _, n := range names {
		if k := outletKey(n); k != "" {
			set[k] = true
		}
	}
	return set
}

func (s outletSet) has(outlet string) bool { return len(s) == 0 || s[outletKey(outlet)] }

// outletKey is the same for all names of an outlet, with and without
// diacritics.
func outletKey(name string) string {
	if o, ok := corpus.OutletOfSign(name); ok {
		name = o.Name
	}
	return vi.Fold(strings.Join(strings.Fields(name), " "))
}
