package query

import (
	"cmp"
	"math/bits"
	"slices"

	"alphanode/store/file"
	"alphanode/store/sets"
)

// condition is what a post must meet to be in a list. It can be asked about one
// post, which costs little, or give all posts that meet it: a page of a long
// list needs no more than the first. An error, as of a damaged file, is thrown
// as a file.Fault.
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
	all := file.PriceOfSets(f.Count(), int(f.Size))
	return price{all, file.PriceOfContains, all}
}
func (f fixed) within(s sets.Set) sets.Set { return s.And(f.Set) }
func (f fixed) countWithin(s sets.Set) int { return s.AndCount(f.Set) }

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
		sum.all, sum.each, sum.again = sum.all+p.all, sum.each+p.each, sum.again+p.again
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
		sum += min(part.most(), int(d.size)) // an empty filter has no bound of its own
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
	sum.again = file.PriceOfSets(d.most(), int(d.size))
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
	p.all, p.again = p.all+file.PriceOfSets(0, int(n.size)), p.again+file.PriceOfSets(0, int(n.size))
	return p
}

func (n negation) within(s sets.Set) sets.Set { return s.Without(n.of.within(s)) }
func (n negation) countWithin(s sets.Set) int { return s.Count() - n.of.countWithin(s) }
