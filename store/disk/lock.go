package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ErrLocked says that another process holds a lock.
var ErrLocked = errors.New("locked by another process")

// FileLock keeps other processes from what a file stands for. The system gives it back
// when the process ends, however it ends.
type FileLock struct{ f *os.File }

// Lock takes the lock that a file of a folder stands for, and waits for nobody. The error
// is ErrLocked where another holds it. Who holds it may remove the file, or rename it.
func Lock(d Disk, dir, file string) (*FileLock, error) {
	path := filepath.Join(dir, file)
	for {
		f, err := d.OpenDescriptor(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, fmt.Errorf("open lock: %w", err)
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			_ = f.Close()
			return nil, ErrLocked
		}
		l := &FileLock{f}
		if l.inPlace(path) {
			return l, nil
		}
		l.Unlock() // its holder has removed it between the two steps
	}
}

// inPlace reports whether the file is the one that others lock.
func (l *FileLock) inPlace(path string) bool {
	held, err := l.f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(held, there)
}

// Unlock gives the lock back. To close the file is not enough: a process that is
// just being started from this one has it open too, for a moment.
func (l *FileLock) Unlock() {
	_ = syscall.Flock(int(l.f.Fd()), syscall.LOCK_UN)
	_ = l.f.Close()
}
