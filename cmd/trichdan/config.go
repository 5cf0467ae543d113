package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"trichdan/corpus"
	"trichdan/corpus/store"
)

// config is the configuration of a run: flags and environment, read once and
// checked.
type config struct {
	in  io.Reader
	out io.Writer
	err *redacted
	// data is the absolute path of the data directory.
	data string
	// corpus are the absolute paths of the folders to mirror, each once.
	corpus  []string
	noColor bool
	log     *slog.Logger
	// level is that of log; levelSet says that the operator has chosen it.
	level    *slog.LevelVar
	levelSet bool
	// errors are those that the log had lately, and metrics what is counted.
	errors  *loggedErrors
	metrics *metrics
	// named says that the verb was written out, not taken because there was none.
	named bool
	// platforms and endpoint are empty but for serve.
	platforms *platforms
	endpoint  *endpoint
	tasks     *tasks
}

// newConfig reads the configuration. problems are all that is wrong with it,
// each naming the flag, its variable and the way to mend it.
func newConfig(g *cli, std streams) (c *config, problems []string) {
	c = &config{
		in: std.in, out: std.out, err: &redacted{w: std.err}, level: new(slog.LevelVar),
		errors: &loggedErrors{now: time.Now}, metrics: newMetrics(),
		platforms: &platforms{}, endpoint: &endpoint{}, tasks: &tasks{digest: defaultWhen, zone: corpus.Zone},
		noColor: os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb",
	}
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }

	level := slog.LevelWarn
	levels := map[string]slog.Level{"": level, "debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	level, ok := levels[strings.ToLower(g.LogLevel)]
	if !ok {
		problem("--log-level (TRICHDAN_LOG_LEVEL) is %q: want debug, info, warn or error", g.LogLevel)
	}
	c.level.Set(level)
	c.levelSet = g.LogLevel != ""
	format := strings.ToLower(cmp.Or(g.LogFormat, "auto"))
	if !slices.Contains(logFormats, format) {
		problem("--log-format (TRICHDAN_LOG_FORMAT) is %q: want auto, text or json", g.LogFormat)
	}
	c.log = newRunLog(c.err, c.level, format, c.errors)

	data := g.Data
	if data == "" {
		var err error
		if data, err = defaultData(); err != nil {
			problem("no place for the data (%v): give a folder with --data (TRICHDAN_DATA)", err)
		}
	}
	var err error
	if c.data, err = filepath.Abs(data); err != nil {
		problem("--data (TRICHDAN_DATA) %q: %v", data, err)
	}
	folders := g.Corpus
	if len(folders) == 0 {
		folders = filepath.SplitList(os.Getenv("TRICHDAN_CORPUS"))
	}
	for _, f := range folders {
		if f == "" {
			problem("--corpus (TRICHDAN_CORPUS) has an empty folder name: leave it out, or write . for the current folder")
			continue
		}
		dir, err := filepath.Abs(f)
		if err != nil {
			problem("--corpus (TRICHDAN_CORPUS) %q: %v", f, err)
			continue
		}
		if data != "" && within(c.data, dir) {
			problem("--data (TRICHDAN_DATA) %s lies in --corpus (TRICHDAN_CORPUS) %s: keep the data outside the articles", c.data, dir)
		}
		if !slices.Contains(c.corpus, dir) {
			c.corpus = append(c.corpus, dir)
		}
	}
	return c, problems
}

// within reports whether a path is dir or lies below it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// defaultData is the user's data directory: as the XDG base directory
// specification says, or where the system keeps such things.
func defaultData() (string, error) {
	const name = "trichdan"
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, name), nil
	}
	switch runtime.GOOS {
	case "windows", "darwin", "ios", "plan9":
		dir, err := os.UserConfigDir()
		return filepath.Join(dir, name), err
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share", name), err
}

// The files of the data directory.
func (c *config) database() string    { return filepath.Join(c.data, "corpus.db") }
func (c *config) ledgerFile() string  { return filepath.Join(c.data, "ledger.db") }
func (c *config) indexDir() string    { return filepath.Join(c.data, "index") }
func (c *config) lockFile() string    { return filepath.Join(c.data, "lock") }
func (c *config) ownerFile() string   { return filepath.Join(c.data, "lock.pid") }
func (c *config) stagingDir() string  { return filepath.Join(c.data, "drafts") }
func (c *config) historyFile() string { return filepath.Join(c.data, "history") }

// sqliteIOErr is SQLITE_IOERR, what SQLite says of a disk also where it is full
// at the wrong moment (https://www.sqlite.org/rescode.html).
const sqliteIOErr = 10

// explain words an error for the operator, with what to do about it where that
// is known.
func (c *config) explain(err error) string {
	var path *fs.PathError
	var coded interface {
		error
		Code() int // of SQLite, as its driver gives it
	}
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.As(err, &path) && path.Path == os.Stdout.Name():
		return fmt.Sprintf("cannot write to standard output: %v", path.Err)
	case errors.Is(err, store.ErrCorrupt) && strings.Contains(err.Error(), c.ledgerFile()):
		return fmt.Sprintf("%s is damaged: restore it from a backup, or move it away, which forgets the settings of chats and the questions so far (%v)", c.ledgerFile(), err)
	case errors.Is(err, store.ErrCorrupt):
		return fmt.Sprintf("%s is damaged: restore it from a backup, or move it away and run trichdan reload with --corpus (%v)", c.database(), err)
	case errors.Is(err, store.ErrFull), says(err, syscall.ENOSPC), says(err, syscall.EFBIG):
		return fmt.Sprintf("the disk of %s is full: free some space and try again; what was stored is kept (%v)", c.data, err)
	case errors.Is(err, store.ErrReadOnly), says(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("%v: check owner and permissions, or give another data folder with --data (TRICHDAN_DATA)", err)
	case errors.As(err, &coded) && coded.Code()&0xff == sqliteIOErr:
		return fmt.Sprintf("the disk of %s cannot be read or written: see whether it is full or failing (%v)", c.data, err)
	}
	return err.Error()
}

// says reports whether err is the given one, or quotes it: Bleve keeps only the
// text of what went wrong in writing.
func says(err error, errno syscall.Errno) bool {
	return errors.Is(err, errno) || strings.Contains(err.Error(), errno.Error())
}
