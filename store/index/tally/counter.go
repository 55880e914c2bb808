package tally

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"alphanode/store"
	"alphanode/store/index/terms"
	"alphanode/store/sets"
)

// counters is how many questions of a release are counted at once; further
// ones wait. It bounds the memory that counting takes.
const counters = 4

// Counter counts how many posts of a set have each value of some kinds. It
// keeps its memory from question to question.
type Counter struct {
	numbers  []uint32   // all zero between questions
	found    [][]uint32 // for each kind, room for the values found
	measured []Measured
	batch    [4096]uint32
}

// Counted is what was found of one kind.
type Counted struct {
	Distinct int // values that at least one post has
	Best     []Term
}

// Term is a term and how many posts of some set have it.
type Term struct {
	Term  store.TermID
	Posts uint32
}

// Counters is the counters of a release.
type Counters struct{ idle chan *Counter }

// Open gives counters for a release.
func Open() *Counters {
	p := &Counters{make(chan *Counter, counters)}
	for range counters {
		p.idle <- new(Counter)
	}
	return p
}

// Lend lends a counter to f. One that was left in the middle of its work
// is not used again.
func (p *Counters) Lend(ctx context.Context, f func(*Counter) error) error {
	var c *Counter
	select {
	case c = <-p.idle:
	case <-ctx.Done():
		return ctx.Err()
	}
	var back *Counter
	defer func() {
		if back == nil {
			back = new(Counter)
		}
		p.idle <- back
	}()
	if err := f(c); err != nil {
		return err
	}
	back = c
	return nil
}

// Count gives for each kind its commonest values, at most limit, ties in the
// order of a ranking. Where most posts of the view are in the set, those that are
// not are counted instead and taken from the totals.
func (c *Counter) Count(ctx context.Context, s sets.Set, kinds []*terms.Values, limit int, rank ranking) ([]Counted, error) {
	n := s.Count()
	others := 2*n > int(s.Size)
	if others {
		s, n = s.Not(), int(s.Size)-n
	}
	counts := c.begin(kinds, n, others)
	err := c.Each(ctx, s, func(posts []uint32) {
		for i := range counts {
			counts[i].add(posts)
		}
	})
	if err != nil {
		return nil, err
	}
	all := make([]Counted, len(kinds))
	for i := range counts {
		counts[i].finish(others)
		all[i] = counts[i].best(limit, rank)
		c.found[i] = counts[i].found
		counts[i].clear()
	}
	return all, nil
}

// begin divides the memory among the kinds, to count n posts. Where there are
// many more values than that, those found are noted, unless all will be wanted.
func (c *Counter) begin(kinds []*terms.Values, n int, all bool) []kindCount {
	need := 0
	for _, x := range kinds {
		x.Check(n)
		if need += x.Len(); x.BySet(n) {
			need += x.Sets()
		}
	}
	for len(c.found) < len(kinds) {
		c.found = append(c.found, nil)
	}
	rest := c.Room(need)
	take := func(n int) []uint32 {
		part := rest[:n:n]
		rest = rest[n:]
		return part
	}
	counts := make([]kindCount, len(kinds))
	for i, x := range kinds {
		counts[i] = kindCount{Values: x, byValue: take(x.Len()), found: c.found[i][:0]}
		if x.BySet(n) {
			counts[i].bySet = take(x.Sets())
		} else {
			counts[i].noting = !all && x.Len() > 4*n
		}
	}
	return counts
}

// Room gives so many numbers, all zero, as they must be again when it is given
// back.
func (c *Counter) Room(n int) []uint32 {
	if n > len(c.numbers) {
		c.numbers = make([]uint32, n)
	}
	return c.numbers[:n]
}

// Each calls f for the members of a set, ascending, some thousand at a time.
func (c *Counter) Each(ctx context.Context, s sets.Set, f func(posts []uint32)) error {
	members := s.Members
	if s.All() {
		members = roaring.New()
		members.AddRange(0, uint64(s.Size))
	}
	for iterator := members.ManyIterator(); ; {
		n := iterator.NextMany(c.batch[:])
		if n == 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		f(c.batch[:n])
	}
}

