package sets

import (
	"encoding/binary"
	"math/bits"
)

// Bitmap is a bitmap in the mapped file.
type Bitmap []byte

// At gives word i.
func (w Bitmap) At(i int) uint64 { return binary.LittleEndian.Uint64(w[i*8:]) }

// Bit is 1 for members, else 0.
func (w Bitmap) Bit(i int) uint32 { return uint32(w[i/8]>>(i%8)) & 1 }

// before counts the members of a bitmap below a number.
func (w Bitmap) before(n int) (count int) {
	for i := range n / 64 {
		count += bits.OnesCount64(w.At(i))
	}
	if n%64 != 0 {
		count += bits.OnesCount64(w.At(n/64) << (64 - n%64))
	}
	return count
}

// WordsFor is how many words of 64 bits hold n bits.
func WordsFor(n int) int { return (n + 63) / 64 }
