package index

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"trichdan/corpus"
)

// mappingVersion changes whenever the same article would be indexed
// differently: fields, analysis, splitting, abbreviations. A generation of
// another version is rebuilt.
const mappingVersion = 1

const (
	currentFile  = "CURRENT"
	lockFile     = "LOCK"
	manifestFile = "manifest.json"
	bleveDir     = "bleve"
	prefix       = "generation-"
	quarantine   = "quarantined-"
)

// generation is one complete build of the index, in a directory of its own.
type generation struct {
	name  string
	bleve bleve.Index
	stale bool // built with another mapping: to be rebuilt, good to answer from until then
}

// manifest is written before the Bleve index; its form may only gain fields.
type manifest struct {
	Mapping int       `json:"mapping"`
	Created time.Time `json:"created"`
}

// state is kept inside the Bleve index and changes in the same batch as the
// documents it describes; its form may only gain fields.
type state struct {
	Cursor  corpus.Seq `json:"cursor"`
	Lengths lengths    `json:"lengths"`
}

var stateKey = []byte("state")

func (s state) encode() []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // integers always marshal
	}
	return b
}

// config is Bleve's. The bolt timeout turns a second opener, who would wait
// for ever, into an error.
func config() map[string]any { return map[string]any{"bolt_timeout": "1s"} }

// createGeneration starts an empty generation after the named one.
func createGeneration(dir, after string, now time.Time) (*generation, error) {
	n, _ := strconv.Atoi(strings.TrimPrefix(after, prefix))
	var name, path string
	for {
		n++
		name = fmt.Sprintf("%s%06d", prefix, n)
		path = filepath.Join(dir, name)
		err := os.Mkdir(path, 0o755)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("create index generation: %w", err)
		}
	}
	b, err := json.Marshal(manifest{Mapping: mappingVersion, Created: now})
	if err != nil {
		return nil, err
	}
	if err := writeFile(filepath.Join(path, manifestFile), b); err != nil {
		return nil, err
	}
	// The mapping is never asked: documents come with their fields made.
	x, err := bleve.NewUsing(filepath.Join(path, bleveDir), bleve.NewIndexMapping(), scorch.Name, scorch.Name, config())
	if err != nil {
		return nil, fmt.Errorf("create index %s: %w", path, err)
	}
	return &generation{name: name, bleve: x}, nil
}

// openGeneration opens a generation that was built before.
func openGeneration(dir, name string) (g *generation, err error) {
	// Bleve maps its files into memory. Reading behind the end of one that has
	// been cut is a fault, which would end the process.
	faults := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(faults)
		if p := recover(); p != nil { // a damaged file
			g, err = nil, fmt.Errorf("open index generation %s: %v", name, p)
		}
	}()
	path := filepath.Join(dir, name)
	b, err := os.ReadFile(filepath.Join(path, manifestFile))
	if err != nil {
		return nil, fmt.Errorf("open index generation: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("open index generation %s: manifest: %w", name, err)
	}
	x, err := bleve.OpenUsing(filepath.Join(path, bleveDir), config())
	if err != nil {
		return nil, fmt.Errorf("open index generation %s: %w", name, err)
	}
	return &generation{name: name, bleve: x, stale: m.Mapping != mappingVersion}, nil
}

// state reads the state as of the last batch.
func (g *generation) state() (state, error) {
	b, err := g.bleve.GetInternal(stateKey)
	if err != nil {
		return state{}, fmt.Errorf("index generation %s: state: %w", g.name, err)
	}
	return decodeState(b)
}

// decodeState reads what encode wrote; nothing is the state of a new index.
func decodeState(b []byte) (s state, err error) {
	if b == nil {
		return state{}, nil
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return state{}, fmt.Errorf("state of the index: %w", err)
	}
	return s, nil
}

// current reads which generation is in use, "" for none.
func current(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, currentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	name := strings.TrimSpace(string(b))
	if !strings.HasPrefix(name, prefix) || strings.ContainsAny(name, `/\`) {
		return "", nil // not a name that we write: as if there were none
	}
	return name, nil
}

// setCurrent puts a generation in use, atomically.
func setCurrent(dir, name string) error {
	return writeFile(filepath.Join(dir, currentFile), []byte(name+"\n"))
}

// putAside renames a generation that cannot be opened, so that it is never
// taken for a good one and can still be looked at. Only the last is kept.
func putAside(dir, name string) error {
	if err := removeAll(dir, quarantine, ""); err != nil {
		return err
	}
	err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, quarantine+name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// removeAll removes the directories with a prefix, but for one.
func removeAll(dir, prefix, but string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) && e.Name() != but {
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
