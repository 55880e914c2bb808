package store

import (
	"encoding/binary"
	"math/bits"
)

// words is a bitmap in the mapped file.
type words []byte

func (w words) at(i int) uint64 { return binary.LittleEndian.Uint64(w[i*8:]) }

// bit is 1 for members, else 0.
func (w words) bit(i int) uint32 { return uint32(w[i/8]>>(i%8)) & 1 }

// before counts the members of a bitmap below a number.
func (w words) before(n int) (count int) {
	for i := range n / 64 {
		count += bits.OnesCount64(w.at(i))
	}
	if n%64 != 0 {
		count += bits.OnesCount64(w.at(n/64) << (64 - n%64))
	}
	return count
}

func wordsFor(n int) int { return (n + 63) / 64 }
