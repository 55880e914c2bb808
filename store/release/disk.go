package release

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

// disk is how the store changes files, and is told of changes: everything that a
// build, a switch, a prune or a change of keys writes goes through it, so that
// tests can make each step fail. What only reads does not. Of the mode that a file
// is given when it is made, only what its owner may do counts; see [modeWithin].
type disk interface {
	open(path string, flag int, mode fs.FileMode) (file, error)
	// openDescriptor is open for what needs the file of the system itself: bbolt,
	// which maps it, and locks.
	openDescriptor(path string, flag int, mode fs.FileMode) (*os.File, error)
	mkdir(path string) error // that may be there
	mkdirTemp(dir, pattern string) (string, error)
	chmod(path string, mode fs.FileMode) error // of no link
	rename(from, to string) error
	remove(path string) error
	removeAll(path string) error
	syncDir(path string) error // makes what was renamed into a folder last
	// watch tells what changes in a folder. The caller closes the watcher.
	watch(dir string) (*fsnotify.Watcher, error)
}

// file is a file that is written.
type file interface {
	io.ReadWriteSeeker
	io.ReaderAt
	io.Closer
	Name() string
	Sync() error
	Truncate(size int64) error
	Chmod(mode fs.FileMode) error
}

// systemDisk is the file system.
type systemDisk struct{}

func (systemDisk) open(path string, flag int, mode fs.FileMode) (file, error) {
	f, err := systemDisk{}.openDescriptor(path, flag, mode)
	if err != nil {
		return nil, err // and not a file that is nil
	}
	return f, nil
}

func (systemDisk) openDescriptor(path string, flag int, mode fs.FileMode) (*os.File, error) {
	f, err := openRegular(path, flag, mode&0o700)
	if err != nil || flag&os.O_CREATE == 0 {
		return f, err
	}
	if err := giveMode(f, modeWithin(filepath.Dir(path), mode)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (d systemDisk) mkdir(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	return d.chmod(path, modeWithin(filepath.Dir(path), 0o700))
}

func (d systemDisk) mkdirTemp(dir, pattern string) (string, error) {
	path, err := os.MkdirTemp(dir, pattern)
	if err != nil {
		return "", err
	}
	return path, d.chmod(path, modeWithin(dir, 0o700))
}

func (systemDisk) chmod(path string, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	return errors.Join(giveMode(f, mode), f.Close())
}

func (systemDisk) rename(from, to string) error { return os.Rename(from, to) }
func (systemDisk) remove(path string) error     { return os.Remove(path) }
func (systemDisk) removeAll(path string) error  { return os.RemoveAll(path) }

func (systemDisk) syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync %s: %w", path, err)
	}
	return nil
}

func (systemDisk) watch(dir string) (*fsnotify.Watcher, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	if err := w.Add(dir); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// replaceFile gives a file other content, all of it or nothing: it is written
// beside the file, synced, and renamed. The caller holds a lock, so the name
// beside is fixed, and what a killed process leaves there is cleared by the next.
// The caller syncs the folder.
func replaceFile(d disk, path string, data []byte, mode fs.FileMode) error {
	return replaceFileBy(d, path, mode, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// replaceFileBy is replaceFile for content that is written piece by piece.
func replaceFileBy(d disk, path string, mode fs.FileMode, write func(io.Writer) error) error {
	beside := path + ".new"
	if err := d.remove(beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("clear what an earlier write left: %w", err)
	}
	f, err := d.open(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = d.rename(beside, path)
	}
	if err != nil {
		return errors.Join(err, d.remove(beside))
	}
	return nil
}
