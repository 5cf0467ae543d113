package index

import (
	"context"
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
const mappingVersion = 2

const (
	currentFile  = "CURRENT"
	lockFile     = "LOCK"
	manifestFile = "manifest.json"
	bleveDir     = "bleve"
	prefix       = "generation-"
	quarantine   = "quarantined-"
)

// generation is one build of the index, in a directory of its own.
type generation struct {
	name  string
	bleve bleve.Index // nil: closed
	stale bool        // built with another mapping: to be rebuilt, good to answer from until then
	// path is where Bleve has its files, "" in memory.
	path string
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
	// Target is where the corpus stood when the update began that wrote this
	// state. Before Cursor has reached it, what is there is neither what was
	// nor what shall be.
	Target corpus.Seq `json:"target,omitempty"`
}

// complete says that the state may be shown: it is of an update that has
// ended.
func (s state) complete() bool { return s.Cursor > 0 && s.Cursor >= s.Target }

var stateKey = []byte("state")

func (s state) encode() []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // integers always marshal
	}
	return b
}

// config is Bleve's. The bolt timeout turns a second opener, who would wait
// for ever, into an error. tier is how many segments of about one size are left
// unmerged; Bleve remembers what an index was created with, so it is always said.
func config(tier int) map[string]any {
	return map[string]any{"bolt_timeout": "1s", "scorchMergePlanOptions": map[string]any{"MaxSegmentsPerTier": tier}}
}

const (
	usualTier = 10 // as Bleve has it
	// buildTier is that of a generation that is merged once, when it is built,
	// and not searched before.
	buildTier = 1000
)

// createGeneration starts an empty generation after those in use.
func createGeneration(dir string, in roles, tier int, now time.Time) (*generation, error) {
	n := max(number(in.current), number(in.previous))
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
	g := &generation{name: name, path: filepath.Join(path, bleveDir)}
	b, err := json.Marshal(manifest{Mapping: mappingVersion, Created: now})
	if err == nil {
		err = writeFile(filepath.Join(path, manifestFile), b)
	}
	if err == nil {
		// The mapping is never asked: documents come with their fields made.
		g.bleve, err = bleve.NewUsing(g.path, bleve.NewIndexMapping(), scorch.Name, scorch.Name, config(tier))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("create index %s: %w", path, err), os.RemoveAll(path))
	}
	return g, nil
}

// number is that of a generation's name, 0 if it has none.
func number(name string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(name, prefix))
	if err != nil {
		return 0
	}
	return n
}

// createInMemory makes a generation that is not kept.
func createInMemory(name string) (*generation, error) {
	x, err := bleve.NewUsing("", bleve.NewIndexMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("create index %s: %w", name, err)
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
	g = &generation{name: name, stale: m.Mapping != mappingVersion, path: filepath.Join(path, bleveDir)}
	return g, g.open()
}

// open opens the files of a generation that is closed.
func (g *generation) open() error {
	x, err := bleve.OpenUsing(g.path, config(usualTier))
	if err != nil {
		return fmt.Errorf("open index generation %s: %w", g.name, err)
	}
	g.bleve = x
	return nil
}

// close closes the files; searches in progress go on in their snapshots.
func (g *generation) close() error {
	if g.bleve == nil {
		return nil
	}
	err := g.bleve.Close()
	g.bleve = nil
	return err
}

// snapshot gives the present state, which later batches do not change. It must
// be closed.
func (g *generation) snapshot() (*scorch.IndexSnapshot, error) {
	advanced, err := g.bleve.Advanced()
	if err != nil {
		return nil, err
	}
	r, err := advanced.Reader()
	if err != nil {
		return nil, err
	}
	s, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, errors.Join(fmt.Errorf("index generation %s is no Scorch index", g.name), r.Close())
	}
	return s, nil
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

// whole says that a generation is open and complete.
func (g *generation) whole() bool {
	if g.bleve == nil {
		return false
	}
	s, err := g.state()
	return err == nil && s.complete()
}

// check looks whether the files are what was written, whether the articles that
// the state counts are in the index, and whether it can have come from a corpus
// that has seen last.
func (g *generation) check(last corpus.Seq) (err error) {
	defer func() {
		if p := recover(); p != nil { // a damaged segment
			err = fmt.Errorf("index generation %s: %v", g.name, p)
		}
	}()
	reader, err := g.snapshot()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	if err := checkSums(reader); err != nil {
		return fmt.Errorf("index generation %s: %w", g.name, err)
	}
	c, err := openCursor(context.Background(), reader, countField, countField)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	s, err := g.state()
	if err != nil {
		return err
	}
	if s.Cursor > last {
		return fmt.Errorf("index generation %s has seen %d changes, the corpus only %d", g.name, s.Cursor, last)
	}
	if n := c.reader.Count(); n != uint64(s.Lengths.Articles) && !g.stale {
		return fmt.Errorf("index generation %s holds %d articles, its state says %d", g.name, n, s.Lengths.Articles)
	}
	return nil
}
