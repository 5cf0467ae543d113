package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// File is a file that holds one article or, for .jsonl, many.
type File struct {
	Path    string // slash-separated, relative to the folder
	Size    int64  // bytes on disk, compressed where the file is
	ModTime time.Time
}

// Failure is what could not be read, and why. The reason is English, meant
// for the person who keeps the folder.
type Failure struct {
	Path string // as in File; for a line of .jsonl with "#line 12" behind it
	Err  error
}

// Error gives path and reason.
func (f Failure) Error() string { return f.Path + ": " + f.Err.Error() }

// Unwrap gives the reason.
func (f Failure) Unwrap() error { return f.Err }

// Reasons that callers may want to tell apart.
var (
	ErrKind       = errors.New("unknown kind of file (want .txt, .md, .html or .jsonl, each also as .gz)")
	ErrIrregular  = errors.New("not a regular file")
	ErrEscape     = errors.New("symbolic link that leaves the folder")
	ErrTooLarge   = errors.New("larger than 10 MB")
	ErrEmpty      = errors.New("empty")
	ErrNoText     = errors.New("no article text, only boilerplate")
	ErrBinary     = errors.New("not text (NUL bytes)")
	ErrDocument   = errors.New("not text (PDF, PostScript or RTF)")
	ErrEncoding   = errors.New("not valid UTF-8, and no UTF-16 byte order mark")
	errLinkCycles = errors.New("symbolic links in a circle")
)

// OpenDir opens a folder such that nothing outside it can be read through it,
// whatever its symbolic links say. The caller calls close when done.
func OpenDir(dir string) (fsys fs.FS, close func() error, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("open corpus folder: %w", err)
	}
	return root.FS(), root.Close, nil
}

// List finds the article files below the root of fsys, in byte order of their
// paths. Names that begin with a dot are passed over in silence; files of an
// unknown kind, irregular files, folders that cannot be read and symbolic
// links that leave the folder or lead nowhere are failures. A symbolic link
// inside the folder is followed unless what it leads to is listed already, so
// circles end and nothing is listed twice.
//
// The error is that of the root folder, or of ctx.
func List(ctx context.Context, fsys fs.FS) ([]File, []Failure, error) {
	l := lister{fsys: fsys, seen: map[string]bool{}}
	if err := l.all(ctx); err != nil {
		return nil, nil, err
	}
	slices.SortFunc(l.files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	slices.SortFunc(l.failures, func(a, b Failure) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Err.Error(), b.Err.Error()))
	})
	return l.files, l.failures, nil
}

// Folders gives the folders in which List finds files, the root (".") among
// them, in byte order of their paths without symbolic links. The error is as that
// of List.
func Folders(ctx context.Context, fsys fs.FS) ([]string, error) {
	l := lister{fsys: fsys, seen: map[string]bool{}, folders: map[string]bool{}}
	if err := l.all(ctx); err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(l.folders)), nil
}

type lister struct {
	fsys     fs.FS
	seen     map[string]bool // paths without symbolic links of all that is listed
	links    []string        // paths still to follow
	files    []File
	failures []Failure
	folders  map[string]bool // that were looked into, without links; nil: nobody asks
}

// all lists the folder and what its links lead to. The error is that of the
// root folder, or of ctx.
func (l *lister) all(ctx context.Context) error {
	if err := l.dir(ctx, ".", "."); err != nil {
		return fmt.Errorf("list corpus folder: %w", err)
	}
	// Links wait until everything that lies in the folder itself is known; a
	// linked folder may hold more of them.
	for len(l.links) > 0 {
		links := l.links
		l.links = nil
		slices.Sort(links)
		for _, p := range links {
			if err := ctx.Err(); err != nil {
				return err
			}
			l.link(ctx, p)
		}
	}
	return ctx.Err()
}

func (l *lister) fail(p string, err error) {
	l.failures = append(l.failures, Failure{p, err})
}

// dir lists the folder named p, whose path without symbolic links is actual.
// Its error is that of reading the folder, which the caller reports.
func (l *lister) dir(ctx context.Context, p, actual string) error {
	if l.seen[actual] {
		return nil
	}
	l.seen[actual] = true
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := fs.ReadDir(l.fsys, p)
	if err != nil {
		return err
	}
	l.lookedInto(actual)
	for _, e := range entries {
		name, sub := path.Join(p, e.Name()), path.Join(actual, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.Type()&fs.ModeSymlink != 0:
			l.links = append(l.links, name)
		case e.IsDir():
			if err := l.dir(ctx, name, sub); err != nil && ctx.Err() == nil {
				l.fail(name, err)
			}
		default:
			info, err := e.Info()
			if err != nil {
				l.fail(name, err)
				continue
			}
			l.file(name, sub, info)
		}
	}
	return nil
}

func (l *lister) lookedInto(folder string) {
	if l.folders != nil {
		l.folders[folder] = true
	}
}

func (l *lister) file(p, actual string, info fs.FileInfo) {
	if l.seen[actual] {
		return
	}
	switch k, _ := kindOf(p); {
	case !info.Mode().IsRegular():
		l.fail(p, ErrIrregular)
	case k == noKind:
		l.fail(p, ErrKind)
	default:
		l.seen[actual] = true
		l.lookedInto(path.Dir(actual))
		l.files = append(l.files, File{Path: p, Size: info.Size(), ModTime: info.ModTime()})
	}
}

func (l *lister) link(ctx context.Context, p string) {
	actual, err := resolve(l.fsys, p)
	if err != nil {
		l.fail(p, err)
		return
	}
	info, err := fs.Stat(l.fsys, actual)
	switch {
	case err != nil:
		l.fail(p, fmt.Errorf("symbolic link: %w", err))
	case info.IsDir():
		if err := l.dir(ctx, p, actual); err != nil && ctx.Err() == nil {
			l.fail(p, err)
		}
	default:
		l.file(p, actual, info)
	}
}

// resolve gives the path of p without symbolic links. Links are read here, and
// not only left to the operating system, to tell apart the ones that leave the
// folder and to see that two names are one file.
func resolve(fsys fs.FS, p string) (string, error) {
	const maxLinks = 40
	done, todo := ".", strings.Split(p, "/")
	for n := 0; len(todo) > 0; {
		name := todo[0]
		todo = todo[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			if done == "." {
				return "", ErrEscape
			}
			done = path.Dir(done)
			continue
		}
		next := path.Join(done, name)
		info, err := fs.Lstat(fsys, next)
		if err != nil {
			return "", fmt.Errorf("symbolic link: %w", err)
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			done = next
			continue
		}
		if n++; n > maxLinks {
			return "", errLinkCycles
		}
		target, err := fs.ReadLink(fsys, next)
		if err != nil {
			return "", fmt.Errorf("symbolic link: %w", err)
		}
		if target = filepath.ToSlash(target); filepath.IsAbs(target) || path.IsAbs(target) {
			return "", ErrEscape
		}
		todo = append(strings.Split(target, "/"), todo...)
	}
	return done, nil
}
