package order

import (
	"math"
	"slices"
	"sync/atomic"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/facts"
)

// Index is what a release holds of one order of all its posts: posts with
// the value by value and then by slug, and behind them the posts without it, by
// slug.
type Index struct {
	Field   store.Field
	Order   *file.Column // place → ordinal
	Place   *file.Column // ordinal → place
	Starts  *file.Column // group of equal values → its first place; nil where every group is one post
	Values  *file.Column // group → value; nil where the values are texts
	Hidden  *file.Column // the places of posts the public does not see, in order
	Cuts    *file.Column // see cuts.go; nil for the order of slugs
	members *file.Column // see rows.go; nil where the order has none
	N       int          // posts in the release
	Valued  int          // posts that have the value
}

// orderedFields are the fields that have an order in every release.
var orderedFields = append(slices.Clone(store.SortFields), store.FieldParagraphs)

// Orders are the orders of a release, by each of orderedFields.
type Orders struct {
	known  [len(facts.NumberFields) + 2]atomic.Pointer[Index] // by number in orderedFields; nil until it is used
	ranked atomic.Pointer[Ranks]                              // likewise
}

// Open gives the orders of a release. It reads nothing yet.
func Open() *Orders { return &Orders{} }

// Forget has every order put together anew.
func (o *Orders) Forget() {
	file.ForgetAll(o.known[:])
	o.ranked.Store(nil)
}

// By gives the index of an ordered field.
func (o *Orders) By(tx *file.Tx, f store.Field) (*Index, error) {
	known := &o.known[slices.Index(orderedFields, f)]
	if x := known.Load(); x != nil {
		return x, nil
	}
	x := &Index{Field: f, N: tx.File.Info.Posts}
	parts := map[string]**file.Column{OrderColumn(f): &x.Order, placeColumn(f): &x.Place, hiddenColumn(f): &x.Hidden}
	if f != store.FieldSlug {
		parts[StartsColumn(f)], parts[cutsColumn(f)] = &x.Starts, &x.Cuts
	}
	if f != store.FieldSlug && f != store.FieldTitle {
		parts[ValuesColumn(f)] = &x.Values
	}
	if slices.Contains(membersFields, f) {
		parts[membersColumn(f)] = &x.members
	}
	for name, part := range parts {
		var err error
		if *part, err = tx.Column(name); err != nil {
			return nil, err
		}
	}
	if x.Valued = x.N; x.Starts != nil {
		x.Valued = int(x.Starts.Uint32(x.Starts.Len32() - 1)) // the last start is the end
	}
	known.Store(x)
	return x, nil
}

// Groups gives the groups of equal values from low to high, both within: from first to
// just before end.
func (x *Index) Groups(low, high int64) (first, end int) {
	first, end = x.Values.Search64(low), x.Starts.Len32()-1 // the last start is the end
	if high < math.MaxInt64 {
		end = x.Values.Search64(high + 1)
	}
	return first, end
}

// HiddenBefore counts the posts before a place that the public does not see.
func (x *Index) HiddenBefore(place int) int {
	return x.Hidden.Search32(0, x.Hidden.Len32(), uint32(place))
}

// Group gives the number of the group of equal values that a place below
// valued lies in.
func (x *Index) Group(place int) int {
	return x.Starts.Search32(0, x.Starts.Len32(), uint32(place)+1) - 1
}

// Sequence is one order in one direction: it gives the post at each position
// and the position of each post.
//
// A release stores the ascending order alone. The descending order turns the
// groups of equal values around but not the posts inside a group, nor the posts
// without a value.
//
// Public posts are numbered by their slugs, so their sequence by slug needs no
// index: the place of a post is its ordinal.
type Sequence struct {
	*Index
	public bool // only public posts are members
	Plain  bool // the place of a post is its ordinal
	N      int  // places
	Valued int  // posts that have the value
	Desc   bool

	index     int // of the group that was looked at last
	low, high int // its places
}

