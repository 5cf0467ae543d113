package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// identityKey is the name under which the store keeps a random text of its
// own, which tells it from any other.
const identityKey = "identity"

// dropForeignIndex removes an index that was made from another corpus.db, as
// when that was moved away to begin anew: their numbers of arrival look alike.
// The index carries the identity of its store in a file.
func (a *app) dropForeignIndex(ctx context.Context) error {
	identity, err := a.store.Meta(ctx, identityKey)
	if err != nil {
		return err
	}
	if identity == "" {
		identity = rand.Text()
		if err := a.store.SetMeta(ctx, identityKey, identity); err != nil {
			return err
		}
	}
	dir := a.config.indexDir()
	name := filepath.Join(dir, "corpus.id")
	switch b, err := os.ReadFile(name); {
	case err == nil && string(b) == identity:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("read the index: %w", err)
	}
	if _, err := os.Stat(dir); err == nil {
		a.config.log.Info("the index was made from another corpus.db, it will be rebuilt")
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove the index of another corpus.db: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the index: %w", err)
	}
	if err := os.WriteFile(name, []byte(identity), 0o600); err != nil {
		return fmt.Errorf("make the index: %w", err)
	}
	return nil
}
