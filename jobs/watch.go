package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"

	"trichdan/corpus/source"
)

const (
	// quietAfter is how long nothing may happen before a change counts as done,
	// where the caller names no other time, and longestChange how long it may go
	// on at most.
	quietAfter    = 2 * time.Second
	longestChange = 30 * time.Second
	// lookAgain is how often it is looked for what no event tells: a folder that
	// came to be mounted, or was replaced together with the one above it.
	lookAgain = time.Minute
)

// Watch calls changed when something has changed in the folders or in those
// below them: when nothing has happened for quiet (0 is two seconds), and at the
// latest after 30 seconds of continuous change. Names that source.List passes
// over, and files of kinds that it does not know, do not count. A folder that is
// missing is looked for every minute; that it has come or was replaced is a
// change. What changes before Watch has begun is not told, so begin it before
// the first reload. Changed is called on Watch's goroutine.
//
// Watch returns nil when ctx has ended. An error says that the system watches no
// more folders, which the caller can do without: file systems of networks tell
// of nothing anyway, so a reload by the clock is needed beside it.
func Watch(ctx context.Context, dirs []string, quiet time.Duration, changed func(), log *slog.Logger) error {
	if quiet <= 0 {
		quiet = quietAfter
	}
	return watch(ctx, dirs, quiet, changed, func() {}, log)
}

// watch is Watch; it calls ready when all folders are watched.
func watch(ctx context.Context, dirs []string, quiet time.Duration, changed, ready func(), log *slog.Logger) error {
	fsn, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch the folders: %w", limits(err))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watcher{fsn: fsn, log: log.With("component", "watcher"), pokes: make(chan struct{}, 1), cancel: cancel, roots: map[string]fs.FileInfo{}}
	for _, dir := range dirs {
		w.roots[filepath.Clean(dir)] = nil
	}
	var reading sync.WaitGroup
	reading.Go(w.read)
	defer func() {
		cancel(nil)
		_ = fsn.Close() // ends read
		reading.Wait()
	}()
	w.sync(ctx)
	ready()
	reading.Go(func() {
		again := time.NewTicker(lookAgain)
		defer again.Stop()
		for {
			select {
			case <-again.C:
				if w.sync(ctx) {
					w.poke()
				}
			case <-ctx.Done():
				return
			}
		}
	})
	debounce(ctx, w.pokes, quiet, longestChange, func() {
		// What has come to be is watched before it is read, so that nothing falls
		// between the two.
		w.sync(ctx)
		if ctx.Err() == nil {
			changed()
		}
	})
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("watch the folders: %w", err)
	}
	return nil
}

// watcher keeps the watches of the system equal to the folders.
type watcher struct {
	fsn    *fsnotify.Watcher
	log    *slog.Logger
	pokes  chan struct{}
	cancel context.CancelCauseFunc // with the error that Watch returns

	mu    sync.Mutex             // of sync
	roots map[string]fs.FileInfo // what each was when it came to be watched; nil: missing
}

// poke says that something has changed.
func (w *watcher) poke() {
	select {
	case w.pokes <- struct{}{}:
	default: // it is known
	}
}

// read reads what the system tells, until the watcher is closed.
func (w *watcher) read() {
	for events, errs := w.fsn.Events, w.fsn.Errors; events != nil || errs != nil; {
		select {
		case e, ok := <-events:
			if !ok {
				events = nil
			} else if w.counts(e) {
				w.poke()
			}
		case err, ok := <-errs:
			switch {
			case !ok:
				errs = nil
			case errors.Is(err, fsnotify.ErrEventOverflow):
				w.log.Info("too many changes to be told one by one")
				w.poke()
			default:
				w.log.Warn("watch the folders", "error", err)
			}
		}
	}
}

