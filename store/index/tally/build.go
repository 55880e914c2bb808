package tally

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/facts"
	"alphanode/store/index/order"
	"alphanode/store/index/terms"
	"alphanode/store/sets"
)

// tallyGroup is a group of posts of a view that gets a tally where it has
// enough of them.
type tallyGroup struct {
	view    store.View
	group   Group
	least   int
	members func() sets.Set
}

// tallier writes the tallies of a release.
type tallier struct {
	columns *file.Columns
	out     *file.Writer
	indexes map[store.View][]*terms.Values // of Kinds
	scores  *file.Column
	counter Counter
	common  []store.TermID            // terms that enough public posts have to be tallied with another
	posts   map[store.TermID]sets.Set // the public posts of those
	pairs   map[Group][2]store.TermID // of which enough public posts have both
}

// Build writes a tally for each group that has enough posts, in the
// order of their keys: those of one condition stand before those of two. It counts by
// the columns of orders and of values.
func Build(ctx context.Context, g *facts.Gathered, c *file.Columns, out *file.Writer) error {
	t := tallier{
		columns: c, out: out, indexes: map[store.View][]*terms.Values{}, scores: c.Get(order.ScoresColumn),
		posts: map[store.TermID]sets.Set{}, pairs: map[Group][2]store.TermID{},
	}
	column := func(name string) (*file.Column, error) { return c.Get(name), nil }
	for _, view := range []store.View{store.Public, store.Preview} {
		for _, kind := range store.Kinds {
			x, err := terms.OpenValues(kind, view, g.Posts, column)
			if err != nil {
				return err
			}
			t.indexes[view] = append(t.indexes[view], x)
		}
	}
	for id, stats := range g.Terms {
		if stats.Public >= tallyLeastMany {
			t.common = append(t.common, store.TermID(id))
			t.posts[store.TermID(id)] = stats.Posts.Set(g.Size(store.Public))
		}
	}
	for _, tallied := range tallyGroups(g, c) {
		all, err := t.write(ctx, tallied)
		if err != nil {
			return err
		}
		if id, ok := tallied.group.term(); ok && tallied.view == store.Public {
			t.findPairs(id, all)
		}
	}
	if err := t.writePairs(ctx); err != nil {
		return err
	}
	for _, id := range t.common {
		if err := t.writeWithin(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// write writes the tally of a group and gives what was counted for it.
func (t *tallier) write(ctx context.Context, g tallyGroup) ([]Counted, error) {
	posts := g.members()
	if posts.Count() < g.least {
		return nil, nil
	}
	all, err := t.counter.Count(ctx, posts, t.indexes[g.view], store.MaxLimit, ByName)
	if err != nil {
		return nil, err
	}
	h := &Histograms{}
	if err := t.counter.Each(ctx, posts, func(posts []uint32) { h.Add(t.scores, posts) }); err != nil {
		return nil, err
	}
	return all, t.out.Put(file.BucketTallies, tallyKey(g.view, g.group), appendTally(nil, all, h))
}

// findPairs notes the terms that enough posts of a term have too. What is not
// among a term's commonest is passed over, as it is in tallies.
func (t *tallier) findPairs(id store.TermID, all []Counted) {
	for _, c := range all {
		for _, other := range c.Best {
			if other.Term != id && other.Posts >= tallyLeastMany {
				t.pairs[OfTerms(id, other.Term)] = [2]store.TermID{id, other.Term}
			}
		}
	}
}

// writePairs writes the tallies of posts with two terms.
func (t *tallier) writePairs(ctx context.Context) error {
	for _, g := range slices.Sorted(maps.Keys(t.pairs)) {
		both := func() sets.Set { return t.posts[t.pairs[g][0]].And(t.posts[t.pairs[g][1]]) }
		if _, err := t.write(ctx, tallyGroup{store.Public, g, tallyLeastMany, both}); err != nil {
			return err
		}
	}
	return nil
}

// writeWithin writes the tallies of the posts of a term that have at least some
// score: for each that any post has, as long as they are enough. Posts are
// counted once for each field, the best first.
func (t *tallier) writeWithin(ctx context.Context, id store.TermID) error {
	posts, tallies := t.posts[id], map[Group][]byte{}
	for i, field := range order.ScoreFields {
		if err := ctx.Err(); err != nil {
			return err
		}
		byScore := make([][]uint32, 256)
		posts.Each(func(ordinals []uint32) {
			for _, o := range ordinals {
				score := t.scores.Data[len(order.ScoreFields)*int(o)+i]
				byScore[score] = append(byScore[score], o)
			}
		})
		t.tallyFrom(id, field, byScore, tallies)
	}
	for _, g := range slices.Sorted(maps.Keys(tallies)) {
		if err := t.out.Put(file.BucketTallies, tallyKey(store.Public, g), tallies[g]); err != nil {
			return err
		}
	}
	return nil
}

// tallyFrom makes the tallies of one field of scores.
func (t *tallier) tallyFrom(id store.TermID, field store.Field, byScore [][]uint32, tallies map[Group][]byte) {
	counts := t.counter.begin(t.indexes[store.Public], 0, true)
	values, h := t.columns.Get(order.ValuesColumn(field)), &Histograms{}
	for i := len(values.Data)/8 - 1; i >= 0; i-- {
		score := values.Int64(i)
		if score < 0 || score > order.MaxScore {
			break // not what a score is: what has at least the next is not known here
		}
		h.Add(t.scores, byScore[score])
		for k := range counts {
			counts[k].add(byScore[score])
		}
		if h.Posts < tallyLeastMany {
			continue
		}
		all := make([]Counted, len(counts))
		for k := range counts {
			all[k] = counts[k].best(store.MaxLimit, ByName)
		}
		tallies[Within(id, field, score)] = appendTally(nil, all, h)
	}
	for k := range counts {
		counts[k].clear()
	}
}

// tallyGroups gives the groups that may have enough posts, in the order of
// their keys.
func tallyGroups(g *facts.Gathered, c *file.Columns) []tallyGroup {
	var groups []tallyGroup
	for _, view := range []store.View{store.Public, store.Preview} {
		size := g.Size(view)
		add := func(g Group, members func() sets.Set) {
			groups = append(groups, tallyGroup{view, g, tallyLeast, members})
		}
		add(GroupAll, func() sets.Set { return sets.Everything(size) })
		for i, flag := range facts.Flags {
			with := func() sets.Set { return g.Flags[i].Set(size) }
			add(OfFlag(flag.Name, true), with)
			add(OfFlag(flag.Name, false), func() sets.Set { return with().Not() })
		}
		for id, stats := range g.Terms {
			if stats.Count(view) >= tallyLeast {
				add(OfTerm(store.TermID(id)), func() sets.Set { return stats.Posts.Set(size) })
			}
		}
	}
	groups = append(groups, rangeGroups(g, c)...)
	slices.SortFunc(groups, func(x, y tallyGroup) int {
		return bytes.Compare(tallyKey(x.view, x.group), tallyKey(y.view, y.group))
	})
	return groups
}

// rangeGroups gives the groups of posts with at least or at most some number,
// for each number that a post has, of the fields that have few.
func rangeGroups(g *facts.Gathered, c *file.Columns) []tallyGroup {
	var groups []tallyGroup
	size := g.Size(store.Public)
	for _, f := range facts.NumberFields {
		o := c.Get(order.OrderColumn(f.Field))
		starts := c.Get(order.StartsColumn(f.Field))
		values := c.Get(order.ValuesColumn(f.Field))
		n := starts.Len32() - 1
		if n > tallyMostValues {
			continue
		}
		for i := range n {
			add := func(g Group, low, high int) {
				low, high = int(starts.Uint32(low)), int(starts.Uint32(high))
				if high-low >= tallyLeastMany {
					groups = append(groups, tallyGroup{store.Public, g, tallyLeastMany, func() sets.Set {
						return order.PlacesOf(o, low, high, size)
					}})
				}
			}
			add(From(f.Field, values.Int64(i)), i, n)
			if i < n-1 { // up to the last they are all, as from the first
				add(To(f.Field, values.Int64(i)), 0, i+1)
			}
		}
	}
	return groups
}
