package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"alphanode/store"
)

// File is the open file of a release. It is safe for many goroutines.
type File struct {
	info    Info
	bytes   int64 // of the file
	db      *bolt.DB
	pages   *pages
	anchor  *bolt.Tx // keeps the mapped columns valid while the file is open
	columns sync.Map // name → *column
	idle    chan *Tx // all read transactions that no one uses
}

// Expected is what the manifest of a release says of its file.
type Expected struct {
	size          int64 // bytes
	posts, format int
}

// openTimeout bounds the wait for the file's lock. Readers share it, so only a
// foreign process that writes the file can hold it.
const openTimeout = 2 * time.Second

// readTxs is how many reads of a release can run at once; further ones wait.
// All transactions are begun when the release is opened: bbolt reads the mapped
// file while it holds its locks, and a file that was cut short since would
// leave them locked for ever.
const readTxs = 64

// Open opens the file of a release. What it opens costs the same for ten posts
// and for a million.
func Open(path string, want Expected) (*File, error) {
	f := &File{bytes: want.size, idle: make(chan *Tx, readTxs)}
	if err := Guard(func() error { return f.open(path, want) }); err != nil {
		if f.anchor != nil { // else bbolt may still hold a lock, on which close would wait
			_ = f.close()
		}
		return nil, err
	}
	return f, nil
}

func (f *File) open(path string, want Expected) (err error) {
	var file *os.File
	f.db, file, err = openBolt(path)
	for _, damage := range []error{bolterrors.ErrInvalid, bolterrors.ErrChecksum, bolterrors.ErrVersionMismatch} {
		if errors.Is(err, damage) {
			return fmt.Errorf("%w: %s: %w", store.ErrCorrupt, path, err)
		}
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	for range readTxs {
		b, err := f.db.Begin(false)
		if err != nil {
			return fmt.Errorf("begin reading %s: %w", path, err)
		}
		f.idle <- &Tx{file: f, bolt: b, seeks: make(map[string]*Cursor, len(buckets))}
	}
	if f.anchor, err = f.db.Begin(false); err != nil {
		return fmt.Errorf("begin reading %s: %w", path, err)
	}
	if f.pages, err = mapPages(file, want.size, f.db, f.anchor); err != nil {
		return err
	}
	if err := f.pages.open(f.anchor); err != nil {
		return err
	}
	data, err := f.infoValue(infoKey)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &f.info); err != nil {
		return fmt.Errorf("%w: info: %w", store.ErrCorrupt, err)
	}
	if f.info.Posts != want.posts || f.info.Format != want.format {
		return fmt.Errorf("%w: the file holds %d posts in format %d, its manifest says %d in format %d",
			store.ErrCorrupt, f.info.Posts, f.info.Format, want.posts, want.format)
	}
	if f.info.Posts < 0 || int64(f.info.Posts) > want.size {
		return fmt.Errorf("%w: %d posts in %d bytes", store.ErrCorrupt, f.info.Posts, want.size)
	}
	return nil
}

func (f *File) infoValue(key string) ([]byte, error) {
	return unseal(bucketInfo, []byte(key), f.anchor.Bucket([]byte(bucketInfo)).Get([]byte(key)))
}

func (f *File) close() error {
	for len(f.idle) > 0 {
		tx := <-f.idle
		_ = tx.bolt.Rollback() // a read transaction has nothing to lose
	}
	if f.anchor != nil {
		_ = f.anchor.Rollback()
	}
	err := f.pages.close()
	if f.db != nil {
		err = errors.Join(err, f.db.Close())
	}
	return err
}

// Forget has everything checked again when it is next read.
func (f *File) Forget() {
	f.pages.forget()
	f.columns.Clear()
}

// size is how many posts a view sees: public posts have the lowest ordinals,
// so a view is a bound on ordinals and nothing else.
func (f *File) size(v store.View) int {
	if v == store.Public {
		return f.info.Public
	}
	return f.info.Posts
}

// column gives a column by name. Its bytes stay valid while the file is
// open, because the anchor transaction is.
func (f *File) column(tx *Tx, name string) (*Column, error) {
	if c, ok := f.columns.Load(name); ok {
		return c.(*Column), nil
	}
	found, value := tx.seek(bucketColumns, []byte(name))
	if string(found) != name {
		return nil, fmt.Errorf("%w: no column %s", store.ErrCorrupt, name)
	}
	c, err := newColumn(name, value)
	if err != nil {
		return nil, err
	}
	kept, _ := f.columns.LoadOrStore(name, c)
	return kept.(*Column), nil
}

func ForgetAll[T any](slots []atomic.Pointer[T]) {
	for i := range slots {
		slots[i].Store(nil)
	}
}
