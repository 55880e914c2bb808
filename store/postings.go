package store

import (
	"encoding/binary"

	"github.com/RoaringBitmap/roaring/v2"
)

// postings is a growing list of ascending ordinals, kept as differences.
type postings struct {
	deltas []byte
	last   uint32
	count  int
}

// add reports false where the ordinal is already there.
func (p *postings) add(ordinal uint32) bool {
	if p.count > 0 && p.last == ordinal {
		return false
	}
	p.deltas = binary.AppendUvarint(p.deltas, uint64(ordinal-p.last))
	p.last = ordinal
	p.count++
	return true
}

func (p *postings) each(f func(ordinal uint32)) {
	var ordinal uint32
	for rest := p.deltas; len(rest) > 0; {
		delta, used := binary.Uvarint(rest)
		rest = rest[used:]
		ordinal += uint32(delta)
		f(ordinal)
	}
}

func (p *postings) bitmap() ([]byte, error) {
	ordinals := make([]uint32, 0, p.count)
	p.each(func(ordinal uint32) { ordinals = append(ordinals, ordinal) })
	bitmap := roaring.New()
	bitmap.AddMany(ordinals)
	bitmap.RunOptimize()
	return bitmap.ToBytes()
}

// set gives the ordinals below a bound.
func (p *postings) set(size uint32) set {
	ordinals := make([]uint32, 0, p.count)
	p.each(func(ordinal uint32) {
		if ordinal < size {
			ordinals = append(ordinals, ordinal)
		}
	})
	return set{size, roaring.BitmapOf(ordinals...)}
}
