package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/fsnotify/fsnotify"
)

// Disk is how the store changes files, and is told of changes: everything that a
// build, a switch, a prune or a change of keys writes goes through it, so that
// tests can make each step fail. What only reads does not. Of the mode that a file
// is given when it is made, only what its owner may do counts; see [ModeWithin].
type Disk interface {
	Open(path string, flag int, mode fs.FileMode) (File, error)
	// OpenDescriptor is open for what needs the file of the system itself: bbolt,
	// which maps it, and locks.
	OpenDescriptor(path string, flag int, mode fs.FileMode) (*os.File, error)
	Mkdir(path string) error // that may be there
	MkdirTemp(dir, pattern string) (string, error)
	Chmod(path string, mode fs.FileMode) error // of no link
	Rename(from, to string) error
	Remove(path string) error
	RemoveAll(path string) error
	SyncDir(path string) error // makes what was renamed into a folder last
	// Watch tells what changes in a folder. The caller closes the watcher.
	Watch(dir string) (*fsnotify.Watcher, error)
}

// File is a file that is written.
type File interface {
	io.ReadWriteSeeker
	io.ReaderAt
	io.Closer
	Name() string
	Sync() error
	Truncate(size int64) error
	Chmod(mode fs.FileMode) error
}

// System is the file system.
type System struct{}

func (System) Open(path string, flag int, mode fs.FileMode) (File, error) {
	f, err := System{}.OpenDescriptor(path, flag, mode)
	if err != nil {
		return nil, err // and not a file that is nil
	}
	return f, nil
}

func (System) OpenDescriptor(path string, flag int, mode fs.FileMode) (*os.File, error) {
	f, err := OpenRegular(path, flag, mode&0o700)
	if err != nil || flag&os.O_CREATE == 0 {
		return f, err
	}
	if err := giveMode(f, ModeWithin(filepath.Dir(path), mode)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (d System) Mkdir(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	return d.Chmod(path, ModeWithin(filepath.Dir(path), 0o700))
}

func (d System) MkdirTemp(dir, pattern string) (string, error) {
	path, err := os.MkdirTemp(dir, pattern)
	if err != nil {
		return "", err
	}
	return path, d.Chmod(path, ModeWithin(dir, 0o700))
}

func (System) Chmod(path string, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	return errors.Join(giveMode(f, mode), f.Close())
}

func (System) Rename(from, to string) error { return os.Rename(from, to) }
func (System) Remove(path string) error     { return os.Remove(path) }
func (System) RemoveAll(path string) error  { return os.RemoveAll(path) }

func (System) SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync %s: %w", path, err)
	}
	return nil
}

func (System) Watch(dir string) (*fsnotify.Watcher, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	if err := w.Add(dir); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Replace gives a file other content, all of it or nothing: it is written
// beside the file, synced, and renamed. The caller holds a lock, so the name
// beside is fixed, and what a killed process leaves there is cleared by the next.
// The caller syncs the folder.
func Replace(d Disk, path string, data []byte, mode fs.FileMode) error {
	return ReplaceBy(d, path, mode, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// ReplaceBy is Replace for content that is written piece by piece.
func ReplaceBy(d Disk, path string, mode fs.FileMode, write func(io.Writer) error) error {
	beside := path + ".new"
	if err := d.Remove(beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("clear what an earlier write left: %w", err)
	}
	f, err := d.Open(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = d.Rename(beside, path)
	}
	if err != nil {
		return errors.Join(err, d.Remove(beside))
	}
	return nil
}
