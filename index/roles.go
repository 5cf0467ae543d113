package index

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// roles says what the generations in a directory are. It is the content of
// the file CURRENT, so that a swap is the renaming of one file:
//
//	generation-000003
//	previous generation-000002
//	held
//
// The first line names the current generation; the others may be missing. held
// is there after a rollback to a generation of another mapping.
type roles struct {
	current, previous string // "": none
	held              bool
}

const (
	previousWord = "previous "
	heldWord     = "held"
)

// readRoles reads CURRENT. What this program cannot have written there counts
// as missing.
func readRoles(dir string) (r roles, err error) {
	b, err := os.ReadFile(filepath.Join(dir, currentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return roles{}, nil
	}
	if err != nil {
		return roles{}, err
	}
	for i, line := range strings.Split(string(b), "\n") {
		line = strings.TrimSpace(line)
		name, isPrevious := strings.CutPrefix(line, previousWord)
		switch {
		case i == 0 && isGeneration(line):
			r.current = line
		case i > 0 && isPrevious && isGeneration(name) && name != r.current:
			r.previous = name
		case i > 0 && line == heldWord:
			r.held = true
		}
	}
	return r, nil
}

func isGeneration(name string) bool {
	return strings.HasPrefix(name, prefix) && !strings.ContainsAny(name, `/\`)
}

// write replaces CURRENT, atomically.
func (r roles) write(dir string) error {
	text := r.current + "\n"
	if r.previous != "" {
		text += previousWord + r.previous + "\n"
	}
	if r.held {
		text += heldWord + "\n"
	}
	return writeFile(filepath.Join(dir, currentFile), []byte(text))
}

// putAside renames a generation that cannot be opened, so that it is never
// taken for a good one and can still be looked at. Only the last is kept.
func putAside(dir, name string) error {
	if err := removeAll(dir, quarantine); err != nil {
		return err
	}
	err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, quarantine+name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// removeAll removes the directories with a prefix, but for some.
func removeAll(dir, prefix string, but ...string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) && !slices.Contains(but, e.Name()) {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeFile replaces a file so that after a crash either the old or the new
// content is there.
func writeFile(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".tmp-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // after a rename there is nothing to remove
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
