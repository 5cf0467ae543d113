package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
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
	system, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch the folders: %w", limits(err))
	}
	log = log.With("component", "watcher")
	asked := ctx
	ctx, cancel := context.WithCancelCause(ctx)
	w := &eventReader{
		system: system, log: log, pokes: make(chan struct{}, 1), appeared: make(chan struct{}, 1),
		tree: newTree(dirs, system, func(err error) { cancel(limits(err)) }, log),
	}
	var others sync.WaitGroup
	others.Go(w.read)
	defer func() {
		cancel(nil)
		_ = system.Close() // ends read
		others.Wait()
	}()
	w.tree.sync(ctx)
	ready()
	others.Go(func() { w.keepUp(ctx) })
	debounce(ctx, w.pokes, quiet, longestChange, func() {
		// What has come to be is watched before it is read, so that nothing falls
		// between the two.
		w.tree.sync(ctx)
		if ctx.Err() == nil {
			changed()
		}
	})
	if asked.Err() != nil {
		return nil
	}
	return fmt.Errorf("watch the folders: %w", context.Cause(ctx))
}

// eventReader makes pokes of what the system tells. Its read must never wait for
// what uses system: that may itself wait for an error to be read.
type eventReader struct {
	system   *fsnotify.Watcher
	tree     *tree
	log      *slog.Logger
	pokes    chan struct{} // something has changed
	appeared chan struct{} // there is something in fresh

	mu    sync.Mutex
	fresh []string // folders that have come to be and are to be watched
}

// poke wakes who waits for a channel, now or when it looks again.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it is known
	}
}

// read reads what the system tells, until that is closed.
func (w *eventReader) read() {
	for events, errs := w.system.Events, w.system.Errors; events != nil || errs != nil; {
		select {
		case e, ok := <-events:
			switch {
			case !ok:
				events = nil
			case w.counts(e):
				poke(w.pokes)
			}
		case err, ok := <-errs:
			switch {
			case !ok:
				errs = nil
			case errors.Is(err, fsnotify.ErrEventOverflow):
				w.log.Info("too many changes to be told one by one")
				poke(w.pokes)
			case err != nil:
				// A watch that was gone already: it is looked at again.
				w.log.Debug("watch the folders", "error", err)
			}
		}
	}
}

// counts reports whether an event may change what is listed.
func (w *eventReader) counts(e fsnotify.Event) bool {
	name := filepath.Base(e.Name)
	switch {
	case e.Name == "":
		return false
	case slices.Contains(w.tree.roots, e.Name):
		return true
	case passedOver(name):
		return false
	case source.Extension(name) != "":
		return true
	}
	info, err := os.Lstat(e.Name)
	if err != nil {
		// It is gone. It mattered if it was a folder, or a link to one; the names
		// of other files have dots.
		return !strings.Contains(name, ".") || w.tree.knows(e.Name)
	}
	if info.IsDir() && e.Has(fsnotify.Create) {
		w.mu.Lock()
		w.fresh = append(w.fresh, e.Name)
		w.mu.Unlock()
		poke(w.appeared)
	}
	return info.IsDir() || info.Mode()&fs.ModeSymlink != 0
}

// keepUp watches folders as they come to be, so that what is being copied into
// them counts, and looks for what no event tells, until ctx ends.
func (w *eventReader) keepUp(ctx context.Context) {
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		select {
		case <-w.appeared:
			w.mu.Lock()
			fresh := w.fresh
			w.fresh = nil
			w.mu.Unlock()
			for _, dir := range fresh {
				w.tree.addAll(ctx, dir)
			}
		case <-again.C:
			if w.tree.sync(ctx) {
				poke(w.pokes)
			}
		case <-ctx.Done():
			return
		}
	}
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
