package store

import "github.com/RoaringBitmap/roaring/v2"

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
	for it := s.bitmap().ManyIterator(); ; {
		n := it.NextMany(ordinals[:])
		if n == 0 {
			return
		}
		f(ordinals[:n])
	}
}

// bitmap gives the members, which are not to be changed.
func (s set) bitmap() *roaring.Bitmap {
	if s.members != nil {
		return s.members
	}
	all := roaring.New()
	all.AddRange(0, uint64(s.size))
	return all
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
		return set{s.size, roaring.And(withoutRuns(s.members), t.members)}
	}
}

// andCount counts what both have.
func (s set) andCount(t set) int {
	switch {
	case s.members == nil:
		return t.count()
	case t.members == nil:
		return s.count()
	default:
		return int(s.members.AndCardinality(t.members))
	}
}

func (s set) or(t set) set {
	if s.members == nil || t.members == nil {
		return everything(s.size)
	}
	return set{s.size, roaring.Or(withoutRuns(s.members), withoutRuns(t.members))}
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

func (s set) not() set {
	if s.members == nil {
		return nothing(s.size)
	}
	return set{s.size, roaring.Flip(withoutRuns(s.members), 0, uint64(s.size))}.seen()
}

// without gives what a set has and another has not.
func (s set) without(t set) set {
	switch {
	case t.members == nil:
		return nothing(s.size)
	case s.members == nil:
		return t.not()
	default:
		return set{s.size, roaring.AndNot(withoutRuns(s.members), t.members)}
	}
}

// seen leaves out the posts the view does not see.
func (s set) seen() set {
	if s.members != nil && !s.members.IsEmpty() && s.members.Maximum() >= s.size {
		s.members.RemoveRange(uint64(s.size), 1<<32) // copies what it changes
	}
	return s
}

// readSet reads a bitmap, which is not copied, and leaves out the posts the view does
// not see.
func readSet(b []byte, size uint32) (set, error) {
	bitmap := roaring.New()
	if _, err := bitmap.FromBuffer(b); err != nil {
		return set{}, err
	}
	return set{size, bitmap}.seen(), nil
}