// kindCount is the counting of one kind.
type kindCount struct {
	*terms.Values
	bySet   []uint32 // set → posts; nil where values are counted post by post
	byValue []uint32 // value → posts
	noting  bool     // no other values have posts than those found
	found   []uint32
}

func (k *kindCount) add(posts []uint32) {
	if k.bySet != nil {
		k.CountSets(posts, k.bySet)
		return
	}
	k.Posts.CheckAt(posts, k.Width)
	// First where the values of all begin and end: these reads do not wait for
	// one another.
	var bounds [512]uint64
	starts, members, byValue := k.Starts.Data, k.Members.Data, k.byValue
	for len(posts) > 0 {
		n := min(len(posts), len(bounds))
		for i, post := range posts[:n] {
			bounds[i] = binary.LittleEndian.Uint64(starts[4*int(k.Set(post)):])
		}
		posts = posts[n:]
		for _, b := range bounds[:n] {
			values := members[4*int(uint32(b)) : 4*int(b>>32)]
			if k.noting {
				k.note(values)
			}
			for ; len(values) > 0; values = values[4:] {
				byValue[binary.LittleEndian.Uint32(values)]++
			}
		}
	}
}

// note adds values to those found that had no posts so far.
func (k *kindCount) note(values []byte) {
	for ; len(values) > 0; values = values[4:] {
		if value := binary.LittleEndian.Uint32(values); k.byValue[value] == 0 {
			k.found = append(k.found, value)
		}
	}
}

// finish turns counts of sets into counts of values, and those of the other
// posts into those of the set.
func (k *kindCount) finish(others bool) {
	for set, n := range k.bySet {
		if n == 0 {
			continue
		}
		for values := k.ValuesOf(uint32(set)); len(values) > 0; values = values[4:] {
			k.byValue[binary.LittleEndian.Uint32(values)] += n
		}
	}
	if others {
		k.Totals.CheckAll()
		for value := range k.byValue {
			k.byValue[value] = binary.LittleEndian.Uint32(k.Totals.Data[4*value:]) - k.byValue[value]
		}
	}
}

// ranking gives the place of a value among those that as many posts have.
type ranking func(x *terms.Values, value uint32) uint64

// ByName puts the value first whose name is.
func ByName(x *terms.Values, value uint32) uint64 { return uint64(x.Ranks.Uint32(int(value))) }

// ByRarity puts the value first that the fewest posts of the view have, and then
// the one whose name is.
func ByRarity(x *terms.Values, value uint32) uint64 {
	return uint64(x.Totals.Uint32(int(value)))<<32 | ByName(x, value)
}

// best gives the values with the most posts, of those with as many the ones that
// the ranking puts first.
func (k *kindCount) best(limit int, rank ranking) (c Counted) {
	type ranked struct {
		value, posts uint32
		rank         uint64
	}
	best := make([]ranked, 0, limit+1)
	offer := func(value, posts uint32) {
		c.Distinct++
		if limit == 0 || len(best) == limit && posts < best[limit-1].posts {
			return
		}
		r := ranked{value, posts, rank(k.Values, value)}
		i, _ := slices.BinarySearchFunc(best, r, func(a, b ranked) int {
			return cmp.Or(cmp.Compare(b.posts, a.posts), cmp.Compare(a.rank, b.rank))
		})
		if best = slices.Insert(best, i, r); len(best) > limit {
			best = best[:limit]
		}
	}
	if k.noting {
		for _, value := range k.found {
			offer(value, k.byValue[value])
		}
	} else {
		for value, posts := range k.byValue {
			if posts > 0 {
				offer(uint32(value), posts)
			}
		}
	}
	c.Best = make([]Term, len(best))
	for i, r := range best {
		c.Best[i] = Term{store.TermID(k.Terms.Uint32(int(r.value))), r.posts}
	}
	return c
}

// clear leaves the memory as it was found.
func (k *kindCount) clear() {
	clear(k.bySet)
	if k.noting {
		for _, value := range k.found {
			k.byValue[value] = 0
		}
	} else {
		clear(k.byValue)
	}
}
