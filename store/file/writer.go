package file

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"alphanode/store/disk"
)

const (
	// PageSize of a release file, in bytes. docs/decisions.md has the figures.
	PageSize = 16 << 10
	// commitSize is how many bytes are put before they are committed, so that
	// the memory a build takes does not grow with the archive.
	commitSize = 8 << 20
)

// Writer fills a new bbolt file, one bucket after the other. Keys of a bucket
// come in order, which keeps pages full, neighbours together and the file
// small; and the same values give the same file, byte by byte. Nothing is safe
// on disk before Close.
type Writer struct {
	disk    disk.Disk
	path    string
	db      *bolt.DB
	tx      *bolt.Tx
	bucket  *bolt.Bucket // being filled
	name    string       // of the bucket
	pending int          // bytes put since the last commit
	passing Passing
}

// NewWriter makes the file. The caller ends it with Close or Abandon.
func NewWriter(d disk.Disk, path string, pageSize int) (*Writer, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{
		OpenFile: d.OpenDescriptor, PageSize: pageSize, NoSync: true, NoGrowSync: true, NoFreelistSync: true,
		// The other freelist takes free pages in random order.
		FreelistType: bolt.FreelistArrayType, Timeout: openTimeout, NoStatistics: true,
	})
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	w := &Writer{disk: d, path: path, db: db, passing: Passing{db: db}}
	if err := w.begin(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return w, nil
}

func (w *Writer) begin() (err error) {
	if w.tx, err = w.db.Begin(true); err != nil {
		return fmt.Errorf("begin write of %s: %w", w.path, err)
	}
	for _, name := range buckets {
		if _, err := w.tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	return nil
}

func (w *Writer) commit() error {
	w.passing.size = int(w.tx.Size()) // all of which is mapped, and more is by the end
	if err := w.tx.Commit(); err != nil {
		return fmt.Errorf("write %s: %w", w.path, err)
	}
	w.passing.Pass(w.pending)
	w.bucket, w.pending = nil, 0
	return nil
}

// Put seals and writes a value. The payload is written over.
func (w *Writer) Put(bucket string, key, payload []byte) error {
	return w.PutRaw(bucket, key, seal(key, payload))
}

// PutRaw writes a value that brings its own checksums.
func (w *Writer) PutRaw(bucket string, key, value []byte) error {
	// A transaction fills one bucket: of several, bbolt would lay out the pages
	// in random order.
	if w.pending >= commitSize || w.bucket != nil && w.name != bucket {
		if err := errors.Join(w.commit(), w.begin()); err != nil {
			return err
		}
	}
	if w.bucket == nil {
		w.bucket, w.name = w.tx.Bucket([]byte(bucket)), bucket
		w.bucket.FillPercent = 1 // the file is never written again
	}
	if err := w.bucket.Put(key, value); err != nil {
		return fmt.Errorf("put %s %q: %w", bucket, key, err)
	}
	w.pending += len(key) + len(value)
	return nil
}

// Close commits, puts the table of leaves in place of the room bbolt keeps for
// growing, and syncs. After it
// the file can be read, and it is never written again.
func (w *Writer) Close() error {
	if err := w.commit(); err != nil {
		return errors.Join(err, w.db.Close())
	}
	w.tx = nil
	var size int64
	err := w.db.View(func(tx *bolt.Tx) error {
		size = tx.Size()
		return nil
	})
	if err := errors.Join(err, w.db.Close()); err != nil {
		return fmt.Errorf("write %s: %w", w.path, err)
	}
	table, err := leafTable(w.path)
	if err != nil {
		return fmt.Errorf("seal %s: %w", w.path, err)
	}
	f, err := w.disk.Open(w.path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = f.Truncate(size)
	if err == nil {
		_, err = f.Seek(size, io.SeekStart)
	}
	if err == nil {
		_, err = f.Write(table)
	}
	if err := errors.Join(err, f.Sync(), f.Chmod(disk.ModeWithin(filepath.Dir(w.path), 0o400)), f.Close()); err != nil {
		return fmt.Errorf("seal %s: %w", w.path, err)
	}
	return nil
}

// Abandon gives the file up.
func (w *Writer) Abandon() {
	if w.tx != nil {
		_ = w.tx.Rollback() // the file goes with its folder
	}
	_ = w.db.Close()
}
