package bot

import (
	"context"
	"iter"
	"time"

	"trichdan/corpus"
	"trichdan/corpus/store"
)

func (f fakeSearcher) Cursor() (corpus.Seq, error) { return 0, f.err }

func (f fakeLibrary) After(context.Context, corpus.Seq) iter.Seq2[*corpus.Article, error] {
	return func(yield func(*corpus.Article, error) bool) { yield(nil, f.err) }
}
func (f fakeLibrary) Last(context.Context) (corpus.Seq, error)             { return 0, f.err }
func (f fakeLibrary) SeqAt(context.Context, time.Time) (corpus.Seq, error) { return 0, f.err }

// refresh is what the mirror does with what a person has withdrawn.
func (l *library) refresh(ctx context.Context, a *corpus.Article) (r store.Result, err error) {
	err = l.store.Update(ctx, func(tx *store.Tx) error {
		r, err = tx.Refresh(a)
		return err
	})
	return r, err
}
