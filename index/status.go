package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"trichdan/corpus"
)

// BuildingError is the error of a search while the index is built for the
// first time, or anew after it was lost: nothing can be said about the corpus
// until then.
type BuildingError struct {
	// Done of Total changes have been taken in. Total is more than 0.
	Done, Total int
}

func (e *BuildingError) Error() string {
	return fmt.Sprintf("the index is being built: %d of %d articles", e.Done, e.Total)
}

// building gives the error of a search that nothing can answer: nil where the
// corpus is empty.
func (x *Index) building(ctx context.Context) error {
	done, total := x.progress()
	if total == 0 {
		last, err := x.articles.Last(ctx)
		if err != nil {
			return err
		}
		total = int(last)
	}
	if total == 0 {
		return nil
	}
	return &BuildingError{Done: done, Total: total}
}

// progress is how far the update in progress has come.
func (x *Index) progress() (done, total int) { return int(x.done.Load()), int(x.total.Load()) }

// Status describes an index.
type Status struct {
	// Generation is the one that answers; while none can, the one being built.
	Generation string
	// Previous is the generation that Rollback brings back, "" if there is none.
	Previous string
	// Held: Rollback has brought back a generation of another mapping, which
	// does not follow the corpus until Rebuild is asked for.
	Held bool
	// Building: searches give a *BuildingError.
	Building bool
	// Done of Total changes have been taken in by the update in progress; both
	// are 0 when there is none, and nothing to be built.
	Done, Total int
	// Articles, Passages and Cursor are what answers are made from. Cursor is
	// how far that has followed the corpus.
	Articles, Passages int
	Cursor             corpus.Seq
	// Bytes is what the folder of the index takes on disk, all generations and
	// what was put aside.
	Bytes int64
	// Quarantined is the folder of the generation that was put aside last
	// because it could not be opened; "" if there is none.
	Quarantined string
}

// Status describes the index as searches see it.
func (x *Index) Status() (Status, error) {
	s, err := x.published()
	if err != nil {
		return Status{}, err
	}
	s.Done, s.Total = x.progress()
	if s.Generation == "" {
		var building *BuildingError
		if err := x.building(context.Background()); errors.As(err, &building) {
			s.Building, s.Done, s.Total = true, building.Done, building.Total
		} else if err != nil {
			return Status{}, err
		}
	}
	r, err := readRoles(x.dir)
	if err != nil {
		return Status{}, err
	}
	s.Held = r.held && s.Held
	if s.Generation == "" {
		s.Generation = r.current
	}
	if s.Generation != r.previous {
		s.Previous = r.previous
	}
	return s, x.measure(&s)
}

// published describes what answers; Held says that it has another mapping.
func (x *Index) published() (Status, error) {
	v, err := x.view()
	if v == nil || err != nil {
		return Status{}, err
	}
	defer v.close()
	s, err := v.state()
	if err != nil {
		return Status{}, err
	}
	return Status{Generation: v.name, Held: v.stale, Cursor: s.Cursor,
		Articles: int(s.Lengths.Articles), Passages: int(s.Lengths.Passages)}, nil
}

// measure looks at the files.
func (x *Index) measure(s *Status) error {
	aside, err := filepath.Glob(filepath.Join(x.dir, quarantine+"*"))
	if err != nil {
		return err
	}
	if len(aside) > 0 {
		s.Quarantined = filepath.Base(slices.Max(aside))
	}
	// Files come and go while an update is in progress.
	err = filepath.WalkDir(x.dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			var info fs.FileInfo
			if info, err = e.Info(); err == nil {
				s.Bytes += info.Size()
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("size of the index: %w", err)
	}
	return nil
}

// Cursor is how far what answers has followed the corpus; 0 while nothing
// answers.
func (x *Index) Cursor() (corpus.Seq, error) {
	s, err := x.published()
	return s.Cursor, err
}
