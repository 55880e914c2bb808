package disk

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"time"
)

// FileDigest is what a file held when it was read.
type FileDigest struct {
	Info   os.FileInfo
	Sha256 string // in hex
	read   time.Time
}

// Digest reads a file, all of it.
func Digest(path string) (d FileDigest, err error) {
	f, err := OpenRegular(path, os.O_RDONLY, 0)
	if err != nil {
		return d, err
	}
	defer f.Close()
	d.read = time.Now()
	if d.Info, err = f.Stat(); err != nil {
		return d, err
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return d, fmt.Errorf("read %s: %w", path, err)
	}
	d.Sha256 = hex.EncodeToString(h.Sum(nil))
	return d, nil
}

// clockTick is longer than it takes until a change of a file gets a later time
// than the change before.
const clockTick = 20 * time.Millisecond

// Holds reports whether it is known, without reading it, that a file is still
// what was read. One that was written just before it was read is not: a change
// since could have the same time.
func (d *FileDigest) Holds(path string) bool {
	if d == nil || d.read.Sub(d.Info.ModTime()) < clockTick {
		return false
	}
	info, err := os.Stat(path)
	return err == nil && SameVersion(info, d.Info)
}
