package file

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"sync/atomic"

	"alphanode/store"
	"alphanode/store/sets"
)

// BlockSize is how many bytes of a column one checksum covers.
const BlockSize = 4096

// AppendColumn lays out a column: the numbers, little endian, then a CRC32C
// for the name with each block of them.
func AppendColumn(name string, data []byte) []byte {
	n := len(data)
	for start := 0; start < n; start += BlockSize {
		crc := checksum([]byte(name), data[start:min(start+BlockSize, n)])
		data = binary.LittleEndian.AppendUint32(data, crc)
	}
	return data
}

// Column is an array of numbers in the mapped file. A block is checked when it
// is first touched, and remembered as good for as long as the release is open:
// checking 4 KiB for each number read would cost more than the read.
type Column struct {
	Name   string
	prefix uint32 // CRC32C of the name
	Data   []byte
	Sums   []byte
	Good   []atomic.Uint32 // a bit for each block
	whole  atomic.Bool     // every block is good
}

// NewColumn reads a column as it lies in the file, and checks nothing of its numbers yet.
func NewColumn(name string, value []byte) (*Column, error) {
	blocks := (len(value) + BlockSize + ChecksumSize - 1) / (BlockSize + ChecksumSize)
	n := len(value) - blocks*ChecksumSize
	if n < 0 || n > blocks*BlockSize {
		return nil, fmt.Errorf("%w: column %s has %d bytes", store.ErrCorrupt, name, len(value))
	}
	return &Column{
		Name: name, prefix: crc32.Checksum([]byte(name), castagnoli),
		Data: value[:n], Sums: value[n:], Good: make([]atomic.Uint32, (blocks+31)/32),
	}, nil
}

// CheckedColumn is a column of numbers in memory, which need no check.
func CheckedColumn(data []byte) *Column {
	c := &Column{Data: data, Good: make([]atomic.Uint32, len(data)/BlockSize/32+1)}
	for i := range c.Good {
		c.Good[i].Store(^uint32(0))
	}
	c.whole.Store(true)
	return c
}

// Check checks the block that a byte lies in, where it was not checked before. A damaged
// one is thrown as a Fault.
func (c *Column) Check(offset int) {
	if block := uint(offset) / BlockSize; c.Good[block/32].Load()&(1<<(block%32)) == 0 {
		c.verify(int(block))
	}
}

// verify is check for a block that was not touched before.
func (c *Column) verify(block int) {
	data := c.Data[block*BlockSize : min((block+1)*BlockSize, len(c.Data))]
	if binary.LittleEndian.Uint32(c.Sums[block*ChecksumSize:]) != crc32.Update(c.prefix, castagnoli, data) {
		panic(Fault{fmt.Errorf("%w: checksum of column %s, block %d does not match", store.ErrCorrupt, c.Name, block)})
	}
	c.Good[block/32].Or(1 << (block % 32))
}

// CheckAll checks every block, once.
func (c *Column) CheckAll() {
	if c.whole.Load() {
		return
	}
	for offset := 0; offset < len(c.Data); offset += BlockSize {
		c.Check(offset)
	}
	c.whole.Store(true)
}

// CheckFor checks every block where so many numbers will be read that it costs
// less than to check at each. Otherwise CheckAt must be called.
func (c *Column) CheckFor(reads int) {
	if reads > len(c.Data)/BlockSize {
		c.CheckAll()
	}
}

// CheckAt checks the blocks that hold the numbers, of width bytes each, at some
// places.
func (c *Column) CheckAt(places []uint32, width int) {
	if c.whole.Load() {
		return
	}
	for _, place := range places {
		c.Check(int(place) * width)
	}
}

// Uint32 gives number i of a column of 32-bit numbers.
func (c *Column) Uint32(i int) uint32 {
	c.Check(i * 4)
	return binary.LittleEndian.Uint32(c.Data[i*4:])
}

// Byte gives byte i.
func (c *Column) Byte(i int) byte {
	c.Check(i)
	return c.Data[i]
}

// Int64 gives number i of a column of 64-bit numbers.
func (c *Column) Int64(i int) int64 {
	c.Check(i * 8)
	return int64(binary.LittleEndian.Uint64(c.Data[i*8:]))
}

// Span gives the bytes from one offset to another.
func (c *Column) Span(from, to int) []byte {
	for block := from / BlockSize; block*BlockSize < to; block++ {
		c.Check(block * BlockSize)
	}
	return c.Data[from:to]
}

// Span32 gives the numbers from one to another of a column of 32-bit numbers.
func (c *Column) Span32(from, to int) sets.Uint32s { return sets.Uint32s(c.Span(from*4, to*4)) }

// Len32 is how many 32-bit numbers the column has.
func (c *Column) Len32() int { return len(c.Data) / 4 }

// Search32 gives the first i in [low, high) with number i ≥ x, or high.
func (c *Column) Search32(low, high int, x uint32) int {
	for low < high {
		mid := int(uint(low+high) / 2)
		if c.Uint32(mid) < x {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// Search64 gives the first i with number i ≥ x, or the length.
func (c *Column) Search64(x int64) int {
	low, high := 0, len(c.Data)/8
	for low < high {
		mid := int(uint(low+high) / 2)
		if c.Int64(mid) < x {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
