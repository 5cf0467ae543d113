package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"trichdan/corpus/sample"
	"trichdan/corpus/source"
	"trichdan/jobs"
)

// foldersKey is the name under which the store remembers the folders that
// were mirrored last: a JSON list of absolute paths.
const foldersKey = "folders"

// sampleFolder is the name of the embedded articles among the folders.
const sampleFolder = "sample"

// mirror makes the store equal to the folders of the configuration. Without
// any, real articles stay as they are, unless again is set or a mirroring was
// cut short; a store that never had any gets the sample. There is no report
// where nothing was mirrored.
func (a *app) mirror(ctx context.Context, again bool, progress jobs.Progress) (*jobs.Report, error) {
	dirs := a.config.corpus
	if len(dirs) == 0 {
		before, err := a.folders(ctx)
		if err != nil {
			return nil, err
		}
		if len(before) > 0 && !again {
			// What was cut short is neither the old nor the new corpus.
			unfinished, err := jobs.Unfinished(ctx, a.store)
			if err != nil || !unfinished {
				return nil, err
			}
		}
		dirs = before
	}
	folders, closeFolders, err := openFolders(dirs)
	if err != nil {
		return nil, err
	}
	defer closeFolders()
	if len(folders) == 0 {
		folders = []jobs.Folder{{Name: sampleFolder, FS: sample.FS}}
	} else if err := a.remember(ctx, dirs); err != nil {
		return nil, err
	}
	report, err := jobs.Mirror(ctx, a.store, folders, time.Now, progress)
	if err != nil {
		return nil, err
	}
	return &report, nil
}

// folders are the real folders that the store's articles come from. What it
// remembers may be older than what a run that was cut short has read.
func (a *app) folders(ctx context.Context) ([]string, error) {
	var dirs []string
	switch list, err := a.store.Meta(ctx, foldersKey); {
	case err != nil:
		return nil, err
	case list != "":
		if err := json.Unmarshal([]byte(list), &dirs); err != nil {
			return nil, fmt.Errorf("the list of mirrored folders in %s: %w", a.config.database(), err)
		}
	}
	return dirs, nil
}

// corpusFolders are the real folders that are mirrored: those of the
// configuration, or those of last time.
func (a *app) corpusFolders(ctx context.Context) ([]string, error) {
	if dirs := a.config.corpus; len(dirs) > 0 {
		return dirs, nil
	}
	return a.folders(ctx)
}

// newUploads takes the files of admins, for the first folder.
func (a *app) newUploads(ctx context.Context) (*jobs.Uploads, error) {
	dirs, err := a.corpusFolders(ctx)
	if err != nil {
		return nil, err
	}
	u := &jobs.Uploads{Staging: a.config.stagingDir(), Store: a.store, Now: time.Now}
	if len(dirs) > 0 {
		u.Dir = dirs[0]
	}
	return u, nil
}

// remember records which folders are mirrored, before the first of their
// articles is stored: so articles of real folders are never taken for none.
func (a *app) remember(ctx context.Context, dirs []string) error {
	before, err := a.folders(ctx)
	if err != nil || slices.Equal(before, dirs) {
		return err
	}
	list, err := json.Marshal(dirs)
	if err != nil {
		return err
	}
	return a.store.SetMeta(ctx, foldersKey, string(list))
}

// openFolders opens folders for reading. The error names every one that cannot
// be read.
func openFolders(dirs []string) (folders []jobs.Folder, closeAll func(), err error) {
	var closers []func() error
	closeAll = func() {
		for _, f := range closers {
			_ = f() // only read
		}
	}
	var errs []error
	taken := map[string]bool{}
	for i, dir := range dirs {
		fsys, closeDir, err := openFolder(dir)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		closers = append(closers, closeDir)
		f := jobs.Folder{Name: dir, FS: fsys}
		if i > 0 {
			f.Prefix = prefix(dir, taken)
		}
		folders = append(folders, f)
	}
	if len(errs) > 0 {
		closeAll()
		return nil, nil, errors.Join(errs...)
	}
	return folders, closeAll, nil
}

// prefix tells apart the articles of folders after the first, by the name of
// the folder.
func prefix(dir string, taken map[string]bool) string {
	base := filepath.Base(dir)
	name := base
	for n := 2; taken[name]; n++ {
		name = base + "-" + strconv.Itoa(n)
	}
	taken[name] = true
	return name + "/"
}

func openFolder(dir string) (fs.FS, func() error, error) {
	const hint = "check --corpus (TRICHDAN_CORPUS)"
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("the corpus folder %s does not exist: %s", dir, hint)
	case err == nil && !info.IsDir():
		return nil, nil, fmt.Errorf("the corpus folder %s is a file: %s", dir, hint)
	}
	fsys, closeDir, err := source.OpenDir(dir)
	if err == nil {
		if _, err = fs.ReadDir(fsys, "."); err == nil {
			return fsys, closeDir, nil
		}
		err = errors.Join(err, closeDir())
	}
	return nil, nil, fmt.Errorf("the corpus folder %s cannot be read (%v): %s", dir, err, hint)
}
