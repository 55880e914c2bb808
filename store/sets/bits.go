package sets

import "math/bits"

// Bits is a set of small integers that can be walked in both directions.
type Bits []uint64

// NewBits gives an empty set of numbers below a size.
func NewBits(size int) Bits { return make(Bits, WordsFor(size)) }

// Add adds a number, which is below the size.
func (b Bits) Add(i int) { b[uint(i)/64] |= 1 << (uint(i) % 64) }

// Contains reports whether a number, below the size, is a member.
func (b Bits) Contains(i int) bool { return b[uint(i)/64]&(1<<(uint(i)%64)) != 0 }

// Remove takes a number out.
func (b Bits) Remove(i int) { b[uint(i)/64] &^= 1 << (uint(i) % 64) }

// Next gives the first member at or after i, or -1.
func (b Bits) Next(i int) int {
	for w := i / 64; w < len(b); w++ {
		word := b[w]
		if w == i/64 {
			word &= ^uint64(0) << (i % 64)
		}
		if word != 0 {
			return w*64 + bits.TrailingZeros64(word)
		}
	}
	return -1
}

// previous gives the last member at or before i, or -1.
func (b Bits) previous(i int) int {
	for w := i / 64; w >= 0; w-- {
		word := b[w]
		if w == i/64 {
			word &= ^uint64(0) >> (63 - i%64)
		}
		if word != 0 {
			return w*64 + 63 - bits.LeadingZeros64(word)
		}
	}
	return -1
}

// First gives the first member from low to just before high, or -1.
func (b Bits) First(low, high int) int {
	if low < high {
		if found := b.Next(low); found < high {
			return found
		}
	}
	return -1
}

// Last gives the last member from low to just before high, or -1.
func (b Bits) Last(low, high int) int {
	if low < high {
		if found := b.previous(high - 1); found >= low {
			return found
		}
	}
	return -1
}

// Count gives how many members there are from low to just before high.
func (b Bits) Count(low, high int) int {
	if low >= high {
		return 0
	}
	first, last := low/64, (high-1)/64
	n := 0
	for w := first; w <= last; w++ {
		word := b[w]
		if w == first {
			word &= ^uint64(0) << (low % 64)
		}
		if w == last {
			word &= ^uint64(0) >> (63 - (high-1)%64)
		}
		n += bits.OnesCount64(word)
	}
	return n
}