// counts reports whether an event may change what is listed. A folder that has
// come to be is watched from now on, so that what is being copied into it counts
// too.
func (w *watcher) counts(e fsnotify.Event) bool {
	name := filepath.Base(e.Name)
	if e.Name == "" || passedOver(name) {
		return false
	}
	if source.Extension(name) != "" {
		return true
	}
	info, err := os.Lstat(e.Name)
	if err != nil {
		// It is gone. Only folders and links to them had no extension of a file.
		return !strings.Contains(name, ".") || w.watched(e.Name)
	}
	if info.IsDir() && e.Has(fsnotify.Create) {
		w.addAll(e.Name)
	}
	return info.IsDir() || info.Mode()&fs.ModeSymlink != 0
}

// passedOver reports whether a name is hidden, as those of files that are being
// written are. Volumes that Kubernetes mounts are changed by replacing a link
// named "..data", to which other links lead.
func passedOver(name string) bool {
	return strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "..")
}

func (w *watcher) watched(path string) bool {
	for _, p := range w.fsn.WatchList() {
		if p == path {
			return true
		}
	}
	return false
}

// addAll watches a folder that has just come to be, and those in it.
func (w *watcher) addAll(dir string) {
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		switch {
		case err != nil, !e.IsDir():
			return nil // it will be looked at again when all is quiet
		case passedOver(e.Name()):
			return fs.SkipDir
		}
		w.add(p)
		return nil
	})
	if err != nil {
		w.log.Warn("watch a new folder", "error", err)
	}
}

// add watches one folder. That there can be no more watches ends all.
func (w *watcher) add(p string) {
	switch err := w.fsn.Add(p); {
	case err == nil, errors.Is(err, fsnotify.ErrClosed), errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EMFILE):
		w.cancel(limits(err))
	default:
		w.log.Warn("a folder cannot be watched", "folder", p, "error", err)
	}
}

// sync watches the folders that there are now, and no others. It reports whether
// one of the first of them has come, gone or been replaced.
func (w *watcher) sync(ctx context.Context) (changed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	want := map[string]bool{}
	replaced := map[string]bool{}
	for root, before := range w.roots {
		now, err := os.Stat(root)
		if err != nil || !now.IsDir() {
			now = nil
		}
		if (now == nil) != (before == nil) || now != nil && !os.SameFile(now, before) {
			changed, replaced[root] = true, true
		}
		if w.roots[root] = now; now == nil {
			continue
		}
		for _, p := range w.folders(ctx, root) {
			want[p] = true
		}
	}
	if ctx.Err() != nil {
		return false
	}
	// First those that are to go: a folder that was moved is known to the system
	// by what it is, and would go with its old name.
	have := map[string]bool{}
	for _, p := range w.fsn.WatchList() {
		if want[p] && !under(p, replaced) {
			have[p] = true
		} else if err := w.fsn.Remove(p); err != nil && !errors.Is(err, fsnotify.ErrNonExistentWatch) {
			w.log.Debug("a folder was not watched any more", "folder", p, "error", err)
		}
	}
	for p := range want {
		if !have[p] {
			w.add(p)
		}
	}
	return changed
}

// under reports whether p is one of the folders or lies in one.
func under(p string, roots map[string]bool) bool {
	for root := range roots {
		if p == root || strings.HasPrefix(p, root+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// folders gives the folders below root in which articles are looked for, and
// root itself in any case.
func (w *watcher) folders(ctx context.Context, root string) []string {
	list := []string{root}
	fsys, closeDir, err := source.OpenDir(root)
	if err != nil {
		return list
	}
	defer func() { _ = closeDir() }() // only read
	below, err := source.Folders(ctx, fsys)
	if err != nil && ctx.Err() == nil {
		w.log.Warn("list the folders to watch", "folder", root, "error", err)
	}
	for _, p := range below {
		list = append(list, filepath.Join(root, filepath.FromSlash(p)))
	}
	return list
}

// limits says which limit of the system an error means.
func limits(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("no more folders can be watched, raise the limit with sysctl fs.inotify.max_user_watches=524288: %w", err)
	case errors.Is(err, syscall.EMFILE):
		return fmt.Errorf("nothing more can be watched, raise the limit with sysctl fs.inotify.max_user_instances=512, or that of open files: %w", err)
	}
	return err
}
