package terms

import (
	"cmp"
	"encoding/binary"
	"slices"

	"alphanode/store"
	"alphanode/store/file"
	"alphanode/store/index/facts"
	"alphanode/store/sets"
	"alphanode/text"
)

// buildValues makes the columns that posts are counted by their terms with.
func buildValues(g *facts.Gathered, records []*termRecord, names []text.Collated, c *file.Columns) {
	byKind := map[store.Kind][]store.TermID{}
	for id, rec := range records {
		byKind[rec.Kind] = append(byKind[rec.Kind], store.TermID(id))
	}
	for _, kind := range store.Kinds {
		listSets(g, kind, byKind[kind], c)
		listValues(kind, byKind[kind], records, names, c)
	}
}

// listSets numbers the sets of values that posts have, in the order of the
// first post of each, and makes the columns of them.
func listSets(g *facts.Gathered, kind store.Kind, terms []store.TermID, c *file.Columns) {
	// First the values post by post, as in a column of lists.
	ends := make([]uint32, g.Posts+1)
	for _, id := range terms {
		g.Terms[id].Posts.Each(func(ordinal uint32) { ends[ordinal+1]++ })
	}
	for i := range g.Posts {
		ends[i+1] += ends[i]
	}
	values := make([]byte, 4*int(ends[g.Posts]))
	at := slices.Clone(ends)
	for value, id := range terms {
		g.Terms[id].Posts.Each(func(ordinal uint32) {
			binary.LittleEndian.PutUint32(values[4*int(at[ordinal]):], uint32(value))
			at[ordinal]++
		})
	}
	// Equal lists are one set; a post's values ascend, so equal sets are equal
	// lists.
	numbers := map[string]uint32{}
	setOf := make([]uint32, g.Posts)
	starts := []uint32{}
	var members []byte
	for ordinal := range g.Posts {
		list := values[4*int(ends[ordinal]) : 4*int(ends[ordinal+1])]
		set, ok := numbers[string(list)]
		if !ok {
			set = uint32(len(numbers))
			numbers[string(list)] = set
			starts = append(starts, uint32(len(members)/4))
			members = append(members, list...)
		}
		setOf[ordinal] = set
	}
	starts = append(starts, uint32(len(members)/4))
	width := setWidth(len(numbers))
	posts := make([]byte, 0, len(setOf)*width)
	for _, set := range setOf {
		posts = appendSet(posts, set, width)
	}
	c.Put(setsColumn(kind), posts)
	c.Put(setStartsColumn(kind), sets.Encode32(starts))
	c.Put(setMembersColumn(kind), members)
}

// listValues makes the columns that say which term a value is and, for each
// view, how many posts have it and where it stands by name.
func listValues(kind store.Kind, terms []store.TermID, records []*termRecord, names []text.Collated, c *file.Columns) {
	ids := make([]uint32, len(terms))
	for value, id := range terms {
		ids[value] = uint32(id)
	}
	c.Put(valueTermsColumn(kind), sets.Encode32(ids))
	for _, view := range []store.View{store.Public, store.Preview} {
		seen := func(value uint32) *termView { return &records[ids[value]].views[view] }
		byName := make([]uint32, len(ids))
		totals := make([]uint32, len(ids))
		for value := range byName {
			byName[value] = uint32(value)
			totals[value] = seen(uint32(value)).posts
		}
		slices.SortFunc(byName, func(x, y uint32) int {
			return cmp.Or(names[ids[x]].Compare(names[ids[y]]), cmp.Compare(seen(x).Slug, seen(y).Slug), cmp.Compare(x, y))
		})
		ranks := make([]uint32, len(ids))
		for rank, value := range byName {
			ranks[value] = uint32(rank)
		}
		c.Put(valueRanksColumn(kind, view), sets.Encode32(ranks))
		c.Put(valueTotalsColumn(kind, view), sets.Encode32(totals))
	}
}
