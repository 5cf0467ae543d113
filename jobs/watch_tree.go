package jobs

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"trichdan/corpus/source"
)

// watches are those of the operating system, one a folder and not of the folders
// below it.
type watches interface {
	Add(folder string) error
	Remove(folder string) error
	WatchList() []string
}

// tree keeps the watches equal to the folders in which articles are looked for.
type tree struct {
	roots  []string // clean paths
	system watches
	fail   func(error) // called when the system has no more watches
	log    *slog.Logger

	mu sync.Mutex // of who changes watches
	// as tells what each root was when it came to be watched; nil: missing.
	as map[string]fs.FileInfo

	knownMu sync.Mutex // never held while the system is used
	known   map[string]bool
}

func newTree(dirs []string, system watches, fail func(error), log *slog.Logger) *tree {
	t := &tree{system: system, fail: fail, log: log, as: map[string]fs.FileInfo{}, known: map[string]bool{}}
	for _, dir := range dirs {
		t.roots = append(t.roots, filepath.Clean(dir))
	}
	return t
}

// knows reports whether a path is, or was lately, a folder that is watched.
func (t *tree) knows(p string) bool {
	t.knownMu.Lock()
	defer t.knownMu.Unlock()
	return t.known[p]
}

// sync watches the folders that there are now, and no others. It reports whether
// they are others than before, which events may not have told.
func (t *tree) sync(ctx context.Context) (changed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	want := map[string]bool{}
	replaced := map[string]bool{}
	for _, root := range t.roots {
		before := t.as[root]
		now, err := os.Stat(root)
		if err != nil || !now.IsDir() {
			now = nil
		}
		if (now == nil) != (before == nil) || now != nil && !os.SameFile(now, before) {
			changed, replaced[root] = true, true
		}
		if t.as[root] = now; now == nil {
			continue
		}
		for _, p := range t.folders(ctx, root) {
			want[p] = true
		}
	}
	if ctx.Err() != nil {
		return false
	}
	// First those that are to go: a folder that was moved is known to the system
	// by what it is, and would go with its old name.
	have := map[string]bool{}
	for _, p := range t.system.WatchList() {
		if want[p] && !within(p, replaced) {
			have[p] = true
		} else if err := t.system.Remove(p); err != nil {
			t.log.Debug("a folder was not watched any more", "folder", p, "error", err)
		}
	}
	for p := range want {
		if !have[p] {
			t.add(ctx, p)
		}
	}
	t.knownMu.Lock()
	defer t.knownMu.Unlock()
	changed = changed || !maps.Equal(t.known, want)
	t.known = want
	return changed
}

// addAll watches a folder that has just come to be, and those in it.
func (t *tree) addAll(ctx context.Context, dir string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return fs.SkipAll
		case err != nil, !e.IsDir():
			return nil // it will be looked at again when all is quiet
		case passedOver(e.Name()):
			return fs.SkipDir
		}
		t.add(ctx, p)
		t.knownMu.Lock()
		t.known[p] = true
		t.knownMu.Unlock()
		return nil
	})
	if err != nil {
		t.log.Warn("watch a new folder", "error", err)
	}
}

// add watches one folder.
func (t *tree) add(ctx context.Context, p string) {
	switch err := t.system.Add(p); {
	case err == nil, ctx.Err() != nil, errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EMFILE):
		t.fail(err)
	default:
		t.log.Warn("a folder cannot be watched", "folder", p, "error", err)
	}
}

// folders gives the folders below root in which articles are looked for, and
// root itself in any case.
func (t *tree) folders(ctx context.Context, root string) []string {
	list := []string{root}
	fsys, closeDir, err := source.OpenDir(root)
	if err != nil {
		return list
	}
	defer func() { _ = closeDir() }() // only read
	below, err := source.Folders(ctx, fsys)
	if err != nil && ctx.Err() == nil {
		t.log.Warn("list the folders to watch", "folder", root, "error", err)
	}
	for _, p := range below {
		list = append(list, filepath.Join(root, filepath.FromSlash(p)))
	}
	return list
}

// within reports whether p is one of the folders or lies in one.
func within(p string, folders map[string]bool) bool {
	for folder := range folders {
		if p == folder || strings.HasPrefix(p, folder+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// passedOver reports whether a name is hidden, as those of files that are being
// written are. Volumes that Kubernetes mounts are changed by replacing a link
// named "..data", to which other links lead.
func passedOver(name string) bool {
	return strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "..")
}
