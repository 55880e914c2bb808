package release

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/fsnotify/fsnotify"
)

// FaultyDisk is the file system, of whose operations one fails. They are counted
// from 1.
type FaultyDisk struct {
	At    int   // which one fails; 0 for none
	Fault error // what it fails with
	// Dead is what a process leaves that ends there: nothing after it is done
	// either, and no remains are cleared.
	Dead bool

	mu     sync.Mutex
	count  int
	failed string
}

// Operations is how many there were.
func (d *FaultyDisk) Operations() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.count
}

// Failed is the operation that failed, "" where none did.
func (d *FaultyDisk) Failed() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failed
}

// step counts an operation, and gives an error where it is not to be done.
func (d *FaultyDisk) step(operation, path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.count++
	switch {
	case d.At == 0 || d.count < d.At || d.count > d.At && !d.Dead:
		return nil
	case d.count == d.At:
		d.failed = operation + " " + filepath.Base(path)
	}
	return &fs.PathError{Op: operation, Path: path, Err: d.Fault}
}

func (d *FaultyDisk) open(path string, flag int, mode fs.FileMode) (file, error) {
	if err := d.step("open", path); err != nil {
		return nil, err
	}
	f, err := systemDisk{}.open(path, flag, mode)
	return &faultyFile{f, d}, err
}

func (d *FaultyDisk) openDescriptor(path string, flag int, mode fs.FileMode) (*os.File, error) {
	if err := d.step("open", path); err != nil {
		return nil, err
	}
	return systemDisk{}.openDescriptor(path, flag, mode)
}

func (d *FaultyDisk) mkdir(path string) error {
	if err := d.step("mkdir", path); err != nil {
		return err
	}
	return systemDisk{}.mkdir(path)
}

func (d *FaultyDisk) mkdirTemp(dir, pattern string) (string, error) {
	if err := d.step("mkdir", filepath.Join(dir, pattern)); err != nil {
		return "", err
	}
	return systemDisk{}.mkdirTemp(dir, pattern)
}

func (d *FaultyDisk) chmod(path string, mode fs.FileMode) error {
	if err := d.step("chmod", path); err != nil {
		return err
	}
	return systemDisk{}.chmod(path, mode)
}

func (d *FaultyDisk) rename(from, to string) error {
	if err := d.step("rename", to); err != nil {
		return err
	}
	return systemDisk{}.rename(from, to)
}

func (d *FaultyDisk) remove(path string) error {
	if err := d.step("remove", path); err != nil {
		return err
	}
	return systemDisk{}.remove(path)
}

func (d *FaultyDisk) removeAll(path string) error {
	if err := d.step("remove", path); err != nil {
		return err
	}
	return systemDisk{}.removeAll(path)
}

func (d *FaultyDisk) syncDir(path string) error {
	if err := d.step("sync", path); err != nil {
		return err
	}
	return systemDisk{}.syncDir(path)
}

func (d *FaultyDisk) watch(dir string) (*fsnotify.Watcher, error) {
	if err := d.step("watch", dir); err != nil {
		return nil, err
	}
	return systemDisk{}.watch(dir)
}

type faultyFile struct {
	file
	disk *FaultyDisk
}

// Write writes half of what it is given where it fails, but nothing where the
// process has ended before.
func (f *faultyFile) Write(p []byte) (n int, err error) {
	before := f.disk.Failed()
	if err := f.disk.step("write", f.Name()); err != nil {
		if before == "" {
			n, _ = f.file.Write(p[:len(p)/2])
		}
		return n, err
	}
	return f.file.Write(p)
}

func (f *faultyFile) Sync() error {
	if err := f.disk.step("sync", f.Name()); err != nil {
		return err
	}
	return f.file.Sync()
}

func (f *faultyFile) Truncate(size int64) error {
	if err := f.disk.step("truncate", f.Name()); err != nil {
		return err
	}
	return f.file.Truncate(size)
}

func (f *faultyFile) Chmod(mode fs.FileMode) error {
	if err := f.disk.step("chmod", f.Name()); err != nil {
		return err
	}
	return f.file.Chmod(mode)
}

// Close frees the file even where it fails, as that of the system does.
func (f *faultyFile) Close() error {
	err := f.file.Close()
	if fault := f.disk.step("close", f.Name()); fault != nil {
		return fault
	}
	return err
}
