package index

import (
	"errors"
	"fmt"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// view is what one search sees: a snapshot of a generation, that no update
// changes. It stays good when its generation is closed: the snapshot holds its
// segments. It must be closed.
type view struct {
	*scorch.IndexSnapshot
	name    string // of the generation
	stale   bool
	outlets []string
	ended   func()
}

func (v *view) close() error {
	defer v.ended()
	return v.IndexSnapshot.Close()
}

// state is the one that was written with the documents of the snapshot.
func (v *view) state() (state, error) {
	b, err := v.GetInternal(stateKey)
	if err != nil {
		return state{}, fmt.Errorf("index generation %s: state: %w", v.name, err)
	}
	return decodeState(b)
}

// view gives what answers at this moment, nil if nothing does. The error is
// ErrClosed, or Bleve's.
func (x *Index) view() (*view, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return nil, ErrClosed
	}
	if x.answers == nil {
		return nil, nil
	}
	s := x.pinned
	if s != nil {
		s.AddRef()
	} else {
		var err error
		if s, err = x.answers.snapshot(); err != nil {
			return nil, err
		}
	}
	x.views.Add(1)
	return &view{IndexSnapshot: s, name: x.answers.name, stale: x.answers.stale, outlets: x.outlets, ended: x.views.Done}, nil
}

// pin has searches answered from what is there now, whatever is written, until
// publish.
func (x *Index) pin(g *generation) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.answers != g || x.pinned != nil {
		return nil
	}
	s, err := g.snapshot()
	if err != nil {
		return err
	}
	x.pinned = s
	return nil
}

// publish has searches answered from all that a generation holds, or by none
// if it is nil, and closes the one that answered before. outlets are those that
// may be asked for then.
func (x *Index) publish(g *generation, outlets []string) error {
	x.mu.Lock()
	before, pinned := x.answers, x.pinned
	x.answers, x.pinned, x.outlets = g, nil, outlets
	x.mu.Unlock()
	var err error
	if pinned != nil {
		err = pinned.Close()
	}
	if before != nil && before != g {
		err = errors.Join(err, before.close())
	}
	return err
}
