package release

import (
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
	field   store.Field
	order   *file.Column // place → ordinal
	place   *file.Column // ordinal → place
	starts  *file.Column // group of equal values → its first place; nil where every group is one post
	values  *file.Column // group → value; nil where the values are texts
	hidden  *file.Column // the places of posts the public does not see, in order
	cuts    *file.Column // see cuts.go; nil for the order of slugs
	members *file.Column // see term_places.go; nil where the order has none
	n       int          // posts in the release
	valued  int          // posts that have the value
}

// orderedFields are the fields that have an order in every release.
var orderedFields = append(slices.Clone(store.SortFields), store.FieldParagraphs)

// Orders are the orders of a release, by each of orderedFields.
type Orders struct {
	known  [len(facts.NumberFields) + 2]atomic.Pointer[Index] // by number in orderedFields; nil until it is used
	ranked atomic.Pointer[Ranks]                              // likewise
}

func OpenOrders() *Orders { return &Orders{} }

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
	x := &Index{field: f, n: tx.File.Info.Posts}
	parts := map[string]**file.Column{orderColumn(f): &x.order, placeColumn(f): &x.place, hiddenColumn(f): &x.hidden}
	if f != store.FieldSlug {
		parts[startsColumn(f)], parts[cutsColumn(f)] = &x.starts, &x.cuts
	}
	if f != store.FieldSlug && f != store.FieldTitle {
		parts[valuesColumn(f)] = &x.values
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
	if x.valued = x.n; x.starts != nil {
		x.valued = int(x.starts.Uint32(x.starts.Len32() - 1)) // the last start is the end
	}
	known.Store(x)
	return x, nil
}

// hiddenBefore counts the posts before a place that the public does not see.
func (x *Index) hiddenBefore(place int) int {
	return x.hidden.Search32(0, x.hidden.Len32(), uint32(place))
}

// group gives the number of the group of equal values that a place below
// valued lies in.
func (x *Index) group(place int) int {
	return x.starts.Search32(0, x.starts.Len32(), uint32(place)+1) - 1
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
	plain  bool // the place of a post is its ordinal
	n      int  // places
	valued int  // posts that have the value
	desc   bool

	index     int // of the group that was looked at last
	low, high int // its places
}

func (o *Orders) Sequence(tx *file.Tx, by store.Order) (*Sequence, error) {
	x, err := o.By(tx, by.Field)
	if err != nil {
		return nil, err
	}
	s := &Sequence{Index: x, public: tx.View == store.Public, n: x.n, valued: x.valued, desc: by.Desc}
	if by.Field == store.FieldSlug && s.public {
		s.plain, s.n, s.valued = true, int(tx.Size()), int(tx.Size())
	}
	return s, nil
}

// ordinalAt gives the post at a place.
func (s *Sequence) ordinalAt(place int) uint32 {
	if s.plain {
		return uint32(place)
	}
	return s.order.Uint32(place)
}

// placeOf gives the place of a post.
func (s *Sequence) placeOf(ordinal uint32) int {
	if s.plain {
		return int(ordinal)
	}
	return int(s.place.Uint32(int(ordinal)))
}

// eachHidden calls a function with the places from low to just before high that
// no member can have.
func (s *Sequence) eachHidden(low, high int, f func(place int)) {
	if s.plain || !s.public {
		return
	}
	for i := s.hiddenBefore(low); i < s.hidden.Len32(); i++ {
		place := int(s.hidden.Uint32(i))
		if place >= high {
			return
		}
		f(place)
	}
}

// visible counts the posts that the view sees at the places from low to just
// before high.
func (s *Sequence) visible(low, high int) int {
	if low >= high {
		return 0
	}
	if s.plain || !s.public {
		return high - low
	}
	return high - low - (s.hiddenBefore(high) - s.hiddenBefore(low))
}

// fromSlugs turns a number of slugs, among those of all posts, into a place.
// The sequence is one by slug.
func (s *Sequence) fromSlugs(slugs int) int {
	if s.plain {
		return slugs - s.hiddenBefore(slugs)
	}
	return slugs
}

// group finds the places of the posts that have the same value as the one at a
// place below valued.
func (s *Sequence) group(place int) (low, high int) {
	if s.low <= place && place < s.high {
		return s.low, s.high
	}
	if s.starts == nil {
		s.low, s.high = place, place+1
		return s.low, s.high
	}
	switch { // who walks comes to the group beside it
	case s.high > 0 && place == s.low-1:
		s.index--
	case s.high > 0 && place == s.high:
		s.index++
	default:
		s.index = s.Index.group(place)
	}
	s.low, s.high = int(s.starts.Uint32(s.index)), int(s.starts.Uint32(s.index+1))
	return s.low, s.high
}

// stretch gives the place of a position, and for how many positions from there
// on the places ascend with them.
func (s *Sequence) stretch(position int) (place, length int) {
	if !s.desc || position >= s.valued {
		return position, s.n - position
	}
	low, high := s.group(s.valued - 1 - position)
	offset := position - (s.valued - high)
	return low + offset, high - low - offset
}

// positionOf gives the position of a place.
func (s *Sequence) positionOf(place int) int {
	if !s.desc || place >= s.valued {
		return place
	}
	low, high := s.group(place)
	return s.valued - high + place - low
}

// at gives the post at a position from 0 to n-1.
func (s *Sequence) at(position int) uint32 {
	place, _ := s.stretch(position)
	return s.ordinalAt(place)
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
	return int(bySlug.place.Uint32(int(ordinal))), nil
}

// startOf gives the place of the first post whose value is at least this.
func (x *Index) startOf(value int64) int { return int(x.starts.Uint32(x.values.Search64(value))) }

// valueAt gives the value of the post at a place.
func (x *Index) valueAt(place int) int64 { return x.values.Int64(x.group(place)) }
