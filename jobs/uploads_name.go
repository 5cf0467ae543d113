package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"trichdan/corpus"
	"trichdan/corpus/source"
)

// mostNames is how many files of one day may have the same headline.
const mostNames = 1000

// name chooses the path of a draft in which these articles are: that of an upload
// that holds the same already, that of an earlier upload of the same article, or
// the first name that neither a file nor another draft has.
func (u *Uploads) name(ctx context.Context, d *draft, articles []*corpus.Article, content []byte) error {
	dir, err := u.open()
	if err != nil {
		return err
	}
	defer dir.Close() // the folder: nothing is lost
	if err := tryToWrite(dir, "."+d.Key+halfSuffix); err != nil {
		return unwritable(err)
	}
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		return unwritable(err)
	}
	if d.Path, err = uploaded(dir, entries, d.Ext, content); d.Path != "" || err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, e := range entries {
		taken[strings.ToLower(e.Name())] = true // as some file systems see it
	}
	if d.Path, err = u.earlier(ctx, dir, d.Ext, articles); d.Path != "" || err != nil {
		d.Replaces = true
		return err
	}
	drafts, err := u.drafts()
	if err != nil {
		return err
	}
	for _, other := range drafts {
		if other.Key != d.Key {
			taken[other.Path] = true
		}
	}
	for n := 1; n < mostNames; n++ {
		if d.Path = source.UploadName(d.Staged, d.Title, n, d.Ext); !taken[d.Path] {
			return nil
		}
	}
	return fmt.Errorf("name %q: too many files of that name: %w", d.Title, fs.ErrExist)
}

// tryToWrite makes a file and removes it, so that nobody has to confirm what
// cannot be done.
func tryToWrite(dir *os.Root, name string) error {
	f, err := dir.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), dir.Remove(name))
}

// earlier gives the file that an earlier upload of an article has become, "" if
// there is none. Who corrects an article in a chat has no other way to reach that
// file, and what is not in it any more stays a revision in the store. A file that
// holds other articles too is not touched.
func (u *Uploads) earlier(ctx context.Context, dir *os.Root, ext string, articles []*corpus.Article) (string, error) {
	if len(articles) != 1 || articles[0].URL == "" {
		return "", nil
	}
	id := articles[0].ID
	states, err := u.Store.States(ctx, []string{id})
	if err != nil {
		return "", fmt.Errorf("look for an earlier upload: %w", err)
	}
	path := states[id].Path
	if strings.ContainsAny(path, "/#") || !source.IsUpload(path) || source.Extension(path) != ext || !isFile(dir, path) {
		return "", nil
	}
	return path, nil
}

// uploaded gives the name of the upload that holds this content, "" if none does.
func uploaded(dir *os.Root, entries []fs.DirEntry, ext string, content []byte) (name string, err error) {
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || !source.IsUpload(name) || source.Extension(name) != ext {
			continue
		}
		if there, err := holds(dir, name, content); there || err != nil {
			return name, err
		}
	}
	return "", nil
}
