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
	var articles []*corpus.Article
	var failures []Failure
	for a, err := range All(ctx, fsys, f) {
		if err == nil {
			articles = append(articles, a)
			continue
		}
		var failure Failure
		if !errors.As(err, &failure) {
			failure = Failure{f.Path, err}
		}
		failures = append(failures, failure)
	}
	return articles, failures
}

// All is Read as a stream: a large .jsonl file is never held as a whole. Each
// error is a Failure, and the stream goes on behind it where it can.
func All(ctx context.Context, fsys fs.FS, f File) iter.Seq2[*corpus.Article, error] {
	return reader{now: time.Now()}.all(ctx, fsys, f)
}

// reader holds what the rules need to know of the world.
type reader struct {
	now time.Time // no date is inferred after it
}

func (rd reader) all(ctx context.Context, fsys fs.FS, f File) iter.Seq2[*corpus.Article, error] {
	return func(yield func(*corpus.Article, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(nil, Failure{f.Path, err})
			return
		}
		k, gzipped := kindOf(f.Path)
		if k == noKind {
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
		var r io.Reader = file
		if gzipped {
			z, err := gzip.NewReader(file)
			if err != nil {
				yield(nil, Failure{f.Path, fmt.Errorf("gzip: %w", err)})
				return
			}
			r = z
		}
		if k == jsonLines {
			rd.lines(ctx, f.Path, r, yield)
			return
		}
		a, err := rd.one(k, f.Path, r)
		if err != nil {
			yield(nil, Failure{f.Path, err})
			return
		}
		yield(a, nil)
	}
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
