package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// ErrIrregular says that something else stands where a file should be.
var ErrIrregular = errors.New("no regular file")

// OpenRegular opens a file of the data directory. Opening a pipe could wait for
// ever, and reading a device could end never: what is no file is not opened, and the
// error, an ErrIrregular, says what it is.
func OpenRegular(path string, flag int, mode fs.FileMode) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, Irregular(path, info)
	}
	f, err := os.OpenFile(path, flag|syscall.O_NONBLOCK, mode)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat() // for it may have been replaced meanwhile
	if err == nil && !info.Mode().IsRegular() {
		err = Irregular(path, info)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// ReadRegular gives the bytes of a file of the data directory, and which file it was.
func ReadRegular(path string) ([]byte, os.FileInfo, error) {
	f, err := OpenRegular(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	data, err := io.ReadAll(f)
	return data, info, err
}

// SameVersion reports whether a file that is only ever replaced is the one that
// was seen before; nil stands for none.
func SameVersion(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// Irregular is the error, an ErrIrregular, of what stands where a file should be.
func Irregular(path string, info os.FileInfo) error {
	what := "is something else"
	switch mode := info.Mode(); {
	case mode.IsDir():
		what = "is a directory"
	case mode&fs.ModeNamedPipe != 0:
		what = "is a named pipe"
	case mode&fs.ModeSocket != 0:
		what = "is a socket"
	case mode&fs.ModeDevice != 0:
		what = "is a device"
	}
	return fmt.Errorf("%w: %s %s, expected a regular file: move it away", ErrIrregular, path, what)
}
