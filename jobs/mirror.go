package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"trichdan/corpus/source"
	"trichdan/corpus/store"
)

// Folder is a folder of article files to mirror.
type Folder struct {
	// Name tells folders apart for good: the absolute, cleaned path, or
	// "sample".
	Name string
	FS   fs.FS
	// Prefix is put before the paths of the folder's articles as it stands
	// ("more/"), so that files of the same name in two folders differ. It is
	// empty for the first folder.
	Prefix string
}

// Report is what Mirror did, and what it met. The numbers count articles.
type Report struct {
	Added, Changed, Withdrawn, Restored int
	// Unchanged counts the other articles that the folders give, those of a
	// file that has come to fail included.
	Unchanged int
	// Duplicates and Failures stand in every report for as long as their files
	// are there, in the order of folders and files.
	Duplicates []Duplicate
	Failures   []source.Failure
	Elapsed    time.Duration
}

// Duplicate is an article in a folder that is there only once in the store.
type Duplicate struct {
	Path   string // where it was met
	Of     string // ID of the article that stands for it
	OfPath string // and its path; the same as Path if its file names it twice
}

// Progress is told how far Mirror has come: files done, of all. A file of many
// articles counts as that many once it is read, so both numbers grow. It is
// called on the goroutine of Mirror.
type Progress func(done, total int)

// Mirror makes the store equal to the folders.
//
// A file that has kept its size and modification time since it was read is not
// read again, unless it was modified within two seconds of that, or has no
// modification time (embedded files). What no folder gives any more (a file
// that is gone, a folder that is no longer among folders, an article that a
// changed file has lost) is withdrawn. A file that cannot be read, wholly or in
// part, keeps its earlier articles; so do the files of a folder inside a folder
// that cannot be listed. An article that somebody withdrew by hand stays
// withdrawn while its file gives it. Of two files that claim one ID, the one
// that had it first keeps it, in a first run the first by name.
//
// A folder that cannot be listed at all is an error, and nothing is changed.
// After another error, a cancelled context or a crash, the store holds what was
// done up to then, and the next run goes on from there. Until one comes to its
// end, Unfinished says that the store holds neither what it held before nor
// what the folders give.
func Mirror(ctx context.Context, st *store.Store, folders []Folder, now func() time.Time, progress Progress) (Report, error) {
	start := now()
	m := newMirror(st, start, progress)
	err := m.run(ctx, folders)
	r := m.report
	r.Elapsed = now().Sub(start)
	if err != nil {
		return r, fmt.Errorf("mirror the folders: %w", err)
	}
	return r, nil
}

// mirroringKey is the name under which the store notes that a mirroring has
// changed something and has not come to its end.
const mirroringKey = "mirroring"

// Unfinished reports whether the last Mirror that changed the store was cut
// short. Then the folders are to be mirrored again before the store is used.
func Unfinished(ctx context.Context, st *store.Store) (bool, error) {
	mark, err := st.Meta(ctx, mirroringKey)
	return mark != "", err
}

// racy is how long after its modification a file may change again without a
// new modification time; file systems and archives keep up to two seconds.
const racy = 2 * time.Second

// file is a file of a folder, or one that was there.
type file struct {
	folder *Folder // nil: gone, or its folder is
	info   source.File
	state  store.FileState // as the store has it
	// listed files were met in this run and can be read; others that are not
	// gone are kept as they are.
	listed   bool
	failures []source.Failure
	// next is the state to be recorded once lost articles are withdrawn.
	next *store.FileState
}

func (f *file) gone() bool { return f.folder == nil }

// fresh reports whether the file needs no reading.
func (f *file) fresh() bool {
	s := &f.state
	return !s.Scanned.IsZero() && !f.info.ModTime.IsZero() &&
		s.Size == f.info.Size && s.ModTime.Equal(f.info.ModTime) && s.Prefix == f.folder.Prefix &&
		f.info.ModTime.Add(racy).Before(s.Scanned)
}

