package similar

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"sync/atomic"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/sets"
)

// vectors is the index of similar posts. Posts that have the same features
// share a vector; vectors are numbered by their length, the shortest first, so
// that a list of vectors is ordered by length too.
type vectors struct {
	vector, vectors, ordinals, ranks, features, terms, lists, bitmaps, counts, crowded *file.Column
	order                                                                              *order.Ranks

	view   store.View
	size   int                            // how many vectors there are
	totals []atomic.Pointer[total]        // see total
	named  []atomic.Pointer[namedFeature] // see name
}

// What the index remembers is bounded: one entry for each of so many numbers.
const (
	mostTotals = 1 << 15
	mostNamed  = 1 << 14
)

func (p *Index) similarIndex(tx *file.Tx) (*vectors, error) {
	if x := p.views[tx.View].Load(); x != nil {
		return x, nil
	}
	x := &vectors{view: tx.View}
	for name, c := range map[string]**file.Column{
		vectorColumn: &x.vector, similarVectors: &x.vectors, similarOrdinals: &x.ordinals, similarRanks: &x.ranks,
		similarFeatures: &x.features, similarTerms: &x.terms, similarLists: &x.lists, similarBitmaps: &x.bitmaps,
		similarCounts(tx.View): &x.counts, similarCrowded(tx.View): &x.crowded,
	} {
		var err error
		if *c, err = tx.Column(name); err != nil {
			return nil, err
		}
	}
	var err error
	if x.order, err = p.orders.Ranks(tx); err != nil {
		return nil, err
	}
	x.size = len(x.vectors.Data)/vectorRecordSize - 1
	x.totals = make([]atomic.Pointer[total], min(max(x.size, 1), mostTotals))
	x.named = make([]atomic.Pointer[namedFeature], min(max(len(x.terms.Data)/termEntrySize, 1), mostNamed))
	p.views[tx.View].Store(x)
	return x, nil
}

// vectorOf gives the vector of a post.
func (x *vectors) vectorOf(ref store.Ref) int { return int(x.vector.Uint32(int(ref))) }

// record gives what is known of a vector.
func (x *vectors) record(vector int) vectorRecord {
	x.vectors.Check(vector * vectorRecordSize)
	r := x.vectors.Data[vector*vectorRecordSize:][:vectorRecordSize]
	return vectorRecord{
		binary.LittleEndian.Uint32(r), binary.LittleEndian.Uint32(r[4:]),
		binary.LittleEndian.Uint32(r[8:]), binary.LittleEndian.Uint32(r[12:]),
	}
}

// norm is the squared length of a vector, in units of 1/64.
func (x *vectors) norm(vector int) uint32 {
	return x.vectors.Uint32(vector * vectorRecordSize / 4)
}

// featuresOf gives the features of a vector, in the order of their numbers.
func (x *vectors) featuresOf(vector int) sets.Uint32s {
	return x.features.Span32(int(x.record(vector).features), int(x.record(vector+1).features))
}

