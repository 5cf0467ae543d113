package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"trichdan/corpus"
	"trichdan/corpus/vi"
)

// CheckError is the error of a generation that does not answer as it must.
type CheckError struct {
	Generation string
	Failed     []FailedCheck // at least one
}

// FailedCheck is one question that was not answered as it must be, or a count
// that is wrong.
type FailedCheck struct {
	Question, Wanted, Found string
}

func (e *CheckError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the index %s failed %d checks", e.Generation, len(e.Failed))
	for i, f := range e.Failed {
		separator := ": "
		if i > 0 {
			separator = "; "
		}
		fmt.Fprintf(&b, "%s%q wants %s, finds %s", separator, f.Question, f.Wanted, f.Found)
	}
	return b.String()
}

const (
	newestChecked = 20 // so many of the newest articles must be found
	newestAmong   = 10 // among the first so many
)

// see notes what is needed to check what is being built.
func (b *builder) see(a *corpus.Article, l lengths) {
	if b.sums == nil {
		return
	}
	if a.Withdrawn {
		delete(b.sums, a.ID)
	} else {
		b.sums[a.ID] = l
	}
	same := func(o *corpus.Article) bool { return o.ID == a.ID }
	b.recent = slices.DeleteFunc(b.recent, same)
	if !a.Withdrawn {
		b.recent = append(b.recent, a)
	}
	if len(b.recent) > newestChecked {
		b.recent = slices.Delete(b.recent, 0, 1)
	}
}

// test checks a generation that is complete, before it takes the place of
// another one: the same code, over the canaries, answers as it must; it holds
// what the corpus gave; and its newest articles are found.
func (x *Index) test(ctx context.Context, b *builder) error {
	t := tester{index: x, total: len(x.canaries) + 2*len(b.recent)}
	err := t.canaries(ctx)
	if err == nil {
		err = t.counts(b)
	}
	if err == nil {
		err = t.newest(ctx, b)
	}
	if err != nil {
		return fmt.Errorf("check the new generation: %w", err)
	}
	if len(t.failed) > 0 {
		return &CheckError{Generation: b.to.name, Failed: t.failed}
	}
	return nil
}

// tester is one run of the checks.
type tester struct {
	index       *Index
	done, total int
	failed      []FailedCheck
}

func (t *tester) asked() {
	t.done++
	t.index.checking(t.done, t.total)
}

func (t *tester) fail(question, wanted, found string) {
	t.failed = append(t.failed, FailedCheck{question, wanted, found})
}

// canaries builds an index of the canary articles and asks it.
func (t *tester) canaries(ctx context.Context) (err error) {
	g, err := createInMemory("canaries")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	b := t.index.builder(g, canaryArticles, func(int, int) {})
	if err := b.fill(ctx); err != nil {
		return err
	}
	for _, c := range t.index.canaries {
		list, err := t.rank(ctx, g, c.question, canaryArticles.outlets(), true, newestAmong)
		if err != nil {
			return err
		}
		if found := strings.Join(ids(list[:min(1, len(list))]), ""); found != c.want {
			t.fail(c.question, orNothing(c.want), orNothing(found))
		}
		t.asked()
	}
	return nil
}

// rank asks a generation.
func (t *tester) rank(ctx context.Context, g *generation, text string, outlets []string, times bool, k int) (_ []ranked, err error) {
	z := t.index.analyzers.Get().(*analyzer)
	defer t.index.analyzers.Put(z)
	q := parse(z, text, outlets, canaryNow, times)
	s, err := g.snapshot()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	block := &blockQuery{clauses: q.clauses(z), filter: q.filter(), k: k}
	return block.rank(ctx, s)
}

// counts compares what a generation holds with what the corpus gave.
func (t *tester) counts(b *builder) error {
	var want lengths
	for _, l := range b.sums {
		want.add(l, 1)
	}
	if b.state.Lengths != want {
		t.fail("lengths", fmt.Sprintf("%+v", want), fmt.Sprintf("%+v", b.state.Lengths))
	}
	return b.to.check(b.state.Cursor)
}

// newest asks for the newest articles by their headlines, as they are and
// without diacritics.
func (t *tester) newest(ctx context.Context, b *builder) error {
	for _, a := range b.recent {
		for _, form := range []func(string) string{func(s string) string { return s }, vi.Fold} {
			if err := t.findable(ctx, b.to, a, form); err != nil {
				return err
			}
			t.asked()
		}
	}
	return nil
}

// findable looks whether an article, or one that tells the same, is found by
// its headline. Where others have such a headline too, its first passage goes
// with it.
func (t *tester) findable(ctx context.Context, g *generation, a *corpus.Article, form func(string) string) error {
	title, opening := a.Title, ""
	if a.TitleDerived {
		title = "" // it is the opening
	}
	if passages := corpus.Split(a, corpus.PassageRunes); len(passages) > 0 {
		opening = a.Body[passages[0].Start:passages[0].End]
	}
	title, both := form(title), form(title+"\n"+opening)
	var found []ranked
	for _, question := range []string{title, both} {
		var err error
		if found, err = t.rank(ctx, g, question, nil, false, newestAmong); err != nil {
			return err
		}
		ok, err := t.has(ctx, found, a)
		if err != nil || ok {
			return err
		}
	}
	if z := newAnalyzer(); len(parse(z, both, nil, canaryNow, false).clauses(z)) > 0 { // it can be asked for
		t.fail(cmp.Or(title, both), a.ID, orNothing(strings.Join(ids(found), ", ")))
	}
	return nil
}

// has looks for an article, or one of its story or headline, in a ranking.
func (t *tester) has(ctx context.Context, list []ranked, a *corpus.Article) (bool, error) {
	if slices.ContainsFunc(list, func(r ranked) bool { return r.id == a.ID }) {
		return true, nil
	}
	others, err := t.index.articles.Articles(ctx, ids(list))
	if err != nil {
		return false, err
	}
	for _, o := range others {
		if a.Story != "" && o.Story == a.Story || a.Title != "" && o.Title == a.Title {
			return true, nil
		}
	}
	return false, nil
}

func ids(list []ranked) []string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = r.id
	}
	return out
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
