package jobs

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"trichdan/corpus"
	"trichdan/corpus/source"
	"trichdan/corpus/store"
)

// Limits of what is staged.
const (
	// MaxUpload is the size in bytes of a file, packed and unpacked.
	MaxUpload = 10 << 20
	// draftsKept and draftBytes bound what waits to be confirmed; draftAge is
	// how long it may wait.
	draftsKept = 100
	draftBytes = 200 << 20
	draftAge   = 24 * time.Hour
	// shownArticles and shownFailures are how many of each a Draft names.
	shownArticles = 5
	shownFailures = 10
)

// Uploads takes articles that people give: Stage keeps a file aside and says
// what is in it, Place puts it into the first corpus folder, from where Mirror
// reads it like any other. Nothing outside the two folders is touched, and in the
// corpus folder no file but an earlier upload of the same article (by its
// address) is replaced. Its methods may be called from any goroutine.
type Uploads struct {
	// Dir is the first corpus folder, "" where there is none; it has the empty
	// Folder.Prefix.
	Dir string
	// Staging is a folder in the data directory for nothing else; it is made
	// where it is missing, for this user only.
	Staging string
	Store   *store.Store
	Now     func() time.Time

	mu sync.Mutex // of the files in Staging, and of names in Dir
}

// Draft is what was recognised in a file.
type Draft struct {
	Key  string // names it: 16 lower-case letters and digits
	Path string // of the file that it becomes, inside Dir
	// Articles are the first of those recognised, at most five, with the IDs
	// that they will have.
	Articles []*corpus.Article
	// New, Changed and Same count those that the store does not have, has
	// otherwise, and has already, under the same ID or with the same words. What
	// another file gives otherwise under the same ID stays as that file has it,
	// so it is of Same, and one of the Failures.
	New, Changed, Same int
	// Withdrawn are the IDs of those of New that the store has and that were
	// withdrawn. If a file gives them still, a person did that, and Mirror leaves
	// them so: who wants them back has to restore them.
	Withdrawn []string
	// Failures are the first parts of it that cannot be read, at most ten, each
	// with the reason; Failed counts all.
	Failures []string
	Failed   int
}

// ErrNoDraft: the draft is not kept any more, or never was.
var ErrNoDraft = errors.New("the draft is not kept any more")

// Refusal is a reason not to take a file. It is an error, so that errors.Is
// finds it in a RefusedError.
type Refusal string

// The refusals.
const (
	RefusedNoFolder Refusal = "no corpus folder" // only the embedded sample is there
	RefusedReadOnly Refusal = "read-only folder" // the folder cannot be written to, or is gone
	RefusedKind     Refusal = "kind of file"     // neither txt, md, html nor jsonl
	RefusedSize     Refusal = "too large"        // packed or unpacked
	RefusedNotText  Refusal = "not text"         // it says that it is text and is not
	RefusedNothing  Refusal = "no article in it" // nothing was recognised
	RefusedFull     Refusal = "too many waiting" // drafts that nobody has confirmed
)

func (r Refusal) Error() string { return "refused: " + string(r) }

// RefusedError says why a file is not taken.
type RefusedError struct {
	Reason Refusal
	Detail string // what the reader or the system said, "" where the reason says all
}

func (e *RefusedError) Error() string {
	if e.Detail == "" {
		return e.Reason.Error()
	}
	return e.Reason.Error() + ": " + e.Detail
}

// Unwrap gives the reason.
func (e *RefusedError) Unwrap() error { return e.Reason }

func refuse(reason Refusal, detail string) error { return &RefusedError{reason, detail} }

// Stage keeps a file for a day, and says what is in it. The name is the one that
// the file has where it comes from, "" for text that was typed; it tells the
// kind of file and is trusted in nothing else. The same content under the same
// name has the same key. A file is refused (*RefusedError) if it is larger than
// MaxUpload, of which no more is read; or if it has no article; one that can be
// read in part is taken. Other errors are of the disk and of ctx.
func (u *Uploads) Stage(ctx context.Context, name string, r io.Reader) (Draft, error) {
	if u.Dir == "" {
		return Draft{}, refuse(RefusedNoFolder, "")
	}
	ext := source.GivenExtension(name)
	if name != "" && ext == "" {
		return Draft{}, refuse(RefusedKind, source.ErrKind.Error())
	}
	content, err := io.ReadAll(io.LimitReader(r, MaxUpload+1))
	if err != nil {
		return Draft{}, fmt.Errorf("stage a file: %w", err)
	}
	if len(content) > MaxUpload {
		return Draft{}, refuse(RefusedSize, source.ErrTooLarge.Error())
	}
	if sniffed := source.Sniff(content); name == "" || ext == ".txt" && sniffed == ".html" {
		ext = sniffed // a page that was saved as text is a page: nobody wants to quote its markup
	}
	// Read under any name, for its headline; then under the one that it gets.
	articles, failures := source.Recognise(ctx, "file"+ext, content)
	if err := ctx.Err(); err != nil { // which makes failures, too
		return Draft{}, fmt.Errorf("stage a file: %w", err)
	}
	if err := refusal(articles, failures); err != nil {
		return Draft{}, err
	}
	title := articles[0].Title
	if stem := source.GivenStem(name); len(articles) > 1 && stem != "" {
		title = stem
	}

	u.mu.Lock()
	defer u.mu.Unlock()
	kept := draft{Key: key(name, content), Title: title, Ext: ext, Staged: u.Now(), Size: len(content)}
	if err := u.name(ctx, &kept, articles, content); err != nil {
		return Draft{}, err
	}
	d := Draft{Key: kept.Key, Path: kept.Path}
	if err := u.recognise(ctx, &d, content); err != nil {
		return Draft{}, err
	}
	if err := u.keep(kept, content); err != nil {
		return Draft{}, err
	}
	return d, nil
}

