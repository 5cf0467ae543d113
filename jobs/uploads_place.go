package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"runtime"
	"syscall"
	"time"

	"trichdan/corpus/source"
)

// draft is how a Draft is kept: its content in a file named by the key, and
// this beside it with .json behind, which is written last.
type draft struct {
	Key  string `json:"key"`
	Path string `json:"path"`
	// Replaces says that an earlier upload of the same article has the path.
	Replaces bool      `json:"replaces"`
	Title    string    `json:"title"` // of which the path was made
	Ext      string    `json:"ext"`
	Staged   time.Time `json:"staged"`
	Size     int       `json:"size"` // of the content in bytes
}

const (
	draftSuffix = ".json"
	// halfSuffix is of files that are being written, here and, with a dot
	// before, in the corpus folder, where List passes over them.
	halfSuffix = ".part"
)

var keyPattern = regexp.MustCompile(`^[0-9a-f]{16}$`)

// Place puts a draft into Dir and forgets the draft. The path, inside Dir, is
// Draft.Path, unless another file has come to that name meanwhile; if the same
// content is there already, that will do. The file is there as a whole or not at
// all. The errors are ErrNoDraft, a *RefusedError where Dir cannot be written to,
// those of the disk, and of ctx.
func (u *Uploads) Place(ctx context.Context, key string) (path string, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return "", err
	}
	staged, err := u.staging()
	if err != nil {
		return "", err
	}
	defer staged.Close() // the folder: nothing is lost
	d, err := load(staged, key)
	if err != nil {
		return "", err
	}
	content, err := staged.ReadFile(key)
	if err != nil {
		return "", fmt.Errorf("read a draft: %w", err)
	}
	dir, err := u.open()
	if err != nil {
		return "", err
	}
	defer dir.Close()
	if path, err = place(dir, d, content); err != nil {
		return "", err
	}
	return path, forget(staged, key)
}

// place writes a draft into the folder.
func place(dir *os.Root, d draft, content []byte) (string, error) {
	if there, err := holds(dir, d.Path, content); there || err != nil {
		return d.Path, err
	}
	if !d.Replaces { // another draft of the same may have been placed meanwhile
		entries, err := fs.ReadDir(dir.FS(), ".")
		if err != nil {
			return "", unwritable(err)
		}
		if name, err := uploaded(dir, entries, d.Ext, content); name != "" || err != nil {
			return name, err
		}
	}
	half := "." + d.Key + halfSuffix
	if err := write(dir, half, content, 0o644); err != nil {
		return "", unwritable(err)
	}
	defer func() { _ = dir.Remove(half) }() // else the next attempt does
	if d.Replaces && isFile(dir, d.Path) {
		if err := dir.Rename(half, d.Path); err != nil {
			return "", unwritable(err)
		}
		return d.Path, syncFolder(dir)
	}
	path := d.Path
	for n := 0; n < mostNames; n++ {
		if n > 0 {
			path = source.UploadName(d.Staged, d.Title, n, d.Ext)
		}
		err := publish(dir, half, path)
		switch {
		case err == nil:
			return path, syncFolder(dir)
		case !errors.Is(err, fs.ErrExist):
			return "", unwritable(err)
		}
		if there, err := holds(dir, path, content); there || err != nil {
			return path, err
		}
	}
	return "", fmt.Errorf("place %s: too many files of that name: %w", d.Path, fs.ErrExist)
}

// publish gives a file that was written its name, if that is free; fs.ErrExist
// if it is not.
func publish(dir *os.Root, half, path string) error {
	err := dir.Link(half, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return rename(dir, half, path)
}

// rename is publish for a file system without hard links: the name is taken by
// an empty file, which is ours to replace.
func rename(dir *os.Root, half, path string) error {
	f, err := dir.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Close(), dir.Rename(half, path)); err != nil {
		return errors.Join(err, dir.Remove(path))
	}
	return nil
}

// holds reports whether a regular file of the folder has this content. A name
// that leads elsewhere is not followed.
func holds(dir *os.Root, name string, content []byte) (bool, error) {
	info, err := dir.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, unwritable(err)
	}
	if !info.Mode().IsRegular() || info.Size() != int64(len(content)) {
		return false, nil
	}
	f, err := dir.Open(name)
	if err != nil {
		return false, nil // it may be anything, so it is another one
	}
	defer f.Close() // only read
	return sameContent(f, content), nil
}

// isFile reports whether the folder has a regular file of that name.
func isFile(dir *os.Root, name string) bool {
	info, err := dir.Lstat(name)
	return err == nil && info.Mode().IsRegular()
}

// open opens the corpus folder.
func (u *Uploads) open() (*os.Root, error) {
	if u.Dir == "" {
		return nil, refuse(RefusedNoFolder, "")
	}
	dir, err := os.OpenRoot(u.Dir)
	if err != nil {
		return nil, unwritable(err)
	}
	return dir, nil
}

// unwritable makes the errors of a folder that is gone, or may not be written
// to, a refusal; a full disk and the like stay what they are.
func unwritable(err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.EROFS) {
		cause := err
		if e, ok := errors.AsType[*fs.PathError](err); ok {
			cause = e.Err // people are not shown the paths of the machine
		} else if e, ok := errors.AsType[*os.LinkError](err); ok {
			cause = e.Err
		}
		return refuse(RefusedReadOnly, cause.Error())
	}
	return fmt.Errorf("the corpus folder: %w", err)
}

// write writes a file as a whole, over one that an earlier attempt has left.
func write(dir *os.Root, name string, content []byte, mode fs.FileMode) error {
	if err := dir.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	// The mode is what was asked for, whatever the umask.
	if err := errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, dir.Remove(name))
	}
	return nil
}

// syncFolder makes the names in a folder last.
func syncFolder(dir *os.Root) error {
	if runtime.GOOS == "windows" {
		return nil // it has no such call
	}
	f, err := dir.Open(".")
	if err != nil {
		return unwritable(err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("the corpus folder: %w", err)
	}
	return nil
}

// load reads what is known of a draft.
func load(staged *os.Root, key string) (draft, error) {
	var d draft
	if !keyPattern.MatchString(key) {
		return d, ErrNoDraft
	}
	b, err := staged.ReadFile(key + draftSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return d, ErrNoDraft
	}
	if err == nil {
		err = json.NewDecoder(bytes.NewReader(b)).Decode(&d)
	}
	if err != nil {
		return d, fmt.Errorf("read a draft: %w", err)
	}
	return d, nil
}
