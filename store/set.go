package store

import (
	"fmt"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
)

// set is a set of posts of one view: every ordinal below size, or those in
// members. Members may point into the mapped file, so a set must not outlive
// its transaction.
type set struct {
	size    uint32 // of the view
	members *roaring.Bitmap
}

func everything(size uint32) set { return set{size: size} }

func nothing(size uint32) set { return set{size: size, members: roaring.New()} }

// all reports whether nothing was filtered out.
func (s set) all() bool { return s.members == nil }

func (s set) contains(ordinal uint32) bool {
	if s.members == nil {
		return ordinal < s.size
	}
	return s.members.Contains(ordinal)
}

// each calls a function with the members in ascending order, many at a time.
func (s set) each(f func(ordinals []uint32)) {
	var ordinals [256]uint32
	for it := s.members.ManyIterator(); ; {
		n := it.NextMany(ordinals[:])
		if n == 0 {
			return
		}
		f(ordinals[:n])
	}
}

func (s set) count() int {
	if s.members == nil {
		return int(s.size)
	}
	return int(s.members.GetCardinality())
}

func (s set) and(t set) set {
	switch {
	case s.members == nil:
		return t
	case t.members == nil:
		return s
	default:
		return set{s.size, roaring.And(s.members, t.members)}
	}
}

func (s set) or(t set) set {
	if s.members == nil || t.members == nil {
		return everything(s.size)
	}
	return set{s.size, roaring.Or(s.members, t.members)}
}

func (s set) not() set {
	if s.members == nil {
		return nothing(s.size)
	}
	return set{s.size, roaring.Flip(s.members, 0, uint64(s.size))}
}

// postings reads a bitmap and leaves out the posts the view does not see.
func (tx *readTx) postings(bucket string, key []byte) (set, error) {
	payload, err := tx.must(bucket, key)
	if err != nil {
		return set{}, err
	}
	bitmap := roaring.New()
	if _, err := bitmap.FromBuffer(payload); err != nil {
		return set{}, fmt.Errorf("%w: bitmap of %s %q: %w", ErrCorrupt, bucket, key, err)
	}
	size := tx.size()
	if !bitmap.IsEmpty() && bitmap.Maximum() >= size {
		bitmap.RemoveRange(uint64(size), 1<<32) // copies what it changes
	}
	return set{size, bitmap}, nil
}

// bitset is a set of small integers that can be walked in both directions.
type bitset []uint64

func newBitset(size int) bitset { return make(bitset, (size+63)/64) }

func (b bitset) add(i int) { b[uint(i)/64] |= 1 << (uint(i) % 64) }

func (b bitset) contains(i int) bool { return b[uint(i)/64]&(1<<(uint(i)%64)) != 0 }

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

// nth gives member number n, counted from 0, or -1.
func (b bitset) nth(n int) int {
	for w, word := range b {
		count := bits.OnesCount64(word)
		if n >= count {
			n -= count
			continue
		}
		for ; n > 0; n-- {
			word &= word - 1
		}
		return w*64 + bits.TrailingZeros64(word)
	}
	return -1
}
