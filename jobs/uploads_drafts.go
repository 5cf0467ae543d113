package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Discard forgets a draft; ErrNoDraft if it is not kept any more.
func (u *Uploads) Discard(ctx context.Context, key string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	staged, err := u.staging()
	if err != nil {
		return err
	}
	defer staged.Close() // the folder: nothing is lost
	if _, err := load(staged, key); err != nil {
		return err
	}
	return forget(staged, key)
}

// Prune forgets drafts that are older than a day, and what a crash has left of
// others.
func (u *Uploads) Prune(ctx context.Context) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	return u.prune()
}

func (u *Uploads) prune() error {
	staged, err := u.staging()
	if err != nil {
		return err
	}
	defer staged.Close()
	drafts, err := u.drafts()
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for _, d := range drafts {
		if u.Now().Sub(d.Staged) < draftAge {
			kept[d.Key], kept[d.Key+draftSuffix] = true, true
		}
	}
	entries, err := fs.ReadDir(staged.FS(), ".")
	if err != nil {
		return fmt.Errorf("prune drafts: %w", err)
	}
	var errs []error
	for _, e := range entries {
		if !kept[e.Name()] && ours(e.Name()) {
			errs = append(errs, staged.Remove(e.Name()))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("prune drafts: %w", err)
	}
	return nil
}

// ours reports whether a file in the staging folder has a name that we give.
func ours(name string) bool {
	name = strings.TrimSuffix(name, halfSuffix)
	return keyPattern.MatchString(strings.TrimSuffix(name, draftSuffix))
}

// keep stores a draft with its content.
func (u *Uploads) keep(d draft, content []byte) error {
	if err := u.prune(); err != nil {
		return err
	}
	drafts, err := u.drafts()
	if err != nil {
		return err
	}
	n, size := 1, d.Size
	for _, other := range drafts {
		if other.Key != d.Key {
			n++
			size += other.Size
		}
	}
	if n > draftsKept || size > draftBytes {
		return refuse(RefusedFull, "")
	}
	about, err := json.Marshal(d)
	if err != nil {
		return err
	}
	staged, err := u.staging()
	if err != nil {
		return err
	}
	defer staged.Close()
	for _, f := range []struct {
		name    string
		content []byte
	}{{d.Key, content}, {d.Key + draftSuffix, about}} {
		err := write(staged, f.name+halfSuffix, f.content, 0o600)
		if err == nil {
			err = staged.Rename(f.name+halfSuffix, f.name)
		}
		if err != nil {
			return fmt.Errorf("keep a draft: %w", err)
		}
	}
	return nil
}

// drafts gives all that are kept; one that cannot be read is none.
func (u *Uploads) drafts() ([]draft, error) {
	staged, err := u.staging()
	if err != nil {
		return nil, err
	}
	defer staged.Close()
	entries, err := fs.ReadDir(staged.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	var list []draft
	for _, e := range entries {
		if key, ok := strings.CutSuffix(e.Name(), draftSuffix); ok {
			if d, err := load(staged, key); err == nil && d.Key == key {
				list = append(list, d)
			}
		}
	}
	return list, nil
}

// forget removes the files of a draft, the one that says that it is there first.
func forget(staged *os.Root, key string) error {
	for _, name := range []string{key + draftSuffix, key} {
		if err := staged.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("forget a draft: %w", err)
		}
	}
	return nil
}

// staging opens the folder of drafts, and makes it where it is missing.
func (u *Uploads) staging() (*os.Root, error) {
	err := os.MkdirAll(u.Staging, 0o700)
	if err == nil {
		// It may have been made with more rights, or with a wider umask.
		err = os.Chmod(u.Staging, 0o700)
	}
	if err != nil {
		return nil, fmt.Errorf("the folder of drafts: %w", err)
	}
	staged, err := os.OpenRoot(u.Staging)
	if err != nil {
		return nil, fmt.Errorf("the folder of drafts: %w", err)
	}
	return staged, nil
}
