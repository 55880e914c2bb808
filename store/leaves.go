package store

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"slices"
	"sync/atomic"
	"syscall"
	"unsafe"

	bolt "go.etcd.io/bbolt"
)

// A release file ends, behind the pages of bbolt, with the table of their leaves.
// bbolt checks no page, so a flipped bit can hide a key from it or lead it astray;
// and no checksum of a value tells that another one is missing. The table has for
// each page its checksum and the number of its leaf: leaves are numbered in the
// order of their keys, so that none can be passed over either. A leaf is checked
// when it is first read; the pages that lead to a bucket's leaves are few, and are
// checked when the bucket is.
//
//	of each page: its CRC32C, the number of its leaf
//	of each bucket, and of the root: its first leaf, and its first branch page below
//	the branch pages
//	CRC32C from the first bucket's first leaf on
const leafEntrySize = 8

// noLeaf is the number of pages that are no leaf.
const noLeaf = math.MaxUint32

// leaves is the table of an open release. It is nil for a file that has none, as
// those had that were written before there was one.
type leaves struct {
	mapped []byte          // the file
	file   *bolt.Info      // where bbolt has it mapped too
	starts []leafStart     // of each bucket, and of the root
	ways   []uint32        // the branch pages, by bucket
	sound  []func() error  // by bucket: checks its branch pages once
	known  []atomic.Uint32 // by page: the number of its leaf, plus 1, where it was checked
}

// leafStart says where a bucket begins: its leaves, and its branch pages among all.
type leafStart struct{ leaf, way uint32 }