// key names a draft.
func key(name string, content []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %s", len(name), name)
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// refusal says why a file of which this was read is not taken, nil if it is.
func refusal(articles []*corpus.Article, failures []source.Failure) error {
	for _, f := range failures {
		if errors.Is(f, source.ErrTooLarge) {
			return refuse(RefusedSize, f.Err.Error())
		}
	}
	switch {
	case len(articles) > 0:
		return nil
	case len(failures) == 0:
		return refuse(RefusedNothing, "")
	}
	err := failures[0].Err
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	for _, no := range []error{source.ErrBinary, source.ErrEncoding, source.ErrDocument, gzip.ErrHeader, gzip.ErrChecksum, io.ErrUnexpectedEOF} {
		if corrupt || errors.Is(err, no) {
			return refuse(RefusedNotText, err.Error())
		}
	}
	return refuse(RefusedNothing, err.Error())
}

// recognise fills the draft of a file that has its path.
func (u *Uploads) recognise(ctx context.Context, d *Draft, content []byte) error {
	articles, failures := source.Recognise(ctx, d.Path, content)
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("stage a file: %w", err)
	}
	if err := refusal(articles, failures); err != nil {
		return err
	}
	for _, a := range articles[:min(len(articles), shownArticles)] {
		shown := *a // the store writes its own into the articles it is asked of
		d.Articles = append(d.Articles, &shown)
	}
	odd, err := u.compare(ctx, d, articles)
	if err != nil {
		return fmt.Errorf("compare a file with the corpus: %w", err)
	}
	failures = append(failures, odd...)
	d.Failed = len(failures)
	for _, f := range failures[:min(len(failures), shownFailures)] {
		where := strings.TrimPrefix(strings.TrimPrefix(f.Path, d.Path), "#")
		d.Failures = append(d.Failures, strings.TrimPrefix(where+": "+f.Err.Error(), ": "))
	}
	return nil
}

// errCompared ends the transaction of compare, so that nothing of it stays.
var errCompared = errors.New("compared")

// compare finds out what the store would make of the articles, by storing them
// in a transaction that is then undone. It gives those that it would not take.
func (u *Uploads) compare(ctx context.Context, d *Draft, articles []*corpus.Article) (odd []source.Failure, err error) {
	ids := make([]string, len(articles))
	for i, a := range articles {
		ids[i] = a.ID
	}
	before, err := u.Store.States(ctx, ids)
	if err != nil {
		return nil, err
	}
	err = u.Store.Update(ctx, func(tx *store.Tx) error {
		for _, a := range articles {
			r, err := tx.Refresh(a)
			switch {
			case errors.Is(err, store.ErrArticle):
				odd = append(odd, source.Failure{Path: a.Path, Err: err})
			case err != nil:
				return err
			case a.Withdrawn:
				d.New++
				d.Withdrawn = append(d.Withdrawn, a.ID)
			case r.Outcome == store.Added:
				d.New++
			case r.Outcome == store.Changed && before[a.ID].Path == a.Path:
				d.Changed++
			case r.Outcome == store.Changed:
				d.Same++
				odd = append(odd, source.Failure{Path: a.Path, Err: held(before[a.ID])})
			default:
				d.Same++
			}
		}
		return errCompared
	})
	if err == errCompared { // and the undoing has not failed
		err = nil
	}
	return odd, err
}

// held is why an article is not changed.
func held(s store.State) error {
	if s.Path == "" {
		return errors.New("the file has that address twice")
	}
	return fmt.Errorf("%s has that address, and is not replaced", s.Path)
}

// sameContent compares an open file with content.
func sameContent(r io.Reader, content []byte) bool {
	there, err := io.ReadAll(io.LimitReader(r, int64(len(content))+1))
	return err == nil && bytes.Equal(there, content)
}
