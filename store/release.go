package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
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
)

// Release is one open, immutable release. It is safe for many goroutines. It
// counts its users: the file is closed when the last of them has left.
type Release struct {
	manifest    Manifest
	path        string      // of its manifest
	written     os.FileInfo // the manifest's file; nil where the release is none of a catalogue
	takedowns   *takedowns  // that were known when it was opened
	publishedAt time.Time
	servedSince time.Time // see ServedSince
	info        info
	db          *bolt.DB
	pages       *pages
	anchor      *bolt.Tx                                          // keeps the mapped columns valid while the release is open
	columns     sync.Map                                          // name → *column
	orders      [len(numberFields) + 2]atomic.Pointer[orderIndex] // by number in orderedFields; nil until it is used
	knownTerms  knownTerms
	termsSeen   [2]atomic.Pointer[map[Kind]int] // by View; nil until they are asked for
	findings    findings
	wordPosts   [1024]atomic.Pointer[wordPosts] // by stem; what shares a place takes it
	searches    [16]atomic.Pointer[knownSearch] // what was found last, likewise
	values      sync.Map                        // valueIndexOf → *valueIndex
	similar     [2]atomic.Pointer[similarIndex] // by View; nil until it is used
	similarRoom sync.Pool                       // of *similarRoom
	searchRoom  sync.Pool                       // of *searchRoom
	packing     *packing
	posts       *segments
	cards       *segments
	idle        chan *readTx // all read transactions that no one uses
	counters    chan *counter
	users       atomic.Int64
	health      health

	opened   time.Time
	reliable atomic.Pointer[time.Time] // see ReliableSince
}

// openTimeout bounds the wait for the file's lock. Readers share it, so only a
// foreign process that writes the file can hold it.
const openTimeout = 2 * time.Second

// readTxs is how many reads of a release can run at once; further ones wait.
// All transactions are begun when the release is opened: bbolt reads the mapped
// file while it holds its locks, and a file that was cut short since would
// leave them locked for ever.
const readTxs = 64

// openRelease opens the release in a folder. What it opens costs the same for
// ten posts and for a million.
func openRelease(dir string) (*Release, error) {
	// The file is looked at first: where it is replaced meanwhile, the release seems
	// to be an old one and is opened again.
	path := filepath.Join(dir, manifestFile)
	written, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing(dir, manifestFile, err)
	}
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	manifest, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	r, err := openFile(manifest, filepath.Join(dir, manifest.file()))
	if err != nil {
		return nil, err
	}
	r.path, r.written = path, written
	return r, nil
}

// rewritten reports whether the release is another one on disk by now.
func (r *Release) rewritten() bool {
	if r.written == nil {
		return false
	}
	written, err := os.Stat(r.path)
	return err == nil && !sameVersion(written, r.written)
}

// openFile opens a file as the release that a manifest describes.
func openFile(manifest Manifest, path string) (*Release, error) {
	r := &Release{manifest: manifest, knownTerms: knownTerms{seed: maphash.MakeSeed()}, idle: make(chan *readTx, readTxs), counters: make(chan *counter, counters),
		health: health{suspects: make(chan error, 1)}, opened: time.Now()}
	since := r.opened.Add(-scrubPeriod)
	r.reliable.Store(&since)
	for range counters {
		r.counters <- new(counter)
	}
	r.users.Store(1)
	stat, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing(filepath.Dir(path), filepath.Base(path), err)
	}
	if err != nil {
		return nil, fmt.Errorf("open release %s: %w", manifest.Name, err)
	}
	if !stat.Mode().IsRegular() {
		return nil, fmt.Errorf("open release %s: %w: %w", manifest.Name, ErrCorrupt, irregular(path, stat))
	}
	if stat.Size() != manifest.Size {
		return nil, fmt.Errorf("open release %s: %w: %s has %d bytes, its manifest says %d",
			manifest.Name, ErrCorrupt, path, stat.Size(), manifest.Size)
	}
	if err := guard(func() error { return r.open(path) }); err != nil {
		if r.anchor != nil { // else bbolt may still hold a lock, on which Close would wait
			_ = r.closeFile()
		}
		return nil, fmt.Errorf("open release %s: %w", manifest.Name, err)
	}
	return r, nil
}

