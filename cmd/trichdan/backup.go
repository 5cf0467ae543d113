package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"trichdan/corpus/sqlite"
)

// backupVerb writes the databases into one file. It copies them itself, also
// beside a bot that runs, which is not asked for anything.
type backupVerb struct {
	Force toggle `env:"TRICHDAN_FORCE" help:"Overwrite FILE."`
	File  string `arg:"" help:"The file to write: FILE.tar.gz, or - for standard output."`
}

func (v *backupVerb) problems() []string {
	list := v.Force.problems("--force", "TRICHDAN_FORCE")
	if v.File == "" {
		list = append(list, "no file to write the backup to: give a name, or - for standard output")
	}
	return list
}

// The names in a backup.
const (
	manifestName = "manifest.json"
	corpusName   = "corpus.db"
	ledgerName   = "ledger.db"
)

// backupFormat is the version of the format of backups. It only gains fields.
const backupFormat = 1

// manifest says what is in a backup. It is the first file in it.
type manifest struct {
	Format  int          `json:"format"`
	Program string       `json:"program"` // the version of the program that wrote it
	At      time.Time    `json:"at"`
	Files   []backupFile `json:"files"`
}

// backupFile is one database in a backup.
type backupFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`   // in bytes
	SHA256 string `json:"sha256"` // in hexadecimal
	Schema int64  `json:"schema"` // the version of its schema
}

func (v *backupVerb) run(ctx context.Context, c *config) error {
	if info, err := os.Stat(v.File); err == nil && v.File != "-" && (info.IsDir() || !v.Force.on()) {
		return fmt.Errorf("%s exists already: give another name, or --force to overwrite a file", v.File)
	}
	if _, err := os.Stat(c.database()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the data folder %s has no %s, so there is nothing to back up: see --data (TRICHDAN_DATA)", c.data, corpusName)
	}
	if err := c.removeOld(".backup-"); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(c.data, ".backup-")
	if err != nil {
		return fmt.Errorf("cannot write to the data folder %s: %w", c.data, err)
	}
	defer os.RemoveAll(dir)
	m, err := snapshots(ctx, c, dir)
	if err != nil {
		return err
	}
	write := func(w io.Writer) error { return writeBackup(ctx, w, dir, m) }
	if v.File == "-" {
		return write(c.out)
	}
	if err := writeWhole(v.File, v.Force.on(), write); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	_, err = fmt.Fprintf(c.out, "%s: %s\n", v.File, m.describe())
	return err
}

// abandoned is the age at which what a killed process has left is removed.
const abandoned = 24 * time.Hour

// removeOld removes what a killed process has left in the data folder.
func (c *config) removeOld(prefix string) error {
	entries, err := os.ReadDir(c.data)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), prefix) || time.Since(info.ModTime()) < abandoned {
			continue // gone already, or in use
		}
		if err := os.RemoveAll(filepath.Join(c.data, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// describe says what a backup has in it.
func (m *manifest) describe() string {
	var parts []string
	for _, f := range m.Files {
		parts = append(parts, fmt.Sprintf("%s (%.1f MB)", f.Name, float64(f.Size)/1e6))
	}
	return strings.Join(parts, ", ") + ", of " + m.At.Format(time.RFC3339)
}

// snapshots copies the databases into dir and says what they are. The ledger is
// first: then what it says of the corpus is never ahead of that.
func snapshots(ctx context.Context, c *config, dir string) (*manifest, error) {
	m := &manifest{Format: backupFormat, Program: thisVersion(), At: time.Now().UTC().Truncate(time.Second)}
	for _, d := range []struct{ name, from string }{{ledgerName, c.ledgerFile()}, {corpusName, c.database()}} {
		to := filepath.Join(dir, d.name)
		if err := sqlite.Copy(ctx, d.from, to); err != nil {
			return nil, sqlite.Wrap(d.from, err, "copy")
		}
		f, err := inspect(ctx, to)
		if err != nil {
			return nil, err
		}
		m.Files = append(m.Files, f)
	}
	return m, nil
}

// inspect describes a database that nobody uses, and sees whether it is sound.
func inspect(ctx context.Context, path string) (f backupFile, err error) {
	f.Name = filepath.Base(path)
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "mode=ro&immutable=1"}
	db, err := sql.Open("sqlite", u.String()) // the driver is that of corpus/sqlite
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var sound string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&sound); err != nil {
		return f, sqlite.Wrap(path, err, "check")
	}
	if sound != "ok" {
		return f, fmt.Errorf("%s: %w: %s", path, sqlite.ErrCorrupt, sound)
	}
	if err := db.QueryRowContext(ctx, "SELECT MAX(version_id) FROM goose_db_version WHERE is_applied").Scan(&f.Schema); err != nil {
		return f, sqlite.Wrap(path, err, "read the version of the schema")
	}
	f.SHA256, f.Size, err = sum(path)
	return f, err
}

// sum gives the SHA-256 and the size of a file.
func sum(path string) (digest string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), size, err
}

// writeBackup writes a backup of the databases in dir.
func writeBackup(ctx context.Context, w io.Writer, dir string, m *manifest) error {
	packed := gzip.NewWriter(w)
	archive := tar.NewWriter(packed)
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	b = append(b, '\n')
	add := func(name string, size int64, r io.Reader) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: m.At}); err != nil {
			return err
		}
		_, err := io.Copy(archive, r)
		return err
	}
	if err := add(manifestName, int64(len(b)), strings.NewReader(string(b))); err != nil {
		return err
	}
	for _, f := range m.Files {
		err := func() error {
			r, err := os.Open(filepath.Join(dir, f.Name))
			if err != nil {
				return err
			}
			defer r.Close()
			return add(f.Name, f.Size, r)
		}()
		if err != nil {
			return err
		}
	}
	return errors.Join(archive.Close(), packed.Close())
}

// writeWhole writes a file that only its owner can read, all of it or nothing.
// Without force an existing one is fs.ErrExist.
func writeWhole(name string, force bool, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".trichdan-backup-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if force {
		return os.Rename(f.Name(), name)
	}
	switch err := os.Link(f.Name(), name); { // which replaces nothing
	case err == nil:
		return os.Remove(f.Name())
	case errors.Is(err, fs.ErrExist):
		return err
	}
	// A file system without links.
	if _, err := os.Lstat(name); err == nil {
		return fmt.Errorf("%s: %w", name, fs.ErrExist)
	}
	return os.Rename(f.Name(), name)
}
