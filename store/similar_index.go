package store

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"sync/atomic"
)

// similarIndex is the index of similar posts. Posts that have the same features
// share a vector; vectors are numbered by their length, the shortest first, so
// that a list of vectors is ordered by length too.
type similarIndex struct {
	vector, norms, starts, ordinals, ranks, offsets, features, terms, lists, bitmaps, counts *column
	vectors                                                                                  int

	sharedBy [4096]atomic.Uint64 // see sharing
}

func (tx *readTx) similarIndex() (*similarIndex, error) {
	if x := tx.release.similar[tx.view].Load(); x != nil {
		return x, nil
	}
	x := &similarIndex{}
	for name, c := range map[string]**column{
		similarVector: &x.vector, similarNorms: &x.norms, similarStarts: &x.starts, similarOrdinals: &x.ordinals,
		similarRanks: &x.ranks, similarOffsets: &x.offsets, similarFeatures: &x.features, similarTerms: &x.terms,
		similarLists: &x.lists, similarBitmaps: &x.bitmaps, similarCounts(tx.view): &x.counts,
	} {
		var err error
		if *c, err = tx.column(name); err != nil {
			return nil, err
		}
	}
	x.vectors = x.norms.len32()
	tx.release.similar[tx.view].Store(x)
	return x, nil
}

// vectorOf gives the vector of a post.
func (x *similarIndex) vectorOf(ref Ref) int { return int(x.vector.uint32(int(ref))) }

// featuresOf gives the features of a vector, in the order of their numbers.
func (x *similarIndex) featuresOf(vector int) numbers32 {
	return x.features.span32(int(x.offsets.uint32(vector)), int(x.offsets.uint32(vector+1)))
}

// norm is the squared length of a vector, in units of 1/64.
func (x *similarIndex) norm(vector int) int64 { return int64(x.norms.uint32(vector)) }

// dimension is one feature of the vector that others are compared with, and
// the vectors that have it: a list of them, or a bitmap.
type dimension struct {
	id      TermID
	square  uint32 // its weight, squared, in units of 1/64
	vectors int    // how many have it
	implied bool   // see entryImplied
	list    numbers32
	bitmap  words
}

func (x *similarIndex) dimension(id TermID) dimension {
	entry := x.terms.span32(int(id)*termEntrySize/4, (int(id)+1)*termEntrySize/4)
	e := termEntry{entry.at(0), entry.at(1), entry.at(2), entry.at(3)}
	d := dimension{id: id, square: e.weight * e.weight, vectors: int(e.vectors), implied: e.flags&entryImplied != 0}
	if e.flags&entryBitmap != 0 {
		size := wordsFor(x.vectors) * 8
		d.bitmap = words(x.bitmaps.span(int(e.start)*size, (int(e.start)+1)*size))
	} else {
		d.list = x.lists.span32(int(e.start), int(e.start)+int(e.vectors))
	}
	return d
}

// product of a vector with another, of which the features are given in the
// order of their numbers: the sum over what both have, in units of 1/64.
func product(own []dimension, features numbers32) (sum uint32) {
	for i, n := 0, features.len(); i < n && len(own) > 0; {
		switch id := TermID(features.at(i)); {
		case own[0].id < id:
			own = own[1:]
		case own[0].id > id:
			i++
		default:
			sum += own[0].square
			own = own[1:]
			i++
		}
	}
	return sum
}

// words is a bitmap in the mapped file.
type words []byte

func wordsFor(n int) int { return (n + 63) / 64 }

func (w words) at(i int) uint64 { return binary.LittleEndian.Uint64(w[i*8:]) }

// bit is 1 for members, else 0.
func (w words) bit(i int) uint32 { return uint32(w[i/8]>>(i%8)) & 1 }

// sharing counts the posts of the view that have any feature of a vector. It
// remembers some counts: the pages of one list need the same.
func (x *similarIndex) sharing(vector int, own []dimension) int {
	known := &x.sharedBy[vector%len(x.sharedBy)]
	if k := known.Load(); k>>32 == uint64(vector)+1 {
		return int(uint32(k))
	}
	posts := x.having(own)
	known.Store((uint64(vector)+1)<<32 | uint64(posts))
	return posts
}

// having counts the posts of the view that have any of some features: all
// vectors of a block together, then all posts of the block's vectors.
func (x *similarIndex) having(own []dimension) (posts int) {
	var bitmaps []words
	var lists []numbers32
	for _, d := range own {
		switch {
		case d.implied:
		case d.bitmap != nil:
			bitmaps = append(bitmaps, d.bitmap)
		default:
			lists = append(lists, d.list)
		}
	}
	digits := words(x.counts.span(0, len(x.counts.data)))
	size := wordsFor(x.vectors)
	var room [512]uint64
	for from := 0; from < size; from += len(room) {
		block := room[:min(len(room), size-from)]
		unite(block, bitmaps, from)
		for i, list := range lists {
			lists[i] = mark(block, list, from*64)
		}
		for digit := 0; digit*size*8 < len(digits); digit++ {
			members := digits[(digit*size+from)*8:][:len(block)*8]
			n := 0
			for i, word := range block {
				n += bits.OnesCount64(word & binary.LittleEndian.Uint64(members[i*8:]))
			}
			posts += n << digit
		}
	}
	return posts
}

// unite fills a block with the union of bitmaps, from their word number from.
func unite(block []uint64, bitmaps []words, from int) {
	part := func(w words) words { return w[from*8:][:len(block)*8] }
	clear(block)
	for ; len(bitmaps) >= 3; bitmaps = bitmaps[3:] {
		a, b, c := part(bitmaps[0]), part(bitmaps[1]), part(bitmaps[2])
		for i := range block {
			block[i] |= a.at(i) | b.at(i) | c.at(i)
		}
	}
	for _, w := range bitmaps {
		a := part(w)
		for i := range block {
			block[i] |= a.at(i)
		}
	}
}

// mark adds to a block, which stands for the numbers from one on, the numbers
// of a list that fall into it, and gives the rest of the list.
func mark(block []uint64, list numbers32, from int) numbers32 {
	end := from + len(block)*64
	i := 0
	for n := list.len(); i < n; i++ {
		v := int(list.at(i))
		if v >= end {
			break
		}
		block[(v-from)/64] |= 1 << (v % 64)
	}
	return list[i*4:]
}

// dimensions gives the features of a vector, in the order of their numbers.
func (x *similarIndex) dimensions(features numbers32) []dimension {
	own := make([]dimension, 0, features.len())
	for i := range features.len() {
		own = append(own, x.dimension(TermID(features.at(i))))
	}
	return own
}

// similarTo reports whether a post has any of some features.
func (x *similarIndex) similarTo(own []dimension, ref Ref) bool {
	features := x.featuresOf(x.vectorOf(ref))
	return slices.ContainsFunc(own, func(d dimension) bool { return features.has(uint32(d.id)) })
}
