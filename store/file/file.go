package file

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
	Info    Info
	Bytes   int64 // of the file
	db      *bolt.DB
	Pages   *pages
	anchor  *bolt.Tx // keeps the mapped columns valid while the file is open
	columns sync.Map // name → *column
	Idle    chan *Tx // all read transactions that no one uses
}

// Expected is what the manifest of a release says of its file.
type Expected struct {
	Size          int64 // bytes
	Posts, Format int
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
	f := &File{Bytes: want.Size, Idle: make(chan *Tx, readTxs)}
	if err := Guard(func() error { return f.open(path, want) }); err != nil {
		if f.anchor != nil { // else bbolt may still hold a lock, on which close would wait
			_ = f.Close()
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
		f.Idle <- &Tx{File: f, bolt: b, seeks: make(map[string]*Cursor, len(buckets))}
	}
	if f.anchor, err = f.db.Begin(false); err != nil {
		return fmt.Errorf("begin reading %s: %w", path, err)
	}
	if f.Pages, err = mapPages(file, want.Size, f.db, f.anchor); err != nil {
		return err
	}
	if err := f.Pages.open(f.anchor, bucketsOf(want.Format)); err != nil {
		return err
	}
	data, err := f.InfoValue(InfoKey)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &f.Info); err != nil {
		return fmt.Errorf("%w: info: %w", store.ErrCorrupt, err)
	}
	if f.Info.Posts != want.Posts || f.Info.Format != want.Format {
		return fmt.Errorf("%w: the file holds %d posts in format %d, its manifest says %d in format %d",
			store.ErrCorrupt, f.Info.Posts, f.Info.Format, want.Posts, want.Format)
	}
	if f.Info.Posts < 0 || int64(f.Info.Posts) > want.Size {
		return fmt.Errorf("%w: %d posts in %d bytes", store.ErrCorrupt, f.Info.Posts, want.Size)
	}
	return nil
}

// InfoValue reads what the file says of itself, when there is no transaction yet.
func (f *File) InfoValue(key string) ([]byte, error) {
	return Unseal(BucketInfo, []byte(key), f.anchor.Bucket([]byte(BucketInfo)).Get([]byte(key)))
}

// Close closes the file, which nobody reads any more.
func (f *File) Close() error {
	for len(f.Idle) > 0 {
		tx := <-f.Idle
		_ = tx.bolt.Rollback() // a read transaction has nothing to lose
	}
	if f.anchor != nil {
		_ = f.anchor.Rollback()
	}
	err := f.Pages.close()
	if f.db != nil {
		err = errors.Join(err, f.db.Close())
	}
	return err
}

// Forget has everything checked again when it is next read.
func (f *File) Forget() {
	f.Pages.forget()
	f.columns.Clear()
}

// Size is how many posts a view sees: public posts have the lowest ordinals,
// so a view is a bound on ordinals and nothing else.
func (f *File) Size(v store.View) int {
	if v == store.Public {
		return f.Info.Public
	}
	return f.Info.Posts
}

// column gives a column by name. Its bytes stay valid while the file is
// open, because the anchor transaction is.
func (f *File) column(tx *Tx, name string) (*Column, error) {
	if c, ok := f.columns.Load(name); ok {
		return c.(*Column), nil
	}
	found, value := tx.Seek(BucketColumns, []byte(name))
	if string(found) != name {
		return nil, fmt.Errorf("%w: no column %s", store.ErrCorrupt, name)
	}
	c, err := NewColumn(name, value)
	if err != nil {
		return nil, err
	}
	kept, _ := f.columns.LoadOrStore(name, c)
	return kept.(*Column), nil
}

// ForgetAll empties slots in which something was remembered that is to be looked up anew.
func ForgetAll[T any](slots []atomic.Pointer[T]) {
	for i := range slots {
		slots[i].Store(nil)
	}
}