func (r *Release) open(path string) (err error) {
	var file *os.File
	r.db, file, err = openBolt(path)
	for _, damage := range []error{bolterrors.ErrInvalid, bolterrors.ErrChecksum, bolterrors.ErrVersionMismatch} {
		if errors.Is(err, damage) {
			return fmt.Errorf("%w: %s: %w", ErrCorrupt, path, err)
		}
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	for range readTxs {
		b, err := r.db.Begin(false)
		if err != nil {
			return fmt.Errorf("begin reading %s: %w", path, err)
		}
		r.idle <- &readTx{release: r, bolt: b, seeks: make(map[string]*leafCursor, len(buckets))}
	}
	if r.anchor, err = r.db.Begin(false); err != nil {
		return fmt.Errorf("begin reading %s: %w", path, err)
	}
	if r.pages, err = mapPages(file, r.manifest.Size, r.db, r.anchor); err != nil {
		return err
	}
	if err := r.pages.open(r.anchor); err != nil {
		return err
	}
	data, err := r.infoValue(infoKey)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &r.info); err != nil {
		return fmt.Errorf("%w: info: %w", ErrCorrupt, err)
	}
	if r.info.Posts != r.manifest.Posts || r.info.Format != r.manifest.Format {
		return fmt.Errorf("%w: the file holds %d posts in format %d, its manifest says %d in format %d",
			ErrCorrupt, r.info.Posts, r.info.Format, r.manifest.Posts, r.manifest.Format)
	}
	if r.info.Posts < 0 || int64(r.info.Posts) > r.manifest.Size {
		return fmt.Errorf("%w: %d posts in %d bytes", ErrCorrupt, r.info.Posts, r.manifest.Size)
	}
	r.posts, r.cards = newSegments(bucketPosts, r.info.Posts), newSegments(bucketCards, r.info.Posts)
	dictionary, err := r.infoValue(dictionaryKey)
	if err != nil {
		return err
	}
	if r.packing, err = newPacking(bytes.Clone(dictionary)); err != nil { // what is mapped can change under us
		return err
	}
	return r.checkIdentity(path)
}

func (r *Release) infoValue(key string) ([]byte, error) {
	return unseal(bucketInfo, []byte(key), r.anchor.Bucket([]byte(bucketInfo)).Get([]byte(key)))
}

// Manifest says what the release is.
func (r *Release) Manifest() Manifest { return r.manifest }

// PublishedAt is when the release was first published; zero where it never was.
func (r *Release) PublishedAt() time.Time { return r.publishedAt }

// ServedSince is when the release became the current one, as a [Live] found it; zero
// where it was opened for another reason.
func (r *Release) ServedSince() time.Time { return r.servedSince }

// Retain adds a user, who gives the release back with Close. It reports false
// where the last user has already left.
func (r *Release) Retain() bool {
	for {
		n := r.users.Load()
		if n <= 0 {
			return false
		}
		if r.users.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// Close gives the release back; the last user to do so closes the file.
func (r *Release) Close() error {
	if r.users.Add(-1) > 0 {
		return nil
	}
	return r.closeFile()
}

func (r *Release) closeFile() error {
	for len(r.idle) > 0 {
		tx := <-r.idle
		_ = tx.bolt.Rollback() // a read transaction has nothing to lose
	}
	if r.anchor != nil {
		_ = r.anchor.Rollback()
	}
	err := r.pages.close()
	if r.db != nil {
		err = errors.Join(err, r.db.Close())
	}
	return err
}

// size is how many posts a view sees: public posts have the lowest ordinals,
// so a view is a bound on ordinals and nothing else.
func (r *Release) size(v View) int {
	if v == Public {
		return r.info.Public
	}
	return r.info.Posts
}

// column gives a column by name. Its bytes stay valid while the release is
// open, because the anchor transaction is.
func (r *Release) column(tx *readTx, name string) (*column, error) {
	if c, ok := r.columns.Load(name); ok {
		return c.(*column), nil
	}
	found, value := tx.seek(bucketColumns, []byte(name))
	if string(found) != name {
		return nil, fmt.Errorf("%w: no column %s", ErrCorrupt, name)
	}
	c, err := newColumn(name, value)
	if err != nil {
		return nil, err
	}
	kept, _ := r.columns.LoadOrStore(name, c)
	return kept.(*column), nil
}

// readTx is one read transaction, for one goroutine at a time.
type readTx struct {
	release *Release
	view    View
	budget  *Budget         // of the question; nil where there is no bound
	alone   Budget          // of a question that has none
	paid    int             // units, by the one read
	ctx     context.Context // of the one read, for what is asked often; nil where nobody waits
	steps   int             // see stayOften
	bolt    *bolt.Tx
	seeks   map[string]*leafCursor // for seek, which needs no new one each time
	room    bitset                 // see emptyBitset
	texts   []byte                 // room for a chunk, see sortedTexts
	asked   question               // room for one
}

// begin takes a transaction, which end gives back.
func (r *Release) begin(ctx context.Context, v View) (*readTx, error) {
	select { // without waiting, and so without what waiting needs
	case tx := <-r.idle:
		tx.view, tx.ctx = v, ctx
		return tx, nil
	default:
	}
	select {
	case tx := <-r.idle:
		tx.view, tx.ctx = v, ctx
		return tx, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *Release) end(tx *readTx) {
	tx.budget, tx.ctx = nil, nil
	r.idle <- tx
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
func (tx *readTx) size() uint32 { return uint32(tx.release.size(tx.view)) }

func (tx *readTx) column(name string) (*column, error) { return tx.release.column(tx, name) }

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
		err = fmt.Errorf("%w: nothing at %s %q", ErrCorrupt, bucket, key)
	}
	return value, err
}

// emptyBitset gives an empty set of numbers below the count of posts, until it
// is called again.
func (tx *readTx) emptyBitset() bitset {
	if tx.room == nil {
		tx.room = newBitset(tx.release.info.Posts)
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
			err = fmt.Errorf("%w: %v (at %s)", ErrCorrupt, fault, panicked())
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

// joinClose gives releases back and adds what goes wrong to an error.
func joinClose(err error, releases ...*Release) error {
	for _, r := range releases {
		err = errors.Join(err, r.Close())
	}
	return err
}
