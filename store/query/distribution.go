package query

import (
	"slices"
	"sort"

	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/sets"
)

// distribution is how some posts lie in an order, as far as they have its value.
type distribution interface {
	// ends gives the places of the first and the last of them; -1 where there is
	// none.
	ends() (first, last int)
	// before counts those that stand before a place. It is quick where the places
	// that it is asked for ascend.
	before(place int) int
}

// spread finds some posts in an order, in the way that suits their number.
func (e *Engine) spread(tx *file.Tx, x *order.Index, posts sets.Set) distribution {
	switch {
	case posts.All():
		return &everyPost{e.interval(tx, x, 0, x.Valued)}
	case posts.Count() <= order.FewMembers+x.N/128:
		return newFewPlaces(x, posts)
	default:
		// Of a bitmap, a cut costs a read for each of its words; of a list, one for
		// each number.
		worth := x.N / 64
		if n := posts.Count(); n < x.N/16 {
			worth = 2 * n
		}
		return &manyPosts{Index: x, posts: posts, worth: worth}
	}
}

// everyPost is all posts that the view sees: nothing but places is counted.
type everyPost struct{ valued *interval }

func (e *everyPost) before(place int) int {
	v := *e.valued
	v.high = place
	return v.total()
}

func (e *everyPost) ends() (first, last int) {
	n := e.before(e.valued.high)
	if n == 0 {
		return -1, -1
	}
	nth := func(n int) int {
		return sort.Search(e.valued.high, func(place int) bool { return e.before(place+1) >= n })
	}
	return nth(1), nth(n)
}

// fewPlaces are the places of few posts, in order.
type fewPlaces struct{ places sets.Sorted }

func newFewPlaces(x *order.Index, posts sets.Set) *fewPlaces {
	few := &fewPlaces{make(sets.Sorted, 0, posts.Count())}
	posts.Each(func(ordinals []uint32) {
		for _, ordinal := range ordinals {
			if place := x.Place.Uint32(int(ordinal)); int(place) < x.Valued {
				few.places = append(few.places, place)
			}
		}
	})
	slices.Sort(few.places)
	return few
}

func (f *fewPlaces) before(place int) int { return f.places.At(place) }

func (f *fewPlaces) ends() (first, last int) {
	if len(f.places) == 0 {
		return -1, -1
	}
	return int(f.places[0]), int(f.places[len(f.places)-1])
}

// manyPosts counts by the cuts of the order: from one to the next posts need be
// looked at, and no post twice.
type manyPosts struct {
	*order.Index
	posts  sets.Set
	worth  int       // how many places must be passed over for a cut to be worth its cost
	within sets.Bits // the posts, once they are looked at one by one
	place  int       // where counting stands
	count  int       // before it
}

func (m *manyPosts) before(place int) int {
	if place == m.N {
		return m.posts.Count()
	}
	if place < m.place {
		m.place, m.count = 0, 0
	}
	if i, at := m.CutBelow(place); at-m.place > m.worth {
		m.place, m.count = at, m.posts.AndCount(sets.Of(m.posts.Size, m.Cut(i)))
	}
	if m.place < place {
		within, order := m.members(), m.Order.Span32(m.place, place)
		for i := range order.Len() {
			ordinal := order.At(i)
			m.count += int(within[ordinal/64] >> (ordinal % 64) & 1) // a branch would be guessed wrong too often
		}
		m.place = place
	}
	return m.count
}

func (m *manyPosts) members() sets.Bits {
	if m.within == nil {
		m.within = sets.NewBits(m.N) // those that the view does not see have places too
		m.posts.Members.WriteDenseTo(m.within)
	}
	return m.within
}

func (m *manyPosts) has(place int) bool { return m.members().Contains(int(m.Order.Uint32(place))) }

func (m *manyPosts) ends() (first, last int) {
	all := m.before(m.Valued)
	if all == 0 {
		return -1, -1
	}
	// First between which cuts they stand.
	cuts := 0
	if m.Cuts != nil {
		cuts = int(m.Cuts.Uint32(0))
	}
	at := func(i int) int {
		if i == 0 {
			return 0
		}
		return int(m.Cuts.Uint32(1 + 2*(i-1)))
	}
	first = at(sort.Search(cuts, func(i int) bool { return m.before(at(i+1)) > 0 }))
	for !m.has(first) {
		first++
	}
	last = m.Valued - 1
	if i := sort.Search(cuts, func(i int) bool { return m.before(at(i+1)) == all }); i < cuts {
		last = at(i+1) - 1
	}
	for !m.has(last) {
		last--
	}
	return first, last
}
