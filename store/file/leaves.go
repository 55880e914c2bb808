package file

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"slices"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"
	bolt "go.etcd.io/bbolt"

	"alphanode/store"
	"alphanode/store/disk"
)

// A release file ends, behind the pages of bbolt, with the table of their leaves.
// bbolt checks no page, so a flipped bit can hide a key from it or lead it astray;
// and no checksum of a value tells that another one is missing. The table has for
// each page its checksum and the number of its leaf: leaves are numbered in the
// order of their keys, so that none can be passed over either. A page is checked
// when it is first read, and again when that was long ago, see File.Forget. What
// says that something is not there is checked each time, see Cursor.
//
//	of each page: its CRC32C, the number of its leaf
//	of each bucket, and of the root: its first leaf, and its first branch page below
//	the branch pages
//	CRC32C from the first bucket's first leaf on
const LeafEntrySize = 8

// noLeaf is the number of pages that are no leaf.
const noLeaf = math.MaxUint32

// leafTable makes the table of a finished bbolt file. It reads the file: what is
// mapped counts as memory of the process once it was touched.
func leafTable(path string) (table []byte, err error) {
	db, f, err := openBolt(path)
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
	table := make([]byte, 0, pages*LeafEntrySize)
	in, page := bufio.NewReaderSize(io.NewSectionReader(file, 0, tx.Size()), 1<<20), make([]byte, pageSize)
	for _, n := range w.numbers {
		if _, err := io.ReadFull(in, page); err != nil {
			return nil, disk.Torn(err)
		}
		table = binary.LittleEndian.AppendUint32(table, PageSum(page))
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

// walk goes over all pages below one, in the order of keys. The leaves get numbers
// of their own, or all the same.
func (w *leafWalk) walk(id uint64, own bool) error {
	var header [pageHeader]byte
	at := int64(id) * int64(w.pageSize)
	if _, err := w.file.ReadAt(header[:], at); err != nil {
		return disk.Torn(err)
	}
	flags, count, more := binary.LittleEndian.Uint16(header[8:]), binary.LittleEndian.Uint16(header[10:]), binary.LittleEndian.Uint32(header[12:])
	if flags&branchKind != 0 {
		w.branches = append(w.branches, uint32(id))
		entries := make([]byte, int(count)*elementSize)
		if _, err := w.file.ReadAt(entries, at+pageHeader); err != nil {
			return disk.Torn(err)
		}
		for ; len(entries) > 0; entries = entries[elementSize:] {
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

// openLeaves reads the table, where there is one, and checks the pages that lead to
// leaves. The file has so many buckets.
func (p *pages) openLeaves(buckets int) error {
	if len(p.mapped) == p.Count*p.Size {
		return nil
	}
	begin, end := p.Count*(p.Size+LeafEntrySize), len(p.mapped)-ChecksumSize
	waysBegin := begin + (buckets+1)*8
	if waysBegin > end || (end-waysBegin)%4 != 0 ||
		crc32.Checksum(p.mapped[begin:end], castagnoli) != binary.LittleEndian.Uint32(p.mapped[end:]) {
		return fmt.Errorf("%w: the table of leaves is damaged", store.ErrCorrupt)
	}
	p.Table = xxhash.Sum64(p.mapped[p.Count*p.Size:])
	p.Known = make([]atomic.Uint32, p.Count)
	var ways []uint32
	for at := waysBegin; at < end; at += 4 {
		ways = append(ways, binary.LittleEndian.Uint32(p.mapped[at:]))
	}
	number := func(i int) uint32 { return binary.LittleEndian.Uint32(p.mapped[begin+i*4:]) }
	for i := range buckets {
		t := &p.trees[i]
		t.begin, t.end, t.ways = number(2*i), number(2*i+2), ways[number(2*i+1):number(2*i+3)]
	}
	// The root's leaves say where buckets begin, and hold small buckets whole.
	root := p.root()
	root.begin, root.ways = number(2*buckets), ways[number(2*buckets+1):]
	root.end = root.begin + 1
	return p.checkWays(root)
}

// checkWays checks the branch pages of a bucket. They are few.
func (p *pages) checkWays(t *tree) error {
	if p.Known == nil || t.sound.Load() {
		return nil
	}
	for _, id := range t.ways {
		if int(id) >= p.Count || !p.written(int(id)) {
			return DamagedPage(int(id))
		}
	}
	t.sound.Store(true)
	return nil
}

// PageSum is the checksum of a page, as the table of leaves has it.
func PageSum(page []byte) uint32 { return crc32.Checksum(page, castagnoli) }

// DamagedPage is the error of a page that is other than it was written, an ErrCorrupt.
func DamagedPage(id int) error {
	return fmt.Errorf("%w: checksum of page %d does not match", store.ErrCorrupt, id)
}

// written reports whether a page is what was written.
func (p *pages) written(id int) bool {
	return p.sumOf(id) == PageSum(p.mapped[id*p.Size:(id+1)*p.Size])
}

func (p *pages) sumOf(id int) uint32    { return binary.LittleEndian.Uint32(p.entry(id)) }
func (p *pages) numberOf(id int) uint32 { return binary.LittleEndian.Uint32(p.entry(id)[4:]) }

func (p *pages) entry(id int) []byte {
	return p.mapped[p.Count*p.Size+id*LeafEntrySize:][:LeafEntrySize]
}

// leafOf gives the number of the leaf that a page is of. The leaf is checked up to
// there when it is first read. What is wrong is a Fault.
func (p *pages) leafOf(id int) uint32 {
	if id < 0 || id >= p.Count {
		astray()
	}
	if n := p.Known[id].Load(); n > 0 {
		return n - 1
	}
	n := p.numberOf(id)
	if n == noLeaf {
		panic(Fault{fmt.Errorf("%w: page %d is no leaf", store.ErrCorrupt, id)})
	}
	// Behind a large value, the keys of a leaf stand in its later pages.
	from := id
	for from > 0 && p.numberOf(from-1) == n && p.Known[from-1].Load() == 0 {
		from--
	}
	for ; from <= id; from++ {
		if !p.written(from) {
			panic(Fault{DamagedPage(from)})
		}
		p.Known[from].Store(n + 1)
	}
	return n
}

// forget has each page checked again when it is next read.
func (p *pages) forget() {
	p.copies.forget()
	for i := range p.trees {
		p.trees[i].sound.Store(false)
	}
	for i := range p.Known {
		p.Known[i].Store(0)
	}
}
