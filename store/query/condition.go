package query

import (
	"cmp"
	"math/bits"
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/order"
	"alphanode/store/sets"
)

// condition is what a post must meet to be in a list. It can be asked about one
// post, which costs little, or give all posts that meet it: a page of a long
// list needs no more than the first. An error, as of a damaged file, is thrown
// as a readFault.
type condition interface {
	// sift is asked about some of 64 posts, each of which has a bit, and gives the
	// bits of those that meet the condition.
	sift(some uint64, posts *[64]uint32) uint64
	// most is how many posts at most meet it, and price what it costs to find them.
	// Neither reads any of them.
	most() int
	price() price
	// within gives those of some posts that meet it.
	within(s sets.Set) sets.Set
	// countWithin counts them.
	countWithin(s sets.Set) int
}

// siftEach sifts by a function.
func siftEach(some uint64, posts *[64]uint32, holds func(ordinal uint32) bool) uint64 {
	for rest := some; rest != 0; rest &= rest - 1 {
		if i := bits.TrailingZeros64(rest); !holds(posts[i]) {
			some &^= 1 << i
		}
	}
	return some
}

// fixed is met by posts that are already found.
type fixed struct{ sets.Set }

func (f fixed) sift(some uint64, posts *[64]uint32) uint64 { return siftEach(some, posts, f.Contains) }

func (f fixed) most() int { return f.Count() }
func (f fixed) price() price {
	return price{file.PriceOfSets(f.Count(), int(f.Size)), file.PriceOfContains}
}
func (f fixed) within(s sets.Set) sets.Set { return s.And(f.Set) }
func (f fixed) countWithin(s sets.Set) int { return s.AndCount(f.Set) }

// having are the posts that have a term. They are read when they are needed.
type having struct {
	*matcher
	id    store.TermID
	count int       // of the view's posts
	rows  bool      // the term has them
	row   order.Row // by ordinal, if the term has rows
	read  bool
	posts sets.Set
}

func (m *matcher) having(id store.TermID) (*having, error) {
	terms, err := m.engine.terms.Terms(m.tx, []store.TermID{id})
	if err != nil {
		return nil, err
	}
	h := &having{matcher: m, id: id, count: terms[0].PostCount}
	if m.tx.View != store.Public {
		return h, nil // rows have public posts alone
	}
	bySlug, err := m.engine.orders.By(m.tx, store.FieldSlug)
	if err != nil {
		return nil, err
	}
	h.row, h.rows, err = m.engine.orders.Row(m.tx, bySlug, int(m.tx.Size()), id)
	return h, err
}

func (h *having) set() sets.Set {
	if !h.read {
		h.tx.Stay()
		posts, err := h.tx.Postings(file.BucketPostings, file.OrdinalKey(uint32(h.id)))
		if err != nil {
			panic(file.Fault{Err: err})
		}
		h.posts, h.read = posts, true
	}
	return h.posts
}

func (h *having) sift(some uint64, posts *[64]uint32) uint64 {
	h.tx.StayOften()
	if !h.rows {
		return siftEach(some, posts, h.set().Contains)
	}
	for rest := some; rest != 0; rest &= rest - 1 {
		if i := bits.TrailingZeros64(rest); !h.row.Has(int(posts[i%64])) {
			some &^= 1 << (i % 64)
		}
	}
	return some
}

func (h *having) most() int { return h.count }

func (h *having) price() price {
	return price{file.PriceOfPostings + file.PriceOfSets(h.count, int(h.tx.Size())), file.PriceOfContains}
}

func (h *having) within(s sets.Set) sets.Set { return s.And(h.set()) }
func (h *having) countWithin(s sets.Set) int { return s.AndCount(h.set()) }

// conjunction is met where all of its parts are.
type conjunction []condition

func (c conjunction) sift(some uint64, posts *[64]uint32) uint64 {
	for _, part := range c {
		if some = part.sift(some, posts); some == 0 {
			break
		}
	}
	return some
}

func (c conjunction) most() int {
	least := int(^uint(0) >> 1)
	for _, part := range c {
		least = min(least, part.most())
	}
	return least
}

func (c conjunction) price() (sum price) {
	for _, part := range c {
		p := part.price()
		sum.all, sum.each = sum.all+p.all, sum.each+p.each
	}
	return sum
}

// byMost puts the parts that fewest posts meet first.
func (c conjunction) byMost() {
	if len(c) > 1 {
		slices.SortStableFunc(c, func(a, b condition) int { return cmp.Compare(a.most(), b.most()) })
	}
}

