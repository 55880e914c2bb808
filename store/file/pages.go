package file

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"syscall"

	bolt "go.etcd.io/bbolt"

	"alphanode/store"
	"alphanode/store/disk"
)

// pages are the pages of an open release file. They are read here and not by bbolt,
// which trusts what they say: a loop among pages would end the process, and an
// absence could not be decided on a copy that nobody changes.
type pages struct {
	mapped []byte
	file   *os.File
	Size   int    // bytes of a page
	Count  int    // pages of bbolt; behind them stands the table of leaves
	trees  []tree // by bucket, and last the root, in which buckets stand
	Table  uint64 // XXH64 of the table of leaves, 0 where there is none
	copies pageCopies
	Known  []atomic.Uint32 // by page: the number of its leaf, plus 1, where it was checked; nil without the table
}

// tree is where a bucket lies.
type tree struct {
	name  string
	root  int  // page
	whole bool // it is so small that it lies whole in the root's leaf, which is the page
	at    int  // where it begins in there

	begin, end uint32   // its leaves
	ways       []uint32 // its branch pages
	sound      atomic.Bool
}

// openBolt opens a finished bbolt file, and gives the file too, which is the database's
// to close.
func openBolt(path string) (db *bolt.DB, f *os.File, err error) {
	open := func(path string, flag int, mode fs.FileMode) (_ *os.File, err error) {
		f, err = disk.OpenRegular(path, flag, mode)
		return f, err
	}
	db, err = bolt.Open(path, 0o400, &bolt.Options{OpenFile: open, ReadOnly: true, Timeout: openTimeout, NoStatistics: true})
	return db, f, err
}

// mapPages maps the pages of an open file, from which scrubbing reads too. The caller
// closes them before the database.
func mapPages(f *os.File, size int64, db *bolt.DB, tx *bolt.Tx) (*pages, error) {
	mapped, err := syscall.Mmap(int(f.Fd()), 0, int(size), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", f.Name(), err)
	}
	p := &pages{mapped: mapped, file: f, Size: db.Info().PageSize, trees: make([]tree, len(buckets)+1)}
	p.Count = int(tx.Size()) / p.Size
	return p, nil
}

// root is where the buckets stand.
func (p *pages) root() *tree { return &p.trees[len(p.trees)-1] }

func (p *pages) close() error {
	if p == nil {
		return nil
	}
	return syscall.Munmap(p.mapped)
}

// Read reads from the file, not from where it is mapped.
func (p *pages) Read(b []byte, at int64) error {
	_, err := p.file.ReadAt(b, at)
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: the file was cut short", store.ErrCorrupt)
	}
	if err != nil {
		return fmt.Errorf("%w: the file cannot be read: %w", store.ErrCorrupt, err)
	}
	return nil
}

// open finds where the buckets lie that the file has.
func (p *pages) open(tx *bolt.Tx, buckets []string) error {
	root := p.root()
	root.root = int(tx.Cursor().Bucket().Root())
	if err := p.openLeaves(len(buckets)); err != nil {
		return err
	}
	for i, name := range buckets {
		t := &p.trees[i]
		c := p.cursor(root)
		key, header := c.Seek([]byte(name))
		if string(key) != name {
			return fmt.Errorf("%w: no bucket %s", store.ErrCorrupt, name)
		}
		t.name = name
		if t.root = int(binary.LittleEndian.Uint64(header)); t.root == 0 {
			at, key, _ := c.leaf.keyAt(c.i)
			t.root, t.whole, t.at = c.leaf.id, true, at+key+bucketHeader
			t.begin, t.end = root.begin, root.end
		}
	}
	return nil
}

// Layout of a page of bbolt. Behind its header stand its elements; keys, each with its
// value behind it, stand where an element says, counted from the element.
const (
	pageHeader  = 16 // number, 64 bits; kind, 16; elements, 16; pages that continue it, 32
	elementSize = 16 // of a leaf: flags, position, bytes of the key, bytes of the value; of a branch: position, bytes of the key, page, 64 bits
	branchKind  = 1
	leafKind    = 2

	bucketHeader = 16 // of a bucket, in the root: the page of its root, 64 bits, and a sequence. One without a page lies whole behind it

	// mostDeep is more pages than lead to any leaf.
	mostDeep = 16
)

// node is a page of bbolt, with those that continue it: as it is mapped, or a copy.
type node struct {
	pages  *pages
	id     int // of the first page
	begin  int // of the node, in it
	copied bool
	number uint32     // of the leaf, of a copy
	held   []heldPage // of a copy: those that were read
}