// mirror is one run.
type mirror struct {
	st       *store.Store
	start    time.Time
	progress Progress
	report   Report

	files   []*file // in the order of folders and paths; the gone ones last
	listing []source.Failure
	// claims has, by article ID, the files that give it. More than one only
	// after a crash; then the first in order is believed.
	claims map[string][]*file
	// kept are the articles that files gave before this run: if one of them is
	// withdrawn, a person did it.
	kept map[string]bool
	// outcomes are those of the articles that are not unchanged.
	outcomes map[string]outcome

	begun       bool   // the store says so, see mirroringKey
	pending     []item // for the next transaction
	batch       int    // how many articles or files a transaction takes
	articles    int    // in pending
	bytes       int
	done, total int
}

func newMirror(st *store.Store, start time.Time, progress Progress) *mirror {
	if progress == nil {
		progress = func(int, int) {}
	}
	return &mirror{
		st: st, start: start, progress: progress, batch: batchArticles,
		claims: map[string][]*file{}, kept: map[string]bool{}, outcomes: map[string]outcome{},
	}
}

type outcome uint8

const (
	unchanged outcome = iota
	added
	changed
	restored
	withdrawn
)

func (m *mirror) run(ctx context.Context, folders []Folder) (err error) {
	if err := m.load(ctx, folders); err != nil {
		return err
	}
	if m.begun, err = Unfinished(ctx, m.st); err != nil {
		return err
	}
	var stale []*file
	for _, f := range m.files {
		if f.listed {
			m.total++
			if f.fresh() {
				m.done++
			} else {
				stale = append(stale, f)
			}
		}
	}
	m.progress(m.done, m.total)
	if err := m.read(ctx, stale); err != nil {
		return err
	}
	// An article whose file was renamed, or which another file names too, goes
	// on under its ID.
	if err := m.reread(ctx, m.orphaned); err != nil {
		return err
	}
	if err := m.withdraw(ctx); err != nil {
		return err
	}
	// What was a duplicate of a withdrawn or changed article stands for itself.
	states, err := m.originals(ctx)
	if err != nil {
		return err
	}
	err = m.reread(ctx, func(d store.FileDuplicate) bool {
		s, ok := states[d.Of]
		return d.ID != d.Of && (!ok || s.Withdrawn || s.Revision != d.Revision)
	})
	if err != nil {
		return err
	}
	if err := m.withdraw(ctx); err != nil {
		return err
	}
	if m.begun {
		if err := m.st.SetMeta(ctx, mirroringKey, ""); err != nil {
			return err
		}
	}
	return m.sum(ctx)
}

// update changes the store, and with the first change notes that the mirroring
// has begun.
func (m *mirror) update(ctx context.Context, f func(*store.Tx) error) error {
	err := m.st.Update(ctx, func(tx *store.Tx) error {
		if !m.begun {
			if err := tx.SetMeta(mirroringKey, m.start.UTC().Format(time.RFC3339)); err != nil {
				return err
			}
		}
		return f(tx)
	})
	if err == nil {
		m.begun = true
	}
	return err
}

