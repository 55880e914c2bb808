package disktest

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/fsnotify/fsnotify"

	"alphanode/store/disk"
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

func (d *FaultyDisk) Open(path string, flag int, mode fs.FileMode) (disk.File, error) {
	if err := d.step("open", path); err != nil {
		return nil, err
	}
	f, err := disk.System{}.Open(path, flag, mode)
	return &faultyFile{f, d}, err
}

func (d *FaultyDisk) OpenDescriptor(path string, flag int, mode fs.FileMode) (*os.File, error) {
	if err := d.step("open", path); err != nil {
		return nil, err
	}
	return disk.System{}.OpenDescriptor(path, flag, mode)
}

func (d *FaultyDisk) Mkdir(path string) error {
	if err := d.step("mkdir", path); err != nil {
		return err
	}
	return disk.System{}.Mkdir(path)
}

func (d *FaultyDisk) MkdirTemp(dir, pattern string) (string, error) {
	if err := d.step("mkdir", filepath.Join(dir, pattern)); err != nil {
		return "", err
	}
	return disk.System{}.MkdirTemp(dir, pattern)
}

func (d *FaultyDisk) Chmod(path string, mode fs.FileMode) error {
	if err := d.step("chmod", path); err != nil {
		return err
	}
	return disk.System{}.Chmod(path, mode)
}

func (d *FaultyDisk) Rename(from, to string) error {
	if err := d.step("rename", to); err != nil {
		return err
	}
	return disk.System{}.Rename(from, to)
}

func (d *FaultyDisk) Remove(path string) error {
	if err := d.step("remove", path); err != nil {
		return err
	}
	return disk.System{}.Remove(path)
}

func (d *FaultyDisk) RemoveAll(path string) error {
	if err := d.step("remove", path); err != nil {
		return err
	}
	return disk.System{}.RemoveAll(path)
}

func (d *FaultyDisk) SyncDir(path string) error {
	if err := d.step("sync", path); err != nil {
		return err
	}
	return disk.System{}.SyncDir(path)
}

func (d *FaultyDisk) Watch(dir string) (*fsnotify.Watcher, error) {
	if err := d.step("watch", dir); err != nil {
		return nil, err
	}
	return disk.System{}.Watch(dir)
}

type faultyFile struct {
	disk.File
	disk *FaultyDisk
}

// Write writes half of what it is given where it fails, but nothing where the
// process has ended before.
func (f *faultyFile) Write(p []byte) (n int, err error) {
	before := f.disk.Failed()
	if err := f.disk.step("write", f.Name()); err != nil {
		if before == "" {
			n, _ = f.File.Write(p[:len(p)/2])
		}
		return n, err
	}
	return f.File.Write(p)
}

func (f *faultyFile) Sync() error {
	if err := f.disk.step("sync", f.Name()); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f *faultyFile) Truncate(size int64) error {
	if err := f.disk.step("truncate", f.Name()); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f *faultyFile) Chmod(mode fs.FileMode) error {
	if err := f.disk.step("chmod", f.Name()); err != nil {
		return err
	}
	return f.File.Chmod(mode)
}

// Close frees the file even where it fails, as that of the system does.
func (f *faultyFile) Close() error {
	err := f.File.Close()
	if fault := f.disk.step("close", f.Name()); fault != nil {
		return fault
	}
	return err
}
