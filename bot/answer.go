package bot

import (
	"context"
	"fmt"
	"slices"

	"trichdan/corpus"
	"trichdan/corpus/vi"
	"trichdan/index"
)

// The decision whether to answer, by the confidence of package index. Where a
// person, a date, a place or a number was asked for and the sentence has none,
// more is wanted, and so where the question names a year or number that the
// article does not.
const (
	enoughConfidence = 0.4
	enoughDoubtful   = 0.85
)

const (
	mostCitations = 4
	mostNearest   = 3
	// citedShare is how much of the first citation's score a further one needs,
	// beside confidence enough to answer by itself: a passage that only shares a
	// few words is no second source.
	citedShare = 0.5
	// equalScores is the difference, as a share, below which two citations
	// count as equally good, and the newer one goes first.
	equalScores = 0.03
	// nearCoverage is the least for an article to be offered as near.
	nearCoverage = 0.3
	// nearFiltered is the same where a filter was asked for, which says by
	// itself what the person wants to read.
	nearFiltered = 0.1
)

// enough reports whether a hit answers its question.
func enough(q *index.Question, h index.Hit) bool {
	least := enoughConfidence
	if h.Unnamed || h.Typed == 0 && asksFact(q) {
		least = enoughDoubtful
	}
	return h.Confidence >= least
}

// Ask answers one question. An error means that the index or the store failed,
// never that there is no answer.
func (b *Bot) Ask(ctx context.Context, question string) (*Result, error) {
	start := b.now()
	r, err := b.ask(ctx, question)
	if err != nil {
		return nil, fmt.Errorf("answer: %w", err)
	}
	r.Elapsed = b.now().Sub(start)
	return r, nil
}

func (b *Bot) ask(ctx context.Context, question string) (*Result, error) {
	r := &Result{Question: question, to: b.to}
	asked, err := b.index.Search(ctx, index.Query{Text: question})
	if err != nil {
		return nil, err
	}
	r.Asked = !asked.Question.Empty()
	found, best := asked, answering(asked)
	if best < 0 {
		if found, best, err = b.widen(ctx, asked); err != nil {
			return nil, err
		}
	}
	if best < 0 && r.Asked {
		text, ok, err := b.index.Respell(ctx, found.Question)
		if err != nil {
			return nil, err
		}
		if ok {
			mended, err := b.index.Search(ctx, index.Query{Text: text, NoTime: true, NoOutlet: true})
			if err != nil {
				return nil, err
			}
			if at := answering(mended); at >= 0 {
				r.Respelled, found, best = text, mended, at
			}
		}
	}
	if best < 0 && len(asked.Hits) > 0 {
		found = asked // what is near is near within the filters
	}
	if len(found.Question.Repairs) > 0 {
		r.Respelled = found.Question.Understood()
	}
	r.Filters = found.Question.Filters
	r.Expansions = found.Question.Expansions
	for _, f := range asked.Question.Filters {
		if !slices.Contains(r.Filters, f) {
			r.Dropped = append(r.Dropped, f)
		}
	}
	if best < 0 {
		r.Abstained = true
		r.nearest(found)
		return r, nil
	}
	return r, b.cite(ctx, r, found, best)
}

// widen searches again with fewer filters, until one search answers. A time is
// often the topic and not the day of publication: without the filter its words
// are searched for. It returns the last search, which has none of the filters.
func (b *Bot) widen(ctx context.Context, asked *index.Result) (found *index.Result, best int, err error) {
	var time, outlet bool
	for _, f := range asked.Question.Filters {
		if f.Outlet != "" {
			outlet = true
		} else {
			time = true
		}
	}
	var without []index.Query
	if time && outlet {
		without = []index.Query{{NoTime: true}, {NoOutlet: true}}
	}
	if time || outlet {
		without = append(without, index.Query{NoTime: true, NoOutlet: true})
	}
	found, best = asked, -1
	for _, q := range without {
		q.Text = asked.Question.Text
		if found, err = b.index.Search(ctx, q); err != nil {
			return nil, -1, err
		}
		if best = answering(found); best >= 0 {
			break
		}
	}
	return found, best, nil
}

