package bot

import (
	"context"
	"iter"
	"time"

	"trichdan/corpus"
)

func (f fakeSearcher) Cursor() (corpus.Seq, error) { return 0, f.err }

func (f fakeLibrary) After(context.Context, corpus.Seq) iter.Seq2[*corpus.Article, error] {
	return func(yield func(*corpus.Article, error) bool) { yield(nil, f.err) }
}
func (f fakeLibrary) Last(context.Context) (corpus.Seq, error)             { return 0, f.err }
func (f fakeLibrary) SeqAt(context.Context, time.Time) (corpus.Seq, error) { return 0, f.err }
