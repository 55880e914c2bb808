package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// What is in a data directory holds drafts, and reasons of takedowns. So files are
// their owner's alone, and the group's as far as the folder is in which they stand:
// one that others may not enter, and its group may (mode 0750 or 2770), was given to
// that group, such as that of a server which runs as another user. Folders inside
// follow the data directory, so that the rule is the same for all of them.

// ModeWithin is the mode of a file or folder that stands in a folder, given what its
// owner may do with it. It is the owner's alone where the folder cannot be looked at.
func ModeWithin(dir string, owner fs.FileMode) fs.FileMode {
	owner &= 0o700
	info, err := os.Stat(dir)
	if err != nil || info.Mode()&0o007 != 0 || info.Mode()&0o050 != 0o050 {
		return owner
	}
	return owner | owner>>3&info.Mode().Perm()
}

// giveMode gives a file its mode, which is narrower where it was made by a process
// that leaves its group out, and wider where one made it that left everyone in. What
// belongs to another user, and file systems that know no modes, stay as they are.
func giveMode(f interface {
	Stat() (fs.FileInfo, error)
	Chmod(fs.FileMode) error
}, mode fs.FileMode) error {
	info, err := f.Stat()
	if err != nil || info.Mode().Perm() == mode {
		return err
	}
	err = f.Chmod(mode | info.Mode()&fs.ModeSetgid) // which a folder hands on to what is made in it
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

// MendMode gives what stands somewhere in a data directory the mode that it would be made
// with today.
func MendMode(d Disk, path string) error {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() && !info.IsDir() {
		return nil // what is not there, or leads elsewhere, is nothing to mend
	}
	owner := info.Mode() & 0o600 // a release is sealed, and not even its owner writes it
	if info.IsDir() {
		owner = 0o700
	}
	mode := ModeWithin(filepath.Dir(path), owner)
	if info.Mode().Perm() == mode {
		return nil
	}
	err = d.Chmod(path, mode)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ELOOP) {
		return nil // such as a file that only another user can read
	}
	if err != nil {
		return fmt.Errorf("keep other users from %s: %w; nothing else was changed", path, err)
	}
	return nil
}
