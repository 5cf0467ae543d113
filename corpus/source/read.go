package source

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"time"

	"trichdan/corpus"
)

// Read reads the articles of one file of List: one, or for .jsonl one a line.
// What cannot be read is a failure with its reason; a broken line does not
// keep the rest of its file from being read.
//
// Articles come without Seq, Revision and Story, which are the store's.
func Read(ctx context.Context, fsys fs.FS, f File) ([]*corpus.Article, []Failure) {
	return collect(f.Path, All(ctx, fsys, f))
}

// collect tells articles and failures of the file p apart.
func collect(p string, all iter.Seq2[*corpus.Article, error]) ([]*corpus.Article, []Failure) {
	var articles []*corpus.Article
	var failures []Failure
	for a, err := range all {
		if err == nil {
			articles = append(articles, a)
			continue
		}
		var failure Failure
		if !errors.As(err, &failure) {
			failure = Failure{p, err}
		}
		failures = append(failures, failure)
	}
	return articles, failures
}

// All is Read as a stream: a large .jsonl file is never held as a whole. Each
// error is a Failure, and the stream goes on behind it where it can.
func All(ctx context.Context, fsys fs.FS, f File) iter.Seq2[*corpus.Article, error] {
	return reader{now: time.Now(), lineLimit: asStream}.all(ctx, fsys, f)
}

// reader holds what the rules need to know of the world.
type reader struct {
	now       time.Time // no date is inferred after it
	lineLimit limit     // of a whole .jsonl file
}

func (rd reader) all(ctx context.Context, fsys fs.FS, f File) iter.Seq2[*corpus.Article, error] {
	return func(yield func(*corpus.Article, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(nil, Failure{f.Path, err})
			return
		}
		if k, _ := kindOf(f.Path); k == noKind {
			yield(nil, Failure{f.Path, ErrKind})
			return
		}
		file, err := fsys.Open(f.Path)
		if err != nil {
			yield(nil, Failure{f.Path, err})
			return
		}
		defer file.Close() // only read: an error of Close loses nothing
		if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
			yield(nil, Failure{f.Path, errors.Join(err, ErrIrregular)})
			return
		}
		rd.content(ctx, f.Path, file, yield)
	}
}

// content reads what a file named p holds.
func (rd reader) content(ctx context.Context, p string, r io.Reader, yield func(*corpus.Article, error) bool) {
	k, gzipped := kindOf(p)
	if k == noKind {
		yield(nil, Failure{p, ErrKind})
		return
	}
	if gzipped {
		z, err := gzip.NewReader(r)
		if err != nil {
			yield(nil, Failure{p, fmt.Errorf("gzip: %w", err)})
			return
		}
		r = z
	}
	if k == jsonLines {
		rd.lines(ctx, p, r, yield)
		return
	}
	a, err := rd.one(k, p, r)
	if err != nil {
		yield(nil, Failure{p, err})
		return
	}
	yield(a, nil)
}

// one reads a file of one article.
func (rd reader) one(k kind, p string, r io.Reader) (a *corpus.Article, err error) {
	// The HTML library is large and not ours; whatever it does to one page
	// must not take the corpus down.
	defer func() {
		if v := recover(); v != nil {
			a, err = nil, fmt.Errorf("the reader of this kind of file failed: %v", v)
		}
	}()
	b, err := readAll(r)
	if err != nil {
		return nil, err
	}
	text, err := decode(b)
	if err != nil {
		return nil, err
	}
	d := &draft{path: p, now: rd.now}
	switch k {
	case markdown:
		err = d.markdown(text)
	case webPage:
		err = d.webPage(text)
	default:
		d.plain(text)
	}
	if err != nil {
		return nil, err
	}
	return d.article()
}
