package keys

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"alphanode/store"
	"alphanode/store/disk"
)

// Ledger is where machines that share their keys agree on them: what is added or revoked is
// written there before it is here.
type Ledger interface {
	// CatchUpKeys calls adopt with the file as it was agreed on; nil where there is none.
	CatchUpKeys(adopt func(data []byte) error) error
	// AgreeKeys makes this the file. The error is a *store.OutrunError where others have
	// changed it since.
	AgreeKeys(data []byte) error
}

// Sharing gives the keys of a data directory that others share.
func (f *File) Sharing(l Ledger) *File { return &File{dir: f.dir, disk: f.disk, ledger: l} }

// CatchUp brings the file to what was agreed on.
func (f *File) CatchUp() error {
	lock, err := disk.Lock(f.disk, f.dir, keysLockFile)
	if errors.Is(err, disk.ErrLocked) {
		return fmt.Errorf("%w: %s", store.ErrBusy, f.dir)
	}
	if err != nil {
		return err
	}
	defer lock.Unlock()
	return f.catchUp()
}

// catchUp is CatchUp for who holds the lock.
func (f *File) catchUp() error {
	if f.ledger != nil {
		return f.ledger.CatchUpKeys(f.adopt)
	}
	if _, err := os.Lstat(filepath.Join(f.dir, store.SharedFile)); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, store.ErrShared(f.dir))
	}
	return nil
}

// adopt writes the file as others have it, where it is another here.
func (f *File) adopt(data []byte) error {
	have, err := readKeysFile(f.dir)
	if err == nil && bytes.Equal(have, data) && (have == nil) == (data == nil) {
		return nil
	}
	if data == nil {
		return f.disk.Remove(filepath.Join(f.dir, keysFile))
	}
	if _, err := parseKeys(f.dir, data); err != nil {
		return fmt.Errorf("take over the keys of the fleet: %w", err)
	}
	return f.write(data)
}