// Sequence gives the posts that the view sees, in an order.
func (o *Orders) Sequence(tx *file.Tx, by store.Order) (*Sequence, error) {
	x, err := o.By(tx, by.Field)
	if err != nil {
		return nil, err
	}
	s := &Sequence{Index: x, public: tx.View == store.Public, N: x.N, Valued: x.Valued, Desc: by.Desc}
	if by.Field == store.FieldSlug && s.public {
		s.Plain, s.N, s.Valued = true, int(tx.Size()), int(tx.Size())
	}
	return s, nil
}

// OrdinalAt gives the post at a place.
func (s *Sequence) OrdinalAt(place int) uint32 {
	if s.Plain {
		return uint32(place)
	}
	return s.Order.Uint32(place)
}

// PlaceOf gives the place of a post.
func (s *Sequence) PlaceOf(ordinal uint32) int {
	if s.Plain {
		return int(ordinal)
	}
	return int(s.Place.Uint32(int(ordinal)))
}

// EachHidden calls a function with the places from low to just before high that
// no member can have.
func (s *Sequence) EachHidden(low, high int, f func(place int)) {
	if s.Plain || !s.public {
		return
	}
	for i := s.HiddenBefore(low); i < s.Hidden.Len32(); i++ {
		place := int(s.Hidden.Uint32(i))
		if place >= high {
			return
		}
		f(place)
	}
}

// Visible counts the posts that the view sees at the places from low to just
// before high.
func (s *Sequence) Visible(low, high int) int {
	if low >= high {
		return 0
	}
	if s.Plain || !s.public {
		return high - low
	}
	return high - low - (s.HiddenBefore(high) - s.HiddenBefore(low))
}

// FromSlugs turns a number of slugs, among those of all posts, into a place.
// The sequence is one by slug.
func (s *Sequence) FromSlugs(slugs int) int {
	if s.Plain {
		return slugs - s.HiddenBefore(slugs)
	}
	return slugs
}

// Group finds the places of the posts that have the same value as the one at a
// place below valued.
func (s *Sequence) Group(place int) (low, high int) {
	if s.low <= place && place < s.high {
		return s.low, s.high
	}
	if s.Starts == nil {
		s.low, s.high = place, place+1
		return s.low, s.high
	}
	switch { // who walks comes to the group beside it
	case s.high > 0 && place == s.low-1:
		s.index--
	case s.high > 0 && place == s.high:
		s.index++
	default:
		s.index = s.Index.Group(place)
	}
	s.low, s.high = int(s.Starts.Uint32(s.index)), int(s.Starts.Uint32(s.index+1))
	return s.low, s.high
}

// Stretch gives the place of a position, and for how many positions from there
// on the places ascend with them.
func (s *Sequence) Stretch(position int) (place, length int) {
	if !s.Desc || position >= s.Valued {
		return position, s.N - position
	}
	low, high := s.Group(s.Valued - 1 - position)
	offset := position - (s.Valued - high)
	return low + offset, high - low - offset
}

// PositionOf gives the position of a place.
func (s *Sequence) PositionOf(place int) int {
	if !s.Desc || place >= s.Valued {
		return place
	}
	low, high := s.Group(place)
	return s.Valued - high + place - low
}

// At gives the post at a position from 0 to n-1.
func (s *Sequence) At(position int) uint32 {
	place, _ := s.Stretch(position)
	return s.OrdinalAt(place)
}

// PlaceOfSlug gives how many slugs stand before a key, be it there or not.
func (o *Orders) PlaceOfSlug(tx *file.Tx, key []byte) (int, error) {
	k, v := tx.Seek(file.BucketSlugs, key)
	if k == nil {
		return tx.File.Info.Posts, nil
	}
	ordinal, err := file.UnsealNumber(file.BucketSlugs, k, v)
	if err != nil {
		return 0, err
	}
	bySlug, err := o.By(tx, store.FieldSlug)
	if err != nil {
		return 0, err
	}
	return int(bySlug.Place.Uint32(int(ordinal))), nil
}

// StartOf gives the place of the first post whose value is at least this.
func (x *Index) StartOf(value int64) int { return int(x.Starts.Uint32(x.Values.Search64(value))) }

// ValueAt gives the value of the post at a place.
func (x *Index) ValueAt(place int) int64 { return x.Values.Int64(x.Group(place)) }
