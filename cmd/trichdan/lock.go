package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

// errInUse: another process owns the data directory.
var errInUse = errors.New("in use by another trichdan")

// lock makes this process the owner of the data directory until unlock, or its
// end. The operating system drops the lock of a process that died, so a file
// left behind locks nobody out. The owner's number is in a file of its own,
// for on some systems a locked file cannot be read.
func (c *config) lock() (unlock func() error, err error) {
	switch info, err := os.Stat(c.data); {
	case err == nil && !info.IsDir():
		return nil, fmt.Errorf("the data folder %s is a file: give a folder with --data (TRICHDAN_DATA)", c.data)
	case errors.Is(err, os.ErrNotExist):
		if err := os.MkdirAll(c.data, 0o700); err != nil {
			return nil, fmt.Errorf("cannot make the data folder %s: %w", c.data, err)
		}
	case err != nil:
		return nil, fmt.Errorf("cannot use the data folder %s: %w", c.data, err)
	}
	f := flock.New(c.lockFile(), flock.SetPermissions(0o600))
	switch locked, err := f.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("cannot write to the data folder %s: %w", c.data, err)
	case !locked:
		return nil, fmt.Errorf("the data folder %s is %w%s: end it first, or give another folder with --data (TRICHDAN_DATA)", c.data, errInUse, c.owner())
	}
	if err := os.WriteFile(c.ownerFile(), []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot write to the data folder %s: %w", c.data, err), f.Unlock())
	}
	return func() error { return errors.Join(os.Remove(c.ownerFile()), f.Unlock()) }, nil
}

// owner names the process that holds the lock, where that is known.
func (c *config) owner() string {
	b, err := os.ReadFile(c.ownerFile())
	if err != nil {
		return ""
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}
