package query

import (
	"math/bits"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/sets"
)

// interval is met by the posts at the places from low to just before high of an
// order.
type interval struct {
	*order.Index
	tx        *file.Tx
	view      store.View
	size      uint32 // of the view
	low, high int
	seen      int // posts of the view in it
}

func (v *interval) sift(some uint64, posts *[64]uint32) uint64 {
	v.tx.StayOften()
	low, length := uint32(v.low), uint32(v.high-v.low)
	for rest := some; rest != 0; rest &= rest - 1 {
		i := bits.TrailingZeros64(rest)
		if v.Place.Uint32(int(posts[i%64]))-low >= length {
			some &^= 1 << (i % 64)
		}
	}
	return some
}

func (v *interval) most() int { return v.seen }

// price is by the posts of the view, or those from a cut to the end behind it, of both
// ends: there is a cut before that.
func (v *interval) price() price {
	apart := order.CutLeast
	if v.Starts != nil && v.Starts.Len32() > order.CutGroups {
		apart = max(apart, int(v.size)/order.CutsMost)
	}
	n := min(v.seen, 2*apart)
	if v.Field == store.FieldSlug {
		n = 0
	}
	all := file.PriceOfPostings + 2*file.PriceOfSets(n, int(v.size)) + file.PriceOfMember*n
	return price{all, file.PriceOfPlace, all}
}

// total is how many posts of the view stand in the interval.
func (v *interval) total() int {
	if v.view == store.Preview || v.low >= v.high {
		return v.high - v.low
	}
	return v.high - v.low - (v.HiddenBefore(v.high) - v.HiddenBefore(v.low))
}

func (v *interval) within(s sets.Set) sets.Set {
	v.tx.Stay()
	n := v.N
	switch {
	case v.low >= v.high:
		return sets.Nothing(s.Size)
	case v.low == 0 && v.high == n:
		return s
	case v.Field == store.FieldSlug:
		return s.And(v.slugs())
	case v.narrow():
		return s.And(v.between(v.low, v.high))
	}
	if v.high < n {
		s = v.below(s, v.high)
	}
	if v.low > 0 {
		s = v.notBelow(s, v.low)
	}
	return s
}

func (v *interval) countWithin(s sets.Set) int {
	switch {
	case s.All():
		return v.total()
	case v.low >= v.high:
		return 0
	case v.Field == store.FieldSlug || v.narrow():
		return v.within(s).Count()
	}
	return v.countBelow(s, v.high) - v.countBelow(s, v.low)
}

// narrow reports whether the interval is so short that its posts are better
// taken one by one than from cuts.
func (v *interval) narrow() bool { return v.high-v.low <= order.CutLeast+v.N/order.CutsMost }

// countBelow counts those of some posts that stand before a place.
func (v *interval) countBelow(s sets.Set, place int) int {
	switch place {
	case 0:
		return 0
	case v.N:
		return s.Count()
	}
	i, from := v.CutBelow(place)
	n := s.AndCount(v.between(from, place))
	if i >= 0 {
		n += s.AndCount(sets.Of(s.Size, v.Cut(i)))
	}
	return n
}

// below gives those of some posts that stand before a place.
func (v *interval) below(s sets.Set, place int) sets.Set {
	i, from := v.CutBelow(place)
	if i < 0 {
		return s.And(v.between(from, place))
	}
	low := s.And(sets.Of(s.Size, v.Cut(i))).Seen()
	if from == place {
		return low
	}
	return low.Or(s.And(v.between(from, place)))
}

// notBelow gives those of some posts that do not stand before a place.
func (v *interval) notBelow(s sets.Set, place int) sets.Set {
	i, from := v.CutBelow(place)
	if i >= 0 {
		s = s.Without(sets.Of(s.Size, v.Cut(i)))
	}
	if from < place {
		s = s.Without(v.between(from, place))
	}
	return s
}

// between gives the posts at the places from low to just before high, one by
// one.
func (v *interval) between(low, high int) sets.Set { return order.PlacesOf(v.Order, low, high, v.size) }

// slugs are the posts at places in the order of slugs, in which posts have
// their numbers: public posts from 0, the others behind them.
func (v *interval) slugs() sets.Set {
	s := sets.Nothing(v.size)
	low, high := v.HiddenBefore(v.low), v.HiddenBefore(v.high)
	s.Members.AddRange(uint64(v.low-low), uint64(v.high-high))
	if public := v.N - v.Hidden.Len32(); v.view == store.Preview {
		s.Members.AddRange(uint64(public+low), uint64(public+high))
	}
	return s
}
