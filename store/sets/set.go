package sets

import (
	"sort"

	"github.com/RoaringBitmap/roaring/v2"
)

// Set is a set of posts of one view: every ordinal below size, or those in
// members. Members may point into the mapped file, so a set must not outlive
// its transaction.
type Set struct {
	Size    uint32 // of the view
	Members *roaring.Bitmap
}

// Of gives the set of these members, all below size.
func Of(size uint32, members *roaring.Bitmap) Set { return Set{size, members} }

// Everything is all posts of a view of this size.
func Everything(size uint32) Set { return Set{Size: size} }

// Nothing is none of them.
func Nothing(size uint32) Set { return Set{Size: size, Members: roaring.New()} }

// All reports whether nothing was filtered out.
func (s Set) All() bool { return s.Members == nil }

// Contains reports whether a post is in the set.
func (s Set) Contains(ordinal uint32) bool {
	if s.Members == nil {
		return ordinal < s.Size
	}
	return s.Members.Contains(ordinal)
}

// Each calls a function with the members in ascending order, many at a time.
func (s Set) Each(f func(ordinals []uint32)) {
	var ordinals [256]uint32
	for it := s.Bitmap().ManyIterator(); ; {
		n := it.NextMany(ordinals[:])
		if n == 0 {
			return
		}
		f(ordinals[:n])
	}
}

// Bitmap gives the members, which are not to be changed.
func (s Set) Bitmap() *roaring.Bitmap {
	if s.Members != nil {
		return s.Members
	}
	all := roaring.New()
	all.AddRange(0, uint64(s.Size))
	return all
}

// Count is how many members there are.
func (s Set) Count() int {
	if s.Members == nil {
		return int(s.Size)
	}
	return int(s.Members.GetCardinality())
}

// CountTo is how many members there are up to a post, and it itself.
func (s Set) CountTo(ordinal uint32) int {
	if s.Members == nil {
		return int(min(ordinal+1, s.Size))
	}
	return int(s.Members.Rank(ordinal))
}

// Absent gives number n, counted from 0, of those that are no members. There is always
// one, behind all posts too.
func (s Set) Absent(n int) uint32 {
	members := s.Count()
	return uint32(n + sort.Search(members, func(i int) bool { return s.CountTo(uint32(n+i)) <= i }))
}

// And gives what both have.
func (s Set) And(t Set) Set {
	switch {
	case s.Members == nil:
		return t
	case t.Members == nil:
		return s
	default:
		return Set{s.Size, roaring.And(withoutRuns(s.Members), t.Members)}
	}
}

// AndCount counts what both have.
func (s Set) AndCount(t Set) int {
	switch {
	case s.Members == nil:
		return t.Count()
	case t.Members == nil:
		return s.Count()
	default:
		return int(s.Members.AndCardinality(t.Members))
	}
}

// Or gives what either has.
func (s Set) Or(t Set) Set {
	if s.Members == nil || t.Members == nil {
		return Everything(s.Size)
	}
	return Set{s.Size, roaring.Or(withoutRuns(s.Members), withoutRuns(t.Members))}
}

// withoutRuns gives a bitmap without runs. Of two bitmaps with runs, or of one and a list,
// the library makes a third in time that is quadratic in the runs.
func withoutRuns(b *roaring.Bitmap) *roaring.Bitmap {
	if !b.HasRunCompression() {
		return b
	}
	dense := make([]uint64, b.DenseSize())
	b.WriteDenseTo(dense)
	return roaring.FromDense(dense, false)
}

// Not gives all posts of the view but those of the set.
func (s Set) Not() Set {
	if s.Members == nil {
		return Nothing(s.Size)
	}
	return Set{s.Size, roaring.Flip(withoutRuns(s.Members), 0, uint64(s.Size))}.Seen()
}

// Without gives what a set has and another has not.
func (s Set) Without(t Set) Set {
	switch {
	case t.Members == nil:
		return Nothing(s.Size)
	case s.Members == nil:
		return t.Not()
	default:
		return Set{s.Size, roaring.AndNot(withoutRuns(s.Members), t.Members)}
	}
}

// Seen leaves out the posts the view does not see.
func (s Set) Seen() Set {
	if s.Members != nil && !s.Members.IsEmpty() && s.Members.Maximum() >= s.Size {
		s.Members.RemoveRange(uint64(s.Size), 1<<32) // copies what it changes
	}
	return s
}

// Read reads a bitmap, which is not copied, and leaves out the posts the view does
// not see.
func Read(b []byte, size uint32) (Set, error) {
	bitmap := roaring.New()
	if _, err := bitmap.FromBuffer(b); err != nil {
		return Set{}, err
	}
	return Set{size, bitmap}.Seen(), nil
}
