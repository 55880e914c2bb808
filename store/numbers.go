package store

import (
	"encoding/binary"
	"sort"
)

// numbers32 is a checked part of a column of 32-bit numbers.
type numbers32 []byte

func (n numbers32) len() int { return len(n) / 4 }

func (n numbers32) at(i int) uint32 { return binary.LittleEndian.Uint32(n[i*4:]) }

// search gives the first i in [low, high) with number i ≥ x, or high.
func (n numbers32) search(low, high int, x uint32) int {
	for low < high {
		mid := int(uint(low+high) / 2)
		if n.at(mid) < x {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// gallop gives the first i ≥ low with number i ≥ x, or the length; it is quick
// where that is near.
func (n numbers32) gallop(low int, x uint32) int {
	step, high := 1, low
	for high < n.len() && n.at(high) < x {
		low, high, step = high+1, high+step, 2*step
	}
	return n.search(low, min(high, n.len()), x)
}

// gallopBack gives the first i ≤ high with number i ≥ x, where all from high on
// are.
func (n numbers32) gallopBack(high int, x uint32) int {
	step, low := 1, high
	for low > 0 && n.at(low-1) >= x {
		high, low, step = low-1, max(low-step, 0), 2*step
	}
	return n.search(low, high, x)
}

func encode32(numbers []uint32) []byte {
	data := make([]byte, 0, len(numbers)*4+len(numbers)/1000*4+8)
	for _, n := range numbers {
		data = binary.LittleEndian.AppendUint32(data, n)
	}
	return data
}

func encode64(numbers []int64) []byte {
	data := make([]byte, 0, len(numbers)*8+len(numbers)/500*4+8)
	for _, n := range numbers {
		data = binary.LittleEndian.AppendUint64(data, uint64(n))
	}
	return data
}

// numbers16 is a list of ascending 16-bit numbers.
type numbers16 []byte

func (l numbers16) len() int { return len(l) / 2 }

func (l numbers16) at(i int) int { return int(binary.LittleEndian.Uint16(l[i*2:])) }

// search gives the first i with number i ≥ x, or the length.
func (l numbers16) search(x int) int {
	return sort.Search(l.len(), func(i int) bool { return l.at(i) >= x })
}
