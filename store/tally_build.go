package store

import (
	"bytes"
	"context"
	"maps"
	"slices"
)

// tallyGroup is a group of posts of a view that gets a tally where it has
// enough of them.
type tallyGroup struct {
	view    View
	group   group
	least   int
	members func() set
}

// tallier writes the tallies of a release.
type tallier struct {
	*assembler
	indexes map[View][]*valueIndex // of Kinds
	scores  *column
	counter counter
	common  []TermID            // terms that enough public posts have to be tallied with another
	posts   map[TermID]set      // the public posts of those
	pairs   map[group][2]TermID // of which enough public posts have both
}

// writeTallies writes a tally for each group that has enough posts, in the
// order of their keys: those of one condition stand before those of two.
func (a *assembler) writeTallies(ctx context.Context) error {
	t := tallier{
		assembler: a, indexes: map[View][]*valueIndex{}, scores: a.columns.get(scoresColumn),
		posts: map[TermID]set{}, pairs: map[group][2]TermID{},
	}
	column := func(name string) (*column, error) { return a.columns.get(name), nil }
	for _, view := range []View{Public, Preview} {
		for _, kind := range Kinds {
			x, err := newValueIndex(kind, view, a.gathered.posts, column)
			if err != nil {
				return err
			}
			t.indexes[view] = append(t.indexes[view], x)
		}
	}
	for id, stats := range a.gathered.terms {
		if stats.public >= tallyLeastMany {
			t.common = append(t.common, TermID(id))
			t.posts[TermID(id)] = stats.posts.set(a.gathered.size(Public))
		}
	}
	for _, g := range a.tallyGroups() {
		all, err := t.write(ctx, g)
		if err != nil {
			return err
		}
		if id, ok := g.group.term(); ok && g.view == Public {
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
func (t *tallier) write(ctx context.Context, g tallyGroup) ([]counted, error) {
	posts := g.members()
	if posts.count() < g.least {
		return nil, nil
	}
	all, err := t.counter.count(ctx, posts, t.indexes[g.view], MaxLimit, byName)
	if err != nil {
		return nil, err
	}
	h := &histograms{}
	if err := t.counter.each(ctx, posts, func(posts []uint32) { h.add(t.scores, posts) }); err != nil {
		return nil, err
	}
	return all, t.out.put(bucketTallies, tallyKey(g.view, g.group), appendTally(nil, all, h))
}

// findPairs notes the terms that enough posts of a term have too. What is not
// among a term's commonest is passed over, as it is in tallies.
func (t *tallier) findPairs(id TermID, all []counted) {
	for _, c := range all {
		for _, other := range c.best {
			if other.term != id && other.posts >= tallyLeastMany {
				t.pairs[groupOfTerms(id, other.term)] = [2]TermID{id, other.term}
			}
		}
	}
}

// writePairs writes the tallies of posts with two terms.
func (t *tallier) writePairs(ctx context.Context) error {
	for _, g := range slices.Sorted(maps.Keys(t.pairs)) {
		both := func() set { return t.posts[t.pairs[g][0]].and(t.posts[t.pairs[g][1]]) }
		if _, err := t.write(ctx, tallyGroup{Public, g, tallyLeastMany, both}); err != nil {
			return err
		}
	}
	return nil
}

// writeWithin writes the tallies of the posts of a term that have at least some
// score: for each that any post has, as long as they are enough. Posts are
// counted once for each field, the best first.
func (t *tallier) writeWithin(ctx context.Context, id TermID) error {
	posts, tallies := t.posts[id], map[group][]byte{}
	for i, field := range scoreFields {
		if err := ctx.Err(); err != nil {
			return err
		}
		byScore := make([][]uint32, 256)
		posts.each(func(ordinals []uint32) {
			for _, o := range ordinals {
				score := t.scores.data[len(scoreFields)*int(o)+i]
				byScore[score] = append(byScore[score], o)
			}
		})
		t.tallyFrom(id, field, byScore, tallies)
	}
	for _, g := range slices.Sorted(maps.Keys(tallies)) {
		if err := t.out.put(bucketTallies, tallyKey(Public, g), tallies[g]); err != nil {
			return err
		}
	}
	return nil
}

// tallyFrom makes the tallies of one field of scores.
func (t *tallier) tallyFrom(id TermID, field Field, byScore [][]uint32, tallies map[group][]byte) {
	counts := t.counter.begin(t.indexes[Public], 0, true)
	values, h := t.columns.get(valuesColumn(field)), &histograms{}
	for i := len(values.data)/8 - 1; i >= 0; i-- {
		score := values.int64(i)
		if score < 0 || score > maxScore {
			break // not what a score is: what has at least the next is not known here
		}
		h.add(t.scores, byScore[score])
		for k := range counts {
			counts[k].add(byScore[score])
		}
		if h.posts < tallyLeastMany {
			continue
		}
		all := make([]counted, len(counts))
		for k := range counts {
			all[k] = counts[k].best(MaxLimit, byName)
		}
		tallies[groupWithin(id, field, score)] = appendTally(nil, all, h)
	}
	for k := range counts {
		counts[k].clear()
	}
}

// tallyGroups gives the groups that may have enough posts, in the order of
// their keys.
func (a *assembler) tallyGroups() []tallyGroup {
	var groups []tallyGroup
	for _, view := range []View{Public, Preview} {
		size := a.gathered.size(view)
		add := func(g group, members func() set) {
			groups = append(groups, tallyGroup{view, g, tallyLeast, members})
		}
		add(groupAll, func() set { return everything(size) })
		for i, flag := range flags {
			with := func() set { return a.gathered.flags[i].set(size) }
			add(groupOfFlag(flag.name, true), with)
			add(groupOfFlag(flag.name, false), func() set { return with().not() })
		}
		for id, stats := range a.gathered.terms {
			if stats.count(view) >= tallyLeast {
				add(groupOfTerm(TermID(id)), func() set { return stats.posts.set(size) })
			}
		}
	}
	groups = append(groups, a.rangeGroups()...)
	slices.SortFunc(groups, func(x, y tallyGroup) int {
		return bytes.Compare(tallyKey(x.view, x.group), tallyKey(y.view, y.group))
	})
	return groups
}

// rangeGroups gives the groups of posts with at least or at most some number,
// for each number that a post has, of the fields that have few.
func (a *assembler) rangeGroups() []tallyGroup {
	var groups []tallyGroup
	for _, f := range numberFields {
		order := a.columns.get(orderColumn(f.field))
		starts := a.columns.get(startsColumn(f.field))
		values := a.columns.get(valuesColumn(f.field))
		n := starts.len32() - 1
		if n > tallyMostValues {
			continue
		}
		for i := range n {
			add := func(g group, low, high int) {
				low, high = int(starts.uint32(low)), int(starts.uint32(high))
				if high-low >= tallyLeastMany {
					groups = append(groups, tallyGroup{Public, g, tallyLeastMany, func() set {
						return placesOf(order, low, high, a.gathered.size(Public))
					}})
				}
			}
			add(groupFrom(f.field, values.int64(i)), i, n)
			if i < n-1 { // up to the last they are all, as from the first
				add(groupTo(f.field, values.int64(i)), 0, i+1)
			}
		}
	}
	return groups
}
