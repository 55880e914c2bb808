package release

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"sync/atomic"

	"alphanode/store"
	"alphanode/store/sets"
)

// blockSize is how many bytes of a column one checksum covers.
const blockSize = 4096

// appendColumn lays out a column: the numbers, little endian, then a CRC32C
// for the name with each block of them.
func appendColumn(name string, data []byte) []byte {
	n := len(data)
	for start := 0; start < n; start += blockSize {
		crc := checksum([]byte(name), data[start:min(start+blockSize, n)])
		data = binary.LittleEndian.AppendUint32(data, crc)
	}
	return data
}

// Column is an array of numbers in the mapped file. A block is checked when it
// is first touched, and remembered as good for as long as the release is open:
// checking 4 KiB for each number read would cost more than the read.
type Column struct {
	name   string
	prefix uint32 // CRC32C of the name
	data   []byte
	sums   []byte
	good   []atomic.Uint32 // a bit for each block
	whole  atomic.Bool     // every block is good
}

func newColumn(name string, value []byte) (*Column, error) {
	blocks := (len(value) + blockSize + checksumSize - 1) / (blockSize + checksumSize)
	n := len(value) - blocks*checksumSize
	if n < 0 || n > blocks*blockSize {
		return nil, fmt.Errorf("%w: column %s has %d bytes", store.ErrCorrupt, name, len(value))
	}
	return &Column{
		name: name, prefix: crc32.Checksum([]byte(name), castagnoli),
		data: value[:n], sums: value[n:], good: make([]atomic.Uint32, (blocks+31)/32),
	}, nil
}

// checkedColumn is a column of numbers in memory, which need no check.
func checkedColumn(data []byte) *Column {
	c := &Column{data: data, good: make([]atomic.Uint32, len(data)/blockSize/32+1)}
	for i := range c.good {
		c.good[i].Store(^uint32(0))
	}
	c.whole.Store(true)
	return c
}

func (c *Column) check(offset int) {
	if block := uint(offset) / blockSize; c.good[block/32].Load()&(1<<(block%32)) == 0 {
		c.verify(int(block))
	}
}

// verify is check for a block that was not touched before.
func (c *Column) verify(block int) {
	data := c.data[block*blockSize : min((block+1)*blockSize, len(c.data))]
	if binary.LittleEndian.Uint32(c.sums[block*checksumSize:]) != crc32.Update(c.prefix, castagnoli, data) {
		panic(Fault{fmt.Errorf("%w: checksum of column %s, block %d does not match", store.ErrCorrupt, c.name, block)})
	}
	c.good[block/32].Or(1 << (block % 32))
}

// checkAll checks every block, once.
func (c *Column) checkAll() {
	if c.whole.Load() {
		return
	}
	for offset := 0; offset < len(c.data); offset += blockSize {
		c.check(offset)
	}
	c.whole.Store(true)
}

// checkFor checks every block where so many numbers will be read that it costs
// less than to check at each. Otherwise checkAt must be called.
func (c *Column) checkFor(reads int) {
	if reads > len(c.data)/blockSize {
		c.checkAll()
	}
}

// checkAt checks the blocks that hold the numbers, of width bytes each, at some
// places.
func (c *Column) checkAt(places []uint32, width int) {
	if c.whole.Load() {
		return
	}
	for _, place := range places {
		c.check(int(place) * width)
	}
}

// uint32 gives number i of a column of 32-bit numbers.
func (c *Column) uint32(i int) uint32 {
	c.check(i * 4)
	return binary.LittleEndian.Uint32(c.data[i*4:])
}

// byte gives byte i.
func (c *Column) byte(i int) byte {
	c.check(i)
	return c.data[i]
}

// int64 gives number i of a column of 64-bit numbers.
func (c *Column) int64(i int) int64 {
	c.check(i * 8)
	return int64(binary.LittleEndian.Uint64(c.data[i*8:]))
}

// span gives the bytes from one offset to another.
func (c *Column) span(from, to int) []byte {
	for block := from / blockSize; block*blockSize < to; block++ {
		c.check(block * blockSize)
	}
	return c.data[from:to]
}

// span32 gives the numbers from one to another of a column of 32-bit numbers.
func (c *Column) span32(from, to int) sets.Uint32s { return sets.Uint32s(c.span(from*4, to*4)) }

func (c *Column) len32() int { return len(c.data) / 4 }

// search32 gives the first i in [low, high) with number i ≥ x, or high.
func (c *Column) search32(low, high int, x uint32) int {
	for low < high {
		mid := int(uint(low+high) / 2)
		if c.uint32(mid) < x {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// search64 gives the first i with number i ≥ x, or the length.
func (c *Column) search64(x int64) int {
	low, high := 0, len(c.data)/8
	for low < high {
		mid := int(uint(low+high) / 2)
		if c.int64(mid) < x {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