// narrow lets the parts that fewest posts meet leave what they leave of some
// posts, until it costs less to sift those by the other parts, or only so many parts
// are left. So it costs no more than to find the posts of all parts.
func (c conjunction) narrow(s sets.Set, left int) (sets.Set, conjunction) {
	c.byMost()
	rest := c.price()
	for ; len(c) > left; c = c[1:] {
		if !s.All() && s.Count()*rest.each <= rest.all {
			break
		}
		first := c[0].price()
		rest.all, rest.each = rest.all-first.all, rest.each-first.each
		s = c[0].within(s)
	}
	return s, c
}

// each calls a function with those of some posts that meet it, in ascending
// order, many at a time.
func (c conjunction) each(s sets.Set, f func(ordinals []uint32)) {
	s, rest := c.narrow(s, 0)
	var posts *[64]uint32
	if len(rest) > 0 {
		posts = new([64]uint32)
	}
	s.Each(func(ordinals []uint32) {
		if len(rest) == 0 {
			f(ordinals)
			return
		}
		kept := ordinals[:0]
		for len(ordinals) > 0 {
			n := copy(posts[:], ordinals)
			ordinals = ordinals[n:]
			for met := rest.sift(^uint64(0)>>(64-n), posts); met != 0; met &= met - 1 {
				kept = append(kept, posts[bits.TrailingZeros64(met)])
			}
		}
		f(kept)
	})
}

func (c conjunction) within(s sets.Set) sets.Set {
	s, rest := c.narrow(s, 0)
	if len(rest) == 0 {
		return s
	}
	met := sets.Nothing(s.Size)
	rest.each(s, func(ordinals []uint32) { met.Members.AddMany(ordinals) })
	return met
}

func (c conjunction) countWithin(s sets.Set) (n int) {
	if len(c) == 0 {
		return s.Count()
	}
	s, rest := c.narrow(s, 1)
	if len(rest) == 1 {
		return rest[0].countWithin(s)
	}
	rest.each(s, func(ordinals []uint32) { n += len(ordinals) })
	return n
}

// disjunction is met where any of its parts is.
type disjunction struct {
	parts []condition
	size  uint32 // of the view
	read  bool
	posts sets.Set
}

// fewParts are asked one by one about a post; more are put together first.
const fewParts = 4

func (d *disjunction) sift(some uint64, posts *[64]uint32) (any uint64) {
	if d.read || len(d.parts) > fewParts {
		return siftEach(some, posts, d.set().Contains)
	}
	for _, part := range d.parts {
		any |= part.sift(some&^any, posts)
	}
	return any
}

func (d *disjunction) most() (sum int) {
	if d.read {
		return d.posts.Count()
	}
	for _, part := range d.parts {
		sum += part.most()
	}
	return min(sum, int(d.size))
}

func (d *disjunction) price() (sum price) {
	for _, part := range d.parts {
		p := part.price()
		sum.all, sum.each = sum.all+p.all+file.PriceOfChunk*sets.ChunksFor(int(d.size)), sum.each+p.each
	}
	if len(d.parts) > fewParts {
		sum.each = file.PriceOfContains
	}
	return sum
}

func (d *disjunction) set() sets.Set {
	if !d.read {
		d.posts, d.read = sets.Nothing(d.size), true
		for i, part := range d.parts {
			if posts := part.within(sets.Everything(d.size)); i == 0 {
				d.posts = posts // not joined with nothing, which would copy it
			} else {
				d.posts = d.posts.Or(posts)
			}
		}
	}
	return d.posts
}

func (d *disjunction) within(s sets.Set) sets.Set { return s.And(d.set()) }
func (d *disjunction) countWithin(s sets.Set) int { return s.AndCount(d.set()) }

// negation is met where another condition is not.
type negation struct {
	of   condition
	size uint32 // of the view
}

func (n negation) sift(some uint64, posts *[64]uint32) uint64 { return some &^ n.of.sift(some, posts) }

func (n negation) most() int { return int(n.size) }

func (n negation) price() price {
	p := n.of.price()
	p.all += file.PriceOfSets(0, int(n.size))
	return p
}

func (n negation) within(s sets.Set) sets.Set { return s.Without(n.of.within(s)) }
func (n negation) countWithin(s sets.Set) int { return s.Count() - n.of.countWithin(s) }

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
	return price{file.PriceOfPostings + 2*file.PriceOfSets(n, int(v.size)) + file.PriceOfMember*n, file.PriceOfPlace}
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
