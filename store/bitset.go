package store

import "math/bits"

// bitset is a set of small integers that can be walked in both directions.
type bitset []uint64

func newBitset(size int) bitset { return make(bitset, wordsFor(size)) }

func (b bitset) add(i int) { b[uint(i)/64] |= 1 << (uint(i) % 64) }

func (b bitset) contains(i int) bool { return b[uint(i)/64]&(1<<(uint(i)%64)) != 0 }

func (b bitset) remove(i int) { b[uint(i)/64] &^= 1 << (uint(i) % 64) }

// next gives the first member at or after i, or -1.
func (b bitset) next(i int) int {
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
func (b bitset) previous(i int) int {
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

func (b bitset) first(low, high int) int {
	if low < high {
		if found := b.next(low); found < high {
			return found
		}
	}
	return -1
}

func (b bitset) last(low, high int) int {
	if low < high {
		if found := b.previous(high - 1); found >= low {
			return found
		}
	}
	return -1
}

// count gives how many members there are from low to just before high.
func (b bitset) count(low, high int) int {
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
