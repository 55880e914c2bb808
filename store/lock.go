package store

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

const (
	lockFile     = "lock"
	keysLockFile = "keys.lock" // of its own: revoking a key waits for no import
)

// fileLock keeps other builders and publishers out of a data directory. The
// system gives it back when the process ends, however it ends.
type fileLock struct{ f *os.File }

// lock is taken by all that changes releases. What was made when everyone could read
// it is mended under it.
func (c *Catalogue) lock() (*fileLock, error) {
	l, err := lock(c.disk, c.dir, lockFile)
	if err != nil {
		return nil, err
	}
	if err := c.mendModes(); err != nil {
		l.unlock()
		return nil, err
	}
	return l, nil
}

func (c *Catalogue) lockKeys() (*fileLock, error) { return lock(c.disk, c.dir, keysLockFile) }

func lock(d disk, dir, file string) (*fileLock, error) {
	f, err := d.openDescriptor(filepath.Join(dir, file), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%w: %s", ErrBusy, dir)
	}
	return &fileLock{f}, nil
}

// unlock gives the lock back. To close the file is not enough: a process that is
// just being started from this one has it open too, for a moment.
func (l *fileLock) unlock() {
	_ = syscall.Flock(int(l.f.Fd()), syscall.LOCK_UN)
	_ = l.f.Close()
}
