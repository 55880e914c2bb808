package sets

import (
	"encoding/binary"
	"sort"
)

// Uint32s is a checked part of a column of 32-bit numbers.
type Uint32s []byte

// Len is how many numbers there are.
func (n Uint32s) Len() int { return len(n) / 4 }

// At gives number i.
func (n Uint32s) At(i int) uint32 { return binary.LittleEndian.Uint32(n[i*4:]) }

// Search gives the first i in [low, high) with number i ≥ x, or high.
func (n Uint32s) Search(low, high int, x uint32) int {
	for low < high {
		mid := int(uint(low+high) / 2)
		if n.At(mid) < x {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// Gallop gives the first i ≥ low with number i ≥ x, or the length; it is quick
// where that is near.
func (n Uint32s) Gallop(low int, x uint32) int {
	step, high := 1, low
	for high < n.Len() && n.At(high) < x {
		low, high, step = high+1, high+step, 2*step
	}
	return n.Search(low, min(high, n.Len()), x)
}

// GallopBack gives the first i ≤ high with number i ≥ x, where all from high on
// are.
func (n Uint32s) GallopBack(high int, x uint32) int {
	step, low := 1, high
	for low > 0 && n.At(low-1) >= x {
		high, low, step = low-1, max(low-step, 0), 2*step
	}
	return n.Search(low, high, x)
}

// Encode32 lays numbers out as Uint32s has them.
func Encode32(numbers []uint32) []byte {
	data := make([]byte, 0, len(numbers)*4+len(numbers)/1000*4+8)
	for _, n := range numbers {
		data = binary.LittleEndian.AppendUint32(data, n)
	}
	return data
}

// Encode64 lays numbers out, 8 bytes each, little endian.
func Encode64(numbers []int64) []byte {
	data := make([]byte, 0, len(numbers)*8+len(numbers)/500*4+8)
	for _, n := range numbers {
		data = binary.LittleEndian.AppendUint64(data, uint64(n))
	}
	return data
}

// Uint16s is a list of ascending 16-bit numbers.
type Uint16s []byte

// Len is how many numbers there are.
func (l Uint16s) Len() int { return len(l) / 2 }

// At gives number i.
func (l Uint16s) At(i int) int { return int(binary.LittleEndian.Uint16(l[i*2:])) }

// Search gives the first i with number i ≥ x, or the length.
func (l Uint16s) Search(x int) int {
	return sort.Search(l.Len(), func(i int) bool { return l.At(i) >= x })
}
