package release

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"alphanode/store"
	"alphanode/store/sets"
)

// heldFile is the open file of a release. It is safe for many goroutines.
type heldFile struct {
	info    info
	bytes   int64 // of the file
	db      *bolt.DB
	pages   *pages
	anchor  *bolt.Tx     // keeps the mapped columns valid while the file is open
	columns sync.Map     // name → *column
	idle    chan *readTx // all read transactions that no one uses
}

// expected is what the manifest of a release says of its file.
type expected struct {
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

// openHeldFile opens the file of a release. What it opens costs the same for ten posts
// and for a million.
func openHeldFile(path string, want expected) (*heldFile, error) {
	f := &heldFile{bytes: want.size, idle: make(chan *readTx, readTxs)}
	if err := guard(func() error { return f.open(path, want) }); err != nil {
		if f.anchor != nil { // else bbolt may still hold a lock, on which close would wait
			_ = f.close()
		}
		return nil, err
	}
	return f, nil
}

func (f *heldFile) open(path string, want expected) (err error) {
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
		f.idle <- &readTx{file: f, bolt: b, seeks: make(map[string]*leafCursor, len(buckets))}
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

func (f *heldFile) infoValue(key string) ([]byte, error) {
	return unseal(bucketInfo, []byte(key), f.anchor.Bucket([]byte(bucketInfo)).Get([]byte(key)))
}

func (f *heldFile) close() error {
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

// forget has everything checked again when it is next read.
func (f *heldFile) forget() {
	f.pages.forget()
	f.columns.Clear()
}

// size is how many posts a view sees: public posts have the lowest ordinals,
// so a view is a bound on ordinals and nothing else.
func (f *heldFile) size(v store.View) int {
	if v == store.Public {
		return f.info.Public
	}
	return f.info.Posts
}

// column gives a column by name. Its bytes stay valid while the file is
// open, because the anchor transaction is.
func (f *heldFile) column(tx *readTx, name string) (*column, error) {
	if c, ok := f.columns.Load(name); ok {
		return c.(*column), nil
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
	return kept.(*column), nil
}

// readTx is one read transaction, for one goroutine at a time.
type readTx struct {
	file   *heldFile
	view   store.View
	budget *store.Budget   // of the question; nil where there is no bound
	alone  store.Budget    // of a question that has none
	paid   int             // units, by the one read
	ctx    context.Context // of the one read, for what is asked often; nil where nobody waits
	steps  int             // see stayOften
	bolt   *bolt.Tx
	seeks  map[string]*leafCursor // for seek, which needs no new one each time
	room   sets.Bits              // see emptyBitset
	texts  []byte                 // room for a chunk, see sortedTexts
	asked  []byte                 // room for a question
}

// begin takes a transaction, which end gives back.
func (f *heldFile) begin(ctx context.Context, v store.View) (*readTx, error) {
	select { // without waiting, and so without what waiting needs
	case tx := <-f.idle:
		tx.view, tx.ctx = v, ctx
		return tx, nil
	default:
	}
	select {
	case tx := <-f.idle:
		tx.view, tx.ctx = v, ctx
		return tx, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (f *heldFile) end(tx *readTx) {
	tx.budget, tx.ctx = nil, nil
	f.idle <- tx
}

// stay ends the read whose reader has left, by a readFault.
func (tx *readTx) stay() {
	if tx.ctx != nil && tx.ctx.Err() != nil {
		panic(readFault{tx.ctx.Err()})
	}
}

// stayOften is stay for steps that take less than some microseconds: it asks at some
// of them.
func (tx *readTx) stayOften() {
	if tx.steps++; tx.steps%64 == 0 {
		tx.stay()
	}
}

// size is how many posts the transaction's view sees.
func (tx *readTx) size() uint32 { return uint32(tx.file.size(tx.view)) }

func (tx *readTx) column(name string) (*column, error) { return tx.file.column(tx, name) }

// seek gives the first key of a bucket that is not below one, and its value.
func (tx *readTx) seek(bucket string, key []byte) (found, value []byte) {
	c, ok := tx.seeks[bucket]
	if !ok {
		c = tx.cursor(bucket)
		tx.seeks[bucket] = c
	}
	return c.Seek(key)
}

// get reads a sealed value; nil where the key is not there.
func (tx *readTx) get(bucket string, key []byte) ([]byte, error) {
	found, value := tx.seek(bucket, key)
	if !bytes.Equal(found, key) || value == nil {
		return nil, nil
	}
	return unseal(bucket, key, value)
}

// number reads a sealed number; false where the key is not there. It is checked as a
// copy, for that a view does not see a post is an absence too.
func (tx *readTx) number(bucket string, key []byte) (n uint32, ok bool, err error) {
	found, value := tx.seek(bucket, key)
	if !bytes.Equal(found, key) || value == nil {
		return 0, false, nil
	}
	n, err = unsealNumber(bucket, key, value)
	return n, err == nil, err
}

// must is get for a key that has to be there.
func (tx *readTx) must(bucket string, key []byte) ([]byte, error) {
	value, err := tx.get(bucket, key)
	if err == nil && value == nil {
		err = fmt.Errorf("%w: nothing at %s %q", store.ErrCorrupt, bucket, key)
	}
	return value, err
}

// postings reads a bitmap and leaves out the posts the view does not see.
func (tx *readTx) postings(bucket string, key []byte) (sets.Set, error) {
	payload, err := tx.must(bucket, key)
	if err != nil {
		return sets.Set{}, err
	}
	posts, err := sets.Read(payload, tx.size())
	if err != nil {
		return sets.Set{}, fmt.Errorf("%w: bitmap of %s %q: %w", store.ErrCorrupt, bucket, key, err)
	}
	return posts, nil
}

// emptyBitset gives an empty set of numbers below the count of posts, until it
// is called again.
func (tx *readTx) emptyBitset() sets.Bits {
	if tx.room == nil {
		tx.room = sets.NewBits(tx.file.info.Posts)
	}
	clear(tx.room)
	return tx.room
}

// guard runs what touches mapped memory. A page that cannot be read, as in a
// file cut short, and a structure that bbolt or a decoder cannot follow,
// become ErrCorrupt instead of the end of the process.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case readFault:
			err = fault.err
		default:
			err = fmt.Errorf("%w: %v (at %s)", store.ErrCorrupt, fault, panicked())
		}
	}()
	return f()
}

// panicked says which line panicked, while the panic is being recovered.
func panicked() string {
	var callers [32]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers[:])])
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", filepath.Base(frame.File), frame.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}

// takeFrom lets the read take from a budget, or where there is none from its own.
func (tx *readTx) takeFrom(b *store.Budget) {
	tx.paid = 0
	if tx.budget = b; b == nil {
		tx.alone.Limit = store.MostAlone
		tx.alone.Used.Store(0)
		tx.alone.Ended.Store(nil)
		tx.budget = &tx.alone
	}
}

func clearAll[T any](slots []atomic.Pointer[T]) {
	for i := range slots {
		slots[i].Store(nil)
	}
}