// load lists the folders and reads what is known of their files.
func (m *mirror) load(ctx context.Context, folders []Folder) error {
	type listing struct {
		files    []source.File
		failures []source.Failure
	}
	lists := make([]listing, len(folders))
	configured := map[string]bool{}
	for i, folder := range folders {
		if configured[folder.Name] {
			return fmt.Errorf("folder %s is given twice", folder.Name)
		}
		configured[folder.Name] = true
		files, failures, err := source.List(ctx, folder.FS)
		if err != nil {
			return fmt.Errorf("folder %s: %w", folder.Name, err)
		}
		lists[i] = listing{files, failures}
	}
	var gone []*file
	for i := range folders {
		folder := &folders[i]
		states, err := m.st.Files(ctx, folder.Name)
		if err != nil {
			return err
		}
		for _, info := range lists[i].files {
			state, ok := states[info.Path]
			if !ok {
				state = store.FileState{Root: folder.Name, Path: info.Path}
			}
			delete(states, info.Path)
			m.files = append(m.files, &file{folder: folder, info: info, state: state, listed: true, failures: failuresOf(state)})
		}
		for _, p := range sorted(states) {
			f := &file{state: states[p]}
			if hidden(p, lists[i].failures) {
				f.folder = folder
				m.files = append(m.files, f)
			} else {
				gone = append(gone, f)
			}
		}
		for _, failure := range lists[i].failures {
			failure.Path = folder.Prefix + failure.Path
			m.listing = append(m.listing, failure)
		}
	}
	roots, err := m.st.Roots(ctx)
	if err != nil {
		return err
	}
	for _, root := range roots {
		if configured[root] {
			continue
		}
		states, err := m.st.Files(ctx, root)
		if err != nil {
			return err
		}
		for _, p := range sorted(states) {
			gone = append(gone, &file{state: states[p]})
		}
	}
	for _, f := range m.files {
		for _, id := range f.state.Articles {
			m.claims[id] = append(m.claims[id], f)
			m.kept[id] = true
		}
	}
	for _, f := range gone {
		for _, id := range f.state.Articles {
			m.kept[id] = true
		}
	}
	m.files = append(m.files, gone...)
	return nil
}

// hidden reports whether the file p is missing from a listing because it, or a
// folder above it, could not be listed.
func hidden(p string, failures []source.Failure) bool {
	for _, f := range failures {
		if f.Path == "." || f.Path == p || strings.HasPrefix(p, f.Path+"/") {
			return true
		}
	}
	return false
}

// failuresOf gives the failures recorded for a file.
func failuresOf(s store.FileState) []source.Failure {
	var fs []source.Failure
	for _, f := range s.Failures {
		fs = append(fs, source.Failure{Path: f.Path, Err: errors.New(f.Reason)})
	}
	return fs
}

// orphaned reports whether a duplicate claims the ID of an article that no
// file gives any more.
func (m *mirror) orphaned(d store.FileDuplicate) bool {
	return d.ID == d.Of && len(m.claims[d.Of]) == 0
}

// reread reads the files that hold a duplicate of the given kind.
func (m *mirror) reread(ctx context.Context, is func(store.FileDuplicate) bool) error {
	var files []*file
	for _, f := range m.files {
		if !f.listed {
			continue
		}
		for _, d := range f.state.Duplicates {
			if is(d) {
				files = append(files, f)
				m.total++
				break
			}
		}
	}
	return m.read(ctx, files)
}

// originals gives the states of the articles that duplicates repeat.
func (m *mirror) originals(ctx context.Context) (map[string]store.State, error) {
	var ids []string
	for _, f := range m.files {
		for _, d := range f.state.Duplicates {
			ids = append(ids, d.Of)
		}
	}
	return m.st.States(ctx, ids)
}

// sum makes the report.
func (m *mirror) sum(ctx context.Context) error {
	r := &m.report
	for _, o := range m.outcomes {
		switch o {
		case added:
			r.Added++
		case changed:
			r.Changed++
		case restored:
			r.Restored++
		case withdrawn:
			r.Withdrawn++
		}
	}
	for id := range m.claims {
		if m.outcomes[id] == unchanged {
			r.Unchanged++
		}
	}
	states, err := m.originals(ctx)
	if err != nil {
		return err
	}
	r.Failures = m.listing
	for _, f := range m.files {
		if f.gone() {
			continue
		}
		for _, d := range f.state.Duplicates {
			r.Duplicates = append(r.Duplicates, Duplicate{Path: d.Path, Of: d.Of, OfPath: states[d.Of].Path})
		}
		r.Failures = append(r.Failures, f.failures...)
	}
	return nil
}
