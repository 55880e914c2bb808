package catalogue

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"alphanode/store"
	"alphanode/store/disk"
)

const lockFile = "lock"

// ToldFolder is the folder of a data directory that remembers what webhooks must be told.
const ToldFolder = "webhooks-told"

// CameFolder is the folder of a data directory for what comes from others that share it.
const CameFolder = "fleet"

// ownFiles and ownFolders are what a data directory has: of releases, of keys, and of
// what was told. Others, such as a file of webhooks, are the operator's.
var (
	ownFiles   = []string{currentFile, journalFile, takedownsFile, "keys.json", lockFile, "keys.lock", ToldFolder + ".json", store.SharedFile}
	ownFolders = []string{releasesDir, ToldFolder, CameFolder}
)

// mendModes gives all that is in the data directory the mode that it would be made
// with today. The caller holds the lock.
func (c *Catalogue) mendModes() error {
	for _, name := range ownFiles {
		if err := disk.MendMode(c.disk, filepath.Join(c.dir, name)); err != nil {
			return err
		}
	}
	for _, name := range ownFolders {
		err := filepath.WalkDir(filepath.Join(c.dir, name), func(path string, _ fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
				return nil
			case err != nil:
				return fmt.Errorf("look at who may read %s: %w", path, err)
			}
			return disk.MendMode(c.disk, path)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const (
	// sharedTries bounds how often the lock of a directory is tried that others share.
	sharedTries = 40
	sharedWait  = 50 * time.Millisecond
)

// lock is taken by all that changes releases. What was made when everyone could read
// it is mended under it, and what others agreed on meanwhile is caught up with.
func (c *Catalogue) lock() (*disk.FileLock, error) {
	l, err := lockAnyhow(c.disk, c.dir)
	for tries := 0; c.ledger != nil && errors.Is(err, store.ErrBusy) && tries < sharedTries; tries++ {
		time.Sleep(sharedWait) // who follows the fleet holds it for a moment
		l, err = lockAnyhow(c.disk, c.dir)
	}
	if err != nil {
		return nil, err
	}
	if err = c.checkNotRestoring(); err == nil {
		err = c.mendModes()
	}
	if err == nil {
		err = c.catchUp()
	}
	if err != nil {
		l.Unlock()
		return nil, err
	}
	return l, nil
}

// lockAnyhow is lock whatever is in the data directory.
func lockAnyhow(d disk.Disk, dir string) (*disk.FileLock, error) {
	l, err := disk.Lock(d, dir, lockFile)
	if errors.Is(err, disk.ErrLocked) {
		return nil, fmt.Errorf("%w: %s", store.ErrBusy, dir)
	}
	return l, err
}
