package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"trichdan/corpus/store"
	"trichdan/jobs/ledger"
)

// restoreVerb puts back what backup wrote.
type restoreVerb struct {
	Force toggle `env:"TRICHDAN_FORCE" help:"Also where there are data: the databases there are kept as *.before-restore."`
	File  string `arg:"" help:"The file that backup has written, or - for standard input."`
}

func (v *restoreVerb) problems() []string {
	list := v.Force.problems("--force", "TRICHDAN_FORCE")
	if v.File == "" {
		list = append(list, "no backup to restore: give a file, or - for standard input")
	}
	return list
}

// before is what the names of databases end with that a restore has replaced.
const before = ".before-restore"

func (v *restoreVerb) run(ctx context.Context, c *config) (err error) {
	in := c.in
	if v.File != "-" {
		f, err := os.Open(v.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if there := c.databasesThere(); len(there) > 0 && !v.Force.on() {
		return fmt.Errorf("the data folder %s has data already (%s): give an empty one with --data (TRICHDAN_DATA), or --force, which keeps them as *%s", c.data, there[0], before)
	}
	dir, err := os.MkdirTemp(c.data, ".restore-")
	if err != nil {
		return fmt.Errorf("cannot write to the data folder %s: %w", c.data, err)
	}
	defer os.RemoveAll(dir)
	m, err := unpack(ctx, in, dir)
	if err != nil {
		return fmt.Errorf("%s cannot be restored, nothing was changed: %w", v.File, err)
	}
	if err := upToDate(ctx, dir); err != nil {
		return fmt.Errorf("%s cannot be restored, nothing was changed: %w", v.File, err)
	}
	kept, err := c.replace(dir)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(c.out, "restored %s: %s\n", c.data, m.describe()); err != nil {
		return err
	}
	for _, name := range kept {
		if _, err := fmt.Fprintf(c.out, "the one before: %s\n", name); err != nil {
			return err
		}
	}
	return nil
}

// databasesThere are the databases of the data folder that exist.
func (c *config) databasesThere() (names []string) {
	for _, name := range []string{c.database(), c.ledgerFile()} {
		if _, err := os.Lstat(name); err == nil {
			names = append(names, name)
		}
	}
	return names
}

// unpack writes the databases of a backup into dir and checks each against the
// manifest, and that it is sound. No other name than theirs is ever written.
func unpack(ctx context.Context, r io.Reader, dir string) (*manifest, error) {
	packed, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("it is no backup of trichdan: %w", err)
	}
	archive := tar.NewReader(packed)
	h, err := archive.Next()
	if err != nil || h.Name != manifestName {
		return nil, fmt.Errorf("it is no backup of trichdan: it does not begin with %s", manifestName)
	}
	var m manifest
	if err := json.NewDecoder(io.LimitReader(archive, 1<<20)).Decode(&m); err != nil {
		return nil, fmt.Errorf("its %s cannot be read: %w", manifestName, err)
	}
	if m.Format != backupFormat {
		return nil, fmt.Errorf("its format is %d, and this version reads %d: use the version of trichdan that wrote it, %s", m.Format, backupFormat, m.Program)
	}
	wanted := map[string]backupFile{}
	for _, f := range m.Files {
		wanted[f.Name] = f
	}
	if len(wanted) != 2 || len(m.Files) != 2 || wanted[corpusName].Name == "" || wanted[ledgerName].Name == "" {
		return nil, fmt.Errorf("it has not %s and %s", corpusName, ledgerName)
	}
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("it is damaged: %w", err)
		}
		f, ok := wanted[h.Name]
		if !ok || h.Typeflag != tar.TypeReg || h.Size != f.Size {
			return nil, fmt.Errorf("it has %q, which its %s does not know so", h.Name, manifestName)
		}
		delete(wanted, h.Name)
		if err := unpackFile(ctx, archive, filepath.Join(dir, f.Name), f); err != nil {
			return nil, err
		}
	}
	for name := range wanted {
		return nil, fmt.Errorf("%s is missing in it", name)
	}
	// What follows the archive is of the same stream: its checksum is the last.
	if _, err := io.Copy(io.Discard, packed); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	return &m, nil
}

func unpackFile(ctx context.Context, r io.Reader, name string, want backupFile) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, contextReader{ctx, r})
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s: %w", want.Name, err)
	}
	digest, _, err := sum(name)
	if err != nil {
		return err
	}
	if digest != want.SHA256 {
		return fmt.Errorf("%s is damaged: its checksum is another one than in %s", want.Name, manifestName)
	}
	got, err := inspect(ctx, name)
	if err == nil && got.Schema != want.Schema {
		err = fmt.Errorf("%s has the schema %d, and %s says %d", want.Name, got.Schema, manifestName, want.Schema)
	}
	return err
}

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// upToDate opens the databases in dir as the bot would, which brings an older
// schema up to date and refuses one from the future.
func upToDate(ctx context.Context, dir string) error {
	s, err := store.Open(ctx, filepath.Join(dir, corpusName), time.Now)
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	l, err := ledger.Open(ctx, filepath.Join(dir, ledgerName), time.Now)
	if err != nil {
		return err
	}
	return l.Close()
}

// logSuffixes are those of the files that SQLite has beside a database.
var logSuffixes = []string{"-wal", "-shm"}

// replace puts the databases in dir in the place of those in the data folder,
// which are kept. If one cannot be put there, all are as they were. The index goes: it
// was made from another corpus.db, perhaps of the same numbers, and is made anew.
func (c *config) replace(dir string) (kept []string, err error) {
	type move struct{ from, to string }
	var done []move
	rename := func(from, to string) error {
		if err := os.Rename(from, to); err != nil {
			return err
		}
		done = append(done, move{from, to})
		return nil
	}
	defer func() {
		if err == nil {
			return
		}
		for _, m := range slices.Backward(done) {
			err = errors.Join(err, os.Rename(m.to, m.from))
		}
		kept, err = nil, fmt.Errorf("the databases of %s cannot be replaced, they are as they were: %w", c.data, err)
	}()
	for _, name := range []string{c.database(), c.ledgerFile()} {
		for _, suffix := range append([]string{""}, logSuffixes...) {
			old := name + before + suffix
			if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
			switch err := rename(name+suffix, old); {
			case errors.Is(err, fs.ErrNotExist):
			case err != nil:
				return nil, err
			case suffix == "":
				kept = append(kept, old)
			}
		}
	}
	for _, name := range []string{corpusName, ledgerName} {
		for _, suffix := range append([]string{""}, logSuffixes...) {
			err := rename(filepath.Join(dir, name+suffix), filepath.Join(c.data, name+suffix))
			if err != nil && (suffix == "" || !errors.Is(err, fs.ErrNotExist)) {
				return nil, err
			}
		}
	}
	if err := rename(c.indexDir(), filepath.Join(dir, "index")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return kept, syncFolder(c.data)
}

// syncFolder brings the names of the files in a folder to the disk.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if runtime.GOOS == "windows" { // which does so by itself, and not on demand
		err = nil
	}
	return errors.Join(err, d.Close())
}
