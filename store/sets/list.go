package sets

import (
	"encoding/binary"

	"github.com/RoaringBitmap/roaring/v2"
)

// List is a growing list of ascending ordinals, kept as differences.
type List struct {
	deltas []byte
	last   uint32
	Count  int
}

// Add reports false where the ordinal is already there.
func (p *List) Add(ordinal uint32) bool {
	if p.Count > 0 && p.last == ordinal {
		return false
	}
	p.deltas = binary.AppendUvarint(p.deltas, uint64(ordinal-p.last))
	p.last = ordinal
	p.Count++
	return true
}

// Each calls a function with the ordinals, ascending.
func (p *List) Each(f func(ordinal uint32)) {
	var ordinal uint32
	for rest := p.deltas; len(rest) > 0; {
		delta, used := binary.Uvarint(rest)
		rest = rest[used:]
		ordinal += uint32(delta)
		f(ordinal)
	}
}

// Marshal lays the list out as a bitmap, which Read reads.
func (p *List) Marshal() ([]byte, error) {
	ordinals := make([]uint32, 0, p.Count)
	p.Each(func(ordinal uint32) { ordinals = append(ordinals, ordinal) })
	bitmap := roaring.New()
	bitmap.AddMany(ordinals)
	bitmap.RunOptimize()
	return bitmap.ToBytes()
}

// Set gives the ordinals below a bound.
func (p *List) Set(size uint32) Set {
	ordinals := make([]uint32, 0, p.Count)
	p.Each(func(ordinal uint32) {
		if ordinal < size {
			ordinals = append(ordinals, ordinal)
		}
	})
	return Set{size, roaring.BitmapOf(ordinals...)}
}