// atLeast gives the first vector that is as long, or the number of vectors.
func (x *vectors) atLeast(norm uint32) int {
	low, high := 0, x.size
	for low < high {
		if mid := int(uint(low+high) / 2); x.norm(mid) < norm {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// dimension is one feature of the vector that others are compared with, and
// the vectors that have it: a list of them, or a bitmap.
type dimension struct {
	id      store.TermID
	square  uint32 // its weight, squared, in units of 1/64
	vectors uint32 // how many have it
	place   uint32 // among the features of an answer; see termEntry
	flags   uint32
	list    sets.Uint32s
	bitmap  sets.Bitmap
}

// dimensions gives features as dimensions: first those that weigh much and
// that few have, so that the others need no walk.
func (x *vectors) dimensions(own []dimension, features sets.Uint32s) []dimension {
	var entries [64]termEntry
	sorted := entries[:0]
	for i := range features.Len() {
		sorted = append(sorted, x.entry(store.TermID(features.At(i))))
	}
	slices.SortFunc(sorted, func(a, b termEntry) int {
		return cmp.Or(cmp.Compare(uint64(b.square())*uint64(a.vectors), uint64(a.square())*uint64(b.vectors)), cmp.Compare(a.id, b.id))
	})
	for _, e := range sorted {
		own = append(own, x.dimension(e))
	}
	return own
}

func (x *vectors) entry(id store.TermID) termEntry {
	b := x.terms.Span(int(id)*termEntrySize, (int(id)+1)*termEntrySize)
	return termEntry{
		id, uint32(binary.LittleEndian.Uint16(b)), uint32(binary.LittleEndian.Uint16(b[2:])),
		binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:]),
	}
}

func (x *vectors) dimension(e termEntry) dimension {
	d := dimension{id: e.id, square: e.square(), vectors: e.vectors, place: e.place, flags: e.flags}
	if e.flags&entryBitmap != 0 {
		size := sets.WordsFor(x.size) * 8
		d.bitmap = sets.Bitmap(x.bitmaps.Span(int(e.start)*size, (int(e.start)+1)*size))
	} else {
		d.list = x.lists.Span32(int(e.start), int(e.start)+int(e.vectors))
	}
	return d
}

// near adds to vectors those with the feature that have the next numbers to one,
// up to n on each side.
func (d *dimension) near(vectors []uint32, middle, n int) []uint32 {
	if d.bitmap == nil {
		at := d.list.Search(0, d.list.Len(), uint32(middle))
		for i := max(0, at-n); i < min(d.list.Len(), at+n); i++ {
			vectors = append(vectors, d.list.At(i))
		}
		return vectors
	}
	first, last := max(0, middle/64-n), min(len(d.bitmap)/8, middle/64+n) // where n of them are, if they are not rare here
	left := n
	for w := middle / 64; w < last && left > 0; w++ {
		word := d.bitmap.At(w)
		if w == middle/64 {
			word &= ^uint64(0) << (middle % 64)
		}
		for ; word != 0 && left > 0; word &= word - 1 {
			vectors = append(vectors, uint32(w*64+bits.TrailingZeros64(word)))
			left--
		}
	}
	left = n
	for w := (middle - 1) / 64; middle > 0 && w >= first && left > 0; w-- {
		word := d.bitmap.At(w)
		if w == middle/64 {
			word &= 1<<(middle%64) - 1
		}
		for word != 0 && left > 0 {
			bit := 63 - bits.LeadingZeros64(word)
			vectors = append(vectors, uint32(w*64+bit))
			word &^= 1 << bit
			left--
		}
	}
	return vectors
}

// ownFeatures is a hash table of the features of one vector, most often the own,
// with which those of another are compared.
type ownFeatures struct {
	slots []ownFeature
	shift int
}

type ownFeature struct {
	key    uint32 // the feature's number and 1; 0 where the slot is free
	square uint32
	index  uint32 // in the answer
}

// reset empties the table and makes room for n features. It is so large that
// most features that are not there meet a free slot at once.
func (o *ownFeatures) reset(n int) {
	bits := 4
	for 1<<bits < 16*n {
		bits++
	}
	if cap(o.slots) < 1<<bits {
		o.slots = make([]ownFeature, 1<<bits)
	}
	o.slots, o.shift = o.slots[:1<<bits], 32-bits
	clear(o.slots)
}

func (o *ownFeatures) add(id store.TermID, square, index uint32) {
	*o.find(uint32(id) + 1) = ownFeature{uint32(id) + 1, square, index}
}

// find gives the slot of a key, or the free one where it would stand.
func (o *ownFeatures) find(key uint32) *ownFeature {
	for i := key * 2654435769 >> o.shift; ; i = (i + 1) & uint32(len(o.slots)-1) {
		if s := &o.slots[i]; s.key == key || s.key == 0 {
			return s
		}
	}
}

// product of the own vector with another: the sum over the features that both
// have, in units of 1/64.
func (o *ownFeatures) product(features sets.Uint32s) (sum uint32) {
	for ; len(features) >= 4; features = features[4:] {
		sum += o.find(features.At(0) + 1).square // 0 where it is free
	}
	return sum
}

// similarity of two vectors, by their product and the product of their squared
// lengths, rounded to 9 decimals.
func similarity(product uint32, norms float64) float64 {
	return store.Decimals9(float64(product) / math.Sqrt(norms))
}
