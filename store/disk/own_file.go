package disk

import (
	"os"
	"path/filepath"
)

// Other rooms keep files in a data directory too. They open and make them as the store
// does its own: nothing is waited for where a pipe stands in the place of a file, and
// they are read by those who may read the rest.

// OpenFile opens a file of a data directory, which may be made.
func OpenFile(path string, flag int) (*os.File, error) {
	return System{}.OpenDescriptor(path, flag, 0o600)
}

// ReadFile gives the bytes of a file of a data directory.
func ReadFile(path string) ([]byte, error) {
	data, _, err := ReadRegular(path)
	return data, err
}

// ReplaceOwn gives a file of a data directory other content: all of it or nothing, on
// the disk when it returns. It is for one at a time.
func ReplaceOwn(path string, data []byte) error {
	if err := Replace(System{}, path, data, 0o600); err != nil {
		return err
	}
	return System{}.SyncDir(filepath.Dir(path))
}

// MakeFolder makes a folder in a data directory, where it is not there. It is on the
// disk when MakeFolder returns.
func MakeFolder(path string) error {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		if err := (System{}).Mkdir(path); err != nil {
			return err
		}
	}
	return System{}.SyncDir(filepath.Dir(path))
}
