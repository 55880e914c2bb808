package purge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"alphanode/store/disk"
)

// ownFile is the file of one server, and its lock, which is held.
type ownFile struct {
	path string // without its ending
	lock *os.File
}

const (
	jsonEnd = ".json"
	lockEnd = ".lock"
	newEnd  = ".new" // what is not there yet
)

func (f *ownFile) json() string { return f.path + jsonEnd }

// newOwnFile makes a lock that is locked from when it is there.
func newOwnFile(path string) (*ownFile, error) {
	lock, err := disk.OpenFile(path+newEnd, os.O_RDWR|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return nil, err
	}
	f := &ownFile{path, lock}
	if err = flock(lock); err == nil {
		err = os.Rename(path+newEnd, path+lockEnd)
	}
	if err != nil {
		f.unlock()
		return nil, errors.Join(err, os.Remove(path+newEnd))
	}
	return f, nil
}

// takeEnded gives the file of a server that has ended, with its lock, nil where it
// runs; and what the file says in either case. The error is that this is not known,
// though it should be.
func takeEnded(path string) (*ownFile, remembered, error) {
	lock, err := disk.OpenFile(path+lockEnd, os.O_RDWR)
	missing := errors.Is(err, fs.ErrNotExist)
	if missing { // who took it over before came to no end
		lock, err = disk.OpenFile(path+lockEnd, os.O_RDWR|os.O_CREATE)
	}
	if err != nil {
		return nil, nil, err
	}
	f := &ownFile{path, lock}
	switch err := flock(lock); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		_ = lock.Close()
		found, _ := readRemembered(f.json()) // that is another's, who may not have written it yet
		return nil, found, nil
	case err != nil:
		_ = lock.Close()
		return nil, nil, err
	}
	if !f.inPlace() { // another has taken it over between the two steps
		f.unlock()
		return nil, nil, nil
	}
	found, err := readRemembered(f.json())
	if missing && errors.Is(err, fs.ErrNotExist) { // likewise
		err = os.Remove(path + lockEnd)
		f.unlock()
		return nil, nil, err
	}
	return f, found, err
}

// inPlace reports whether the lock is the file that others lock.
func (f *ownFile) inPlace() bool {
	held, err := f.lock.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(f.path + lockEnd)
	return err == nil && os.SameFile(held, there)
}

// flock takes the lock of a file, if nobody has it. The system gives it back when the
// process ends, however it ends.
func flock(lock *os.File) error {
	return syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// unlock gives the lock back. To close the file is not enough: a process that is just
// being started from this one has it open too, for a moment.
func (f *ownFile) unlock() {
	_ = syscall.Flock(int(f.lock.Fd()), syscall.LOCK_UN)
	_ = f.lock.Close()
}

// readRemembered reads the file of one server. That there is none is an error.
func readRemembered(path string) (r remembered, err error) {
	data, err := disk.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("found what is no JSON of what webhooks were told: %w", err)
	}
	return r, nil
}
