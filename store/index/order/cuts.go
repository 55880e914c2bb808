package order

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/sets"
)

// A cut of an order is a place and the posts below it. A release holds cuts
// between groups of equal values: at each where there are few, else at some. The
// posts of a range are then what one cut has and another has not, and what
// stands between a cut and an end of the range, which is little.
//
// The column cuts/FIELD begins with the number of cuts; then for each its place
// and where its bitmap ends, counted from the end of these numbers; then the
// bitmaps.
const (
	CutGroups = 128  // with at most so many groups, each gets a cut
	CutsMost  = 32   // otherwise
	CutLeast  = 1024 // places between two cuts
)

func cutsColumn(f store.Field) string { return "cuts/" + string(f) }

// CutBelow gives the number of the last cut that is not behind a place, and where
// that cut is; -1 and 0 where there is none.
func (x *Index) CutBelow(place int) (i, at int) {
	if x.Cuts == nil {
		return -1, 0
	}
	low, high := 0, int(x.Cuts.Uint32(0)) // the first cut behind the place
	for low < high {
		mid := int(uint(low+high) / 2)
		if int(x.Cuts.Uint32(1+2*mid)) <= place {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == 0 {
		return -1, 0
	}
	return low - 1, int(x.Cuts.Uint32(1 + 2*(low-1)))
}

// Cut gives the posts below a cut.
func (x *Index) Cut(i int) *roaring.Bitmap {
	bitmaps, begin := 4*(1+2*int(x.Cuts.Uint32(0))), 0
	if i > 0 {
		begin = int(x.Cuts.Uint32(2 * i))
	}
	bitmap := roaring.New()
	data := x.Cuts.Span(bitmaps+begin, bitmaps+int(x.Cuts.Uint32(2*i+2)))
	if _, err := bitmap.FromBuffer(data); err != nil {
		panic(file.Fault{Err: fmt.Errorf("%w: bitmap %d of column %s: %w", store.ErrCorrupt, i, cutsColumn(x.Field), err)})
	}
	return bitmap
}

// cutOrder makes the cuts of an order.
func cutOrder(order, starts sets.Uint32s) ([]byte, error) {
	groups := starts.Len() - 1
	valued := int(starts.At(groups))
	apart := CutLeast
	if groups > CutGroups {
		apart = max(apart, valued/CutsMost)
	}
	var places, ends []uint32
	var bitmaps []byte
	last := 0
	members := sets.NewBits(order.Len())
	for group := 1; group <= groups; group++ {
		place := int(starts.At(group))
		if place-last < apart && place < valued || place == order.Len() {
			continue
		}
		for ; last < place; last++ {
			members.Add(int(order.At(last)))
		}
		// Not as runs, which are shorter now and then but slow to intersect.
		data, err := roaring.FromDense(members, false).ToBytes()
		if err != nil {
			return nil, err
		}
		bitmaps = append(bitmaps, data...)
		places, ends = append(places, uint32(place)), append(ends, uint32(len(bitmaps)))
	}
	column := binary.LittleEndian.AppendUint32(nil, uint32(len(places)))
	for i, place := range places {
		column = binary.LittleEndian.AppendUint32(column, place)
		column = binary.LittleEndian.AppendUint32(column, ends[i])
	}
	return append(column, bitmaps...), nil
}

// PlacesOf gives the ordinals below size at the places from low to just before
// high.
func PlacesOf(order *file.Column, low, high int, size uint32) sets.Set {
	if high-low <= FewMembers {
		few := make([]uint32, 0, max(0, high-low))
		for place := low; place < high; place++ {
			if ordinal := order.Uint32(place); ordinal < size {
				few = append(few, ordinal)
			}
		}
		slices.Sort(few)
		return sets.Of(size, roaring.BitmapOf(few...))
	}
	members := sets.NewBits(int(size))
	for place := low; place < high; place++ {
		if ordinal := order.Uint32(place); ordinal < size {
			members.Add(int(ordinal))
		}
	}
	return sets.Of(size, roaring.FromDense(members, false))
}

// FewMembers are so few that they are better handled one by one.
const FewMembers = 256
