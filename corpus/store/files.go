package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// FileState is what is known of one file of a mirrored folder.
type FileState struct {
	Root string // label of the folder
	Path string // inside the folder
	// Prefix was put before the path to make the articles' own.
	Prefix string
	// Size and ModTime are those of the file as it was read; the zero ModTime
	// is unknown.
	Size    int64
	ModTime time.Time
	// Scanned is when the file was read; zero if that was not finished.
	Scanned time.Time
	// Articles are the IDs of the articles that it gives.
	Articles []string
	// Duplicates are the articles in it that were not stored.
	Duplicates []FileDuplicate
	// Failures are the parts of it (or the whole) that could not be read.
	Failures []FileFailure
}

// FileDuplicate is an article in a file that another article already is.
type FileDuplicate struct {
	ID       string `json:"id"`       // the ID it would have; Of if it claims the same one
	Path     string `json:"path"`     // with "#" and the line's ID for a .jsonl line
	Of       string `json:"of"`       // the ID of the article that stands for it
	Revision int    `json:"revision"` // of Of, at the time
}

// FileFailure is why a file, or a part of it, gives no article.
type FileFailure struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// Files gives the states of the files of one folder, by path.
func (s *Store) Files(ctx context.Context, root string) (map[string]FileState, error) {
	files := map[string]FileState{}
	err := s.db.Each(ctx, sqlFiles, []any{root}, func(r *sql.Rows) error {
		f := FileState{Root: root}
		var mod, scanned sql.NullInt64
		var articles, duplicates, failures string
		if err := r.Scan(&f.Path, &f.Prefix, &f.Size, &mod, &scanned, &articles, &duplicates, &failures); err != nil {
			return err
		}
		f.ModTime, f.Scanned = loadTime(mod), loadTime(scanned)
		if err := unmarshal(articles, &f.Articles); err != nil {
			return err
		}
		if err := unmarshal(duplicates, &f.Duplicates); err != nil {
			return err
		}
		if err := unmarshal(failures, &f.Failures); err != nil {
			return err
		}
		files[f.Path] = f
		return nil
	})
	if err != nil {
		return nil, wrap(err, "read the files of %s", root)
	}
	return files, nil
}

// FileOf gives a file that gives an article, as it was last read, the first by
// root and path if there are several; ok is false if no file does. It reads the
// lists of all files: it is for what a person asks, not for a loop.
func (s *Store) FileOf(ctx context.Context, id string) (root, path string, ok bool, err error) {
	quoted, err := json.Marshal(id)
	if err != nil {
		return "", "", false, wrap(err, "look for the file of article %s", id)
	}
	literal := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(string(quoted))
	err = s.db.Each(ctx, sqlFilesWith, []any{"%" + literal + "%"}, func(r *sql.Rows) error {
		var inRoot, atPath, stored string
		var ids []string
		if err := r.Scan(&inRoot, &atPath, &stored); err != nil || ok {
			return err
		}
		if err := unmarshal(stored, &ids); err != nil {
			return err
		}
		if slices.Contains(ids, id) {
			root, path, ok = inRoot, atPath, true
		}
		return nil
	})
	return root, path, ok, wrap(err, "look for the file of article %s", id)
}

// Roots gives the labels of all folders of which files are recorded.
func (s *Store) Roots(ctx context.Context) ([]string, error) {
	var roots []string
	err := s.db.Each(ctx, sqlRoots, nil, func(r *sql.Rows) error {
		var root string
		err := r.Scan(&root)
		roots = append(roots, root)
		return err
	})
	return roots, wrap(err, "read the mirrored folders")
}

// SetFile records the state of a file in place of the one before.
func (tx *Tx) SetFile(f FileState) error {
	articles, err := marshal(f.Articles)
	if err != nil {
		return wrap(err, "record file %s", f.Path)
	}
	duplicates, err := marshal(f.Duplicates)
	if err != nil {
		return wrap(err, "record file %s", f.Path)
	}
	failures, err := marshal(f.Failures)
	if err != nil {
		return wrap(err, "record file %s", f.Path)
	}
	return wrap(tx.db.Exec(sqlSetFile, f.Root, f.Path, f.Prefix, f.Size, storeTime(f.ModTime), storeTime(f.Scanned),
		articles, duplicates, failures), "record file %s", f.Path)
}

// DropFile forgets a file; its articles stay as they are.
func (tx *Tx) DropFile(root, path string) error {
	return wrap(tx.db.Exec(sqlDropFile, root, path), "forget file %s", path)
}

// marshal writes a list as a JSON array; an empty one, too.
func marshal[T any](list []T) (string, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}

// unmarshal reads what marshal wrote; an empty list becomes nil.
func unmarshal[T any](s string, list *[]T) error {
	if s == "[]" {
		*list = nil
		return nil
	}
	return json.Unmarshal([]byte(s), list)
}

func loadTime(t sql.NullInt64) time.Time {
	if !t.Valid {
		return time.Time{}
	}
	return time.Unix(0, t.Int64).UTC()
}

func storeTime(t time.Time) sql.NullInt64 {
	if t.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: t.UnixNano(), Valid: true}
}
