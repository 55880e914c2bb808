package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
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
// order of their keys, so that none can be passed over either. Pages that lead to
// leaves are few, and are checked when the file is opened; leaves when they are
// first read.
//
//	number of pages × (CRC32C of the page, number of its leaf)
//	each bucket's first leaf, and the end of the last bucket's
//	branch pages, and how many
//	CRC32C from each bucket's first leaf on
const leafEntrySize = 8

// noLeaf is the number of pages that are no leaf.
const noLeaf = math.MaxUint32

// leaves is the table of an open release. It is nil for a file that has none, as
// those had that were written before there was one.
type leaves struct {
	mapped []byte          // the file
	file   *bolt.Info      // where bbolt has it mapped too
	starts []uint32        // of each bucket, its first leaf; and the end
	known  []atomic.Uint32 // by page: the number of its leaf, plus 1, where it was checked
}

// root is the number of the leaves that say where buckets begin, and that hold
// small buckets whole.
func (l *leaves) root() uint32 { return l.starts[len(buckets)] }

// mapFile maps a file for reading. The caller unmaps it.
func mapFile(path string, size int64) ([]byte, error) {
	f, err := os.Open(path)
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

// leafTable makes the table of a finished bbolt file.
func leafTable(path string) (table []byte, err error) {
	db, err := bolt.Open(path, 0o400, &bolt.Options{ReadOnly: true, PreLoadFreelist: true, Timeout: openTimeout, NoStatistics: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.View(func(tx *bolt.Tx) error {
		mapped, err := mapFile(path, tx.Size())
		if err != nil {
			return err
		}
		table, err = newLeafTable(tx, mapped, db.Info())
		return errors.Join(err, syscall.Munmap(mapped))
	})
	return table, err
}

func newLeafTable(tx *bolt.Tx, mapped []byte, file *bolt.Info) ([]byte, error) {
	pageSize := file.PageSize
	pages := len(mapped) / pageSize
	first := make([]int, pages) // of each page, that with which its leaf begins
	numbers := slices.Repeat([]uint32{noLeaf}, pages)
	var branches []uint32
	for id := 0; id < pages; {
		page, err := tx.Page(id)
		if err != nil {
			return nil, err
		}
		if page.Type == "branch" {
			branches = append(branches, uint32(id))
		}
		begin := id
		for end := id + 1 + page.OverflowCount; id < end; id++ {
			first[id] = begin
		}
	}
	number := func(c *bolt.Cursor, next func() uint32) {
		last := -1
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			leaf := first[pageOf(k, file)]
			if leaf == last {
				continue
			}
			last = leaf
			n := next()
			for id := leaf; id < pages && first[id] == leaf; id++ {
				numbers[id] = n
			}
		}
	}
	count := uint32(0)
	var starts []byte
	for _, name := range buckets {
		starts = binary.LittleEndian.AppendUint32(starts, count)
		if b := tx.Bucket([]byte(name)); b.Root() != 0 { // else it lies in the root
			number(b.Cursor(), func() uint32 { count++; return count - 1 })
		}
	}
	starts = binary.LittleEndian.AppendUint32(starts, count)
	number(tx.Cursor(), func() uint32 { return count })

	table := make([]byte, 0, pages*leafEntrySize)
	for id, n := range numbers {
		table = binary.LittleEndian.AppendUint32(table, crc32.Checksum(mapped[id*pageSize:(id+1)*pageSize], castagnoli))
		table = binary.LittleEndian.AppendUint32(table, n)
	}
	tail := starts
	for _, id := range branches {
		tail = binary.LittleEndian.AppendUint32(tail, id)
	}
	tail = binary.LittleEndian.AppendUint32(tail, uint32(len(branches)))
	tail = binary.LittleEndian.AppendUint32(tail, crc32.Checksum(tail, castagnoli))
	return append(table, tail...), nil
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
	damaged := fmt.Errorf("%w: the table of leaves is damaged", ErrCorrupt)
	mapped, pages := l.mapped, int(tx.Size())/l.file.PageSize
	begin, end := pages*l.file.PageSize+pages*leafEntrySize, len(mapped)-2*checksumSize
	startsEnd := begin + (len(buckets)+1)*4
	if startsEnd > end || crc32.Checksum(mapped[begin:end+4], castagnoli) != binary.LittleEndian.Uint32(mapped[end+4:]) ||
		startsEnd+4*int(binary.LittleEndian.Uint32(mapped[end:])) != end {
		return damaged
	}
	for at := begin; at < startsEnd; at += 4 {
		l.starts = append(l.starts, binary.LittleEndian.Uint32(mapped[at:]))
	}
	l.known = make([]atomic.Uint32, pages)
	for at := startsEnd; at < end; at += 4 {
		if id := int(binary.LittleEndian.Uint32(mapped[at:])); id >= pages || !l.sound(id) {
			return fmt.Errorf("%w: checksum of page %d does not match", ErrCorrupt, id)
		}
	}
	c := tx.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if l.leafOf(k) != l.root() {
			return fmt.Errorf("%w: bucket %q is none of the file's", ErrCorrupt, k)
		}
	}
	return nil
}

// sound reports whether a page is what was written.
func (l *leaves) sound(id int) bool {
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
		if !l.sound(from) {
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

func (tx *readTx) cursor(bucket string) *leafCursor {
	c := &leafCursor{Cursor: tx.bucket(bucket).Cursor(), leaves: tx.release.leaves}
	if c.leaves != nil {
		i := slices.Index(buckets, bucket)
		c.begin, c.end = c.leaves.starts[i], c.leaves.starts[i+1]
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