// mapFile maps a file for reading. The caller unmaps it.
func mapFile(path string, size int64) ([]byte, error) {
	f, err := openRegular(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close() // the mapping stays
	mapped, err := syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	return mapped, nil
}

// leafTable makes the table of a finished bbolt file. It reads the file: what is
// mapped counts as memory of the process once it was touched.
func leafTable(path string) (table []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	db, err := bolt.Open(path, 0o400, &bolt.Options{ReadOnly: true, Timeout: openTimeout, NoStatistics: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.View(func(tx *bolt.Tx) error {
		table, err = newLeafTable(tx, f, db.Info().PageSize)
		return err
	})
	return table, err
}

func newLeafTable(tx *bolt.Tx, file *os.File, pageSize int) ([]byte, error) {
	pages := int(tx.Size()) / pageSize
	w := &leafWalk{file: file, pageSize: pageSize, numbers: slices.Repeat([]uint32{noLeaf}, pages)}
	var starts []uint32
	for _, name := range buckets {
		starts = append(starts, w.count, uint32(len(w.branches)))
		if root := tx.Bucket([]byte(name)).Root(); root != 0 { // else it lies in the root
			if err := w.walk(uint64(root), true); err != nil {
				return nil, err
			}
		}
	}
	starts = append(starts, w.count, uint32(len(w.branches)))
	if err := w.walk(uint64(tx.Cursor().Bucket().Root()), false); err != nil {
		return nil, err
	}
	table := make([]byte, 0, pages*leafEntrySize)
	in, page := bufio.NewReaderSize(file, 1<<20), make([]byte, pageSize)
	for _, n := range w.numbers {
		if _, err := io.ReadFull(in, page); err != nil {
			return nil, torn(err)
		}
		table = binary.LittleEndian.AppendUint32(table, crc32.Checksum(page, castagnoli))
		table = binary.LittleEndian.AppendUint32(table, n)
	}
	var tail []byte
	for _, n := range slices.Concat(starts, w.branches) {
		tail = binary.LittleEndian.AppendUint32(tail, n)
	}
	return append(table, binary.LittleEndian.AppendUint32(tail, crc32.Checksum(tail, castagnoli))...), nil
}

// leafWalk numbers leaves.
type leafWalk struct {
	file     *os.File
	pageSize int
	numbers  []uint32 // by page
	count    uint32
	branches []uint32
}

// A page of bbolt begins with its number (8 bytes), what it is (2), how many entries
// it has (2) and how many more pages belong to it (4). Each entry of a branch has 8
// bytes of its key and then the page it leads to.
const (
	pageHeader  = 16
	branchEntry = 16
	branchFlag  = 0x01
)

// walk goes over all pages below one, in the order of keys. The leaves get numbers
// of their own, or all the same.
func (w *leafWalk) walk(id uint64, own bool) error {
	var header [pageHeader]byte
	at := int64(id) * int64(w.pageSize)
	if _, err := w.file.ReadAt(header[:], at); err != nil {
		return torn(err)
	}
	flags, count, more := binary.LittleEndian.Uint16(header[8:]), binary.LittleEndian.Uint16(header[10:]), binary.LittleEndian.Uint32(header[12:])
	if flags&branchFlag != 0 {
		w.branches = append(w.branches, uint32(id))
		entries := make([]byte, int(count)*branchEntry)
		if _, err := w.file.ReadAt(entries, at+pageHeader); err != nil {
			return torn(err)
		}
		for ; len(entries) > 0; entries = entries[branchEntry:] {
			if err := w.walk(binary.LittleEndian.Uint64(entries[8:]), own); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range 1 + uint64(more) {
		w.numbers[id+i] = w.count
	}
	if own {
		w.count++
	}
	return nil
}

// pageOf gives the page on which a key begins that bbolt has given.
func pageOf(key []byte, file *bolt.Info) int {
	return int((uintptr(unsafe.Pointer(unsafe.SliceData(key))) - file.Data) / uintptr(file.PageSize))
}

// openLeaves opens the table of a file that has one. The caller closes it.
func openLeaves(path string, db *bolt.DB, tx *bolt.Tx, size int64) (*leaves, error) {
	if size == tx.Size() {
		return nil, nil
	}
	mapped, err := mapFile(path, size)
	if err != nil {
		return nil, err
	}
	l := &leaves{mapped: mapped, file: db.Info()}
	if err := guard(func() error { return l.open(tx) }); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

func (l *leaves) close() error {
	if l == nil {
		return nil
	}
	return syscall.Munmap(l.mapped)
}

// open reads the table and checks the pages that lead to leaves.
func (l *leaves) open(tx *bolt.Tx) error {
	pages := int(tx.Size()) / l.file.PageSize
	begin, end := pages*(l.file.PageSize+leafEntrySize), len(l.mapped)-checksumSize
	waysBegin := begin + (len(buckets)+1)*8
	if waysBegin > end || (end-waysBegin)%4 != 0 ||
		crc32.Checksum(l.mapped[begin:end], castagnoli) != binary.LittleEndian.Uint32(l.mapped[end:]) {
		return fmt.Errorf("%w: the table of leaves is damaged", ErrCorrupt)
	}
	for at := begin; at < waysBegin; at += 8 {
		l.starts = append(l.starts, leafStart{binary.LittleEndian.Uint32(l.mapped[at:]), binary.LittleEndian.Uint32(l.mapped[at+4:])})
	}
	for at := waysBegin; at < end; at += 4 {
		l.ways = append(l.ways, binary.LittleEndian.Uint32(l.mapped[at:]))
	}
	l.known = make([]atomic.Uint32, pages)
	for i := range buckets {
		l.sound = append(l.sound, untilSound(func() error { return l.checkWays(l.ways[l.starts[i].way:l.starts[i+1].way]) }))
	}
	// The root's leaves say where buckets begin, and hold small buckets whole.
	root := l.starts[len(buckets)]
	if err := l.checkWays(l.ways[root.way:]); err != nil {
		return err
	}
	c := tx.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if l.leafOf(k) != root.leaf {
			return fmt.Errorf("%w: bucket %q is none of the file's", ErrCorrupt, k)
		}
	}
	return nil
}

// untilSound gives a check that is not made again once it found nothing wrong. What
// is wrong may be right when it is read again.
func untilSound(check func() error) func() error {
	var sound atomic.Bool
	return func() error {
		if sound.Load() {
			return nil
		}
		err := check()
		sound.Store(err == nil)
		return err
	}
}

// checkWays checks branch pages. A loop among them would end the process.
func (l *leaves) checkWays(ways []uint32) error {
	for _, id := range ways {
		if int(id) >= len(l.known) || !l.written(int(id)) {
			return fmt.Errorf("%w: checksum of page %d does not match", ErrCorrupt, id)
		}
	}
	return nil
}

// written reports whether a page is what was written.
func (l *leaves) written(id int) bool {
	size := l.file.PageSize
	return binary.LittleEndian.Uint32(l.entry(id)) == crc32.Checksum(l.mapped[id*size:(id+1)*size], castagnoli)
}

func (l *leaves) numberOf(id int) uint32 { return binary.LittleEndian.Uint32(l.entry(id)[4:]) }

func (l *leaves) entry(id int) []byte {
	return l.mapped[len(l.known)*l.file.PageSize+id*leafEntrySize:][:leafEntrySize]
}

// leafOf gives the number of the leaf that a key lies in. The leaf is checked up to
// there when it is first read. What is wrong is a readFault.
func (l *leaves) leafOf(key []byte) uint32 {
	id := pageOf(key, l.file)
	if id < 0 || id >= len(l.known) {
		panic(readFault{fmt.Errorf("%w: a key is outside the pages", ErrCorrupt)})
	}
	if n := l.known[id].Load(); n > 0 {
		return n - 1
	}
	n := l.numberOf(id)
	if n == noLeaf {
		panic(readFault{fmt.Errorf("%w: page %d is no leaf", ErrCorrupt, id)})
	}
	// Behind a large value, the keys of a leaf stand in its later pages.
	from := id
	for from > 0 && l.numberOf(from-1) == n && l.known[from-1].Load() == 0 {
		from--
	}
	for ; from <= id; from++ {
		if !l.written(from) {
			panic(readFault{fmt.Errorf("%w: checksum of page %d does not match", ErrCorrupt, from)})
		}
		l.known[from].Store(n + 1)
	}
	return n
}

// leafCursor goes over a bucket, and proves that what it gives is what stands there
// and that it passes nothing over. What it cannot prove is a readFault, which
// guard makes an error.
type leafCursor struct {
	*bolt.Cursor
	leaves     *leaves
	begin, end uint32 // of the bucket's leaves; the same where it lies in the root
	at         uint32 // leaf of the entry that was given last
}

// cursor gives a cursor over a bucket. A damaged one is a readFault.
func (tx *readTx) cursor(bucket string) *leafCursor {
	c := &leafCursor{Cursor: tx.bucket(bucket).Cursor(), leaves: tx.release.leaves}
	if c.leaves != nil {
		i := slices.Index(buckets, bucket)
		if err := c.leaves.sound[i](); err != nil {
			panic(readFault{err})
		}
		c.begin, c.end = c.leaves.starts[i].leaf, c.leaves.starts[i+1].leaf
	}
	return c
}

// unproven reports whether there is nothing to hold the cursor against.
func (c *leafCursor) unproven() bool { return c.leaves == nil || c.begin == c.end }

func (c *leafCursor) leafOf(key []byte) uint32 {
	n := c.leaves.leafOf(key)
	if n < c.begin || n >= c.end {
		c.astray()
	}
	return n
}

func (c *leafCursor) astray() {
	panic(readFault{fmt.Errorf("%w: a page leads astray", ErrCorrupt)})
}

// First gives the first entry.
func (c *leafCursor) First() (key, value []byte) {
	key, value = c.Cursor.First()
	if c.unproven() {
		return key, value
	}
	if key == nil || c.leafOf(key) != c.begin {
		c.astray()
	}
	c.at = c.begin
	return key, value
}

// Next gives the entry behind the one that was given last.
func (c *leafCursor) Next() (key, value []byte) {
	key, value = c.Cursor.Next()
	switch {
	case c.unproven():
	case key == nil:
		if c.at != c.end-1 {
			c.astray()
		}
	default:
		n := c.leafOf(key)
		if n != c.at && n != c.at+1 {
			c.astray()
		}
		c.at = n
	}
	return key, value
}

// Seek gives the first entry whose key is not below one.
func (c *leafCursor) Seek(wanted []byte) (key, value []byte) {
	key, value = c.Cursor.Seek(wanted)
	switch {
	case c.unproven():
	case key == nil:
		last, _ := c.Cursor.Last()
		if last == nil || c.leafOf(last) != c.end-1 || bytes.Compare(last, wanted) >= 0 {
			c.astray()
		}
		c.at = c.end - 1
	case bytes.Equal(key, wanted):
		c.at = c.leafOf(key)
	default:
		c.at = c.leafOf(key)
		c.proveGap(wanted, key)
		key, value = c.Cursor.Seek(wanted)
	}
	return key, value
}

// proveGap proves that no key stands between one that is wanted and the one that
// was found in its place.
func (c *leafCursor) proveGap(wanted, found []byte) {
	before, _ := c.Cursor.Prev()
	proven := bytes.Compare(wanted, found) < 0
	if before == nil {
		proven = proven && c.at == c.begin
	} else {
		n := c.leafOf(before)
		proven = proven && (n == c.at || n+1 == c.at) && bytes.Compare(before, wanted) < 0
	}
	if !proven {
		c.astray()
	}
}