type heldPage struct {
	held  bool
	bytes []byte
	room  []byte // for a copy that is kept by nobody else
}

// at makes it the node of a page as it is mapped.
func (n *node) at(id int) {
	if id < 0 || id >= n.pages.Count {
		astray()
	}
	n.id, n.begin, n.copied = id, 0, false
}

// copy makes it a copy, of which each page is held against its checksum before
// anything of it is read: what the copy says, the file said as it was written,
// whatever becomes of the file meanwhile. A file without checksums is read as it is.
func (n *node) copy() {
	if n.pages.Known == nil {
		return
	}
	for i := range n.held {
		n.held[i].held = false
	}
	n.copied, n.number = true, n.pages.numberOf(n.id)
}

// bytes gives some bytes of the node. Those of a copy are valid until it is made
// another node.
func (n *node) bytes(at, length int) []byte {
	at += n.begin
	if !n.copied {
		return n.pages.mapped[n.id*n.pages.Size+at:][:length:length]
	}
	first, last := at/n.pages.Size, (at+max(length, 1)-1)/n.pages.Size
	at -= first * n.pages.Size
	if first == last {
		return n.page(first)[at:][:length:length]
	}
	var all []byte
	for i := first; i <= last; i++ {
		all = append(all, n.page(i)...)
	}
	return all[at:][:length:length]
}

// page gives a page of a copy.
func (n *node) page(i int) []byte {
	p := n.pages
	if i < 0 || n.id+i >= p.Count || p.numberOf(n.id+i) != n.number {
		astray()
	}
	for len(n.held) <= i {
		n.held = append(n.held, heldPage{})
	}
	h := &n.held[i]
	if h.held {
		return h.bytes
	}
	copied, keep := p.copies.of(n.id + i)
	if copied == nil {
		mapped := p.mapped[(n.id+i)*p.Size : (n.id+i+1)*p.Size]
		if keep {
			copied = bytes.Clone(mapped)
		} else {
			h.room = append(h.room[:0], mapped...)
			copied = h.room
		}
		if p.sumOf(n.id+i) != PageSum(copied) {
			panic(Fault{DamagedPage(n.id + i)})
		}
		if keep {
			p.copies.keep(n.id+i, copied)
		}
	}
	h.bytes, h.held = copied, true
	return copied
}

// kind says whether it is a branch or a leaf.
func (n *node) kind() int  { return int(binary.LittleEndian.Uint16(n.bytes(8, 2))) }
func (n *node) count() int { return int(binary.LittleEndian.Uint16(n.bytes(10, 2))) }

func (n *node) element(i int) (at int, element []byte) {
	at = pageHeader + i*elementSize
	return at, n.bytes(at, elementSize)
}

// keyAt is where a key of a leaf begins, and how long it and its value are.
func (n *node) keyAt(i int) (at, key, value int) {
	at, e := n.element(i)
	return at + int(binary.LittleEndian.Uint32(e[4:])), int(binary.LittleEndian.Uint32(e[8:])), int(binary.LittleEndian.Uint32(e[12:]))
}

func (n *node) key(i int) []byte {
	at, key, _ := n.keyAt(i)
	return n.bytes(at, key)
}

func (n *node) entry(i int) (key, value []byte) {
	at, k, v := n.keyAt(i)
	both := n.bytes(at, k+v)
	return both[:k:k], both[k:]
}

// child is the page that a branch leads to.
func (n *node) child(i int) int {
	_, e := n.element(i)
	return int(binary.LittleEndian.Uint64(e[8:]))
}

func (n *node) branchKey(i int) []byte {
	at, e := n.element(i)
	return n.bytes(at+int(binary.LittleEndian.Uint32(e)), int(binary.LittleEndian.Uint32(e[4:])))
}

// search gives the first entry of a leaf whose key is not below one, and whether it is
// that.
func (n *node) search(wanted []byte) (i int, found bool) {
	low, high := 0, n.count()
	for low < high {
		mid := (low + high) / 2
		switch order := bytes.Compare(n.key(mid), wanted); {
		case order == 0:
			return mid, true
		case order < 0:
			low = mid + 1
		default:
			high = mid
		}
	}
	return low, false
}

// lead gives the child of a branch in which a key is, if it is anywhere.
func (n *node) lead(wanted []byte) int {
	low, high := 1, n.count()
	for low < high {
		mid := (low + high) / 2
		if bytes.Compare(n.branchKey(mid), wanted) <= 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low - 1
}