// answering is the hit that answers, -1 if none does.
func answering(r *index.Result) int {
	best := index.Best(r.Hits)
	if best >= 0 && !enough(r.Question, r.Hits[best]) {
		return -1
	}
	if best >= 0 {
		best = newerEqual(r, best)
	}
	return best
}

// newerEqual is the newest of the hits that answer as well as hits[best] does.
func newerEqual(r *index.Result, best int) int {
	first := r.Hits[best]
	for i, h := range r.Hits {
		if h.Score >= (1-equalScores)*first.Score && h.SentenceScore >= (1-equalScores)*first.SentenceScore && h.Typed >= first.Typed &&
			h.Article.Published.Compare(r.Hits[best].Article.Published) > 0 && enough(r.Question, h) {
			best = i
		}
	}
	return best
}

// nearest offers the closest articles of a search that found no answer.
func (r *Result) nearest(found *index.Result) {
	least := nearCoverage
	if len(r.Filters) > 0 {
		least = nearFiltered
	}
	seen := map[string]bool{}
	for _, h := range found.Hits {
		if len(r.Nearest) == mostNearest {
			return
		}
		if h.Coverage >= least && !seen[h.Article.Story] {
			seen[h.Article.Story] = true
			r.Nearest = append(r.Nearest, h.Article)
		}
	}
}

// cite fills in the answer from one hit, and the citations: the passage that
// the answer stands in, then passages of other stories with enough of what was
// asked for, best first and newest first among equals.
func (b *Bot) cite(ctx context.Context, r *Result, found *index.Result, best int) error {
	first := found.Hits[best]
	chosen := []index.Hit{first}
	stories := map[string]bool{first.Article.Story: true}
	var others []index.Hit
	for i, h := range found.Hits {
		if i == best || h.Sentence.End == 0 || stories[h.Article.Story] ||
			h.Confidence < enoughConfidence || h.Score < citedShare*first.Score {
			continue
		}
		stories[h.Article.Story] = true
		others = append(others, h)
	}
	newestAmongEquals(others)
	chosen = append(chosen, others[:min(len(others), mostCitations-1)]...)
	cited := map[string]bool{}
	for i, h := range chosen {
		c, err := b.citation(ctx, i+1, h)
		if err != nil {
			return err
		}
		r.Citations = append(r.Citations, c)
		cited[h.Article.Story] = true
	}
	for _, h := range found.Hits {
		if !cited[h.Article.Story] && h.Coverage >= nearCoverage {
			cited[h.Article.Story] = true
			r.further = append(r.further, h)
		}
	}
	r.Answer = &Answer{
		Citation: 1, Span: first.Sentence, Mark: first.Mark,
		Text: first.Article.Body[first.Sentence.Start:first.Sentence.End],
	}
	return nil
}

// citation quotes a hit.
func (b *Bot) citation(ctx context.Context, n int, h index.Hit) (Citation, error) {
	sources, err := b.sources(ctx, h.Article.Story)
	if err != nil {
		return Citation{}, err
	}
	q := quote(h)
	return Citation{
		N: n, Citation: corpus.Cite(h.Article, q), Score: h.Score, Sources: max(1, sources), link: b.to.quote(h.Article, q),
	}, nil
}

// sources counts the articles of a story that can be found.
func (b *Bot) sources(ctx context.Context, story string) (n int, err error) {
	upTo, err := b.index.Cursor()
	if err != nil {
		return 0, err
	}
	articles, err := b.articles.Sources(ctx, story)
	for _, a := range articles {
		if a.Arrived <= upTo {
			n++
		}
	}
	return n, err
}

// quote is the passage of a hit that holds its sentence, or both passages where
// the sentence goes on in the next one; without such a sentence the passage
// that its terms are in.
func quote(h index.Hit) vi.Span {
	if h.Sentence.End == 0 {
		return h.Passage
	}
	return h.Around
}

// newestAmongEquals puts, of neighbours with nearly the same score, the newer
// first. hits come best first.
func newestAmongEquals(hits []index.Hit) {
	for i := 0; i < len(hits); {
		n := i + 1
		for n < len(hits) && hits[n].Score >= (1-equalScores)*hits[i].Score {
			n++
		}
		slices.SortStableFunc(hits[i:n], func(a, b index.Hit) int {
			return b.Article.Published.Compare(a.Article.Published)
		})
		i = n
	}
}
