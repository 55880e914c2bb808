package disk

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// WriteAside writes a file that may stand anywhere: all of it or nothing, and on the disk
// when it returns. It is written beside, under the name with .partial behind it, which one at
// a time does: the error is ErrLocked for others. What a killed process has left there is
// written over by the next. What is no file is not replaced, and the error is ErrIrregular.
func WriteAside(d Disk, path string, write func(io.Writer) error) error {
	if stat, err := os.Stat(path); err == nil && !stat.Mode().IsRegular() {
		return Irregular(path, stat)
	}
	partial := path + ".partial"
	dir := filepath.Dir(path)
	lock, err := Lock(d, dir, filepath.Base(partial))
	if err != nil {
		return err
	}
	defer lock.Unlock()
	f, err := d.Open(partial, os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return errors.Join(err, d.Remove(partial))
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = d.Rename(partial, path)
	}
	if err != nil {
		return errors.Join(err, d.Remove(partial))
	}
	return d.SyncDir(dir)
}
